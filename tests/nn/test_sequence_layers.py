"""Embedding, position, layer normalization, self-attention: against loops and differences."""

from __future__ import annotations

import math
import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.errors import FieldError
from playground.nn.activations import GELU, Softmax, Tanh
from playground.nn.arrays import Array, quiet
from playground.nn.layers import (
    BatchNorm,
    Dense,
    Embedding,
    GlobalAveragePool,
    LayerNorm,
    Mode,
    Position,
    Residual,
    SelfAttention,
    parameter_count,
)
from playground.nn.network import Network
from playground.nn.passes import Pass, prepare_pass

RIGHT = 1e-6
few = settings(max_examples=80, deadline=None)
batches = st.integers(1, 4)
steps = st.integers(1, 6)
layer_norms = st.just(LayerNorm(epsilon=0.1))
"""With a smaller ε two units that hardly differ become a step, which differences do not see."""
attentions = st.builds(
    SelfAttention,
    heads=st.sampled_from([1, 2, 4]),
    causal=st.booleans(),
    dropout=st.sampled_from([0.0, 0.3]),
    silenced_heads=st.sampled_from(["", "1"]),
)
positions = st.builds(Position, st.sampled_from(["learned", "sinusoidal"]))
batch_norms = st.just(BatchNorm(epsilon=0.1))
perceptrons = st.builds(Dense, st.just(4), st.just(Tanh()))
on_steps = st.one_of(
    attentions,
    positions,
    layer_norms,
    batch_norms,
    perceptrons,
    st.builds(lambda *inside: Residual(inside), layer_norms, attentions),
    st.builds(
        lambda *inside: Residual(inside),
        attentions,
        st.builds(Dense, st.integers(1, 5), st.just(Tanh())),
        st.builds(Dense, st.just(4), st.just(Tanh())),
    ),
)


@st.composite
def lengths(draw: Any, steps: int, batch: int) -> Any:
    """Return how many steps each example has, or None for all."""
    each = st.lists(st.integers(1, steps), min_size=batch, max_size=batch)
    return draw(st.none() | each)


def there_of(each: Any, steps: int, dtype: Any = np.float64) -> Array | None:
    """Return (steps, batch): 1 where a step is there."""
    if each is None:
        return None
    return (np.arange(steps)[:, np.newaxis] < np.array(each)).astype(dtype)


class Run:
    """A pass over sequences some of which end early, as training makes it, and its slopes."""

    def __init__(self, network: Network, inputs: Array, there: Array | None) -> None:
        self.network, self.inputs = network, inputs
        self.rng = np.random.default_rng(7)
        self.start = self.rng.bit_generator.state
        mode = Mode(True, self.rng, differentiable=True, there=there)
        self.done: Pass = prepare_pass(network.row, inputs.shape[1], network.dtype, mode)
        shape = (*network.output_shape, inputs.shape[1])
        self.pull = np.random.default_rng(8).normal(size=shape)
        if there is not None and len(network.output_shape) == 2:
            self.pull *= there
        self.pull = self.pull.reshape(-1, inputs.shape[1])

    def value(self) -> float:
        """Return Σ pull·output."""
        self.rng.bit_generator.state = self.start
        self.done.run(self.inputs)
        return float((self.pull * self.done.output).sum())

    def by_the_chain_rule(self) -> tuple[Array, Array]:
        """Return the slopes of the parameters and of the inputs."""
        self.value()
        grad = self.done.row[-1].grad_output
        assert grad is not None
        assert self.done.grad_rows is not None
        grad[...] = self.pull
        with quiet():
            for call in self.done.backward:
                call()
        return self.network.gradient.copy(), self.done.grad_rows.copy()

    def measured(self, numbers: Array, places: np.ndarray[Any, Any]) -> Array:
        """Return the central differences at some of the numbers."""
        flat, found = numbers.reshape(-1), np.empty(len(places))
        for index, place in enumerate(places):
            kept, sides = flat[place], []
            for move in (1e-5, -1e-5):
                flat[place] = kept + move
                sides.append(self.value())
            flat[place] = kept
            found[index] = (sides[0] - sides[1]) / 2e-5
        return found


def sequences(shape: tuple[int, int], batch: int, there: Array | None = None) -> Array:
    """Return (units·steps, batch) of random numbers, 0 where no step is."""
    values = np.random.default_rng(5).normal(size=(*shape, batch))
    return (values if there is None else values * there).reshape(-1, batch)


def assert_slopes_agree(network: Network, inputs: Array, there: Array | None = None) -> None:
    """Compare the chain rule with central differences, in parameters and inputs."""
    network.parameters += np.random.default_rng(3).normal(0, 0.2, network.parameter_count)
    run, choose = Run(network, inputs, there), np.random.default_rng(4)
    for numbers, slopes in zip((network.parameters, inputs), run.by_the_chain_rule(), strict=True):
        places = choose.permutation(numbers.size)[:24]
        a, n = slopes.reshape(-1)[places], run.measured(numbers, places)
        least = 1e-2 + 1e-3 * abs(run.value())
        error = np.linalg.norm(a - n) / max(np.linalg.norm(a) + np.linalg.norm(n), least)
        assert error <= RIGHT


@few
@given(st.data(), steps, batches, st.lists(on_steps, min_size=1, max_size=4), st.booleans())
def test_slopes_of_parameters_and_inputs_are_central_differences(
    data: st.DataObject, steps: int, batch: int, layers: list[Any], pooled: bool
) -> None:
    there = there_of(data.draw(lengths(steps, batch)), steps)
    layers = [*layers, *[GlobalAveragePool(), Dense(2, Tanh())][: 2 * pooled]]
    network = Network((4, steps), layers, seed=1, dtype=np.float64)
    assert_slopes_agree(network, sequences((4, steps), batch, there), there)


# What each kind computes.


def answered(
    shape: tuple[int, int], layers: list[Any], inputs: Array, each: Any = None
) -> tuple[Network, Array]:
    """Return a network and what it makes of sequences that may end early, (…shape, batch)."""
    network = Network(shape, layers, seed=1, dtype=np.float64)
    network.parameters += np.random.default_rng(3).normal(0, 0.2, network.parameter_count)
    there, batch = there_of(each, shape[1]), inputs.shape[1]
    done = prepare_pass(network.row, batch, network.dtype, Mode(there=there))
    done.run(inputs)
    return network, done.output.reshape(*network.output_shape, batch)


@few
@given(st.data(), attentions, steps, batches)
def test_attention_is_the_softmax_of_queries_and_keys_over_the_values(
    data: st.DataObject, attention: SelfAttention, steps: int, batch: int
) -> None:
    each = data.draw(lengths(steps, batch)) or [steps] * batch
    inputs = sequences((4, steps), batch)
    network, output = answered((4, steps), [attention], inputs, each)
    views = {name.rpartition(".")[2]: view for name, view in network.views().items()}
    wide = 4 // attention.heads
    for example in range(batch):
        x = inputs.reshape(4, steps, batch)[:, :, example]
        for step in range(each[example]):
            found = np.zeros(4)
            for head in range(attention.heads):
                mine = slice(head * wide, (head + 1) * wide)
                query = (views["queries"] @ x[:, step] + views["query_biases"])[mine]
                seen = range(step + 1 if attention.causal else each[example])
                powers, values = [], []
                for other in seen:
                    key = (views["keys"] @ x[:, other] + views["key_biases"])[mine]
                    powers.append(math.exp(query @ key / math.sqrt(wide)))
                    values.append((views["values"] @ x[:, other] + views["value_biases"])[mine])
                if str(head) != attention.silenced_heads:
                    found[mine] = np.array(powers) @ np.array(values) / sum(powers)
            expected = views["outputs"] @ found + views["output_biases"]
            np.testing.assert_allclose(output[:, step, example], expected, rtol=1e-10, atol=1e-12)


def test_scores_beyond_all_powers_of_e_are_shared_out_all_the_same() -> None:
    inputs = 40 * sequences((4, 5), 3)
    for causal in (False, True):
        network, output = answered((4, 5), [SelfAttention(2, causal)], inputs)
        single = Network((4, 5), [SelfAttention(2, causal)], dtype=np.float32)
        single.parameters[:] = network.parameters
        scores = np.abs(network.trace(inputs)[0].kept["attention"])
        assert ((scores == 0) | (scores > 0.999)).mean() > 0.5
        assert np.isfinite(output).all()
        near = single.forward(inputs.astype(np.float32)).reshape(output.shape)
        np.testing.assert_allclose(near, output, rtol=1e-2, atol=1e-2)


@few
@given(st.data(), st.integers(2, 6), batches, st.lists(on_steps, min_size=1, max_size=4))
def test_what_stands_behind_the_end_of_a_sequence_changes_no_number(
    data: st.DataObject, steps: int, batch: int, layers: list[Any]
) -> None:
    each = data.draw(st.lists(st.integers(1, steps - 1), min_size=batch, max_size=batch))
    there = there_of(each, steps)
    inputs = sequences((4, steps), batch)
    for pooled in (False, True):
        row = [*layers, *[GlobalAveragePool()] * pooled]
        _, output = answered((4, steps), row, inputs, each)
        other = inputs.reshape(4, steps, batch) + 9 * (1 - there)
        _, moved = answered((4, steps), row, other.reshape(-1, batch), each)
        shown = there if not pooled else 1
        np.testing.assert_allclose(output * shown, moved * shown, rtol=1e-12, atol=1e-12)
        for example, length in enumerate(each):
            alone = inputs.reshape(4, steps, batch)[:, :length, example].reshape(-1, 1)
            if any(isinstance(layer, Position) for layer in layers):
                continue  # another number of steps would have other positions
            _, short = answered((4, length), row, alone)
            long = output[:, example] if pooled else output[:, :length, example]
            np.testing.assert_allclose(long, short[..., 0], rtol=1e-10, atol=1e-12)


def test_batch_norm_counts_the_steps_that_are_there() -> None:
    there, statistics = there_of([1, 4, 2], 4), []
    assert there is not None
    inputs = sequences((5, 4), 3).reshape(5, 4, 3)
    for behind in (0, 1):  # the same examples, with other numbers and more steps behind their ends
        longer = np.concatenate([inputs * there + 9 * behind * (1 - there)] * (1 + behind), axis=1)
        ended = np.concatenate([there, *[0 * there] * behind])
        network = Network((5, len(ended)), [BatchNorm(momentum=0)], dtype=np.float64)
        mode = Mode(True, differentiable=True, there=ended)
        done = prepare_pass(network.row, 3, network.dtype, mode)
        done.run(longer.reshape(-1, 3))
        shown = done.output.reshape(5, -1, 3)[:, :4][:, there > 0]
        np.testing.assert_allclose(shown.mean(axis=1), 0, atol=1e-12)
        np.testing.assert_allclose(shown.var(axis=1), 1, rtol=1e-3)
        statistics.append(network.statistics.copy())
    np.testing.assert_allclose(*statistics, rtol=1e-12)
    np.testing.assert_allclose(statistics[0][:5], inputs[:, there > 0].mean(axis=1), rtol=1e-12)


def test_batch_norm_over_sequences_that_end_early_allocates_no_more_than_numpys_broadcast() -> None:
    network = Network((64, 16), [BatchNorm()])
    mode = Mode(True, differentiable=True, there=there_of(range(1, 17), 16, np.float32))
    done = prepare_pass(network.row, 16, network.dtype, mode)
    done.run(sequences((64, 16), 16))
    done.layers[-1].grad_output[...] = 1
    calls = [*done.forward, *done.backward]
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for call in calls:
            call()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # A column is walked through a buffer of 8,192 numbers; an array would be 65,536 bytes.
    assert peak - before < 40_000


@pytest.mark.parametrize("shape", [(5,), (5, 4), (5, 2, 3)])
def test_layer_norm_brings_the_units_of_each_step_to_mean_zero_and_spread_one(
    shape: tuple[int, ...],
) -> None:
    network = Network(shape, [LayerNorm()], dtype=np.float64)
    network.parameters += np.random.default_rng(3).normal(0, 0.2, 10)
    inputs = 3 + 2 * np.random.default_rng(5).normal(size=(math.prod(shape), 6))
    by_unit = inputs.reshape(5, -1)
    expected = (by_unit - by_unit.mean(axis=0)) / np.sqrt(by_unit.var(axis=0) + 1e-5)
    views = network.views()
    scale, shift = (views[f"layer_norm_1.{name}"][:, np.newaxis] for name in ("scale", "shift"))
    output = network.forward(inputs).reshape(5, -1)
    np.testing.assert_allclose(output, scale * expected + shift, rtol=1e-10)


def test_an_embedding_picks_the_column_of_each_token() -> None:
    tokens = np.array([[2, 0, 1], [3, 3, -1]])  # (batch, steps); the second ends early
    one_hot = (tokens.T == np.arange(4)[:, np.newaxis, np.newaxis]).astype(float)
    network = Network((4, 3), [Embedding(5)], seed=2, dtype=np.float64)
    output = network.forward(one_hot.reshape(12, 2)).reshape(5, 3, 2)
    weights = network.views()["embedding_1.weights"]
    for example, step in np.ndindex(2, 3):
        token = tokens[example, step]
        expected = np.zeros(5) if token < 0 else weights[:, token]
        np.testing.assert_array_equal(output[:, step, example], expected)
    assert_slopes_agree(
        Network((4, 3), [Embedding(5), Dense(2, Tanh())], dtype=np.float64),
        one_hot.reshape(12, 2),
    )


def test_sinusoidal_positions_are_the_published_waves() -> None:
    network = Network((6, 7), [Position("sinusoidal")], dtype=np.float64)
    added = network.forward(np.zeros((42, 1))).reshape(6, 7)
    for step, pair in np.ndindex(7, 3):
        angle = step / 10000 ** (2 * pair / 6)
        assert added[2 * pair, step] == pytest.approx(math.sin(angle), abs=1e-12)
        assert added[2 * pair + 1, step] == pytest.approx(math.cos(angle), abs=1e-12)
    assert network.parameter_count == 0


def test_a_block_brings_a_sequence_to_another_width_at_every_step_alike() -> None:
    inputs = sequences((3, 4), 5)
    network, output = answered((3, 4), [Residual((Dense(6, Tanh()),))], inputs)
    views, x = network.views(), inputs.reshape(3, -1)
    assert views["residual_1.projection"].shape == (6, 3)
    inner = np.tanh(views["dense_1.weights"] @ x + views["dense_1.biases"][:, np.newaxis])
    expected = views["residual_1.projection"] @ x + inner
    np.testing.assert_allclose(output.reshape(6, -1), expected, rtol=1e-12)
    assert network.row[0].settings.multiply_adds((3, 4)) == 2 * 3 * 6 * 4
    assert_slopes_agree(network, inputs)


# Counts and refusals.


def test_the_parameters_of_a_transformer_are_counted() -> None:
    block = [
        Residual((LayerNorm(), SelfAttention(4))),
        Residual((LayerNorm(), Dense(64, GELU()), Dense(32))),
    ]
    inner = 4 * (32 * 32 + 32) + 2 * 32
    outer = 32 * 64 + 64 + 64 * 32 + 32 + 2 * 32
    assert sum(parameter_count(each, (32, 16)) for each in block) == inner + outer
    network = Network((32, 16), [*block, GlobalAveragePool(), Dense(10, Softmax())])
    assert network.parameter_count == inner + outer + 330
    products = SelfAttention(4).multiply_adds((32, 16))
    assert products == 4 * 32 * 32 * 16 + 2 * 16 * 16 * 32


@pytest.mark.parametrize(
    ("layer", "shape", "path", "sentence"),
    [
        (
            SelfAttention(5),
            (32, 16),
            "heads",
            "32 numbers at each step cannot be shared evenly by 5 heads: 4 is the nearest number "
            "that can share them.",
        ),
        *(
            (
                layer,
                shape,
                "",
                "A layer that works step by step expects a sequence such as 5 numbers at 40 "
                f"steps, and {came} in: choose data with sequences, and place it before what "
                "makes one row of numbers of them.",
            )
            for layer in (SelfAttention(), Embedding(), Position())
            for shape, came in (
                ((64,), "64 numbers in a row come"),
                ((1, 8, 9), "a picture of 8×9 comes"),
                ((16, 4, 4), "16 maps of 4×4 come"),
            )
        ),
    ],
)
def test_what_cannot_work_is_refused_with_what_can(
    layer: Any, shape: tuple[int, ...], path: str, sentence: str
) -> None:
    with pytest.raises(FieldError) as refusal:
        layer.output_shape(shape)
    assert (refusal.value.path, str(refusal.value)) == (path, sentence)


@pytest.mark.parametrize(("units", "heads"), [(32, 4), (5, 1), (6, 2), (7, 1)])
def test_a_new_attention_has_as_many_heads_as_can_share_what_comes(units: int, heads: int) -> None:
    assert SelfAttention.fitting((units, 9)).heads == heads
    assert SelfAttention.fitting((units, 9)).output_shape((units, 9)) == (units, 9)
