"""A few of what was made, over the epochs: a column for each kept moment, over a playhead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter

from playground.gui.lenses.generated.picture_atlas import PictureAtlas
from playground.gui.look.colors import Colors
from playground.gui.look.heat import Pixels
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.widgets.cells import Cell, CellBlock, Part
from playground.gui.widgets.heat_grid import CENTER, HeatGrid
from playground.gui.widgets.ink_image import ink_pixels
from playground.gui.widgets.pen_way_painting import line_pen
from playground.wording import counted

SHOWN = 3
"""Of what was made, in a column."""

_BELOW, _TRACK, _EDGE = 32, 10, 6
_DOT, _HEAD = 3, 6


@dataclass(frozen=True, eq=False)
class Stop:
    """A moment on the strip.

    Attributes
    ----------
    title
        Its epoch: ``"30"``.
    pictures
        What was made then, None as long as it is not known.
    now
        Whether it is the moment that the whole window shows.
    """

    title: str
    pictures: PictureAtlas | None
    now: bool


class MomentStrip(HeatGrid):
    """Columns of pictures; a click, a drag or Enter chooses one: ``cell_chosen`` says which."""

    def __init__(self) -> None:
        super().__init__("fakesOverTime", "The same noise over the epochs")
        self.setMinimumSize(240, 96)
        self.show_no_bars()
        self.parted = False
        self.stops: Sequence[Stop] = ()
        self.what = "picture"

    def show_stops(self, stops: Sequence[Stop], what: str) -> None:
        """Show moments from left to right; ``what`` is the word for one of what was made."""
        self.stops, self.what = stops, what
        now = [stop.title for stop in stops if stop.now]
        self.summary = f"{counted(len(stops), 'moment')}; epoch {', '.join(now)} is shown"
        self.measure()

    def measure(self) -> None:
        known = next((stop.pictures for stop in self.stops if stop.pictures is not None), None)
        if known is None:
            self.place([])
            return
        view = self.viewport().size()
        each = (view.width() - 2 * _EDGE) / len(self.stops)
        side = min(each - 4, (view.height() - _BELOW) / SHOWN / known.aspect)
        tall = max(side * known.aspect, 6)
        self.place(
            [
                CellBlock(
                    round(_EDGE + (place + 0.5) * each - side / 2),
                    *(2, SHOWN, 1, max(side, 6), tall),
                )
                for place in range(len(self.stops))
            ],
            QMargins(0, 0, 0, _BELOW),
        )

    def pixels(self, block: int, part: Part) -> Pixels:
        rows, columns = part
        shape = rows.stop - rows.start, columns.stop - columns.start
        return ink_pixels(np.zeros(shape), colors_of(self))

    def sentence(self, cell: Cell) -> str:
        stop = self.stops[cell.block]
        told = f"Epoch {stop.title}, {self.what} {cell.row + 1} of {SHOWN}"
        if stop.pictures is None:
            return f"{told}: not made yet"
        return f"{told}: {'this moment' if stop.now else 'click to show this moment'}"

    def walked(self, cell: Cell, down: int, right: int) -> Cell:
        block = min(max(cell.block + right, 0), len(self.stops) - 1)
        return Cell(block, min(max(cell.row + down, 0), SHOWN - 1), 0)

    def start(self) -> Cell:
        places = [place for place, stop in enumerate(self.stops) if stop.now]
        return Cell(places[0] if places else 0, 0, 0)

    def sizeHint(self) -> QSize:
        return QSize(600, 142)

    # How it is painted.

    def paint_cells(self, painter: QPainter, colors: Colors) -> None:
        super().paint_cells(painter, colors)
        for block, stop in enumerate(self.stops):
            if stop.pictures is not None:
                for row in range(min(SHOWN, len(stop.pictures))):
                    place = self.cell_rect(Cell(block, row, 0))
                    stop.pictures.paint(painter, place.adjusted(0, 0, 0, -1), row, colors)

    def paint_around(self, painter: QPainter, colors: Colors) -> None:
        """Draw the line of time below, a dot and an epoch for each moment, and the playhead."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        y = self.block_rect(0).bottom() + _TRACK
        places = [self.block_rect(place).center().x() for place in range(len(self.stops))]
        now = [place for place, stop in enumerate(self.stops) if stop.now]
        at = places[now[0]] if now else places[0]
        for ink, left, right in (
            (colors.track, places[0], places[-1]),
            (colors.accent, places[0], at),
        ):
            painter.setPen(line_pen(QColor(ink), 3))
            painter.drawLine(QPoint(left, y), QPoint(right, y))
        painter.setPen(Qt.PenStyle.NoPen)
        for place, x in enumerate(places):
            is_now = place in now
            passed = x <= at
            painter.setBrush(QColor(colors.accent if passed else colors.faint))
            radius = _HEAD if is_now else _DOT
            painter.drawEllipse(QPoint(x, y), radius, radius)
        self._write_epochs(painter, colors, places, y)

    def _write_epochs(
        self, painter: QPainter, colors: Colors, places: Sequence[int], y: int
    ) -> None:
        taken = -10
        for stop, x in sorted(zip(self.stops, places, strict=True), key=lambda pair: pair[1]):
            painter.setFont(ui_font(SMALL_PX, bold=stop.now))
            painter.setPen(QColor(colors.text if stop.now else colors.muted))
            half = painter.fontMetrics().horizontalAdvance(stop.title) // 2 + 2
            if stop.now or x - half > taken:
                place = QRect(x - half, y + _HEAD + 1, 2 * half, 15)
                painter.drawText(place, CENTER, stop.title)
                taken = x + half

    def frames(self, colors: Colors) -> Iterable[tuple[QRect, str]]:
        for place, stop in enumerate(self.stops):
            if stop.now:
                yield self.block_rect(place).adjusted(-2, -2, 1, 1), colors.accent

    # What the mouse does.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._choose(event)
        else:
            super().mouseMoveEvent(event)

    def _choose(self, event: QMouseEvent) -> None:
        """Choose the column nearest to the mouse, wherever it is on the strip."""
        if not self.blocks:
            return
        x, y = event.position().x(), event.position().toPoint().y()
        middles = [self.block_rect(place).center().x() for place in range(len(self.blocks))]
        nearest = min(range(len(middles)), key=lambda place: abs(middles[place] - x))
        tall = self.blocks[0].height
        cell = Cell(nearest, min(max(int(y / tall), 0), SHOWN - 1), 0)
        self.point_at(cell)
        if not self.stops[nearest].now:
            self.cell_chosen.emit(cell)
