"""What became of each layer's weights, gradients and activations in the course of a run."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.analysis.weights.distributions import LONGEST, DistributionLog
from playground.data.preparation import Prepared
from playground.data.rows import evenly
from playground.nn.layers import RunningLayer
from playground.nn.layers.running import learned
from playground.nn.network import Network
from playground.training.history import History, HistoryLog
from playground.training.model import Model

MOST_VALUES = 8192
"""Values of one tensor that are looked at: a fixed random choice of a larger one's."""

MOST_EXAMPLES = 500
"""Training examples whose activations are looked at, evenly chosen."""

_AT_ONCE = 64

HEALTHY_RATIO = 1e-3
"""About what ‖ΔW‖ / ‖W‖ should be: A. Karpathy, CS231n, "Neural Networks Part 3" (Stanford)."""

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class LayerFigures:
    """One layer at one moment, NaN where a figure is not known yet.

    Attributes
    ----------
    weight_norm, gradient_norm
        ‖W‖ and ‖∂L/∂W‖, the roots of the sums of squares.
    update_ratio
        ‖ΔW‖ / ‖W‖ of one step.
    zero_gradients
        The share of weights whose gradient is exactly 0.
    """

    weight_norm: float
    gradient_norm: float = math.nan
    update_ratio: float = math.nan
    zero_gradients: float = math.nan


@dataclass(frozen=True, eq=False)
class ActivationSample:
    """Activations on training examples, by layer.

    Attributes
    ----------
    values
        Some of each layer's activations, (up to :data:`MOST_VALUES`,).
    mean_sizes
        Each layer's mean of |a| over all neurons and examples.
    examples
        How many examples were looked at.
    """

    values: tuple[NDArray[np.float32], ...]
    mean_sizes: tuple[float, ...]
    examples: int


class WeightHistory:
    """Records the layers that learn, moment by moment.

    What counts as a layer's W is its weights, without the biases; for batch normalization its
    scale.

    Parameters
    ----------
    network
        Whose layers they are; only its structure is used.
    longest
        Moments to keep at most.

    Attributes
    ----------
    names
        The layers that learn, in order.
    weights, gradients, activations
        Their distributions.
    figures
        Their newest figures, in the same order.
    mean_activations
        Their newest mean |a|, NaN before any is known.
    """

    def __init__(self, network: Network, longest: int = LONGEST) -> None:
        self._network = network
        learning = learning_layers(network)
        self.names = tuple(layer.name for layer in learning)
        views = network.views_of(network.parameters)
        self._tensors = tuple(f"{layer.name}.{learned(layer.specs)[0].name}" for layer in learning)
        self._chosen = [_choice(views[tensor].size) for tensor in self._tensors]
        self.weights = DistributionLog(len(self.names), longest)
        self.gradients = DistributionLog(len(self.names), longest)
        self.activations = DistributionLog(len(self.names), longest)
        self._ratios = HistoryLog(self.names, longest)
        self.figures: tuple[LayerFigures, ...] = ()
        self.mean_activations = (math.nan,) * len(self.names)

    @property
    def ratios(self) -> History:
        """Each layer's ‖ΔW‖ / ‖W‖ over the epochs, a column a layer."""
        return self._ratios.view()

    def record(
        self, epoch: float, parameters: Floats, gradient: Floats, update: Floats | None
    ) -> None:
        """Add a moment; without an update, before the first step, weights alone.

        Parameters
        ----------
        epoch
            When it is; what was recorded then or later is forgotten, for training has gone back
            or the weights have been changed by hand.
        parameters, gradient, update
            (parameter_count,) each.
        """
        if epoch <= self._newest(self.weights):
            for log in (self.weights, self.gradients, self._ratios):
                log.cut(np.nextafter(epoch, -np.inf))
        if epoch < self._newest(self.activations):
            self.activations.cut(epoch)
        weights = self._tensors_in(parameters)
        with np.errstate(all="ignore"):
            self.weights.append(epoch, self._some(weights))
            if update is None:
                self.figures = tuple(LayerFigures(_norm(tensor)) for tensor in weights)
                return
            gradients, updates = self._tensors_in(gradient), self._tensors_in(update)
            self.gradients.append(epoch, self._some(gradients))
            self.figures = tuple(map(_figures, weights, gradients, updates))
        ratios = (figures.update_ratio for figures in self.figures)
        self._ratios.append(epoch, dict(zip(self.names, ratios, strict=True)))

    def record_activations(self, epoch: float, sample: ActivationSample) -> None:
        """Add what the layers made of training examples at a moment."""
        if epoch <= self._newest(self.activations):
            self.activations.cut(np.nextafter(epoch, -np.inf))
        self.activations.append(epoch, sample.values)
        self.mean_activations = sample.mean_sizes

    @staticmethod
    def _newest(log: DistributionLog) -> float:
        return float(log.epochs[-1]) if len(log) else -math.inf

    def _tensors_in(self, vector: Floats) -> list[Floats]:
        views = self._network.views_of(vector)
        return [views[tensor].ravel(order="K") for tensor in self._tensors]

    def _some(self, tensors: Sequence[Floats]) -> list[Floats]:
        return [
            tensor if chosen is None else tensor[chosen]
            for tensor, chosen in zip(tensors, self._chosen, strict=True)
        ]


def learning_layers(network: Network) -> list[RunningLayer]:
    """Return the layers that have parameters."""
    return [layer for layer in network.layers if layer.parameter_count]


def activation_sampler(names: Sequence[str]) -> Callable[[Model, Prepared], ActivationSample]:
    """Return the question of how active the named layers are over the training examples."""

    def question(model: Model, prepared: Prepared) -> ActivationSample:
        some = evenly(prepared.train_index, MOST_EXAMPLES)
        pieces: dict[str, list[Floats]] = {name: [] for name in names}
        for start in range(0, len(some), _AT_ONCE):
            rows = prepared.dataset.inputs[some[start : start + _AT_ONCE]]
            for trace in (*model.making(len(rows)), *model.trace(rows)):
                pieces.get(trace.name, []).append(trace.a)
        values, sizes = [], []
        for name in names:
            # A question may meet a network that has lost the layer since it was put.
            a = np.hstack(pieces[name]).reshape(-1) if pieces[name] else np.empty(0)
            chosen = _choice(a.size)
            values.append(np.asarray(a if chosen is None else a[chosen], np.float32))
            with np.errstate(all="ignore"):
                sizes.append(float(np.abs(a).mean()) if a.size else math.nan)
        return ActivationSample(tuple(values), tuple(sizes), len(some))

    return question


def _choice(size: int) -> NDArray[np.intp] | None:
    """Return which values of a large tensor to look at, the same ones every time."""
    if size <= MOST_VALUES:
        return None
    return np.sort(np.random.default_rng(size).choice(size, MOST_VALUES, replace=False))


def _figures(weights: Floats, gradient: Floats, update: Floats) -> LayerFigures:
    norm = _norm(weights)
    return LayerFigures(
        norm,
        _norm(gradient),
        _norm(update) / norm if norm > 0 else math.nan,
        1 - np.count_nonzero(gradient) / gradient.size,
    )


def _norm(values: Floats) -> float:
    squares = float(np.dot(values, values))
    if not 1e-30 < squares < 1e30:  # beyond what float32 squares can tell
        squares = float(np.square(values, dtype=np.float64).sum())
    return math.sqrt(squares) if squares == squares else math.nan
