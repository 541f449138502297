"""Mouse and keys in the network's diagram: selecting, walking, zooming, moving."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtWidgets import QApplication

from playground.analysis.neurons.neuron import Neuron
from playground.nn.activations import Tanh
from playground.nn.layers import Dense

SMALL = (Dense(name="dense_1", units=16), Dense(name="dense_2", units=12, activation=Tanh()))


def centre(view, neuron):
    return view.tile_rect(neuron).center().toPoint()


def click(qtbot, view, neuron):
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=centre(view, neuron))


def press(qtbot, view, key, modifiers=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(view, key, modifiers)


def turn_wheel(view, at, delta):
    where = QPointF(at)
    event = QWheelEvent(
        where,
        view.mapToGlobal(where),
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def test_leaving_the_diagram_points_at_nobody(qtbot, session, diagram):
    view = diagram("digits-small", SMALL).view
    qtbot.mouseMove(view, centre(view, Neuron("dense_1", 0)))
    assert session.attention.hovered is not None
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert session.attention.hovered is None


def test_a_click_selects_everywhere_and_a_click_beside_clears(qtbot, session, diagram):
    view = diagram("digits-small", SMALL).view
    for neuron in (Neuron("dense_2", 4), Neuron("output", 9), Neuron("input", 20)):
        click(qtbot, view, neuron)
        assert session.attention.selected == neuron
        assert view.scene.selected == neuron
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert session.attention.selected is None


def test_a_name_and_a_bar_belong_to_their_neuron(qtbot, session, diagram):
    view = diagram("digits-small", SMALL).view
    tile = view.tile_rect(Neuron("output", 6))
    beside = QPoint(round(tile.right() + 60), round(tile.center().y()))
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=beside)
    assert session.attention.selected == Neuron("output", 6)


def test_arrows_walk_through_columns_and_layers(qtbot, session, diagram):
    view = diagram("digits-small", SMALL).view
    view.setFocus()
    press(qtbot, view, Qt.Key.Key_Down)
    assert session.attention.selected == Neuron("dense_1", 0)
    press(qtbot, view, Qt.Key.Key_Down)
    assert session.attention.selected == Neuron("dense_1", 1)
    press(qtbot, view, Qt.Key.Key_Right)
    assert session.attention.selected.layer == "dense_2"
    press(qtbot, view, Qt.Key.Key_End)
    assert session.attention.selected == Neuron("dense_2", 11)
    press(qtbot, view, Qt.Key.Key_Down)
    assert session.attention.selected == Neuron("dense_2", 11)
    press(qtbot, view, Qt.Key.Key_Home)
    assert session.attention.selected == Neuron("dense_2", 0)
    press(qtbot, view, Qt.Key.Key_Left)
    press(qtbot, view, Qt.Key.Key_Left)
    assert session.attention.selected.layer == "input"
    press(qtbot, view, Qt.Key.Key_Left)
    assert session.attention.selected.unit % 8 == 6
    press(qtbot, view, Qt.Key.Key_Escape)
    assert session.attention.selected is None


def test_the_selected_neuron_is_described(qtbot, session, diagram):
    view = diagram("digits-small", SMALL).view
    view.setFocus()
    press(qtbot, view, Qt.Key.Key_Down)
    assert "neuron 1: a = " in view.accessibleDescription()


def test_the_wheel_zooms_around_the_cursor_and_fit_returns(qtbot, diagram):
    view = diagram("digits-small", SMALL).view
    neuron = Neuron("dense_2", 4)
    whole, at = view.tile_rect(neuron), centre(view, neuron)
    turn_wheel(view, at, 480)
    zoomed = view.tile_rect(neuron)
    assert zoomed.width() > 1.8 * whole.width()
    assert zoomed.contains(QPointF(at))
    qtbot.mouseClick(view.buttons.fit, Qt.MouseButton.LeftButton)
    assert view.tile_rect(neuron) == whole


def test_keys_zoom_pan_and_fit(qtbot, diagram):
    view = diagram("digits-small", SMALL).view
    view.setFocus()
    neuron, control = Neuron("dense_2", 4), Qt.KeyboardModifier.ControlModifier
    whole = view.tile_rect(neuron)
    press(qtbot, view, Qt.Key.Key_Plus, control)
    press(qtbot, view, Qt.Key.Key_Plus, control)
    larger = view.tile_rect(neuron)
    assert larger.width() > whole.width()
    press(qtbot, view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert view.tile_rect(neuron).x() < larger.x()
    press(qtbot, view, Qt.Key.Key_Minus, control)
    press(qtbot, view, Qt.Key.Key_0, control)
    assert view.tile_rect(neuron) == whole


def test_dragging_moves_the_picture_and_selects_nothing(qtbot, session, diagram):
    view = diagram("digits-small", SMALL).view
    view.zoom(3.0)
    neuron = Neuron("dense_2", 4)
    before = view.tile_rect(neuron)
    start = QPoint(400, 20)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(view, start + QPoint(20, 30))
    qtbot.mouseMove(view, start + QPoint(40, 50))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=start + QPoint(40, 50))
    after = view.tile_rect(neuron)
    assert (after.x() - before.x(), after.y() - before.y()) == pytest.approx((40, 50))
    assert session.attention.selected is None


def test_a_double_click_beside_the_neurons_shows_the_whole(qtbot, diagram):
    view = diagram("digits-small", SMALL).view
    whole = view.tile_rect(Neuron("output", 0))
    view.zoom(4.0)
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(400, 3))
    assert view.tile_rect(Neuron("output", 0)) == whole


def test_walking_to_a_neuron_out_of_view_shows_it(qtbot, diagram):
    view = diagram("digits-small", SMALL).view
    view.setFocus()
    press(qtbot, view, Qt.Key.Key_Down)
    view.zoom(8.0)
    press(qtbot, view, Qt.Key.Key_End)
    tile = view.tile_rect(Neuron("dense_1", 15))
    assert 0 <= tile.top()
    assert tile.bottom() <= view.height()


def test_a_pinch_zooms_around_its_middle(diagram):
    view = diagram("digits-small", SMALL).view
    neuron = Neuron("dense_2", 4)
    at = QPointF(centre(view, neuron))
    before = view.tile_rect(neuron)
    pinch = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture,
        QPointingDevice.primaryPointingDevice(),
        2,
        at,
        at,
        QPointF(view.mapToGlobal(at)),
        0.5,
        QPointF(),
    )
    QApplication.sendEvent(view, pinch)
    after = view.tile_rect(neuron)
    assert after.width() == pytest.approx(1.5 * before.width())
    assert after.contains(at)


def test_freezing_a_neuron_leaves_the_view_as_it_was(qtbot, session, diagram):
    view = diagram("digits-small", SMALL).view
    view.zoom(3.0)
    before = view.tile_rect(Neuron("dense_2", 4))
    session.change("layers.0.frozen", "2")
    qtbot.waitUntil(lambda: view.scene.picture.columns[1].frozen == {2})
    assert view.tile_rect(Neuron("dense_2", 4)) == before
    session.change("layers.0.units", 5)
    qtbot.waitUntil(lambda: view.scene.picture.columns[1].count == 5)
    assert view.scene.picture.camera.fits
