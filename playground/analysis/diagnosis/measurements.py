"""What the faults are judged by: figures of one moment, each measured when it is asked for."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.analysis.answers.confusion import Confusion, confusion
from playground.analysis.neurons.neuron import Neuron
from playground.data.preparation import Part, Prepared
from playground.data.rows import evenly
from playground.data.tasks import predicted_labels
from playground.nn.batch_gradient import spread_over
from playground.nn.layers import RunningLayer
from playground.nn.layers.running import by_step, steps_of
from playground.nn.record import LayerRecord
from playground.nn.slopes import Slopes, slopes
from playground.training.experiment import Experiment, every_layer
from playground.training.model import Model
from playground.training.snapshot import Snapshot
from playground.wording import grouped, listed

Floats = NDArray[np.floating[Any]]

MOST_EXAMPLES, FEWEST_EXAMPLES = 1_000, 100
WORK = 200_000_000
"""Examples × products of each to differentiate at most: about 0.1 s, so that training keeps the
core."""

MOST_NUMBERS = 2_500_000
"""Numbers in all maps, and kept of all steps, of the examples to differentiate: 1,000 MNIST
pictures under 8 and 16 maps hold four times as many, which took 6 s and 1 GB."""

MOST_ANSWERED, FEWEST_ANSWERED = 10_000, 1_000
"""Training examples whose answers are counted by class; an answer costs a third of a slope."""


class Measurements:
    """The figures of one moment.

    Parameters
    ----------
    model
        Shows the moment; its experiment is the one that is judged.
    prepared
        The experiment's data.
    since
        Epochs done when the present settings came into force: what the curves show up to then
        tells nothing about them.
    """

    def __init__(self, model: Model, prepared: Prepared, since: float = -1.0) -> None:
        assert model.snapshot is not None
        self.model = model
        self.prepared = prepared
        self.snapshot: Snapshot = model.snapshot
        self.experiment: Experiment = model.experiment
        self.dataset = prepared.dataset
        self.task = prepared.dataset.task
        labelled = self.task.classifies and self.dataset.labelled
        self.balanced = labelled and self.experiment.training.balance_classes
        self.names = model.network.names
        self._since = since

    # The examples that are looked at.

    @cached_property
    def sample(self) -> NDArray[np.intp]:
        """Rows of the training part, evenly chosen; all of them where they are few."""
        most = min(MOST_EXAMPLES, MOST_NUMBERS // max(self._numbers, 1))
        return self._evenly(WORK, max(most, FEWEST_EXAMPLES), FEWEST_EXAMPLES)

    @property
    def _numbers(self) -> int:
        """How many numbers maps, and layers that read step by step, keep of one example."""
        network = self.model.network
        made = network.prepare(1, training=False, differentiable=True)
        numbers = 0
        for layer, done in zip(network.layers, made.layers, strict=True):
            if layer.positions > 1 or steps_of(layer.input_shape):
                numbers += layer.output_features
            if steps_of(layer.input_shape):
                kept = (*done.kept.values(), *done.kept_back.values())
                numbers += sum(each.size for each in kept)
        return numbers

    def _evenly(self, work: int, most: int, fewest: int) -> NDArray[np.intp]:
        count = len(self.prepared.train_inputs)
        network = self.model.network
        products = sum(each.settings.multiply_adds(each.input_shape) for each in network.row)
        affordable = work // max(network.parameter_count, products, 1)
        return evenly(np.arange(count), min(most, max(affordable, fewest)))

    @property
    def noun(self) -> str:
        """What one example is called."""
        if self.dataset.class_names == tuple("0123456789"):
            return "digit"
        return self.dataset.kind.example_word

    @property
    def answer_noun(self) -> str:
        """What an answer is given to: an example, or a step of it."""
        return "step" if self.task.at_every_step else self.noun

    @property
    def examples_phrase(self) -> str:
        """The sample in words: ``"every training digit"``."""
        if len(self.sample) == len(self.prepared.train_inputs):
            return f"every training {self.noun}"
        return f"all {grouped(len(self.sample))} training {self.noun}s looked at"

    @cached_property
    def targets(self) -> Floats:
        """What every answer to the sample should be, (outputs, answers).

        A network that answers at every step of a sequence gives so many answers to an example.
        """
        shape = self.model.network.output_shape
        return by_step(spread_over(self._targets, shape), shape)

    @cached_property
    def answers(self) -> Floats:
        """What the network answers to the sample, (outputs, answers)."""
        return by_step(self.slopes.layers[-1].a, self.model.network.output_shape)

    @cached_property
    def _targets(self) -> Floats:
        part = Part(self.prepared.train_inputs[self.sample], self.prepared.train_index[self.sample])
        outputs = self.experiment.output_units(self.dataset)
        return self.prepared.target_rows(part, outputs)[:].T.astype(np.float64)

    @cached_property
    def slopes(self) -> Slopes:
        """The mean loss over the sample, differentiated."""
        inputs = self.prepared.train_inputs[self.sample].T.astype(np.float64)
        with np.errstate(all="ignore"):
            return slopes(self.model.network, self.experiment.training.loss, inputs, self._targets)

    # Layers.

    @cached_property
    def layers(self) -> tuple[tuple[str, Any, LayerRecord], ...]:
        """The hidden layers: path in the experiment, settings, what they did."""
        return tuple(
            (path, settings, record)
            for path, settings in every_layer(self.experiment.layers)
            for record in self.slopes.layers
            if record.name == settings.name
        )

    @cached_property
    def hidden(self) -> tuple[tuple[str, Any, LayerRecord], ...]:
        """The same of those with an activation."""
        return tuple(each for each in self.layers if each[-1].z is not None)

    def layer(self, name: str) -> RunningLayer:
        """Return the running layer of a name."""
        return next(each for each in self.model.network.layers if each.name == name)

    def by_unit(self, record: LayerRecord) -> Floats:
        """Return what each neuron or map answered, (units, answers).

        A map answers at every place, and both at every step that is there.
        """
        return record.there(record.a).reshape(self.layer(record.name).units, -1)

    def units_word(self, names: Iterable[str]) -> str:
        """Return ``neurons``, ``maps`` or both, whichever some layers have."""
        return listed(list(dict.fromkeys(f"{self.layer(name).noun}s" for name in names)))

    def neuron(self, record: LayerRecord, unit: int) -> Neuron:
        """Return what to select of a layer: a neuron, or the place in the middle of a map."""
        layer = self.layer(record.name)
        middle = 0
        for length in layer.output_shape[1:]:
            middle = middle * length + length // 2
        return Neuron(record.name, unit * layer.positions + middle)

    @cached_property
    def dense(self) -> tuple[LayerRecord, ...]:
        """Every layer with weights, the output last."""
        return tuple(
            layer for layer in self.slopes.layers if layer.z is not None and layer.gradients
        )

    @cached_property
    def finite(self) -> bool:
        """Whether the moment's parameters and loss are numbers at all."""
        return bool(
            np.isfinite(self.model.network.parameters).all() and math.isfinite(self.slopes.loss)
        )

    @cached_property
    def gradient_norm(self) -> float:
        """‖∂L/∂(all parameters)‖ over the sample, without penalties and clipping."""
        return math.sqrt(
            sum(
                float(np.square(grad).sum())
                for layer in self.slopes.layers
                for grad in layer.gradients.values()
            )
        )

    @cached_property
    def step_share(self) -> float | None:
        """‖update‖ / ‖parameters‖ of a recent step, or None before one was observed."""
        update = self.snapshot.update
        if update is None or not self.snapshot.step:
            return None
        size = float(np.linalg.norm(self.snapshot.parameters.astype(np.float64)))
        share = float(np.linalg.norm(update.astype(np.float64))) / size if size else math.inf
        return share if math.isfinite(share) else None

    # Curves.

    @property
    def epochs_since(self) -> float:
        """Epochs done with the present settings."""
        return self.snapshot.epoch - max(self._since, 0.0)

    def curve(self, name: str) -> tuple[Floats, Floats]:
        """Return a measured column since the present settings came into force: epochs, values."""
        history = self.snapshot.history
        column = history.columns.get(name)
        if column is None:
            return np.empty(0), np.empty(0)
        valid = history.epochs > self._since
        return history.epochs[valid], column[valid]

    @cached_property
    def blind_loss(self) -> float:
        """The loss of the best answer that never looks at the input: the mean target.

        Where something else is asked at every step, it is the mean of what is asked.
        """
        wanted = self.targets
        mean = wanted.mean(axis=1, keepdims=True)
        if self.task.at_every_step:
            mean /= max(float(mean.sum()), np.finfo(float).tiny)
        if self.balanced:
            mean = np.full_like(mean, 1 / len(self.class_counts))
        blind = np.repeat(mean, wanted.shape[1], axis=1)
        return float(self.experiment.training.loss.value(blind, wanted))

    @cached_property
    def unlearned(self) -> float:
        """How much of the task is still to be learned, 1 for blind answers and 0 for perfect ones.

        Errors on the training part over those of the best blind answer: of the most frequent
        class, or for numbers of the mean (1 − R²). Where classes are balanced, each counts alike.
        """
        history = self.snapshot.history
        reached = history.last(f"train_{self.task.score.name}")
        if not self.task.classifies:
            return 1 - reached
        if self.balanced:
            present = self.class_counts > 0
            if present.sum() < 2:
                return 0.0
            return float((1 - self.confusion.recall[present].mean()) / (1 - 1 / present.sum()))
        counts = self.class_counts
        blind = 1 - counts.max() / counts.sum()
        return (1 - reached) / blind if blind > 0 else 0.0

    # Data.

    @cached_property
    def class_counts(self) -> NDArray[np.intp]:
        """How often each class is right in the training part, (classes,); only of classes."""
        labels = self.prepared.train_targets.astype(np.intp).ravel()
        return np.bincount(labels[labels >= 0], minlength=len(self.dataset.class_names))

    @cached_property
    def confusion(self) -> Confusion:
        """How training examples are read, which each have one label."""
        chosen = self._evenly(3 * WORK, MOST_ANSWERED, FEWEST_ANSWERED)
        labels = self.prepared.train_targets[chosen].astype(np.intp)
        inputs = self.prepared.train_inputs[chosen].T
        with np.errstate(all="ignore"):
            in_time = self.model.in_time(self.model.network.forward(inputs))
        outputs = self.model.at_last(in_time, inputs.T).T
        return confusion(labels, predicted_labels(outputs), len(self.dataset.class_names))
