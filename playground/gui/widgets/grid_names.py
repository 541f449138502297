"""Names beside the rows and the columns of a heat grid's first block."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter

from playground.gui.look.colors import Colors
from playground.gui.look.theme import colors_of
from playground.gui.widgets.heat_grid import CENTER, LEFT, RIGHT, HeatGrid


def draw_row_names(
    grid: HeatGrid,
    painter: QPainter,
    names: Sequence[str],
    band: tuple[int, int],
    *,
    lit: int = -1,
    align: Qt.AlignmentFlag = RIGHT,
) -> None:
    """Write names beside the rows in view, as many as fit, between two places across."""
    left, right = band
    cells, body = grid.blocks[0], grid.body()
    tall = painter.fontMetrics().height() - 2
    every = ceil(tall / cells.height)
    painter.save()
    beyond = 4 if every == 1 else tall // 2  # the name of a flat row is higher than the row
    painter.setClipRect(QRect(left, body.top() - beyond, right - left, body.height() + 2 * beyond))
    shift = grid.offset().y() + tall // 2
    for row in _thinned(grid.in_view(0)[0], every):
        place = QRect(left, cells.rect(row, 0).center().y() - shift, right - left, tall)
        _write(painter, colors_of(grid), place, names[row], align, row == lit)
    painter.restore()


def draw_column_names(
    grid: HeatGrid,
    painter: QPainter,
    names: Sequence[str],
    band: tuple[int, int],
    *,
    lit: int = -1,
    turned: bool = False,
    thinned: bool = True,
) -> None:
    """Write names above or below the columns in view, between two places down.

    Words are cut short where they do not fit, numbers are left out unless all are wanted.
    """
    top, bottom = band
    cells, body, shift = grid.blocks[0], grid.body(), grid.offset().x()
    numbered = not turned and names[0].isdigit()
    widest = painter.fontMetrics().horizontalAdvance(names[-1]) + 8
    every = max(ceil(widest / cells.width), 1) if numbered and thinned else 1
    overhang = 20 if numbered or not thinned else 0
    painter.save()
    painter.setClipRect(QRect(body.left(), top, body.width() + 4, bottom - top))
    for column in _thinned(grid.in_view(0)[1], every):
        cell = cells.rect(0, column)
        left, wide = cell.left() - shift - overhang, cell.width() + 2 * overhang
        place, align = QRect(left, top, wide, bottom - top), CENTER
        if turned:
            painter.save()
            painter.translate(place.left(), place.bottom() - 2)
            painter.rotate(-90)
            place, align = QRect(0, 0, place.height() - 4, place.width()), LEFT
        _write(painter, colors_of(grid), place, names[column], align, column == lit)
        if turned:
            painter.restore()
    painter.restore()


def _write(
    painter: QPainter,
    colors: Colors,
    place: QRect,
    name: str,
    align: Qt.AlignmentFlag,
    lit: bool,
) -> None:
    painter.setPen(QColor(colors.text if lit else colors.muted))
    if not name.isdigit():
        elide = Qt.TextElideMode.ElideRight
        name = painter.fontMetrics().elidedText(name, elide, place.width())
    painter.drawText(place, align, name)


def _thinned(places: range, every: int) -> range:
    """Return those of the places that are multiples of a number."""
    return places[-places.start % every :: every]
