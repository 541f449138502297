"""An ascent raises what it climbs, within the values that the data may have."""

from typing import Any

import numpy as np
import pytest

from playground.analysis.neurons.neuron import Neuron
from playground.analysis.why.dreaming import begin, climb, goal_gradient, goals, inner_goals
from playground.nn.activations import Identity, Sigmoid, Softmax, Tanh
from playground.nn.layers import AveragePool, BatchNorm, Conv2D, Dense, Flatten
from playground.nn.losses import CategoricalCrossEntropy, MeanSquaredError
from playground.training.experiment import DataSettings, Experiment, Output, Stopping, Training
from playground.training.model import Model
from playground.training.trainer import Trainer

CASES = [
    ("digits", Softmax(), {}),
    ("digits", Sigmoid(), {"standardize": True}),
    ("iris", Softmax(), {"standardize": True}),
    ("iris", Identity(), {}),
    ("circles", Sigmoid(), {}),
    ("circles", Tanh(), {}),
    ("plane-field", Identity(), {}),
]


def model_of(data: str, output: Any, settings: dict[str, Any], *, epochs: int = 8) -> Model:
    loss = CategoricalCrossEntropy() if isinstance(output, Softmax) else MeanSquaredError()
    experiment = Experiment(
        data=DataSettings(name=data, examples=120, **settings),
        layers=(Dense(name="hidden", units=12, activation=Tanh()), BatchNorm(name="norm")),
        output=Output(activation=output),
        training=Training(loss=loss, learning_rate=0.01, stopping=Stopping(epochs=epochs)),
    )
    trainer = Trainer(experiment)
    for _ in trainer.run():
        pass
    model = Model(experiment, trainer.prepared.dataset, trainer.prepared.normalization)
    model.show(trainer.snapshot())
    return model


@pytest.mark.parametrize(("data", "output", "settings"), CASES)
@pytest.mark.parametrize("label", [0, 1])
def test_small_steps_raise_the_goal_every_time_and_stay_in_range(
    data: str, output: Any, settings: dict[str, Any], label: int
) -> None:
    model = model_of(data, output, settings)
    ranges = np.array(model.dataset.feature_ranges)
    ascent = begin(model, model.dataset.inputs[3], label)
    first = goals(model, ascent.inputs[np.newaxis], label)[0]
    values = [first]
    for _ in range(30):
        ascent = climb(model, ascent, 0.01, pull=0.0)
        if ascent.settled:
            break
        values.append(goals(model, ascent.inputs[np.newaxis], label)[0])
        assert ascent.objective == pytest.approx(values[-1])
        assert (ascent.inputs >= ranges[:, 0] - 1e-6).all()
        assert (ascent.inputs <= ranges[:, 1] + 1e-6).all()
    assert (np.diff(values) > 0).all()
    assert len(values) > 1 or first > -1e-3
    assert ascent.steps == len(values) - 1


@pytest.mark.parametrize(("data", "output", "settings"), CASES)
@pytest.mark.parametrize("label", [0, 1])
def test_the_goal_s_gradient_is_the_central_difference(
    data: str, output: Any, settings: dict[str, Any], label: int
) -> None:
    model = model_of(data, output, settings, epochs=1)
    row = model.dataset.inputs[5]
    gradient = goal_gradient(model, row, label)
    mean, scale = model.normalization.mean.astype(float), model.normalization.scale.astype(float)
    h = 1e-5

    def goal(inputs: np.ndarray) -> float:
        last = model.network.trace(((inputs - mean) / scale)[:, np.newaxis])[-1]
        z, a = last.z[:, 0], last.a[:, 0]
        if isinstance(output, Softmax):
            return float(np.log(a[label]))
        if isinstance(output, Sigmoid):
            shares = np.append(1 - a, a) if len(a) == 1 else a
            return float(np.log(shares[label]))
        assert len(z) == len(a)
        return float((a[0] if label else -a[0]) if len(a) == 1 else a[label])

    for feature in range(len(row)):
        up, down = row.astype(np.float64), row.astype(np.float64)
        up[feature] += h
        down[feature] -= h
        expected = (goal(up) - goal(down)) / (2 * h)
        assert gradient[feature] == pytest.approx(expected, rel=1e-3, abs=1e-7)


def test_the_goal_is_the_logarithm_of_the_probability() -> None:
    model = model_of("digits", Softmax(), {})
    rows = model.dataset.inputs[:5]
    np.testing.assert_allclose(
        goals(model, rows, 7), np.log(model.probabilities(rows)[:, 7]), rtol=1e-9
    )
    single = model_of("circles", Sigmoid(), {})
    rows = single.dataset.inputs[:5]
    for label in (0, 1):
        np.testing.assert_allclose(
            np.exp(goals(single, rows, label)), single.probabilities(rows)[:, label], rtol=1e-9
        )


def test_a_drawing_becomes_another_digit_and_settles() -> None:
    model = model_of("digits", Softmax(), {}, epochs=60)
    ascent = begin(model, model.dataset.inputs[0], 7)
    assert ascent.answer < 0.5
    steps = 0
    while not ascent.settled and steps < 3000:
        ascent = climb(model, ascent, 0.1)
        steps += 1
    assert ascent.settled
    assert ascent.answer > 0.9
    assert ascent.change > 0


def test_the_pull_keeps_the_picture_nearer_to_its_start() -> None:
    model = model_of("digits", Softmax(), {}, epochs=30)
    changes = []
    for pull in (0.0, 5.0):
        ascent = begin(model, model.dataset.inputs[0], 7)
        for _ in range(60):
            ascent = climb(model, ascent, 0.1, pull=pull)
        changes.append(ascent.change)
    assert changes[1] < changes[0]


def test_weights_that_are_no_numbers_settle_at_once() -> None:
    model = model_of("digits", Softmax(), {}, epochs=1)
    model.network.parameters[:] = np.nan
    ascent = climb(model, begin(model, model.dataset.inputs[0], 7), 0.1)
    assert ascent.settled
    assert ascent.steps == 0
    np.testing.assert_array_equal(ascent.inputs, model.dataset.inputs[0])


def test_a_network_that_is_flat_settles_at_once() -> None:
    model = model_of("iris", Softmax(), {}, epochs=1)
    model.network.parameters[:] = 0
    assert climb(model, begin(model, model.dataset.inputs[0], 1), 0.1).settled


def of_maps() -> Model:
    layers = (
        Conv2D(3, name="conv", activation=Tanh()),
        AveragePool(name="pool"),
        Flatten(name="flat"),
        Dense(4, name="dense", activation=Tanh()),
    )
    experiment = Experiment(data=DataSettings("digits"), layers=layers)
    prepared = experiment.data.prepared()
    return Model(experiment, prepared.dataset, prepared.normalization)


@pytest.mark.parametrize(
    ("neuron", "key", "symbol"),
    [
        (Neuron("conv", 2 * 64 + 9), "map", "mean z"),
        (Neuron("conv", 2 * 64 + 9), "place", "z"),
        (Neuron("pool", 20), "map", "mean a"),
        (Neuron("dense", 1), "neuron", "z"),
    ],
)
def test_what_a_map_or_neuron_asks_for_is_climbed_along_its_own_slopes(
    neuron: Neuron, key: str, symbol: str
) -> None:
    model = of_maps()
    goal = inner_goals(model.network, neuron)[key]
    assert goal.symbol == symbol
    row, h = model.dataset.inputs[5].astype(float), 1e-5
    record = next(each for each in model.trace(row[np.newaxis]) if each.name == neuron.layer)
    outputs = record.a if record.z is None else record.z
    places = {"conv": slice(128, 192), "pool": slice(16, 32)}.get(neuron.layer, slice(0))
    own = outputs[places] if key == "map" else outputs[neuron.unit]
    assert goals(model, row[np.newaxis], goal)[0] == pytest.approx(own.mean())
    gradient = goal_gradient(model, row, goal)
    for pixel in (11, 27, 44):
        ends = np.array([row, row])
        ends[:, pixel] += (h, -h)
        high, low = goals(model, ends, goal)
        assert gradient[pixel] == pytest.approx((high - low) / (2 * h), rel=2e-2, abs=1e-4)
    ascent = begin(model, row, goal)
    first = ascent.answer
    for _ in range(5):
        ascent = climb(model, ascent, 0.05)
    assert ascent.answer > first
    assert ascent.steps == 5


def test_inputs_outputs_and_what_is_gone_ask_for_nothing_of_their_own() -> None:
    network = of_maps().network
    gone = Neuron("conv", 10_000), Neuron("none", 0), None
    for neuron in (Neuron("input", 3), Neuron("output", 3), *gone):
        assert inner_goals(network, neuron) == {}
