"""The pair on the plane, with what can be switched on and off."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPushButton, QWidget

from playground.analysis.generated.plane import OnPlane
from playground.data.preparation import Prepared
from playground.gui.lenses.generated.plane_view import PlaneView
from playground.gui.look.marking import named
from playground.gui.probes.plane_field import grid
from playground.gui.widgets.buttons import push_button
from playground.gui.widgets.elided_label import ElidedLabel
from playground.gui.widgets.layouts import beside, stacked
from playground.wording import fixed, percent

_SIDE = 50
_MOST_POINTS = 500
_PARTS = {
    "field": "What the discriminator takes every place for: blue made, orange real, grey unsure.",
    "grid": "Where the generator puts an even grid of noise; the stronger, the more lands there.",
    "true points": "The examples that are to be matched.",
    "made points": "What the generator makes of the same noise.",
    "arrows": "Where each made point is pulled: down the slope of the generator's loss.",
}


class PlanePage(QWidget):
    """A row of switches over the view."""

    def __init__(self) -> None:
        super().__init__()
        self.judge = PlaneView("discriminatorPlane", "What the discriminator believes")
        self.maker = PlaneView("generatorPlane", "Where the generator puts the noise")
        self.views = {
            self.judge: {"field", "true points", "made points", "arrows"},
            self.maker: {"grid", "true points"},
        }
        self.said = named(ElidedLabel("", "muted"), "pairReading")
        self.switches: dict[str, QPushButton] = {}
        for name, tip in _PARTS.items():
            button = push_button(f"show_{name.replace(' ', '_')}", name.capitalize(), tip)
            button.setCheckable(True)
            button.setChecked(True)
            button.toggled.connect(self._on_toggled)
            self.switches[name] = button
        row = beside(*self.switches.values(), None, spacing=6)
        titles = "Discriminator: how real every place is", "Generator: an even grid of noise"
        planes = [
            (stacked(ElidedLabel(title, "muted"), (view, 1), spacing=0), 1)
            for title, view in zip(titles, self.views, strict=True)
        ]
        both = beside(*planes, spacing=8)
        stacked(row, (both, 1), self.said, on=self, margins=0, spacing=4)
        self._range = (-1.0, 1.0)
        self._divergence = math.nan
        self._on_toggled()

    def set_data(self, prepared: Prepared) -> None:
        """Show other true points."""
        dataset = prepared.dataset
        if not dataset.kind.on_plane:
            return
        self._range = dataset.value_range
        points = np.asarray(dataset.inputs[prepared.train_index[:_MOST_POINTS]])
        for view in self.views:
            view.show_real(points, self._range)
            view.show_pair(None)

    def places(self) -> np.ndarray:
        """Return the places that the discriminator is asked about, (n, 2)."""
        return grid(self._range, _SIDE)

    def show_pair(self, found: OnPlane) -> None:
        """Show what both networks make of it."""
        for view in self.views:
            view.show_pair(found)
        share = float(found.believed.mean())
        divergence = ""
        if math.isfinite(self._divergence):
            divergence = f"Divergence of the densities: {fixed(self._divergence, 3)}, 0 at best. "
        believed = f"{divergence}What is made is believed real by {percent(share, 0)}"
        self.said.set_text(
            f"{believed} on average; at 50 % nothing can be told apart.", f"{believed}."
        )

    def set_divergence(self, divergence: float) -> None:
        """Take how far the made points' density was from the true one at the last epoch's end."""
        self._divergence = divergence

    @Slot()
    def _on_toggled(self) -> None:
        chosen = {name for name, button in self.switches.items() if button.isChecked()}
        for view, parts in self.views.items():
            view.set_parts(frozenset(chosen & parts))
