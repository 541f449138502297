"""What every operation on a network's numbers offers: it names the numbers and their new values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from playground.nn.arrays import Array
from playground.nn.names import LayerNames
from playground.nn.network import Network
from playground.training.experiment import Experiment

Edits: TypeAlias = Mapping[str, tuple[NDArray[np.intp], NDArray[np.floating[Any]]]]
"""By a tensor's name in :meth:`Network.views`: flat places in it, C order, and their new values."""


class Operation(Protocol):
    """A change of the network itself, made between two steps; see :meth:`Trainer.operate`."""

    def title(self, names: LayerNames) -> str:
        """Return what is done, for the undo list and the message: ``"Reset Dense 1"``."""

    def edits(self, network: Network, experiment: Experiment) -> Edits:
        """Return what to write into the network.

        Raises
        ------
        PlaygroundError
            When there is nothing to do.
        """


def write(network: Network, moments: Array, edits: Edits) -> Edits:
    """Replace numbers in a network, and return those that stood there.

    The optimizer's moments (moments, parameter_count) of these numbers become 0.
    """
    tensors = network.views()
    by_name = [network.views_of(moment) for moment in moments]
    former: dict[str, tuple[NDArray[np.intp], NDArray[np.floating[Any]]]] = {}
    for name, (places, values) in edits.items():
        tensor = tensors[name]
        entries = np.unravel_index(places, tensor.shape)
        former[name] = (places, tensor[entries].copy())
        tensor[entries] = values
        for views in by_name:
            if name in views:
                views[name][entries] = 0
    return former
