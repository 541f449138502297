"""The mistakes lens: orders, filters, states, and the way from a mistake to the probe."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from person import choose
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolTip

from playground.analysis.answers.confusion import UNANSWERED
from playground.analysis.answers.part_answers import PartAnswers
from playground.data.catalogue import load
from playground.data.preparation import prepare
from playground.gui.lenses.confusion.mistakes_lens import MistakesLens
from playground.gui.session.analyst import Answer
from playground.gui.session.probe import Probe
from playground.gui.session.session import Session
from playground.training.presets import preset

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def prepared(name):
    return prepare(
        load(name, examples=120, noise=0.1), test_fraction=0.2, standardize=False, seed=0
    )


def answers_of(data, wrong=40):
    """Return made-up answers to the test part, the first ones wrong by one class."""
    index = data.test_index
    true, classes = data.dataset.targets[index], len(data.dataset.class_names)
    read = np.where(np.arange(len(true)) < wrong, (true + 1) % classes, true)
    sure = np.random.default_rng(0).uniform(0.3, 1.0, len(true))
    return PartAnswers("test", len(true), index, true, read, sure, sure / 2, classes)


def made(keep, data, size=(800, 520)):
    session = Session()
    session.prepared = data
    session.snapshot = SimpleNamespace(run=1, step=7, epoch=12)
    widget = MistakesLens(session)
    widget.held = session
    widget.on_data(data)
    widget.resize(*size)
    return keep(widget)


@pytest.fixture
def lens(qapp, keep, digits):
    return made(keep, digits)


def deliver(lens, answers):
    moment = SimpleNamespace(run=1, step=7, epoch=12)
    lens.on_answer("answers", Answer(("", "answers"), moment, answers))


def listed(lens):
    return lens.view.wall.indices.tolist()


def box_of(wall, place):
    return wall.visualRect(wall.model().index(place))


def place_of(answers, index):
    return answers.indices.tolist().index(index)


def confidences(lens, answers):
    return [float(answers.confidence[place_of(answers, index)]) for index in listed(lens)]


def test_mistakes_are_listed_with_the_most_confident_first(lens, digits):
    answers = answers_of(digits)
    deliver(lens, answers)
    assert set(listed(lens)) == {int(i) for i in digits.test_index[:40]}
    assert confidences(lens, answers) == sorted(confidences(lens, answers), reverse=True)
    assert lens.count.whole_text() == "40 mistakes"
    share = f"{100 * 320 / 360:.1f}"
    assert lens.measured.whole_text() == f"360 test examples · epoch 12 · accuracy {share} %"


def test_the_other_orders(lens, digits):
    answers = answers_of(digits)
    deliver(lens, answers)
    choose(lens.order_box, "Least confident first")
    assert confidences(lens, answers) == sorted(confidences(lens, answers))
    choose(lens.order_box, "By class")
    labels = [int(digits.dataset.targets[index]) for index in listed(lens)]
    assert labels == sorted(labels)
    choose(lens.order_box, "Only just right")
    assert len(listed(lens)) == 320
    assert confidences(lens, answers) == sorted(confidences(lens, answers))
    assert lens.count.whole_text() == "320 read correctly, the narrowest margin first"


def test_filters_by_true_and_predicted_class(lens, digits):
    deliver(lens, answers_of(digits))
    choose(lens.true_box, "3")
    expected = {int(i) for i in digits.test_index[:40] if digits.dataset.targets[i] == 3}
    assert set(listed(lens)) == expected
    assert lens.count.whole_text() == f"{len(expected)} of 40 mistakes"
    choose(lens.read_box, "4")
    assert set(listed(lens)) == expected
    choose(lens.read_box, "7")
    assert listed(lens) == []
    assert lens.view.sentence == "No mistake of this kind."


def test_a_click_takes_a_mistake_into_the_hand(lens, digits, qtbot):
    deliver(lens, answers_of(digits))
    wall = lens.view.wall
    with qtbot.waitSignal(lens.probe_requested) as asked:
        spot = box_of(wall, 2).center()
        QTest.mouseClick(wall.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    index = listed(lens)[2]
    assert asked.args[0].title == f"Test example {index + 1}"
    assert np.array_equal(asked.args[0].inputs, digits.dataset.inputs[index])
    assert wall.selected == index


def test_the_keyboard_picks_mistakes_and_scrolls_to_them(lens, digits, qtbot):
    deliver(lens, answers_of(digits, wrong=200))
    wall = lens.view.wall
    wall.setFocus()
    QTest.keyClick(wall, Qt.Key.Key_Right)
    assert wall.selected == listed(lens)[0]
    columns = sum(box_of(wall, place).top() == box_of(wall, 0).top() for place in range(200))
    QTest.keyClick(wall, Qt.Key.Key_Right)
    QTest.keyClick(wall, Qt.Key.Key_Down)
    assert wall.selected == listed(lens)[1 + columns]
    QTest.keyClick(wall, Qt.Key.Key_End)
    assert wall.selected == listed(lens)[199]
    assert wall.viewport().rect().contains(box_of(wall, 199))
    QTest.keyClick(wall, Qt.Key.Key_Home)
    assert wall.viewport().rect().contains(box_of(wall, 0))


def test_new_answers_keep_the_scroll_place_and_the_filter(lens, digits):
    deliver(lens, answers_of(digits, wrong=200))
    bar = lens.view.wall.verticalScrollBar()
    bar.setValue(150)
    deliver(lens, answers_of(digits, wrong=190))
    assert bar.value() == 150
    choose(lens.true_box, "5")
    assert bar.value() == 0
    deliver(lens, answers_of(digits, wrong=180))
    assert lens.true_box.currentText() == "5"


def test_the_frame_goes_when_something_else_is_taken_into_the_hand(lens, digits):
    deliver(lens, answers_of(digits))
    lens.request_example(listed(lens)[0])
    mine = lens._sent
    lens.on_reading(SimpleNamespace(probe=mine))
    assert lens.view.wall.selected is not None
    lens.on_reading(SimpleNamespace(probe=Probe(mine.inputs, "Your drawing")))
    assert lens.view.wall.selected is None


def test_no_mistakes_is_said(lens, digits):
    deliver(lens, answers_of(digits, wrong=0))
    assert lens.view.sentence == "All 360 test examples are read correctly."
    assert lens.count.whole_text() == "No mistakes"


def test_before_the_first_answer_and_after_other_data_nothing_is_listed(lens, digits):
    deliver(lens, answers_of(digits))
    lens.on_data(prepared("iris"))
    assert lens.answers is None
    assert lens.view.sentence.startswith("The mistakes appear here")
    lens.on_model(None)
    lens.grab()


def test_a_tool_tip_tells_what_a_picture_is_and_was_read_as(lens, digits, qapp):
    answers = answers_of(digits)
    deliver(lens, answers)
    wall = lens.view.wall
    spot = box_of(wall, 1).center()
    event = QHelpEvent(QEvent.Type.ToolTip, spot, wall.viewport().mapToGlobal(spot))
    qapp.sendEvent(wall.viewport(), event)
    index = listed(lens)[1]
    true = int(digits.dataset.targets[index])
    assert (
        QToolTip.text()
        .removeprefix("<qt>")
        .startswith(f"Example {index + 1}, true {true}, read as {(true + 1) % 10} with ")
    )
    QToolTip.hideText()


def test_answers_that_are_no_numbers_are_listed_last_and_said_to_have_diverged(lens, digits):
    answers = answers_of(digits, wrong=5)
    lost = np.arange(360) >= 350
    read = np.where(lost, UNANSWERED, answers.predicted)
    sure = np.where(lost, np.nan, answers.confidence)
    deliver(lens, replace(answers, predicted=read, confidence=sure, margin=sure))
    assert lens.trouble.text().startswith("10 of 360 answers are not numbers")
    assert len(listed(lens)) == 15
    assert set(listed(lens)[5:]) == {int(i) for i in digits.test_index[350:]}
    lens.grab()


def test_the_largest_errors_of_a_regression_come_first(keep, qtbot):
    bumps = prepared("bumps")
    lens = made(keep, bumps)
    true = bumps.dataset.targets[bumps.test_index, 0].astype(float)
    error = np.random.default_rng(1).normal(0, 0.2, len(true))
    nothing = np.full(len(true), np.nan)
    answers = PartAnswers(
        "test", len(true), bumps.test_index, true, true + error, nothing, nothing, 0
    )
    deliver(lens, answers)
    assert not lens.true_box.isVisible()
    table = lens.view.table
    first = place_of(answers, table.example(0))
    assert abs(error[first]) == abs(error).max()
    assert table.text(0, 3) == f"{error[first]:.3f}".replace("-", "−")
    choose(lens.order_box, "Too high")
    assert table.model().rowCount() == int((error > 0).sum())
    assert error[place_of(answers, table.example(0))] == error.max()
    with qtbot.waitSignal(lens.probe_requested) as asked:
        QTest.keyClick(lens.view.table, Qt.Key.Key_Down)
    assert asked.args[0].target is not None
    deliver(lens, replace(answers, predicted=true))
    assert lens.view.sentence == "No answer is too high."


def test_every_control_has_a_name_and_a_tool_tip(lens):
    for box in (lens.part_box, lens.order_box, lens.true_box, lens.read_box):
        assert box.objectName()
        assert box.accessibleName()
        assert box.toolTip()


@pytest.mark.parametrize("width", [330, 540])
def test_in_a_narrow_place_nothing_is_wider_than_the_lens(keep, digits, width):
    lens = made(keep, digits, (width, 330))
    deliver(lens, answers_of(digits))
    assert lens.width() == width
    assert lens.read_box.geometry().right() <= width
    assert box_of(lens.view.wall, 0).bottom() <= lens.view.wall.viewport().height()


def test_it_follows_training(qapp, qtbot, keep):
    session = Session()
    session.start()
    lens = keep(MistakesLens(session))
    lens.set_in_view(True)
    session.open(preset("article-iris").experiment)
    qtbot.waitUntil(lambda: lens.answers is not None)
    first = lens.answers
    session.step_epoch()
    qtbot.waitUntil(lambda: lens.answers is not first)
    wrong = int((~lens.answers.right).sum())
    assert lens.view.table.model().rowCount() == wrong
    session.close()
