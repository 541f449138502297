"""The step of two networks that learn against each other: one makes examples, one judges them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.nn.arrays import Array, Call
from playground.nn.batch_gradient import bind_loss
from playground.nn.layers import LayerPass, RunningLayer
from playground.nn.losses import Loss
from playground.nn.network import Network
from playground.nn.optimizers import Optimizer
from playground.nn.training_step import TrainingStep


@dataclass(frozen=True)
class GeneratorNoise:
    """What a generator makes examples from: ``z`` from N(0, I), and the class that is asked for.

    Attributes
    ----------
    size
        How many numbers of noise an example is made from.
    classes
        How many classes can be asked for, a one among zeros behind the noise; 0 for none.
    """

    size: int
    classes: int = 0

    def draw(self, rng: np.random.Generator, out: Array, scratch: Array) -> None:
        """Fill rows (examples, size + classes); ``scratch`` is float32 of (examples, size)."""
        rng.standard_normal(out=scratch, dtype=np.float32)
        np.copyto(out[:, : self.size], scratch)
        if self.classes:
            asked = rng.integers(self.classes, size=len(out))
            ask(out[:, self.size :], asked)


def ask(out: Array, classes: NDArray[np.int64]) -> None:
    """Write a one at the class that is asked for, in rows (examples, classes)."""
    out.fill(0)
    out[np.arange(len(out)), classes] = 1


class AdversarialStep:
    """Steps of a discriminator and of a generator, turn by turn.

    The discriminator D is shown a batch x of examples and as many that the generator made,
    G(z): it descends on the mean loss of both halves, where what is real should be called so with
    the certainty ``real_label`` and what is made not at all. Then the generator descends on the
    loss of D(G(z)) as if it were real, −log D(G(z)) with log loss: its slopes come through the
    discriminator, which stays as it is (Goodfellow et al. 2014, section 3).

    While the generator learns, the discriminator judges as it does in prediction: with running
    statistics and without dropout. While it learns itself, both halves are one batch.

    A call makes ``turns`` steps of the discriminator on the same examples, each against others
    that are made for it, and one of the generator. It allocates nothing once a batch size has been
    seen, but for the classes that are asked for.

    Parameters
    ----------
    network
        The generator's layers and then the discriminator's.
    first
        Which layer of its row is the discriminator's first.
    loss
        What the discriminator descends on.
    optimizers
        The generator's and the discriminator's.
    noise
        What the generator is given.
    rng
        Draws noise, classes and dropout masks.
    rate
        The generator's learning rate as a multiple of the discriminator's.
    l1, l2, clip_norm
        As :class:`~playground.nn.training_step.TrainingStep` has them, the discriminator's.

    Attributes
    ----------
    moments
        (moments, parameter_count): as many as either optimizer has, 0 at first.
    """

    def __init__(
        self,
        network: Network,
        first: int,
        loss: Loss,
        optimizers: tuple[Optimizer, Optimizer],
        noise: GeneratorNoise,
        *,
        rng: np.random.Generator,
        turns: int = 1,
        rate: float = 1.0,
        real_label: float = 0.9,
        l1: float = 0.0,
        l2: float = 0.0,
        clip_norm: float | None = None,
    ) -> None:
        self.network, self.loss, self.noise, self.rng = network, loss, noise, rng
        self.first, self.turns, self.rate, self.real_label = first, turns, rate, real_label
        self.generator = network.part(0, first)
        self.discriminator = network.part(first, len(network.row))
        most = max(len(optimizer.moments) for optimizer in optimizers)
        self.moments: Array = np.zeros((most, network.parameter_count), network.dtype)
        made, judging = np.split(self.moments, [self.generator.parameter_count], axis=1)
        make, judge = optimizers
        self.making = TrainingStep(
            self.generator, loss, make, rng=rng, moments=made[: len(make.moments)]
        )
        self.judging = TrainingStep(
            self.discriminator,
            loss,
            judge,
            l1=l1,
            l2=l2,
            clip_norm=clip_norm,
            rng=rng,
            moments=judging[: len(judge.moments)],
        )
        self._turns: dict[int, Turn] = {}

    @property
    def step_count(self) -> int:
        """Steps of the generator."""
        return self.making.step_count

    @step_count.setter
    def step_count(self, steps: int) -> None:
        self.making.step_count = steps
        self.judging.step_count = steps * self.turns

    def __call__(self, rows: Array, targets: Array, learning_rate: float) -> float:
        """Make the discriminator's steps on real examples, and the generator's.

        Parameters
        ----------
        rows
            (batch, features).
        targets
            (batch, outputs): what the discriminator should say of them.
        learning_rate
            The discriminator's α.

        Returns
        -------
        float
            The discriminator's mean loss over both halves, before its last update.
        """
        turn = self.turn(len(rows))
        value = 0.0
        for _ in range(self.turns):
            turn.show(rows, targets)
            value = self.judging(turn.rows, turn.targets, learning_rate)
        turn.differentiate()
        for call in self.making.corrections.values():
            call()
        self.making.update(learning_rate * self.rate)
        return value

    def turn(self, batch: int) -> Turn:
        """Return the buffers for so many real examples."""
        turn = self._turns.get(batch)
        if turn is None:
            turn = self._turns[batch] = Turn(self, batch)
        return turn


class Turn:
    """What a turn of both works on, for one batch size.

    Attributes
    ----------
    rows, targets
        (2·batch, features) and (2·batch, outputs): the real examples, then those that are made,
        and what the discriminator should say of them.
    given
        (batch, noise + classes): what the made ones are made from.
    wanted
        (outputs, batch): what the generator wants the discriminator to say of them.
    """

    def __init__(self, step: AdversarialStep, batch: int) -> None:
        network, first, noise = step.network, step.first, step.noise
        outputs, dtype = network.row[-1].output_features, network.dtype
        self._step, self._batch = step, batch
        self._pass = network.prepare(batch, training=True, rng=step.rng, trained=first)
        self.given: Array = self._pass.rows
        self._made = self._pass.row[first - 1].output[:-1].T
        self.rows: Array = np.empty((2 * batch, self._made.shape[1]), dtype)
        self.targets: Array = np.zeros((2 * batch, outputs), dtype)
        if outputs > 1:  # the last class is that of what is made
            self.targets[batch:, -1] = 1
        self.wanted: Array = np.ones((outputs, batch), dtype)
        self._drawn: Array = np.empty((batch, noise.size), np.float32)
        forward, self._loss, self._back = bind_loss(network, self._pass, step.loss, self.wanted)
        self._make: list[Call] = self._pass.forward_to(first)
        self._judge: list[Call] = forward[len(self._make) :]

    def draw(self) -> None:
        """Draw new noise, and the class that is asked for."""
        noise = self._step.noise
        noise.draw(self._step.rng, self.given, self._drawn)
        if noise.classes:
            self.wanted.fill(0)
            np.copyto(self.wanted[: noise.classes], self.given[:, noise.size :].T)

    def make(self) -> None:
        """Make examples from new noise."""
        self.draw()
        for mask in self._pass.masks:
            mask.draw()
        for call in self._make:
            call()

    def makers(self) -> list[tuple[RunningLayer, LayerPass, dict[str, Array]]]:
        """Return the generator's layers with their parts in the pass, and their live tensors."""
        layers = self._step.generator.layers
        passes = self._pass.layers[: len(layers)]
        return [(layer, done, layer.views()) for layer, done in zip(layers, passes, strict=True)]

    def show(self, rows: Array, targets: Array) -> None:
        """Lay real examples and newly made ones before the discriminator."""
        half, certain = self._batch, self._step.real_label
        self.make()
        np.copyto(self.rows[:half], rows)
        np.copyto(self.rows[half:], self._made)
        np.multiply(targets, certain, out=self.targets[:half])
        if self.targets.shape[1] > 1:
            self.targets[:half, -1] = 1 - certain

    def differentiate(self) -> float:
        """Fill the generator's gradient from newly made examples; return its loss."""
        self.make()
        for call in self._judge:
            call()
        value = self._loss()
        for call in self._back:
            call()
        return value
