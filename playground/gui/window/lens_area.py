"""The middle of the window: lenses in tabs, one pane of them or two, and the neuron inspector."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from playground.analysis.neurons.neuron import Neuron
from playground.gui.lenses.kinds import LENSES
from playground.gui.lenses.lens import Lens
from playground.gui.lenses.pane import LensPane
from playground.gui.lenses.weights.recorder import Recorder
from playground.gui.session.session import Session
from playground.gui.widgets.layouts import stacked

if TYPE_CHECKING:
    from playground.gui.lenses.diagram.lens import NetworkLens
    from playground.gui.panels.inspector.inspector import Inspector

_FIRST, _BESIDE = "network", "activations"
_INSPECTOR_WIDTH = 295
_GAP = 8
_NARROWEST_PANE = 330  # below that two panes stand one above the other


class LensArea(QWidget):
    """Places the lenses, and the inspector of the selected neuron.

    ``probe_requested`` carries an example that a lens wants in the user's hand;
    ``inspector_shown`` whether the inspector is in view; ``legend_changed`` what the colours in
    view stand for; ``examples_wanted`` whether the data's examples are of use to a lens in view.
    """

    probe_requested = Signal(object)
    inspector_shown = Signal(bool)
    legend_changed = Signal(object)
    examples_wanted = Signal(bool)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.pane = LensPane(session, LENSES)
        self.second: LensPane | None = None
        self.inspector: Inspector | None = None
        self._opens_by_itself = True
        self._panes = QSplitter(Qt.Orientation.Horizontal)
        self._panes.setChildrenCollapsible(False)
        self._panes.addWidget(self.pane)
        self._panes.setStretchFactor(0, 1)
        stacked(self._panes, on=self, margins=(12, 8, 12, 0))
        self.pane.probe_requested.connect(self.probe_requested)
        self.pane.legend_changed.connect(self.tell_view)
        self.pane.show_lens(_FIRST)
        self.pane.set_in_view(True)
        self.pane.lens(_BESIDE)
        Recorder.of(session)  # from the first step on, whichever lens is looked at
        session.attention.selected_changed.connect(self._on_selected_changed)

    def show_lens(self, key: str) -> Lens:
        """Bring a lens into view in the first pane."""
        return self.pane.show_lens(key)

    @Slot()
    def tell_view(self) -> None:
        """Say what the colours of every lens in view stand for, each once, and what it needs."""
        panes = [self.pane]
        if self.second is not None and not self.second.isHidden():
            panes.append(self.second)
        meanings = (meaning for pane in panes for meaning in pane.current.legend())
        self.legend_changed.emit(tuple(dict.fromkeys(meanings)))
        self.examples_wanted.emit(any(pane.kind.of_example for pane in panes))

    def grab_lens(self) -> QPixmap:
        """Return how the lens in view looks."""
        return self.pane.current.grab()

    @Slot(bool)
    def set_side_by_side(self, wanted: bool) -> None:
        """Show a second pane of lenses, or take it away."""
        if self.second is None and wanted:
            self.second = LensPane(self._session, LENSES)
            self.second.tabs.setObjectName("secondLensTabs")
            self.second.turn = 1
            self.second.probe_requested.connect(self.probe_requested)
            self.second.legend_changed.connect(self.tell_view)
            self._panes.insertWidget(1, self.second)
            self._panes.setStretchFactor(1, 1)
            self.second.show_lens(_BESIDE)
        if self.second is not None:
            self.second.setVisible(wanted)
            self.second.set_in_view(wanted)
            self._share_out()

    @Slot(bool)
    def set_inspector_visible(self, wanted: bool) -> None:
        """Show the inspector, also of no neuron, or keep it away until it is asked for again."""
        self._opens_by_itself = wanted
        self._show_inspector(wanted)

    def picture(self) -> QPixmap:
        """Return what the lens in the first pane shows now."""
        return self.pane.current.grab()

    @Slot()
    def export_diagram_svg(self) -> None:
        """Ask where to, and save the network as an SVG picture."""
        self._diagram().save("svg")

    @Slot()
    def export_diagram_png(self) -> None:
        """Ask where to, and save the network as a PNG picture."""
        self._diagram().save("png")

    def _diagram(self) -> NetworkLens:
        return cast("NetworkLens", self.show_lens("network"))

    @Slot(object)
    def _on_selected_changed(self, neuron: Neuron | None) -> None:
        if self._opens_by_itself:
            self._show_inspector(neuron is not None)

    def _show_inspector(self, wanted: bool) -> None:
        if self.inspector is None and wanted:
            from playground.gui.panels.inspector.inspector import Inspector

            self.inspector = Inspector(self._session, self)
            self.inspector.hide()
            self.inspector.probe_requested.connect(self.probe_requested)
            self.inspector.closed.connect(self._on_inspector_closed)
        if self.inspector is None or self.inspector.isHidden() != wanted:
            return
        self.inspector.setVisible(wanted)
        self._share_out()
        self.inspector_shown.emit(wanted)

    @Slot()
    def _on_inspector_closed(self) -> None:
        self._show_inspector(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_out()

    def _share_out(self) -> None:
        """Place the inspector at the right, below the tabs, which keep their whole width."""
        room = self._inspector_width
        if self.second is not None and not self.second.isHidden():
            width = (self._panes.width() - room) // 2
            beside = width >= _NARROWEST_PANE
            self._panes.setOrientation(
                Qt.Orientation.Horizontal if beside else Qt.Orientation.Vertical
            )
            self._panes.setSizes([width, width + room] if beside else [1, 1])
            self.pane.leave_room(0 if beside else room)
            self.second.leave_room(room if beside else 0)
            self.second.setContentsMargins(0, 0, 0 if beside else room, 0)
        else:
            self.pane.leave_room(room)
        if self.inspector is not None:
            place = self._panes.geometry()
            place.setTop(place.top() + self.pane.page_top + 6)
            place.setLeft(place.right() + 1 - self._inspector_width + _GAP)
            self.inspector.setGeometry(place)
            self.inspector.raise_()

    @property
    def _inspector_width(self) -> int:
        if self.inspector is None or self.inspector.isHidden():
            return 0
        return min(_INSPECTOR_WIDTH, self.width() // 2)
