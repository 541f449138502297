"""What is told of writing: the likeliest next moves, and what the judge reads so far."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtWidgets import QLabel, QWidget

from playground.analysis.writing.judge import Judge
from playground.data.drawing.writing import Writing
from playground.gui.look.marking import named
from playground.gui.probes.bars import PredictionBars
from playground.gui.probes.compass import NextMoves
from playground.gui.widgets.layouts import stacked
from playground.gui.widgets.share_bars import LONGEST_COLUMN
from playground.storage.judge import judge

_FEW = 5


class WritingAnswer(QWidget):
    """Shows what it is given and asks for nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._writing: Writing | None = None
        self._judge: Judge | None = None
        self._compact = False
        self.next_moves = NextMoves()
        self._judged = named(QLabel("What the judge reads so far"), role="heading")
        self._judged.setToolTip(
            "The judge is a network that travels with the program. It learned from people's "
            "handwriting alone and has never seen what a network writes."
        )
        self._bars = PredictionBars()
        named(self._bars, "judgeBars", "What the judge reads", "How far the judge reads each.")
        stacked(
            named(QLabel("Next move"), role="heading"),
            self.next_moves,
            self._judged,
            self._bars,
            on=self,
            margins=0,
            spacing=6,
        )

    def set_writing(self, writing: Writing) -> None:
        """Tell of these moves and characters."""
        self._writing = writing
        self._judge = judge() if judge().knows(writing.names) else None
        for widget in (self._judged, self._bars):
            widget.setVisible(self._judge is not None)
        self.read("", ())
        self.set_moves(None)

    def set_moves(self, shares: NDArray[np.floating] | None) -> None:
        """Show how likely each next move is, (moves,); None for no moves."""
        self.next_moves.set_shares(shares, self._writing)

    def read(self, name: str, lines: Sequence[ArrayLike]) -> None:
        """Let the judge read some strokes that are to be a character; none for nothing."""
        if self._judge is None or self._writing is None:
            return
        known = name or self._writing.names[0]
        self._bars.set_classes(self._judge.rivals(known))
        self._fit()
        if lines:
            self._bars.set_shares(self._judge.shares(known, [lines])[0].tolist())

    def taken_for(self, lines: Sequence[ArrayLike]) -> str:
        """Return what the judge takes strokes for, where nobody says what they are to be."""
        assert self._writing is not None
        first = self._writing.names[0]
        if self._judge is None:
            return first
        return self._judge.rivals(first)[int(self._judge.shares(first, [lines])[0].argmax())]

    def set_compact(self, compact: bool) -> None:
        """Take less height, for small windows."""
        self._compact = compact
        self._fit()

    def _fit(self) -> None:
        self._bars.set_longest_column(_FEW if self._compact else LONGEST_COLUMN)
        self._bars.set_compact(self._compact or len(self._bars.names) > LONGEST_COLUMN)
