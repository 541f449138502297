import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.analysis.answers.confusion import UNANSWERED, confusion, mean_of_defined

LABELS = np.array([0, 0, 0, 1, 1, 2, 2, 2, 2])
READ = np.array([0, 0, 1, 1, 1, 2, 2, 0, UNANSWERED])


@st.composite
def answers(draw):
    classes = draw(st.integers(2, 6))
    pairs = st.tuples(st.integers(0, classes - 1), st.integers(UNANSWERED, classes - 1))
    return classes, draw(st.lists(pairs, max_size=60))


def counted(classes, pairs):
    """Return what scores need, counted one example after the other."""
    table = {(t, p): 0 for t in range(classes) for p in range(UNANSWERED, classes)}
    for pair in pairs:
        table[pair] += 1
    return table


def ratio(above, below):
    return above / below if below else math.nan


def of(pairs, classes):
    labels, read = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return confusion(labels, read, classes)


def test_a_row_is_a_true_class_and_a_column_a_predicted_one():
    counted = confusion(LABELS, READ, 3)
    assert counted.counts.tolist() == [[2, 1, 0], [0, 2, 0], [1, 0, 2]]
    assert counted.unanswered.tolist() == [0, 0, 1]
    assert counted.support.tolist() == [3, 2, 4]
    assert counted.predicted.tolist() == [3, 3, 2]
    assert counted.accuracy == 6 / 9


def test_scores_worked_by_hand():
    counted = confusion(LABELS, READ, 3)
    # Class 0: 2 right of 3 read as it, 2 right of 3 of it, F1 = 2·2 / (3 + 3).
    # Class 1: 2 of 3 read, 2 of 2 of it, F1 = 4 / (3 + 2).
    # Class 2: 2 of 2 read, 2 of 4 of it (one was not answered), F1 = 4 / (2 + 4).
    np.testing.assert_allclose(counted.precision, [2 / 3, 2 / 3, 1])
    np.testing.assert_allclose(counted.recall, [2 / 3, 1, 2 / 4])
    np.testing.assert_allclose(counted.f1, [4 / 6, 4 / 5, 4 / 6])
    np.testing.assert_allclose(counted.rates[2], [1 / 4, 0, 2 / 4])


@given(answers())
def test_scores_agree_with_counting_one_by_one(drawn):
    classes, pairs = drawn
    table, result = counted(classes, pairs), of(pairs, classes)
    assert result.examples == len(pairs)
    assert result.right == sum(t == p for t, p in pairs)
    for k in range(classes):
        support = sum(table[k, p] for p in range(UNANSWERED, classes))
        read = sum(table[t, k] for t in range(classes))
        assert [result.counts[k, p] for p in range(classes)] == [
            table[k, p] for p in range(classes)
        ]
        precision, recall = ratio(table[k, k], read), ratio(table[k, k], support)
        assert result.precision[k] == pytest.approx(precision, nan_ok=True)
        assert result.recall[k] == pytest.approx(recall, nan_ok=True)
        if precision > 0 and recall > 0:
            harmonic = 2 / (1 / precision + 1 / recall)
            assert result.f1[k] == pytest.approx(harmonic)


@given(answers())
def test_the_most_frequent_mistake_is_off_the_diagonal_and_the_largest(drawn):
    classes, pairs = drawn
    wrong = [pair for pair in pairs if pair[0] != pair[1] and pair[1] != UNANSWERED]
    found = of(pairs, classes).most_frequent_mistake()
    if not wrong:
        assert found is None
    else:
        assert wrong.count(found) == max(map(wrong.count, wrong))


def test_what_would_divide_by_zero_is_not_a_number():
    absent = confusion(np.array([0, 0]), np.array([0, 1]), 3)
    assert math.isnan(absent.precision[2])
    assert math.isnan(absent.recall[1])
    assert math.isnan(absent.recall[2])
    assert math.isnan(absent.f1[2])
    assert absent.f1[1] == 0
    assert np.isnan(absent.rates[1:]).all()
    nothing = confusion(np.empty(0, np.int64), np.empty(0, np.int64), 2)
    assert math.isnan(nothing.accuracy)


def test_the_macro_average_leaves_out_what_is_not_defined():
    assert mean_of_defined(np.array([0.5, np.nan, 1.0])) == 0.75
    assert math.isnan(mean_of_defined(np.array([np.nan])))


def test_unanswered_examples_are_not_right():
    diverged = confusion(np.array([0, 1]), np.array([UNANSWERED, UNANSWERED]), 2)
    assert diverged.accuracy == 0
    assert diverged.counts.sum() == 0
    assert diverged.recall.tolist() == [0, 0]
