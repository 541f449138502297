"""Strokes check themselves, and erasers cut what they cross."""

import numpy as np
import pytest

from playground.data.drawing.ink import Ink, Stroke, resampled
from playground.errors import DataError

LINE = [(50, 100), (250, 100)]


def ink(*strokes):
    return Ink(tuple(strokes))


@pytest.mark.parametrize(
    ("points", "sentence"),
    [
        ([(0, np.nan)], "finite coordinates"),
        ([(np.inf, 0)], "finite coordinates"),
        ([(1e300, 0)], "finite coordinates"),
        ([1, 2, 3], r"expects points of shape \(points, 2\)"),
        ([(1, 2, 3)], r"expects points of shape \(points, 2\)"),
    ],
)
def test_points_that_cannot_be_drawn_are_refused(points, sentence):
    with pytest.raises(DataError, match=sentence):
        Stroke(points)


@pytest.mark.parametrize("width", [0, -1, float("nan"), float("inf")])
def test_a_pen_without_width_is_refused(width):
    with pytest.raises(DataError, match="expects a width above 0"):
        Stroke(LINE, width)


@pytest.mark.parametrize("size", [(0, 280), (280, float("nan"))])
def test_a_canvas_without_size_is_refused(size):
    with pytest.raises(DataError, match="expects a width and a height above 0"):
        Ink(size=size)


def test_strokes_own_their_points():
    points = np.array(LINE, np.float32)
    stroke = Stroke(points)
    points[:] = 0
    assert stroke.points.tolist() == [[50, 100], [250, 100]]
    with pytest.raises(ValueError, match="read-only"):
        stroke.points[0, 0] = 1


def test_a_stroke_is_added_after_the_others():
    first, second = Stroke(LINE), Stroke([(1, 1)])
    drawing = ink(first).with_stroke(second)
    assert drawing.strokes == (first, second)


def test_without_an_eraser_strokes_stay_whole():
    first, second = Stroke(LINE), Stroke([(1, 1)])
    assert ink(first, Stroke([]), second).cut() == [first, second]


def test_an_eraser_across_a_line_leaves_two_lines():
    eraser = Stroke([(150, 0), (150, 200)], 40, eraser=True)
    left, right, last = ink(Stroke(LINE, 20), eraser).cut()
    assert last is eraser
    assert left.points[0].tolist() == [50, 100]
    assert left.points[-1] == pytest.approx([130, 100], abs=40 / 16)
    assert right.points[0] == pytest.approx([170, 100], abs=40 / 16)
    assert right.points[-1].tolist() == [250, 100]
    assert left.width == right.width == 20


def test_a_line_rubbed_out_is_gone():
    eraser = Stroke([(40, 100), (260, 100)], 30, eraser=True)
    assert ink(Stroke(LINE), Stroke([(150, 100)]), eraser).cut() == [eraser]


def test_a_pen_draws_over_what_was_erased_before():
    eraser = Stroke([(150, 0), (150, 200)], 40, eraser=True)
    pen = Stroke(LINE)
    assert ink(eraser, pen).cut() == [eraser, pen]


def test_an_eraser_far_away_cuts_nothing():
    eraser = Stroke([(150, 250)], 40, eraser=True)
    pen = Stroke(LINE)
    assert ink(pen, eraser).cut() == [pen, eraser]


def test_resampling_keeps_both_ends_and_equal_steps():
    points = resampled(np.array([[0.0, 0], [3, 0], [3, 0], [3, 4]]), 0.5)
    assert points[0].tolist() == [0, 0]
    assert points[-1].tolist() == [3, 4]
    assert np.hypot(*np.diff(points, axis=0).T) == pytest.approx(np.full(14, 0.5))


def test_resampling_takes_longer_steps_rather_than_too_many():
    assert len(resampled(np.array([[0.0, 0], [1e9, 0]]), 0.5, most=100)) == 101
    assert len(resampled(np.array([[7.0, 7.0], [7, 7]]), 0.5)) == 2
    assert resampled(np.array([[7.0, 7.0]]), 0.5).tolist() == [[7, 7]]
