"""The lens of neurons by classes: which class each neuron answers to, over all the data."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QSizePolicy,
    QStackedLayout,
    QWidget,
)

from playground.analysis.neurons.class_activity import ClassActivity, Order
from playground.gui.lenses.classes.activity_map import SATURATED_SIGN, SILENT_SIGN, ActivityMap
from playground.gui.look.marking import named, plain
from playground.gui.widgets.layouts import beside, stacked

_PARTS = {"train": "Training examples", "test": "Test examples"}
_ORDERS: dict[Order, str] = {
    "index": "Neuron number",
    "preferred": "Preferred class",
    "selectivity": "Selectivity",
}
_EMPTY = "Each neuron's mean activation for each class appears here once the network has data."
_HINT = "Point at a cell to read it; click a class to list its most active neurons first."


class ClassActivityLens(QWidget):
    """Shows a :class:`ClassActivity`, one layer at a time.

    ``part_requested`` carries ``train`` or ``test``.
    """

    part_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("classActivity")
        self._activity: ClassActivity | None = None
        self._titles: Mapping[str, str] = {}
        self._listed: tuple[tuple[str, ...], ...] = ()

        self.layer_box = self._box("activityLayerBox", "Layer", "The layer whose neurons are rows.")
        self.part_box = self._box(
            "activityPartBox",
            "Part of the data",
            "The examples to average over; a neuron that is silent on both parts is of no use.",
        )
        for part, title in _PARTS.items():
            self.part_box.addItem(title, part)
        self.sort_box = self._box(
            "activitySortBox",
            "Order of the neurons",
            "Preferred class puts neurons that answer to the same class side by side; selectivity "
            "is 1 for a neuron that answers to one class only and 0 for one that tells none apart.",
        )
        self.map = ActivityMap()
        self._counts = named(plain(QLabel()), "neuronCounts")
        self._reading = named(plain(QLabel(_HINT)), "activityReading")
        for label in (self._counts, self._reading):
            label.setProperty("role", "muted")
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

        controls = beside(spacing=6)
        for title, box in (
            ("Layer", self.layer_box),
            ("Over", self.part_box),
            ("Sorted by", self.sort_box),
        ):
            label = named(QLabel(title), role="muted")
            label.setBuddy(box)
            controls.addWidget(label)
            controls.addWidget(box)
            controls.addSpacing(6)
        controls.addStretch(1)
        shown = QWidget()
        stacked(
            controls,
            self._counts,
            (self.map, 1),
            self._reading,
            on=shown,
            margins=(0, 8, 0, 6),
            spacing=6,
        )
        empty = named(QLabel(_EMPTY), role="muted")
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        empty.setWordWrap(True)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(empty)
        self._pages.addWidget(shown)

        self.layer_box.currentIndexChanged.connect(self._on_choice)
        self.sort_box.currentIndexChanged.connect(self._on_choice)
        self.part_box.currentIndexChanged.connect(self._on_part)
        self.map.pointed.connect(self._on_pointed)
        self.map.class_clicked.connect(self._on_class_clicked)

    @property
    def counts_text(self) -> str:
        """The line that counts the silent and the saturated neurons."""
        return self._counts.text()

    @property
    def reading(self) -> str:
        """The line about the cell that is pointed at."""
        return self._reading.text()

    def set_titles(self, titles: Mapping[str, str]) -> None:
        """Give the layers their headings by name, such as ``Dense 16 · ReLU``."""
        self._titles = titles
        self._listed = ()

    def set_part(self, part: str) -> None:
        """Show which part of the data is averaged over."""
        with QSignalBlocker(self.part_box):
            self.part_box.setCurrentIndex(self.part_box.findData(part))

    def set_activity(self, activity: ClassActivity | None) -> None:
        """Show the neurons' mean activations; ``None`` empties the view."""
        self._activity = activity
        if activity is None or not activity.layer_names:
            self._activity = None
            self._listed = ()
            self.map.show_layer(None, 0, "index")
            self._pages.setCurrentIndex(0)
            return
        self._pages.setCurrentIndex(1)
        listed = (activity.layer_names, activity.class_names)
        if listed != self._listed:
            self._listed = listed
            self._list_choices(activity)
        self._show()

    def _list_choices(self, activity: ClassActivity) -> None:
        layer, sort = self.layer_box.currentText(), self.sort_box.currentText()
        with QSignalBlocker(self.layer_box), QSignalBlocker(self.sort_box):
            self.layer_box.clear()
            for name, means in zip(activity.layer_names, activity.means, strict=True):
                self.layer_box.addItem(self._titles.get(name, f"{name} ({len(means)})"), name)
            self.sort_box.clear()
            for order, title in _ORDERS.items():
                self.sort_box.addItem(title, order)
            for column, name in enumerate(activity.class_names):
                self.sort_box.addItem(f"Activity at {name}", column)
            self.layer_box.setCurrentIndex(max(self.layer_box.findText(layer), 0))
            self.sort_box.setCurrentIndex(max(self.sort_box.findText(sort), 0))

    def _show(self) -> None:
        if self._activity is None:
            return
        layer = max(self.layer_box.currentIndex(), 0)
        self.map.show_layer(self._activity, layer, self.sort_box.currentData())
        self._counts.setText(_counted(self._activity, layer, self.part_box.currentData()))

    def _box(self, name: str, spoken: str, tip: str) -> QComboBox:
        box = named(QComboBox(self), name, spoken, tip)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        return box

    @Slot()
    def _on_choice(self) -> None:
        self._show()

    @Slot(int)
    def _on_part(self, index: int) -> None:
        self._show()
        self.part_requested.emit(self.part_box.itemData(index))

    @Slot(str)
    def _on_pointed(self, reading: str) -> None:
        self._reading.setText(reading or _HINT)

    @Slot(int)
    def _on_class_clicked(self, column: int) -> None:
        self.sort_box.setCurrentIndex(self.sort_box.findData(column))


def _counted(activity: ClassActivity, layer: int, part: str) -> str:
    """Return how many neurons are silent or saturated, in one line."""
    units = len(activity.means[layer])
    kind = "training" if part == "train" else "test"
    silent = int(activity.silent[layer].sum())
    saturated = int(activity.saturated[layer].sum())
    parts = []
    if silent:
        verb = "is" if silent == 1 else "are"
        parts.append(
            f"{SILENT_SIGN} {silent} of {units} neurons {verb} silent on every {kind} example"
        )
    if saturated:
        verb = "is" if saturated == 1 else "are"
        parts.append(
            f"{SATURATED_SIGN} {saturated} of {units} neurons {verb} saturated on nearly every "
            f"{kind} example"
        )
    if not parts:
        return f"All {units} neurons answer; {activity.examples:,} {kind} examples."
    return " · ".join(parts)
