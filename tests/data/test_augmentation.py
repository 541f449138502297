"""Random changes keep a picture's meaning, repeat with their seed, and are as strong as said."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground import fields
from playground.data.augmentation import Augmentation
from playground.data.catalogue import load
from playground.errors import FieldError, ShapeError

STRENGTHS = tuple(fields.describe(Augmentation))
STRONG = Augmentation(turn=15, scale=0.3, shear=0.45, shift=0.7, thickness=0.25)


def digits(count=300):
    return load("digits").inputs[:count]


def changed(images, seed=0, image_shape=(8, 8), **strengths):
    rng = np.random.default_rng(seed)
    return Augmentation(**strengths).apply(images, image_shape, rng)


def middle(images):
    """Return each picture's centre of mass, x and y in pixels."""
    pictures = images.reshape(-1, 8, 8)
    total = pictures.sum(axis=(1, 2))
    at = np.arange(8)
    return np.stack(
        [(pictures.sum(axis=1) @ at) / total, (pictures.sum(axis=2) @ at) / total], axis=1
    )


def test_no_strength_changes_nothing():
    assert not Augmentation().active
    assert np.array_equal(changed(digits()), digits())


@pytest.mark.parametrize("strength", STRENGTHS)
def test_each_strength_alone_changes_pictures_and_more_of_it_changes_more(strength):
    highest = fields.describe(Augmentation)[strength].high
    little, much = (
        np.abs(changed(digits(), **{strength: highest * share}) - digits()).mean()
        for share in (0.05, 0.7)
    )
    assert Augmentation(**{strength: highest}).active
    assert 0 < little < much


def test_the_least_strength_hardly_changes_anything():
    assert np.abs(changed(digits(), turn=0.001) - digits()).mean() < 0.025


@settings(max_examples=25)
@given(
    strengths=st.fixed_dictionaries(
        {name: st.floats(0, fields.describe(Augmentation)[name].high) for name in STRENGTHS}
    ),
    seed=st.integers(0, 99),
)
def test_pictures_stay_pictures_at_any_strength(strengths, seed):
    result = changed(digits(40), seed, **strengths)
    assert result.dtype == np.float32
    assert result.shape == (40, 64)
    assert 0 <= result.min() <= result.max() <= 1


def test_paper_stays_paper():
    assert not changed(np.zeros((50, 64), np.float32), **fields.to_plain(STRONG)).any()


def test_a_seed_repeats_its_pictures_and_another_gives_others():
    first, again, other = (
        STRONG.apply(digits(), (8, 8), np.random.default_rng(seed)) for seed in (3, 3, 4)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_each_picture_gets_its_own_draw():
    copies = np.repeat(digits(1), 8, axis=0)
    assert len(np.unique(changed(copies, **fields.to_plain(STRONG)), axis=0)) == 8


def test_strokes_stay_as_dark_and_as_crisp_as_the_data_sets():
    result = STRONG.apply(load("digits").inputs, (8, 8), np.random.default_rng(0))
    assert result.mean() == pytest.approx(0.305, abs=0.025)
    assert (result > 0.95).mean() == pytest.approx((load("digits").inputs > 0.95).mean(), abs=0.02)


def test_shift_moves_by_up_to_its_pixels_in_every_direction():
    blob = np.zeros((2000, 8, 8), np.float32)
    blob[:, 3:5, 3:5] = 1
    moved = middle(changed(blob.reshape(-1, 64), shift=1.5)) - 3.5
    assert np.abs(moved).max() == pytest.approx(1.5, abs=0.15)
    assert moved.mean(axis=0) == pytest.approx([0, 0], abs=0.06)
    assert moved.std(axis=0) == pytest.approx([1.5 / np.sqrt(3)] * 2, rel=0.08)


def test_shear_leans_an_upright_stroke():
    stroke = np.zeros((2000, 8, 8), np.float32)
    stroke[:, :, 3:5] = 1
    leaned = changed(stroke.reshape(-1, 64), shear=0.5).reshape(-1, 8, 8)
    at = np.arange(8)
    top, bottom = ((leaned[:, row] @ at) / leaned[:, row].sum(axis=1) for row in (1, 6))
    lean = (bottom - top) / 5
    assert np.abs(lean).max() == pytest.approx(0.5, abs=0.06)
    assert lean.mean() == pytest.approx(0, abs=0.03)


def test_thickness_moves_both_edges():
    stroke = np.zeros((2000, 8, 8), np.float32)
    stroke[:, :, 3:5] = 1
    width = changed(stroke.reshape(-1, 64), thickness=0.3).reshape(-1, 8, 8)[:, 4].sum(axis=1)
    assert width.mean() == pytest.approx(2, abs=0.1)
    assert (width.min(), width.max()) == pytest.approx((1.4, 2.6), abs=0.25)


def test_scale_stretches_height_and_width_apart():
    ring = load("digits").inputs[:1].repeat(500, axis=0)
    pictures = changed(ring, scale=0.3).reshape(-1, 8, 8)
    across, down = (pictures.max(axis=axis).sum(axis=1) for axis in (1, 2))
    assert np.corrcoef(across, down)[0, 1] < 0.5
    assert across.std() > 0.3


def test_out_is_written_and_may_be_the_input():
    images = digits().copy()
    out = np.empty_like(images)
    result = STRONG.apply(images, (8, 8), np.random.default_rng(1), out)
    assert result is out
    assert np.array_equal(images, digits())
    STRONG.apply(images, (8, 8), np.random.default_rng(1), images)
    assert np.array_equal(images, out)


def test_no_pictures_give_no_pictures():
    assert STRONG.apply(digits(0), (8, 8), np.random.default_rng(0)).shape == (0, 64)


@pytest.mark.parametrize("image_shape", [(28, 28), (5, 9)])
def test_pictures_of_other_shapes_are_changed_too(image_shape):
    height, width = image_shape
    images = np.zeros((20, height, width), np.float32)
    images[:, 1:-1, 2:4] = 1
    result = STRONG.apply(images.reshape(20, -1), image_shape, np.random.default_rng(0))
    assert result.shape == (20, height * width)
    assert result.any(axis=1).all()


@pytest.mark.parametrize("images", [np.zeros((3, 63), np.float32), np.zeros(64, np.float32)])
def test_pictures_of_a_wrong_shape_are_refused(images):
    with pytest.raises(ShapeError, match="Pictures of 8×8 expect 64 columns"):
        STRONG.apply(images, (8, 8), np.random.default_rng(0))


def test_a_strength_out_of_range_is_refused():
    with pytest.raises(FieldError, match="Turn"):
        Augmentation(turn=90)
