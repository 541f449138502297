"""The part of the lens that changes the example until the network takes it for another class."""

from __future__ import annotations

from time import perf_counter

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QHideEvent

from playground.analysis.neurons.neuron import Neuron
from playground.analysis.why.dreaming import PULL, Ascent, Goal, UnitGoal, begin, climb, inner_goals
from playground.data.dataset import Dataset
from playground.gui.lenses.why.example_pair import ExamplePair
from playground.gui.lenses.why.rising_curve import RisingCurve
from playground.gui.lenses.why.wording import answer_text, goal_name, inner_name
from playground.gui.session.probe import Probe
from playground.gui.session.reading import Reading
from playground.gui.widgets.buttons import push_button
from playground.gui.widgets.combo_box import named_box, offer
from playground.gui.widgets.layouts import beside, stacked, turn
from playground.gui.widgets.section import LensSection
from playground.gui.widgets.timers import later
from playground.nn.activations import Sigmoid, Softmax
from playground.training.model import Model
from playground.wording import brief, counted, number

_FRAME_MS = 33
_WAIT_FOR_EACH = 3
"""A frame waits so many times as long as its step took, so that the window keeps its time."""
_MOST_STEPS = 2_000
_STRENGTHS = (0.02, 0.05, 0.2)
_GO, _STOP = "Make it more like", "Stop"


class AscentSection(LensSection):
    """One step of gradient ascent a frame; ``probe_requested`` carries what it came to.

    ``ascent`` is where it has come to.
    """

    probe_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__("ascent", "Make it more like another class")
        self._model: Model | None = None
        self._dataset: Dataset | None = None
        self._probe: Probe | None = None
        self._neuron: Neuron | None = None
        self._inner: dict[str, UnitGoal] = {}
        self.ascent: Ascent | None = None
        self._answers: list[float] = []
        self._chosen = False

        self.go_button = push_button(
            "ascendButton",
            _GO,
            "Change the example a little at a time, always in the direction in which the "
            "network finds it more like this class.",
        )
        self.class_box = named_box(
            "ascendClassBox",
            "What to make the example more like",
            "What to make of the example: another class, or what the neuron or map that is "
            "selected in the window asks for.",
        )
        self.strength_box = named_box(
            "strengthBox",
            "Strength of each step",
            "s, how far one step goes: the Euclidean length of the change, each value counted as "
            "a share of its range. Small steps stay closer to the example.",
            ((f"s = {number(length)}", length) for length in _STRENGTHS),
        )
        self.strength_box.setCurrentIndex(1)
        self.reset_button = push_button(
            "ascentResetButton", "Start again", "Go back to the example as it was."
        )
        self.take_button = push_button(
            "takeDreamButton",
            "Use this example",
            "Show the changed example in every view.",
        )
        self.heading.hide()  # the button says it
        for place, widget in enumerate((self.go_button, self.class_box, self.strength_box)):
            self.controls.insertWidget(place, widget)
        self.go_button.setMinimumWidth(self.go_button.sizeHint().width())

        self.pair = ExamplePair()
        self.curve = RisingCurve()
        pictures = beside(self.pair, (self.curve, 1), spacing=12)
        self._buttons = stacked(self.reset_button, self.take_button, None, spacing=6)
        self._body = beside((pictures, 1), self._buttons, spacing=10)
        self.column.addLayout(self._body, 1)
        self.column.addWidget(self.sentence)
        self.column.addStretch(0)

        self._frames = later(self, 0, self._on_frame)
        self.go_button.clicked.connect(self._on_go)
        self.reset_button.clicked.connect(self._on_reset)
        self.take_button.clicked.connect(self._on_take)
        self.class_box.activated.connect(self._on_class_chosen)
        self._show()

    @property
    def running(self) -> bool:
        """Whether it takes steps."""
        return self._frames.isActive()

    def set_narrow(self, narrow: bool) -> None:
        """Put the buttons under the pictures, or beside them."""
        turn(self._body, not narrow)
        turn(self._buttons, narrow)

    def set_dataset(self, dataset: Dataset) -> None:
        """Offer the classes of another data set."""
        self._dataset = dataset
        self._model = None
        self._chosen = False
        self._offer_goals()
        self.pair.set_dataset(dataset)
        self.set_probe(None)

    def set_model(self, model: Model | None) -> None:
        """Climb with another network."""
        self.stop()
        self._model = model
        self._offer_goals()

    def set_selected(self, neuron: Neuron | None) -> None:
        """Offer what the neuron asks for that is selected in the window, or its map."""
        if neuron != self._neuron:
            self._neuron = neuron
            if isinstance(self.class_box.currentData(), str):
                self.stop()
            self._offer_goals()

    @property
    def goal(self) -> Goal:
        """What to make the example more like."""
        chosen = self.class_box.currentData()
        return self._inner[chosen] if isinstance(chosen, str) else int(chosen)

    def set_reading(self, reading: Reading) -> None:
        """Begin with another probe; as long as nothing is chosen, the runner-up is offered."""
        self.set_probe(reading.probe)
        if not self._chosen and reading.shares is not None and len(reading.shares) > 1:
            second = int(np.argsort(-np.nan_to_num(reading.shares), kind="stable")[1])
            self.class_box.setCurrentIndex(self.class_box.findData(second))

    def set_probe(self, probe: Probe | None) -> None:
        """Begin with another example."""
        self.stop()
        self._probe, self.ascent, self._answers = probe, None, []
        self._show()

    def stop(self) -> None:
        """Take no more steps."""
        if self.running:
            self._frames.stop()
            self._show()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.stop()

    @Slot()
    def _on_go(self) -> None:
        if self.running:
            self.stop()
            return
        model, probe = self._model, self._probe
        if model is None or probe is None:
            return
        label = self.goal
        ascent = self.ascent
        if ascent is None:
            ascent = begin(model, probe.inputs, label)
        elif ascent.label != label or ascent.steps >= _MOST_STEPS:
            here = begin(model, ascent.inputs, label)
            ascent = Ascent(ascent.start, here.inputs, label, 0, here.answer, here.objective)
        if ascent is not self.ascent:
            self._answers = [ascent.answer]
        self.ascent = ascent
        self._frames.start(0)
        self._show()

    @Slot()
    def _on_frame(self) -> None:
        model, ascent = self._model, self.ascent
        if model is None or ascent is None:
            return
        mark = perf_counter()
        ascent = climb(model, ascent, float(self.strength_box.currentData()))
        self.ascent = ascent
        if not ascent.settled:
            self._answers.append(ascent.answer)
            if ascent.steps < _MOST_STEPS:
                cost_ms = 1000 * (perf_counter() - mark)
                self._frames.start(max(int(_WAIT_FOR_EACH * cost_ms), _FRAME_MS))
        self._show()

    @Slot()
    def _on_reset(self) -> None:
        self.set_probe(self._probe)

    @Slot()
    def _on_take(self) -> None:
        ascent, probe, dataset = self.ascent, self._probe, self._dataset
        if ascent is None or probe is None or dataset is None:
            return
        self.stop()
        inner = isinstance(ascent.label, UnitGoal)
        like = "more like " if dataset.task.classifies or inner else ""
        title = f"{probe.title} made {like}{self._name(ascent.label)}"
        self.probe_requested.emit(Probe(ascent.inputs.copy(), title))

    @Slot()
    def _on_class_chosen(self) -> None:
        self._chosen = True
        self.stop()
        self._show()

    def _offer_goals(self) -> None:
        """List the classes, and what the selected neuron or its map asks for."""
        dataset, model = self._dataset, self._model
        if dataset is None:
            return
        self._inner = {} if model is None else inner_goals(model.network, self._neuron)
        labels = range(len(dataset.class_names)) if dataset.task.classifies else (1, 0)
        goals: list[tuple[int | str, Goal]] = [(label, label) for label in labels]
        goals += self._inner.items()
        named_goals = ((self._name(goal), key) for key, goal in goals)
        offer(self.class_box, named_goals, self.class_box.currentData())
        self._show()

    def _name(self, goal: Goal) -> str:
        """Return what the example is made more like."""
        assert self._dataset is not None
        if not isinstance(goal, UnitGoal):
            return goal_name(self._dataset, goal)
        assert self._model is not None
        return f"what {inner_name(self._dataset, self._model.network, goal)} asks for"

    def _show(self) -> None:
        """Draw the example as it is now, and enable what can be done."""
        self.go_button.setText(_STOP if self.running else self._go_text())
        self.go_button.setAccessibleName(self.go_button.text())
        moved = self.ascent is not None and self.ascent.steps > 0
        self.reset_button.setEnabled(moved)
        self.take_button.setEnabled(moved)
        probe, dataset = self._probe, self._dataset
        if probe is None or dataset is None:
            return
        now = probe.inputs if self.ascent is None else self.ascent.inputs
        self.pair.set_examples(probe.inputs, now)
        inner = isinstance(self.goal if self.ascent is None else self.ascent.label, UnitGoal)
        self.curve.set_values(self._answers, shares=dataset.task.classifies and not inner)
        self.sentence.setText(self._words(dataset))
        if self._model is not None:
            self.set_caption(_formula(self._model, self.goal))

    def _go_text(self) -> str:
        regression = self._dataset is not None and not self._dataset.task.classifies
        inner = isinstance(self.class_box.currentData(), str)
        return "Make the output" if regression and not inner else _GO

    def _words(self, dataset: Dataset) -> str:
        ascent = self.ascent
        if ascent is None:
            if isinstance(self.goal, UnitGoal):
                return (
                    "Each step moves every value a little in the direction that raises "
                    f"{self.goal.symbol} fastest."
                )
            return (
                "Each step moves every value a little in the direction in which the network finds "
                "the example more like the chosen class."
                if dataset.task.classifies
                else "Each step moves every value a little in the direction that changes the "
                "output fastest."
            )
        answer = answer_text(dataset, ascent.answer)
        if isinstance(ascent.label, UnitGoal):
            answer = f"Its {ascent.label.symbol}: {brief(ascent.answer)}"
        elif dataset.task.classifies:
            answer = f"Probability of {dataset.class_names[ascent.label]}: {answer}"
        else:
            answer = f"Output {answer}"
        steps = counted(ascent.steps, "step")
        text = f"{answer} after {steps}; changed by {brief(ascent.change)} in all."
        if ascent.settled:
            text += " Settled: no step raises J any further."
        elif ascent.steps >= _MOST_STEPS:
            text += " Stopped; press again to continue."
        return text


def _formula(model: Model, goal: Goal) -> str:
    """Return what is climbed: see :func:`playground.analysis.why.dreaming.climb`."""
    activation = model.network.output_activation
    classes = model.dataset.task.classifies
    climbed = "ln p" if classes and isinstance(activation, Softmax | Sigmoid) else "±ŷ"
    if isinstance(goal, UnitGoal):
        climbed = goal.symbol
    formula = f"J = {climbed} − {number(PULL / 2)}·‖u − u₀‖²;  u ← u + s·∇J/‖∇J‖"
    return f"{formula};  u is x as a share of its range, 0 to 1"
