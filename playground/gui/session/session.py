"""Decides: panels ask it for changes, and every view redraws from what it announces."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from playground.data.preparation import Prepared
from playground.errors import FieldError, MissingDataError, PlaygroundError
from playground.gui.session import messages
from playground.gui.session.afterwards import Afterwards
from playground.gui.session.analyst import Analyst, Answer
from playground.gui.session.attention import Attention
from playground.gui.session.frames import Frames
from playground.gui.session.past import Past
from playground.gui.session.preparing import Again, Preparing, UnderWayError
from playground.gui.session.probe import Probe, alike
from playground.gui.session.reading import Reading
from playground.gui.session.right_of_way import RightOfWay
from playground.gui.session.run_state import RunState
from playground.gui.session.timeline import Timeline, words_of
from playground.gui.session.undo_list import UndoEntry
from playground.gui.session.worker import Worker
from playground.training.edits.given_weights import with_present_weights
from playground.training.edits.in_words import edit_in_words
from playground.training.edits.operation import Operation
from playground.training.experiment import DataSettings, Experiment
from playground.training.history import History
from playground.training.model import Model
from playground.training.moment import Moment
from playground.training.size import layer_sizes
from playground.training.snapshot import Snapshot
from playground.training.task_fit import fitted, made_to_fit, with_setting
from playground.training.trainer import Pulse


class Session(QObject):
    """Holds the experiment, its run, and the probe.

    Every change of the experiment goes through :meth:`change`, which checks it first, enters it in
    the undo list, and passes it to the worker.
    """

    experiment_changed = Signal(object)
    data_changed = Signal(object)
    state_changed = Signal(object)
    model_changed = Signal(object)
    snapshot_changed = Signal(object)
    reading_changed = Signal(object)
    ghost_changed = Signal(object)
    refused = Signal(str, str)
    failed = Signal(object)
    notice = Signal(str)
    answered = Signal(object)
    step_peeked = Signal(object)
    data_missing = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.past = Past(self)
        self.past.wanted.connect(self._go_to)
        self.experiment = Experiment()
        self.prepared: Prepared | None = None
        self.model: Model | None = None
        self.snapshot: Snapshot | None = None
        self.probe: Probe | None = None
        self.reading: Reading | None = None
        self.state, self.reason, self._run = RunState.IDLE, "", 0
        self.attention = Attention(self)
        self._ghost: History | None = None
        self.right_of_way = RightOfWay(self)
        self.afterwards = Afterwards(self.right_of_way, self)
        self._worker = Worker(self.right_of_way)
        self.timeline = Timeline(self._worker, self.past, self)
        self.timeline.wanted.connect(self._show_past)
        self.timeline.settled.connect(self._go_back)
        self._worker.reported.connect(self._on_reported)  # the timeline knows first
        self.analyst = Analyst(self.right_of_way)
        self.analyst.answered.connect(self._on_answered)
        self.preparing = Preparing(self)
        self._frames = Frames(self._worker.mailbox, self.right_of_way, self)
        self._frames.arrived.connect(self.timeline.fetch)
        self._frames.arrived.connect(self._on_arrived)

    @Slot()
    def start(self) -> None:
        """Start the worker and the frame timer."""
        self._worker.start()
        self.analyst.start()
        self._frames.start()

    def close(self) -> None:
        """Stop the timer, end training after the present batch and wait for the threads."""
        self._frames.stop()
        self.afterwards.stop()
        self.preparing.close()
        if self.analyst.isRunning():
            self.analyst.close()
        if self._worker.isRunning():
            self.right_of_way.release()
            self._worker.close()

    @property
    def running(self) -> bool:
        """Whether it trains, or has been told to go on training and has not begun yet."""
        return self.past.starting or self.past.running

    # What panels ask for.

    def open(
        self,
        experiment: Experiment,
        start: Moment | None = None,
        again: Again = None,
        title: str = "Open an experiment",
    ) -> bool:
        """Show another experiment, and return whether it could be opened; undo leads back.

        ``again`` is what to do once its data are here, where they are missing or take long; data
        that are only slow are waited for without it.
        """
        try:
            prepared = self._prepare(experiment.data, again)
            layer_sizes(experiment, prepared.dataset)
        except PlaygroundError as error:
            return self._refuse(error, "", again)
        self._begin(title, experiment, prepared, start)
        return True

    @Slot(str, object)
    def change(self, path: str, value: Any) -> bool:
        """Replace one setting, such as ``training.learning_rate``, if it can take the value."""
        return self.change_all({path: value}, again=partial(self.change, path, value))

    def change_all(
        self,
        values: Mapping[str, Any],
        title: str = "",
        *,
        afresh: bool = False,
        again: Again = None,
    ) -> bool:
        """Replace several settings, all or none; ``afresh`` begins anew; ``again`` as in open."""
        if self.prepared is None and self.preparing.under_way:  # the first is still to come
            return False
        before, changed, paths = self.experiment, self.experiment, ",".join(values)
        try:
            for path, value in values.items():
                changed = with_setting(changed, path, value)
            if self.model is not None:
                changed = with_present_weights(changed, self.model.whole)
            if changed == before and not afresh:
                self.experiment_changed.emit(before)
                return True
            dataset = self._prepare(changed.data, again).dataset
            if any(path.startswith(("data", "output", "recipe")) for path in values):
                changed = fitted(changed, dataset, before)
            changed = made_to_fit(changed, before, dataset)
        except PlaygroundError as error:
            return self._refuse(error, paths, partial(self.change, "data.name", changed.data.name))
        title = title or edit_in_words(before, changed)
        self.carry_out(title, changed, "" if paths == "layers" else paths, afresh=afresh)
        return True

    @Slot(object)
    def operate(self, operation: Operation) -> None:
        """Change the network itself, which can be undone; a notice tells the effect."""
        self._do(operation.title(self.experiment.names), messages.Operate(operation))

    def send(self, command: Any) -> None:
        """Hand a command to the worker."""
        self._worker.send(command)

    def send_here(self, command: Any) -> None:
        """Hand the worker a command for the moment that is shown."""
        self.timeline.settle()
        self.send(command)

    def teach(self, prepared: Prepared, title: str) -> None:
        """Go on with other drawings of the user's own among the same data."""
        self.timeline.settle()
        self.prepared = prepared
        self._do(title, messages.Teach(prepared))

    def keep_moment(self) -> messages.Slot:
        """Return where this moment of the network is left, whole, as soon as it is known."""
        self.send(messages.Change(None, self.past.training_so_far(), None))
        return self.past.list.current.kept

    @Slot()
    def toggle_training(self) -> None:
        """Train, or pause where it trains."""
        if self.running:
            self.send(messages.Pause())
        else:
            self.send_here(messages.Train())
        self.past.starting = False

    @Slot()
    def step_batch(self) -> None:
        """Take one optimizer step."""
        self.send_here(messages.Step(Pulse.BATCH))

    @Slot()
    def step_epoch(self) -> None:
        """Train to the end of the epoch."""
        self.past.stepping = True
        self.send_here(messages.Step(Pulse.EPOCH))

    @Slot()
    def reset(self) -> None:
        """Go back to the same start."""
        self.carry_out("Reset", self.experiment, afresh=True)
        self.notice.emit("Started again from the first weights. Undo brings back what was learned.")

    @Slot()
    def reset_with_new_seed(self) -> None:
        """Go back to another start."""
        seed = random.SystemRandom().randrange(10_000)
        self.change_all({"seed": seed}, f"Reset with seed {seed}")

    @Slot(object)
    def set_probe(self, probe: Probe | None) -> None:
        """Hold another example in the hand, or none."""
        self.right_of_way.claim()
        self.probe = self._present(probe)
        self.reading = Reading.of(self.probe, self.model)
        self.reading_changed.emit(self.reading)

    # How a change is carried out.

    def _refuse(self, error: PlaygroundError, path: str, again: Again) -> bool:
        """Tell why not, or which data are missing and what they are wanted for; return False."""
        if not self.preparing.under_way:
            self.preparing.forget()
        if isinstance(error, MissingDataError):
            self.data_missing.emit(error, again)
        elif not isinstance(error, UnderWayError):
            where = error.path if isinstance(error, FieldError) and path else ""
            self.refused.emit(where or path, str(error))
        return False

    def carry_out(
        self, title: str, experiment: Experiment, merges: str = "", *, afresh: bool = False
    ) -> None:
        """Make a checked change, and enter it in the undo list."""
        self.timeline.settle()
        old = self.experiment
        if afresh or not experiment.begins_like(old):
            self._begin(title, experiment, self._prepare(experiment.data), merges=merges)
            return
        self.experiment = experiment
        self._ghost = self._ghost and self._ghost.beside(old, experiment)
        self._do(title, messages.Edit(experiment), merges)
        self._announce(False)

    def _prepare(self, data: DataSettings, again: Again = None) -> Prepared:
        if self.prepared is not None and data == self.experiment.data:
            return self.prepared
        return self.preparing.prepared(data, again)

    def enter(self, title: str) -> None:
        """Enter in the undo list what a desk has done, which changes nothing for the network."""
        self._do(title, None)

    def refresh_data(self, title: str, experiment: Experiment, merges: str = "") -> None:
        """Go on with edited data, named by an experiment, and with what was learned of them."""
        running = self.running
        self.timeline.settle()
        prepared = experiment.data.prepared()
        layer_sizes(experiment, prepared.dataset)
        self._begin(title, experiment, prepared, merges=merges, keep=True)
        if running:
            self._train_on()

    def _begin(
        self,
        title: str,
        experiment: Experiment,
        prepared: Prepared,
        start: Moment | None = None,
        *,
        merges: str = "",
        keep: bool = False,
    ) -> None:
        """Make a change that begins another run; ``keep`` goes on with what was learned."""
        before = self.past.training_so_far(merges)
        new_data = self._adopt(experiment, prepared, edited=keep)
        after = self._enter(title, merges)
        kept = None if start is None else messages.Slot(start)
        load = messages.Load(self._run, experiment, prepared, kept, keep)
        self.send(messages.Change(load, before, after))
        self._set_state(RunState.PAUSED if start is not None and start.step else RunState.IDLE)
        self._announce(new_data)

    def _adopt(self, experiment: Experiment, prepared: Prepared, *, edited: bool) -> bool:
        """Let another run be the present one, with nothing shown yet; return if on other data."""
        former, history, old = self.prepared, self.timeline.history(), self.experiment
        self.timeline.leave(adopted=True)
        self.preparing.forget()
        new_data = former is None or prepared.train_inputs is not former.train_inputs
        self._run += 1
        self.experiment, self.prepared = experiment, prepared
        self.model = self.snapshot = self.reading = None
        self.analyst.look_at(None, prepared, training=False)
        if new_data:
            self._ghost = None
            self.probe = self._present(self.probe) if edited else None
            if not edited:
                self.attention.select(None)
                self.attention.choose_target(None)
        elif len(history) > 1:
            self._ghost = history
        self._ghost = self._ghost and self._ghost.beside(old, experiment)
        return new_data

    def _announce(self, new_data: bool) -> None:
        """Tell every view what the present run is about."""
        if new_data:
            self.data_changed.emit(self.prepared)
        self.ghost_changed.emit(self._ghost)
        self.experiment_changed.emit(self.experiment)
        self.past.list.settle()

    def _do(self, title: str, command: Any, merges: str = "") -> None:
        """Let the worker obey, and enter it in the undo list with all that it learned before."""
        self.timeline.settle()
        before = self.past.training_so_far(merges)
        self.send(messages.Change(command, before, self._enter(title, merges)))

    def _enter(self, title: str, merges: str = "") -> messages.Slot:
        """Enter in the undo list that everything is as it is now; return where its moment goes."""
        assert self.prepared is not None
        return self.past.enter(title, self.experiment, self.prepared, self._ghost, merges)

    @Slot(object, object, bool)
    def _go_to(self, entry: UndoEntry, before: messages.Slot | None, resume: bool) -> None:
        """Let everything be as it was after an entry of the undo list."""
        sentence = self.past.way_to(entry)
        self.past.list.put_back(entry)
        like = alike(self.prepared, entry.prepared)
        new_data = self._adopt(entry.experiment, entry.prepared, edited=like)
        self._ghost = entry.ghost
        load = messages.Load(self._run, entry.experiment, entry.prepared, entry.kept)
        self.send(messages.Change(load, before, None))
        moment = entry.kept.moment
        self._set_state(RunState.PAUSED if moment is None or moment.step else RunState.IDLE)
        self._announce(new_data)
        if moment is not None:
            self._on_arrived(replace(moment, run=self._run))
        self.past.went.emit()
        self.notice.emit(sentence)
        if resume:
            self._train_on()

    def _train_on(self) -> None:
        self.toggle_training()
        self.past.starting = True

    @Slot(object, object)
    def _show_past(self, experiment: Experiment, snapshot: Snapshot) -> None:
        """Let every view show another moment of the present data."""
        self.right_of_way.claim()
        if experiment != self.experiment:
            self.experiment = experiment
            self.experiment_changed.emit(experiment)
        self._show(snapshot)

    @Slot(object)
    def _go_back(self, moment: Moment) -> None:
        """Let a past moment be the present one; what desks keep is as it was before."""
        prepared, entry = self._prepare(moment.experiment.data), self.past.list.current
        self._begin(f"Go back to {words_of(moment)}", moment.experiment, prepared, moment)
        self.past.list.current.parts = entry.parts
        self._on_arrived(replace(moment, run=self._run))

    # What the worker says.

    @Slot(object)
    def _on_arrived(self, snapshot: Snapshot) -> None:
        if snapshot.run == self._run and self.timeline.arrive(snapshot):
            self._show(snapshot)

    def _show(self, snapshot: Snapshot) -> None:
        """Let every view show a moment of the network."""
        assert self.prepared is not None
        model, training = self.model, self.state is RunState.RUNNING
        if model is None or not snapshot.experiment.has_layers_of(model.experiment):
            model = Model(snapshot.experiment, self.prepared.dataset, self.prepared.normalization)
        model.show(snapshot)
        rebuilt, self.model, self.snapshot = model is not self.model, model, snapshot
        self.analyst.look_at(snapshot, self.prepared, training=training)
        self.reading = Reading.of(self.probe, self.model)
        if rebuilt:
            self.attention.keep_within(model.network)
            self.model_changed.emit(model)
        self.snapshot_changed.emit(snapshot)
        self.reading_changed.emit(self.reading)
        self.afterwards.begin(training=training)

    @Slot(object)
    def _on_reported(self, report: Any) -> None:
        if report.run != self._run:
            return
        match report:
            case messages.Started():
                self._set_state(RunState.RUNNING)
            case messages.Paused():
                self._set_state(RunState.PAUSED)
                self.past.note_training(report.moment, stepped=report.stepped)
            case messages.Finished():
                self._set_state(RunState.FINISHED, report.reason)
                self.past.note_training(report.moment, stepped=False)
            case messages.Changed():
                self.past.name_training()
            case messages.Failed():
                self._set_state(RunState.FAILED, report.sentence)
                self.past.note_training(report.moment, stepped=False, back=True)
                self.failed.emit(report)
            case messages.Edited() if report.carried.network_changed:
                self.notice.emit(report.carried.sentence())
            case messages.Operated():
                self.notice.emit(report.sentence)
            case messages.Refused():
                self.refused.emit("", report.sentence)
            case messages.Peeked():
                self.step_peeked.emit(report.start)

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        """Pass an answer on if it is about the network that is shown."""
        told, model = answer.snapshot, self.model
        if model and told.run == self._run and told.experiment.has_layers_of(model.experiment):
            self.answered.emit(answer)

    def _set_state(self, state: RunState, reason: str = "") -> None:
        self.state, self.reason = state, reason
        self.past.running = self._frames.training = state is RunState.RUNNING
        self.past.starting = self.past.stepping = False
        self.state_changed.emit(state)

    def _present(self, probe: Probe | None) -> Probe | None:
        """Return the probe as the present data know it; no view is ever handed another."""
        return probe.within(self.prepared) if probe and self.prepared else None
