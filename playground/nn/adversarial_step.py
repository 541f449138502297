"""The step of two networks that learn against each other: one makes examples, one judges them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.nn.arrays import Array, Call
from playground.nn.batch_gradient import bind_loss
from playground.nn.losses import Loss
from playground.nn.network import Network
from playground.nn.optimizers import Optimizer
from playground.nn.training_step import TrainingStep


@dataclass(frozen=True)
class Noise:
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
        noise: Noise,
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
        self.turns, self.rate, self.real_label = turns, rate, real_label
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
    made, judged
        The generator's pass, and the discriminator's over what it made.
    """

    def __init__(self, step: AdversarialStep, batch: int) -> None:
        generator, judge, noise = step.generator, step.discriminator, step.noise
        dtype, outputs = generator.dtype, judge.row[-1].output_features
        self._step, self._batch = step, batch
        self.rows: Array = np.empty((2 * batch, generator.row[-1].output_features), dtype)
        self.targets: Array = np.zeros((2 * batch, outputs), dtype)
        if outputs > 1:  # the last class is that of what is made
            self.targets[batch:, -1] = 1
        self.made = generator.prepare(batch, training=True, rng=step.rng)
        self.given: Array = self.made.rows
        self.judged = judge.prepare(batch, training=False, differentiable=True)
        self.wanted: Array = np.ones((outputs, batch), dtype)
        self._scratch: Array = np.empty((batch, noise.size), np.float32)
        forward, self._loss, backward = bind_loss(
            judge, self.judged, step.loss, self.wanted, learning=False
        )
        self._judge: list[Call] = forward
        self._back: list[Call] = backward

    def make(self) -> None:
        """Make examples from new noise."""
        noise, turn = self._step.noise, self.made
        noise.draw(self._step.rng, self.given, self._scratch)
        for mask in turn.masks:
            mask.draw()
        for call in turn.forward:
            call()

    def show(self, rows: Array, targets: Array) -> None:
        """Lay real examples and newly made ones before the discriminator."""
        half, certain = self._batch, self._step.real_label
        self.make()
        np.copyto(self.rows[:half], rows)
        np.copyto(self.rows[half:], self.made.output.T)
        np.multiply(targets, certain, out=self.targets[:half])
        if self.targets.shape[1] > 1:
            self.targets[:half, -1] = 1 - certain

    def differentiate(self) -> float:
        """Fill the generator's gradient from newly made examples; return its loss."""
        self.make()
        return self.follow()

    def follow(self) -> float:
        """Fill the generator's gradient from the examples as they are; return its loss."""
        noise = self._step.noise
        np.copyto(self.judged.rows, self.made.output.T)
        if noise.classes:
            self.wanted.fill(0)
            np.copyto(self.wanted[: noise.classes], self.given[:, noise.size :].T)
        for call in self._judge:
            call()
        value = self._loss()
        for call in self._back:
            call()
        start = self.made.row[-1].grad_output
        if start is not None and self.judged.grad_rows is not None:
            np.copyto(start, self.judged.grad_rows)
            for call in self.made.backward:
                call()
        return value
