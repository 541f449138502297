"""What a network writes, how it is read, and which moments of a run are shown."""

import dataclasses

import numpy as np
import pytest

from playground.analysis.writing.page import Page
from playground.analysis.writing.practice import (
    attempt_question,
    milestones,
    people_question,
    spread,
)
from playground.nn.layers import LSTM, Conv2D
from playground.storage.judge import judge
from playground.training.experiment import DataSettings, Experiment
from playground.training.model import Model
from playground.training.task_fit import fitted
from playground.training.trainer import Trainer


@pytest.fixture(scope="module")
def trainer():
    """Return a trainer that has begun, with a small network."""
    made = Experiment(data=DataSettings(name="pen-moves"), layers=(LSTM(name="lstm", units=6),))
    trainer = Trainer(fitted(made, made.data.load()))
    next(trainer.run())
    return trainer


@pytest.fixture
def model(trainer):
    shown = Model(trainer.experiment, trainer.prepared.dataset, trainer.prepared.normalization)
    shown.show(trainer.snapshot())
    return shown


def at(trainer, *epochs):
    moment = trainer.moment()
    return [
        dataclasses.replace(moment, epoch=int(now), batch=round(100 * (now % 1)), batches=100)
        for now in epochs
    ]


def epochs_of(moments):
    return [moment.now for moment in moments]


def test_the_milestones_are_the_first_moments_after_each_doubling(trainer):
    way = at(trainer, 0, 0.5, 1, 2, 3, 3.5, 4.2, 5, 9, 15, 16)
    assert epochs_of(milestones(way)) == [1, 2, 4.2, 9, 16]
    assert milestones(at(trainer, 0, 0.9)) == []


def test_a_spread_has_both_ends_and_no_more_than_there_are(trainer):
    way = at(trainer, *range(50))
    assert len(spread(way, 7)) == 7
    assert epochs_of(spread(way, 7))[::6] == [0, 49]
    assert spread(way[:3], 7) == way[:3]
    assert spread([], 7) == []


def test_a_moment_writes_the_same_whenever_it_is_asked(trainer, model):
    now = attempt_question(judge)(model, trainer.prepared)
    again = attempt_question(judge, trainer.moment())(model, trainer.prepared)
    assert now.is_of(again.moment)
    assert now.moment is model.snapshot
    assert len(now.page.names) == 200
    assert now.page.read == again.page.read
    assert all(map(np.array_equal, now.page.moves, again.page.moves))
    others = dataclasses.replace(trainer.moment(), parameters=model.snapshot.parameters + 1)
    assert not now.is_of(others)


def test_asking_for_a_past_moment_leaves_the_model_as_it_was(trainer, model):
    before = model.network.parameters.copy()
    past = dataclasses.replace(trainer.moment(), parameters=0 * model.snapshot.parameters)
    attempt = attempt_question(judge, past)(model, trainer.prepared)
    assert attempt.moment is past
    np.testing.assert_array_equal(model.network.parameters, before)


def test_the_judge_reads_unseen_people(trainer, model):
    assert 0.97 < people_question(judge)(model, trainer.prepared) <= 1


def test_the_judge_is_a_convolutional_network():
    assert judge().rivals("7") == tuple("0123456789")
    for network in judge()._networks.values():
        assert sum(isinstance(layer.settings, Conv2D) for layer in network.row) == 2


def test_the_share_that_is_read_as_asked_counts_every_name_alike():
    page = Page(("0", "0", "0", "1"), (np.zeros(0, np.int64),) * 4, ("0", "0", "7", "7"))
    assert page.by_name == {"0": pytest.approx(2 / 3), "1": 0}
    assert page.read_as_asked == pytest.approx(1 / 3)
