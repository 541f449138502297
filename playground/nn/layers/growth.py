"""What a layer of a growing network has to know so that the network computes what it did.

New neurons are split off from old ones, new layers begin by handing on what they get (Net2Net:
Chen, Goodfellow and Shlens 2015).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from playground.nn.arrays import Array

_APART = 0.5
"""How unequal the weights are by which twins are read; any amount keeps their sum."""


@dataclass(frozen=True, eq=False)
class Growth:
    """What layers ask while their network grows.

    Attributes
    ----------
    rng
        Chooses the neurons that split.
    measure
        Returns the mean and the variance, (units,) each, of what the layer of a name is given: of
        a map, those of all its places.
    """

    rng: np.random.Generator
    measure: Callable[[str], tuple[Array, Array]]


@dataclass(frozen=True, eq=False)
class Spread:
    """How the neurons or maps that a layer hands on stand for those that were handed on before.

    Former unit o is the sum of ``share[j]`` · unit j over every j whose ``origin`` is o; of a map
    that is so at each of its places.

    Attributes
    ----------
    origin
        (units,): which former unit each stands for.
    share
        (units,): 0 for a new one that nobody hears yet.
    alike
        Whether each that has a share equals its origin.
    least
        No number is below it.
    """

    origin: NDArray[np.intp]
    share: Array
    alike: bool = True
    least: float = -math.inf

    @classmethod
    def same(cls, units: int, least: float = -math.inf) -> Spread:
        """Return that of units which are what they were."""
        return cls(np.arange(units), np.ones(units), least=least)

    @property
    def is_same(self) -> bool:
        """Whether each is what it was."""
        return self.alike and bool((self.share == 1).all())

    def at_places(self, positions: int) -> Spread:
        """Return that of all places of the maps, so many each, as Flatten lines them up."""
        origin = np.add.outer(self.origin * positions, np.arange(positions)).ravel()
        return replace(self, origin=origin, share=np.repeat(self.share, positions))

    def read_by(self, weights: Array, rng: np.random.Generator) -> Array:
        """Return weights (readers, units) that make the sums of the former ones.

        Twins divide a weight w into halves that are not quite equal, w/2·(1 + e) and w/2·(1 − e),
        with another e for each reader: their sum is w, and yet the twins part in training.
        """
        if self.is_same:
            return weights
        spread = weights[:, self.origin] * self.share
        if self.alike:
            heard = self.share > 0
            twins = np.bincount(self.origin, heard)
            apart = rng.uniform(-_APART, _APART, spread.shape) * heard
            total = np.zeros((len(twins), len(weights)))
            np.add.at(total, self.origin, apart.T)
            apart -= (total.T / twins)[:, self.origin] * heard
            spread *= 1 + apart
        return spread

    def made_by(self, weights: Array) -> Array:
        """Return weights (units, inputs) whose sums stand for those of the former ones."""
        squares = np.bincount(self.origin, self.share**2)
        return weights[self.origin] * (self.share / squares[self.origin])[:, np.newaxis]
