"""The array types of the core, and how to compute without floating-point warnings."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray[Any, np.dtype[np.floating[Any]]]
"""A float32 array, or float64 in a gradient check; inside the core the batch is its last axis."""

Call: TypeAlias = Callable[[], object]
"""One prepared operation: a function with its arrays already bound."""


def quiet() -> np.errstate:
    """Return a context in which an overflow gives an infinity and no ``RuntimeWarning``.

    A diverging network overflows, and the caller wants to see that in the loss, not on stderr.
    NumPy keeps this state per thread, and entering it costs about a microsecond: a training loop
    enters it once, in the thread that trains, around all its steps.
    """
    return np.errstate(over="ignore", divide="ignore", invalid="ignore")


def with_ones(features: int, batch: int, dtype: np.dtype[Any], *, rows: bool = False) -> Array:
    """Return a buffer (features + 1, batch) whose last row is 1: the input that a bias multiplies.

    ``rows`` lays it out example by example, for data that arrives as (batch, features).
    """
    shape = (batch, features + 1) if rows else (features + 1, batch)
    buffer = np.zeros(shape, dtype)
    if rows:
        buffer = buffer.T
    buffer[-1] = 1
    return buffer


def batch_last(inputs: Array, shape: tuple[int, ...]) -> tuple[Array, list[Call]]:
    """Return inputs (features + 1, batch) as (…shape, batch) with neighbours in the batch adjacent.

    The first layer reads examples that lie row by row: they are copied to a buffer then, by the
    call that comes along.
    """
    given = inputs[:-1].reshape(*shape, inputs.shape[1])
    if given.flags.c_contiguous:
        return given, []
    turned = np.empty(given.shape, given.dtype)
    return turned, [partial(np.copyto, turned, given)]
