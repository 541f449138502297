"""Going on from a moment is the same, bit for bit, as never having stopped."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from playground import fields
from playground.data.augmentation import Augmentation
from playground.nn.activations import Tanh
from playground.nn.layers import BatchNorm, Dense, Dropout
from playground.nn.optimizers import OPTIMIZERS
from playground.nn.schedules import WarmUp
from playground.training.experiment import DataSettings, Experiment, Stopping, Training
from playground.training.moment import Moment
from playground.training.presets import preset
from playground.training.trainer import Trainer

LAYERS = (
    Dense(name="dense_1", units=7, activation=Tanh(), dropout=0.2),
    BatchNorm(name="batch_norm_1"),
    Dropout(name="dropout_1", rate=0.1),
)
PLANE = Experiment(
    data=DataSettings(name="circles", examples=90, test_fraction=0.3),
    layers=LAYERS,
    training=Training(learning_rate=0.01, batch_size=8, stopping=Stopping(epochs=None)),
)
PICTURES = fields.replace_at(
    fields.replace_at(preset("digits-small").experiment, "layers", LAYERS),
    "training.augmentation",
    Augmentation(turn=10, shift=0.05),
)


def steps(trainer: Trainer, count: int) -> None:
    """Take so many optimizer steps."""
    pulses = trainer.run()
    until = trainer.snapshot().step + count
    while trainer.snapshot().step < until:
        next(pulses)


def told(moment: Moment) -> dict[str, Any]:
    """Return all that a moment says, but for times and for who asked."""
    values = dataclasses.asdict(moment)
    for name in ("run", "seconds", "examples_per_second", "update"):
        values.pop(name)
    values["course"]["rules"].pop("first_second")
    values["history"].pop("within")
    return values


def assert_equal(one: Moment, other: Moment) -> None:
    np.testing.assert_equal(told(one), told(other))


@pytest.mark.parametrize("kind", OPTIMIZERS.kinds())
@pytest.mark.parametrize(
    ("changes", "first"),
    [("plane", 1), ("plane", 37), ("balanced", 20), ("pictures", 37), ("full", 9)],
)
def test_it_goes_on_as_if_it_had_never_stopped(kind: str, changes: str, first: int) -> None:
    experiment = PICTURES if changes == "pictures" else PLANE
    experiment = fields.replace_at(experiment, "training.optimizer", OPTIMIZERS[kind]())
    experiment = fields.replace_at(experiment, "training.schedule", WarmUp())
    if changes == "balanced":
        experiment = fields.replace_at(experiment, "training.balance_classes", True)
    if changes == "full":
        experiment = fields.replace_at(experiment, "training.batch_size", None)
    prepared = experiment.data.prepared()
    whole, half = Trainer(experiment, prepared), Trainer(experiment, prepared)
    steps(whole, first)
    whole.moment()
    steps(whole, 40)
    steps(half, first)
    resumed = Trainer(experiment, prepared, start=half.moment())
    assert_equal(resumed.moment(), half.moment())
    steps(half, 20)  # what it does meanwhile is nothing to the other
    steps(resumed, 40)
    assert_equal(resumed.moment(), whole.moment())


def test_other_limits_change_nothing_of_the_course() -> None:
    prepared = PLANE.data.prepared()
    whole, edited = Trainer(PLANE, prepared), Trainer(PLANE, prepared)
    steps(whole, 40)
    steps(edited, 20)
    edited.edit(fields.replace_at(PLANE, "training.stopping", Stopping(epochs=50)))
    edited.edit(PLANE)
    steps(edited, 20)
    assert_equal(edited.moment(), whole.moment())
