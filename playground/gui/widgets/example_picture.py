"""How one example of any data set looks as a small labelled picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from playground.data.dataset import Dataset
from playground.data.summary import largest_target
from playground.gui.look.colors import DARK, Colors
from playground.gui.look.theme import SMALL_PX
from playground.gui.widgets.cells import Part
from playground.gui.widgets.example_painters import PAINTERS, draw_inside
from playground.gui.widgets.ink_image import ink_image
from playground.wording import fixed

LABEL_HEIGHT = 14
_BETWEEN = 2


def label_of(dataset: Dataset, index: int) -> str:
    """Return the name of an example's class, what it writes, or its target."""
    if dataset.writing is not None:
        return dataset.writing.asked(dataset.inputs[index])
    if dataset.task.at_every_step:
        return ""
    if not dataset.labelled:
        return fixed(float(dataset.targets[index, 0]), 2)
    return dataset.class_names[int(dataset.targets[index])]


def longest_label(dataset: Dataset) -> str:
    """Return the label that takes most room."""
    if dataset.writing is not None:
        return max(dataset.writing.names, key=len)
    if dataset.task.at_every_step:
        return ""
    if not dataset.labelled:
        return fixed(-largest_target(dataset), 2)
    return max(dataset.class_names, key=len)


def paint_example(
    painter: QPainter,
    box: QRectF,
    dataset: Dataset,
    index: int,
    colors: Colors,
    *,
    selected: bool,
    caption: str | None = None,
    part: Part | None = None,
    back: NDArray[np.floating] | None = None,
) -> None:
    """Paint an example as large as the box allows, its label in the lowest ``LABEL_HEIGHT``.

    A ``caption`` takes the label's place. A ``part`` of a picture, its rows and columns, is framed.
    The picture of the values ``back`` is painted right beside the example, as large.

    Pictures are shown pixel by pixel, other examples as their class's shape or their target's
    colour.
    """
    square = _square(box)
    if back is not None:
        square.setSize(QSizeF(*(min(square.width(), (box.width() - _BETWEEN) / 2),) * 2))
        square.moveRight(box.center().x() - _BETWEEN / 2)
        beside = square.translated(square.width() + _BETWEEN, 0)
        draw_inside(painter, beside, ink_image(dataset.ink(back), colors))
    PAINTERS[dataset.kind.kind](painter, square, dataset, index, colors)
    if part is not None:
        _frame(painter, square, dataset.image_shape, part, colors)
    shown = label_of(dataset, index) if caption is None else caption
    _finish(painter, box, colors, shown, selected=selected, square=square)


def paint_picture(
    painter: QPainter, box: QRectF, picture: QImage, colors: Colors, *, caption: str
) -> None:
    """Paint a picture that belongs to no data set as :func:`paint_example` does."""
    draw_inside(painter, _square(box), picture)
    _finish(painter, box, colors, caption, selected=False)


def _frame(
    painter: QPainter, square: QRectF, shape: tuple[int, int], part: Part, colors: Colors
) -> None:
    """Frame some rows and columns of a picture that stands in a square."""
    height, width = shape
    side = square.width() / max(height, width)
    (rows, columns), centre = part, square.center()
    left = centre.x() + (columns.start - width / 2) * side
    top = centre.y() + (rows.start - height / 2) * side
    wide, tall = ((span.stop - span.start) * side for span in (columns, rows))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for ink, pen_width in ((DARK.central, 3), (DARK.accent, 1.5)):
        painter.setPen(QPen(QColor(ink), pen_width))
        painter.drawRect(QRectF(left, top, wide, tall))


def _square(box: QRectF) -> QRectF:
    side = min(box.width(), box.height() - LABEL_HEIGHT)
    return QRectF(box.center().x() - side / 2, box.top(), side, side)


def _finish(
    painter: QPainter,
    box: QRectF,
    colors: Colors,
    caption: str,
    *,
    selected: bool,
    square: QRectF | None = None,
) -> None:
    """Frame the one that is selected, and write the caption."""
    if selected:
        painter.setPen(QPen(QColor(colors.accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect((square or _square(box)).adjusted(-1.5, -1.5, 1.5, 1.5), 3, 3)
    font = QFont(painter.font())
    font.setPixelSize(SMALL_PX)
    metrics = QFontMetricsF(font)
    text = metrics.elidedText(caption, Qt.TextElideMode.ElideRight, box.width())
    painter.setFont(font)
    painter.setPen(QColor(colors.text if selected else colors.muted))
    left = box.center().x() - metrics.horizontalAdvance(text) / 2
    painter.drawText(QPointF(left, box.bottom() - metrics.descent()), text)
