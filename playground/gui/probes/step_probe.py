"""The probe of sequences that nobody can draw: its steps, each of which can be changed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLabel, QWidget

from playground.data.dataset import Dataset
from playground.data.preparation import Prepared
from playground.data.rows import TokenRows
from playground.gui.look.marking import named
from playground.gui.probes.feature_row import FeatureRow
from playground.gui.probes.prediction import PredictionPanel
from playground.gui.probes.step_grid import StepGrid
from playground.gui.probes.step_pointer import StepPointer
from playground.gui.session.probe import Probe, example_probe
from playground.gui.widgets.buttons import push_button
from playground.gui.widgets.cells import Cell
from playground.gui.widgets.labels import sentence
from playground.gui.widgets.layouts import beside, stacked

_MARGIN = 14
_TITLE = "Set the steps"
_BY_CLICK = "Click a step for its next token, or type it."
_NOT_ASKED = "nothing is asked at this step"
_BY_SLIDER = "Click a step, and set its numbers below."


class StepProbe(QWidget):
    """Change a sequence step by step; ``probe_requested`` carries its :class:`Probe`.

    ``step_pointed`` carries the step that all views should point at, or None for the end.
    """

    probe_requested = Signal(object)
    step_pointed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._prepared: Prepared | None = None
        self._probe: Probe | None = None
        self._rows: list[FeatureRow] = []
        self._edited = 0
        self._answer: tuple[ArrayLike | None, ArrayLike | None, NDArray[np.floating] | None]
        self._answer = (None, None, None)
        self._lots = np.random.default_rng()
        self.grid = StepGrid()
        self.prediction = PredictionPanel()
        self._pointer = StepPointer(self)
        self._pointer.pointed.connect(self.step_pointed)
        self._title = named(QLabel(_TITLE), role="heading")
        self._another = push_button(
            "anotherSequenceButton", "Another", "Take another example of the test part, by lot."
        )
        self._how = sentence(role="muted", text=_BY_CLICK)
        self._features = stacked(spacing=9)
        stacked(
            self._title,
            self.grid,
            beside((self._how, 1), self._another, spacing=6),
            self._features,
            4,
            self.prediction,
            None,
            on=self,
            margins=(_MARGIN, 10, _MARGIN, 12),
            spacing=10,
        )
        self.grid.cell_pointed.connect(self._on_cell_pointed)
        self.grid.cell_chosen.connect(self._on_cell_chosen)
        self.grid.typed.connect(self._set_token)
        self._another.clicked.connect(self._take_another)

    def set_data(self, prepared: Prepared) -> None:
        """Take the steps of this data set's examples."""
        self._prepared, self._edited = prepared, 0
        dataset = prepared.dataset
        self.prediction.set_classes(dataset.class_names)
        for old in self._rows:
            old.hide()
            self._features.removeWidget(old)
            old.deleteLater()
        self._rows = []
        if not self._tokens:
            names = dataset.unit_names
            for unit, name in enumerate(names):
                row = FeatureRow(name, *dataset.value_range, {}, ())
                row.setObjectName(f"featureRow{unit}")
                row.value_requested.connect(self._on_value_requested)
                self._features.addWidget(row)
                self._rows.append(row)
        self._how.setText(_BY_CLICK if self._tokens else _BY_SLIDER)
        self._show(example_probe(prepared, int(prepared.test_index[0])))

    def probe(self) -> Probe | None:
        """Return the sequence that is shown."""
        return self._probe

    def set_probe(self, probe: Probe | None) -> None:
        """Show an example; ``None`` changes nothing."""
        if probe is not None and self._prepared is not None:
            self._show(probe)

    def set_prediction(
        self,
        shares: ArrayLike | None,
        outputs: ArrayLike | None = None,
        in_time: NDArray[np.floating] | None = None,
    ) -> None:
        """Show the answer, the one at the step pointed at where ``in_time`` has one for each."""
        self._answer = shares, outputs, in_time
        self._show_answer()

    def set_step(self, step: int | None) -> None:
        """Follow the step that all views point at, counted from 0; None for the end."""
        self._pointer.step = step
        self.grid.set_step(step)
        self._show_answer()

    # What is shown.

    @property
    def _tokens(self) -> bool:
        return isinstance(self._dataset.inputs, TokenRows)

    @property
    def _dataset(self) -> Dataset:
        assert self._prepared is not None
        return self._prepared.dataset

    @property
    def _values(self) -> NDArray[np.float32]:
        assert self._probe is not None
        return self._probe.inputs.reshape(self._dataset.input_shape)

    def _show(self, probe: Probe) -> None:
        self._probe = probe
        dataset, values = self._dataset, self._values
        names = dataset.unit_names
        if self._tokens:
            there = values.max(axis=0) > 0
            self.grid.set_tokens(np.where(there, values.argmax(axis=0), -1), names)
        else:
            low, high = dataset.value_range
            self.grid.set_numbers(values, (values - low) / (high - low), names)
            for row, value in zip(self._rows, values[:, self._edited].tolist(), strict=True):
                row.set_values([value])
        self._title.setText(probe.title if probe.row is not None else _TITLE)

    def _show_answer(self) -> None:
        if self._prepared is None or self._probe is None:
            return
        dataset, probe, step = self._dataset, self._probe, self._pointer.step
        note = ""
        if dataset.task.at_every_step and probe.row is not None:
            wanted = dataset.targets[probe.row]
            asked = int(wanted[len(wanted) - 1 if step is None else min(step, len(wanted) - 1)])
            probe = replace(probe, label=asked if asked >= 0 else None)
            note = _NOT_ASKED if asked < 0 else ""
        self.prediction.set_answer(dataset, probe, *self._answer, step, note)

    # What the user does.

    @Slot(object)
    def _on_cell_pointed(self, cell: Cell | None) -> None:
        self._pointer.hover(None if cell is None else self.grid.step_of(cell))

    @Slot(object)
    def _on_cell_chosen(self, cell: Cell) -> None:
        step = self.grid.step_of(cell)
        if self._tokens:
            values = self._values
            self._set_token(step, (int(values[:, step].argmax()) + 1) % len(values))
            return
        self._edited = step
        assert self._probe is not None
        self._show(self._probe)
        self._pointer.choose(step)

    @Slot(int, int)
    def _set_token(self, step: int, token: int) -> None:
        values = self._values.copy()
        values[:, step] = 0
        values[token, step] = 1
        self._ask(values)

    @Slot(float)
    def _on_value_requested(self, _value: float) -> None:
        values = self._values.copy()
        values[:, self._edited] = [value for row in self._rows for value in row.values()]
        self._ask(values)

    def _ask(self, values: NDArray[np.float32]) -> None:
        self._show(Probe(values.ravel(), "Your sequence"))
        self.probe_requested.emit(self._probe)

    @Slot()
    def _take_another(self) -> None:
        if self._prepared is not None:
            row = int(self._lots.choice(self._prepared.test_index))
            self._show(example_probe(self._prepared, row))
            self.probe_requested.emit(self._probe)
