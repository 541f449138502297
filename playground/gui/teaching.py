"""Takes what the user teaches: keeps the drawings, trains with them, measures the effect."""

from __future__ import annotations

import dataclasses
from functools import partial
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QUndoCommand
from PySide6.QtWidgets import QWidget

from playground.data import own_drawings
from playground.data.ink import Ink
from playground.data.own_drawings import Fitting, OwnDrawing
from playground.data.preparation import Prepared
from playground.errors import DataError
from playground.gui.analyst import Answer
from playground.gui.panels.own_drawings import OwnDrawingsPanel
from playground.gui.probes.canvas_panel import CanvasPanel
from playground.gui.probes.numbers import percent
from playground.gui.probes.probe import Probe
from playground.gui.session import RunState, Session
from playground.training.model import Model
from playground.training.own_readings import (
    OwnReadings,
    first_share,
    read_own,
    read_own_and_test,
)
from playground.training.snapshot import Snapshot

_READ, _BEFORE = "own drawings", "own drawings and test part"
_INTERVAL_MS = 250
_ASK_AGAIN_S, _TEST_AGAIN_S = 8.0, 4.0
_AT_ONCE, _AT_ONCE_ON_PRESS = 4_000_000, 40_000_000
"""Products of weights and inputs that the window computes itself: about 3 and 30 milliseconds."""


class TeachingDesk(QObject):
    """Knows the user's drawings and how the network of this moment reads them.

    Signals
    -------
    drawings_changed()
        Other drawings, other labels, or other data.
    readings_changed()
        The network reads them anew.
    """

    drawings_changed = Signal()
    readings_changed = Signal()

    def __init__(self, session: Session, panel: CanvasPanel, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._panel = panel
        self._window = window
        self._dialog: OwnDrawingsPanel | None = None
        self._on_canvas: tuple[Ink | NDArray[np.floating], int] | None = None
        self._readings: OwnReadings | None = None
        self._before: tuple[OwnReadings, float] | None = None
        self._told_of_damage = False
        self._asked = 0.0
        self._after = -1.0, 0.0
        self._tested = -1, 0.0
        self.drawings: tuple[OwnDrawing, ...] = own_drawings.kept()
        self.fitting = Fitting((), np.empty((0, 0), np.float32), np.empty(0, np.int64))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_INTERVAL_MS)
        self._pause.timeout.connect(self._ask)
        panel.taught.connect(self.teach)
        panel.own_strip.list_requested.connect(self.show_drawings)
        panel.own_strip.training_requested.connect(self.train_with_mine)
        session.data_changed.connect(self._on_data_changed)
        session.snapshot_changed.connect(self._on_snapshot_changed)
        session.state_changed.connect(self._on_state_changed)
        session.answered.connect(self._on_answered)

    # What the user asks for.

    @Slot(object, str)
    def teach(self, source: Ink | NDArray[np.floating], label: str) -> None:
        """Keep a drawing as one of a class; the same drawing again changes its class."""
        if self._on_canvas is not None and self._on_canvas[0] is source:
            serial = self._on_canvas[1]
            if any(own.serial == serial for own in self.drawings):
                self.relabel(serial, label)
                return
        try:
            new = OwnDrawing.of(label, source)
        except DataError as error:
            self._session.refused.emit("", str(error))
            return
        self._on_canvas = (source, new.serial)
        self._change((*self.drawings, new), f"teaching of a {label}")

    def relabel(self, serial: int, label: str) -> None:
        """Change what a drawing was meant as."""
        changed = (
            dataclasses.replace(own, label=label) if own.serial == serial else own
            for own in self.drawings
        )
        self._change(tuple(changed), "change of a drawing's class")

    def delete(self, serial: int) -> None:
        """Keep a drawing no longer; undo brings it back."""
        left = tuple(own for own in self.drawings if own.serial != serial)
        self._change(left, "deletion of a drawing")

    def put_on_canvas(self, own: OwnDrawing) -> None:
        """Let the network read a drawing of the list."""
        prepared = self._session.prepared
        form = None if prepared is None else prepared.dataset.drawing
        stages = None if form is None else own.stages(form)
        if stages is None:
            return
        self._on_canvas = (stages.source, own.serial)
        if isinstance(stages.source, Ink):
            self._panel.draw(stages.source)
        else:
            self._panel.show_picture(Probe(stages.input, "Your picture", stages=stages))
        self._panel.set_taught(stages.source, own.label)

    @Slot()
    def train_with_mine(self) -> None:
        """Measure how the network reads the drawings and the test part, then train with them."""
        session = self._session
        if not self.fitting.drawings or session.prepared is None:
            return
        if self._work(session.prepared) > _AT_ONCE_ON_PRESS:
            session.ask(_BEFORE, partial(_measure, fitting=self.fitting, tests=True))
        elif session.model is not None:
            measured = read_own_and_test(session.model, session.prepared, self.fitting)
            self._train_from(measured)
            self._take(measured)

    @Slot()
    def show_drawings(self) -> None:
        """Show the drawings in a window of their own."""
        if self._dialog is None:
            self._dialog = OwnDrawingsPanel(self, self._window)
        self._dialog.show()
        self._dialog.activateWindow()

    # What is known.

    @property
    def prepared(self) -> Prepared | None:
        """The data in use."""
        return self._session.prepared

    def reading(self, own: OwnDrawing) -> str | None:
        """Return the class that the network reads a drawing as; None where it is not known."""
        return None if self._readings is None else self._readings.classes.get(own.serial)

    def effect(self) -> str:
        """Return how the drawings are read, before and after training with them."""
        count = len(self.fitting.drawings)
        if not count or self._readings is None:
            return ""
        right = self._readings.right(self.fitting)
        if self._before is None:
            return f"{right:,} of {count:,} read right"
        before, at = self._before
        whose = f"Your {count:,} drawing{'s' if count > 1 else ''}"
        history, after = self._session.history(), self._after
        if len(history) and history.epochs[-1] > after[0]:
            after = float(history.epochs[-1]), history.last("test_accuracy")
        accuracy = percent(after[1]) if after[0] > at else "…"
        return (
            f"{whose}: {before.right(self.fitting):,} → {right:,} right; "
            f"test accuracy {percent(before.test_accuracy or 0.0)} → {accuracy}"
        )

    # How a change is carried out.

    def _change(self, drawings: tuple[OwnDrawing, ...], title: str) -> None:
        try:
            own_drawings.keep(drawings)
        except DataError as error:
            self._session.refused.emit("", str(error))
            return
        self._session.undo_stack.push(_Change(self, self.drawings, drawings, title))

    def put(self, drawings: tuple[OwnDrawing, ...]) -> None:
        """Carry a change out; for the undo list."""
        if own_drawings.kept() is not drawings:
            try:
                own_drawings.keep(drawings)
            except DataError as error:
                self._session.refused.emit("", str(error))
                return
        self.drawings = drawings
        prepared = self._session.prepared
        if prepared is not None:
            self._fit(prepared)
            self._session.teach(prepared.with_own(self.fitting))
        if self._on_canvas is not None:
            source, serial = self._on_canvas
            labels = {own.serial: own.label for own in drawings}
            self._panel.set_taught(source, labels.get(serial))

    def _fit(self, prepared: Prepared) -> None:
        self.fitting = own_drawings.fitting(self.drawings, prepared.dataset)
        self._panel.own_strip.set_drawings(len(self.fitting.drawings))
        self.drawings_changed.emit()
        self._asked = 0.0
        self._ask()
        self._tell()

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
            session.ask(_READ, partial(_measure, fitting=self.fitting, tests=tests))

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
        if readings.test_accuracy is not None:
            self._after = self._now(), readings.test_accuracy
        if self._before is not None:
            before, at = self._before
            # A drawing that came since is first read now.
            classes = {**readings.classes, **before.classes}
            self._before = OwnReadings(classes, before.test_accuracy), at
        self._tell()

    def _now(self) -> float:
        """Return the epochs done, the part of the present one included."""
        snapshot = self._session.snapshot
        return 0.0 if snapshot is None else snapshot.epoch + snapshot.batch / snapshot.batches

    def _tell(self) -> None:
        self._panel.own_strip.set_effect(self.effect())
        self.readings_changed.emit()

    # What the session says.

    @Slot(object)
    def _on_data_changed(self, prepared: Prepared) -> None:
        self._readings = self._before = None
        self._after = -1.0, 0.0
        self._fit(prepared)
        if not self._told_of_damage:
            self._told_of_damage = True
            try:
                own_drawings.check_readable()
            except DataError as error:
                self._session.refused.emit("", str(error))

    @Slot(object)
    def _on_snapshot_changed(self, snapshot: Snapshot) -> None:
        if self.fitting.drawings and not self._pause.isActive():
            self._pause.start()

    @Slot(object)
    def _on_state_changed(self, state: RunState) -> None:
        if state is RunState.IDLE:
            self._before = None
            self._after = -1.0, 0.0
            self._tell()

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


def _measure(model: Model, prepared: Prepared, *, fitting: Fitting, tests: bool) -> OwnReadings:
    return read_own_and_test(model, prepared, fitting) if tests else read_own(model, fitting)


class _Change(QUndoCommand):
    """Other drawings, or other labels."""

    def __init__(
        self,
        desk: TeachingDesk,
        before: tuple[OwnDrawing, ...],
        after: tuple[OwnDrawing, ...],
        title: str,
    ) -> None:
        super().__init__(title)
        self._desk = desk
        self._before = before
        self._after = after

    def redo(self) -> None:
        """Keep the new ones."""
        self._desk.put(self._after)

    def undo(self) -> None:
        """Keep the old ones again."""
        self._desk.put(self._before)
