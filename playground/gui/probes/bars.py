"""How sure the network is of each class, as bars."""

from __future__ import annotations

from collections.abc import Sequence

from playground.gui.look.marking import named
from playground.gui.widgets.share_bars import ShareBars
from playground.wording import percent

_ROW = 19
_COMPACT_ROW = 15


class PredictionBars(ShareBars):
    """A share for each class, the largest in the colour of a good answer."""

    def __init__(self) -> None:
        super().__init__(_ROW, "100.0 %")
        named(
            self,
            "predictionBars",
            "Probability of each class",
            "How sure the network is of each class; together they add up to 100 %.",
        )

    def set_classes(self, names: Sequence[str]) -> None:
        """Show these classes, without a prediction."""
        self.set_bars(names, (), [""] * len(names))
        self.setAccessibleDescription("No prediction")

    def set_shares(self, shares: Sequence[float], label: int | None = None) -> None:
        """Show a share for each class, 0 to 1; ``label`` marks the true class.

        No shares at all leave the bars empty.
        """
        if not len(shares):
            self.set_classes(self.names)
            return
        shares = [float(share) for share in shares]
        best = shares.index(max(shares))
        self.set_bars(self.names, shares, list(map(percent, shares)), best=best, label=label)

    def set_compact(self, compact: bool) -> None:
        """Take less height, for small windows."""
        self.set_row_height(_COMPACT_ROW if compact else _ROW)
