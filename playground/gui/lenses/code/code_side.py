"""Beside the plane of a code of more than two numbers: its axes, and a slider for each number."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from playground.analysis.codes.numbers import CodeNumbers
from playground.analysis.codes.plane import DIRECTIONS, FIRST_TWO, Axis
from playground.data.dataset import Dataset
from playground.gui.lenses.code.number_sliders import NumberSliders
from playground.gui.look.marking import named
from playground.gui.look.spoken import Role, reads_as
from playground.gui.look.theme import SMALL_PX, colors_of, sized
from playground.gui.widgets.combo_box import named_box, offer
from playground.gui.widgets.example_painters import draw_inside
from playground.gui.widgets.ink_image import ink_image
from playground.gui.widgets.labels import titled
from playground.gui.widgets.layouts import beside, scrolling, stacked
from playground.wording import nth

_WIDE_PX = 208
_PICTURE_PX, _LEAST_PX = 92, 36
_AXIS_TIP = (
    "What the plane shows {}: a number of the code, or one of the two directions in which the "
    "codes differ most (their principal components)."
)

Floats = NDArray[np.floating[Any]]


class CodeSide(QWidget):
    """``axes_chosen`` tells of other axes; ``code_requested`` carries a code."""

    axes_chosen = Signal()
    code_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._size = 0
        self.across_box = named_box("codeAcrossBox", "Across", _AXIS_TIP.format("across"))
        self.up_box = named_box("codeUpBox", "Up", _AXIS_TIP.format("up"))
        self.sliders = NumberSliders()
        self.picture = _DecodedPicture()
        across, up = (
            beside(titled(box, title), (box, 1), spacing=6)
            for title, box in (("Across", self.across_box), ("Up", self.up_box))
        )
        heading = sized(named(QLabel("Numbers, by what they change"), role="muted"), SMALL_PX)
        stacked(
            *(across, up, self.picture, heading, (scrolling(self.sliders), 1)),
            on=self,
            margins=0,
            spacing=4,
        )
        self.setFixedWidth(_WIDE_PX)
        for box in (self.across_box, self.up_box):
            box.currentIndexChanged.connect(self.axes_chosen)
        self.sliders.code_requested.connect(self.code_requested)

    @property
    def axes(self) -> tuple[Axis, Axis]:
        """What the plane shows across and up."""
        if self._size <= len(FIRST_TWO):
            return FIRST_TWO
        return self.across_box.currentData(), self.up_box.currentData()

    def set_data(self, dataset: Dataset) -> None:
        """Wait for codes of another data set."""
        self.picture.show_values(dataset, None)

    def set_size(self, size: int) -> None:
        """Offer the axes of a code of so many numbers, and a slider for each number."""
        self.setVisible(size > len(FIRST_TWO))
        if size == self._size:
            return
        self._size = size
        axes: list[tuple[str, Axis]] = [
            (f"direction {nth(which)}", axis) for which, axis in enumerate(DIRECTIONS)
        ]
        axes += [(f"number {nth(number)}", ("number", number)) for number in range(size)]
        for box, chosen in zip((self.across_box, self.up_box), DIRECTIONS, strict=True):
            offer(box, axes, chosen)
        self.sliders.set_size(size if size > len(FIRST_TWO) else 0)

    def show_numbers(self, numbers: CodeNumbers) -> None:
        """Sort the sliders by what they change."""
        self.sliders.show_numbers(numbers)

    def show_code(self, dataset: Dataset, code: Floats, values: Floats | None) -> None:
        """Show a code and what it decodes to."""
        self.sliders.show_code(code)
        self.picture.show_values(dataset, values)


class _DecodedPicture(QWidget):
    """What the sliders' code decodes to: ``values``, raw, (features,)."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "decodedPicture", "Decoded", "What the code decodes to.")
        reads_as(self, Role.Graphic)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._dataset: Dataset | None = None
        self.values: Floats | None = None

    def show_values(self, dataset: Dataset, values: Floats | None) -> None:
        """Show other values, or nothing."""
        self._dataset, self.values = dataset, values
        self.setVisible(dataset.kind.pictures)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_WIDE_PX, _PICTURE_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST_PX, _LEAST_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colors = QPainter(self), colors_of(self)
        side = min(self.width(), self.height())
        square = QRectF((self.width() - side) / 2, 0, side, side)
        painter.fillRect(square, QColor(colors.canvas))
        if self._dataset is not None and self.values is not None:
            draw_inside(painter, square, ink_image(self._dataset.ink(self.values), colors))
