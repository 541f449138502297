"""A row of layers from top to bottom: their cards, and a gap for a new one around each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QWidget

from playground.gui.look.marking import named, tool_tip
from playground.gui.panels.network.settings_card import SettingsCard
from playground.gui.widgets.layouts import stacked

_GAP_PX = 18


class CardColumn(QFrame):
    """The network's own row, or with a thin line beside it that inside a block.

    Signals
    -------
    gap_clicked(object)
        The button of the gap where a layer is to be added.

    Attributes
    ----------
    block
        The name of the block, ``""`` for the network.
    cards, gaps
        ``gaps[i]`` is in front of ``cards[i]``; the last gap is behind the last card.
    """

    gap_clicked = Signal(object)

    def __init__(self, block: str = "") -> None:
        super().__init__()
        self.block = block
        self.cards: list[SettingsCard] = []
        self.gaps: list[QPushButton] = []
        named(self, role="inside" if block else "")
        self._layout = stacked(on=self, margins=(7 if block else 0, 0, 0, 0), spacing=0)

    def hold(self, cards: Sequence[SettingsCard]) -> None:
        """Show cards in this order; one that is not among them must find another column."""
        self.cards = list(cards)
        while len(self.gaps) > len(cards) + 1:
            gap = self.gaps.pop()
            gap.hide()
            gap.setObjectName("")
            gap.deleteLater()
        while len(self.gaps) < len(cards) + 1:
            self.gaps.append(self._new_gap())
        for place, part in enumerate(self.parts()):
            if self._layout.indexOf(part) != place:
                self._layout.removeWidget(part)
                self._layout.insertWidget(place, part)
                part.show()

    def parts(self) -> Iterator[QWidget]:
        """Yield gaps and cards from top to bottom."""
        yield self.gaps[0]
        for card, gap in zip(self.cards, self.gaps[1:], strict=True):
            yield card
            yield gap

    def name_gaps(self) -> None:
        """Let each gap tell the cards beside it, whose names are known by now."""
        for gap, card in zip(self.gaps, self.cards, strict=False):
            gap.setAccessibleName(f"Add a layer before {card.accessibleName()}")
        if self.cards:
            self.gaps[-1].setAccessibleName(f"Add a layer after {self.cards[-1].accessibleName()}")

    def shape_at(self, gap: int) -> tuple[int, ...] | None:
        """Return the shape of one example in a gap, None in a network without layers."""
        if gap < len(self.cards):
            return self.cards[gap].info.input_shape
        return self.cards[-1].info.output_shape if self.cards else None

    def _new_gap(self) -> QPushButton:
        where = f"Add a layer inside {self.block}" if self.block else "Add a layer here"
        tip = tool_tip(f"{where}; the other layers keep their weights.")
        button = named(QPushButton("+ add layer"), "addLayerButton", where, tip, role="gap")
        button.setMinimumHeight(_GAP_PX)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.clicked.connect(self._on_clicked)
        return button

    def _on_clicked(self) -> None:
        self.gap_clicked.emit(self.sender())
