"""How the network reads the user's drawings, before and after it is trained with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from time import perf_counter

from PySide6.QtCore import QObject, Signal, Slot

from playground.analysis.answers.own_readings import (
    OwnReadings,
    first_share,
    read_own,
    read_own_and_test,
)
from playground.data.own.drawings import NO_DRAWINGS, Fitting
from playground.data.preparation import Prepared
from playground.data.tasks import ACCURACY, MEAN_SQUARED_ERROR
from playground.gui.session.analyst import Answer
from playground.gui.session.run_state import RunState
from playground.gui.session.session import Session
from playground.gui.widgets.timers import later
from playground.training.model import Model
from playground.training.snapshot import Snapshot
from playground.wording import counted, fixed, grouped, percent

_READ, _BEFORE = "own drawings", "own drawings and test part"
_INTERVAL_MS = 250
_ASK_AGAIN_S, _TEST_AGAIN_S = 8.0, 4.0
_AT_ONCE, _AT_ONCE_ON_PRESS = 4_000_000, 40_000_000
"""Products of weights and inputs that the window computes itself: about 3 and 30 milliseconds."""


class TeachingEffect(QObject):
    """Measures the drawings, and the test part, which tells what is forgotten.

    Signals
    -------
    changed()
        The network reads them anew.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self.fitting = NO_DRAWINGS
        self._readings: OwnReadings | None = None
        self._before: tuple[OwnReadings, float] | None = None
        self._after = -1.0, 0.0
        self._tested = -1, 0.0
        self._asked = 0.0
        self._pause = later(self, _INTERVAL_MS, self._ask)
        session.snapshot_changed.connect(self._on_snapshot_changed)
        session.state_changed.connect(self._on_state_changed)
        session.answered.connect(self._on_answered)

    def look_at(self, fitting: Fitting) -> None:
        """Measure these drawings from now on."""
        self.fitting = fitting
        self._asked = 0.0
        self._ask()
        self.changed.emit()

    def forget(self) -> None:
        """Forget what was measured: the data are others."""
        self._readings = self._before = None
        self._after = -1.0, 0.0

    @Slot()
    def train_with_mine(self) -> None:
        """Measure how the network reads the drawings and the test part, then train with them."""
        session = self._session
        if not self.fitting.drawings or session.prepared is None:
            return
        if self._work(session.prepared) > _AT_ONCE_ON_PRESS:
            session.analyst.ask(_BEFORE, partial(_measure, fitting=self.fitting, tests=True))
        elif session.model is not None:
            measured = read_own_and_test(session.model, session.prepared, self.fitting)
            self._train_from(measured)
            self._take(measured)

    @property
    def classes(self) -> Mapping[int, str]:
        """The class that the network reads a drawing as, by serial number, where it is known."""
        return {} if self._readings is None else self._readings.classes

    def sentence(self) -> str:
        """Return how the drawings are read, before and after training with them."""
        count = len(self.fitting.drawings)
        if not count or self._readings is None:
            return ""
        right, moves = self._readings.right(self.fitting), self._readings.moves
        error = self._readings.error
        if self._before is None and error is not None:
            return f"They come back with a squared error of {fixed(error, 4)}"
        if self._before is None and moves is not None:
            return f"{percent(moves)} of the moves predicted"
        if self._before is None:
            return f"{grouped(right)} of {grouped(count)} read correctly"
        before, at = self._before
        history, after = self._session.timeline.history(), self._after
        if len(history) and history.epochs[-1] > after[0]:
            measure = ACCURACY if error is None else MEAN_SQUARED_ERROR
            after = float(history.epochs[-1]), history.last(f"test_{measure.name}")
        if error is not None:
            errors = before.error or 0.0, error, before.test_error or 0.0
            own, now, tested = (fixed(value, 4) for value in errors)
            lead = f"Squared error of your {counted(count, 'drawing')}: {own} → {now}"
            return f"{lead}; of the test part {tested} → {_later(after, at)}"
        accuracy = percent(after[1]) if after[0] > at else "…"
        whose = f"Your {counted(count, 'drawing')}"
        told = f"{whose}: {grouped(before.right(self.fitting))} → {grouped(right)} right"
        if moves is not None and before.moves is not None:
            told = f"Moves predicted: {percent(before.moves)} → {percent(moves)}"
        return f"{told}; test accuracy {percent(before.test_accuracy or 0.0)} → {accuracy}"

    # How it is measured.

    @Slot()
    def _ask(self) -> None:
        """Read the drawings with the weights of this moment: now, or later where that is much."""
        session, model = self._session, self._session.model
        if not self.fitting.drawings or model is None or session.prepared is None:
            return
        tests = self._test_is_due(session.prepared)
        now = perf_counter()
        if not tests and self._work() <= _AT_ONCE:
            self._take(read_own(model, self.fitting))
        elif tests and self._work(session.prepared) <= _AT_ONCE_ON_PRESS:
            self._take(read_own_and_test(model, session.prepared, self.fitting))
        elif now > self._asked + _ASK_AGAIN_S:
            # Asked again, a question goes to the end of the queue: not while it waits.
            self._asked = now
            session.analyst.ask(_READ, partial(_measure, fitting=self.fitting, tests=tests))

    def _test_is_due(self, prepared: Prepared) -> bool:
        """Return whether the test part is to be read too, once at rest.

        While training runs, each epoch's end tells its accuracy; where that takes long, this does.
        """
        snapshot, now = self._session.snapshot, perf_counter()
        if self._before is None or snapshot is None or snapshot.step == self._tested[0]:
            return False
        if self._session.state is RunState.RUNNING and (
            self._work(prepared) <= _AT_ONCE_ON_PRESS or now < self._tested[1] + _TEST_AGAIN_S
        ):
            return False
        self._tested = snapshot.step, now
        return True

    def _work(self, prepared: Prepared | None = None) -> int:
        """Return how many products it takes to read the drawings, and the test part if given."""
        model = self._session.model
        count = len(self.fitting.drawings) + (len(prepared.test_index) if prepared else 0)
        return 0 if model is None else count * len(model.network.parameters)

    def _take(self, readings: OwnReadings) -> None:
        self._readings = readings
        tested = readings.test_error if readings.error is not None else readings.test_accuracy
        if tested is not None:
            self._after = self._now(), tested
        if self._before is not None:
            before, at = self._before
            # A drawing that came since is first read now.
            classes = {**readings.classes, **before.classes}
            self._before = replace(before, classes=classes), at
        self.changed.emit()

    def _now(self) -> float:
        """Return the epochs done, the part of the present one included."""
        snapshot = self._session.snapshot
        return 0.0 if snapshot is None else snapshot.epoch + snapshot.batch / snapshot.batches

    # What the session says.

    @Slot(object)
    def _on_snapshot_changed(self, snapshot: Snapshot) -> None:
        if self.fitting.drawings and not self._pause.isActive():
            self._pause.start()

    @Slot(object)
    def _on_state_changed(self, state: RunState) -> None:
        if state is RunState.IDLE:
            self._before = None
            self._after = -1.0, 0.0
            self.changed.emit()

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        readings = answer.value
        if answer.key not in (_READ, _BEFORE) or not isinstance(readings, OwnReadings):
            return
        self._asked = 0.0
        if answer.key == _BEFORE:
            self._train_from(readings)
        self._take(readings)

    def _train_from(self, before: OwnReadings) -> None:
        session, at = self._session, self._now()
        if session.experiment.training.own_share == 0:
            share = first_share(len(self.fitting.drawings))
            session.change("training.own_share", share)
        self._before = before, at
        self._tested = -1, perf_counter()
        if session.state is not RunState.RUNNING:
            session.toggle_training()


def _later(after: tuple[float, float], at: float) -> str:
    """Return an error that was measured after a moment, or that it is still to come."""
    return fixed(after[1], 4) if after[0] > at else "…"


def _measure(model: Model, prepared: Prepared, *, fitting: Fitting, tests: bool) -> OwnReadings:
    return read_own_and_test(model, prepared, fitting) if tests else read_own(model, fitting)
