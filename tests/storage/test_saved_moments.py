"""Saving a moment and opening it again is nothing to the training that goes on from there."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playground import fields
from playground.data.augmentation import Augmentation
from playground.data.drawing.ink import Ink, Stroke
from playground.data.own import drawings as own_drawings
from playground.data.own.drawings import OwnDrawing
from playground.nn.activations import Tanh
from playground.nn.layers import BatchNorm, Dense, Dropout
from playground.nn.optimizers import OPTIMIZERS
from playground.nn.schedules import WarmUp
from playground.storage import experiment_file
from playground.training.experiment import Experiment, Stopping, Training
from playground.training.history import LONGEST
from playground.training.moment import Moment
from playground.training.presets import preset
from playground.training.trainer import Trainer

LAYERS = (
    Dense(name="dense_1", units=7, activation=Tanh(), dropout=0.2),
    BatchNorm(name="batch_norm_1"),
    Dropout(name="dropout_1", rate=0.1),
)


@pytest.fixture
def everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Experiment:
    """Return digits with dropout, batch normalization, augmentation and drawings of one's own."""
    monkeypatch.setattr(own_drawings, "folder", lambda: tmp_path / "mine")
    lines = [np.array([[140, 40 + 9 * n], [142, 240]], np.float32) for n in range(5)]
    drawn = [OwnDrawing("1", Ink((Stroke(line, 22.5),), (280.0, 280.0))) for line in lines]
    own_drawings.keep(drawn)
    experiment = dataclasses.replace(preset("digits-small").experiment, layers=LAYERS)
    training = Training(
        learning_rate=0.01,
        schedule=WarmUp(epochs=3),
        batch_size=24,
        own_share=0.1,
        augmentation=Augmentation(turn=10, shift=0.05),
        stopping=Stopping(epochs=None, patience=50),
    )
    return fields.replace_at(experiment, "training", training)


def steps(trainer: Trainer, count: int) -> None:
    """Take so many optimizer steps."""
    pulses = trainer.run()
    until = trainer.moment().step + count
    while trainer.moment().step < until:
        next(pulses)


def told(moment: Moment, *without: str) -> dict[str, Any]:
    """Return all that a moment says, but for whose it is and some names."""
    values = {field.name: getattr(moment, field.name) for field in dataclasses.fields(Moment)}
    for name in ("course", "history"):
        values[name] = dataclasses.asdict(values[name])
    values["history"].pop("within")
    if without:
        values["course"]["rules"].pop("first_second")
    return {name: value for name, value in values.items() if name not in {"run", *without}}


def saved(trainer: Trainer, path: Path) -> Moment:
    experiment_file.save(path, trainer.moment(), trainer.prepared)
    return experiment_file.read(path)


@pytest.mark.parametrize("balanced", [False, True])
@pytest.mark.parametrize("kind", OPTIMIZERS.kinds())
def test_a_hundred_steps_a_file_and_a_hundred_more_are_two_hundred(
    kind: str, balanced: bool, everything: Experiment, tmp_path: Path
) -> None:
    experiment = fields.replace_at(everything, "training.optimizer", OPTIMIZERS[kind]())
    experiment = fields.replace_at(experiment, "training.balance_classes", balanced)
    once, half = Trainer(experiment), Trainer(experiment)
    full_batch = experiment.training.optimizer.full_batch
    first = 10 if full_batch else 100  # a step of the whole set is an epoch of its own
    steps(once, 2 * first)
    steps(half, first)
    opened = saved(half, tmp_path / "half.playground")
    assert opened.course is not None
    assert opened.course.place.draws is not None
    resumed = Trainer(opened.experiment, start=opened)
    steps(resumed, first)
    times = ("seconds", "examples_per_second")
    np.testing.assert_equal(told(resumed.moment(), *times), told(once.moment(), *times))


@pytest.mark.parametrize("count", [0, 1, 77])
def test_save_then_open_is_the_identity(count: int, everything: Experiment, tmp_path: Path) -> None:
    trainer = Trainer(everything)
    steps(trainer, count)
    opened = saved(trainer, tmp_path / "mine.playground")
    np.testing.assert_equal(told(opened), told(trainer.moment()))
    assert all(
        getattr(opened, name).dtype == np.float32
        for name in ("parameters", "statistics", "gradient")
    )


def test_a_thinned_history_goes_on_being_thinned(tmp_path: Path) -> None:
    experiment = fields.replace_at(preset("xor").experiment, "training.stopping.epochs", None)
    once = Trainer(experiment)
    while once.epoch < 2 * LONGEST + 3:
        next(once.run())
    resumed = Trainer(experiment, start=saved(once, tmp_path / "long.playground"))
    for trainer in (once, resumed):
        while trainer.epoch < 4 * LONGEST + 2:
            next(trainer.run())
    one, other = once.moment(), resumed.moment()
    assert one.course is not None
    assert other.course is not None
    assert other.course.measured == one.course.measured
    assert other.history.same_as(one.history)


def test_squares_that_overflowed_are_saved_as_the_largest_number(tmp_path: Path) -> None:
    trainer = Trainer(preset("article-iris").experiment)
    moment = trainer.moment()
    assert moment.course is not None
    moments = np.full_like(moment.course.moments, np.inf)
    moment = dataclasses.replace(moment, course=dataclasses.replace(moment.course, moments=moments))
    path = tmp_path / "large.playground"
    experiment_file.save(path, moment, trainer.prepared)
    opened = experiment_file.read(path)
    assert opened.course is not None
    assert (opened.course.moments == np.finfo(np.float32).max).all()
