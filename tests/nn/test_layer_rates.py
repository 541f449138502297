import numpy as np
import pytest

from playground import fields
from playground.errors import FieldError
from playground.nn.activations import Softmax
from playground.nn.layers import LAYERS, Conv2D, Dense, Dropout, Flatten, Residual
from playground.nn.losses import CategoricalCrossEntropy
from playground.nn.network import Network
from playground.nn.optimizers import OPTIMIZERS, SGD, Adam
from playground.nn.training_step import _STRETCH, TrainingStep
from playground.training.experiment import Output

ROWS = np.random.default_rng(1).normal(size=(12, 4)).astype(np.float32)
TARGETS = np.eye(3, dtype=np.float32)[np.random.default_rng(2).integers(0, 3, 12)]


def network_of(*hidden, rate=1.0, features=4, dtype=np.float32):
    output = Dense(name="output", units=3, activation=Softmax(), rate=rate)
    return Network((features,), [*hidden, output], seed=3, dtype=dtype)


def trained(network, optimizer, steps=1, rate=0.05, rows=ROWS):
    rng = np.random.default_rng(0)
    step = TrainingStep(network, CategoricalCrossEntropy(), optimizer, l2=0.01, rng=rng)
    for _ in range(steps):
        step(rows.astype(network.dtype), TARGETS.astype(network.dtype), rate)
    return network.views()


@pytest.mark.parametrize("optimizer", [kind() for kind in OPTIMIZERS], ids=lambda o: o.kind)
def test_a_layer_with_a_rate_moves_as_at_that_share_of_the_learning_rate(optimizer):
    both = trained(network_of(Dense(name="slow", units=6, rate=0.25)), optimizer)
    fast = trained(network_of(Dense(name="slow", units=6)), optimizer)
    slow = trained(network_of(Dense(name="slow", units=6)), optimizer, rate=0.05 * 0.25)
    for tensor in ("weights", "biases"):
        np.testing.assert_array_equal(both[f"slow.{tensor}"], slow[f"slow.{tensor}"])
        np.testing.assert_array_equal(both[f"output.{tensor}"], fast[f"output.{tensor}"])
        assert (slow[f"slow.{tensor}"] != fast[f"slow.{tensor}"]).any()


def test_equal_rates_everywhere_are_a_learning_rate():
    every = network_of(Dense(name="hidden", units=6, rate=0.5), rate=0.5)
    plain = network_of(Dense(name="hidden", units=6))
    trained(every, Adam(), steps=9)
    trained(plain, Adam(), steps=9, rate=0.025)
    np.testing.assert_array_equal(every.parameters, plain.parameters)


def test_a_rate_of_one_makes_the_very_calls_that_were_made_without_it():
    network = network_of(Dense(name="hidden", units=6, rate=1.0))
    assert network.rates is None
    step = TrainingStep(network, CategoricalCrossEntropy(), SGD(), rng=None)
    (update,) = step._updates
    assert "at_rate" not in update.__qualname__


def test_stretches_are_parted_where_the_rate_changes_and_frozen_neurons_stay():
    layers = [
        Dense(name="large", units=300, frozen="0, 100–299"),
        Dropout(rate=0.5),
        Dense(name="rest", units=40, rate=0.1),
    ]
    network, plain = network_of(*layers, features=150), network_of(*layers[:2], features=150)
    assert network.parameter_count > 1.2 * _STRETCH
    assert plain.rates is None  # what a dropout leaves out is no rate of this kind
    before = network.views()["large.weights"].copy()
    rows = np.random.default_rng(3).normal(size=(12, 150)).astype(np.float32)
    after = trained(network, Adam(), rows=rows)
    moved = (after["large.weights"] != before).any(axis=1)
    np.testing.assert_array_equal(np.flatnonzero(moved), np.arange(1, 100))
    # Adam's first step is as long as its rate, whatever the slope.
    rest = np.abs(after["rest.biases"])
    assert 0.004 < rest.max() < 0.0051
    assert 0.04 < np.abs(after["output.biases"]).max() < 0.051


def test_layers_in_a_block_have_rates_of_their_own():
    block = Residual((Dense(name="inner", units=4, rate=0.1),), name="block", rate=0.5)
    network = network_of(Dense(name="first", units=8), block)
    rates = network.views_of(network.rates)
    assert set(rates["inner.weights"].flat) == {0.1}
    assert set(rates["block.projection"].flat) == {0.5}
    assert set(rates["first.weights"].flat) == {1.0}


def test_every_kind_that_learns_has_a_rate_beside_its_switch():
    for kind in (*LAYERS, Output):
        declared = fields.describe(kind)
        if "trainable" in declared:
            assert declared["rate"].tacit, kind
            assert [*declared].index("rate") == [*declared].index("trainable") + 1, kind
    assert "rate" not in fields.describe(Flatten)


@pytest.mark.parametrize("rate", [0, -1, 1000, "fast"])
def test_a_rate_that_is_none_is_refused(rate):
    with pytest.raises(FieldError, match="Rate"):
        Conv2D(8, rate=rate)


def test_a_rate_is_written_only_where_it_differs():
    assert "rate" not in fields.to_plain(Dense(4))
    plain = fields.to_plain(Dense(4, rate=0.1))
    assert plain["rate"] == 0.1
    assert fields.from_plain(Dense, plain) == Dense(4, rate=0.1)
