"""What recurrent layers say of a step: every number is worked out from numbers that are shown."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from playground.nn.activations import Softmax
from playground.nn.explain.explanation import Symbols
from playground.nn.explain.stage import Stage
from playground.nn.explain.writing import figure
from playground.nn.layers import GRU, LSTM, RNN, Dense
from playground.nn.losses import CategoricalCrossEntropy
from playground.nn.network import Network
from playground.nn.slopes import Slopes, slopes

SETTINGS = (
    {},
    {"returns": "last"},
    {"direction": "both", "silenced": "1, 3"},
    {"direction": "both", "returns": "last", "dropout": 0.4},
    {"dropout": 0.4, "silenced": "0"},
)
SHAPE, BATCH = (4, 5), 3
CASES = [
    pytest.param(kind(3, **chosen), padded, id=f"{kind.__name__}-{index}{'-padded' * padded}")
    for kind in (RNN, GRU, LSTM)
    for index, chosen in enumerate(SETTINGS)
    for padded in (False, True)
]

NUMBERS = r"= [\d.,·()+⁻⁰¹²³⁴⁵⁶⁷⁸⁹−/ tanhσ]+"
"""A line that holds nothing but numbers and what is done with them."""


def step_of(layer: Any, padded: bool) -> tuple[Network, Slopes]:
    """Return a network of two such layers, and a step on sequences of tokens."""
    layers = [LSTM(2), layer, Dense(3, Softmax())]
    network = Network(SHAPE, layers, seed=1, dtype=np.float64, padded=padded)
    rng = np.random.default_rng(2)
    network.parameters += rng.normal(0, 0.3, network.parameter_count)
    tokens = np.eye(SHAPE[0])[rng.integers(0, SHAPE[0], (BATCH, SHAPE[1]))].transpose(2, 1, 0)
    if padded:
        tokens[:, 3:, 1] = tokens[:, 1:, 2] = 0
    targets = np.eye(3)[:, rng.integers(0, 3, BATCH)]
    inputs, loss = tokens.reshape(-1, BATCH), CategoricalCrossEntropy()
    return network, slopes(
        network, loss, inputs, targets, rng=np.random.default_rng(3), training=True
    )


def stages_of(network: Network, done: Slopes) -> tuple[Stage, ...]:
    """Return what the second layer says."""
    symbols = Symbols(network.names)
    symbols.learn("lstm_1", "H1")
    symbols.number("A")
    record = done.layers[1]
    told = network.layers[1].explain(record, symbols)
    assert told.symbols.keys() == record.gradients.keys()
    made = next(
        matrix
        for stage in told.forward
        for matrix in stage.matrices
        if matrix.symbol == told.product
    )
    np.testing.assert_allclose(made.values, record.a, rtol=1e-12, atol=1e-15)
    return (*told.forward, *told.backward)


def worked_out(line: str) -> float:
    """Return what the numbers of a line make."""
    for word, by in (("−", "-"), ("tanh", "np.tanh"), ("σ", "(lambda z: 1 / (1 + np.exp(-z)))")):
        line = line.replace(word, by)
    powers = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    line = re.sub(r"·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda found: f"e{found[1].translate(powers)}", line)
    line = re.sub(r"(?<![\d.])10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda f: f"1e{f[1].translate(powers)}", line)
    return float(eval(line.replace("·", "*"), {"np": np}))


@pytest.mark.parametrize(("layer", "padded"), CASES)
def test_every_number_is_worked_out_from_those_that_are_shown(layer: Any, padded: bool) -> None:
    for stage in stages_of(*step_of(layer, padded)):
        computed = stage.computed
        assert computed is not None
        assert stage.arithmetic is not None
        by_symbol = {matrix.symbol: matrix for matrix in stage.matrices}
        assert len(by_symbol) == len(stage.matrices)
        for row, column in np.ndindex(*computed.values.shape):
            value = computed.values[row, column]
            lines = stage.arithmetic(row, column)
            said = f"{stage.title}: {lines}, {value}"
            assert any(figure(value) in line.rpartition("= ")[2] for line in lines), said
            numbers = [line[2:] for line in lines if re.fullmatch(NUMBERS, line)]
            about = pytest.approx(value, rel=2e-2, abs=2e-3)
            assert not numbers or worked_out(numbers[-2 if len(numbers) > 1 else -1]) == about, said
            origins = stage.origins(row, column) if stage.origins else {}
            for symbol, origin in origins.items():
                assert set(origin.rows) <= set(range(len(by_symbol[symbol].values)))
