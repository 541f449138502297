"""One style of numbers: true minus signs, one mark between thousands, no idle digits."""

import math

import pytest

from playground import wording
from playground.wording import (
    aligned,
    brief,
    counted,
    fixed,
    metric,
    nth,
    number,
    percent,
    plus,
    scientific,
    short,
)


@pytest.mark.parametrize(
    ("write", "value", "text"),
    [
        (number, 0.0, "0"),
        (number, -0.0, "0"),
        (number, 0.03125, "0.03125"),
        (number, 0.031256, "0.03126"),
        (number, -2.5, "−2.5"),
        (number, 999.96, "1,000"),
        (number, 1_797, "1,797"),
        (number, 123_456.7, "123,457"),
        (number, 2.5e6, "2.5e6"),
        (number, -3.12345e-7, "−3.123e−7"),
        (number, 1e-4, "0.0001"),
        (number, math.nan, "not a number"),
        (number, math.inf, "∞"),
        (number, -math.inf, "−∞"),
        (brief, 0.30512, "0.305"),
        (brief, -1234.5, "−1,234"),
        (brief, 1.0, "1"),
        (plus, 0.25, "+0.25"),
        (plus, -0.25, "−0.25"),
        (plus, 0.0, "0"),
        (lambda value: fixed(value, 2), -0.4, "−0.40"),
        (lambda value: fixed(value, 2), -0.004, "0.00"),
        (lambda value: fixed(value, 1), 12_345.67, "12,345.7"),
        (lambda value: fixed(value, 2), math.nan, "–"),
        (percent, 0.9512, "95.1 %"),
        (percent, math.nan, "–"),
        (lambda value: percent(value, 0), 0.5, "50 %"),
        (metric, 0.5, "0.500"),
        (metric, 0.0, "0.000"),
        (metric, 0.00123456, "0.00123"),
        (metric, 250.04, "250"),
        (metric, -0.25, "−0.250"),
        (metric, 4.2e-5, "4.2e−5"),
        (metric, math.inf, "–"),
        (short, 0.001, "0.00"),
        (short, -3.14159, "−3.14"),
        (short, 1234.5, "1,234"),
        (short, 2.34e6, "2e6"),
        (short, math.nan, "–"),
        (scientific, 3.14e-8, "3.1e−8"),
        (scientific, -1e-5, "−1e−5"),
        (scientific, 0.0, "0"),
    ],
)
def test_numbers_are_written_in_one_style(write, value, text):
    assert write(value) == text


def test_one_thing_is_singular_and_what_ends_in_s_has_a_plural_of_its_own():
    told = [counted(count, noun) for noun in ("sum", "class") for count in (1, 1200)]
    assert told == ["1 sum", "1,200 sums", "1 class", "1,200 classes"]


def test_a_tables_columns_stand_below_each_other() -> None:
    rows = [("layer", "count", "kind"), ("a", "10", "dense"), ("output", "3", "")]
    assert aligned(rows, right={1}) == [
        "layer   count  kind",
        "a          10  dense",
        "output      3",
    ]


@pytest.fixture
def german(monkeypatch):
    monkeypatch.setattr(wording, "_marks", {})
    wording.write_with(".", ",")


def test_numbers_follow_the_marks_of_the_place(german):
    assert wording.grouped(1_234_567) == "1.234.567"
    assert number(-0.5) == "−0,5"
    assert fixed(12_345.67, 1) == "12.345,7"
    assert counted(1320, "sum") == "1.320 sums"
    assert percent(0.951) == "95,1 %"
    assert nth(1436) == "1.437"
    assert number(-1234.5, 5, groups=False) == "−1234,5"


@pytest.mark.parametrize(
    ("text", "whole", "plain"),
    [
        ("1.797", True, "1797"),
        ("1.234,5", False, "1234.5"),
        ("0,25", False, "0.25"),
        ("0.25", False, "0.25"),
        ("−1e−4", False, "-1e-4"),
    ],
)
def test_what_is_typed_is_read_as_it_is_written_there(german, text, whole, plain):
    assert wording.typed(text, whole=whole) == plain


@pytest.mark.parametrize(
    ("text", "whole", "plain"),
    [
        ("1,797", True, "1797"),
        ("1 797", True, "1797"),
        ("1,234.5", False, "1234.5"),
        ("0,25", False, "0.25"),
        ("−0.25", False, "-0.25"),
    ],
)
def test_what_is_typed_without_a_place_is_read_as_in_english(text, whole, plain):
    assert wording.typed(text, whole=whole) == plain
