"""Every neuron's answer all over the plane, for the small pictures in the network's diagram."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.preparation import Prepared
from playground.nn.record import INPUT
from playground.training.model import Model


def plane_responses(
    model: Model, prepared: Prepared, *, points: NDArray[np.floating[Any]]
) -> dict[str, NDArray[np.float32]]:
    """Return each column's activations at points of the plane.

    Parameters
    ----------
    model
        The network of the moment.
    prepared
        Its data; a question to the analyst is given them.
    points
        Raw inputs, (points, 2).

    Returns
    -------
    By column (``input``, then every layer's name), float32 of shape (units, points), read-only.
    """
    responses = {INPUT: np.ascontiguousarray(points.T, np.float32)}
    for trace in model.trace(points):
        responses[trace.name] = trace.a.astype(np.float32)
    for values in responses.values():
        values.setflags(write=False)
    return responses
