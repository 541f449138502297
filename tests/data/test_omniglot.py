"""Letters and symbols by 20 people travel along, as pictures, points and moves."""

import os
from pathlib import Path

import numpy as np
import pytest
from pack_omniglot import packed

from playground import bundled
from playground.data.bundled import handwriting, omniglot
from playground.data.bundled.omniglot import HELD_OUT, LATIN, NAMES, letters, symbols
from playground.data.catalogue import load
from playground.data.drawing.ink import Ink
from playground.data.own.drawings import OwnDrawing, fitting
from playground.data.rows import NO_TOKEN
from playground.errors import DataError

TESTED = 26 * len(HELD_OUT)


def test_136_characters_by_20_people_travel_along():
    writing = symbols()
    assert len(writing.strokes) == 2720
    assert np.bincount(writing.labels).tolist() == [20] * 136
    assert np.bincount(writing.writers).tolist() == [0] + [136] * 20
    assert len(NAMES) == len(set(NAMES)) == 136
    assert writing.strokes.points.min() >= 0
    assert writing.strokes.points.max() < 120


def test_the_bundled_file_is_what_its_script_makes_of_the_published_one():
    path = Path(os.environ.get("PLAYGROUND_DATA", "")) / "omniglot" / "strokes_small1.npz"
    if not path.is_file():
        pytest.skip("the published strokes are not here; set PLAYGROUND_DATA to their folder")
    made = packed(path)
    with np.load(bundled.resource("data", "omniglot.npz"), allow_pickle=False) as file:
        assert set(file) == set(made)
        for name, values in made.items():
            assert file[name].dtype == values.dtype
            assert np.array_equal(file[name], values)


def test_licence_and_citation_lie_beside_the_strokes():
    text = bundled.resource("data", "omniglot.txt").read_text(encoding="utf-8")
    assert "Licence: MIT License, Copyright (c) 2015 Brenden Lake" in text
    assert "Citation: B. M. Lake, R. Salakhutdinov and J. B. Tenenbaum" in text
    assert load("letters").licence == "MIT"


def test_a_damaged_file_is_told_in_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(bundled, "resource", lambda *parts: tmp_path / parts[-1])
    (tmp_path / "omniglot.npz").write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(DataError, match=r"omniglot\.npz, cannot be read .*install the program"):
        symbols.__wrapped__()


def test_the_people_held_back_were_chosen_by_lot():
    assert sorted(HELD_OUT) == sorted(np.random.default_rng(0).permutation(np.arange(1, 21))[:6])


@pytest.mark.parametrize(
    ("name", "classes", "variants", "shape"),
    [
        ("letters", 26, omniglot.LETTER_VARIANTS, (1, 28, 28)),
        ("pen-letters", 26, omniglot.POINT_VARIANTS, (5, 40)),
        ("symbols", 136, omniglot.SYMBOL_VARIANTS, (1, 28, 28)),
    ],
)
def test_14_people_are_learned_from_and_6_tested(name, classes, variants, shape):
    dataset = load(name)
    learned = classes * 14 * (1 + variants)
    assert len(dataset) == learned + classes * 6
    assert dataset.test_part.tolist() == list(range(learned, len(dataset)))
    assert np.bincount(dataset.targets[dataset.test_part]).tolist() == [6] * classes
    assert dataset.input_shape == shape
    assert dataset.class_names == (tuple(LATIN) if classes == 26 else NAMES)
    assert "writers 3, 5, 7, 14, 17 and 20, chosen by lot" in dataset.test_words


def test_letters_and_digits_are_one_language():
    dataset = load("word-moves")
    language = dataset.writing
    assert language.names == (*"0123456789", *LATIN)
    assert (language.moves, language.tokens) == (27, 63)
    assert dataset.input_shape == (63, handwriting.LONGEST_TEXT)
    asked = dataset.inputs.values[:, 0] - language.moves
    assert sorted(set(asked.tolist())) == list(range(36))
    tested = asked[dataset.test_part]
    assert np.count_nonzero(tested < 10) == 1249
    assert TESTED - 3 <= np.count_nonzero(tested >= 10) <= TESTED
    assert dataset.padded
    lengths = (dataset.inputs.values != NO_TOKEN).sum(axis=1)
    assert np.array_equal(lengths, (dataset.targets >= 0).sum(axis=1))
    assert (dataset.targets[np.arange(len(dataset)), lengths - 1] == language.end).all()


def test_a_taught_letter_serves_pictures_symbols_points_and_moves():
    writing = letters()
    start, end = writing.strokes.stroke_offsets[writing.strokes.drawing_offsets[[40, 41]]]
    assert writing.labels[40] == 2
    own = OwnDrawing("c", Ink.of([writing.strokes.points[start:end] * 2]))
    for name in ("letters", "symbols", "pen-letters"):
        dataset = load(name)
        used = fitting([own], dataset)
        assert [dataset.class_names[label] for label in used.targets] == ["c"]
        assert used.inputs.shape == (1, dataset.features)
    moves = load("word-moves")
    (row,) = fitting([own], moves).inputs
    assert moves.writing.asked(row) == "c"
    assert not fitting([own], load("pen")).drawings


def test_a_taught_picture_serves_pictures_only():
    picture = np.zeros((20, 20), np.float32)
    picture[4:16, 9:11] = 1
    own = OwnDrawing.of("l", picture)
    assert len(fitting([own], load("letters")).drawings) == 1
    assert not fitting([own], load("pen-letters")).drawings
