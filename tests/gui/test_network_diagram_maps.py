"""Maps in the network's diagram: what is drawn, followed, walked over and read."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage

from playground.analysis.neurons.neuron import Neuron
from playground.gui.lenses.diagram.layout import Ask, arrange
from playground.gui.lenses.diagram.picture import LinkPlace
from playground.gui.look.colormaps import colored, viridis
from playground.gui.look.colors import DARK
from playground.gui.look.heat import signed_pixels
from playground.nn.layers import BatchNorm, Conv2D, Dense, Flatten, MaxPool

LAYERS = (
    Conv2D(4, name="conv2d_1"),
    MaxPool(name="max_pool_1"),
    Conv2D(6, name="conv2d_2", activation="tanh"),
    Flatten(name="flatten_1"),
)


def centre(view, neuron):
    return view.tile_rect(neuron).center().toPoint()


def click(qtbot, view, neuron):
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=centre(view, neuron))


def press(qtbot, view, key):
    qtbot.keyClick(view, key)


@pytest.fixture
def view(diagram):
    view = diagram("digits-small", LAYERS).view
    view.setFocus()
    return view


def unit(own, row, column, side):
    return (own * side + row) * side + column


def test_a_layer_of_maps_is_a_mosaic_with_its_shape_in_the_heading(view):
    columns = view.scene.picture.columns
    assert [column.tiles.label.heading for column in columns] == [
        "Input · 8×8",
        "Conv 1 · ReLU · 4 × 8²",
        "Max pool 1 · 2×2 · 4 × 4²",
        "Conv 2 · Tanh · 6 × 4²",
        "Output · Softmax · 10",
    ]
    assert [place.count for place in view.scene.picture.places] == [64, 4, 4, 6, 10]


def test_maps_that_are_not_square_keep_their_shape():
    (place,) = arrange([Ask(4, grid=(26, 24))], 500, 400).places
    _, _, width, height = place.box(3)
    assert width / height == pytest.approx(24 / 26)
    left, top, side, _ = place.neuron(3 * 26 * 24)
    assert (left, top) == pytest.approx(place.box(3)[:2])
    assert place.hit(left + side / 2, top + side / 2) == 3 * 26 * 24
    _, bottom, _, high = place.neuron(4 * 26 * 24 - 1)
    assert bottom + high == pytest.approx(top + height)


def test_every_pixel_has_the_colour_of_its_value(session, view):
    a = next(trace for trace in session.reading.traces if trace.name == "conv2d_1").a[:, 0]
    expected = colored(a, viridis(), 0.0, a.max())
    image = view.grab().toImage()
    for number in range(0, 256, 5):
        found = image.pixelColor(centre(view, Neuron("conv2d_1", number))).getRgb()[:3]
        assert np.abs(np.array(found) - expected[number, :3]).max() <= 2


def test_the_maps_follow_training(qtbot, session, view):
    tiles = view.scene.picture.columns[1].tiles
    before = tiles.a.copy()
    session.step_epoch()
    qtbot.waitUntil(lambda: not np.array_equal(tiles.a, before))


def test_a_click_selects_the_pixel_under_it_and_escape_lets_go(qtbot, session, view):
    for neuron in (
        Neuron("conv2d_1", unit(2, 3, 5, 8)),
        Neuron("max_pool_1", unit(3, 0, 3, 4)),
        Neuron("conv2d_2", unit(5, 3, 0, 4)),
    ):
        click(qtbot, view, neuron)
        assert session.attention.selected == neuron
        assert f"map {neuron.unit // (64 if neuron.layer == 'conv2d_1' else 16) + 1}, row" in (
            view.accessibleDescription()
        )
    press(qtbot, view, Qt.Key.Key_Escape)
    assert session.attention.selected is None


def test_what_a_pixel_sees_is_framed_on_every_layer_before_it(session, view):
    picture = view.scene.picture
    session.attention.select(Neuron("conv2d_2", unit(1, 2, 1, 4)))
    pool, conv = (view.tile_rect(Neuron(name, 0)) for name in ("max_pool_1", "conv2d_1"))
    boxes = picture.seen_boxes(2)
    assert len(boxes) == 4
    assert boxes[0] == pytest.approx((pool.x(), pool.y() + pool.height(), *[3 * pool.width()] * 2))
    assert picture.seen_boxes(1)[0] == pytest.approx(
        (conv.x(), conv.y() + 2 * conv.height(), *[6 * conv.width()] * 2)
    )
    (box,) = picture.seen_boxes(0)
    corner = view.tile_rect(Neuron("input", 8))
    assert box[:2] == pytest.approx((corner.x(), corner.y()))
    assert box[3] == pytest.approx(7 * picture.places[0].pitch)


def test_frames_are_light_on_dark_maps_in_the_light_theme_too(session, view, light):
    light()
    session.attention.select(Neuron("conv2d_2", unit(1, 2, 1, 4)))
    image = view.grab().toImage()
    x, y, width, _ = view.scene.picture.seen_boxes(1)[0]
    along = [image.pixelColor(round(x + width / 2), round(y - 1 + away)) for away in (-1, 0, 1)]
    assert max(color.lightness() for color in along) > 180


def test_the_frames_are_painted(session, view):
    session.attention.select(Neuron("conv2d_2", unit(1, 2, 1, 4)))
    image = view.grab().toImage()
    x, y, width, _ = view.scene.picture.seen_boxes(2)[0]
    edge = image.pixelColor(QPoint(round(x + width / 2), round(y - 1)))
    assert edge.lightness() > 150
    x, y, width, _ = view.scene.picture.seen_boxes(0)[0]
    edge = image.pixelColor(QPoint(round(x + width / 2), round(y - 1)))
    assert edge.blue() > edge.red() + 40


def test_a_pixel_is_followed_into_its_pool_and_through_it(session, diagram):
    layers = (Conv2D(4, name="conv2d_1"), MaxPool(name="max_pool_1"), Flatten(name="flatten_1"))
    view = diagram("digits-small", layers).view
    session.attention.select(Neuron("conv2d_1", unit(2, 5, 3, 8)))
    picture, place = view.scene.picture, unit(2, 2, 1, 4)
    assert picture.handed_to == (Neuron("max_pool_1", place),)
    into_pool, to_output = (picture.links.drawn(index) for index in (1, 2))
    assert (into_pool.units.tolist(), into_pool.inputs.tolist()) == ([2], [2])
    assert to_output.inputs.tolist() == [place] * 10
    assert to_output.focus.all()


def test_links_are_grey_until_a_pixel_is_chosen_and_then_what_its_patches_add(qtbot, session, view):
    links = view.scene.picture.links
    qtbot.mouseClick(view.buttons.contributions, Qt.MouseButton.LeftButton)
    assert links.style(2).plain
    assert len(links.drawn(2).ids) == 24
    chosen = Neuron("conv2d_2", unit(4, 0, 3, 4))
    session.attention.select(chosen)
    drawn, style = links.drawn(2), links.style(2)
    assert not style.plain
    assert drawn.units.tolist() == [4] * 4
    assert drawn.inputs.tolist() == [0, 1, 2, 3]
    z = view.scene.picture.columns[3].tiles.z[chosen.unit]
    bias = session.model.network.views()["conv2d_2.biases"][4]
    assert style.values.sum() + bias == pytest.approx(z, abs=1e-5)
    assert links.style(0).plain


def test_a_link_between_maps_names_them_and_tells_the_kernels_size(session, view):
    picture = view.scene.picture
    kernel = session.model.network.views()["conv2d_2.weights"][4, 1]
    reading = picture.reading_of_link(LinkPlace(2, 4, 1))
    size = float(np.sqrt((kernel.astype(float) ** 2).sum()))
    assert reading == f"Max pool 1 · map 2 → Conv 2 · map 5: kernel 3×3, √Σw² = {size:.4g}"
    session.attention.select(Neuron("conv2d_2", unit(4, 0, 3, 4)))
    assert "Σ w·a = " in picture.reading_of_link(LinkPlace(2, 4, 1))
    pooled = picture.reading_of_link(LinkPlace(1, 3, 3))
    assert pooled == "Conv 1 · map 4 → Max pool 1 · map 4: a square of 2×2 at a time"


def test_arrows_walk_over_a_map_and_on_to_its_neighbours(qtbot, session, view):
    attention = session.attention

    def walk(*keys):
        for key in keys:
            press(qtbot, view, key)
        return attention.selected

    keys = Qt.Key
    attention.select(Neuron("conv2d_1", unit(1, 3, 6, 8)))
    assert walk(keys.Key_Right) == Neuron("conv2d_1", unit(1, 3, 7, 8))
    assert walk(keys.Key_Down) == Neuron("conv2d_1", unit(1, 4, 7, 8))
    assert walk(keys.Key_PageDown) == Neuron("conv2d_1", unit(2, 4, 7, 8))
    assert walk(keys.Key_PageUp, keys.Key_PageUp, keys.Key_PageUp).unit == unit(0, 4, 7, 8)
    below = walk(*[keys.Key_Down] * 4)
    assert below == Neuron("conv2d_1", unit(1, 0, 7, 8))
    assert walk(keys.Key_Up) == Neuron("conv2d_1", unit(0, 7, 7, 8))
    assert walk(keys.Key_Right).layer == "max_pool_1"
    assert walk(keys.Key_Home) == Neuron("max_pool_1", 0)
    assert walk(keys.Key_Left).layer == "conv2d_1"


def test_slide_goes_over_the_map_in_reading_order_until_a_key(qtbot, session, view):
    seen = []
    session.attention.selected_changed.connect(seen.append)
    session.attention.select(Neuron("conv2d_2", unit(2, 0, 2, 4)))
    qtbot.mouseClick(view.buttons.slide, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(seen) >= 4)
    assert [neuron.unit for neuron in seen[:4]] == [unit(2, 0, 2, 4) + step for step in range(4)]
    press(qtbot, view, Qt.Key.Key_Escape)
    assert not view.buttons.slide.isChecked()
    assert session.attention.selected is None


def test_slide_begins_at_the_first_map_and_ends_with_it(qtbot, session, view):
    press(qtbot, view, Qt.Key.Key_Space)
    assert session.attention.selected == Neuron("conv2d_1", 0)
    session.attention.select(Neuron("conv2d_1", 63))
    qtbot.waitUntil(lambda: not view.buttons.slide.isChecked())
    assert session.attention.selected == Neuron("conv2d_1", 63)
    press(qtbot, view, Qt.Key.Key_Space)
    assert session.attention.selected == Neuron("conv2d_1", 0)
    press(qtbot, view, Qt.Key.Key_Space)
    assert not view.buttons.slide.isChecked()
    assert session.attention.selected == Neuron("conv2d_1", 0)


def test_a_reader_hears_where_the_slide_stopped_and_not_every_stop(qtbot, session, view):
    press(qtbot, view, Qt.Key.Key_Space)
    before = view.accessibleDescription()
    qtbot.waitUntil(lambda: session.attention.selected.unit >= 2)
    assert view.accessibleDescription() == before
    view.buttons.slide.setChecked(False)
    assert view.accessibleDescription() == view.reading
    assert view.accessibleDescription() != before


def test_kernels_are_shown_on_the_scale_of_weights(qtbot, session, view):
    qtbot.mouseClick(view.buttons.kernels, Qt.MouseButton.LeftButton)
    weights = session.model.network.views()["conv2d_1.weights"]
    pixels = signed_pixels(weights, float(np.abs(weights).max()), True)[2, 0]
    expected = pixels[..., np.newaxis].view(np.uint8)[..., :3]
    image = view.grab().toImage()
    place = view.scene.picture.places[1]
    x, y, width, _ = place.box(2)
    for row in range(3):
        for column in range(3):
            at = QPoint(
                round(x + (column + 0.5) * width / 3), round(y + (row + 0.5) * place.side / 3)
            )
            found = image.pixelColor(at).getRgb()[:3]
            wanted = expected[row, column].view(np.uint8)[:3]
            assert np.abs(np.array(found) - wanted).max() <= 2
    assert "+ weight" in {meaning.high for meaning in view.parent().legend()}


def test_the_buttons_for_maps_go_with_them(qtbot, session, view):
    qtbot.mouseClick(view.buttons.kernels, Qt.MouseButton.LeftButton)
    session.change("layers", (Dense(5, name="dense_1"),))
    qtbot.waitUntil(lambda: len(view.scene.picture.columns) == 3)
    assert view.buttons.kernels.isHidden()
    assert view.buttons.slide.isHidden()
    assert view.buttons.weights.isChecked()
    assert not view.scene.shows_kernels


def test_the_table_has_a_row_for_each_map(session, view):
    figures = view.figures()
    assert figures.headings == ("Layer", "Neuron or map", "Reading")
    assert len(figures.rows) == 64 + 4 + 4 + 6 + 10
    layer, name, reading = figures.rows[64 + 2]
    a = view.scene.picture.columns[1].tiles.a.reshape(4, 8, 8)[2]
    row, column = np.unravel_index(int(a.argmax()), a.shape)
    assert (layer, name) == ("Conv 1 · ReLU · 4 × 8²", "map 3")
    assert f"to {a.max():.4g}" in reading
    assert reading.endswith(f"row {row + 1}, column {column + 1}")


def test_silenced_and_frozen_maps_are_marked_as_a_whole(diagram):
    layers = (Conv2D(4, name="conv2d_1", silenced="1", frozen="2"), BatchNorm(name="norm"))
    view = diagram("digits-small", layers).view
    column = view.scene.picture.columns[1]
    assert (column.silenced, column.frozen) == ({1}, {2})
    reading = view.scene.picture.reading_of
    assert reading(Neuron("conv2d_1", 64 + 63)).endswith("(silenced)")
    assert reading(Neuron("conv2d_1", 2 * 64)).endswith("(frozen)")
    assert not reading(Neuron("conv2d_1", 63)).endswith(")")
    x, y, width, _ = view.scene.picture.places[1].box(1)
    hollow = view.grab().toImage().pixelColor(QPoint(round(x + width / 2), round(y + 4)))
    assert hollow.name() == DARK.central


def test_without_an_example_maps_are_grey(diagram):
    view = diagram("digits-small", LAYERS, probe=None).view
    at = centre(view, Neuron("conv2d_1", unit(0, 4, 4, 8)))
    assert view.grab().toImage().pixelColor(at).name() == DARK.track
    assert view.scene.picture.columns[1].map_reading(0) == ""


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_kernels_that_are_not_numbers_do_no_harm(session, view, bad):
    session.model.network.parameters[:] = bad
    session.set_probe(session.probe)
    view.show_kernels(True)
    view.weights_changed()
    for neuron in (Neuron("conv2d_2", 5), Neuron("conv2d_1", 5), None):
        session.attention.select(neuron)
        view.grab()
    assert "not numbers" in view.scene.picture.columns[1].map_reading(0)


def test_the_exported_picture_has_the_maps(session, view, tmp_path):
    lens = view.parent()
    session.attention.select(Neuron("conv2d_2", unit(1, 2, 1, 4)))
    lens.export_png(tmp_path / "network.png", scale=2)
    lens.export_svg(tmp_path / "network.svg")
    text = (tmp_path / "network.svg").read_text(encoding="utf-8")
    assert text.count("<image") >= 4 + 4 + 6
    image = QImage(str(tmp_path / "network.png"))
    a = view.scene.picture.columns[1].tiles.a
    expected = colored(a, viridis(), 0.0, a.max())[unit(3, 4, 4, 8), :3]
    at = 2 * view.tile_rect(Neuron("conv2d_1", unit(3, 4, 4, 8))).center()
    found = image.pixelColor(at.toPoint()).getRgb()[:3]
    assert np.abs(np.array(found) - expected).max() <= 2
