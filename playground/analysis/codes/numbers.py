"""What each number of a code changes in what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.analysis.codes.halves import decode, encode
from playground.data.preparation import Prepared
from playground.data.rows import evenly
from playground.training.model import Model

_MOST_EXAMPLES = 1_000
_BASES = 12
_LOW, _HIGH = 5, 95

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class CodeNumbers:
    """The numbers of a code over the training part.

    Attributes
    ----------
    order
        The numbers, the one that changes most first, (numbers,).
    changes
        By how much what comes back changes when only this number goes from its 5th to its 95th
        percentile: the mean squared difference per value as the network sees it, over examples,
        (numbers,).
    low, high
        These percentiles, (numbers,).
    """

    order: NDArray[np.intp]
    changes: Floats
    low: Floats
    high: Floats


def code_numbers(model: Model, prepared: Prepared) -> CodeNumbers:
    """Return what each number of the code changes."""
    chosen = evenly(prepared.train_index, _MOST_EXAMPLES)
    codes = encode(model, prepared.dataset.inputs[chosen])
    bases = codes[evenly(np.arange(len(codes)), _BASES)]
    with np.errstate(all="ignore"):
        low, high = np.percentile(codes, (_LOW, _HIGH), axis=0)
        changes = np.empty(codes.shape[1])
        for number in range(len(changes)):
            ends = [_decoded_with(model, bases, number, end[number]) for end in (low, high)]
            changes[number] = np.square(ends[1] - ends[0]).mean()
    order = np.argsort(-np.nan_to_num(changes), kind="stable")
    return CodeNumbers(order, changes, low, high)


def _decoded_with(model: Model, codes: Floats, number: int, value: float) -> Floats:
    """Return what codes decode to, as the network sees it, with another value of one number."""
    moved = codes.copy()
    moved[:, number] = value
    seen: Floats = decode(model, moved) / model.normalization.scale
    return seen
