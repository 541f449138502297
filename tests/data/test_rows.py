"""Bytes behave like the floats they stand for."""

import dataclasses

import numpy as np
import pytest

from playground.data.catalogue import load
from playground.data.preparation import Normalization, prepare
from playground.data.rows import ByteRows, take


@pytest.fixture
def values():
    return np.random.default_rng(1).integers(0, 256, (50, 7), np.uint8)


def test_indexing_gives_scaled_floats(values):
    rows = ByteRows(values, 2.0, -1.0)
    expected = values.astype(np.float32) * 2 - 1
    for index in (3, slice(2, 9), np.array([4, 4, 0]), slice(None)):
        np.testing.assert_array_equal(rows[index], expected[index])
        assert rows[index].dtype == np.float32
    np.testing.assert_array_equal(np.asarray(rows), expected)
    assert rows.shape == expected.shape
    assert len(rows) == 50


def test_parts_that_follow_each_other_share_the_bytes(values):
    rows = ByteRows(values)
    assert rows.part(np.arange(5, 20)).values.base is values
    np.testing.assert_array_equal(rows.part(np.arange(5, 20))[:], rows[5:20])
    np.testing.assert_array_equal(rows.part(np.array([9, 2]))[:], rows[[9, 2]])


def test_taking_writes_into_the_given_array(values):
    out = np.empty((2, 7), np.float32)
    take(ByteRows(values), np.array([8, 1]), out)
    np.testing.assert_array_equal(out, values[[8, 1]] * np.float32(1 / 255))
    floats = np.random.default_rng(0).random((9, 7), np.float32)
    take(floats, np.array([8, 1]), out)
    np.testing.assert_array_equal(out, floats[[8, 1]])


def test_standardizing_bytes_is_standardizing_the_floats(values):
    values[:, 3] = 9
    rows = ByteRows(values)
    by_bytes, by_floats = (Normalization.standardizing(x) for x in (rows, rows[:]))
    np.testing.assert_allclose(by_bytes.mean, by_floats.mean, rtol=1e-5)
    np.testing.assert_allclose(by_bytes.scale, by_floats.scale, rtol=1e-5)
    np.testing.assert_allclose(
        rows.normalized(by_bytes.mean, by_bytes.scale)[:], by_floats.apply(rows[:]), atol=1e-5
    )


def test_a_set_of_bytes_is_split_and_normalized_like_one_of_floats(values):
    digits = load("digits")
    as_bytes = dataclasses.replace(
        digits, inputs=ByteRows(np.asarray(digits.inputs * 16, np.uint8), 1 / 16)
    )
    for standardize in (False, True):
        one, other = (
            prepare(dataset, test_fraction=0.2, standardize=standardize, seed=3)
            for dataset in (digits, as_bytes)
        )
        np.testing.assert_array_equal(one.test_index, other.test_index)
        np.testing.assert_allclose(one.train_inputs, other.train_inputs[:], atol=1e-5)
