"""Estimators in the scikit-learn manner: a network with its output layer, its labels and its fit.

They keep scikit-learn's contract, so that its pipelines and searches take them, and never load it:
what belongs to its classes is looked up where a program has imported it already.
"""

from __future__ import annotations

import math
import sys
import warnings
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from playground.errors import InputError
from playground.nn.activations import ACTIVATIONS, Activation, Identity, Softmax
from playground.nn.arrays import Array
from playground.nn.examples import feature_names, named_alike, numbers, one_hot, rows_of
from playground.nn.fitting import accuracy, learn, r2
from playground.nn.initializers import Glorot
from playground.nn.layers import Dense, LayerSettings
from playground.nn.losses import CategoricalCrossEntropy, Loss, MeanSquaredError
from playground.nn.network import Network
from playground.nn.optimizers import OPTIMIZERS, Optimizer
from playground.nn.training_step import TrainingStep

_LEARNING, _ANSWERING = np.dtype(np.float32), np.dtype(np.float64)


@dataclass(eq=False)
class _Estimator:
    """What the estimators share: their settings, and one way to train and to answer."""

    hidden: int | Sequence[int | LayerSettings] = (64,)
    _: KW_ONLY
    activation: Activation | str = "relu"
    optimizer: Optimizer | str = "adam"
    learning_rate: float = 0.001
    epochs: int = 100
    batch_size: int | None = 32
    l1: float = 0.0
    l2: float = 0.0
    random_state: int | np.random.Generator | np.random.RandomState | None = None

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the settings by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def set_params(self, **settings: Any) -> Self:
        """Change settings by name; they count from the next fit on."""
        known = self.get_params()
        for name, value in settings.items():
            if name not in known:
                raise InputError(
                    f"{type(self).__name__} has no setting {name!r}; it has {', '.join(known)}."
                )
            setattr(self, name, value)
        return self

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "network_")

    def _tags(self, kind: str, **of_kind: Any) -> Any:
        from sklearn.utils import Tags, TargetTags

        several = kind == "regressor"
        target = TargetTags(required=True, multi_output=several)
        return Tags(estimator_type=kind, target_tags=target, **of_kind)

    def _begin(self, X: ArrayLike, features: int, outputs: int, output: Activation) -> None:
        """Build a new network for examples like X, which are rows or pictures."""
        hidden = [self.hidden] if isinstance(self.hidden, int | np.integer) else self.hidden
        layers = [_layer(one, self.activation) for one in hidden]
        layers.append(Dense(outputs, output, initializer=Glorot()))
        seed = _seed(self.random_state)
        self.network_ = Network(_shape(X), layers, seed=seed, dtype=_ANSWERING)
        self.n_features_in_ = features
        self.__dict__.pop("feature_names_in_", None)
        if (names := feature_names(X)) is not None:
            self.feature_names_in_ = names
        self.loss_curve_: list[float] = []
        self._shuffle_rng = np.random.default_rng([seed, 0])
        self._dropout_rng = np.random.default_rng([seed, 2])
        self._moments: tuple[Optimizer, Array, int] | None = None

    def _train(self, rows: Array, targets: Array, loss: Loss, epochs: int) -> Self:
        """Train on from where the network and its optimizer stand."""
        network = self.network_.clone(dtype=_LEARNING)
        optimizer = OPTIMIZERS.resolve(self.optimizer)
        step = TrainingStep(network, loss, optimizer, l1=self.l1, l2=self.l2, rng=self._dropout_rng)
        if self._moments is not None and self._moments[0] == optimizer:
            _, step.moments[:], step.step_count = self._moments
        self.loss_curve_ += learn(
            step,
            rows,
            targets,
            learning_rate=self.learning_rate,
            epochs=epochs,
            batch_size=self.batch_size,
            rng=self._shuffle_rng,
        )
        self._moments = optimizer, step.moments, step.step_count
        self.network_ = network.clone(dtype=_ANSWERING)
        self.loss_ = self.loss_curve_[-1]
        self.n_iter_ = len(self.loss_curve_)
        return self

    def _outputs(self, X: ArrayLike) -> Array:
        """Return the network's outputs (examples, outputs)."""
        if not hasattr(self, "network_"):
            name = type(self).__name__
            raise _of_scikit_learn("NotFittedError", InputError)(
                f"This {name} is not fitted yet: call fit with examples and targets first."
            )
        return self.network_.forward(self._rows(X, _ANSWERING).T).T.copy()

    def _rows(self, X: ArrayLike, dtype: np.dtype[Any]) -> Array:
        """Return examples such as the network was built for."""
        name = type(self).__name__
        named_alike(X, getattr(self, "feature_names_in_", None), name)
        rows = rows_of(X, dtype)
        if rows.shape[1] != self.n_features_in_:
            raise InputError(
                f"X has {rows.shape[1]} features, but {name} is expecting {self.n_features_in_} "
                "features as input."
            )
        return rows

    def _targets(self, examples: int, y: ArrayLike | None) -> NDArray[Any]:
        """Return one target for each example, as they came."""
        if y is None:
            raise InputError(
                f"{type(self).__name__} requires y to be passed, but the target y is None."
            )
        targets = np.asarray(y)
        if targets.ndim == 0 or len(targets) != examples:
            raise InputError(
                f"{examples} examples expect as many targets; y of shape {targets.shape} came."
            )
        return targets


class Classifier(_Estimator):
    """Tells classes apart: hidden layers, then softmax with a unit for each class.

    It learns in float32 for speed and answers in float64, as the window does. The same
    ``random_state`` gives the same bits on one machine.

    Parameters
    ----------
    hidden
        The hidden layers: a number of neurons each, or a layer such as ``Dropout(rate=0.2)``. Those
        that look at pictures, ``Conv2D(8)``, take X of shape (examples, height, width) or
        (examples, maps, height, width).
    activation
        Of the layers given by a number.
    optimizer, learning_rate
        How the weights move.
    epochs, batch_size
        Passes over the examples, and examples a step; None takes all of them in one.
    l1, l2
        Penalties on large weights.
    random_state
        Of the first weights, the order of the examples and dropout; None differs each time.

    Attributes
    ----------
    network_
        The trained :class:`~playground.nn.network.Network`.
    classes_
        The labels, sorted.
    loss_curve_, loss_, n_iter_
        Each epoch's mean loss, the last of them, and their number.
    n_features_in_, feature_names_in_
        What one example is; names where X had any.

    Examples
    --------
    >>> from playground import Classifier
    >>> xor = [[0, 0], [0, 1], [1, 0], [1, 1]]
    >>> model = Classifier((8,), activation="tanh", learning_rate=0.05, random_state=0)
    >>> model.fit(xor, ["same", "odd", "odd", "same"]).predict([[0, 1], [1, 1]]).tolist()
    ['odd', 'same']
    >>> model.network_
    <Network (2,) → dense_1 (8,) → dense_2 (2,): 42 parameters>
    """

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Start anew and learn labels y (examples,) of any type for X (examples, features)."""
        rows = rows_of(X, _LEARNING)
        labels = self._labels(len(rows), y)
        self.classes_ = np.unique(labels)
        self._begin(X, rows.shape[1], len(self.classes_), Softmax())
        return self._learn(rows, labels, self.epochs)

    def partial_fit(self, X: ArrayLike, y: ArrayLike, classes: ArrayLike | None = None) -> Self:
        """Go once more over some examples; the first call names all classes that may come."""
        first = not hasattr(self, "network_")
        rows = rows_of(X, _LEARNING) if first else self._rows(X, _LEARNING)
        labels = self._labels(len(rows), y)
        if first:
            if classes is None:
                raise InputError("classes must be passed on the first call to partial_fit.")
            self.classes_ = np.unique(classes)
            self._begin(X, rows.shape[1], len(self.classes_), Softmax())
        elif classes is not None and not np.array_equal(np.unique(classes), self.classes_):
            raise InputError(
                f"partial_fit began with the classes {self.classes_.tolist()}, and now other ones "
                "came: call fit to start anew."
            )
        return self._learn(rows, labels, 1)

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the most probable label of each example, (examples,)."""
        chosen = self._outputs(X).argmax(axis=1)
        labels: NDArray[Any] = self.classes_[chosen]
        return labels

    def predict_proba(self, X: ArrayLike) -> Array:
        """Return each class's probability, (examples, classes), in the order of ``classes_``."""
        return self._outputs(X)

    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """Return the accuracy."""
        return accuracy(np.asarray(y), self.predict(X), sample_weight)

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import ClassifierTags

        return self._tags("classifier", classifier_tags=ClassifierTags())

    def _labels(self, examples: int, y: ArrayLike | None) -> NDArray[Any]:
        labels = self._targets(examples, y)
        if labels.ndim == 2 and labels.shape[1] == 1:
            warnings.warn(
                "A column-vector y was passed when a 1d array was expected: call y.ravel().",
                _of_scikit_learn("DataConversionWarning", UserWarning),
                stacklevel=3,
            )
            labels = labels.ravel()
        if labels.ndim > 1:
            raise InputError(f"y should be a 1d array of labels; shape {labels.shape} came.")
        if labels.dtype.kind == "f" and (numbers(labels, "y", _ANSWERING) % 1).any():
            raise InputError(
                "Unknown label type: continuous. Classifier expects labels; give numbers to "
                "Regressor."
            )
        return labels

    def _learn(self, rows: Array, labels: NDArray[Any], epochs: int) -> Self:
        index = np.searchsorted(self.classes_, labels).clip(max=len(self.classes_) - 1)
        if (self.classes_[index] != labels).any():
            raise InputError(
                f"y holds labels beyond the classes {self.classes_.tolist()}: name them all in the "
                "first call to partial_fit."
            )
        targets = one_hot(index, len(self.classes_), _LEARNING)
        self._train(rows, targets, CategoricalCrossEntropy(), epochs)
        self.network_.classes_ = self.classes_
        return self


class Regressor(_Estimator):
    """Predicts numbers: hidden layers, then one unit without a bend for each number.

    Parameters and attributes are those of :class:`Classifier`, without ``classes_``; targets are
    best scaled to about −1 to 1.

    Examples
    --------
    >>> from playground import Regressor
    >>> x = [[-1.0], [-0.5], [0.0], [0.5], [1.0]]
    >>> model = Regressor((16,), learning_rate=0.03, epochs=300, random_state=0)
    >>> model.fit(x, [1.0, 0.25, 0.0, 0.25, 1.0]).score(x, [1.0, 0.25, 0.0, 0.25, 1.0]) > 0.98
    True
    """

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Start anew and learn targets y, (examples,) or (examples, outputs)."""
        rows = rows_of(X, _LEARNING)
        targets = self._numbers(len(rows), y)
        self._begin(X, rows.shape[1], targets.shape[1], Identity())
        return self._train(rows, targets, MeanSquaredError(), self.epochs)

    def partial_fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Go once more over some examples."""
        first = not hasattr(self, "network_")
        rows = rows_of(X, _LEARNING) if first else self._rows(X, _LEARNING)
        targets = self._numbers(len(rows), y)
        if first:
            self._begin(X, rows.shape[1], targets.shape[1], Identity())
        elif (targets.shape[1],) != self.network_.output_shape:
            raise InputError(
                f"partial_fit began with {self.network_.output_shape[0]} targets an example, and "
                f"now {targets.shape[1]} came: call fit to start anew."
            )
        return self._train(rows, targets, MeanSquaredError(), 1)

    def predict(self, X: ArrayLike) -> Array:
        """Return the outputs, (examples,) or (examples, outputs), as y was."""
        outputs = self._outputs(X)
        return outputs if self._several else outputs[:, 0]

    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """Return R² = 1 − Σ(y − ŷ)² / Σ(y − ȳ)², the mean over the outputs."""
        return r2(numbers(y, "y", _ANSWERING), self.predict(X), sample_weight)

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import RegressorTags

        return self._tags("regressor", regressor_tags=RegressorTags())

    def _numbers(self, examples: int, y: ArrayLike | None) -> Array:
        """Return targets (examples, outputs)."""
        targets = numbers(self._targets(examples, y), "y", _LEARNING)
        self._several = targets.ndim > 1
        return np.ascontiguousarray(targets.reshape(len(targets), -1))


def _shape(X: ArrayLike) -> tuple[int, ...]:
    """Return the shape of one example: of pictures (maps, height, width), one map where none say.

    Whatever has another number of axes is rows.
    """
    one = np.asarray(X).shape[1:]
    if len(one) == 2:
        return (1, *one)
    return one if len(one) == 3 else (math.prod(one),)


def _layer(hidden: int | LayerSettings, activation: Activation | str) -> LayerSettings:
    if isinstance(hidden, int | np.integer):
        return Dense(int(hidden), ACTIVATIONS.resolve(activation))
    return hidden


def _seed(random_state: Any) -> int:
    """Return a seed, drawn from a generator where one is given, or from the system."""
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(2**31 - 1))
    if isinstance(random_state, int | np.integer):
        return int(random_state)
    return int(np.random.default_rng(random_state).integers(2**31))


def _of_scikit_learn(name: str, otherwise: type[Any]) -> type[Any]:
    """Return an exception of scikit-learn's, if the program has it loaded."""
    found: type[Any] = getattr(sys.modules.get("sklearn.exceptions"), name, otherwise)
    return found
