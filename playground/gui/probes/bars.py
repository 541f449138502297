"""How sure the network is of each class, as bars."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from playground.gui.look.marking import named
from playground.gui.widgets.share_bars import ShareBars
from playground.wording import percent

_ROW = 19
_COMPACT_ROW = 15
_MOST_CLASSES, _LIKELIEST = 40, 12


class PredictionBars(ShareBars):
    """A share for each class, the largest in the colour of a good answer.

    Of very many classes only the likeliest have a bar, the first of them on top.

    Attributes
    ----------
    classes
        The names of all classes.
    """

    def __init__(self) -> None:
        super().__init__(_ROW, "100.0 %")
        named(
            self,
            "predictionBars",
            "Probability of each class",
            "How sure the network is of each class; together they add up to 100 %.",
        )
        self.classes: tuple[str, ...] = ()

    def set_classes(self, names: Sequence[str]) -> None:
        """Show these classes, without a prediction."""
        self.classes = tuple(names)
        shown = names if len(names) <= _MOST_CLASSES else [""] * _LIKELIEST
        self.set_bars(shown, (), [""] * len(shown))
        self.setAccessibleDescription("No prediction")

    def set_shares(self, shares: Sequence[float], label: int | None = None) -> None:
        """Show a share for each class, 0 to 1; ``label`` marks the true class.

        No shares at all leave the bars empty.
        """
        if not len(shares):
            self.set_classes(self.classes)
            return
        shares = [float(share) for share in shares]
        places = list(range(len(shares)))
        if len(places) > _MOST_CLASSES:
            places = np.argsort(-np.array(shares), kind="stable")[:_LIKELIEST].tolist()
        shown = [shares[place] for place in places]
        self.set_bars(
            [self.classes[place] for place in places],
            shown,
            list(map(percent, shown)),
            best=shown.index(max(shown)),
            label=places.index(label) if label in places else None if label is None else -1,
        )

    def set_compact(self, compact: bool) -> None:
        """Take less height, for small windows."""
        self.set_row_height(_COMPACT_ROW if compact else _ROW)
