"""What a network sees of a drawing depends on its shape, not on its place, size or pen."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.data.drawing.drawing import DRAWN_SIDE, OPTDIGITS, Drawing, read_strokes
from playground.data.drawing.ink import Ink, Stroke
from playground.errors import DataError

MNIST = Drawing(
    field=28, block=1, digit_height=20.0, stroke_width=2.0, centring="mass", value_range=(0, 1)
)
THREE = np.array(
    [(90, 60), (140, 40), (170, 80), (120, 120), (175, 160), (140, 215), (85, 195)], np.float32
)
SEVEN = [
    np.array([(60, 50), (190, 55), (120, 230)], np.float32),
    np.array([(95, 140), (170, 140)], np.float32),
]
coordinates = st.integers(20, 260)
drawings = st.lists(
    st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=12), min_size=1, max_size=3
).map(lambda strokes: [np.array(points, np.float32) for points in strokes])


def large_enough(strokes):
    """Whether a drawing is more than a dot, which is not magnified."""
    points = np.concatenate(strokes)
    return (points.max(axis=0) - points.min(axis=0)).max() >= 22


def seen(strokes, drawing=OPTDIGITS):
    stages = read_strokes(strokes, drawing)
    assert stages is not None
    return stages.input


def box_of(picture):
    rows, columns = (np.flatnonzero((picture > 0.02).any(axis=axis)) for axis in (1, 0))
    return rows[0], rows[-1] + 1, columns[0], columns[-1] + 1


@settings(max_examples=60)
@given(
    strokes=drawings.filter(large_enough),
    right=st.integers(-1000, 1000),
    down=st.integers(-1000, 1000),
)
def test_moving_a_drawing_changes_nothing(strokes, right, down):
    moved = [points + np.array([right, down], np.float32) for points in strokes]
    assert seen(moved) == pytest.approx(seen(strokes), abs=1e-3)


@settings(max_examples=60)
@given(strokes=drawings.filter(large_enough), scale=st.floats(0.5, 8))
def test_drawing_at_another_size_changes_nothing(strokes, scale):
    scaled = [points * np.float32(scale) for points in strokes]
    assert seen(scaled) == pytest.approx(seen(strokes), abs=2e-3)


@settings(max_examples=40)
@given(strokes=drawings, drawing=st.sampled_from([OPTDIGITS, MNIST]))
def test_any_drawing_gives_whole_stages(strokes, drawing):
    stages = read_strokes(strokes, drawing)
    side = drawing.resolution
    assert stages.input.shape == (side * side,)
    assert stages.centred.shape == (drawing.field, drawing.field)
    assert max(stages.cropped.shape) <= drawing.digit_height
    for picture in (stages.drawn, stages.cropped, stages.centred, stages.input):
        assert picture.dtype == np.float32
        assert 0 <= picture.min() <= picture.max() <= 1
        assert picture.any()


@pytest.mark.parametrize("width", [3, 22, 60])
def test_the_pen_that_drew_it_changes_nothing(width):
    assert np.array_equal(seen(Ink.of(SEVEN, width)), seen(Ink.of(SEVEN)))


def test_points_recorded_twice_change_nothing():
    assert seen([np.repeat(THREE, 3, axis=0)]) == pytest.approx(seen([THREE]), abs=1e-3)


def test_the_direction_and_order_of_strokes_change_nothing():
    assert seen([s[::-1] for s in SEVEN[::-1]]) == pytest.approx(seen(SEVEN), abs=1e-3)


def test_the_longer_side_fills_the_height_and_the_aspect_is_kept():
    rectangle = np.array([(0, 0), (60, 0), (60, 108), (0, 108), (0, 0)])
    stages = read_strokes([rectangle], OPTDIGITS)
    top, bottom, left, right = box_of(stages.centred)
    assert (top, bottom) == (0, 32)
    # Middle lines 27 high and 27·60/108 = 15 wide, and a pen of 5 around them.
    assert (left, right) == (6, 26)
    assert stages.cropped.shape == (32, 20)


def test_a_wide_drawing_fills_the_width():
    stages = read_strokes([[(0, 0), (100, 0)]], OPTDIGITS)
    assert box_of(stages.centred) == (13, 19, 0, 32)
    assert stages.cropped.shape == (6, 32)


def test_an_upright_line_stands_in_the_middle():
    picture = seen([[(10, 10), (10, 90)]]).reshape(8, 8)
    assert picture[:, 3] == pytest.approx(picture[:, 4], abs=1e-5)
    assert picture[1:7, 3] == pytest.approx(np.full(6, 2.5 / 4), abs=1e-5)
    assert not picture[:, [0, 1, 2, 5, 6, 7]].any()


def test_strokes_are_as_thick_as_the_data_sets():
    digits_ink = 0.305
    both = [seen([THREE]).mean(), seen(SEVEN).mean()]
    assert np.mean(both) == pytest.approx(digits_ink, abs=0.06)


def test_the_input_is_the_mean_of_the_centred_blocks():
    stages = read_strokes([THREE], OPTDIGITS)
    blocks = stages.centred.reshape(8, 4, 8, 4).mean(axis=(1, 3))
    assert stages.input == pytest.approx(blocks.ravel(), abs=1e-6)


def test_the_value_range_is_the_data_sets():
    signed = Drawing(32, 4, 32.0, 5.0, "box", value_range=(-1.0, 1.0))
    assert seen([THREE], signed) == pytest.approx(2 * seen([THREE]) - 1, abs=1e-6)


def test_centring_by_mass_puts_the_centre_of_mass_in_the_middle():
    flag = [np.array([(0, 0), (0, 100)]), np.array([(0, 0), (40, 0), (40, 20), (0, 20)])]
    stages = read_strokes(flag, MNIST)
    y, x = np.mgrid[:28, :28] + 0.5
    total = stages.centred.sum()
    assert (stages.centred * x).sum() / total == pytest.approx(14, abs=0.05)
    assert (stages.centred * y).sum() / total == pytest.approx(14, abs=0.05)
    top, bottom, _, _ = box_of(stages.centred)
    assert bottom - top == pytest.approx(20, abs=1)
    assert top > 5  # the flag is heavy at its top, which therefore hangs lower than the middle


@pytest.mark.parametrize("strokes", [[], [[]], [np.zeros((0, 2))]])
def test_an_empty_drawing_is_none(strokes):
    assert read_strokes(strokes, OPTDIGITS) is None


def test_a_tap_is_a_dot_and_a_trembling_tap_is_not_magnified():
    dot = seen([[(50, 50)]]).reshape(8, 8)
    assert np.flatnonzero(dot.any(axis=1)).tolist() == [3, 4]
    assert dot.sum() * 16 == pytest.approx(np.pi * 2.5**2, rel=0.03)
    trembling = seen([[(50, 50), (50.5, 50.2), (50, 50.5)]]).reshape(8, 8)
    assert np.abs(trembling - dot).max() < 0.3


def test_points_outside_the_canvas_belong_to_the_drawing():
    moved = [points - 250 for points in SEVEN]
    stages = read_strokes(moved, OPTDIGITS)
    assert stages.input == pytest.approx(seen(SEVEN), abs=1e-3)
    assert stages.drawn.shape == (DRAWN_SIDE, DRAWN_SIDE)
    assert not stages.drawn.any()


def test_huge_coordinates_are_read():
    huge = [points * np.float32(1e30) for points in SEVEN]
    stages = read_strokes(huge, OPTDIGITS)
    assert stages.input == pytest.approx(seen(SEVEN), abs=1e-3)
    assert np.isfinite(stages.drawn).all()


def test_a_coordinate_that_is_no_number_is_refused():
    with pytest.raises(DataError, match="finite coordinates"):
        read_strokes([[(0, 0), (np.nan, 5)]], OPTDIGITS)


def test_drawn_shows_the_canvas_with_its_own_pen():
    thin, thick = (Ink.of([[(70, 140), (210, 140)]], width) for width in (10, 40))
    assert (
        read_strokes(thick, OPTDIGITS).drawn.sum() > 3 * read_strokes(thin, OPTDIGITS).drawn.sum()
    )
    wide = Ink((Stroke(THREE),), (560, 280))
    assert read_strokes(wide, OPTDIGITS).drawn.shape == (32, 64)


def test_what_was_erased_does_not_count_for_the_crop():
    tail = np.array([(200, 240), (270, 275)], np.float32)
    eraser = Stroke([(195, 238), (280, 280)], 40, eraser=True)
    kept = Ink((Stroke(THREE), Stroke(tail), eraser))
    assert seen(kept) == pytest.approx(seen([THREE]), abs=1e-3)
    assert np.abs(seen([THREE, tail]) - seen([THREE])).mean() > 0.1


def test_a_gap_made_by_the_eraser_is_seen():
    ring = np.stack([np.cos(a := np.linspace(0, 2 * np.pi, 80)), np.sin(a)], axis=1) * 90 + 140
    eraser = Stroke([(230, 140)], 60, eraser=True)
    erased = seen(Ink((Stroke(ring), eraser))).reshape(8, 8)
    whole = seen([ring]).reshape(8, 8)
    assert erased[3:5, 7].max() < 0.05 < whole[3:5, 7].min()
    assert erased[:, :3] == pytest.approx(whole[:, :3], abs=0.15)


def test_an_erased_drawing_is_none():
    eraser = Stroke([(0, 140), (280, 140)], 400, eraser=True)
    assert read_strokes(Ink((Stroke(THREE), eraser)), OPTDIGITS) is None
    assert read_strokes(Ink((eraser,)), OPTDIGITS) is None
