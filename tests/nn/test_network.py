import copy
import pickle

import numpy as np
import pytest

from playground.errors import FieldError, ShapeError
from playground.nn.activations import BinaryStep, Sigmoid, Softmax, Tanh
from playground.nn.initializers import Given, Normal
from playground.nn.layers import BatchNorm, Dense, Dropout, Flatten, Residual
from playground.nn.losses import MeanSquaredError
from playground.nn.network import Network
from playground.nn.optimizers import SGD
from playground.nn.training_step import TrainingStep

LAYERS = [
    Flatten(),
    Dense(units=5, dropout=0.5),
    BatchNorm(),
    Dense(name="out", units=3, activation=Softmax()),
]


def test_views_share_memory_with_the_one_vector():
    network = Network((2, 2), LAYERS)
    views = network.views()
    assert list(views) == [
        "dense_1.weights",
        "dense_1.biases",
        "batch_norm_1.scale",
        "batch_norm_1.shift",
        "batch_norm_1.running_mean",
        "batch_norm_1.running_variance",
        "out.weights",
        "out.biases",
    ]
    assert views["dense_1.weights"].shape == (5, 4)
    for name, view in views.items():
        owner = network.statistics if "running" in name else network.parameters
        assert np.shares_memory(view, owner)
    network.parameters.fill(7)
    assert (views["out.weights"] == 7).all()
    views["out.biases"].fill(3)
    assert (network.parameters == 3).sum() == 3


def test_views_cover_every_parameter_exactly_once():
    network = Network((2, 2), LAYERS)
    counted = np.zeros_like(network.parameters)
    for view in network.views_of(counted).values():
        view += 1
    assert (counted == 1).all()


def test_weight_mask_marks_weights_only():
    network = Network((2, 2), LAYERS)
    for name, view in network.views_of(network.weight_mask).items():
        assert (view == (1 if name.endswith("weights") else 0)).all()


def test_same_seed_gives_the_same_bits_and_another_seed_others():
    first, second = Network((4,), LAYERS, seed=3), Network((4,), LAYERS, seed=3)
    assert first.parameters.tobytes() == second.parameters.tobytes()
    second.initialize(4)
    assert (first.parameters != second.parameters).any()
    second.initialize(3)
    assert first.parameters.tobytes() == second.parameters.tobytes()


def test_editing_one_layer_leaves_the_other_layers_start_as_it_is():
    first = Network((4,), [Dense(units=6), Dense(units=5), Dense(units=2)]).views()
    second = Network(
        (4,), [Dense(units=6), Dense(units=5, initializer=Normal()), Dense(units=2)]
    ).views()
    np.testing.assert_array_equal(first["dense_1.weights"], second["dense_1.weights"])
    np.testing.assert_array_equal(first["dense_3.weights"], second["dense_3.weights"])
    assert (first["dense_2.weights"] != second["dense_2.weights"]).any()


def test_forward_is_the_articles_product():
    rng = np.random.default_rng(0)
    network = Network(
        (4,),
        [Dense(units=3, activation=Tanh()), Dense(units=2, activation=Sigmoid())],
        dtype=np.float64,
    )
    network.parameters[:] = rng.normal(size=network.parameter_count)
    views, x = network.views(), rng.normal(size=(4, 6))
    z1 = views["dense_1.weights"] @ x + views["dense_1.biases"][:, None]
    z2 = views["dense_2.weights"] @ np.tanh(z1) + views["dense_2.biases"][:, None]
    a2 = 1 / (1 + np.exp(-z2))
    np.testing.assert_allclose(network.forward(x), a2, rtol=1e-12)

    first, second = network.trace(x)
    np.testing.assert_allclose(first.z, z1, rtol=1e-12)
    np.testing.assert_allclose(first.a, np.tanh(z1), rtol=1e-12)
    np.testing.assert_allclose(second.a, a2, rtol=1e-12)
    assert [(each.name, each.source) for each in (first, second)] == [
        ("dense_1", "input"),
        ("dense_2", "dense_1"),
    ]
    np.testing.assert_array_equal(first.inputs, x)
    np.testing.assert_array_equal(second.inputs, first.a)


def test_pictures_may_come_in_their_own_shape():
    network = Network((1, 2, 3), [Flatten(), Dense(units=2)])
    pictures = np.random.default_rng(0).random((1, 2, 3, 4), dtype=np.float32)
    expected = network.forward(pictures.reshape(6, 4)).copy()
    np.testing.assert_array_equal(network.forward(pictures), expected)


def test_trace_owns_its_arrays():
    network = Network((4,), LAYERS)
    traced = network.trace(np.ones((4, 2), np.float32))
    kept = [trace.a.copy() for trace in traced]
    network.parameters.fill(0.5)
    network.forward(np.full((4, 2), 9, np.float32))
    network.trace(np.full((4, 2), 9, np.float32))
    for trace, a in zip(traced, kept, strict=True):
        np.testing.assert_array_equal(trace.a, a)
        assert not np.shares_memory(trace.a, network.parameters)
    assert [trace.z is None for trace in traced] == [True, False, True, False]


def test_many_columns_give_what_few_give():
    network = Network((4,), LAYERS)
    rows = np.random.default_rng(0).normal(size=(2500, 4)).astype(np.float32)
    together = network.forward(rows.T).copy()
    apart = np.hstack([network.forward(rows[i : i + 500].T).copy() for i in range(0, 2500, 500)])
    np.testing.assert_allclose(together, apart, rtol=1e-5, atol=1e-7)


def test_forward_sees_parameters_changed_in_place():
    network = Network((1,), [Dense(units=1, initializer=Given((2,), (1,)), activation=Tanh())])
    x = np.array([[0.5]], np.float32)
    assert network.forward(x)[0, 0] == pytest.approx(np.tanh(2))
    network.parameters[:] = 0
    assert network.forward(x)[0, 0] == 0


def test_clone_is_equal_and_independent():
    network = Network((4,), LAYERS, seed=5)
    clone = network.clone()
    x = np.ones((4, 3), np.float32)
    np.testing.assert_array_equal(clone.forward(x), network.forward(x))
    clone.parameters.fill(0)
    assert network.parameters.any()


def test_layers_before_a_binary_step_get_no_gradient():
    network = Network((2,), [Dense(units=3), Dense(units=2, activation=BinaryStep())])
    step = TrainingStep(network, MeanSquaredError(), SGD(), rng=None)
    step(np.ones((4, 2), np.float32), np.full((4, 2), 0.5, np.float32), 0.0)
    assert not network.gradient.any()


def test_user_names_are_kept_and_automatic_ones_step_aside():
    layers = [Dense(units=2), Dense(name="dense_1", units=2), Dense(units=2), Dropout()]
    names = [layer.name for layer in Network((2,), layers).layers]
    assert names == ["dense_2", "dense_1", "dense_3", "dropout_1"]


def test_two_layers_of_one_name_are_refused():
    with pytest.raises(FieldError, match="Two layers are called 'a'"):
        Network((2,), [Dense(name="a"), Dense(name="a")])


def test_a_network_without_layers_is_refused():
    with pytest.raises(ShapeError, match="output layer"):
        Network((2,), [])


@pytest.mark.parametrize("shape", [(3, 5), (4,), (2, 3, 5)])
def test_inputs_of_another_size_are_refused_with_both_shapes(shape):
    with pytest.raises(ShapeError, match=r"\(4, examples\)"):
        Network((4,), [Dense()]).forward(np.ones(shape, np.float32))


def test_a_network_tells_its_layers_in_one_line_and_in_a_table():
    network = Network((2, 2), LAYERS)
    assert repr(network) == (
        "<Network (2, 2) → flatten_1 (4,) → dense_1 (5,) → batch_norm_1 (5,) → out (3,): "
        "53 parameters>"
    )
    assert network.summary().splitlines() == [
        "layer         kind        output shape  parameters",
        "flatten_1     Flatten     (4,)                   0",
        "dense_1       Dense       (5,)                  25",
        "batch_norm_1  Batch norm  (5,)                  10",
        "out           Dense       (3,)                  18",
        "                                                53",
    ]


COPIES = [copy.copy, copy.deepcopy, lambda network: pickle.loads(pickle.dumps(network))]


@pytest.mark.parametrize("copied", COPIES, ids=["copy", "deepcopy", "pickle"])
def test_a_copy_is_equal_and_learns_on_its_own(copied):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(120, 2)) + np.repeat([[0, 0], [4, 4], [0, 4]], 40, axis=0)
    y = np.repeat(["a", "b", "c"], 40)
    layers = [Dense(16), Residual((BatchNorm(), Dense(16))), Dense(3, "softmax")]
    network = Network((2,), layers, dtype=np.float64)
    network.fit(X, y, epochs=1)
    before = network.predict_proba(X)
    twin = copied(network)
    np.testing.assert_array_equal(twin.predict_proba(X), before)
    assert twin.dtype == np.float64
    for view in twin.views().values():
        assert np.shares_memory(view, twin.parameters) or np.shares_memory(view, twin.statistics)
    assert twin.fit(X, y, learning_rate=0.01, epochs=20).score(X, y) > 0.9
    np.testing.assert_array_equal(network.predict_proba(X), before)
    network.fit(X, y, learning_rate=0.01, epochs=20)
    np.testing.assert_array_equal(twin.parameters, network.parameters)
