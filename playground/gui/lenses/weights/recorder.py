"""Records what becomes of the weights while training goes on, whether anybody looks or not."""

from __future__ import annotations

import math
from time import perf_counter, thread_time

from PySide6.QtCore import QObject, Signal, Slot

from playground.analysis.weights.weight_history import (
    ActivationSample,
    WeightHistory,
    activation_sampler,
)
from playground.data.preparation import Prepared
from playground.gui.session.analyst import Answer, Question
from playground.gui.session.session import Session
from playground.gui.widgets.timers import later
from playground.nn.network import Network
from playground.training.model import Model
from playground.training.snapshot import Snapshot

RECORDING_SHARE = 0.01
"""Of the window's time: a moment takes 0.3 ms (64-64-10) to 1.5 ms (784-512-512-10)."""

LONGEST_INTERVAL_S = 0.2
ASKING_SHARE = 0.02
"""Of the analyst's time, for activations."""

_LONGEST_WAIT_S = 5.0
_LEAST_ASKING_S = 0.25


class Recorder(QObject):
    """Follows a session; ``recorded`` tells that :attr:`history` has grown or begun anew.

    Attributes
    ----------
    history
        Of the present run and its network, None before there is one.
    """

    recorded = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.history: WeightHistory | None = None
        self._of: tuple[object, ...] = ()
        self._recorded: Snapshot | None = None
        self._asked: Snapshot | None = None
        self._record_at = self._ask_at = self._awaited_until = 0.0
        self._late = later(self, 0, self._on_late)
        session.snapshot_changed.connect(self._on_snapshot_changed)
        session.afterwards.due.connect(self._on_afterwards)
        session.answered.connect(self._on_answered)
        if session.snapshot is not None:
            self._on_snapshot_changed(session.snapshot)
            self._on_late()

    @classmethod
    def of(cls, session: Session) -> Recorder:
        """Return the session's one recorder, which begins to record when first asked for."""
        found = session.findChild(cls)
        return found if isinstance(found, cls) else cls(session)

    @Slot(object)
    def _on_snapshot_changed(self, snapshot: Snapshot) -> None:
        model = self._session.model
        if model is None or self._session.timeline.shown is not None:
            return
        of = (snapshot.run, *_structure(model.whole))
        if of != self._of:
            self._of = of
            self.history = WeightHistory(model.whole)
            self._record_at = self._ask_at = self._awaited_until = 0.0

    @Slot(int)
    def _on_afterwards(self, stage: int) -> None:
        if stage == 1:
            self._on_late()

    @Slot()
    def _on_late(self) -> None:
        snapshot = self._session.snapshot
        if self._session.timeline.shown is not None:
            return
        if snapshot is not None and self._of and snapshot.run == self._of[0]:
            self._catch_up(snapshot)

    def _catch_up(self, snapshot: Snapshot) -> None:
        """Record and ask what is due, and come back for what is not due yet."""
        waits = []
        now = perf_counter()
        if snapshot is not self._recorded:
            if now >= self._record_at:
                self._record(snapshot)
            else:
                waits.append(self._record_at - now)
        if snapshot is not self._asked:
            ask_at = max(self._ask_at, self._awaited_until)
            if now >= ask_at:
                self._ask(snapshot)
            else:
                waits.append(ask_at - now)
        if waits:
            self._late.start(math.ceil(min(waits) * 1000))

    def _record(self, snapshot: Snapshot) -> None:
        assert self.history is not None
        begun = perf_counter()
        self.history.record(snapshot.now, snapshot.parameters, snapshot.gradient, snapshot.update)
        self._recorded = snapshot
        now = perf_counter()
        self._record_at = now + min((now - begun) / RECORDING_SHARE, LONGEST_INTERVAL_S)
        self.recorded.emit()

    def _ask(self, snapshot: Snapshot) -> None:
        assert self.history is not None
        self._asked = snapshot
        # An answer about a network that has changed meanwhile never comes.
        self._awaited_until = perf_counter() + _LONGEST_WAIT_S
        self._session.analyst.ask(self._key, _timed(self.history.names))

    @property
    def _key(self) -> tuple[str, tuple[object, ...]]:
        return "weight history", self._of

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        if answer.key != self._key or self.history is None:
            return
        self._awaited_until = 0.0
        if answer.value is not None and self._session.timeline.shown is None:
            sample, seconds = answer.value
            self._ask_at = perf_counter() + max(seconds / ASKING_SHARE, _LEAST_ASKING_S)
            if all(values.size for values in sample.values):
                self.history.record_activations(answer.snapshot.now, sample)
                self.recorded.emit()
        self._on_late()


def _structure(network: Network) -> tuple[tuple[object, ...], ...]:
    return tuple(
        (
            layer.name,
            layer.settings.kind,
            layer.input_shape,
            layer.output_shape,
            *(spec.shape for spec in layer.specs),
        )
        for layer in network.layers
    )


def _timed(names: tuple[str, ...]) -> Question:
    """Return the question of the named layers' activations, which also tells its processor time."""
    sample = activation_sampler(names)

    def question(model: Model, prepared: Prepared) -> tuple[ActivationSample, float]:
        begun = thread_time()
        return sample(model, prepared), thread_time() - begun

    return question
