"""Whatever is done, undo leads back to each moment bit for bit, and training goes on from it.

The variable PLAYGROUND_SEQUENCES asks for more random sequences than an ordinary run does.
"""

import dataclasses
import os
import tempfile
from pathlib import Path
from time import perf_counter, sleep

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget

from playground.gui.desks.document import Document
from playground.gui.session import messages
from playground.gui.session.run_state import RunState
from playground.gui.session.session import Session
from playground.nn.activations import ReLU, Sigmoid, Tanh
from playground.nn.layers import BatchNorm, Dense, Dropout
from playground.nn.optimizers import OPTIMIZERS
from playground.storage import experiment_file
from playground.training.edits.surgery import AddNoise, Prune, ResetLayer
from playground.training.experiment import DataSettings, Experiment, Stopping, Training
from playground.training.moment import Moment
from playground.training.presets import preset
from playground.training.snapshot import Snapshot
from playground.training.trainer import Pulse, Trainer

SEQUENCES = int(os.environ.get("PLAYGROUND_SEQUENCES", "20"))
LAYERS = (
    Dense(units=3, activation=Tanh()),
    Dense(units=4, activation=ReLU(), dropout=0.3),
    Dense(units=2, activation=Sigmoid()),
    BatchNorm(),
    Dropout(rate=0.2),
)
START = Experiment(
    data=DataSettings(name="circles", examples=60, test_fraction=0.3),
    layers=(Dense(name="dense_1", units=3), Dropout(name="dropout_1", rate=0.2)),
    training=Training(learning_rate=0.01, batch_size=16, stopping=Stopping(epochs=None)),
)
OPERATIONS = AddNoise(None, 0.5, 1), Prune(None, 0.3, 2), ResetLayer("output", 5)
SETTINGS = {
    "training.learning_rate": [0.003, 0.01, 0.05],
    "training.batch_size": [7, 16, None],
    "training.l2": [0.0, 0.01],
    "training.balance_classes": [False, True],
    "training.optimizer": [OPTIMIZERS[kind]() for kind in OPTIMIZERS.kinds()],
    "training.stopping": [Stopping(epochs=None), Stopping(epochs=2), Stopping(seconds=0.1)],
    "data.name": ["circles", "iris", "xor", "bumps"],
    "data.standardize": [False, True],
    "data.test_fraction": [0.2, 0.3],
    "seed": [0, 1, 2],
}
MEASURED_TIMES = "seconds", "examples_per_second"
ANY_SETTING = st.sampled_from([(path, i) for path in SETTINGS for i in range(len(SETTINGS[path]))])


def told(moment, *leaving):
    """Return all that a moment says, but for who asked, as plain values by name."""
    values = {field.name: getattr(moment, field.name) for field in dataclasses.fields(moment)}
    values = {name: values[name] for name in values if name not in ("run", *leaving)}
    history = values.pop("history")
    values |= {"epochs": history.epochs, **history.columns}
    if "course" in values:
        course = vars(values.pop("course")).copy()
        rules = vars(course.pop("rules")).copy()
        if "seconds" in leaving:
            rules.pop("first_second")
        values |= vars(course.pop("place")) | course | rules
    return {
        name: (value.dtype, value.shape, value.tobytes()) if hasattr(value, "tobytes") else value
        for name, value in values.items()
    }


def assert_same(one, other, *leaving):
    one, other = told(one, *leaving), told(other, *leaving)
    assert one == other, [name for name in one if one[name] != other[name]]


def pass_time():
    QCoreApplication.processEvents()
    sleep(1e-4)  # else the training thread hardly gets a turn


class Past(RuleBasedStateMachine):
    """Acts on a session that rests in between, and remembers what each entry was like."""

    def __init__(self):
        super().__init__()
        self.session = session = Session()
        self.window = QWidget()
        self.document = Document(session, self.window)
        self.folder = tempfile.TemporaryDirectory()
        self.seen = {}
        self.refusals = []
        session.refused.connect(lambda path, sentence: self.refusals.append(sentence))
        session.start()

    def teardown(self):
        self.undo_and_redo_all()
        self.session.close()
        self.window.deleteLater()
        self.session.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.folder.cleanup()

    # How it comes to rest.

    @property
    def undo_list(self):
        return self.session.past.list

    def moment(self):
        """Return the training thread's moment, once all that was asked is done and shown."""
        slot = messages.Slot()
        self.session.send(messages.Change(None, None, slot))
        until = perf_counter() + 20
        while slot.moment is None:
            assert perf_counter() < until
            pass_time()
        QCoreApplication.processEvents()
        self.session._frames._on_timeout()
        QCoreApplication.processEvents()
        return slot.moment

    def pause(self):
        if self.session.running:
            self.session.toggle_training()
            self.moment()

    def train_for(self, seconds):
        """Let it train until it has for a while, or ends by itself."""
        session = self.session
        if not session.running:
            session.toggle_training()
        first = session.snapshot.step if session.snapshot is not None else 0
        until = perf_counter() + seconds
        while perf_counter() < until or (session.past.step or 0) == first:
            pass_time()
            session._frames._on_timeout()
            if session.state in (RunState.FINISHED, RunState.FAILED):
                return
            assert perf_counter() < until + 20

    # What is done.

    @initialize(seed=st.integers(0, 3))
    def begin(self, seed):
        assert self.session.open(dataclasses.replace(START, seed=seed))
        self.moment()

    @rule(layer=st.integers(0, len(LAYERS) - 1), place=st.integers(0, 3))
    def add_layer(self, layer, place):
        layers = list(self.session.experiment.layers)
        names = {layer.name for layer in layers}
        stem = {"Dense": "dense", "BatchNorm": "batch_norm", "Dropout": "dropout"}
        layer = LAYERS[layer]
        stem = stem[type(layer).__name__]
        name = next(f"{stem}_{n}" for n in range(1, 9) if f"{stem}_{n}" not in names)
        if len(layers) < 5:
            layers.insert(min(place, len(layers)), dataclasses.replace(layer, name=name))
            self.session.change("layers", tuple(layers))

    @rule(place=st.integers(0, 3))
    def remove_layer(self, place):
        layers = list(self.session.experiment.layers)
        del layers[place : place + 1]
        self.session.change("layers", tuple(layers))

    @rule(place=st.integers(0, 3))
    def move_layer(self, place):
        layers = list(self.session.experiment.layers)
        layers = layers[:place] + layers[place + 1 :] + layers[place : place + 1]
        self.session.change("layers", tuple(layers))

    @rule(units=st.integers(1, 6), place=st.integers(0, 3))
    def change_units(self, units, place):
        layers = self.session.experiment.layers
        if place < len(layers) and isinstance(layers[place], Dense):
            self.session.change(f"layers.{place}.units", units)

    @rule(place=st.integers(0, 3), field=st.sampled_from(["silenced", "frozen", "trainable"]))
    def silence_or_freeze(self, place, field):
        layers = self.session.experiment.layers
        if place < len(layers) and isinstance(layers[place], Dense):
            value = not layers[place].trainable if field == "trainable" else "0"
            self.session.change(f"layers.{place}.{field}", value)

    @rule(setting=ANY_SETTING)
    def change_setting(self, setting):
        path, choice = setting
        self.session.change(path, SETTINGS[path][choice])

    @rule(number=st.integers(0, 2))
    def operate(self, number):
        self.session.operate(OPERATIONS[number])

    @rule()
    def reset(self):
        self.session.reset()

    @rule()
    def reset_with_new_seed(self):
        self.session.reset_with_new_seed()

    @rule(name=st.sampled_from(["circles", "article-iris", "article-xor", "gaussians"]))
    def open_preset(self, name):
        self.document.show_preset(name, preset(name).experiment)

    @precondition(lambda self: self.session.prepared.dataset.kind.on_plane)
    @rule()
    def enter_what_changes_nothing(self):
        self.session.enter("Start with an empty plane")

    @rule(count=st.integers(1, 9))
    def train_batches(self, count):
        self.pause()
        before = self.moment()
        for _ in range(count):
            self.session.step_batch()
            after = self.moment()
        self.goes_on_from(before, after, Pulse.BATCH, count)

    @rule(count=st.integers(1, 2))
    def train_epochs(self, count):
        self.pause()
        before = self.moment()
        for _ in range(count):
            after = self.step_epoch()
        self.goes_on_from(before, after, Pulse.EPOCH, count)

    def step_epoch(self):
        """Do an epoch, which the next command would break off."""
        rests, until = [], perf_counter() + 20
        listening = self.session.state_changed.connect(rests.append)
        self.session.step_epoch()
        while not rests:
            assert perf_counter() < until
            pass_time()
        self.session.state_changed.disconnect(listening)
        return self.moment()

    def goes_on_from(self, before, after, pulse, count):
        """Check that what was done is what a trainer does that begins from the moment before."""
        trainer = Trainer(before.experiment, self.session.prepared, start=before)
        pulses = trainer.run()
        for _ in range(count):
            for done in pulses:
                if done in (pulse, Pulse.EPOCH):
                    break
            if trainer.reason:
                pulses = trainer.run()
        if before.experiment.training.stopping.seconds is None:
            assert_same(trainer.moment(), after, *MEASURED_TIMES, "update")

    @rule(seconds=st.sampled_from([0.0, 0.02]))
    def train(self, seconds):
        self.train_for(seconds)

    @rule(setting=ANY_SETTING)
    def change_while_training(self, setting):
        self.train_for(0)
        path, choice = setting
        self.session.change(path, SETTINGS[path][choice])

    @rule()
    def pause_training(self):
        self.pause()

    @rule()
    def undo(self):
        self.session.past.undo()

    @rule()
    def redo(self):
        self.session.past.redo()

    @rule()
    def undo_while_training(self):
        self.train_for(0)
        self.session.past.undo()

    @rule(share=st.floats(0, 1))
    def go_to(self, share):
        row = round(share * (len(self.undo_list.entries) - 1))
        entry = self.undo_list.entries[row]
        self.session.past.go_to(row)
        self.moment()
        assert self.undo_list.current is entry

    @rule()
    def save_and_open(self):
        self.pause()
        path = Path(self.folder.name) / "a.playground"
        assert self.document.write(path)
        assert not self.document.modified
        moment = self.undo_list.current.kept.moment
        assert_same(as_moment(experiment_file.read(path)), moment, "gradient", "update")
        assert self.document.open(path)
        self.moment()
        assert_same(self.undo_list.current.kept.moment, moment, "gradient", "update")

    @rule()
    def undo_and_redo_all(self):
        if not self.undo_list.entries:
            return
        self.pause()
        self.moment()
        past, entries = self.session.past, list(self.undo_list.entries)
        while past.can_redo:
            past.redo()
        self.at_rest_everything_agrees()
        last = self.moment()
        while past.can_undo:
            past.undo()
        assert_same(self.moment(), entries[0].kept.moment)
        self.at_rest_everything_agrees()
        while past.can_redo:
            past.redo()
        assert_same(self.moment(), last)
        assert self.undo_list.entries == entries

    # What always holds.

    @invariant()
    def at_rest_everything_agrees(self):
        """Look at a session that rests, whatever was done before; it is left training if it is."""
        if not self.undo_list.entries:
            return
        session, undo_list = self.session, self.undo_list
        self.moment()
        assert all(entry.title for entry in undo_list.entries)
        assert all(entry.kept.moment is not None for entry in undo_list.entries)
        for entry in undo_list.entries:
            moment = entry.kept.moment
            assert entry.experiment == moment.experiment
            assert self.seen.setdefault(entry.kept, told(moment)) == told(moment)
        assert bool(session.past.undo_title) == session.past.can_undo
        if session.running:
            return
        here, current = self.moment(), undo_list.current
        assert not session.past.trained
        assert_same(here, current.kept.moment, *MEASURED_TIMES)
        assert session.experiment == session.snapshot.experiment == current.experiment
        assert session.prepared is current.prepared
        assert session._ghost is current.ghost
        shown = as_snapshot(current.kept.moment)
        leaving = MEASURED_TIMES[1:]
        assert_same(shown, session.snapshot, *leaving)


def as_moment(saved):
    values = {field.name: getattr(saved, field.name) for field in dataclasses.fields(saved)}
    del values["dataset"], values["normalization"]
    return Moment(**values)


def as_snapshot(moment):
    names = [field.name for field in dataclasses.fields(Snapshot)]
    return Snapshot(**{name: getattr(moment, name) for name in names})


def test_the_past_holds(qapp):
    run_state_machine_as_test(
        Past,
        settings=settings(
            max_examples=SEQUENCES,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            print_blob=False,
        ),
    )
