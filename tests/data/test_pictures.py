"""A grey picture is read like the drawing that it shows."""

import numpy as np
import pytest

from playground.data.drawing.drawing import OPTDIGITS, Drawing, pictures, read_picture, read_strokes
from playground.data.drawing.rendering import Path, render
from playground.errors import DataError

MNIST = Drawing(field=28, block=1, digit_height=20.0, stroke_width=2.0, centring="mass")
SEVEN = [
    np.array([(60, 50), (190, 55), (120, 230)], np.float64),
    np.array([(95, 140), (170, 140)], np.float64),
]


def photographed(strokes, *, width=22, side=280, dark_ink=True, scale=1.0, shift=0.0):
    paths = [Path(points * scale + shift, width / 2) for points in strokes]
    ink = render(paths, side, side)
    return np.round(255 * (1 - ink if dark_ink else ink)).astype(np.uint8)


def seen(picture, drawing=OPTDIGITS):
    stages = read_picture(picture, drawing)
    assert stages is not None
    return stages.input


def test_dark_on_light_and_light_on_dark_are_read_alike():
    dark, light = (seen(photographed(SEVEN, dark_ink=dark)) for dark in (True, False))
    assert dark == pytest.approx(light, abs=1e-5)


def test_whole_numbers_and_fractions_are_read_alike():
    picture = photographed(SEVEN)
    assert seen(picture) == pytest.approx(seen(picture / 255), abs=1e-5)


@pytest.mark.parametrize("drawing", [OPTDIGITS, MNIST])
@pytest.mark.parametrize(
    ("width", "side", "scale", "shift"),
    [(22, 280, 1, 0), (14, 280, 1, 0), (11, 280, 0.5, 130), (44, 640, 2, 20), (4, 64, 0.2, 3)],
)
def test_a_picture_is_read_like_its_strokes(drawing, width, side, scale, shift):
    picture = photographed(SEVEN, width=width, side=side, scale=scale, shift=shift)
    expected = read_strokes(SEVEN, drawing).input
    assert np.abs(seen(picture, drawing) - expected).mean() < 0.04
    assert np.corrcoef(seen(picture, drawing), expected)[0, 1] > 0.95


def test_thin_and_thick_pens_leave_the_same_amount_of_ink():
    thin, thick = (seen(photographed(SEVEN, width=width)).sum() for width in (8, 30))
    assert thin == pytest.approx(thick, rel=0.1)


def test_faint_grey_ink_counts_as_ink():
    faint = 200 - (255 - photographed(SEVEN)) // 5
    assert np.abs(seen(faint.astype(np.uint8)) - seen(photographed(SEVEN))).mean() < 0.02


def test_grain_in_the_paper_does_not_count():
    rng = np.random.default_rng(0)
    grain = rng.integers(-25, 26, (280, 280))
    picture = np.clip(photographed(SEVEN).astype(int) + grain, 0, 255).astype(np.uint8)
    assert np.abs(seen(picture) - seen(photographed(SEVEN))).mean() < 0.05


@pytest.mark.parametrize(
    "picture",
    [np.zeros((5, 5)), np.full((28, 28), 255, np.uint8), np.full((1, 1), 7, np.uint8)],
)
def test_a_blank_picture_is_none(picture):
    assert read_picture(picture, OPTDIGITS) is None


def test_a_single_dark_pixel_and_a_solid_square_are_read():
    for half in (0, 20):
        picture = np.full((61, 61), 255, np.uint8)
        picture[30 - half : 31 + half, 30 - half : 31 + half] = 0
        assert 0 < seen(picture).sum() <= 64


def test_a_picture_without_margin_is_read():
    picture = photographed(SEVEN)
    top, bottom, left, right = pictures.ink_box(picture < 128)
    tight = picture[top:bottom, left:right]
    assert np.abs(seen(tight) - seen(picture)).mean() < 0.01


def test_stages_of_a_picture_are_pictures():
    stages = read_picture(photographed(SEVEN, side=600), OPTDIGITS)
    assert max(stages.drawn.shape) <= 128
    assert stages.centred.shape == (32, 32)
    assert stages.cropped.shape[0] == 32
    for picture in (stages.drawn, stages.cropped, stages.centred, stages.input):
        assert picture.dtype == np.float32
        assert 0 <= picture.min() <= picture.max() <= 1


@pytest.mark.parametrize(
    ("pixels", "sentence"),
    [
        (np.zeros((4, 4, 3), np.uint8), "convert it to grey first"),
        (np.zeros((0, 4)), "convert it to grey first"),
        (np.array([["a", "b"]]), "convert it to grey first"),
        (np.full((4, 4), np.nan), "expects finite pixels"),
        (np.broadcast_to(np.uint8(0), (9000, 9000)), "at most 64,000,000 pixels; 81,000,000 came"),
    ],
)
def test_what_is_no_grey_picture_is_refused_in_one_sentence(pixels, sentence):
    with pytest.raises(DataError, match=sentence):
        read_picture(pixels, OPTDIGITS)


def test_the_signed_distance_is_exact():
    mask = np.random.default_rng(1).random((13, 9)) < 0.4
    framed = np.pad(mask, 1)
    points = np.argwhere(np.ones_like(mask)) + 1
    for inside in (True, False):
        others = np.argwhere(framed != inside)
        gaps = np.sqrt(((points[:, np.newaxis] - others) ** 2).sum(axis=2)).min(axis=1)
        expected = (gaps - 0.5 if inside else 0.5 - gaps).reshape(mask.shape)
        measured = pictures.signed_distance(mask)
        assert measured[mask == inside] == pytest.approx(expected[mask == inside], abs=1e-5)


@pytest.mark.parametrize("width", [8, 14, 22])
def test_the_thickness_of_a_known_pen_is_found(width):
    distance = pictures.signed_distance(photographed(SEVEN, width=width) < 128)
    assert pictures.stroke_width(distance) == pytest.approx(width, rel=0.1)


def test_a_large_picture_keeps_its_thin_strokes():
    thin = np.zeros((2000, 2000), np.float32)
    thin[300:1700, 1000:1003] = 1
    assert (
        np.flatnonzero(seen(1 - thin)).tolist()
        == np.flatnonzero(seen(photographed([np.array([(140.0, 30), (140, 230)])]))).tolist()
    )
