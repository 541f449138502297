"""The maps that a place of a convolution reads: patch, kernel, and what they add to its sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy

from playground.gui.look.colors import Colors
from playground.gui.widgets.figure_table import Draw, Entry, FigureTable, Heading, Index

_ROW = 24
_PICTURE = 20
_MIDDLE = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_HEADINGS = (
    Heading("map", "The map that is read.", "00", left=True),
    Heading("patch", "What the window shows of this map.", "patch", left=True),
    Heading("kernel", "The weights that this map is seen with.", "× kern", left=True),
    Heading(left=True),
    Heading("Σ", "Patch times kernel, added up: what this map adds to the sum.", "−0.000"),
)


@dataclass(frozen=True, eq=False)
class MapLine:
    """One map: its number from 0, pictures of both, a bar from −1 to 1, and its part of the sum."""

    number: int
    name: str
    patch: QImage | None
    kernel: QImage
    share: float | None
    text: str


class MapTable(FigureTable):
    """A row for each map; ``map_chosen`` carries the number of the one clicked or walked to."""

    map_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__("mapTable", "Maps that are read", _HEADINGS, row_px=_ROW)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.lines: Sequence[MapLine] = ()
        self._chosen = 0

    def show_lines(self, lines: Sequence[MapLine], chosen: int) -> None:
        """Show other maps, one of them chosen."""
        self.lines, self._chosen = lines, chosen
        self.cells.show(len(lines), self._cell)
        row = next((i for i, line in enumerate(lines) if line.number == chosen), -1)
        if row != self.currentIndex().row():
            with QSignalBlocker(self):
                self.setCurrentIndex(self.cells.index(row, 0))
        height = self.whole_height(len(lines))
        if height != self.height():
            self.setFixedHeight(height)
        self.viewport().update()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if 0 <= current.row() < len(self.lines):
            self.map_chosen.emit(self.lines[current.row()].number)

    def _cell(self, row: int, column: int) -> Entry:
        line = self.lines[row]
        ground = "selection" if line.number == self._chosen else ""
        tip = f"Click to see the numbers of {line.name}."
        if column == 0:
            return Entry(line.name.removeprefix("map "), tip, ground=ground)
        if column == 1:
            return Entry(f"patch of {line.name}", tip, ground=ground, draw=_picture(line.patch))
        if column == 2:
            draw = _picture(line.kernel, times=line.patch is not None)
            return Entry(f"kernel of {line.name}", tip, ground=ground, draw=draw)
        if column == 3:
            return Entry("", tip, ground=ground, draw=self._bar(line.share))
        return Entry(line.text, tip, ground=ground)

    def _bar(self, share: float | None) -> Draw:
        signs = [line.share for line in self.lines if line.share is not None]
        below, above = -min([*signs, 0.0]), max([*signs, 0.0])

        def draw(painter: QPainter, cell: QRectF, colors: Colors) -> None:
            if share is None or not below + above:
                return
            room = cell.adjusted(4, 0, -4, 0)
            zero = room.left() + room.width() * below / (below + above)
            painter.setPen(QPen(QColor(colors.muted), 1, Qt.PenStyle.DotLine))
            painter.drawLine(round(zero), round(cell.top()), round(zero), round(cell.bottom()))
            length = share * room.width() / (below + above)
            box = QRectF(zero, cell.center().y() - 4, length, 8).normalized()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.accent if share >= 0 else colors.warning))
            painter.drawRoundedRect(box, 2, 2)

        return draw


def _picture(image: QImage | None, *, times: bool = False) -> Draw:
    def draw(painter: QPainter, cell: QRectF, colors: Colors) -> None:
        left = cell.left() + 2
        if times:
            painter.setPen(QColor(colors.muted))
            painter.drawText(QRectF(left, cell.top(), 12, cell.height()), _MIDDLE, "×")
        if image is not None:
            left += 14 if times else 0
            painter.drawImage(
                QRectF(left, cell.center().y() - _PICTURE / 2, _PICTURE, _PICTURE), image
            )

    return draw
