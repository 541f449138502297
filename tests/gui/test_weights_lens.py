"""The lens of weights shows every layer's parameters, and what became of them."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QCheckBox, QComboBox, QPushButton, QTableWidget

from playground.data.bundled_sets import digits, iris
from playground.gui import colormaps, theme
from playground.gui.lenses.weights.heat import greatest_size, signed_pixels
from playground.gui.lenses.weights.layer_table import layer_tables
from playground.gui.lenses.weights.lens import WeightsLens
from playground.gui.lenses.weights.matrix_map import MatrixMap
from playground.gui.lenses.weights.picture_mosaic import PictureMosaic
from playground.gui.lenses.weights.recorder import Recorder
from playground.gui.session import Session
from playground.nn.layers import BatchNorm, Dense, Dropout
from playground.nn.network import Network
from playground.training.experiment import DataSettings, Experiment, Output, Stopping, Training
from playground.training.neuron import Neuron
from playground.training.presets import preset

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

RNG = np.random.default_rng(5)
FOREVER = Training(stopping=Stopping(epochs=None))


@pytest.fixture
def light(qapp):
    yield lambda: theme.apply(qapp, "light")
    theme.apply(qapp, "dark")


@pytest.fixture
def session(qapp, qtbot):
    made = Session()
    made.start()
    yield made
    made.close()


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


def click(qtbot, lens, name):
    qtbot.mouseClick(lens.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def choose(lens, name, index):
    lens.findChild(QComboBox, name).setCurrentIndex(index)


def hover(qtbot, widget, point):
    qtbot.mouseMove(widget, point + QPoint(1, 1))
    qtbot.mouseMove(widget, point)


def pixel(widget, point):
    return widget.grab().toImage().pixelColor(point)


def signed_color(value, scale, dark=True):
    red, green, blue, _ = colormaps.colored(value, colormaps.diverging(dark), -scale, scale)
    return QColor(int(red), int(green), int(blue))


# The names of a layer's parameters.


def test_layers_are_listed_by_the_articles_names_with_their_shapes():
    network = Network((64,), [Dense(units=16), Dropout(), Dense(units=10)])
    first, second = layer_tables(network, digits())
    assert first.shapes == "W1 (16, 64) · b1 (16)"
    assert second.shapes == "W2 (10, 16) · b2 (10)"
    assert first.picture == (8, 8)
    assert second.picture is None
    assert first.columns[9] == "pixel in row 1, column 1"
    assert second.rows[3] == "class 3"
    assert second.columns_title.startswith("neurons of Dense 16")


def test_a_layers_table_holds_its_own_numbers():
    network = Network((4,), [Dense(units=6), BatchNorm(), Dense(units=3)], seed=2)
    views = network.views()
    tables = layer_tables(network, iris())
    np.testing.assert_array_equal(tables[0].weights(views), views["dense_1.weights"])
    np.testing.assert_array_equal(tables[0].biases(views), views["dense_1.biases"])
    norm = tables[1]
    assert norm.shapes == "scale (6) · shift (6)"
    assert norm.biases(views) is None
    np.testing.assert_array_equal(norm.weights(views)[:, 0], views["batch_norm_1.scale"])
    np.testing.assert_array_equal(norm.weights(views)[:, 1], views["batch_norm_1.shift"])


def test_the_rows_of_batch_normalization_belong_to_the_layer_before():
    network = Network((4,), [BatchNorm(), Dense(units=6), BatchNorm(), Dense(units=3)])
    owners = [table.owner for table in layer_tables(network, iris())]
    assert owners == ["input", "dense_1", "dense_1", "dense_2"]
    assert layer_tables(network, iris())[3].column_neuron(2) == Neuron("dense_1", 2)


# Colours.


@pytest.mark.parametrize("dark", [True, False])
def test_fast_colours_are_those_of_the_map(dark):
    values = RNG.normal(0, 1, (40, 50)).astype(np.float32)
    expected = colormaps.colored(values, colormaps.diverging(dark), -2.0, 2.0)
    made = signed_pixels(values, 2.0, dark).view(np.uint8).reshape(40, 50, 4)
    assert np.abs(made.astype(int) - expected).max() <= 4  # a neighbouring entry, at a rounding
    np.testing.assert_array_equal(made[values > 2], expected[values > 2])


def test_what_is_no_number_has_a_colour_of_its_own():
    values = np.array([[np.nan, np.inf, -np.inf, 0]], np.float32)
    colored = signed_pixels(values, 1.0, True).view(np.uint8).reshape(4, 4)
    error = QColor(theme.DARK.error)
    assert colored[0, :3].tolist() == [error.red(), error.green(), error.blue()]
    assert colored[1].tolist() == colormaps.diverging(True)[255].tolist()
    assert colored[2].tolist() == colormaps.diverging(True)[0].tolist()
    assert greatest_size(values) == 0
    assert signed_pixels(values, float("nan"), True).shape == (1, 4)


# Pictures.


@pytest.fixture
def mosaic(keep):
    network = Network((64,), [Dense(units=12), Dense(units=10)], seed=1)
    table = layer_tables(network, digits())[0]
    made = PictureMosaic()
    made.resize(700, 400)
    keep(made)
    views = network.views()
    made.set_table(table)
    made.set_values(table.weights(views), table.biases(views), np.arange(12), False)
    return made


def test_every_pixel_of_a_picture_is_a_weight(mosaic):
    scale = float(np.abs(mosaic.weights).max())
    for neuron, column in ((0, 0), (3, 17), (11, 63)):
        spot = mosaic.cell_rect(neuron, column).center()
        expected = signed_color(mosaic.weights[neuron, column], scale)
        assert pixel(mosaic.viewport(), spot) == expected


def test_with_own_scales_every_picture_has_a_pixel_of_full_colour(mosaic):
    mosaic.set_values(mosaic.weights, mosaic.biases, mosaic.order, True)
    for neuron in range(12):
        column = int(np.abs(mosaic.weights[neuron]).argmax())
        sign = np.sign(mosaic.weights[neuron, column])
        spot = mosaic.cell_rect(neuron, column).center()
        assert pixel(mosaic.viewport(), spot) == signed_color(sign, 1.0)


def test_pointing_at_a_pixel_reads_its_weight(mosaic, qtbot):
    hover(qtbot, mosaic.viewport(), mosaic.cell_rect(3, 17).center())
    weight = f"{mosaic.weights[3, 17]:.4g}".replace("-", "−")
    assert mosaic.reading.startswith(f"Neuron 3 ← pixel in row 2, column 1: w = {weight} · b = ")
    assert mosaic.accessibleDescription() == mosaic.reading
    hover(qtbot, mosaic.viewport(), QPoint(1, 1))
    assert mosaic.reading == ""


def test_clicking_a_picture_chooses_its_neuron_also_where_it_is_sorted(mosaic, qtbot):
    mosaic.set_values(mosaic.weights, mosaic.biases, np.arange(12)[::-1], False)
    chosen = []
    mosaic.neuron_chosen.connect(chosen.append)
    spot = mosaic.row_rect(2).center()
    qtbot.mousePress(mosaic.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert chosen == [Neuron("dense_1", 9)]


def test_the_keyboard_walks_the_pictures_and_chooses(mosaic, qtbot):
    chosen = []
    mosaic.neuron_chosen.connect(chosen.append)
    mosaic.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Return):
        qtbot.keyClick(mosaic, key)
    assert mosaic.reading.startswith("Neuron 2 ")
    assert chosen == [Neuron("dense_1", 2)]


def test_many_pictures_can_be_scrolled_to_by_keyboard(keep, qtbot):
    network = Network((64,), [Dense(units=700), Dense(units=10)])
    table = layer_tables(network, digits())[0]
    mosaic = PictureMosaic()
    mosaic.resize(330, 300)
    keep(mosaic)
    mosaic.set_table(table)
    mosaic.set_values(network.views()["dense_1.weights"], None, np.arange(700), False)
    assert mosaic.verticalScrollBar().maximum() > 0
    mosaic.setFocus()
    for _ in range(80):
        qtbot.keyClick(mosaic, Qt.Key.Key_Down)
    assert mosaic.current is not None
    assert mosaic.current[0] > 650
    assert mosaic.body().contains(mosaic.cell_rect(*mosaic.current))


# The matrix.


@pytest.fixture
def matrix(keep):
    network = Network((4,), [Dense(units=6), Dense(units=3)], seed=1)
    network.parameters[:] = RNG.normal(0, 1, network.parameter_count)
    table = layer_tables(network, iris())[0]
    views = network.views()
    made = MatrixMap()
    made.resize(700, 400)
    keep(made)
    made.set_table(table)
    made.set_values(table.weights(views), table.biases(views), np.arange(6), False)
    return made


def test_a_cells_colour_is_its_weight_and_the_bias_stands_apart(matrix):
    scale = max(np.abs(matrix.weights).max(), np.abs(matrix.biases).max())
    corner = QPoint(6, 6)
    for row in range(6):
        for column in range(4):
            spot = matrix.cell_rect(row, column).topLeft() + corner
            expected = signed_color(matrix.weights[row, column], scale)
            assert pixel(matrix.viewport(), spot) == expected
        spot = matrix.cell_rect(row, 4).topLeft() + corner
        assert pixel(matrix.viewport(), spot) == signed_color(matrix.biases[row], scale)
    assert matrix.cell_rect(0, 4).left() > matrix.cell_rect(0, 3).right() + 5
    assert matrix.shows_numbers


def test_cells_are_read_by_the_names_of_features_and_the_bias_by_its_own(matrix, qtbot):
    hover(qtbot, matrix.viewport(), matrix.cell_rect(2, 1).center())
    weight = f"{matrix.weights[2, 1]:.4g}".replace("-", "−")
    assert matrix.reading == f"Neuron 2 ← sepal width (cm): w = {weight}"
    hover(qtbot, matrix.viewport(), matrix.cell_rect(2, 4).center())
    bias = f"{matrix.biases[2]:.4g}".replace("-", "−")
    assert matrix.reading == f"Neuron 2: bias b = {bias}"
    between = matrix.cell_rect(2, 3).topRight() + QPoint(4, 5)
    hover(qtbot, matrix.viewport(), between)
    assert matrix.reading == ""


def test_arrow_keys_stop_at_the_edges_of_the_matrix(matrix, qtbot):
    matrix.setFocus()
    for _ in range(9):
        qtbot.keyClick(matrix, Qt.Key.Key_Down)
        qtbot.keyClick(matrix, Qt.Key.Key_Right)
    assert matrix.current == (5, 4)


def test_a_large_matrix_scrolls_and_reads_the_right_cell(keep, qtbot):
    network = Network((64,), [Dense(units=256), Dense(units=128), Dense(units=10)], seed=1)
    table = layer_tables(network, digits())[1]
    matrix = MatrixMap()
    matrix.resize(330, 400)
    keep(matrix)
    matrix.set_table(table)
    views = network.views()
    matrix.set_values(table.weights(views), table.biases(views), np.arange(128), False)
    matrix.horizontalScrollBar().setValue(300)
    matrix.verticalScrollBar().setValue(100)
    cell = matrix.cell_at(matrix.body().center())
    assert cell is not None
    assert matrix.cell_rect(*cell).contains(matrix.body().center())
    matrix.horizontalScrollBar().setValue(matrix.horizontalScrollBar().maximum())
    bias = matrix.cell_rect(cell[0], 256)
    assert matrix.cell_at(bias.center()) == (cell[0], 256)


def test_a_selected_neuron_is_framed(matrix):
    spot = matrix.row_rect(3).topLeft() + QPoint(30, 0)
    before = pixel(matrix.viewport(), spot)
    matrix.set_marks(Neuron("dense_1", 3), None)
    assert pixel(matrix.viewport(), spot) != before
    matrix.set_marks(Neuron("dense_2", 3), None)
    assert pixel(matrix.viewport(), spot) == before


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
    assert lens.controls.shapes_text.startswith("W1 (")
    choose(lens, "weightsLayerBox", 1)
    assert lens.matrix.isVisible()
    assert not lens.findChild(QPushButton, "weightsPicturesButton").isEnabled()
    assert lens.controls.shapes_text.startswith("W2 (")
    choose(lens, "weightsLayerBox", 0)
    assert lens.pictures.isVisible()
    click(qtbot, lens, "weightsMatrixButton")
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
    spot = lens.matrix.cell_rect(4, 2).center()
    qtbot.mouseClick(lens.matrix.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert session.attention.selected == Neuron("dense_1", 4)
    assert session.attention.hovered == Neuron("dense_1", 4)
    assert lens.matrix.selected == Neuron("dense_1", 4)
    assert lens.readout.whole_text().startswith("Neuron 4 ← petal length")


def test_sorted_by_norm_the_longest_comes_first(keep, session, qtbot):
    opened(qtbot, session, iris_experiment())
    lens = a_lens(keep, session)
    choose(lens, "weightsSortBox", 1)
    norms = np.linalg.norm(lens.matrix.weights, axis=1)
    np.testing.assert_array_equal(lens.matrix.order, np.argsort(-norms))


def test_over_time_begins_with_the_weights_at_the_start(keep, session, qtbot):
    opened(qtbot, session, iris_experiment())
    lens = a_lens(keep, session)
    click(qtbot, lens, "weightsTimeButton")
    heats = lens.over_time.heats
    assert [heat.title for heat in heats.heats] == ["Dense 6 · ReLU", "Dense 5 · ReLU"] + [
        heats.heats[2].title
    ]
    assert heats.heats[0].shown.epochs.tolist() == [0]
    choose(lens, "quantityBox", 1)
    assert heats.empty_text == "Train a step to see gradients."
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
    click(qtbot, lens, "weightsTimeButton")
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
    click(qtbot, lens, "weightsTimeButton")
    heats = lens.over_time.heats
    hover(qtbot, heats, heats.heat_rect(1).center())
    assert heats.reading.startswith("Dense 5 · ReLU · epoch 0: ")
    assert " % from " in heats.reading
    assert lens.readout.whole_text() == heats.reading
    heats.setFocus()
    qtbot.keyClick(heats, Qt.Key.Key_Down)
    qtbot.keyClick(heats, Qt.Key.Key_Down)
    assert "median" in heats.accessibleDescription()


def test_the_table_tells_the_present_figures(keep, session, qtbot):
    opened(qtbot, session, iris_experiment())
    lens = a_lens(keep, session)
    click(qtbot, lens, "weightsTimeButton")
    table = lens.findChild(QTableWidget, "layerFigures")
    assert table.item(0, 2).text() == "–"
    train_a_little(qtbot, session)
    qtbot.waitUntil(lambda: table.item(0, 2).text() != "–")
    weights = session.model.network.views()["dense_1.weights"]
    assert float(table.item(0, 1).text()) == pytest.approx(np.linalg.norm(weights), rel=0.01)
    assert table.item(0, 0).text() == "Dense 6 · ReLU"


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
    session.change_layers(
        (dataclasses.replace(session.experiment.layers[0], units=7), *session.experiment.layers[1:])
    )
    qtbot.waitUntil(lambda: recorder.history is not first)
    assert recorder.history.weights.epochs[0] == 2
    second = recorder.history
    session.reset()
    qtbot.waitUntil(lambda: recorder.history is not second)
    assert recorder.history.weights.epochs.tolist() == [0]


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
    click(qtbot, lens, "weightsMatrixButton")
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
    assert lens.controls.shapes_text == "W1 (6, 4) · b1 (6)"


def test_leaving_the_lens_forgets_where_the_mouse_was(matrix, qtbot):
    hover(qtbot, matrix.viewport(), matrix.cell_rect(2, 1).center())
    pointed = []
    matrix.neuron_pointed.connect(pointed.append)
    matrix.leaveEvent(QEvent(QEvent.Type.Leave))
    assert pointed == [None]
    assert matrix.reading == ""


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
