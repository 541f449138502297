"""A network in a file of its own, and opening either kind of file from a script.

An experiment knows its data and how it learns; a network from a script knows neither, so the
window has nothing to train it on or to ask it. It keeps its layers, its numbers and its labels.
"""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

import numpy as np

from playground import fields
from playground.errors import FileError
from playground.files.container import Container
from playground.nn.estimators import Classifier, Regressor
from playground.nn.layers import LAYERS, parameter_count
from playground.nn.layers.row import row_shapes
from playground.nn.network import Network
from playground.storage import experiment_file
from playground.storage.earlier import as_meant
from playground.storage.shell import (
    NETWORK,
    check_keys,
    description,
    document_of,
    finite_tensors,
    opened,
    write_file,
)
from playground.storage.tensor_names import check_forms, expected_of, fill
from playground.training.model import Model
from playground.wording import grouped

VERSION = 1

_LAYERS = fields.Variants(label="Layers", help="From the input to the output.", registry=LAYERS)
_DTYPES = ("float32", "float64")
_MOST_FEATURES = 10**9


def save(model: Network | Classifier | Regressor, path: str | os.PathLike[str]) -> None:
    """Write a network, or a fitted estimator's, replacing the file in one step.

    :func:`load` brings the network back, with the labels that it was fitted on. The window opens
    experiments only, and says so.

    Raises
    ------
    FileError
        Where the network has numbers that are not finite, or labels that are neither texts nor
        numbers, or the file cannot be written.

    Examples
    --------
    >>> from playground import Classifier, load, save
    >>> model = Classifier((4,), epochs=1, random_state=0).fit([[0.0], [1.0]], ["no", "yes"])
    >>> save(model, "answer.playground")
    >>> bool((load("answer.playground").predict([[0.0]]) == model.predict([[0.0]])).all())
    True
    """
    network = model if isinstance(model, Network) else getattr(model, "network_", None)
    if network is None:
        raise FileError("Only what has learned can be saved: call fit first.")
    labels = network.classes_
    if labels is not None and not all(
        isinstance(label, str | int | float) for label in labels.tolist()
    ):
        raise FileError("A network's labels can be saved where they are texts or numbers.")
    document = {
        "format": NETWORK,
        "version": VERSION,
        "input_shape": list(network.input_shape),
        "layers": _LAYERS.to_plain([layer.settings for layer in network.row]),
        "dtype": str(network.dtype),
        "classes": None if labels is None else labels.tolist(),
    }
    write_file(path, finite_tensors(network, Path(path).name), document)


def load(path: str | os.PathLike[str]) -> Network | Model:
    """Return what a ``.playground`` file holds, ready to ``predict`` on raw inputs.

    A file saved by the window or by ``playground train`` gives a
    :class:`~playground.training.model.Model`, which normalizes inputs as the training did and
    answers with the data set's class names; one written by :func:`save` gives the network.

    Raises
    ------
    FileError
        With one sentence that says what is wrong with the file.
    MissingDataError
        Where an experiment's published data set is not on this computer.
    """
    with opened(path) as file:
        if description(file).get("format") == NETWORK:
            return _network(file)
    return experiment_file.read(path).model()


def _network(file: Container) -> Network:
    document = document_of(file, NETWORK, VERSION)
    check_keys(document, {"input_shape", "layers", "dtype", "classes"})
    shape, dtype, labels = (document[key] for key in ("input_shape", "dtype", "classes"))
    if not isinstance(shape, list) or not 1 <= len(shape) <= 4 or not all(map(_is_size, shape)):
        raise FileError(f"its input shape should be one to four sizes and is {shape!r:.60}")
    if dtype not in _DTYPES:
        raise FileError(f"its dtype should be float32 or float64 and is {dtype!r:.60}")
    layers = _LAYERS.from_plain(document["layers"], "layers")
    _check_size(tuple(shape), layers, file.size // np.dtype(dtype).itemsize)
    network = Network(tuple(shape), layers, dtype=dtype)
    meant = as_meant(network, file.forms)
    if meant != tuple(layers):
        network = Network(tuple(shape), meant, dtype=dtype)
    if labels is not None:
        if not isinstance(labels, list) or not all(
            isinstance(x, str | int | float) for x in labels
        ):
            raise FileError("its labels should be texts or numbers")
        if not 1 <= len(labels) <= max(math.prod(network.output_shape), 2):
            raise FileError(
                f"it has {grouped(len(labels))} labels for {network.output_shape} outputs"
            )
        network.classes_ = np.array(labels)
    check_forms(file.forms, expected_of(network))
    fill(network, file.read())
    return network


def _is_size(value: Any) -> bool:
    return type(value) is int and 1 <= value <= _MOST_FEATURES


def _check_size(shape: tuple[int, ...], layers: tuple[Any, ...], numbers: int) -> None:
    """Refuse a network larger than its file, before memory is taken for it."""
    needed = 0
    for layer, before, _ in row_shapes(layers, shape):
        needed += parameter_count(layer, before)
    if needed > numbers:
        raise FileError(
            f"its network has {grouped(needed)} parameters and the whole file has room for "
            f"{grouped(numbers)}; copy or download it again"
        )
