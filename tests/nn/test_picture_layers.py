"""Convolution, pooling, and what works on whole maps: against plain loops and differences."""

from __future__ import annotations

import copy
import itertools
import math
import pickle
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.errors import FieldError
from playground.nn.activations import Identity, ReLU, Sigmoid, Softmax, Tanh
from playground.nn.arrays import Array
from playground.nn.batch_gradient import LARGEST_AT_ONCE
from playground.nn.gradient_check import check_tensors
from playground.nn.layers import (
    AveragePool,
    BatchNorm,
    Code,
    Conv2D,
    ConvTranspose2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool,
    MaxPool,
    Noise,
    Reshape,
    Residual,
    Upsample,
    parameter_count,
)
from playground.nn.losses import CategoricalCrossEntropy
from playground.nn.network import Network
from playground.nn.optimizers import OPTIMIZERS, SGD
from playground.nn.training_step import TrainingStep
from playground.nn.window import Window

RIGHT = 1e-6

BATCH_NORM = BatchNorm(epsilon=0.1)
"""With a smaller ε two numbers that hardly differ become a step, which differences do not see."""

sides = st.integers(1, 9)
shapes = st.tuples(st.integers(1, 3), sides, sides)
convolutions = st.builds(
    Conv2D,
    maps=st.integers(1, 3),
    kernel=st.integers(1, 4),
    stride=st.integers(1, 3),
    padding=st.sampled_from(["same", "valid"]),
    activation=st.sampled_from([Tanh(), Sigmoid(), Identity()]),
    dropout=st.sampled_from([0.0, 0.4]),
    silenced=st.sampled_from(["", "0"]),
)
transposed = st.builds(
    ConvTranspose2D,
    maps=st.integers(1, 3),
    kernel=st.integers(1, 5),
    stride=st.integers(1, 3),
    padding=st.sampled_from(["same", "valid"]),
    activation=st.sampled_from([Tanh(), Sigmoid(), Identity()]),
    dropout=st.sampled_from([0.0, 0.4]),
    silenced=st.sampled_from(["", "0"]),
)
strides = st.none() | st.integers(1, 3)
poolings = st.one_of(
    st.builds(MaxPool, pool=st.integers(1, 3), stride=strides),
    st.builds(AveragePool, pool=st.integers(1, 3), stride=strides),
    st.just(GlobalAveragePool()),
)
on_maps = st.one_of(
    convolutions,
    transposed,
    poolings,
    st.builds(Upsample, factor=st.integers(1, 3)),
    st.builds(Noise, deviation=st.sampled_from([0.0, 0.3])),
    st.builds(Reshape, maps=st.integers(1, 3), rows=st.none() | st.integers(1, 2)),
    st.builds(Code, units=st.integers(1, 12), variational=st.booleans(), silenced=st.just("0")),
    st.just(BATCH_NORM),
    st.builds(Dropout, rate=st.just(0.4), whole_maps=st.booleans()),
    st.builds(
        lambda stride: Residual(
            (Conv2D(2, activation=Tanh()), BATCH_NORM, Conv2D(3, 2, stride, "same", Tanh()))
        ),
        st.integers(1, 3),
    ),
)
few = settings(max_examples=120, deadline=None)


def fitting(shape: tuple[int, ...], layers: Sequence[Any]) -> list[Any]:
    """Return the layers without those that do not fit where they stand."""
    kept = []
    for layer in layers:
        try:
            shape = layer.output_shape(shape)
        except FieldError:
            continue
        kept.append(layer)
    return kept


def pictures(shape: tuple[int, ...], batch: int, seed: int = 0) -> Array:
    """Return (features, batch) of random numbers."""
    return np.random.default_rng(seed).normal(size=(math.prod(shape), batch))


class Differences:
    """One pass as training makes it, its masks always the same, and its slopes both ways."""

    def __init__(self, network: Network, inputs: Array) -> None:
        self.network, self.inputs = network, inputs
        self.rng = np.random.default_rng(7)
        self.start = self.rng.bit_generator.state
        self.done = network.prepare(
            inputs.shape[1], training=True, rng=self.rng, differentiable=True
        )
        self.pull = np.random.default_rng(8).normal(size=self.done.output.shape)

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
        for call in self.done.backward:
            call()
        return self.network.gradient.copy(), self.done.grad_rows.copy()

    def measured(self, numbers: Array, places: np.ndarray[Any, Any]) -> Array:
        """Return the central differences at some of the numbers, NaN on a kink."""
        flat, here, found = numbers.reshape(-1), self.value(), np.full(len(places), np.nan)
        for index, place in enumerate(places):
            kept, step = flat[place], 1e-6
            sides = []
            for move in (step, -step):
                flat[place] = kept + move
                sides.append(self.value())
            flat[place] = kept
            right, left = (sides[0] - here) / step, (here - sides[1]) / step
            if abs(right - left) <= 1e-3 * (abs(right) + abs(left)) + 1e-4:
                found[index] = (sides[0] - sides[1]) / (2 * step)
        return found


def assert_slopes_agree(network: Network, inputs: Array) -> None:
    """Compare the chain rule with central differences, in parameters and inputs."""
    network.parameters += np.random.default_rng(3).normal(0, 0.1, network.parameter_count)
    network.statistics += 0.25
    differences = Differences(network, inputs)
    choose = np.random.default_rng(4)
    for numbers, slopes in zip(
        (network.parameters, inputs), differences.by_the_chain_rule(), strict=True
    ):
        places = choose.permutation(numbers.size)[:24]
        found = differences.measured(numbers, places)
        straight = np.isfinite(found)
        assert straight.sum() >= 0.5 * len(places)
        a, n = slopes.reshape(-1)[places][straight], found[straight]
        # Each difference carries round-off of about 1e-16 of the value over the step of 1e-6.
        least = 1e-2 + 1e-3 * abs(differences.value())
        error = np.linalg.norm(a - n) / max(np.linalg.norm(a) + np.linalg.norm(n), least)
        assert error <= RIGHT


@few
@given(shapes, st.lists(on_maps, min_size=1, max_size=4), st.integers(1, 4))
def test_slopes_of_parameters_and_inputs_are_central_differences(
    shape: tuple[int, int, int], layers: list[Any], batch: int
) -> None:
    layers = [*fitting(shape, layers), Dense(2, Tanh())]
    network = Network(shape, layers, seed=1, dtype=np.float64)
    assert_slopes_agree(network, pictures(shape, batch))


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize(("kernel", "stride"), [(1, 1), (2, 1), (3, 2), (5, 3), (4, 5), (1, 3)])
def test_a_convolution_has_right_slopes_first_and_behind_another(
    kernel: int, stride: int, padding: Any
) -> None:
    looks = Conv2D(2, kernel=kernel, stride=stride, padding=padding, activation=Tanh())
    for layers in ([looks], [Conv2D(3, kernel=2, activation=Tanh()), looks], [looks, BatchNorm()]):
        network = Network((2, 7, 6), [*layers, Dense(3, Softmax())], seed=1, dtype=np.float64)
        inputs, rng = pictures((2, 7, 6), 3), np.random.default_rng(2)
        loss, targets = CategoricalCrossEntropy(), np.eye(3)
        checks = check_tensors(network, loss, inputs, targets, l2=0.1, rng=rng)
        assert max(check.relative_error for check in checks) <= RIGHT
        assert_slopes_agree(network, inputs)


# What each kind computes.


def padded(picture: Array, window: Window, beside: float) -> Array:
    """Return (maps, …) with so much around that every window lies inside."""
    far = window.size + window.stride * max(window.rows, window.columns)
    whole = np.full((len(picture), far + window.height, far + window.width), beside)
    down, right = window.above, window.left
    whole[:, down : down + window.height, right : right + window.width] = picture
    return whole


@few
@given(shapes, convolutions, st.integers(1, 3), st.booleans())
def test_a_convolution_is_the_sum_of_products_under_its_kernels(
    shape: tuple[int, int, int], looks: Conv2D, batch: int, later: bool
) -> None:
    if not fitting(shape, [looks]):
        return
    before = [Flatten(), Conv2D(shape[0], kernel=1, activation=Identity())][1:] if later else []
    network = Network(shape, [*before, looks], seed=1, dtype=np.float64)
    network.parameters += 0.1
    inputs = pictures(shape, batch)
    traced = network.trace(inputs)
    record, layer = traced[-1], network.layers[-1]
    window = layer.face().window
    assert window is not None
    weights, biases = (record.tensors[name] for name in ("weights", "biases"))
    for example in range(batch):
        whole = padded(record.inputs[:, example].reshape(shape), window, 0.0)
        expected = np.empty(layer.output_shape)
        for mine, row, column in np.ndindex(*layer.output_shape):
            top, left = row * looks.stride, column * looks.stride
            total = float(biases[mine])
            for read, down, right in np.ndindex(*weights.shape[1:]):
                total += weights[mine, read, down, right] * whole[read, top + down, left + right]
            expected[mine, row, column] = total
        assert record.z is not None
        np.testing.assert_allclose(record.z[:, example], expected.ravel(), rtol=1e-12, atol=1e-13)
        bent = np.empty_like(expected)
        looks.activation.forward(expected, bent)
        if looks.silenced:
            bent[0] = 0
        np.testing.assert_allclose(record.a[:, example], bent.ravel(), rtol=1e-12, atol=1e-13)


@few
@given(shapes, poolings, st.integers(1, 3))
def test_pooling_is_the_largest_or_the_mean_of_each_square(
    shape: tuple[int, int, int], pooling: Any, batch: int
) -> None:
    if not fitting(shape, [pooling]):
        return
    inputs = pictures(shape, batch)
    output = Network(shape, [pooling], dtype=np.float64).forward(inputs)
    of = max if isinstance(pooling, MaxPool) else np.mean
    for example in range(batch):
        picture = inputs[:, example].reshape(shape)
        if isinstance(pooling, GlobalAveragePool):
            expected = [np.mean(each) for each in picture]
        else:
            size, stride = pooling.pool, pooling.stride or pooling.pool
            expected = [
                of(picture[mine, top : top + size, left : left + size].ravel())
                for mine in range(shape[0])
                for top in range(0, shape[1] - size + 1, stride)
                for left in range(0, shape[2] - size + 1, stride)
            ]
        np.testing.assert_allclose(output[:, example], expected, rtol=1e-12, atol=1e-13)


def test_of_equal_largest_numbers_the_first_gets_the_error() -> None:
    network = Network((1, 2, 4), [MaxPool()], dtype=np.float64)
    inputs = np.array([[3.0, 3, 0, 1], [3, 1, 2, 2]]).reshape(8, 1)
    done = network.prepare(1, training=False, differentiable=True)
    done.run(inputs)
    assert done.row[-1].grad_output is not None
    assert done.grad_rows is not None
    done.row[-1].grad_output[...] = [[5.0], [7.0]]
    for call in done.backward:
        call()
    np.testing.assert_array_equal(done.grad_rows.reshape(2, 4), [[5.0, 0, 0, 0], [0, 0, 7.0, 0]])


@pytest.mark.parametrize("batch", [2, 5])
def test_batch_norm_brings_each_map_to_mean_zero_and_spread_one(batch: int) -> None:
    network = Network((3, 4, 5), [BatchNorm(momentum=0.75)], dtype=np.float64)
    inputs = 5 + 3 * pictures((3, 4, 5), batch)
    done = network.prepare(batch, training=True)
    done.run(inputs)
    by_map = inputs.reshape(3, -1)
    mean, variance = by_map.mean(axis=1), by_map.var(axis=1)
    expected = (by_map - mean[:, None]) / np.sqrt(variance[:, None] + 1e-5)
    np.testing.assert_allclose(done.output.reshape(3, -1), expected, rtol=1e-10, atol=1e-12)
    views = network.views()
    np.testing.assert_allclose(views["batch_norm_1.running_mean"], 0.25 * mean)
    np.testing.assert_allclose(views["batch_norm_1.running_variance"], 0.75 + 0.25 * variance)
    predicted = network.forward(inputs).reshape(3, -1)
    running = views["batch_norm_1.running_mean"], views["batch_norm_1.running_variance"]
    expected = (by_map - running[0][:, None]) / np.sqrt(running[1][:, None] + 1e-5)
    np.testing.assert_allclose(predicted, expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    "layer",
    [
        Dropout(0.5, whole_maps=True),
        Conv2D(40, kernel=1, activation=Identity(), dropout=0.5),
    ],
    ids=["layer", "convolution"],
)
def test_dropout_of_maps_is_drawn_once_for_each_map_and_example(layer: Any) -> None:
    network = Network((40, 3, 3), [layer], seed=1, dtype=np.float64)
    inputs = np.ones((360, 6))
    done = network.prepare(6, training=True, rng=np.random.default_rng(0))
    done.run(inputs)
    whole = network.forward(inputs).copy()
    done.run(inputs)
    share = (done.output / whole).reshape(40, 9, 6)
    assert (share == share[:, :1]).all()
    assert set(np.unique(np.round(share, 9))) == {0.0, 2.0}
    assert 60 < (share[:, 0] == 0).sum() < 180  # of 240 draws
    first = share.copy()
    done.run(inputs)
    assert (done.output.reshape(40, 9, 6) / whole.reshape(40, 9, 6) != first).any()


def test_dropout_of_pixels_is_drawn_for_each_of_them() -> None:
    network = Network((4, 6, 6), [Dropout(0.5)], dtype=np.float64)
    done = network.prepare(3, training=True, rng=np.random.default_rng(0))
    done.run(np.ones((144, 3)))
    by_map = done.output.reshape(4, 36, 3)
    assert (by_map != by_map[:, :1]).any()


# Maps that stay, and maps that are not heard.


def learned_with(network: Network, inputs: Array, optimizer: Any, steps: int = 3) -> None:
    step = TrainingStep(
        network, CategoricalCrossEntropy(), optimizer, rng=np.random.default_rng(0), l2=0.01
    )
    targets = np.eye(3, dtype=inputs.dtype)[np.arange(inputs.shape[1]) % 3]
    for _ in range(steps):
        step(np.ascontiguousarray(inputs.T), targets, 0.05)


@pytest.mark.parametrize("optimizer", [kind() for kind in OPTIMIZERS], ids=repr)
def test_frozen_maps_stay_as_they_are(optimizer: Any) -> None:
    looks = Conv2D(4, activation=Tanh(), frozen="1, 3")
    network = Network((2, 5, 5), [looks, MaxPool(), Dense(3, Softmax())], seed=1)
    before = {name: view.copy() for name, view in network.views().items()}
    learned_with(network, pictures((2, 5, 5), 7).astype(np.float32), optimizer)
    for name in ("weights", "biases"):
        was, now = before[f"conv2d_1.{name}"], network.views()[f"conv2d_1.{name}"]
        np.testing.assert_array_equal(was[[1, 3]], now[[1, 3]])
        assert (was[[0, 2]] != now[[0, 2]]).any()


def test_silenced_maps_answer_0_everywhere_and_learn_nothing() -> None:
    layers = [Conv2D(4, activation=Sigmoid(), silenced="2"), BatchNorm(), Dense(3, Softmax())]
    network = Network((2, 5, 5), layers, seed=1, dtype=np.float64)
    inputs = pictures((2, 5, 5), 7)
    maps = network.trace(inputs)[0].a.reshape(4, 25, 7)
    assert not maps[2].any()
    assert maps[[0, 1, 3]].all()
    learned_with(network, inputs, SGD(), steps=1)
    gradient = network.views_of(network.gradient)["conv2d_1.weights"]
    weights = network.views()["conv2d_1.weights"]
    # What is left is the penalty's pull.
    assert not (gradient[2] - 0.01 * weights[2]).round(3).any()
    assert gradient[[0, 1, 3]].any()


# Sizes of a batch, and passes that agree.

LENET = (
    Conv2D(4, kernel=5, activation=Tanh(), dropout=0.25),
    AveragePool(),
    Conv2D(6, kernel=3, padding="valid", stride=2),
    BatchNorm(),
    Dropout(0.2, whole_maps=True),
    Residual((Conv2D(6, kernel=3, activation=Tanh()),)),
    MaxPool(2, 1),
    Flatten(),
    Dense(3, Softmax()),
)


@pytest.mark.parametrize("batch", [1, 2, 5, 37])
def test_a_batch_is_its_examples_one_by_one(batch: int) -> None:
    network = Network((2, 11, 12), LENET, seed=1, dtype=np.float64)
    inputs = pictures((2, 11, 12), batch)
    together = network.forward(inputs).copy()
    for example in range(batch):
        alone = network.forward(inputs[:, example : example + 1])
        np.testing.assert_allclose(together[:, [example]], alone, rtol=1e-11, atol=1e-13)


def test_a_batch_too_large_for_one_pass_is_learned_from_piece_by_piece() -> None:
    layers = [Conv2D(2, activation=Tanh()), AveragePool(), Dense(3, Softmax())]
    batch = LARGEST_AT_ONCE + 5
    gradients = []
    for pieces in (1, 2):
        network = Network((1, 5, 4), layers, seed=1, dtype=np.float64)
        inputs = np.tile(pictures((1, 5, 4), batch), pieces)
        targets = np.tile(np.eye(3)[np.arange(batch) % 3], (pieces, 1))
        step = TrainingStep(network, CategoricalCrossEntropy(), SGD(), rng=None)
        step(np.ascontiguousarray(inputs.T), targets, 0.0)
        gradients.append(network.gradient.copy())
    np.testing.assert_allclose(gradients[0], gradients[1], rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("batch", [1, 6])
def test_prediction_is_the_training_pass_without_masks_and_batch_statistics(batch: int) -> None:
    layers = [layer for layer in LENET if not isinstance(layer, BatchNorm) or batch == 1]
    network = Network((2, 11, 12), layers, seed=1, dtype=np.float64)
    inputs = pictures((2, 11, 12), batch)
    done = network.prepare(batch, training=True)
    done.run(inputs)
    np.testing.assert_array_equal(done.output, network.forward(inputs))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_copy_answers_the_same_and_learns_by_itself(dtype: Any) -> None:
    network = Network((2, 11, 12), LENET, seed=1, dtype=dtype)
    inputs = pictures((2, 11, 12), 6).astype(dtype)
    learned_with(network, inputs, SGD())
    answers = network.forward(inputs).copy()
    for other in (network.clone(), copy.deepcopy(network), pickle.loads(pickle.dumps(network))):
        np.testing.assert_array_equal(other.forward(inputs), answers)
        learned_with(other, inputs, SGD(), steps=1)
        assert (other.parameters != network.parameters).any()
        np.testing.assert_array_equal(network.forward(inputs), answers)


# Counts, windows and refusals.


@few
@given(shapes, st.one_of(convolutions, transposed, poolings, st.just(BatchNorm())))
def test_parameters_and_products_are_counted_one_by_one(
    shape: tuple[int, int, int], layer: Any
) -> None:
    if not fitting(shape, [layer]):
        return
    running = Network(shape, [layer]).layers[0]
    assert running.parameter_count == parameter_count(layer, shape)
    assert running.output_features == running.units * running.positions
    products = 0
    if isinstance(layer, Conv2D):
        steps = running.input_features if isinstance(layer, ConvTranspose2D) else 0
        products = steps * layer.maps or running.output_features * shape[0]
        products *= layer.kernel * layer.kernel
        assert running.parameter_count == layer.maps * (shape[0] * layer.kernel**2 + 1)
    assert layer.multiply_adds(shape) == products


def test_the_counts_of_lenet_5_are_the_published_ones() -> None:
    first, second = Conv2D(6, kernel=5), Conv2D(16, kernel=5, padding="valid")
    assert parameter_count(first, (1, 28, 28)) == 156
    assert first.multiply_adds((1, 28, 28)) == 117_600
    assert MaxPool().output_shape((6, 28, 28)) == (6, 14, 14)
    assert second.output_shape((6, 14, 14)) == (16, 10, 10)
    assert parameter_count(second, (6, 14, 14)) == 2_416
    assert second.multiply_adds((6, 14, 14)) == 240_000


@given(sides, sides, st.integers(1, 5), st.integers(1, 4), st.sampled_from(["same", "valid"]))
def test_a_window_stops_where_it_should_and_knows_what_it_sees(
    height: int, width: int, size: int, stride: int, padding: Any
) -> None:
    if padding == "valid" and size > min(height, width):
        with pytest.raises(FieldError, match=f"{min(height, width)} is the largest that does"):
            Window.over((1, height, width), size, stride, padding, noun="kernel")
        return
    window = Window.over((1, height, width), size, stride, padding, noun="kernel")
    starts = []
    for length, places, before in (
        (height, window.rows, window.above),
        (width, window.columns, window.left),
    ):
        if padding == "valid":
            assert before == 0
            expected = [at for at in range(0, length, stride) if at + size <= length]
        else:
            # As many places as there are strides in the length, the zeros shared out evenly.
            expected = [at - before for at in range(0, length, stride)]
            behind = max(expected[-1] + size - length, 0)
            assert before in (behind, behind - 1) or before == 0 == behind
        assert places == len(expected)
        starts.append(expected)
    seen_by: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for (row, top), (column, left) in itertools.product(*map(enumerate, starts)):
        pixels = window.pixels(row, column)
        for down, right in np.ndindex(size, size):
            y, x = top + down, left + right
            inside = 0 <= y < height and 0 <= x < width
            assert pixels[down, right] == (y * width + x if inside else -1)
            if inside:
                place = row * window.columns + column, down * size + right
                seen_by.setdefault((y, x), []).append(place)
        rows, columns = window.sees(row, column)
        square = np.arange(height * width).reshape(height, width)[rows, columns]
        np.testing.assert_array_equal(square.ravel(), pixels[pixels >= 0])
    for y, x in np.ndindex(height, width):
        places, cells = window.seen_from(y, x)
        assert list(zip(places, cells, strict=True)) == seen_by.get((y, x), [])


@pytest.mark.parametrize(
    ("layer", "shape", "path", "sentence"),
    [
        (
            Conv2D(kernel=5, padding="valid"),
            (1, 4, 9),
            "kernel",
            "A kernel of 5×5 does not fit into pictures of 4×9: 4 is the largest that does, or "
            "fill up with zeros (padding “same”).",
        ),
        (
            MaxPool(3),
            (2, 2, 2),
            "pool",
            "A pool of 3×3 does not fit into pictures of 2×2: 2 is the largest that does.",
        ),
        *(
            (
                layer,
                (64,),
                "",
                "A layer that looks at pictures expects them here, and 64 numbers in a row come: "
                "place it before Flatten and the dense layers, make maps of them by Reshape, or "
                "choose data with pictures.",
            )
            for layer in (
                Conv2D(),
                MaxPool(),
                AveragePool(),
                GlobalAveragePool(),
                ConvTranspose2D(),
                Upsample(),
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


def test_a_kernel_that_can_be_stretched_over_zeros_fits_any_picture() -> None:
    assert Conv2D(2, kernel=9, activation=ReLU()).output_shape((1, 2, 3)) == (2, 2, 3)
    assert Conv2D(2, kernel=55, activation=ReLU()).output_shape((1, 28, 28)) == (2, 28, 28)


def test_a_kernel_whose_outermost_weights_never_meet_a_pixel_is_refused() -> None:
    with pytest.raises(FieldError, match=r"57×57 sees nothing but zeros.*choose 55 or less"):
        Conv2D(2, kernel=57, activation=ReLU()).output_shape((1, 28, 28))
