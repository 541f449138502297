"""What a place of a map sees and where it goes, against a network whose pixels are pushed."""

import numpy as np
import pytest

from playground.analysis.neurons.map_paths import handed_to, regions_seen
from playground.analysis.neurons.neuron import Neuron
from playground.nn.layers import (
    AveragePool,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool,
    Residual,
)
from playground.nn.network import Network
from playground.nn.record import INPUT

TANH = {"activation": "tanh"}
DEEP = (
    Conv2D(2, padding="valid", name="first", **TANH),
    Dropout(0.5),
    BatchNorm(name="norm"),
    AveragePool(name="pool"),
    Conv2D(3, name="second", **TANH),
    AveragePool(name="last_pool"),
    Flatten(),
    Dense(2, name="out"),
)


def moved_by_pixels(network, layer):
    """Return which outputs of a layer change where one pixel of the input does, (units, pixels)."""
    plain = np.random.default_rng(5).normal(size=(network.layers[0].input_features, 1))
    pushed = plain + 0.5 * np.eye(len(plain))
    found = {record.name: record.a for record in network.trace(np.hstack([plain, pushed]))}[layer]
    return np.abs(found[:, 1:] - found[:, :1]) > 1e-9


def units_of(region, shape):
    picture = np.zeros(shape, bool)
    maps = slice(None) if region.map is None else region.map
    picture[(maps, *region.square)] = True
    return set(np.flatnonzero(picture).tolist())


@pytest.mark.parametrize("layer", ["first", "norm", "pool", "second", "last_pool"])
def test_a_place_changes_with_the_pixels_that_it_sees_and_no_others(layer):
    network = Network((1, 9, 11), DEEP, seed=3, dtype=np.float64)
    moved = moved_by_pixels(network, layer)
    running = network.layer(layer)
    for unit in range(0, running.output_features, 7):
        region = regions_seen(network, Neuron(layer, unit))[INPUT]
        assert units_of(region, network.input_shape) == set(np.flatnonzero(moved[unit]).tolist())


def test_only_its_own_map_is_seen_where_no_kernel_stands_between():
    network = Network((1, 9, 11), DEEP, seed=3)
    seen = regions_seen(network, Neuron("last_pool", 2 * 2 + 1))
    assert (seen["second"].map, seen["pool"].map, seen["norm"].map) == (2, None, None)
    seen = regions_seen(network, Neuron("pool", 13))
    assert {name: region.map for name, region in seen.items() if name != INPUT} == {
        "norm": 1, "dropout_1": 1, "first": 1
    }  # fmt: skip


def test_a_place_goes_on_to_its_pool_and_no_further_than_the_next_kernel():
    network = Network((1, 9, 11), DEEP, seed=3)
    positions = network.layer("first").positions
    place = Neuron("first", positions + 2 * 9 + 5)
    after = {neuron.layer: neuron.unit for neuron in handed_to(network, place)}
    assert after["norm"] == after["dropout_1"] == place.unit
    assert after["pool"] == network.layer("pool").positions + 1 * 4 + 2
    assert set(after) == {"dropout_1", "norm", "pool"}
    beyond = Neuron("first", 8)  # the ninth column of nine has no square of two
    assert "pool" not in {neuron.layer for neuron in handed_to(network, beyond)}


def test_squares_that_overlap_hand_a_place_to_all_of_them():
    network = Network((1, 6, 6), (Conv2D(1, name="c"), AveragePool(3, 1, name="p"), Flatten()))
    after = handed_to(network, Neuron("c", 2 * 6 + 2))
    assert {neuron.unit for neuron in after} == {r * 4 + c for r in range(3) for c in range(3)}


def test_a_mean_of_a_map_sees_that_map_and_a_dense_neuron_is_no_place():
    layers = (
        Residual((Conv2D(4, name="inside"),), name="block"),
        GlobalAveragePool(name="mean"),
        Dense(3, name="out"),
    )
    network = Network((4, 5, 5), layers)
    assert regions_seen(network, Neuron("mean", 2))["block"].map == 2
    assert regions_seen(network, Neuron("out", 1)) == {}
    assert regions_seen(network, Neuron(INPUT, 1)) == {}
