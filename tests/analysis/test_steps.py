"""What a network makes of a sequence step by step: answers, memory and attention, recomputed."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from playground.analysis.steps.answers import answers_in_time
from playground.analysis.steps.looking import attention_of, glance_of, layers_that_look
from playground.analysis.steps.memory import remembered
from playground.analysis.steps.states import (
    by_time_of_change,
    layers_in_time,
    most_telling,
    reads_by_step,
    states,
    traces_of,
)
from playground.data.dataset import Dataset
from playground.data.preparation import prepare
from playground.data.rows import TokenRows
from playground.data.tasks import Classification, NextStep, Regression
from playground.nn.layers import (
    GRU,
    LSTM,
    RNN,
    Dense,
    Flatten,
    GlobalAveragePool,
    Position,
    Residual,
    SelfAttention,
)
from playground.nn.record import INPUT
from playground.training.experiment import DataSettings, Experiment
from playground.training.model import Model
from playground.training.task_fit import fitted

UNITS, STEPS, CLASSES = 3, 6, 4


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def dataset_of(task: Any = None, *, tokens: bool = False) -> Dataset:
    rng = np.random.default_rng(2)
    inputs: Any = rng.normal(size=(12, UNITS * STEPS)).astype(np.float32)
    if tokens:
        rows = rng.integers(0, UNITS, (12, STEPS))
        rows[0, 4:] = -1
        inputs = TokenRows.of_steps(rows, UNITS)
    task = task or Classification()
    targets: Any = np.arange(12) % CLASSES
    if isinstance(task, Regression):
        targets = rng.normal(size=(12, 1)).astype(np.float32)
    elif isinstance(task, NextStep):
        targets = rng.integers(0, CLASSES, (12, STEPS))
    return Dataset.of_sequences(
        ("a", "b", "c"),
        STEPS,
        name="made-up",
        title="Made up",
        task=task,
        inputs=inputs,
        targets=targets,
        class_names=() if isinstance(task, Regression) else tuple("wxyz"),
        value_range=(-3.0, 3.0),
        source="",
        licence="",
        description="",
    )


def model_of(*layers: Any, task: Any = None, tokens: bool = False) -> Model:
    dataset = dataset_of(task, tokens=tokens)
    experiment = fitted(Experiment(data=DataSettings(name="pen"), layers=layers), dataset)
    scaled = prepare(dataset, test_fraction=0.25, standardize=not tokens, seed=0)
    model = Model(experiment, dataset, scaled.normalization)
    rng = np.random.default_rng(8)
    model.network.parameters[:] = rng.normal(0, 0.6, model.network.parameter_count)
    return model


def sigma(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def score_after(model: Model, row: Any, label: int, from_step: int, h: Any, c: Any = None) -> float:
    """Return the score where the memory after a step is another, step by step by hand."""
    views, network = model.network.views(), model.network
    inputs = model.inputs(row[np.newaxis]).reshape(UNITS, STEPS)
    name, gates = network.layers[0].name, 1 if c is None else 4
    b = views[f"{name}.biases"]
    w, u = (
        np.moveaxis(views[f"{name}.{part}"], views[f"{name}.{part}"].shape.index(gates), 1)
        for part in ("weights", "recurrent_weights")
    )
    for step in range(from_step + 1, STEPS):
        x = inputs[:, step]
        if c is None:
            h = np.tanh(w[:, 0] @ x + u[:, 0] @ h + b[:, 0])
            continue
        g, i, f, o = (w[:, gate] @ x + u[:, gate] @ h + b[:, gate] for gate in range(4))
        c = sigma(f) * c + sigma(i) * np.tanh(g)
        h = sigma(o) * np.tanh(c)
    out = network.layers[-1].name
    return float(views[f"{out}.weights"][label] @ h + views[f"{out}.biases"][label])


def slope_of(score: Any, at: Any) -> Any:
    """Return the slope of a score at a vector by finite differences."""
    small = 1e-6
    return np.array(
        [
            (score(at + small * unit) - score(at - small * unit)) / (2 * small)
            for unit in np.eye(len(at))
        ]
    )


@pytest.mark.parametrize("returns", ["all", "last"])
def test_what_an_rnn_remembers_is_the_slope_by_finite_differences(returns: Any) -> None:
    model = model_of(RNN(name="r", units=5, returns=returns))
    row = model.dataset.inputs[3]
    found = remembered(model, None, row=row)
    h = states(model.network, model.trace(row[np.newaxis]), "r", "h")
    assert found.symbols["r"] == "h"
    for step in range(STEPS):
        slope = slope_of(lambda v, t=step: score_after(model, row, found.label, t, v), h[:, step])
        assert found.pulls["r"][step] == pytest.approx(np.linalg.norm(slope), rel=1e-7)


def test_what_an_lstm_remembers_is_the_slope_by_its_cells() -> None:
    model = model_of(LSTM(name="r", units=5))
    row = model.dataset.inputs[1]
    found = remembered(model, None, row=row)
    trace = model.trace(row[np.newaxis])
    c = states(model.network, trace, "r", "c")
    o = states(model.network, trace, "r", "output")
    assert found.symbols["r"] == "c"
    for step in range(STEPS):

        def score(cells: Any, at: int = step) -> float:
            return score_after(model, row, found.label, at, o[:, at] * np.tanh(cells), cells)

        slope = slope_of(score, c[:, step])
        assert found.pulls["r"][step] == pytest.approx(np.linalg.norm(slope), rel=1e-7)


@pytest.mark.parametrize("task", [Classification(), Regression()])
@pytest.mark.parametrize(
    "layers",
    [
        (GRU(name="r", units=5, direction="both"),),
        (Flatten(name="f"), Dense(name="d", units=7)),
        (Position(name="p"), SelfAttention(name="s", heads=3), GlobalAveragePool(name="m")),
    ],
)
def test_the_pull_of_the_input_is_the_slope_by_finite_differences(task: Any, layers: Any) -> None:
    if isinstance(task, Regression):
        layers = (*layers, Flatten(name="g"))
    model = model_of(*layers, task=task)
    row = model.dataset.inputs[2]
    found = remembered(model, None, row=row)

    def score(values: Any) -> float:
        last = model.network.trace(values[:, np.newaxis])[-1]
        assert last.z is not None
        unit = found.label if model.dataset.task.classifies else 0
        return float(last.z.reshape(model.network.output_shape[0], -1)[unit, -1])

    slopes = slope_of(score, model.inputs(row[np.newaxis])[:, 0]).reshape(UNITS, STEPS)
    np.testing.assert_allclose(found.pulls[INPUT], np.linalg.norm(slopes, axis=0), rtol=1e-6)


def test_a_network_that_answers_once_is_asked_what_it_would_say_if_the_sequence_ended() -> None:
    layers = GRU(name="r", units=5, returns="last")
    model = model_of(layers)
    row = model.dataset.inputs[4]
    found = answers_in_time(model, None, row=row)
    assert found.ending
    assert found.shares is not None
    assert found.shares.shape == (STEPS, CLASSES)
    np.testing.assert_allclose(found.outputs[:, -1], model.outputs(row[np.newaxis])[0], rtol=1e-12)
    # The same weights, asked at every step, say the same: what comes later is not heard yet.
    every = model_of(GRU(name="r", units=5))
    every.network.parameters[:] = model.network.parameters
    each = answers_in_time(every, None, row=row)
    assert not each.ending
    np.testing.assert_allclose(found.outputs, each.outputs, rtol=1e-12)


def test_a_text_that_ends_early_has_as_many_answers_as_tokens() -> None:
    model = model_of(LSTM(name="r", units=5), task=NextStep(), tokens=True)
    rows = model.dataset.inputs[:2]
    assert model.lengths(rows).tolist() == [4, 6]
    assert answers_in_time(model, None, row=rows[0]).outputs.shape == (CLASSES, 4)
    assert remembered(model, None, row=rows[0]).pulls["r"].shape == (4,)


def test_a_pool_over_an_early_end_takes_only_what_has_come() -> None:
    model = model_of(Dense(name="d", units=5), GlobalAveragePool(name="m"))
    row = model.dataset.inputs[4]
    found = answers_in_time(model, None, row=row)
    d = states(model.network, model.trace(row[np.newaxis]), "d", "a")
    views = model.network.views()
    for step in range(STEPS):
        mean = d[:, : step + 1].mean(axis=1)
        z = views["output.weights"] @ mean + views["output.biases"]
        shares = np.exp(z - z.max())
        np.testing.assert_allclose(found.outputs[:, step], shares / shares.sum(), rtol=1e-12)


def test_stretches_of_the_same_answer_are_told_apart() -> None:
    model = model_of(GRU(name="r", units=5))
    found = answers_in_time(model, None, row=model.dataset.inputs[0])
    runs = found.runs()
    assert [first for _, first, _ in runs] == [0, *[last + 1 for *_, last in runs[:-1]]]
    assert runs[-1][2] == STEPS - 1
    for label, first, last in runs:
        assert (found.best[first : last + 1] == label).all()
    assert all(one[0] != other[0] for one, other in pairwise(runs))


def test_the_layers_with_steps_are_offered_and_the_last_memory_first() -> None:
    network = model_of(
        Dense(name="d", units=6),
        LSTM(name="r", units=4),
        Residual(name="b", layers=(SelfAttention(name="s", heads=2),)),
    ).network
    assert layers_in_time(network) == (INPUT, "d", "r", "s", "b")
    assert most_telling(network) == "r"
    assert list(traces_of(network, "r")) == ["h", "c", "candidate", "input", "forget", "output"]
    assert traces_of(network, "d") == {"a": "Outputs"}
    assert layers_that_look(network) == ("s",)
    flat = model_of(Flatten(name="f"), Dense(name="d", units=6)).network
    assert layers_in_time(flat) == (INPUT,)
    assert reads_by_step(flat)


def test_units_are_ordered_by_when_they_change() -> None:
    values = np.array([[0, 0, 0, 1.0], [1, 1, 1, 1], [0, 1, 1, 1], [0, 0, 0, 0]])
    assert by_time_of_change(values).tolist() == [1, 3, 2, 0]
    assert sorted(by_time_of_change(np.full((3, 4), np.nan))) == [0, 1, 2]


@pytest.mark.parametrize("causal", [False, True])
def test_a_share_worked_out_is_the_share_of_the_pass(causal: bool) -> None:
    model = model_of(Dense(name="d", units=6), SelfAttention(name="s", heads=2, causal=causal))
    trace = model.trace(model.dataset.inputs[:1])
    record = next(each for each in trace if each.name == "s")
    shares = attention_of(record, STEPS)
    assert shares.shape == (2, STEPS, STEPS)
    for head in range(2):
        for query in range(STEPS):
            for key in range(STEPS):
                found = glance_of(record, STEPS, head, query, key)
                np.testing.assert_allclose(found.shares, shares[head, query], rtol=1e-12)
                assert found.shares.sum() == pytest.approx(1, abs=1e-15)
                assert found.share == shares[head, query, key]
                if not causal or key <= query:
                    dot = found.products.sum() / np.sqrt(3)
                    assert found.scores[key] == pytest.approx(dot, rel=1e-12)


def test_shares_are_by_the_weights_of_the_layer(rng: np.random.Generator) -> None:
    model = model_of(SelfAttention(name="s", heads=3))
    row = model.dataset.inputs[:1]
    record = model.trace(row)[0]
    x, views = model.inputs(row).reshape(UNITS, STEPS), model.network.views()
    q = views["s.queries"] @ x + views["s.query_biases"][:, None]
    k = views["s.keys"] @ x + views["s.key_biases"][:, None]
    found = glance_of(record, STEPS, 1, 2, 4)
    assert found.q.tolist() == pytest.approx(q[1:2, 2].tolist())
    assert found.k.tolist() == pytest.approx(k[1:2, 4].tolist())
