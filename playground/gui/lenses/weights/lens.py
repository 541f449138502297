"""The lens of weights: what each neuron looks for, and how that came about."""

from __future__ import annotations

from math import ceil
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from playground.analysis.neurons.neuron import Neuron
from playground.data.preparation import Prepared
from playground.gui.lenses.lens import Lens
from playground.gui.lenses.weights.controls import Controls
from playground.gui.lenses.weights.layer_table import LayerTable, layer_tables
from playground.gui.lenses.weights.matrix_map import MatrixMap
from playground.gui.lenses.weights.over_time import OverTime
from playground.gui.lenses.weights.picture_mosaic import PictureMosaic
from playground.gui.lenses.weights.recorder import Recorder
from playground.gui.lenses.weights.weight_grid import WeightGrid
from playground.gui.look.heat import Floats
from playground.gui.look.marking import named
from playground.gui.look.meanings import OVER_TIME, WEIGHTS, ColorMeaning
from playground.gui.session.session import Session
from playground.gui.widgets.elided_label import ElidedLabel
from playground.gui.widgets.layouts import stacked
from playground.gui.widgets.timers import later
from playground.training.model import Model
from playground.training.snapshot import Snapshot

DRAW_INTERVAL_S = 0.15
"""Between two pictures of the course of the run, which take some 5 ms."""

SORT_INTERVAL_S = 1.0
"""Rows sorted by norm change places this often at most: else they could not be followed."""

_HINTS = {
    "pictures": "Point at a picture to read a weight; click one to select its {word}.",
    "matrix": "Point at a cell to read it; click a cell or a heading to select its {word}.",
    "time": "Point at a place to read how the values were distributed then.",
}


class WeightsLens(Lens):
    """Shows one layer's parameters of this moment, or all layers' over time."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setObjectName("weightsLens")
        self._order: NDArray[np.intp] = np.empty(0, np.intp)
        self._sort_at = self._draw_at = 0.0
        self._late = later(self, 0, self._on_recorded)
        self.recorder = Recorder.of(session)
        self.controls = Controls()
        self.pictures = PictureMosaic()
        self.matrix = MatrixMap()
        self.over_time = OverTime()
        self._views: dict[str, QWidget] = {
            "pictures": self.pictures,
            "matrix": self.matrix,
            "time": self.over_time,
        }
        self._pages = QStackedWidget()
        for page in self._views.values():
            self._pages.addWidget(page)
        self.readout = named(ElidedLabel("", "muted"), "weightsReading")
        stacked(
            self.controls, (self._pages, 1), self.readout, on=self, margins=(0, 8, 0, 6), spacing=6
        )

        self.controls.changed.connect(self._show_page)
        self.recorder.recorded.connect(self._on_recorded)
        for grid in (self.pictures, self.matrix):
            grid.pointed.connect(self._on_pointed)
            grid.neuron_pointed.connect(session.attention.hover)
            grid.neuron_chosen.connect(session.attention.select)
        self.over_time.pointed.connect(self._on_pointed)
        self._on_pointed("")

    def legend(self) -> tuple[ColorMeaning, ...]:
        return (OVER_TIME,) if self.controls.view == "time" else (WEIGHTS,)

    def on_data(self, prepared: Prepared) -> None:
        self._take_tables(())

    def on_model(self, model: Model | None) -> None:
        if model is not None:
            self._take_tables(layer_tables(model.whole, model.dataset))

    def on_snapshot(self, snapshot: Snapshot) -> None:
        table, grid, model = self.controls.table, self._grid, self.session.model
        if table is None or grid is None or model is None:
            return
        views = model.whole.views_of(snapshot.parameters)
        if table.tensors[0] not in views:
            return
        weights, biases = table.weights(views), table.biases(views)
        if len(weights) != len(table.rows):
            return
        now = perf_counter()
        if len(self._order) != len(weights) or now >= self._sort_at:
            self._order = _order(weights, self.controls.sort_box.currentData())
            self._sort_at = now + SORT_INTERVAL_S
        grid.set_values(weights, biases, self._order, self.controls.own_scale_box.isChecked())

    def on_selected(self, neuron: Neuron | None) -> None:
        self._mark()

    def on_hovered(self, neuron: Neuron | None) -> None:
        self._mark()

    def set_in_view(self, in_view: bool) -> None:
        super().set_in_view(in_view)
        self._show_history()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.controls.fit(self.width())

    def _take_tables(self, tables: tuple[LayerTable, ...]) -> None:
        if tables != self.controls.tables:
            with QSignalBlocker(self.controls):
                self.controls.set_layers(tables)
            self._show_page()

    @Slot()
    def _show_page(self) -> None:
        """Bring the chosen page and layer into view."""
        page = self._views[self.controls.view]
        for grid in (self.pictures, self.matrix):
            shown = self.controls.table if grid is page else None
            if grid.table is not shown:
                grid.set_table(shown)
        self._pages.setCurrentWidget(page)
        self._sort_at = 0.0
        self._on_pointed("")
        self._mark()
        if self.session.snapshot is not None and self.in_view:
            self.on_snapshot(self.session.snapshot)
        self._show_history()
        self.tell_legend()

    @property
    def _grid(self) -> WeightGrid | None:
        page = self._pages.currentWidget()
        return page if isinstance(page, WeightGrid) else None

    def _mark(self) -> None:
        attention = self.session.attention
        if self._grid is not None:
            self._grid.set_marks(attention.selected, attention.hovered)

    @Slot()
    def _on_recorded(self) -> None:
        wait_s = self._draw_at - perf_counter()
        if wait_s <= 0:
            self._show_history()
        elif not self._late.isActive():
            self._late.start(ceil(wait_s * 1000))

    def _show_history(self) -> None:
        history = self.recorder.history
        if history is None or not self.in_view or self.controls.view != "time":
            return
        self._draw_at = perf_counter() + DRAW_INTERVAL_S
        titles = {table.name: table.watched for table in reversed(self.controls.tables)}
        quantity, sizes = (
            self.controls.quantity_box.currentData(),
            self.controls.log_box.isChecked(),
        )
        self.over_time.show_history(history, titles, quantity, sizes)

    @Slot(str)
    def _on_pointed(self, reading: str) -> None:
        table = self.controls.table
        word = "neuron" if table is None else table.row_word
        self.readout.set_text(reading or _HINTS[self.controls.view].format(word=word))


def _order(weights: Floats, by_norm: bool) -> NDArray[np.intp]:
    """Return the rows in the order to show them; the longest weights first."""
    if not by_norm:
        return np.arange(len(weights))
    with np.errstate(all="ignore"):
        norms = np.einsum("ij,ij->i", weights, weights)
    return np.argsort(-np.nan_to_num(norms, nan=np.inf), kind="stable")
