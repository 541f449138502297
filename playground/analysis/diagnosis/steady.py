"""Keeps findings from coming and going: one look is not enough while the network still moves."""

from __future__ import annotations

from collections.abc import Sequence

from playground.analysis.diagnosis.finding import Finding

LOOKS = 2
"""Diagnoses in a row that must agree before a finding comes, or goes."""


class Steady:
    """Follows diagnoses of one run and tells which findings to show."""

    def __init__(self) -> None:
        self._shown: dict[str, Finding] = {}
        self._streaks: dict[str, int] = {}

    @property
    def shown(self) -> tuple[Finding, ...]:
        """The findings to show at present."""
        return tuple(self._shown.values())

    def clear(self) -> None:
        """Forget everything, as for a new run."""
        self._shown.clear()
        self._streaks.clear()

    def follow(self, findings: Sequence[Finding], *, at_rest: bool) -> tuple[Finding, ...]:
        """Take a diagnosis in and return what to show.

        Parameters
        ----------
        findings
            The diagnosis, in the order of showing.
        at_rest
            The network does not move: one look is enough.
        """
        found = {finding.kind: finding for finding in findings}
        if at_rest:
            self._streaks.clear()
            self._shown = found
            return self.shown
        for kind in {*found, *self._shown}:
            changes = (kind in found) != (kind in self._shown)
            self._streaks[kind] = self._streaks.get(kind, 0) + 1 if changes else 0
        for kind in self._streaks.keys() - (found.keys() | self._shown.keys()):
            self._streaks[kind] = 0
        ripe = {kind for kind, streak in self._streaks.items() if streak >= LOOKS}
        for kind in ripe:
            self._streaks[kind] = 0
        staying = {kind: finding for kind, finding in self._shown.items() if kind not in ripe}
        coming = {kind: found[kind] for kind in found if kind in self._shown or kind in ripe}
        self._shown = {
            kind: found.get(kind) or staying[kind]
            for kind in [*coming, *(kind for kind in staying if kind not in coming)]
        }
        return self.shown
