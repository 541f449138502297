"""``playground generate``: a sheet of pictures that a network made out of noise."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from playground.analysis.making import make, sheet
from playground.atomic_write import check_destination, replace_file
from playground.errors import FileError
from playground.files.png import png_of
from playground.storage import experiment_file


def generate(arguments: argparse.Namespace) -> int:
    """Make pictures from the noise that the seed gives, and save them side by side."""
    if Path(arguments.out).suffix.lower() != ".png":
        raise FileError(
            f"A sheet of pictures expects a name that ends in .png; {arguments.out!r} was given."
        )
    check_destination(arguments.out)
    model = experiment_file.read(arguments.file).model()
    rng = np.random.default_rng(arguments.seed)
    rows = make(model, arguments.count, rng, arguments.digit)
    replace_file(Path(arguments.out), png_of(sheet(model, rows)))
    return 0
