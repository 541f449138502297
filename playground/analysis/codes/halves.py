"""A network's two halves at its code: the way into it, and the way back out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.rows import ByteRows
from playground.errors import ShapeError
from playground.nn.layers import Mode, RunningLayer
from playground.nn.network import Network
from playground.nn.passes import at_once, prepare_pass
from playground.training.model import Model

_AT_ONCE = 512

Floats = NDArray[np.floating[Any]]


def has_code(network: Network) -> bool:
    """Return whether a network goes through a code."""
    return network.code is not None


def rebuilds(model: Model) -> bool:
    """Return whether a network goes through a code and gives back what it was given."""
    return has_code(model.network) and model.dataset.task.of_itself


def code_size(network: Network) -> int:
    """Return how many numbers the code has, 0 where there is none."""
    return 0 if network.code is None else network.code.output_features


def is_variational(network: Network) -> bool:
    """Return whether training samples the codes, so that they fill a normal distribution."""
    return network.code is not None and network.code.settings.variational


def encode(model: Model, rows: Floats) -> Floats:
    """Return the codes (examples, numbers) of raw rows (examples, features)."""
    at = _place(model.network)
    return _through(model, model.network.row[: at + 1], model.inputs(rows)).T


def decode(model: Model, codes: Floats) -> Floats:
    """Return what the network makes of codes (examples, numbers), raw rows (examples, features)."""
    at = _place(model.network)
    return raw(model, _through(model, model.network.row[at + 1 :], codes.T).T)


def raw(model: Model, outputs: Floats) -> Floats:
    """Return what comes back, (examples, features), in the data set's own units."""
    scaling = model.normalization
    with np.errstate(all="ignore"):
        rows: Floats = outputs * scaling.scale + scaling.mean
    return rows


def came_back(model: Model, rows: Floats | ByteRows, chosen: NDArray[np.intp]) -> Floats:
    """Return what comes back of chosen rows, both as the network sees them, (chosen, features)."""
    pieces = (chosen[start : start + _AT_ONCE] for start in range(0, len(chosen), _AT_ONCE))
    outputs = [_through(model, model.network.row, rows[piece].T).T for piece in pieces]
    return np.concatenate(outputs)


def squared_errors(outputs: Floats, inputs: Floats) -> Floats:
    """Return the mean squared error per value of each example, (examples,)."""
    with np.errstate(all="ignore"):
        errors: Floats = np.square(outputs - inputs).mean(axis=1, dtype=np.float64)
    return errors


def _place(network: Network) -> int:
    if network.code is None:
        raise ShapeError("The network has no code layer; put one between encoder and decoder.")
    return network.row.index(network.code)


def _through(model: Model, layers: Sequence[RunningLayer], columns: Floats) -> Floats:
    """Return what layers of a network's own row make of columns (features, examples)."""
    network, examples = model.network, columns.shape[1]
    width = at_once(layers, _AT_ONCE)
    output = np.empty((layers[-1].output_features, examples), network.dtype)
    padded = network.padded and layers[0] is network.row[0]
    for start in range(0, examples, width):
        model.breathe()
        piece = columns[:, start : start + width]
        done = prepare_pass(layers, piece.shape[1], network.dtype, Mode(False), padded=padded)
        done.run(piece)
        output[:, start : start + width] = done.output
    return output
