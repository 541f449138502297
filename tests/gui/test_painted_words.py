"""What is read of a window is what a person could read."""

import pytest
from painted import missing
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


class Painted(QWidget):
    def paintEvent(self, event):
        painter = QPainter(self)
        painter.translate(0, 20)
        painter.drawText(4, 0, "by hand")
        painter.drawText(4, 200, "below the edge")
        painter.end()


@pytest.fixture
def window(keep):
    window, inside, area = QWidget(), QWidget(), QScrollArea()
    down = QVBoxLayout(inside)
    for text in ("first", "<b>in</b> two parts, ∂L/∂w", *"abcdefgh", "last"):
        down.addWidget(QLabel(text))
    area.setWidget(inside)
    cut, painted = QLabel("cut at the right"), Painted()
    for widget, (x, y, width, height) in (
        (area, (0, 0, 200, 80)), (cut, (0, 90, 40, 20)), (painted, (0, 120, 200, 40))
    ):  # fmt: skip
        widget.setParent(window)
        widget.setGeometry(x, y, width, height)
    hidden = QLabel("hidden", window)
    window.resize(200, 160)
    keep(window)
    hidden.hide()
    return window


def test_what_is_painted_whole_is_read(window):
    assert missing(window, ("first", "in two parts, ∂L/∂w", "by hand")) == []


@pytest.mark.parametrize("text", ["last", "cut at the right", "below the edge", "hidden"])
def test_what_is_cut_off_or_out_of_sight_is_not(window, text):
    assert missing(window, (text,)) == [text]


def test_the_wheel_brings_the_rest_into_view(window):
    bar = window.findChild(QScrollArea).verticalScrollBar()
    bar.setValue(bar.maximum())
    assert missing(window, ("last",)) == []
    assert missing(window, ("first",)) == ["first"]
