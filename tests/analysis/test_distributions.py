import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from playground.analysis.weights.distributions import BINS, LARGEST, DistributionLog

RNG = np.random.default_rng(0)


def logged(*moments, tensors=1, longest=300):
    log = DistributionLog(tensors, longest)
    for epoch, values in enumerate(moments):
        log.append(epoch, [values] * tensors)
    return log


def test_counts_are_numpys_on_the_same_edges_also_after_the_values_have_grown():
    moments = [RNG.normal(0, 0.3 * 1.7**k, 1000).astype(np.float32) for k in range(12)]
    shown = logged(*moments).by_value(0)
    assert shown.counts.shape == (12, BINS)
    for counts, values in zip(shown.counts, moments, strict=True):
        expected, _ = np.histogram(values.astype(float), shown.edges)
        np.testing.assert_array_equal(counts, expected)


@given(
    st.lists(
        arrays.arrays(
            np.float32, st.integers(0, 20), elements=st.floats(-1e5, 1e5, width=32, allow_nan=False)
        ),
        min_size=1,
        max_size=6,
    )
)
def test_no_value_is_lost_or_counted_in_another_bin(moments):
    shown = logged(*moments).by_value(0)
    np.testing.assert_array_equal(shown.counts.sum(axis=1), [len(values) for values in moments])
    for counts, values in zip(shown.counts, moments, strict=True):
        expected, _ = np.histogram(values.astype(float), shown.edges)
        np.testing.assert_array_equal(counts, expected)


@pytest.mark.parametrize("value", [1.0, -1.0, 0.5, 0.0, -1e-30, 2.0**-40, 4096.0])
def test_a_value_on_an_edge_is_in_the_bin_that_begins_there(value):
    shown = logged(np.array([value])).by_value(0)
    bin_ = int(np.flatnonzero(shown.counts[0])[0])
    assert shown.edges[bin_] <= value < shown.edges[bin_ + 1]


def test_tensors_reach_as_far_as_each_ones_own_values():
    log = DistributionLog(2)
    log.append(0, [np.array([0.3]), np.array([3.0])])
    assert log.by_value(0).edges[[0, -1]].tolist() == [-0.5, 0.5]
    assert log.by_value(1).edges[[0, -1]].tolist() == [-4, 4]


def test_sizes_are_counted_by_half_octaves_and_zeros_nowhere():
    values = np.array([0.0, 1.0, 1.4, 1.5, -2.0, 1e-13, 3e-7])
    shown = logged(values).by_size(0)
    expected, _ = np.histogram(np.abs(values), shown.edges)
    np.testing.assert_array_equal(shown.counts[0], expected)
    assert shown.counts.sum() == 5
    assert shown.shares().sum() == pytest.approx(5 / 7)


def test_what_is_no_number_is_left_out_and_lowers_the_shares():
    values = np.array([np.nan, np.inf, -np.inf, 2 * LARGEST, 0.5])
    log = logged(values)
    assert log.by_value(0).counts.sum() == 1
    assert log.by_size(0).counts.sum() == 1
    assert log.by_value(0).shares().sum() == pytest.approx(0.2)


def test_all_values_may_be_no_numbers():
    shown = logged(np.array([np.nan, np.nan]), np.array([])).by_value(0)
    assert not shown.counts.any()
    assert math.isnan(shown.quantile(0, 0.5))
    assert np.isfinite(shown.shares()).all()


def test_quantiles_are_as_exact_as_the_bins():
    values = RNG.normal(0.2, 1, 5000)
    shown = logged(values).by_value(0)
    width = shown.edges[1] - shown.edges[0]
    for share in (0.05, 0.25, 0.5, 0.75, 0.95):
        assert shown.quantile(0, share) == pytest.approx(np.quantile(values, share), abs=width)


@pytest.mark.parametrize("longest", [4, 5, 8])
def test_a_long_log_keeps_evenly_chosen_moments_and_always_the_newest(longest):
    log = DistributionLog(1, longest)
    for epoch in range(101):
        log.append(epoch, [np.full(3, epoch)])
        assert log.epochs[0] == 0
        assert log.epochs[-1] == epoch
        assert len(log) == len(log.epochs) <= longest + 1
        gaps = np.diff(log.epochs)
        assert len(set(gaps[:-1])) <= 1
        assert len(gaps) < 2 or gaps[-1] <= gaps[0]
        shown = log.by_value(0)
        for moment, counts in zip(shown.epochs, shown.counts, strict=True):
            expected, _ = np.histogram(np.full(3, moment), shown.edges)
            np.testing.assert_array_equal(counts, expected)


def test_going_back_forgets_what_came_later():
    log = DistributionLog(1, 8)
    for epoch in range(30):
        log.append(epoch, [np.full(3, epoch)])
    log.cut(9)
    assert log.epochs[-1] <= 9
    kept = log.epochs.tolist()
    log.append(9.5, [np.full(3, 7.0)])
    assert log.epochs.tolist() == [*kept, 9.5]


def test_what_is_handed_out_cannot_be_changed():
    shown = logged(np.ones(3)).by_value(0)
    with pytest.raises(ValueError, match="read-only"):
        shown.counts[0] = 1
