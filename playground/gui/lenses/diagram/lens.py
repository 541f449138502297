"""The network as a diagram that lives while it trains."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QFileDialog, QMenu

from playground.analysis.neurons.neuron import Neuron
from playground.analysis.weights.diagram_links import choose_links
from playground.analysis.weights.plane_responses import plane_responses
from playground.data.preparation import Prepared
from playground.errors import PlaygroundError
from playground.gui.lenses.diagram.plane_tiles import SIDE
from playground.gui.lenses.diagram.view import DiagramView
from playground.gui.lenses.diagram.words import description
from playground.gui.lenses.layer_tiles import meanings_of
from playground.gui.lenses.lens import Lens
from playground.gui.look.heat import Floats
from playground.gui.look.marking import named
from playground.gui.look.meanings import (
    LINK_CONTRIBUTIONS,
    LINK_WEIGHTS,
    RESPONSES,
    WEIGHTS,
    ColorMeaning,
)
from playground.gui.look.theme import colors_of
from playground.gui.probes.plane_field import grid
from playground.gui.session.analyst import Answer
from playground.gui.session.reading import Reading
from playground.gui.session.session import Session
from playground.gui.widgets.layouts import stacked
from playground.nn.record import INPUT
from playground.training.model import Model
from playground.training.snapshot import Snapshot

BUDGET = 360
"""Links that are drawn together, the strongest of every joint."""

CHOOSE_EVERY_S = 0.4
RESPOND_EVERY_S = 0.2
_AT_ONCE = 60_000  # links that may be compared within a frame


class NetworkLens(Lens):
    """Feeds the diagram."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setObjectName("networkLens")
        self.view = DiagramView()
        stacked(self.view, on=self, margins=0)
        self._model: Model | None = None
        self._row: np.ndarray | None = None
        self.view.neuron_hovered.connect(session.attention.hover)
        self.view.neuron_selected.connect(session.attention.select)
        self.view.buttons.contributions.toggled.connect(self._on_contributions_toggled)
        self.view.buttons.kernels.toggled.connect(self._on_kernels_toggled)

    def legend(self) -> tuple[ColorMeaning, ...]:
        picture = self.view.scene.picture
        links = LINK_CONTRIBUTIONS if picture.links.by_contribution else LINK_WEIGHTS
        if self._model is not None and self._model.dataset.kind.on_plane:
            return links, RESPONSES
        if self.view.scene.shows_kernels:
            links = WEIGHTS
        return links, *meanings_of(column.tiles for column in picture.columns)

    # What the session tells.

    def on_data(self, prepared: Prepared) -> None:
        """Forget the former network."""
        self.on_model(None)

    def on_model(self, model: Model | None) -> None:
        """Draw another network, or none."""
        self._model, self._row = model, None
        prepared = self.session.prepared
        if model is None or prepared is None:
            self.view.set_network(None, None)
            self.unwatch("links")
            self.unwatch("responses")
            return
        self.view.set_network(model.network, model.dataset)
        if self.view.scene.picture.links.count <= _AT_ONCE:
            self.view.set_choices(choose_links(model, prepared, budget=BUDGET))
        self._watch_links()
        if model.dataset.kind.on_plane:
            points = grid(model.dataset.value_range, SIDE)
            self.watch("responses", partial(plane_responses, points=points), RESPOND_EVERY_S)
        else:
            self.unwatch("responses")

    def on_snapshot(self, snapshot: Snapshot) -> None:
        """Read the drawn weights again."""
        if self._model is not self.session.model:
            self.on_model(self.session.model)
        self.view.weights_changed()

    def on_reading(self, reading: Reading | None) -> None:
        """Colour the neurons by their answer to the probe."""
        model = self._model
        if reading is None or model is None or model is not self.session.model:
            self._row = None
            show_reading(self.view, None, None)
            return
        row = reading.probe.inputs
        show_reading(self.view, model, reading)
        if self._row is None or not np.array_equal(row, self._row):
            self._row = row
            if self.view.scene.picture.links.by_contribution:
                self._watch_links()

    def on_selected(self, neuron: Neuron | None) -> None:
        """Frame the selected neuron."""
        self.view.select(neuron)

    def on_hovered(self, neuron: Neuron | None) -> None:
        """Frame the neuron under the mouse, in whichever view it is."""
        self.view.hover(neuron)

    def on_answer(self, topic: str, answer: Answer) -> None:
        """Take over which links are strongest, or the responses over the plane."""
        if answer.error or answer.value is None or self._model is None:
            return
        asked, shown = answer.snapshot.experiment, self._model.experiment
        if (asked.layers, asked.output, asked.data) != (shown.layers, shown.output, shown.data):
            return
        if topic == "links":
            self.view.set_choices(answer.value)
        elif topic == "responses":
            self.view.set_responses(answer.value)

    def _watch_links(self) -> None:
        row = self._row if self.view.scene.picture.links.by_contribution else None
        self.watch("links", partial(choose_links, budget=BUDGET, row=row), CHOOSE_EVERY_S)

    @Slot(bool)
    def _on_contributions_toggled(self, chosen: bool) -> None:
        self.view.set_by_contribution(chosen)
        self.tell_legend()
        if self._model is not None:
            self._watch_links()

    @Slot(bool)
    def _on_kernels_toggled(self, chosen: bool) -> None:
        self.view.show_kernels(chosen)
        self.tell_legend()

    # Files and menu.

    def export_svg(self, path: str | os.PathLike[str]) -> None:
        """Save the diagram as SVG as it is seen; raises :class:`PlaygroundError`."""
        self._check_drawn()
        picture = self.view.scene.picture
        words = description(
            [column.title for column in picture.columns], picture.links.shown, picture.links.count
        )
        from playground.gui.lenses.diagram import export  # with QtSvg, which takes its time

        export.save_svg(self.view.scene, colors_of(self.view), path, "Network diagram", words)

    def export_png(self, path: str | os.PathLike[str], scale: float = 2) -> None:
        """Save the diagram as PNG as it is seen; raises :class:`PlaygroundError`."""
        self._check_drawn()
        from playground.gui.lenses.diagram import export

        export.save_png(self.view.scene, colors_of(self.view), path, scale)

    def _check_drawn(self) -> None:
        if not self.view.scene.picture.columns:
            raise PlaygroundError(
                "There is no network to save as a picture yet; open an experiment first."
            )

    def menu(self) -> QMenu:
        """Return the menu of the right mouse button."""
        menu = named(QMenu(self), "diagramMenu")
        menu.addAction("Show the whole network", self.view.fit)
        clear = menu.addAction("Clear the selection", self._clear)
        clear.setEnabled(self.session.attention.selected is not None)
        menu.addAction(self.view.as_table)
        menu.addSeparator()
        for kind in ("svg", "png"):
            save = menu.addAction(f"Save as {kind.upper()}…", partial(self.save, kind))
            save.setEnabled(bool(self.view.scene.picture.columns))
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu()
        menu.exec(event.globalPos())
        menu.deleteLater()

    @Slot()
    def _clear(self) -> None:
        self.session.attention.select(None)

    def save(self, kind: Literal["svg", "png"]) -> None:
        """Ask for a name and save the diagram."""
        chosen, _ = QFileDialog.getSaveFileName(
            self, "Save the diagram", f"network.{kind}", f"{kind.upper()} pictures (*.{kind})"
        )
        if not chosen:
            return
        path = Path(chosen)
        if not path.suffix:
            path = path.with_suffix(f".{kind}")
        try:
            self.export_svg(path) if kind == "svg" else self.export_png(path)
        except PlaygroundError as error:
            self.session.refused.emit("", str(error))
        else:
            self.session.notice.emit(f"The diagram was saved as {path.name}.")


def show_reading(view: DiagramView, model: Model | None, reading: Reading | None) -> None:
    """Colour a diagram's neurons by a network's answer, or take the colours away."""
    if model is None or reading is None:
        view.set_values(None, (), {})
        return
    row = reading.probe.inputs
    handed_on: dict[str, Floats] = {
        INPUT: np.asarray(model.normalization.apply(row), np.float64).ravel()
    }
    for trace in reading.traces:
        handed_on[trace.name] = trace.a.reshape(-1)
    view.set_values(row, reading.traces, handed_on, reading.probe.label)
