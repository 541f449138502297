"""What was measured is kept in order and never changes once it was handed out."""

import math

import numpy as np
import pytest

from playground.training.history import History, HistoryLog


def filled(epochs: int) -> HistoryLog:
    log = HistoryLog(("train_loss", "test_loss"))
    for epoch in range(epochs):
        log.append(epoch, {"test_loss": 2.0 * epoch, "train_loss": 1.0 * epoch})
    return log


def test_measurements_come_back_by_name_beyond_the_first_block() -> None:
    history = filled(1000).view()
    assert history.epochs.tolist() == list(range(1000))
    assert history.columns["train_loss"].tolist() == list(range(1000))
    assert history.columns["test_loss"].tolist() == [2 * epoch for epoch in range(1000)]
    assert len(history) == 1000


def test_a_view_stays_as_it_was_while_the_log_grows() -> None:
    log = filled(255)
    early = log.view()
    for epoch in range(255, 600):
        log.append(epoch, {"train_loss": -1.0, "test_loss": -1.0})
    assert len(early) == 255
    assert early.columns["train_loss"].tolist() == list(range(255))


def test_a_view_stays_as_it_was_when_the_log_is_cut_and_written_again() -> None:
    log = filled(10)
    early = log.view()
    log.cut(4)
    log.append(5, {"train_loss": 99.0, "test_loss": 99.0})
    assert early.columns["train_loss"].tolist() == list(range(10))
    assert log.view().epochs.tolist() == [0, 1, 2, 3, 4, 5]
    assert log.view().last("train_loss") == 99.0


def test_a_view_cannot_be_written() -> None:
    history = filled(3).view()
    assert not history.epochs.flags.writeable
    assert not history.columns["test_loss"].flags.writeable


def test_an_earlier_runs_measurements_are_taken_over_and_go_on() -> None:
    earlier = filled(700).view()
    log = filled(3)
    log.replace(earlier)
    log.append(700, {"train_loss": 0.5, "test_loss": 0.25})
    history = log.view()
    assert len(history) == 701
    assert history.columns["test_loss"][:700].tolist() == earlier.columns["test_loss"].tolist()
    assert history.last("test_loss") == 0.25
    assert len(earlier) == 700


def test_an_empty_history_has_no_last_value() -> None:
    assert math.isnan(History().last("train_loss"))
    assert math.isnan(filled(2).view().last("test_accuracy"))
    assert len(History()) == 0


def test_epochs_may_be_fractions() -> None:
    log = HistoryLog(("train_loss",))
    for epoch in (0, 0.5, 1.0):
        log.append(epoch, {"train_loss": 1.0})
    log.cut(0.5)
    assert log.view().epochs.tolist() == [0, 0.5]
    assert log.view().epochs.dtype == np.float64


def thinned(measurements: int, longest: int = 8) -> HistoryLog:
    log = HistoryLog(("train_loss",), longest)
    for epoch in range(measurements):
        log.append(epoch, {"train_loss": float(epoch)})
    return log


@pytest.mark.parametrize("measurements", [1, 8, 9, 10, 17, 100, 1000])
def test_a_long_run_keeps_evenly_chosen_measurements_and_the_newest(measurements: int) -> None:
    epochs = thinned(measurements).view().epochs
    assert epochs[0] == 0
    assert epochs[-1] == measurements - 1
    assert len(epochs) <= 9
    assert len(set(np.diff(epochs)[:-1])) <= 1


def test_a_thinned_log_can_be_cut_and_go_on() -> None:
    log = thinned(100)
    log.cut(50)
    for epoch in range(51, 60):
        log.append(epoch, {"train_loss": -1.0})
    epochs = log.view().epochs
    assert epochs[-1] == 59
    assert (np.diff(epochs) > 0).all()


def test_cutting_a_thinned_log_leaves_no_later_measurement() -> None:
    log = HistoryLog(("loss",), longest=4)
    for epoch in range(10):
        log.append(epoch, {"loss": 1.0})
    log.cut(4)
    assert log.view().epochs.tolist() == [0, 4]
    log.append(5, {"loss": 1.0})
    assert log.view().epochs.tolist() == [0, 4, 5]
