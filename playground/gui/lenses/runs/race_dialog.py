"""The small window that asks what the present experiment is to race against."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QFormLayout, QWidget

from playground import fields
from playground.errors import PlaygroundError
from playground.gui.forms.editors import editor_for
from playground.gui.forms.number_box import NumberBox
from playground.gui.look.marking import named
from playground.gui.widgets.buttons import push_button
from playground.gui.widgets.combo_box import ComboBox, offer
from playground.gui.widgets.labels import sentence
from playground.gui.widgets.layouts import beside, stacked
from playground.training.edits.in_words import edit_in_words
from playground.training.experiment import Experiment, Stopping, every_layer

_ALL_LAYERS = "activation"
_USUAL_EPOCHS = 20


class RaceDialog(QDialog):
    """``race_requested`` carries the other experiment, the changes to it by path, and epochs."""

    race_requested = Signal(object, object, int)

    def __init__(self, experiment: Experiment, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("raceDialog")
        self.setWindowTitle("Race against…")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(420)
        self._experiment = experiment
        self._choices = _choices(experiment)
        self._value: Any = None
        self.setting_box = named(ComboBox(), "raceSettingBox", "Setting")
        choices = [(declared.label, path) for path, (declared, _) in self._choices.items()]
        offer(self.setting_box, choices, "training.optimizer")
        self.epochs_box = NumberBox(fields.describe(Stopping)["epochs"])  # type: ignore[arg-type]
        named(self.epochs_box, "raceEpochsBox", "Epochs", "How long each of the two is trained.")
        self._epochs = experiment.training.stopping.epochs or _USUAL_EPOCHS
        self.epochs_box.set_value(self._epochs)
        self.epochs_box.value_requested.connect(self._on_epochs)
        self.editor: Any = QWidget()
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(12)
        self._form.addRow("&Setting", self.setting_box)
        self._form.addRow("&Other value", self.editor)
        self._form.addRow("&Epochs", self.epochs_box)
        self.words = sentence("raceWords", "muted")
        self.start = push_button("startRaceButton", "&Race", role="primary")
        cancel = push_button("cancelRaceButton", "Cancel")
        self.start.clicked.connect(self._on_start)
        cancel.clicked.connect(self.reject)
        buttons = beside(None, cancel, self.start)  # Enter in a box is not yet the start
        stacked(self._form, self.words, buttons, on=self, spacing=10)
        self.setting_box.currentIndexChanged.connect(self._on_setting)
        self._on_setting()

    @property
    def changes(self) -> dict[str, Any]:
        """The changes that lead from the present experiment to the other one."""
        path = self.setting_box.currentData()
        if path != _ALL_LAYERS:
            return {path: self._value}
        places = (f"{place}.{path}" for place, layer in _bent(self._experiment))
        return dict.fromkeys(places, self._value)

    @property
    def other(self) -> Experiment:
        """The experiment to race against."""
        other = self._experiment
        for path, value in self.changes.items():
            other = fields.replace_at(other, path, value)
        return other

    @Slot()
    def _on_setting(self) -> None:
        declared, self._value = self._choices[self.setting_box.currentData()]
        if isinstance(declared, fields.Variant):
            present = type(self._value)
            self._value = next(kind() for kind in declared.registry if kind is not present)
        self._form.removeRow(1)
        self.editor = editor_for(declared)
        named(self.editor, "raceValueBox", declared.label, declared.help)
        self.editor.set_value(self._value)
        self.editor.value_requested.connect(self._on_value)
        self._form.insertRow(1, "&Other value", self.editor)
        self._say()

    @Slot(object)
    def _on_value(self, value: Any) -> None:
        self._value = value
        self.editor.set_value(value)
        self._say()

    @Slot(object)
    def _on_epochs(self, epochs: int | None) -> None:
        self._epochs = epochs or _USUAL_EPOCHS
        self.epochs_box.set_value(self._epochs)

    def _say(self) -> None:
        """Say who races, or why nobody can."""
        try:
            other = self.other
        except PlaygroundError as error:
            other, text = self._experiment, str(error)
        else:
            text = "Choose another value than the present one."
        if other != self._experiment:
            one, two = (
                edit_in_words(other, self._experiment),
                edit_in_words(self._experiment, other),
            )
            text = (
                f"{one}, then {two}: both start with the same weights and the same order of "
                "examples. Undo brings back what is here now."
            )
        self.words.setText(text)
        self.start.setEnabled(other != self._experiment)

    @Slot()
    def _on_start(self) -> None:
        self.race_requested.emit(self.other, self.changes, self._epochs)
        self.accept()


def _bent(experiment: Experiment) -> list[tuple[str, Any]]:
    """Return the hidden layers that have an activation, with their paths."""
    return [pair for pair in every_layer(experiment.layers) if hasattr(pair[1], "activation")]


def _choices(experiment: Experiment) -> dict[str, tuple[fields.Declared, Any]]:
    """Return what can differ, by path, with its present value."""
    choices = {
        f"training.{name}": (declared, getattr(experiment.training, name))
        for name, declared in fields.describe(experiment.training).items()
        if not isinstance(declared, fields.Section)
    }
    bent = [layer for _, layer in _bent(experiment)]
    if bent:
        choices[_ALL_LAYERS] = fields.describe(bent[0])["activation"], bent[0].activation
    return choices
