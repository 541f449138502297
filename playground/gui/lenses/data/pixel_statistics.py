"""What the training pictures share and where they differ: each pixel's mean and deviation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from playground.data.dataset import Dataset
from playground.data.summary import DataSummary
from playground.gui.look.marking import tool_tip
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.widgets.ink_image import ink_image
from playground.wording import brief

_SIDE = 92
_GAP = 14
_LINE = 15
_WORDS = 3 * _LINE + 4
_WIDEST_PITCH = 170


class PixelStatistics(QWidget):
    """Two pictures with what black and white stand for; a tool tip reads a pixel out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pixelStatistics")
        self.setAccessibleName("Mean and deviation of each pixel")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._font = ui_font(SMALL_PX)
        self._dataset: Dataset | None = None
        self._means: NDArray[np.floating] = np.zeros((1, 1))
        self._deviations: NDArray[np.floating] = np.zeros((1, 1))

    def set_summary(self, dataset: Dataset | None, summary: DataSummary | None) -> None:
        """Show a set of pictures' statistics, or none."""
        if dataset is None or summary is None or not dataset.kind.pictures:
            self._dataset = None
        else:
            self._dataset = dataset
            self._means = summary.feature_means.reshape(dataset.image_shape)
            self._deviations = summary.feature_deviations.reshape(dataset.image_shape)
            self.setAccessibleDescription("; ".join(text for _, text in self._captions()))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(2 * _SIDE + _GAP, _SIDE + _WORDS)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def picture_rect(self, place: int) -> QRectF:
        """Return where the mean (0) or the deviation (1) is."""
        height, width = self._means.shape
        unit = _SIDE / max(height, width)
        left = place * min((self.width() + _GAP) / 2, _WIDEST_PITCH)
        return QRectF(int(left), 0, unit * width, unit * height)

    def _captions(self) -> tuple[tuple[str, str], ...]:
        assert self._dataset is not None
        low, high = (brief(value) for value in self._dataset.value_range)
        top = brief(float(self._deviations.max()))
        never = int((self._deviations == 0).sum())
        rest = f"{never} never vary" if never else "all vary"
        return (
            ("mean of all", f"black {low}, white {high}"),
            ("deviation", f"white {top}\n{rest}"),
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        dataset = self._dataset
        if dataset is None:
            return
        colors = colors_of(self)
        low, high = dataset.value_range
        pictures = (
            (self._means - low) / (high - low),
            self._deviations / (float(self._deviations.max()) or 1.0),
        )
        painter = QPainter(self)
        painter.setFont(self._font)
        for place, (picture, (title, text)) in enumerate(
            zip(pictures, self._captions(), strict=True)
        ):
            box = self.picture_rect(place)
            painter.drawImage(box, ink_image(picture, colors))
            words = QRectF(box.left(), box.bottom() + 2, self.width() / 2, _WORDS)
            painter.setPen(QColor(colors.text))
            wrapped = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
            painter.drawText(words, wrapped, title)
            painter.setPen(QColor(colors.muted))
            painter.drawText(words.adjusted(0, _LINE, 0, 0), wrapped, text)
        painter.end()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            tip = self.tip_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), tool_tip(tip), self)
            return True
        return super().event(event)

    def tip_at(self, at: QPointF) -> str:
        """Return what there is to say of the pixel at a point, or nothing."""
        if self._dataset is None:
            return ""
        height, width = self._means.shape
        for place in range(2):
            box = self.picture_rect(place)
            if box.contains(at):
                row = min(int((at.y() - box.top()) * height / box.height()), height - 1)
                column = min(int((at.x() - box.left()) * width / box.width()), width - 1)
                mean, deviation = self._means[row, column], self._deviations[row, column]
                name = self._dataset.feature_names[row * width + column]
                return f"{name}: mean {brief(float(mean))}, deviation {brief(float(deviation))}"
        return ""
