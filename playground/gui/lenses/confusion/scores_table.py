"""Precision, recall and F1 of every class, and their averages."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QSizePolicy

from playground.analysis.answers.confusion import Confusion, mean_of_defined
from playground.data.tasks import Classification, Task
from playground.gui.widgets.figure_table import Entry, FigureTable, Heading
from playground.wording import grouped, percent

_WIDEST = "100.0 %"


class ScoresTable(FigureTable):
    """A row a class and one for the macro average; scrolls where they do not fit."""

    def __init__(self) -> None:
        spoken = "Precision, recall and F1 of each class"
        super().__init__("scoresTable", spoken, row_px=16)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._names: Sequence[str] = ()
        self._task: Task = Classification()

    def set_names(self, names: Sequence[str], task: Task) -> None:
        """Prepare for other classes, and what is asked about them."""
        self._names, self._task = names, task
        self.set_headings(_headings(task))
        self.updateGeometry()

    def set_confusion(self, confusion: Confusion | None) -> None:
        """Show the scores that follow from these counts."""
        rows = [] if confusion is None else _rows(confusion, self._names, self._task)
        self.cells.show(len(rows), lambda row, column: rows[row][column])

    def sizeHint(self) -> QSize:
        return QSize(330, self.best_height())

    def minimumSizeHint(self) -> QSize:
        return QSize(220, min(self.best_height(), self.whole_height(4)))

    def best_height(self) -> int:
        """Return the height that shows every class."""
        return self.whole_height(len(self._names) + 1)


def _headings(task: Task) -> Sequence[Heading]:
    word, verb = task.asked_word, task.verb
    return (
        Heading(
            "class",
            "The true class. The last row is the macro average: every class counts the same.",
            left=True,
        ),
        Heading(
            "precision",
            f"Precision: of the {word}s {verb} as this class, the share that really is.",
            _WIDEST,
        ),
        Heading(
            "recall",
            f"Recall: of the {word}s of this class, the share that was {verb} as it.",
            _WIDEST,
        ),
        Heading(
            "F1",
            f"F1: the harmonic mean of precision and recall, 2 · right / ({verb} as it + of it).",
            _WIDEST,
        ),
        Heading(f"{word}s", f"Support: how many {word}s of this class there are.", _WIDEST),
    )


def _rows(confusion: Confusion, names: Sequence[str], task: Task) -> list[list[Entry]]:
    scores = (confusion.precision, confusion.recall, confusion.f1)
    columns = (confusion.support.tolist(), *(some.tolist() for some in scores))
    rows = []
    for name, support, *figures in zip(names, *columns, strict=True):
        cells = [
            Entry(percent(figure))
            if figure == figure
            else Entry("–", _undefined(name, k, task), "muted")
            for k, figure in enumerate(figures)
        ]
        rows.append([Entry(name, ink="muted"), *cells, Entry(f"{grouped(support)}", ink="muted")])
    means = [
        Entry(percent(mean_of_defined(some)), _mean_of(some, names), ruled=True) for some in scores
    ]
    last = Entry(f"{grouped(confusion.examples)}", ink="muted", ruled=True)
    return [*rows, [Entry("macro avg", ink="muted", ruled=True), *means, last]]


def _mean_of(scores: np.ndarray, names: Sequence[str]) -> str:
    """Return what a mean leaves out, empty where it leaves out nothing."""
    without = [names[label] for label in np.flatnonzero(~np.isfinite(scores)).tolist()]
    if not without:
        return ""
    return (
        f"The mean over {len(scores) - len(without)} of {len(scores)} classes; without "
        f"{', '.join(without)}, for which it is not defined."
    )


def _undefined(name: str, score: int, task: Task) -> str:
    """Return why a class has no precision, recall or F1."""
    word, verb = task.asked_word, task.verb
    return (
        f"No {word} was {verb} as {name}, so precision would divide by zero.",
        f"This part has no {word} of {name}, so recall would divide by zero.",
        f"No {word} is of {name} or was {verb} as it, so F1 would divide by zero.",
    )[score]
