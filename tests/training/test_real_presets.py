"""The presets on larger data do what their descriptions promise, shortened to a few seconds."""

import itertools
from functools import cache
from typing import Any

import numpy as np
import pytest

from playground import fields
from playground.data.bundled.pen_digits import pen_digits
from playground.data.dataset import Dataset
from playground.data.drawing.drawing import read_strokes
from playground.data.drawing.ink import Ink, Stroke
from playground.errors import MissingDataError
from playground.nn.activations import ReLU, Softmax
from playground.nn.initializers import Normal
from playground.nn.network import Network
from playground.nn.optimizers import Adam, GradientDescent
from playground.nn.schedules import Constant, Cosine
from playground.training.experiment import Experiment
from playground.training.presets import GROUPS, LARGE, preset
from playground.training.trainer import Trainer


def data_of(experiment: Experiment) -> Dataset:
    try:
        return experiment.data.load()
    except MissingDataError as missing:
        pytest.skip(str(missing))


@cache
def trained(name: str, epochs: int) -> Trainer:
    experiment = preset(name).experiment
    data_of(experiment)
    experiment = fields.replace_at(experiment, "training.stopping.epochs", epochs)
    if isinstance(experiment.training.schedule, Cosine):
        experiment = fields.replace_at(experiment, "training.schedule.epochs", float(epochs))
    trainer = Trainer(experiment)
    for _ in trainer.run():
        pass
    return trainer


def right(network: Network, inputs: Any, labels: Any) -> float:
    return float((network.predict_proba(np.asarray(inputs)).argmax(axis=1) == labels).mean())


SIZES = {
    "article-mnist": [784, 10, 10],
    "article-mnist-adam": [784, 10, 10],
    "mnist": [784, 128, 64, 10],
    "fashion-mnist": [784, 128, 64, 10],
    "pendigits": [784, 128, 64, 10],
    "mnist+pendigits": [784, 256, 128, 10],
    "mnist-conv": [784, 8, 8, 16, 16, 10],
    "fashion-conv": [784, 16, 16, 32, 32, 64, 10],
    "lenet-5": [784, 6, 6, 16, 16, 120, 84, 10],
    "mnist+pendigits-conv": [784, 12, 12, 24, 24, 64, 10],
}


def test_every_one_of_them_has_its_sizes_told_here() -> None:
    assert set(SIZES) == set(GROUPS[LARGE])


@pytest.mark.parametrize("name", SIZES)
def test_its_data_and_its_network_fit(name: str) -> None:
    experiment = preset(name).experiment
    dataset = data_of(experiment)
    layers = experiment.network(dataset).layers
    assert [dataset.features, *(layer.units for layer in layers)] == SIZES[name]


def test_the_articles_two_runs_differ_in_how_they_learn_alone() -> None:
    slow, fast = (preset(name).experiment for name in ("article-mnist", "article-mnist-adam"))
    assert (slow.data, slow.layers, slow.output) == (fast.data, fast.layers, fast.output)
    assert slow.layers[0].activation == ReLU()
    assert slow.output.activation == Softmax()
    # The article draws weights evenly from −½ to ½: deviation √(1/12).
    assert slow.layers[0].initializer == Normal(0.29)
    assert slow.training.optimizer == GradientDescent()
    assert slow.effective_batch_size is None
    assert (slow.training.learning_rate, slow.training.stopping.epochs) == (0.1, 500)
    assert fast.training.optimizer == Adam()
    assert fast.effective_batch_size == 32
    assert slow.training.schedule == fast.training.schedule == Constant()


def test_adam_and_mini_batches_pass_the_articles_500_epochs_in_two() -> None:
    slow, fast = trained("article-mnist", 5), trained("article-mnist-adam", 2)
    assert slow.snapshot().step == 5
    assert slow.snapshot().history.last("test_accuracy") < 0.3
    assert fast.snapshot().history.last("test_accuracy") > 0.9


@pytest.fixture(scope="module")
def reader(request: pytest.FixtureRequest) -> Trainer:
    """Return a mixture's network after a sixth of its training."""
    name = getattr(request, "param", "mnist+pendigits")
    return trained(name, round(preset(name).experiment.training.stopping.epochs / 6))


@pytest.mark.parametrize("reader", ["digits", "mnist+pendigits"], indirect=True)
@pytest.mark.parametrize(
    ("scale", "corner", "pen"),
    [
        (280 / 500, (0.0, 0.0), 22.0),
        (140 / 500, (0.0, 140.0), 22.0),
        (140 / 500, (140.0, 0.0), 9.0),
        (80 / 500, (30.0, 190.0), 14.0),
    ],
    ids=["large", "small at the left", "small at the right", "tiny"],
)
def test_strangers_strokes_are_read_anywhere_on_the_canvas_and_at_any_size(
    reader: Trainer, scale: float, corner: tuple[float, float], pen: float
) -> None:
    strokes_of_all, labels = pen_digits().strokes, pen_digits().labels
    pieces = np.flatnonzero(pen_digits().held_out)[::3]
    drawing = reader.prepared.dataset.drawing
    assert drawing is not None
    rows = []
    for piece in pieces:
        first, last = strokes_of_all.drawing_offsets[piece : piece + 2]
        strokes = (
            strokes_of_all.points[start:end]
            for start, end in itertools.pairwise(strokes_of_all.stroke_offsets[first : last + 1])
        )
        placed = tuple(Stroke(points * scale + corner, pen) for points in strokes)
        stages = read_strokes(Ink(placed), drawing)
        assert stages is not None
        rows.append(stages.input)
    assert right(reader.network, rows, labels[pieces]) >= 0.97


def test_mnist_is_read_as_well(reader: Trainer) -> None:
    test = slice(0, 10_000)
    prepared = reader.prepared
    assert right(reader.network, prepared.test_inputs[test], prepared.test_targets[test]) >= 0.965
