"""Handwriting that travels with the program, stroke by stroke, and what is made of it to learn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import platformdirs
from numpy.typing import NDArray

from playground import bundled
from playground.data.dataset import Dataset
from playground.data.drawing.batch_drawing import read_all
from playground.data.drawing.drawing import Drawing
from playground.data.drawing.drawing_cache import Tensors, kept
from playground.data.drawing.pen_points import FEATURES, PenPoints, points_along
from playground.data.drawing.strokes import Strokes
from playground.data.drawing.variation import varied
from playground.data.drawing.writing import Tokens, Writing
from playground.data.rows import ByteRows, TokenRows
from playground.data.tasks import Classification, NextStep
from playground.errors import DataError
from playground.wording import listed

LONGEST_TEXT = 56
"""Moves of a character, at most: the few that take more, such as a w that was scrawled over, are
left out, since every text takes as many steps of computing as the longest."""

Version = tuple[NDArray[np.int64], Strokes, NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class Handwriting:
    """Characters as people wrote them.

    Parameters
    ----------
    strokes
        The characters.
    labels, writers
        int64 of shape (characters,): which character it is, and the number of who wrote it.
    held_out
        Writers that nothing is learned from: the test part is theirs.
    pen_width
        How thick the canvas's pen would be, in the strokes' units.
    """

    strokes: Strokes
    labels: NDArray[np.int64]
    writers: NDArray[np.int64]
    held_out: tuple[int, ...]
    pen_width: float

    @property
    def tested(self) -> NDArray[np.bool_]:
        """Which characters are by the writers that nothing is learned from, (characters,)."""
        return np.isin(self.writers, self.held_out)

    @property
    def test_words(self) -> str:
        """What a sentence says of the test part."""
        writers = listed([str(writer) for writer in self.held_out])
        return f"by writers {writers}, chosen by lot, from whom nothing is learned"

    def versions(self, variants: int, rng: np.random.Generator) -> Iterator[Version]:
        """Yield what is learned from as it was written, then varied, and last what tests.

        Each is the characters' rows, their strokes, and what the thickness of each grows by.
        """
        learn, test = np.flatnonzero(~self.tested), np.flatnonzero(self.tested)
        learned = self.strokes.part(learn)
        yield learn, learned, np.zeros(len(learn))
        for _ in range(variants):
            yield learn, *varied(learned, rng)
        yield test, self.strokes.part(test), np.zeros(len(test))


def unpacked(name: str, what: str, held_out: tuple[int, ...], pen_width: float) -> Handwriting:
    """Return the handwriting in a bundled file, whose form its ``.txt`` explains.

    Raises
    ------
    DataError
        When it is missing or damaged; the sentence calls it ``what``.
    """
    try:
        # NumPy leaves a damaged file open that it has opened itself.
        with open(bundled.resource("data", name), "rb") as stream:
            file = np.load(stream, allow_pickle=False)
            strokes, points = (
                np.concatenate([[0], np.cumsum(file[name], dtype=np.int64)])
                for name in ("strokes", "points")
            )
            steps = np.cumsum(file["changes"], axis=1, dtype=np.int8)
            travelled = np.cumsum(steps, axis=1, dtype=np.int64)
            shift = file["starts"] - travelled[:, points[:-1]]
            places = travelled + np.repeat(shift, np.diff(points), axis=1)
            return Handwriting(
                Strokes(places.T.astype(np.float64), points, strokes),
                file["labels"].astype(np.int64),
                file["writers"].astype(np.int64),
                held_out,
                pen_width,
            )
    except (OSError, EOFError, ValueError, IndexError, KeyError, BadZipFile) as error:
        raise DataError(
            f"The bundled {what}, {name}, cannot be read ({error}): install the program again."
        ) from error


def cache_folder(name: str) -> Path:
    """Return where what takes seconds to make of some handwriting is kept."""
    return Path(platformdirs.user_cache_dir("playground", appauthor=False)) / name


# What is learned from.


def drawn(
    writing: Handwriting, drawing: Drawing, variants: int, rng: np.random.Generator
) -> Tensors:
    """Return ``pictures`` (examples, features), ``labels``, and the row ``first_of_test`` (1,).

    The rows of the test part, at the end, are the characters of the writers held out as they wrote
    them. Those of the others come once as written and ``variants`` times varied.
    """
    rows, pictures = [], []
    for row, strokes, thicker in writing.versions(variants, rng):
        thickness = thicker + drawing.stroke_width
        made = read_all(strokes, drawing, pen_width=writing.pen_width, thickness=thickness)
        rows.append(row)
        pictures.append(made)
    return {
        "pictures": np.concatenate(pictures),
        "labels": writing.labels[np.concatenate(rows)],
        "first_of_test": np.array([sum(map(len, rows[:-1]))]),
    }


def of_pictures(
    writing: Handwriting,
    drawing: Drawing,
    path: Path,
    settings: tuple[object, ...],
    variants: int,
    rng: np.random.Generator,
    **rest: Any,
) -> Dataset:
    """Return the characters as pictures, learned from as :func:`drawn` says.

    ``path`` and ``settings`` are where the pictures are kept and all that decides them; ``rest`` is
    name, title, source, licence, description, and the classes' names.
    """
    tensors = kept(path, settings, lambda: drawn(writing, drawing, variants, rng))
    labels = tensors["labels"]
    return Dataset.of_pictures(
        drawing.resolution,
        drawing.resolution,
        inputs=ByteRows(tensors["pictures"]),
        targets=labels,
        drawing=drawing,
        test_part=np.arange(tensors["first_of_test"][0], len(labels)),
        test_words=writing.test_words,
        **rest,
    )


def of_points(
    writing: Handwriting, steps: int, variants: int, rng: np.random.Generator, **rest: Any
) -> Dataset:
    """Return the characters as points along their strokes, learned from as :func:`drawn` says."""
    rows, points = [], []
    for row, strokes, _ in writing.versions(variants, rng):
        rows.append(row)
        points.append(points_along(strokes, steps, pen_width=writing.pen_width))
    order = np.concatenate(rows)
    return Dataset.of_sequences(
        FEATURES,
        steps,
        task=Classification(),
        inputs=np.concatenate(points),
        targets=writing.labels[order],
        value_range=(-2.0, 2.0),
        drawing=PenPoints(steps),
        test_part=np.arange(len(order) - len(rows[-1]), len(order)),
        test_words=writing.test_words,
        **rest,
    )


def spelled(
    sources: list[tuple[Handwriting, int]], language: Writing, rng: np.random.Generator
) -> Tensors:
    """Return ``inputs`` and ``targets`` (examples, steps) uint8, and ``first_of_test`` (1,).

    ``sources`` are handwritings, each with how often it is varied, whose characters follow each
    other among the names of the language.
    """
    learned: list[tuple[Tokens, int]] = []
    tested: list[tuple[Tokens, int]] = []
    first = 0
    for writing, variants in sources:
        for number, (rows, strokes, _) in enumerate(writing.versions(variants, rng)):
            texts = zip(language.encode(strokes), writing.labels[rows] + first, strict=True)
            kept_texts = [text for text in texts if len(text[0]) <= LONGEST_TEXT]
            (learned if number <= variants else tested).extend(kept_texts)
        first += int(writing.labels.max()) + 1
    moves, labels = zip(*learned, *tested, strict=True)
    inputs, targets = language.texts(moves, np.array(labels))
    return {"inputs": inputs, "targets": targets, "first_of_test": np.array([len(learned)])}


def of_moves(tensors: Tensors, language: Writing, **rest: Any) -> Dataset:
    """Return texts of moves, of which the next is to be told at every step."""
    inputs, targets = tensors["inputs"], tensors["targets"]
    return Dataset.of_sequences(
        language.words,
        inputs.shape[1],
        task=NextStep(),
        inputs=TokenRows(inputs, language.tokens),
        targets=targets,
        class_names=language.words[: language.moves],
        value_range=(0.0, 1.0),
        writing=language,
        test_part=np.arange(tensors["first_of_test"][0], len(inputs)),
        **rest,
    )
