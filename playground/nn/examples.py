"""Examples and targets that a stranger gives, as arrays the network takes: rows, finite, real."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from playground.errors import InputError
from playground.nn.arrays import Array


def rows_of(X: ArrayLike, dtype: np.dtype[Any]) -> Array:
    """Return examples as rows (examples, features), of the network's float type.

    Raises
    ------
    InputError
        When they are no numbers, sparse, complex, or not finite, or there are none.
    """
    rows = numbers(X, "X", dtype)
    if rows.ndim < 2:
        raise InputError(
            f"X expects rows of shape (examples, features); {rows.shape} came. Reshape your data: "
            "X.reshape(-1, 1) for one feature, X.reshape(1, -1) for one example."
        )
    if not len(rows):
        raise InputError(f"X expects at least one example; 0 sample(s) came, shape {rows.shape}.")
    if not rows.size:
        raise InputError(
            f"0 feature(s) (shape={rows.shape}) while a minimum of 1 is required: give each "
            "example a number."
        )
    return np.ascontiguousarray(rows.reshape(len(rows), -1))


def numbers(values: ArrayLike, what: str, dtype: np.dtype[Any]) -> Array:
    """Return finite numbers of the float type, in the shape they came in.

    Raises
    ------
    InputError
        When they are anything else; ``what`` names them.
    """
    if hasattr(values, "toarray"):
        raise InputError(f"{what} expects a dense array; a sparse one came: call its toarray().")
    given = np.asarray(values)
    if given.dtype.kind == "c":
        raise InputError(f"{what} expects real numbers. Complex data not supported.")
    try:
        with np.errstate(over="ignore"):
            found: Array = given.astype(dtype)
    except (TypeError, ValueError) as error:
        raise InputError(f"{what} expects numbers, and cannot be read as such: {error}.") from None
    if not np.isfinite(found).all():
        raise InputError(
            f"{what} expects finite {dtype} numbers; it holds NaN or infinity: remove those "
            "examples or fill the gaps."
        )
    return found


def one_hot(index: NDArray[np.intp], outputs: int, dtype: np.dtype[Any]) -> Array:
    """Return targets (examples, outputs), 1 at each example's class and 0 elsewhere."""
    targets: Array = np.zeros((len(index), outputs), dtype)
    targets[np.arange(len(index)), index] = 1
    return targets
