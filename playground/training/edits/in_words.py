"""What an edit of an experiment does, in a few words: for the list of what can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from playground import fields
from playground.training.experiment import Experiment, every_layer
from playground.wording import layer_words, number


def edit_in_words(old: Experiment, new: Experiment) -> str:
    """Return what was changed, such as ``"Learning rate 0.01"`` or ``"Remove dense 2"``.

    Data come first, then layers: what had to change along with them needs no words.
    """
    if old.data != new.data:
        return next(_settings(old.data, new.data))
    before, now = ({each.name: each for _, each in every_layer(e.layers)} for e in (old, new))
    added = [name for name in now if name not in before]
    removed = [name for name in before if name not in now]
    if added and removed:
        return "Other layers"
    for verb, names in (("Add", added), ("Remove", removed)):
        if names:
            outermost = layer_words(names[-1])
            return f"{verb} {outermost if len(names) == 1 else f'{len(names)} layers'}"
    for name in now:
        plain = not getattr(now[name], "layers", ())
        if plain and before[name] != now[name]:
            return next(_settings(before[name], now[name], f" of {layer_words(name)}"))
    if old.layers != new.layers:
        return "Move a layer"
    if old.output != new.output:
        return next(_settings(old.output, new.output, " of the output"))
    return next(_settings(old, new), "Edit")


def _settings(old: Any, new: Any, whose: str = "") -> Iterator[str]:
    """Yield each setting that differs, with its new value."""
    for name, declared in fields.describe(new).items():
        before, now = getattr(old, name), getattr(new, name)
        if before == now:
            continue
        if isinstance(declared, fields.Section) or (
            isinstance(declared, fields.Variant) and type(before) is type(now)
        ):
            yield from _settings(before, now, whose)
        else:
            yield f"{declared.label}{whose}: {_value(declared, now)}"


def _value(declared: fields.Declared, value: Any) -> str:
    match declared:
        case fields.Number() if value is None:
            return declared.none_text
        case fields.Number():
            return f"{number(value)} {declared.unit}".rstrip()
        case fields.Flag():
            return "on" if value else "off"
        case fields.Choice():
            return declared.options[value]
        case fields.Variant():
            return str(value.title)
        case _:
            return str(value) or "none"
