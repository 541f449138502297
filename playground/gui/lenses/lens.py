"""What every lens is: one tab that follows the session while it is in view."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from playground.analysis.neurons.neuron import Neuron
from playground.data.preparation import Prepared
from playground.gui.look.meanings import ColorMeaning
from playground.gui.session.analyst import Answer, Question
from playground.gui.session.reading import Reading
from playground.gui.session.run_state import RunState
from playground.gui.session.session import Session
from playground.gui.widgets.timers import later
from playground.training.model import Model
from playground.training.snapshot import Snapshot


@dataclass
class _Watch:
    """A question that is asked again as the weights change."""

    question: Question
    every_s: float
    asked_at: float = 0.0
    awaited: bool = False
    snapshot: Snapshot | None = None

    def forget(self) -> None:
        """Expect no answer any more, and ask again whatever the moment."""
        self.awaited = False
        self.snapshot = None


class Lens(QWidget):
    """One way of looking.

    The hooks ``on_…`` are called only while the lens is in view, and each once when it comes into
    view; :meth:`on_data` is called always, to drop what belonged to other data. A lens overrides
    those it needs.
    """

    probe_requested = Signal(object)
    legend_changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.in_view = False
        self.turn = 0
        self._told: tuple[ColorMeaning, ...] = ()
        self._watched: dict[str, _Watch] = {}
        self._late = later(self, 0, self._ask_all_again)
        session.data_changed.connect(self._on_data_changed)
        session.model_changed.connect(self._on_model_changed)
        session.reading_changed.connect(self._on_reading_changed)
        session.snapshot_changed.connect(self._on_snapshot_changed)
        session.answered.connect(self._on_answered)
        session.afterwards.due.connect(self._on_afterwards)
        session.attention.selected_changed.connect(self._on_selected_changed)
        session.attention.hovered_changed.connect(self._on_hovered_changed)
        session.attention.step_changed.connect(self._on_step_changed)

    def set_in_view(self, in_view: bool) -> None:
        """Begin or end to follow the session."""
        if in_view == self.in_view:
            return
        self.in_view = in_view
        if in_view:
            session = self.session
            self.on_model(session.model)
            if session.snapshot is not None:
                self.on_snapshot(session.snapshot)
            self.on_reading(session.reading)
            self.on_selected(session.attention.selected)
            self.on_hovered(session.attention.hovered)
            self.on_step(session.attention.step)
            self._ask_all_again()
            self.tell_legend()

    def ask(self, topic: str, question: Question) -> None:
        """Let the analyst answer a question once; :meth:`on_answer` takes the answer."""
        self.session.analyst.ask((id(self), topic), question)

    def watch(self, topic: str, question: Question, every_s: float) -> None:
        """Ask now and, while in view, again whenever the weights have changed.

        At most once in ``every_s`` seconds, and never while the last answer is still awaited.
        """
        self._watched[topic] = _Watch(question, every_s)
        if self.in_view:
            self._ask_again(topic)

    def unwatch(self, topic: str) -> None:
        """Stop asking."""
        self._watched.pop(topic, None)
        self.session.analyst.forget((id(self), topic))

    def legend(self) -> tuple[ColorMeaning, ...]:
        """Return what the colours in view stand for, the most important first."""
        return ()

    def tell_legend(self) -> None:
        """Say so where the colours stand for something else now."""
        if self.in_view and self._told != (told := self.legend()):
            self._told = told
            self.legend_changed.emit()

    def on_data(self, prepared: Prepared) -> None:
        """Forget what belonged to other data."""

    def on_model(self, model: Model | None) -> None:
        """Show another network, or none."""

    def on_reading(self, reading: Reading | None) -> None:
        """Show how the network answers the probe now."""

    def on_snapshot(self, snapshot: Snapshot) -> None:
        """Show the weights of another moment."""

    def on_selected(self, neuron: Neuron | None) -> None:
        """Show which neuron is selected."""

    def on_hovered(self, neuron: Neuron | None) -> None:
        """Show which neuron is under the mouse."""

    def on_step(self, step: int | None) -> None:
        """Show which step of the sequence in the hand is pointed at, None being its end."""

    def on_answer(self, topic: str, answer: Answer) -> None:
        """Take the analyst's answer to a question of this lens."""

    def point_out(self) -> None:
        """Show what the diagnosis says, where looking is not enough."""

    def _ask_again(self, topic: str) -> None:
        watch, snapshot = self._watched[topic], self.session.snapshot
        if not self.in_view or watch.awaited or snapshot is None or snapshot is watch.snapshot:
            return
        wait_s = watch.asked_at + watch.every_s - perf_counter()
        if wait_s > 0:
            self._late.start(int(wait_s * 1000) + 1)
            return
        watch.snapshot, watch.asked_at, watch.awaited = snapshot, perf_counter(), True
        self.ask(topic, watch.question)

    @Slot()
    def _ask_all_again(self) -> None:
        for topic in self._watched:
            self._ask_again(topic)

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        if not isinstance(answer.key, tuple) or answer.key[:1] != (id(self),):
            return
        topic = answer.key[1]
        if topic in self._watched:
            self._watched[topic].awaited = False
        if self.in_view:
            self.on_answer(topic, answer)
            self._ask_all_again()
            self.tell_legend()

    @Slot(object)
    def _on_data_changed(self, prepared: Prepared) -> None:
        for watch in self._watched.values():
            watch.forget()
        self.on_data(prepared)

    @Slot(object)
    def _on_model_changed(self, model: Model | None) -> None:
        for watch in self._watched.values():
            watch.forget()
        if self.in_view:
            self.on_model(model)
            self.tell_legend()

    @Slot(object)
    def _on_reading_changed(self, reading: Reading | None) -> None:
        if self.in_view and not self._waits:
            self.on_reading(reading)
            self.tell_legend()

    @Slot(object)
    def _on_snapshot_changed(self, snapshot: Snapshot) -> None:
        if self.in_view and not self._waits:
            self.on_snapshot(snapshot)
            self._ask_all_again()

    @property
    def _waits(self) -> bool:
        return self.turn > 0 and self.session.state is RunState.RUNNING

    @Slot(int)
    def _on_afterwards(self, stage: int) -> None:
        snapshot = self.session.snapshot
        if self.in_view and stage == self.turn and snapshot is not None and self._waits:
            self.on_snapshot(snapshot)
            self.on_reading(self.session.reading)
            self._ask_all_again()

    @Slot(object)
    def _on_selected_changed(self, neuron: Neuron | None) -> None:
        if self.in_view:
            self.on_selected(neuron)

    @Slot(object)
    def _on_hovered_changed(self, neuron: Neuron | None) -> None:
        if self.in_view:
            self.on_hovered(neuron)

    @Slot(object)
    def _on_step_changed(self, step: int | None) -> None:
        if self.in_view:
            self.on_step(step)
