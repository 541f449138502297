import numpy as np
import pytest

from playground.nn.activations import ACTIVATIONS, Identity, ReLU, Sigmoid, Softmax, Softplus, Tanh
from playground.nn.gradient_check import TensorCheck, _compared, check_tensors
from playground.nn.initializers import Zeros
from playground.nn.layers import BatchNorm, Conv2D, Dense, Dropout, Flatten, MaxPool
from playground.nn.losses import LOSSES, CategoricalCrossEntropy, LogLoss, MeanSquaredError
from playground.nn.network import Network

THRESHOLD = 1e-6
OUTPUTS = {
    "mean_squared_error": [Identity(), Sigmoid(), Tanh(), Softmax(), ReLU(), Softplus()],
    "log_loss": [Sigmoid(), Softmax()],
    "cross_entropy": [Softmax(), Sigmoid(), Softplus()],
}
PAIRS = [(LOSSES[kind](), output) for kind, outputs in OUTPUTS.items() for output in outputs]


def errors_of(network, loss, batch=6, **settings):
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(4, batch))
    targets = np.eye(3)[:, rng.integers(0, 3, batch)]
    checks = check_tensors(network, loss, inputs, targets, rng=rng, **settings)
    return {check.name: check.relative_error for check in checks}


@pytest.mark.parametrize("hidden", [activation() for activation in ACTIVATIONS], ids=repr)
@pytest.mark.parametrize(("loss", "output"), PAIRS)
def test_every_activation_with_every_loss(hidden, loss, output):
    layers = [Dense(units=5, activation=hidden), Dense(units=3, activation=output)]
    errors = errors_of(Network((4,), layers), loss)
    assert set(errors) == {
        "dense_1.weights",
        "dense_1.biases",
        "dense_2.weights",
        "dense_2.biases",
    }
    assert max(errors.values()) < THRESHOLD


@pytest.mark.parametrize("batch", [1, 2, 7])
@pytest.mark.parametrize(
    "extra",
    [[BatchNorm()], [Dropout()], [Flatten()], [BatchNorm(), Dropout(), Dense(units=4)]],
    ids=repr,
)
def test_every_layer_kind_in_between_first_and_last(extra, batch):
    ends = Dense(units=5, activation=Tanh()), Dense(units=3, activation=Softmax())
    for layers in ([ends[0], *extra, ends[1]], [*extra, *ends], [*ends, *extra]):
        loss = MeanSquaredError() if layers[-1] in extra else CategoricalCrossEntropy()
        if layers[-1] != ends[1] and isinstance(layers[-1], Dense):
            continue
        errors = errors_of(Network((4,), layers), loss, batch)
        assert max(errors.values()) < THRESHOLD


def test_the_penalty_is_part_of_both_sides():
    network = Network((4,), [Dense(units=5, activation=Tanh()), Dense(units=3)])
    assert max(errors_of(network, MeanSquaredError(), l2=0.3).values()) < THRESHOLD


def test_entries_on_a_kink_are_left_out():
    network = Network((4,), [Dense(units=5, initializer=Zeros()), Dense(units=3)])
    assert max(errors_of(network, MeanSquaredError()).values()) < THRESHOLD


def test_where_a_square_hands_on_another_number_there_is_a_kink_too():
    layers = [
        Conv2D(1, kernel=1, activation=Identity()),
        MaxPool(2),
        Dense(units=1, activation=Identity()),
    ]
    network = Network((4, 2, 2), layers, dtype=np.float64)
    views = network.views()
    # Each pixel is the weight of its own map: the first two differ by less than a step.
    views["conv2d_1.weights"][0, :, 0, 0] = [1, 1 - 3e-6, 0.5, 0.25]
    views["dense_1.weights"].fill(5e-5)
    inputs, targets = np.eye(4).reshape(16, 1), np.array([[1.0]])
    rng = np.random.default_rng(0)
    checks = check_tensors(network, MeanSquaredError(), inputs, targets, rng=rng)
    assert {check.verdict for check in checks} == {"right"}
    assert sum(check.entries for check in checks) == network.parameter_count


def test_the_network_stays_as_it_is():
    network = Network((4,), [Dense(units=5), BatchNorm(), Dense(units=3)])
    kept = network.parameters.copy(), network.statistics.copy(), network.gradient.copy()
    errors_of(network, MeanSquaredError())
    for array, before in zip(
        (network.parameters, network.statistics, network.gradient), kept, strict=True
    ):
        np.testing.assert_array_equal(array, before)


def test_a_wrong_derivative_is_found(monkeypatch):
    def backward(self, grad_a, z, a, out):
        np.multiply(grad_a, 1 - a, out=out)  # for 1 − a²

    monkeypatch.setattr(Tanh, "backward", backward)
    network = Network(
        (4,), [Dense(units=5, activation=Tanh()), Dense(units=3, activation=Sigmoid())]
    )
    errors = errors_of(network, LogLoss())
    assert errors["dense_1.weights"] > 1e-3
    assert errors["dense_2.weights"] < THRESHOLD


def test_the_l1_penalty_is_part_of_both_sides_and_its_kink_is_left_out():
    network = Network((4,), [Dense(units=5, activation=Tanh()), Dense(units=3)])
    weights = network.views()["dense_1.weights"]
    weights[0] = 0
    weights[1, 0], weights[1, 1] = 4e-6, -4e-12
    checks = {
        check.name: check
        for check in check_tensors(
            network,
            CategoricalCrossEntropy(),
            np.random.default_rng(0).normal(size=(4, 6)),
            np.eye(3)[:, [0, 1, 2, 0, 1, 2]],
            l1=0.3,
            l2=0.1,
            rng=np.random.default_rng(0),
        )
    }
    assert max(check.relative_error for check in checks.values()) < THRESHOLD
    assert checks["dense_1.weights"].entries == 15
    assert checks["dense_1.weights"].on_kinks == 5
    assert checks["dense_1.biases"].on_kinks == 0


def test_a_large_relu_network_close_to_its_kinks_is_right():
    network = Network((20,), [Dense(units=60), Dense(units=60), Dense(units=3)], seed=1)
    rng = np.random.default_rng(1)
    inputs, targets = rng.normal(size=(20, 64)), np.eye(3)[:, rng.integers(0, 3, 64)]
    for _ in range(3):
        checks = check_tensors(network, MeanSquaredError(), inputs, targets, samples=60, rng=rng)
        assert max(check.relative_error for check in checks) < THRESHOLD


def test_the_verdicts_follow_the_thresholds():
    def verdict(error, entries=3):
        return TensorCheck("w", 9, entries, 0, error, 0.0).verdict

    assert verdict(9e-7) == "right"
    assert verdict(2e-6) == verdict(1e-3) == "doubtful"
    assert verdict(2e-3) == verdict(float("nan")) == "wrong"
    assert verdict(0.0, entries=0) == "untested"


def test_round_off_in_a_well_trained_networks_loss_is_no_doubt():
    # A loss of 10⁻⁶ is what is left of sums near 30, which carry round-off of 10⁻¹⁵ each: over 2h
    # that makes 10⁻¹⁰, beside slopes that are no longer than 10⁻⁵.
    rng = np.random.default_rng(0)
    slopes = rng.normal(scale=1e-5, size=8)
    noise = np.resize([1.1e-10, -1.1e-10], 8)
    assert _compared("w", 8, 8, slopes, slopes + noise, 1e-6).verdict == "right"
    assert _compared("w", 8, 8, slopes, 2 * slopes, 1e-6).verdict == "wrong"


def test_a_check_that_has_no_time_tries_a_few_entries_of_every_tensor():
    checks = check_tensors(
        Network((4,), [Dense(units=50, activation=Tanh()), Dense(units=3)]),
        MeanSquaredError(),
        np.random.default_rng(0).normal(size=(4, 6)),
        np.eye(3)[:, [0, 1, 2, 0, 1, 2]],
        samples=40,
        rng=np.random.default_rng(0),
        seconds=0.0,
    )
    assert [check.entries for check in checks] == [4, 4, 4, 3]
    assert max(check.relative_error for check in checks) < THRESHOLD
