import math

import numpy as np
import pytest

from playground.errors import FieldError
from playground.nn.activations import (
    ACTIVATIONS,
    ELU,
    GELU,
    BinaryStep,
    LeakyReLU,
    Linear,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)

ELEMENTWISE = [activation for activation in ACTIVATIONS if activation.elementwise]
VARIED = [
    *(activation() for activation in ELEMENTWISE),
    Linear(-2.5),
    ReLU(0.5),
    LeakyReLU(2, 0.3),
    ELU(0.4),
    ELU(2.5),
    BinaryStep(0.7),
]


def applied(activation, z):
    z = np.asarray(z, np.float64)
    out = np.empty_like(z)
    activation.forward(z, out)
    return out


@pytest.mark.parametrize(
    ("activation", "z", "expected"),
    [
        (Linear(3), 2, 6),
        (Sigmoid(), 0, 0.5),
        (Sigmoid(), 7, 0.9990889488),  # article D
        (Tanh(), 1, 0.7615941560),
        (BinaryStep(1), 1, 0),
        (BinaryStep(1), 1.01, 1),
        (ReLU(2), 3, 6),
        (ReLU(2), -3, 0),
        (LeakyReLU(2, 0.1), 3, 6),
        (LeakyReLU(2, 0.1), -3, -0.3),
        (ELU(2), 3, 3),
        (ELU(2), -1, 2 * (math.exp(-1) - 1)),
        (ELU(0.5), -1, 0.5 * (math.exp(-1) - 1)),
        (Softplus(), 0, math.log(2)),
        (SiLU(), 1, 0.7310585786),
        (GELU(), 1, 0.8411919906),
    ],
)
def test_value_follows_the_formula(activation, z, expected):
    assert applied(activation, [[z]])[0, 0] == pytest.approx(expected, rel=1e-9)


def test_gelu_is_close_to_the_exact_normal_distribution():
    z = np.linspace(-5, 5, 201)[None]
    exact = [x * 0.5 * (1 + math.erf(x / math.sqrt(2))) for x in z[0]]
    assert np.abs(applied(GELU(), z) - exact).max() < 5e-4


@pytest.mark.parametrize("activation", VARIED, ids=repr)
def test_derivative_is_the_slope_away_from_corners(activation):
    z = np.array([[-6.1, -2.3, -0.9, -0.2, 0.15, 0.8, 2.4, 5.2]])
    h = 1e-6
    slope = (applied(activation, z + h) - applied(activation, z - h)) / (2 * h)
    np.testing.assert_allclose(activation.derivative(z), slope, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("activation", VARIED, ids=repr)
def test_backward_is_the_error_times_the_derivative(activation):
    rng = np.random.default_rng(0)
    z, grad_a = rng.normal(size=(2, 5, 7))
    a, out = np.empty_like(z), np.empty_like(z)
    activation.forward(z, a)
    expected = grad_a * activation.derivative(z)
    activation.backward(grad_a.copy(), z, a.copy(), out)
    np.testing.assert_allclose(out, expected, rtol=1e-12, atol=1e-15)


def test_softmax_backward_is_the_product_with_its_jacobian():
    rng = np.random.default_rng(0)
    z, grad_a = rng.normal(size=(2, 4, 3))
    a, out = np.empty_like(z), np.empty_like(z)
    Softmax().forward(z, a)
    expected = np.empty_like(z)
    for example in range(3):
        f = a[:, example]
        expected[:, example] = (np.diag(f) - np.outer(f, f)) @ grad_a[:, example]
    Softmax().backward(grad_a.copy(), z, a.copy(), out)
    np.testing.assert_allclose(out, expected, rtol=1e-12)
    np.testing.assert_allclose(Softmax().derivative(z), a * (1 - a))


@pytest.mark.parametrize("activation", [*VARIED, Softmax()], ids=repr)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_values_stay_finite_and_within_bounds_for_huge_sums(activation, dtype):
    z = np.array([[-1e4, -100, -1, 0, 1, 100, 1e4]] * 3, dtype)
    z[0] *= -1
    a, out = np.empty_like(z), np.empty_like(z)
    activation.forward(z, a)
    low, high = activation.bounds()
    assert np.isfinite(a).all()
    assert (a >= low - 1e-6).all()
    assert (a <= high).all()
    activation.backward(np.ones_like(z), z, a, out)
    assert np.isfinite(out).all()


@pytest.mark.parametrize("activation", [*VARIED, Softmax()], ids=repr)
def test_bounds_are_approached(activation):
    z = np.linspace(-40, 40, 80_001)[None]
    if isinstance(activation, Softmax):
        z = np.vstack([z, -z])
    a = applied(activation, z)
    for bound, reached in zip(activation.bounds(), (a.min(), a.max()), strict=True):
        if math.isfinite(bound):
            assert reached == pytest.approx(bound, abs=1e-6)
        else:
            assert abs(reached) > 0.1


def test_leaky_relu_refuses_a_negative_side_as_steep_as_the_positive():
    with pytest.raises(FieldError, match="less than slope a"):
        LeakyReLU(0.5, 0.5)


def test_only_flat_activations_have_no_gradient():
    flat = [activation for activation in [*VARIED, Linear(0)] if not activation.has_gradient()]
    assert flat == [BinaryStep(), BinaryStep(0.7), Linear(0)]


def test_every_activation_explains_itself():
    for activation in ACTIVATIONS:
        assert activation.formula
        assert activation.derivative_formula
        assert activation.use.endswith(".")
