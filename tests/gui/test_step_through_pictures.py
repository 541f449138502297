"""A step through a network for pictures: its maps and kernels are seen, pointed at and named."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QLabel

from playground.analysis.neurons.neuron import Neuron
from playground.analysis.slow_step import Matrix
from playground.gui.lenses.step.step_lens import StepThroughLens
from playground.gui.lenses.step.tiling import NOTHING, tiled
from playground.gui.look.colors import DARK
from playground.nn.activations import Tanh
from playground.nn.explain.stage import EXAMPLE, MAP, NEURON, TAP
from playground.nn.layers import BatchNorm, Conv2D, Flatten, MaxPool
from playground.training.experiment import DataSettings, Experiment, Training

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

EXPERIMENT = Experiment(
    data=DataSettings(name="digits"),
    layers=(
        Conv2D(6, activation=Tanh(), name="looks"),
        BatchNorm(name="norm"),
        MaxPool(name="largest"),
        Conv2D(4, activation=Tanh(), name="second"),
        Flatten(name="flat"),
    ),
    training=Training(batch_size=8),
)


@pytest.fixture
def lens(session, qtbot, keep):
    """Return the lens, as it begins to walk through a step."""
    session.open(EXPERIMENT)
    qtbot.waitUntil(lambda: session.snapshot is not None)
    lens = StepThroughLens(session)
    lens.resize(1000, 700)
    keep(lens)
    lens.set_in_view(True)
    lens.begin()
    qtbot.waitUntil(lambda: lens.slow_step is not None)
    return lens


def go_to(lens, label):
    lens.go_to([stage.label for stage in lens.slow_step.stages].index(label))


def text(lens, name):
    return lens.findChild(QLabel, name).text()


def shown(lens, symbol):
    symbols = [matrix.symbol for matrix in lens.stage.matrices]
    return symbols.index(symbol), lens.page.strip.shown[symbols.index(symbol)]


def click(qtbot, lens, place):
    strip = lens.page.strip
    qtbot.waitUntil(lambda: strip.height() == strip.heightForWidth(strip.width()))
    qtbot.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=place)


def place_of(map_, row, column, side=8):
    return (map_ * side + row) * side + column


def union(places):
    whole = QRect()
    for place in places:
        whole = whole.united(place)
    return whole


def test_maps_are_pictures_of_the_chosen_example(lens):
    go_to(lens, "Z1")
    values = lens.stage.computed.values
    for example in (1, 5):
        lens.controls.example.setValue(example)
        _, of = shown(lens, "Z1")
        assert of.of == f"example {example}"
        there = of.rows != NOTHING
        assert sorted(of.rows[there]) == list(range(6 * 8 * 8))
        assert (of.columns[there] == example - 1).all()
        # A map's pixels stand as they do in the picture.
        corner = of.entry_rect(place_of(2, 0, 0), example - 1)
        far = of.entry_rect(place_of(2, 7, 3), example - 1)
        side = corner.width()
        assert far.topLeft() - corner.topLeft() == QPoint(3 * side, 7 * side)
    assert lens.page.strip.describe(3, place_of(2, 7, 3), 4).endswith(
        "map 3, row 8, column 4 of looks, example 5"
    )
    assert values.shape == (384, 8)


def test_a_clicked_pixel_is_worked_out_and_its_patch_and_kernel_framed(lens, qtbot):
    go_to(lens, "Z1")
    _, z = shown(lens, "Z1")
    pixel = place_of(1, 3, 2)
    click(qtbot, lens, z.entry_rect(pixel, 0).center())
    assert text(lens, "stepEntry") == "Map 2, row 4, column 3, example 1"
    assert text(lens, "stepArithmetic").startswith("z₂,₄,₃ = Σ w·x + b₂")
    framed = [place.adjusted(1, 1, 0, 0) for place, _ in lens.page.strip.frames(DARK)]
    _, x = shown(lens, "X")
    patch = [x.entry_rect(8 * row + column, 0) for row in (2, 3, 4) for column in (1, 2, 3)]
    assert union(patch) in framed
    _, w = shown(lens, "W1")
    assert union(w.entry_rect(1, tap) for tap in range(9)) in framed
    _, b = shown(lens, "b1")
    assert b.entry_rect(1, 0) in framed
    assert z.entry_rect(pixel, 0) in framed
    assert len(framed) == 4
    # The next stage works out the same pixel.
    lens.go_on()
    assert text(lens, "stepArithmetic").startswith("a₂,₄,₃ = tanh z₂,₄,₃")


def test_at_the_edge_only_what_lies_in_the_picture_is_framed(lens, qtbot):
    go_to(lens, "Z1")
    _, z = shown(lens, "Z1")
    click(qtbot, lens, z.entry_rect(place_of(0, 0, 7), 0).center())
    framed = [place.adjusted(1, 1, 0, 0) for place, _ in lens.page.strip.frames(DARK)]
    _, x = shown(lens, "X")
    assert union(x.entry_rect(at, 0) for at in (6, 7, 14, 15)) in framed


def test_between_the_maps_there_is_nothing_to_click_or_to_say(lens, qtbot):
    go_to(lens, "Z1")
    _, z = shown(lens, "Z1")
    row, column = np.argwhere(z.rows == NOTHING)[0]
    gap = z.cells.rect(int(row), int(column)).center()
    before = text(lens, "stepEntry")
    click(qtbot, lens, gap)
    assert text(lens, "stepEntry") == before
    assert lens.page.strip.cell_at(gap) is None
    figures = lens.page.strip.figures()
    sizes = [matrix.values[:, 0].size for matrix in lens.stage.matrices]
    assert len(figures.rows) == sizes[0] * 9 + sum(sizes[1:])
    assert all(row[-1] for row in figures.rows)


def test_a_clicked_kernel_leads_to_the_same_place_of_its_map(lens, qtbot):
    go_to(lens, "Z1")
    _, z = shown(lens, "Z1")
    click(qtbot, lens, z.entry_rect(place_of(1, 3, 2), 0).center())
    _, w = shown(lens, "W1")
    click(qtbot, lens, w.entry_rect(4, 5).center())
    assert text(lens, "stepEntry") == "Map 5, row 4, column 3, example 1"


def test_weights_and_maps_are_named(lens):
    strip = lens.page.strip
    go_to(lens, "dW2")
    assert strip.describe(2, 3, 9 * 4 + 5).endswith("map 4 of second, kernel 5, row 2, column 3")
    go_to(lens, "W1′")
    assert strip.describe(0, 3, 5).endswith("map 4 of looks, row 2, column 3")
    go_to(lens, "dγ1")
    assert strip.describe(2, 3, 0).endswith("map 4 of norm")
    go_to(lens, "db1")
    lens._on_entry_clicked(1, 3, 0)
    assert text(lens, "stepEntry") == "Map 4"


def test_an_inputs_slope_frames_the_kernels_and_the_sums_that_it_is_in(lens, qtbot):
    go_to(lens, "dP1")
    _, back = shown(lens, "dP1")
    click(qtbot, lens, back.entry_rect(place_of(2, 0, 0, side=4), 0).center())
    framed = [place.adjusted(1, 1, 0, 0) for place, _ in lens.page.strip.frames(DARK)]
    _, w = shown(lens, "W2")
    _, grad = shown(lens, "dZ2")
    for each in range(4):
        # From the corner, the weights that reach it are the upper left four of kernel 3.
        taps = [2 * 9 + 3 * row + column for row in (0, 1) for column in (0, 1)]
        assert union(w.entry_rect(each, tap) for tap in taps) in framed
        sums = [place_of(each, row, column, side=4) for row in (0, 1) for column in (0, 1)]
        assert union(grad.entry_rect(at, 0) for at in sums) in framed
    assert len(framed) == 9


def test_pointing_out_a_layer_opens_the_slopes_of_its_kernels(lens, session, qtbot):
    session.attention.select(Neuron("looks", 7))
    before = lens.slow_step
    lens.point_out()
    qtbot.waitUntil(lambda: lens.slow_step not in (before, None))
    assert lens.stage.label == "dW1"


def test_maps_come_one_by_one_too(lens, qtbot):
    lens.controls.by_neuron.click()
    go_to(lens, "db1")
    assert text(lens, "stepEntry") == "Map 1"
    lens.go_on()
    assert text(lens, "stepEntry") == "Map 2"
    assert "not computed yet" in lens.page.strip.describe(1, 2, 0)
    go_to(lens, "Z1")
    lens.go_on()
    assert text(lens, "stepEntry") == "Map 1, row 1, column 2, example 1"


def maps(count, side, batch=3):
    values = np.arange(count * side * side * batch, dtype=float).reshape(-1, batch)
    return Matrix("Z1", "sums", values, NEURON, EXAMPLE, "looks", (count, side, side))


@pytest.mark.parametrize("chosen", [0, 40, 99])
def test_of_many_maps_those_around_the_chosen_one_are_shown(chosen):
    made = tiled(maps(100, 28), {NEURON: chosen * 28 * 28 + 5, EXAMPLE: 1}, 260, 210)
    high, wide = made.entries.shape
    assert (wide * made.side, high * made.side) <= (260, 210)
    seen = set((made.entries[made.entries != NOTHING] // 3 // 784).tolist())
    assert chosen in seen
    assert 4 <= len(seen) < 100
    assert (made.of, made.cut) == ("example 2", "100 maps")
    assert set((made.entries[made.entries != NOTHING] % 3).tolist()) == {1}


def test_of_many_kernels_those_of_the_chosen_map_are_shown():
    kernels = Matrix("W2", "kernels", np.zeros((64, 32 * 9)), MAP, TAP, "looks", (32, 3, 3))
    made = tiled(kernels, {MAP: 7}, 260, 210)
    there = made.entries[made.entries != NOTHING]
    assert sorted(there) == list(range(7 * 288, 8 * 288))
    assert (made.of, made.cut) == ("map 8", "64 maps")


def test_few_kernels_stand_in_a_line_for_each_map():
    kernels = Matrix("W2", "kernels", np.zeros((4, 6 * 9)), MAP, TAP, "looks", (6, 3, 3))
    made = tiled(kernels, {}, 260, 210)
    assert made.entries.shape == (4 * 4 - 1, 6 * 4 - 1)
    assert made.entries[4, :3].tolist() == [54, 55, 56]
    assert made.entries[4, 4:7].tolist() == [63, 64, 65]


def test_what_is_no_picture_is_shown_by_rows_and_columns():
    plain = Matrix("Z1", "sums", np.zeros((5, 3)), NEURON, EXAMPLE)
    single = Matrix("Z1", "sums", np.zeros((5, 3)), NEURON, EXAMPLE, "looks", (5, 1, 1))
    assert tiled(plain, {}, 260, 210) is None
    assert tiled(single, {}, 260, 210) is None
