"""A step on sequences: one example's steps are columns, and nothing stands behind its end."""

import numpy as np
import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QLabel
from short_sequences import POINTS, STEPS, TEXTS

from playground.analysis.neurons.neuron import Neuron
from playground.gui.lenses.step.matrix_layout import laid_out
from playground.gui.lenses.step.matrix_strip import entry_words
from playground.gui.lenses.step.step_lens import StepThroughLens
from playground.gui.lenses.step.tiling import NOTHING
from playground.gui.look.colors import DARK
from playground.gui.session.probe import example_probe
from playground.nn.activations import Tanh
from playground.nn.explain.stage import EXAMPLE, NEURON, STEP, TAP, Matrix
from playground.nn.layers import Dense
from playground.training.experiment import DataSettings, Experiment, Training

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),
    pytest.mark.usefixtures("sequences"),
]


@pytest.fixture
def walk(session, qtbot, keep):
    """Return a function that begins to walk through a step on a data set."""

    def begin(name, *, probe=None):
        layers = (Dense(4, Tanh(), dropout=0.3, name="first"),)
        training = Training(batch_size=8)
        session.open(Experiment(data=DataSettings(name=name), layers=layers, training=training))
        qtbot.waitUntil(lambda: session.snapshot is not None)
        lens = StepThroughLens(session)
        lens.resize(1000, 700)
        keep(lens)
        lens.set_in_view(True)
        if probe is not None:
            session.set_probe(example_probe(session.prepared, probe))
            lens.controls.source.setCurrentIndex(1)
        lens.begin()
        qtbot.waitUntil(lambda: lens.slow_step is not None)
        return lens

    return begin


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


def union(places):
    whole = QRect()
    for place in places:
        whole = whole.united(place)
    return whole


def at(unit, step):
    return unit * STEPS + step


def test_units_are_rows_and_the_steps_of_the_chosen_example_columns(walk):
    lens = walk(POINTS)
    go_to(lens, "Z1")
    for example in (1, 5):
        lens.controls.example.setValue(example)
        _, of = shown(lens, "Z1")
        assert of.of == f"steps of example {example}"
        assert of.numbered
        assert of.rows.tolist() == np.arange(4 * STEPS).reshape(4, STEPS).tolist()
        assert (of.columns == example - 1).all()
    where = lens.page.strip.describe(3, at(2, 4), 4)
    assert where.endswith("neuron 3 of first, step 5, example 5")


def test_a_clicked_step_is_worked_out_and_what_it_comes_from_framed(walk, qtbot):
    lens = walk(POINTS)
    go_to(lens, "Z1")
    _, z = shown(lens, "Z1")
    click(qtbot, lens, z.entry_rect(at(1, 3), 0).center())
    assert text(lens, "stepEntry") == "Neuron 2, step 4, example 1"
    assert text(lens, "stepArithmetic").startswith("z₂,₄ = w₂,₁·x₁,₄ + w₂,₂·x₂,₄ + w₂,₃·x₃,₄ + b₂")
    framed = [place.adjusted(1, 1, 0, 0) for place, _ in lens.page.strip.frames(DARK)]
    _, x = shown(lens, "X")
    assert union(x.entry_rect(at(read, 3), 0) for read in range(3)) in framed
    _, w = shown(lens, "W1")
    assert union(w.entry_rect(1, read) for read in range(3)) in framed
    _, b = shown(lens, "b1")
    assert b.entry_rect(1, 0) in framed
    assert z.entry_rect(at(1, 3), 0) in framed
    assert len(framed) == 4
    assert lens.session.attention.selected == Neuron("first", at(1, 3))
    # Every stage works out the same step.
    go_to(lens, "L")
    assert text(lens, "stepEntry") == "Step 4, example 1"
    go_to(lens, "dD1")
    assert text(lens, "stepEntry") == "Input 1, step 4, example 1"


def test_a_slope_of_a_weight_frames_all_steps_of_its_neuron_and_of_its_input(walk):
    lens = walk(POINTS)
    go_to(lens, "dW1")
    lens._on_entry_clicked(2, 2, 1)
    assert text(lens, "stepEntry") == "Neuron 3, input 2"
    framed = [place.adjusted(1, 1, 0, 0) for place, _ in lens.page.strip.frames(DARK)]
    for symbol, unit in (("dZ1", 2), ("X", 1)):
        _, of = shown(lens, symbol)
        assert union(of.entry_rect(at(unit, step), 0) for step in range(STEPS)) in framed
    assert lens.session.attention.selected == Neuron("first", at(2, 0))


def test_a_neuron_selected_elsewhere_brings_its_step(walk, session):
    lens = walk(POINTS)
    go_to(lens, "A1")
    session.attention.select(Neuron("first", at(3, 2)))
    assert text(lens, "stepEntry") == "Neuron 4, step 3, example 1"
    go_to(lens, "dW1")
    session.attention.select(Neuron("first", at(1, 5)))
    assert text(lens, "stepEntry") == "Neuron 2, input 1"


def test_neurons_come_one_by_one_with_all_their_steps(walk):
    lens = walk(POINTS)
    lens.controls.by_neuron.click()
    go_to(lens, "Z1")
    assert text(lens, "stepEntry") == "Neuron 1, step 1, example 1"
    strip = lens.page.strip
    assert "not computed" not in strip.describe(3, at(0, 5), 0)
    assert "not computed yet" in strip.describe(3, at(1, 0), 0)
    lens.go_on()
    assert text(lens, "stepEntry") == "Neuron 2, step 1, example 1"
    assert "not computed" not in strip.describe(3, at(1, 5), 0)
    for _ in range(3):
        lens.go_on()
    assert lens.stage.label == "A1"


def test_behind_an_end_there_is_nothing_to_see_or_to_click(walk, qtbot):
    lens = walk(TEXTS)
    lengths = lens.slow_step.lengths
    short, long = int(lengths.argmin()), int(lengths.argmax())
    assert lengths[short] < lengths[long]
    go_to(lens, "Z1")
    _, z = shown(lens, "Z1")
    for example in (long, short):
        lens.controls.example.setValue(example + 1)
        length = lengths[example]
        for symbol in ("X", "Z1"):
            _, of = shown(lens, symbol)
            assert (of.rows[:, length:] == NOTHING).all()
            assert (of.rows[:, :length] != NOTHING).all()
        if example == long:
            _, z = shown(lens, "Z1")
            click(qtbot, lens, z.entry_rect(at(0, length - 1), example).center())
        # The last step there is, of an example that ends earlier.
        assert text(lens, "stepEntry") == f"Neuron 1, step {length}, example {example + 1}"
    before = text(lens, "stepEntry")
    gap = z.cells.rect(0, STEPS - 1).center()
    click(qtbot, lens, gap)
    assert text(lens, "stepEntry") == before


def test_the_step_that_is_pointed_at_is_that_of_the_example_in_the_hand(walk, session, qtbot):
    lens = walk(POINTS, probe=4)
    assert lens.slow_step.start.of_probe
    go_to(lens, "Z1")
    session.attention.point_at(4)
    assert text(lens, "stepEntry") == "Neuron 1, step 5, example 1"
    _, z = shown(lens, "Z1")
    assert z.of == "step by step"
    click(qtbot, lens, z.entry_rect(at(2, 1), 0).center())
    assert session.attention.step == 1


def test_the_step_of_another_example_is_nobody_elses(walk, session, qtbot):
    lens = walk(POINTS)
    go_to(lens, "Z1")
    session.attention.point_at(4)
    _, z = shown(lens, "Z1")
    click(qtbot, lens, z.entry_rect(at(2, 1), 0).center())
    assert session.attention.step == 4
    assert text(lens, "stepEntry") == "Neuron 3, step 2, example 1"


def test_an_example_in_the_hand_is_asked_what_comes_next_at_each_of_its_steps(walk, session):
    lens = walk(TEXTS, probe=3)
    dataset = session.prepared.dataset
    wanted = dataset.task.target_rows(dataset.inputs, dataset.targets, 4)[[3]]
    np.testing.assert_array_equal(lens.slow_step.start.targets, wanted)


@pytest.mark.parametrize("chosen", [0, 77, 159])
def test_of_many_steps_those_around_the_chosen_one_are_shown(chosen):
    values = np.zeros((30 * 160, 2))
    long = Matrix("Z1", "sums", values, NEURON, EXAMPLE, "first", (30, 160))
    (of,), _ = laid_out([long], [60], {STEP: chosen, NEURON: 3, EXAMPLE: 1}, 300)
    assert 0 < of.cells.columns < 160
    assert chosen in of.rows[0] % 160
    assert of.cut == "… 160 steps"
    assert (of.columns == 1).all()


def test_a_weight_of_a_gate_is_named_by_what_it_reads_and_the_gate():
    weights = Matrix("W1", "weights", np.zeros((4, 12)), NEURON, TAP, "first", (3, 4))
    assert entry_words(weights, 2, 5) == ("neuron 3", "input 2, gate 2")
