"""The lens of neurons by classes: which class each neuron or map answers to, over all the data."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from playground.analysis.neurons.class_activity import (
    ClassActivity,
    Order,
    class_activity,
    saturation_bounds,
)
from playground.data.preparation import PARTS, Prepared
from playground.gui.lenses.classes.activity_map import SATURATED_SIGN, SILENT_SIGN, ActivityMap
from playground.gui.lenses.lens import Lens
from playground.gui.look.marking import named
from playground.gui.look.meanings import ColorMeaning
from playground.gui.session.analyst import Answer
from playground.gui.session.session import Session
from playground.gui.widgets.combo_box import named_box, offer
from playground.gui.widgets.flow_layout import FlowLayout
from playground.gui.widgets.labels import sentence, titled
from playground.gui.widgets.layouts import beside, paged, stacked
from playground.training.model import Model
from playground.wording import grouped

INTERVAL_S = 0.25
LARGEST_PART = 2_000
_AT_ONCE = 128
_PARTS = ("Training examples", "train"), ("Test examples", "test")
_ORDERS: tuple[tuple[str, Order], ...] = (
    ("Number", "index"),
    ("Preferred class", "preferred"),
    ("Selectivity", "selectivity"),
)
_EMPTY = "Each neuron's mean activation for each class appears here once the examples are read."
_HINT = "Point at a cell to read it; click a class to list the most active ones first."


class ClassesLens(Lens):
    """Lets the analyst measure a :class:`ClassActivity`, and shows it one layer at a time."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setObjectName("classActivity")
        self.activity: ClassActivity | None = None
        self._titles: dict[str, str] = {}
        self._listed: tuple[object, ...] = ()

        self.layer_box = named_box(
            "activityLayerBox", "Layer", "The layer whose neurons or maps are listed."
        )
        self.part_box = named_box(
            "activityPartBox",
            "Part of the data",
            "The examples to average over; a neuron that is silent on every part contributes "
            "nothing.",
            _PARTS,
        )
        self.sort_box = named_box(
            "activitySortBox",
            "Order of the neurons or maps",
            "Preferred class puts neurons that respond to the same class side by side; selectivity "
            "is 1 for a neuron that responds to one class only and 0 for one that responds to all "
            "alike.",
        )
        self.map = ActivityMap()
        self.counts = named(QLabel(), "neuronCounts", role="muted")
        self.reading = named(QLabel(_HINT), "activityReading", role="muted")
        for label in (self.counts, self.reading):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

        controls = FlowLayout(gap=12, line_gap=4)
        for title, box in (
            ("Layer", self.layer_box),
            ("Over", self.part_box),
            ("Sorted by", self.sort_box),
        ):
            choice = QWidget()
            beside(titled(box, title), box, on=choice, margins=0, spacing=6)
            controls.addWidget(choice)
        shown = QWidget()
        stacked(
            *(controls, self.counts, (self.map, 1), self.reading),
            on=shown,
            margins=(0, 8, 0, 6),
            spacing=6,
        )
        empty = sentence(role="muted", text=_EMPTY)
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = paged(empty, shown, on=self)

        self.layer_box.currentIndexChanged.connect(self._show)
        self.sort_box.currentIndexChanged.connect(self._show)
        self.part_box.currentIndexChanged.connect(self._on_part)
        self.map.pointed.connect(self._on_pointed)
        self.map.class_clicked.connect(self._on_class_clicked)
        self._ask()

    def legend(self) -> tuple[ColorMeaning, ...]:
        return (self.map.meaning,)

    def on_data(self, prepared: Prepared) -> None:
        parts = [(f"{PARTS[name].capitalize()} examples", name) for name in prepared.parts]
        offer(self.part_box, parts, self.part_box.currentData())
        self.set_activity(None)
        self._ask()

    def on_model(self, model: Model | None) -> None:
        if model is not None:
            network = model.network
            self._titles = {layer.name: network.names.full(layer.name) for layer in network.layers}
            self._listed = ()

    def on_answer(self, topic: str, answer: Answer) -> None:
        self.set_activity(answer.value)

    def set_activity(self, activity: ClassActivity | None) -> None:
        """Show the neurons' mean activations; ``None`` empties the view."""
        self.activity = activity if activity is not None and activity.layer_names else None
        self._pages.setCurrentIndex(int(self.activity is not None))
        if self.activity is None:
            self._listed = ()
            self.map.show_layer(None, 0, "index")
            return
        listed = (self.activity.layer_names, self.activity.class_names)
        if listed != self._listed:
            self._listed = listed
            self._list_choices(self.activity)
        self._show()

    def _list_choices(self, activity: ClassActivity) -> None:
        layers = ((self._titles.get(name, name), name) for name in activity.layer_names)
        offer(self.layer_box, layers, self.layer_box.currentData())
        classes = ((f"Activity at {name}", at) for at, name in enumerate(activity.class_names))
        offer(self.sort_box, (*_ORDERS, *classes), self.sort_box.currentData())

    def _ask(self) -> None:
        part = self.part_box.currentData()

        def activity(model: Model, prepared: Prepared) -> ClassActivity:
            index, dataset = prepared.rows_of(part)[:LARGEST_PART], model.dataset
            layers, there = model.network.layers, None
            if dataset.steps:
                there = (
                    np.arange(dataset.steps) < model.lengths(dataset.inputs[index])[:, np.newaxis]
                )
            return class_activity(
                (
                    trace
                    for start in range(0, len(index), _AT_ONCE)
                    for trace in model.trace(dataset.inputs[index[start : start + _AT_ONCE]])
                ),
                dataset.targets[index],
                dataset.class_names,
                saturation_bounds(layers),
                {layer.name: layer.positions for layer in layers},
                there,
            )

        self.watch("activity", activity, INTERVAL_S)

    @Slot()
    def _show(self) -> None:
        if self.activity is not None:
            layer = self.layer_box.currentIndex()
            self.map.show_layer(self.activity, layer, self.sort_box.currentData())
            part = self.part_box.currentData()
            self.counts.setText(_counted(self.activity, layer, part))

    @Slot()
    def _on_part(self) -> None:
        self._show()
        self._ask()

    @Slot(str)
    def _on_pointed(self, reading: str) -> None:
        self.reading.setText(reading or _HINT)

    @Slot(int)
    def _on_class_clicked(self, column: int) -> None:
        self.sort_box.setCurrentIndex(self.sort_box.findData(column))


def _counted(activity: ClassActivity, layer: int, part: str) -> str:
    """Return how many neurons or maps are silent or saturated, in one line."""
    units, noun = len(activity.means[layer]), activity.noun(layer)
    kind = PARTS[part]
    told = []
    for sign, found, what in (
        (SILENT_SIGN, activity.silent, "silent on every"),
        (SATURATED_SIGN, activity.saturated, "saturated on nearly every"),
    ):
        count = int(found[layer].sum())
        if count:
            verb = "is" if count == 1 else "are"
            told.append(f"{sign} {count} of {units} {noun}s {verb} {what} {kind} example")
    return (
        " · ".join(told)
        or f"All {units} {noun}s respond; {grouped(activity.examples)} {kind} examples."
    )
