import math

import numpy as np
import pytest

from playground.nn.optimizers import (
    OPTIMIZERS,
    SGD,
    Adam,
    AdamW,
    GradientDescent,
    Momentum,
    Nesterov,
    RMSProp,
)


def after_two_steps(optimizer, learning_rate=0.1):
    """Return w after the gradients 2 and then −1, from w = 1."""
    parameters, gradient, scratch = np.array([1.0]), np.array([2.0]), np.empty(1)
    moments = np.zeros((len(optimizer.moments), 1))
    optimizer.prepare(parameters, gradient, moments, scratch)(learning_rate, 1)
    gradient[:] = -1
    optimizer.prepare(parameters, gradient, moments, scratch)(learning_rate, 2)
    return parameters[0]


@pytest.mark.parametrize("optimizer", [GradientDescent(), SGD()])
def test_descent_goes_against_the_gradient(optimizer):
    # 1 − 0.1·2 = 0.8;  0.8 − 0.1·(−1) = 0.9
    assert after_two_steps(optimizer) == pytest.approx(0.9)


def test_momentum_keeps_its_speed():
    # v = 2, w = 1 − 0.1·2 = 0.8;  v = 0.9·2 − 1 = 0.8, w = 0.8 − 0.1·0.8 = 0.72
    assert after_two_steps(Momentum(0.9)) == pytest.approx(0.72)


def test_nesterov_looks_ahead():
    # v = 2, w = 1 − 0.1·(2 + 0.9·2) = 0.62
    # v = 0.9·2 − 1 = 0.8, w = 0.62 − 0.1·(−1 + 0.9·0.8) = 0.648
    assert after_two_steps(Nesterov(0.9)) == pytest.approx(0.648)


def test_rmsprop_divides_by_the_usual_slope():
    # s = 0.1·2² = 0.4, w = 1 − 0.1·2 / (√0.4 + 0.01)
    # s = 0.9·0.4 + 0.1·1 = 0.46, w = w + 0.1·1 / (√0.46 + 0.01)
    expected = 1 - 0.2 / (math.sqrt(0.4) + 0.01) + 0.1 / (math.sqrt(0.46) + 0.01)
    assert after_two_steps(RMSProp(0.9, 0.01)) == pytest.approx(expected)


def test_adam_corrects_its_moments_bias():
    # m = 0.1·2 = 0.2, m̂ = 0.2 / 0.1 = 2;  v = 0.001·4 = 0.004, v̂ = 0.004 / 0.001 = 4
    # w = 1 − 0.1·2 / (√4 + 0.01)
    # m = 0.9·0.2 + 0.1·(−1) = 0.08, m̂ = 0.08 / 0.19
    # v = 0.999·0.004 + 0.001·1 = 0.004996, v̂ = 0.004996 / 0.001999
    first = 1 - 0.1 * 2 / (2 + 0.01)
    expected = first - 0.1 * (0.08 / 0.19) / (math.sqrt(0.004996 / 0.001999) + 0.01)
    assert after_two_steps(Adam(epsilon=0.01)) == pytest.approx(expected, rel=1e-9)


def test_adamw_decays_beside_adam():
    # w = 1·(1 − 0.1·0.5) − 0.1·m̂/(√v̂ + ε), and once more; m̂ and v̂ as in Adam's test
    first = 0.95 - 0.1 * 2 / (2 + 0.01)
    expected = 0.95 * first - 0.1 * (0.08 / 0.19) / (math.sqrt(0.004996 / 0.001999) + 0.01)
    adamw = AdamW(epsilon=0.01, weight_decay=0.5)
    assert after_two_steps(adamw) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("optimizer", [optimizer() for optimizer in OPTIMIZERS], ids=repr)
def test_every_optimizer_finds_the_bottom_of_a_bowl(optimizer):
    parameters, scratch = np.array([3.0, -2.0]), np.empty(2)
    moments = np.zeros((len(optimizer.moments), 2))
    for step in range(1, 1001):
        gradient = parameters * np.array([1.0, 5.0])
        optimizer.prepare(parameters, gradient, moments, scratch)(0.01, step)
    assert np.abs(parameters).max() < 0.02


def test_only_gradient_descent_takes_all_examples_at_once():
    assert [optimizer for optimizer in OPTIMIZERS if optimizer.full_batch] == [GradientDescent]
