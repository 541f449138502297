"""Strokes become moves of the pen, and moves strokes: near to the line, in order, whole."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.data.drawing.strokes import Strokes
from playground.data.drawing.writing import Writing
from playground.data.rows import NO_TOKEN, TokenRows

DIGITS = Writing(tuple("0123456789"))
SQUARE = np.array([[0, 0], [100, 0], [100, 100], [0, 100]])


def encoded(drawing, **options):
    return DIGITS.encode(Strokes.of([drawing]), **options)[0].tolist()


def far(points, lines):
    """Return how far each point is from the nearest of finely drawn lines."""
    fine = np.concatenate(
        [
            line[:1] if len(line) == 1 else np.linspace(line[:-1], line[1:], 50).reshape(-1, 2)
            for line in lines
        ]
    )
    return np.hypot(*(points[:, np.newaxis] - fine).T).min(axis=0)


def test_there_are_27_moves_and_a_start_for_each_name():
    assert (DIGITS.moves, DIGITS.tokens) == (27, 37)
    assert DIGITS.words[:3] == ("0°", "15°", "30°")
    assert DIGITS.words[24:28] == ("pen up", "pen down", "end", "write 0")
    assert DIGITS.start("7") == 34
    assert len(DIGITS.words) == DIGITS.tokens


def test_a_square_goes_right_down_and_left():
    tokens = encoded([SQUARE])
    assert tokens == [0] * 9 + [18] * 9 + [12] * 9 + [DIGITS.end]


def test_a_line_up_is_a_quarter_of_the_directions():
    assert set(encoded([np.array([[5, 100], [5, 0]])])) == {6, DIGITS.end}


def test_the_pen_is_lifted_between_strokes_and_led_through_the_air():
    tokens = encoded([SQUARE[:2], SQUARE[3:1:-1]])
    air = tokens[10:-11]
    assert tokens[9] == DIGITS.pen_up
    assert tokens[-11] == DIGITS.pen_down
    assert set(air) <= {14, 15, 16}
    assert tokens[-10:] == [0] * 9 + [DIGITS.end]


def test_a_dot_is_a_touch():
    tokens = encoded([np.array([[0, 50], [0, 100]]), np.array([[0, 0]])])
    assert tokens[-2:] == [DIGITS.pen_down, DIGITS.end]
    lines = DIGITS.decode(tokens)
    assert [len(line) for line in lines][-1] == 1
    assert encoded([np.array([[3, 3]])]) == [DIGITS.end]
    assert [line.tolist() for line in DIGITS.decode([DIGITS.end])] == [[[0, 0]]]


def test_every_beginning_can_be_decoded_and_goes_on_where_it_was():
    tokens = encoded([SQUARE, SQUARE / 2])
    places, down = DIGITS.way(tokens)
    assert len(places) == len(down) == len(tokens) + 1
    for length in range(len(tokens)):
        lines = DIGITS.decode([DIGITS.start("4"), *tokens[:length]])
        if down[length]:
            assert lines[-1][-1] == pytest.approx(places[length])
        assert sum(map(len, lines)) <= length + 2
    assert down[0]
    assert not down[tokens.index(DIGITS.pen_up) + 1]


def test_what_has_only_begun_is_encoded_in_the_scale_of_the_whole():
    half = [SQUARE[:2] / 2]
    assert encoded(half, side=100) == [0, 0, 0, 0, 0, DIGITS.end]
    assert len(encoded(half)) == 10


@given(st.integers(0, 2**32 - 1), st.integers(1, 3), st.floats(0.01, 1000), st.floats(-500, 500))
def test_what_is_decoded_stays_near_the_line(seed, strokes, scale, shift):
    rng = np.random.default_rng(seed)
    drawing = [
        rng.normal(0, 12, (rng.integers(2, 30), 2)).cumsum(axis=0) + rng.uniform(0, 100, 2)
        for _ in range(strokes)
    ]
    tokens = encoded(drawing)
    assert tokens == encoded([line * scale + shift for line in drawing]) or scale != 1
    assert tokens[-1] == DIGITS.end
    assert tokens.count(DIGITS.end) == 1
    assert tokens.count(DIGITS.pen_up) == tokens.count(DIGITS.pen_down) == strokes - 1
    whole = np.concatenate(drawing)
    side = np.ptp(whole, axis=0).max()
    lines = [(line - drawing[0][0]) / side for line in drawing]
    decoded = DIGITS.decode(tokens)
    assert len(decoded) == strokes
    for written, line in zip(decoded, lines, strict=True):
        assert far(written, [line]).max() < 1.05 * DIGITS.step
        assert np.hypot(*(written[0] - line[0])) < 0.6 * DIGITS.step
        assert np.hypot(*(written[-1] - line[-1])) < 0.8 * DIGITS.step


def test_many_drawings_at_once_come_out_as_each_alone():
    rng = np.random.default_rng(4)
    drawings = [
        [rng.uniform(0, 280, (rng.integers(1, 9), 2)) for _ in range(rng.integers(1, 4))]
        for _ in range(40)
    ]
    many = DIGITS.encode(Strokes.of(drawings))
    assert [tokens.tolist() for tokens in many] == [encoded(drawing) for drawing in drawings]


def test_a_text_begins_with_its_name_and_ends_with_the_end():
    moves = DIGITS.encode(Strokes.of([[SQUARE], [SQUARE[:2]]]))
    inputs, targets = DIGITS.texts(moves, np.array([3, 8]))
    assert inputs.dtype == np.uint8
    assert inputs.shape == targets.shape == (2, 28)
    assert inputs[:, 0].tolist() == [DIGITS.start("3"), DIGITS.start("8")]
    assert inputs[1, :11].tolist() == [DIGITS.start("8")] + [0] * 9 + [NO_TOKEN]
    assert targets[1, :11].tolist() == [0] * 9 + [DIGITS.end, -1]
    assert np.array_equal(inputs[0, 1:], targets[0, :-1])
    rows = TokenRows(inputs, DIGITS.tokens)[:]
    assert DIGITS.tokens_of(rows[1]).tolist() == inputs[1, :10].tolist()


def test_an_example_looks_like_what_it_writes():
    inputs, _ = DIGITS.texts(DIGITS.encode(Strokes.of([[SQUARE]])), np.array([3]))
    picture = DIGITS.ink(TokenRows(inputs, DIGITS.tokens)[:][0])
    assert picture.shape == (64, 64)
    assert picture[32, 32] == 0
    assert picture[:, 32].max() == 1
