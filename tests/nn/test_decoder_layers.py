"""What makes pictures: the transposed convolution, upsampling, reshape, and noise on the way."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.errors import FieldError
from playground.nn.activations import Identity
from playground.nn.arrays import Array
from playground.nn.layers import (
    Conv2D,
    ConvTranspose2D,
    Dense,
    Flatten,
    LayerSettings,
    Noise,
    Reshape,
    Upsample,
)
from playground.nn.layers.row import row_shapes
from playground.nn.network import Network
from playground.nn.window import Window

sides = st.integers(1, 7)
shapes = st.tuples(st.integers(1, 3), sides, sides)
paddings = st.sampled_from(["same", "valid"])
few = settings(max_examples=80, deadline=None)


def numbers(*shape: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).normal(size=shape)


def running(shape: tuple[int, ...], *layers: LayerSettings) -> Network:
    network = Network(shape, layers, seed=1, dtype=np.float64)
    network.parameters += 0.1
    return network


def stamped(x: Array, kernels: Array, stride: int) -> Array:
    """Return the sum of kernels (maps, read, size, size) turned by 180°, one for each number."""
    maps, _, size, _ = kernels.shape
    _, height, width = x.shape
    made = np.zeros((maps, (height - 1) * stride + size, (width - 1) * stride + size))
    for read, row, column in np.ndindex(x.shape):
        top, left = row * stride, column * stride
        stamp = kernels[:, read, ::-1, ::-1] * x[read, row, column]
        made[:, top : top + size, left : left + size] += stamp
    return made


@few
@given(shapes, st.integers(1, 3), st.integers(1, 5), st.integers(1, 4), paddings)
def test_a_transposed_convolution_stamps_its_kernels(
    shape: tuple[int, int, int], maps: int, size: int, stride: int, padding: Any
) -> None:
    layer = ConvTranspose2D(maps, size, stride, padding, Identity())
    if size < stride:
        with pytest.raises(FieldError, match=f"choose a kernel of {stride} or more"):
            layer.output_shape(shape)
        return
    network = running(shape, layer)
    x, views = numbers(*shape, 2), network.views()
    made = network.forward(x).reshape(*network.output_shape, 2)
    cut = max(0, size - stride) // 2 if padding == "same" else 0
    for example in range(2):
        whole = stamped(x[..., example], views["conv_transpose2d_1.weights"], stride)
        whole += views["conv_transpose2d_1.biases"][:, np.newaxis, np.newaxis]
        rows, columns = made.shape[1:3]
        expected = whole[:, cut : cut + rows, cut : cut + columns]
        np.testing.assert_allclose(made[..., example], expected, rtol=1e-11, atol=1e-13)
    if padding == "same":
        assert made.shape[1:3] == (shape[1] * stride, shape[2] * stride)


@few
@given(shapes, st.integers(1, 3), st.integers(1, 5), st.integers(1, 4), paddings)
def test_it_is_the_way_back_of_a_convolution_and_undoes_its_shape(
    shape: tuple[int, int, int], maps: int, size: int, stride: int, padding: Any
) -> None:
    if size < stride:
        return
    up = ConvTranspose2D(maps, size, stride, padding, Identity())
    larger = up.output_shape(shape)
    down = Conv2D(shape[0], size, stride, padding, Identity())
    assert down.output_shape(larger) == shape
    one, other = running(shape, up), running(larger, down)
    kernels = one.views()["conv_transpose2d_1.weights"][:, :, ::-1, ::-1]
    other.views()["conv2d_1.weights"][...] = kernels.swapaxes(0, 1)
    for network in (one, other):
        network.tensors("bias").popitem()[1].fill(0)
    # ⟨up(x), y⟩ = ⟨x, down(y)⟩ for all x and y.
    x, y = numbers(math.prod(shape), 1), numbers(math.prod(larger), 1, seed=1)
    assert (one.forward(x) * y).sum() == pytest.approx((x * other.forward(y)).sum(), rel=1e-10)


@few
@given(shapes, st.integers(1, 5), st.integers(1, 4), paddings)
def test_each_pixel_knows_what_it_looks_back_at(
    shape: tuple[int, int, int], size: int, stride: int, padding: Any
) -> None:
    if size < stride:
        return
    window = Window.onto(shape, size, stride, padding, noun="kernel")
    over = Window.over((1, window.rows, window.columns), size, stride, padding, noun="kernel")
    assert (over.rows, over.columns) == shape[1:]
    looked_at: dict[int, list[tuple[int, int]]] = {}
    for row, column in np.ndindex(window.rows, window.columns):
        pixels, place = window.pixels(row, column), row * window.columns + column
        for cell, pixel in enumerate(pixels.ravel().tolist()):
            if pixel >= 0:
                looked_at.setdefault(pixel, []).append((place, cell))
        back, _ = over.seen_from(row, column)
        assert sorted(pixels[pixels >= 0].tolist()) == sorted(back.tolist())
        lines, bars = window.sees(row, column)
        square = np.arange(shape[1] * shape[2]).reshape(shape[1:])[lines, bars]
        assert square.ravel().tolist() == pixels[pixels >= 0].tolist()
    for row, column in np.ndindex(*shape[1:]):
        places, cells = window.seen_from(row, column)
        expected = looked_at.get(row * shape[2] + column, [])
        assert list(zip(places.tolist(), cells.tolist(), strict=True)) == expected


@given(shapes, st.integers(1, 4))
def test_upsampling_repeats_each_pixel(shape: tuple[int, int, int], factor: int) -> None:
    network = running(shape, Upsample(factor))
    x = numbers(*shape, 3)
    expected = x.repeat(factor, axis=1).repeat(factor, axis=2)
    np.testing.assert_array_equal(network.forward(x), expected.reshape(-1, 3))


def test_reshape_hands_numbers_on_as_maps_without_a_copy() -> None:
    network = running((30,), Reshape(2, 3))
    assert network.output_shape == (2, 3, 5)
    x = numbers(30, 4)
    np.testing.assert_array_equal(network.forward(x), x)
    assert network.layers[0].noun == "map"


@pytest.mark.parametrize(
    ("layer", "come", "path", "sentence"),
    [
        (
            Reshape(16),
            (780,),
            "maps",
            "780 numbers cannot be shared out to 16 maps evenly: choose 15 maps, or let 784 "
            "numbers come.",
        ),
        (
            Reshape(8),
            (784,),
            "maps",
            "98 numbers for each of 8 maps make no square: choose 4 maps of 14×14, or say how many "
            "rows a map has.",
        ),
        (
            Reshape(2, 4),
            (60,),
            "rows",
            "30 numbers for each map do not fill 4 rows evenly: choose 3.",
        ),
        (
            ConvTranspose2D(kernel=2, stride=3),
            (1, 4, 4),
            "kernel",
            "A kernel of 2×2 at stride 3 leaves pixels out between its places: choose a kernel of "
            "3 or more, or a stride of 2 or less.",
        ),
    ],
)
def test_what_cannot_work_is_refused_with_the_nearest_that_can(
    layer: Any, come: tuple[int, ...], path: str, sentence: str
) -> None:
    with pytest.raises(FieldError) as refusal:
        layer.output_shape(come)
    assert (refusal.value.path, str(refusal.value)) == (path, sentence)


@given(st.integers(1, 3000))
def test_a_new_reshape_fits_what_comes(features: int) -> None:
    maps, rows, columns = Reshape.fitting((features,)).output_shape((features,))
    assert maps * rows * columns == features
    assert rows == columns


def test_noise_is_added_in_training_and_never_in_prediction() -> None:
    network = running((40,), Noise(0.5))
    x = numbers(40, 500)
    np.testing.assert_array_equal(network.forward(x), x)
    done = network.prepare(500, training=True, rng=np.random.default_rng(3))
    added = []
    for _ in range(2):
        done.run(x)
        added.append(done.output - x)
    assert (added[0] != added[1]).mean() > 0.99
    for each in added:  # 20,000 draws
        assert each.mean() == pytest.approx(0, abs=0.02)
        assert each.std() == pytest.approx(0.5, rel=0.03)


def test_the_shapes_of_a_decoder() -> None:
    decoder = [Dense(784), Reshape(16), ConvTranspose2D(8), Upsample(), Conv2D(1), Flatten()]
    shapes = [behind for *_, behind in row_shapes(decoder, (2,))]
    assert shapes[1:] == [(16, 7, 7), (8, 14, 14), (8, 28, 28), (1, 28, 28), (784,)]
