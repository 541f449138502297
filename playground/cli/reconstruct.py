"""``playground reconstruct``: what comes back of a drawing, where that is what was learned."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np

from playground.analysis.codes.halves import raw, squared_errors
from playground.atomic_write import check_destination, replace_file
from playground.cli.drawn import drawing_form, read_drawing
from playground.errors import DataError, FileError
from playground.gui.start.qt_ready import check_qt
from playground.plain_text import visible
from playground.storage import experiment_file
from playground.wording import fixed

_SUFFIX = ".png"


def reconstruct(arguments: argparse.Namespace) -> int:
    """Save a drawing as it is seen, as it comes back, and the difference; print the error."""
    if Path(arguments.out).suffix.lower() != _SUFFIX:
        raise FileError(
            f"The pictures expect a name that ends in {_SUFFIX}; {arguments.out!r} was given."
        )
    check_destination(arguments.out)
    model = experiment_file.read(arguments.file).model()
    dataset = model.dataset
    if not dataset.task.of_itself:
        raise DataError(
            f"{arguments.file} was trained to read classes or numbers, not to give back what it "
            "sees; choose a file whose target is the input itself."
        )
    form = drawing_form(arguments.file, dataset)
    check_qt()
    from playground.gui.start.error_picture import error_picture

    row = read_drawing(arguments.image, form).input[np.newaxis]
    outputs = model.outputs(row)
    error = float(squared_errors(outputs, model.normalization.apply(row))[0])
    back = raw(model, outputs)
    replace_file(Path(arguments.out), error_picture(dataset.ink(row[0]), dataset.ink(back[0])))
    if arguments.json:
        told = {"file": arguments.image, "squared_error": error, "out": arguments.out}
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(
            f"{visible(arguments.image)}: squared error {fixed(error, 4)} per pixel; seen, comes "
            f"back, and the difference are in {visible(arguments.out)}\n"
        )
    return 0
