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
        changing = found.keys() ^ self._shown.keys()
        streaks = {kind: self._streaks.get(kind, 0) + 1 for kind in changing}
        self._streaks = {kind: streak for kind, streak in streaks.items() if streak < LOOKS}
        waiting = self._streaks.keys()
        self._shown = {
            **{kind: one for kind, one in found.items() if kind not in waiting},
            **{kind: one for kind, one in self._shown.items() if kind in waiting},
        }
        return self.shown
