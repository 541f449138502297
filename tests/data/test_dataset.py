"""A data set checks itself, and turns targets into what a network's output should be."""

import numpy as np
import pytest

from playground.data.catalogue import load
from playground.data.dataset import Dataset
from playground.data.kinds import Pictures, TableRows
from playground.data.tasks import Classification, Regression, target_matrix
from playground.errors import DataError, ShapeError


def table(**changed):
    values = {
        "name": "lengths",
        "title": "Lengths",
        "kind": TableRows(),
        "task": Classification(),
        "inputs": np.array([[0, 5], [10, 5], [4, 5]], np.float32),
        "targets": np.array([0, 1, 1]),
        "input_shape": (2,),
        "class_names": ("short", "long"),
        "feature_names": ("a", "b"),
        "value_range": (-2.0, 100.0),
        "source": "made here",
        "licence": "none needed",
        "description": "Three rows.",
    }
    return Dataset(**{**values, **changed})


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"inputs": np.zeros((3, 3), np.float32)}, "expects inputs of shape"),
        ({"inputs": np.zeros((0, 2), np.float32)}, "at least one example"),
        ({"targets": np.array([0, 1])}, "expects targets of shape"),
        ({"targets": np.array([0, 1, 2])}, "expects labels from 0 to 1; 0 to 2 came"),
        ({"feature_names": ("a",)}, "expects 2 feature names; 1 came"),
        ({"inputs": np.array([[0, np.nan]] * 3, np.float32)}, "expects finite numbers"),
        ({"task": Regression()}, "expects targets of shape"),
    ],
)
def test_arrays_that_do_not_fit_are_refused_in_one_sentence(changed, sentence):
    with pytest.raises(DataError, match=sentence):
        table(**changed)


def test_a_shared_data_set_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        table().inputs[0, 0] = 1


def test_examples_of_a_class_are_found_in_order():
    assert table().examples_of(1).tolist() == [1, 2]


def test_a_feature_that_never_varies_offers_the_whole_range():
    assert table().feature_ranges == ((-1.0, 11.0), (-2.0, 100.0))


def test_values_of_a_picture_become_ink():
    picture = table(kind=Pictures(), input_shape=(1, 1, 2), value_range=(-2.0, 10.0))
    np.testing.assert_allclose(picture.ink(picture.inputs[1]), [[1, 7 / 12]])


def test_labels_become_one_hot_rows():
    assert target_matrix(np.array([2, 0]), 3).tolist() == [[0, 0, 1], [1, 0, 0]]


def test_two_classes_fit_a_single_output():
    points = load("xor-points")
    matrix = points.task.target_rows(points.inputs, points.targets, 1)
    assert matrix.tolist() == [[0], [1], [1], [0]]
    assert matrix.dtype == np.float32


def test_regression_values_pass_through():
    values = load("bumps", examples=10)
    assert np.array_equal(values.task.target_rows(values.inputs, values.targets, 1), values.targets)


@pytest.mark.parametrize(
    ("targets", "outputs", "sentence"),
    [
        (np.array([0, 3]), 3, "give the output layer 4 units"),
        (np.array([0, 2]), 1, "give the output layer 3 units"),
        (np.array([-1, 0]), 2, "labels -1 to 0 came"),
        (np.zeros((4, 1), np.float32), 2, "give the output layer 1 units"),
    ],
)
def test_targets_that_need_other_outputs_say_how_many(targets, outputs, sentence):
    with pytest.raises(ShapeError, match=sentence):
        target_matrix(targets, outputs)
