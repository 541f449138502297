"""A step through an autoencoder's layers, each shown array computed again from those before."""

from __future__ import annotations

import numpy as np
import pytest

from playground.analysis.slow_step import SlowStep, Stage, walk
from playground.nn.activations import Tanh
from playground.nn.arrays import Array
from playground.nn.explain.stage import EXAMPLE
from playground.nn.layers import Code, ConvTranspose2D, Dense, Noise, Reshape, Upsample
from playground.training.experiment import DataSettings, Experiment, Training
from playground.training.trainer import Trainer

BATCH = 4
PULL, DEVIATION = 0.3, 0.2


def walked(*layers: object) -> SlowStep:
    trainer = Trainer(
        Experiment(
            data=DataSettings(name="digits"),
            layers=layers,  # type: ignore[arg-type]
            training=Training(batch_size=BATCH),
        )
    )
    for _ in range(3):
        trainer.take(trainer.next_step())
    return walk(trainer.next_step(), trainer.prepared.dataset)


@pytest.fixture(scope="module")
def variational() -> SlowStep:
    return walked(
        Noise(DEVIATION, name="noise"),
        Dense(5, Tanh(), name="before"),
        Code(3, PULL, variational=True, name="code"),
        Noise(DEVIATION, name="after"),
    )


@pytest.fixture(scope="module")
def pulled() -> SlowStep:
    return walked(Dense(5, Tanh(), name="before"), Code(3, PULL, silenced="1", name="code"))


@pytest.fixture(scope="module")
def decoder() -> SlowStep:
    return walked(
        Code(2, name="code"),
        Dense(18, Tanh(), name="wide"),
        Reshape(2, name="maps"),
        ConvTranspose2D(3, 3, 2, "valid", Tanh(), name="grown"),
        Upsample(2, name="larger"),
    )


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


def close(found: Array, expected: Array) -> None:
    np.testing.assert_allclose(found, expected.reshape(found.shape), rtol=1e-10, atol=1e-13)


def test_mean_spread_draw_and_sample(variational: SlowStep) -> None:
    noise = shown(variational, "N1")
    close(noise["N1"], noise["X"] + noise["E1"])
    assert noise["E1"].std() == pytest.approx(DEVIATION, rel=0.2)  # 256 draws
    mean, logs = shown(variational, "μ2"), shown(variational, "Λ2")
    close(mean["μ2"], mean["W2"] @ mean["A1"] + mean["b2"])
    close(logs["Λ2"], logs["V2"] @ mean["A1"] + logs["c2"])
    sample = shown(variational, "Z2")
    close(sample["σ2"], np.exp(logs["Λ2"] / 2))
    close(sample["Z2"], mean["μ2"] + sample["σ2"] * sample["E2"])
    assert np.unique(sample["E2"]).size == 3 * BATCH
    after = shown(variational, "N2")
    close(after["N2"], sample["Z2"] + after["E3"])
    square = mean["μ2"] ** 2 + sample["σ2"] ** 2 - 1 - logs["Λ2"]
    close(shown(variational, "KL2")["KL2"], PULL * 0.5 * square.sum(axis=0))


def test_the_way_back_through_a_sample_and_the_pull(variational: SlowStep) -> None:
    arrays = {**shown(variational, "dμ2"), **shown(variational, "dΛ2"), **shown(variational, "μ2")}
    back = shown(variational, "dZ2")
    close(back["dZ2"], back["dN2"])
    close(arrays["dμ2"], arrays["dZ2"] + PULL * arrays["μ2"])
    by_spread = arrays["dZ2"] * arrays["E2"] * arrays["σ2"] + PULL * (arrays["σ2"] ** 2 - 1)
    close(arrays["dΛ2"], by_spread / 2)
    weights, spread_weights = arrays["W2"], shown(variational, "Λ2")["V2"]
    close(shown(variational, "dW2")["dW2"], arrays["dμ2"] @ arrays["A1"].T / BATCH)
    close(shown(variational, "dV2")["dV2"], arrays["dΛ2"] @ arrays["A1"].T / BATCH)
    close(shown(variational, "db2")["db2"], arrays["dμ2"].mean(axis=1))
    close(shown(variational, "dc2")["dc2"], arrays["dΛ2"].mean(axis=1))
    through = weights.T @ arrays["dμ2"] + spread_weights.T @ arrays["dΛ2"]
    close(shown(variational, "dA1")["dA1"], through)


def test_a_pulled_code_is_told_with_its_own_term(pulled: SlowStep) -> None:
    z = shown(pulled, "Z2")["Z2"]
    close(shown(pulled, "P2")["P2"], PULL * 0.5 * (z**2).sum(axis=0))
    silent = shown(pulled, "D1")
    close(silent["D1"], z * silent["M1"])
    back = shown(pulled, "dZ2")
    close(back["dZ2"], back["dC2"] + PULL * z)
    assert not back["dC2"][1].any()


def test_a_decoder_grows_its_maps(decoder: SlowStep) -> None:
    grown = shown(decoder, "Z3")
    x, kernels = grown["A2"].reshape(2, 3, 3, BATCH), grown["W3"].reshape(3, 2, 3, 3)
    stamped = np.zeros((3, 7, 7, BATCH))
    for read, row, column in np.ndindex(2, 3, 3):
        for mine, down, right in np.ndindex(3, 3, 3):
            at = mine, 2 * row + down, 2 * column + right
            stamped[at] += kernels[mine, read, 2 - down, 2 - right] * x[read, row, column]
    close(grown["Z3"], stamped + grown["b3"][:, :, np.newaxis, np.newaxis])
    larger = shown(decoder, "U1")
    close(larger["U1"], larger["A3"].repeat(2, axis=1).repeat(2, axis=2))

    errors = shown(decoder, "dA3")
    close(errors["dA3"], errors["dU1"].reshape(3, 7, 2, 7, 2, BATCH).sum(axis=(2, 4)))
    slopes = shown(decoder, "dW3")
    expected = np.zeros((3, 2, 3, 3))
    back = np.zeros(x.shape)
    for read, row, column in np.ndindex(2, 3, 3):
        for mine, down, right in np.ndindex(3, 3, 3):
            error = slopes["dZ3"][mine, 2 * row + down, 2 * column + right]
            expected[mine, read, 2 - down, 2 - right] += error @ x[read, row, column] / BATCH
            back[read, row, column] += kernels[mine, read, 2 - down, 2 - right] * error
    close(slopes["dW3"], expected)
    close(shown(decoder, "dA2")["dA2"], back)


@pytest.mark.parametrize("name", ["variational", "pulled", "decoder"])
def test_every_number_is_written_out_and_says_where_it_comes_from(
    name: str, request: pytest.FixtureRequest
) -> None:
    slow: SlowStep = request.getfixturevalue(name)
    labels = [stage.label for stage in slow.stages if stage.computed is not None]
    assert len(set(labels)) == len(labels)
    for stage in slow.stages:
        assert stage.explanation.endswith((".", ")"))
        assert stage.event.endswith(".")
        made = stage.computed
        if stage.arithmetic is None or made is None:
            continue
        for row in range(0, len(made.values), max(1, len(made.values) // 7)):
            assert all(stage.arithmetic(row, BATCH - 1 if made.values.shape[1] == BATCH else 0))
            for symbol, origin in (stage.origins(row, 0) if stage.origins else {}).items():
                source = next(each for each in stage.matrices if each.symbol == symbol)
                assert origin.rows.max(initial=0) < len(source.values)
