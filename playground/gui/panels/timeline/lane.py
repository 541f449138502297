"""What the timeline draws of one run, and which runs it has room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from playground.training.runs import Run
from playground.wording import number


@dataclass(frozen=True)
class Lane:
    """One run as a line along the epochs.

    Attributes
    ----------
    number, title, reason
        Of the run.
    branched_from
        The number of the run that it branched from, None where it began with the seed's weights.
    epochs
        Of its kept moments, ascending.
    best
        The epoch of its best moment.
    """

    number: int
    title: str
    reason: str
    branched_from: int | None
    epochs: tuple[float, ...]
    best: float

    @classmethod
    def of(cls, run: Run) -> Lane:
        """Return what is drawn of a run."""
        return cls(
            number=run.number,
            title=run.title,
            reason=run.reason,
            branched_from=None if run.origin is None else run.origin[0].number,
            epochs=tuple(moment.now for moment in run.moments),
            best=run.best.now,
        )

    @property
    def words(self) -> str:
        """The lane in a sentence."""
        start = f"from epoch {number(self.epochs[0], 4)}" if self.epochs[0] else "from the start"
        reason = f", {self.reason}" if self.reason else ""
        end = f"{number(self.epochs[-1], 4)}"
        return (
            f"{self.title}: {start} to {end}{reason}. ★ Best so far: epoch {number(self.best, 4)}."
        )


def chosen(runs: Sequence[Run], followed: Run, most: int) -> list[Run]:
    """Return as many runs as there is room for: the one followed, its origins, then the newest."""
    ancestors = [followed]
    while ancestors[-1].origin is not None:
        ancestors.append(ancestors[-1].origin[0])
    others = [run for run in reversed(runs) if run not in ancestors]
    kept = [run for run in (*ancestors, *others) if run in runs][:most]
    return [run for run in runs if run in kept]
