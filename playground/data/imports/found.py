"""What every kind of file that can be imported looks like to the import dialog."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from playground.data.dataset import Dataset

EXAMPLES_SHOWN = 10
"""How many examples a preview shows."""

Progress = Callable[[float], None]
"""Is told how much is done, 0 to 1, between two pieces of the work."""
IsCancelled = Callable[[], bool]
"""Is asked between two pieces of the work whether to stop."""


@dataclass(frozen=True, eq=False)
class Preview:
    """A look at what a file would become, before anything is kept.

    Parameters
    ----------
    columns, rows
        For a table: its columns' names, and the first rows as they stand in the file, one text per
        column. Empty for pictures.
    pictures
        For pictures: float arrays of shape (height, width), 0 (paper) to 1 (ink).
    labels
        The class, or the number to predict, of each row or picture shown.
    counts
        How many examples each class has, in the classes' order; empty for regression.
    counted
        What ``counts`` counts: ``"in all 150 rows"``, ``"in the first 1,000 rows"``.
    target
        The position in ``columns`` of the column to predict, where there are columns.
    notes
        What will be done: ``"2 rows with missing values are left out."``
    problems
        Why it cannot be read with these options; reading raises the first of them. Empty if it can.
    """

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    pictures: tuple[NDArray[np.float32], ...] = ()
    labels: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    counted: str = ""
    target: int | None = None
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


class Found(Protocol):
    """Something that could become a data set; finding it took less than a second."""

    @property
    def title(self) -> str:
        """The proposed title, from the file's name."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was found: ``"42,000 rows, 785 columns, separated by commas, with a header."``."""

    @property
    def options(self) -> Any:
        """What the user can choose: a frozen dataclass of declared fields.

        The choices may depend on what was chosen before (the columns on the delimiter): where
        ``type(found.options)`` differs from the one before, a form has to be built anew.
        """

    def with_options(self, options: Any) -> Found:
        """Return the same file, to be read in another way.

        Raises
        ------
        FieldError
            When a choice does not fit the file; its path is the field's name.
        DataError
            When the file can no longer be read.
        """

    def preview(self) -> Preview:
        """Return a look at the first examples; takes less than a second."""

    def read(self, title: str, progress: Progress, cancelled: IsCancelled) -> Dataset:
        """Return the data set, under a new name for a set of the user's own.

        May run in another thread than the rest.

        Raises
        ------
        DataError
            When the file cannot be read with these options, in one sentence.
        Cancelled
            When ``cancelled()`` said so.
        """
