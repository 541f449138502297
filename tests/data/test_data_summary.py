"""Summaries of data sets against the same figures computed directly."""

import dataclasses

import numpy as np
import pytest

from playground.data.catalogue import load
from playground.data.kinds import TableRows
from playground.data.preparation import prepare
from playground.data.rows import NO_TOKEN, ByteRows
from playground.data.summary import BINS, class_counts, summarize


def prepared_of(dataset, test_fraction=0.25):
    return prepare(dataset, test_fraction=test_fraction, standardize=False, seed=3)


def test_counts_are_those_of_each_part():
    prepared = prepared_of(load("digits"))
    train, test = class_counts(prepared)
    for label in range(10):
        assert train[label] == (prepared.train_targets == label).sum()
        assert test[label] == (prepared.test_targets == label).sum()


def test_pixels_are_measured_over_the_training_part():
    prepared = prepared_of(load("digits"))
    rows = prepared.dataset.inputs[prepared.train_index].astype(np.float64)
    summary = summarize(prepared)
    np.testing.assert_allclose(summary.feature_means, rows.mean(axis=0), atol=1e-12)
    np.testing.assert_allclose(summary.feature_deviations, rows.std(axis=0), atol=1e-7)
    assert summary.low == rows.min()
    assert summary.high == rows.max()
    assert summary.mean == pytest.approx(rows.mean())
    assert summary.deviation == pytest.approx(rows.std())
    for label in (0, 7):
        np.testing.assert_allclose(
            summary.class_means[label], rows[prepared.train_targets == label].mean(axis=0)
        )
    assert summary.features == ()


@pytest.mark.parametrize("name", ["iris", "iris-units", "spirals", "bumps"])
def test_features_have_the_figures_of_their_column(name):
    prepared = prepared_of(load(name))
    summary = summarize(prepared)
    for feature, one in enumerate(summary.features):
        column = prepared.dataset.inputs[prepared.train_index, feature].astype(np.float64)
        figures = (one.minimum, one.mean, one.median, one.maximum, one.deviation)
        expected = column.min(), column.mean(), np.median(column), column.max(), column.std()
        np.testing.assert_allclose(figures, expected)


def test_histograms_count_every_training_example_by_its_class():
    prepared = prepared_of(load("iris"))
    summary = summarize(prepared)
    for feature, histogram in enumerate(summary.histograms):
        assert histogram.counts.shape == (3, BINS)
        np.testing.assert_array_equal(histogram.counts.sum(axis=1), class_counts(prepared)[0])
        column = prepared.dataset.inputs[prepared.train_index, feature].astype(np.float64)
        expected, _ = np.histogram(column, BINS, (histogram.low, histogram.high))
        # A value on an edge may be rounded to either side.
        assert np.abs(histogram.counts.sum(axis=0) - expected).sum() <= 4


def test_a_regressions_target_is_counted_in_both_parts():
    prepared = prepared_of(load("bumps"))
    summary = summarize(prepared)
    targets = prepared.train_targets[:, 0].astype(np.float64)
    assert summary.target.mean == pytest.approx(targets.mean())
    assert summary.target.deviation == pytest.approx(targets.std())
    np.testing.assert_array_equal(
        summary.target_histogram.counts.sum(axis=1),
        [len(prepared.train_index), len(prepared.test_index)],
    )
    assert class_counts(prepared)[0].size == summary.class_means.size == 0


def test_bytes_are_summarized_like_the_floats_that_they_stand_for():
    digits = load("digits")
    whole = np.rint(np.asarray(digits.inputs) * 16).astype(np.uint8)
    as_bytes = dataclasses.replace(digits, inputs=ByteRows(whole, 1 / 16), kind=TableRows())
    as_floats = dataclasses.replace(digits, kind=TableRows())
    one, other = summarize(prepared_of(as_bytes)), summarize(prepared_of(as_floats))
    np.testing.assert_allclose(one.class_means, other.class_means)
    for left, right in zip(one.features, other.features, strict=True):
        assert left.median == right.median
        assert left.deviation == pytest.approx(right.deviation)
    for left, right in zip(one.histograms, other.histograms, strict=True):
        np.testing.assert_array_equal(left.counts, right.counts)


def test_one_example_has_a_mean_and_no_deviation():
    summary = summarize(prepared_of(load("one-neuron")))
    assert [one.mean for one in summary.features] == [2, 3]
    assert [one.deviation for one in summary.features] == [0, 0]
    assert [histogram.counts.sum() for histogram in summary.histograms] == [1, 1]
    assert np.isnan(summary.class_means[0]).all()
    np.testing.assert_array_equal(summary.class_means[1], [2, 3])


def test_large_alike_values_keep_their_deviation():
    digits = load("digits")
    far = np.asarray(digits.inputs) + np.float32(4096)
    summary = summarize(prepared_of(dataclasses.replace(digits, inputs=far)))
    near = summarize(prepared_of(digits))
    np.testing.assert_allclose(summary.feature_deviations, near.feature_deviations, atol=1e-6)


def test_work_is_interrupted_for_the_window():
    breaths = []
    summarize(prepared_of(load("spirals", examples=9_000)), lambda: breaths.append(1))
    assert len(breaths) >= 5


@pytest.mark.parametrize("name", ["digits-rows", "memory-parity", "memory-copy"])
def test_a_sequence_is_summed_up_over_all_its_steps(name):
    prepared = prepared_of(load(name))
    dataset, summary = prepared.dataset, summarize(prepared)
    rows = np.asarray(dataset.inputs[prepared.train_index], np.float64)
    values = rows.reshape(len(rows), *dataset.input_shape)
    assert len(summary.features) == len(dataset.unit_names) == dataset.input_shape[0]
    for unit, one in enumerate(summary.features):
        assert one.mean == pytest.approx(values[:, unit].mean())
        assert summary.histograms[unit].counts.sum() == values[:, unit].size
    if dataset.labelled:
        counts = summary.histograms[0].counts.sum(axis=1)
        np.testing.assert_array_equal(counts, class_counts(prepared)[0] * dataset.steps)
    np.testing.assert_allclose(summary.feature_means, rows.mean(axis=0), atol=1e-6)


def test_steps_behind_an_end_are_not_summed_up():
    prepared = prepared_of(load("pen-moves"))
    tokens = prepared.dataset.inputs.values[prepared.train_index]
    there = (tokens != NO_TOKEN).sum()
    shares = [one.mean for one in summarize(prepared).features]
    assert sum(shares) == pytest.approx(1)
    assert shares[3] == pytest.approx((tokens == 3).sum() / there)
    targets = prepared.train_targets
    expected = np.bincount(targets[targets >= 0], minlength=len(prepared.dataset.class_names))
    np.testing.assert_array_equal(class_counts(prepared)[0], expected)
