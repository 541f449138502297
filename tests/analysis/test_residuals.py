import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.analysis.answers.residuals import error_counts, residuals
from playground.data.tasks import r2

pairs = st.lists(
    st.tuples(st.floats(-100, 100), st.floats(-100, 100)), min_size=2, max_size=40
).filter(lambda rows: max(y for y, _ in rows) - min(y for y, _ in rows) > 1e-3)


def test_the_figures_worked_by_hand():
    # Errors 1, −1 and 3; the targets' mean is 2, Σ (y − ȳ)² = 8, Σ r² = 11.
    figures = residuals(np.array([0.0, 2.0, 4.0]), np.array([1.0, 1.0, 7.0]))
    assert figures.examples == 3
    assert figures.mean_absolute == pytest.approx(5 / 3)
    assert figures.root_mean_square == pytest.approx(math.sqrt(11 / 3))
    assert figures.mean == pytest.approx(1)
    assert figures.largest == 3
    assert figures.r2 == pytest.approx(1 - 11 / 8)


@given(pairs)
def test_r2_is_the_one_of_the_curves(rows):
    targets, predicted = np.array(rows).T
    expected = r2(predicted[np.newaxis], targets[np.newaxis])
    assert residuals(targets, predicted).r2 == pytest.approx(expected)


def test_equal_targets_have_no_r2():
    assert math.isnan(residuals(np.ones(3), np.arange(3.0)).r2)


def test_what_is_no_number_is_left_out():
    figures = residuals(np.array([1.0, 2.0, 3.0]), np.array([np.nan, 2.0, 4.0]))
    assert figures.examples == 2
    assert figures.largest == 1
    assert math.isnan(residuals(np.ones(1), np.array([np.nan])).mean_absolute)


@given(pairs)
def test_every_error_is_counted_in_its_bin(rows):
    targets, predicted = np.array(rows).T
    reach, counts = error_counts(targets, predicted)
    assert counts.sum() == len(rows)
    left = predicted - targets
    assert reach == max(abs(left).max(), 0) or reach == 1.0
    width = 2 * reach / len(counts)
    below = sum(int(-reach <= r < -reach + 10 * width) for r in left)
    assert abs(int(counts[:10].sum()) - below) <= sum(
        math.isclose(r, -reach + 10 * width, abs_tol=1e-9) for r in left
    )
