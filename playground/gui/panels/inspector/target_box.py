"""The choice of the answer that the loss of the probe is measured against."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QWidget

from playground.gui.look.marking import named, tool_tip
from playground.gui.session.session import Session
from playground.gui.widgets.combo_box import ComboBox
from playground.gui.widgets.labels import titled
from playground.gui.widgets.layouts import beside
from playground.wording import number

_CHOICE = (
    "The loss, and so every ∂L, is measured against this answer: any class, or the one that is "
    "most likely at each moment."
)
_LABELLED = "This example has a label of its own, which the loss is measured against."
_REGRESSION = "The loss is measured against the example's own value."
_OF_ITSELF = "The loss is measured against the example itself."
_NONE, _ITSELF = "no value", "the input itself"


class TargetChoice(QWidget):
    """``∂L as if this were``, and a box of classes; a label or value of the probe is fixed."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.box = named(ComboBox(), "targetBox", "The answer that the loss is measured against")
        self._label = titled(self.box, "Correct answer assumed")
        beside(self._label, (self.box, 1), on=self, margins=0, spacing=6)
        self._listed: tuple[str, ...] | None = None
        self._fixed: bool | None = None
        self.box.activated.connect(self._on_activated)

    def refresh(self) -> None:
        """Show what the session measures against now."""
        session = self._session
        probe, prepared = session.probe, session.prepared
        classes = () if prepared is None else prepared.dataset.class_names
        label = None if probe is None else probe.label
        itself = prepared is not None and prepared.dataset.task.of_itself
        if itself:
            classes = ()
        with QSignalBlocker(self.box):
            if classes:
                if classes != self._listed:
                    self._listed = classes
                    self.box.clear()
                    self.box.addItem("likeliest", None)
                    for index, name in enumerate(classes):
                        self.box.addItem(name, index)
                chosen = session.attention.chosen_target if label is None else label
                place = self.box.findData(chosen) if chosen is not None else 0
                if place != self.box.currentIndex():
                    self.box.setCurrentIndex(max(place, 0))
            else:
                value = None if probe is None else probe.target
                text = _ITSELF if itself else _NONE if value is None else number(value, 6)
                if self._listed != (text,):
                    self._listed = (text,)
                    self.box.clear()
                    self.box.addItem(text)
        fixed = label is not None or not classes
        if fixed != self._fixed:
            self._fixed = fixed
            self.box.setEnabled(not fixed)
            self._label.setText("Correct answer" if fixed else "Correct answer assumed")
        tip = _CHOICE if not fixed else _LABELLED if classes else _REGRESSION
        self.box.setToolTip(tool_tip(_OF_ITSELF if itself else tip))

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        self._session.attention.choose_target(self.box.itemData(index))
