"""What the tensors of a file are called, and what each has to be before any of them is read.

The network's tensors carry the names of :meth:`Network.views`, such as ``dense_1.weights``. The
others have a slash, which no layer's name can have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from playground.data.dataset import Dataset
from playground.data.preparation import validates
from playground.errors import FileError
from playground.files.container import Form, Tensors
from playground.nn.network import Network
from playground.training.experiment import Experiment
from playground.training.metrics import columns
from playground.wording import listed

NORMALIZATION = ("normalization/mean", "normalization/scale")
"""The names of the normalization's tensors, each float32 of shape (features,)."""

GRADIENT = "step/gradient"
UPDATE = "step/update"
"""What the newest step descended on and what it added, (parameter_count,); the second may lack."""

MOMENTS = "optimizer/moments"
ORDER = "epoch/order"
DRAWS = "epoch/draws"
"""Of a moment's course: see :class:`~playground.training.moment.Course`; draws may lack."""


@dataclass(frozen=True)
class Expected:
    """What a tensor should be: its dtype, any of several names, and its shape."""

    dtypes: tuple[str, ...]
    shape: tuple[int, ...]


def history_names(experiment: Experiment, dataset: Dataset) -> tuple[str, ...]:
    """Return the names of the history's tensors, float64 of shape (epochs,); the epochs first."""
    validated = validates(dataset, experiment.data.validation_fraction)
    names = columns(dataset.task, validated) + experiment.recipe.columns(dataset)
    return ("history/epochs", *(f"history/{name}" for name in names))


def column_key(name: str) -> str:
    """Return what :class:`History` calls a column of the history's tensors."""
    return name.rpartition("/")[2]


def expected_of(network: Network) -> dict[str, Expected]:
    """Return what a network's own tensors should be."""
    dtype = (str(network.dtype),)
    return {name: Expected(dtype, view.shape) for name, view in network.views().items()}


def length_in(forms: Mapping[str, Form], name: str, most: int) -> int:
    """Return how long a file's row is, at most ``most``: :func:`check_forms` refuses another."""
    shape = forms[name][1] if name in forms else ()
    return min((*shape, most))


def check_forms(forms: Mapping[str, Form], expected: Mapping[str, Expected]) -> None:
    """Compare a file's header with what it should hold.

    Raises
    ------
    FileError
        Where a tensor is missing, has another shape or dtype, or nothing would take it.
    """
    for name in forms.keys() - expected.keys():
        raise FileError(f"tensor {name!r:.80} belongs to no layer of its network")
    for name, should in expected.items():
        if name not in forms:
            raise FileError(f"tensor {name!r:.80} is missing")
        dtype, shape = forms[name]
        if shape != should.shape:
            raise FileError(
                f"tensor {name!r:.80} should have the shape {should.shape} and has {shape}"
            )
        if str(dtype) not in should.dtypes:
            kinds = listed(should.dtypes, "or")
            raise FileError(f"tensor {name!r:.80} should hold {kinds} and holds {dtype}")


def check_finite(tensors: Tensors, names: Iterable[str]) -> None:
    """Refuse NaN and infinity in some of a file's tensors."""
    for name in names:
        if not np.isfinite(tensors[name]).all():
            raise FileError(f"tensor {name!r:.80} holds NaN or infinity")


def fill(network: Network, tensors: Tensors) -> None:
    """Move the tensors of a file into the network that they belong to.

    Raises
    ------
    FileError
        Where one has an impossible value.
    """
    views = network.views()
    check_finite(tensors, views)
    for name, view in views.items():
        view[...] = tensors[name]
        if name.endswith(".running_variance") and (view < 0).any():
            raise FileError(f"tensor {name!r:.80} holds a variance below zero")
