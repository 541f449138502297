"""Pictures, matrices and axes of the lens of weights, each on its own."""

import numpy as np
import pytest
from person import hover
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor
from short_sequences import texts

from playground.analysis.neurons.neuron import Neuron
from playground.data.bundled.bundled_sets import digits, iris
from playground.gui.lenses.weights.layer_table import layer_tables
from playground.gui.lenses.weights.matrix_map import MatrixMap
from playground.gui.lenses.weights.picture_mosaic import PictureMosaic
from playground.gui.lenses.weights.ratio_plot import RatioPlot
from playground.gui.look import colormaps, theme
from playground.gui.look.heat import greatest_size, signed_pixels
from playground.gui.widgets.cells import Cell
from playground.gui.widgets.ticks import epoch_ticks, power_text, power_ticks, round_ticks
from playground.nn.layers import (
    LSTM,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    LayerNorm,
    MaxPool,
    Position,
    Residual,
    SelfAttention,
)
from playground.nn.network import Network
from playground.training.history import History
from playground.wording import number

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def pixel(widget, point):
    return widget.grab().toImage().pixelColor(point)


def signed_color(value, scale, dark=True):
    red, green, blue, _ = colormaps.colored(value, colormaps.diverging(dark), -scale, scale)
    return QColor(int(red), int(green), int(blue))


# The names of a layer's parameters.


def test_each_matrix_of_a_layer_over_steps_has_a_table_of_its_own():
    data = texts()
    tokens, steps = data.input_shape
    block = Residual((LayerNorm(name="norm"), SelfAttention(2, name="look")), name="block")
    layers = [Embedding(6, name="embedded"), Position(name="where"), block, LSTM(4), Dense(9)]
    network = Network(data.input_shape, layers, seed=2)
    tables, views = layer_tables(network, data), network.views()
    assert [table.title.rpartition(" · ")[2] for table in tables] == [
        "embedded", "learned", "norm", "queries", "keys", "values", "outputs",
        "weights", "biases", "recurrent weights", "ReLU",
    ]  # fmt: skip
    for table in tables:
        assert table.weights(views).shape == (len(table.rows), len(table.columns))
        assert (len(table.row_labels), len(table.column_labels)) == table.weights(views).shape
    embedded, where, norm, queries, *_, last = tables
    assert (len(embedded.columns), where.columns[3]) == (tokens, "step 4")
    assert embedded.said_of(2, 1).startswith(f"Neuron 3 ← {embedded.columns[1]}")
    assert embedded.column_neuron(1) == Neuron("input", 1 * steps + steps // 2)
    assert where.row_of(Neuron("where", 2 * steps + 5)) == 2
    assert norm.columns == ("scale", "shift")
    assert queries.shapes == "Wq1 (6, 6) · bq1 (6)"
    np.testing.assert_array_equal(queries.weights(views), views["look.queries"])
    np.testing.assert_array_equal(queries.biases(views), views["look.query_biases"])
    assert queries.said_of(0, 2) == "Neuron 1 ← number 3: w"
    assert last.columns[0] == "neuron 1"


def test_layers_are_listed_by_the_articles_names_with_their_shapes():
    network = Network((64,), [Dense(units=16), Dropout(), Dense(units=10)])
    first, second = layer_tables(network, digits())
    assert first.shapes == "W1 (16, 64) · b1 (16)"
    assert second.shapes == "W2 (10, 16) · b2 (10)"
    assert first.picture == (1, 8, 8)
    assert second.picture is None
    assert first.columns[9] == "pixel in row 2, column 2"
    assert second.rows[3] == "class 3"
    assert second.columns_title.startswith("neurons of Dense 1")


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
    values = np.random.default_rng(5).normal(0, 1, (40, 50)).astype(np.float32)
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


def test_kernels_are_told_by_their_map_and_the_map_that_they_look_at():
    layers = [Conv2D(4), BatchNorm(), MaxPool(), Conv2D(2, kernel=5), Flatten(), Dense(units=10)]
    network = Network((1, 8, 8), layers, seed=3)
    first, norm, second, last = layer_tables(network, digits())
    views = network.views()
    assert first.shapes == "W1 (4, 1, 3, 3) · b1 (4)"
    assert (first.row_word, first.picture, second.picture) == ("map", (1, 3, 3), (4, 5, 5))
    assert second.said_of(1, 25 + 7) == "Kernel of map 2 over map 2, row 2, column 3: w"
    assert first.said_of(3, 1) == "Kernel of map 4 over the picture, row 1, column 2: w"
    assert second.said_of(1, 100) == "Map 2: bias b"
    weights = second.weights(views)
    assert weights[1, 25 + 7] == views["conv2d_2.weights"][1, 1, 1, 2]
    assert second.column_neuron(3) is None
    assert second.row_neuron(1) == Neuron("conv2d_2", 1 * 16 + 2 * 4 + 2)
    assert second.row_of(Neuron("conv2d_2", 31)) == 1
    assert second.row_of(Neuron("conv2d_1", 31)) is None
    assert (norm.rows, norm.row_word) == (("map 1", "map 2", "map 3", "map 4"), "map")
    assert norm.row_neuron(1).layer == "conv2d_1"
    assert last.picture == (2, 4, 4)
    assert last.said_of(7, 16 + 5) == "Class 7 ← map 2, row 2, column 2: w"
    assert last.column_neuron(21) == Neuron("conv2d_2", 21)


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
        spot = mosaic.cell_rect(Cell(neuron, *divmod(column, 8))).center()
        expected = signed_color(mosaic.weights[neuron, column], scale)
        assert pixel(mosaic.viewport(), spot) == expected


def test_with_own_scales_every_picture_has_a_pixel_of_full_colour(mosaic):
    mosaic.set_values(mosaic.weights, mosaic.biases, mosaic.order, True)
    for neuron in range(12):
        column = int(np.abs(mosaic.weights[neuron]).argmax())
        sign = np.sign(mosaic.weights[neuron, column])
        spot = mosaic.cell_rect(Cell(neuron, *divmod(column, 8))).center()
        assert pixel(mosaic.viewport(), spot) == signed_color(sign, 1.0)


@pytest.fixture
def stacks(keep):
    network = Network((1, 8, 8), [Conv2D(3), Conv2D(5), Flatten(), Dense(units=10)], seed=1)
    table, views = layer_tables(network, digits())[1], network.views()
    made = PictureMosaic()
    made.resize(700, 400)
    keep(made)
    made.set_table(table)
    made.set_values(table.weights(views), table.biases(views), np.arange(5)[::-1], False)
    return made, views["conv2d_2.weights"]


def test_a_map_has_a_picture_for_each_map_that_it_reads(stacks):
    mosaic, kernels = stacks
    assert len(mosaic.blocks) == 5 * 3
    scale = float(np.abs(kernels).max())
    for place, read, row, column in ((0, 0, 0, 0), (2, 1, 2, 1), (4, 2, 1, 2)):
        spot = mosaic.cell_rect(Cell(place * 3 + read, row, column)).center()
        weight = kernels[4 - place, read, row, column]
        assert pixel(mosaic.viewport(), spot) == signed_color(weight, scale)
    hover(mosaic.viewport(), mosaic.cell_rect(Cell(7, 2, 1)).center())
    weight = f"{kernels[2, 1, 2, 1]:.4g}".replace("-", "−")
    said = f"Kernel of map 3 over map 2, row 3, column 2: w = {weight} · b = "
    assert mosaic.reading.startswith(said)


def test_the_keys_walk_a_stack_and_from_stack_to_stack(stacks, qtbot):
    mosaic, _ = stacks
    chosen = []
    mosaic.neuron_chosen.connect(chosen.append)
    mosaic.setFocus()
    for key in ("Down", "Down", "Down", "Right", "Down", "Down", "Return"):
        qtbot.keyClick(mosaic, getattr(Qt.Key, f"Key_{key}"))
    assert mosaic.reading.startswith("Kernel of map 4 over map 3, row 1, column 1")
    assert [neuron.unit // 64 for neuron in chosen] == [3]
    mosaic.set_marks(chosen[0], None)
    framed = [place for place, _ in mosaic.frames(theme.DARK)]
    assert framed == [mosaic.block_rect(3).united(mosaic.block_rect(5))]
    mosaic.grab()


def test_painting_leaves_every_picture_where_it_is(mosaic):
    before = mosaic.block_rect(0)
    mosaic.grab()
    assert mosaic.block_rect(0) == before


def test_pointing_at_a_pixel_reads_its_weight(mosaic):
    hover(mosaic.viewport(), mosaic.cell_rect(Cell(3, *divmod(17, 8))).center())
    weight = f"{mosaic.weights[3, 17]:.4g}".replace("-", "−")
    assert mosaic.reading.startswith(f"Neuron 4 ← pixel in row 3, column 2: w = {weight} · b = ")
    assert mosaic.accessibleDescription() == mosaic.reading
    hover(mosaic.viewport(), QPoint(1, 1))
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
    assert mosaic.reading.startswith("Neuron 3 ")
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
    assert mosaic.body().contains(mosaic.cell_rect(mosaic.current))


# The matrix.


@pytest.fixture
def matrix(keep):
    network = Network((4,), [Dense(units=6), Dense(units=3)], seed=1)
    network.parameters[:] = np.random.default_rng(5).normal(0, 1, network.parameter_count)
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
            spot = matrix.cell_rect(Cell(0, row, column)).topLeft() + corner
            expected = signed_color(matrix.weights[row, column], scale)
            assert pixel(matrix.viewport(), spot) == expected
        spot = matrix.cell_rect(Cell(1, row, 0)).topLeft() + corner
        assert pixel(matrix.viewport(), spot) == signed_color(matrix.biases[row], scale)
    assert matrix.cell_rect(Cell(1, 0, 0)).left() > matrix.cell_rect(Cell(0, 0, 3)).right() + 5
    assert matrix.shows_numbers


def test_cells_are_read_by_the_names_of_features_and_the_bias_by_its_own(matrix):
    hover(matrix.viewport(), matrix.cell_rect(Cell(0, 2, 1)).center())
    weight = f"{matrix.weights[2, 1]:.4g}".replace("-", "−")
    assert matrix.reading == f"Neuron 3 ← sepal width (cm): w = {weight}"
    hover(matrix.viewport(), matrix.cell_rect(Cell(1, 2, 0)).center())
    bias = f"{matrix.biases[2]:.4g}".replace("-", "−")
    assert matrix.reading == f"Neuron 3: bias b = {bias}"
    between = matrix.cell_rect(Cell(0, 2, 3)).topRight() + QPoint(4, 5)
    hover(matrix.viewport(), between)
    assert matrix.reading == ""


def test_arrow_keys_stop_at_the_edges_of_the_matrix(matrix, qtbot):
    matrix.setFocus()
    for _ in range(9):
        qtbot.keyClick(matrix, Qt.Key.Key_Down)
        qtbot.keyClick(matrix, Qt.Key.Key_Right)
    assert matrix.current == Cell(1, 5, 0)


def test_a_click_on_a_heading_chooses_the_input_and_frames_its_column(matrix, qtbot):
    chosen = []
    matrix.neuron_chosen.connect(chosen.append)
    heading = matrix.header_rect(2).center()
    qtbot.mousePress(matrix.viewport(), Qt.MouseButton.LeftButton, pos=heading)
    assert chosen == [Neuron("input", 2)]
    spot = matrix.column_rect(2).topLeft() + QPoint(0, 30)
    before = pixel(matrix.viewport(), spot)
    matrix.set_marks(chosen[0], None)
    assert pixel(matrix.viewport(), spot) != before
    over_bias = matrix.header_rect(4).center()
    qtbot.mousePress(matrix.viewport(), Qt.MouseButton.LeftButton, pos=over_bias)
    assert len(chosen) == 1


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
    assert matrix.cell_rect(cell).contains(matrix.body().center())
    matrix.horizontalScrollBar().setValue(matrix.horizontalScrollBar().maximum())
    bias = matrix.cell_rect(Cell(1, cell.row, 0))
    assert matrix.cell_at(bias.center()) == Cell(1, cell.row, 0)


def test_a_selected_neuron_is_framed(matrix):
    spot = matrix.row_rect(3).topLeft() + QPoint(30, 0)
    before = pixel(matrix.viewport(), spot)
    matrix.set_marks(Neuron("dense_1", 3), None)
    assert pixel(matrix.viewport(), spot) != before
    matrix.set_marks(Neuron("dense_2", 3), None)
    assert pixel(matrix.viewport(), spot) == before


def test_leaving_the_lens_forgets_where_the_mouse_was(matrix):
    hover(matrix.viewport(), matrix.cell_rect(Cell(0, 2, 1)).center())
    pointed = []
    matrix.neuron_pointed.connect(pointed.append)
    matrix.leaveEvent(QEvent(QEvent.Type.Leave))
    assert pointed == [None]
    assert matrix.reading == ""


# Axes.


@pytest.mark.parametrize(("low", "high", "most"), [(1, 60, 2), (-0.19, 0.19, 3), (0, 1e-7, 3)])
def test_an_axis_has_two_round_numbers_at_least(low, high, most):
    ticks = round_ticks(low, high, most)
    assert 2 <= len(ticks) <= 2 * most + 3
    assert all(low - 1e-9 <= tick <= high + 1e-9 for tick in ticks)
    assert all(len(number(tick, 6)) <= 6 for tick in ticks)


def test_an_axis_without_any_span_has_its_one_number():
    assert round_ticks(3.0, 3.0, 4) == [3.0]
    assert round_ticks(0.0, float("inf"), 4) == [0.0]


def test_epochs_are_whole_where_there_are_two_or_more():
    assert epoch_ticks(0.0, 3.0, 11) == [0, 1, 2, 3]
    assert len(epoch_ticks(0.0, 0.4, 11)) >= 2


def test_powers_of_ten_are_written_short():
    assert power_ticks(-12.3, 0.2, 4) == [-12, -8, -4, 0]
    assert [power_text(power) for power in (-6, -2, 0, 2)] == ["1e−6", "0.01", "1", "100"]


def test_the_ratios_are_drawn_around_the_rule_of_thumb(keep):
    plot = keep(RatioPlot())
    assert plot.range == (-5, -1)
    values = np.array([1e-7, np.nan, 0.0, 1e-2])
    plot.set_ratios(History(np.arange(4.0), {"dense_1": values}), ("dense_1",))
    assert plot.range == (-7, -1)
    plot.grab()
