"""The list of examples: what is picked, framed, said, kept in place, and how it fits its room."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.data.catalogue import load
from playground.gui.widgets import example_list
from playground.gui.widgets.example_list import ExampleList
from playground.gui.widgets.ink_image import ink_image


@pytest.fixture(scope="module")
def digits():
    return load("digits", examples=100, noise=0.0)


@pytest.fixture
def wall(keep, digits):
    widget = ExampleList("wall", "Wall", "wall", (40, 40))
    widget.show_examples(digits, np.arange(100, 400))
    widget.resize(400, 300)
    return keep(widget)


@pytest.fixture
def pointed(keep, digits):
    """Return a list in which arrow keys do not pick."""
    widget = ExampleList("whole", "Whole", "whole", (38, 72), lines=2, arrows_pick=False)
    widget.show_examples(digits, np.arange(8), caption="{}\n0.5".format)
    widget.resize(300, 400)
    return keep(widget)


def box_of(examples, place):
    return examples.visualRect(examples.model().index(place))


def press(examples, place, button=Qt.MouseButton.LeftButton):
    QTest.mouseClick(examples.viewport(), button, pos=box_of(examples, place).center())


def heard_from(examples):
    heard = []
    examples.example_requested.connect(heard.append)
    return heard


def test_left_and_right_go_on_over_the_ends_of_lines(wall):
    heard = heard_from(wall)
    across = sum(box_of(wall, place).top() == 0 for place in range(20))
    press(wall, across - 1)
    QTest.keyClick(wall, Qt.Key.Key_Right)
    QTest.keyClick(wall, Qt.Key.Key_Left)
    assert heard == [100 + across - 1, 100 + across, 100 + across - 1]


def test_return_takes_the_framed_example_again(wall):
    heard = heard_from(wall)
    press(wall, 3)
    QTest.keyClick(wall, Qt.Key.Key_Return)
    QTest.keyClick(wall, Qt.Key.Key_Home)
    QTest.keyClick(wall, Qt.Key.Key_Home)
    assert heard == [103, 103, 100]


def test_only_the_left_button_picks_and_dragging_takes_nothing_along(wall):
    heard = heard_from(wall)
    press(wall, 5, Qt.MouseButton.RightButton)
    assert heard == []
    assert wall.selected is None
    QTest.mousePress(wall.viewport(), Qt.MouseButton.LeftButton, pos=box_of(wall, 5).center())
    QTest.mouseMove(wall.viewport(), box_of(wall, 8).center())
    QTest.mouseMove(wall.viewport(), box_of(wall, 9).center())
    QTest.mouseRelease(wall.viewport(), Qt.MouseButton.LeftButton, pos=box_of(wall, 9).center())
    assert heard == [105]
    assert wall.currentIndex().row() == 5


def test_a_framed_example_that_is_not_listed_is_framed_when_it_comes_back(wall, digits):
    wall.set_selected(110)
    wall.show_examples(digits, np.arange(0, 50))
    assert wall.selected == 110
    assert not wall.currentIndex().isValid()
    assert not wall.selectedIndexes()
    wall.show_examples(digits, np.arange(109, 159))
    assert wall.currentIndex().row() == 1


@pytest.mark.parametrize("count", [300, 280])
def test_other_examples_leave_the_focus_and_what_is_in_view(wall, digits, qapp, count):
    heard = heard_from(wall)
    wall.setFocus()
    wall.verticalScrollBar().setValue(500)
    wall.set_selected(101)
    wall.show_examples(digits, np.arange(100, 100 + count), caption=str)
    qapp.processEvents()
    assert wall.verticalScrollBar().value() == 500
    assert wall.hasFocus()
    assert heard == []


def test_other_captions_leave_the_keyboard_where_it_stands(pointed, digits):
    heard = heard_from(pointed)
    pointed.setFocus()
    for _ in range(2):
        QTest.keyClick(pointed, Qt.Key.Key_Right)
    assert heard == []
    pointed.show_examples(digits, np.arange(8), caption="{}\n0.7".format)
    assert pointed.currentIndex().row() == 2
    QTest.keyClick(pointed, Qt.Key.Key_Space)
    pointed.show_examples(digits, np.arange(2), caption="{}\n0.7".format)
    assert pointed.currentIndex().row() == 1
    QTest.keyClick(pointed, Qt.Key.Key_Return)
    assert heard == [2, 1]


def test_the_mouse_and_the_keyboard_frame_what_they_stand_on(pointed):
    plain = pointed.grab().toImage()
    QTest.mouseMove(pointed.viewport(), box_of(pointed, 1).center() - QPoint(1, 0))
    QTest.mouseMove(pointed.viewport(), box_of(pointed, 1).center())
    hovered = pointed.grab().toImage()
    assert hovered != plain
    pointed.setFocus()
    QTest.keyClick(pointed, Qt.Key.Key_End)
    assert pointed.grab().toImage() != hovered


def test_a_screen_reader_is_told_every_example(wall, pointed, digits):
    read = QAccessible.queryAccessibleInterface(wall)
    label = digits.class_names[int(digits.targets[103])]
    assert read.childCount() == 300
    assert read.child(3).text(QAccessible.Text.Name).startswith(f"Example 104, labelled {label}")
    assert wall.accessibleDescription() == "300 examples"


@pytest.mark.parametrize("width", [120, 200, 300, 500])
def test_the_whole_is_in_view_in_any_room(pointed, qapp, width):
    pointed.resize(width, 300)
    qapp.processEvents()
    room = pointed.viewport().rect()
    assert all(room.contains(box_of(pointed, place)) for place in range(8))


def test_pictures_of_any_shape_are_painted(keep):
    widget = keep(ExampleList("pictures", "Pictures", "whole", (40, 100)))
    shapes = [(28, 28), (1, 1), (2, 40), (40, 2)]
    pictures = [np.full(shape, np.nan, np.float32) for shape in shapes]
    widget.show_pictures([partial(ink_image, picture) for picture in pictures], ["a", "b"])
    widget.resize(300, 200)
    assert not widget.grab().isNull()
    assert len(widget.indices) == 4


def test_pictures_of_no_data_set_leave_the_mouse_and_the_keyboard_to_others(keep):
    window = QWidget()
    widget = ExampleList("pictures", "Pictures", "line", (40, 40), lines=0)
    widget.show_pictures([partial(ink_image, np.zeros((8, 8)))] * 30)
    QVBoxLayout(window).addWidget(widget)
    keep(window)
    assert window.childAt(widget.geometry().center()) is None
    assert widget.focusPolicy() == Qt.FocusPolicy.NoFocus


def test_an_example_that_fails_is_told_and_the_others_are_painted(wall, digits, monkeypatch):
    told, painted = [], []
    monkeypatch.setattr("sys.excepthook", lambda kind, error, _: told.append(str(error)))
    original = example_list.paint_example

    def fails_once(painter, box, dataset, index, colors, **options):
        if index == 2:
            raise ValueError("there is no example 2")
        painted.append(index)
        original(painter, box, dataset, index, colors, **options)

    monkeypatch.setattr(example_list, "paint_example", fails_once)
    wall.show_examples(replace(digits), np.arange(8))
    wall.grab()
    assert set(told) == {"there is no example 2"}
    assert painted == [0, 1, 3, 4, 5, 6, 7]


def test_a_part_of_each_picture_can_be_framed(keep, digits):
    widget = ExampleList("parts", "Parts", "whole", (64, 64), arrows_pick=False)
    keep(widget)
    widget.resize(300, 120)
    widget.show_examples(digits, np.arange(3), longest="")
    plain = [widget.viewport().grab(box_of(widget, place)).toImage() for place in range(3)]
    parts = [(slice(0, 2), slice(0, 2)), (slice(5, 8), slice(1, 8)), (slice(0, 8), slice(0, 8))]
    widget.show_examples(digits, np.arange(3), longest="", parts=parts)
    framed = [widget.viewport().grab(box_of(widget, place)).toImage() for place in range(3)]
    side = box_of(widget, 0).width() - 8
    for place, (rows, columns) in enumerate(parts):
        changed = np.array(
            [
                (x, y)
                for x in range(framed[place].width())
                for y in range(framed[place].height())
                if framed[place].pixel(x, y) != plain[place].pixel(x, y)
            ]
        )
        wide, tall = changed.max(axis=0) - changed.min(axis=0)
        cell = min(side, 64) / 8
        assert wide == pytest.approx((columns.stop - columns.start) * cell, abs=5)
        assert tall == pytest.approx((rows.stop - rows.start) * cell, abs=5)
    widget.show_examples(digits, np.arange(3), longest="")
    assert widget.viewport().grab(box_of(widget, 1)).toImage() == plain[1]
