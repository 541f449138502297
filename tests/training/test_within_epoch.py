"""What is measured within an epoch is told by the clock, bounded in cost, and changes nothing."""

from typing import Any

import numpy as np
import pytest

from playground import fields
from playground.nn.losses import LogLoss, MeanSquaredError
from playground.nn.training_step import TrainingStep
from playground.training import trainer as trainer_room
from playground.training import within_epoch
from playground.training.experiment import DataSettings, Experiment, Stopping, Training
from playground.training.history import History
from playground.training.trainer import Pulse, Trainer
from playground.training.within_epoch import EVERY_S, LARGEST_SHARE

EXPERIMENT = Experiment(
    data=DataSettings(name="circles", examples=200, test_fraction=0.3, validation_fraction=0.2),
    training=Training(batch_size=4, learning_rate=0.01, stopping=Stopping(epochs=2)),
)
STEPS = 28
"""Of an epoch."""


class Clock:
    """Goes on by so many seconds each time that it is read."""

    def __init__(self, second: float) -> None:
        self.now, self.second = 0.0, second

    def __call__(self) -> float:
        self.now += self.second
        return self.now


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every step take a tenth of a second, and every measurement hardly anything."""
    monkeypatch.setattr(trainer_room, "perf_counter", Clock(0.1))
    monkeypatch.setattr(within_epoch, "perf_counter", Clock(1e-6))


def trained(experiment: Experiment = EXPERIMENT) -> Trainer:
    trainer = Trainer(experiment)
    for _ in trainer.run():
        pass
    return trainer


def test_training_is_the_same_with_and_without(slow: None, monkeypatch: pytest.MonkeyPatch) -> None:
    measured = trained()
    assert len(measured.snapshot().history.within) == 2
    monkeypatch.setattr(within_epoch, "EVERY_S", np.inf)
    bare = trained()
    assert bare.snapshot().history.within == ()
    assert np.array_equal(measured.network.parameters, bare.network.parameters)
    assert measured.snapshot().history.same_as(bare.snapshot().history)


def test_points_lie_within_epochs_a_quarter_of_a_second_apart(slow: None) -> None:
    means, held_back = trained().snapshot().history.within
    steps = means.epochs * STEPS
    assert np.allclose(steps, np.round(steps))
    assert not np.isin(means.epochs, [0, 1, 2]).any()
    assert set(np.round(np.diff(steps))) <= {3, 4, 5, 6}
    assert set(means.columns) == {"train_loss"}
    measures = [
        f"{part}_{name}" for name in ("loss", "accuracy") for part in ("validation", "test")
    ]
    assert list(held_back.columns) == measures
    assert np.array_equal(means.epochs, held_back.epochs)


def test_a_mean_is_that_of_the_mini_batches_since_the_point_before(
    slow: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    losses, step = [], TrainingStep.__call__

    def noted(*given: Any) -> float:
        losses.append(step(*given))
        return losses[-1]

    monkeypatch.setattr(TrainingStep, "__call__", noted)
    trainer = Trainer(EXPERIMENT)
    pulses = trainer.run()
    while not trainer.snapshot().history.within:
        next(pulses)
    means = trainer.snapshot().history.within[0]
    assert means.last("train_loss") == pytest.approx(np.mean(losses))
    assert means.epochs[-1] == pytest.approx(len(losses) / STEPS)


def test_parts_held_back_are_measured_for_a_bounded_share_of_the_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(trainer_room, "perf_counter", Clock(0.1))
    monkeypatch.setattr(within_epoch, "perf_counter", Clock(0.06))
    trainer = trained()
    means, held_back = trainer.snapshot().history.within
    assert len(held_back) < len(means)
    assert len(held_back) * 0.06 <= LARGEST_SHARE * trainer.seconds + 0.06


def test_a_short_epoch_has_no_points(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainer_room, "perf_counter", Clock(EVERY_S / 100))
    assert trained().snapshot().history.within == ()


def test_without_parts_held_back_only_the_mini_batches_are_told(slow: None) -> None:
    bare = DataSettings(name="circles", examples=200, test_fraction=0.0)
    (means,) = trained(fields.replace_at(EXPERIMENT, "data", bare)).snapshot().history.within
    assert set(means.columns) == {"train_loss"}


def test_a_moment_goes_on_from_its_points(slow: None) -> None:
    first = trained()
    start = first.moment()
    second = Trainer(EXPERIMENT, first.prepared, start=start)
    assert second.snapshot().history.drawn_as(start.history)
    for _ in second.run():
        pass
    for one, other in zip(start.history.within, second.snapshot().history.within, strict=True):
        assert np.array_equal(other.epochs[: len(one)], one.epochs)
        assert len(other) > len(one)


@pytest.mark.parametrize("layers", [EXPERIMENT.layers, EXPERIMENT.layers * 0])
def test_another_loss_begins_its_curves_anew_and_the_moment_before_keeps_its_own(
    slow: None, layers: tuple[object, ...]
) -> None:
    trainer = Trainer(EXPERIMENT)
    pulses = trainer.run()
    while trainer.epoch < 1 or next(pulses) is not Pulse.BATCH:
        next(pulses)
    before = trainer.moment()
    trainer._rules.best_loss = 1e-9
    changed = fields.replace_at(EXPERIMENT, "training.loss", MeanSquaredError())
    trainer.edit(fields.replace_at(changed, "layers", layers))
    after = trainer.moment().history
    for name, column in after.columns.items():
        kept = [not name.endswith("_loss")] * len(before.history)
        assert np.isfinite(column).tolist() == [*kept, True]
    for part in after.within:
        assert all(np.isnan(part.columns[name]).all() for name in part.columns if "loss" in name)
    assert after.epochs[-1] == before.now
    assert np.isfinite(before.history.columns["test_loss"]).all()
    assert trainer._rules.best_loss == np.inf
    for _ in trainer.run():
        pass
    since = slice(len(before.history), None)
    assert np.isfinite(trainer.snapshot().history.columns["test_loss"][since]).all()
    again = Trainer(EXPERIMENT, trainer.prepared, start=before)
    assert again.snapshot().history.drawn_as(before.history)


def test_a_start_by_another_loss_brings_no_losses_along() -> None:
    start = trained().moment()
    other = fields.replace_at(EXPERIMENT, "training.loss", MeanSquaredError())
    history = Trainer(other, start=start).snapshot().history
    assert np.isnan(history.columns["train_loss"]).all()
    assert np.isfinite(history.columns["train_accuracy"]).all()


def test_histories_differ_where_their_points_do() -> None:
    whole = History(np.arange(2.0), {"train_loss": np.ones(2)})
    part = History(np.array([0.5]), {"train_loss": np.ones(1)})
    grown = History(whole.epochs, whole.columns, (part,))
    assert grown.same_as(whole)
    assert not grown.drawn_as(whole)
    assert sum(array.nbytes for array in grown.arrays()) == 8 * 6
    other = fields.replace_at(EXPERIMENT, "training.loss", LogLoss())
    assert not grown.beside(EXPERIMENT, other).within[0].columns
