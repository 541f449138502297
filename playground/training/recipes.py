"""How a step of training is made: a recipe turns a network and its settings into a step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np

from playground.nn.network import Network
from playground.nn.training_step import TrainingStep
from playground.registry import Registry


class Recipe(Protocol):
    """What every recipe offers."""

    kind: ClassVar[str]
    title: ClassVar[str]

    def step(
        self, network: Network, training: Any, rng: np.random.Generator | None
    ) -> TrainingStep:
        """Return what moves a network's parameters once, batch by batch.

        ``training`` is the experiment's :class:`~playground.training.experiment.Training`, and
        ``rng`` draws dropout masks, None leaves them out.
        """


@dataclass(frozen=True)
class Supervised:
    """Every example comes with what is right, and the loss measures the way to it."""

    kind: ClassVar[str] = "supervised"
    title: ClassVar[str] = "Supervised"

    def step(
        self, network: Network, training: Any, rng: np.random.Generator | None
    ) -> TrainingStep:
        """Return the descent on the mean loss over a batch."""
        return TrainingStep(
            network,
            training.loss,
            training.optimizer,
            l1=training.l1,
            l2=training.l2,
            clip_norm=training.clip_norm,
            rng=rng,
        )


RECIPES: Registry[Recipe] = Registry("recipe", Supervised)
