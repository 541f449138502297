from types import SimpleNamespace

import numpy as np
import pytest
from person import click, hover
from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from playground.analysis.neurons.neuron import Neuron
from playground.data.tasks import Classification, Regression
from playground.gui.lenses.activations.heat_map import ActivationHeatMap
from playground.gui.lenses.tile_layout import BlockShape, grid_of, layout
from playground.gui.look import colormaps, theme
from playground.gui.widgets.cells import Cell
from playground.nn.activations import Identity, ReLU, Sigmoid, Softmax, Tanh
from playground.nn.layers import Conv2D, Dense, Dropout, Flatten, MaxPool
from playground.nn.network import Network
from playground.nn.record import LayerRecord

DIGITS = SimpleNamespace(
    task=Classification(),
    input_shape=(1, 8, 8),
    class_names=tuple("0123456789"),
    feature_names=tuple(f"pixel {index}" for index in range(64)),
    value_range=(0.0, 1.0),
)


def digit_network(*layers):
    return Network((1, 8, 8), [*layers, Dense(units=10, activation=Softmax())], seed=1)


def a_digit(seed=0):
    return np.random.default_rng(seed).uniform(0, 1, 64).astype(np.float32)


@pytest.fixture
def lens(keep):
    made = ActivationHeatMap()
    made.resize(850, 560)
    return keep(made)


def show(lens, network, inputs, dataset=DIGITS):
    traces = network.trace(inputs[:, np.newaxis])
    lens.set_network(network, dataset)
    lens.set_trace(traces, inputs)
    return {trace.name: trace for trace in traces}


def small(lens):
    network = digit_network(Dense(units=16, activation=ReLU()), Dense(units=12, activation=Tanh()))
    inputs = a_digit()
    return inputs, show(lens, network, inputs)


def color_at(lens, layer, index):
    centre = lens.tile_rect(layer, index).center()
    image = lens.grab().toImage()
    ratio = image.devicePixelRatio()
    return image.pixelColor(round(centre.x() * ratio), round(centre.y() * ratio))


def expected(table, value, low, high):
    red, green, blue, _ = colormaps.colored(value, table, low, high).tolist()
    return QColor(red, green, blue)


def test_without_a_trace_there_is_one_sentence(lens):
    assert lens.layers == ()
    assert lens.reading.startswith("Draw something, or pick an example")
    lens.grab()


def test_it_has_the_name_that_scripts_use(lens):
    assert lens.objectName() == "activationHeatmap"
    assert lens.accessibleName()


def test_every_layer_is_shown_from_the_input_to_the_output(lens):
    small(lens)
    assert lens.layers == ("input", "dense_1", "dense_2", "dense_3")
    lefts = [lens.tile_rect(name, 0).left() for name in lens.layers]
    assert lefts == sorted(lefts)


def test_layers_that_only_hand_on_are_left_out(lens):
    network = digit_network(Flatten(), Dense(units=4), Dropout())
    show(lens, network, a_digit())
    assert lens.layers == ("input", "dense_1", "dense_2")


def test_relu_is_coloured_by_viridis_up_to_the_layers_greatest(lens):
    _, traces = small(lens)
    a = traces["dense_1"].a[:, 0]
    for index in range(16):
        assert color_at(lens, "dense_1", index) == expected(
            colormaps.viridis(), a[index], 0.0, float(a.max())
        )


def test_tanh_is_coloured_by_sign(lens):
    _, traces = small(lens)
    a = traces["dense_2"].a[:, 0]
    size = float(np.abs(a).max())
    for index in range(12):
        assert color_at(lens, "dense_2", index) == expected(
            colormaps.diverging(True), a[index], -size, size
        )


def test_a_picture_is_shown_in_its_own_greys(lens):
    inputs, _ = small(lens)
    for index in (0, 7, 8, 63):
        assert color_at(lens, "input", index) == expected(colormaps.grey(), inputs[index], 0.0, 1.0)
    corner, right, below = (lens.tile_rect("input", index) for index in (0, 1, 8))
    assert corner.top() == right.top()
    assert corner.left() == below.left()


def test_probabilities_are_coloured_from_0_to_1(lens):
    _, traces = small(lens)
    a = traces["dense_3"].a[:, 0]
    assert color_at(lens, "dense_3", 3) == expected(colormaps.viridis(), a[3], 0.0, 1.0)


def test_a_new_trace_repaints_the_tiles(lens):
    network = digit_network(Dense(units=16, activation=ReLU()))
    show(lens, network, a_digit())
    lens.grab()
    traces = network.trace(a_digit(5)[:, np.newaxis])
    lens.set_trace(traces, a_digit(5))
    a = traces[0].a[:, 0]
    assert color_at(lens, "dense_1", 4) == expected(colormaps.viridis(), a[4], 0.0, float(a.max()))


@pytest.mark.parametrize("size", [(850, 590), (500, 400), (1400, 900), (240, 180)])
@pytest.mark.parametrize("units", [(16, 12), (128, 128), (512, 64, 300), (16,) * 10, (1,), (2, 3)])
def test_every_tile_lies_inside_the_view_and_over_no_other(lens, size, units):
    lens.resize(*size)
    network = digit_network(*(Dense(units=count) for count in units))
    show(lens, network, a_digit())
    lens.grab()
    inside = lens.rect().adjusted(-1, -1, 1, 1)
    fits = size[0] >= 500 and sum(units) < 700
    blocks = lens._mosaic.blocks
    for block in blocks:
        tiles = [block.tile(index) for index in range(block.shape.count)]
        assert len({(tile.x(), tile.y()) for tile in tiles}) == block.shape.count
        assert all(tile.width() >= 1 for tile in tiles)
        if fits:
            assert all(inside.contains(tile) for tile in tiles)
    for first in blocks:
        for second in blocks:
            if fits and first is not second:
                assert not first.tiles.intersects(second.tiles)


@pytest.mark.parametrize(
    ("units", "grid"),
    [(1, (1, 1)), (16, (16, 1)), (64, (8, 8)), (128, (16, 8)), (512, (32, 16)), (37, (6, 7))],
)
def test_wide_layers_stand_in_near_squares(units, grid):
    assert grid_of(units) == grid
    assert grid[0] * grid[1] >= units


def test_the_tiles_fill_the_room(keep):
    shapes = [BlockShape(8, 8, 64, 24, tight=True), BlockShape(16, 1, 16, 38)]
    large, little = layout(shapes, 900, 600), layout(shapes, 400, 300)
    assert large[1].tiles.height() > 450
    assert large[1].pitch > little[1].pitch


def test_the_mouse_reads_the_value_under_it(lens, qtbot):
    inputs, traces = small(lens)
    a, z = traces["dense_2"].a[5, 0], traces["dense_2"].z[5, 0]
    with qtbot.waitSignal(lens.neuron_hovered) as hovered:
        hover(lens.viewport(), lens.tile_rect("dense_2", 5).center())
    assert hovered.args == [Neuron("dense_2", 5)]
    assert hovered.args[0] == ("dense_2", 5)
    said = f"Dense 2 · Tanh · neuron 6: a = {a:.4g}, z = {z:.4g}".replace("-", "−")
    assert lens.reading == said
    assert lens.accessibleDescription() == said
    hover(lens.viewport(), lens.tile_rect("input", 19).center())
    assert lens.reading == f"Input · row 3, column 4: {inputs[19]:.4g}"
    hover(lens.viewport(), lens.tile_rect("dense_3", 7).center())
    assert lens.reading.startswith("Output · Softmax · class 7: a = ")
    with qtbot.waitSignal(lens.neuron_hovered) as left:
        hover(lens.viewport(), QPoint(2, 2))
    assert left.args == [None]
    assert lens.reading.startswith("Point at a tile")


def test_the_mouse_leaving_takes_the_reading_away(lens, qapp):
    small(lens)
    lens.clearFocus()
    hover(lens.viewport(), lens.tile_rect("dense_1", 2).center())
    qapp.sendEvent(lens, QEvent(QEvent.Type.Leave))
    assert lens.reading.startswith("Point at a tile")


def test_a_click_selects_a_neuron_and_keeps_its_frame(lens, qtbot):
    small(lens)
    with qtbot.waitSignal(lens.neuron_selected) as selected:
        click(lens.viewport(), lens.tile_rect("dense_1", 4).center())
    assert selected.args == [("dense_1", 4)]
    hover(lens.viewport(), QPoint(2, 2))
    tile = lens.tile_rect("dense_1", 4)
    image = lens.grab().toImage()
    assert image.pixelColor(tile.center().x(), tile.top() - 2) == QColor(theme.DARK.text)


def test_the_arrow_keys_walk_the_tiles_and_cross_from_layer_to_layer(lens, qtbot):
    small(lens)
    lens.setFocus()
    qtbot.keyClick(lens, Qt.Key.Key_Right)
    assert lens.current == Cell(0, 0, 0)
    qtbot.keyClick(lens, Qt.Key.Key_Down)
    qtbot.keyClick(lens, Qt.Key.Key_Right)
    assert lens.reading.startswith("Input · row 2, column 2: ")
    qtbot.keyClick(lens, Qt.Key.Key_Up)
    qtbot.keyClick(lens, Qt.Key.Key_Up)
    assert lens.reading.startswith("Input · row 1, column 2: ")
    for _ in range(7):
        qtbot.keyClick(lens, Qt.Key.Key_Right)
    assert lens.reading.startswith("Dense 1 · ReLU · neuron ")
    qtbot.keyClick(lens, Qt.Key.Key_End)
    assert lens.reading.startswith("Dense 1 · ReLU · neuron 16:")
    qtbot.keyClick(lens, Qt.Key.Key_Down)
    assert lens.reading.startswith("Dense 1 · ReLU · neuron 16:")
    qtbot.keyClick(lens, Qt.Key.Key_Home)
    with qtbot.waitSignal(lens.neuron_selected) as selected:
        qtbot.keyClick(lens, Qt.Key.Key_Return)
    assert selected.args == [("dense_1", 0)]
    qtbot.keyClick(lens, Qt.Key.Key_Left)
    assert lens.reading.startswith("Input")


def test_the_keyboards_frame_is_visible(lens, qtbot):
    small(lens)
    lens.activateWindow()
    lens.setFocus()
    qtbot.keyClick(lens, Qt.Key.Key_Right)
    qtbot.keyClick(lens, Qt.Key.Key_End)
    tile = lens.tile_rect("input", 63)
    image = lens.grab().toImage()
    assert image.pixelColor(tile.center().x(), tile.bottom() + 3) in (
        QColor(theme.DARK.accent),
        QColor(theme.DARK.text),
    )


def test_the_reading_follows_the_values_while_training_goes_on(lens):
    network = digit_network(Dense(units=6, activation=Sigmoid()))
    show(lens, network, a_digit())
    hover(lens.viewport(), lens.tile_rect("dense_1", 2).center())
    network.parameters *= 0.5
    traces = network.trace(a_digit()[:, np.newaxis])
    lens.set_trace(traces, a_digit())
    assert f"a = {traces[0].a[2, 0]:.4g}" in lens.reading


def test_a_smaller_network_lets_go_of_a_neuron_that_is_gone(lens):
    small(lens)
    click(lens.viewport(), lens.tile_rect("dense_2", 11).center())
    show(lens, digit_network(Dense(units=3), Dense(units=3)), a_digit())
    lens.grab()
    assert lens.reading.startswith("Point at a tile")


def test_features_and_a_single_answer_are_named(lens):
    dataset = SimpleNamespace(
        task=Classification(),
        input_shape=(2,),
        class_names=("no", "yes"),
        feature_names=("x₁", "x₂"),
        value_range=(-1.0, 1.0),
    )
    network = Network(
        (2,), [Dense(units=3, activation=Tanh()), Dense(units=1, activation=Sigmoid())], seed=0
    )
    traces = show(lens, network, np.array([0.25, -0.5], dtype=np.float32), dataset)
    hover(lens.viewport(), lens.tile_rect("input", 1).center())
    assert lens.reading == "Input · x₂: −0.5"
    hover(lens.viewport(), lens.tile_rect("dense_2", 0).center())
    assert lens.reading.startswith(
        f"Output · Sigmoid · class yes: a = {traces['dense_2'].a[0, 0]:.4g}"
    )


def test_a_regression_has_no_classes(lens):
    dataset = SimpleNamespace(
        task=Regression(),
        input_shape=(2,),
        class_names=(),
        feature_names=("x₁", "x₂"),
        value_range=(-1.0, 1.0),
    )
    network = Network((2,), [Dense(units=1, activation=Identity())], seed=0)
    show(lens, network, np.array([0.25, -0.5], dtype=np.float32), dataset)
    hover(lens.viewport(), lens.tile_rect("dense_1", 0).center())
    assert lens.reading.startswith("Output · Identity · neuron 1: a = ")


def test_the_likeliest_class_has_the_longest_bar_in_the_good_colour(lens):
    a = np.full((10, 1), 0.02, dtype=np.float32)
    a[3] = 0.82
    network = digit_network()
    lens.set_network(network, DIGITS)
    lens.set_trace([LayerRecord("dense_1", "input", {}, a, a, a)], a_digit())
    image = lens.grab().toImage()
    lengths = []
    for index in range(10):
        row = lens.tile_rect("dense_1", index).center().y()
        right = range(lens.tile_rect("dense_1", index).right() + 2, image.width())
        fills = [image.pixelColor(x, row).name() for x in right]
        lengths.append(fills.count(theme.DARK.good) + fills.count(theme.DARK.accent))
        assert (theme.DARK.good in fills) == (index == 3)
    assert max(lengths) == lengths[3]
    assert lengths[3] == pytest.approx(0.82 * 88, abs=4)


def test_values_that_are_not_numbers_are_said_so(lens):
    a = np.array([[np.nan], [np.inf], [1.0]], dtype=np.float32)
    lens.set_network(Network((1, 8, 8), [Dense(units=3, activation=Identity())]), DIGITS)
    lens.set_trace([LayerRecord("dense_1", "input", {}, a, a, a)], a_digit())
    lens.grab()
    hover(lens.viewport(), lens.tile_rect("dense_1", 0).center())
    assert lens.reading == "Output · Identity · neuron 1: a = not a number, z = not a number"
    hover(lens.viewport(), lens.tile_rect("dense_1", 1).center())
    assert "a = ∞" in lens.reading


def test_the_theme_changes_the_signed_map(lens, light):
    _, traces = small(lens)
    a = traces["dense_2"].a[:, 0]
    size = float(np.abs(a).max())
    light()
    assert color_at(lens, "dense_2", 3) == expected(colormaps.diverging(False), a[3], -size, size)


def test_emptying_the_trace_brings_the_sentence_back(lens):
    small(lens)
    lens.clear()
    lens.grab()
    assert lens.layers == ()
    assert lens.reading.startswith("Draw something")


def test_tiles_keep_their_edges_sharp_on_a_dense_screen(lens):
    small(lens)
    lens._mosaic.arrange(lens._layers, QSize(850, 530))
    image = QImage(QSize(1700, 1060), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(2.0)
    painter = QPainter(image)
    lens.paint_cells(painter, theme.DARK)
    painter.drawPixmap(0, 0, lens._mosaic.cover(theme.DARK, 2.0))
    painter.end()
    tile = lens._mosaic.blocks[0].tile(0)
    middle = 2 * tile.center().y()
    inner = image.pixelColor(2 * tile.right() - 1, middle)
    assert inner == image.pixelColor(2 * tile.center().x(), middle)
    assert image.pixelColor(2 * tile.right() + 2, middle).name() == theme.DARK.central


def of_maps(lens):
    network = digit_network(
        Conv2D(6, activation=ReLU()), MaxPool(), Conv2D(3, activation=Tanh()), Flatten()
    )
    inputs = a_digit()
    return inputs, show(lens, network, inputs)


def test_a_map_is_a_picture_whose_pixels_are_its_places(lens, qtbot):
    _, traces = of_maps(lens)
    assert lens.layers == ("input", "conv2d_1", "max_pool_1", "conv2d_2", "dense_1")
    a = traces["conv2d_1"].a[:, 0]
    unit = 4 * 64 + 3 * 8 + 5
    for index in (0, 63, 64, unit):
        assert color_at(lens, "conv2d_1", index) == expected(
            colormaps.viridis(), a[index], 0.0, float(a.max())
        )
    with qtbot.waitSignal(lens.neuron_hovered) as hovered:
        hover(lens.viewport(), lens.tile_rect("conv2d_1", unit).center())
    assert hovered.args == [Neuron("conv2d_1", unit)]
    z = traces["conv2d_1"].z[unit, 0]
    said = f"Conv 1 · ReLU · map 5, row 4, column 6: a = {a[unit]:.4g}, z = {z:.4g}"
    assert lens.reading == said.replace("-", "−")


@pytest.mark.parametrize("size", [(850, 590), (500, 400), (1400, 900)])
def test_maps_stand_apart_and_beside_the_other_layers(lens, size):
    lens.resize(*size)
    of_maps(lens)
    lens.grab()
    pictures = [lens.block_rect(block) for block in range(len(lens.blocks))]
    assert len(pictures) == 1 + 6 + 6 + 3 + 1
    assert all(lens.rect().contains(picture) for picture in pictures)
    for at, first in enumerate(pictures):
        assert not any(first.intersects(second) for second in pictures[:at])


def test_the_keys_walk_from_map_to_map_and_on_to_the_next_layer(lens, qtbot):
    of_maps(lens)
    lens.setFocus()
    across = lens._mosaic.blocks[1].shape.across
    lens.point_at(lens._cell("conv2d_1", 7 * 8 + 2), by_keys=True)
    qtbot.keyClick(lens, Qt.Key.Key_Down)
    assert f"map {across + 1}, row 1, column 3" in lens.reading
    qtbot.keyClick(lens, Qt.Key.Key_Up)
    assert "map 1, row 8, column 3" in lens.reading
    for _ in range(across * 8 - 2):
        qtbot.keyClick(lens, Qt.Key.Key_Right)
    assert lens.reading.startswith("maxpool 1") or lens.reading.startswith("Max pool 1")
    qtbot.keyClick(lens, Qt.Key.Key_Left)
    assert f"map {across}, row" in lens.reading
    assert "column 8" in lens.reading


def test_the_selected_place_of_a_map_is_framed(lens):
    of_maps(lens)
    lens.select(Neuron("conv2d_2", 2 * 16 + 5))
    (place, _), *_ = lens.frames(theme.DARK)
    assert place == lens.tile_rect("conv2d_2", 37)
    lens.select(Neuron("conv2d_2", 3 * 16))
    assert not list(lens.frames(theme.DARK))


def test_layers_that_are_too_many_go_on_to_the_right(lens, qtbot):
    lens.resize(500, 330)
    convolutions = (Conv2D(2, activation=ReLU()) for _ in range(30))
    show(lens, digit_network(*convolutions), a_digit())
    bar = lens.horizontalScrollBar()
    assert bar.maximum() > 0
    assert lens.tile_rect("input", 0).left() >= 0
    lens.setFocus()
    lens.point_at(lens._cell("conv2d_30", 0), by_keys=True)
    qtbot.keyClick(lens, Qt.Key.Key_Right)
    qtbot.keyClick(lens, Qt.Key.Key_End)
    assert bar.value() > 0
    assert lens.reading.startswith("Conv 30")
    bar.setValue(bar.maximum())
    output = lens._mosaic.blocks[-1]
    right = output.tiles.right() + output.shape.after - lens.offset().x()
    assert right < lens.viewport().width()
    lens.grab()
    lens.resize(4000, 560)
    assert bar.maximum() == 0
