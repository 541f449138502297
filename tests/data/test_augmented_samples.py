"""Samples of augmentation: which steps are shown, and that each does only its own change."""

import numpy as np

from playground.data.augmentation import Augmentation
from playground.data.augmented_samples import SAMPLES, augmented_samples
from playground.data.catalogue import load


def samples_of(augmentation, seed=0):
    digits = load("digits")
    return augmented_samples(digits, digits.inputs[3], augmentation, np.random.default_rng(seed))


def test_each_strength_is_shown_alone_and_then_all_together():
    found = samples_of(Augmentation(turn=10, shift=1))
    assert [name for name, _ in found.rows] == ["turn", "shift", ""]
    assert all(ink.shape == (SAMPLES, 8, 8) for _, ink in found.rows)


def test_a_single_strength_is_not_repeated_as_all_together():
    assert [name for name, _ in samples_of(Augmentation(shear=0.1)).rows] == ["shear"]


def test_without_any_strength_there_is_nothing_to_show():
    assert samples_of(Augmentation()).rows == ()


def test_a_row_is_what_training_draws_with_that_strength_alone():
    digits = load("digits")
    found = samples_of(Augmentation(turn=20, thickness=0.3), seed=5)
    same = np.repeat(digits.inputs[3][np.newaxis], SAMPLES, axis=0)
    rng = np.random.default_rng(5)
    expected = Augmentation(turn=20).apply(same, (8, 8), rng)
    np.testing.assert_array_equal(found.rows[0][1].reshape(SAMPLES, 64), expected)
