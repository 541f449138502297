"""A sequence's values have names that say which and when."""

import numpy as np
import pytest

from playground.data.catalogue import load
from playground.data.kinds import DATA_KINDS, step_names, unit_names


def test_steps_are_counted_from_1():
    names = step_names(("x", "pen down"), 2)
    assert names == ("x at step 1", "x at step 2", "pen down at step 1", "pen down at step 2")
    assert unit_names(names, (2, 2)) == ("x", "pen down")


@pytest.mark.parametrize("name", ["pen", "pen-moves", "digits-patches", "memory-copy"])
def test_the_features_of_a_step_are_found_again(name):
    dataset = load(name, steps=8)
    units = unit_names(dataset.feature_names, dataset.input_shape)
    assert len(units) == dataset.input_shape[0]
    assert step_names(units, dataset.input_shape[1]) == dataset.feature_names


@pytest.mark.parametrize(("name", "kind"), [("digits", "image"), ("pen", "sequence")])
def test_the_shape_of_an_example_has_as_many_sides_as_its_kind_says(name, kind):
    dataset = load(name)
    assert dataset.kind == DATA_KINDS[kind]()
    assert len(dataset.input_shape) == dataset.kind.axes


def test_a_sequence_that_nobody_draws_looks_like_its_values():
    dataset = load("memory-addition", examples=20, steps=9)
    assert np.array_equal(dataset.ink(dataset.inputs[3]), dataset.inputs[3].reshape(2, 9))
