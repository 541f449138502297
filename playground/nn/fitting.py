"""Training and prediction in the scikit-learn manner: examples in rows, labels of any kind."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from playground.errors import DataError, ShapeError
from playground.nn.activations import Sigmoid, Softmax
from playground.nn.arrays import Array, quiet
from playground.nn.losses import CategoricalCrossEntropy, LogLoss, Loss, MeanSquaredError
from playground.nn.optimizers import Optimizer
from playground.nn.training_step import TrainingStep

if TYPE_CHECKING:
    from playground.nn.network import Network


def default_loss(network: Network) -> Loss:
    """Return the loss that belongs to the output layer's activation.

    Cross-entropy for softmax, log loss for sigmoid, mean squared error for the rest.
    """
    if isinstance(network.output_activation, Softmax):
        return CategoricalCrossEntropy()
    return LogLoss() if isinstance(network.output_activation, Sigmoid) else MeanSquaredError()


def fit(
    network: Network,
    X: ArrayLike,
    y: ArrayLike,
    *,
    loss: Loss | None,
    optimizer: Optimizer,
    learning_rate: float,
    epochs: int,
    batch_size: int,
    l1: float,
    l2: float,
    seed: int,
) -> None:
    """Train a network from where it stands, the examples shuffled anew each epoch.

    Parameters
    ----------
    network
        Whose parameters to move.
    X
        (examples, features) or (examples, ...input shape).
    y
        Labels (examples,), of any type but float: one output unit for each class, or a single one
        for two classes. Or targets as floats, (examples,) or (examples, outputs).
    loss
        None chooses the one that belongs to the output's activation.
    optimizer, learning_rate, l1, l2
        As in :class:`playground.nn.training_step.TrainingStep`.
    epochs, batch_size
        Passes over the examples, and examples a step.
    seed
        Of shuffling and dropout.

    Raises
    ------
    ShapeError, DataError
        When the examples, labels and layers do not fit each other.
    """
    rows = _rows(network, X)
    targets = _targets(network, y, len(rows))
    size = len(rows) if optimizer.full_batch else min(batch_size, len(rows))
    rng = np.random.default_rng(seed)
    step = TrainingStep(network, loss or default_loss(network), optimizer, l1=l1, l2=l2, rng=rng)
    with quiet():
        for _ in range(epochs):
            order = rng.permutation(len(rows))
            for start in range(0, len(rows), size):
                batch = order[start : start + size]
                step(rows[batch], targets[batch], learning_rate)


def predict(network: Network, X: ArrayLike) -> np.ndarray[Any, Any]:
    """Return labels (examples,) after a fit on labels, else outputs.

    Outputs are (examples, outputs), or (examples,) for a single output.
    """
    outputs = _outputs(network, X)
    if network.classes_ is not None:
        if outputs.shape[1] == 1:
            index = (outputs[:, 0] > 0.5).astype(np.intp)
        else:
            index = outputs[:, : len(network.classes_)].argmax(axis=1)
        labels: np.ndarray[Any, Any] = network.classes_[index]
        return labels
    return outputs[:, 0] if outputs.shape[1] == 1 else outputs


def predict_proba(network: Network, X: ArrayLike) -> Array:
    """Return each class's probability, (examples, classes).

    A single output counts as the probability of the second class.

    Raises
    ------
    DataError
        When the output layer gives no probabilities.
    """
    if not isinstance(network.output_activation, Softmax | Sigmoid):
        raise DataError(
            "Probabilities expect a softmax or sigmoid output layer; "
            "choose one of them, or call predict."
        )
    outputs = _outputs(network, X)
    return np.hstack([1 - outputs, outputs]) if outputs.shape[1] == 1 else outputs


def score(network: Network, X: ArrayLike, y: ArrayLike) -> float:
    """Return the accuracy after a fit on labels, else R² = 1 − Σ(y − ŷ)² / Σ(y − ȳ)²."""
    predicted, true = predict(network, X), np.asarray(y)
    if network.classes_ is not None:
        return float(np.mean(predicted == true))
    true = true.astype(np.float64).reshape(predicted.shape)
    unexplained = np.square(true - predicted).sum(axis=0)
    total = np.square(true - true.mean(axis=0)).sum(axis=0)
    return float(np.mean(1 - unexplained / np.where(total > 0, total, 1)))


def _outputs(network: Network, X: ArrayLike) -> Array:
    return network.forward(_rows(network, X).T).T.copy()


def _rows(network: Network, X: ArrayLike) -> Array:
    rows: Array = np.asarray(X, dtype=network.dtype)
    features = math.prod(network.input_shape)
    if rows.ndim < 2 or math.prod(rows.shape[1:]) != features:
        raise ShapeError(
            f"The network expects examples of shape (examples, {features}); {rows.shape} came."
        )
    return np.ascontiguousarray(rows.reshape(len(rows), features))


def _targets(network: Network, y: ArrayLike, examples: int) -> Array:
    """Return targets (examples, outputs); labels become one-hot and are kept as ``classes_``."""
    labels = np.asarray(y)
    outputs = math.prod(network.output_shape)
    if len(labels) != examples:
        raise DataError(
            f"{examples} examples expect as many labels or targets; {len(labels)} came."
        )
    if labels.ndim > 1 or labels.dtype.kind == "f":
        network.classes_ = None
        targets: Array = labels.astype(network.dtype).reshape(examples, -1)
        if targets.shape[1] != outputs:
            raise ShapeError(
                f"An output layer of {outputs} units expects {outputs} targets an example; "
                f"{targets.shape[1]} came."
            )
        return np.ascontiguousarray(targets)
    classes, index = np.unique(labels, return_inverse=True)
    if len(classes) > max(outputs, 2):
        raise ShapeError(
            f"{len(classes)} classes expect an output layer of {len(classes)} units; it has "
            f"{outputs}. Give numbers to predict as floats."
        )
    network.classes_ = classes
    if outputs == 1:
        return index.astype(network.dtype)[:, None]
    one_hot: Array = np.zeros((examples, outputs), network.dtype)
    one_hot[np.arange(examples), index] = 1
    return one_hot
