"""Where in a drawing each step of a sequence is."""

from __future__ import annotations

import numpy as np

from playground.data.catalogue import load
from playground.data.drawing.ink import Ink
from playground.data.drawing.pen_points import PenPoints


def test_points_lie_on_the_lines_of_the_drawing_in_its_square() -> None:
    lines = [np.array([[10.0, 10.0], [10.0, 30.0]]), np.array([[20.0, 10.0], [20.0, 30.0]])]
    form = PenPoints(8)
    stages = form.read(Ink.of(lines, width=1.0))
    assert stages is not None
    trail = form.trail(stages.input)
    assert trail.is_drawn
    np.testing.assert_allclose(trail.places[:, 0], [0.25] * 4 + [0.75] * 4, atol=1e-6)
    np.testing.assert_allclose(trail.places[[0, 7], 1], [0, 1], atol=1e-6)
    assert (np.diff(trail.places[:4, 1]) > 0).all()
    assert trail.joined.tolist() == [False, True, True, True, False, True, True, True]


def test_moves_lead_from_where_the_pen_was() -> None:
    dataset = load("pen-moves")
    writing = dataset.writing
    assert writing is not None
    right, down = 0, 18
    tokens = [writing.start("0"), right, right, writing.pen_up, down, writing.pen_down, right]
    values = np.zeros(dataset.input_shape, np.float32)
    values[tokens, np.arange(len(tokens))] = 1
    trail = dataset.trail(values.ravel())
    assert trail is not None
    assert trail.joined.tolist() == [False, True, True, False, False, False, True]
    across = np.diff(trail.places, axis=0)
    np.testing.assert_allclose(across[[2, 4]], 0, atol=1e-12)
    np.testing.assert_allclose(across[0], across[1])
    assert abs(across[3, 0]) < 1e-12
    assert across[3, 1] > 0


def test_patches_are_at_their_places_in_the_picture() -> None:
    dataset = load("digits-patches")
    trail = dataset.trail(dataset.inputs[0])
    assert trail is not None
    assert not trail.is_drawn
    expected = [[0.125, 0.125], [0.375, 0.125], [0.125, 0.375]]
    np.testing.assert_allclose(trail.places[[0, 1, 4]], expected)


def test_what_shows_no_drawing_has_no_trail() -> None:
    for name in ("memory-parity", "digits", "iris"):
        dataset = load(name)
        assert dataset.trail(dataset.inputs[0]) is None
