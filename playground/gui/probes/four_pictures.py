"""Four small pictures with a word under each: the stations of a drawing's way to the network."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.gui.look.colors import Colors
from playground.gui.look.marking import named
from playground.gui.look.spoken import Role, reads_as
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font

_SIDE = 52
_CAPTION = 16
COUNT = 4


class FourPictures(QWidget):
    """Places the pictures, which a child paints; the keyboard stands on the last one.

    Attributes
    ----------
    captions
        A word or two under each; where there is none, nothing stands.
    """

    def __init__(self, name: str, spoken: str, tip: str) -> None:
        super().__init__()
        named(self, name, spoken, tip)
        reads_as(self, Role.Graphic)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.captions: tuple[str, ...] = ("",) * COUNT

    @abstractmethod
    def paint_picture(self, painter: QPainter, index: int, square: QRectF, colors: Colors) -> None:
        """Paint what stands at a place, where there is something, on paper."""

    def square(self, index: int) -> QRectF:
        """Return where a picture is."""
        side = min(_SIDE, (self.width() - 9) // COUNT)
        gap = (self.width() - COUNT * side) / (COUNT - 1)
        return QRectF(round(index * (side + gap)), 0, side, side)

    def index_at(self, at: QPointF) -> int | None:
        """Return the picture at a place of the widget, or None."""
        return next((i for i in range(COUNT) if self.square(i).contains(at)), None)

    def sizeHint(self) -> QSize:
        return QSize(COUNT * _SIDE + 36, _SIDE + _CAPTION)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, _SIDE + _CAPTION)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(ui_font(SMALL_PX, fixed=True))
        metrics = QFontMetricsF(painter.font())
        for index, caption in enumerate(self.captions):
            if not caption:
                continue
            square = self.square(index)
            path = QPainterPath()
            path.addRoundedRect(square, 3, 3)
            painter.fillPath(path, QColor(colors.canvas))
            painter.save()
            self.paint_picture(painter, index, square, colors)
            painter.restore()
            painter.setPen(QColor(colors.muted))
            if metrics.horizontalAdvance(caption) > self.square(1).left():
                caption = caption.split()[-1]
            wide = metrics.horizontalAdvance(caption)
            left = min(max(square.center().x() - wide / 2, 0), self.width() - wide)
            painter.drawText(QPointF(left, square.bottom() + 3 + metrics.ascent()), caption)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colors.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.square(COUNT - 1).adjusted(1, 1, -1, -1), 3, 3)
