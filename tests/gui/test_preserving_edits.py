"""Neurons and layers that are added by mouse keep what a trained network computes, or not."""

import numpy as np
import pytest
from person import click, find, message, type_text
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from playground.gui.session.session import RunState
from playground.gui.window.main_window import MainWindow
from playground.nn.activations import Tanh
from playground.nn.layers import Dense

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def window(qtbot, open_window):
    """Return a window that rests after an epoch."""
    window = open_window("digits-small")
    assert window.session.change("layers", (Dense(24, name="dense_1"),))
    qtbot.waitUntil(lambda: window.session.model is not None)
    window.session.step_epoch()
    qtbot.waitUntil(lambda: window.session.state is RunState.PAUSED)
    qtbot.waitUntil(lambda: window.session.snapshot.epoch == 1)
    return window


@pytest.fixture
def outputs(qtbot, window):
    """Return a function that waits for the network of the present layers, and lets it answer."""
    session = window.session

    def answered():
        layers = session.experiment.layers
        qtbot.waitUntil(lambda: session.model.experiment.layers == layers)
        qtbot.waitUntil(lambda: session.snapshot.experiment.layers == layers)
        return session.model.outputs(session.prepared.dataset.inputs[:200])

    return answered


def menu_of(window, gap):
    click(window.findChildren(QWidget, "addLayerButton")[gap])
    return find(window, "addLayerMenu")


def press(menu, action):
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def add(window, gap, kind):
    menu = menu_of(window, gap)
    press(menu, next(action for action in menu.actions() if action.data() == kind))


def toggle(window):
    menu = menu_of(window, 0)
    press(menu, window.commands["preserveAction"])


def accuracies(window):
    """Return the accuracies before and after, as the message tells them."""
    _, _, told = message(window).rpartition("est accuracy ")
    return told.rstrip(".").split(" → ")


def test_neurons_typed_and_a_layer_from_the_menu_keep_what_is_computed(qtbot, window, outputs):
    before = outputs()
    type_text(find(find(window, "layerCard0"), "unitsBox"), "40")
    qtbot.waitUntil(lambda: message(window).startswith("Added 16 neurons to Dense 1 by splitting"))
    np.testing.assert_allclose(outputs(), before, atol=1e-6)
    one, other = accuracies(window)
    assert one == other
    add(window, 1, "dense")
    assert window.session.experiment.layers[1].units == 40
    said = "Added Dense 2, which hands on what it gets; the network computes the same: "
    qtbot.waitUntil(lambda: message(window).startswith(said))
    np.testing.assert_allclose(outputs(), before, atol=1e-6)
    one, other = accuracies(window)
    assert one == other


def test_a_layer_that_cannot_hand_on_says_why(qtbot, window, outputs):
    before = outputs()
    changed = (*window.session.experiment.layers, Dense(24, Tanh(), name="dense_2"))
    window.session.change("layers", changed)
    qtbot.waitUntil(lambda: "Tanh bends every number" in message(window))
    assert "a residual block in its place could. Test accuracy " in message(window)
    assert np.abs(outputs() - before).max() > 0.1
    one, other = accuracies(window)
    assert one != other


def test_the_choice_is_in_the_menu_that_adds_a_layer(qtbot, window, outputs):
    action = window.commands["preserveAction"]
    assert action.isChecked()
    before = outputs()
    layers = window.session.experiment.layers
    toggle(window)
    assert not action.isChecked()
    assert window.session.experiment.layers == layers
    add(window, 1, "dense")
    qtbot.waitUntil(lambda: "Dense 2 starts again with new weights." in message(window))
    assert np.abs(outputs() - before).max() > 0.1
    toggle(window)
    assert action.isChecked()
    before = outputs()
    add(window, 2, "batch_norm")
    qtbot.waitUntil(lambda: "Added Batch norm 1, which hands on" in message(window))
    np.testing.assert_allclose(outputs(), before, atol=1e-6)


def test_the_choice_is_remembered(qtbot, window, settings):
    window.commands["preserveAction"].trigger()
    window.close()
    again = MainWindow(settings)
    qtbot.addWidget(again)
    assert not again.commands["preserveAction"].isChecked()


def test_before_training_a_layer_begins_as_its_initializer_makes_it(qtbot, open_window):
    window = open_window("digits-small")
    session = window.session
    add(window, 1, "dense")
    qtbot.waitUntil(lambda: session.model.experiment == session.experiment)
    assert session.model.experiment.layers == session.experiment.layers
    start = session.experiment.network(session.prepared.dataset)
    np.testing.assert_allclose(session.snapshot.parameters, start.parameters)
