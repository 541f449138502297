"""The worker obeys in any order, trains one run at a time, and never floods the window."""

import dataclasses
import sys

import numpy as np
import pytest

from playground.data.preparation import prepare
from playground.gui.session import messages
from playground.gui.session.right_of_way import RightOfWay
from playground.gui.session.worker import Worker
from playground.nn.activations import Identity
from playground.nn.initializers import He
from playground.nn.layers import Dense
from playground.nn.losses import MeanSquaredError
from playground.nn.optimizers import SGD
from playground.training.experiment import DataSettings, Experiment, Stopping, Training
from playground.training.trainer import Pulse, Trainer


def small(**training):
    training.setdefault("stopping", Stopping(epochs=None))
    return Experiment(
        data=DataSettings(name="iris"),
        layers=(Dense(name="dense_1", units=5),),
        training=Training(**training),
    )


def load(run, experiment):
    data = experiment.data
    prepared = prepare(
        data.load(), test_fraction=data.test_fraction, standardize=False, seed=data.seed
    )
    return messages.Load(run, experiment, prepared)


@pytest.fixture
def worker(qapp):
    worker = Worker(RightOfWay())
    reports = []
    worker.reported.connect(reports.append)
    worker.reports = reports
    worker.start()
    yield worker
    worker.close()
    assert worker.isFinished()


def kinds(worker):
    return [type(report).__name__ for report in worker.reports]


def test_a_loaded_run_shows_its_untrained_network(qtbot, worker):
    worker.send(load(1, small()))
    taken = []
    qtbot.waitUntil(lambda: bool(taken.append(worker.mailbox.take()) or taken[-1]))
    assert taken[-1].epoch == 0
    assert taken[-1].step == 0
    assert len(taken[-1].history) == 1


def test_training_pausing_and_going_on(qtbot, worker):
    worker.send(load(1, small()))
    worker.send(messages.Train())
    qtbot.waitUntil(lambda: kinds(worker) == ["Started"])
    worker.send(messages.Pause())
    qtbot.waitUntil(lambda: kinds(worker) == ["Started", "Paused"])
    paused_at = worker.mailbox.take().step
    assert worker.mailbox.take() is None
    worker.send(messages.Train())
    worker.send(messages.Pause())
    qtbot.waitUntil(lambda: len(worker.reports) == 4)
    assert worker.mailbox.take().step >= paused_at


def test_a_step_is_one_batch(qtbot, worker):
    worker.send(load(1, small(batch_size=16)))
    for steps in (1, 2, 3):
        worker.send(messages.Step(Pulse.BATCH))
        qtbot.waitUntil(lambda steps=steps: len(worker.reports) == steps)
    assert worker.mailbox.take().step == 3


def test_an_epoch_step_ends_with_the_epoch(qtbot, worker):
    worker.send(load(1, small(batch_size=16)))
    worker.send(messages.Step(Pulse.EPOCH))
    qtbot.waitUntil(lambda: kinds(worker) == ["Paused"])
    snapshot = worker.mailbox.take()
    assert (snapshot.epoch, snapshot.batch) == (1, 0)
    assert snapshot.step == snapshot.batches


def test_a_finished_run_trains_on_by_as_much_again(qtbot, worker):
    worker.send(load(1, small(stopping=Stopping(epochs=3))))
    worker.send(messages.Train())
    qtbot.waitUntil(lambda: kinds(worker) == ["Started", "Finished"])
    assert worker.mailbox.take().epoch == 3
    worker.send(messages.Train())
    qtbot.waitUntil(lambda: kinds(worker)[2:] == ["Started", "Finished"])
    assert worker.mailbox.take().epoch == 6


def test_what_is_asked_at_the_last_batch_comes_after_the_end_is_told(qtbot, worker, monkeypatch):
    def ask_at_the_end():
        if worker._trainer.reason:
            worker.send(messages.Pause())

    monkeypatch.setattr(worker._right_of_way, "give_way", ask_at_the_end)
    worker.send(load(1, small(stopping=Stopping(epochs=1), batch_size=None)))
    worker.send(messages.Train())
    qtbot.waitUntil(lambda: len(worker.reports) == 2)
    worker.send(messages.Step(Pulse.EPOCH))
    qtbot.waitUntil(lambda: len(worker.reports) == 3)
    assert kinds(worker) == ["Started", "Finished", "Finished"]
    assert worker.mailbox.take().epoch == 2


def test_a_new_run_takes_the_place_of_the_one_that_trains(qtbot, worker):
    for run in (1, 2, 3):
        worker.send(load(run, small()))
        worker.send(messages.Train())
    qtbot.waitUntil(lambda: len(worker.reports) == 3)
    assert [report.run for report in worker.reports] == [1, 2, 3]
    assert kinds(worker) == ["Started"] * 3
    worker.mailbox.take()
    qtbot.waitUntil(lambda: not worker.mailbox.fetched)
    assert worker.mailbox.take().run == 3


def test_a_diverging_run_fails_with_advice_and_finite_weights(qtbot, worker):
    experiment = small(learning_rate=100.0)
    experiment = dataclasses.replace(
        experiment,
        data=DataSettings(name="bumps"),
        output=dataclasses.replace(experiment.output, activation=Identity(), initializer=He()),
        training=dataclasses.replace(
            experiment.training,
            loss=MeanSquaredError(),
            optimizer=SGD(),
        ),
    )
    worker.send(load(1, experiment))
    worker.send(messages.Train())
    qtbot.waitUntil(lambda: kinds(worker) == ["Started", "Failed"])
    failure = worker.reports[-1]
    assert failure.diverged
    assert "Lower the learning rate" in failure.sentence
    assert np.isfinite(worker.mailbox.take().parameters).all()


def test_an_unexpected_failure_is_told_and_the_run_can_go_on(qtbot, worker, monkeypatch):
    caught = []
    monkeypatch.setattr(sys, "excepthook", lambda *error: caught.append(error[0]))
    with monkeypatch.context() as broken:
        broken.setattr(Trainer, "_advance", lambda trainer: 1 / 0)
        worker.send(load(1, small()))
        worker.send(messages.Train())
        qtbot.waitUntil(lambda: kinds(worker) == ["Started", "Paused"])
    assert caught == [ZeroDivisionError]
    worker.send(messages.Step(Pulse.EPOCH))
    qtbot.waitUntil(lambda: kinds(worker) == ["Started", "Paused", "Paused"])
    assert worker.mailbox.take().epoch == 1


def test_commands_in_any_order_leave_a_worker_that_closes(qtbot, worker):
    rng = np.random.default_rng(5)
    commands = [
        messages.Train(),
        messages.Pause(),
        messages.Step(Pulse.BATCH),
        messages.Step(Pulse.EPOCH),
        messages.Edit(small(learning_rate=0.01)),
        messages.Edit(dataclasses.replace(small(), layers=())),
        load(7, small()),
    ]
    worker.send(load(7, small()))
    for index in rng.integers(len(commands), size=200):
        worker.send(commands[index])
    worker.send(load(8, small()))
    worker.send(messages.Step(Pulse.BATCH))
    qtbot.waitUntil(
        lambda: any(isinstance(r, messages.Paused) and r.run == 8 for r in worker.reports)
    )


def test_the_mailbox_keeps_only_the_newest(qtbot, worker):
    posted = []
    put = worker.mailbox.put
    worker.mailbox.put = lambda snapshot: put(posted.append(snapshot) or snapshot)
    worker.send(load(1, small()))
    worker.send(messages.Train())
    qtbot.waitUntil(lambda: len(posted) > 3)
    worker.send(messages.Pause())
    qtbot.waitUntil(lambda: kinds(worker)[-1:] == ["Paused"])
    assert worker.mailbox.take() is posted[-1]
    assert worker.mailbox.take() is None
