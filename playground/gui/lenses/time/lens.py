"""The lens of time: what the network makes of the sequence in the hand, step by step."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QButtonGroup, QPushButton, QWidget

from playground.analysis.neurons.neuron import Neuron
from playground.analysis.steps.answers import (
    AnswersInTime,
    answers_at_every_step,
    answers_question,
)
from playground.analysis.steps.memory import Remembered, remembered_question
from playground.analysis.steps.states import (
    by_time_of_change,
    layers_in_time,
    most_telling,
    states,
    traces_of,
)
from playground.data.preparation import Prepared
from playground.gui.lenses.lens import Lens
from playground.gui.lenses.time.step_rows import StepRows
from playground.gui.look.marking import named
from playground.gui.look.meanings import OF_TIME, ColorMeaning
from playground.gui.look.theme import SMALL_PX, on_theme_changed, sized
from playground.gui.session.analyst import Answer
from playground.gui.session.probe import Probe
from playground.gui.session.reading import Reading
from playground.gui.session.session import Session
from playground.gui.widgets.buttons import push_button, show_playing
from playground.gui.widgets.combo_box import named_box, offer
from playground.gui.widgets.example_steps import ExampleInSteps
from playground.gui.widgets.flow_layout import FlowLayout
from playground.gui.widgets.labels import sentence, titled
from playground.gui.widgets.layouts import beside, paged, stacked
from playground.gui.widgets.timers import every, later
from playground.nn.record import INPUT
from playground.training.model import Model
from playground.wording import counted

_EVERY_S = 0.12
_STEP_MS = 80
_PATIENCE_MS = 150
"""How long what was found for one example may stand beside the next."""

_HINT = "Drag the line, or use the arrow keys."
_HINT_OF_PEN = "Drag the line, or use the arrow keys: the point on the drawing moves with it."


class TimeLens(Lens):
    """Shows one example over an axis of steps, and moves the step that all views point at."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setObjectName("timeLens")
        self._probe: Probe | None = None
        self._remembered: Remembered | None = None
        self._traces: dict[str, str] = {}
        self._hint, self._chosen = _HINT, ""

        self.rows = StepRows()
        self.play = push_button(
            "playStepsButton", "Play", "Go through the steps at the speed of a hand (Space)."
        )
        self.layer_box = named_box(
            "timeLayerBox", "Layer", "The layer whose units are shown, and what it remembers."
        )
        self._buttons = QButtonGroup(self)
        self._controls = FlowLayout(gap=6, line_gap=4)
        self._timer = every(self, _STEP_MS, self._advance)
        self._awaited: set[str] = set()
        self._overdue = later(self, _PATIENCE_MS, self._drop_former)

        shown = QWidget()
        layer = QWidget()
        beside(titled(self.layer_box, "Layer"), self.layer_box, on=layer, margins=0, spacing=6)
        for part in (self.play, layer):
            self._controls.addWidget(part)
        stacked((self.rows, 1), self._controls, on=shown, margins=(0, 2, 0, 4), spacing=4)
        self._empty = sentence(role="muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = paged(self._empty, shown, on=self)

        self.rows.step_chosen.connect(self._on_step_chosen)
        self.rows.play_asked.connect(self.play.click)
        self.rows.pointed.connect(self._on_pointed)
        self.rows.heat.unit_chosen.connect(self._on_unit_chosen)
        self.play.clicked.connect(self._on_play)
        self.layer_box.currentIndexChanged.connect(self._on_layer)
        self._buttons.buttonClicked.connect(self._show_states)
        on_theme_changed(self._draw_play)
        self._draw_play()

    @property
    def layer(self) -> str:
        """The layer whose units are shown."""
        return str(self.layer_box.currentData())

    @property
    def trace(self) -> str:
        """Which of its traces is shown."""
        chosen = self._buttons.checkedButton()
        return "" if chosen is None else str(chosen.property("trace"))

    def legend(self) -> tuple[ColorMeaning, ...]:
        meanings = (self.rows.heat.meaning,)
        return (*meanings, OF_TIME) if self.rows.pen.isVisibleTo(self) else meanings

    def on_data(self, prepared: Prepared) -> None:
        self._empty.setText(f"{prepared.dataset.kind.choose} to see how it is read step by step.")
        self._forget()

    def on_model(self, model: Model | None) -> None:
        if model is None or not layers_in_time(model.network):
            self._forget()
            return
        network = model.network
        layers = layers_in_time(network)
        chosen = self._chosen if self._chosen in layers else most_telling(network)
        offer(self.layer_box, ((network.names.short(name), name) for name in layers), chosen)
        self._offer_traces(model)
        if self._probe is not None:
            self._ask(self._probe)

    def on_reading(self, reading: Reading | None) -> None:
        model = self.session.model
        if reading is None or model is None or not layers_in_time(model.network):
            self._forget()
            return
        if reading.probe is not self._probe:
            self._take(reading.probe, model)
        if answers_at_every_step(model):
            outputs = model.in_time(reading.traces[-1].a)[0, :, : self.rows.steps]
            shares = reading.shares_in_time
            self._show_answers(AnswersInTime(reading.probe.inputs, outputs, shares, ending=False))
        self._show_states()
        self.on_step(self.session.attention.step)
        self._pages.setCurrentIndex(1)

    def on_step(self, step: int | None) -> None:
        last = self.rows.steps - 1
        self.rows.set_step(last + 1, last if step is None else min(step, last))

    def on_answer(self, topic: str, answer: Answer) -> None:
        found, probe = answer.value, self._probe
        if probe is None or found is None or not np.array_equal(found.inputs, probe.inputs):
            return
        self._awaited.discard(topic)
        if isinstance(found, AnswersInTime):
            self._show_answers(found)
        elif isinstance(found, Remembered):
            self._remembered = found
            self._show_memory()

    def minimumSizeHint(self) -> QSize:
        least, controls = super().minimumSizeHint(), self._controls
        lines = controls.heightForWidth(self.width()) - controls.minimumSize().height()
        return least + QSize(0, max(lines, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QApplication.postEvent(self, QEvent(QEvent.Type.LayoutRequest))  # other lines of controls

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._stop()

    # What is shown.

    def _take(self, probe: Probe, model: Model) -> None:
        """Show another example."""
        self._probe = probe
        dataset = model.dataset
        steps = int(model.lengths(probe.inputs[None])[0])
        example = ExampleInSteps(dataset, probe.inputs, steps)
        drawn = example.way is not None
        self.rows.steps = steps
        self.rows.so_far.show_example(example)
        self.rows.pen.setVisible(drawn)
        self.rows.reads.setVisible(dataset.task.classifies)
        self._hint = _HINT_OF_PEN if drawn else _HINT
        self._on_pointed("")
        self._ask(probe)

    def _ask(self, probe: Probe) -> None:
        model = self.session.model
        assert model is not None
        self._awaited = {"remembered"}
        self._overdue.start()
        if answers_at_every_step(model):
            self.unwatch("answers")
        else:
            self._awaited.add("answers")
            self.watch("answers", answers_question(probe.inputs), _EVERY_S)
        self.watch("remembered", remembered_question(probe.inputs), _EVERY_S)

    @Slot()
    def _drop_former(self) -> None:
        """Show nothing instead of what belongs to the example before."""
        if "answers" in self._awaited:
            self.rows.answer.show_answers(None, (), None)
            self.rows.reads.show_answers(None, (), foretells=False)
        if "remembered" in self._awaited:
            self._remembered = None
            self.rows.memory.show_pulls(np.empty(0), "", "")

    def _show_answers(self, answers: AnswersInTime) -> None:
        model, probe = self.session.model, self._probe
        if model is None or probe is None or answers.steps != self.rows.steps:
            return
        names, task = model.dataset.class_names, model.dataset.task
        what = (
            "probability of what comes next"
            if task.at_every_step
            else ("probability of each class" if task.classifies else task.answer_word)
        )
        self.rows.answer.caption = f"{what}, if it ended there" if answers.ending else what
        self.rows.answer.show_answers(answers, names, probe.target)
        self.rows.reads.show_answers(answers, names, foretells=task.at_every_step)
        self.rows.tell()

    @Slot()
    def _show_states(self) -> None:
        model, reading = self.session.model, self.session.reading
        if model is None or reading is None or not self.trace:
            return
        values = states(model.network, reading.traces, self.layer, self.trace)
        values = values[:, : self.rows.steps]
        order, dataset = by_time_of_change(values), model.dataset
        names: tuple[str, ...] = ()
        caption = f"{counted(len(values), 'unit')}, ordered by when they change"
        if self.layer == INPUT:
            names = dataset.unit_names
            order.sort()
            caption = counted(len(values), dataset.kind.feature_word)
        self.rows.heat.show_values(
            values, order, title=self._traces[self.trace], caption=caption, names=names
        )
        self.tell_legend()

    def _show_memory(self) -> None:
        found, model = self._remembered, self.session.model
        if found is None or model is None or self.layer not in found.pulls:
            return
        classes = model.dataset.class_names
        answer = f"the score of {classes[found.label]}" if classes else "the output"
        self.rows.memory.show_pulls(
            found.pulls[self.layer], found.symbols[self.layer], f"pull of each step on {answer}"
        )
        self.rows.tell()

    def _offer_traces(self, model: Model) -> None:
        """Offer what can be seen of the chosen layer, the same as before where it has that."""
        traces, before = dict(traces_of(model.network, self.layer)), self.trace
        if traces != self._traces:
            self._traces = traces
            for button in self._buttons.buttons():
                self._buttons.removeButton(button)
                self._controls.removeWidget(button)
                button.deleteLater()
            for trace, title in traces.items():
                tip = f"Show what stands for “{title.lower()}” in each unit, step by step."
                button = named(QPushButton(title), f"{trace}TraceButton", title, tip)
                button.setProperty("trace", trace)
                button.setCheckable(True)
                self._buttons.addButton(sized(button, SMALL_PX))
                self._controls.addWidget(button)
                button.setChecked(trace == before)
                button.setVisible(len(traces) > 1)
            if self._buttons.checkedButton() is None:
                self._buttons.buttons()[0].setChecked(True)

    def _forget(self) -> None:
        self._probe = self._remembered = None
        self.unwatch("answers")
        self.unwatch("remembered")
        self._stop()
        self._pages.setCurrentIndex(0)

    # What is asked for.

    @Slot(int)
    def _on_step_chosen(self, step: int) -> None:
        self._stop()
        self._point_at(step)

    def _point_at(self, step: int) -> None:
        last = self.rows.steps - 1
        self.session.attention.point_at(None if step >= last else step)

    @Slot(str)
    def _on_pointed(self, said: str) -> None:
        self.rows.memory.say(said or self._hint)

    @Slot(int, int)
    def _on_unit_chosen(self, unit: int, step: int) -> None:
        """Select a unit in every view."""
        model = self.session.model
        assert model is not None
        layer = model.network.layer(self.layer)
        positions = model.network.input_shape[-1] if layer is None else layer.positions
        place = unit * positions + (step if positions > 1 else 0)
        self.session.attention.select(Neuron(self.layer, place))

    @Slot()
    def _on_layer(self) -> None:
        self._chosen = self.layer
        if self.session.model is not None:
            self._offer_traces(self.session.model)
            self._show_states()
            self._show_memory()

    @Slot()
    def _on_play(self) -> None:
        if self._timer.isActive():
            self._stop()
            return
        if self.rows.step == self.rows.steps - 1:
            self._point_at(0)
        self._timer.start()
        self._draw_play()

    @Slot()
    def _advance(self) -> None:
        self._point_at(self.rows.step + 1)
        if self.rows.step == self.rows.steps - 1:
            self._stop()

    def _stop(self) -> None:
        self._timer.stop()
        self._draw_play()

    @Slot()
    def _draw_play(self) -> None:
        show_playing(self.play, self._timer.isActive())
