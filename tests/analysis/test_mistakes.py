import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.analysis.answers.confusion import UNANSWERED
from playground.analysis.answers.mistakes import CLASS_ORDERS, VALUE_ORDERS, ordered, pair
from playground.analysis.answers.part_answers import PartAnswers

NAN = float("nan")


def classes(rows):
    """Return answers of (true, read, confidence, margin) rows, of three classes."""
    true, read, sure, margin = (np.array(column) for column in zip(*rows, strict=True))
    return PartAnswers("test", len(rows), np.arange(len(rows)) * 10, true, read, sure, margin, 3)


def values(targets, predicted):
    count = len(targets)
    nothing = np.full(count, np.nan)
    return PartAnswers(
        "test",
        count,
        np.arange(count),
        np.array(targets, float),
        np.array(predicted, float),
        nothing,
        nothing,
        0,
    )


ANSWERS = classes(
    [
        (0, 0, 0.9, 0.8),
        (1, 2, 0.6, 0.3),
        (0, 1, 0.7, 0.5),
        (2, 2, 0.4, 0.1),
        (0, 2, 0.8, 0.7),
        (2, UNANSWERED, NAN, NAN),
        (1, 1, 0.5, 0.2),
        (0, 1, 0.75, 0.6),
    ]
)


@pytest.mark.parametrize(
    ("order", "places"),
    [
        ("surest", [4, 7, 2, 1, 5]),
        ("least_sure", [1, 2, 7, 4, 5]),
        ("class", [7, 2, 4, 1, 5]),
        ("barely_right", [3, 6, 0]),
    ],
)
def test_the_orders_of_the_mistakes(order, places):
    assert ordered(ANSWERS, order).tolist() == places


def test_mistakes_of_one_true_or_predicted_class():
    assert ordered(ANSWERS, "surest", true=0).tolist() == [4, 7, 2]
    assert ordered(ANSWERS, "surest", predicted=2).tolist() == [4, 1]
    assert ordered(ANSWERS, "surest", true=0, predicted=1).tolist() == [7, 2]
    assert ordered(ANSWERS, "barely_right", true=1).tolist() == [6]
    assert ordered(ANSWERS, "surest", true=2, predicted=0).tolist() == []


def test_one_cell_holds_its_examples_with_the_surest_first():
    assert pair(ANSWERS, 0, 1).tolist() == [7, 2]
    assert pair(ANSWERS, 0, 0).tolist() == [0]


def test_a_regression_by_its_errors():
    answers = values([0, 0, 0, 0, 1], [1, -3, 2, NAN, 1])
    assert ordered(answers, "largest").tolist() == [1, 2, 0, 4, 3]
    assert ordered(answers, "high").tolist() == [2, 0]
    assert ordered(answers, "low").tolist() == [1]


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 2), st.floats(0, 1), st.floats(0, 1)),
        min_size=1,
        max_size=40,
    )
)
def test_every_order_lists_each_mistake_once(rows):
    answers = classes(rows)
    wrong = {place for place, row in enumerate(rows) if row[0] != row[1]}
    for order in CLASS_ORDERS:
        listed = ordered(answers, order).tolist()
        assert len(set(listed)) == len(listed)
        right = set(range(len(rows))) - wrong
        assert set(listed) == (right if order == "barely_right" else wrong)
    sure = [rows[place][2] for place in ordered(answers, "surest")]
    assert sure == sorted(sure, reverse=True)


def test_there_are_orders_for_both_tasks():
    assert not set(CLASS_ORDERS) & set(VALUE_ORDERS)
