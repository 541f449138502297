"""What stands around a confusion matrix: the axes' words, the classes' names and the totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPainter

from playground.analysis.answers.confusion import Confusion
from playground.gui.lenses.confusion.matrix_layout import AXIS, TOTAL_ROW, MatrixLayout
from playground.gui.look.colors import Colors

_CENTRE = Qt.AlignmentFlag.AlignCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class MatrixMargins:
    """Paints around ``body``, the part of the grid in view, scrolled by ``shift``."""

    painter: QPainter
    colors: Colors
    layout: MatrixLayout
    body: QRect
    shift: QPoint

    def draw_names(self, names: Sequence[str], lit: tuple[int, int]) -> None:
        """Write the axes and the classes, those of one row and one column brighter."""
        painter, layout, body = self.painter, self.layout, self.body
        text, muted = QColor(self.colors.text), QColor(self.colors.muted)
        painter.setPen(muted)
        painter.drawText(QRect(body.left(), 0, body.width(), AXIS), _CENTRE, "read as")
        painter.save()
        painter.translate(0, body.bottom())
        painter.rotate(-90)
        painter.drawText(QRect(0, 0, body.height(), AXIS), _CENTRE, "true class")
        painter.restore()
        painter.save()
        painter.setClipRect(QRect(body.left(), AXIS, body.width(), layout.top - AXIS))
        for column, name in enumerate(names):
            rect = layout.column_name(column).translated(-self.shift.x(), 0)
            painter.setPen(text if column == lit[1] else muted)
            if layout.turned:
                self._draw_turned(rect, name)
            else:
                painter.drawText(rect, _CENTRE, self._elided(name, rect.width() - 2))
        painter.setClipRect(QRect(AXIS, body.top(), layout.left - AXIS, body.height()))
        for row, name in enumerate(names):
            rect = layout.row_name(row).translated(0, -self.shift.y())
            painter.setPen(text if row == lit[0] else muted)
            painter.drawText(rect, _RIGHT, self._elided(name, rect.width()))
        painter.restore()

    def draw_totals(self, confusion: Confusion) -> None:
        """Write how many examples each class has, and how many were read as it."""
        painter, layout = self.painter, self.layout
        painter.setPen(QColor(self.colors.muted))
        side, below = layout.totals(self.body)
        painter.drawText(QRect(side.left(), AXIS, side.width(), layout.top - AXIS), _CENTRE, "all")
        painter.drawText(QRect(AXIS, below.top(), layout.left - AXIS - 6, TOTAL_ROW), _RIGHT, "all")
        corner = QRect(side.left(), below.top(), side.width(), TOTAL_ROW)
        painter.drawText(corner, _CENTRE, f"{confusion.examples:,}")
        painter.save()
        painter.setClipRect(side)
        for row, total in enumerate(confusion.support.tolist()):
            cell = layout.cell(row, 0).translated(0, -self.shift.y())
            rect = QRect(side.left(), cell.top(), side.width(), cell.height())
            painter.drawText(rect, _CENTRE, f"{total:,}")
        painter.setClipRect(below)
        for column, total in enumerate(confusion.predicted.tolist()):
            cell = layout.cell(0, column).translated(-self.shift.x(), 0)
            rect = QRect(cell.left(), below.top(), cell.width(), TOTAL_ROW)
            painter.drawText(rect, _CENTRE, f"{total:,}")
        painter.restore()

    def _draw_turned(self, rect: QRect, name: str) -> None:
        """Write a name from the bottom of its place upwards."""
        self.painter.save()
        self.painter.translate(rect.left(), rect.bottom() - 2)
        self.painter.rotate(-90)
        room = QRect(0, 0, rect.height() - 4, rect.width())
        self.painter.drawText(room, _LEFT, self._elided(name, room.width()))
        self.painter.restore()

    def _elided(self, name: str, width: int) -> str:
        metrics = self.painter.fontMetrics()
        return metrics.elidedText(name, Qt.TextElideMode.ElideRight, width)
