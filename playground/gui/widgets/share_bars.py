"""Names, each with a bar and a number, painted in one widget: cheap enough for every frame."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.gui.look.theme import SMALL_PX, colors_of, ui_font

_COMPACT_ROW = 15
_BAR = 9.0
_LEAST = 2.0
_MOST_NAME = 0.4
_MOST_SPOKEN = 30
LONGEST_COLUMN = 16
_SHORT_NAME, _BETWEEN = 2, 14
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ShareBars(QWidget):
    """A row a name, many short names in two columns; only the rows in view are painted.

    Attributes
    ----------
    names, texts
        What is written on the left and on the right of each bar.

    Parameters
    ----------
    row_px
        The height of a row.
    widest
        A text on the right that there is always room for, so that the bars keep their length.
    """

    def __init__(self, row_px: int, widest: str = "") -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.names: tuple[str, ...] = ()
        self.texts: tuple[str, ...] = ()
        self._shares: Sequence[float] = ()
        self._best = -1
        self._label: int | None = None
        self._row, self._widest = row_px, widest
        self._longest = LONGEST_COLUMN

    def set_bars(
        self,
        names: Sequence[str],
        shares: Sequence[float],
        texts: Sequence[str],
        *,
        best: int = -1,
        label: int | None = None,
    ) -> None:
        """Show names with shares, 0 to 1, and their numbers; without shares the bars are empty.

        ``best`` is the place of the bar in the colour of a good answer, or of an error where
        ``label``, the place of the name in the colour of a good answer, is another.
        """
        if len(names) != len(self.names):
            self.updateGeometry()
        self.names, self.texts, self._shares = tuple(names), tuple(texts), shares
        self._best, self._label = best, label
        pairs = zip(self.names[:_MOST_SPOKEN], self.texts[:_MOST_SPOKEN], strict=True)
        self.setAccessibleDescription(", ".join(f"{name}: {text}" for name, text in pairs if text))
        self.update()

    def set_row_height(self, row_px: int) -> None:
        """Take another height for each row."""
        if row_px != self._row:
            self._row = row_px
            self.updateGeometry()

    def set_longest_column(self, names: int) -> None:
        """Put more short names than so many into two columns."""
        if names != self._longest:
            self._longest = names
            self.updateGeometry()

    @property
    def _columns(self) -> int:
        """Two, where many short names would take too much height."""
        many = len(self.names) > self._longest
        return 2 if many and max(map(len, self.names)) <= _SHORT_NAME else 1

    @property
    def _rows(self) -> int:
        return max(-(-len(self.names) // self._columns), 1)

    def sizeHint(self) -> QSize:
        return QSize(200, self._row * self._rows)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, min(_COMPACT_ROW, self._row) * self._rows)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.names:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        columns, rows = self._columns, self._rows
        wide = (self.width() - (columns - 1) * _BETWEEN) / columns
        row = min(self.height() / rows, float(self._row))
        for index in range(len(self.names)):
            column, line = divmod(index, rows)
            place = QRectF(column * (wide + _BETWEEN), line * row, wide, row)
            if place.intersects(QRectF(event.rect())):
                self._paint_row(painter, index, place)
        painter.end()

    def _paint_row(self, painter: QPainter, index: int, place: QRectF) -> None:
        """Paint a name, its bar and its number side by side."""
        colors = colors_of(self)
        name_font, font = ui_font(SMALL_PX + 1), ui_font(SMALL_PX)
        names_wide, wide = QFontMetricsF(name_font), QFontMetricsF(font)
        widest = max(map(names_wide.horizontalAdvance, self.names))
        left = place.left() + min(max(widest + 12, 22.0), place.width() * _MOST_NAME)
        longest = max(self._widest, *self.texts, key=len)
        right = place.right() - wide.horizontalAdvance(longest) - 6
        row, best = place.height(), index == self._best
        bar = min(_BAR, row - 5)
        box = QRectF(left, place.top() + (row - bar) / 2, max(right - left, 1.0), bar)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.track))
        painter.drawRoundedRect(box, bar / 2, bar / 2)
        share = self._shares[index] if self._shares else 0.0
        if share > 0 and math.isfinite(share):
            box.setWidth(max(min(share, 1.0) * box.width(), _LEAST))
            right_or_wrong = colors.good if self._label in (None, self._best) else colors.error
            painter.setBrush(QColor(right_or_wrong if best else colors.accent))
            radius = min(bar, box.width()) / 2
            painter.drawRoundedRect(box, radius, radius)
        room = QRectF(place.left(), place.top(), left - 6 - place.left(), row)
        name = names_wide.elidedText(self.names[index], Qt.TextElideMode.ElideRight, room.width())
        painter.setFont(name_font)
        painter.setPen(QColor(colors.good if index == self._label else colors.text))
        painter.drawText(room, _LEFT, name)
        room = QRectF(right, place.top(), place.right() - right, row)
        painter.setFont(font)
        painter.setPen(QColor(colors.text if best else colors.muted))
        painter.drawText(room, _RIGHT, self.texts[index])
