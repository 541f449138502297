"""The probe of a table's rows: a slider or a box for every column, and the network's answer."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLabel, QWidget

from playground.data.dataset import Dataset
from playground.data.preparation import Prepared
from playground.gui.look.marking import named
from playground.gui.probes.choice_row import ChoiceRow, group_length
from playground.gui.probes.feature_row import FeatureRow
from playground.gui.probes.prediction import OUTPUT_DECIMALS, PredictionPanel
from playground.gui.session.probe import Probe
from playground.gui.widgets.layouts import stacked

_MARGIN = 14
_WORKED_DECIMALS = 7


class TableProbe(QWidget):
    """Choose a row of numbers; ``probe_requested`` carries its :class:`Probe`."""

    probe_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._dataset: Dataset | None = None
        self._probe: Probe | None = None
        self._rows: list[FeatureRow | ChoiceRow] = []
        self.prediction = PredictionPanel()
        self._title = named(QLabel("Set the inputs"), role="heading")
        self._features = stacked(spacing=9)
        stacked(
            self._title,
            self._features,
            4,
            self.prediction,
            None,
            on=self,
            margins=(_MARGIN, 10, _MARGIN, 12),
            spacing=10,
        )

    def set_data(self, prepared: Prepared) -> None:
        """Make a slider or a box for every column; the examples give ranges and means.

        A single output is written with 7 decimals for a data set of one example, which is there to
        be worked by hand, and with 3 for any other.
        """
        dataset = self._dataset = prepared.dataset
        single = len(dataset) == 1
        self.prediction.set_output_decimals(_WORKED_DECIMALS if single else OUTPUT_DECIMALS)
        self.prediction.set_classes(dataset.class_names)
        for old in self._rows:
            old.hide()
            self._features.removeWidget(old)
            old.deleteLater()
        means = {} if single or not dataset.labelled else _class_means(dataset)
        self._rows = []
        first, names = 0, dataset.feature_names
        while first < len(names):
            length = group_length(names[first:], dataset.inputs[:, first:])
            row: FeatureRow | ChoiceRow
            if length > 1:
                row = ChoiceRow(names[first : first + length])
            else:
                marks = {label: float(mean[first]) for label, mean in means.items()}
                bounds = dataset.feature_ranges[first]
                row = FeatureRow(names[first], *bounds, marks, dataset.class_names)
            row.setObjectName(f"featureRow{first}")
            row.value_requested.connect(self._on_value_requested)
            self._features.addWidget(row)
            self._rows.append(row)
            first += length
        start = dataset.inputs[0] if single else np.median(dataset.inputs, axis=0)
        self._show_values(start.astype(np.float32))
        self._probe = Probe(self.values(), "Your values")

    def values(self) -> np.ndarray:
        """Return what sliders and boxes show, float32 of shape (features,)."""
        return np.array([value for row in self._rows for value in row.values()], np.float32)

    def probe(self) -> Probe | None:
        """Return the row that is shown."""
        return self._probe

    def set_probe(self, probe: Probe | None) -> None:
        """Show an example's values; ``None`` changes nothing."""
        if probe is not None and self._dataset is not None:
            self._show_values(probe.inputs)
            self._probe = probe

    def set_prediction(self, shares: ArrayLike | None, outputs: ArrayLike | None = None) -> None:
        """Show the answer to these values; see :meth:`PredictionPanel.set_answer`."""
        if self._dataset is not None:
            self.prediction.set_answer(self._dataset, self._probe, shares, outputs)

    def _show_values(self, values: np.ndarray) -> None:
        shown = iter(values.tolist())
        for row in self._rows:
            row.set_values([next(shown) for _ in row.values()])

    @Slot(float)
    def _on_value_requested(self, _value: float) -> None:
        self._probe = Probe(self.values(), "Your values")
        self.probe_requested.emit(self._probe)


def _class_means(dataset: Dataset) -> dict[int, np.ndarray]:
    """Return the mean example by label, of the classes that have examples."""
    rows = {label: dataset.examples_of(label) for label in range(len(dataset.class_names))}
    return {label: dataset.inputs[own].mean(axis=0) for label, own in rows.items() if len(own)}
