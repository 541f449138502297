"""Every text keeps a contrast of 4.5 : 1 (WCAG 2.2, AA), measured in the window's own picture.

What cannot be used now is exempt there, and left out here.
"""

import numpy as np
import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QWidget,
)

from playground.analysis.neurons.neuron import Neuron
from playground.gui.lenses.kinds import LENSES
from playground.gui.look.colors import DARK, LIGHT

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

LEAST = 4.5
THEMES = {"dark": DARK, "light": LIGHT}
NOT_FOR_TEXT = ("border", "track", "faint", "ghost", "test")


def luminance(colors):
    """Relative luminance of sRGB colours, 0 to 255, (…, 3); WCAG 2.2."""
    share = np.asarray(colors) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def contrast(a, b):
    a, b = luminance(a), luminance(b)
    return (np.maximum(a, b) + 0.05) / (np.minimum(a, b) + 0.05)


def text_of(widget):
    match widget:
        case QLabel():
            return widget.text() if widget.pixmap().isNull() else ""
        case QComboBox():
            return widget.currentText()
        case QLineEdit():
            return widget.text() or widget.placeholderText()
        case QAbstractButton() | QAbstractSpinBox():
            return widget.text()
    return ""


def picture_of(window):
    """Return the colour of each pixel, red in bits 16 to 23, (height, width)."""
    image = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    values = np.frombuffer(image.constBits(), np.uint32)
    return values.reshape(image.height(), image.bytesPerLine() // 4)[:, : image.width()].copy()


def measured(window):
    """Yield the contrast of each text in view: its farthest pixel against its commonest."""
    picture = picture_of(window)
    for widget in window.findChildren(QWidget):
        seen = widget.visibleRegion().boundingRect() if widget.isEnabled() else QRect()
        if not text_of(widget).strip() or min(seen.width(), seen.height()) < 8:
            continue
        area = QRect(widget.mapTo(window, seen.topLeft()), seen.size()).adjusted(1, 1, -1, -1)
        part = picture[area.top() : area.bottom(), area.left() : area.right()]
        values, counts = np.unique(part, return_counts=True)
        colors = values[:, np.newaxis] >> np.array([16, 8, 0], np.uint32) & 255
        figure = contrast(colors, colors[counts.argmax()]).max()
        place = widget.objectName() or widget.property("role")
        yield round(float(figure), 2), f"{text_of(widget)!r:.40} in {type(widget).__name__} {place}"


@pytest.fixture(params=THEMES)
def colors(request, qapp, light):
    if request.param == "light":
        light()
    return THEMES[request.param]


def looked_through(window, qtbot, colors):
    """Look through every lens in the theme, with a trained network and a neuron selected."""
    window.commands["darkThemeAction" if colors is DARK else "lightThemeAction"].trigger()
    window.probe_column.show_something()
    window.session.step_epoch()
    qtbot.waitUntil(lambda: window.session.snapshot is not None and window.session.snapshot.epoch)
    window.session.attention.select(Neuron(window.session.model.network.layers[0].name, 1))
    for kind in LENSES:
        window.lens_area.show_lens(kind.key)
        QApplication.processEvents()
        yield kind.key


@pytest.mark.parametrize("preset", ["digits-small", "article-iris"])
def test_every_text_in_the_picture_can_be_read(open_window, qtbot, colors, preset):
    window = open_window(preset)
    lowest = {}
    for _ in looked_through(window, qtbot, colors):
        for figure, place in measured(window):
            lowest[place] = min(figure, lowest.get(place, 21.0))
    ranked = sorted((figure, place) for place, figure in lowest.items())
    assert len(ranked) > 50
    assert ranked[0][0] >= LEAST, ranked[:5]


def test_every_painted_text_has_a_colour_that_can_be_read(open_window, qtbot, colors, monkeypatch):
    inks, ordinary = set(), QPainter.drawText

    def draw(painter, *given):
        inks.add(painter.pen().color().name())
        return ordinary(painter, *given)

    monkeypatch.setattr(QPainter, "drawText", draw)
    window = open_window("digits-small")
    for _ in looked_through(window, qtbot, colors):
        window.grab()
    assert {colors.text, colors.muted} <= inks
    pale = {getattr(colors, name) for name in NOT_FOR_TEXT}
    assert not inks & (pale - {colors.warning, DARK.muted})  # the canvas is dark in both
