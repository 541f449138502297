"""The section that shows where the heads look from a step, and one query and key in numbers."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import Slot

from playground.analysis.neurons.report import NeuronReport
from playground.gui.look.heat import greatest_size
from playground.gui.panels.inspector.figures import Figures
from playground.gui.panels.inspector.number_grids import NumberGrid, NumberGrids
from playground.gui.panels.inspector.row import Row
from playground.gui.panels.inspector.row_table import RowTable
from playground.gui.panels.inspector.section import FoldedSection
from playground.gui.widgets.cells import Cell
from playground.gui.widgets.labels import sentence
from playground.nn.explain.unit_report import Looks
from playground.wording import counted

_CAPTION = "A row is a head, a column a step: the brighter, the more it looks there from step {}."
_NOWHERE = "It does not look there."
_HEAD = 14
"""The least height of a head's row of steps, in pixels."""


class AttentionSection(FoldedSection):
    """How much each head looks at each step; a click on one works its share out."""

    def __init__(self) -> None:
        super().__init__("attentionSection", "Where the heads look")
        self.shares = NumberGrids(
            "attentionShares", "How much each head looks at each step", lowest=_HEAD
        )
        self.worked = sentence("workedOutLook")
        self.grids = NumberGrids("workedOutLookGrids", "Query, key and products of the chosen step")
        self.sums = RowTable("lookTable", "From the products to the share")
        for part in (self.shares, self.worked, self.grids, self.sums):
            self.body.addWidget(part)
        self.chosen: Cell | None = None
        self.shares.cell_chosen.connect(self._on_cell_chosen)

    def show_report(self, report: NeuronReport, figures: Figures) -> None:
        """Show where the heads look, and the chosen head and step, or the strongest look."""
        looks = report.told.looks
        if looks is None:
            return
        self.set_caption(_CAPTION.format(looks.step + 1))
        head, step = self._chosen(looks)
        self.shares.show_grids([_shares(looks, (head, step), figures)])
        title = f"{look_title(looks, head, step)}, worked out"
        if title != self.worked.text():
            self.worked.setText(title)
        self.grids.show_grids(_products(looks, head, step, figures))
        self.sums.set_rows(look_rows(looks, head, step, figures))

    def _chosen(self, looks: Looks) -> tuple[int, int]:
        heads, steps = looks.shares.shape
        if self.chosen is not None and self.chosen.row < heads and self.chosen.column < steps:
            return self.chosen.row, self.chosen.column
        return strongest_look(looks)

    @Slot(object)
    def _on_cell_chosen(self, cell: Cell) -> None:
        self.chosen = cell
        self.unfolded.emit()


def look_rows(looks: Looks, head: int, step: int, figures: Figures) -> list[Row]:
    """Return how a head's query and the key of a step become the share of that step."""
    query, keys = looks.queries[head], looks.keys[head]
    d, share = len(query), float(looks.shares[head, step])
    agreed = float(query @ keys[step])
    rows = [Row("Σ q·k", (figures.write(agreed),), total=True)]
    if not share:
        return [*rows, Row(_NOWHERE, (figures.write(share),))]
    seen = looks.shares[head] > 0
    with np.errstate(all="ignore"):
        scores = keys @ query / math.sqrt(d)
        largest = float(scores[seen].max())
        powers = np.exp(scores - largest)
    return [
        *rows,
        Row(f"s = Σ q·k / √{d}", (figures.write(float(scores[step])),)),
        Row("the head's largest s", (figures.write(largest),)),
        Row("e^(s − largest)", (figures.write(float(powers[step])),)),
        Row(
            f"Σ of it, {counted(int(seen.sum()), 'step')}",
            (figures.write(float(powers[seen].sum())),),
        ),
        Row("share", (figures.write(share),)),
    ]


def strongest_look(looks: Looks) -> tuple[int, int]:
    """Return the head and the step of the greatest share."""
    at = int(np.nan_to_num(looks.shares).argmax())
    head, step = np.unravel_index(at, looks.shares.shape)
    return int(head), int(step)


def look_title(looks: Looks, head: int, step: int) -> str:
    """Return who looks where: ``Head 2 from step 5 at step 7``."""
    return f"Head {head + 1} from step {looks.step + 1} at step {step + 1}"


def _shares(looks: Looks, taken: tuple[int, int], figures: Figures) -> NumberGrid:
    shares = looks.shares

    def sentence(row: int, column: int) -> str:
        return f"{look_title(looks, row, column)}: {figures.write(float(shares[row, column]))}"

    title, scale = "shares of the steps, head by head", greatest_size(shares)
    return NumberGrid(title, "", shares, scale, False, sentence, taken=taken)


def _products(looks: Looks, head: int, step: int, figures: Figures) -> list[NumberGrid]:
    query, key = (each[:, np.newaxis] for each in (looks.queries[head], looks.keys[head, step]))
    with np.errstate(all="ignore"):
        products = query * key
    scale = max(greatest_size(query), greatest_size(key))

    def sentence(row: int, _: int) -> str:
        q, k, product = (figures.write(float(each[row, 0])) for each in (query, key, products))
        return f"{q} × {k} = {product}"

    return [
        NumberGrid("query", "", query, scale, True, sentence, plus=True),
        NumberGrid("key", "×", key, scale, True, sentence, plus=True),
        NumberGrid(*("q·k", "=", products, greatest_size(products), True, sentence), plus=True),
    ]
