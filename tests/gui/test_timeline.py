"""The timeline leads every view back to any moment of training, and on from there."""

import numpy as np
import pytest
from person import click, find, message
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QMovie
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from playground import fields
from playground.gui.session.run_state import RunState
from playground.gui.session.timeline import _fits
from playground.nn.initializers import Given
from playground.nn.layers import Dense
from playground.nn.losses import MeanSquaredError
from playground.training.edits.surgery import Prune
from playground.training.experiment import Experiment, Output
from playground.training.presets import preset
from playground.training.runs import Run
from playground.training.trainer import Trainer

EPOCHS = 6


@pytest.fixture
def window(open_window, qtbot, every_epoch_kept):
    """Return a window in which a network has trained six epochs, each of them kept."""
    window = open_window("circles")
    session = window.session
    assert session.change("data.examples", 60)
    assert session.change("training.stopping.epochs", EPOCHS)
    train(window, qtbot)
    qtbot.waitUntil(lambda: len(session.timeline.runs.current.moments) == EPOCHS + 1)
    return window


def train(window, qtbot):
    """Train until it is finished and everything has been told."""
    session = window.session
    step = 0 if session.snapshot is None else session.snapshot.step
    states = []
    session.state_changed.connect(states.append)
    click(window.tool_bar.train_button)
    qtbot.waitUntil(lambda: RunState.FINISHED in states)
    session.state_changed.disconnect(states.append)
    timeline = session.timeline
    qtbot.waitUntil(lambda: timeline.now is not None and timeline.now.step > step)
    qtbot.waitUntil(lambda: timeline.now.step == session.past.step)
    qtbot.waitUntil(lambda: timeline.runs.current.last.step == timeline.now.step)


def titles(window):
    return [entry.title for entry in window.session.past.list.entries]


def at(window, epoch):
    """Return where an epoch is on the strip's first lane."""
    strip = window.timeline.strip
    number = window.session.timeline.runs.present.number
    return QPoint(round(strip.x_of(epoch)), round(strip.y_of(number)))


def look_back(window, epoch):
    click(window.timeline.strip, at(window, epoch))
    assert window.session.timeline.shown.epoch == epoch


def test_it_is_hidden_before_there_is_a_moment_to_go_back_to(open_window):
    window = open_window("circles")
    assert not window.timeline.isVisible()


def test_every_view_shows_the_moment_that_is_pressed(window):
    session = window.session
    now, answer = session.snapshot, session.reading.outputs.copy()
    look_back(window, 2)
    past = session.timeline.runs.current.moments[2]
    assert np.array_equal(session.model.network.parameters, past.parameters)
    assert session.snapshot.epoch == 2
    assert not np.array_equal(session.reading.outputs, answer)
    assert "epoch 002" in window.tool_bar.readouts.text()
    assert find(window, "timelineTitle").text() == "Epoch 2 of 6"
    assert window.timeline._sentence.whole_text() == "Every view shows the network of this moment."
    assert "Looking at epoch 2" in window.statusBar()._run.text()
    panel = window.curves.panel
    assert panel._cursor == 2
    assert panel.loss._veil.isVisible()
    assert len(panel._history) == EPOCHS + 1  # what came after is drawn too
    assert window.build_column.diagnosis.panel.findings == ()
    click(find(window, "backToNowButton"))
    assert session.snapshot is now
    assert np.array_equal(session.reading.outputs, answer)
    assert not panel.loss._veil.isVisible()
    assert panel._cursor is None
    assert not find(window, "backToNowButton").isVisible()
    assert "Looking" not in window.statusBar()._run.text()


def test_keys_lead_through_all_moments_and_it_is_read_aloud(window):
    strip, timeline = find(window, "timelineSlider"), window.session.timeline
    strip.setFocus()
    assert strip.accessibleName() == "Moment of training"
    QTest.keyClick(strip, Qt.Key.Key_Left)
    assert timeline.shown.epoch == 5
    assert "Epoch 5 of 6" in strip.accessibleDescription()
    QTest.keyClick(strip, Qt.Key.Key_Home)
    assert timeline.shown.epoch == 0
    QTest.keyClick(strip, Qt.Key.Key_PageUp)
    assert timeline.shown.epoch == 1
    QTest.keyClick(strip, Qt.Key.Key_Right)
    assert timeline.shown.epoch == 2
    QTest.keyClick(strip, Qt.Key.Key_End)
    assert timeline.shown is None


def test_it_follows_the_mouse(window):
    strip, timeline = window.timeline.strip, window.session.timeline
    QTest.mousePress(strip, Qt.MouseButton.LeftButton, pos=at(window, 1))
    seen = [timeline.shown.epoch]
    for epoch in (2, 3, 4):
        QTest.mouseMove(strip, at(window, epoch))
        seen.append(timeline.shown.epoch)
    QTest.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=at(window, 4))
    assert seen == [1, 2, 3, 4]


def test_training_on_from_a_moment_branches_and_the_old_course_stays(window, qtbot):
    session, timeline = window.session, window.session.timeline
    first = timeline.runs.current
    look_back(window, 2)
    click(find(window, "trainOnFromHereButton"))
    assert titles(window)[-1] == "Go back to epoch 2"
    qtbot.waitUntil(lambda: session.state is RunState.FINISHED)
    qtbot.waitUntil(lambda: timeline.runs.current is not first)
    second = timeline.runs.current
    assert second.origin == (first, first.moments[2])
    assert first.last.epoch == EPOCHS
    assert timeline.shown is None
    click(window.timeline.strip, QPoint(*_end_of(window, first)))
    assert timeline.followed is first  # its end is past now
    assert timeline.shown.epoch == EPOCHS
    click(window.tool_bar.undo_button)  # the training
    click(window.tool_bar.undo_button)  # the going back
    qtbot.waitUntil(lambda: session.snapshot is not None and session.snapshot.epoch == EPOCHS)
    assert np.array_equal(session.snapshot.parameters, first.last.parameters)


def _end_of(window, run):
    strip = window.timeline.strip
    return round(strip.x_of(run.last.now)), round(strip.y_of(run.number))


def test_training_on_from_a_moment_is_the_same_as_never_having_stopped(window, qtbot):
    """Here through the window; for every optimizer in ``tests/training/test_moment.py``."""
    session = window.session
    look_back(window, 3)
    click(find(window, "trainOnFromHereButton"))
    qtbot.waitUntil(lambda: session.state is RunState.FINISHED)
    first, second = session.timeline.runs
    assert second.last.step == first.last.step
    assert np.array_equal(second.last.parameters, first.last.parameters)
    assert np.array_equal(second.last.course.moments, first.last.course.moments)
    straight = Trainer(first.experiment, session.prepared)
    for _ in straight.run():
        pass
    assert np.array_equal(straight.network.parameters, second.last.parameters)


@pytest.mark.parametrize("act", ["setting", "layer", "operation", "step", "reset"])
def test_what_is_done_while_looking_back_is_done_there(window, qtbot, act):
    session = window.session
    past = session.timeline.runs.current.moments[2]
    look_back(window, 2)
    if act == "setting":
        assert session.change("training.learning_rate", 0.5)
    elif act == "layer":
        assert session.change("layers", ())
    elif act == "operation":
        session.operate(Prune(None, 0.5))
    elif act == "step":
        session.step_batch()
    else:
        session.reset()
    qtbot.waitUntil(lambda: session.past.list.current.kept.moment is not None)
    qtbot.waitUntil(lambda: act != "step" or titles(window)[-1] == "Train 1 batch")
    gone_back = titles(window).index("Go back to epoch 2")
    assert gone_back == len(titles(window)) - 2
    assert session.timeline.shown is None
    kept = session.past.list.entries[gone_back].kept.moment
    assert np.array_equal(kept.parameters, past.parameters)
    assert np.array_equal(kept.course.moments, past.course.moments)
    session.past.undo()
    session.past.undo()
    qtbot.waitUntil(lambda: session.snapshot is not None and session.snapshot.epoch == EPOCHS)


def test_undo_while_looking_back_is_about_the_present(window, qtbot):
    session = window.session
    look_back(window, 2)
    session.past.undo()
    assert session.timeline.shown is None
    qtbot.waitUntil(lambda: session.snapshot is not None and session.snapshot.step == 0)
    assert "Go back to epoch 2" not in titles(window)


def test_another_experiment_ends_looking_back(window, qtbot):
    session = window.session
    look_back(window, 2)
    assert session.open(preset("digits-small").experiment)
    qtbot.waitUntil(lambda: session.snapshot is not None)
    assert session.timeline.shown is None
    assert not window.timeline.isVisible()
    assert not window.curves.panel.loss._veil.isVisible()


def test_the_settings_are_those_of_the_moment(window, qtbot):
    session = window.session
    experiment = session.experiment
    assert session.change("layers", ())
    qtbot.waitUntil(lambda: session.past.list.current.kept.moment is not None)
    train(window, qtbot)
    present = session.experiment
    strip = window.timeline.strip
    strip.setFocus()
    QTest.keyClick(strip, Qt.Key.Key_Home)
    assert session.experiment.layers == experiment.layers
    assert session.model.experiment.layers == experiment.layers
    QTest.keyClick(strip, Qt.Key.Key_End)
    assert session.experiment == present
    assert session.model.experiment.layers == present.layers
    assert len(session.past.list.entries) == len(titles(window))


def test_training_may_go_on_meanwhile(window, qtbot):
    session = window.session
    session.change("training.stopping.epochs", None)
    click(window.tool_bar.train_button)
    qtbot.waitUntil(lambda: session.timeline.now.epoch > EPOCHS)
    strip = window.timeline.strip
    strip.setFocus()
    QTest.keyClick(strip, Qt.Key.Key_Home)
    before, kept = session.timeline.now.step, len(session.timeline.runs.current.moments)
    qtbot.waitUntil(lambda: session.timeline.now.step > before + 50)
    qtbot.waitUntil(lambda: len(session.timeline.runs.current.moments) > kept)
    assert session.snapshot.step == 0
    assert session.state is RunState.RUNNING
    assert "training goes on" in window.statusBar()._run.text()
    click(find(window, "backToNowButton"))
    assert session.snapshot.step > before
    click(window.tool_bar.train_button)
    qtbot.waitUntil(lambda: session.state is RunState.PAUSED)


def test_it_plays_the_training(window, qtbot):
    timeline = window.session.timeline
    seen = []
    timeline.shown_changed.connect(lambda: seen.append(timeline.shown and timeline.shown.epoch))
    box = find(window, "timelineSpeedBox")
    box.setCurrentIndex(box.count() - 1)
    click(find(window, "timelinePlayButton"))
    qtbot.waitUntil(lambda: bool(seen) and seen[-1] is None)
    assert seen[:-1] == sorted(seen[:-1])
    assert len(seen) > 1
    assert not window.timeline._timer.isActive()
    assert timeline.shown is None


def test_the_best_moment_comes_back_with_one_click(window, qtbot):
    session = window.session
    run = session.timeline.runs.current
    run.best = run.moments[4]
    window.timeline.refresh()
    button = find(window, "timelineBestButton")
    assert "epoch 4" in button.toolTip()
    assert "flatter" in button.toolTip()
    click(button)
    assert titles(window)[-1] == "Go back to epoch 4"
    assert np.array_equal(session.snapshot.parameters, run.best.parameters)
    assert "flatter" in message(window)
    assert session.timeline.shown is None


def test_it_can_be_folded_away(window):
    fold = find(window, "timelineFold")
    height = window.timeline.height()
    fold.click()
    assert not window.timeline.strip.isVisible()
    QTest.qWait(0)
    assert window.timeline.sizeHint().height() < height
    fold.click()
    assert window.timeline.strip.isVisible()


def test_moments_of_other_data_are_not_offered(window, qtbot):
    session = window.session
    assert session.change("data.noise", 0.5)
    qtbot.waitUntil(lambda: session.snapshot is not None)
    qtbot.waitUntil(lambda: not window.timeline.isVisible())
    changed = fields.replace_at(session.experiment, "data.noise", 0.5)
    assert changed == session.experiment


def test_the_training_is_saved_as_an_animation(window, qtbot, tmp_path, monkeypatch):
    path = tmp_path / "training"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *asked: (str(path), ""))
    action = window.commands["exportAnimationAction"]
    assert action.isEnabled()
    action.trigger()
    qtbot.waitUntil(lambda: "Saved training.gif: 7 frames" in message(window), timeout=60_000)
    movie = QMovie(str(path.with_suffix(".gif")))
    assert movie.isValid()
    pictures = []
    for frame in range(7):
        assert movie.jumpToFrame(frame)
        pictures.append(movie.currentImage().copy())
    assert movie.frameCount() == 7
    assert pictures[0] != pictures[6]
    assert pictures[0].width() == min(window.lens_area.pane.current.width(), 800)
    assert window.session.timeline.shown is None


def test_an_animation_ends_where_something_else_is_done(window, qtbot, tmp_path):
    path = tmp_path / "training.gif"
    window.animation.write(path)
    window.session.timeline.look_at(None)
    qtbot.waitUntil(lambda: "not saved" in message(window))
    assert not path.exists()


def test_a_best_moment_chosen_by_the_validation_part_says_so(window, qtbot):
    session = window.session
    assert session.change("data.validation_fraction", 0.3)
    qtbot.waitUntil(lambda: session.snapshot is not None)
    train(window, qtbot)
    qtbot.waitUntil(lambda: len(session.timeline.runs.current.moments) == EPOCHS + 1)
    run = session.timeline.runs.current
    losses = run.history.columns["validation_loss"]
    assert run.best.history.last("validation_loss") == losses.min()
    window.timeline.refresh()
    button = find(window, "timelineBestButton")
    assert "validation loss" in button.toolTip()
    assert "only its validation figures flatter" in button.accessibleDescription()


def test_the_past_of_another_loss_is_drawn_with_its_own_losses(window, qtbot):
    session = window.session
    old = session.timeline.now.history
    assert session.change("training.loss", MeanSquaredError())
    train(window, qtbot)
    timeline = session.timeline
    now = timeline.history().columns["test_loss"]
    assert np.isnan(now[: len(old)]).all()
    assert np.isfinite(now[len(old) :]).all()
    (first, *_) = timeline.runs
    timeline.look_at(first.moments[2], timeline.runs.current)
    assert timeline.history() is first.moments[2].history
    timeline.look_at(None)
    assert np.array_equal(timeline.history().columns["test_loss"], now, equal_nan=True)
    session.past.undo()  # the training
    session.past.undo()  # the loss
    qtbot.waitUntil(lambda: timeline.now is not None and timeline.now.history.same_as(old))


def test_a_run_whose_given_weights_no_longer_fit_the_data_is_none_of_these(digits):
    given = Given(weights=(0.0,) * 8, biases=(0.0, 0.0))
    experiment = Experiment(layers=(Dense(4, name="a"),), output=Output(initializer=given))
    moment = Trainer(preset("circles").experiment).moment()
    run = Run(1, experiment, None, "", [moment], moment)
    assert not _fits(run, experiment, digits)
