import numpy as np
import pytest

from playground.analysis.neurons.exciting import exciting, exciting_question
from playground.analysis.neurons.neuron import Neuron
from playground.data.catalogue import load
from playground.data.preparation import prepare
from playground.errors import PlaygroundError
from playground.nn.activations import Sigmoid, Tanh
from playground.nn.layers import Conv2D, Dense, Flatten, MaxPool
from playground.training.experiment import DataSettings, Experiment, Output
from playground.training.model import Model


@pytest.fixture
def iris():
    prepared = prepare(load("iris"), test_fraction=0.25, standardize=True, seed=0)
    layers = (Dense(name="dense_1", units=5, activation=Tanh()),)
    experiment = Experiment(data=DataSettings("iris"), layers=layers)
    return Model(experiment, prepared.dataset, prepared.normalization), prepared


def by_hand(model, prepared, unit):
    """Return tanh(w·x + b) of each training example, one at a time."""
    views = model.network.views()
    weights, bias = views["dense_1.weights"][unit], views["dense_1.biases"][unit]
    return np.array([np.tanh(weights @ x + bias) for x in prepared.train_inputs.astype(float)])


def test_the_most_exciting_training_examples_come_first(iris):
    model, prepared = iris
    for unit in range(5):
        found = exciting(model, prepared, neuron=Neuron("dense_1", unit), count=6)
        values = by_hand(model, prepared, unit)
        order = np.argsort(-values, kind="stable")[:6]
        assert found.indices.tolist() == prepared.train_index[order].tolist()
        np.testing.assert_allclose(found.activations, values[order], rtol=1e-10)
        assert found.looked_at == found.of == len(prepared.train_index)
        assert not found.constant


def test_of_many_examples_evenly_spread_ones_are_compared(iris):
    model, prepared = iris
    found = exciting(model, prepared, neuron=Neuron("dense_1", 0), most=20)
    places = np.linspace(0, len(prepared.train_index) - 1, 20).astype(int)
    assert (found.looked_at, found.of) == (20, len(prepared.train_index))
    assert set(found.indices) <= set(prepared.train_index[places])


def test_a_neuron_that_never_varies_is_said_to(iris):
    model, prepared = iris
    model.network.parameters.fill(0)
    found = exciting(model, prepared, neuron=Neuron("dense_1", 2), count=3)
    assert found.constant
    assert found.indices.tolist() == prepared.train_index[:3].tolist()


def test_among_saturated_outputs_the_greater_sum_comes_first():
    prepared = prepare(load("gaussians"), test_fraction=0.2, standardize=False, seed=0)
    experiment = Experiment(
        data=DataSettings("gaussians"), layers=(), output=Output(activation=Sigmoid())
    )
    model = Model(experiment, prepared.dataset, prepared.normalization)
    model.network.views()["output.weights"][:] = [[1e4, 0]]
    found = exciting(model, prepared, neuron=Neuron("output", 0), count=4)
    assert found.activations.tolist() == [1, 1, 1, 1]
    first = np.sort(prepared.dataset.inputs[prepared.train_index][:, 0])[::-1][:4]
    np.testing.assert_array_equal(prepared.dataset.inputs[found.indices][:, 0], first)


def test_activations_that_are_no_numbers_are_left_out(iris):
    model, prepared = iris
    model.network.parameters.fill(np.nan)
    found = exciting(model, prepared, neuron=Neuron("dense_1", 2))
    assert len(found.indices) == len(found.activations) == 0
    assert not found.constant


def test_an_input_is_excited_by_its_largest_raw_value(iris):
    model, prepared = iris
    found = exciting(model, prepared, neuron=Neuron("input", 2), count=1)
    assert found.activations[0] == prepared.dataset.inputs[prepared.train_index][:, 2].max()


def test_the_question_asks_about_its_neuron(iris):
    model, prepared = iris
    neuron = Neuron("output", 1)
    assert exciting_question(neuron)(model, prepared).neuron == neuron
    with pytest.raises(PlaygroundError, match="choose another neuron"):
        exciting_question(Neuron("dense_7", 0))(model, prepared)


def test_a_map_counts_by_its_largest_place_and_tells_what_it_sees_there():
    experiment = Experiment(
        data=DataSettings("digits"),
        layers=(
            Conv2D(2, name="one"),
            MaxPool(name="pool"),
            Conv2D(3, name="two", activation=Tanh(), padding="valid"),
            Flatten(name="flat"),
        ),
    )
    prepared = experiment.data.prepared()
    model = Model(experiment, prepared.dataset, prepared.normalization)
    found = exciting(model, prepared, neuron=Neuron("two", 1 * 4 + 2), count=5, most=200)
    chosen = prepared.train_index[np.linspace(0, len(prepared.train_index) - 1, 200).astype(int)]
    a = model.trace(prepared.dataset.inputs[chosen])[2].a.reshape(3, 4, 200)[1]
    order = np.argsort(-a.max(axis=0), kind="stable")[:5]
    assert found.indices.tolist() == chosen[order].tolist()
    np.testing.assert_allclose(found.activations, a.max(axis=0)[order])
    for index, (rows, columns), best in zip(
        found.indices, found.seen, found.activations, strict=True
    ):
        outside = prepared.dataset.inputs[index].reshape(8, 8).astype(float)
        inside = np.zeros_like(outside)
        inside[rows, columns] = outside[rows, columns]
        elsewhere = model.trace(inside.reshape(1, 64))[2].a.reshape(3, 4)[1]
        assert np.isclose(elsewhere, best).any()
        assert rows.stop - rows.start < 9


def test_a_neuron_at_no_place_sees_no_part(iris):
    model, prepared = iris
    assert exciting(model, prepared, neuron=Neuron("dense_1", 0)).seen == ()
