"""What the window and its training thread tell each other: frozen, each with its own arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.preparation import Prepared
from playground.training.edits.carry_over import CarryOver
from playground.training.edits.operation import Operation
from playground.training.experiment import Experiment
from playground.training.moment import Moment
from playground.training.step_start import StepStart
from playground.training.trainer import Pulse

Rows = NDArray[np.float32]


@dataclass(eq=False)
class Slot:
    """Where the training thread leaves a moment that only it can know, once."""

    moment: Moment | None = None


@dataclass(frozen=True, eq=False)
class Load:
    """Begin a new run, idle: from the experiment's own weights, or from a moment of it.

    ``keep`` goes on with what the present network has learned, where that fits.
    """

    run: int
    experiment: Experiment
    prepared: Prepared
    start: Slot | None = None
    keep: bool = False


@dataclass(frozen=True, eq=False)
class Change:
    """Obey a command of which undo knows: leave the moments before it and after it."""

    command: Any
    before: Slot | None
    after: Slot | None


@dataclass(frozen=True)
class Train:
    """Train until told otherwise."""


@dataclass(frozen=True)
class Pause:
    """Stop after the present batch, ready to go on."""


@dataclass(frozen=True)
class Step:
    """Do one batch or one whole epoch, then pause."""

    until: Pulse


@dataclass(frozen=True, eq=False)
class Edit:
    """Go on with a changed experiment on the same data."""

    experiment: Experiment


@dataclass(frozen=True)
class Preserve:
    """Let what later edits add begin so that the network computes what it did, or at random."""

    on: bool


@dataclass(frozen=True, eq=False)
class Teach:
    """Go on with other drawings of the user's own among the same data."""

    prepared: Prepared


@dataclass(frozen=True, eq=False)
class Operate:
    """Change the network itself between two batches."""

    operation: Operation


@dataclass(frozen=True, eq=False)
class Peek:
    """Rest, and tell all about the next step: on the next mini-batch, or on the given example."""

    example: tuple[Rows, Rows] | None = None


@dataclass(frozen=True, eq=False)
class TakeStep:
    """Make the step that was peeked at."""

    start: StepStart


@dataclass(frozen=True)
class Quit:
    """End the thread."""


@dataclass(frozen=True)
class Started:
    """Training has begun or gone on."""

    run: int


@dataclass(frozen=True, eq=False)
class Paused:
    """Training rests, ready to go on; after a single step or not."""

    run: int
    moment: Moment
    stepped: bool = False


@dataclass(frozen=True)
class Edited:
    """An edit has been taken over."""

    run: int
    carried: CarryOver


@dataclass(frozen=True)
class Operated:
    """An operation was carried out."""

    run: int
    sentence: str


@dataclass(frozen=True, eq=False)
class Peeked:
    """What the next step depends on."""

    run: int
    start: StepStart


@dataclass(frozen=True)
class Refused:
    """A command could not be obeyed; everything is as it was."""

    run: int
    sentence: str


@dataclass(frozen=True, eq=False)
class Finished:
    """A stopping rule was met."""

    run: int
    moment: Moment
    reason: str


@dataclass(frozen=True, eq=False)
class Changed:
    """The moments of a :class:`Change` have been left; the present one is with it."""

    run: int
    moment: Moment


@dataclass(frozen=True, eq=False)
class Failed:
    """Training cannot go on as it is."""

    run: int
    moment: Moment
    sentence: str
    diverged: bool
