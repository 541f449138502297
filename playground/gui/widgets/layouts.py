"""Rows and columns of widgets, and what scrolls them, each made and filled in one call."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

Part = QWidget | QLayout | tuple[QWidget | QLayout, int] | int | None
"""What stands in a row: a widget or another row, one with its stretch, a gap in pixels, or None:
what room there is."""

Margins = int | tuple[int, int, int, int]
"""Pixels on every side, or left, above, right and below."""


_Layout = TypeVar("_Layout", bound=QBoxLayout)


def beside(
    *parts: Part,
    on: QWidget | None = None,
    margins: Margins | None = None,
    spacing: int | None = None,
) -> QHBoxLayout:
    """Return a layout with its parts side by side; ``on`` is the widget that it lays out."""
    return _filled(QHBoxLayout(on) if on is not None else QHBoxLayout(), parts, margins, spacing)


def stacked(
    *parts: Part,
    on: QWidget | None = None,
    margins: Margins | None = None,
    spacing: int | None = None,
) -> QVBoxLayout:
    """Return a layout with its parts one below the other; see :func:`beside`."""
    return _filled(QVBoxLayout(on) if on is not None else QVBoxLayout(), parts, margins, spacing)


def paged(*pages: QWidget, on: QWidget) -> QStackedLayout:
    """Return a layout that shows one of its pages at a time, the first one now."""
    layout = QStackedLayout(on)
    for page in pages:
        layout.addWidget(page)
    return layout


def turn(layout: QBoxLayout, across: bool) -> None:
    """Put the parts of a row or a column side by side, or one below the other."""
    direction = QBoxLayout.Direction
    layout.setDirection(direction.LeftToRight if across else direction.TopToBottom)


def scrolling(inside: QWidget, parent: QWidget | None = None) -> QScrollArea:
    """Return an area without frame and ground of its own that scrolls a widget up and down."""
    area = _ScrollArea(parent)
    area.setWidget(inside)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is inside hands its keys on
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    # Both take the ground of the window when they become the area's.
    area.viewport().setAutoFillBackground(False)
    inside.setAutoFillBackground(False)
    return area


class _ScrollArea(QScrollArea):
    """Lays out what it scrolls once more when it is shown.

    Where the bar that comes with a lower area takes room from a hidden widget, Qt loses the event.
    """

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        inside = self.widget()
        layout = None if inside is None else inside.layout()
        if inside is not None and layout is not None:
            layout.setGeometry(inside.contentsRect())


def put_in_tab_order(before: QWidget, widgets: Iterable[QWidget]) -> None:
    """Let Tab come to widgets right after another one, in their order."""
    for widget in widgets:
        QWidget.setTabOrder(before, widget)
        before = widget


def _filled(
    layout: _Layout, parts: tuple[Part, ...], margins: Margins | None, spacing: int | None
) -> _Layout:
    if margins is not None:
        layout.setContentsMargins(*((margins,) * 4 if isinstance(margins, int) else margins))
    if spacing is not None:
        layout.setSpacing(spacing)
    for part in parts:
        thing, stretch = part if isinstance(part, tuple) else (part, 0)
        if thing is None:
            layout.addStretch(1)
        elif isinstance(thing, int):
            layout.addSpacing(thing)
        elif isinstance(thing, QWidget):
            layout.addWidget(thing, stretch)
        else:
            layout.addLayout(thing, stretch)
    return layout
