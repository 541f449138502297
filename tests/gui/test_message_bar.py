"""One sentence at a time: errors stay, notices go, remedies are one click away."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from playground.gui.widgets import message_bar
from playground.gui.widgets.message_bar import MessageBar


@pytest.fixture
def bar(qtbot):
    bar = MessageBar()
    qtbot.addWidget(bar)
    return bar


def test_a_notice_goes_by_itself(qtbot, monkeypatch, bar):
    monkeypatch.setattr(message_bar, "NOTICE_MS", 20)
    bar.show_notice("Saved.")
    assert bar.sentence == "Saved."
    qtbot.waitUntil(lambda: not bar.isVisible())


def test_a_notice_does_not_push_an_error_away(bar):
    bar.show_error("It failed.")
    bar.show_notice("Saved.")
    assert bar.sentence == "It failed."
    assert bar.accessibleName() == "Error: It failed."


def test_a_remedy_is_asked_for_by_its_key(qtbot, bar):
    bar.show_error("It failed.", {"rate": "Use rate 0.1", "clip": "Clip at 1"})
    button = bar.findChild(QPushButton, "remedy_clip")
    with qtbot.waitSignal(bar.remedy_requested) as asked:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked.args == ["clip"]
    assert not bar.isVisible()


def test_a_new_sentence_brings_its_own_remedies(qtbot, bar):
    bar.show_error("It failed.", {"rate": "Use rate 0.1"})
    bar.show_error("Otherwise.", {"clip": "Clip at 1"})
    qtbot.waitUntil(lambda: bar.findChild(QPushButton, "remedy_rate") is None)
    assert bar.findChild(QPushButton, "remedy_clip") is not None


def test_the_cross_closes_it(qtbot, bar):
    bar.show_note("A note stays.")
    qtbot.mouseClick(bar.findChild(type(bar._close), "closeMessageButton"),
                     Qt.MouseButton.LeftButton)  # fmt: skip
    assert not bar.isVisible()
