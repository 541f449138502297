"""``playground predict``: reads pictures with a trained network, the way the canvas does."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playground.data.dataset import Dataset
from playground.data.drawing.drawing import Drawing, read_picture
from playground.errors import DataError
from playground.gui.start.qt_ready import check_qt
from playground.plain_text import visible
from playground.storage import experiment_file
from playground.training.model import Model

_STDERR = 2


def predict(arguments: argparse.Namespace) -> int:
    """Print a label and a probability for each class, picture by picture."""
    model = experiment_file.read(arguments.file).model()
    drawing = _drawing(arguments.file, model.dataset)
    check_qt()
    answers = [_answer(path, model, drawing) for path in arguments.images]
    if arguments.json:
        sys.stdout.write(json.dumps(answers, ensure_ascii=False, indent=2) + "\n")
        return 0
    names = model.dataset.class_names
    shown = [visible(answer["file"]) for answer in answers]
    width = max(map(len, shown))
    for file, answer in zip(shown, answers, strict=True):
        shares = zip(names, answer["probabilities"], strict=True)
        listed = "  ".join(f"{name}: {share:.1%}" for name, share in shares)
        sys.stdout.write(f"{file:{width}}  {names[answer['label']]}  ({listed})\n")
    return 0


def _drawing(file: str, dataset: Dataset) -> Drawing:
    if dataset.drawing is None:
        raise DataError(
            f"{file} was trained on {dataset.title}, which is not made of pictures; choose a file "
            "trained on digits."
        )
    return dataset.drawing


def _answer(path: str, model: Model, drawing: Drawing) -> dict[str, Any]:
    """Return a picture's file, its most probable label and every label's probability."""
    from playground.gui.pictures import read_grey

    with _libraries_silenced():
        grey = read_grey(path)
    stages = read_picture(grey, drawing)
    if stages is None:
        raise DataError(f"There is no ink in {path}; choose a picture of a drawn digit.")
    probabilities = model.probabilities(stages.input[None])[0]
    return {
        "file": path,
        "label": int(probabilities.argmax()),
        "probabilities": [float(share) for share in probabilities],
    }


@contextmanager
def _libraries_silenced() -> Iterator[None]:
    """Let Qt and the libraries under it print nothing: our own sentence tells what is wrong."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        kept = os.dup(_STDERR)
    except OSError:  # closed before the program began
        kept = os.dup(nowhere)
    os.dup2(nowhere, _STDERR)
    try:
        yield
    finally:
        os.dup2(kept, _STDERR)
        os.close(kept)
        os.close(nowhere)
