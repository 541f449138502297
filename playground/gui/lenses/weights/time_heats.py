"""Distributions over time, one heat map a layer, one below the other over the same epochs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetrics,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.gui.lenses.weights.layer_heat import Heat
from playground.gui.look.colors import DARK, Colors
from playground.gui.look.heat import image_of, share_pixels
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.widgets.ticks import round_ticks
from playground.wording import number

LEAST_HEAT = 46
_TITLE = 17
_GAP = 7
_GUTTER = 50
_PROFILE = 74
_AXIS = 30
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTER = Qt.AlignmentFlag.AlignCenter


class TimeHeats(QWidget):
    """Paints the heats; ``pointed`` carries the sentence about the place that is pointed at.

    Beside each heat stands its newest histogram, on the same axis.
    """

    pointed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("weightHeats")
        self.setAccessibleName("Distribution of each layer's values over the epochs")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._font = ui_font(SMALL_PX)
        self._heats: tuple[Heat, ...] = ()
        self._empty = ""
        self._images: list[QImage | None] = []
        self._current: tuple[int, int, int | None] | None = None

    @property
    def heats(self) -> tuple[Heat, ...]:
        """What is shown, from top to bottom."""
        return self._heats

    @property
    def reading(self) -> str:
        """The sentence about the place that is pointed at, or an empty one."""
        if self._current is None or self._current[0] >= len(self._heats):
            return ""
        row, moment, bin_ = self._current
        heat = self._heats[row]
        moment = min(moment, len(heat.shares) - 1)
        if bin_ is not None:
            bin_ = min(bin_, heat.shares.shape[1] - 1)
        return heat.reading(moment, bin_)

    @property
    def empty_text(self) -> str:
        """The sentence where there is nothing to show."""
        return "" if self._heats else self._empty

    def show_heats(self, heats: Sequence[Heat], empty: str = "") -> None:
        """Show distributions, or a sentence."""
        self._heats, self._empty = tuple(heats), empty
        self._images = [None] * len(self._heats)
        if not heats:
            self._current = None
        self.setMinimumHeight(max(len(heats), 1) * (LEAST_HEAT + _TITLE + _GAP) + _AXIS)
        self._tell()
        self.update()

    def heat_rect(self, row: int) -> QRect:
        """Return where a heat is, without its axis and its newest histogram."""
        each = (self.height() - _AXIS) // max(len(self._heats), 1)
        top = row * each + _TITLE
        width = self.width() - _GUTTER - _PROFILE - 6
        return QRect(_GUTTER, top, max(width, 10), each - _TITLE - _GAP)

    def sizeHint(self) -> QSize:
        return QSize(700, 300)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setFont(self._font)
        if not self._heats:
            painter.setPen(QColor(colors.muted))
            centre = _CENTER | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(20, 8, -20, -8), centre, self._empty)
            painter.end()
            return
        for row, heat in enumerate(self._heats):
            self._draw_heat(painter, colors, row, heat)
        self._draw_epochs(painter, colors)
        if self._current is not None:
            self._draw_cursor(painter, colors, *self._current)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._images = [None] * len(self._heats)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._images = [None] * len(self._heats)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self._hit(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point_at(None)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        key = Qt.Key(event.key())
        if key not in steps or not self._heats:
            super().keyPressEvent(event)
            return
        if self._current is None:
            self._point_at((0, len(self._heats[0].shares) - 1, None))
            return
        down, right = steps[key]
        row = min(max(self._current[0] + down, 0), len(self._heats) - 1)
        moment = min(max(self._current[1] + right, 0), len(self._heats[row].shares) - 1)
        self._point_at((row, moment, None))

    def _span(self) -> tuple[float, float]:
        """Return the epochs in view."""
        low = min(float(heat.shown.epochs[0]) for heat in self._heats)
        high = max(float(heat.shown.epochs[-1]) for heat in self._heats)
        return low, high

    def _columns(self, heat: Heat, width: int) -> NDArray[np.intp]:
        """Return the moment, the newest at its epoch, for each pixel across, -1 for none yet."""
        low, high = self._span()
        if high <= low:
            return np.zeros(width, np.intp)
        epochs = low + (np.arange(width) + 0.5) * ((high - low) / width)
        return np.searchsorted(heat.shown.epochs, epochs, side="right") - 1

    def _image(self, row: int, rect: QRect) -> QImage:
        image = self._images[row]
        if image is None:
            heat = self._heats[row]
            colored = share_pixels(heat.shares.T[::-1], heat.most, colors_of(self) is DARK)
            columns = self._columns(heat, rect.width())
            pixels = colored[:, columns]
            pixels[:, columns < 0] = 0
            image = self._images[row] = image_of(pixels)
        return image

    def _draw_heat(self, painter: QPainter, colors: Colors, row: int, heat: Heat) -> None:
        rect = self.heat_rect(row)
        metrics = QFontMetrics(self._font)
        line = QRect(rect.left(), rect.top() - _TITLE, self.width() - rect.left() - 4, _TITLE - 2)
        painter.setPen(QColor(colors.faint))
        most = f"full colour: {number(round(100 * heat.most, 1))} % in a bin"
        painter.drawText(line, _RIGHT, most)
        line.setRight(line.right() - metrics.horizontalAdvance(most) - 10)
        painter.setPen(QColor(colors.text))
        painter.drawText(
            line, _LEFT, metrics.elidedText(heat.title, Qt.TextElideMode.ElideRight, line.width())
        )
        painter.drawImage(rect, self._image(row, rect))
        profile = QRectF(rect.right() + 7, rect.top(), _PROFILE - 8, rect.height())
        painter.setPen(QColor(colors.muted))
        for value, text in heat.ticks(max(rect.height() // 20, 3)):
            y = self._y_of(heat, rect, value)
            label = QRectF(0, y - 7, _GUTTER - 6, 14)
            painter.drawText(label, _RIGHT, text)
            line_color = QColor(colors.muted)
            line_color.setAlpha(60)
            painter.fillRect(QRectF(rect.left(), round(y), rect.width(), 1), line_color)
            painter.fillRect(QRectF(profile.left(), round(y), profile.width(), 1), line_color)
        self._draw_profile(painter, colors, heat, profile)

    def _draw_profile(self, painter: QPainter, colors: Colors, heat: Heat, room: QRectF) -> None:
        """Draw the newest histogram, lying on its side."""
        newest = heat.shares[-1]
        most = float(newest.max(initial=0)) or 1.0
        each = room.height() / len(newest)
        polygon = [QPointF(room.left(), room.bottom())]
        for index, width in enumerate((newest * (room.width() / most)).tolist()):
            low = room.bottom() - index * each
            polygon += [QPointF(room.left() + width, low), QPointF(room.left() + width, low - each)]
        polygon.append(QPointF(room.left(), room.top()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.accent))
        painter.drawPolygon(QPolygonF(polygon))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _draw_epochs(self, painter: QPainter, colors: Colors) -> None:
        rect = self.heat_rect(len(self._heats) - 1)
        low, high = self._span()
        painter.setPen(QColor(colors.muted))
        line = QRect(rect.left(), rect.bottom() + 3, rect.width(), 14)
        for tick in round_ticks(low, high, max(rect.width() // 60, 2)) if high > low else [low]:
            share = (tick - low) / (high - low) if high > low else 0.0
            x = rect.left() + round(share * (rect.width() - 1))
            painter.drawText(QRect(x - 40, line.top(), 80, 14), _CENTER, number(tick, 6))
        painter.setPen(QColor(colors.faint))
        painter.drawText(line.translated(0, 13), _CENTER, "epoch")
        now = QRect(rect.right() + 7, line.top(), _PROFILE - 8, 14)
        painter.drawText(now, _CENTER, "now")

    def _draw_cursor(
        self, painter: QPainter, colors: Colors, row: int, moment: int, bin_: int | None
    ) -> None:
        heat, rect = self._heats[row], self.heat_rect(row)
        moment = min(moment, len(heat.shares) - 1)
        low, high = self._span()
        share = (float(heat.shown.epochs[moment]) - low) / (high - low) if high > low else 0.0
        x = rect.left() + share * (rect.width() - 1)
        color = QColor(colors.accent if self.hasFocus() else colors.text)
        painter.setPen(QPen(color, 1))
        for index in range(len(self._heats)):
            each = self.heat_rect(index)
            painter.drawLine(QPointF(x, each.top()), QPointF(x, each.bottom()))
        if bin_ is not None:
            y = rect.bottom() - (bin_ + 0.5) * rect.height() / heat.shares.shape[1]
            painter.drawLine(QPointF(rect.left(), y), QPointF(self.width() - 4, y))

    def _y_of(self, heat: Heat, rect: QRect, value: float) -> float:
        return rect.bottom() + 1 - (value - heat.low) / (heat.high - heat.low) * rect.height()

    def _hit(self, point: QPoint) -> tuple[int, int, int | None] | None:
        for row, heat in enumerate(self._heats):
            rect = self.heat_rect(row)
            beside = rect.adjusted(0, 0, _PROFILE, 0)
            if not beside.contains(point):
                continue
            across = min(point.x() - rect.left(), rect.width() - 1)
            moment = max(int(self._columns(heat, rect.width())[across]), 0)
            if point.x() > rect.right():
                moment = len(heat.shares) - 1
            up = (rect.bottom() - point.y()) * heat.shares.shape[1] // rect.height()
            return row, moment, min(max(up, 0), heat.shares.shape[1] - 1)
        return None

    def _point_at(self, place: tuple[int, int, int | None] | None) -> None:
        if place != self._current:
            self._current = place
            self._tell()
            self.update()

    def _tell(self) -> None:
        self.setAccessibleDescription(self.reading or self.empty_text)
        self.pointed.emit(self.reading)
