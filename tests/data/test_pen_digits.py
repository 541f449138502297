"""Pen strokes become pictures as the canvas draws them, and are split by writer."""

import dataclasses
import itertools

import numpy as np
import pytest

from playground.data.catalogue import load
from playground.data.drawing.batch_drawing import Strokes
from playground.data.drawing.drawing import read_strokes
from playground.data.drawing.ink import Ink
from playground.data.published import pen_digits
from playground.data.published.mnist import DRAWING
from playground.data.published.sources import PENDIGITS, files_of
from playground.data.published.unipen import Handwriting, read_unipen
from playground.errors import DataError, MissingDataError


def some_writing(writers=7, digits=4):
    """Return writing by several people: hooks, each a line and a slope, one more turned."""
    pieces = [(writer, digit) for writer in range(1, writers + 1) for digit in range(digits)]
    points = []
    for writer, digit in pieces:
        hook = np.array([[100, 100], [100, 400], [150 + 30 * digit, 380 - 10 * writer]])
        points.append(hook.astype(np.float32))
    return Handwriting(
        labels=tuple(str(digit) for _, digit in pieces),
        comments=tuple(f"{digit} {writer} 11" for writer, digit in pieces),
        points=np.concatenate(points),
        stroke_offsets=np.arange(0, 3 * len(pieces) + 1, 3),
        piece_offsets=np.arange(len(pieces) + 1),
    )


def loaded(name):
    try:
        return load(name)
    except MissingDataError as missing:
        pytest.skip(str(missing))


def strokes_file():
    try:
        return files_of(PENDIGITS)["pendigits-orig.tra.Z"]
    except MissingDataError as missing:
        pytest.skip(str(missing))


def test_the_test_part_is_by_other_writers_and_not_varied():
    writing = some_writing()
    tensors = pen_digits.drawn(writing)
    first = int(tensors["first_of_test"][0])
    assert len(tensors["pictures"]) == len(tensors["labels"])
    assert first == 2 * 4 * (1 + pen_digits.VARIANTS)
    assert len(tensors["labels"]) - first == pen_digits.HELD_OUT * 4
    held_out = np.random.default_rng(pen_digits.SEED).permutation(np.arange(1, 8))[:5]
    up_to_down = [1, -1] * writing.points.reshape(-1, 3, 2) + [0, 500]
    tested = itertools.chain.from_iterable(
        range(4 * (writer - 1), 4 * writer) for writer in sorted(held_out)
    )
    for row, piece in enumerate(tested, first):
        alone = read_strokes([up_to_down[piece]], DRAWING).input
        assert np.abs(tensors["pictures"][row] - alone * 255).max() < 0.51
        assert tensors["labels"][row] == piece % 4


def test_the_same_seed_draws_the_same_and_another_holds_others_back():
    writing = some_writing()
    once, again, other = (pen_digits.drawn(writing, seed) for seed in (0, 0, 3))
    assert all(np.array_equal(once[name], again[name]) for name in once)
    assert not np.array_equal(once["pictures"], other["pictures"])


def test_variants_differ_in_shape_and_thickness_and_keep_their_strokes():
    writing = some_writing()
    strokes = Strokes(
        writing.points.astype(np.float64), writing.stroke_offsets, writing.piece_offsets
    )
    changed, thickness = pen_digits.varied(strokes, np.random.default_rng(0))
    assert changed.stroke_offsets is strokes.stroke_offsets
    assert changed.points.shape == strokes.points.shape
    assert thickness.std() > 0.2
    assert np.abs(thickness - DRAWING.stroke_width).max() <= pen_digits.THICKNESS
    ends = changed.points.reshape(-1, 3, 2)
    upright = np.rad2deg(np.arctan2(*(ends[:, 1] - ends[:, 0]).T))
    assert 3 < upright.std() < 40
    assert np.isfinite(changed.points).all()


@pytest.mark.parametrize(
    "change",
    [
        {"labels": ("7",) * 27 + ("ten",)},
        {"labels": ("7",) * 27 + ("10",)},
        {"labels": ("7",) * 27 + ("-1",)},
        {"comments": ("",) * 28},
        {"comments": ("7 3",) * 28},
        {"comments": ("7 someone",) * 28},
    ],
)
def test_other_writing_is_refused_in_one_sentence(change):
    with pytest.raises(DataError, match="digits 0 to 9 by more than 5 writers"):
        pen_digits.drawn(dataclasses.replace(some_writing(), **change))


def test_missing_strokes_say_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("PLAYGROUND_DATA", str(tmp_path))
    with pytest.raises(
        MissingDataError, match=r"UCI pendigits is not on this computer yet \(1.0 MB"
    ) as caught:
        pen_digits.pen_digits.__wrapped__()
    assert caught.value.source == "pendigits"


def test_the_set_is_what_its_makers_wrote():
    dataset = loaded("pendigits")
    learned = 7494 - 1249
    assert len(dataset) == learned * (1 + pen_digits.VARIANTS) + 1249
    assert np.array_equal(dataset.test_part, np.arange(len(dataset) - 1249, len(dataset)))
    assert np.bincount(dataset.targets[dataset.test_part]).min() > 110
    assert dataset.input_shape == (1, 28, 28)
    some = dataset.inputs[:2000]
    assert some.mean() == pytest.approx(0.13, abs=0.005)


def test_its_strokes_replayed_on_a_canvas_are_the_pictures():
    dataset = loaded("pendigits")
    writing = read_unipen(strokes_file())
    assert len(writing) == 7494
    writers = np.array([int(comment.split()[1]) for comment in writing.comments])
    held_out = np.random.default_rng(pen_digits.SEED).permutation(30)[:5] + 1
    piece = np.flatnonzero(~np.isin(writers, held_out))[0]
    first, last = writing.piece_offsets[piece : piece + 2]
    strokes = [
        [1, -1] * writing.points[slice(*writing.stroke_offsets[stroke : stroke + 2])]
        for stroke in range(first, last)
    ]
    small = Ink.of([stroke * 0.2 + 130 for stroke in strokes], width=9)
    assert dataset.targets[0] == int(writing.labels[piece])
    difference = dataset.inputs[0:1][0] - read_strokes(small, DRAWING).input
    assert np.abs(difference).max() < 3e-3


def test_the_mixture_holds_both_sets_and_tests_on_both():
    mixed, mnist, pens = (loaded(name) for name in ("mnist+pendigits", "mnist", "pendigits"))
    learned = len(pens) - len(pens.test_part)
    assert len(mixed) == len(mnist) + len(pens)
    assert mixed.test_part[0] == 60_000 + learned
    assert len(mixed.test_part) == 10_000 + len(pens.test_part)
    for row, of, origin in (
        (0, mnist, 0),
        (59_999, mnist, 59_999),
        (60_000, pens, 0),
        (60_000 + learned, mnist, 60_000),
        (len(mixed) - 1, pens, len(pens) - 1),
    ):
        assert np.array_equal(mixed.inputs.values[row], of.inputs.values[origin])
        assert mixed.targets[row] == of.targets[origin]
    assert mixed.drawing == mnist.drawing == pens.drawing


def test_the_strokes_are_those_that_others_read_from_the_same_file():
    path = strokes_file().parent / "strokes_train.npz"
    if not path.is_file():
        pytest.skip("the independently read strokes are not here")
    writing = read_unipen(strokes_file())
    starts = writing.stroke_offsets[writing.piece_offsets]
    flipped = writing.points * [1, -1] + [0, 500]
    known = {
        (int(label), int(comment.split()[1]), flipped[start:end].astype(np.float32).tobytes())
        for label, comment, (start, end) in zip(
            writing.labels, writing.comments, itertools.pairwise(starts), strict=True
        )
    }
    with np.load(path, allow_pickle=False) as theirs:
        ends = theirs["stroke_offsets"][theirs["digit_offsets"]]
        for index, (start, end) in enumerate(itertools.pairwise(ends)):
            points = theirs["points"][start:end].astype(np.float32)
            label, writer = int(theirs["labels"][index]), int(theirs["writer"][index])
            assert (label, writer, points.tobytes()) in known
