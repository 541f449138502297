"""position in formulas."""

from __future__ import annotations

from playground.nn.explain.explanation import Explanation, Symbols, explain_handed_on
from playground.nn.record import LayerRecord


def explain_position(done: LayerRecord, symbols: Symbols) -> Explanation:
    """Return the step."""
    return explain_handed_on(done, symbols, "")
