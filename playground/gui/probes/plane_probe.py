"""The probe of points on the plane: a place to ask the network about, and its answer."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from playground.data.dataset import Dataset
from playground.data.preparation import Prepared
from playground.gui.probes.numbers import signed
from playground.gui.probes.plane_axes import BOTTOM, LEFT, RIGHT, TOP
from playground.gui.probes.plane_plot import PlanePlot
from playground.gui.probes.prediction import PredictionPanel
from playground.gui.probes.probe import Probe
from playground.gui.probes.readout import Readout

_MARGIN = 14
_START = 0.75


class PlaneProbe(QWidget):
    """Ask about any place; ``probe_requested`` carries its :class:`Probe`."""

    probe_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dataset: Dataset | None = None
        self._probe: Probe | None = None
        self.plot = PlanePlot()
        self.prediction = PredictionPanel()
        self._place = Readout("Place of the probe", 1)
        title = QLabel("Pick a point")
        title.setProperty("role", "heading")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN, 10, _MARGIN, 12)
        layout.setSpacing(8)
        layout.addWidget(title)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self._place)
        layout.addWidget(self.prediction)
        layout.addStretch(0)
        self.plot.point_requested.connect(self._on_point_requested)

    @property
    def place(self) -> str:
        """The probe's coordinates as written under the plane."""
        return self._place.text

    def set_data(self, prepared: Prepared) -> None:
        """Show a data set of points, those held back for testing as outlines."""
        self._dataset = prepared.dataset
        held_back = np.zeros(len(prepared.dataset), np.bool_)
        if not prepared.tested_on_train:
            held_back[prepared.test_index] = True
        self.plot.set_data(prepared.dataset, held_back)
        self.prediction.set_classes(prepared.dataset.class_names)
        low, high = prepared.dataset.value_range
        self.set_probe(_probe_at((low + _START * (high - low),) * 2))

    def probe(self) -> Probe | None:
        """Return the point that is asked about."""
        return self._probe

    def surface_grid(self) -> NDArray[np.float32]:
        """Return the points whose answers :meth:`set_surface` shows, (n, 2), not normalized."""
        return self.plot.grid()

    def set_surface(self, outputs: NDArray[np.floating] | None) -> None:
        """Show the network's answers at the points of :meth:`surface_grid`.

        ``outputs`` has the shape (n, classes), or (n, 1) for a regression's values and for the
        second of two classes; ``None`` shows the bare points.
        """
        self.plot.set_answers(outputs)

    def set_probe(self, probe: Probe | None) -> None:
        """Show where the probe is, or that there is none."""
        self._probe = probe
        if probe is None or self._dataset is None:
            self.plot.set_point(None)
            self._place.set_lines([("Click on the plane to ask about a place", "muted")])
            self.prediction.clear()
            return
        x1, x2 = probe.inputs.tolist()
        self.plot.set_point((x1, x2))
        names = self._dataset.feature_names
        place = f"{names[0]} = {signed(x1, 2)},  {names[1]} = {signed(x2, 2)}"
        self._place.set_lines([(place, "text")])

    def set_prediction(self, shares: ArrayLike | None, outputs: ArrayLike | None = None) -> None:
        """Show the answer at the probe; see :meth:`PredictionPanel.set_answer`."""
        if self._dataset is not None:
            self.prediction.set_answer(self._dataset, self._probe, shares, outputs)

    @Slot(object)
    def _on_point_requested(self, point: tuple[float, float]) -> None:
        self.set_probe(_probe_at(point))
        self.probe_requested.emit(self._probe)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102
        super().resizeEvent(event)
        side = event.size().width() - 2 * _MARGIN - LEFT - RIGHT
        smallest = self.plot.minimumSizeHint().height()
        self.plot.setMaximumHeight(max(round(side + TOP + BOTTOM), smallest))


def _probe_at(point: tuple[float, float]) -> Probe:
    x1, x2 = point
    return Probe(np.array(point, np.float32), f"({signed(x1, 2)}, {signed(x2, 2)})")
