"""How training goes on from a saved moment: numbers for the file's words, arrays beside them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground import fields
from playground.errors import FieldError, FileError
from playground.files.container import Form, Tensors
from playground.storage.tensor_names import DRAWS, MOMENTS, ORDER, Expected, check_finite, length_in
from playground.training.epoch_batches import EpochPlace
from playground.training.history import LONGEST, History
from playground.training.moment import Course
from playground.training.stopping import StoppingRules
from playground.wording import grouped

_ENDLESS = 2**53
_UNSIGNED = ("uint8", "uint16", "uint32")


@dataclass(frozen=True, kw_only=True)
class LargeNumber(fields.Declared):
    """A whole number of 128 bits, as text: most readers of JSON round what is beyond 2⁵³."""

    def check(self, value: Any, path: str) -> int:
        """Return the number, or refuse it."""
        if type(value) is not int or not 0 <= value < 2**128:
            raise self.refuse("a whole number of 128 bits", value, path)
        return value

    def to_plain(self, value: int) -> str:
        """Return the number's decimal digits."""
        return str(value)

    def from_plain(self, plain: Any, path: str) -> int:
        """Return the number of some decimal digits."""
        if not isinstance(plain, str) or not re.fullmatch("[0-9]{1,39}", plain):
            raise self.refuse("the digits of a whole number of 128 bits", plain, path)
        return self.check(int(plain), path)


def _large(label: str, help: str) -> Any:
    return fields.declare(LargeNumber(label=label, help=help), 1)


def _count(label: str, help: str, low: int = 0, high: int = _ENDLESS) -> Any:
    return fields.whole(low, label, help, low=low, high=high)


@dataclass(frozen=True)
class GeneratorState(fields.Settings):
    """The state of a PCG64 generator (O'Neill 2014), in NumPy's terms."""

    state: int = _large("State", "Where in its sequence it is.")
    increment: int = _large("Increment", "Which of its sequences it follows; an odd number.")
    has_half: bool = fields.flag(False, "Half a number", "Whether 32 of 64 drawn bits are left.")
    half: int = _count("The half", "The bits that are left.", high=2**32 - 1)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.increment % 2 == 0:  # it would go in a short circle, and shuffling might never end
            raise FieldError("increment", "The increment of a generator expects an odd number.")

    @classmethod
    def of(cls, state: Mapping[str, Any]) -> GeneratorState:
        """Return the settings of a bit generator's ``state``."""
        numbers = state["state"]
        half = bool(state["has_uint32"]), int(state["uinteger"])
        return cls(numbers["state"], numbers["inc"], *half)

    def plain(self) -> dict[str, Any]:
        """Return what a bit generator's ``state`` takes."""
        return {
            "bit_generator": "PCG64",
            "state": {"state": self.state, "inc": self.increment},
            "has_uint32": int(self.has_half),
            "uinteger": self.half,
        }


def _generator(does: str) -> Any:
    return fields.section(GeneratorState, "Generator", f"The state of what {does}.")


@dataclass(frozen=True)
class SavedCourse(fields.Settings):
    """What a :class:`~playground.training.moment.Course` holds beside its arrays."""

    step_count: int = _count("Optimizer's steps", "Since its moments were 0.")
    schedule_start: float = fields.number(
        0.0, "Schedule's start", "The epoch at which it began.", low=0.0, high=_ENDLESS
    )
    operated: bool = fields.flag(False, "Operated", "Whether weights were changed by hand.")
    evenly: bool = fields.flag(False, "Evenly", "Whether the epoch draws all classes equally.")
    gathered_from: int = _count("Gathered from", "Where the piece of examples at hand begins.")
    position: int = _count("Position", "The place of the epoch's next example.")
    measurements: int = _count("Measurements", "How many there were.")
    every: int = _count("Every", "Every how many of them is kept.", low=1)
    first_epoch: int = _count("First epoch", "From where the limits of the run count.")
    first_second: float = fields.number(
        0.0, "First second", "From where its time counts.", low=0.0, high=1e12, unit="s"
    )
    best_loss: float | None = fields.number(
        None, "Best loss", "The lowest test loss since.", none_text="none yet"
    )
    best_epoch: int = _count("Best epoch", "When that was.")
    dropout: GeneratorState = _generator("draws the masks of dropout")
    shuffle: GeneratorState = _generator("shuffles the examples")
    augment: GeneratorState = _generator("augments pictures, before the piece at hand")
    own: GeneratorState = _generator("takes turns among the user's own drawings")

    @classmethod
    def of(cls, course: Course) -> SavedCourse:
        """Return a course's numbers; :func:`arrays_of` has the rest."""
        place, rules = course.place, course.rules
        states = {name: GeneratorState.of(state) for name, state in place.generators.items()}
        return cls(
            step_count=course.step_count,
            schedule_start=course.schedule_start,
            operated=course.operated,
            evenly=place.evenly,
            gathered_from=place.gathered_from,
            position=place.position,
            measurements=course.measured[0],
            every=course.measured[1],
            first_epoch=rules.first_epoch,
            first_second=rules.first_second,
            best_loss=None if math.isinf(rules.best_loss) else rules.best_loss,
            best_epoch=rules.best_epoch,
            dropout=GeneratorState.of(course.dropout),
            **states,
        )

    def course(self, tensors: Tensors, history: History, epoch: int, batch: int) -> Course:
        """Return the course with its arrays, once all fits together.

        Raises
        ------
        FileError
            Where it does not.
        """
        check_finite(tensors, (MOMENTS,))
        order, draws = tensors[ORDER], tensors.get(DRAWS)
        if not self.gathered_from <= self.position < len(order):
            raise FileError(
                f"its place {grouped(self.position)} in the epoch, gathered from "
                f"{grouped(self.gathered_from)}, should be within {grouped(len(order))} examples"
            )
        if order.max() >= len(order) or (not self.evenly and np.bincount(order).max() > 1):
            raise FileError("the order of its epoch should name every example of the training part")
        if self.schedule_start > epoch + 1:
            raise FileError("its learning rate's schedule begins later than the training has come")
        kept = -(-self.measurements // self.every)
        newest_is_kept = (self.measurements - 1) % self.every == 0
        if kept > LONGEST or len(history) != kept + (not newest_is_kept and kept > 0):
            raise FileError(
                f"its history of {grouped(len(history))} measurements cannot be every "
                f"{grouped(self.every)} of {grouped(self.measurements)}"
            )
        loss = math.inf if self.best_loss is None else self.best_loss
        return Course(
            moments=tensors[MOMENTS],
            step_count=self.step_count,
            schedule_start=self.schedule_start,
            dropout=self.dropout.plain(),
            place=EpochPlace(
                order=order,
                draws=draws,
                evenly=self.evenly,
                gathered_from=self.gathered_from,
                position=self.position,
                batches_done=batch,
                generators={
                    "shuffle": self.shuffle.plain(),
                    "augment": self.augment.plain(),
                    "own": self.own.plain(),
                },
            ),
            rules=StoppingRules(self.first_epoch, self.first_second, loss, self.best_epoch),
            measured=(self.measurements, self.every),
            operated=self.operated,
        )


def arrays_of(course: Course) -> dict[str, NDArray[Any]]:
    """Return a course's arrays by their names in the file."""
    # A square that has overflowed is as large as can be.
    arrays: dict[str, NDArray[Any]] = {MOMENTS: np.nan_to_num(course.moments)}
    arrays[ORDER] = course.place.order
    if course.place.draws is not None:
        arrays[DRAWS] = course.place.draws
    return arrays


def expected_arrays(
    forms: Mapping[str, Form], moments: tuple[int, int], examples: int
) -> dict[str, Expected]:
    """Return what the arrays of a file's course should be, over so many examples at most."""
    order = Expected(_UNSIGNED, (length_in(forms, ORDER, examples),))
    return {MOMENTS: Expected(("float32",), moments), ORDER: order} | (
        {DRAWS: order} if DRAWS in forms else {}
    )
