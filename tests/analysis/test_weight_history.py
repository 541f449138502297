import math

import numpy as np
import pytest

from playground.analysis.weights.weight_history import (
    MOST_EXAMPLES,
    MOST_VALUES,
    WeightHistory,
    activation_sampler,
    learning_layers,
)
from playground.data.bundled.bundled_sets import digits
from playground.data.preparation import prepare
from playground.nn.layers import BatchNorm, Dense, Dropout
from playground.nn.network import Network
from playground.training.experiment import Experiment
from playground.training.model import Model

RNG = np.random.default_rng(3)


def a_network():
    return Network((4,), [Dense(units=6), BatchNorm(), Dropout(), Dense(units=3)], seed=1)


def vectors(network):
    return (RNG.normal(0, s, network.parameter_count).astype(np.float32) for s in (1, 0.1, 0.01))


def test_layers_without_parameters_are_passed_over():
    history = WeightHistory(a_network())
    assert history.names == ("dense_1", "batch_norm_1", "dense_2")
    assert [layer.name for layer in learning_layers(a_network())] == list(history.names)


def test_figures_are_those_of_the_weights_without_the_biases():
    network = a_network()
    parameters, gradient, update = vectors(network)
    network.views_of(gradient)["dense_1.weights"][2] = 0
    history = WeightHistory(network)
    history.record(0.5, parameters, gradient, update)
    for figures, tensor in zip(
        history.figures, ("dense_1.weights", "batch_norm_1.scale", "dense_2.weights"), strict=True
    ):
        w, g, u = (network.views_of(v)[tensor] for v in (parameters, gradient, update))
        assert figures.weight_norm == pytest.approx(math.sqrt((w**2).sum()))
        assert figures.gradient_norm == pytest.approx(math.sqrt((g**2).sum()))
        assert figures.update_ratio == pytest.approx(math.sqrt((u**2).sum() / (w**2).sum()))
        assert figures.zero_gradients == pytest.approx((g == 0).mean())
    assert history.figures[0].zero_gradients == pytest.approx(1 / 6)
    assert history.ratios.last("dense_2") == history.figures[2].update_ratio


def test_before_the_first_step_only_the_weights_are_known():
    network = a_network()
    history = WeightHistory(network)
    history.record(0, network.parameters, network.gradient, None)
    assert len(history.weights) == 1
    assert len(history.gradients) == len(history.ratios) == 0
    assert math.isnan(history.figures[0].gradient_norm)
    assert math.isnan(history.mean_activations[0])


def test_going_back_forgets_the_later_moments_of_every_quantity():
    network = a_network()
    parameters, gradient, update = vectors(network)
    history = WeightHistory(network)
    for epoch in (0, 1, 2, 3):
        history.record(epoch, parameters, gradient, update)
    history.record(1.5, parameters, gradient, update)
    for log in (history.weights, history.gradients, history.ratios):
        assert log.epochs.tolist() == [0, 1, 1.5]


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e30, 1e-30, 0])
def test_figures_of_extreme_weights_do_not_break(value):
    network = a_network()
    vector = np.full(network.parameter_count, value, np.float32)
    history = WeightHistory(network)
    history.record(0, vector, vector, vector)
    norm = history.figures[0].weight_norm
    if np.isfinite(value):
        assert norm == pytest.approx(math.sqrt(24) * value)
    else:
        assert not math.isfinite(norm)


def test_a_large_layer_is_looked_at_in_part_and_always_the_same_part():
    network = Network((784,), [Dense(units=128), Dense(units=10)])
    history = WeightHistory(network)
    for epoch in (0, 1):
        history.record(epoch, network.parameters, network.gradient, None)
    counts = history.weights.by_value(0).counts
    assert counts[0].sum() == MOST_VALUES
    np.testing.assert_array_equal(counts[0], counts[1])


def test_activations_are_those_of_training_examples():
    experiment = Experiment()
    prepared = prepare(digits(), test_fraction=0.2, standardize=False, seed=0)
    model = Model(experiment, prepared.dataset, prepared.normalization)
    names = WeightHistory(model.network).names
    sample = activation_sampler(names)(model, prepared)
    assert sample.examples == MOST_EXAMPLES
    rows = prepared.train_index[
        [int(k * (len(prepared.train_index) - 1) / 499) for k in range(500)]
    ]
    for trace, size in zip(
        [t for t in model.trace(prepared.dataset.inputs[rows]) if t.name in names],
        sample.mean_sizes,
        strict=True,
    ):
        assert size == pytest.approx(np.abs(trace.a).mean(), rel=1e-2)
    assert all(values.size <= MOST_VALUES for values in sample.values)
    history = WeightHistory(model.network)
    history.record_activations(0.5, sample)
    assert history.activations.epochs.tolist() == [0.5]
    assert history.mean_activations == sample.mean_sizes


def test_a_layer_that_is_gone_has_no_activations():
    prepared = prepare(digits(), test_fraction=0.2, standardize=False, seed=0)
    model = Model(Experiment(), prepared.dataset, prepared.normalization)
    sample = activation_sampler(["was_here"])(model, prepared)
    assert sample.values[0].size == 0
    assert math.isnan(sample.mean_sizes[0])
