"""Decides: panels ask it for changes, and every view redraws from what it announces."""

from __future__ import annotations

import enum
import random
from collections.abc import Callable, Hashable, Mapping
from functools import partial
from itertools import count
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoStack

from playground import fields
from playground.data.preparation import Prepared
from playground.errors import FieldError, MissingDataError, PlaygroundError
from playground.gui.session import messages
from playground.gui.session.afterwards import Afterwards
from playground.gui.session.analyst import Analyst, Answer, Question
from playground.gui.session.attention import Attention
from playground.gui.session.probe import Probe
from playground.gui.session.reading import Reading
from playground.gui.session.right_of_way import RightOfWay
from playground.gui.session.undo import SettingChange, UndoStep
from playground.gui.session.worker import Worker
from playground.gui.widgets.timers import every
from playground.training.edits.given_weights import with_present_weights, without_misfits
from playground.training.edits.operation import Operation
from playground.training.experiment import DataSettings, Experiment
from playground.training.history import History
from playground.training.model import Model
from playground.training.size import layer_sizes
from playground.training.snapshot import Snapshot, Start
from playground.training.step_start import StepStart
from playground.training.task_fit import check_fit, fitted
from playground.training.trainer import Pulse

Rows = NDArray[np.float32]

FRAME_INTERVAL_MS = 33
LARGEST_SHARE = 0.09
"""Of the time, for showing what training does: a costly view is shown less often."""

COSTLIEST_FRAME_S = 0.04
"""What a frame is counted at, at most: opening data or drawing must not hold up the next one."""

_keys = count(1)


class RunState(enum.Enum):
    """What the run is doing; controls are enabled by it."""

    IDLE = "idle"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    FAILED = "failed"


class Session(QObject):
    """Holds the experiment, its run, and the probe.

    Every change of the experiment goes through :meth:`change`, which checks it first, keeps it on
    the undo stack, and passes it to the worker.
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
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(500)
        self.experiment = Experiment()
        self.prepared: Prepared | None = None
        self.model: Model | None = None
        self.snapshot: Snapshot | None = None
        self.probe: Probe | None = None
        self.reading: Reading | None = None
        self.state = RunState.IDLE
        self.reason = ""
        self.attention = Attention(self)
        self._run = 0
        self._operated = self._starting = False
        self._start: Start | None = None
        self._last_frame = self._claimed_before = 0.0
        self._right_of_way = RightOfWay(self)
        self.afterwards = Afterwards(self._right_of_way, self)
        self._worker = Worker(self._right_of_way)
        self._worker.reported.connect(self._on_reported)
        self._analyst = Analyst(self._right_of_way)
        self._analyst.answered.connect(self._on_answered)
        self._frames = every(self, FRAME_INTERVAL_MS, self._on_frame)

    @Slot()
    def start(self) -> None:
        """Start the worker and the frame timer."""
        self._worker.start()
        self._analyst.start()
        self._frames.start()

    def close(self) -> None:
        """Stop the timer, end training after the present batch and wait for the threads."""
        self.undo_stack.blockSignals(True)  # its own end is no change to tell of
        self._frames.stop()
        self.afterwards.stop()
        if self._analyst.isRunning():
            self._analyst.close()
        if self._worker.isRunning():
            self._right_of_way.release()
            self._worker.close()

    @property
    def running(self) -> bool:
        """Whether it trains, or has been told to go on training and has not begun yet."""
        return self._starting or self.state is RunState.RUNNING

    # What panels ask for.

    def open(
        self,
        experiment: Experiment,
        start: Start | None = None,
        again: Callable[[], object] | None = None,
    ) -> bool:
        """Show another experiment, with nothing to undo; return whether it could be opened.

        ``again`` is what to do once its data are here, where they are missing.
        """
        try:
            prepared = self._prepare(experiment.data)
            layer_sizes(experiment, prepared.dataset)
        except PlaygroundError as error:
            return self._refuse(error, "", again)
        self.undo_stack.clear()
        self._adopt(experiment, prepared, start)
        return True

    @Slot(str, object)
    def change(self, path: str, value: Any) -> bool:
        """Replace one setting, such as ``training.learning_rate``, if it can take the value."""
        return self.change_all({path: value})

    @Slot(object)
    def change_layers(self, layers: tuple[Any, ...]) -> bool:
        """Replace the hidden layers."""
        return self.change("layers", layers)

    @Slot(object)
    def change_output(self, output: Any) -> bool:
        """Replace the output's activation or initializer."""
        return self.change("output", output)

    def change_all(self, values: Mapping[str, Any], title: str = "") -> bool:
        """Replace several settings as one step of the undo list; all of them or none."""
        changed = self.experiment
        for path, value in values.items():
            try:
                changed = fields.replace_at(changed, path, value)
            except FieldError as error:
                self.refused.emit(error.path or path, str(error))
                return False
        if self.model is not None:
            changed = with_present_weights(changed, self.model.network)
        return self._change_to(changed, ",".join(values), title)

    @Slot(object)
    def operate(self, operation: Operation) -> None:
        """Change the network itself, which can be undone; a notice tells the effect."""
        self._operated = True
        key, title = next(_keys), operation.title
        operate = partial(self.send, messages.Operate(key, operation))
        take_back = partial(self.send, messages.TakeBack(key, title))
        self.undo_stack.push(UndoStep(title, operate, take_back))

    def send(self, command: Any) -> None:
        """Hand a command to the worker."""
        self._worker.send(command)

    def teach(self, prepared: Prepared) -> None:
        """Go on with other drawings of the user's own among the same data."""
        self.prepared = prepared
        self._worker.send(messages.Teach(prepared))

    def peek_step(self, example: tuple[Rows, Rows] | None = None) -> None:
        """Rest, and announce with ``step_peeked`` all that the next step depends on.

        ``example`` is one to step on in place of the next mini-batch: normalized rows
        (batch, features), and targets (batch, outputs).
        """
        self._worker.send(messages.Peek(example))

    def take_step(self, start: StepStart) -> None:
        """Make a step that was announced; refused where the network has moved on since."""
        self._worker.send(messages.TakeStep(start))

    def ask(self, key: Hashable, question: Question) -> None:
        """Let the analyst answer a question about the network of this moment.

        ``answered`` carries the answer. A newer question replaces one of the same key that waits.
        """
        self._analyst.ask(key, question)

    def withdraw(self, key: Hashable) -> None:
        """Take back a question that still waits."""
        self._analyst.forget(key)

    @Slot()
    def toggle_training(self) -> None:
        """Train, or pause where it trains."""
        self._worker.send(messages.Pause() if self.running else messages.Train())
        self._starting = False

    @Slot()
    def step_batch(self) -> None:
        """Take one optimizer step."""
        self._worker.send(messages.Step(Pulse.BATCH))

    @Slot()
    def step_epoch(self) -> None:
        """Train to the end of the epoch."""
        self._worker.send(messages.Step(Pulse.EPOCH))

    @Slot()
    def reset(self) -> None:
        """Go back to the same start."""
        assert self.prepared is not None
        self._adopt(self.experiment, self.prepared, None)

    @Slot()
    def reset_with_new_seed(self) -> None:
        """Go back to another start."""
        self.change("seed", random.SystemRandom().randrange(10_000))

    def target(self) -> int | float | None:
        """Return the answer that the probe's loss is measured against; see :class:`Reading`."""
        chosen = self.attention.chosen_target
        return None if self.reading is None else self.reading.target(chosen)

    def target_row(self) -> NDArray[np.float32] | None:
        """Return the same as what the outputs should be, (1, outputs)."""
        chosen = self.attention.chosen_target
        return None if self.reading is None else self.reading.target_row(chosen)

    @Slot(object)
    def set_probe(self, probe: Probe | None) -> None:
        """Hold another example in the hand, or none."""
        self._right_of_way.claim()
        self.probe = self._present(probe)
        self.reading = self._answer()
        self.reading_changed.emit(self.reading)

    # How a change is carried out.

    def _change_to(self, experiment: Experiment, path: str, title: str = "") -> bool:
        if experiment == self.experiment:
            self.experiment_changed.emit(self.experiment)
            return True
        try:
            dataset = self._prepare(experiment.data).dataset
            if any(part.startswith(("data", "output")) for part in path.split(",")):
                experiment = fitted(experiment, dataset)
            experiment = without_misfits(experiment, self.experiment, dataset)
            check_fit(experiment, dataset)
            layer_sizes(experiment, dataset)
        except PlaygroundError as error:
            again = partial(self.change, "data.name", experiment.data.name)
            return self._refuse(error, path, again)
        self.undo_stack.push(SettingChange(self.apply, self.experiment, experiment, path, title))
        return True

    def _refuse(
        self, error: PlaygroundError, path: str, again: Callable[[], object] | None
    ) -> bool:
        """Tell why not, or which data are missing and what they are wanted for; return False."""
        if isinstance(error, MissingDataError):
            self.data_missing.emit(error, again)
        else:
            where = error.path if isinstance(error, FieldError) and path else ""
            self.refused.emit(where or path, str(error))
        return False

    def apply(self, experiment: Experiment) -> None:
        """Carry out a checked change; for the undo stack."""
        old = self.experiment
        assert self.prepared is not None
        if experiment.data != old.data:
            self._adopt(experiment, self._prepare(experiment.data), None)
        elif experiment.seed != old.seed or not self._has_trained():
            self._adopt(experiment, self.prepared, None)
        else:
            self.experiment = experiment
            self._worker.send(messages.Edit(experiment))
            self.experiment_changed.emit(experiment)

    def _has_trained(self) -> bool:
        """Return whether the weights are other than those the seed gives."""
        if self.state is RunState.RUNNING or self._operated:
            return True
        return self.snapshot is not None and self.snapshot.step > 0

    def _prepare(self, data: DataSettings) -> Prepared:
        if self.prepared is not None and data == self.experiment.data:
            return self.prepared
        return data.prepared()

    def refresh_data(self, experiment: Experiment) -> None:
        """Go on with edited data, named by an experiment, and with the same weights if they fit."""
        start, running = self.snapshot or self._start, self.running
        try:
            prepared = experiment.data.prepared()
            sizes = layer_sizes(experiment, prepared.dataset)
        except PlaygroundError as error:
            self.refused.emit("data", str(error))
            return
        fits = start and sum(size.parameters for size in sizes) == len(start.parameters)
        self._adopt(experiment, prepared, start if fits else None, edited=True)
        if running:
            self.toggle_training()
            self._starting = True

    def _adopt(
        self, experiment: Experiment, prepared: Prepared, start: Start | None, edited: bool = False
    ) -> None:
        """Begin a new run; on data that were edited it goes on with what the user looks at."""
        new_data = prepared is not self.prepared
        ghost = self.snapshot.history if self.snapshot is not None and not new_data else None
        self._run += 1
        self._operated = False
        self._start = start
        self.experiment = experiment
        self.prepared = prepared
        self.model = None
        self.snapshot = None
        self.reading = None
        self._analyst.look_at(None, prepared, training=False)
        self._worker.send(messages.Load(self._run, experiment, prepared, start))
        self._set_state(RunState.PAUSED if start is not None and start.step else RunState.IDLE)
        if new_data:
            self.probe = self._present(self.probe) if edited else None
            if not edited:
                self.attention.select(None)
                self.attention.choose_target(None)
            self.data_changed.emit(prepared)
            self.ghost_changed.emit(None)
        elif ghost is not None and len(ghost) > 1:
            self.ghost_changed.emit(ghost)
        self.experiment_changed.emit(experiment)

    # What the worker says.

    @Slot()
    def _on_frame(self) -> None:
        now, claimed = perf_counter(), self._right_of_way.claimed_s
        cost = min(claimed - self._claimed_before, COSTLIEST_FRAME_S)
        training = self.state is RunState.RUNNING
        if training and now < self._last_frame + cost / LARGEST_SHARE:
            return
        self._last_frame, self._claimed_before = now, claimed
        self._right_of_way.claim()
        snapshot = self._worker.mailbox.take()
        if snapshot is None or snapshot.run != self._run or self.prepared is None:
            return
        model, built_from = self.model, snapshot.experiment
        if model is None or not built_from.has_layers_of(model.experiment):
            model = Model(built_from, self.prepared.dataset, self.prepared.normalization)
        model.show(snapshot)
        rebuilt, self.model, self.snapshot = model is not self.model, model, snapshot
        self._analyst.look_at(snapshot, self.prepared, training=training)
        self.reading = self._answer()
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
            case messages.Finished():
                self._set_state(RunState.FINISHED, report.reason)
            case messages.Failed():
                self._set_state(RunState.FAILED, report.sentence)
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
        if self.model is None or answer.snapshot.run != self._run:
            return
        if answer.snapshot.experiment.has_layers_of(self.model.experiment):
            self.answered.emit(answer)

    def _set_state(self, state: RunState, reason: str = "") -> None:
        self.state = state
        self._starting = False
        self.reason = reason
        self.state_changed.emit(state)

    def _present(self, probe: Probe | None) -> Probe | None:
        """Return the probe as the present data know it; no view is ever handed another."""
        prepared = self.prepared
        return None if probe is None or prepared is None else probe.within(prepared.dataset)

    def _answer(self) -> Reading | None:
        """Return how the network of this moment answers the probe."""
        probe, model = self.probe, self.model
        if probe is None or model is None:
            return None
        traces = model.trace(probe.inputs[np.newaxis])
        outputs = traces[-1].a.T
        classes = model.dataset.task.classifies
        shares = model.shares(outputs)[0] if classes else None
        return Reading(probe, traces, outputs[0], shares)

    def history(self) -> History:
        """Return what the present run has measured."""
        return self.snapshot.history if self.snapshot is not None else History()
