"""The code: its own term beside the loss, its samples, and the bound on the evidence."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.errors import ShapeError
from playground.nn import batch_gradient
from playground.nn.activations import Identity, Sigmoid, Tanh
from playground.nn.arrays import Array, quiet
from playground.nn.batch_gradient import BatchGradient
from playground.nn.evidence import evidence_bound
from playground.nn.gradient_check import check_tensors
from playground.nn.layers import Code, Conv2D, ConvTranspose2D, Dense, Flatten, Noise, Reshape
from playground.nn.losses import LogLoss, MeanSquaredError
from playground.nn.network import Network
from playground.nn.optimizers import SGD
from playground.nn.slopes import slopes
from playground.nn.training_step import TrainingStep

RIGHT = 1e-6
FEATURES = 6

codes = st.builds(
    Code,
    units=st.integers(1, 5),
    pull=st.sampled_from([0.0, 0.3, 2.0]),
    variational=st.booleans(),
    silenced=st.sampled_from(["", "0"]),
)


def autoencoder(code: Code, dtype: Any = np.float64, *more: Any) -> Network:
    layers = [*more, Dense(5, Tanh()), code, Dense(4, Tanh()), Dense(FEATURES, Sigmoid())]
    network = Network((FEATURES,), layers, seed=1, dtype=dtype)
    network.parameters += np.random.default_rng(2).normal(0, 0.3, network.parameter_count)
    return network


def rows_of(count: int, features: int = FEATURES) -> Array:
    return np.random.default_rng(4).random((count, features))


@settings(max_examples=40, deadline=None)
@given(codes, st.integers(1, 5), st.sampled_from([LogLoss(), MeanSquaredError()]))
def test_slopes_of_loss_and_own_term_are_central_differences(
    code: Code, batch: int, loss: Any
) -> None:
    network, x = autoencoder(code), rows_of(batch).T
    checks = check_tensors(network, loss, x, x, rng=np.random.default_rng(0))
    assert len(checks) == (10 if code.variational else 8)
    assert max(check.relative_error for check in checks) <= RIGHT


def numbers_of(network: Network, rows: Array, seed: int = 0) -> dict[str, Array]:
    """Return mean, ln σ², ε and sample of a training pass, (units, batch) each."""
    done = network.prepare(len(rows), training=True, rng=np.random.default_rng(seed))
    done.run(rows.T)
    code = next(made for made in done.layers if "noise" in made.kept)
    (term,) = done.terms
    assert code.z is not None
    return {**code.kept, "z": code.z, "term": np.array(term.value())}


def test_a_variational_code_samples_around_its_mean_and_predicts_it() -> None:
    network = autoencoder(Code(3, variational=True, pull=0.7))
    rows = rows_of(4)
    first = numbers_of(network, rows)
    spread = np.exp(first["log_variance"] / 2)
    np.testing.assert_allclose(first["z"], first["mean"] + spread * first["noise"], rtol=1e-12)
    assert (numbers_of(network, rows, seed=1)["noise"] != first["noise"]).all()
    np.testing.assert_array_equal(numbers_of(network, rows)["noise"], first["noise"])
    traced = next(record for record in network.trace(rows.T) if record.name == "code_1")
    np.testing.assert_array_equal(traced.a, first["mean"])
    # ½ Σ (μ² + σ² − 1 − ln σ²), the mean over the examples, times the pull.
    divergence = sum(
        0.5 * (mean**2 + math.exp(log) - 1 - log)
        for mean, log in zip(first["mean"].flat, first["log_variance"].flat, strict=True)
    )
    assert float(first["term"]) == pytest.approx(0.7 * divergence / 4, rel=1e-12)


def test_a_pull_adds_half_the_squared_length_of_the_code() -> None:
    network, rows = autoencoder(Code(3, pull=0.4)), rows_of(5)
    done = network.prepare(5, training=True)
    done.run(rows.T)
    (term,) = done.terms
    z = network.trace(rows.T)[1].a
    assert term.value() == pytest.approx(0.4 * 0.5 * (z**2).sum() / 5, rel=1e-12)
    assert not autoencoder(Code(3)).prepare(5, training=True).terms
    assert not network.prepare(5, training=False, differentiable=True).terms


def test_the_loss_is_told_without_the_term() -> None:
    rows = rows_of(8)
    values = []
    for pull in (0.0, 5.0):
        network = autoencoder(Code(3, pull=pull))
        step = TrainingStep(network, LogLoss(), SGD(), rng=None)
        values.append(step(rows, rows, 0.1))
    assert values[0] == values[1]


def gradient_of(network: Network, rows: Array) -> Array:
    differentiate = BatchGradient(network, LogLoss(), np.random.default_rng(5))
    with quiet():
        differentiate(rows, rows)
    return network.gradient.copy()


def convolutional(dtype: Any = np.float64) -> Network:
    layers = [
        Noise(0.1),
        Conv2D(4, stride=2),
        Flatten(),
        Code(3, pull=0.5, variational=True),
        Dense(36),
        Reshape(1),
        ConvTranspose2D(1, activation=Sigmoid()),
    ]
    return Network((1, 12, 12), layers, seed=1, dtype=dtype)


@pytest.mark.parametrize("count", [8, 9, 33])
@pytest.mark.parametrize("dear", [False, True])
def test_pieces_and_halves_draw_and_pull_as_the_whole_batch_does(
    monkeypatch: pytest.MonkeyPatch, count: int, dear: bool
) -> None:
    monkeypatch.setattr("playground.nn.passes._CACHED", 4 * 144 * 8)
    monkeypatch.setattr(batch_gradient, "_DEAR", 1 if dear else 10**15)
    rows = rows_of(count, 144)
    pieces = gradient_of(convolutional(), rows)
    monkeypatch.setattr(batch_gradient, "pieces_of", lambda network, batch: (batch, False))
    np.testing.assert_allclose(pieces, gradient_of(convolutional(), rows), rtol=1e-9, atol=1e-13)


def test_training_repeats_bit_for_bit_and_in_float64_draws_the_same() -> None:
    rows = rows_of(9, 144)
    single = rows.astype(np.float32)
    one, other = (gradient_of(convolutional(np.float32), single) for _ in range(2))
    assert one.tobytes() == other.tobytes()
    np.testing.assert_allclose(one, gradient_of(convolutional(), rows), rtol=2e-3, atol=1e-5)


def test_the_slopes_of_a_training_pass_are_the_steps_own() -> None:
    network = autoencoder(Code(3, pull=0.7, variational=True), np.float64, Noise(0.2))
    rows = rows_of(7)
    done = slopes(network, LogLoss(), rows.T, rows.T, rng=np.random.default_rng(5), training=True)
    told = np.concatenate([np.ravel(each) for each in _in_order(network, done)])
    np.testing.assert_allclose(told, gradient_of(network, rows), rtol=1e-10, atol=1e-15)


def _in_order(network: Network, done: Any) -> list[Array]:
    views = network.views_of(np.arange(network.parameter_count, dtype=np.float64))
    found = {f"{each.name}.{k}": v for each in done.layers for k, v in each.gradients.items()}
    places = np.concatenate([view.ravel() for view in views.values()]).astype(int)
    values = np.concatenate([found[name].ravel() for name in views])
    return [values[np.argsort(places)]]


def test_a_network_knows_its_code() -> None:
    network = autoencoder(Code(3))
    assert network.code is network.layers[1]
    assert network.twin().code is not None
    assert Network((4,), [Dense(2)]).code is None


def test_frozen_and_silenced_numbers_of_a_code() -> None:
    code = Code(4, pull=0.5, variational=True, frozen="1", silenced="2")
    network = autoencoder(code)
    before = {name: view.copy() for name, view in network.views().items()}
    step = TrainingStep(network, LogLoss(), SGD(), rng=np.random.default_rng(0))
    rows = rows_of(8)
    for _ in range(3):
        step(rows, rows, 0.5)
    assert not network.trace(rows.T)[1].a[2].any()
    for name in ("weights", "biases", "spread_weights", "spread_biases"):
        was, now = before[f"code_1.{name}"], network.views()[f"code_1.{name}"]
        np.testing.assert_array_equal(was[1], now[1])
        assert (was[[0, 3]] != now[[0, 3]]).any()


# The bound on the evidence.


def linear_gaussian(weight: float, noise: float) -> Network:
    """Return the autoencoder whose code is the exact posterior of x = w·z + N(0, v), z of N(0, 1).

    Its mean is w/(w² + v)·x, its variance v/(w² + v): the bound is the evidence itself.
    """
    network = Network((1,), [Code(1, variational=True), Dense(1, Identity())], dtype=np.float64)
    views = network.views()
    total = weight**2 + noise
    views["code_1.weights"][...] = weight / total
    views["code_1.spread_biases"][...] = math.log(noise / total)
    views["dense_1.weights"][...] = weight
    views["dense_1.biases"][...] = 0
    return network


def test_the_bound_of_the_exact_posterior_is_the_evidence() -> None:
    weight, noise = 1.5, 0.4
    rows = np.random.default_rng(0).normal(0, 1.6, (50, 1))
    bound = evidence_bound(
        linear_gaussian(weight, noise), rows, "gaussian", variance=noise, samples=4000
    )
    total = weight**2 + noise
    evidence = -0.5 * (rows[:, 0] ** 2 / total + math.log(2 * math.pi * total))
    assert bound.mean() == pytest.approx(evidence.mean(), abs=0.02)
    worse = evidence_bound(linear_gaussian(1.0, noise), rows, "gaussian", variance=noise)
    assert worse.mean() < bound.mean()


def test_the_bound_is_minus_loss_and_term_where_the_pull_is_1() -> None:
    network, rows = autoencoder(Code(2, variational=True, pull=1.0)), rows_of(300)
    bound = evidence_bound(network, rows, "bernoulli", samples=400)
    done = network.prepare(300, training=True, rng=np.random.default_rng(1))
    (term,), values = done.terms, []
    for _ in range(400):
        done.run(rows.T)
        values.append(LogLoss().value(done.output, rows.T) + term.value())
    assert bound.mean() == pytest.approx(-np.mean(values), rel=2e-3)


def test_a_bound_without_a_variational_code_is_refused() -> None:
    for network in (autoencoder(Code(2)), Network((FEATURES,), [Dense(FEATURES)])):
        with pytest.raises(ShapeError, match="expects a network with a variational code"):
            evidence_bound(network, rows_of(2), "bernoulli")
