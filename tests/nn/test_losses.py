import math

import numpy as np
import pytest

from playground.nn.activations import Identity, Sigmoid, Softmax, Tanh
from playground.nn.losses import LOSSES, CategoricalCrossEntropy, LogLoss, MeanSquaredError

PREDICTION = np.array([[0.7, 0.2], [0.2, 0.5], [0.1, 0.3]])
TARGET = np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]])
FUSED = [
    (MeanSquaredError(), Identity()),
    (LogLoss(), Sigmoid()),
    (CategoricalCrossEntropy(), Softmax()),
]


def test_mean_squared_error_is_half_the_squared_distance_averaged_over_the_batch():
    # ½(0.3² + 0.2² + 0.1²) = 0.07 and ½(0.2² + 0.5² + 0.7²) = 0.39
    assert MeanSquaredError().value(PREDICTION, TARGET) == pytest.approx((0.07 + 0.39) / 2)


def test_cross_entropy_is_the_surprise_at_the_right_class():
    expected = -(math.log(0.7) + math.log(0.3)) / 2
    assert CategoricalCrossEntropy().value(PREDICTION, TARGET) == pytest.approx(expected)


def test_log_loss_sums_over_the_outputs():
    first = math.log(0.7) + math.log(0.8) + math.log(0.9)
    second = math.log(0.8) + math.log(0.5) + math.log(0.3)
    assert LogLoss().value(PREDICTION, TARGET) == pytest.approx(-(first + second) / 2)


@pytest.mark.parametrize("loss", [loss() for loss in LOSSES], ids=repr)
def test_gradient_is_the_slope_of_the_value(loss):
    gradient = np.empty_like(PREDICTION)
    loss.prepare(PREDICTION, TARGET, gradient)()
    h = 1e-6
    for place in np.ndindex(PREDICTION.shape):
        above, below = PREDICTION.copy(), PREDICTION.copy()
        above[place] += h
        below[place] -= h
        slope = (loss.value(above, TARGET) - loss.value(below, TARGET)) / (2 * h)
        assert gradient[place] == pytest.approx(slope, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("loss", [loss() for loss in LOSSES], ids=repr)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_wrong_certainty_stays_finite(loss, dtype):
    prediction, target = np.eye(2, dtype=dtype), np.eye(2, dtype=dtype)[::-1].copy()
    gradient = np.empty_like(prediction)
    loss.prepare(prediction, target, gradient)()
    assert np.isfinite(loss.value(prediction, target))
    assert np.isfinite(gradient).all()


@pytest.mark.parametrize(("loss", "activation"), FUSED)
def test_fused_equals_activation_then_loss(loss, activation):
    z = np.random.default_rng(0).normal(size=(3, 2))
    prediction, grad_a, grad_z = np.empty_like(z), np.empty_like(z), np.empty_like(z)
    activation.forward(z, prediction)
    value = loss.value(prediction, TARGET)
    loss.prepare(prediction, TARGET, grad_a)()
    activation.backward(grad_a, z, prediction.copy(), grad_z)

    fused_prediction, fused_grad = np.empty_like(z), np.empty_like(z)
    evaluate = loss.prepare_fused(z, TARGET, fused_prediction, fused_grad)
    assert evaluate() == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(fused_prediction, prediction, rtol=1e-12)
    np.testing.assert_allclose(fused_grad, grad_z, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_softmax_with_cross_entropy_is_exact_for_huge_logits(dtype):
    z = np.array([[1e4, 1e4], [-1e4, -1e4]], dtype)
    target = np.array([[1, 0], [0, 1]], dtype)
    prediction, grad = np.empty_like(z), np.empty_like(z)
    value = CategoricalCrossEntropy().prepare_fused(z, target, prediction, grad)()
    assert value == (0 + 2e4) / 2
    np.testing.assert_array_equal(grad, [[0, 0.5], [0, -0.5]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sigmoid_with_log_loss_is_exact_for_huge_logits(dtype):
    z = np.array([[1e4, -1e4, 1e4, -1e4]], dtype)
    target = np.array([[1, 0, 0, 1]], dtype)
    prediction, grad = np.empty_like(z), np.empty_like(z)
    value = LogLoss().prepare_fused(z, target, prediction, grad)()
    assert value == (0 + 0 + 1e4 + 1e4) / 4
    np.testing.assert_allclose(grad, [[0, 0, 0.25, -0.25]], atol=1e-37)


def test_losses_fuse_with_their_own_activation_only():
    assert CategoricalCrossEntropy().fuses_with(Softmax())
    assert LogLoss().fuses_with(Sigmoid())
    assert not CategoricalCrossEntropy().fuses_with(Sigmoid())
    assert not MeanSquaredError().fuses_with(Tanh())


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("loss", "activation"), FUSED)
def test_no_loss_is_negative_however_well_it_is_learned(loss, activation, dtype):
    rng = np.random.default_rng(0)
    for surety in (0.1, 3.0, 30.0):
        right = np.eye(4, dtype=dtype)[:, rng.integers(0, 4, 999)]
        z = (surety * (2 * right - 1) + rng.normal(size=right.shape)).astype(dtype)
        prediction, grad = np.empty_like(z), np.empty_like(z)
        fused = loss.prepare_fused(z, right, prediction, grad)()
        activation.forward(z, prediction)
        for value in (fused, loss.value(prediction, right)):
            assert value >= 0
            assert not np.signbit(value)


@pytest.mark.parametrize("loss", [loss() for loss in LOSSES], ids=repr)
def test_an_output_that_is_no_probability_makes_no_loss_negative(loss):
    for prediction in (np.eye(3), 3 * np.eye(3), -np.eye(3)):
        value = loss.value(prediction, np.eye(3))
        assert value >= 0
        assert not np.signbit(value)
