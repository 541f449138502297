"""The inspector's sections, one below the other, each shown where it has something to tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLayout, QWidget

from playground.analysis.neurons.names import NeuronNames
from playground.analysis.neurons.neuron import Neuron
from playground.analysis.neurons.report import NeuronReport
from playground.gui.look.marking import named
from playground.gui.panels.inspector import slopes, sums
from playground.gui.panels.inspector.attention_section import AttentionSection
from playground.gui.panels.inspector.exciting_section import ExcitingSection
from playground.gui.panels.inspector.figures import Figures
from playground.gui.panels.inspector.number_grids import NumberGrids, square_of
from playground.gui.panels.inspector.patch_section import PatchSection
from playground.gui.panels.inspector.pixel_map import PixelMap
from playground.gui.panels.inspector.plot import ActivationPlot
from playground.gui.panels.inspector.ranking import Ranking, SteadyRanking, exact
from playground.gui.panels.inspector.report_text import (
    activation_rows,
    activation_text,
    plain_formula,
    plain_rows,
)
from playground.gui.panels.inspector.row import Row
from playground.gui.panels.inspector.row_table import RowTable
from playground.gui.panels.inspector.section import FoldedSection, TableSection
from playground.gui.panels.inspector.surgery_section import SurgerySection
from playground.gui.panels.inspector.target_box import TargetChoice
from playground.gui.session.session import Session
from playground.gui.widgets.cells import Cell
from playground.gui.widgets.layouts import stacked
from playground.nn.record import INPUT

_NO_PROBE = "Draw or pick an example to see the sum, the activation and the slopes."
_NO_TARGET = "Without a correct answer there is no loss: pick an example from the data."
_CUT = "∂L/∂a is cut off where a logarithm would be infinite; ∂L/∂z is exact."
_SILENT = "Silenced: its output is 0, so no gradient flows through it."
_WHOLE_LAYER = "It depends on every z of the layer; the curve holds the others fixed."
_JACOBIAN = (
    "Its a depends on all z of the layer: ∂aᵢ/∂zⱼ = fᵢ·(δᵢⱼ − fⱼ), where i is this neuron and "
    "δᵢⱼ is 1 for j = i, else 0."
)
_CHAIN = "For the weight of the largest term, or the one chosen for editing below."
_HERE = (
    "The weights are the map's at every place; ∂L/∂w here is this place's part, and training adds "
    "up those of all."
)
_WEIGHTS = "Each pixel's weight: blue counts for this neuron, orange against it."
_MAP_WEIGHTS = "The weight of each map's pixels: blue counts for this neuron, orange against it."
_SLOPES = "∂a/∂pixel at this example: where more ink would raise a (blue) or lower it (orange)."
_FLAT = "∂a/∂pixel is 0 everywhere at this example: f′(z) = 0, no pixel changes a."


class InspectorBody(QWidget):
    """Shows a :class:`NeuronReport`.

    ``neuron_requested`` carries the neuron that was clicked, ``probe_requested`` an example;
    ``refresh_requested`` says that a section was opened.
    """

    neuron_requested = Signal(object)
    probe_requested = Signal(object)
    refresh_requested = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("inspectorBody")
        self._steady = SteadyRanking()
        self._about: tuple[object, ...] = ()
        self._everything = True
        self._report: NeuronReport | None = None
        self.plain = TableSection("plain", "What it does", "What this place does")
        self.activation = TableSection("activation", "Activation", "z, a and slope")
        self.plot = ActivationPlot()
        self.activation.body.addWidget(self.plot)
        self.pooled = NumberGrids("pooledGrids", "The numbers of its square")
        self.plain.body.insertWidget(1, self.pooled)
        self.attention = AttentionSection()
        self.patch = PatchSection()
        products = ("# × #", "#")
        self.sum = TableSection("sum", "Weighted sum z = Σ w·a + b", "Weighted sum", products)
        self.target = TargetChoice(session)
        self.slopes = TableSection("slopes", "Slopes of the loss", "Slopes of the loss")
        self.slopes.body.insertWidget(1, self.target)
        self.jacobian = TableSection(
            "jacobian",
            "Softmax looks at every z",
            "Row of the softmax's Jacobian",
            ("#", "#"),
            unfold=False,
        )
        signed = ("#", "0#")
        self.incoming = TableSection(
            "incoming", "Strongest incoming weights", "Incoming weights", signed, bars=True
        )
        self.outgoing = TableSection(
            "outgoing", "Where its output goes", "Outgoing weights", signed, bars=True
        )
        self.chain = TableSection("chain", "Chain rule", "Chain rule", products)
        self.picture = FoldedSection("pictureSection", "What it looks for")
        self.pixels = PixelMap()
        self.picture.body.addWidget(self.pixels)
        self.exciting = ExcitingSection(session)
        self.surgery = SurgerySection(session)
        self.sections = (
            self.plain,
            self.attention,
            self.patch,
            self.activation,
            self.sum,
            self.slopes,
            self.jacobian,
            self.incoming,
            self.outgoing,
            self.chain,
            self.picture,
            self.exciting,
            self.surgery,
        )
        for section, topic in (
            (self.activation, "activation"),
            (self.sum, "weighted_sum"),
            (self.attention, "SelfAttention"),
            (self.patch, "weighted_sum"),
            (self.slopes, "gradient"),
            (self.jacobian, "Softmax"),
            (self.incoming, "weight"),
            (self.outgoing, "weight"),
            (self.chain, "chain_rule"),
            (self.picture, "saliency"),
        ):
            named(section, topic=topic)
        self._layout = stacked(*self.sections, None, on=self, margins=(0, 0, 6, 8), spacing=10)
        for section in self.sections:
            section.unfolded.connect(self.refresh_requested)
            if isinstance(section, TableSection):
                section.table.link_requested.connect(self.neuron_requested)
        self.jacobian.set_caption(_JACOBIAN)
        self.chain.set_caption(_CHAIN)
        self.pixels.cell_chosen.connect(self._on_pixel_chosen)
        self.patch.neuron_requested.connect(self.neuron_requested)
        self.patch.weight_requested.connect(self.surgery.choose_weight)
        self.pooled.cell_chosen.connect(self._on_pooled_chosen)
        self.exciting.probe_requested.connect(self.probe_requested)

    def add_tools(self, tools: QLayout) -> None:
        """Put a line of controls above all sections."""
        self._layout.insertLayout(0, tools)

    def set_figures(self, figures: Figures) -> None:
        """Make room for numbers of so many digits."""
        for table in self.findChildren(RowTable):
            table.set_figures(figures)
        self.exciting.set_figures(figures)

    def show_report(
        self, report: NeuronReport, names: NeuronNames, figures: Figures, *, training: bool = False
    ) -> None:
        """Show a report; folded sections are not computed.

        In training, lists keep still, and what is scrolled out of view is left as it was.
        """
        self._report, about = report, (report.neuron, names, report.loss is None)
        self._everything = not training or about != self._about
        self._about = about
        self._steady.begin(about)
        ranking: Ranking = self._steady if training else exact
        weighs, bend = report.told.sum is not None, report.told.bend
        told = (report, names, figures)
        self._show_first(*told)
        if self._due(self.attention, report.told.looks is not None):
            self.attention.show_report(report, figures)
        whole = report.window is None
        if self._due(self.patch, weighs and not whole):
            self.patch.show_report(*told, ranking)
        self._fill(self.sum, weighs and whole, sums.sum_rows, *told, ranking)
        self._show_slopes(report, figures)
        softmax = bend is not None and bend.jacobian is not None
        self._fill(self.jacobian, softmax, sums.jacobian_rows, *told)
        self._fill(self.incoming, weighs, sums.incoming_rows, *told, ranking)
        self.incoming.set_caption("" if whole else _HERE)
        self._fill(self.outgoing, bool(report.links), sums.outgoing_rows, *told, ranking)
        if self._due(self.surgery, weighs):
            self.surgery.show_report(report, names)
        source = self.surgery.chosen_source
        self._fill(self.chain, bend is not None, slopes.chain_rows, *told, source, ranking)
        self._show_picture(*told)

    def _fill(
        self, section: TableSection, applies: bool, rows: Callable[..., list[Row]], *told: Any
    ) -> None:
        if self._due(section, applies):
            section.table.set_rows(rows(*told))

    def _due(self, section: FoldedSection, applies: bool) -> bool:
        """Show a section or leave it out; return whether it is worth its computation now."""
        section.set_applies(applies)
        return (
            applies
            and section.is_unfolded
            and (self._everything or not section.visibleRegion().isEmpty())
        )

    def _show_first(self, report: NeuronReport, names: NeuronNames, figures: Figures) -> None:
        formula, pooled = plain_formula(report), report.told.pooled
        if self._due(self.plain, bool(formula)):
            self.plain.set_caption(formula)
            self.pooled.setVisible(pooled is not None)
            if pooled is not None:
                self.pooled.show_grids([square_of(pooled, report.given, names, figures)])
            self.plain.table.set_rows(plain_rows(report, figures))
        bend, made = report.told.bend, report.told.sum
        if not self._due(self.activation, made is not None) or made is None:
            return
        if bend is None:
            self.activation.set_caption(_NO_PROBE)
        else:
            notes = f"\n{_SILENT}" if report.told.silenced else ""
            if bend.jacobian is not None:
                notes = f"\n{_WHOLE_LAYER}{notes}"
            title = bend.activation.title
            self.activation.set_caption(f"{title}: {activation_text(bend.activation)}{notes}")
        self.activation.table.set_rows(activation_rows(report, figures))
        self.plot.setVisible(bend is not None)
        self.plot.show_bend(bend, made.z)

    def _show_slopes(self, report: NeuronReport, figures: Figures) -> None:
        if not self._due(self.slopes, report.a is not None):
            return
        self.target.refresh()
        caption = report.clipping
        if report.loss is None:
            caption = _NO_TARGET
        elif slopes.cut_off(report):
            caption = f"{caption} {_CUT}".lstrip()
        self.slopes.set_caption(caption)
        rows = slopes.slope_rows(report, figures) if report.loss is not None else []
        self.slopes.table.set_rows(rows)

    def _show_picture(self, report: NeuronReport, names: NeuronNames, figures: Figures) -> None:
        if not self._due(self.picture, report.image is not None) or report.image is None:
            return
        if report.image_of:
            self.picture.set_caption(_WEIGHTS if len(report.image) == 1 else _MAP_WEIGHTS)
        else:
            self.picture.set_caption(_SLOPES if report.image.any() else _FLAT)
        whose = report.image_of or INPUT

        def called(number: int) -> str:
            return names.short(Neuron(whose, number))

        name = "w" if report.image_of else "∂a/∂pixel"
        self.pixels.show_values(report.image, name, figures, called)

    @Slot(object)
    def _on_pooled_chosen(self, cell: Cell) -> None:
        pooled = None if self._report is None else self._report.told.pooled
        if pooled is not None:
            unit = int(pooled.places[cell.row, cell.column])
            self.neuron_requested.emit(Neuron(pooled.source, unit))

    @Slot(object)
    def _on_pixel_chosen(self, cell: Cell) -> None:
        whose = INPUT if self._report is None else self._report.image_of or INPUT
        self.neuron_requested.emit(Neuron(whose, self.pixels.number(cell)))
