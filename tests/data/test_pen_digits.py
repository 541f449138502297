"""Pen strokes travel along, become pictures as the canvas draws them, and are split by writer."""

import itertools
import os
from pathlib import Path

import numpy as np
import pytest
from pack_pendigits import packed

from playground import bundled
from playground.data.bundled import pen_digits as pens
from playground.data.bundled.handwriting import Handwriting, drawn
from playground.data.bundled.pen_digits import HELD_OUT, pen_digits
from playground.data.catalogue import load
from playground.data.drawing import variation
from playground.data.drawing.drawing import OPTDIGITS, read_strokes
from playground.data.drawing.ink import Ink
from playground.data.drawing.strokes import Strokes
from playground.data.drawing.variation import varied
from playground.data.published.mnist import DRAWING
from playground.errors import DataError, MissingDataError


def some_writing(digits=4):
    """Return writing by several people: hooks, each a line and a slope, one more turned."""
    pieces = [(writer, digit) for writer in (1, 2, *HELD_OUT) for digit in range(digits)]
    hooks = [[[100, 400], [100, 100], [150 + 30 * digit, 120 + writer]] for writer, digit in pieces]
    return Handwriting(
        Strokes(
            np.concatenate(hooks).astype(np.float64),
            np.arange(0, 3 * len(pieces) + 1, 3),
            np.arange(len(pieces) + 1),
        ),
        np.array([digit for _, digit in pieces]),
        np.array([writer for writer, _ in pieces]),
        HELD_OUT,
        pen_width=22 / 280 * 500,
    )


def lines_of(writing, digit):
    """Return the strokes of a digit."""
    first, last = writing.strokes.drawing_offsets[digit : digit + 2]
    ends = writing.strokes.stroke_offsets[first : last + 1]
    return [writing.strokes.points[start:end] for start, end in itertools.pairwise(ends)]


def published(name):
    path = Path(os.environ.get("PLAYGROUND_DATA", "")) / "pendigits" / name
    if not path.is_file():
        pytest.skip("the published pen strokes are not here; set PLAYGROUND_DATA to their folder")
    return path


def test_all_that_30_writers_wrote_travels_along():
    writing = pen_digits()
    assert len(writing.strokes) == 7494
    assert np.bincount(writing.labels).tolist() == [
        780, 779, 780, 719, 780, 720, 720, 778, 719, 719
    ]  # fmt: skip
    assert np.bincount(writing.writers)[1:].min() >= 247
    assert sorted(set(writing.writers.tolist())) == list(range(1, 31))
    assert np.bincount(np.diff(writing.strokes.drawing_offsets)).tolist() == [0, 5564, 1921, 9]
    assert len(writing.strokes.points) == 304_216
    assert writing.strokes.points.min() == 44
    assert writing.strokes.points.max() == 488


def test_the_bundled_file_is_what_its_script_makes_of_the_published_one():
    made = packed(published("pendigits-orig.tra.Z"))
    with np.load(bundled.resource("data", "pendigits.npz"), allow_pickle=False) as file:
        assert set(file) == set(made)
        for name, values in made.items():
            assert file[name].dtype == values.dtype
            assert np.array_equal(file[name], values)


def test_the_strokes_are_those_that_others_read_from_the_published_file():
    writing = pen_digits()
    starts = writing.strokes.point_offsets
    known = {
        (label, writer, writing.strokes.points[start:end].astype(np.float32).tobytes())
        for label, writer, start, end in zip(
            writing.labels, writing.writers, starts[:-1], starts[1:], strict=True
        )
    }
    with np.load(published("strokes_train.npz"), allow_pickle=False) as theirs:
        ends = theirs["stroke_offsets"][theirs["digit_offsets"]]
        for index, (start, end) in enumerate(itertools.pairwise(ends)):
            points = theirs["points"][start:end].astype(np.float32)
            label, writer = int(theirs["labels"][index]), int(theirs["writer"][index])
            assert (label, writer, points.tobytes()) in known


def test_licence_and_citation_lie_beside_the_strokes():
    text = bundled.resource("data", "pendigits.txt").read_text(encoding="utf-8")
    assert "Licence: Creative Commons Attribution 4.0" in text
    assert "Citation: E. Alpaydin and F. Alimoglu" in text
    assert load("pendigits-8x8").licence == "CC BY 4.0"


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 cut off", b"no archive"])
def test_strokes_that_cannot_be_read_are_told_in_one_sentence(tmp_path, monkeypatch, content):
    monkeypatch.setattr(bundled, "resource", lambda *parts: tmp_path / parts[-1])
    if content is not None:
        (tmp_path / "pendigits.npz").write_bytes(content)
    with pytest.raises(DataError, match=r"pendigits\.npz, cannot be read .*install the program"):
        pen_digits.__wrapped__()


@pytest.mark.parametrize(("drawing", "variants"), [(DRAWING, 8), (OPTDIGITS, 0)])
def test_the_test_part_is_by_other_writers_and_not_varied(drawing, variants):
    writing = some_writing()
    tensors = drawn(writing, drawing, variants, pens.variety())
    first = int(tensors["first_of_test"][0])
    assert len(tensors["pictures"]) == len(tensors["labels"])
    assert first == 2 * 4 * (1 + variants)
    tested = np.flatnonzero(np.isin(writing.writers, HELD_OUT))
    assert len(tensors["labels"]) - first == len(tested) == 5 * 4
    for row, digit in enumerate(tested, first):
        alone = read_strokes(lines_of(writing, digit), drawing).input
        assert np.abs(tensors["pictures"][row] - alone * 255).max() < 0.51
        assert tensors["labels"][row] == writing.labels[digit]


def test_the_writers_held_back_were_chosen_by_lot():
    assert sorted(HELD_OUT) == sorted(np.random.default_rng(0).permutation(np.arange(1, 31))[:5])


def test_the_same_seed_draws_the_same_and_another_varies_otherwise():
    writing = some_writing()
    once, again, other = (drawn(writing, DRAWING, 2, pens.variety(seed)) for seed in (0, 0, 3))
    assert all(np.array_equal(once[name], again[name]) for name in once)
    assert not np.array_equal(once["pictures"], other["pictures"])


def test_variants_differ_in_shape_and_thickness_and_keep_their_strokes():
    strokes = some_writing().strokes
    changed, thicker = varied(strokes, np.random.default_rng(0))
    assert changed.stroke_offsets is strokes.stroke_offsets
    assert changed.points.shape == strokes.points.shape
    assert thicker.std() > 0.2
    assert np.abs(thicker).max() <= variation.THICKNESS
    ends = changed.points.reshape(-1, 3, 2)
    upright = np.rad2deg(np.arctan2(*(ends[:, 0] - ends[:, 1]).T))
    assert 3 < upright.std() < 40
    assert np.isfinite(changed.points).all()


@pytest.mark.parametrize(
    ("name", "copies", "side", "ink"),
    [("pendigits", 1 + pens.VARIANTS, 28, 0.13), ("pendigits-8x8", 1, 8, 0.31)],
)
def test_the_set_is_what_its_makers_wrote(name, copies, side, ink):
    dataset = load(name)
    learned = 7494 - 1249
    assert len(dataset) == learned * copies + 1249
    assert np.array_equal(dataset.test_part, np.arange(len(dataset) - 1249, len(dataset)))
    assert np.bincount(dataset.targets[dataset.test_part]).min() > 110
    assert dataset.input_shape == (1, side, side)
    assert "writers 3, 11, 12, 22 and 27" in dataset.test_words
    some = dataset.inputs[:2000]
    assert some.mean() == pytest.approx(ink, abs=0.005)


@pytest.mark.parametrize("name", ["pendigits", "pendigits-8x8", "digits+pendigits"])
def test_strokes_replayed_on_a_canvas_are_the_pictures(name):
    dataset, writing = load(name), pen_digits()
    tested = np.flatnonzero(writing.tested)
    for place in (0, 700, 1248):
        row, digit = dataset.test_part[place], tested[place]
        small = Ink.of([stroke * 0.2 + 130 for stroke in lines_of(writing, digit)], width=9)
        assert dataset.targets[row] == writing.labels[digit]
        difference = dataset.inputs[row : row + 1][0] - read_strokes(small, dataset.drawing).input
        assert np.abs(difference).max() < 3e-3


def test_digits_and_strokes_are_learned_together_and_strangers_strokes_tested():
    mixed, digits, strokes = (load(n) for n in ("digits+pendigits", "digits", "pendigits-8x8"))
    assert len(mixed) == len(digits) + len(strokes)
    assert np.array_equal(mixed.inputs[: len(digits)], digits.inputs)
    assert np.array_equal(mixed.inputs[len(digits) :], strokes.inputs[:])
    assert np.array_equal(mixed.targets, np.concatenate([digits.targets, strokes.targets]))
    assert np.array_equal(mixed.test_part, strokes.test_part + len(digits))
    assert mixed.test_words == strokes.test_words
    assert mixed.drawing == digits.drawing == strokes.drawing


def test_the_mixture_with_mnist_holds_both_sets_and_tests_on_both():
    try:
        mnist = load("mnist")
    except MissingDataError as missing:
        pytest.skip(str(missing))
    mixed, strokes = load("mnist+pendigits"), load("pendigits")
    learned = len(strokes) - len(strokes.test_part)
    assert len(mixed) == len(mnist) + len(strokes)
    assert mixed.test_part[0] == 60_000 + learned
    assert len(mixed.test_part) == 10_000 + len(strokes.test_part)
    for row, of, origin in (
        (0, mnist, 0),
        (59_999, mnist, 59_999),
        (60_000, strokes, 0),
        (60_000 + learned, mnist, 60_000),
        (len(mixed) - 1, strokes, len(strokes) - 1),
    ):
        assert np.array_equal(mixed.inputs.values[row], of.inputs.values[origin])
        assert mixed.targets[row] == of.targets[origin]
    assert mixed.drawing == mnist.drawing == strokes.drawing
