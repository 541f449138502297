"""A layer's step in formulas, and the names that formulas give to arrays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from playground.nn.explain.stage import EXAMPLE, NEURON, Matrix, Stage
from playground.nn.explain.writing import shape
from playground.nn.names import LayerNames
from playground.nn.record import INPUT, LayerRecord


@dataclass(frozen=True)
class Explanation:
    """What one layer did in a training step.

    Attributes
    ----------
    product
        What its output is called: ``A1``.
    forward, backward
        What it computed, stage by stage, on the way forward and on the way back.
    symbols
        What each tensor that it learns is called: ``W1`` for ``weights``.
    """

    product: str
    forward: tuple[Stage, ...]
    backward: tuple[Stage, ...] = ()
    symbols: Mapping[str, str] = field(default_factory=dict)


class Symbols:
    """The names of a step's arrays, given out as the layers are explained, from the first on.

    ``names`` is what the layers themselves are called.
    """

    def __init__(self, names: LayerNames) -> None:
        self.names = names
        self._products = {INPUT: "X"}
        self._counts: Counter[str] = Counter()

    def number(self, letter: str) -> int:
        """Return the next number of a letter, from 1."""
        self._counts[letter] += 1
        return self._counts[letter]

    def of(self, layer: str) -> str:
        """Return what a layer's output is called, ``X`` for the network's inputs."""
        return self._products[layer]

    def learn(self, layer: str, product: str) -> None:
        """Remember what a layer's output is called."""
        self._products[layer] = product


def explain_handed_on(
    done: LayerRecord, symbols: Symbols, why: str, shapes: str = ""
) -> Explanation:
    """Return the step of a layer whose outputs are its inputs, and the sentence that says why."""
    source, inputs = symbols.of(done.source), done.inputs
    stage = Stage(
        "forward",
        done.name,
        source,
        "handed on",
        f"{source} stays {source}",
        shapes or shape(inputs, done.input_shape),
        why,
        "Nothing has changed.",
        (Matrix(source, "handed on", inputs, NEURON, EXAMPLE, done.name, done.input_shape),),
    )
    return Explanation(source, (stage,))
