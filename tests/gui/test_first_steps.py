"""The first steps: ticked when really done, gone for good with one click, back from the menu."""

import pytest
from PySide6.QtCore import Qt

from playground.analysis.neurons.neuron import Neuron
from playground.gui.session.run_state import RunState
from playground.gui.window.main_window import MainWindow


def done(window):
    steps = window.first_steps
    return [steps.train.done, steps.choose.done, steps.neuron.done]


@pytest.mark.parametrize(
    ("preset", "words"),
    [
        ("digits-small", "Draw something, or pick an example"),
        ("xor", "Choose a point on the plane"),
        ("article-iris", "Set the inputs, or pick an example"),
    ],
)
def test_they_fit_the_data_and_begin_undone(open_window, preset, words):
    window = open_window(preset)
    assert window.first_steps.isVisible()
    assert words in window.first_steps.choose.text()
    assert done(window) == [False, False, False]


def test_each_is_ticked_when_it_was_done(qtbot, open_window):
    window = open_window("xor")
    window.commands["trainAction"].trigger()
    qtbot.waitUntil(lambda: window.first_steps.train.done)
    if window.session.state is RunState.RUNNING:
        window.commands["trainAction"].trigger()
    assert done(window) == [True, False, False]
    window.examples.example_requested.emit(2)
    assert done(window) == [True, True, False]
    window.session.attention.select(Neuron("dense_1", 0))
    assert done(window) == [True, True, True]
    assert window.first_steps.train.text().startswith("✓")


def test_a_stroke_counts_as_an_example(qtbot, open_window):
    window = open_window("digits-small")
    surface = window.probe_column.canvas.canvas
    middle = surface.rect().center()
    qtbot.mousePress(surface, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(surface, middle * 1.2)
    qtbot.mouseRelease(surface, Qt.MouseButton.LeftButton, pos=middle * 1.2)
    qtbot.waitUntil(lambda: window.first_steps.choose.done)


def test_one_click_hides_them_for_good_and_the_menu_brings_them_back(qtbot, open_window, settings):
    window = open_window("xor")
    qtbot.mouseClick(window.first_steps.close_button, Qt.MouseButton.LeftButton)
    assert not window.first_steps.isVisible()
    again = MainWindow(settings)
    qtbot.addWidget(again)
    assert again.first_steps.isHidden()
    again.commands["firstStepsAction"].trigger()
    assert not again.first_steps.isHidden()
    third = MainWindow(settings)
    qtbot.addWidget(third)
    assert not third.first_steps.isHidden()


def test_they_are_one_line_in_a_small_window(qtbot, open_window):
    window = open_window("digits-small")
    window.resize(1024, 700)
    qtbot.waitUntil(lambda: window.width() == 1024)
    assert window.first_steps.height() <= 30
    last = window.first_steps.neuron
    assert last.geometry().right() < window.first_steps.close_button.x()


def test_where_nothing_is_remembered_they_are_not_shown(qtbot):
    window = MainWindow(None)
    qtbot.addWidget(window)
    assert window.first_steps.isHidden()
