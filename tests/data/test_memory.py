"""Generated sequences ask for what has to be kept in mind."""

import numpy as np
import pytest

from playground.data.bundled.memory import PATTERN, SYMBOLS
from playground.data.catalogue import load
from playground.errors import DataError

NAMES = ("memory-parity", "memory-copy", "memory-addition")


def test_parity_is_that_of_all_bits():
    dataset = load("memory-parity", examples=300, steps=12, seed=3)
    steps = dataset.inputs[:].reshape(300, 2, 12)
    assert (steps.sum(axis=1) == 1).all()
    assert np.array_equal(dataset.targets, steps[:, 1].sum(axis=1) % 2)
    assert dataset.class_names == ("even", "odd")
    assert abs(dataset.targets.mean() - 0.5) < 0.15
    assert dataset.feature_names[:2] == ("0 at step 1", "0 at step 2")


def test_what_is_asked_back_is_what_came_before_the_delay():
    dataset = load("memory-copy", examples=50, steps=30, seed=3)
    assert dataset.input_shape == (len(SYMBOLS) + 2, 30 + 2 * PATTERN)
    tokens = dataset.inputs.values
    assert np.array_equal(dataset.targets[:, -PATTERN:], tokens[:, :PATTERN])
    assert (dataset.targets[:, :-PATTERN] == -1).all()
    assert tokens[:, :PATTERN].max() < len(SYMBOLS)
    assert (tokens[:, PATTERN:-PATTERN] == len(SYMBOLS)).all()
    assert (tokens[:, -PATTERN] == len(SYMBOLS) + 1).all()
    assert (tokens[:, 1 - PATTERN :] == len(SYMBOLS)).all()
    assert not dataset.padded


def test_the_sum_is_that_of_the_marked_numbers():
    dataset = load("memory-addition", examples=80, steps=9, seed=3)
    numbers, marks = dataset.inputs.reshape(80, 2, 9).transpose(1, 0, 2)
    assert (marks.sum(axis=1) == 2).all()
    assert set(np.unique(marks)) == {0, 1}
    assert dataset.targets[:, 0] == pytest.approx((numbers * marks).sum(axis=1))


@pytest.mark.parametrize("name", NAMES)
def test_a_seed_repeats_its_sequences_and_another_gives_others(name):
    first = load(name, examples=60, steps=10, seed=3)
    again = load(name, examples=60, steps=10, seed=3, noise=0.5)
    assert again is first
    other = load(name, examples=60, steps=10, seed=4)
    assert not np.array_equal(first.inputs[:], other.inputs[:])
    assert len(load(name, examples=10).inputs) == 10


@pytest.mark.parametrize("steps", [3, 201])
@pytest.mark.parametrize("name", [*NAMES, "pen", "pen-letters"])
def test_an_impossible_length_is_refused_in_one_sentence(name, steps):
    with pytest.raises(DataError, match=f"A sequence expects 4 to 200 steps; {steps} came"):
        load(name, steps=steps)
