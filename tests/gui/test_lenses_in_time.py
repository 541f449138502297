"""Every lens that is offered for sequences, of every form, shows them without a fault."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from playground.analysis.neurons.names import NeuronNames
from playground.analysis.neurons.neuron import Neuron
from playground.gui.lenses.kinds import LENSES
from playground.gui.lenses.layer_tiles import LayerLabel, tiles_for
from playground.gui.lenses.pane import LensPane
from playground.gui.panels.network.card_info import CardInfo
from playground.gui.panels.network.layer_card import LayerCard
from playground.gui.session.probe import example_probe
from playground.gui.widgets.elided_label import ElidedLabel
from playground.gui.window.build_column import network_info
from playground.nn.layers import GRU, LSTM, Embedding, GlobalAveragePool, LayerNorm, SelfAttention
from playground.training.experiment import DataSettings, Experiment
from playground.training.task_fit import fitted

LAYERS = {
    "memory-parity": (GRU(units=3, returns="last", name="gru_1"),),
    "memory-copy": (LSTM(units=3, name="lstm_1"),),
    "memory-addition": (GRU(units=3, returns="last", name="gru_1"),),
    "digits-rows": (
        SelfAttention(heads=2, name="self_attention_1"),
        GlobalAveragePool(name="global_average_pool_1"),
    ),
    "pen-moves": (Embedding(4, name="embedding_1"), LSTM(units=3, name="lstm_1")),
}
"""A data set of each form: tokens and numbers, read to the end or answered at every step."""

STEPWISE = {"memory-copy", "pen-moves"}


@pytest.fixture
def pane(session, keep, qtbot):
    """Return a function that opens small layers on a data set, with an example in the hand."""

    def opened(name):
        settings = DataSettings(name)
        if name.startswith("memory"):
            settings = dataclasses.replace(settings, examples=60, steps=12)
        assert session.open(fitted(Experiment(settings, LAYERS[name]), settings.load()))
        pane = LensPane(session, LENSES)
        pane.resize(900, 600)
        keep(pane)
        pane.set_in_view(True)
        qtbot.waitUntil(lambda: session.model is not None and session.snapshot is not None)
        session.set_probe(example_probe(session.prepared, 0))
        return pane

    return opened


def texts(widget: QWidget) -> str:
    labels = [*widget.findChildren(QLabel), *widget.findChildren(ElidedLabel)]
    return "\n".join(label.toolTip() + label.text() for label in labels)


@pytest.mark.parametrize("name", LAYERS)
def test_every_lens_answers_and_is_painted(qtbot, session, pane, name):
    pane = pane(name)
    answers = []
    session.answered.connect(answers.append)
    for kind in LENSES:
        if not kind.has_to_show(session.model):
            continue
        lens = pane.show_lens(kind.key)
        # Questions are answered in their order: this one comes behind the lens's own.
        session.analyst.ask(kind.key, lambda model, prepared: None)
        qtbot.waitUntil(lambda: any(answer.key == kind.key for answer in answers))  # noqa: B023
        assert not lens.grab().isNull()
        if kind.key == "data":
            asked = "to choose from at each step" in texts(lens)
            assert asked == (name in STEPWISE)
            assert ("one number to predict" in texts(lens)) == (name == "memory-addition")
        if kind.key in ("confusion", "mistakes"):
            assert lens.answers is not None
            assert (lens.answers.steps is not None) == (name in STEPWISE)
    assert not [answer.error for answer in answers if answer.error]
    why = next(kind for kind in LENSES if kind.key == "why")
    assert why.has_to_show(session.model) == (name not in STEPWISE)


def test_a_sequence_is_counted_in_units_and_steps(session, pane):
    pane("pen-moves")
    network, dataset = session.model.network, session.prepared.dataset
    names, steps = NeuronNames(dataset, network), dataset.steps
    assert names.title(Neuron("lstm_1", steps + 2)) == "LSTM 1 · neuron 2, step 3"
    assert names.short(Neuron("output", 4 * steps)) == "Output · 60°, step 1"
    labels = {layer.name: LayerLabel.of(layer, network.names) for layer in network.layers}
    assert [label.size for label in labels.values()] == [
        f"{units} × {steps} steps" for units in (4, 3, 27)
    ]
    tiles = tiles_for(dataset, network.trace(np.zeros((dataset.features, 1))), labels)
    assert tiles[0].tile_name(1) == "0° at step 2"
    assert tiles[2].tile_name(steps + 2) == "neuron 2, step 3"
    assert tiles[-1].tile_name(2) == "class 0°, step 3"
    shape = tiles[2].shape(0, 0, 100)
    assert (shape.rows, shape.columns) == (3, steps)


@pytest.mark.parametrize(
    ("before", "behind", "said"),
    [((5, 40), (64,), "5 × 40 steps → 64"), ((24, 53), (64, 53), "24 → 64 × 53 steps")],
)
def test_a_card_tells_the_shape_of_a_sequence(before, behind, said):
    assert CardInfo("LSTM 1", LSTM(), before, behind, 0).shapes == said


def test_a_nested_card_gives_its_kind_the_room(keep):
    card = keep(LayerCard(CardInfo("Layer norm 1", LayerNorm(), (32, 16), (32, 16), 64)))
    card.resize(400, card.height())
    assert (card.title.text(), card.shape_label.text()) == ("Layer norm 1", "32 → 32 × 16 steps")
    card.resize(175, card.height())
    assert (card.title.text(), card.shape_label.text()) == ("Layer norm 1", "")
    assert "32 → 32 × 16 steps" in card.toolTip()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("memory-copy", "10 tokens: a, b, c, d, e, f, g, h, blank, go"),
        ("memory-addition", "12 steps: number, mark"),
        ("digits-rows", "8 steps: " + ", ".join(f"column {place}" for place in range(1, 9))),
        (
            "pen-moves",
            "37 tokens: 24 directions, pen up, pen down, end, write 0 … write 9",
        ),
    ],
)
def test_the_input_card_tells_what_comes_at_each_step(session, pane, name, told):
    pane(name)
    assert network_info(session.experiment, session.prepared.dataset).input_note == told


@pytest.mark.parametrize("name", sorted(STEPWISE))
def test_a_click_on_a_mistake_points_at_its_step(qtbot, session, pane, name):
    pane = pane(name)
    lens = pane.show_lens("mistakes")
    qtbot.waitUntil(lambda: lens.answers is not None)
    assert " steps · " in lens.measured.whole_text()
    wall, answers = lens.view.wall, lens.answers
    indices = wall.indices.tolist()
    place = next(at for at, index in enumerate(indices) if index in indices[:at])
    wall.scrollTo(wall.model().index(place))
    spot = wall.visualRect(wall.model().index(place)).center()
    QTest.mouseClick(wall.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert wall.currentIndex().row() == place
    assert wall.selected == indices[place]
    mistakes = answers.steps[(answers.indices == indices[place]) & ~answers.right]
    assert session.attention.step in mistakes
    assert f"step {session.attention.step + 1} · " in wall.shown.caption(place)
    assert pane.show_lens("confusion").scores.cells.headings[-1].title == "steps"
