"""The network's diagram in a running session: what is drawn, and what is read from it."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest

from playground.analysis.neurons.neuron import Neuron
from playground.gui.lenses.diagram.label_painter import Fonts
from playground.gui.lenses.diagram.lens import BUDGET
from playground.gui.lenses.diagram.link_painter import LinkPictures
from playground.gui.lenses.diagram.plane_tiles import SIDE, response_strip
from playground.gui.lenses.diagram.words import count_texts
from playground.gui.look import theme
from playground.gui.look.colormaps import colored, viridis
from playground.gui.look.colors import DARK
from playground.gui.probes.plane_field import class_image, grid, value_image
from playground.gui.session.probe import Probe
from playground.nn.activations import Tanh
from playground.nn.layers import BatchNorm, Dense, Dropout, Flatten, Residual
from playground.training.presets import preset

SMALL = (Dense(name="dense_1", units=16), Dense(name="dense_2", units=12, activation=Tanh()))


def centre(view, neuron):
    return view.tile_rect(neuron).center().toPoint()


def click(qtbot, view, neuron):
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=centre(view, neuron))


def count_text(view):
    links = view.scene.picture.links
    return count_texts(links.shown, links.count)[0]


def pixel(view, point):
    return view.grab().toImage().pixelColor(point)


def independent_answer(session):
    """Return every layer's activations from the weights, by the formulas of this network."""
    views, a = session.model.network.views(), session.probe.inputs.astype(np.float64)
    a = (a - session.prepared.normalization.mean) / session.prepared.normalization.scale
    sums, answers = {}, {}
    for name, bend in (
        ("dense_1", lambda z: np.maximum(z, 0)),
        ("dense_2", np.tanh),
        ("output", lambda z: np.exp(z - z.max()) / np.exp(z - z.max()).sum()),
    ):
        sums[name] = views[f"{name}.weights"] @ a + views[f"{name}.biases"]
        a = answers[name] = bend(sums[name])
    return sums, answers


def test_titles_say_what_each_column_is(diagram):
    titles = [column.title for column in diagram("digits-small", SMALL).view.scene.picture.columns]
    assert titles == [
        "Input · 8×8",
        "Dense 1 · ReLU · 16",
        "Dense 2 · Tanh · 12",
        "Output · Softmax · 10",
    ]


def test_hover_reads_z_and_a(qtbot, session, diagram):
    view = diagram("digits-small", SMALL).view
    sums, answers = independent_answer(session)
    for neuron in (Neuron("dense_1", 3), Neuron("dense_2", 7), Neuron("output", 4)):
        qtbot.mouseMove(view, centre(view, neuron))
        a, z = answers[neuron.layer][neuron.unit], sums[neuron.layer][neuron.unit]
        text = view.reading.replace("−", "-")
        assert f"a = {a:.4g}" in text
        assert f"z = {z:.4g}" in text
        assert session.attention.hovered == neuron


def test_hovering_a_pixel_reads_its_ink(qtbot, session, diagram):
    view = diagram("digits-small", SMALL).view
    unit = int(np.argmax(session.probe.inputs))
    qtbot.mouseMove(view, centre(view, Neuron("input", unit)))
    assert session.attention.hovered == Neuron("input", unit)
    assert view.reading.endswith(f": {session.probe.inputs[unit]:.4g}")


def test_hovering_a_link_reads_its_weight_and_what_it_adds(qtbot, session, diagram):
    view = diagram("article-neuron", probe=0).view
    left, right = view.scene.picture.ends(0)
    for of in (0, 1):
        y = view.scene.picture.places[0].ports()[of]
        qtbot.mouseMove(view, QPoint(round(left + 0.08 * (right - left)), round(y + 1)))
        weight = session.model.network.views()["output.weights"][0, of]
        x = session.probe.inputs[of]
        assert f"w = {weight:.4g}, w·a = {weight * x:.4g}" in view.reading
        assert session.attention.hovered is None


def test_the_way_past_a_block_is_drawn_below_it_and_can_be_pointed_at(qtbot, session, diagram):
    inside = (Dense(12, name="inner_1"), Dense(12, name="inner_2"))
    pane = diagram("digits-small", (Dense(12, name="first"), Residual(inside, name="block")))
    view, picture = pane.view, pane.view.scene.picture
    index = next(
        i for i, joint in enumerate(picture.links.joints)
        if (joint.source, joint.target) == ("first", "block")
    )  # fmt: skip
    left, second = (picture.places[column] for column in (2, 3))
    heights = picture.heights(index, np.arange(12), np.arange(12))
    assert heights[:, 1].min() > max(left.bottom, second.bottom)
    assert heights.max() < picture.view[1]
    middle = (left.right + second.x) / 2
    qtbot.mouseMove(view, QPoint(round(middle), round(heights[4, 1])))
    assert view.scene.link.joint == index
    assert view.reading.endswith(": added unchanged")
    qtbot.mouseMove(view, QPoint(round(middle), round(left.y + left.height / 2)))
    assert view.scene.link is None or view.scene.link.joint != index
    session.attention.select(Neuron("inner_2", 3))
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert session.attention.selected.layer == "block"


def test_a_neuron_selected_elsewhere_is_framed_here(session, diagram):
    view = diagram("digits-small", SMALL).view
    neuron = Neuron("dense_1", 2)
    tile = view.tile_rect(neuron)
    edge = QPoint(round(tile.center().x()), round(tile.top() - 3.5))
    before = pixel(view, edge)
    session.attention.select(neuron)
    after = pixel(view, edge)
    assert after.lightness() > before.lightness() + 80
    assert view.accessibleDescription() == view.reading


def test_tiles_have_the_colours_of_the_heat_map(session, diagram):
    view = diagram("digits-small", SMALL).view
    _, answers = independent_answer(session)
    a = answers["dense_1"]
    expected = colored(a, viridis(), 0.0, a.max())
    image = view.grab().toImage()
    for unit in range(16):
        found = image.pixelColor(centre(view, Neuron("dense_1", unit))).getRgb()[:3]
        assert np.abs(np.array(found) - expected[unit, :3]).max() <= 2


@pytest.mark.parametrize("truth", ["unknown", "that class", "another class"])
def test_the_most_probable_class_has_a_green_bar_or_a_red_one_where_it_is_wrong(
    session, diagram, truth
):
    view = diagram("digits-small", SMALL).view
    best = int(np.argmax(session.reading.outputs))
    label = {"unknown": None, "that class": best, "another class": (best + 1) % 10}[truth]
    session.set_probe(Probe(session.probe.inputs, "an example", label=label))
    colored_bar = DARK.error if truth == "another class" else DARK.good
    image = view.grab().toImage()
    place = view.scene.picture.places[-1]
    for unit in range(10):
        tile = view.tile_rect(Neuron("output", unit))
        row = [
            image.pixelColor(x, round(tile.center().y())).name()
            for x in range(round(tile.right()) + 20, round(place.right + place.after))
        ]
        assert (colored_bar in row) == (unit == best)


def test_the_drawn_links_are_counted(session, diagram):
    pane = diagram("article-digits")
    assert count_text(pane.view) == f"showing {BUDGET} of 4,736 links"
    session.attention.select(Neuron("output", 3))
    links = pane.view.scene.picture.links
    assert count_text(pane.view) == f"showing {links.shown:,} of 4,736 links"
    assert links.shown > BUDGET
    drawn = links.drawn(1)
    assert drawn.inputs[drawn.units == 3].tolist() == list(range(64))


def test_a_small_network_shows_all_its_links(diagram):
    assert count_text(diagram("article-iris").view) == "showing all 105 links"


def test_the_links_follow_training(qtbot, session, diagram):
    view = diagram("digits-small", SMALL).view
    links = view.scene.picture.links
    before = links.style(1).values.copy()
    session.step_epoch()
    qtbot.waitUntil(lambda: session.snapshot.epoch == 1)
    after, drawn = links.style(1), links.drawn(1)
    weights = session.model.network.views()["dense_2.weights"]
    assert np.array_equal(after.values, weights[drawn.units, drawn.inputs])
    assert len(before) != len(after.values) or not np.array_equal(before, after.values)


def test_contributions_are_chosen_for_the_example_in_the_hand(qtbot, session, diagram):
    pane = diagram("article-digits")
    qtbot.mouseClick(pane.view.buttons.contributions, Qt.MouseButton.LeftButton)
    links = pane.view.scene.picture.links
    ink = session.probe.inputs
    qtbot.waitUntil(lambda: bool((ink[links.drawn(0).inputs] > 0).all()))
    drawn, style = links.drawn(0), links.style(0)
    weights = session.model.network.views()["dense_1.weights"]
    normalized = session.prepared.normalization.apply(ink)
    expected = weights[drawn.units, drawn.inputs] * normalized[drawn.inputs]
    assert np.allclose(style.values, expected)


@pytest.mark.parametrize("name", ["article-neuron", "article-xor"])
def test_biases_can_be_read_below_their_neurons_framed_or_not(session, diagram, name):
    view = diagram(name, probe=0).view
    layer = view.scene.picture.columns[1].name
    tile = view.tile_rect(Neuron(layer, 0)).toRect()
    below = QRect(tile.left(), tile.bottom() + 6, tile.width(), 9)
    ground = pixel(view, QPoint(2, 2)).rgb()

    def written():
        image = view.grab(below).toImage()
        return [image.pixel(x, y) for y in range(image.height()) for x in range(image.width())]

    plain = written()
    assert sum(color != ground for color in plain) > 40
    session.attention.select(Neuron(layer, 0))
    assert written() == plain


def test_without_an_example_the_structure_is_drawn_in_grey(diagram):
    view = diagram("digits-small", SMALL, probe=None).view
    assert pixel(view, centre(view, Neuron("dense_1", 0))).name() == DARK.track
    assert view.scene.picture.links.shown > 0
    assert "a = " not in view.scene.picture.reading_of(Neuron("dense_1", 0))


def test_other_layers_are_drawn_as_soon_as_they_are_chosen(qtbot, session, diagram):
    view = diagram("digits-small", SMALL).view
    session.attention.select(Neuron("dense_2", 11))
    layers = (
        Flatten(name="flat"),
        Dense(name="dense_1", units=5),
        Dropout(name="drop", rate=0.2),
        BatchNorm(name="norm"),
    )
    session.change("layers", layers)
    qtbot.waitUntil(
        lambda: len(view.scene.picture.columns) == 4 and len(view.scene.picture.marks) == 2
    )
    names = [column.name for column in view.scene.picture.columns]
    assert names == ["input", "dense_1", "norm", "output"]
    assert [mark.title for mark in view.scene.picture.marks] == ["flat", "drop · 20 %"]
    assert session.attention.selected is None
    view.grab()
    qtbot.waitUntil(lambda: count_text(view) == f"showing {BUDGET} of {64 * 5 + 5 + 50} links")


def test_other_data_replace_the_picture(qtbot, session, diagram):
    view = diagram("digits-small", SMALL).view
    view.grab()
    assert session.open(preset("article-iris").experiment)
    qtbot.waitUntil(lambda: [c.count for c in view.scene.picture.columns] == [4, 10, 5, 3])
    view.grab()


def test_silenced_and_frozen_neurons_are_marked(diagram):
    layers = (Dense(name="dense_1", units=12, silenced="3, 5–7", frozen="1"),)
    view = diagram("digits-small", layers).view
    column = view.scene.picture.columns[1]
    assert column.silenced == {3, 5, 6, 7}
    assert column.frozen == {1}
    assert view.scene.picture.reading_of(Neuron("dense_1", 3)).endswith("(silenced)")
    tile = view.tile_rect(Neuron("dense_1", 3))
    hollow = QPoint(round(tile.center().x()), round(tile.top() + 4))
    assert pixel(view, hollow).name() == DARK.central


def test_a_layer_that_does_not_train_is_frozen_as_a_whole(diagram):
    layers = (Dense(name="dense_1", units=4, trainable=False),)
    assert diagram("digits-small", layers).view.scene.picture.columns[1].frozen == set(range(4))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_weights_that_are_not_numbers_do_no_harm(qtbot, session, diagram, bad):
    view = diagram("digits-small", SMALL).view
    session.model.network.parameters[:] = bad
    session.set_probe(session.probe)
    view.weights_changed()
    session.attention.select(Neuron("dense_2", 1))
    for neuron in (Neuron("dense_1", 1), Neuron("output", 1)):
        qtbot.mouseMove(view, centre(view, neuron))
        assert "number" in view.reading or "∞" in view.reading
    view.grab()


def test_plane_tiles_are_each_neurons_own_response(qtbot, session, diagram):
    view = diagram("article-xor", probe=1).view
    plane = view.scene.plane
    qtbot.waitUntil(lambda: "dense_1" in plane.responses)
    dataset, views = session.prepared.dataset, session.model.network.views()
    points = grid(dataset.value_range, SIDE).astype(np.float64)
    sigmoid = lambda z: 1 / (1 + np.exp(-z))  # noqa: E731
    normalized = session.prepared.normalization.apply(points).T.astype(np.float64)
    hidden = sigmoid(views["dense_1.weights"] @ normalized + views["dense_1.biases"][:, None])
    answer = sigmoid(views["output.weights"] @ hidden + views["output.biases"][:, None])
    columns = view.scene.picture.columns
    for column, expected in ((columns[1], hidden), (columns[2], answer)):
        found = plane.responses[column.name]
        assert np.allclose(found, expected, atol=1e-5)
        strip = response_strip(column, found, dataset, DARK)
        assert (strip.width(), strip.height()) == (SIDE, SIDE * len(expected))
    own = response_strip(columns[1], hidden.astype(np.float32), dataset, DARK)
    expected = value_image(hidden[1][:, None], 1.0, dark=True)
    assert own.copy(0, SIDE, SIDE, SIDE) == expected


def test_the_answers_tile_looks_as_the_plane_does(qtbot, session, diagram):
    view = diagram("circles", probe=1).view
    column = view.scene.picture.columns[-1]
    shares = np.linspace(0, 1, SIDE * SIDE, dtype=np.float32)[np.newaxis]
    both = np.stack([1 - shares[0], shares[0]], axis=1)
    assert column.count == 1
    strip = response_strip(column, shares, session.prepared.dataset, DARK)
    assert strip == class_image(both, DARK)


def test_plane_tiles_follow_training(qtbot, session, diagram):
    view = diagram("spirals", probe=1).view
    plane = view.scene.plane
    qtbot.waitUntil(lambda: bool(plane.responses))
    before = plane.responses["dense_1"]
    session.step_epoch()
    qtbot.waitUntil(lambda: not np.array_equal(plane.responses["dense_1"], before))
    view.grab()


@pytest.mark.parametrize("name", ["article-neuron", "article-iris", "bumps", "three-spirals"])
@pytest.mark.parametrize("size", [(330, 260), (1600, 1000)])
@pytest.mark.parametrize("mode", ["dark", "light"])
def test_every_kind_of_network_can_be_drawn(qapp, qtbot, session, diagram, name, size, mode):
    theme.apply(qapp, mode)
    view = diagram(name, probe=0, size=size).view
    session.attention.select(Neuron("output", 0))
    image = view.grab().toImage()
    assert (image.width(), image.height()) == (view.width(), view.height())
    ground = (theme.DARK if mode == "dark" else theme.LIGHT).central
    assert image.pixelColor(3, 3).name() == ground


def test_a_change_of_theme_recolours_everything(qapp, diagram):
    view = diagram("digits-small", SMALL, probe=None).view
    theme.apply(qapp, "light")
    assert pixel(view, centre(view, Neuron("dense_1", 0))).name() == theme.LIGHT.track


def test_a_wide_network_is_drawn_with_its_strongest_links(diagram):
    layers = (Dense(name="dense_1", units=512), Dense(name="dense_2", units=512))
    view = diagram("digits-small", layers).view
    view.grab()
    place = view.scene.picture.places[1]
    assert (place.rows, place.columns) == (32, 16)
    assert count_text(view) == f"showing {BUDGET} of {64 * 512 + 512 * 512 + 5120:,} links"


def test_on_a_screen_with_small_pixels_every_tile_is_of_one_colour(session, diagram):
    view = diagram("article-digits").view
    view.grab()
    picture = QImage(view.size() * 2, QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(2)
    painter = QPainter(picture)
    view.scene.paint(painter, Fonts(), DARK, 2.0, LinkPictures(), DARK.text)
    painter.end()
    for unit in (0, 30, 63):
        tile = view.tile_rect(Neuron("dense_1", unit)).adjusted(4, 4, -4, -4)
        corners = (tile.topLeft(), tile.topRight(), tile.bottomLeft(), tile.bottomRight())
        found = {picture.pixelColor((2 * corner).toPoint()).name() for corner in corners}
        assert len(found) == 1
