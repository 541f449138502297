"""A step through a network for pictures, each shown array computed again by plain loops."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from playground.analysis.slow_step import Matrix, SlowStep, Stage, walk
from playground.nn.activations import Tanh
from playground.nn.arrays import Array
from playground.nn.explain.stage import EXAMPLE, INPUT, MAP, NEURON, ONE, TAP
from playground.nn.layers import (
    BatchNorm,
    Conv2D,
    Dropout,
    Flatten,
    GlobalAveragePool,
    MaxPool,
    Residual,
)
from playground.training.experiment import DataSettings, Experiment, Training
from playground.training.trainer import Trainer

BATCH = 4
SIZE, STRIDE = 3, 2
"""Of the second convolution's kernels, which have no zeros around."""

EXPERIMENT = Experiment(
    data=DataSettings(name="digits"),
    layers=(
        Conv2D(3, activation=Tanh(), name="first"),
        BatchNorm(name="norm"),
        Dropout(0.4, whole_maps=True, name="drop"),
        Conv2D(2, SIZE, STRIDE, "valid", Tanh(), name="second"),
        MaxPool(2, 1, name="largest"),
        Residual((Conv2D(2, kernel=1, activation=Tanh(), name="inside"),), name="block"),
        GlobalAveragePool(name="all"),
        Flatten(name="flat"),
    ),
    training=Training(batch_size=BATCH),
)


@pytest.fixture(scope="module")
def slow() -> SlowStep:
    trainer = Trainer(EXPERIMENT)
    for _ in range(3):
        trainer.take(trainer.next_step())
    return walk(trainer.next_step(), trainer.prepared.dataset)


def stage_of(slow: SlowStep, label: str) -> Stage:
    return next(stage for stage in slow.stages if stage.label == label)


def shown(slow: SlowStep, label: str) -> dict[str, Array]:
    """Return a stage's arrays by symbol, those of pictures as (maps, rows, columns, batch)."""
    return {
        matrix.symbol: matrix.values.reshape(*matrix.shape, -1)
        if len(matrix.shape) == 3 and matrix.columns == EXAMPLE
        else matrix.values
        for matrix in stage_of(slow, label).matrices
    }


def convolved(kernels: Array, biases: Array, x: Array, stride: int, around: int) -> Array:
    """Return the sums under kernels (maps, read, size, size), with so many zeros around."""
    maps, read, size, _ = kernels.shape
    _, height, width, batch = x.shape
    rows, columns = ((side + 2 * around - size) // stride + 1 for side in (height, width))
    z = np.empty((maps, rows, columns, batch))
    for mine, row, column in np.ndindex(maps, rows, columns):
        z[mine, row, column] = biases[mine]
        for at, down, right in np.ndindex(read, size, size):
            y, x_ = row * stride + down - around, column * stride + right - around
            if 0 <= y < height and 0 <= x_ < width:
                z[mine, row, column] += kernels[mine, at, down, right] * x[at, y, x_]
    return z


def close(found: Array, expected: Array) -> None:
    np.testing.assert_allclose(found, expected.reshape(found.shape), rtol=1e-10, atol=1e-13)


def test_forward_every_array_follows_from_those_before_it(slow: SlowStep) -> None:
    first = shown(slow, "Z1")
    w1 = first["W1"].reshape(3, 1, 3, 3)
    close(first["Z1"], convolved(w1, first["b1"], first["X"], 1, 1))
    a1 = shown(slow, "A1")["A1"]
    close(a1, np.tanh(first["Z1"]))

    norm = shown(slow, "X̂1")
    by_map = a1.reshape(3, -1)
    close(norm["μ1"], by_map.mean(axis=1))
    close(norm["σ1²"], by_map.var(axis=1))
    hat = (by_map - norm["μ1"]) / np.sqrt(norm["σ1²"] + 1e-5)
    close(norm["X̂1"], hat)
    made = shown(slow, "N1")
    close(made["N1"], made["γ1"] * hat + made["β1"])

    mask = shown(slow, "D1")["M1"]
    assert mask.shape == (3, BATCH)
    assert set(np.unique(mask.round(9))) <= {0.0, round(1 / 0.6, 9)}
    close(shown(slow, "D1")["D1"], made["N1"] * mask[:, None, None])

    second = shown(slow, "Z2")
    w2 = second["W2"].reshape(2, 3, SIZE, SIZE)
    close(second["Z2"], convolved(w2, second["b2"], second["D1"], STRIDE, 0))
    pooled = shown(slow, "P1")
    a2, p1 = pooled["A2"], pooled["P1"]
    assert a2.shape == (2, 3, 3, BATCH)
    for mine, row, column in np.ndindex(*p1.shape[:3]):
        square = a2[mine, row : row + 2, column : column + 2]
        close(p1[mine, row, column], square.max(axis=(0, 1)))
    block = shown(slow, "R1")
    close(block["R1"], block["P1"] + block["A3"])
    mean = shown(slow, "P2")
    close(mean["P2"], mean["R1"].mean(axis=(1, 2)))


def test_backward_every_array_follows_from_those_before_it(slow: SlowStep) -> None:
    mean = shown(slow, "dR1")
    close(mean["dR1"], np.repeat(mean["dP2"] / 4, 4, axis=0))

    largest, a2 = shown(slow, "dA2"), shown(slow, "P1")["A2"]
    expected = np.zeros_like(a2)
    for mine, row, column, example in np.ndindex(*largest["dP1"].shape):
        square = a2[mine, row : row + 2, column : column + 2, example]
        down, right = np.unravel_index(square.argmax(), square.shape)
        error = largest["dP1"][mine, row, column, example]
        expected[mine, row + down, column + right, example] += error
    close(largest["dA2"], expected)

    kernels = shown(slow, "dW2")
    dz2, d1 = kernels["dZ2"], kernels["D1"]
    close(dz2, expected * (1 - a2**2))
    slopes = np.zeros((2, 3, SIZE, SIZE))
    back = np.zeros_like(d1)
    w2 = shown(slow, "Z2")["W2"].reshape(slopes.shape)
    for mine, row, column in np.ndindex(*dz2.shape[:3]):
        for read, down, right in np.ndindex(*slopes.shape[1:]):
            met = read, row * STRIDE + down, column * STRIDE + right
            slopes[mine, read, down, right] += dz2[mine, row, column] @ d1[met] / BATCH
            back[met] += w2[mine, read, down, right] * dz2[mine, row, column]
    close(kernels["dW2"], slopes)
    close(shown(slow, "db2")["db2"], dz2.reshape(2, -1).sum(axis=1) / BATCH)
    close(shown(slow, "dD1")["dD1"], back)

    masked = shown(slow, "dN1")
    close(masked["dN1"], back * masked["M1"][:, None, None])
    grad = masked["dN1"].reshape(3, -1)
    hat = shown(slow, "X̂1")["X̂1"].reshape(3, -1)
    close(shown(slow, "dγ1")["dγ1"], (grad * hat).sum(axis=1) / BATCH)
    close(shown(slow, "dβ1")["dβ1"], grad.sum(axis=1) / BATCH)
    scale, variance = shown(slow, "N1")["γ1"], shown(slow, "X̂1")["σ1²"]
    through = grad - grad.mean(axis=1, keepdims=True)
    through -= hat * (grad * hat).mean(axis=1, keepdims=True)
    da1 = scale / np.sqrt(variance + 1e-5) * through
    close(shown(slow, "dA1")["dA1"], da1)

    first = shown(slow, "dW1")
    dz1, x = first["dZ1"], first["X"]
    close(dz1, da1.reshape(dz1.shape) * (1 - shown(slow, "A1")["A1"] ** 2))
    around = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    for mine, down, right in np.ndindex(3, 3, 3):
        met = around[0, down : down + 8, right : right + 8]
        slope = (dz1[mine] * met).sum() / BATCH
        assert first["dW1"][mine, 3 * down + right] == pytest.approx(slope, rel=1e-9, abs=1e-13)


def numbers_in(line: str) -> list[float]:
    """Return the numbers written in a line."""
    line = re.sub(r"·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", _power, line).replace("−", "-")
    return [float(text) for text in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", line)]


def _power(match: re.Match[str]) -> str:
    return "e" + match[1].translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))


def test_a_sum_under_one_kernel_is_written_as_the_kernel_lies(slow: SlowStep) -> None:
    stage = stage_of(slow, "Z1")
    arrays, matrix = shown(slow, "Z1"), stage.computed
    assert matrix is not None
    assert stage.arithmetic is not None
    for row, example in ((0, 0), (64 + 8 + 1, 1), (128 + 63, 3)):
        mine, y, x = np.unravel_index(row, matrix.shape)
        lines = stage.arithmetic(row, example)
        place = f"{mine + 1},{y + 1},{x + 1}".translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
        assert lines[0].startswith(f"z{place} = Σ w·x + b")
        total = numbers_in(lines[4])[-1]
        for down in range(3):
            written = numbers_in(lines[1 + down])
            assert len(written) == 6
            for right, (weight, met) in enumerate(zip(written[::2], written[1::2], strict=True)):
                at = y + down - 1, x + right - 1
                inside = 0 <= at[0] < 8 and 0 <= at[1] < 8
                there = arrays["X"][0, at[0], at[1], example] if inside else 0
                assert met == pytest.approx(there, rel=6e-3)
                assert weight == pytest.approx(arrays["W1"][mine, 3 * down + right], rel=6e-3)
                total += weight * met
        assert numbers_in(lines[-1])[-1] == pytest.approx(total, rel=2e-2, abs=2e-3)


def test_a_long_sum_adds_up_from_its_largest_terms_and_the_rest(slow: SlowStep) -> None:
    for label, row, column, count in (
        ("Z2", 4, 1, 27),
        ("dW2", 1, 11, 9 * BATCH),
        ("dγ1", 2, 0, 64 * BATCH),
        ("dD1", 20, 2, 2 * 2 * 2),
    ):
        stage = stage_of(slow, label)
        assert stage.arithmetic is not None
        assert stage.computed is not None
        lines = stage.arithmetic(row, column)
        value = float(stage.computed.values[row, column])
        terms = [numbers_in(line.rpartition("=")[2])[-1] for line in lines[1:-1]]
        divided = f" / {BATCH}" in lines[-1]
        assert sum(terms) / (BATCH if divided else 1) == pytest.approx(value, rel=5e-3, abs=1e-4)
        assert re.search(rf", {count} [a-z ]+\. The largest:$", lines[0])


def test_a_sum_over_a_map_names_its_places(slow: SlowStep) -> None:
    stage = stage_of(slow, "db2")
    assert stage.formula == "db2 = Σ dZ2 / m"
    assert stage.arithmetic is not None
    lines = stage.arithmetic(1, 0)
    count = 9 * BATCH
    assert lines[0] == f"∂L/∂b₂ = Σ ∂L/∂z₂,ᵢ,ⱼ / {BATCH}, {count} places and examples. The largest:"
    assert lines[2].startswith(f"the other {count - 4} together = ")
    assert stage.shapes == f"(2·3·3, {BATCH}) → (2, 1)"


def test_rows_and_columns_are_told_as_what_they_are(slow: SlowStep) -> None:
    def axes(label: str) -> list[tuple[str, str, str, tuple[int, ...]]]:
        return [
            (matrix.symbol, matrix.rows, matrix.columns, matrix.shape)
            for matrix in stage_of(slow, label).matrices
        ]

    assert axes("Z2") == [
        ("W2", MAP, TAP, (3, 3, 3)),
        ("D1", INPUT, EXAMPLE, (3, 8, 8)),
        ("b2", MAP, ONE, ()),
        ("Z2", NEURON, EXAMPLE, (2, 3, 3)),
    ]
    assert axes("D1")[1] == ("M1", MAP, EXAMPLE, ())
    assert axes("dγ1")[-1] == ("dγ1", MAP, ONE, ())
    assert axes("P2")[-1] == ("P2", NEURON, EXAMPLE, (2,))
    assert {(rows, columns) for _, rows, columns, _ in axes("W2′")} == {(MAP, TAP)}
    assert {(rows, columns) for _, rows, columns, _ in axes("γ1′")} == {(MAP, ONE)}


def test_the_words_are_those_of_maps(slow: SlowStep) -> None:
    drop = stage_of(slow, "D1")
    assert "40 % of the maps at random" in drop.explanation
    assert f"of {3 * BATCH} maps" in drop.event
    assert "Every map is brought to mean 0" in stage_of(slow, "X̂1").explanation
    assert "a map has 64 places" in stage_of(slow, "dA1").explanation
    assert stage_of(slow, "P2").title == "mean of each map"
    assert stage_of(slow, "P1").title == "largest of each square"
    assert stage_of(slow, "W2′").shapes == "(2, 3, 3, 3) → (2, 3, 3, 3)"
    assert stage_of(slow, "b2′").shapes == "(2, 1) → (2, 1)"
    assert stage_of(slow, "W2′").arithmetic(1, 13)[-1].startswith("w₂,₂,₂,₂ ← ")  # type: ignore[misc]


def test_every_matrix_of_pictures_has_as_many_rows_as_they_have_numbers(slow: SlowStep) -> None:
    def assert_fits(matrix: Matrix) -> None:
        axis = 1 if matrix.columns == TAP else 0
        assert matrix.values.shape[axis] == math.prod(matrix.shape)

    for stage in slow.stages:
        for matrix in stage.matrices:
            if matrix.shape:
                assert_fits(matrix)


def test_a_way_past_a_block_weighs_the_maps_at_every_place_alike() -> None:
    layers = (
        Conv2D(3, activation=Tanh(), name="first"),
        Residual((Conv2D(2, stride=3, activation=Tanh(), name="inside"),), name="block"),
    )
    trainer = Trainer(Experiment(data=DataSettings(name="digits"), layers=layers))
    slow = walk(trainer.next_step(), trainer.prepared.dataset)
    ahead, slopes = shown(slow, "P1·A1"), shown(slow, "dP1")
    kernels = ahead["P1"].reshape(2, 3)
    seen = ahead["A1"][:, ::3, ::3]
    close(ahead["P1·A1"], np.einsum("mr,ryxb->myxb", kernels, seen))
    batch = seen.shape[-1]
    close(slopes["dP1"], np.einsum("myxb,ryxb->mr", slopes["dR1"], seen) / batch)
    stage = stage_of(slow, "P1·A1")
    assert stage.arithmetic is not None
    # Place 2, 3 of map 2 reads row 4, column 7.
    assert stage.arithmetic(9 + 5, 0)[0] == ("(P·a)₂,₂,₃ = p₂,₁·a₁,₄,₇ + p₂,₂·a₂,₄,₇ + p₂,₃·a₃,₄,₇")
    assert stage.computed is not None
    assert stage.computed.shape == (2, 3, 3)


def test_the_step_after_it_is_bit_for_bit_the_ordinary_one() -> None:
    walked, ordinary = Trainer(EXPERIMENT), Trainer(EXPERIMENT)
    for _ in range(3):
        walk(walked.next_step(), walked.prepared.dataset)
        walked.take(walked.next_step())
        ordinary.take(ordinary.next_step())
    for vector in ("parameters", "statistics"):
        one, other = (getattr(each.network, vector) for each in (walked, ordinary))
        assert one.tobytes() == other.tobytes()
