"""The middle of the window: lenses in tabs, one pane of them or two, and the neuron inspector."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from playground.gui.lenses.activations_tab import ActivationsTab
from playground.gui.lenses.classes_tab import ClassesTab
from playground.gui.lenses.lens import Lens
from playground.gui.lenses.pane import LensPane
from playground.gui.session import Session

LENSES: tuple[type[Lens], ...] = (ActivationsTab, ClassesTab)
"""Every way of looking, in the order of the tabs."""

_BESIDE = "activations"


class LensArea(QWidget):
    """Places the lenses.

    ``probe_requested`` carries an example that a lens wants in the user's hand.
    """

    probe_requested = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.pane = LensPane(session, LENSES)
        self.second: LensPane | None = None
        self._columns = QSplitter(Qt.Orientation.Horizontal)
        self._columns.setChildrenCollapsible(False)
        self._columns.addWidget(self.pane)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 0)
        layout.addWidget(self._columns)
        self.pane.probe_requested.connect(self.probe_requested)
        self.pane.set_in_view(True)

    def show_lens(self, key: str) -> Lens:
        """Bring a lens into view in the first pane."""
        return self.pane.show_lens(key)

    @Slot(bool)
    def set_side_by_side(self, wanted: bool) -> None:
        """Show a second pane of lenses, or take it away."""
        if self.second is None and wanted:
            self.second = LensPane(self._session, LENSES)
            self.second.tabs.setObjectName("secondLensTabs")
            self.second.probe_requested.connect(self.probe_requested)
            self._columns.insertWidget(1, self.second)
            self.second.show_lens(_BESIDE)
        if self.second is not None:
            self.second.setVisible(wanted)
            self.second.set_in_view(wanted)
