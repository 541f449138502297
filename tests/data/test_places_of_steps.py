"""Where in a drawing each step of a sequence is."""

from __future__ import annotations

import numpy as np

from playground.data.catalogue import load


def test_patches_are_at_their_places_in_the_picture() -> None:
    drawing = load("digits-patches").drawing
    assert drawing is not None
    assert drawing.middles is not None
    assert drawing.middles.shape == (16, 2)
    expected = [[0.125, 0.125], [0.375, 0.125], [0.125, 0.375]]
    np.testing.assert_allclose(drawing.middles[[0, 1, 4]], expected)


def test_rows_are_one_below_the_other() -> None:
    drawing = load("digits-rows").drawing
    assert drawing is not None
    assert drawing.middles is not None
    np.testing.assert_allclose(drawing.middles[:, 0], 0.5)
    np.testing.assert_allclose(drawing.middles[:, 1], (np.arange(8) + 0.5) / 8)


def test_a_pen_or_a_whole_picture_has_no_parts() -> None:
    for name in ("pen", "digits"):
        drawing = load(name).drawing
        assert drawing is not None
        assert drawing.middles is None
