import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.analysis.answers.calibration import calibration

answers = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=80)


def by_hand(pairs, bins):
    """Return the expected calibration error with a loop over examples and one over bins."""
    error = 0.0
    for m in range(bins):
        inside = [
            (sure, right)
            for sure, right in pairs
            if (m / bins < sure <= (m + 1) / bins) or (m == 0 and sure == 0)
        ]
        if inside:
            confidence = sum(sure for sure, _ in inside) / len(inside)
            accuracy = sum(right for _, right in inside) / len(inside)
            error += len(inside) / len(pairs) * abs(accuracy - confidence)
    return error


def of(pairs, bins=10):
    sure, right = zip(*pairs, strict=True)
    return calibration(np.array(sure), np.array(right), bins)


@given(answers, st.sampled_from([5, 10, 15]))
def test_the_error_agrees_with_a_plain_loop(pairs, bins):
    assert of(pairs, bins).expected_error == pytest.approx(by_hand(pairs, bins), abs=1e-12)


def test_the_error_worked_by_hand():
    # 4 answers at 0.9, 3 of them right: gap 0.15. 1 wrong answer at 0.6: gap 0.6.
    result = of([(0.9, True)] * 3 + [(0.9, False), (0.6, False)])
    assert result.expected_error == pytest.approx(4 / 5 * 0.15 + 1 / 5 * 0.6)
    assert result.counts.tolist() == [0, 0, 0, 0, 0, 1, 0, 0, 4, 0]
    assert result.accuracy[8] == 0.75
    assert result.confidence[8] == pytest.approx(0.9)
    assert math.isnan(result.accuracy[0])


@given(answers)
def test_every_answer_is_in_the_bin_whose_edges_hold_its_confidence(pairs):
    for sure, right in pairs:
        one = of([(sure, right)])
        (place,) = np.flatnonzero(one.counts)
        low, high = one.edges(int(place))
        assert low <= sure <= high


def test_a_network_as_right_as_it_is_sure_has_no_error():
    assert of([(0.75, True)] * 3 + [(0.75, False)]).expected_error == 0


def test_what_is_no_number_is_left_out():
    result = calibration(np.array([np.nan, 1.0]), np.array([False, True]))
    assert result.examples == 1
    assert result.expected_error == 0
    assert math.isnan(calibration(np.array([np.nan]), np.array([False])).expected_error)
