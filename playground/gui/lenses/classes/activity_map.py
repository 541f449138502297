"""The map of neurons by classes: a row a neuron or map, a column a class."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QMargins, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter

from playground.analysis.neurons.class_activity import ClassActivity, Order
from playground.gui.look import colormaps
from playground.gui.look.colors import Colors
from playground.gui.look.heat import (
    Floats,
    Pixels,
    draw_scale,
    draw_signed_scale,
    greatest_size,
    rising_pixels,
    signed_pixels,
)
from playground.gui.look.meanings import ACTIVATIONS, SIGNED_ACTIVATIONS, ColorMeaning
from playground.gui.widgets.cells import Cell, CellBlock, Part
from playground.gui.widgets.grid_names import draw_column_names, draw_row_names
from playground.gui.widgets.heat_grid import LEFT, RIGHT, HeatGrid
from playground.wording import fixed, grouped, nth, number, short

SILENT_SIGN = "○"
SATURATED_SIGN = "◆"
_ROOM = QMargins(62, 26, 12, 26)
_LEAST_ROW, _TALLEST_ROW = 4, 34
_LEAST_COLUMN, _WIDEST_COLUMN = 8, 140
_LONGEST_NAME = 84


class ActivityMap(HeatGrid):
    """One layer of a :class:`ClassActivity`, whose neurons are ``rows``, from top to bottom.

    ``class_clicked`` carries a heading's column.
    """

    class_clicked = Signal(int)

    def __init__(self) -> None:
        spoken = "Mean activation of each neuron or map for each class"
        super().__init__("classActivityMap", spoken)
        self.setMinimumSize(200, 120)
        self._activity: ClassActivity | None = None
        self._layer = 0
        self._sort: Order | int = "index"
        self.rows = np.empty(0, dtype=np.intp)
        self._means: Floats = np.empty((0, 0))
        self._greatest = 1.0
        self._signed = self._turned = False

    @property
    def meaning(self) -> ColorMeaning:
        """What the colours of the cells stand for."""
        return SIGNED_ACTIVATIONS if self._signed else ACTIVATIONS

    def show_layer(self, activity: ClassActivity | None, layer: int, sort: Order | int) -> None:
        """Draw one layer's neurons in an order."""
        if layer != self._layer:
            self.point_at(None)
        self._activity, self._layer, self._sort = activity, layer, sort
        if activity is not None:
            self.rows = activity.order(layer, sort)
            self._means = activity.means[layer][self.rows]
            self._signed = bool((self._means < 0).any())
            self._greatest = max(greatest_size(self._means), 1e-12)
        self.measure()

    def measure(self) -> None:
        if self._activity is None:
            self.place([])
            return
        rows, columns = self._means.shape
        room = QMargins(_ROOM)
        view = self.viewport().rect().marginsRemoved(room).size()
        wide = min(max(view.width() // columns, _LEAST_COLUMN), _WIDEST_COLUMN)
        small = QFontMetrics(self.small)
        longest = max(map(small.horizontalAdvance, self._activity.class_names))
        self._turned = longest > wide
        if self._turned:
            wide = max(wide, small.height())
            room.setTop(min(longest, _LONGEST_NAME) + 12)
            view.setHeight(view.height() + _ROOM.top() - room.top())
        tall = min(max(view.height() // rows, _LEAST_ROW), _TALLEST_ROW)
        self.place([CellBlock(room.left(), room.top(), rows, columns, wide, tall)], room)

    def pixels(self, block: int, part: Part) -> Pixels:
        means = self._means[part]
        if self._signed:
            pixels = signed_pixels(means, self._greatest, self.dark)
        else:
            pixels = rising_pixels(means, colormaps.viridis(), self._greatest)
        pixels[~np.isfinite(means)] = 0
        return pixels

    def sentence(self, cell: Cell) -> str:
        activity = self._activity
        if activity is None:
            return ""
        neuron, noun = int(self.rows[cell.row]), activity.noun(self._layer)
        places = activity.places[self._layer]
        mean = float(self._means[cell.row, cell.column])
        kind = "target" if activity.by_target else "class"
        text = f"{noun.capitalize()} {nth(neuron)}, {kind} {activity.class_names[cell.column]}"
        if np.isnan(mean):
            return f"{text}: no examples"
        text += f": mean activation {number(mean)}"
        if noun == "map":
            text += f" over its {grouped(places)} places"
        if activity.silent[self._layer][neuron]:
            return text + " · silent on every example"
        if activity.saturated[self._layer][neuron]:
            return text + " · saturated"
        selectivity = float(activity.selectivity(self._layer)[neuron])
        return text + f" · selectivity {fixed(selectivity, 2)}"

    def header_rect(self, column: int) -> QRect:
        """Return where a class's heading is, in the viewport's pixels."""
        cell = self.cell_rect(Cell(0, 0, column))
        return QRect(cell.left(), 0, cell.width(), self.room.top())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        point = event.position().toPoint()
        for column in range(self.blocks[0].columns if self.blocks else 0):
            if event.button() == Qt.MouseButton.LeftButton and (
                self.header_rect(column).contains(point)
            ):
                self.class_clicked.emit(column)

    def paint_around(self, painter: QPainter, colors: Colors) -> None:
        """Write the classes, the neurons with their signs, and the scale."""
        activity, body = self._activity, self.body()
        if activity is None:
            return
        numbers = [nth(neuron) for neuron in self.rows.tolist()]
        draw_row_names(self, painter, numbers, (0, body.left() - 8))
        self._draw_signs(painter, colors, activity)
        names = list(activity.class_names)
        lit = self._sort if isinstance(self._sort, int) else -1
        if lit >= 0:
            names[lit] += " ▾"
        draw_column_names(self, painter, names, (0, body.top()), lit=lit, turned=self._turned)
        painter.setPen(QColor(colors.muted))
        painter.drawText(
            QRect(0, body.top() - _ROOM.top(), body.left() - 8, _ROOM.top()),
            RIGHT,
            activity.noun(self._layer),
        )
        line = QRect(body.left(), body.bottom() + 8, body.width(), 16)
        if self._signed:
            draw_signed_scale(painter, line, self._greatest, self.dark)
        else:
            table = colormaps.viridis().view(np.uint32)[:, 0]
            draw_scale(painter, line, "0", short(self._greatest), table)

    def _draw_signs(self, painter: QPainter, colors: Colors, activity: ClassActivity) -> None:
        """Mark the neurons that are silent or saturated: by a sign, or a spot in low rows."""
        silent, saturated = activity.silent[self._layer], activity.saturated[self._layer]
        roomy = self.blocks[0].height >= painter.fontMetrics().height() - 2
        body = self.body()
        painter.save()
        painter.setClipRect(QRect(0, body.top(), body.left(), body.height()))
        painter.setPen(QColor(colors.warning))
        for row in self.in_view(0)[0]:
            neuron = self.rows[row]
            if not (silent[neuron] or saturated[neuron]):
                continue
            place = self.cell_rect(Cell(0, row, 0))
            side = min(max(place.height() - 1, 3), 7)
            spot = QRect(12, place.center().y() - side // 2, side, side)
            if roomy:
                place.moveLeft(6)
                painter.drawText(place, LEFT, SILENT_SIGN if silent[neuron] else SATURATED_SIGN)
            elif silent[neuron]:
                painter.drawRect(spot.adjusted(0, 0, -1, -1))
            else:
                painter.fillRect(spot, QColor(colors.warning))
        painter.restore()
