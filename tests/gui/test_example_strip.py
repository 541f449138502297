import time
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSlider, QApplication, QComboBox, QToolButton

from playground.data.catalogue import load
from playground.data.preparation import prepare
from playground.data.tasks import Classification
from playground.gui.probes.example_strip import ExampleStrip
from playground.gui.widgets import example_list
from playground.gui.widgets.example_wall import ExampleWall

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def prepared(name="digits"):
    dataset = load(name, examples=100, noise=0.05)
    return prepare(dataset, test_fraction=0.2, standardize=False, seed=0)


@pytest.fixture
def strip(keep, digits):
    widget = ExampleStrip()
    widget.set_data(digits)
    widget.resize(820, widget.sizeHint().height())
    return keep(widget)


@pytest.fixture
def picked(strip):
    heard = []
    strip.example_requested.connect(heard.append)
    return heard


def box(strip, name):
    return strip.findChild(QComboBox, name)


def box_of(examples, place):
    return examples.visualRect(examples.model().index(place))


def click(examples, place):
    spot = box_of(examples, place).center()
    QTest.mouseClick(examples.viewport(), Qt.MouseButton.LeftButton, pos=spot)


def in_view(examples):
    room = examples.viewport().rect()
    places = range(len(examples.indices))
    return [place for place in places if room.intersects(box_of(examples, place))]


def shown(wall):
    return wall.examples.indices[in_view(wall.examples)].tolist()


def test_the_training_part_comes_first(strip, digits):
    assert np.array_equal(strip.indices(), digits.train_index)


def test_the_classes_of_sorted_data_take_turns(strip):
    iris = prepare(load("iris"), test_fraction=0.25, standardize=False, seed=0)
    strip.set_data(iris)
    labels = iris.dataset.targets[strip.indices()]
    assert labels[:6].tolist() == [0, 1, 2, 0, 1, 2]
    assert sorted(strip.indices()) == sorted(iris.train_index)
    for label in range(3):
        of_class = iris.train_index[iris.dataset.targets[iris.train_index] == label]
        assert np.array_equal(strip.indices()[labels == label], of_class)


def test_the_part_and_the_class_filter(strip, digits):
    box(strip, "examplePartBox").setCurrentText("Test")
    box(strip, "exampleClassBox").setCurrentText("7")
    assert len(strip.indices()) > 0
    assert set(strip.indices()) <= set(digits.test_index)
    assert (digits.dataset.targets[strip.indices()] == 7).all()
    assert np.array_equal(strip.row.indices, strip.indices())


def test_a_click_picks_the_example_under_it(strip, picked, digits):
    click(strip.row, 3)
    assert picked == [digits.train_index[3]]
    assert strip.row.selected == digits.train_index[3]


def test_a_click_in_a_filtered_and_scrolled_row_picks_the_right_example(strip, picked):
    box(strip, "exampleClassBox").setCurrentText("4")
    strip.row.horizontalScrollBar().setValue(1000)
    place = in_view(strip.row)[2]
    click(strip.row, place)
    assert picked == [strip.indices()[place]]


def test_arrow_keys_pick_the_neighbours(strip, picked, digits):
    click(strip.row, 3)
    QTest.keyClick(strip.row, Qt.Key.Key_Right)
    QTest.keyClick(strip.row, Qt.Key.Key_Left)
    QTest.keyClick(strip.row, Qt.Key.Key_Left)
    QTest.keyClick(strip.row, Qt.Key.Key_End)
    train = digits.train_index
    assert picked == [train[3], train[4], train[3], train[2], train[-1]]


def test_the_picked_example_is_scrolled_into_view(strip, picked):
    click(strip.row, 0)
    QTest.keyClick(strip.row, Qt.Key.Key_End)
    assert len(strip.indices()) - 1 in in_view(strip.row)
    last = box_of(strip.row, len(strip.indices()) - 1)
    assert last.right() <= strip.row.viewport().width()


def test_framing_an_example_asks_for_nothing(strip, picked, digits):
    strip.set_selected(int(digits.train_index[50]))
    QApplication.processEvents()
    assert picked == []
    assert 50 in in_view(strip.row)


def test_the_wheel_scrolls_sideways(strip):
    row = strip.row
    event = QWheelEvent(
        QPointF(20, 20),
        QPointF(20, 20),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(row.viewport(), event)
    assert row.horizontalScrollBar().value() == 120


def test_only_examples_in_view_are_painted(strip, digits, monkeypatch):
    painted = []
    original = example_list.paint_example

    def spy(painter, box, dataset, index, colors, **options):
        painted.append(index)
        original(painter, box, dataset, index, colors, **options)

    monkeypatch.setattr(example_list, "paint_example", spy)
    strip.row.show_examples(replace(digits.dataset), strip.indices())
    strip.row.grab()
    assert 5 < len(painted) < 25


def test_sixty_thousand_examples_cost_no_more_to_paint(keep, digits):
    many = replace(
        digits.dataset,
        inputs=np.tile(digits.dataset.inputs, (34, 1))[:60_000],
        targets=np.tile(digits.dataset.targets, 34)[:60_000],
    )
    large = prepare(many, test_fraction=0.0, standardize=False, seed=0)
    strips = []
    for data in (digits, large):
        strip = ExampleStrip()
        strip.resize(820, 66)
        strip.set_data(data)
        strips.append(keep(strip))
    assert len(strips[1].indices()) == 60_000
    strips[1].row.horizontalScrollBar().setValue(strips[1].row.horizontalScrollBar().maximum())
    assert 59_999 in in_view(strips[1].row)
    times = []
    for strip in strips:
        strip.row.grab()
        rounds = []
        for _ in range(9):
            start = time.perf_counter()
            strip.row.grab()
            rounds.append(time.perf_counter() - start)
        times.append(min(rounds))
    assert times[1] < 3 * times[0]


def test_the_wall_shows_sixty_four_with_the_framed_one(strip, picked, digits):
    strip.set_selected(int(digits.train_index[70]))
    QTest.mouseClick(strip.findChild(QToolButton, "exampleWallButton"), Qt.MouseButton.LeftButton)
    wall = strip.findChild(ExampleWall)
    assert wall.isVisible()
    assert shown(wall) == digits.train_index[64:128].tolist()
    bar = wall.examples.verticalScrollBar()
    bar.triggerAction(QAbstractSlider.SliderAction.SliderPageStepSub)
    assert shown(wall) == digits.train_index[:64].tolist()
    assert picked == []
    wall.close()


def test_picking_on_the_wall_picks_in_the_strip(strip, picked, digits):
    QTest.mouseClick(strip.findChild(QToolButton, "exampleWallButton"), Qt.MouseButton.LeftButton)
    wall = strip.findChild(ExampleWall)
    click(wall.examples, 9)
    QTest.keyClick(wall.examples, Qt.Key.Key_Down)
    assert picked == [digits.train_index[9], digits.train_index[17]]
    assert strip.row.selected == digits.train_index[17]
    QTest.keyClick(wall.examples, Qt.Key.Key_PageDown)
    assert picked[2:] == [digits.train_index[73]]
    assert picked[2] in shown(wall)
    wall.close()


def test_the_wall_follows_the_filter(strip):
    QTest.mouseClick(strip.findChild(QToolButton, "exampleWallButton"), Qt.MouseButton.LeftButton)
    wall = strip.findChild(ExampleWall)
    box(strip, "exampleClassBox").setCurrentText("2")
    assert shown(wall) == strip.indices()[:64].tolist()
    wall.close()


@pytest.mark.parametrize("name", ["iris", "circles", "bumps", "xor-points", "one-neuron"])
def test_other_kinds_of_data_are_labelled_shapes(keep, name):
    data = prepared(name)
    strip = ExampleStrip()
    strip.set_data(data)
    strip.resize(820, 66)
    keep(strip)
    heard = []
    strip.example_requested.connect(heard.append)
    click(strip.row, 0)
    assert heard == [strip.indices()[0]]
    assert box(strip, "exampleClassBox").isVisible() == (data.dataset.task == Classification())


def test_new_data_forgets_the_framed_example(strip):
    click(strip.row, 2)
    strip.set_data(prepared("iris"))
    assert strip.row.selected is None


def test_a_set_tested_on_its_own_examples_has_one_part(keep):
    strip = ExampleStrip()
    strip.set_data(prepared("xor-points"))
    keep(strip)
    assert not box(strip, "examplePartBox").isEnabled()
    assert strip.indices().tolist() == [0, 1, 2, 3]


def test_controls_have_names_and_tooltips(strip):
    for control in [*strip.findChildren(QComboBox), *strip.findChildren(QToolButton)]:
        assert control.accessibleName()
        assert control.toolTip()
    assert "examples" in strip.row.accessibleDescription()
