"""Omniglot's small set: letters and symbols of five alphabets, each drawn by 20 people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from playground.data.bundled import pen_digits
from playground.data.bundled.handwriting import (
    LONGEST_TEXT,
    Handwriting,
    cache_folder,
    of_moves,
    of_pictures,
    of_points,
    spelled,
    unpacked,
)
from playground.data.dataset import Dataset
from playground.data.drawing import variation
from playground.data.drawing.drawing_cache import kept
from playground.data.drawing.writing import Writing

HELD_OUT = (3, 5, 7, 14, 17, 20)
"""People from whom nothing is learned: the test part is theirs.

By lot, not by result: the first six of ``np.random.default_rng(0).permutation(np.arange(1, 21))``.
"""
SEED = 0
"""Draws the variants."""
LETTER_VARIANTS, POINT_VARIANTS, MOVE_VARIANTS, SYMBOL_VARIANTS = 15, 15, 10, 3
"""How often each drawing of the other people is drawn anew, changed a little."""
GREEK = "αβγδεζηθικλμνξοπρστυφχψω"
LATIN = "abcdefghijklmnopqrstuvwxyz"
NAMES = (
    *(f"Balinese {number}" for number in range(1, 25)),
    *(f"Aramaic {number}" for number in range(1, 23)),
    *(f"Greek {letter}" for letter in GREEK),
    *(f"Korean {number}" for number in range(1, 41)),
    *LATIN,
)
"""The characters in the order of their labels."""
BALINESE = 24
"""How many of them, the first, are Balinese."""
SOURCE = "Omniglot, background small 1 (Lake, Salakhutdinov, Tenenbaum 2015)"
LICENCE = "MIT"

_VERSION = 1
"""Of the strokes and of what is made of them; another one makes what was kept before made anew."""


@cache
def symbols() -> Handwriting:
    """Return the 2,720 drawings of 136 characters, in a box of about 105 by 105.

    Raises
    ------
    DataError
        When the bundled file is missing or damaged.
    """
    return unpacked("omniglot.npz", "letters and symbols", HELD_OUT, pen_width=22 / 280 * 105)


def letters() -> Handwriting:
    """Return the 520 drawings of the Latin letters."""
    return _those(range(len(NAMES) - len(LATIN), len(NAMES)))


def _those(characters: Sequence[int]) -> Handwriting:
    """Return the drawings of some characters, numbered anew in their order."""
    writing = symbols()
    chosen = np.flatnonzero(np.isin(writing.labels, characters))
    return replace(
        writing,
        strokes=writing.strokes.part(chosen),
        labels=np.searchsorted(characters, writing.labels[chosen]),
        writers=writing.writers[chosen],
    )


def letter_pictures() -> Dataset:
    """Return the letters in MNIST's shape, those to learn from as drawn and varied besides."""
    return _pictures(
        letters(),
        LETTER_VARIANTS,
        name="letters",
        title="Letters 28×28",
        class_names=tuple(LATIN),
        description="a to z by 20 people, drawn with this canvas's own pen, those to learn from "
        f"{LETTER_VARIANTS} times more with their strokes bent, slanted and stretched.",
    )


def symbol_pictures() -> Dataset:
    """Return all characters in MNIST's shape, those to learn from as drawn and varied besides."""
    return _pictures(
        symbols(),
        SYMBOL_VARIANTS,
        name="symbols",
        title="Symbols 28×28",
        class_names=NAMES,
        description="136 characters of five alphabets by 20 people: so many kinds of stroke teach "
        "features that help with any other.",
    )


def four_alphabets() -> Dataset:
    """Return the characters of all alphabets but the Balinese in MNIST's shape."""
    names = NAMES[BALINESE:]
    return _pictures(
        _those(range(BALINESE, len(NAMES))),
        SYMBOL_VARIANTS,
        name="symbols-four",
        title="Symbols of four alphabets 28×28",
        class_names=names,
        description=f"{len(names)} characters by 20 people, and none of the Balinese alphabet: "
        "what a network learns from these it can try on characters that it has never seen.",
    )


def five_symbols(*, seed: int) -> Dataset:
    """Return five Balinese characters as ten people drew them to learn from, and ten to test."""
    rng = np.random.default_rng([seed, 4])
    chosen = np.sort(rng.choice(BALINESE, 5, replace=False)).tolist()
    held_out = np.sort(rng.choice(np.arange(1, 21), 10, replace=False)).tolist()
    return _pictures(
        replace(_those(chosen), held_out=tuple(held_out)),
        0,
        name="symbols-five",
        title="Five new symbols 28×28",
        class_names=tuple(NAMES[character] for character in chosen),
        description="Five Balinese characters, each drawn once by ten people to learn from and by "
        "ten others to test; the data seed draws which characters and which people.",
    )


def letter_points(*, steps: int) -> Dataset:
    """Return the letters as points along their strokes, so many of each."""
    return of_points(
        letters(),
        steps,
        POINT_VARIANTS,
        _variety(),
        name="pen-letters",
        title="Letters, pen strokes",
        class_names=tuple(LATIN),
        source=SOURCE,
        licence=LICENCE,
        description="a to z as the pens of 20 people moved, point after point: the same letters "
        "as pictures lose the order in which their lines were drawn.",
    )


def word_moves() -> Dataset:
    """Return digits and letters as moves of the pen, of which the next is to be told."""
    language = Writing((*pen_digits.DIGITS, *LATIN))
    tensors = kept(
        cache_folder("omniglot") / "words.safetensors",
        (
            *(_VERSION, language, LONGEST_TEXT, MOVE_VARIANTS),
            *(SEED, HELD_OUT, variation.STRENGTHS),
        ),
        lambda: spelled(
            [(pen_digits.pen_digits(), 0), (letters(), MOVE_VARIANTS)], language, _variety()
        ),
    )
    return of_moves(
        tensors,
        language,
        name="word-moves",
        title="Letters and digits, pen moves",
        source=f"{SOURCE}; {pen_digits.SOURCE}",
        licence=f"{LICENCE}; {pen_digits.LICENCE}",
        description="a to z and 0 to 9 as moves of the pen: a network that can tell the next move "
        "of each can write any word.",
        test_words="by writers and people chosen by lot, from whom nothing is learned",
    )


def _variety() -> np.random.Generator:
    rng = np.random.default_rng(SEED)
    rng.permutation(20)  # the lot above
    return rng


def _pictures(writing: Handwriting, variants: int, **rest: object) -> Dataset:
    from playground.data.published.mnist import DRAWING  # not needed to start

    return of_pictures(
        writing,
        DRAWING,
        cache_folder("omniglot") / f"{rest['name']}.safetensors",
        (
            *(_VERSION, DRAWING, SEED, writing.held_out, variants, variation.STRENGTHS),
            rest["class_names"],
        ),
        variants,
        _variety(),
        source=SOURCE,
        licence=LICENCE,
        **rest,
    )
