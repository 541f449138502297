"""Shows where a carried card would go: a picture of it under the pointer, and a line in the gap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QWidget

from playground.gui.look.marking import named
from playground.gui.look.theme import colors_of

Gap = TypeVar("Gap", bound=QWidget)
_LINE_PX = 3
_EDGE_PX = 30


class CardCarrier:
    """Follows the pointer with a card's picture over the columns of cards.

    Parameters
    ----------
    column
        The widget that holds all of them.
    """

    def __init__(self, column: QWidget) -> None:
        self._column = column
        self._picture: QLabel | None = None
        self._line: QFrame | None = None
        self._grip = QPoint()

    def carry(
        self, card: QWidget, gaps: Sequence[Gap], beside: Sequence[QWidget], place: QPoint
    ) -> Gap | None:
        """Show the card at a place on the screen; return the gap that it would go to, or None.

        None means that it would stay where it is: between the gaps ``beside`` it.
        """
        pointer = self._column.mapFromGlobal(place)
        corner = card.mapTo(self._column, QPoint())
        if self._picture is None or self._line is None:
            self._picture, self._line = self._lift(card)
            self._grip = QPoint(0, pointer.y() - corner.y())
        self._picture.move(corner.x(), pointer.y() - self._grip.y())
        self._scroll_to(pointer)

        def middle(gap: QWidget) -> QPoint:
            return gap.mapTo(self._column, QPoint(0, gap.height() // 2))

        gap = min(gaps, key=lambda gap: abs(pointer.y() - middle(gap).y()))
        self._line.setVisible(gap not in beside)
        self._line.setGeometry(middle(gap).x(), middle(gap).y() - 1, gap.width(), _LINE_PX)
        return None if gap in beside else gap

    def put_down(self) -> None:
        """Take the picture and the line away."""
        for widget in (self._picture, self._line):
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._picture = self._line = None

    def _lift(self, card: QWidget) -> tuple[QLabel, QFrame]:
        whole = card.grab()
        faded = QPixmap(whole.size())
        faded.setDevicePixelRatio(whole.devicePixelRatio())
        faded.fill(Qt.GlobalColor.transparent)
        painter = QPainter(faded)
        painter.setOpacity(0.9)
        painter.drawPixmap(0, 0, whole)
        painter.end()
        line = named(QFrame(self._column), "dropIndicator")
        line.setStyleSheet(f"background: {colors_of(self._column).accent}; border-radius: 1px;")
        picture = QLabel(self._column)
        picture.setPixmap(faded)
        picture.resize(card.size())
        for widget in (line, picture):
            widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            widget.show()
            widget.raise_()
        return picture, line

    def _scroll_to(self, pointer: QPoint) -> None:
        parent = self._column.parentWidget()
        while parent is not None and not isinstance(parent, QScrollArea):
            parent = parent.parentWidget()
        content = parent.widget() if isinstance(parent, QScrollArea) else None
        if isinstance(parent, QScrollArea) and content is not None:
            spot = self._column.mapTo(content, pointer)
            parent.ensureVisible(spot.x(), spot.y(), 0, _EDGE_PX)
