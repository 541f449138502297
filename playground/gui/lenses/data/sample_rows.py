"""Rows of small pictures with a name before each: what every augmentation makes of an example."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.gui.look.colors import Colors
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.widgets.ink_image import ink_image

_NAMES = 118
_SIDE = 40
_GAP = 4
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class SampleRows(QWidget):
    """As many pictures of each row as find room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("augmentedSamples")
        self.setAccessibleName("The example, changed at random")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._font = ui_font(SMALL_PX)
        self._rows: tuple[tuple[str, tuple[NDArray[np.floating], ...]], ...] = ()
        self._images: list[list[QImage]] = []
        self._painted_in: Colors | None = None
        self.setFixedHeight(0)

    @property
    def rows(self) -> tuple[tuple[str, tuple[NDArray[np.floating], ...]], ...]:
        """Each row's name and pictures."""
        return self._rows

    def set_rows(self, rows: Sequence[tuple[str, Sequence[NDArray[np.floating]]]]) -> None:
        """Show named rows of pictures, each (height, width), 0 paper to 1 ink."""
        self._rows = tuple((name, tuple(pictures)) for name, pictures in rows)
        self._painted_in = None
        self.setFixedHeight(len(rows) * (_SIDE + _GAP))
        self.setAccessibleDescription(", ".join(name for name, _ in rows))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_NAMES + 6 * (_SIDE + _GAP), self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        if colors is not self._painted_in:
            self._images = [[ink_image(one, colors) for one in row] for _, row in self._rows]
            self._painted_in = colors
        across = max((self.width() - _NAMES) // (_SIDE + _GAP), 1)
        painter = QPainter(self)
        painter.setFont(self._font)
        metrics = painter.fontMetrics()
        painter.setPen(QColor(colors.muted))
        for place, ((name, _), images) in enumerate(zip(self._rows, self._images, strict=True)):
            top = place * (_SIDE + _GAP)
            elided = metrics.elidedText(name, Qt.TextElideMode.ElideRight, _NAMES - 6)
            painter.drawText(QRect(0, top, _NAMES, _SIDE), _LEFT, elided)
            for column, image in enumerate(images[:across]):
                left = _NAMES + column * (_SIDE + _GAP)
                painter.drawImage(QRect(left, top, _SIDE, _SIDE), image)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
