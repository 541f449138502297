"""What one example is, a picture, a point, a row of a table or a sequence, and what follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from playground.registry import Registry


@dataclass(frozen=True)
class DataKind:
    """A kind of data. The class attributes are what the program asks of it.

    The window adds how an example is painted and held in the hand:
    :mod:`playground.gui.widgets.example_picture` and :mod:`playground.gui.probes.hands`.

    Attributes
    ----------
    kind, title
        The name in files, and in the window.
    example_word, feature_word
        What one example and one of its values are called, in the singular.
    choose
        How to take an example into the hand, as the start of a sentence.
    pictures
        An example is a grid of pixels: it can be augmented, hidden patch by patch, and seen.
    on_plane
        An example is a point on the plane: what the network answers is a surface over it.
    axes
        How many sides the shape of an example has.
    one_scale
        Its values share one unit and span the data set's whole ``value_range``.
    """

    kind: ClassVar[str]
    title: ClassVar[str]
    example_word: ClassVar[str]
    feature_word: ClassVar[str]
    choose: ClassVar[str]
    pictures: ClassVar[bool] = False
    on_plane: ClassVar[bool] = False
    axes: ClassVar[int] = 1
    one_scale: ClassVar[bool] = False

    def feature_name(self, unit: int, names: Sequence[str], shape: tuple[int, ...]) -> str:
        """Return what a value is called in a sentence.

        ``names`` has one for each value, and ``shape`` is one example's.
        """
        return names[unit]


@dataclass(frozen=True)
class Pictures(DataKind):
    """Grids of grey pixels."""

    kind: ClassVar[str] = "image"
    title: ClassVar[str] = "Pictures"
    example_word: ClassVar[str] = "picture"
    feature_word: ClassVar[str] = "pixel"
    choose: ClassVar[str] = "Draw something, or pick an example,"
    pictures: ClassVar[bool] = True
    axes: ClassVar[int] = 3
    one_scale: ClassVar[bool] = True

    def feature_name(self, unit: int, names: Sequence[str], shape: tuple[int, ...]) -> str:
        """Return a pixel's name by its place, row and column counted from 1."""
        row, column = divmod(unit, shape[-1])
        return f"pixel ({row + 1}, {column + 1})"


def pixel_names(height: int, width: int) -> tuple[str, ...]:
    """Return the names of a picture's features, row and column counted from 1."""
    rows, columns = range(1, height + 1), range(1, width + 1)
    return tuple(f"row {row}, column {column}" for row in rows for column in columns)


@dataclass(frozen=True)
class PlanePoints(DataKind):
    """Points on the plane."""

    kind: ClassVar[str] = "plane"
    title: ClassVar[str] = "Points on the plane"
    example_word: ClassVar[str] = "point"
    feature_word: ClassVar[str] = "coordinate"
    choose: ClassVar[str] = "Choose a point on the plane"
    on_plane: ClassVar[bool] = True
    one_scale: ClassVar[bool] = True


@dataclass(frozen=True)
class TableRows(DataKind):
    """Rows of a table."""

    kind: ClassVar[str] = "table"
    title: ClassVar[str] = "A table"
    example_word: ClassVar[str] = "example"
    feature_word: ClassVar[str] = "feature"
    choose: ClassVar[str] = "Set the inputs, or pick an example,"


@dataclass(frozen=True)
class Sequences(DataKind):
    """Steps one after another, each with the same features."""

    kind: ClassVar[str] = "sequence"
    title: ClassVar[str] = "Sequences"
    example_word: ClassVar[str] = "sequence"
    feature_word: ClassVar[str] = "value"
    choose: ClassVar[str] = "Draw something, or pick an example,"
    axes: ClassVar[int] = 2
    one_scale: ClassVar[bool] = True


_AT_STEP = " at step "


def step_names(units: Sequence[str], steps: int) -> tuple[str, ...]:
    """Return the names of a sequence's features, ``x at step 3``, steps counted from 1."""
    return tuple(f"{unit}{_AT_STEP}{step}" for unit in units for step in range(1, steps + 1))


def unit_names(names: Sequence[str], shape: tuple[int, ...]) -> tuple[str, ...]:
    """Return what the features of each step are called, from the names of all: ``x``, ``y``."""
    return tuple(name.rpartition(_AT_STEP)[0] or name for name in names[:: shape[-1]])


DATA_KINDS: Registry[DataKind] = Registry(
    "kind of data", Pictures, PlanePoints, TableRows, Sequences
)
