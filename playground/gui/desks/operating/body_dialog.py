"""The small window that asks for which data the trained layers are kept."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QDialog, QFormLayout, QWidget

from playground import fields
from playground.data.catalogue import titles
from playground.gui.forms.number_box import NumberBox
from playground.gui.look.marking import named
from playground.gui.widgets.buttons import push_button
from playground.gui.widgets.combo_box import ComboBox, offer
from playground.gui.widgets.labels import sentence
from playground.gui.widgets.layouts import beside, stacked
from playground.training.experiment import DataSettings

_WORDS = (
    "Layers that still fit begin with what they have learned, the output begins anew. Reset comes "
    "back to this start, undo to what is here now."
)


class BodyDialog(QDialog):
    """``keep_requested`` carries the data set's name, examples a class, and whether to freeze."""

    keep_requested = Signal(str, object, bool)

    def __init__(self, data: DataSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bodyDialog")
        self.setWindowTitle("Keep the trained layers for other data")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(420)
        self.data_box = named(ComboBox(), "bodyDataBox", "Data", "What to learn next.")
        offer(self.data_box, [(title, name) for name, title in titles().items()], data.name)
        few: Any = fields.describe(DataSettings)["few"]
        self.few_box = named(NumberBox(few), "bodyFewBox", few.label, few.help)
        self.few_box.value_requested.connect(self._on_few)
        self._few = data.few
        self.few_box.set_value(self._few)
        self.freeze_box = named(
            QCheckBox("&Freeze the kept layers"),
            "bodyFreezeBox",
            tip="Train the output alone, on features that stay as they are. Off, all layers go on "
            "learning.",
        )
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.addRow("&Data", self.data_box)
        form.addRow("&Examples a class", self.few_box)
        form.addRow(self.freeze_box)
        keep = push_button("keepBodyButton", "&Keep and change data", role="primary")
        cancel = push_button("cancelBodyButton", "Cancel")
        keep.clicked.connect(self._on_keep)
        cancel.clicked.connect(self.reject)
        words = sentence("bodyWords", "muted")
        words.setText(_WORDS)
        stacked(form, words, beside(None, cancel, keep), on=self, spacing=10)

    @Slot(object)
    def _on_few(self, few: int | None) -> None:
        self._few = few
        self.few_box.set_value(few)

    @Slot()
    def _on_keep(self) -> None:
        name = self.data_box.currentData()
        self.keep_requested.emit(name, self._few, self.freeze_box.isChecked())
        self.accept()
