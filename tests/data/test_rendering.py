"""A round pen covers the pixels it should."""

import numpy as np
import pytest

from playground.data.drawing.rendering import Path, render


def line(*points, radius=2.0, eraser=False):
    return Path(np.array(points, np.float64), radius, eraser)


def test_a_tap_is_a_disc_of_its_pens_area():
    picture = render([line((10, 10), radius=5)], 20, 20)
    assert picture.dtype == np.float32
    assert picture.sum() == pytest.approx(np.pi * 25, rel=0.02)
    assert np.array_equal(picture, picture[::-1])
    assert np.array_equal(picture, picture.T)


def test_a_line_is_as_thick_as_its_pen():
    picture = render([line((-5, 10), (25, 10), radius=2.5)], 20, 20)
    assert picture[:, 10] == pytest.approx([0] * 7 + [0.5] + [1] * 4 + [0.5] + [0] * 7, abs=1e-5)
    assert picture.sum(axis=0) == pytest.approx(np.full(20, 5.0), abs=1e-4)


def exact_coverage(path, side):
    y, x = np.mgrid[:side, :side] + 0.5
    pixels = np.stack([x.ravel(), y.ravel()], axis=1)
    pairs = zip(path.points[:-1], path.points[1:], strict=True)
    fine = np.concatenate([np.linspace(*pair, 100) for pair in pairs])
    distance = np.hypot(*(pixels[:, np.newaxis] - fine).transpose(2, 0, 1)).min(axis=1)
    return np.clip(path.radius + 0.5 - distance, 0, 1).reshape(side, side)


def test_coverage_is_the_distance_to_the_line():
    angle = np.linspace(0, 5, 60)
    curve = np.stack([15 + angle * 2 * np.cos(angle), 15 + angle * 2 * np.sin(angle)], axis=1)
    path = line(*curve, radius=2.3)
    assert render([path], 30, 30) == pytest.approx(exact_coverage(path, 30), abs=0.06)


def test_a_sharp_corner_loses_less_than_a_third_of_a_pixel():
    path = line((3.2, 4.1), (20.7, 9.3), (8.1, 25.2), radius=3)
    error = np.abs(render([path], 30, 30) - exact_coverage(path, 30))
    assert error.max() < 0.33
    assert error.mean() < 2e-3


def test_crossing_lines_do_not_add_up():
    picture = render([line((0, 10), (20, 10)), line((10, 0), (10, 20))], 20, 20)
    assert picture.max() == 1


def test_an_eraser_takes_away_and_a_later_pen_draws_again():
    pen, eraser = line((0, 10), (20, 10)), line((10, 0), (10, 20), eraser=True)
    erased = render([pen, eraser], 20, 20)
    assert erased[10, 10] == 0
    assert erased[10, 3] == 1
    assert render([pen, eraser, pen], 20, 20)[10, 10] == 1


def test_what_lies_outside_is_cut_off():
    inside = render([line((-8, 10), (28, 10))], 20, 20)
    assert render([line((-1e30, 10), (1e30, 10))], 20, 20) == pytest.approx(inside, abs=1e-5)
    assert not render([line((500, 500), (900, 900))], 20, 20).any()


def test_nothing_drawn_is_paper():
    assert not render([], 4, 6).any()
    assert render([], 4, 6).shape == (4, 6)
