"""Saves the diagram as a picture: SVG to print and to edit, PNG to put on a slide."""

from __future__ import annotations

import os

from PySide6.QtCore import QBuffer, QIODevice, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from playground.atomic_write import write_atomically
from playground.errors import FileError
from playground.gui.lenses.diagram.label_painter import Fonts
from playground.gui.lenses.diagram.scene_painter import Scene
from playground.gui.look.colors import Colors
from playground.gui.pictures import as_png

_MOST_PIXELS = 64_000_000


def save_svg(
    scene: Scene, colors: Colors, path: str | os.PathLike[str], title: str, description: str
) -> None:
    """Write the diagram as SVG, with a title and a description for who cannot see it.

    Raises
    ------
    FileError
        Where the file cannot be written, or the diagram cannot be drawn.
    """
    size = _size(scene)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRect(0, 0, size.width(), size.height()))
    generator.setTitle(title)
    generator.setDescription(description)
    painter = QPainter()
    if not painter.begin(generator):
        raise FileError(
            f"The diagram cannot be drawn as SVG for {os.fspath(path)}; save it as PNG."
        )
    _paint(scene, painter, size, colors, 2.0)
    painter.end()
    write_atomically(path, bytes(buffer.data().data()))


def save_png(scene: Scene, colors: Colors, path: str | os.PathLike[str], scale: float) -> None:
    """Write :func:`picture_of` the diagram as PNG; raises ``FileError`` where it cannot."""
    write_atomically(path, as_png(picture_of(scene, colors, scale)))


def picture_of(scene: Scene, colors: Colors, scale: float) -> QImage:
    """Return the diagram, ``scale`` pixels for each of the screen's.

    Raises
    ------
    FileError
        Where the picture would be too large.
    """
    size = _size(scene)
    pixels = QSize(round(size.width() * scale), round(size.height() * scale))
    if not 0 < pixels.width() * pixels.height() <= _MOST_PIXELS:
        raise FileError(
            f"A picture of {pixels.width()} × {pixels.height()} pixels cannot be saved; choose "
            "another scale."
        )
    image = QImage(pixels, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    painter = QPainter(image)
    _paint(scene, painter, size, colors, scale)
    painter.end()
    return image


def _size(scene: Scene) -> QSize:
    width, height = scene.picture.view
    return QSize(int(width), int(height))


def _paint(scene: Scene, painter: QPainter, size: QSize, colors: Colors, ratio: float) -> None:
    painter.fillRect(QRect(0, 0, size.width(), size.height()), QColor(colors.central))
    painter.setPen(Qt.PenStyle.NoPen)
    scene.paint(painter, Fonts(), colors, ratio, None, colors.text)
