"""One share worked out: query times key, softmax over the steps, all shares together 1."""

from __future__ import annotations

import math

import numpy as np

from playground.analysis.steps.looking import Glance
from playground.gui.widgets.figure_table import Entry, FigureTable, Heading
from playground.wording import counted, fixed, nth, percent

_WIDEST, _DECIMALS = "−00.000", 3
_HARMLESS = 30.0
"""Scores up to this size are raised to the power of e as they are."""


class LookWorking(FigureTable):
    """A row for each number of a head's query and key, and one for each step of the sum."""

    def __init__(self) -> None:
        super().__init__("lookWorking", "How a share comes about", row_px=17)
        self.rows: list[tuple[str, ...]] = []
        self._terms = 0
        self.setMinimumSize(190, 120)

    def show_glance(self, glance: Glance) -> None:
        """Work out another share."""
        titles = ("q", f"step {nth(glance.query)}"), ("k", f"step {nth(glance.key)}")
        headings = [Heading("", left=True)]
        headings += [
            Heading(f"{name} of {step}", f"The {what} of {step}.", _WIDEST)
            for (name, step), what in zip(titles, ("query", "key"), strict=True)
        ]
        headings.append(Heading("q·k", "Their product.", _WIDEST))
        rows, terms = _rows(glance), len(glance.q)
        if [heading.title for heading in headings] != [each.title for each in self.cells.headings]:
            self.set_headings(headings)
        self.rows, self._terms = rows, terms
        self.cells.show(len(rows), self._entry)
        self.clearSpans()
        for row in range(terms, len(rows)):
            self.setSpan(row, 0, 1, 3)

    def _entry(self, row: int, column: int) -> Entry:
        text, term = self.rows[row][column], row < self._terms
        ink = "muted" if column == 0 or (term and column < 3) else "text"
        return Entry(text, ink=ink, ruled=row in (self._terms, len(self.rows) - 1))


def _rows(glance: Glance) -> list[tuple[str, ...]]:
    """Return what the table says."""
    pairs = zip(glance.q, glance.k, glance.products, strict=True)
    rows = [
        (nth(at), *(fixed(float(value), _DECIMALS) for value in values))
        for at, values in enumerate(pairs)
    ]
    score, finite = float(glance.scores[glance.key]), glance.scores[np.isfinite(glance.scores)]
    if not math.isfinite(score):
        return [*rows, ("not looked at: it comes later", "", "", percent(0.0))]
    top = 0.0 if np.abs(finite).max() < _HARMLESS else float(finite.max())
    power, total = math.exp(score - top), float(np.exp(finite - top).sum())
    score_word = "score" if not top else f"(score − {fixed(top, 1)})"
    told = (
        ("sum", fixed(float(glance.products.sum()), _DECIMALS)),
        (f"score: sum / √{len(glance.q)}", fixed(score, _DECIMALS)),
        (f"e to the {score_word}", fixed(power, _DECIMALS)),
        (f"the same of {counted(len(finite), 'step')}", fixed(total, _DECIMALS)),
        ("share", percent(glance.share, 2)),
        ("all shares", percent(float(glance.shares.sum()), 2)),
    )
    return [*rows, *((name, "", "", value) for name, value in told)]
