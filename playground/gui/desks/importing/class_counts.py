"""How many examples each class has, as bars."""

from __future__ import annotations

from collections.abc import Mapping

from playground.gui.look.marking import named
from playground.gui.widgets.share_bars import ShareBars

_ROW = 18


class ClassCounts(ShareBars):
    """A bar a class, the longest for the largest."""

    def __init__(self) -> None:
        super().__init__(_ROW)
        named(self, "importCounts", "Examples of each class")

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """Show the classes' names and how many examples each has."""
        most = max(counts.values(), default=0) or 1
        shares = [count / most for count in counts.values()]
        self.set_bars(list(counts), shares, [f"{count:,}" for count in counts.values()])
