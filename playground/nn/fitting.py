"""Training and prediction in the scikit-learn manner: examples in rows, labels of any kind."""

from __future__ import annotations

import math
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from playground.errors import DataError, DivergedError, InputError, ShapeError
from playground.nn.activations import Sigmoid, Softmax
from playground.nn.arrays import Array, quiet
from playground.nn.batch_gradient import Learner
from playground.nn.batches import Batches
from playground.nn.examples import numbers, one_hot, rows_of
from playground.nn.losses import LOSSES, CategoricalCrossEntropy, LogLoss, Loss, MeanSquaredError
from playground.nn.optimizers import OPTIMIZERS, Optimizer
from playground.nn.schedules import SCHEDULES, Schedule
from playground.nn.training_step import TrainingStep
from playground.wording import grouped


class Fittable(Learner, Protocol):
    """What fitting needs of a network beyond a step."""

    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    classes_: np.ndarray[Any, Any] | None

    def forward(self, inputs: Array) -> Array:
        """Return the outputs (outputs, batch) for inputs (features, batch)."""


def learn(
    step: TrainingStep,
    rows: Array,
    targets: Array,
    *,
    learning_rate: float,
    epochs: int,
    batch_size: int | None,
    rng: np.random.Generator,
    schedule: Schedule | None = None,
) -> list[float]:
    """Take steps on batches of rows (examples, features), shuffled anew each epoch.

    A ``schedule`` changes the learning rate as epochs pass; without one it stays.

    Returns
    -------
    list of float
        Each epoch's mean loss: every batch's before its step, without penalties.

    Raises
    ------
    InputError
        When there is no epoch, or no example in a batch.
    DivergedError
        When the loss is no longer finite.
    """
    if epochs < 1 or (batch_size is not None and batch_size < 1):
        raise InputError(f"Epochs and batch size expect 1 or more; {epochs} and {batch_size} came.")
    size = None if step.optimizer.full_batch else batch_size
    batches = Batches(rows, targets, rng)
    curve: list[float] = []
    with quiet():
        while len(curve) < epochs:
            total = 0.0
            while not batches.epoch_done:
                if not batches.ready:
                    batches.gather(size)
                rate = learning_rate
                if schedule is not None:
                    rate *= schedule.factor(len(curve) + batches.fraction_done)
                inputs, wanted = batches.take()
                total += step(inputs, wanted, rate) * len(inputs)
            if not math.isfinite(total):
                raise DivergedError(
                    f"The loss stopped being a finite number in epoch {grouped(len(curve) + 1)}: "
                    f"lower the learning rate (now {learning_rate:g}), or scale the inputs."
                )
            curve.append(total / len(rows))
            batches.begin_epoch()
    return curve


def default_loss(network: Learner) -> Loss:
    """Return the loss that belongs to the output layer's activation.

    Cross-entropy for softmax, log loss for sigmoid, mean squared error for the rest.
    """
    if isinstance(network.output_activation, Softmax):
        return CategoricalCrossEntropy()
    return LogLoss() if isinstance(network.output_activation, Sigmoid) else MeanSquaredError()


def fit(
    network: Fittable,
    X: ArrayLike,
    y: ArrayLike,
    *,
    loss: Loss | str | None,
    optimizer: Optimizer | str,
    learning_rate: float,
    epochs: int,
    schedule: Schedule | str,
    batch_size: int | None,
    l1: float,
    l2: float,
    clip_norm: float | None,
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
        Or its name; None chooses the one that belongs to the output's activation.
    optimizer
        Or its name.
    schedule
        Or its name: how the learning rate changes as epochs pass.
    learning_rate, l1, l2, clip_norm
        As in :class:`playground.nn.training_step.TrainingStep`.
    epochs, batch_size
        Passes over the examples, and examples a step; None takes all of them in one.
    seed
        Of shuffling and dropout; the window draws both from its experiment's seed in the same way.

    Raises
    ------
    ShapeError, DataError
        When the examples, labels and layers do not fit each other, or a number is not finite.
    DivergedError
        When the loss is no longer finite.
    """
    rows = _rows(network, X)
    targets = _targets(network, y, len(rows))
    step = TrainingStep(
        network,
        default_loss(network) if loss is None else LOSSES.resolve(loss),
        OPTIMIZERS.resolve(optimizer),
        l1=l1,
        l2=l2,
        clip_norm=clip_norm,
        rng=np.random.default_rng([seed, 2]),
    )
    learn(
        step,
        rows,
        targets,
        learning_rate=learning_rate,
        epochs=epochs,
        batch_size=batch_size,
        rng=np.random.default_rng([seed, 0]),
        schedule=SCHEDULES.resolve(schedule),
    )


def predict(network: Fittable, X: ArrayLike) -> np.ndarray[Any, Any]:
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


def predict_proba(network: Fittable, X: ArrayLike) -> Array:
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


def score(network: Fittable, X: ArrayLike, y: ArrayLike) -> float:
    """Return the accuracy after a fit on labels, else R²."""
    predicted = predict(network, X)
    if network.classes_ is not None:
        return accuracy(np.asarray(y), predicted)
    return r2(numbers(y, "y", np.dtype(np.float64)), predicted)


def accuracy(
    true: np.ndarray[Any, Any],
    predicted: np.ndarray[Any, Any],
    weights: Any = None,
) -> float:
    """Return the share of right labels, each example counted by its weight."""
    return float(np.average(true == predicted, weights=weights))


def r2(true: Array, predicted: Array, weights: Any = None) -> float:
    """Return R² = 1 − Σ(y − ŷ)² / Σ(y − ȳ)², the mean over the outputs.

    An output whose targets never vary counts as 1 where it is met, else as 0.
    """
    true = true.reshape(predicted.shape)
    unexplained = np.average(np.square(true - predicted), axis=0, weights=weights)
    centre = np.average(true, axis=0, weights=weights)
    total = np.average(np.square(true - centre), axis=0, weights=weights)
    share = np.divide(unexplained, total, out=np.ones_like(total), where=total > 0)
    return float(np.mean(np.where((total == 0) & (unexplained == 0), 1, 1 - share)))


def _outputs(network: Fittable, X: ArrayLike) -> Array:
    return network.forward(_rows(network, X).T).T.copy()


def _rows(network: Fittable, X: ArrayLike) -> Array:
    rows = rows_of(X, network.dtype)
    features = math.prod(network.input_shape)
    if rows.shape[1] != features:
        raise ShapeError(
            f"The network expects examples of shape (examples, {features}); {np.shape(X)} came."
        )
    return rows


def _targets(network: Fittable, y: ArrayLike, examples: int) -> Array:
    """Return targets (examples, outputs); labels become one-hot and are kept as ``classes_``."""
    labels = np.asarray(y)
    outputs = math.prod(network.output_shape)
    if len(labels) != examples:
        raise DataError(
            f"{examples} examples expect as many labels or targets; {len(labels)} came."
        )
    if labels.ndim > 1 or labels.dtype.kind == "f":
        network.classes_ = None
        targets = numbers(labels, "y", network.dtype).reshape(examples, -1)
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
    return one_hot(index, outputs, network.dtype)
