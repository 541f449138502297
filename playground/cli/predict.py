"""``playground predict``: reads drawings with a trained network, the way the canvas does."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from playground.cli.drawn import drawing_form, read_drawing
from playground.data.drawing.drawing import DrawingForm
from playground.errors import DataError
from playground.gui.start.qt_ready import check_qt
from playground.plain_text import visible
from playground.storage import experiment_file
from playground.training.model import Model


def predict(arguments: argparse.Namespace) -> int:
    """Print a label and a probability for each class, drawing by drawing."""
    model = experiment_file.read(arguments.file).model()
    form = drawing_form(arguments.file, model.dataset)
    if model.dataset.task.of_itself:
        raise DataError(
            f"{arguments.file} gives back what it sees and reads no classes; use 'playground "
            "reconstruct' with it."
        )
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


def _answer(path: str, model: Model, form: DrawingForm) -> dict[str, Any]:
    """Return a drawing's file, its most probable label and every label's probability."""
    stages = read_drawing(path, form)
    probabilities = model.probabilities(stages.input[None])[0]
    return {
        "file": path,
        "label": int(probabilities.argmax()),
        "probabilities": [float(share) for share in probabilities],
    }
