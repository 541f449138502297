"""Writes what stands around the tiles: titles, names, bars and numbers, none over another."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from playground.gui.lenses.diagram.columns import Column, SlimMark
from playground.gui.lenses.diagram.layout import Place, title_centre
from playground.gui.look.colors import Colors
from playground.gui.look.theme import BODY_PX, SMALL_PX, ui_font
from playground.wording import short

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_TITLE_GAP = 11.0
_LEAST_TITLE = 26.0
_LEAST_PITCH = 11.0
_BAR = 10.0
_LEAST_BAR = 24.0
_LEAST_NAME = 8.0
_GAP = 10.0
_TWO_LINES = 26.0
_SLIM = 5.0


class Fonts:
    """The fonts of a diagram with their measures, made once."""

    def __init__(self) -> None:
        self.small, self.body = ui_font(SMALL_PX), ui_font(BODY_PX)
        self.strong = ui_font(BODY_PX, bold=True)
        self.small_wide = QFontMetricsF(self.small)
        self.body_wide = QFontMetricsF(self.body)
        self.strong_wide = QFontMetricsF(self.strong)


def paint_title(
    painter: QPainter, column: Column, place: Place, fonts: Fonts, colors: Colors
) -> None:
    """Write a column's heading above it: on one line, on two, smaller, or not at all."""
    room = place.room
    if room < _LEAST_TITLE:
        return
    first, _, rest = column.title.partition(" · ")
    frozen = " · frozen" if len(column.frozen) * column.positions == column.count else ""
    choices = [
        (fonts.body, [column.title + frozen]),
        (fonts.body, [column.title]),
        (fonts.body, [first, rest]),
        (fonts.small, [first, rest]),
        (fonts.small, [first, rest.partition(" · ")[0]]),
    ]
    if column.maps is not None:
        label = column.tiles.label
        choices = [
            (font, [title, label.size])
            for title in (label.title + frozen, label.title, first)
            for font in (fonts.body, fonts.small)
        ]
    choices.append((fonts.small, [first]))
    bottom = place.y - _TITLE_GAP

    def fits(font: QFont, lines: list[str]) -> bool:
        wide = QFontMetricsF(font)
        longest = max(map(wide.horizontalAdvance, lines))
        return longest <= room and wide.height() * len(lines) <= bottom

    font, lines = next((choice for choice in choices if fits(*choice)), choices[-1])
    wide = QFontMetricsF(font)
    painter.setFont(font)
    painter.setPen(QColor(colors.muted))
    for line in reversed(lines):
        shown = wide.elidedText(line, Qt.TextElideMode.ElideRight, room)
        x = title_centre(place) - wide.horizontalAdvance(shown) / 2
        painter.drawText(QPointF(x, bottom - wide.descent()), shown)
        bottom -= wide.height() if shown else 0


def paint_names(
    painter: QPainter, column: Column, place: Place, fonts: Fonts, colors: Colors
) -> None:
    """Write the names beside the tiles, and an answer's shares as bars or its number."""
    tiles = column.tiles
    if place.pitch < _LEAST_PITCH or place.columns > 1:
        return
    if tiles.is_output:
        _paint_answers(painter, column, place, fonts, colors)
    elif tiles.named and place.before - _GAP >= _LEAST_NAME:
        painter.setPen(QColor(colors.muted))
        for unit, name in enumerate(tiles.names):
            row = _row(place, unit, place.x - place.before, place.before - _GAP + 2)
            _write_name(painter, name, row, place.pitch, fonts)


def _write_name(painter: QPainter, name: str, row: QRectF, height: float, fonts: Fonts) -> None:
    """Write an input's name on one line, without its unit, on two smaller lines, or shortened."""
    wide, room = fonts.body_wide, row.width()
    bare = name.partition(" (")[0]
    painter.setFont(fonts.body)
    for text in (name, bare):
        if wide.horizontalAdvance(text) <= room:
            painter.drawText(row, _RIGHT, text)
            return
    words = bare.split(maxsplit=1)
    if len(words) == 2 and height >= _TWO_LINES:
        painter.setFont(fonts.small)
        for word, shift in zip(words, (-6, 6), strict=True):
            shown = fonts.small_wide.elidedText(word, Qt.TextElideMode.ElideRight, room)
            painter.drawText(row.translated(0, shift), _RIGHT, shown)
        return
    painter.drawText(row, _RIGHT, wide.elidedText(bare, Qt.TextElideMode.ElideRight, room))


def best_of(column: Column) -> int:
    """Return the class with the largest share, -1 without an answer or without a choice."""
    a = column.tiles.a
    chosen = column.tiles.named and not column.tiles.given_back
    if not column.filled or column.count < 2 or not chosen or not np.isfinite(a).any():
        return -1
    return int(np.where(np.isfinite(a), a, -np.inf).argmax())


def _paint_answers(
    painter: QPainter, column: Column, place: Place, fonts: Fonts, colors: Colors
) -> None:
    tiles, best = column.tiles, best_of(column)
    names = tiles.names if tiles.named else ()
    wide = fonts.strong_wide
    longest = max((wide.horizontalAdvance(name) for name in names), default=0.0)
    left = place.right + _GAP
    room = place.after - _GAP
    name_room = min(longest, room)
    bars = tiles.has_bars and room - (longest + 10 if longest else 0.0) >= _LEAST_BAR
    painter.setFont(fonts.body)
    for unit, name in enumerate(names):
        won = unit == best
        painter.setFont(fonts.strong if won else fonts.body)
        painter.setPen(QColor(colors.text))
        measure = fonts.strong_wide if won else fonts.body_wide
        shown = measure.elidedText(name, Qt.TextElideMode.ElideRight, name_room)
        painter.drawText(_row(place, unit, left, name_room + 4), _LEFT, shown)
    if bars:
        start = left + (name_room + 10 if longest else 0.0)
        _paint_bars(painter, column, place, (start, left + room), best, colors)
    elif column.filled and not tiles.has_bars:
        start = left + (name_room + 8 if longest else 0.0)
        painter.setFont(fonts.small)
        for unit in range(column.count):
            value = short(float(tiles.a[unit]))
            if fonts.small_wide.horizontalAdvance(value) <= left + room - start + 1:
                painter.setPen(QColor(colors.text if unit == best else colors.muted))
                painter.drawText(_row(place, unit, start, left + room - start + 2), _LEFT, value)


def _paint_bars(
    painter: QPainter,
    column: Column,
    place: Place,
    span: tuple[float, float],
    best: int,
    colors: Colors,
) -> None:
    height = min(_BAR, place.pitch * 0.4)
    track, low = QColor(colors.track), QColor(colors.accent)
    answered = best if column.count > 1 else 1
    answer = QColor(colors.good if column.label in (None, answered) else colors.error)
    painter.setPen(Qt.PenStyle.NoPen)
    for unit in range(column.count):
        middle = place.tile(unit)[1] + place.side / 2
        box = QRectF(span[0], middle - height / 2, span[1] - span[0], height)
        painter.setBrush(track)
        painter.drawRoundedRect(box, 3, 3)
        if column.filled:
            share = float(column.tiles.a[unit])
            share = min(max(share, 0.0), 1.0) if math.isfinite(share) else 0.0
            won = unit == best or (column.count == 1 and share > 0.5)
            painter.setBrush(answer if won else low)
            box.setWidth(max(share * box.width(), 2.0))
            painter.drawRoundedRect(box, min(3, box.width() / 2), min(3, box.width() / 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _row(place: Place, unit: int, left: float, width: float) -> QRectF:
    middle = place.tile(unit)[1] + place.side / 2
    return QRectF(left, middle - 10, max(width, 0.0), 20)


def paint_slim(
    painter: QPainter,
    mark: SlimMark,
    place: tuple[float, float, float, float],
    fonts: Fonts,
    colors: Colors,
) -> None:
    """Paint a slim bar for a layer that hands on what it gets, its name below."""
    centre, top, bottom, room = place
    painter.setPen(QPen(QColor(colors.faint), 1))
    fill = QColor(colors.card)
    fill.setAlpha(230)
    painter.setBrush(fill)
    painter.drawRoundedRect(QRectF(centre - _SLIM / 2, top, _SLIM, bottom - top), 2.5, 2.5)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    shown = fonts.small_wide.elidedText(mark.title, Qt.TextElideMode.ElideRight, room)
    if room >= _LEAST_TITLE:
        painter.setFont(fonts.small)
        painter.setPen(QColor(colors.muted))
        painter.drawText(
            QRectF(centre - room / 2, bottom + 2, room, 15), Qt.AlignmentFlag.AlignCenter, shown
        )
