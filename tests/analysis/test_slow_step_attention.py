"""A step through a transformer: every number that is worked out is the one that was computed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from test_slow_step_writing import assert_arithmetic_is_right

from playground.analysis.neurons.neuron import Neuron
from playground.analysis.neurons.report import NeuronReport, neuron_report
from playground.analysis.slow_step import walk
from playground.nn.activations import Tanh
from playground.nn.explain.writing import sub
from playground.nn.layers import (
    Dense,
    Embedding,
    GlobalAveragePool,
    LayerNorm,
    Position,
    Residual,
    SelfAttention,
)
from playground.training.experiment import DataSettings, Experiment, Training
from playground.training.model import Model
from playground.training.trainer import Trainer

POINTS = DataSettings(name="pen", steps=5, test_fraction=0.9)
MOVES = DataSettings(name="pen-moves", test_fraction=0.9)


def transformer(data: DataSettings, *, causal: bool, batch: int) -> Experiment:
    """Return two blocks over points, or over the moves of texts that end early."""
    moves = data is MOVES
    first: Any = Embedding(4, name="first") if moves else Dense(6, Tanh(), name="first")
    pooled = (GlobalAveragePool(name="mean"), LayerNorm(name="last"))
    return Experiment(
        data=data,
        layers=(
            first,
            Position(name="where"),
            Residual(
                (
                    LayerNorm(name="norm"),
                    SelfAttention(2, causal, 0.3, silenced_heads="1", name="look"),
                ),
                name="block",
            ),
            Residual(
                (LayerNorm(name="again"), Dense(4, Tanh(), name="think"), Position(name="inside")),
                name="wider",
            ),
            Position("sinusoidal", name="waves"),
            *(() if moves else pooled),
        ),
        training=Training(batch_size=batch, l2=0.01),
    )


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("causal", [True, False])
def test_every_number_of_a_transformer_is_worked_out_right(causal: bool, batch: int) -> None:
    assert_arithmetic_is_right(transformer(POINTS, causal=causal, batch=batch))


def test_every_number_of_texts_that_end_early_is_worked_out_right() -> None:
    assert_arithmetic_is_right(transformer(MOVES, causal=True, batch=2))


def test_the_walk_names_what_each_head_does() -> None:
    trainer = Trainer(transformer(POINTS, causal=True, batch=3))
    slow = walk(trainer.next_step(), trainer.prepared.dataset)
    stages = {stage.label: stage for stage in slow.stages}
    assert stages["α1"].formula == "α1 = softmax(Q1·K1 / √3), head by head"
    shares = next(each for each in stages["α1"].matrices if each.symbol == "α1")
    assert shares.shape == (2, 5, 5)
    np.testing.assert_allclose(shares.values.reshape(2, 5, 5, 3).sum(axis=2), 1, rtol=1e-12)
    assert not np.triu(shares.values.reshape(2, 5, 5, 3)[0, ..., 0], 1).any()
    labels = list(stages)
    order = ["T1", "X̂1", "N1", "Q1", "K1", "V1", "α1", "C1", "O1", "D1", "R1"]
    assert [label for label in labels if label in order] == order
    back = ["dWo1", "dC1", "dV1", "dS1", "dQ1", "dK1", "dWq1", "dN1"]
    assert [label for label in labels if label in back] == back


# What is told of one unit.


def report_of(experiment: Experiment, neuron: Neuron, example: int = 3) -> NeuronReport:
    trainer = Trainer(experiment)
    model = Model(experiment, trainer.prepared.dataset, trainer.prepared.normalization)
    model.show(trainer.snapshot())
    row = trainer.prepared.dataset.inputs[example]
    target = np.eye(10)[[trainer.prepared.dataset.targets[example]]]
    return neuron_report(model, neuron, row, target)


def test_what_the_heads_add_makes_the_number_and_their_shares_are_the_softmax() -> None:
    experiment = transformer(POINTS, causal=True, batch=3)
    report = report_of(experiment, Neuron("look", 2 * 5 + 3))
    *parts, added, handed_on, _ = (figure.value for figure in report.told.figures)
    assert len(parts) == 2
    assert parts[1] == 0  # it is silenced
    assert sum(parts) + added == pytest.approx(handed_on, rel=1e-9)
    assert handed_on == report.a
    looks = report.told.looks
    assert looks is not None
    assert looks.step == 3
    scores = np.einsum("hd,hsd->hs", looks.queries, looks.keys)[:, :4] / np.sqrt(3)
    expected = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(looks.shares[:, :4], expected, rtol=1e-9)
    assert not looks.shares[:, 4].any()


@pytest.mark.parametrize(
    ("layer", "listeners"),
    [
        ("first", ["where"]),
        ("where", ["norm", "block"]),
        ("norm", ["look"]),
        ("look", ["block"]),
        ("again", ["think"]),
        ("waves", ["mean"]),
        ("mean", ["last"]),
    ],
)
def test_what_the_listeners_hand_back_is_the_slope(layer: str, listeners: list[str]) -> None:
    report = report_of(transformer(POINTS, causal=False, batch=3), Neuron(layer, 3))
    assert [links.layer for links in report.links] == listeners
    total = sum(
        float(links.factors @ links.slopes) for links in report.links if links.slopes is not None
    )
    assert total == pytest.approx(report.grad_a, rel=1e-9)
    assert [links.together for links in report.links] == [name == "look" for name in listeners]


@pytest.mark.parametrize("step", [0, -1])
def test_an_embedding_tells_which_token_stands_at_the_step(step: int) -> None:
    experiment = Experiment(data=MOVES, layers=(Embedding(4, name="first"),))
    trainer = Trainer(experiment)
    dataset = trainer.prepared.dataset
    model = Model(experiment, dataset, trainer.prepared.normalization)
    model.show(trainer.snapshot())
    tokens, steps = dataset.input_shape
    row = dataset.inputs[0]
    column = row.reshape(tokens, steps)[:, step]
    unit = 2 * steps + step % steps
    report = neuron_report(model, Neuron("first", unit), row, None)
    picked, handed_on, _ = report.told.figures
    if step:
        assert not column.any()
        assert (picked.name, picked.value, handed_on.value) == ("w of the token", None, 0)
        return
    token = int(column.argmax())
    assert picked.name == f"w{sub(2, token)}, of token {token + 1}"
    weight = float(model.network.views()["first.weights"][2, token])
    assert picked.value == handed_on.value == weight
