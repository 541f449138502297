"""The analyst answers in its own thread, the newest question of a key, about the newest weights."""

import sys
import threading

import pytest

from playground.errors import PlaygroundError
from playground.gui.session.analyst import Analyst
from playground.gui.session.right_of_way import RightOfWay
from playground.training.presets import preset
from playground.training.trainer import Trainer


@pytest.fixture
def trainer():
    return Trainer(preset("article-iris").experiment, run=3)


@pytest.fixture
def analyst(qapp):
    analyst = Analyst(RightOfWay())
    analyst.start()
    yield analyst
    analyst.close()


def answers_of(analyst, qtbot, count):
    heard = []
    analyst.answered.connect(heard.append)
    return heard, lambda: qtbot.waitUntil(lambda: len(heard) == count)


def test_a_question_sees_the_weights_of_the_moment(qtbot, analyst, trainer):
    heard, wait = answers_of(analyst, qtbot, 1)
    trainer.network.parameters[:] = 0.25
    analyst.look_at(trainer.snapshot(), trainer.prepared, training=False)
    analyst.ask("sum", lambda model, prepared: model.network.parameters.sum())
    wait()
    (answer,) = heard
    assert answer.key == "sum"
    assert answer.snapshot.run == 3
    assert answer.value == 0.25 * trainer.network.parameter_count


def test_it_answers_in_another_thread(qtbot, analyst, trainer):
    heard, wait = answers_of(analyst, qtbot, 1)
    analyst.look_at(trainer.snapshot(), trainer.prepared, training=False)
    analyst.ask("thread", lambda model, prepared: threading.get_ident())
    wait()
    assert heard[0].value != threading.get_ident()


def test_questions_wait_for_a_network_and_the_newest_of_a_key_counts(qtbot, analyst, trainer):
    heard, wait = answers_of(analyst, qtbot, 2)
    analyst.ask("a", lambda model, prepared: "old")
    analyst.ask("b", lambda model, prepared: "other")
    analyst.ask("a", lambda model, prepared: "new")
    analyst.look_at(trainer.snapshot(), trainer.prepared, training=False)
    # Other data than the questions were asked about: nobody waits for them any more.
    analyst.ask("a", lambda model, prepared: "new")
    analyst.ask("b", lambda model, prepared: "other")
    analyst.ask("a", lambda model, prepared: "newest")
    wait()
    assert {(answer.key, answer.value) for answer in heard} == {("b", "other"), ("a", "newest")}


def test_a_question_that_is_asked_anew_keeps_its_turn(qtbot, analyst, trainer):
    heard, wait = answers_of(analyst, qtbot, 2)
    analyst.look_at(None, trainer.prepared, training=False)
    for key in ("a", "b", "a"):
        analyst.ask(key, lambda model, prepared: None)
    analyst.look_at(trainer.snapshot(), trainer.prepared, training=False)
    wait()
    assert [answer.key for answer in heard] == ["a", "b"]


def test_a_withdrawn_question_is_not_answered(qtbot, analyst, trainer):
    heard, wait = answers_of(analyst, qtbot, 1)
    analyst.look_at(None, trainer.prepared, training=False)
    analyst.ask("a", lambda model, prepared: 1)
    analyst.ask("b", lambda model, prepared: 2)
    analyst.forget("a")
    analyst.look_at(trainer.snapshot(), trainer.prepared, training=False)
    wait()
    assert heard[0].key == "b"


def test_an_expected_failure_is_a_sentence(qtbot, analyst, trainer):
    def refuse(model, prepared):
        raise PlaygroundError("There is nothing to compare.")

    heard, wait = answers_of(analyst, qtbot, 1)
    analyst.look_at(trainer.snapshot(), trainer.prepared, training=False)
    analyst.ask("a", refuse)
    wait()
    assert heard[0].value is None
    assert heard[0].error == "There is nothing to compare."


def test_an_unexpected_failure_is_reported_and_the_thread_goes_on(
    qtbot, analyst, trainer, monkeypatch
):
    caught = []
    monkeypatch.setattr(sys, "excepthook", lambda *error: caught.append(error[0]))
    heard, wait = answers_of(analyst, qtbot, 2)
    analyst.look_at(trainer.snapshot(), trainer.prepared, training=False)
    analyst.ask("a", lambda model, prepared: 1 / 0)
    analyst.ask("b", lambda model, prepared: 2)
    wait()
    assert caught == [ZeroDivisionError]
    assert {answer.value for answer in heard} == {None, 2}


def test_closing_does_not_wait_for_the_rest_after_long_work(qtbot, analyst, trainer):
    _, wait = answers_of(analyst, qtbot, 1)
    analyst.look_at(trainer.snapshot(), trainer.prepared, training=True)
    analyst.ask("a", lambda model, prepared: threading.Event().wait(0.2))
    wait()
    analyst.close()
    assert analyst.isFinished()
