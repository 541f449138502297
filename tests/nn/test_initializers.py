import math

import numpy as np
import pytest

from playground import fields
from playground.errors import ShapeError
from playground.nn.initializers import Given, Glorot, He, Normal, Zeros
from playground.nn.layers import LAYERS


def filled(initializer, units=300, inputs=200):
    weights, biases = np.full((units, inputs), 9.0), np.full(units, 9.0)
    initializer.fill(weights, biases, np.random.default_rng(0))
    return weights, biases


@pytest.mark.parametrize(
    ("initializer", "deviation"),
    [
        (Normal(0.3), 0.3),
        (He(), math.sqrt(2 / 200)),
        (Glorot(), math.sqrt(2 / 500)),  # of U(−r, r): r / √3, r = √(6 / 500)
    ],
)
def test_drawn_weights_have_mean_zero_and_the_stated_spread(initializer, deviation):
    weights, biases = filled(initializer)
    # 60,000 draws: the mean's own deviation is 0.4 % of theirs, the spread's 0.3 %.
    assert abs(weights.mean()) < 0.02 * deviation
    assert weights.std() == pytest.approx(deviation, rel=0.015)
    assert not biases.any()


def test_glorot_stays_within_its_radius():
    weights, _ = filled(Glorot())
    radius = math.sqrt(6 / 500)
    assert 0.99 * radius < np.abs(weights).max() <= radius


def test_zeros_are_zero():
    weights, biases = filled(Zeros())
    assert not weights.any()
    assert not biases.any()


def test_given_numbers_are_read_neuron_by_neuron():
    weights, biases = filled(Given((1, 2, 3, 4, 5, 6), (7, 8)), units=2, inputs=3)
    assert weights.tolist() == [[1, 2, 3], [4, 5, 6]]
    assert biases.tolist() == [7, 8]


@pytest.mark.parametrize("given", [Given((1, 2), (0,)), Given((1, 2, 3), ()), Given()])
def test_given_numbers_that_do_not_fit_are_refused_with_the_counts(given):
    with pytest.raises(ShapeError, match="3 given weights and 1 biases"):
        filled(given, units=1, inputs=3)


def test_weights_are_written_by_hand_only_where_each_neuron_has_a_row_and_a_bias():
    offered = {}
    for kind in LAYERS:
        declared = fields.describe(kind).get("initializer")
        if declared is not None:
            offered[kind.kind] = Given.kind in declared.registry.kinds()
    assert {kind for kind, given in offered.items() if given} == {
        "dense",
        "conv2d",
        "conv_transpose2d",
    }
    assert {"embedding", "rnn", "gru", "lstm", "self_attention"} <= offered.keys()
