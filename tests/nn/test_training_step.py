import gc
import math
import tracemalloc

import numpy as np
import pytest

from playground.nn.activations import (
    ELU,
    GELU,
    Identity,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from playground.nn.arrays import quiet
from playground.nn.initializers import Given
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
    LayerNorm,
    MaxPool,
    Noise,
    Position,
    Residual,
    SelfAttention,
    Upsample,
)
from playground.nn.losses import CategoricalCrossEntropy, LogLoss, MeanSquaredError
from playground.nn.network import Network
from playground.nn.optimizers import OPTIMIZERS, SGD, Adam, Momentum
from playground.nn.training_step import TrainingStep


def classifier(dtype=np.float32, hidden=ReLU(), **settings):  # noqa: B008 - frozen
    layers = [
        Dense(units=8, activation=hidden, **settings),
        Dense(units=3, activation=Softmax()),
    ]
    return Network((4,), layers, dtype=dtype)


def examples(count=16, features=4, classes=3, dtype=np.float32):
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(count, features)).astype(dtype)
    return rows, np.eye(classes, dtype=dtype)[rng.integers(0, classes, count)]


def step_on(network, loss=None, optimizer=None, **settings):
    rng = np.random.default_rng(0)
    return TrainingStep(
        network, loss or CategoricalCrossEntropy(), optimizer or Adam(), rng=rng, **settings
    )


def test_one_step_of_a_2_2_1_network_worked_by_hand():
    """Every partial derivative by name, as article D writes them; one example, rate 0.1."""
    w1, w2, w3, w4, b1, b2 = 0.1, 0.2, -0.3, 0.4, 0.05, -0.05
    w5, w6, b3 = 0.5, -0.6, 0.1
    x1, x2, y = 2.0, 3.0, 1.0

    def sigmoid(z):
        return 1 / (1 + math.exp(-z))

    h1 = sigmoid(w1 * x1 + w2 * x2 + b1)
    h2 = sigmoid(w3 * x1 + w4 * x2 + b2)
    o = sigmoid(w5 * h1 + w6 * h2 + b3)
    d_loss_d_o = o - y  # L = ½(o − y)²
    d_o_d_z3 = o * (1 - o)
    d_loss_d_w5 = d_loss_d_o * d_o_d_z3 * h1
    d_loss_d_w6 = d_loss_d_o * d_o_d_z3 * h2
    d_loss_d_b3 = d_loss_d_o * d_o_d_z3
    d_o_d_h1, d_o_d_h2 = d_o_d_z3 * w5, d_o_d_z3 * w6
    d_h1_d_z1, d_h2_d_z2 = h1 * (1 - h1), h2 * (1 - h2)
    d_loss_d_w1 = d_loss_d_o * d_o_d_h1 * d_h1_d_z1 * x1
    d_loss_d_w2 = d_loss_d_o * d_o_d_h1 * d_h1_d_z1 * x2
    d_loss_d_b1 = d_loss_d_o * d_o_d_h1 * d_h1_d_z1
    d_loss_d_w3 = d_loss_d_o * d_o_d_h2 * d_h2_d_z2 * x1
    d_loss_d_w4 = d_loss_d_o * d_o_d_h2 * d_h2_d_z2 * x2
    d_loss_d_b2 = d_loss_d_o * d_o_d_h2 * d_h2_d_z2

    hidden = Dense(units=2, activation=Sigmoid(), initializer=Given((w1, w2, w3, w4), (b1, b2)))
    output = Dense(units=1, activation=Sigmoid(), initializer=Given((w5, w6), (b3,)))
    network = Network((2,), [hidden, output], dtype=np.float64)
    step = step_on(network, MeanSquaredError(), SGD())
    loss = step(np.array([[x1, x2]]), np.array([[y]]), 0.1)

    assert loss == pytest.approx(0.5 * (o - y) ** 2, rel=1e-12)
    views = network.views()
    np.testing.assert_allclose(
        views["dense_1.weights"],
        [
            [w1 - 0.1 * d_loss_d_w1, w2 - 0.1 * d_loss_d_w2],
            [w3 - 0.1 * d_loss_d_w3, w4 - 0.1 * d_loss_d_w4],
        ],
        rtol=1e-12,
    )
    np.testing.assert_allclose(
        views["dense_1.biases"], [b1 - 0.1 * d_loss_d_b1, b2 - 0.1 * d_loss_d_b2], rtol=1e-12
    )
    np.testing.assert_allclose(
        views["dense_2.weights"], [[w5 - 0.1 * d_loss_d_w5, w6 - 0.1 * d_loss_d_w6]], rtol=1e-12
    )
    np.testing.assert_allclose(views["dense_2.biases"], [b3 - 0.1 * d_loss_d_b3], rtol=1e-12)


@pytest.mark.parametrize("batch", [1, 5])
def test_gradient_is_that_of_article_a(batch):
    network = classifier(np.float64)
    rows, targets = examples(batch, dtype=np.float64)
    views = {name: view.copy() for name, view in network.views().items()}
    x, y = rows.T, targets.T
    z1 = views["dense_1.weights"] @ x + views["dense_1.biases"][:, None]
    a1 = np.maximum(z1, 0)
    z2 = views["dense_2.weights"] @ a1 + views["dense_2.biases"][:, None]
    a2 = np.exp(z2) / np.exp(z2).sum(axis=0)
    dz2 = a2 - y
    dz1 = views["dense_2.weights"].T @ dz2 * (z1 > 0)
    step_on(network)(rows, targets, 0.1)
    gradients = network.views_of(network.gradient)
    for name, expected in {
        "dense_2.weights": dz2 @ a1.T / batch,
        "dense_2.biases": dz2.sum(axis=1) / batch,
        "dense_1.weights": dz1 @ x.T / batch,
        "dense_1.biases": dz1.sum(axis=1) / batch,
    }.items():
        np.testing.assert_allclose(gradients[name], expected, rtol=1e-10, atol=1e-15)


@pytest.mark.parametrize(
    ("loss", "activation"),
    [
        (CategoricalCrossEntropy(), Softmax()),
        (LogLoss(), Sigmoid()),
        (MeanSquaredError(), Identity()),
    ],
)
def test_fused_and_separate_paths_make_the_same_step(loss, activation):
    rows, targets = examples(dtype=np.float64)
    # A dropout layer behind the output, without effect, keeps the loss from being fused.
    layers = [Dense(units=8, activation=Tanh()), Dense(units=3, activation=activation)]
    fused = Network((4,), layers, dtype=np.float64)
    separate = Network((4,), [*layers, Dropout(rate=0)], dtype=np.float64)
    values = [step_on(network, loss)(rows, targets, 0.1) for network in (fused, separate)]
    assert values[0] == pytest.approx(values[1], rel=1e-12)
    np.testing.assert_allclose(fused.gradient, separate.gradient, rtol=1e-9, atol=1e-15)


def test_returns_the_loss_before_the_update_without_penalties():
    network = classifier()
    rows, targets = examples()
    before = CategoricalCrossEntropy().value(network.forward(rows.T).copy(), targets.T)
    value = step_on(network, l1=0.1, l2=0.1)(rows, targets, 0.1)
    assert value == pytest.approx(before, rel=1e-5)


def test_penalties_add_their_slope_to_weights_and_to_nothing_else():
    rows, targets = examples(dtype=np.float64)
    plain, both = classifier(np.float64), classifier(np.float64)
    for network in (plain, both):
        network.views()["dense_1.weights"][0, 0] = 0
        network.views()["dense_1.biases"].fill(0.5)
    weights = {name: view.copy() for name, view in plain.views().items()}
    step_on(plain)(rows, targets, 0.1)
    step_on(both, l1=0.01, l2=0.1)(rows, targets, 0.1)
    added = both.views_of(both.gradient - plain.gradient)
    for name, difference in added.items():
        w = weights[name] if name.endswith("weights") else np.zeros(difference.shape)
        np.testing.assert_allclose(difference, 0.1 * w + 0.01 * np.sign(w), atol=1e-14)


def test_clipping_shortens_a_long_gradient_and_leaves_a_short_one():
    rows, targets = examples()
    norms = []
    for clip_norm in (None, 1e-3, 1e3):
        network = classifier()
        step_on(network, clip_norm=clip_norm)(rows, targets, 0.1)
        norms.append(np.linalg.norm(network.gradient))
    assert norms[1] == pytest.approx(1e-3, rel=1e-5)
    assert norms[2] == norms[0] > 1e-3


def test_equal_seeds_train_bit_identically():
    finals = []
    for _ in range(2):
        network = Network((4,), [Dense(units=8, dropout=0.3), BatchNorm(), Dense(units=3)])
        step = step_on(network, MeanSquaredError())
        rows, targets = examples()
        losses = [step(rows, targets, 0.01) for _ in range(20)]
        finals.append((losses, network.parameters.tobytes(), network.statistics.tobytes()))
    assert finals[0] == finals[1]


def test_carried_moments_continue_as_if_nothing_had_happened():
    rows, targets = examples()
    straight, rebuilt = classifier(), classifier()
    one, former = step_on(straight), step_on(rebuilt)
    for _ in range(5):
        one(rows, targets, 0.01)
        former(rows, targets, 0.01)
    later = step_on(rebuilt)
    later.moments[:], later.step_count = former.moments, former.step_count
    one(rows, targets, 0.01)
    later(rows, targets, 0.01)
    np.testing.assert_array_equal(straight.parameters, rebuilt.parameters)
    assert later.step_count == 6


def test_a_network_too_large_for_one_stretch_is_updated_as_a_whole():
    network = Network((200,), [Dense(units=200), Dense(units=3, activation=Softmax())])
    before = network.parameters.copy()
    rows, targets = examples(features=200)
    step = step_on(network, optimizer=Momentum())
    step(rows, targets, 0.1)
    np.testing.assert_array_equal(step.moments[0], network.gradient)
    expected = before - np.float32(0.1) * network.gradient
    np.testing.assert_allclose(network.parameters, expected, rtol=1e-6, atol=1e-9)


def test_a_shorter_last_batch_has_buffers_of_its_own():
    network, reference = classifier(np.float64), classifier(np.float64)
    rows, targets = examples(dtype=np.float64)
    step = step_on(network)
    for batch in (slice(0, 10), slice(10, 16), slice(0, 10)):
        step(rows[batch], targets[batch], 0.0)
    step_on(reference)(rows[:10], targets[:10], 0.0)
    np.testing.assert_array_equal(network.gradient, reference.gradient)


def bytes_taken_by_a_hundred_steps(layers, optimizer, shape=(64,)):
    """Return the peak during them and what stays after them."""
    step = step_on(Network(shape, layers), optimizer=optimizer, l1=1e-4, l2=1e-4, clip_norm=1.0)
    rows, targets = examples(32, 64, 10)
    for _ in range(2):
        step(rows, targets, 0.001)
    gc.collect()
    taken = []
    tracemalloc.start()
    try:
        # Whatever else the process does counts too: what a step takes it takes every time.
        for _ in range(3):
            before, _ = tracemalloc.get_traced_memory()
            tracemalloc.reset_peak()
            for _ in range(100):
                step(rows, targets, 0.001)
            after, peak = tracemalloc.get_traced_memory()
            taken.append((peak - before, after - before))
    finally:
        tracemalloc.stop()
    return min(taken)


@pytest.mark.parametrize(
    ("hidden", "optimizer"),
    [
        *((ReLU(), optimizer()) for optimizer in OPTIMIZERS),
        *(
            (hidden, Adam())
            for hidden in (ReLU(2), Tanh(), Sigmoid(), ELU(), Softplus(), SiLU(), GELU())
        ),
    ],
    ids=repr,
)
def test_a_hundred_steps_allocate_nothing(hidden, optimizer):
    layers = [
        Dense(units=64, activation=hidden, dropout=0.2),
        Dropout(),
        Dense(units=10, activation=Softmax()),
    ]
    peak, kept = bytes_taken_by_a_hundred_steps(layers, optimizer)
    # A hidden layer's array would be 64 × 32 × 4 = 8,192 bytes, a parameter vector 19,240.
    assert peak < 4000
    assert kept < 1000


@pytest.mark.parametrize("optimizer", [kind() for kind in OPTIMIZERS], ids=repr)
def test_steps_beside_frozen_and_silenced_neurons_allocate_nothing(optimizer):
    layers = [
        Dense(units=64, frozen="1, 7–9", silenced="2"),
        Dense(units=10, activation=Softmax(), trainable=False),
    ]
    peak, kept = bytes_taken_by_a_hundred_steps(layers, optimizer)
    assert peak < 4000
    assert kept < 1000


def test_steps_through_a_variational_code_and_noise_allocate_nothing():
    layers = [
        Noise(),
        Dense(units=64),
        Code(64, pull=0.5, variational=True),
        Code(64, pull=0.5, silenced="1"),
        Dense(units=10, activation=Softmax()),
    ]
    peak, kept = bytes_taken_by_a_hundred_steps(layers, Adam())
    assert peak < 4000
    assert kept < 1000


def test_batch_normalization_allocates_no_more_than_numpys_broadcast():
    layers = [Dense(units=64), BatchNorm(), Dense(units=10, activation=Softmax())]
    peak, kept = bytes_taken_by_a_hundred_steps(layers, Adam())
    # NumPy walks a broadcast column through a buffer of one array's size.
    assert peak < 8192 + 4000
    assert kept < 1000


@pytest.mark.parametrize(
    "layers",
    [
        [Conv2D(8, kernel=5, dropout=0.2, silenced="1"), MaxPool(), Conv2D(16, frozen="2")],
        [Conv2D(8, stride=2, padding="valid"), AveragePool(2, 1), Conv2D(4), GlobalAveragePool()],
        [Conv2D(8, activation=Tanh()), Residual((Conv2D(8),)), Dropout(0.2, whole_maps=True)],
        [Conv2D(8, stride=2), ConvTranspose2D(8, activation=Tanh()), Upsample(), AveragePool(4)],
    ],
    ids=["largest", "mean", "residual", "grown"],
)
def test_a_hundred_steps_on_pictures_allocate_no_more_than_numpys_broadcast(layers):
    layers = [*layers, Flatten(), Dense(units=10, activation=Softmax())]
    peak, kept = bytes_taken_by_a_hundred_steps(layers, Adam(), shape=(1, 8, 8))
    # A map's bias and its mask are walked through a buffer of 8,192 numbers; the first layer's
    # maps would be 65,536 bytes.
    assert peak < 50_000
    assert kept < 1000


def test_a_hundred_steps_of_a_transformer_allocate_no_more_than_numpys_broadcast():
    attends = Residual((LayerNorm(), SelfAttention(4, dropout=0.1, silenced_heads="1")))
    layers = [Dense(16), Position(), attends, GlobalAveragePool(), Dense(10, "softmax")]
    peak, kept = bytes_taken_by_a_hundred_steps(layers, Adam(), shape=(8, 8))
    # What the steps are known by, and a column, are walked through a buffer of 8,192 numbers;
    # who looks where would be 262,144 bytes.
    assert peak < 50_000
    assert kept < 1000


def test_divergence_shows_in_the_loss_and_not_as_a_warning():
    network = Network((4,), [Dense(units=8), Dense(units=3, activation=Identity())])
    step = step_on(network, MeanSquaredError(), SGD())
    rows, targets = examples()
    with quiet():
        losses = [step(rows, targets, 1e6) for _ in range(30)]
    assert not np.isfinite(losses[-1])


def test_xor_is_learned():
    rows = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    targets = np.array([[0], [1], [1], [0]], np.float32)
    layers = [Dense(units=8, activation=Tanh()), Dense(units=1, activation=Sigmoid())]
    network = Network((2,), layers)
    step = step_on(network, LogLoss())
    for _ in range(500):
        loss = step(rows, targets, 0.02)
    assert loss < 0.05
    np.testing.assert_array_equal(network.forward(rows.T)[0] > 0.5, [False, True, True, False])
