"""What the table of runs says: how good each has become, and in what they differ."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.tasks import ACCURACY, Metric, metrics_of
from playground.training.edits.in_words import Setting, differing, settings_of
from playground.training.metrics import chosen_by
from playground.training.moment import Moment
from playground.training.runs import Run
from playground.wording import grouped, listed


@dataclass(frozen=True, eq=False)
class RunRow:
    """A run, its settings by their places, and its figures.

    Attributes
    ----------
    moment
        The run's newest moment, of which all this is.
    metric
        What ``best`` and ``last`` are of: the task's score.
    judge
        The part that ``best`` is the best on; ``last`` is of the test part.
    """

    run: Run
    moment: Moment
    settings: dict[str, Setting]
    metric: Metric
    judge: str
    best: float
    last: float

    @classmethod
    def of(cls, run: Run) -> RunRow:
        """Return what a run has come to."""
        metric = (ACCURACY, *metrics_of(run.history.columns))[-1]
        judge = chosen_by(run.history.columns)
        _, values = curve(run, metric.name, judge)
        finite = values[np.isfinite(values)]
        best = float(finite.max()) if len(finite) else float("nan")
        last = run.history.last(f"test_{metric.name}")
        return cls(run, run.last, settings_of(run.experiment), metric, judge, best, last)

    @property
    def origin(self) -> str:
        """Where it came from."""
        if self.run.origin is None:
            start = self.run.start
            return f"from epoch {grouped(start.epoch)}" if start.step else "from the start"
        origin, moment = self.run.origin
        return f"from {origin.title}, epoch {grouped(moment.epoch)}"

    @property
    def epochs(self) -> int:
        """Epochs done."""
        return self.moment.epoch

    @property
    def seconds(self) -> float:
        """Time spent training."""
        return self.moment.seconds

    @property
    def parameters(self) -> int:
        """How many numbers it has learned."""
        return len(self.moment.parameters)

    @property
    def words(self) -> str:
        """All that a filter looks in."""
        texts = (f"{setting.label} {setting.text}" for setting in self.settings.values())
        return "\n".join((self.run.title, self.run.note, self.origin, *texts)).casefold()


def rows_of(runs: Iterable[Run], former: Iterable[RunRow] = ()) -> list[RunRow]:
    """Return a row for each run; those of before that still hold are taken again."""
    known = {row.run: row for row in former if row.moment is row.run.last}
    return [known.get(run) or RunRow.of(run) for run in runs]


def columns_of(rows: Sequence[RunRow]) -> dict[str, Any]:
    """Return the places of the settings that differ, each with its commonest value."""
    places = differing([row.settings for row in rows])
    return {
        place: Counter(
            row.settings[place].value for row in rows if place in row.settings
        ).most_common(1)[0][0]
        for place in places
    }


def judges(rows: Iterable[RunRow]) -> str:
    """Return the parts that the best of some runs are the best on, in words."""
    return listed(sorted({row.judge for row in rows}) or ["test"], "or")


def curve(
    run: Run, measure: str, part: str = "test"
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return epochs and values of a measure on a part, since the run has begun."""
    history, name = run.history, f"{part}_{measure}"
    if name not in history.columns:
        return np.empty(0), np.empty(0)
    own = (history.epochs >= run.start.epoch) & np.isfinite(history.columns[name])
    return history.epochs[own], history.columns[name][own]


def spreads(rows: Sequence[RunRow]) -> dict[Run, str]:
    """Return how much the best value depends on the seed, where several seeds were tried.

    Only of runs from the start: what branched off has another past.
    """
    alike: dict[Any, list[RunRow]] = {}
    for row in rows:
        if not row.run.start.step:
            others = (each for each in row.settings.items() if each[0] != "seed")
            chosen = frozenset((place, setting.value) for place, setting in others)
            alike.setdefault(chosen, []).append(row)
    told = ((group, _spread(group)) for group in alike.values() if len(group) > 1)
    return {row.run: text for group, text in told for row in group}


def _spread(rows: Sequence[RunRow]) -> str:
    best, text = [row.best for row in rows], rows[0].metric.text
    mean, off = text(float(np.mean(best)), 3), text(float(np.std(best, ddof=1)), 3)
    return f"{len(rows)} runs that differ in the seed only: {mean} ± {off} (standard deviation)."


def csv_of(rows: Sequence[RunRow]) -> str:
    """Return the table as CSV, with the settings that differ."""
    columns = columns_of(rows)
    labels = [
        next(row.settings[place].label for row in rows if place in row.settings)
        for place in columns
    ]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    best = f"best on {judges(rows)}"
    figures = ["metric", best, "last on test", "epochs", "seconds", "parameters"]
    writer.writerow(["run", "origin", "note", *labels, *figures])
    for row in rows:
        chosen = (row.settings[place].text if place in row.settings else "" for place in columns)
        measured = ("" if value != value else repr(value) for value in (row.best, row.last))
        spent = row.epochs, repr(round(row.seconds, 3)), row.parameters
        named = row.run.title, row.origin, row.run.note
        writer.writerow([*named, *chosen, row.metric.word, *measured, *spent])
    return text.getvalue()
