"""One data set as the whole program sees it: arrays, their meaning, and where they come from."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.drawing.drawing import DrawingForm
from playground.data.drawing.pen_way import PenWay
from playground.data.drawing.writing import Writing
from playground.data.kinds import DataKind, Pictures, Sequences, pixel_names, step_names, unit_names
from playground.data.rows import ByteRows, TokenRows
from playground.data.tasks import Classification, Targets, Task
from playground.errors import DataError
from playground.plain_text import visible


@dataclass(frozen=True, eq=False)
class Dataset:
    """Examples with their targets, and what a person has to know about them.

    The arrays are made read-only: a data set is shared by every run that uses it.

    Parameters
    ----------
    name, title
        The name in files and on the command line, and the name in the window.
    kind
        What one example is: a picture, a point on the plane, or a row of a table.
    task
        What is asked about it: a class, a number.
    inputs
        float32 of shape (examples, features), or the bytes of pictures that become such rows when
        they are fetched.
    targets
        int64 labels of shape (examples,), or at every step (examples, steps) where the task asks
        so; or float32 of shape (examples, 1).
    input_shape
        The shape of one example as a network takes it: ``(1, 8, 8)``, ``(2,)``, ``(4,)``, or
        ``(5, 40)`` for 5 features at 40 steps.
    class_names
        One name per label; empty where targets are numbers.
    feature_names
        One name per feature.
    value_range
        The lowest and highest value that an input may sensibly have.
    source, licence
        Where the data comes from, and the terms it may be used under.
    description
        One sentence that says what there is to learn from it.
    drawing
        Where examples can be drawn: how a drawing becomes an input.
    writing
        Where examples are the moves of a pen: what they mean, and what can be asked for.
    indivisible
        The set is so small that it is trained and tested on all its examples.
    test_part
        The rows that the set itself holds back for testing, ascending, where it does.
    test_words
        What a sentence says of that part behind a comma.

    Raises
    ------
    DataError
        When the arrays do not fit together or hold a number that is not finite.
    """

    name: str
    title: str
    kind: DataKind
    task: Task
    inputs: NDArray[np.float32] | ByteRows
    targets: Targets
    input_shape: tuple[int, ...]
    class_names: tuple[str, ...]
    feature_names: tuple[str, ...]
    value_range: tuple[float, float]
    source: str
    licence: str
    description: str
    drawing: DrawingForm | None = None
    writing: Writing | None = None
    indivisible: bool = False
    test_part: NDArray[np.int64] | None = None
    test_words: str = "as published"

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", visible(self.title))
        for names in ("class_names", "feature_names"):
            object.__setattr__(self, names, tuple(map(visible, getattr(self, names))))
        features = int(np.prod(self.input_shape))
        count = len(self.inputs)
        if self.inputs.shape != (count, features) or count == 0:
            raise DataError(
                f"Data set {self.name!r} expects inputs of shape (examples, {features}) with at "
                f"least one example; {self.inputs.shape} came: check the file's columns."
            )
        if len(self.feature_names) != features:
            raise DataError(
                f"Data set {self.name!r} expects {features} feature names; "
                f"{len(self.feature_names)} came: name every feature once."
            )
        numbers = self.inputs.factor if isinstance(self.inputs, ByteRows) else self.inputs
        if not np.isfinite(numbers).all() or not np.isfinite(self.targets).all():
            raise DataError(
                f"Data set {self.name!r} expects finite numbers only; it holds NaN or infinity: "
                "remove those examples."
            )
        self.task.check_targets(self.name, count, self)
        stored = self.inputs.values if isinstance(self.inputs, ByteRows) else self.inputs
        stored.flags.writeable = False
        self.targets.flags.writeable = False

    @classmethod
    def of_pictures(cls, height: int, width: int, **rest: Any) -> Dataset:
        """Return labelled pictures, 0 paper to 1 ink; ``rest`` is what else a data set has."""
        return cls(
            kind=Pictures(),
            task=Classification(),
            input_shape=(1, height, width),
            feature_names=pixel_names(height, width),
            value_range=(0.0, 1.0),
            **rest,
        )

    @classmethod
    def of_sequences(cls, units: Sequence[str], steps: int, **rest: Any) -> Dataset:
        """Return sequences whose steps have these features; ``rest`` is what else there is."""
        return cls(
            kind=Sequences(),
            input_shape=(len(units), steps),
            feature_names=step_names(units, steps),
            **rest,
        )

    def __len__(self) -> int:
        return len(self.inputs)

    def arrays(self) -> Iterator[NDArray[Any]]:
        """Yield every array that it holds."""
        yield self.inputs.values if isinstance(self.inputs, ByteRows) else self.inputs
        yield self.targets
        if self.test_part is not None:
            yield self.test_part

    @property
    def features(self) -> int:
        """The number of values in one example."""
        return int(self.inputs.shape[1])

    @property
    def labelled(self) -> bool:
        """Whether every example belongs to a class, instead of having a number as target."""
        return self.targets.ndim == 1

    @property
    def steps(self) -> int:
        """How many steps an example may have; 0 where it is no sequence."""
        return self.input_shape[1] if self.kind.axes == 2 else 0

    @property
    def unit_names(self) -> tuple[str, ...]:
        """What the features of a step are called, or of an example that has no steps."""
        names = self.feature_names
        return unit_names(names, self.input_shape) if self.steps else names

    @property
    def image_shape(self) -> tuple[int, int]:
        """Height and width in pixels of one picture; only where the kind has ``pictures``."""
        return self.input_shape[-2], self.input_shape[-1]

    def ink(self, values: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return how an example's values, of any shape, look: 0 paper to 1 ink, (height, width).

        That of a sequence is the drawing that it comes from; else a row for each feature, a column
        for each step.
        """
        form = self.writing or self.drawing
        if form is not None and not self.kind.pictures:
            return form.ink(values)
        low, high = self.value_range
        return ((values - low) / (high - low)).reshape(self.input_shape[-2:])

    def pen_way(self, values: NDArray[np.floating]) -> PenWay | None:
        """Return the way of the pen of an example (features,), None where it shows none."""
        form = self.writing or self.drawing
        return None if form is None else form.pen_way(values)

    @cached_property
    def feature_ranges(self) -> tuple[tuple[float, float], ...]:
        """The range worth offering for each feature, as on a slider: (low, high) per feature.

        A feature with a scale of its own spans its examples and a tenth of that span on both sides,
        within ``value_range``; one that never varies, and every pixel and coordinate, spans the
        whole ``value_range``.
        """
        if self.kind.one_scale:
            return (self.value_range,) * self.features
        inputs = np.asarray(self.inputs)
        low, high = inputs.min(axis=0), inputs.max(axis=0)
        margin = (high - low) / 10
        return tuple(
            self.value_range
            if width == 0
            else (
                max(round(float(a - width), _decimals(width)), self.value_range[0]),
                min(round(float(b + width), _decimals(width)), self.value_range[1]),
            )
            for a, b, width in zip(low, high, margin, strict=True)
        )

    @property
    def padded(self) -> bool:
        """Whether its sequences end before their last step, some of them."""
        return isinstance(self.inputs, TokenRows) and self.inputs.ends_early

    @cached_property
    def _asking(self) -> dict[Task, Dataset]:
        return {}

    def asking(self, task: Task) -> Dataset:
        """Return the same examples under another task; the same object for the same one."""
        if task not in self._asking:
            self._asking[task] = replace(self, task=task)
        return self._asking[task]

    def examples_of(self, label: int) -> NDArray[np.int64]:
        """Return the indices of the examples of one class, in their order."""
        return np.flatnonzero(self.targets == label)


def _decimals(width: float) -> int:
    """Return the decimals that a range needs: one, or as many as its width begins with."""
    return max(1, -math.floor(math.log10(width)))
