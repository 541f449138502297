"""Other people's pen strokes, replayed through the canvas's pipeline, are read right."""

import dataclasses
import itertools
import os
from pathlib import Path

import numpy as np
import pytest

from playground.data.drawing.drawing import OPTDIGITS, read_strokes
from playground.data.drawing.ink import Ink, Stroke
from playground.fields import replace_at
from playground.nn.schedules import Cosine
from playground.training.presets import preset
from playground.training.trainer import Trainer


@dataclasses.dataclass(frozen=True)
class Digits:
    strokes: list
    labels: np.ndarray

    def inputs(self, *, pen, scale=280 / 500, corner=(0.0, 0.0)):
        """Replay every digit on a 280×280 canvas and return what a network would see."""
        rows = []
        for digit in self.strokes:
            placed = [Stroke(points * scale + corner, pen) for points in digit]
            rows.append(read_strokes(Ink(tuple(placed)), OPTDIGITS).input)
        return np.stack(rows)


@pytest.fixture(scope="module")
def pen_digits():
    folder = os.environ.get("PLAYGROUND_DATA")
    root = Path(folder) if folder else Path(__file__).parents[3] / "shared" / "data"
    path = root / "pendigits" / "strokes_train.npz"
    if not path.is_file():
        pytest.skip("the pen strokes are not here; set PLAYGROUND_DATA to their folder")
    with np.load(path, allow_pickle=False) as data:
        lines = np.split(data["points"], data["stroke_offsets"][1:-1])
        ends = data["digit_offsets"]
        digits = [lines[first:last] for first, last in itertools.pairwise(ends)]
        return Digits(digits, data["labels"].astype(int))


@pytest.fixture(scope="module")
def network():
    """Return the default preset's network after a quarter of its training."""
    experiment = preset("digits-small").experiment
    experiment = replace_at(experiment, "training.schedule", Cosine(epochs=50))
    experiment = replace_at(experiment, "training.stopping.epochs", 50)
    trainer = Trainer(experiment)
    for _ in trainer.run():
        pass
    return trainer.network


def right(network, inputs, labels):
    return (network.predict_proba(inputs).argmax(axis=1) == labels).mean()


def test_drawings_in_the_middle_and_small_in_a_corner_are_read_alike(network, pen_digits):
    large = pen_digits.inputs(pen=22)
    small = pen_digits.inputs(pen=22, scale=140 / 500, corner=(140.0, 140.0))
    assert right(network, large, pen_digits.labels) >= 0.91
    assert right(network, small, pen_digits.labels) >= 0.91
    assert np.abs(large - small).max() < 2e-3


def test_strokes_have_the_data_sets_amount_of_ink(pen_digits):
    some = Digits(pen_digits.strokes[::4], pen_digits.labels[::4])
    assert some.inputs(pen=22).mean() == pytest.approx(0.305, abs=0.01)
