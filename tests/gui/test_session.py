"""The session decides: it checks, carries out, undoes, and tells every view."""

import dataclasses
from functools import partial

import numpy as np
import pytest
import shiboken6

from playground.data.own.painted import PaintedPoints
from playground.gui.desks.painting.plane_sheet import PlaneSheet
from playground.gui.session.probe import Probe, example_probe
from playground.gui.session.run_state import RunState
from playground.gui.session.session import Session
from playground.nn.activations import Identity, Sigmoid, Softmax
from playground.nn.initializers import Given
from playground.nn.layers import Dense
from playground.nn.losses import CategoricalCrossEntropy, LogLoss, MeanSquaredError
from playground.training.edits.surgery import AddNoise
from playground.training.experiment import DataSettings, Experiment, Output, Stopping, Training
from playground.training.history import History
from playground.training.moment import bytes_of


@pytest.fixture
def session(session, qtbot):
    heard = {"refused": [], "notice": []}
    session.refused.connect(lambda path, sentence: heard["refused"].append((path, sentence)))
    session.notice.connect(heard["notice"].append)
    session.heard = heard
    session.open(iris())
    qtbot.waitUntil(lambda: session.snapshot is not None)
    return session


def iris():
    return Experiment(
        data=DataSettings(name="iris"),
        layers=(Dense(name="dense_1", units=10), Dense(name="dense_2", units=5)),
        training=Training(stopping=Stopping(epochs=None)),
    )


def train_a_little(qtbot, session):
    session.step_epoch()
    qtbot.waitUntil(lambda: session.snapshot is not None and session.snapshot.epoch >= 1)


def test_a_change_is_announced_and_can_be_undone(session):
    before = session.experiment
    assert session.change("training.learning_rate", 0.01)
    assert session.experiment.training.learning_rate == 0.01
    session.past.undo()
    assert session.experiment == before
    session.past.redo()
    assert session.experiment.training.learning_rate == 0.01


def test_a_refused_value_names_its_setting_and_changes_nothing(session):
    before = session.experiment
    assert not session.change("training.learning_rate", -1.0)
    assert session.experiment is before
    assert not session.past.can_undo
    ((path, sentence),) = session.heard["refused"]
    assert path == "training.learning_rate"
    assert "must be a number" in sentence


def test_an_absurd_layer_is_refused_with_the_memory_it_would_take(session):
    layers = (Dense(name="dense_1", units=10_000_000), Dense(name="dense_2", units=5))
    assert not session.change("layers", layers)
    ((path, sentence),) = session.heard["refused"]
    assert path.startswith("layers.")
    assert "GiB" in sentence


def test_removing_a_layer_while_training_keeps_the_others(qtbot, session):
    session.toggle_training()
    qtbot.waitUntil(lambda: session.state is RunState.RUNNING and session.snapshot.epoch > 1)
    session.change("layers", session.experiment.layers[:1])
    qtbot.waitUntil(lambda: bool(session.heard["notice"]))
    assert session.heard["notice"] == [
        "Kept the weights of Dense 1. The output layer starts again with new weights."
    ]
    assert session.state is RunState.RUNNING
    epoch = session.snapshot.epoch
    qtbot.waitUntil(lambda: session.snapshot.epoch > epoch)
    assert len(session.model.network.layers) == 2


def test_a_learning_rate_changed_while_training_needs_no_restart(qtbot, session):
    session.toggle_training()
    qtbot.waitUntil(lambda: session.state is RunState.RUNNING and session.snapshot.epoch > 1)
    epoch = session.snapshot.epoch
    session.change("training.learning_rate", 0.005)
    qtbot.waitUntil(lambda: session.snapshot.experiment.training.learning_rate == 0.005)
    assert session.snapshot.epoch >= epoch
    assert session.heard["notice"] == []


def test_reset_brings_back_the_same_start(qtbot, session):
    start = session.snapshot.parameters
    train_a_little(qtbot, session)
    assert not np.array_equal(session.snapshot.parameters, start)
    session.reset()
    qtbot.waitUntil(lambda: session.snapshot is not None)
    assert session.snapshot.epoch == 0
    np.testing.assert_array_equal(session.snapshot.parameters, start)


def test_a_new_seed_is_another_start_and_can_be_undone(qtbot, session):
    start = session.snapshot.parameters
    seed = session.experiment.seed
    session.reset_with_new_seed()
    qtbot.waitUntil(lambda: session.snapshot is not None)
    assert session.experiment.seed != seed
    assert not np.array_equal(session.snapshot.parameters, start)
    session.past.undo()
    qtbot.waitUntil(lambda: session.snapshot is not None)
    np.testing.assert_array_equal(session.snapshot.parameters, start)


def test_the_previous_run_becomes_the_ghost(qtbot, session):
    ghosts = []
    session.ghost_changed.connect(ghosts.append)
    train_a_little(qtbot, session)
    done = session.timeline.history()
    session.reset()
    assert ghosts == [done]


def test_the_previous_loss_is_left_out_beside_another_loss_until_undo(qtbot, session):
    ghosts = []
    session.ghost_changed.connect(ghosts.append)
    train_a_little(qtbot, session)
    session.reset()
    assert "test_loss" in ghosts[-1].columns
    assert session.change("training.loss", MeanSquaredError())
    assert set(ghosts[-1].columns) == {"train_accuracy", "test_accuracy"}
    session.past.undo()
    assert "test_loss" in ghosts[-1].columns


def test_a_run_with_another_loss_begins_without_the_previous_loss(qtbot, session):
    ghosts = []
    session.ghost_changed.connect(ghosts.append)
    train_a_little(qtbot, session)
    assert session.change_all({"training.loss": MeanSquaredError()}, afresh=True)
    assert set(ghosts[-1].columns) == {"train_accuracy", "test_accuracy"}


@pytest.mark.parametrize(
    ("data", "activation", "loss"),
    [
        ("bumps", Identity, MeanSquaredError),
        ("circles", Softmax, CategoricalCrossEntropy),
        ("digits", Softmax, CategoricalCrossEntropy),
    ],
)
def test_other_data_get_an_output_and_a_loss_that_fit(qtbot, session, data, activation, loss):
    assert session.change("data.name", data)
    assert isinstance(session.experiment.output.activation, activation)
    assert isinstance(session.experiment.training.loss, loss)
    train_a_little(qtbot, session)
    assert np.isfinite(session.timeline.history().last("test_loss"))


def test_a_single_sigmoid_output_gets_log_loss(session):
    session.change("data.name", "circles")
    session.change("output", Output(activation=Sigmoid()))
    assert isinstance(session.experiment.training.loss, LogLoss)
    assert not session.change("training.loss", CategoricalCrossEntropy())
    assert session.heard["refused"][-1][0] == "training.loss"


def test_a_probe_is_read_at_once_and_again_while_it_trains(qtbot, session):
    readings = []
    session.reading_changed.connect(readings.append)
    session.set_probe(Probe(np.array([5.1, 3.5, 1.4, 0.2], np.float32), "a flower"))
    first = readings[-1]
    assert first.shares.sum() == pytest.approx(1, abs=1e-5)
    assert [trace.name for trace in first.traces] == ["dense_1", "dense_2", "output"]
    train_a_little(qtbot, session)
    qtbot.waitUntil(lambda: len(readings) > 1)
    assert not np.array_equal(readings[-1].shares, first.shares)
    session.set_probe(None)
    assert readings[-1] is None


def test_quick_changes_of_one_setting_are_one_step_back(session):
    for rate in (0.002, 0.003, 0.004):
        session.change("training.learning_rate", rate)
    assert session.past.list.row == 1
    session.past.undo()
    assert session.experiment.training.learning_rate == 0.001


def test_a_change_right_after_a_run_keeps_what_the_run_has_learned(qtbot, session):
    session._frames.stop()
    with qtbot.waitSignal(session.state_changed):
        session.step_epoch()
    session.change("training.learning_rate", 0.5)
    session._frames.start()
    qtbot.waitUntil(lambda: session.snapshot and session.snapshot.experiment == session.experiment)
    assert session.snapshot.epoch == 1


def test_closing_while_training_ends_the_thread(qtbot, session):
    session.toggle_training()
    qtbot.waitUntil(lambda: session.state is RunState.RUNNING)
    session.close()
    assert session._worker.isFinished()


def test_what_could_be_undone_ends_with_the_session_without_a_word(qapp):
    session, heard = Session(), []
    session.open(iris())
    session.change("training.learning_rate", 0.01)
    session.past.list.changed.connect(partial(heard.append, True))
    session.close()
    shiboken6.delete(session)
    assert heard == []


def test_a_file_that_does_not_fit_is_refused_and_nothing_changes(session):
    before = session.experiment
    absurd = dataclasses.replace(before, layers=(Dense(name="dense_1", units=10**8),))
    assert not session.open(absurd)
    assert session.experiment is before


def test_weights_to_write_by_hand_begin_as_the_present_ones(session):
    before = session.model.network.views()["dense_2.weights"].copy()
    layers = session.experiment.layers
    given = dataclasses.replace(layers[1], initializer=Given())
    assert session.change("layers", (layers[0], given))
    written = session.experiment.layers[1].initializer
    np.testing.assert_allclose(written.weights, before.ravel(), atol=1e-6)
    assert written.biases == (0.0,) * 5


def test_given_weights_that_no_longer_fit_give_way(session):
    layers = session.experiment.layers
    session.change("layers", (layers[0], dataclasses.replace(layers[1], initializer=Given())))
    assert session.change("layers", session.experiment.layers[1:])
    assert not isinstance(session.experiment.layers[0].initializer, Given)


def test_a_wrong_number_of_given_weights_is_told(session):
    layers = session.experiment.layers
    wrong = dataclasses.replace(layers[1], initializer=Given(weights=(1.0, 2.0)))
    assert not session.change("layers", (layers[0], wrong))
    ((path, sentence),) = session.heard["refused"]
    assert path == "layers.1.initializer"
    assert "expects 50 given weights" in sentence


def test_data_edited_twice_before_the_run_has_begun_again_go_on_where_it_was(qtbot, session):
    session.toggle_training()
    qtbot.waitUntil(lambda: session.state is RunState.RUNNING and session.snapshot.step > 20)
    step = session.snapshot.step
    for _ in range(2):
        session.refresh_data("Paint", session.experiment)
    assert session.snapshot is None
    qtbot.waitUntil(lambda: session.snapshot is not None)
    assert session.snapshot.step >= step
    qtbot.waitUntil(lambda: session.state is RunState.RUNNING)
    session.refresh_data("Paint", session.experiment)
    for state in (RunState.PAUSED, RunState.RUNNING):
        session.toggle_training()
        qtbot.waitUntil(lambda state=state: session.state is state)


def test_batches_asked_for_quickly_are_all_made(qtbot, session):
    session.change("training.batch_size", 10)
    for _ in range(5):
        session.step_batch()
    qtbot.waitUntil(lambda: session.snapshot.step == 5)


def test_going_on_to_what_was_undone_keeps_what_was_trained_meanwhile(qtbot, session):
    session.change("training.learning_rate", 0.01)
    session.change("training.l2", 0.1)
    session.past.undo()
    session.toggle_training()
    qtbot.waitUntil(lambda: session.running and (session.past.step or 0) > 3)
    undone = session.past.list.entries[-1]
    session.past.go_to(len(session.past.list.entries) - 1)
    assert session.past.list.current is undone
    assert session.experiment.training.l2 == 0.1
    qtbot.waitUntil(lambda: all(e.kept.moment is not None for e in session.past.list.entries))
    session.past.undo()
    qtbot.waitUntil(lambda: session.snapshot is not None)
    qtbot.waitUntil(lambda: session.past.list.current.title.startswith("Train "))
    assert session.snapshot.step > 3


def test_an_example_is_found_again_in_other_data_or_said_to_be_gone(session):
    before = session.prepared
    row = int(before.test_index[0])
    example = example_probe(before, row)
    session.change("data.test_fraction", 0.5)
    title = f"{'Test' if row in session.prepared.test_index else 'Training'} example {row + 1}"
    assert example.within(session.prepared).title == title
    session.change("data.name", "iris-units")
    gone = example.within(session.prepared)
    assert (gone.title, gone.label) == ("An example that is gone", None)
    session.change("data.name", "circles")
    assert example.within(session.prepared) is None


def test_a_change_right_after_steps_comes_behind_them(qtbot, session):
    session.step_batch()
    session.step_batch()
    session.operate(AddNoise(None, 0.1, 1))
    qtbot.waitUntil(lambda: bool(session.heard["notice"]))
    entries = session.past.list.entries
    assert entries[-1].title.startswith("Add noise")
    assert not entries[-1].trained


def test_a_change_during_a_single_epoch_can_be_undone_without_it(qtbot, session):
    session.change("training.batch_size", 1)
    session.step_epoch()
    session.change("training.learning_rate", 0.02)
    entries = session.past.list.entries
    qtbot.waitUntil(lambda: all(entry.kept.moment is not None for entry in entries))
    qtbot.waitUntil(lambda: not session.past.stepping)
    assert session.past.list.current.title == "Learning rate: 0.02"
    session.past.undo()
    qtbot.waitUntil(lambda: session.snapshot is not None)
    assert session.past.list.current.title != "Learning rate: 0.02"
    assert session.experiment.training.learning_rate != 0.02


def test_data_that_only_undo_still_needs_are_counted(qtbot, session):
    undo_list = session.past.list
    for path, value in (("test_fraction", 0.3), ("standardize", True), ("test_fraction", 0.5)):
        session.change(f"data.{path}", value)
    entries = list(undo_list.entries)
    qtbot.waitUntil(lambda: all(entry.kept.moment is not None for entry in entries))
    moments = bytes_of(entry.kept.moment for entry in entries)
    data = [entry.prepared for entry in entries]
    others = bytes_of(data) - bytes_of(data[-1:])
    assert others >= sum(each.train_inputs.nbytes for each in data[:-1])
    undo_list.keep_within(moments + others)
    assert undo_list.entries == entries
    undo_list.keep_within(moments + others - 1)
    assert undo_list.entries == entries[1:]
    undo_list.keep_within(0)
    assert undo_list.entries == entries[-1:]


def test_curves_and_a_sheet_that_only_undo_still_needs_are_counted(qtbot, session):
    undo_list = session.past.list
    session.change("training.learning_rate", 0.02)
    qtbot.waitUntil(lambda: undo_list.current.kept.moment is not None)
    before, first = undo_list.bytes, undo_list.entries[0]
    first.ghost = History(np.zeros(1_000), {"train_loss": np.zeros(1_000)})
    assert undo_list.bytes == before + 16_000
    points = PaintedPoints(np.zeros((1_000, 2), np.float32), np.zeros(1_000, np.uint8))
    first.parts = first.parts | {"sheet": PlaneSheet(points)}
    assert undo_list.bytes == before + 16_000 + 9_000
