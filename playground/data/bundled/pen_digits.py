"""UCI pendigits: digits as pen strokes, as pictures that the canvas would draw, and as moves."""

from __future__ import annotations

from functools import cache

import numpy as np

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
from playground.data.drawing.drawing import OPTDIGITS, Drawing
from playground.data.drawing.drawing_cache import kept
from playground.data.drawing.writing import Writing

HELD_OUT = (3, 11, 12, 22, 27)
"""Writers that nothing is learned from: the test part is theirs.

By lot, not by result: the first five of ``np.random.default_rng(0).permutation(np.arange(1, 31))``.
"""
SEED = 0
"""Draws the variants."""
VARIANTS = 8
"""How often each digit of the other writers is drawn anew in 28×28 pixels, changed a little."""
POINT_VARIANTS = 2
"""How often as points: after 8 epochs of them three LSTMs of 64 read 98.8 to 99.4 % of the writers
held out; 5 or 8 variants at the same cost gained nothing."""
DIGITS = tuple("0123456789")
SOURCE = (
    "UCI Pen-Based Recognition of Handwritten Digits, its 30 training writers "
    "(Alpaydin, Alimoglu 1998)"
)
LICENCE = "CC BY 4.0"

_VERSION = 2
"""Of the strokes and of what is made of them; another one makes what was kept before made anew."""


@cache
def pen_digits() -> Handwriting:
    """Return the 7,494 digits of UCI pendigits' 30 training writers, in a box of 500 by 500.

    Raises
    ------
    DataError
        When the bundled file is missing or damaged.
    """
    return unpacked("pendigits.npz", "pen strokes", HELD_OUT, pen_width=22 / 280 * 500)


def variety(seed: int = SEED) -> np.random.Generator:
    """Return what draws the variants."""
    rng = np.random.default_rng(seed)
    rng.permutation(30)  # the lot above: the variants stay those that all figures are measured with
    return rng


def pictures_8() -> Dataset:
    """Return the digits in 8×8 pixels, each once, as the canvas would draw them."""
    return _pictures(
        "pendigits-8x8",
        "Pen strokes 8×8",
        OPTDIGITS,
        0,
        "7,494 digits that 30 people wrote on a tablet, drawn with this canvas's own pen.",
    )


def pictures_28() -> Dataset:
    """Return the digits in MNIST's shape, those to learn from as written and varied besides."""
    from playground.data.published.mnist import DRAWING  # not needed to start

    return _pictures(
        "pendigits",
        "Pen strokes 28×28",
        DRAWING,
        VARIANTS,
        "7,494 digits that 30 people wrote on a tablet, drawn with this canvas's own pen, those to "
        f"learn from {VARIANTS} times more with their strokes bent, slanted and stretched.",
    )


def points(*, steps: int) -> Dataset:
    """Return the digits as points along their strokes, so many of each."""
    return of_points(
        pen_digits(),
        steps,
        POINT_VARIANTS,
        variety(),
        name="pen",
        title="Pen strokes",
        class_names=DIGITS,
        source=SOURCE,
        licence=LICENCE,
        description="7,494 digits as the pens of 30 people moved, point after point: which digit "
        "does it become, and from which point on can one tell?",
    )


def moves() -> Dataset:
    """Return the digits as moves of the pen, of which the next is to be told."""
    language = Writing(DIGITS)
    tensors = kept(
        cache_folder("pendigits") / "moves.safetensors",
        (_VERSION, language, LONGEST_TEXT),
        lambda: spelled([(pen_digits(), 0)], language, variety()),
    )
    return of_moves(
        tensors,
        language,
        name="pen-moves",
        title="Pen moves",
        source=SOURCE,
        licence=LICENCE,
        description="7,494 digits as moves of the pen: a network that can tell the next move of "
        "a digit that it is asked for can write it.",
        test_words=pen_digits().test_words,
    )


def _pictures(name: str, title: str, drawing: Drawing, variants: int, description: str) -> Dataset:
    side = drawing.resolution
    return of_pictures(
        pen_digits(),
        drawing,
        cache_folder("pendigits") / f"{side}x{side}.safetensors",
        (_VERSION, drawing, SEED, HELD_OUT, variants, variation.STRENGTHS),
        variants,
        variety(),
        name=name,
        title=title,
        class_names=DIGITS,
        source=SOURCE,
        licence=LICENCE,
        description=description,
    )
