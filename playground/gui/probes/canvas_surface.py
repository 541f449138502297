"""The canvas's pixels: strokes painted once and kept, and what is painted around and over them."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QCursor, QPainter, QPainterPath, QPen, QPixmap

from playground.data.drawing.ink import Ink, Stroke
from playground.data.drawing.pen_way import PenWay
from playground.gui.look.colors import DARK, Colors
from playground.gui.probes.sheet import Sheet
from playground.gui.probes.stroke_recorder import PEN_WIDTH, SIDE
from playground.gui.widgets.ink_image import ink_image
from playground.gui.widgets.pen_way_painting import (
    draw_line,
    line_pen,
    paint_dots,
    paint_timed_line,
)

_SMALLEST_CURSOR = 5
_DOT = 1.7
_CORNER = 8.0


class CanvasSurface:
    """A square pixmap on which ``SIDE`` canvas units span ``side`` logical pixels."""

    def __init__(self) -> None:
        self.pixmap = QPixmap()
        self._scale = 1.0
        self._colors: Colors | None = None

    def fits(self, side: int, ratio: float, colors: Colors) -> bool:
        """Whether the pixels are those of this size, screen and theme."""
        return (
            self._colors is colors
            and self.pixmap.width() == round(side * ratio)
            and self.pixmap.devicePixelRatio() == ratio
        )

    def forget(self) -> None:
        """Let nothing fit until the next :meth:`redraw`."""
        self._colors = None

    def redraw(
        self,
        sheet: Sheet,
        side: int,
        ratio: float,
        colors: Colors,
        way: PenWay | None = None,
        ink: Ink | None = None,
    ) -> None:
        """Paint a whole sheet afresh; a way, read from some ink, in time's colours."""
        self.pixmap = QPixmap(round(side * ratio), round(side * ratio))
        self.pixmap.setDevicePixelRatio(ratio)
        self._colors = colors
        self._scale = side / SIDE
        self.pixmap.fill(QColor(colors.canvas))
        painter = QPainter(self.pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if way is not None:
            painter.scale(self._scale, self._scale)
            self._paint_pen_way(painter, ink or Ink(), way)
        elif sheet.example is not None:
            painter.drawImage(QRectF(0, 0, side, side), ink_image(sheet.example.pixels, colors))
        else:
            painter.scale(self._scale, self._scale)
            for stroke in sheet.ink.strokes:
                self._draw(painter, stroke)
        painter.end()

    def _paint_pen_way(self, painter: QPainter, ink: Ink, way: PenWay) -> None:
        """Paint the lines of a way as thick as they were drawn, and a dot for each step."""
        assert self._colors is not None
        steps, lines = len(way.places), iter(way.lines)
        for stroke in ink.cut():
            if stroke.eraser:
                self._draw(painter, stroke)
            else:
                paint_timed_line(painter, next(lines), steps, stroke.width)
        for line in lines:
            paint_timed_line(painter, line, steps, PEN_WIDTH)
        paint_dots(painter, way, _DOT, self._colors)

    def extend(self, stroke: Stroke, color: QColor | None = None) -> QRectF:
        """Paint the newest part of a stroke; return the part of the square that changed."""
        painter = QPainter(self.pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self._scale, self._scale)
        self._draw(painter, stroke, color)
        painter.end()
        low, high = stroke.points.min(axis=0), stroke.points.max(axis=0)
        box = QRectF(QPointF(*low.tolist()), QPointF(*high.tolist()))
        margin = stroke.width / 2 + 2 / self._scale
        box.adjust(-margin, -margin, margin, margin)
        return QRectF(box.topLeft() * self._scale, box.size() * self._scale)

    def _draw(self, painter: QPainter, stroke: Stroke, color: QColor | None = None) -> None:
        assert self._colors is not None
        ink = QColor(self._colors.canvas) if stroke.eraser else color or QColor(self._colors.ink)
        painter.setPen(line_pen(ink, stroke.width))
        draw_line(painter, stroke.points)


def pen_cursor(diameter: float, ratio: float) -> QCursor:
    """Return a mouse pointer that is a ring as wide as the pen, in logical pixels."""
    ring = max(round(diameter), _SMALLEST_CURSOR)
    side = ring + 4
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(2, 2, ring, ring)
    for color, width in ((QColor(0, 0, 0, 150), 2.6), (QColor(255, 255, 255, 230), 1.2)):
        painter.setPen(QPen(color, width))
        painter.drawEllipse(box)
    painter.end()
    return QCursor(pixmap)


def paint_frame(painter: QPainter, square: QRectF, colors: Colors, focused: bool) -> None:
    """Round the square's corners and give it a border, or the ring of the keyboard focus."""
    outside = QPainterPath()
    outside.addRect(square.adjusted(-1, -1, 1, 1))
    rounded = QPainterPath()
    rounded.addRoundedRect(square.adjusted(0.5, 0.5, -0.5, -0.5), _CORNER, _CORNER)
    painter.fillPath(outside - rounded, QColor(colors.window))
    color, width = (colors.accent, 2.0) if focused else (colors.border, 1.0)
    painter.setPen(QPen(QColor(color), width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(rounded)


def paint_hint(painter: QPainter, square: QRectF, lines: list[str]) -> None:
    """Say on the empty canvas what can be done here."""
    # The canvas is dark in both themes, so its quiet text is too.
    painter.setPen(QColor(DARK.muted))
    painter.drawText(
        square.adjusted(16, 16, -16, -16),
        int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap),
        "\n".join(lines),
    )


def paint_key_pen(
    painter: QPainter, centre: QPointF, radius: float, colors: Colors, down: bool
) -> None:
    """Show where the pen of the keyboard is, and whether it draws."""
    painter.setPen(QPen(QColor(colors.accent), 2.5 if down else 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(centre, radius, radius)
