"""The row of what had come so far: thumbnails of the drawing, or the steps themselves."""

from __future__ import annotations

from math import ceil

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from playground.gui.lenses.time.step_row import StepRow
from playground.gui.look.colormaps import class_colors, colored, diverging
from playground.gui.look.colors import DARK, Colors
from playground.gui.look.heat import Pixels, image_of, is_bright
from playground.gui.look.theme import SMALL_PX, ui_font
from playground.gui.widgets.cell_texts import INKS
from playground.gui.widgets.example_steps import ExampleInSteps
from playground.gui.widgets.steps_painting import paint_so_far
from playground.wording import nth

_HEIGHT, _APART = 48, 22
_CENTER = Qt.AlignmentFlag.AlignCenter


class SoFarRow(StepRow):
    """Thumbnails over the axis; where there is no drawing, a cell for every step."""

    def __init__(self) -> None:
        super().__init__("So far", least=_HEIGHT, fixed=True)
        self.example: ExampleInSteps | None = None

    def show_example(self, example: ExampleInSteps | None) -> None:
        """Show another example."""
        self.example = example
        if example is not None:
            self.title = "So far" if example.is_drawing else "Input"
            self.caption = "what the pen has drawn" if example.way else "what has come"
        self.renew()

    def shown_steps(self) -> list[int]:
        """Return the steps that have a thumbnail, evenly chosen."""
        plot = self.plot
        each = plot.height() + _APART
        apart = ceil(self.steps * each / plot.width())
        return list(range(self.steps - 1, -1, -apart))[::-1]

    def sentence(self, step: int, place: QPointF) -> str:
        if self.example is None or step >= self.example.steps:
            return ""
        return f"Step {nth(step)}: {self.example.words(step)}"

    def draw(self, painter: QPainter, colors: Colors, plot: QRectF) -> None:
        example = self.example
        if example is None:
            return
        side = plot.height()
        if not example.is_drawing:
            self._draw_cells(painter, colors, plot, example)
            return
        for step in self.shown_steps():
            square = QRectF(self.middle(step) - side / 2, plot.top(), side, side)
            left = min(max(square.left(), plot.left()), plot.right() - side)
            square.moveLeft(left)
            paint_so_far(painter, square, example, step, colors)

    def _draw_cells(
        self, painter: QPainter, colors: Colors, plot: QRectF, example: ExampleInSteps
    ) -> None:
        """Draw a cell for each step, or one for each of its features."""
        tokens = example.tokens
        place = plot.toRect()
        if tokens is None:
            values = example.by_step
            most = max(np.abs(values).max(), 1e-12)
            pixels = colored(values, diverging(colors is DARK), -most, most)
            painter.drawImage(place, image_of(pixels.view(np.uint32)[..., 0]))
            return
        names = example.dataset.unit_names
        inks: Pixels = class_colors(len(names)).view(np.uint32)[:, 0][tokens]
        place.setTop(place.center().y() - 11)
        place.setHeight(22)
        painter.drawImage(place, image_of(inks[np.newaxis]))
        painter.setFont(ui_font(SMALL_PX))
        bright, wide = is_bright(inks), plot.width() / self.steps
        for step, token in enumerate(tokens.tolist()):
            if painter.fontMetrics().horizontalAdvance(names[token]) + 2 <= wide:
                painter.setPen(QColor(INKS[int(bright[step])]))
                cell = QRect(round(plot.left() + step * wide), place.top(), round(wide), 22)
                painter.drawText(cell, _CENTER, names[token])
