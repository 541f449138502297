"""Our own line drawings as icons, recoloured to the theme and sharp on every screen."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from playground.bundled import resource
from playground.gui.look.colors import Colors
from playground.gui.look.theme import colors_of

_STROKE = "#000"


def icon(name: str, ink: QWidget | str) -> QIcon:
    """Return the icon ``resources/icons/<name>.svg``.

    Parameters
    ----------
    name
        The drawing's name, such as ``"play"``.
    ink
        A colour such as ``"#ffffff"``, or a widget, whose theme then gives the colours of text
        and, where the icon is disabled, of faint text.

    Raises
    ------
    FileNotFoundError
        When there is no drawing of that name: a mistake in the program.
    """
    if isinstance(ink, str):
        return _icon(name, ink, ink)
    colors: Colors = colors_of(ink)
    return _icon(name, colors.text, colors.faint)


class DrawnIcon(QIconEngine):
    """Draws an icon when it is painted, in the size and the colour that it has there.

    Parameters
    ----------
    draw
        ``draw(painter, place, ink)`` fills a place.
    color, disabled
        The ink, and that of a disabled icon.
    """

    def __init__(
        self, draw: Callable[[QPainter, QRectF, str], None], color: str, disabled: str
    ) -> None:
        super().__init__()
        self._draw, self._color, self._disabled = draw, color, disabled

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        drawn = QPixmap(size)
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        self.paint(painter, drawn.rect(), mode, state)
        painter.end()
        return drawn

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        ink = self._disabled if mode is QIcon.Mode.Disabled else self._color
        painter.save()
        self._draw(painter, QRectF(rect), ink)
        painter.restore()


@lru_cache(maxsize=256)
def _icon(name: str, color: str, disabled: str) -> QIcon:
    drawing = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
    return QIcon(DrawnIcon(partial(_render, drawing), color, disabled))


def _render(drawing: str, painter: QPainter, place: QRectF, ink: str) -> None:
    svg = drawing.replace(f'"{_STROKE}"', f'"{ink}"')
    QSvgRenderer(QByteArray(svg.encode())).render(painter, place)
