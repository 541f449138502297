"""A layer that computes nothing, in formulas."""

from __future__ import annotations

from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.stage import EXAMPLE, NEURON, Matrix, Stage
from playground.nn.explain.writing import layer_words, shape
from playground.nn.record import LayerRecord


def explain_handed_on(
    done: LayerRecord, symbols: Symbols, why: str, shapes: str = ""
) -> Explanation:
    """Return the step of a layer whose outputs are its inputs, and the sentence that says why."""
    source, inputs = symbols.of(done.source), done.inputs
    stage = Stage(
        "forward",
        done.name,
        source,
        f"{layer_words(done.name)}: handed on",
        f"{source} stays {source}",
        shapes or shape(inputs),
        why,
        "Nothing has changed.",
        (Matrix(source, "handed on", inputs, NEURON, EXAMPLE, done.name),),
    )
    return Explanation(source, (stage,))
