"""The strip of the data set's examples, any of which can be taken into the hand."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from playground.data.preparation import Prepared
from playground.gui.probes.example_strip import ExampleStrip
from playground.gui.session.probe import example_probe
from playground.gui.widgets.layouts import stacked


class ExamplesArea(QWidget):
    """Turns a chosen example into a probe; ``probe_requested`` carries it."""

    probe_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._prepared: Prepared | None = None
        self.strip = ExampleStrip()
        stacked(self.strip, on=self, margins=(12, 4, 12, 6))
        self.strip.example_requested.connect(self.pick)

    @Slot(object)
    def set_data(self, prepared: Prepared) -> None:
        """Show a data set's examples."""
        self._prepared = prepared
        self.strip.set_data(prepared)

    @Slot(int)
    def pick(self, index: int) -> None:
        """Take an example of the data set into the hand."""
        if self._prepared is not None:
            self.probe_requested.emit(example_probe(self._prepared, index))

    @Slot()
    def pick_first(self) -> None:
        """Take the first test example into the hand."""
        if self._prepared is not None:
            self.pick(int(self._prepared.test_index[0]))
