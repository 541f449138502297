import numpy as np
import pytest

from playground.analysis.neurons.class_activity import class_activity, saturation_bounds
from playground.nn.activations import BinaryStep, ReLU, Sigmoid, Softmax, Tanh
from playground.nn.layers import BatchNorm, Conv2D, Dense, Dropout, Flatten, MaxPool
from playground.nn.network import Network
from playground.nn.record import LayerRecord

LABELS = np.array([0, 1, 0, 2])
NAMES = ("zero", "one", "two")


def trace(a, name="dense_1", kind="dense"):
    a = np.asarray(a, dtype=np.float32)
    a = a.reshape(-1, a.shape[-1])
    return LayerRecord(name, "input", {}, a, a, hands_on=kind in ("flatten", "dropout"))


def test_means_are_taken_class_by_class():
    activity = class_activity([trace([[1, 5, 3, 7], [0, 2, 4, -6]])], LABELS, NAMES)
    assert activity.layer_names == ("dense_1",)
    assert activity.class_names == NAMES
    assert activity.examples == 4
    np.testing.assert_allclose(activity.means[0], [[2, 5, 7], [2, 2, -6]])


def test_a_class_without_examples_has_no_mean():
    activity = class_activity([trace([[1, 5, 3]])], np.array([0, 1, 0]), NAMES)
    np.testing.assert_array_equal(activity.means[0], [[2, 5, np.nan]])
    assert activity.preferred(0).tolist() == [1]


def test_a_neuron_is_silent_only_when_it_is_zero_on_every_example():
    activity = class_activity([trace([[0, 0, 0, 0], [0, 0, 0, 0.1], [-1, 0, 0, 0]])], LABELS, NAMES)
    assert activity.silent[0].tolist() == [True, False, False]


def test_a_sigmoid_neuron_is_saturated_when_95_of_100_examples_are_at_a_bound():
    a = np.full((3, 100), 0.5)
    a[0, :95] = 0.99
    a[1, :94] = 0.01
    a[2, :50], a[2, 50:96] = 0.001, 0.999
    labels = np.zeros(100, dtype=np.int64)
    bounds = {"dense_1": (0.0, 1.0)}
    activity = class_activity([trace(a)], labels, ("all",), bounds)
    assert activity.saturated[0].tolist() == [True, False, True]
    unbounded = class_activity([trace(a)], labels, ("all",))
    assert not unbounded.saturated[0].any()


def test_saturation_is_looked_for_in_hidden_bounded_layers_that_can_learn():
    network = Network(
        (2,),
        [
            Dense(units=3, activation=Sigmoid()),
            Dense(units=3, activation=Tanh()),
            BatchNorm(),
            Dense(units=3, activation=ReLU()),
            Dense(units=3, activation=BinaryStep()),
            Dense(units=3, activation=Softmax()),
            Dense(units=1, activation=Sigmoid()),
        ],
    )
    assert saturation_bounds(network.layers) == {"dense_1": (0.0, 1.0), "dense_2": (-1.0, 1.0)}


def test_layers_that_only_hand_on_are_left_out_and_pictures_are_unrolled():
    traces = [
        trace(np.ones((1, 2, 2, 4)), "flatten_1", "flatten"),
        trace(np.ones((1, 2, 2, 4)), "norm_1", "batch_norm"),
        trace(np.ones((3, 4)), "dropout_1", "dropout"),
        trace(np.ones((3, 4))),
    ]
    activity = class_activity(traces, LABELS, NAMES)
    assert activity.layer_names == ("norm_1", "dense_1")
    assert [mean.shape for mean in activity.means] == [(4, 3), (3, 3)]


def test_selectivity_is_one_for_a_neuron_of_one_class_and_zero_for_one_of_all():
    activity = class_activity([trace([[4, 0, 4, 0], [2, 2, 2, 2], [3, 1, 3, 1]])], LABELS, NAMES)
    np.testing.assert_allclose(activity.selectivity(0), [1, 0, (3 - 1) / (3 + 1)])


def test_orders():
    a = [[0, 0, 0, 9], [5, 0, 5, 0], [0, 0, 0, 0], [1, 2, 1, 1], [6, 5, 6, 5]]
    activity = class_activity([trace(a)], LABELS, NAMES)
    assert activity.order(0, "index").tolist() == [0, 1, 2, 3, 4]
    assert activity.order(0, "preferred").tolist() == [1, 4, 3, 0, 2]
    assert activity.order(0, "selectivity").tolist() == [0, 1, 3, 4, 2]
    assert activity.order(0, 0).tolist() == [4, 1, 3, 0, 2]


def test_regression_targets_are_cut_into_stretches_of_equally_many_examples():
    targets = np.linspace(-1, 1, 50, dtype=np.float32)[:, np.newaxis]
    activity = class_activity([trace(targets.T)], targets, ())
    assert activity.class_names == (
        "−1 … −0.6",
        "−0.6 … −0.2",
        "−0.2 … 0.2",
        "0.2 … 0.6",
        "0.6 … 1",
    )
    assert activity.by_target
    means = activity.means[0][0]
    assert (np.diff(means) > 0.35).all()
    assert means[0] == pytest.approx(targets[:10].mean(), abs=1e-6)


def test_a_regression_target_that_never_varies_is_one_stretch():
    activity = class_activity([trace(np.ones((2, 4)))], np.full((4, 1), 3.0), ())
    assert activity.class_names == ("3",)
    np.testing.assert_allclose(activity.means[0], [[1], [1]])


def test_numbers_that_are_not_finite_give_no_error():
    a = np.array([[np.nan, np.inf, 0, 1]])
    activity = class_activity([trace(a)], LABELS, NAMES, {"dense_1": (0.0, 1.0)})
    assert activity.silent[0].tolist() == [False]
    assert activity.order(0, "preferred").tolist() == [0]


def test_a_real_network_with_dropout_is_read_layer_by_layer():
    network = Network((4,), [Dense(units=6), Dropout(), Dense(units=3, activation=Softmax())])
    inputs = np.random.default_rng(1).normal(size=(4, 30)).astype(np.float32)
    labels = np.arange(30) % 3
    activity = class_activity(network.trace(inputs), labels, NAMES)
    assert activity.layer_names == ("dense_1", "dense_2")
    a = network.trace(inputs)[0].a
    np.testing.assert_allclose(activity.means[0][:, 1], a[:, labels == 1].mean(axis=1), rtol=1e-5)


def test_a_map_counts_by_the_mean_over_its_places_however_the_examples_come():
    layers = [Conv2D(3, activation=Tanh()), MaxPool(), Flatten(), Dense(3, activation=Softmax())]
    network = Network((1, 4, 4), layers, seed=3, dtype=np.float64)
    inputs = np.random.default_rng(2).normal(0, 1, (16, 9))
    labels = np.array([0, 1, 2] * 3)
    places = {layer.name: layer.positions for layer in network.layers}
    parts = [trace for at in (0, 4, 8) for trace in network.trace(inputs[:, at : at + 4])]
    activity = class_activity(parts, labels, NAMES, {"conv2d_1": (-1.0, 1.0)}, places)
    assert activity.layer_names == ("conv2d_1", "max_pool_1", "dense_1")
    assert [activity.noun(layer) for layer in range(3)] == ["map", "map", "neuron"]
    assert [len(means) for means in activity.means] == [3, 3, 3]
    a = network.trace(inputs)[0].a.reshape(3, 16, 9)
    for label in range(3):
        expected = a[:, :, labels == label].mean(axis=(1, 2))
        np.testing.assert_allclose(activity.means[0][:, label], expected, rtol=1e-6)
    whole = class_activity(network.trace(inputs), labels, NAMES, places=places)
    np.testing.assert_allclose(activity.means[2], whole.means[2], rtol=1e-6)


def test_a_map_is_silent_or_saturated_over_all_its_places():
    a = np.zeros((3, 2, 4))
    a[1, 1, 2] = 0.5
    a[2] = 1.0
    record = trace(a.reshape(6, 4))
    activity = class_activity([record], LABELS, NAMES, {"dense_1": (0.0, 1.0)}, {"dense_1": 2})
    assert activity.silent[0].tolist() == [True, False, False]
    assert activity.saturated[0].tolist() == [False, False, True]


def test_a_unit_counts_at_the_steps_that_are_there_and_for_what_is_asked_at_each():
    a = np.array([[[1, 4], [3, 9], [5, 0]]])  # one unit, three steps, two examples
    there = np.array([[True, True, True], [True, False, False]])
    each = {"dense_1": 3}
    whole = class_activity(
        [trace(a.reshape(3, 2))], np.array([0, 1]), NAMES, places=each, there=there
    )
    np.testing.assert_array_equal(whole.means[0], [[3, 4, np.nan]])
    asked = np.array([[0, 1, -1], [1, -1, -1]])
    steps = class_activity([trace(a.reshape(3, 2))], asked, NAMES, places=each, there=there)
    np.testing.assert_array_equal(steps.means[0], [[1, 3.5, np.nan]])
    assert (steps.examples, steps.noun(0)) == (2, "neuron")
    silent = class_activity([trace(np.array([[0, 0], [0, 9]]))], LABELS[:2], NAMES,
                            places={"dense_1": 2}, there=there[:, :2])  # fmt: skip
    assert silent.silent[0].all()
