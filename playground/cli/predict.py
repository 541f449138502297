"""``playground predict``: reads drawings with a trained network, the way the canvas does."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.dataset import Dataset
from playground.data.drawing.drawing import DrawingForm
from playground.data.drawing.ink import Ink
from playground.data.drawing.stroke_files import SUFFIX, read_strokes_file
from playground.errors import DataError
from playground.gui.start.qt_ready import check_qt
from playground.plain_text import visible
from playground.storage import experiment_file
from playground.training.model import Model

_STDERR = 2


def predict(arguments: argparse.Namespace) -> int:
    """Print a label and a probability for each class, drawing by drawing."""
    model = experiment_file.read(arguments.file).model()
    form = _form(arguments.file, model.dataset)
    check_qt()
    answers = [_answer(path, model, form) for path in arguments.images]
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


def _form(file: str, dataset: Dataset) -> DrawingForm:
    if dataset.writing is not None:
        raise DataError(
            f"{file} learned to write, not to read: ask it with “playground write”, or choose a "
            "file that learned to read."
        )
    if dataset.drawing is None:
        raise DataError(
            f"{file} was trained on {dataset.title}, which is not made of pictures; choose a file "
            "trained on digits."
        )
    return dataset.drawing


def _answer(path: str, model: Model, form: DrawingForm) -> dict[str, Any]:
    """Return a drawing's file, its most probable label and every label's probability."""
    source = _source(path)
    if not isinstance(source, Ink) and not form.reads_pictures:
        raise DataError(
            f"{path} is a picture, and this network reads how a pen moved; give it strokes as JSON."
        )
    stages = form.read(source)
    if stages is None:
        raise DataError(f"There is no ink in {path}; choose a picture of a drawn digit.")
    probabilities = model.probabilities(stages.input[None])[0]
    return {
        "file": path,
        "label": int(probabilities.argmax()),
        "probabilities": [float(share) for share in probabilities],
    }


def _source(path: str) -> Ink | NDArray[np.uint8]:
    """Return the strokes or the picture in a file."""
    from playground.gui.pictures import read_grey

    if path.lower().endswith(SUFFIX):
        return read_strokes_file(path)
    with _libraries_silenced():
        return read_grey(path)


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
