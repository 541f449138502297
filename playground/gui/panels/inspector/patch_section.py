"""The section that shows what a place of a convolution sees, map by map, and one map in numbers."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot

from playground.analysis.neurons.names import NeuronNames
from playground.analysis.neurons.report import NeuronReport
from playground.gui.look import colormaps
from playground.gui.look.colors import DARK
from playground.gui.look.heat import Floats, greatest_size, image_of, rising_pixels, signed_pixels
from playground.gui.look.theme import colors_of
from playground.gui.panels.inspector.figures import Figures
from playground.gui.panels.inspector.map_sums import by_map, map_rows, shown_maps
from playground.gui.panels.inspector.map_table import MapLine, MapTable
from playground.gui.panels.inspector.number_grids import NumberGrid, NumberGrids
from playground.gui.panels.inspector.ranking import Ranking
from playground.gui.panels.inspector.row_table import RowTable
from playground.gui.panels.inspector.section import FoldedSection
from playground.gui.panels.inspector.sums import source_name, source_of
from playground.gui.widgets.cells import Cell
from playground.gui.widgets.labels import sentence
from playground.wording import nth


class PatchSection(FoldedSection):
    """What each map that is read adds to the sum; a click on one writes its numbers out.

    ``neuron_requested`` carries the pixel that was clicked in the patch, ``weight_requested`` the
    number of the weight that was clicked in the kernel.
    """

    neuron_requested = Signal(object)
    weight_requested = Signal(int)

    def __init__(self) -> None:
        super().__init__("patchSection", "z = Σ patch · kernel + b")
        self.table = MapTable()
        self.worked = sentence("workedOutMap")
        self.grids = NumberGrids("workedOutGrids", "Patch, kernel and products of the chosen map")
        self.rest = RowTable("patchSumTable", "Sum of the maps")
        for part in (self.table, self.worked, self.grids, self.rest):
            self.body.addWidget(part)
        self.chosen = 0
        self._report: NeuronReport | None = None
        self.table.map_chosen.connect(self._on_map_chosen)
        self.grids.cell_chosen.connect(self._on_cell_chosen)

    def show_report(
        self, report: NeuronReport, names: NeuronNames, figures: Figures, ranking: Ranking
    ) -> None:
        """Show the sum of a place of a convolution."""
        made, self._report = report.told.sum, report
        kernels = None if made is None else by_map(report, made.weights)
        if made is None or kernels is None:
            return
        self.chosen = min(self.chosen, len(kernels) - 1)
        shown = shown_maps(report, self.chosen, ranking)
        rows = map_rows(report, figures, shown)
        patches, dark = by_map(report, made.inputs), colors_of(self) is DARK
        strongest = greatest_size(made.weights)
        low, high = report.given or (0.0, 0.0)
        lines = []
        for number, row in zip(shown, rows, strict=False):
            patch = None
            if patches is not None and low < 0:
                patch = image_of(signed_pixels(patches[number], max(-low, high), dark))
            elif patches is not None:
                patch = image_of(rising_pixels(patches[number], colormaps.viridis(), high))
            kernel = image_of(signed_pixels(kernels[number], strongest, dark))
            lines.append(MapLine(number, row.name, patch, kernel, row.share, "".join(row.cells)))
        self.table.show_lines(lines, self.chosen)
        self.rest.set_rows(rows[len(shown) :])
        layer = names.layer(made.source)
        title = (
            f"Map {nth(self.chosen)} of {layer}"
            if len(kernels) > 1
            else layer[:1].upper() + layer[1:]
        )
        title = f"{title}, worked out"
        if title != self.worked.text():
            self.worked.setText(title)
        self._show_numbers(report, names, figures)

    def _show_numbers(self, report: NeuronReport, names: NeuronNames, figures: Figures) -> None:
        made, chosen = report.told.sum, self.chosen
        assert made is not None
        kernels, patches = by_map(report, made.weights), by_map(report, made.inputs)
        terms = by_map(report, made.terms)
        assert kernels is not None
        size = kernels.shape[-1]

        def source(row: int, column: int) -> str:
            return source_name(made, (chosen * size + row) * size + column, names)

        def of_patch(row: int, column: int) -> str:
            assert patches is not None
            return f"{source(row, column)}: {figures.write(float(patches[chosen, row, column]))}"

        def of_kernel(row: int, column: int) -> str:
            weight = figures.write(float(kernels[chosen, row, column]))
            return f"w in row {row + 1}, column {column + 1} of the kernel: {weight}"

        def of_product(row: int, column: int) -> str:
            assert patches is not None
            assert terms is not None
            x, w, product = (
                figures.write(float(each[chosen, row, column]))
                for each in (patches, kernels, terms)
            )
            return f"{x} × {w} = {product}"

        low, high = report.given or (0.0, 0.0)
        scale = greatest_size(made.weights)
        kernel = NumberGrid("kernel", "×", kernels[chosen], scale, True, of_kernel, plus=True)
        if patches is None or terms is None:
            self.grids.show_grids([kernel])
            return
        products: Floats = terms[chosen]
        self.grids.show_grids(
            [
                NumberGrid("patch", "", patches[chosen], max(-low, high), low < 0, of_patch),
                kernel,
                NumberGrid(
                    *("products", "=", products, greatest_size(products), True, of_product),
                    plus=True,
                ),
            ]
        )

    @Slot(int)
    def _on_map_chosen(self, number: int) -> None:
        if number != self.chosen:
            self.chosen = number
            self.unfolded.emit()

    @Slot(object)
    def _on_cell_chosen(self, cell: Cell) -> None:
        made = None if self._report is None else self._report.told.sum
        if made is None:
            return
        grid = self.grids.grids[cell.block]
        rows, columns = grid.values.shape
        index = (self.chosen * rows + cell.row) * columns + cell.column
        neuron = source_of(made, index)
        if grid.title == "kernel":
            self.weight_requested.emit(index)
        elif grid.title == "patch" and neuron is not None:
            self.neuron_requested.emit(neuron)
