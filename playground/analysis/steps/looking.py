"""Where the heads of a layer look, from step to step, and how each share comes about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.nn.network import Network
from playground.nn.record import LayerRecord

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Glance:
    """How much a head looks at one step from another, worked out.

    Attributes
    ----------
    head, query, key
        Which head, the step that looks, and the step that is looked at.
    q, k
        The query of the one and the key of the other, (d,) each.
    scores
        q·k/√d with the keys of all steps, (steps,); −∞ where the step must not be looked at.
    share
        What the pass made of it.
    """

    head: int
    query: int
    key: int
    q: Floats
    k: Floats
    scores: Floats
    share: float

    @property
    def products(self) -> Floats:
        """The terms of q·k, (d,)."""
        products: Floats = self.q * self.k
        return products

    @property
    def shares(self) -> Floats:
        """softmax(scores), (steps,)."""
        powers = np.exp(self.scores - self.scores.max())
        shares: Floats = powers / powers.sum()
        return shares


def layers_that_look(network: Network) -> tuple[str, ...]:
    """Return the layers whose steps look at each other."""
    return tuple(layer.name for layer in network.layers if layer.face().heads)


def looks_by_step(network: Network) -> bool:
    """Return whether there is such a layer."""
    return bool(layers_that_look(network))


def attention_of(record: LayerRecord, steps: int) -> Floats:
    """Return the shares of a pass's first example, (heads, steps that look, steps looked at)."""
    shares: Floats = record.kept["attention"][:, :steps, :steps, 0]
    return shares


def glance_of(record: LayerRecord, steps: int, head: int, query: int, key: int) -> Glance:
    """Return how a share came about, from the arrays of the pass."""
    shares = attention_of(record, steps)
    heads = len(shares)
    queries, keys = (
        record.kept[name][..., 0].reshape(heads, -1, record.kept[name].shape[1])[head, :, :steps]
        for name in ("queries", "keys")
    )
    q = queries[:, query]
    scores = q @ keys / np.sqrt(len(q))
    scores = np.where(shares[head, query] > 0, scores, -np.inf)
    return Glance(head, query, key, q, keys[:, key], scores, float(shares[head, query, key]))
