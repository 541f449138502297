import re
import subprocess
import sys

import pytest
from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QLabel, QWidget

from playground.bundled import resource
from playground.gui.look import icons, theme
from playground.gui.look.colors import DARK, LIGHT, Colors
from playground.gui.look.style_sheet import style_sheet

THEMES = pytest.mark.parametrize("colors", [DARK, LIGHT], ids=["dark", "light"])


def luminance(color: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    dark, light = sorted((luminance(a), luminance(b)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_and_white_is_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@THEMES
@pytest.mark.parametrize("ink", ["text", "muted", "accent", "good", "warning", "error"])
@pytest.mark.parametrize("ground", ["window", "central", "card", "control"])
def test_text_is_readable_on_every_ground(colors: Colors, ink: str, ground: str):
    assert contrast(getattr(colors, ink), getattr(colors, ground)) >= 4.5


@THEMES
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("on_accent", "primary"),
        ("on_accent", "primary_hover"),
        ("text", "selection"),
        ("text", "hover"),
    ],
)
def test_text_is_readable_on_buttons_and_selections(colors: Colors, ink: str, ground: str):
    assert contrast(getattr(colors, ink), getattr(colors, ground)) >= 4.5


@THEMES
@pytest.mark.parametrize("ground", ["window", "central", "card"])
def test_focus_ring_and_large_figures_stand_out(colors: Colors, ground: str):
    assert contrast(colors.accent, getattr(colors, ground)) >= 3
    assert contrast(colors.good, getattr(colors, ground)) >= 3
    assert contrast(colors.faint, getattr(colors, ground)) >= 3


@THEMES
def test_style_sheet_has_no_unfilled_name_and_every_picture_exists(colors: Colors):
    sheet = style_sheet(colors, theme.BODY_PX, theme.SMALL_PX)
    assert "$" not in sheet
    pictures = re.findall(r'url\("(.+?)"\)', sheet)
    assert pictures
    for picture in pictures:
        assert resource("icons", picture.rpartition("/")[2]).is_file()


@pytest.fixture
def restored(qapp):
    yield qapp
    theme.apply(qapp, "dark")


@pytest.mark.parametrize(("mode", "colors"), [("dark", DARK), ("light", LIGHT)])
def test_applying_a_mode_reaches_every_widget(restored, qtbot, mode, colors):
    widget = QWidget()
    label = QLabel("inside", widget)
    qtbot.addWidget(widget)
    widget.show()
    theme.apply(restored, mode)
    assert theme.colors_of(label) is colors
    assert theme.colors_of(widget) is colors
    assert widget.palette().color(QPalette.ColorRole.Window).name() == colors.window
    assert restored.font().pixelSize() == theme.BODY_PX


def test_a_widget_is_polished_as_often_however_deep_it_is(restored, qtbot):
    class Counting(QWidget):
        polished = 0

        def changeEvent(self, event):
            self.polished += event.type() == QEvent.Type.StyleChange

    outer = inner = Counting()
    for _ in range(20):
        inner = Counting(inner)
    qtbot.addWidget(outer)
    outer.show()
    theme.apply(restored, "dark")
    outer.polished = inner.polished = 0
    theme.apply(restored, "light")
    assert inner.polished == outer.polished


def test_system_mode_is_light_where_the_desktop_does_not_tell(restored):
    theme.apply(restored, "dark")
    assert theme.apply(restored, "system") is LIGHT


def test_a_palette_of_its_own_gives_a_widget_its_theme(restored, qtbot):
    theme.apply(restored, "light")
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.setPalette(theme.palette(DARK))
    assert theme.colors_of(widget) is DARK


@pytest.mark.parametrize("name", sorted(p.stem for p in resource("icons").glob("*.svg")))
def test_every_icon_paints_something(qapp, name):
    image = icons.icon(name, "#ff0000").pixmap(QSize(32, 32)).toImage()
    assert any(image.pixelColor(x, y).alpha() > 0 for x in range(32) for y in range(32))


def test_an_icon_takes_the_colour_it_is_given(qapp):
    image = icons.icon("play", "#ff0000").pixmap(QSize(32, 32)).toImage()
    assert image.pixelColor(16, 16) == QColor("#ff0000")


def test_icon_follows_a_widgets_theme_and_is_cached(restored, qtbot):
    theme.apply(restored, "dark")
    widget = QWidget()
    qtbot.addWidget(widget)
    assert icons.icon("pause", widget) is icons.icon("pause", widget)
    on_dark = icons.icon("play", widget).pixmap(QSize(32, 32)).toImage().pixelColor(16, 16)
    assert on_dark.name() == DARK.text


def test_an_icon_is_drawn_in_the_size_and_the_state_that_it_has(restored, qtbot):
    theme.apply(restored, "dark")
    widget = QWidget()
    qtbot.addWidget(widget)
    pixmap = icons.icon("play", widget).pixmap(QSize(17, 17), 2.0, QIcon.Mode.Disabled)
    assert pixmap.size() == QSize(34, 34)
    assert pixmap.toImage().pixelColor(17, 17).name() == DARK.faint


def test_an_unknown_icon_is_a_mistake(qapp):
    with pytest.raises(FileNotFoundError):
        icons.icon("no-such-drawing", "#000000")


def test_the_first_window_is_styled_as_a_whole_and_looks_like_the_second():
    program = """
from playground.data.catalogue import load
from playground.gui.start.app import _application
from playground.gui.window.main_window import MainWindow

load("digits")
app = _application()
pictures = []
for _ in range(2):
    window = MainWindow(look="dark")
    window.open_at_start(None, "digits-small")
    window.show()
    app.processEvents()
    pictures.append(window.grab().toImage())
    window.close()
assert pictures[0] == pictures[1]
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
