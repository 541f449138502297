"""Our own line drawings as icons, recoloured to the theme and sharp on every screen."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from playground.bundled import resource
from playground.gui.look.colors import Colors
from playground.gui.look.theme import colors_of

_SIDES = (16, 20, 24, 32, 40, 48)
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


@lru_cache(maxsize=256)
def _icon(name: str, color: str, disabled: str) -> QIcon:
    drawing = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
    made = QIcon()
    for mode, ink in ((QIcon.Mode.Normal, color), (QIcon.Mode.Disabled, disabled)):
        svg = drawing.replace(f'"{_STROKE}"', f'"{ink}"')
        renderer = QSvgRenderer(QByteArray(svg.encode()))
        for side in _SIDES:
            pixmap = QPixmap(side, side)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            renderer.render(painter, QRectF(0, 0, side, side))
            painter.end()
            made.addPixmap(pixmap, mode)
    return made
