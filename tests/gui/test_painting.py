"""Painting points with a real mouse: every tool, undo, training meanwhile, and what is refused."""

import gc
import weakref

import numpy as np
import pytest
from person import click, find, message
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QInputDialog,
    QSlider,
    QToolButton,
)

from playground.data import catalogue
from playground.data.own import sets as own_sets
from playground.data.own.painted import MOST, PaintedPoints
from playground.gui.desks.painting import desk as painting_desk
from playground.gui.probes.paint_tools import Tool
from playground.gui.probes.plane_probe import TOO_FEW
from playground.gui.session.run_state import RunState
from playground.gui.widgets.class_markers import marker
from playground.nn.activations import Sigmoid, Softmax, Tanh
from playground.nn.layers import Dense
from playground.nn.losses import LogLoss


@pytest.fixture
def window(own_folder, open_window):
    window = open_window("digits-small")
    yield window
    window.painting.flush()


@pytest.fixture
def circles(qtbot, window):
    """The window on circles, with a small network."""
    layers = (Dense(name="dense_1", units=4, activation=Tanh()),)
    values = {"data.name": "circles", "data.examples": 100, "layers": layers}
    window.session.change_all(values, "Circles")
    settle(qtbot, window)
    return window


@pytest.fixture
def sheet(qtbot, circles):
    """The window on four painted points of two classes."""
    circles.commands["paintPointsAction"].trigger()
    for key, places in ((1, [(-4, -4), (-4, 4)]), (2, [(4, -4), (4, 4)])):
        press(circles, str(key))
        for place in places:
            click_at(circles, place)
    settle(qtbot, circles)
    return circles


def plane(window):
    return window.probe_column.plane


def points(window):
    return plane(window).hand.points


def settle(qtbot, window):
    session = window.session
    qtbot.waitUntil(
        lambda: (
            session.snapshot is not None
            and session.snapshot.experiment == session.experiment
            and session.past.list.current.kept.moment is not None
        )
    )


def press(window, key):
    QTest.keyClick(plane(window).plot, key)


def pixel(window, place):
    return plane(window).plot.axes().to_pixels(*place)


def click_at(window, place):
    plot = plane(window).plot
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=pixel(window, place).toPoint())


def mouse(window, kind, place, button=Qt.MouseButton.NoButton):
    plot = plane(window).plot
    pressed = Qt.MouseButton.NoButton
    if kind != QEvent.Type.MouseButtonRelease:
        pressed = Qt.MouseButton.LeftButton
    at = QPointF(pixel(window, place))
    event = QMouseEvent(
        kind, at, plot.mapToGlobal(at), button, pressed, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(plot, event)


def begin(window, place):
    mouse(window, QEvent.Type.MouseButtonPress, place, Qt.MouseButton.LeftButton)


def move(window, place):
    mouse(window, QEvent.Type.MouseMove, place)


def end(window, place):
    mouse(window, QEvent.Type.MouseButtonRelease, place, Qt.MouseButton.LeftButton)


def drag(window, start, stop, steps=10):
    begin(window, start)
    for step in range(1, steps + 1):
        move(window, tuple(np.add(start, np.subtract(stop, start) * step / steps)))
    end(window, stop)


def parameters(window):
    return window.session.model.network.parameters.copy()


# An empty plane.


def test_the_menu_opens_an_empty_plane_and_leaves_the_data_where_they_are(window):
    window.commands["paintPointsAction"].trigger()
    assert plane(window).isVisible()
    assert len(points(window)) == 0
    assert plane(window).plot._sentence.startswith(TOO_FEW)
    assert "Digits 8×8" in plane(window).plot._sentence
    assert plane(window).tools.tool is Tool.BRUSH
    assert not find(window, "paintProbeButton").isEnabled()
    assert window.session.experiment.data.name == "digits"
    assert not window.commands["exportDataAction"].isEnabled()


def test_an_empty_plane_cannot_be_trained_and_says_why(qtbot, window):
    window.commands["paintPointsAction"].trigger()
    action = window.commands["trainAction"]
    assert not action.isEnabled()
    assert TOO_FEW in action.toolTip()
    window.session.change("training.learning_rate", 0.01)
    settle(qtbot, window)
    assert window.session.snapshot.experiment.training.learning_rate == 0.01
    assert not action.isEnabled()
    assert not window.commands["stepBatchAction"].isEnabled()


def test_undo_leads_back_to_the_data_that_were_there(qtbot, window):
    window.commands["paintPointsAction"].trigger()
    click_at(window, (1, 1))
    assert window.session.experiment.data.name == "own-painted"
    settle(qtbot, window)
    window.commands["undoAction"].trigger()
    settle(qtbot, window)
    assert window.session.experiment.data.name == "digits"
    assert plane(window).isVisible()
    assert len(points(window)) == 0
    assert "own-painted" not in catalogue.DATASETS
    window.commands["undoAction"].trigger()
    assert window.probe_column.canvas.isVisible()
    assert window.commands["trainAction"].isEnabled()
    window.commands["redoAction"].trigger()
    window.commands["redoAction"].trigger()
    settle(qtbot, window)
    assert points(window).points == pytest.approx(np.array([[1, 1]]), abs=0.05)
    assert window.session.experiment.data.name == "own-painted"


def test_choosing_the_data_in_use_leaves_the_empty_plane(circles):
    circles.commands["paintPointsAction"].trigger()
    circles.tool_bar.data_requested.emit("circles")
    assert len(points(circles)) == 100
    assert plane(circles).plot._sentence == ""
    assert circles.commands["trainAction"].isEnabled()


def test_opening_a_preset_leaves_the_empty_plane(window):
    window.commands["paintPointsAction"].trigger()
    window.tool_bar.preset_requested.emit("digits-small")
    assert window.probe_column.canvas.isVisible()
    assert not window.painting.sheet.bare


def test_one_class_is_not_enough(qtbot, window):
    window.commands["paintPointsAction"].trigger()
    click_at(window, (1, 1))
    settle(qtbot, window)
    assert len(window.session.prepared.dataset) == 1
    assert plane(window).plot._sentence == TOO_FEW
    assert not window.commands["trainAction"].isEnabled()
    press(window, "2")
    click_at(window, (-1, -1))
    settle(qtbot, window)
    assert len(window.session.prepared.dataset) == 2
    assert plane(window).plot._sentence == ""
    assert window.commands["trainAction"].isEnabled()
    assert window.session.prepared.tested_on_train


# The tools.


def test_a_click_is_one_point_where_it_was(sheet):
    assert len(points(sheet)) == 4
    assert points(sheet).points == pytest.approx(
        np.array([[-4, -4], [-4, 4], [4, -4], [4, 4]]), abs=0.05
    )
    assert points(sheet).labels.tolist() == [0, 0, 1, 1]
    assert sheet.session.prepared.dataset.class_names == ("1", "2")
    assert plane(sheet)._count.text() == "4 points"


def test_a_drag_scatters_points_within_the_brush(qtbot, sheet):
    drag(sheet, (-4, 0), (4, 0))
    settle(qtbot, sheet)
    new = points(sheet).points[4:]
    radius = plane(sheet).tools.reach * 12
    assert len(new) > 10
    assert (np.abs(new[:, 1]) <= radius + 0.05).all()
    assert (points(sheet).labels[4:] == 1).all()
    assert len(sheet.session.prepared.dataset) == len(points(sheet))


def test_the_sliders_choose_size_and_density(sheet):
    find(sheet, "paintSizeSlider", QSlider).setValue(80)
    find(sheet, "paintDensitySlider", QSlider).setValue(40)
    drag(sheet, (-3, 0), (3, 0))
    new = points(sheet).points[4:]
    # 6 long, 4.8 wide; 40 points for π·2.4².
    assert len(new) == pytest.approx(6 * 4.8 * 40 / (np.pi * 2.4**2), rel=0.15)


@pytest.mark.parametrize("tool", ["paintEraseButton", "paintFlipButton", "paintMoveButton"])
def test_each_tool_is_one_step_to_undo(qtbot, sheet, tool):
    before = points(sheet)
    steps = sheet.session.past.list.row
    click(find(sheet, tool))
    press(sheet, "2" if tool == "paintFlipButton" else "M" if "Move" in tool else "E")
    drag(sheet, (-4, -4), (0, -3.5))
    settle(qtbot, sheet)
    after = points(sheet)
    if "Erase" in tool:
        assert after.labels.tolist() == [0, 1, 1]
    elif "Flip" in tool:
        assert after.labels.tolist() == [1, 0, 1, 1]
        assert np.array_equal(after.points, before.points)
    else:
        assert after.points[0] == pytest.approx((0, -3.5), abs=0.05)
    assert sheet.session.past.list.row == steps + 1
    assert len(sheet.session.prepared.dataset) == len(after)
    sheet.commands["undoAction"].trigger()
    settle(qtbot, sheet)
    assert np.array_equal(points(sheet).points, before.points)
    assert np.array_equal(points(sheet).labels, before.labels)
    assert np.array_equal(sheet.session.prepared.dataset.targets, before.labels)
    sheet.commands["redoAction"].trigger()
    settle(qtbot, sheet)
    assert np.array_equal(points(sheet).points, after.points)
    assert np.array_equal(points(sheet).labels, after.labels)


@pytest.mark.parametrize("lens", ["data", "why"])
def test_a_point_of_a_class_that_vanishes_is_held_as_a_place(qtbot, sheet, lens):
    sheet.lens_area.show_lens(lens)
    press(sheet, "3")
    click_at(sheet, (0, 4))
    settle(qtbot, sheet)
    sheet.probe_column.pick(4)
    assert sheet.session.probe.label == 2
    qtbot.waitUntil(lambda: sheet.session.reading is not None)
    sheet.session.past.undo()
    assert sheet.session.probe.label is None
    assert plane(sheet).probe().label is None
    np.testing.assert_allclose(sheet.session.probe.inputs, [0, 4], atol=0.2)
    settle(qtbot, sheet)
    qtbot.waitUntil(lambda: sheet.session.reading is not None)
    assert sheet.session.reading.target(None) in (0, 1)
    assert find(sheet, "predictedLabel").text() in ("1", "2")


def test_a_stroke_that_changes_nothing_is_no_step(sheet):
    steps = sheet.session.past.list.row
    click(find(sheet, "paintEraseButton"))
    drag(sheet, (0, 0), (1, 1))
    click(find(sheet, "paintMoveButton"))
    drag(sheet, (0, 0), (1, 1))
    assert sheet.session.past.list.row == steps


def test_a_stroke_that_changes_nothing_makes_no_copy(circles):
    for tool in ("E", "F", "M"):
        press(circles, tool)
        drag(circles, (5.9, 5.9), (5.8, 5.8))
    assert circles.painting.sheet.name == ""
    assert circles.session.experiment.data.name == "circles"
    assert not [name for name in catalogue.DATASETS if name.startswith("own-")]


def test_the_probe_still_asks_about_a_place(sheet):
    click(find(sheet, "paintProbeButton"))
    click_at(sheet, (2, 1))
    assert len(points(sheet)) == 4
    assert sheet.session.probe.inputs == pytest.approx([2, 1], abs=0.05)


def test_keys_choose_tools_and_classes(sheet):
    for key, tool in zip("PBEFM", Tool, strict=True):
        press(sheet, key)
        assert plane(sheet).tools.tool is tool
    press(sheet, "F")
    press(sheet, "8")
    assert plane(sheet).tools.tool is Tool.FLIP
    assert plane(sheet).tools.label == 7
    press(sheet, "P")
    press(sheet, "3")
    assert plane(sheet).tools.tool is Tool.BRUSH
    assert find(sheet, "paintClass2", QToolButton).isChecked()


def test_the_keyboard_alone_paints_moves_and_erases(qtbot, sheet):
    press(sheet, "1")
    press(sheet, Qt.Key.Key_Right)
    press(sheet, Qt.Key.Key_Space)
    assert points(sheet).points[4] == pytest.approx([0.2, 0], abs=1e-3)
    press(sheet, "M")
    press(sheet, Qt.Key.Key_Right)
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Space):
        press(sheet, key)
    assert points(sheet).points[4] == pytest.approx([0.2, 0.4], abs=1e-3)
    press(sheet, "E")
    press(sheet, Qt.Key.Key_Up)
    press(sheet, Qt.Key.Key_Space)
    assert len(points(sheet)) == 4
    settle(qtbot, sheet)
    assert sheet.session.past.undo_title == "Erase points"


def test_every_control_has_a_name_to_be_spoken(sheet):
    names = [f"paint{word}Button" for word in ("Probe", "Brush", "Erase", "Flip", "Move")]
    names += [f"paintClass{label}" for label in range(8)]
    names += ["paintTools", "paintSizeSlider", "paintDensitySlider"]
    for name in [*names, "startEmptyButton", "copySetButton"]:
        assert find(sheet, name).accessibleName(), name


def test_eight_classes_have_eight_shapes():
    outlines = {str(marker(label).toFillPolygon().toList()) for label in range(8)}
    assert len(outlines) == 8


# Sets that were there before.


def test_painting_on_a_generated_set_makes_a_copy_and_keeps_the_weights(qtbot, circles):
    before = parameters(circles)
    press(circles, "1")
    click_at(circles, (5, 5))
    settle(qtbot, circles)
    dataset = circles.session.prepared.dataset
    assert dataset.class_names == ("0", "1")
    assert dataset.targets[-1] == 1
    assert dataset.name == "own-circles-painted"
    assert dataset.title == "Circles, painted"
    assert len(dataset) == 101
    assert np.array_equal(parameters(circles), before)
    assert len(catalogue.load("circles", examples=100)) == 100
    assert circles.tool_bar.data_box.currentText() == "Circles, painted"
    circles.commands["undoAction"].trigger()
    settle(qtbot, circles)
    assert circles.session.experiment.data.name == "circles"
    assert np.array_equal(parameters(circles), before)
    assert circles.tool_bar.data_box.findData("own-circles-painted") == -1


def test_a_copy_gets_the_name_that_it_is_given(qtbot, circles):
    click(find(circles, "copySetButton"))
    dialog = circles.findChild(QInputDialog, "copySetDialog")
    assert dialog.textValue() == "Circles, painted"
    dialog.setTextValue("My rings")
    dialog.accept()
    settle(qtbot, circles)
    assert circles.session.experiment.data.name == "own-my-rings"
    assert len(points(circles)) == 100
    assert circles.tool_bar.data_box.currentText() == "My rings"


def test_a_stroke_that_the_network_cannot_learn_is_refused(circles, monkeypatch):
    def refuse(*given):
        raise painting_desk.PlaygroundError("The network cannot learn that.")

    monkeypatch.setattr(painting_desk, "on_painted", refuse)
    press(circles, "3")
    click_at(circles, (5, 5))
    assert "cannot learn that" in message(circles)
    assert len(points(circles)) == 100
    assert circles.session.experiment.data.name == "circles"
    assert not [name for name in catalogue.DATASETS if name.startswith("own-")]


def test_starting_empty_twice_numbers_the_sets(qtbot, sheet):
    click(find(sheet, "startEmptyButton"))
    assert len(points(sheet)) == 0
    click_at(sheet, (0, 0))
    settle(qtbot, sheet)
    assert sheet.session.experiment.data.name == "own-painted-2"
    assert sheet.session.prepared.dataset.title == "Painted points 2"
    assert len(catalogue.load("own-painted")) == 4


def test_painted_points_are_kept_on_the_disk(qtbot, sheet):
    painted = points(sheet)
    sheet.painting.flush()
    catalogue.find_own_sets()
    catalogue._own.cache_clear()
    kept = own_sets.read("own-painted")
    assert np.array_equal(kept.inputs, painted.points)
    assert np.array_equal(kept.targets, painted.labels)


def test_a_disk_that_is_full_is_told(sheet, monkeypatch):
    def full(*given):
        raise own_sets.DataError("The disk is full.")

    monkeypatch.setattr(own_sets, "save", full)
    click_at(sheet, (0, 0))
    sheet.painting.flush()
    assert "disk is full" in message(sheet)
    assert len(points(sheet)) == 5
    monkeypatch.undo()


@pytest.mark.parametrize(("name", "said"), [("bumps", "number"), ("plane-field", "number")])
def test_a_field_cannot_be_painted_on_and_says_why(qtbot, circles, name, said):
    press(circles, "B")
    circles.session.change("data.name", name)
    settle(qtbot, circles)
    assert plane(circles).tools.tool is Tool.PROBE
    button = find(circles, "paintBrushButton")
    assert not button.isEnabled()
    assert said in button.toolTip()
    assert not find(circles, "copySetButton").isEnabled()
    press(circles, "B")
    press(circles, "3")
    assert plane(circles).tools.tool is Tool.PROBE
    click_at(circles, (2, 2))
    assert circles.session.probe.inputs == pytest.approx([2, 2], abs=0.05)
    assert circles.commands["trainAction"].isEnabled()


def test_a_full_plane_takes_no_more_and_says_so(qtbot, circles):
    rng = np.random.default_rng(0)
    full = PaintedPoints.empty().add(rng.uniform(-6, 6, (MOST - 1, 2)), 0).add([(0, 0)], 1)
    catalogue.keep(full.to_dataset("own-full", "Full"))
    circles.session.change("data.name", "own-full")
    settle(qtbot, circles)
    press(circles, "B")
    click_at(circles, (1, 1))
    assert len(points(circles)) == MOST
    assert "20,000" in message(circles)
    click(find(circles, "paintEraseButton"))
    drag(circles, (-3, 0), (3, 0))
    assert len(points(circles)) < MOST


def test_points_are_exported_as_csv(circles, tmp_path, monkeypatch):
    press(circles, "1")
    click_at(circles, (5, 5))
    target = tmp_path / "points"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *asked: (str(target), ""))
    circles.commands["exportDataAction"].trigger()
    lines = target.with_suffix(".csv").read_bytes().split(b"\r\n")
    assert lines[0] == b"x,y,class"
    assert len(lines) == 1 + 101 + 1
    assert "101 points" in message(circles)


# While training.


def test_training_goes_on_while_points_are_painted(qtbot, sheet):
    session = sheet.session
    session.change("training.stopping.epochs", None)
    session.toggle_training()
    qtbot.waitUntil(lambda: session.state is RunState.RUNNING)
    qtbot.waitUntil(lambda: session.snapshot is not None and session.snapshot.step > 20)
    step = session.snapshot.step
    begin(sheet, (0, 5))
    for place in ((1, 5), (2, 5), (3, 5)):
        move(sheet, place)
    painted = len(points(sheet))
    assert painted > 4
    # The stroke has not ended, and the network learns from it already.
    qtbot.waitUntil(lambda: len(session.prepared.dataset) == painted)
    qtbot.waitUntil(lambda: session.snapshot is not None and session.snapshot.step > step)
    assert plane(sheet).hand.busy
    move(sheet, (5, 5))
    end(sheet, (5, 5))
    assert len(points(sheet)) > painted
    qtbot.waitUntil(lambda: session.state is RunState.RUNNING)
    qtbot.waitUntil(lambda: session.snapshot is not None)
    assert len(session.prepared.dataset) == len(points(sheet))
    assert session.past.undo_title == "Paint points"
    sheet.commands["undoAction"].trigger()
    assert len(points(sheet)) == 4


def test_erasing_a_class_while_training_pauses_it(qtbot, sheet):
    session = sheet.session
    session.change("training.stopping.epochs", None)
    session.toggle_training()
    qtbot.waitUntil(lambda: session.state is RunState.RUNNING)
    click(find(sheet, "paintEraseButton"))
    drag(sheet, (4, -5), (4, 5))
    assert points(sheet).labels.tolist() == [0, 0]
    qtbot.waitUntil(lambda: session.state is RunState.PAUSED)
    qtbot.waitUntil(lambda: not sheet.commands["trainAction"].isEnabled())
    drag(sheet, (-4, -5), (-4, 5))
    assert len(points(sheet)) == 0
    assert plane(sheet).plot._sentence.startswith(TOO_FEW)
    settle(qtbot, sheet)
    with qtbot.waitSignal(session._frames._timer.timeout):
        pass
    assert not sheet.commands["trainAction"].isEnabled()
    for _ in range(2):
        sheet.commands["undoAction"].trigger()
    settle(qtbot, sheet)
    assert len(points(sheet)) == 4
    assert len(session.prepared.dataset) == 4
    qtbot.waitUntil(sheet.commands["trainAction"].isEnabled)


def test_a_third_class_turns_a_sigmoid_into_softmax_and_keeps_what_was_learned(qtbot, sheet):
    session = sheet.session
    session.change_all({"output.activation": Sigmoid(), "training.loss": LogLoss()}, "Sigmoid")
    settle(qtbot, sheet)
    hidden = session.model.network.views()["dense_1.weights"].copy()
    z = session.model.network.views()["output.weights"].copy()
    press(sheet, "3")
    click_at(sheet, (0, 0))
    qtbot.waitUntil(lambda: session.model is not None and "goes on" in message(sheet))
    assert isinstance(session.experiment.output.activation, Softmax)
    assert session.prepared.dataset.class_names == ("1", "2", "3")
    qtbot.waitUntil(
        lambda: np.array_equal(session.model.network.views()["dense_1.weights"], hidden)
    )
    weights = session.model.network.views()["output.weights"]
    assert weights.shape == (3, 4)
    assert np.array_equal(weights[:2], np.concatenate([np.zeros_like(z), z]))
    assert "softmax" in message(sheet)
    sheet.commands["undoAction"].trigger()
    settle(qtbot, sheet)
    assert isinstance(session.experiment.output.activation, Sigmoid)
    assert isinstance(session.experiment.training.loss, LogLoss)
    assert session.prepared.dataset.class_names == ("1", "2")


def test_points_of_a_class_that_no_player_knows_yet_can_be_painted(qtbot, circles):
    session = circles.session
    assert session.change("data.task", "real_by_class")
    settle(qtbot, circles)
    for key in "34":
        press(circles, key)
        click_at(circles, (0, 0))
        settle(qtbot, circles)
    assert session.prepared.dataset.class_names == ("0", "1", "2", "3", "4", "made")


def test_the_probe_stays_where_it_is_while_points_are_painted(qtbot, sheet):
    click(find(sheet, "paintProbeButton"))
    click_at(sheet, (2, 1))
    probe = sheet.session.probe
    click(find(sheet, "paintBrushButton"))
    click_at(sheet, (0, 0))
    settle(qtbot, sheet)
    assert sheet.session.probe is probe


def kept_points(window):
    return len(own_sets.read(window.painting.sheet.name))


def test_painting_is_kept_while_quick_strokes_follow_each_other(qtbot, sheet):
    press(sheet, "1")

    def painted_and_kept():
        click_at(sheet, (-4 + len(points(sheet)) * 1e-3, 0))
        names = own_sets.names()
        return bool(names) and kept_points(sheet) > 8

    qtbot.waitUntil(painted_and_kept, timeout=20_000)


def test_painting_is_kept_while_one_stroke_goes_on(qtbot, sheet):
    sheet.painting.flush()
    before = kept_points(sheet)
    press(sheet, "1")
    begin(sheet, (-4, -3))
    places = ((x, y) for _ in range(1_000) for x in (-4, -3, -2, -1) for y in (-3, 0, 3))

    def moved_and_kept():
        move(sheet, next(places))
        return kept_points(sheet) > before

    qtbot.waitUntil(moved_and_kept, timeout=20_000)
    assert sheet.probe_column.plane.hand.busy
    end(sheet, (-4, -3))
    sheet.session.past.undo()
    assert len(points(sheet)) == before


def test_a_painted_set_comes_back_with_the_time_after_its_making(qtbot, sheet):
    name, session = sheet.session.experiment.data.name, sheet.session
    painted = len(session.prepared.dataset)
    session.change("data.name", "iris")
    settle(qtbot, sheet)
    last = len(session.past.list.entries) - 1
    session.past.go_to(0)
    assert name not in catalogue.DATASETS
    session.past.go_to(last)
    assert session.experiment.data.name == "iris"
    assert sheet.tool_bar.data_box.findData(name) >= 0
    assert len(catalogue.load(name)) == painted


def test_a_sheet_that_no_undo_needs_any_more_is_let_go(qtbot, sheet):
    left = weakref.ref(sheet.painting.sheet)
    sheet.session.change("data.name", "circles")
    settle(qtbot, sheet)
    sheet.session.past.list.keep_within(0)
    gc.collect()
    assert left() is None
