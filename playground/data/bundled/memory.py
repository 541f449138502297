"""Generated sequences that show what memory is for: the longer they are, the harder."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.data.dataset import Dataset
from playground.data.rows import TokenRows
from playground.data.tasks import Classification, NextStep, Regression

SYMBOLS = "abcdefgh"
PATTERN = 3
"""How many symbols have to be kept in mind until they are asked for."""

_GENERATED = {"source": "Generated", "licence": "none needed", "value_range": (0.0, 1.0)}


def parity(*, examples: int, steps: int, seed: int) -> Dataset:
    """Return rows of bits, and whether the number of ones is even or odd."""
    bits = np.random.default_rng(seed).integers(0, 2, (examples, steps))
    return _of_sequences(
        ("0", "1"),
        steps,
        name="memory-parity",
        title="Memory: parity",
        task=Classification(),
        inputs=TokenRows.of_steps(bits, 2),
        targets=bits.sum(axis=1) % 2,
        class_names=("even", "odd"),
        description="Bits one after another: is the number of ones even or odd? One bit of memory "
        "is enough, but every step counts.",
    )


def copy(*, examples: int, steps: int, seed: int) -> Dataset:
    """Return symbols, a delay of so many blanks, and a sign at which the symbols are asked back."""
    symbols = np.random.default_rng(seed).integers(0, len(SYMBOLS), (examples, PATTERN))
    blank, go = len(SYMBOLS), len(SYMBOLS) + 1
    length = PATTERN + steps + PATTERN
    tokens = np.full((examples, length), blank)
    tokens[:, :PATTERN] = symbols
    tokens[:, -PATTERN] = go
    targets = np.full((examples, length), -1)
    targets[:, -PATTERN:] = symbols
    return _of_sequences(
        (*SYMBOLS, "blank", "go"),
        length,
        name="memory-copy",
        title="Memory: copy",
        task=NextStep(),
        inputs=TokenRows.of_steps(tokens, go + 1),
        targets=targets,
        class_names=tuple(SYMBOLS),
        description=f"{PATTERN} symbols, a long delay, then the same symbols are asked for: only a "
        "network that keeps them in mind can tell them.",
    )


def addition(*, examples: int, steps: int, seed: int) -> Dataset:
    """Return rows of numbers, two of them marked, and the sum of those two."""
    rng = np.random.default_rng(seed)
    numbers = rng.random((examples, steps), np.float32)
    marked = rng.random((examples, steps)).argsort(axis=1)[:, :2]
    marks = np.zeros((examples, steps), np.float32)
    np.put_along_axis(marks, marked, 1, axis=1)
    return _of_sequences(
        ("number", "mark"),
        steps,
        name="memory-addition",
        title="Memory: addition",
        task=Regression(),
        inputs=np.concatenate([numbers, marks], axis=1),
        targets=(numbers * marks).sum(axis=1, keepdims=True),
        class_names=(),
        description="Numbers one after another, two of them marked: what is their sum? All others "
        "have to be let go.",
    )


def _of_sequences(units: tuple[str, ...], steps: int, **rest: Any) -> Dataset:
    return Dataset.of_sequences(units, steps, **_GENERATED, **rest)
