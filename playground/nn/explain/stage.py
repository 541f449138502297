"""What a stage of a step is: a formula, the arrays in it, and the arithmetic of one number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from playground.nn.arrays import Array

Phase = Literal["batch", "forward", "loss", "backward", "update", "outcome"]

Lines: TypeAlias = tuple[str, ...]
"""An arithmetic written out, a line each."""

NEURON, INPUT, EXAMPLE, STATISTIC, ONE = "neuron", "input", "example", "statistic", ""
"""What the rows or the columns of a matrix count; ``ONE`` where there is a single one."""


@dataclass(frozen=True, eq=False)
class Matrix:
    """One array of a stage, always with two axes.

    Attributes
    ----------
    symbol, title
        ``W1``, ``weights of dense 1``.
    values
        float64 (rows, columns).
    rows, columns
        What each axis counts: ``neuron``, ``input``, ``example``, ``statistic`` or nothing. Two
        matrices of a stage that share a word share the index.
    layer
        The layer whose neurons the rows are, where they are neurons.
    """

    symbol: str
    title: str
    values: Array
    rows: str
    columns: str
    layer: str = ""


@dataclass(frozen=True, eq=False)
class Stage:
    """One thing that a step computes.

    Attributes
    ----------
    phase
        The part of the step.
    layer
        The layer it belongs to, or an empty text.
    label, title
        ``Z1`` for a list, ``dense 1: weighted sums`` for a heading.
    formula
        ``Z1 = W1·X + b1``.
    shapes
        ``(10, 64)·(64, 32) + (10, 1) → (10, 32)``, or an empty text.
    explanation
        What is done and why, in one or two sentences.
    event
        What has come out of it, in one sentence.
    matrices
        The arrays of the formula.
    result
        Which of them the stage computes; −1 where there is none.
    arithmetic
        Writes out one number of the result, given its row and column.
    table
        Rows of texts, the headings first, where a stage is told in a table.
    """

    phase: Phase
    layer: str
    label: str
    title: str
    formula: str
    shapes: str
    explanation: str
    event: str
    matrices: tuple[Matrix, ...] = ()
    result: int = -1
    arithmetic: Callable[[int, int], Lines] | None = None
    table: tuple[tuple[str, ...], ...] = ()

    @property
    def computed(self) -> Matrix | None:
        """The matrix that the stage computes."""
        return self.matrices[self.result] if self.result >= 0 else None

    def matrix(self, symbol: str) -> Matrix:
        """Return the matrix of that symbol.

        Raises
        ------
        KeyError
            Where the stage has none.
        """
        for matrix in self.matrices:
            if matrix.symbol == symbol:
                return matrix
        raise KeyError(symbol)
