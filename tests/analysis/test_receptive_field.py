"""What a place of a map sees, against what the slopes of the network say it depends on."""

import numpy as np
import pytest

from playground.analysis.neurons.receptive_field import receptive_field
from playground.nn.layers import (
    AveragePool,
    BatchNorm,
    Conv2D,
    Dense,
    Flatten,
    GlobalAveragePool,
    Residual,
)
from playground.nn.network import Network
from playground.nn.record import INPUT
from playground.nn.slopes import unit_gradient

TANH = {"activation": "tanh"}


def depends_on(network, layer, unit):
    """Return the least rows and columns of the input outside of which nothing changes a unit."""
    inputs = np.random.default_rng(2).normal(size=(network.layers[0].input_features, 1))
    slopes = unit_gradient(network, inputs, layer, unit)[:, 0].reshape(network.input_shape)
    _, rows, columns = np.nonzero(slopes)
    return slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)


@pytest.mark.parametrize(
    "layers",
    [
        (Conv2D(2, 3, **TANH), AveragePool(), Conv2D(3, 3, padding="valid", **TANH)),
        (Conv2D(2, 5, 2, **TANH), BatchNorm(), Conv2D(2, 2, **TANH)),
        (Conv2D(2, 2, padding="valid", **TANH), AveragePool(3, 1), Conv2D(2, 1, 2, **TANH)),
        (
            Conv2D(2, 1, **TANH),
            Residual((Conv2D(4, 3, **TANH), Conv2D(2, 3, **TANH))),
            Conv2D(1, 3, **TANH),
        ),
        (Residual((Conv2D(2, 3, **TANH),)), Conv2D(1, 1, **TANH)),
        (Conv2D(2, 2, **TANH), Residual((Conv2D(3, 3, 2, **TANH),))),
        (Conv2D(2, 3, padding="valid", **TANH), GlobalAveragePool()),
    ],
)
def test_the_field_is_what_the_place_depends_on(layers):
    network = Network((1, 9, 11), (*layers, Flatten(), Dense(2)), seed=4, dtype=np.float64)
    last = network.row[len(layers) - 1]
    columns = last.output_shape[-1] if last.positions > 1 else 1
    for place in range(last.positions):
        row, column = divmod(place, columns)
        field = receptive_field(network, last.name, row, column)
        assert field[INPUT] == depends_on(network, last.name, place), (row, column)


def test_every_layer_on_the_way_has_its_square_the_nearest_first():
    layers = (Conv2D(4, 3, padding="valid"), AveragePool(), Conv2D(4, 3, padding="valid"))
    network = Network((1, 28, 28), (*layers, Flatten(), Dense(10)))
    assert receptive_field(network, "conv2d_2", 8, 4) == {
        "average_pool_1": (slice(8, 11), slice(4, 7)),
        "conv2d_1": (slice(16, 22), slice(8, 14)),
        "input": (slice(16, 24), slice(8, 16)),
    }
    assert receptive_field(network, "flatten_1", 8, 4) == {
        "conv2d_2": (slice(8, 9), slice(4, 5)),
        **receptive_field(network, "conv2d_2", 8, 4),
    }
