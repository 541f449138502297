"""What differs between experiments, in a few words: for the undo list and the table of runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from playground import fields
from playground.nn.unit_list import Units
from playground.training.experiment import Experiment, every_layer, every_settings
from playground.wording import number


@dataclass(frozen=True)
class Setting:
    """One value that was chosen: what it is called, its text, and what compares and sorts it.

    Of a registry's member that is its kind; the member's own settings are others.
    """

    label: str
    text: str
    value: Any


def edit_in_words(old: Experiment, new: Experiment) -> str:
    """Return what was changed, such as ``"Learning rate 0.01"`` or ``"Remove Dense 2"``.

    Data come first, then layers: what had to change along with them needs no words.
    """
    if old.data != new.data:
        return next(_changes(old.data, new.data))
    before, now = (
        {name: each for path, name, each in every_settings(e) if not path.endswith("output")}
        for e in (old, new)
    )
    added = [name for name in now if name not in before]
    removed = [name for name in before if name not in now]
    if added and removed:
        return "Other layers"
    for verb, names in (("Add", added), ("Remove", removed)):
        if names:
            words = (new if names is added else old).names.words(names[-1])
            return f"{verb} {words if len(names) == 1 else f'{len(names)} layers'}"
    for name in now:
        plain = not getattr(now[name], "layers", ())
        if plain and before[name] != now[name]:
            return next(_changes(before[name], now[name], f" of {new.names.words(name)}"))
    if old.layers != new.layers:
        return "Move a layer"
    if old.output != new.output:
        return next(_changes(old.output, new.output, " of the output layer"))
    return next(_changes(old, new), "Edit")


def settings_of(experiment: Experiment) -> dict[str, Setting]:
    """Return every setting by its place, but for when training stops.

    Those of the hidden layers stand together: whole numbers one after another, ``"64, 32"``, and
    anything else once where it is the same in all of them.
    """
    layers = [layer for _, layer in every_layer(experiment.layers)]
    kinds = [Setting("Layers", layer.title, layer.kind) for layer in layers]
    hidden = {"layers": kinds or [Setting("Layers", "none", ())]}
    for layer in layers:
        for place, setting in _leaves(layer, "layers"):
            hidden.setdefault(place, []).append(setting)
    hidden.pop("layers.name", None)
    others = {}
    for place, setting in _leaves(experiment):
        whose = place.startswith("output") and not setting.label.startswith("Output")
        if not place.startswith("training.stopping"):
            label = f"{setting.label} of the output layer" if whose else setting.label
            others[place] = replace(setting, label=label)
    data = {place: setting for place, setting in others.items() if place.startswith("data")}
    together = {place: _together(settings) for place, settings in hidden.items()}
    return data | together | others


def differing(every: Sequence[dict[str, Setting]]) -> list[str]:
    """Return the places of the settings in which experiments that have them differ."""
    places = dict.fromkeys(place for settings in every for place in settings)
    return [
        place
        for place in places
        if len({settings[place].value for settings in every if place in settings}) > 1
    ]


def _together(settings: list[Setting]) -> Setting:
    first = settings[0]
    counts = any(type(setting.value) is int for setting in settings)
    if len({setting.value for setting in settings}) == 1 and not counts:
        return first
    return Setting(
        first.label,
        ", ".join(setting.text for setting in settings),
        tuple(setting.value for setting in settings),
    )


def _changes(old: Any, new: Any, whose: str = "") -> Iterator[str]:
    """Yield each setting that both have and in which they differ, with its new value."""
    before = dict(_leaves(old))
    for place, setting in _leaves(new):
        if place in before and before[place].value != setting.value:
            yield f"{setting.label}{whose}: {setting.text}"


def _leaves(settings: Any, place: str = "") -> Iterator[tuple[str, Setting]]:
    """Yield every single value with its place; a member's own settings below its kind."""
    for name, declared in fields.describe(settings).items():
        value, here = getattr(settings, name), f"{place}.{name}".lstrip(".")
        match declared:
            case fields.Section():
                yield from _leaves(value, here)
            case fields.Variants():
                pass
            case fields.Variant():
                yield here, Setting(declared.label, str(value.title), value.kind)
                yield from _leaves(value, f"{here}.{value.kind}")
            case _:
                yield here, Setting(declared.label, _text(declared, value), value)


def _text(declared: fields.Declared, value: Any) -> str:
    match declared:
        case fields.Number() if value is None:
            return declared.none_text
        case fields.Number() if declared.square:
            return f"{value}×{value}"
        case fields.Number():
            return f"{number(value)} {declared.unit}".rstrip()
        case fields.Flag():
            return "on" if value else "off"
        case fields.Choice():
            return declared.options.get(value, value)  # a run's data may be gone
        case Units() if value:
            return f"number{'' if value.isdigit() else 's'} {declared.written(value)}"
        case fields.Text() | fields.Numbers():
            return declared.written(value) or "none"
        case _:
            return str(value) or "none"
