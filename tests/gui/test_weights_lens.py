"""The lens of weights shows every layer's parameters, and what became of them."""

import dataclasses

import numpy as np
import pytest
from person import click, find, hover
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QPushButton, QTableView

from playground.analysis.neurons.neuron import Neuron
from playground.gui.lenses.weights.lens import WeightsLens
from playground.gui.lenses.weights.recorder import Recorder
from playground.gui.widgets.cells import Cell
from playground.nn.layers import BatchNorm, Dense, Dropout
from playground.training.experiment import DataSettings, Experiment, Output, Stopping, Training
from playground.training.presets import preset

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

RNG = np.random.default_rng(5)
FOREVER = Training(stopping=Stopping(epochs=None))


def opened(qtbot, session, experiment):
    assert session.open(experiment)
    qtbot.waitUntil(lambda: session.snapshot is not None)


def a_lens(keep, session):
    lens = WeightsLens(session)
    lens.resize(800, 520)
    keep(lens)
    lens.set_in_view(True)
    return lens


def iris_experiment():
    return Experiment(
        data=DataSettings(name="iris"),
        layers=(Dense(name="dense_1", units=6), Dense(name="dense_2", units=5)),
        training=FOREVER,
    )


def train_a_little(qtbot, session, epochs=2):
    for _ in range(epochs):
        before = session.snapshot.epoch
        session.step_epoch()
        qtbot.waitUntil(lambda before=before: session.snapshot.epoch > before)


def choose(lens, name, index):
    lens.findChild(QComboBox, name).setCurrentIndex(index)


# The whole lens.


def test_every_control_has_a_name_and_a_tooltip(keep, session, qtbot):
    opened(qtbot, session, Experiment(training=FOREVER))
    lens = a_lens(keep, session)
    controls = [
        *lens.findChildren(QComboBox),
        *lens.findChildren(QCheckBox),
        *lens.findChildren(QPushButton),
    ]
    assert len(controls) == 8
    for control in controls:
        assert control.objectName()
        assert control.accessibleName()
        assert control.toolTip().endswith(".")


def test_pictures_come_first_and_deeper_layers_are_matrices(keep, session, qtbot):
    opened(qtbot, session, Experiment(training=FOREVER))
    lens = a_lens(keep, session)
    assert lens.pictures.isVisible()
    assert lens.controls.shapes.whole_text().startswith("W1 (")
    choose(lens, "weightsLayerBox", 1)
    assert lens.matrix.isVisible()
    assert not lens.findChild(QPushButton, "weightsPicturesButton").isEnabled()
    assert lens.controls.shapes.whole_text().startswith("W2 (")
    choose(lens, "weightsLayerBox", 0)
    assert lens.pictures.isVisible()
    click(find(lens, "weightsMatrixButton"))
    assert lens.matrix.isVisible()


def test_a_click_selects_the_neuron_everywhere_and_the_matrix_shows_the_moments_weights(
    keep, session, qtbot
):
    opened(qtbot, session, iris_experiment())
    lens = a_lens(keep, session)
    assert not lens.findChild(QPushButton, "weightsPicturesButton").isVisible()
    train_a_little(qtbot, session)
    views = session.model.network.views_of(session.snapshot.parameters)
    np.testing.assert_array_equal(lens.matrix.weights, views["dense_1.weights"])
    spot = lens.matrix.cell_rect(Cell(0, 4, 2)).center()
    qtbot.mouseClick(lens.matrix.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert session.attention.selected == Neuron("dense_1", 4)
    assert session.attention.hovered == Neuron("dense_1", 4)
    assert lens.matrix.selected == Neuron("dense_1", 4)
    assert lens.readout.whole_text().startswith("Neuron 5 ← petal length")


def test_sorted_by_norm_the_longest_comes_first(keep, session, qtbot):
    opened(qtbot, session, iris_experiment())
    lens = a_lens(keep, session)
    choose(lens, "weightsSortBox", 1)
    norms = np.linalg.norm(lens.matrix.weights, axis=1)
    np.testing.assert_array_equal(lens.matrix.order, np.argsort(-norms))


def test_over_time_begins_with_the_weights_at_the_start(keep, session, qtbot):
    opened(qtbot, session, iris_experiment())
    lens = a_lens(keep, session)
    click(find(lens, "weightsTimeButton"))
    heats = lens.over_time.heats
    assert [heat.title for heat in heats.heats] == [
        "Dense 1 · ReLU",
        "Dense 2 · ReLU",
        "Output · Softmax",
    ]
    assert heats.heats[0].shown.epochs.tolist() == [0]
    choose(lens, "quantityBox", 1)
    assert heats.summary == "Train a step to see gradients."
    choose(lens, "quantityBox", 2)
    qtbot.waitUntil(lambda: bool(heats.heats))
    train_a_little(qtbot, session)
    choose(lens, "quantityBox", 1)
    qtbot.waitUntil(lambda: bool(heats.heats) and heats.heats[0].shown.epochs[-1] == 2)
    choose(lens, "quantityBox", 2)
    qtbot.waitUntil(lambda: heats.heats[0].shown.epochs[-1] == 2)


def test_merged_bins_keep_every_share(keep, session, qtbot):
    opened(qtbot, session, iris_experiment())
    lens = a_lens(keep, session)
    click(find(lens, "weightsTimeButton"))
    for heat in lens.over_time.heats.heats:
        assert len(heat.edges) == heat.shares.shape[1] + 1
        assert heat.shares.sum(axis=1) == pytest.approx(1)
        weights = session.model.network.views()[f"{heat_name(lens, heat)}.weights"]
        expected, _ = np.histogram(weights, heat.edges)
        np.testing.assert_allclose(heat.shares[0], expected / weights.size, atol=1e-6)


def heat_name(lens, heat):
    return lens.recorder.history.names[lens.over_time.heats.heats.index(heat)]


def test_a_place_over_time_is_read_by_mouse_and_keyboard(keep, session, qtbot):
    opened(qtbot, session, iris_experiment())
    lens = a_lens(keep, session)
    click(find(lens, "weightsTimeButton"))
    heats = lens.over_time.heats
    hover(heats.viewport(), heats.block_rect(1).center())
    assert heats.reading.startswith("Dense 2 · ReLU · epoch 0: ")
    assert " % from " in heats.reading
    assert lens.readout.whole_text() == heats.reading
    heats.setFocus()
    qtbot.keyClick(heats, Qt.Key.Key_Down)
    qtbot.keyClick(heats, Qt.Key.Key_Down)
    assert "median" in heats.accessibleDescription()


def test_the_table_tells_the_present_figures(keep, session, qtbot):
    opened(qtbot, session, iris_experiment())
    lens = a_lens(keep, session)
    click(find(lens, "weightsTimeButton"))
    table = lens.findChild(QTableView, "layerFigures")
    assert table.text(0, 3) == "–"
    train_a_little(qtbot, session)
    qtbot.waitUntil(lambda: table.text(0, 3) != "–")
    weights = session.model.network.views()["dense_1.weights"]
    assert float(table.text(0, 2)) == pytest.approx(np.linalg.norm(weights), rel=0.01)
    assert table.text(0, 1) == "Dense 1 · ReLU"


# Recording.


def test_a_session_has_one_recorder_which_records_whether_anybody_looks_or_not(session, qtbot):
    recorder = Recorder.of(session)
    assert Recorder.of(session) is recorder
    opened(qtbot, session, iris_experiment())
    train_a_little(qtbot, session, 3)
    qtbot.waitUntil(lambda: recorder.history.weights.epochs[-1] == 3)
    assert recorder.history.weights.epochs[0] == 0


def test_the_record_begins_anew_with_the_run_and_with_another_network(session, qtbot):
    recorder = Recorder.of(session)
    opened(qtbot, session, iris_experiment())
    train_a_little(qtbot, session)
    qtbot.waitUntil(lambda: recorder.history.weights.epochs[-1] == 2)
    first = recorder.history
    session.change("training.learning_rate", 0.01)
    session.change(
        "layers",
        (
            dataclasses.replace(session.experiment.layers[0], units=7),
            *session.experiment.layers[1:],
        ),
    )
    qtbot.waitUntil(lambda: recorder.history is not first)
    assert recorder.history.weights.epochs[0] == 2
    second = recorder.history
    session.reset()
    qtbot.waitUntil(lambda: recorder.history is not second)
    assert recorder.history.weights.epochs.tolist() == [0]


def test_the_record_begins_anew_with_another_kernel_that_keeps_all_shapes(session, qtbot):
    recorder = Recorder.of(session)
    opened(qtbot, session, dataclasses.replace(preset("digits-conv").experiment, training=FOREVER))
    qtbot.waitUntil(lambda: recorder.history is not None and len(recorder.history.weights))
    first = recorder.history
    assert session.change("layers.1.kernel", 1)
    qtbot.waitUntil(lambda: recorder.history is not first and len(recorder.history.weights))


def test_another_activation_keeps_the_record(session, qtbot):
    recorder = Recorder.of(session)
    opened(qtbot, session, iris_experiment())
    train_a_little(qtbot, session)
    history = recorder.history
    session.change("layers.0.trainable", False)
    qtbot.waitUntil(lambda: session.snapshot.experiment.layers[0].trainable is False)
    assert recorder.history is history


# What must not break it.

AWKWARD = {
    "one neuron": preset("article-neuron").experiment,
    "plane": preset("spirals").experiment,
    "regression": preset("bumps").experiment,
    "pictures": Experiment(training=FOREVER),
    "other layers": Experiment(
        data=DataSettings(name="iris"),
        layers=(
            BatchNorm(name="norm_1"),
            Dense(name="dense_1", units=1),
            BatchNorm(name="norm_2"),
            Dropout(name="drop"),
            Dense(name="dense_2", units=30),
        ),
        training=FOREVER,
    ),
    "no hidden layer": Experiment(layers=(), output=Output(), training=FOREVER),
}


@pytest.mark.parametrize("name", AWKWARD)
def test_every_view_of_every_network_can_be_painted(name, keep, session, qtbot, light):
    opened(qtbot, session, AWKWARD[name])
    lens = a_lens(keep, session)
    paint_all(qtbot, lens)
    session.step_batch()
    qtbot.waitUntil(lambda: session.snapshot.step > 0)
    light()
    lens.resize(330, 400)
    paint_all(qtbot, lens)


@pytest.mark.parametrize("value", [np.nan, np.inf, -1e30, 0.0])
def test_weights_out_of_bounds_can_be_painted_and_read(value, keep, session, qtbot):
    opened(qtbot, session, Experiment(training=FOREVER))
    lens = a_lens(keep, session)
    snapshot = session.snapshot
    broken = np.full_like(snapshot.parameters, value)
    broken[::7] = 0.1
    again = dataclasses.replace(snapshot, parameters=broken, gradient=broken, update=broken)
    session.snapshot = again
    session.snapshot_changed.emit(again)
    paint_all(qtbot, lens)
    click(find(lens, "weightsMatrixButton"))
    lens.matrix.setFocus()
    qtbot.keyClick(lens.matrix, Qt.Key.Key_Down)
    assert lens.matrix.reading


def test_without_a_network_nothing_is_drawn_and_nothing_breaks(keep, session):
    lens = a_lens(keep, session)
    lens.grab()
    for page in (lens.pictures, lens.matrix):
        page.show()
        page.grab()
        assert page.reading == ""


def test_other_data_replace_the_layers(keep, session, qtbot):
    opened(qtbot, session, Experiment(training=FOREVER))
    lens = a_lens(keep, session)
    assert lens.pictures.isVisible()
    opened(qtbot, session, iris_experiment())
    assert lens.controls.layer_box.count() == 3
    assert lens.controls.shapes.whole_text() == "W1 (6, 4) · b1 (6)"


def paint_all(qtbot, lens):
    for button in lens.findChildren(QPushButton):
        if not button.isVisible():
            continue
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        for index in range(lens.controls.layer_box.count()):
            choose(lens, "weightsLayerBox", index)
            lens.grab()
        for quantity in range(3):
            choose(lens, "quantityBox", quantity)
            for checked in (True, False):
                lens.findChild(QCheckBox, "weightsLogBox").setChecked(checked)
                lens.findChild(QCheckBox, "weightsOwnScaleBox").setChecked(checked)
                lens.grab()
