"""A drawing becomes points along its strokes: evenly, in order, whatever its place and size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.data.drawing.ink import Ink, Stroke
from playground.data.drawing.pen_points import FEATURES, PenPoints, points_along
from playground.data.drawing.strokes import Strokes

BAR = np.array([[0, 0], [100, 0]])
CROSS = [np.array([[50, 0], [50, 100]]), np.array([[0, 50], [100, 50]])]


def steps_of(drawing, count=11, pen_width=1.0):
    """Return a drawing's points, (5, count)."""
    return points_along(Strokes.of([drawing]), count, pen_width=pen_width).reshape(5, count)


def test_a_bar_is_as_many_points_at_equal_steps():
    x, y, dx, dy, down = steps_of([BAR], 5)
    assert x == pytest.approx([-1, -0.5, 0, 0.5, 1])
    assert y == pytest.approx(np.zeros(5))
    assert dx == pytest.approx([0, 0.5, 0.5, 0.5, 0.5])
    assert dy == pytest.approx(np.zeros(5))
    assert down.tolist() == [0, 1, 1, 1, 1]


def test_the_pen_is_up_on_its_way_to_the_next_stroke():
    x, y, dx, dy, down = steps_of(CROSS, 10)
    assert down.tolist() == [0, 1, 1, 1, 1, 0, 1, 1, 1, 1]
    assert x[:5] == pytest.approx(np.zeros(5))
    assert y[5:] == pytest.approx(np.zeros(5))
    # From below the middle to the left of it the pen jumps the whole way.
    assert (dx[5], dy[5]) == pytest.approx((x[5] - x[4], y[5] - y[4]))
    assert dx[6] == pytest.approx(x[6] - x[5])


def test_a_dot_has_a_point_of_its_own():
    drawing = [np.array([[50, 30], [50, 100]]), np.array([[50, 0]])]
    for count in (4, 8, 40):
        x, y, _, _, down = steps_of(drawing, count)
        assert (x[-1], y[-1]) == pytest.approx((0, -1))
        assert np.count_nonzero(down == 0) == 2


def test_a_tap_stays_in_the_middle():
    x, y, dx, dy, _ = steps_of([np.array([[7, 9]])])
    assert not np.any([x, y, dx, dy])


def test_the_trembling_of_a_tap_is_not_magnified():
    x, _, _, _, _ = steps_of([np.array([[0, 0], [0.5, 0]])], pen_width=20)
    assert np.abs(x).max() < 0.06


def test_how_fast_the_pen_moved_does_not_matter():
    slow = np.stack([np.linspace(0, 100, 200), np.zeros(200)], axis=1)
    assert steps_of([slow]) == pytest.approx(steps_of([BAR]), abs=1e-6)


@given(
    st.integers(0, 2**32 - 1),
    st.floats(0.01, 100),
    st.floats(-1000, 1000),
    st.integers(1, 4),
    st.integers(6, 60),
)
def test_place_and_size_do_not_matter(seed, scale, shift, strokes, count):
    rng = np.random.default_rng(seed)
    drawing = [rng.uniform(0, 100, (rng.integers(2, 9), 2)) for _ in range(strokes)]
    plain = steps_of(drawing, count, pen_width=2)
    moved = steps_of([line * scale + shift for line in drawing], count, pen_width=2 * scale)
    assert np.abs(moved - plain).max() < 1e-3
    assert np.abs(plain[:2]).max() <= 1 + 1e-6
    ends = np.stack([drawing[0][0], drawing[-1][-1]])
    low, high = (bound(np.concatenate(drawing), axis=0) for bound in (np.min, np.max))
    wanted = (ends - (low + high) / 2) / ((high - low).max() / 2)
    assert plain[:2, [0, -1]].T == pytest.approx(wanted, abs=1e-5)
    assert np.count_nonzero(plain[4] == 0) == strokes


def test_many_drawings_at_once_come_out_as_each_alone():
    rng = np.random.default_rng(4)
    drawings = [
        [rng.uniform(0, 280, (rng.integers(1, 30), 2)) for _ in range(rng.integers(1, 4))]
        for _ in range(50)
    ]
    many = points_along(Strokes.of(drawings), 40, pen_width=22)
    for row, lines in zip(many, drawings, strict=True):
        stages = PenPoints(40).read(Ink.of(lines, width=22))
        assert np.abs(stages.input - row).max() < 1e-4


def test_the_stages_know_where_on_the_canvas_each_step_is():
    ink = Ink.of([BAR + np.array([30, 40])])
    stages = PenPoints(5).read(ink)
    assert stages.source is ink
    assert stages.steps.shape == (len(FEATURES), 5)
    assert stages.places == pytest.approx(np.stack([np.linspace(30, 130, 5), np.full(5, 40)], 1))
    assert stages.strokes[0] == pytest.approx(np.array([[-1, 0], [1, 0]]))


def test_what_was_erased_is_not_read():
    rubbed = Ink.of([BAR + np.array([0, 50])]).with_stroke(
        Stroke([[70, 50], [200, 50]], 20, eraser=True)
    )
    x, _, _, _, down = PenPoints(8).read(rubbed).steps
    assert (x.min(), x.max()) == pytest.approx((-1, 1))
    assert down.sum() == 7
    gone = rubbed.with_stroke(Stroke([[0, 50], [200, 50]], 60, eraser=True))
    assert PenPoints(8).read(gone) is None
    assert PenPoints(8).read(Ink()) is None


def test_a_picture_has_no_order_of_strokes():
    assert not PenPoints(8).reads_pictures
    assert PenPoints(8).read(np.zeros((28, 28), np.uint8)) is None


def test_an_example_becomes_strokes_and_a_picture_again():
    form = PenPoints(40)
    values = form.read(Ink.of(CROSS)).input
    first, second = form.lines(values)
    assert (len(first), len(second)) == (20, 20)
    picture = form.ink(values)
    assert picture.shape == (64, 64)
    assert picture[32, 32] == 1
    assert picture[10, 10] == 0
