"""What the tensors beside the network's own are called, and how each is taken from a file.

The network's tensors carry the names of :meth:`Network.views`, such as ``dense_1.weights``. The
others have a slash, which no layer's name can have.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.tasks import Task
from playground.errors import FileError

NORMALIZATION = ("normalization/mean", "normalization/scale")
"""The names of the normalization's tensors, each float32 of shape (features,)."""


def history_names(task: Task) -> tuple[str, ...]:
    """Return the names of the history's tensors, float64 of shape (epochs,); the epochs first."""
    parts = (f"{part}_{name}" for name in task.measures for part in ("train", "test"))
    return ("history/epochs", *(f"history/{name}" for name in parts))


def column_key(name: str) -> str:
    """Return what :class:`History` calls a column of the history's tensors."""
    return name.rpartition("/")[2]


def take(
    tensors: dict[str, NDArray[Any]],
    name: str,
    shape: tuple[int, ...],
    dtype: type[np.floating[Any]],
    *,
    finite: bool = True,
) -> NDArray[Any]:
    """Remove a tensor from those of a file and return a copy, once it is known to fit.

    Raises
    ------
    FileError
        Where it is missing, has another shape or dtype, or holds NaN or infinity although
        ``finite``.
    """
    tensor = tensors.pop(name, None)
    if tensor is None:
        raise FileError(f"tensor {name!r:.80} is missing")
    if tensor.shape != shape:
        raise FileError(f"tensor {name!r:.80} should have the shape {shape} and has {tensor.shape}")
    if tensor.dtype != dtype:
        expected = np.dtype(dtype).name
        raise FileError(f"tensor {name!r:.80} should hold {expected} and holds {tensor.dtype}")
    if finite and not np.isfinite(tensor).all():
        raise FileError(f"tensor {name!r:.80} holds NaN or infinity")
    return tensor.copy()
