"""Runs are made of the moments that training tells, and keep near neighbours of any of them."""

import dataclasses
import itertools

import numpy as np
import pytest

from playground import fields
from playground.nn.optimizers import RMSProp
from playground.training import runs as runs_module
from playground.training.experiment import DataSettings, Experiment, Stopping, Training
from playground.training.moment import LIMIT_VARIABLE, bytes_of, largest_bytes
from playground.training.runs import Runs
from playground.training.trainer import Pulse, Trainer

EXPERIMENT = Experiment(
    data=DataSettings(name="circles", examples=60, test_fraction=0.3),
    training=Training(learning_rate=0.01, batch_size=8, stopping=Stopping(epochs=None)),
)
FASTER = fields.replace_at(EXPERIMENT, "training.learning_rate", 0.1)


def train(trainer, runs, epochs):
    """Train, and tell every epoch's end."""
    until = trainer.epoch + epochs
    for pulse in trainer.run():
        if pulse is Pulse.EPOCH:
            runs.note(trainer.moment())
            if trainer.epoch == until:
                return


@pytest.fixture
def trained():
    runs, trainer = Runs(), Trainer(EXPERIMENT)
    runs.note(trainer.moment(), "Open circles")
    train(trainer, runs, 6)
    return runs, trainer


def test_training_makes_one_run_from_its_start(trained):
    runs, _ = trained
    (run,) = runs
    assert [moment.epoch for moment in run.moments] == [0, 1, 2, 3, 4, 5, 6]
    assert run.origin is None
    assert run.reason == ""
    assert runs.current is runs.present is run


def test_pausing_and_other_limits_go_on_with_the_run(trained):
    runs, trainer = trained
    runs.note(trainer.moment(), "Train 6 epochs")
    trainer.edit(fields.replace_at(EXPERIMENT, "training.stopping.epochs", 50))
    runs.note(trainer.moment(), "Epochs: 50")
    train(trainer, runs, 2)
    assert len(list(runs)) == 1


def test_an_edit_begins_another_run_once_it_is_trained(trained):
    runs, trainer = trained
    trainer.edit(FASTER)
    runs.note(trainer.moment(), "Learning rate: 0.1")
    assert len(list(runs)) == 1
    assert not runs.at_end
    assert runs.present is runs.current
    train(trainer, runs, 2)
    first, second = runs
    assert second.origin == (first, first.last)
    assert second.reason == "Learning rate: 0.1"
    assert [moment.epoch for moment in second.way] == [0, 1, 2, 3, 4, 5, 6, 7, 8]
    assert runs.family() == [first, second]


def test_an_edit_taken_back_by_hand_begins_another_run_where_it_left_a_trace(trained):
    runs, trainer = trained
    for experiment in (FASTER, EXPERIMENT):
        trainer.edit(experiment)
        runs.note(trainer.moment(), "Learning rate")
    assert runs.at_end
    for optimizer in (RMSProp(), EXPERIMENT.training.optimizer):  # forgets Adam's moments
        trainer.edit(fields.replace_at(EXPERIMENT, "training.optimizer", optimizer))
        runs.note(trainer.moment(), "Optimizer")
    assert not runs.at_end
    train(trainer, runs, 1)
    first, second = runs
    assert second.origin[0] is first
    assert first.last.epoch == 6


def test_training_on_from_a_past_moment_branches_there(trained):
    runs, _ = trained
    (first,) = runs
    past = first.moments[2]
    again = Trainer(EXPERIMENT, run=1, start=past)
    runs.note(again.moment(), "Go back to epoch 2")
    assert runs.present is first
    train(again, runs, 2)
    second = runs.current
    assert second.origin == (first, past)
    assert [moment.epoch for moment in second.way] == [0, 1, 2, 3, 4]
    assert [moment.epoch for moment in first.moments] == [0, 1, 2, 3, 4, 5, 6]


def test_training_on_from_a_run_s_end_goes_on_with_it(trained):
    runs, _ = trained
    (first,) = runs
    runs.note(Trainer(FASTER, run=1).moment(), "Reset")
    assert runs.present is None
    assert runs.family() == []
    again = Trainer(EXPERIMENT, run=2, start=first.last)
    runs.note(again.moment(), "Undo")
    train(again, runs, 1)
    assert list(runs) == [first]
    assert first.last.epoch == 7


def test_a_fresh_start_is_no_relation(trained):
    runs, _ = trained
    other = Trainer(FASTER, run=1)
    runs.note(other.moment(), "Reset")
    train(other, runs, 1)
    assert [run.origin for run in runs] == [None, None]
    assert runs.family() == [runs.current]


def test_the_best_moment_is_one_that_was_measured():
    runs, trainer = Runs(), Trainer(fields.replace_at(EXPERIMENT, "training.batch_size", 4))
    runs.note(trainer.moment())
    for _, pulse in zip(range(200), trainer.run(), strict=False):
        if pulse is not Pulse.PREPARED:
            runs.note(trainer.moment())
    (run,) = runs
    at_ends = [moment for moment in run.moments if moment.batch == 0]
    assert 3 < len(at_ends) < len(run.moments)
    losses = [moment.history.last("test_loss") for moment in at_ends]
    assert run.best is at_ends[int(np.argmin(losses))]


def test_a_loss_that_is_no_number_is_never_the_best(trained):
    runs, trainer = trained
    (run,) = runs
    best = run.best
    moment = trainer.moment()
    history = moment.history
    columns = {**history.columns, "test_loss": np.full(len(history), np.nan)}
    run.take(dataclasses.replace(moment, history=dataclasses.replace(history, columns=columns)))
    assert run.best is best


def test_a_long_run_is_thinned_evenly(monkeypatch):
    monkeypatch.setattr(runs_module, "MOST_MOMENTS", 40)
    runs, trainer = Runs(), Trainer(EXPERIMENT)
    runs.note(trainer.moment())
    train(trainer, runs, 400)
    (run,) = runs
    epochs = [moment.epoch for moment in run.moments]
    gaps = [after - before for before, after in itertools.pairwise(epochs)]
    assert 20 < len(epochs) <= 40
    assert (epochs[0], epochs[-1]) == (0, 400)
    assert run.best in run.moments
    assert max(gaps) <= 5 * 400 / 20


def test_the_memory_is_limited(trained):
    runs, trainer = trained
    train(trainer, runs, 60)
    runs.keep_within(40_000)
    kept = [moment for run in runs for moment in run.moments]
    assert bytes_of(kept) <= 40_000
    assert len(kept) > 3
    runs.keep_within(1)  # start, best and newest stay
    assert len([moment for run in runs for moment in run.moments]) <= 3


def test_the_oldest_runs_are_forgotten_where_thinning_is_not_enough():
    runs = Runs()
    for number in range(30):
        trainer = Trainer(EXPERIMENT, run=number)
        runs.note(trainer.moment(), "Reset")
        train(trainer, runs, 2)
    runs.runs[3].name = "mine"
    trainer.edit(FASTER)
    runs.note(trainer.moment(), "Learning rate: 0.1")
    train(trainer, runs, 2)
    limit = bytes_of(moment for run in runs.runs[-3:] for moment in run.moments)
    runs.keep_within(limit)
    assert bytes_of(moment for run in runs for moment in run.moments) <= limit
    first, *_, last = runs
    assert first.name == "mine"
    assert last is runs.current
    runs.keep_within(1)
    assert runs.runs == [last]
    assert last.origin is None
    assert last.way[0].epoch == 2


def test_the_limit_can_be_set(monkeypatch):
    assert largest_bytes() == 256 * 2**20
    monkeypatch.setenv(LIMIT_VARIABLE, "64")
    assert largest_bytes() == 64 * 2**20
    monkeypatch.setenv(LIMIT_VARIABLE, "much")
    assert largest_bytes() == 256 * 2**20


def test_a_removed_run_is_forgotten(trained):
    runs, _ = trained
    (run,) = runs
    runs.leave_out((run.number,))
    assert list(runs) == []
    assert runs.present is None
