"""The experiments that travel with the program, each made to show one thing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from playground import fields
from playground.bundled import resource
from playground.errors import FieldError
from playground.training.experiment import Experiment

DEFAULT = "digits"

PICTURES = "Convolution"
IN_TIME = "In time: pen, memory, attention"
LARGE = "Larger data"
MAKING = "Networks that make"
FAULTS = "What can go wrong"
GROUPS = {
    "": (
        "digits",
        "digits-small",
        "few-labels",
        "pendigits-8x8",
        "article-neuron",
        "article-xor",
        "xor",
        "article-iris",
        "article-digits",
        "article-digits-deep",
        "gaussians",
        "circles",
        "xor-clouds",
        "spirals",
        "three-spirals",
        "plane-field",
        "bumps",
    ),
    PICTURES: (
        "digits-conv",
        "strokes-conv",
        "residual",
        "residual-without",
        "symbols",
        "symbols-four",
        "transfer-symbols",
    ),
    IN_TIME: (
        "pen-lstm",
        "pen-gru",
        "pen-rnn",
        "pen-attention",
        "pen-writer",
        "pen-writer-attention",
        "word-writer",
        "letters",
        "pen-letters",
        "digits-rows-lstm",
        "digits-patches",
        "memory-parity",
        "memory-addition",
        "memory-copy",
        "memory-copy-rnn",
    ),
    LARGE: (
        "mnist+pendigits-conv",
        "mnist-conv",
        "lenet-5",
        "mnist+pendigits",
        "mnist",
        "pendigits",
        "fashion-mnist",
        "fashion-conv",
        "article-mnist",
        "article-mnist-adam",
    ),
    MAKING: (
        "digits-autoencoder",
        "mnist-autoencoder",
        "denoising",
        "variational",
        "strokes-conv-autoencoder",
        "digits-gan",
        "digits-gan-conditional",
        "plane-gan",
        "plane-gan-xor",
        "plane-gan-circles",
        "plane-gan-spirals",
    ),
    FAULTS: (
        "fault-collapse",
        "fault-discriminator",
        "fault-rate-low",
        "fault-rate-high",
        "fault-underfitting",
        "fault-overfitting",
        "fault-imbalance",
        "fault-unscaled",
        "fault-symmetric",
        "fault-silent-relu",
        "fault-saturated",
        "fault-vanishing",
        "fault-fading",
        "fault-exploding",
        "fault-loss",
    ),
}
"""The presets by their heading, in the order of the menu: the default, the articles' and the plane
sets' under none, then convolution, then what reads step by step, then those on larger data, most of
them downloaded first, then those that make pictures, then those that are made to have a fault."""

NAMES = tuple(name for names in GROUPS.values() for name in names)
"""Every preset, in the order of the menu."""


@dataclass(frozen=True)
class Preset:
    """An experiment with a name and the reason why it is worth a look.

    Attributes
    ----------
    name
        What files and the command line call it.
    title
        What the window calls it.
    description
        A paragraph that says what to watch for, with measured figures.
    plain
        The experiment as it stands in the file; it is made when it is first asked for, since a
        menu of all presets needs their titles only.
    group
        The heading that it stands under in the menu, or nothing.
    """

    name: str
    title: str
    description: str
    plain: Mapping[str, Any]
    group: str = ""

    @cached_property
    def experiment(self) -> Experiment:
        """What the preset is about."""
        experiment: Experiment = fields.from_plain(Experiment, self.plain, "experiment")
        return experiment


def presets() -> tuple[Preset, ...]:
    """Return every preset, in the order of the menu."""
    return tuple(preset(name) for name in NAMES)


@lru_cache(maxsize=len(NAMES))
def preset(name: str) -> Preset:
    """Return the preset of that name.

    Raises
    ------
    FieldError
        Where there is none; the sentence lists the names.
    """
    if name not in NAMES:
        names = ", ".join(NAMES)
        raise FieldError("preset", f"There is no preset {name!r}; choose one of {names}.")
    plain = json.loads(resource("presets", f"{name}.json").read_text(encoding="utf-8"))
    return Preset(
        name=name,
        title=plain["title"],
        description=plain["description"],
        plain=plain["experiment"],
        group=next(group for group, names in GROUPS.items() if name in names),
    )
