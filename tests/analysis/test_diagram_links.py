"""The strongest links, compared with a plain sort of all of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.analysis.weights.diagram_links import (
    INPUT,
    allot,
    choose_links,
    column_values,
    joints,
    links_of,
    patch_totals,
    signed_sizes,
    strongest,
)
from playground.data.preparation import prepare
from playground.nn.layers import BatchNorm, Conv2D, Dense, Dropout, Flatten, MaxPool
from playground.nn.network import Network
from playground.training.model import Model
from playground.training.presets import preset

LAYERS = (
    Flatten(name="flat"),
    Dense(name="first", units=6),
    Dropout(name="drop"),
    BatchNorm(name="norm"),
    Dense(name="last", units=3),
)


@pytest.fixture
def iris():
    experiment = preset("article-iris").experiment
    data = experiment.data.load()
    prepared = prepare(data, test_fraction=0.25, standardize=True, seed=0)
    return Model(experiment, data, prepared.normalization), prepared


def test_joints_pass_over_layers_that_hand_on_what_they_get():
    found = joints(Network((1, 2, 2), LAYERS))
    assert [(joint.source, joint.target, joint.count) for joint in found] == [
        (INPUT, "first", 24),
        ("first", "norm", 6),
        ("norm", "last", 18),
    ]
    assert [joint.paired for joint in found] == [False, True, False]


def test_every_joint_names_a_tensor_of_its_own_shape():
    network = Network((1, 2, 2), LAYERS)
    for joint in joints(network):
        shape = (joint.units,) if joint.paired else (joint.units, joint.inputs)
        assert network.views()[joint.tensor].shape == shape


def test_what_a_small_joint_does_not_need_goes_to_the_larger_ones():
    assert allot([10, 500, 500], 210) == [10, 100, 100]
    assert allot([500, 10, 500], 210) == [100, 10, 100]
    assert allot([3, 4], 100) == [3, 4]
    assert allot([], 10) == []


@given(st.lists(st.integers(0, 300), max_size=6), st.integers(0, 500))
def test_a_budget_is_spent_and_never_overdrawn(counts, budget):
    shares = allot(counts, budget)
    assert sum(shares) == min(budget, sum(counts))
    assert all(share <= count for share, count in zip(shares, counts, strict=True))


@given(st.integers(0, 40), st.integers(1, 6), st.integers(1, 7), st.integers(0, 1000))
def test_the_strongest_are_those_that_a_sort_puts_first(count, rows, columns, seed):
    values = np.random.default_rng(seed).normal(size=(rows, columns))
    chosen = strongest(values, count)
    expected = np.argsort(-np.abs(values).ravel(), kind="stable")[:count]
    assert chosen.tolist() == sorted(expected.tolist())


def test_a_weight_that_is_not_a_number_is_the_weakest():
    values = np.array([[0.1, np.nan, 0.3], [np.inf, -0.2, 0.0]])
    assert strongest(values, 3).tolist() == [2, 3, 4]


def test_choices_are_the_largest_weights_of_each_joint(iris):
    model, prepared = iris
    choices = choose_links(model, prepared, budget=30)
    views = model.network.views()
    assert sum(map(len, choices)) == 30
    for joint, choice in zip(joints(model.network), choices, strict=True):
        weights = np.abs(views[joint.tensor])
        weakest = weights[choice.units, choice.inputs].min()
        assert np.count_nonzero(weights > weakest) < len(choice)


def test_contributions_choose_what_adds_most_to_the_sums(iris):
    model, prepared = iris
    row = prepared.dataset.inputs[7]
    normalized = (row - prepared.normalization.mean) / prepared.normalization.scale
    first = choose_links(model, prepared, budget=12, row=row)[0]
    terms = np.abs(model.network.views()["dense_1.weights"] * normalized)
    expected = np.sort(np.argsort(-terms.ravel())[: len(first)])
    assert (first.units * 4 + first.inputs).tolist() == expected.tolist()


def test_columns_hold_what_the_next_layer_weighs(iris):
    model, prepared = iris
    row = prepared.dataset.inputs[3]
    values, views = column_values(model, row), model.network.views()
    z = views["dense_1.weights"] @ values[INPUT] + views["dense_1.biases"]
    assert np.allclose(model.trace(row[np.newaxis])[0].z.ravel(), z, atol=1e-6)
    assert np.allclose(values["dense_1"], np.maximum(z, 0), atol=1e-6)


def test_a_neurons_links_are_its_row_or_its_column():
    joint = joints(Network((4,), (Dense(name="only", units=3),)))[0]
    weights = np.array([[1.0, -9.0, 2.0, 0.1], [3, 4, 5, 6], [-7, 0, 8, 1]])
    incoming = links_of(joint, 0, weights, 2, incoming=True)
    assert (incoming.units.tolist(), incoming.inputs.tolist()) == ([0, 0], [1, 2])
    outgoing = links_of(joint, 0, weights, 2, incoming=False)
    assert (outgoing.units.tolist(), outgoing.inputs.tolist()) == ([1, 2], [0, 0])


def test_a_paired_neuron_has_the_link_from_its_namesake():
    joint = joints(Network((4,), (BatchNorm(name="norm"), Dense(name="last", units=2))))[0]
    own = links_of(joint, 2, np.ones(4), 64, incoming=True)
    assert (own.units.tolist(), own.inputs.tolist()) == ([2], [2])


MAPS = (
    Conv2D(3, name="first"),
    BatchNorm(name="norm"),
    MaxPool(name="pool"),
    Conv2D(5, kernel=3, name="second"),
    Flatten(name="flat"),
    Dense(name="last", units=2),
)


def test_maps_are_joined_by_kernels_and_namesakes_and_not_pixel_by_pixel():
    found = joints(Network((2, 6, 6), MAPS))
    assert [(joint.source, joint.target, joint.count) for joint in found] == [
        (INPUT, "first", 2 * 3),
        ("first", "norm", 3),
        ("norm", "pool", 3),
        ("pool", "second", 3 * 5),
        ("second", "last", 5 * 9 * 2),
    ]
    assert [joint.by_map for joint in found] == [True, True, True, True, False]
    assert [joint.has_kernels for joint in found] == [True, False, False, True, False]
    assert [(joint.places, joint.places_read) for joint in found[:4]] == [
        (36, 36), (36, 36), (9, 36), (9, 9)
    ]  # fmt: skip


def test_what_the_maps_read_add_to_a_pixel_is_its_sum_without_the_bias():
    network = Network((2, 6, 6), MAPS, seed=4, dtype=np.float64)
    network.views()["second.biases"][:] = [0.5, -1, 2, 0, 3]
    records = {record.name: record for record in network.trace(np.linspace(-1, 1, 72)[:, None])}
    joint, record = joints(network)[3], records["second"]
    for unit in range(5 * 9):
        totals = patch_totals(
            joint, network.views()["second.weights"], records["pool"].a[:, 0], unit
        )
        bias = network.views()["second.biases"][unit // 9]
        assert totals.sum() + bias == pytest.approx(record.z[unit, 0])


def test_a_kernels_size_has_the_sign_of_its_sum():
    kernels = np.array([[[3.0, 0], [0, -4]], [[1, 1], [1, 1]]])
    assert signed_sizes(kernels).tolist() == [-5.0, 2.0]
