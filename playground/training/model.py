"""A network with all that it takes to use it: read an input, give an answer, show every layer."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from playground.data.dataset import Dataset
from playground.data.preparation import Normalization
from playground.errors import DataError, ShapeError
from playground.nn.examples import rows_of
from playground.nn.layers.running import steps_of
from playground.nn.losses import Loss
from playground.nn.network import Network
from playground.nn.record import LayerRecord
from playground.nn.slopes import Slopes, input_gradient, output_slopes, slopes
from playground.training.experiment import Experiment
from playground.training.snapshot import Snapshot

Floats = NDArray[np.floating[Any]]


def _go_on() -> None:
    """Wait for nobody."""


class Model:
    """Answers for raw inputs, in the data set's own units, computed in float64.

    Training is float32 for speed; what a person reads off should not end in its rounding errors.

    Parameters
    ----------
    experiment
        What the network is built from.
    dataset
        Names the classes and the kind of input.
    normalization
        What the inputs went through before training.

    Attributes
    ----------
    snapshot
        The moment whose parameters are shown, None before one.
    whole
        The network that is trained, over the vectors that a moment holds.
    network
        What of it answers for an example: all of it, or the discriminator.
    generator
        What of it makes examples out of noise, None where nothing does.
    breathe
        Called before every computation, and to be called between two pieces of a long one: a
        thread that computes beside a window lets the window go first here.
    """

    def __init__(
        self, experiment: Experiment, dataset: Dataset, normalization: Normalization
    ) -> None:
        self.experiment = experiment
        self.snapshot: Snapshot | None = None
        self.breathe: Callable[[], None] = _go_on
        self.dataset = dataset
        self.normalization = normalization
        self.whole = experiment.network(dataset, np.float64)
        self.network: Network = experiment.recipe.answering(self.whole)
        self.generator: Network | None = experiment.recipe.generator(self.whole)

    def show(self, snapshot: Snapshot) -> None:
        """Take over a moment's parameters, and the settings it was trained with.

        Raises
        ------
        ShapeError
            Where it is a moment of other layers; equal counts of parameters make none the same.
        """
        if not snapshot.experiment.has_layers_of(self.experiment):
            raise ShapeError("A model expects a moment of its own layers; one of others came.")
        self.snapshot = snapshot
        self.experiment = snapshot.experiment
        self.whole.parameters[:] = snapshot.parameters
        self.whole.statistics[:] = snapshot.statistics

    def at(self, moment: Snapshot) -> Model:
        """Return another model on the same data, which shows another moment."""
        other = Model(moment.experiment, self.dataset, self.normalization)
        other.breathe = self.breathe
        other.show(moment)
        return other

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the class name of each raw input (examples, features), or its numbers."""
        rows = self._rows(X)
        if not self.dataset.task.classifies:
            outputs = self.outputs(rows)
            return outputs[:, 0] if outputs.shape[1] == 1 else outputs
        chosen = self.probabilities(rows).argmax(axis=1)
        names: NDArray[Any] = np.asarray(self.dataset.class_names)[chosen]
        return names

    def predict_proba(self, X: ArrayLike) -> Floats:
        """Return each class's probability, (examples, classes), for raw inputs."""
        if not self.dataset.task.classifies:
            raise DataError(
                f"{self.dataset.title} asks for numbers, not for classes: call predict."
            )
        return self.probabilities(self._rows(X))

    def _rows(self, X: ArrayLike) -> Floats:
        """Return a stranger's inputs as rows, refused where they do not fit the data set."""
        rows = rows_of(X, self.network.dtype)
        if rows.shape[1] != self.dataset.features:
            raise ShapeError(
                f"{self.dataset.title} has examples of shape (examples, {self.dataset.features}); "
                f"{np.shape(X)} came."
            )
        return rows

    def outputs(self, rows: Floats) -> Floats:
        """Return the output layer's values, shape (examples, outputs), for raw inputs.

        ``rows`` has the shape (examples, features). A network that answers at every step of a
        sequence has read all of it at the last one, whose answer this is.
        """
        return self.at_last(self.outputs_in_time(rows), rows)

    def outputs_in_time(self, rows: Floats) -> Floats:
        """Return the output layer's values at every step, (examples, outputs, steps).

        A network that answers once has one step.
        """
        self.breathe()
        with np.errstate(all="ignore"):
            return self.in_time(self.network.forward(self.normalization.apply(rows).T))

    def in_time(self, outputs: Floats) -> Floats:
        """Return the output layer's values (features, examples) as (examples, outputs, steps).

        They may be of fewer steps than the network's own.
        """
        by_step = outputs.reshape(self._answers, -1, outputs.shape[1])
        return by_step.transpose(2, 0, 1).copy()

    @property
    def _answers(self) -> int:
        """How many numbers the output layer has, at each step of a sequence."""
        shape = self.network.output_shape
        return shape[0] if steps_of(shape) else math.prod(shape)

    def at_last(self, in_time: Floats, rows: Floats) -> Floats:
        """Return the answers (examples, outputs) at the last step of each raw input."""
        at_last: Floats = in_time[np.arange(len(rows)), :, self.last_steps(rows)]
        return at_last

    def last_steps(self, rows: Floats) -> NDArray[np.intp]:
        """Return which step of the answer is the last of each raw input, (examples,)."""
        return np.minimum(self.lengths(rows), math.prod(steps_of(self.network.output_shape))) - 1

    def lengths(self, rows: Floats) -> NDArray[np.intp]:
        """Return how many steps each raw input has, (examples,)."""
        steps = self.network.input_shape[-1]
        lengths = np.full(len(rows), steps)
        if self.network.padded:
            there = rows.reshape(len(rows), -1, steps).max(axis=1)
            lengths -= there[:, ::-1].argmax(axis=1)
        return lengths

    def outputs_so_far(self, row: Floats) -> Floats:
        """Return what the output layer says after each step of one raw sequence (features,).

        (outputs, steps). Where the network answers once, each is its answer to a sequence that
        ends there.
        """
        self.breathe()
        rows, shape = row[np.newaxis], self.network.input_shape
        steps = int(self.lengths(rows)[0])
        inputs = self.inputs(rows)
        if math.prod(steps_of(self.network.output_shape)) > 1:
            with np.errstate(all="ignore"):
                return self.in_time(self.network.forward(inputs))[0, :, :steps]
        there = np.triu(np.ones((shape[-1], steps), inputs.dtype))
        ending = inputs.reshape(*shape, 1) * there
        done = self.network.prepare(steps, training=False, there=there)
        done.run(ending.reshape(-1, steps))
        return done.output.copy()

    def probabilities(self, rows: Floats) -> Floats:
        """Return a share for each class, shape (examples, classes), for raw inputs."""
        return self.shares(self.outputs(rows))

    def shares(self, outputs: Floats) -> Floats:
        """Turn outputs of shape (examples, outputs) into a share for each class.

        Only where the data set's task ``classifies``.
        """
        return self.dataset.task.shares(outputs, self.experiment.output.activation)

    def trace(self, rows: Floats) -> tuple[LayerRecord, ...]:
        """Return what every layer makes of raw inputs of shape (examples, features)."""
        self.breathe()
        with np.errstate(all="ignore"):
            return self.network.trace(self.normalization.apply(rows).T)

    def making(self, count: int) -> tuple[LayerRecord, ...]:
        """Return what every layer of the generator makes of so many rows of the same noise."""
        if self.generator is None:
            return ()
        self.breathe()
        with np.errstate(all="ignore"):
            return self.generator.trace(self.noise(count).T)

    def noise(self, count: int) -> Floats:
        """Return what the generator makes so many examples of, (count, features), always the same.

        Where a class is asked for, they come in turns.
        """
        rows: Floats = self.experiment.recipe.fed(self.whole, np.empty((count, 0), np.float32))
        return rows

    def made(self, noise: Floats) -> Floats:
        """Return what the generator makes of noise (count, features), raw: (count, features)."""
        assert self.generator is not None
        self.breathe()
        with np.errstate(all="ignore"):
            made = self.generator.forward(np.asarray(noise.T, self.generator.dtype)).T
        return made * self.normalization.scale + self.normalization.mean

    def inputs(self, rows: Floats) -> Floats:
        """Return raw rows (examples, features) as the network sees them, (features, examples)."""
        return np.asarray(self.normalization.apply(rows).T, self.network.dtype)

    def slopes(
        self,
        rows: Floats,
        targets: Floats,
        loss: Loss | None = None,
        *,
        learning: bool = True,
    ) -> Slopes:
        """Return how the loss changes with everything in the network.

        Parameters
        ----------
        rows
            Raw inputs, (examples, features); the slopes are with respect to normalized ones.
        targets
            What the outputs should be, (examples, outputs).
        loss
            In place of the experiment's own.
        learning
            Whether ∂L/∂ the tensors are wanted too.
        """
        self.breathe()
        wanted = np.asarray(targets.T, self.network.dtype)
        loss = loss or self.experiment.training.loss
        return slopes(self.network, loss, self.inputs(rows), wanted, learning=learning)

    def input_gradient(
        self, rows: Floats, grad_outputs: Floats, *, of_logits: bool = False
    ) -> Floats:
        """Return Σₖ gₖ·∂outputₖ/∂rows, (examples, features), with respect to raw inputs.

        Parameters
        ----------
        rows
            Raw inputs, (examples, features).
        grad_outputs
            g, (examples, outputs).
        of_logits
            Differentiate the output layer's sums instead of its activations.
        """
        self.breathe()
        start = self._at_last_steps(rows, grad_outputs)
        grad = input_gradient(self.network, self.inputs(rows), start, of_logits=of_logits)
        return grad.T / self.normalization.scale

    def output_slopes(
        self, rows: Floats, grad_outputs: Floats, *, of_logits: bool = False
    ) -> tuple[tuple[LayerRecord, ...], Floats]:
        """Return every layer's record with the slopes of Σₖ gₖ·outputₖ, and those of its inputs.

        The parameters are those of :meth:`input_gradient`; the inputs are the normalized ones,
        (features, examples).
        """
        self.breathe()
        start = self._at_last_steps(rows, grad_outputs)
        return output_slopes(self.network, self.inputs(rows), start, of_logits=of_logits)

    def _at_last_steps(self, rows: Floats, grad_outputs: Floats) -> Floats:
        """Return g of (examples, outputs) at the last step of each, (outputs·steps, examples)."""
        steps = math.prod(steps_of(self.network.output_shape))
        start: Floats = np.zeros((self._answers, steps, len(rows)), self.network.dtype)
        start[:, self.last_steps(rows), np.arange(len(rows))] = grad_outputs.T
        return start.reshape(-1, len(rows))
