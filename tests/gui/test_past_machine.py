"""Whatever is done, each moment comes back bit for bit, and training goes on from it.

It comes back by undo, on the timeline, as a run, from a file and from what was kept unsaved. The
variable PLAYGROUND_SEQUENCES asks for more random sequences than an ordinary run does.
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

from playground.gui.desks.document import Document, Work
from playground.gui.desks.recent_files import RecentFiles
from playground.gui.desks.recovering.desk import RecoveringDesk
from playground.gui.desks.recovering.panel import RecoveryPanel
from playground.gui.session import messages
from playground.gui.session.run_state import RunState
from playground.gui.session.session import Session
from playground.nn.activations import ReLU, Sigmoid, Tanh
from playground.nn.layers import BatchNorm, Dense, Dropout
from playground.nn.optimizers import OPTIMIZERS
from playground.storage import experiment_file
from playground.storage.recovery import Shelf
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
IN_NO_FILE = "gradient", "update"
ANY = st.integers(0, 99)
ANY_SETTING = st.sampled_from([(path, i) for path in SETTINGS for i in range(len(SETTINGS[path]))])
AFTER_LOOKING_BACK = (
    "at_rest_everything_agrees",
    "look_at_the_present",
    "settle",
    "undo",
    "redo",
    "undo_while_training",
    "reset",
    "delete_a_run",
    "save_and_open",
    "recover",
)


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


def at(number, items):
    return items[number % len(items)]


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
        self.kept_in = Path(self.folder.name) / "recovery"
        self.desk = RecoveringDesk(
            session,
            self.document,
            RecentFiles(self.document, "", self.window),
            RecoveryPanel(),
            self.kept_in,
            self.window,
        )
        self.seen, self.gone = {}, {}
        self.rolled_back = []
        session.failed.connect(lambda failure: self.rolled_back.append(failure.moment))
        session.start()

    def teardown(self):
        try:
            self.undo_and_redo_all()
        finally:
            self.desk.close()
            self.session.close()
            self.window.deleteLater()
            self.session.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            self.folder.cleanup()

    # How it comes to rest.

    @property
    def undo_list(self):
        return self.session.past.list

    @property
    def timeline(self):
        return self.session.timeline

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
        """Let training rest, and return the moment at which it does."""
        if self.session.running:
            self.session.toggle_training()
            self.moment()
        return self.moment()

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

    @initialize(seed=st.integers(0, 3), trained=st.booleans())
    def begin(self, seed, trained):
        assert self.session.open(dataclasses.replace(START, seed=seed))
        self.moment()
        if trained:
            self.step_epoch()

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
        before = self.begin_training()
        for _ in range(count):
            after = self.step_batch()
        self.goes_on_from(before, after, Pulse.BATCH, count)

    @rule(count=st.integers(1, 2))
    def train_epochs(self, count):
        before = self.begin_training()
        for _ in range(count):
            after = self.step_epoch()
        self.goes_on_from(before, after, Pulse.EPOCH, count)

    def begin_training(self):
        """Return the moment that the next step is made at: the one that is looked at."""
        present = self.pause()
        return self.timeline.shown or present

    def step_batch(self):
        self.session.step_batch()
        return self.moment()

    def step_epoch(self):
        """Do an epoch, which the next command would break off."""
        rests, until = [], perf_counter() + 20
        self.session.step_epoch()
        listening = self.session.state_changed.connect(rests.append)
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

    @rule(row=ANY)
    def go_to(self, row):
        entry = at(row, self.undo_list.entries)
        self.session.past.go_to(self.undo_list.entries.index(entry))
        self.moment()
        assert self.undo_list.current is entry

    def run(self, number):
        """Return a run that can be looked back on; where there is none, train an epoch first."""
        if not self.timeline.family():
            self.pause()
            self.step_epoch()
        return at(number, self.timeline.family())

    @rule(which=ANY, place=ANY, then=st.sampled_from(AFTER_LOOKING_BACK))
    def look_back(self, which, place, then):
        """Look at a moment, and do something next."""
        run = self.run(which)
        self.timeline.look_at(at(place, self.timeline.stops(run)), run)
        self.at_rest_everything_agrees()
        getattr(self, then)()

    def look_at_the_present(self):
        self.timeline.look_at(None)

    @rule()
    def settle(self):
        self.pause()
        before, shown = self.undo_list.current, self.timeline.shown
        self.timeline.settle()
        if shown is not None:
            assert_same(self.moment(), shown)
            assert self.undo_list.entries[-2:] == [before, self.undo_list.current]

    @rule(which=ANY, place=ANY, ahead=st.integers(1, 3), back=st.booleans())
    def train_on_from_here(self, which, place, ahead, back):
        """Go from a moment of a run to a later one once more, and leave it at that or undo it."""
        run = self.run(which)
        now, entry = self.pause(), self.undo_list.current
        ways = [run.moments[i : i + ahead + 1] for i in range(len(run.moments) - ahead)]
        ways = [way for way in ways if self.is_one_course(way)]
        if not ways:
            return
        first, *_, last = at(place, ways)
        self.timeline.look_at(first, run)
        self.timeline.settle()
        here = self.moment()
        for _ in range(last.epoch - first.epoch):
            here = self.step_epoch()
        for _ in range(last.step - here.step):
            here = self.step_batch()
        assert_same(here, last, *MEASURED_TIMES, "update")
        while back and self.undo_list.current is not entry:
            self.session.past.undo()
            self.at_rest_everything_agrees()
        if back:
            assert_same(self.moment(), now)

    def is_one_course(self, way):
        """Return whether nothing but steps lies between moments of a run."""
        experiment = way[0].experiment
        return experiment.training.stopping.seconds is None and all(
            moment.experiment == experiment and moment not in self.rolled_back for moment in way[1:]
        )

    @rule(which=ANY, best=st.booleans())
    def go_back_to_a_run(self, which, best):
        if runs := list(self.timeline.runs):
            run = at(which, runs)
            moment = run.best if best else run.last
            assert self.session.open(moment.experiment, moment, title=f"Open {run.title}")
            assert_same(self.moment(), moment)

    @rule(which=ANY)
    def delete_a_run(self, which=0):
        if runs := list(self.timeline.runs):
            run, gone = at(which, runs), self.timeline.runs.gone
            self.timeline.remove(run)
            self.session.enter(f"Delete {run.title}")
            assert run not in self.timeline.runs
            assert self.undo_list.entries[self.undo_list.row - 1].parts["runs"] == gone

    @rule()
    def save_and_open(self):
        self.pause()
        path = Path(self.folder.name) / "a.playground"
        assert self.document.write(path)
        assert not self.document.modified
        moment = self.undo_list.current.kept.moment
        assert_same(as_moment(experiment_file.read(path)), moment, *IN_NO_FILE)
        assert self.document.open(path)
        self.moment()
        assert_same(self.undo_list.current.kept.moment, moment, *IN_NO_FILE)

    @rule()
    def recover(self):
        """Find all that a crash would leave now, and open the present experiment from it."""
        now = self.pause()
        self.desk.keep_now()
        self.desk.keep()
        unsaved = [entry.kept.moment for entry in self.document.unsaved().values()]
        shelves = [Shelf(path) for path in self.kept_in.glob("*")]
        left = [told(as_moment(shelf.read()[0]), *IN_NO_FILE) for shelf in shelves]
        assert len(left) == len(unsaved)
        assert all(told(moment, *IN_NO_FILE) in left for moment in unsaved)
        if self.document.modified:
            shelf = shelves[left.index(told(now, *IN_NO_FILE))]
            assert self.document.recover(Work("recovered"), lambda: shelf.read()[0])
            assert_same(self.moment(), now, *IN_NO_FILE)
            assert self.document.modified

    @rule()
    def undo_and_redo_all(self):
        if not self.undo_list.entries:
            return
        self.pause()
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
        assert session.prepared is current.prepared
        assert session._ghost is current.ghost
        now, shown = as_snapshot(self.timeline.now), self.timeline.shown
        assert_same(as_snapshot(current.kept.moment), now, *MEASURED_TIMES[1:])
        assert_same(as_snapshot(session.snapshot), now if shown is None else as_snapshot(shown))
        assert session.experiment == session.snapshot.experiment
        gone = self.timeline.runs.gone
        assert self.gone.setdefault(current.kept, gone) == gone == current.parts["runs"]
        for run in self.timeline.runs:
            steps = [moment.step for moment in run.way]
            assert steps == sorted(set(steps))


def as_moment(saved):
    values = {field.name: getattr(saved, field.name) for field in dataclasses.fields(saved)}
    del values["dataset"], values["normalization"]
    return Moment(**values)


def as_snapshot(moment):
    names = [field.name for field in dataclasses.fields(Snapshot)]
    return Snapshot(**{name: getattr(moment, name) for name in names})


def test_the_past_holds(qapp, monkeypatch):
    monkeypatch.setattr("playground.gui.session.worker.KEPT_EVERY_S", 0.002)
    monkeypatch.setattr("playground.gui.session.worker.LARGEST_SHARE_KEPT", 1.0)
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
