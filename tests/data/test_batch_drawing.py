"""Many drawings at once come out as each would alone."""

import dataclasses

import numpy as np
import pytest

from playground.data.drawing.batch_drawing import read_all
from playground.data.drawing.drawing import OPTDIGITS, read_strokes
from playground.data.drawing.ink import Ink
from playground.data.drawing.strokes import Strokes
from playground.data.published.mnist import DRAWING


def some_strokes(count=150, seed=0):
    """Return wandering lines, taps and strokes that repeat a point, as lists and in one array."""
    rng = np.random.default_rng(seed)
    drawings = []
    for index in range(count):
        strokes = [
            rng.normal(0, 12, (rng.integers(1, 40), 2)).cumsum(axis=0) + rng.uniform(0, 300, 2)
            for _ in range(rng.integers(1, 4))
        ]
        if index % 10 == 0:
            strokes = [strokes[0][:1]]
        if index % 10 == 1:
            strokes[0] = strokes[0].repeat(2, axis=0)
        drawings.append([stroke.astype(np.float32) for stroke in strokes])
    lines = [stroke for drawing in drawings for stroke in drawing]
    return drawings, Strokes(
        np.concatenate(lines).astype(np.float64),
        np.cumsum([0, *map(len, lines)]),
        np.cumsum([0, *map(len, drawings)]),
    )


@pytest.mark.parametrize("drawing", [DRAWING, OPTDIGITS], ids=["28×28", "8×8"])
def test_every_drawing_is_read_as_the_canvas_reads_it(drawing):
    drawings, strokes = some_strokes()
    many = read_all(strokes, drawing, pen_width=22)
    assert many.dtype == np.uint8
    assert many.shape == (150, drawing.resolution**2)
    for row, lines in zip(many, drawings, strict=True):
        stages = read_strokes(Ink.of(lines, width=22), drawing)
        assert np.abs(row - stages.input * 255).max() < 0.51


def test_a_drawing_can_be_redrawn_thicker():
    drawings, strokes = some_strokes(4)
    thickness = np.array([1.5, 2.0, 3.0, 4.5])
    for row, lines, thick in zip(
        read_all(strokes, DRAWING, pen_width=22, thickness=thickness),
        drawings,
        thickness,
        strict=True,
    ):
        alone = read_strokes(lines, dataclasses.replace(DRAWING, stroke_width=thick))
        assert np.abs(row - alone.input * 255).max() < 0.51


def test_a_part_holds_the_chosen_drawings_in_their_order():
    drawings, strokes = some_strokes(9)
    part = strokes.part(np.array([7, 2, 2]))
    assert len(part) == 3
    wanted = np.concatenate([*drawings[7], *drawings[2], *drawings[2]])
    assert np.array_equal(part.points, wanted)
    assert part.drawing_of_points.tolist() == [
        number for number, of in enumerate((7, 2, 2)) for stroke in drawings[of] for _ in stroke
    ]
    assert np.diff(part.stroke_offsets).tolist() == [
        len(stroke) for of in (7, 2, 2) for stroke in drawings[of]
    ]
