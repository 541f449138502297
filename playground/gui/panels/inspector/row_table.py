"""A list of names and numbers that changes in every frame: painted, because labels would jump."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from playground.gui.look.colors import Colors
from playground.gui.look.marking import tool_tip
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.panels.inspector.figures import Figures
from playground.gui.panels.inspector.row import Row

_ROW = 18
_PAIR = 32
_GAP = 8
_TINY_PX = 9
_LEAST_NAME = 58
_LEAST_BAR = 18
_BEST_BAR = 34
_MOST_NAME = 96
_BAR = 8
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class RowTable(QWidget):
    """Rows of names and numbers; where these have no room side by side, a row takes two lines.

    ``link_requested`` carries the :attr:`Row.link` of a row that was clicked, or chosen with the
    arrow keys and Enter.

    Parameters
    ----------
    name, spoken
        objectName and accessibleName.
    columns
        A pattern for each column, ``#`` for a number: ``("# × #", "#")``.
    bars
        Whether rows have a bar between name and numbers.
    """

    link_requested = Signal(object)

    def __init__(
        self,
        name: str,
        spoken: str,
        columns: tuple[str, ...] = ("#",),
        *,
        bars: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self._columns = columns
        self._bars = bars
        self._rows: tuple[Row, ...] = ()
        self._digits = 0
        self._widths: tuple[int, ...] = ()
        self._stacked = False
        self._tops: list[int] = [0]
        self._at = -1
        self._font = ui_font(SMALL_PX)
        self._metrics = QFontMetrics(self._font)
        self._figure = self._metrics.horizontalAdvance("0")
        self._name_widths: dict[str, int] = {}
        self.set_figures(Figures(3))

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is shown."""
        return self._rows

    def set_figures(self, figures: Figures) -> None:
        """Make room for numbers of so many digits."""
        if figures.digits == self._digits:
            return
        self._digits = figures.digits
        self._widths = tuple(
            self._metrics.horizontalAdvance(column.replace("#", figures.widest)) + 2
            for column in self._columns
        )
        self._fit()

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows."""
        rows = tuple(rows)
        if rows == self._rows:
            return
        former, self._rows = self._rows, rows
        self._at = min(self._at, len(rows) - 1)
        linked = any(row.link is not None for row in rows)
        policy = Qt.FocusPolicy.StrongFocus if linked else Qt.FocusPolicy.NoFocus
        if policy != self.focusPolicy():
            self.setFocusPolicy(policy)
        if [self._is_pair(row) for row in former] != [self._is_pair(row) for row in rows]:
            self._name_widths.clear()
            self._fit()
        self.update()

    def row_rect(self, index: int) -> QRect:
        """Return where a row is."""
        top = self._tops[index]
        return QRect(0, top, self.width(), self._tops[index + 1] - top)

    def _is_pair(self, row: Row) -> bool:
        """Return whether a row has more to show than a name and a number."""
        if self._bars:
            return row.share is not None
        return len(row.cells) > 1 and bool(row.cells[-2]) and row.tone != "muted"

    def _fit(self) -> None:
        numbers = sum(self._widths) + _GAP * len(self._widths)
        least = _LEAST_NAME + (_LEAST_BAR + _GAP if self._bars else 0)
        self._stacked = numbers + least > self.width()
        self._tops = [0]
        for row in self._rows:
            lines = _PAIR if self._stacked and self._is_pair(row) else _ROW
            self._tops.append(self._tops[-1] + lines)
        if self._tops[-1] != self.minimumHeight() or self.maximumHeight() != self.minimumHeight():
            self.setFixedHeight(self._tops[-1])
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, self._tops[-1])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setFont(self._font)
        pens = {"text": QColor(colors.text), "muted": QColor(colors.muted)}
        shown = event.rect()
        for index, row in enumerate(self._rows):
            if self._tops[index] <= shown.bottom() and self._tops[index + 1] > shown.top():
                self._paint_row(painter, index, row, colors, pens)
        if self.hasFocus() and 0 <= self._at < len(self._rows):
            painter.setPen(QPen(QColor(colors.accent), 1))
            painter.drawRoundedRect(self.row_rect(self._at).adjusted(0, 0, -1, -1), 3, 3)
        painter.end()

    def _paint_row(
        self, painter: QPainter, index: int, row: Row, colors: Colors, pens: dict[str, QColor]
    ) -> None:
        box = self.row_rect(index)
        if row.total:
            painter.setPen(QColor(colors.border))
            painter.drawLine(box.topLeft(), box.topRight())
        line = QRect(box.left(), box.top(), box.width(), _ROW)
        paired = box.height() > _ROW
        painter.setPen(pens[row.tone])
        right = line.width()
        room = right
        cells = (*("",) * (len(self._widths) - len(row.cells)), *row.cells)
        columns = zip(reversed(self._widths), reversed(cells), strict=True)
        for place, (width, cell) in enumerate(columns):
            # Of a pair, the last number stays beside the name, but not beside a bar.
            below = paired and (self._bars or place > 0)
            edge = line.width() if below and not self._bars else right
            if cell:
                at = line.translated(0, _ROW - 4) if below else line
                self._write(painter, QRect(0, at.top(), edge, at.height()), cell)
                if not below:
                    room = edge - len(cell) * self._figure - _GAP
            right -= width + _GAP
        if row.share is not None:
            room = self._paint_bar(painter, line, room if paired else right, row.share, colors)
        pointed = row.link is not None and index == self._at
        painter.setPen(QColor(colors.accent) if pointed else pens["muted" if row.cells else "text"])
        if row.total and not row.tone == "muted":
            painter.setPen(pens["text"])
        name = row.name
        if self._width_of(name) > room:
            name = self._metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(0, line.top(), room, line.height()), _LEFT, name)

    def _write(self, painter: QPainter, box: QRect, cell: str) -> None:
        """Write numbers at the right, smaller where so many digits have no room otherwise."""
        if (
            len(cell) * self._figure > box.width()
            and self._metrics.horizontalAdvance(cell) > box.width()
        ):
            painter.setFont(ui_font(_TINY_PX))
            painter.drawText(box, _RIGHT, cell)
            painter.setFont(self._font)
        else:
            painter.drawText(box, _RIGHT, cell)

    def _width_of(self, name: str) -> int:
        width = self._name_widths.get(name)
        if width is None:
            width = self._name_widths[name] = self._metrics.horizontalAdvance(name)
        return width

    def _paint_bar(
        self, painter: QPainter, line: QRect, room: int, share: float, colors: Colors
    ) -> int:
        """Draw a bar; return the room that is left for the name."""
        name = max(min(room - _GAP - _BEST_BAR, _MOST_NAME), _LEAST_NAME - 4)
        width = room - name - _GAP
        length = max(abs(share) * width, 2.0)
        middle = line.center().y() - _BAR / 2 + 1
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.accent if share >= 0 else colors.warning))
        painter.drawRoundedRect(QRectF(name + _GAP, middle, length, _BAR), 2, 2)
        painter.restore()
        return name

    def _index_at(self, point: QPoint) -> int:
        index = bisect_right(self._tops, point.y()) - 1
        return index if 0 <= index < len(self._rows) else -1

    def _point_at(self, index: int) -> None:
        if index != self._at:
            self._at = index
            linked = 0 <= index < len(self._rows) and self._rows[index].link is not None
            shape = Qt.CursorShape.PointingHandCursor if linked else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)
            self.update()

    def _follow(self, index: int) -> None:
        if 0 <= index < len(self._rows) and self._rows[index].link is not None:
            self.link_requested.emit(self._rows[index].link)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self._index_at(event.pos())
            if index >= 0:
                row = self._rows[index]
                tip = row.tip or " ".join((row.name, *row.cells))
                QToolTip.showText(event.globalPos(), tool_tip(tip), self, self.row_rect(index))
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self._index_at(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._follow(self._index_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        linked = [index for index, row in enumerate(self._rows) if row.link is not None]
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._follow(self._at if self._at in linked else next(iter(linked), -1))
        elif key == Qt.Key.Key_Down and linked and self._at < linked[-1]:
            self._point_at(next(index for index in linked if index > self._at))
        elif key == Qt.Key.Key_Up and linked and self._at > linked[0]:
            self._point_at(next(index for index in reversed(linked) if index < self._at))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._at < 0:
            links = (index for index, row in enumerate(self._rows) if row.link is not None)
            self._at = next(links, -1)
        self._describe()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def _describe(self) -> None:
        self.setAccessibleDescription(
            "; ".join(" ".join((row.name, *row.cells)) for row in self._rows)
        )
