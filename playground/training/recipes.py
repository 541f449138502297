"""How a step of training is made: a recipe turns a network and its settings into a step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import DTypeLike, NDArray

from playground.data.dataset import Dataset
from playground.data.judged import BY_CLASS, OF_ANY
from playground.data.preparation import Prepared
from playground.nn.arrays import Array
from playground.nn.layers.running import Shape
from playground.nn.network import Network
from playground.nn.optimizers import Optimizer
from playground.nn.training_step import TrainingStep
from playground.registry import Registry
from playground.training import metrics
from playground.training.adversarial import Adversarial
from playground.training.output import Output

JUDGED = OF_ANY, BY_CLASS
"""The targets of a discriminator."""


class Descent(Protocol):
    """What moves a network's parameters once, batch by batch.

    Attributes
    ----------
    moments
        (moments, parameter_count), as the optimizers keep them, 0 at first.
    step_count
        Steps made.
    """

    moments: Array
    step_count: int

    def __call__(self, rows: Array, targets: Array, learning_rate: float) -> float:
        """Make a step on rows (batch, features), targets (batch, outputs); return its loss."""


class Recipe(Protocol):
    """What every recipe offers.

    Attributes
    ----------
    layers, output
        The settings of what stands before the experiment's own layers in the same network: none,
        or those of what makes examples.
    """

    kind: ClassVar[str]
    title: ClassVar[str]

    @property
    def layers(self) -> tuple[Any, ...]:
        """The hidden layers before the experiment's own."""

    @property
    def output(self) -> Output | None:
        """The last layer before the experiment's own."""

    def asks(self, target: str) -> str:
        """Return what the data are asked for under this recipe: the name of a target."""

    def made_by(self, dataset: Dataset) -> tuple[Shape, tuple[Any, ...]] | None:
        """Return what layers make examples of, and those layers; None where nothing does."""

    def network(
        self, layers: Sequence[Any], dataset: Dataset, *, seed: int, dtype: DTypeLike
    ) -> Network:
        """Return the network that is trained; ``layers`` are those that answer, the output last."""

    def answering(self, network: Network) -> Network:
        """Return what of the network answers for an example of the data."""

    def generator(self, network: Network) -> Network | None:
        """Return what of the network makes examples out of noise; None where nothing does."""

    def fed(self, network: Network, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what the network's first layer is given, where the examples are these rows."""

    def wanted(
        self, network: Network, given: NDArray[np.float32], targets: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Return what the last layer should say of what is :meth:`fed`, (examples, outputs).

        ``targets`` is what is right of the examples.
        """

    def optimizers(self, training: Any) -> tuple[Optimizer, ...]:
        """Return every optimizer at work; ``training`` is the experiment's own settings of it."""

    def step(self, network: Network, training: Any, rng: np.random.Generator) -> Descent:
        """Return what moves a network's parameters once, batch by batch; ``rng`` draws."""

    def columns(self, dataset: Dataset) -> tuple[str, ...]:
        """Return what is measured beside what the task measures."""

    def measure(
        self, network: Network, loss: Any, prepared: Prepared, parts: metrics.Measured
    ) -> dict[str, float]:
        """Return what the task measures on parts of the data, and what else is in the columns."""


@dataclass(frozen=True)
class Supervised:
    """Every example comes with what is right, and the loss measures the way to it."""

    kind: ClassVar[str] = "supervised"
    title: ClassVar[str] = "Supervised"

    layers: ClassVar[tuple[Any, ...]] = ()
    output: ClassVar[Output | None] = None

    def asks(self, target: str) -> str:
        """Return what was chosen, or where it was another recipe's what the data say."""
        return "labels" if target in JUDGED else target

    def made_by(self, dataset: Dataset) -> tuple[Shape, tuple[Any, ...]] | None:
        """Return none."""
        return None

    def network(
        self, layers: Sequence[Any], dataset: Dataset, *, seed: int, dtype: DTypeLike
    ) -> Network:
        """Return the layers in a row."""
        shape, padded = dataset.input_shape, dataset.padded
        return Network(shape, layers, seed=seed, dtype=dtype, padded=padded)

    def answering(self, network: Network) -> Network:
        """Return all of it."""
        return network

    def generator(self, network: Network) -> Network | None:
        """Return none."""
        return None

    def fed(self, network: Network, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the examples themselves."""
        return rows

    def wanted(
        self, network: Network, given: NDArray[np.float32], targets: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Return what is right."""
        return targets

    def optimizers(self, training: Any) -> tuple[Optimizer, ...]:
        """Return the one."""
        return (training.optimizer,)

    def step(self, network: Network, training: Any, rng: np.random.Generator | None) -> Descent:
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

    def columns(self, dataset: Dataset) -> tuple[str, ...]:
        """Return nothing more."""
        return ()

    def measure(
        self, network: Network, loss: Any, prepared: Prepared, parts: metrics.Measured
    ) -> dict[str, float]:
        """Return what the task measures."""
        return metrics.evaluate_parts(network, loss, prepared.dataset.task, parts)


RECIPES: Registry[Recipe] = Registry("recipe", Supervised, Adversarial)


def recipe_for(target: str, present: Recipe) -> Recipe:
    """Return the recipe that asks for a target: the present one with its settings, where it can."""
    if target not in JUDGED:
        return present if isinstance(present, Supervised) else Supervised()
    pair = present if isinstance(present, Adversarial) else Adversarial()
    return replace(pair, conditional=target == BY_CLASS)
