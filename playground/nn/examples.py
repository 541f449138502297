"""Examples and targets that a stranger gives, as arrays the network takes: rows, finite, real."""

from __future__ import annotations

import warnings
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
    TypeError
        When they are no numbers at all.
    """
    if hasattr(values, "toarray"):
        raise InputError(f"{what} expects a dense array; a sparse one came: call its toarray().")
    given = np.asarray(values)
    if given.dtype.kind == "c":
        raise InputError(f"{what} expects real numbers. Complex data not supported.")
    try:
        with np.errstate(over="ignore"):
            found: Array = given.astype(dtype, copy=False)
    except ValueError as error:
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


def feature_names(X: Any) -> NDArray[np.object_] | None:
    """Return the columns' names where X is a data frame that has them."""
    names = getattr(X, "columns", None)
    if names is None or not all(isinstance(name, str) for name in names):
        return None
    return np.asarray(names, object)


def named_alike(X: Any, expected: NDArray[np.object_] | None, who: str) -> None:
    """Refuse a data frame whose columns are others, or in another order, than those of the fit.

    Raises
    ------
    InputError
        Names what is there and should not be, and what is missing.
    """
    names = feature_names(X)
    if expected is None and names is None:
        return
    if expected is None or names is None:
        has, had = (
            ("has feature names", "without feature names")
            if expected is None
            else ("does not have valid feature names", "with feature names")
        )
        warnings.warn(f"X {has}, but {who} was fitted {had}", UserWarning, stacklevel=4)
        return
    if np.array_equal(names, expected):
        return
    sentence = "The feature names should match those that were passed during fit.\n"
    for heading, some, others in (
        ("Feature names unseen at fit time:\n", names, expected),
        ("Feature names seen at fit time, yet now missing:\n", expected, names),
    ):
        if rest := sorted(set(some) - set(others)):
            sentence += heading + "".join(f"- {name}\n" for name in rest[:5])
            sentence += "- ...\n" if len(rest) > 5 else ""
    if set(names) == set(expected):
        sentence += "Feature names must be in the same order as they were in fit.\n"
    raise InputError(sentence)
