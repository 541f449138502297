"""How a regression's target is distributed over the training and the test part."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.data.preparation import Prepared
from playground.data.summary import DataSummary
from playground.gui.lenses.data.histogram_bars import paint_histogram
from playground.gui.lenses.data.part_legend import paint_part_legend
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.look.wording import brief

_HEIGHT = 150
_WORDS = 18
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class TargetSpread(QWidget):
    """A histogram with its axis; the line is the target of the example in hand."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("targetSpread")
        self.setAccessibleName("Distribution of the target")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT)
        self._font = ui_font(SMALL_PX)
        self._prepared: Prepared | None = None
        self._summary: DataSummary | None = None
        self._target: float | None = None

    def set_summary(self, prepared: Prepared, summary: DataSummary | None) -> None:
        """Show a data set's target, or wait for its numbers."""
        self._prepared, self._summary = prepared, summary
        self.setAccessibleDescription("" if summary is None else self.text)
        self.update()

    def set_target(self, target: float | None) -> None:
        """Mark an example's target, or none."""
        if target != self._target:
            self._target = target
            self.update()

    @property
    def text(self) -> str:
        """The target's figures."""
        if self._summary is None or self._summary.target is None:
            return ""
        one = self._summary.target
        return (
            f"mean {brief(one.mean)} · median {brief(one.median)} · deviation "
            f"{brief(one.deviation)}"
        )

    def sizeHint(self) -> QSize:
        return QSize(380, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        prepared, summary = self._prepared, self._summary
        if prepared is None or summary is None or summary.target_histogram is None:
            return
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setFont(self._font)
        line = QRect(0, 0, self.width(), _WORDS)
        fills = paint_part_legend(painter, line, prepared, colors)
        box = QRectF(0, _WORDS + 4, self.width() - 1, _HEIGHT - 3 * _WORDS - 4)
        histogram = summary.target_histogram
        shown = histogram
        if prepared.tested_on_train:
            shown = type(histogram)(histogram.low, histogram.high, histogram.counts[:1])
        paint_histogram(painter, box, shown, fills, colors, self._target)
        below = QRectF(0, box.bottom(), self.width(), _WORDS)
        painter.setPen(QColor(colors.muted))
        painter.drawText(below, _LEFT, brief(histogram.low))
        painter.drawText(below, _RIGHT, brief(histogram.high))
        middle = Qt.AlignmentFlag.AlignCenter
        painter.drawText(below, middle, brief((histogram.low + histogram.high) / 2))
        painter.drawText(below.translated(0, _WORDS), _LEFT, self.text)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
