import numpy as np
import pytest

from playground.data.catalogue import load
from playground.data.drawing.ink import Ink
from playground.data.drawing.pen_points import PenPoints
from playground.data.drawing.pen_way import PenWay
from playground.data.drawing.writing import Writing

L_AND_DOT = [np.array([[10, 10], [10, 110], [60, 110]]), np.array([[90.0, 20]])]


def test_a_drawing_has_the_step_at_each_of_its_points():
    way = PenPoints(31).read(Ink.of(L_AND_DOT)).way
    (line, moments), (dot, at_dot) = way.lines
    assert np.allclose(line, L_AND_DOT[0], atol=1e-3)
    # The dot counts as long as 1 of the 30 − 2 spaces that the strokes share.
    whole = 150 * (1 + 1 / 28)
    assert moments == pytest.approx([0, 100 / whole * 30, 150 / whole * 30])
    assert np.allclose(dot, L_AND_DOT[1], atol=1e-3)
    assert at_dot == pytest.approx([150 / whole * 30])
    assert way.places.shape == (31, 2)
    assert np.allclose(way.places[0], (10, 10), atol=1e-3)


def test_an_example_of_points_is_a_line_for_each_stroke():
    form = PenPoints(20)
    values = form.read(Ink.of(L_AND_DOT)).input
    way = form.pen_way(values)
    assert np.array_equal(way.places, values.reshape(5, 20)[:2].T)
    begins = np.flatnonzero(values.reshape(5, 20)[4] < 0.5)
    assert [int(moments[0]) for _, moments in way.lines] == begins.tolist()
    assert sum(len(points) for points, _ in way.lines) == 20


def test_moves_leave_lines_only_where_the_pen_is_on_the_paper():
    writing = Writing(("0", "i"))
    text = [writing.start("i"), 18, 18, writing.pen_up, 6, 6, 6, writing.pen_down]
    values = np.zeros((writing.tokens, 12), np.float32)
    values[text, np.arange(len(text))] = 1
    way = writing.pen_way(values.ravel())
    assert len(way.places) == len(text)
    (line, moments), (dot, at_dot) = way.lines
    assert np.allclose(line, [[0, 0], [0, 0.11], [0, 0.22]])
    assert moments.tolist() == [0, 1, 2]
    assert at_dot.tolist() == [7]
    assert np.allclose(dot, [[0, -0.11]])


def test_asked_is_what_an_example_was_to_write():
    dataset = load("pen-moves")
    writing = dataset.writing
    tokens = writing.tokens_of(dataset.inputs[5])
    assert writing.start(writing.asked(dataset.inputs[5])) == tokens[0]


def test_a_fitted_way_lies_in_the_middle_of_its_square():
    places = np.array([[2.0, 3], [4, 3], [4, 4]])
    fitted = PenWay.of_steps(places, np.array([False, True, True]), np.ones(3, bool)).fitted(
        100, 0.5
    )
    assert fitted.places.tolist() == [[25, 37.5], [75, 37.5], [75, 62.5]]


def test_pictures_have_no_way():
    digits = load("digits")
    assert digits.pen_way(digits.inputs[0]) is None
