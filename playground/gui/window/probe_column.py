"""The right column: the example in the user's hand, and what the network makes of it."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import numpy as np
from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget, QWidgetItem

from playground.analysis.codes.comparison import Comparison, comparison
from playground.analysis.codes.halves import code_size
from playground.data.dataset import Dataset
from playground.data.drawing.sample import drawn_three
from playground.data.own.painted import PaintedPoints
from playground.data.preparation import Prepared
from playground.data.tasks import MEAN_SQUARED_ERROR
from playground.gui.look.marking import named
from playground.gui.probes.canvas_panel import CanvasPanel
from playground.gui.probes.hands import HANDS, FollowsSteps, OnPaper, Writes, hand_of
from playground.gui.probes.own_strip import OwnStrip
from playground.gui.probes.plane_probe import PlaneProbe
from playground.gui.probes.there_and_back import ThereAndBack
from playground.gui.session.analyst import Answer
from playground.gui.session.probe import Probe, example_probe
from playground.gui.session.reading import Reading
from playground.gui.session.run_state import RunState
from playground.gui.session.session import Session
from playground.gui.widgets.example_painters import PAINTERS
from playground.gui.widgets.layouts import scrolling, stacked
from playground.gui.window.belief import Belief
from playground.training.model import Model
from playground.training.snapshot import Snapshot

SURFACE_INTERVAL_S = 0.1
COMPARED = "comparison"
"""The analyst's question about PCA of the code's size."""


class ProbeColumn(QWidget):
    """Shows the probe panel that fits the data, and passes its probe to the session.

    The panel scrolls where there is no room for it; the user's drawings stay in view below it.
    ``chosen`` says that another example was taken into the hand; ``compared`` carries the mean
    squared error of the test part through PCA of the code's size, None where there is none.

    Attributes
    ----------
    panel
        The panel in view.
    own_strip
        Below every panel: the user's drawings that its data can use.
    """

    chosen = Signal()
    compared = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._next_surface = 0.0
        PAINTERS.by_kind()
        HANDS.by_kind()
        self._pages = named(_Pages(), topic="example")
        self._panels: dict[type, Any] = {}
        self.canvas: CanvasPanel = self._panel_of(CanvasPanel)
        self.plane: PlaneProbe = self._panel_of(PlaneProbe)
        self.panel: Any = self.canvas
        self.belief = Belief(session, self.canvas)
        self.own_strip = OwnStrip()
        self.there_and_back = ThereAndBack()
        self.there_and_back.hide()
        self._compared: tuple[Prepared, int] | None = None
        self._comparison: Comparison | None = None
        below = stacked(self.own_strip, margins=(14, 0, 14, 12))
        inside = QWidget()
        pages, back = (self._pages, 1), (self.there_and_back, 1)
        self._inside = stacked(pages, back, on=inside, margins=0, spacing=0)
        scrolled = named(scrolling(inside), "probeScroll")
        stacked((scrolled, 1), below, on=self, margins=0, spacing=0)
        session.attention.step_changed.connect(self._on_step_changed)
        session.data_changed.connect(self._on_data_changed)
        session.reading_changed.connect(self._on_reading_changed)
        session.model_changed.connect(self._on_model_changed)
        session.snapshot_changed.connect(self._on_snapshot_changed)
        session.answered.connect(self._on_answered)

    def _panel_of(self, hand: type) -> Any:
        """Return the panel of a kind of hand, made when it is first wanted."""
        if hand not in self._panels:
            panel: Any = hand()
            self._panels[hand] = panel
            self._pages.addWidget(panel)
            panel.probe_requested.connect(self._session.set_probe)
            panel.probe_requested.connect(self.chosen)
            if isinstance(panel, FollowsSteps):
                panel.step_pointed.connect(self._session.attention.point_at)
            if isinstance(panel, Writes):
                panel.taught.connect(self.canvas.taught)
                panel.scribe.moved.connect(self._session.right_of_way.claim)
        return self._panels[hand]

    @Slot(object)
    def _on_data_changed(self, prepared: Prepared) -> None:
        dataset = prepared.dataset
        former = self.panel
        panel: Any = self._panel_of(hand_of(dataset))
        self.panel = panel
        self._session.attention.point_at(None)
        panel.set_data(prepared)
        if panel is not former and isinstance(panel, OnPaper) and isinstance(former, OnPaper):
            if former.drawing.strokes:
                panel.draw(former.drawing)
        if isinstance(panel, Writes):
            panel.set_model(self._session.model)
        self._pages.setCurrentWidget(self.panel)
        self._inside.setStretch(0, int(not dataset.task.of_itself))
        if dataset.kind.on_plane:
            held = self._session.probe  # only where the same set has other points than before
            if held is None or held.inputs.shape != (2,):
                held = example_probe(prepared, int(prepared.train_index[0]))
            self.panel.set_probe(held)
        self._session.set_probe(self.panel.probe())
        self._next_surface = 0.0

    @Slot(object)
    def _on_reading_changed(self, reading: Reading | None) -> None:
        model = self._session.model
        back = reading is not None and model is not None and model.dataset.task.of_itself
        self.there_and_back.setVisible(back)
        if not back and self._compared is not None:
            self._compare(None)
        if reading is None:
            self.panel.set_prediction(None)
        elif back:
            self.panel.set_prediction(reading.outputs)
            self._show_way()
        else:
            single = float(reading.outputs[0]) if len(reading.outputs) == 1 else None
            answer = reading.outputs if reading.shares is None else reading.shares
            in_time = reading.shares_in_time
            if in_time is None or len(in_time) == 1:
                self.panel.set_prediction(answer, single)
            else:
                self.panel.set_prediction(answer, single, in_time)

    @Slot(object)
    def _on_step_changed(self, step: int | None) -> None:
        if isinstance(self.panel, FollowsSteps):
            self.panel.set_step(step)

    @Slot(object)
    def _on_model_changed(self, model: Model | None) -> None:
        if isinstance(self.panel, Writes):
            self.panel.set_model(model)

    @Slot(object)
    def _on_snapshot_changed(self, snapshot: Snapshot) -> None:
        now, session = perf_counter(), self._session
        follows = session.state is RunState.RUNNING and session.timeline.shown is None
        if self.panel is self.plane and (now >= self._next_surface or not follows):
            self._next_surface = now + SURFACE_INTERVAL_S
            model = session.model
            assert model is not None
            itself = model.dataset.task.of_itself
            self.plane.set_surface(None if itself else model.outputs(self.plane.surface_grid()))

    def _show_way(self) -> None:
        """Show how the example in the hand comes back, and let PCA of the code's size be made."""
        session = self._session
        reading, model, snapshot = session.reading, session.model, session.snapshot
        assert reading is not None
        assert model is not None
        assert session.prepared is not None
        tested = np.nan
        if snapshot is not None:
            tested = snapshot.history.last(f"test_{MEAN_SQUARED_ERROR.name}")
        wanted = session.prepared, code_size(model.network)
        if wanted != self._compared:
            self._compare(wanted)
        self.there_and_back.show_way(reading, model, tested, self._comparison)

    def _compare(self, wanted: tuple[Prepared, int] | None) -> None:
        """Compare with PCA of the data in as many directions, or with nothing."""
        self._compared, self._comparison = wanted, None
        self.compared.emit(None)
        if wanted is not None and wanted[1]:
            self._session.analyst.ask(COMPARED, comparison)

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        if answer.key == COMPARED and answer.value is not None:
            self._comparison = answer.value
            self.compared.emit(answer.value.error)
            if not self.there_and_back.isHidden():
                self._show_way()

    @Slot(object, object, str)
    def show_bare(self, points: PaintedPoints, like: Dataset | None, stays_with: str) -> None:
        """Show a plane to paint on; see :meth:`PlaneProbe.set_bare`."""
        self.plane.set_bare(points, like, stays_with)
        self._pages.setCurrentWidget(self.plane)

    @Slot()
    def end_bare(self) -> None:
        """Show the data again that the network stayed with."""
        session = self._session
        if self.panel is self.plane and session.prepared is not None:
            self._on_data_changed(session.prepared)
            if session.snapshot is not None and session.model is not None:
                self._on_snapshot_changed(session.snapshot)
        self._pages.setCurrentWidget(self.panel)

    @Slot(object)
    def show_example(self, probe: Probe) -> None:
        """Take an example of the data into the hand."""
        self.panel.set_probe(probe)
        self._session.set_probe(probe)
        self.chosen.emit()

    @Slot(int)
    def pick(self, index: int) -> None:
        """Take a row of the data set into the hand."""
        if self._session.prepared is not None:
            self.show_example(example_probe(self._session.prepared, index))

    @Slot()
    def pick_first(self) -> None:
        """Take the first test example into the hand."""
        if self._session.prepared is not None:
            self.pick(int(self._session.prepared.test_index[0]))

    def show_something(self) -> None:
        """Take an example into the hand, as a user would: a drawn digit, or the first of test."""
        prepared = self._session.prepared
        if prepared is not None and prepared.dataset.drawing is not None:
            self.canvas.draw(drawn_three())
        else:
            self.pick_first()

    @Slot(object)
    def show_offered(self, probe: Probe) -> None:
        """Take a picture from outside into the hand, on the canvas where it was made a drawing."""
        if probe.stages is None:
            self.show_example(probe)
        else:
            self.canvas.show_picture(probe)


class _Pages(QStackedWidget):
    """Takes the room that the page in view needs, whatever the others need."""

    def minimumSizeHint(self) -> QSize:
        page = self.currentWidget()
        return QSize() if page is None else QWidgetItem(page).minimumSize()

    def sizeHint(self) -> QSize:
        page = self.currentWidget()
        return QSize() if page is None else QWidgetItem(page).sizeHint()
