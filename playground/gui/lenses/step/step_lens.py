"""The lens that walks through one training step, stage by stage, and then takes it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from playground.analysis.neurons.neuron import Neuron
from playground.analysis.slow_step import SlowStep, Stage, walk
from playground.data.preparation import Prepared
from playground.gui.lenses.lens import Lens
from playground.gui.lenses.step.controls import PLAYERS, StepControls
from playground.gui.lenses.step.stage_list import StageList
from playground.gui.lenses.step.stage_page import StagePage
from playground.gui.lenses.step.walker import Walker
from playground.gui.look.marking import mark, named
from playground.gui.look.meanings import VALUES, ColorMeaning
from playground.gui.session import messages
from playground.gui.session.analyst import Answer
from playground.gui.session.session import Session
from playground.gui.widgets.labels import sentence
from playground.gui.widgets.layouts import beside, scrolling, stacked
from playground.gui.widgets.timers import later
from playground.nn.explain.stage import EXAMPLE, STEP
from playground.training.model import Model
from playground.training.snapshot import Snapshot
from playground.training.step_start import StepStart

_INTRO = (
    "Here you see one training step in slow motion, with the real numbers of your network.\n"
    "Begin computes the very next step without making it: forward through every layer, the loss, "
    "backward by the chain rule, and the optimizer's update.\n"
    "Go through it with Next and Back (→ ←), click any number to see it worked out, and at the end "
    "take the step for real."
)
_TAKEN = "You have taken the step: the network now has the weights shown as after."
_OVERTAKEN = (
    "The network or its settings have changed since this step was looked at. You can still read "
    "it; Next step shows the one that comes now."
)
_NARROW = 460


class StepThroughLens(Lens):
    """Peeks at the next step, computes it in float64, and shows one stage after the other."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setObjectName("stepThrough")
        self._walker: Walker | None = None
        self._start: StepStart | None = None
        self._peeking = False
        self._pointing = False
        self._seen_start = False
        self._taken = False
        self._taking = False
        self._timer = later(self, 0, self._on_timeout)

        self.controls = StepControls()
        self.stages = StageList()
        self.page = StagePage()
        self._message = sentence("stepMessage")
        self._notice = named(QFrame(), role="notice")
        beside(self._message, on=self._notice, margins=(10, 5, 10, 5))
        self._intro = sentence("stepIntro", "label", _INTRO.replace("\n", "\n\n"))
        self._intro.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._intro.setContentsMargins(4, 10, 4, 4)
        self._intro.setMaximumWidth(620)
        walking = QWidget()
        beside(self.stages, (self.page, 1), on=walking, margins=0, spacing=4)
        self._pages = QStackedWidget()
        self._pages.addWidget(scrolling(self._intro))
        self._pages.addWidget(walking)
        stacked(
            self.controls, self._notice, (self._pages, 1), on=self, margins=(0, 8, 0, 6), spacing=6
        )
        self._notice.hide()
        self.controls.show_main(self.controls.begin)

        controls = self.controls
        controls.begin.clicked.connect(self.begin)
        controls.back.clicked.connect(self.go_back)
        controls.forward.clicked.connect(self.go_on)
        controls.play.clicked.connect(self.toggle_playing)
        controls.take.clicked.connect(self.take)
        controls.example.valueChanged.connect(self._on_example)
        controls.by_neuron.toggled.connect(self._on_by_neuron)
        controls.speed.valueChanged.connect(self._on_speed)
        self.stages.stage_requested.connect(self.go_to)
        self.page.entry_clicked.connect(self._on_entry_clicked)
        session.attention.step_changed.connect(self._on_step_pointed)
        session.step_peeked.connect(self._on_step_peeked)
        session.refused.connect(self._on_refused)

    @property
    def stage(self) -> Stage | None:
        """The stage in view."""
        return self._walker.stage if self._walker is not None else None

    @property
    def slow_step(self) -> SlowStep | None:
        """The step that is walked through."""
        return self._walker.slow if self._walker is not None else None

    # What the user asks for.

    @Slot()
    def begin(self) -> None:
        """Peek at the next step; the walk begins when it is computed."""
        example = None
        if self.controls.source.currentData() == "probe":
            example = self._probe_example()
            if example is None:
                self._tell(
                    "There is no example with a known answer: pick one from the data, or draw."
                )
                return
        self._peek(example)

    def point_out(self) -> None:
        """Open the next step where it computes the gradient of the selected neuron's layer."""
        self._pointing = True
        self._peek(None)

    @Slot()
    def go_on(self) -> None:
        """Go to the next neuron, or the next stage."""
        if self._walker is not None:
            self._show(self._walker.go_on())

    @Slot()
    def go_back(self) -> None:
        """Go to the neuron before, or to the stage before."""
        if self._walker is not None:
            self._show(self._walker.go_back())

    @Slot(int)
    def go_to(self, index: int) -> None:
        """Show a stage."""
        if self._walker is not None:
            self._walker.go_to(index)
            self._show(True)

    @Slot()
    def toggle_playing(self) -> None:
        """Let the stages go by themselves, or stop."""
        if self._timer.isActive():
            self._stop()
        elif self._walker is not None:
            if self._walker.finished:
                self.go_to(0)
            self._timer.start(self.controls.interval_ms)
            self.controls.show_playing(True)

    @Slot()
    def take(self) -> None:
        """Make the step for real."""
        if self._walker is None or self._taken:
            return
        self._stop()
        self._taken = self._taking = True
        self.session.send_here(messages.TakeStep(self._walker.slow.start))
        self.go_to(self._walker.last)
        self.controls.begin.setFocus()

    # What the session says.

    def set_in_view(self, in_view: bool) -> None:
        """Begin or end to follow the session."""
        super().set_in_view(in_view)
        if not in_view:
            self._stop()
        elif self._start is not None and self._walker is None:
            self._compute(self._start)

    def legend(self) -> tuple[ColorMeaning, ...]:
        return (VALUES,)

    def on_data(self, prepared: Prepared) -> None:
        """Forget the step of the former data."""
        self._forget()

    def on_model(self, model: Model | None) -> None:
        """Offer the probe only where there is a network."""
        self.controls.offer_players(model is not None and model.generator is not None)
        if model is None:
            self._forget()

    def on_snapshot(self, snapshot: Snapshot) -> None:
        """Tell calmly where training has gone on meanwhile."""
        start = self._start
        if self._taking:
            self._taking = False
            self._tell(_TAKEN, "card")
        if start is None or self._taken or self._walker is None:
            return
        same_run = snapshot.run == start.run
        later_on = (snapshot.epoch, snapshot.batch) > (start.epoch, start.batch)
        if (
            same_run
            and snapshot.experiment == start.experiment
            and np.array_equal(snapshot.parameters, start.parameters)
        ):
            self._seen_start = True
        elif self._seen_start or not same_run or later_on:
            self._taken = True
            self._stop()
            self._tell(_OVERTAKEN)
            self._show_state()

    def on_selected(self, neuron: Neuron | None) -> None:
        """Work out the neuron that is selected elsewhere, where the stage has it."""
        if neuron is not None and self._walker is not None and self._walker.select(neuron):
            self._point()

    def on_answer(self, topic: str, answer: Answer) -> None:
        """Begin the walk through what was computed."""
        if answer.error:
            self._forget()
            self._tell(answer.error)
            return
        slow: SlowStep = answer.value
        if slow.start is not self._start:
            return
        self._walker = Walker(slow, by_neuron=self.controls.by_neuron.isChecked())
        with QSignalBlocker(self.controls.example):
            self.controls.example.setValue(1)
        self.stages.show_stages(slow.stages, slow.names)
        self._pages.setCurrentIndex(1)
        self.controls.show_walking(True, batch=slow.examples)
        self.go_to(self._first_stage(slow))
        self.page.setFocus()

    @Slot(object)
    def _on_step_peeked(self, start: StepStart) -> None:
        if not self._peeking:
            return
        self._peeking = False
        self._start, self._walker = start, None
        self._seen_start = self._taken = False
        self._compute(start)

    @Slot(str, str)
    def _on_refused(self, path: str, sentence: str) -> None:
        if self._taking:
            self._taking = False
            self._tell(sentence)

    def _peek(self, example: tuple[np.ndarray, np.ndarray] | None) -> None:
        self._stop()
        self._tell("")
        self._peeking = True
        self.session.send_here(messages.Peek(example))

    def _first_stage(self, slow: SlowStep) -> int:
        """Return the stage to begin with: what is pointed out, or the very first."""
        selected, pointing = self.session.attention.selected, self._pointing
        self._pointing = False
        if not pointing or selected is None:
            return 0
        slopes = [f"d{tensor.symbol}" for tensor in slow.changes if tensor.layer == selected.layer]
        labels = [stage.label for stage in slow.stages]
        return labels.index(slopes[0]) if slopes else 0

    def _compute(self, start: StepStart) -> None:
        chosen = self.controls.source.currentData()
        turn = [player for _, player in PLAYERS if player == chosen]

        def question(model: Model, prepared: Prepared) -> SlowStep:
            return walk(start, prepared.dataset, *turn)

        self.ask("walk", question)

    def _probe_example(self) -> tuple[np.ndarray, np.ndarray] | None:
        session, reading = self.session, self.session.reading
        if reading is None or session.probe is None or session.prepared is None:
            return None
        target = reading.target_row(session.attention.chosen_target)
        if target is None:
            return None
        rows = session.prepared.normalization.apply(session.probe.inputs[np.newaxis])
        return rows, target

    # How it is shown.

    def _forget(self) -> None:
        self._stop()
        self._walker = self._start = None
        self._peeking = self._taken = self._taking = False
        self._pages.setCurrentIndex(0)
        self._tell("")
        self.controls.show_walking(False, batch=1)
        self._show_state()

    def _tell(self, sentence: str, role: str = "notice") -> None:
        self._message.setText(sentence)
        self._notice.setVisible(bool(sentence))
        mark(self._notice, "role", role)

    def _stop(self) -> None:
        self._timer.stop()
        self.controls.show_playing(False)

    def _show(self, another_stage: bool) -> None:
        """Show where the walker stands."""
        walker = self._walker
        assert walker is not None
        if another_stage:
            self.page.show_stage(walker.slow, walker.index)
            self.stages.mark(walker.index)
        self._point()
        self._show_state()

    def _point(self) -> None:
        if self._walker is not None:
            self.page.point_at(self._walker.here, self._walker.revealed)

    def _show_state(self) -> None:
        controls, walker = self.controls, self._walker
        fresh = walker is not None and not self._taken
        again = "Begin" if walker is None else "Begin again"
        controls.begin.setText("Next step" if self._taken else again)
        controls.take.setEnabled(fresh)
        controls.back.setEnabled(walker is not None and walker.index > 0)
        controls.forward.setEnabled(walker is not None and not walker.finished)
        if walker is None or self._taken:
            controls.show_main(controls.begin)
        else:
            at_end = walker.index == walker.last
            controls.show_main(controls.take if at_end else controls.forward)

    def event(self, event: QEvent) -> bool:
        # Otherwise a shortcut of the window could take these keys first.
        if event.type() == QEvent.Type.ShortcutOverride and self._walks_by(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._walks_by(event):
            super().keyPressEvent(event)
            return
        match event.key():
            case Qt.Key.Key_Left:
                self.go_back()
            case Qt.Key.Key_Right:
                self.go_on()
            case Qt.Key.Key_Home:
                self.go_to(0)
            case Qt.Key.Key_End if self._walker is not None:
                self.go_to(self._walker.last)
            case Qt.Key.Key_Space:
                self.toggle_playing()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.stages.setVisible(self.width() >= _NARROW)
        self.stages.setFixedWidth(132 if self.width() >= 640 else 108)

    def _walks_by(self, event: QEvent) -> bool:
        keys = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End)
        return (
            isinstance(event, QKeyEvent)
            and self._walker is not None
            and event.modifiers() in (
                Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier
            )
            and event.key() in (*keys, Qt.Key.Key_Space)
        )  # fmt: skip

    @Slot(int)
    def _on_example(self, number: int) -> None:
        if self._walker is not None:
            self._walker.cursor[EXAMPLE] = number - 1
            self._point()

    @Slot(bool)
    def _on_by_neuron(self, checked: bool) -> None:
        if self._walker is not None:
            self._walker.by_neuron = checked
            self.go_to(self._walker.index)

    @Slot(int)
    def _on_speed(self, value: int) -> None:
        if self._timer.isActive():
            self._timer.start(self.controls.interval_ms)

    @Slot()
    def _on_timeout(self) -> None:
        self.go_on()
        if self._walker is None or self._walker.finished:
            self._stop()
        else:
            self._timer.start(self.controls.interval_ms)

    @Slot(int, int, int)
    def _on_entry_clicked(self, index: int, row: int, column: int) -> None:
        if self._walker is None:
            return
        neuron = self._walker.choose(index, row, column)
        with QSignalBlocker(self.controls.example):
            self.controls.example.setValue(self._walker.cursor[EXAMPLE] + 1)
        self._point()
        if neuron is not None:
            self.session.attention.select(neuron)
        if self._walker.slow.start.of_probe and self._walker.stage.matrices[index].steps:
            self.session.attention.point_at(self._walker.here[STEP])

    @Slot(object)
    def _on_step_pointed(self, step: int | None) -> None:
        """Work out the step that is pointed at elsewhere, where the example is the probe."""
        if self._walker is not None and self._walker.slow.start.of_probe and step is not None:
            self._walker.cursor[STEP] = step
            self._point()
