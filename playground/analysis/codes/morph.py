"""The straight way from one code to another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.analysis.codes.halves import decode, encode
from playground.data.preparation import Prepared
from playground.training.model import Model

STEPS = 7

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Morph:
    """Steps from one code to another, both ends included.

    Attributes
    ----------
    codes
        (steps, numbers).
    rows
        What the network makes of them, raw, (steps, features).
    """

    codes: Floats
    rows: Floats


def between(first: Floats, last: Floats, share: Floats | float) -> Floats:
    """Return the code at a share of the way from one to another, or a row for each of shares."""
    shares = np.asarray(share)[..., np.newaxis]
    with np.errstate(all="ignore"):
        codes: Floats = (1 - shares) * first + shares * last
    return codes


def morph(model: Model, prepared: Prepared | None, *, rows: Floats, steps: int = STEPS) -> Morph:
    """Return evenly spaced steps of the way between the codes of two raw rows (2, features)."""
    first, last = encode(model, rows)
    codes = between(first, last, np.linspace(0, 1, steps))
    return Morph(codes, decode(model, codes))
