"""Splitting and normalizing: fair, repeatable, and blind to the test part."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.data.catalogue import load
from playground.data.preparation import Normalization, prepare
from playground.errors import DataError


def prepared(
    name="digits",
    *,
    test_fraction=0.2,
    validation_fraction=0.0,
    standardize=False,
    seed=0,
    **settings_,
):
    return prepare(
        load(name, **settings_),
        test_fraction=test_fraction,
        validation_fraction=validation_fraction,
        standardize=standardize,
        seed=seed,
    )


def test_digits_split_into_1437_and_360():
    parts = prepared()
    assert (len(parts.train_inputs), len(parts.test_inputs)) == (1437, 360)
    assert not parts.tested_on_train
    together = np.sort(np.concatenate([parts.train_index, parts.test_index]))
    assert np.array_equal(together, np.arange(1797))


@settings(max_examples=25)
@given(fraction=st.floats(0.01, 0.9), seed=st.integers(0, 1000))
def test_every_class_is_held_back_in_its_share(fraction, seed):
    parts = prepared(test_fraction=fraction, seed=seed)
    all_labels = parts.dataset.targets
    share = len(parts.test_index) / len(all_labels)
    held = np.bincount(parts.test_targets, minlength=10)
    assert (np.abs(held - share * np.bincount(all_labels)) < 1).all()
    assert 0 <= len(parts.test_index) - fraction * len(all_labels) < 1


def test_a_seed_repeats_its_split():
    first, again, other = (prepared(seed=seed).test_index for seed in (5, 5, 6))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_rows_keep_their_targets():
    parts = prepared("iris", test_fraction=0.25)
    assert np.array_equal(parts.train_inputs, parts.dataset.inputs[parts.train_index])
    assert np.array_equal(parts.test_targets, parts.dataset.targets[parts.test_index])
    assert parts.train_inputs.flags.c_contiguous


def test_regression_is_split_too():
    parts = prepared("bumps", examples=101)
    assert (len(parts.train_index), len(parts.test_index)) == (80, 21)
    assert parts.train_targets.shape == (80, 1)


def test_standardizing_looks_at_the_training_part_alone():
    parts = prepared("iris", standardize=True)
    assert parts.train_inputs.mean(axis=0) == pytest.approx(np.zeros(4), abs=1e-5)
    assert parts.train_inputs.std(axis=0) == pytest.approx(np.ones(4), abs=1e-5)
    train = parts.dataset.inputs[parts.train_index].astype(np.float64)
    expected = (parts.dataset.inputs[parts.test_index] - train.mean(axis=0)) / train.std(axis=0)
    assert parts.test_inputs == pytest.approx(expected, abs=1e-4)


def test_a_pixel_that_never_varies_is_only_shifted():
    parts = prepared(standardize=True)
    constant = np.flatnonzero(
        (parts.dataset.inputs[parts.train_index] == parts.dataset.inputs[0]).all(axis=0)
    )
    assert len(constant) > 0
    assert (parts.normalization.scale[constant] == 1).all()
    assert np.isfinite(parts.test_inputs).all()


def test_normalizing_can_be_undone():
    parts = prepared("iris", standardize=True)
    assert parts.normalization.active
    restored = parts.train_inputs * parts.normalization.scale + parts.normalization.mean
    assert restored == pytest.approx(parts.dataset.inputs[parts.train_index], abs=1e-5)


def test_without_standardizing_nothing_changes():
    parts = prepared("iris")
    assert not parts.normalization.active
    assert np.array_equal(Normalization.identity(4).apply(parts.train_inputs), parts.train_inputs)


@pytest.mark.parametrize(("name", "fraction"), [("xor-points", 0.5), ("one-neuron", 0.2)])
def test_a_set_too_small_to_split_is_tested_on_itself(name, fraction):
    parts = prepared(name, test_fraction=fraction)
    assert parts.tested_on_train
    assert np.array_equal(parts.test_inputs, parts.dataset.inputs)


def test_no_test_part_tests_on_the_training_part():
    parts = prepared("iris", test_fraction=0)
    assert parts.tested_on_train
    assert len(parts.train_inputs) == len(parts.test_inputs) == 150


@pytest.mark.parametrize("fraction", [-0.1, 1.0, float("nan")])
def test_a_fraction_out_of_range_is_refused(fraction):
    with pytest.raises(DataError, match="expects a fraction from 0 to below 1"):
        prepared(test_fraction=fraction)


def test_a_split_that_leaves_nothing_to_train_on_is_refused():
    with pytest.raises(DataError, match="leaves none to train on"):
        prepared("circles", examples=10, test_fraction=0.95)


def test_a_validation_part_comes_out_of_the_training_part_alone():
    whole, parts = prepared(), prepared(validation_fraction=0.1)
    assert whole.validation is None
    assert list(whole.parts) == ["train", "test"]
    assert list(parts.parts) == ["train", "validation", "test"]
    assert np.array_equal(parts.test_index, whole.test_index)
    rows = parts.validation.rows
    assert len(rows) == 144
    together = np.sort(np.concatenate([parts.train_index, rows]))
    assert np.array_equal(together, whole.train_index)
    assert np.array_equal(parts.validation.inputs, parts.dataset.inputs[rows])
    counts = np.bincount(parts.dataset.targets[rows], minlength=10)
    assert (np.abs(counts - 144 / 1437 * np.bincount(whole.train_targets)) < 1).all()
    assert {parts.part_of(int(part.rows[0])) for part in parts.parts.values()} == set(parts.parts)


def test_a_seed_repeats_its_validation_part():
    first, again, other = (
        prepared(validation_fraction=0.2, seed=seed).validation.rows for seed in (5, 5, 6)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_standardizing_does_not_look_at_the_validation_part():
    parts = prepared("iris", standardize=True, validation_fraction=0.4)
    assert parts.train_inputs.mean(axis=0) == pytest.approx(np.zeros(4), abs=1e-5)
    assert np.abs(parts.validation.inputs.mean(axis=0)).max() > 1e-3


def test_a_validation_part_without_a_test_part_is_not_trained_on():
    parts = prepared("iris", test_fraction=0, validation_fraction=0.2)
    assert parts.tested_on_train
    assert list(parts.parts) == ["train", "validation"]
    assert (len(parts.train_index), len(parts.validation.rows)) == (120, 30)
    assert np.array_equal(parts.test_index, parts.train_index)


def test_a_set_too_small_to_split_has_no_validation_part():
    assert prepared("xor-points", validation_fraction=0.5).validation is None


def test_a_validation_part_that_leaves_nothing_to_train_on_is_refused():
    with pytest.raises(DataError, match="choose a smaller validation part"):
        prepared("circles", examples=10, test_fraction=0.8, validation_fraction=0.9)
    with pytest.raises(DataError, match="The validation part expects a fraction"):
        prepared(validation_fraction=1.0)
