"""The inspector's numbers, rankings and plain text, without a window."""

import math
import random
from decimal import Decimal

import numpy as np
import pytest

from playground.gui.panels.inspector.figures import Figures
from playground.gui.panels.inspector.ranking import SteadyRanking, exact, strongest
from playground.gui.panels.inspector.row import Row, as_text


@pytest.mark.parametrize(
    ("digits", "value", "text"),
    [
        (3, 0.8421, "0.842"),
        (3, -0.0132, "−0.0132"),
        (3, 0.0, "0"),
        (3, -0.0, "0"),
        (3, 12.345, "12.3"),
        (3, 1234.5, "1234"),
        (3, 0.99999, "1.00"),
        (3, 1.0, "1.00"),
        (3, -1.324e-5, "−1.32·10⁻⁵"),
        (2, 3.5e12, "3.5·10¹²"),
        (1, 0.26, "0.3"),
        (7, 0.9990889488055994, "0.9990889"),
        (10, 1 / 3, "0.3333333333"),
        (3, math.nan, "not a number"),
        (3, math.inf, "∞"),
        (3, -math.inf, "−∞"),
        (3, None, "–"),
    ],
)
def test_numbers_are_written_in_significant_digits(digits, value, text):
    assert Figures(digits).write(value) == text


def test_a_positive_number_can_carry_its_sign():
    figures = Figures(2)
    assert [figures.signed(value) for value in (0.61, -0.29, 0.0, None)] == [
        "+0.61",
        "−0.29",
        "0",
        "–",
    ]


def test_numbers_to_be_added_up_have_the_same_decimals():
    assert Figures(3).column([0.842, -0.0004, 0.1]) == ["0.842", "0.000", "0.100"]
    assert Figures(3).column([12.3456, 0.04]) == ["12.346", "0.040"]
    assert Figures(3).column([0.0, 0.0]) == ["0.000", "0.000"]
    assert Figures(3).column([math.nan, 1.0]) == ["not a number", "1.00"]
    assert Figures(3).column([1e-9, 2e-9]) == ["1.00·10⁻⁹", "2.00·10⁻⁹"]
    assert Figures(3).column([]) == []


def number_of(text):
    return Decimal(text.replace("−", "-") or "0")


@pytest.mark.parametrize("digits", range(1, 11))
def test_written_parts_and_the_written_remainder_make_the_written_sum(digits):
    draw = random.Random(digits)
    figures = Figures(digits)
    for _ in range(200):
        parts = [draw.gauss(0, 10 ** draw.uniform(-2, 2)) for _ in range(8)]
        total = math.fsum(parts)
        *written, shown = figures.column([*parts, total])
        lacking = number_of(figures.remainder(parts, total))
        assert sum(map(number_of, written)) + lacking == number_of(shown)
        assert abs(lacking) <= 5 * Decimal(10) ** number_of(shown).as_tuple().exponent


def test_no_remainder_is_told_where_there_is_none_or_no_number():
    figures = Figures(3)
    assert figures.remainder([1.0, 2.0], 3.0) == ""
    assert figures.remainder([math.nan, 2.0], 3.0) == ""
    assert figures.remainder([math.inf], math.inf) == ""


def test_the_strongest_come_first_and_what_is_no_number_last():
    values = np.array([0.1, -3, np.nan, 2, -0.5])
    assert strongest(values, 3) == [1, 3, 4]
    assert strongest(values, 9) == [1, 3, 4, 0, 2]
    assert exact("any", values, 1) == [1]


def test_lines_keep_their_places_until_another_is_clearly_stronger():
    ranking = SteadyRanking()
    ranking.begin("neuron")
    assert ranking("terms", np.array([1.0, 2.0, 3.0, 0.5]), 3) == [2, 1, 0]
    assert ranking("terms", np.array([1.0, 3.1, 3.0, 0.5]), 3) == [2, 1, 0]
    assert ranking("terms", np.array([1.0, 4.0, 3.0, 1.1]), 3) == [1, 2, 0]
    assert ranking("terms", np.array([1.0, 4.0, 3.0, 1.5]), 3) == [1, 2, 3]
    assert ranking("other", np.array([1.0, 2.0]), 2) == [1, 0]
    ranking.begin("another neuron")
    assert ranking("terms", np.array([1.0, 3.1, 3.0, 0.5]), 3) == [1, 2, 0]


def test_a_steady_list_shrinks_with_its_values_and_stands_zeros_and_nan():
    ranking = SteadyRanking()
    assert ranking("w", np.array([1.0, 2.0, 3.0]), 2) == [2, 1]
    assert ranking("w", np.array([1.0, 2.0]), 2) == [1, 0]
    assert (
        sorted(ranking("w", np.zeros(4), 3)) == [0, 1, 2] or len(ranking("w", np.zeros(4), 3)) == 3
    )
    assert len(ranking("w", np.full(4, np.nan), 3)) == 3


def test_rows_as_text_stand_in_columns():
    rows = [
        Row("pixel (3, 4)", ("0.613 × 0.812", "0.498")),
        Row("57 more terms", ("", "−0.1")),
        Row("z", ("0.398",), total=True),
        Row("a heading that is longer than every name"),
    ]
    assert as_text(rows).splitlines() == [
        "  pixel (3, 4)   0.613 × 0.812  0.498",
        "  57 more terms                  −0.1",
        "  z                             0.398",
        "  a heading that is longer than every name",
    ]
