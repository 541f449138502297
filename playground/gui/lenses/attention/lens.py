"""The lens of attention: who looks at whom, in every head of every layer that has any."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QWidget

from playground.analysis.steps.looking import Glance, attention_of, glance_of, layers_that_look
from playground.data.preparation import Prepared
from playground.gui.lenses.attention.head_strip import HeadStrip
from playground.gui.lenses.attention.look_arcs import LookArcs
from playground.gui.lenses.attention.look_grid import LookGrid
from playground.gui.lenses.attention.look_working import LookWorking
from playground.gui.lenses.lens import Lens
from playground.gui.look.marking import named
from playground.gui.look.meanings import LOOKS, ColorMeaning
from playground.gui.session.probe import Probe
from playground.gui.session.reading import Reading
from playground.gui.session.session import Session
from playground.gui.widgets.buttons import toggle_button
from playground.gui.widgets.cells import Cell
from playground.gui.widgets.combo_box import named_box, offer
from playground.gui.widgets.elided_label import ElidedLabel
from playground.gui.widgets.example_steps import ExampleInSteps
from playground.gui.widgets.labels import sentence, titled
from playground.gui.widgets.layouts import beside, paged, stacked, turn
from playground.nn.record import LayerRecord
from playground.training.model import Model

_WIDE = 640
_HINT = "Click a cell to work its share out; click a step in the drawing to let it look."


class AttentionLens(Lens):
    """Shows the shares of one head, those of the step that is pointed at, and one worked out."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setObjectName("attentionLens")
        self._example: ExampleInSteps | None = None
        self._probe: Probe | None = None
        self._record: LayerRecord | None = None
        self._chosen: tuple[int, int] | None = None
        self.glance: Glance | None = None

        self.layer_box = named_box(
            "lookLayerBox", "Layer", "The layer whose steps look at each other."
        )
        self.heads, self.grid, self.arcs = HeadStrip(), LookGrid(), LookArcs()
        self.working = named(LookWorking(), topic="attention")
        self.reading = named(ElidedLabel(_HINT, "muted"), "lookReading")
        self.looks = toggle_button("looksAtButton", "Looks at", "Draw what the step looks at.")
        self.looked = toggle_button(
            "lookedAtButton", "Looked at by", "Draw which steps look at it, and how much."
        )
        self._ways = QButtonGroup(self)
        for button in (self.looks, self.looked):
            self._ways.addButton(button)
        self.looks.setChecked(True)

        top = beside(*(titled(self.layer_box, "Layer"), self.layer_box, (self.heads, 1)), spacing=6)
        ways = beside(None, self.looks, self.looked, None, spacing=4)
        drawn = stacked((self.arcs, 1), ways, spacing=3)
        self._pair = beside((self.grid, 1), (drawn, 1), spacing=10)
        self._parts = beside((self._pair, 2), (self.working, 1), spacing=10)
        shown = QWidget()
        stacked(top, (self._parts, 1), self.reading, on=shown, margins=(0, 2, 0, 4), spacing=3)
        self._empty = sentence(role="muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = paged(self._empty, shown, on=self)

        self.layer_box.currentIndexChanged.connect(self._on_layer)
        self.heads.cell_chosen.connect(self._on_head)
        self.grid.cell_chosen.connect(self._on_cell)
        for view in (self.grid, self.heads):
            view.pointed.connect(self._on_pointed)
        self.arcs.step_chosen.connect(self._on_step_chosen)
        self._ways.buttonClicked.connect(self._show)

    def legend(self) -> tuple[ColorMeaning, ...]:
        return (LOOKS,)

    def on_data(self, prepared: Prepared) -> None:
        self._empty.setText(f"{prepared.dataset.kind.choose} to see where each step looks.")
        self._forget()

    def on_model(self, model: Model | None) -> None:
        if model is not None:
            layers, names = layers_that_look(model.network), model.network.names
            chosen = self.layer_box.currentData()
            offer(self.layer_box, ((names.short(name), name) for name in layers), chosen)

    def on_reading(self, reading: Reading | None) -> None:
        model = self.session.model
        if reading is None or model is None or not layers_that_look(model.network):
            self._forget()
            return
        if reading.probe is not self._probe:
            self._probe, self._chosen = reading.probe, None
            values = reading.probe.inputs
            steps = int(model.lengths(values[np.newaxis])[0])
            self._example = ExampleInSteps(model.dataset, values, steps)
        name = self.layer_box.currentData()
        self._record = next((each for each in reading.traces if each.name == name), None)
        self._show()
        self._pages.setCurrentIndex(1)

    def on_step(self, step: int | None) -> None:
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        turn(self._parts, across=self.width() >= _WIDE)

    @Slot()
    def _show(self) -> None:
        """Show everything of the head, the step and the share that are chosen."""
        record, example = self._record, self._example
        if record is None or example is None:
            return
        shares = attention_of(record, example.steps)
        head, last = min(self.heads.head, len(shares) - 1), example.steps - 1
        step = self.session.attention.step
        query = last if step is None else min(step, last)
        key = int(shares[head, query].argmax())
        if self._chosen is not None and self._chosen[0] == query:
            key = min(self._chosen[1], last)
        self.glance = glance_of(record, example.steps, head, query, key)
        words = [f" ({example.words(at)})" if example.tokens is not None else ""
                 for at in range(example.steps)]  # fmt: skip
        self.heads.show_shares(shares, head)
        self.grid.show_shares(shares[head], words, (query, key))
        looked_at = self.looked.isChecked()
        drawn = shares[head, :, query] if looked_at else shares[head, query]
        self.arcs.show_shares(example, query, drawn, looked_at=looked_at)
        self.working.show_glance(self.glance)

    def _forget(self) -> None:
        self._probe = self._example = self._record = self._chosen = self.glance = None
        self._pages.setCurrentIndex(0)

    @Slot()
    def _on_layer(self) -> None:
        self.on_reading(self.session.reading)

    @Slot(object)
    def _on_head(self, cell: Cell) -> None:
        self.heads.head = cell.block
        self._show()

    @Slot(object)
    def _on_cell(self, cell: Cell) -> None:
        """Work out a share, and let its step be the one that all views point at."""
        self._chosen = cell.row, cell.column
        self._on_step_chosen(cell.row)
        self._show()

    @Slot(int)
    def _on_step_chosen(self, step: int) -> None:
        last = len(self.grid.shares) - 1
        self.session.attention.point_at(None if step >= last else step)

    @Slot(str)
    def _on_pointed(self, said: str) -> None:
        self.reading.set_text(said or _HINT)
