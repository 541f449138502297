"""``playground write``: lets a network that learned pen moves write a text into a file."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playground.analysis.writing.writer import Writer
from playground.atomic_write import check_destination, replace_file
from playground.data.drawing.stroke_files import WRITTEN, encoded
from playground.errors import FileError, PlaygroundError
from playground.storage import experiment_file
from playground.wording import grouped, listed

MOST_CHARACTERS = 1_000


def write(arguments: argparse.Namespace) -> int:
    """Write a text, each character by the lots that the seed gives, and save it."""
    suffix = Path(arguments.out).suffix.lower()
    if suffix not in WRITTEN:
        raise FileError(
            f"What is written expects a name that ends in {listed(WRITTEN, 'or')}; "
            f"{arguments.out!r} was given."
        )
    check_destination(arguments.out)
    text = arguments.text
    if not text.strip() or len(text) > MOST_CHARACTERS:
        raise PlaygroundError(
            f"--text expects 1 to {grouped(MOST_CHARACTERS)} characters to write, such as 3141; "
            f"{grouped(len(text)) if text.strip() else 'nothing to write'} came."
        )
    writer = Writer(experiment_file.read(arguments.file).model())
    rng = np.random.default_rng(arguments.seed)
    written = writer.write(text.replace(" ", ""), temperature=arguments.temperature, rng=rng)
    moves = iter(written)
    characters: list[list[NDArray[np.float64]]] = [
        [] if name == " " else writer.writing.decode(next(moves)) for name in text
    ]
    replace_file(Path(arguments.out), encoded(suffix, text, characters))
    return 0
