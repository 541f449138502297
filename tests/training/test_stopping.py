"""Each rule ends a run by itself, with its reason in words."""

import math
from typing import Any

import pytest

from playground import fields
from playground.errors import FieldError
from playground.nn.activations import Tanh
from playground.nn.layers import Dense
from playground.training.experiment import DataSettings, Experiment, Stopping, Training
from playground.training.stopping import StoppingRules
from playground.training.trainer import Pulse, Trainer
from playground.wording import percent


def trainer(**rules: Any) -> Trainer:
    return Trainer(
        Experiment(
            data=DataSettings(name="gaussians", examples=100, noise=0.0),
            layers=(Dense(name="hidden", units=6, activation=Tanh()),),
            training=Training(learning_rate=0.01, batch_size=8, stopping=Stopping(**rules)),
        )
    )


def measured(test_loss: float, test_accuracy: float = math.nan) -> dict[str, float]:
    return {"test_loss": test_loss, "test_accuracy": test_accuracy}


def test_epochs() -> None:
    run = trainer(epochs=3)
    list(run.run())
    assert run.epoch == 3
    assert run.reason == "3 epochs are done"


def test_who_trains_on_is_told_how_many_epochs_were_added() -> None:
    run = trainer(epochs=3)
    list(run.run())
    list(run.run())
    assert run.epoch == 6
    assert run.reason == "3 more epochs are done"


def test_one_epoch_is_done() -> None:
    run = trainer(epochs=1)
    list(run.run())
    assert run.reason == "1 epoch is done"


def test_seconds_end_a_run_within_an_epoch() -> None:
    run = trainer(epochs=None, seconds=0.1)
    pulses = list(run.run())
    assert 0.1 <= run.seconds < 1
    assert run.reason == "the time limit of 0.1 s is reached"
    assert Pulse.EPOCH in pulses


def test_target_accuracy() -> None:
    run = trainer(epochs=1000, target_accuracy=0.9)
    list(run.run())
    accuracies = run.snapshot().history.columns["test_accuracy"]
    assert accuracies[-1] >= 0.9
    assert (accuracies[1:-1] < 0.9).all()
    assert run.reason == f"test accuracy reached {percent(accuracies[-1])}"


def test_no_improvement() -> None:
    # Every step is far too long, so the loss jumps about instead of falling.
    run = trainer(epochs=10_000, patience=3)
    run.edit(fields.replace_at(run.experiment, "training.learning_rate", 10.0))
    list(run.run())
    losses = run.snapshot().history.columns["test_loss"][1:]
    assert run.reason == "the test loss has not fallen for 3 epochs"
    assert losses.argmin() == len(losses) - 4


def test_patience_counts_epochs_since_the_best_loss() -> None:
    rules, watch = Stopping(epochs=None, patience=2), StoppingRules()
    losses = [1.0, 0.9, 0.95, 0.8, 0.85, 0.81, 0.7]
    reasons = [
        watch.after_epoch(rules, epoch, measured(loss)) for epoch, loss in enumerate(losses, 1)
    ]
    assert reasons[:5] == [None] * 5
    assert reasons[5] == "the test loss has not fallen for 2 epochs"


def test_without_a_rule_a_run_goes_on() -> None:
    watch, rules = StoppingRules(), Stopping(epochs=None)
    assert watch.after_epoch(rules, 10**6, measured(1.0, 1.0)) is None
    assert watch.after_batch(rules, 1e9) is None


def test_a_target_means_nothing_where_accuracy_is_not_measured() -> None:
    rules = Stopping(epochs=None, target_accuracy=0.5)
    assert StoppingRules().after_epoch(rules, 1, measured(0.1, math.nan)) is None


def test_a_finished_run_trains_on_by_as_much_again() -> None:
    run = trainer(epochs=2)
    list(run.run())
    list(run.run())
    assert run.epoch == 4


def test_a_changed_limit_takes_effect_at_once() -> None:
    run = trainer(epochs=1000)
    for pulse in run.run():
        if pulse is Pulse.EPOCH and run.epoch == 2:
            run.edit(fields.replace_at(run.experiment, "training.stopping.epochs", 4))
    assert run.epoch == 4


@pytest.mark.parametrize("rule", ["epochs", "seconds", "patience"])
def test_a_limit_below_its_bound_is_refused(rule: str) -> None:
    with pytest.raises(FieldError, match=r"0 was given"):
        Stopping(**{rule: 0})


def test_with_a_validation_part_the_run_is_stopped_by_it() -> None:
    rules, watch = Stopping(epochs=None, patience=2, target_accuracy=0.9), StoppingRules()
    reasons = []
    for epoch, loss in enumerate((0.5, 0.6, 0.7), 1):
        falling = measured(1 / epoch, 0.99)
        told = falling | {"validation_loss": loss, "validation_accuracy": 0.5}
        reasons.append(watch.after_epoch(rules, epoch, told))
    assert reasons == [None, None, "the validation loss has not fallen for 2 epochs"]
    assert (watch.best_loss, watch.best_epoch) == (0.5, 1)
    right = measured(0.1, 0.5) | {"validation_loss": 0.1, "validation_accuracy": 0.95}
    assert watch.after_epoch(rules, 4, right) == "validation accuracy reached 95.0 %"
