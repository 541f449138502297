"""The network: layers in a row over one vector of parameters."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Self, cast

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from playground.errors import FieldError, ShapeError
from playground.nn import fitting
from playground.nn.activations import Activation, Identity
from playground.nn.arrays import Array
from playground.nn.layers import LayerSettings, Mode, RunningLayer
from playground.nn.layers.code import CodeLayer
from playground.nn.layers.row import connect, in_order
from playground.nn.layers.running import Role
from playground.nn.losses import Loss
from playground.nn.names import LayerNames, as_cards_stand
from playground.nn.optimizers import Optimizer
from playground.nn.passes import Pass, at_once, prepare_pass, recorded
from playground.nn.record import INPUT, LayerRecord
from playground.nn.schedules import Schedule
from playground.wording import aligned, grouped

_LARGEST_AT_ONCE = 1024  # columns of a prediction that go through the layers at a time
_KEPT_PASSES = 8


class Network:
    """Layers in a row, from inputs to outputs.

    The batch is the last axis of every array inside: inputs (features, batch), outputs
    (outputs, batch). All parameters are one vector, in which every layer holds its views; so are
    the gradient and the running statistics. These arrays are filled and never replaced: a
    snapshot is ``network.parameters.copy()``, and ``network.parameters[:] = snapshot`` goes back.

    A network keeps buffers and may be used by one thread at a time; two networks by two threads.

    Parameters
    ----------
    input_shape
        The shape of one example: ``(4,)`` or ``(1, 8, 8)``.
    layers
        The layers' settings; the last is the output layer.
    seed
        Of the starting weights.
    dtype
        float32, or float64 to check gradients.
    padded
        Inputs are sequences of tokens, a one in each column, that may end early: columns of zeros
        follow then, which no layer that looks across steps takes for a part of the sequence.
    read_as
        In which shape a layer of the row, by its number, takes what the one before it hands on as
        as many numbers: ``{2: (1, 8, 8)}`` where a row of numbers is a picture.

    Attributes
    ----------
    layers
        Every running layer in the order of computing: the layers inside a block stand before it.
    names
        What the layers are called where a person reads it.
    row
        The running layers that stand in the row itself, one for each settings value.
    parameters, gradient
        (parameter_count,): what the network learns, and ∂L/∂ it.
    statistics
        The running statistics of batch normalization.
    weight_mask
        (parameter_count,): 1 for weights, which L1 and L2 shrink, 0 for the rest.
    frozen_mask
        (parameter_count,): True for what training leaves as it is; None where it may move all.
    rates
        (parameter_count,): what the learning rate is multiplied by, None where it is 1 everywhere.
    classes_
        The labels that :meth:`fit` saw, or None.

    Raises
    ------
    ShapeError
        When there is no layer, or given weights do not fit.
    FieldError
        When two layers have the same name.

    Examples
    --------
    >>> from playground import Dense, Network
    >>> network = Network((2,), [Dense(8, "tanh"), Dense(1, "sigmoid")])
    >>> network
    <Network (2,) → dense_1 (8,) → dense_2 (1,): 33 parameters>
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], ["same", "odd", "odd", "same"]
    >>> network.fit(X, y, learning_rate=0.05, epochs=300).score(X, y)
    1.0
    """

    def __init__(
        self,
        input_shape: tuple[int, ...],
        layers: Sequence[LayerSettings],
        *,
        seed: int = 0,
        dtype: DTypeLike = np.float32,
        padded: bool = False,
        read_as: Mapping[int, tuple[int, ...]] | None = None,
    ) -> None:
        if not layers:
            raise ShapeError("A network expects at least an output layer; add a dense layer.")
        self.dtype = np.dtype(dtype)
        self.input_shape = tuple(input_shape)
        self.padded = padded
        self.read_as = dict(read_as or {})
        self.row: list[RunningLayer] = []
        shape = self.input_shape
        for index, settings in enumerate(layers):
            shape = self.read_as.get(index, shape)
            self.row.append(settings.build(shape))
            shape = self.row[-1].output_shape
        self.output_shape = shape
        self.layers = in_order(self.row)
        for layer, name in zip(self.layers, _names(self.layers), strict=True):
            layer.name = name
        connect(self.row, INPUT)
        standing = as_cards_stand(self.row)
        self.names = LayerNames(
            [(layer.name, layer.settings) for layer in standing], self.row[-1].name
        )
        for layer in self.layers:
            layer.called = self.names.words(layer.name)
        self.parameter_count = sum(layer.parameter_count for layer in self.layers)

        statistic_count = sum(layer.statistic_count for layer in self.layers)
        self._attach(
            np.zeros(self.parameter_count, self.dtype),
            np.zeros(statistic_count, self.dtype),
            np.zeros(self.parameter_count, self.dtype),
        )
        self.weight_mask: Array = np.zeros(self.parameter_count, self.dtype)
        frozen = np.zeros(self.parameter_count, np.bool_)
        rates: Array = np.ones(self.parameter_count)
        for layer, stretch in self._stretches():
            shrinking = layer.parameter_views(self.weight_mask[stretch])
            for spec in layer.specs:
                if spec.role == "weight":
                    shrinking[spec.name].fill(1)
            layer.freeze(frozen[stretch])
            rates[stretch] = getattr(layer.settings, "rate", 1.0)
        self.frozen_mask = frozen if frozen.any() else None
        self.rates = rates if (rates != 1).any() else None

        self.classes_: np.ndarray[Any, Any] | None = None
        self._passes: dict[int, Pass] = {}
        self._outputs: dict[int, Array] = {}
        self._parts: dict[tuple[int, int], Network] = {}
        self.initialize(seed)

    @property
    def output_activation(self) -> Activation:
        """The last layer's activation; identity where it has none."""
        return self.layers[-1].face().activation or Identity()

    def __repr__(self) -> str:
        layers = "".join(f" → {layer.name} {layer.output_shape}" for layer in self.layers)
        return f"<Network {self.input_shape}{layers}: {grouped(self.parameter_count)} parameters>"

    def summary(self) -> str:
        """Return a table: each layer with its kind, output shape and parameters."""
        rows = [("layer", "kind", "output shape", "parameters")]
        rows += [
            (one.name, one.settings.title, str(one.output_shape), f"{grouped(one.parameter_count)}")
            for one in self.layers
        ]
        rows.append(("", "", "", f"{grouped(self.parameter_count)}"))
        return "\n".join(aligned(rows, right={3}))

    def initialize(self, seed: int) -> None:
        """Draw the starting parameters; the same seed gives the same bits.

        Each layer has a generator of its own, made from the seed and the layer's position, so that
        editing one layer leaves the others' start as it is.
        """
        for index, layer in enumerate(self.layers):
            layer.initialize(
                np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(index,)))
            )

    def clone(self, *, dtype: DTypeLike | None = None) -> Network:
        """Return a network of its own with the same layers, parameters and statistics."""
        clone = Network.__new__(Network)
        clone.__setstate__(self.__getstate__() | ({} if dtype is None else {"dtype": dtype}))
        return clone

    def twin(self) -> Network:
        """Return a network over the very parameters and statistics of this one.

        It has a gradient and buffers of its own, so that two threads can differentiate at a time.
        """
        twin = self.clone()
        twin._attach(self.parameters, self.statistics, np.zeros_like(self.parameters))
        return twin

    def part(self, first: int, last: int) -> Network:
        """Return a network of some layers of the row, ``first`` to before ``last``.

        It works on the very stretches of this one's parameters, statistics and gradient, and its
        layers have the same names. Asked for again, it is the same network.
        """
        if (first, last) in self._parts:
            return self._parts[first, last]
        row = self.row[first:last]
        layers = [replace(cast(Any, layer.settings), name=layer.name) for layer in row]
        read_as = {index - first: shape for index, shape in self.read_as.items() if index > first}
        part = Network(
            *(row[0].input_shape, layers),
            dtype=self.dtype,
            padded=self.padded and first == 0,
            read_as=read_as,
        )
        before = in_order(self.row[:first])
        start = sum(layer.parameter_count for layer in before)
        measured = sum(layer.statistic_count for layer in before)
        stretch = slice(start, start + part.parameter_count)
        statistics = self.statistics[measured : measured + len(part.statistics)]
        part._attach(self.parameters[stretch], statistics, self.gradient[stretch])
        self._parts[first, last] = part
        return part

    def __getstate__(self) -> dict[str, Any]:
        return {
            "input_shape": self.input_shape,
            "layers": [layer.settings for layer in self.row],
            "dtype": self.dtype,
            "padded": self.padded,
            "read_as": self.read_as,
            "parameters": self.parameters,
            "statistics": self.statistics,
            "classes_": self.classes_,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        # A copy of the layers would keep views into the vectors that they were copied from.
        own = {name: state[name] for name in ("dtype", "padded", "read_as")}
        Network.__init__(self, state["input_shape"], state["layers"], **own)
        self.parameters[:] = state["parameters"]
        self.statistics[:] = state["statistics"]
        self.classes_ = state["classes_"]

    def prepare(
        self,
        batch: int,
        *,
        training: bool,
        rng: np.random.Generator | None = None,
        differentiable: bool = False,
        there: Array | None = None,
        trained: int | None = None,
    ) -> Pass:
        """Return a new pass for one batch size.

        ``rng`` draws dropout masks, None leaves it off; ``differentiable`` prepares the way back in
        prediction too, down to the inputs; ``there`` (steps, batch) says where sequences end that
        do not show it themselves. The layers of the row from number ``trained`` on predict, and let
        slopes pass on the way back.
        """
        mode = Mode(training, rng, differentiable, there)
        return prepare_pass(self.row, batch, self.dtype, mode, padded=self.padded, trained=trained)

    def forward(self, inputs: Array) -> Array:
        """Return the outputs (outputs, batch) for inputs (features, batch), in prediction.

        Parameters
        ----------
        inputs
            (features, batch) or (...input shape, batch); a transposed view of rows is fastest.

        Returns
        -------
        Array
            A buffer that the next call may overwrite.

        Raises
        ------
        ShapeError
            When the inputs have another number of features.
        """
        columns = self._columns(inputs)
        batch, chunk = columns.shape[1], at_once(self.layers, _LARGEST_AT_ONCE)
        if batch <= chunk:
            return self._forward(columns)
        output = self._outputs.get(batch)
        if output is None:
            self._outputs = {batch: np.empty((math.prod(self.output_shape), batch), self.dtype)}
            output = self._outputs[batch]
        for start in range(0, batch, chunk):
            part = slice(start, start + chunk)
            output[:, part] = self._forward(columns[:, part])
        return output

    def trace(self, inputs: Array) -> tuple[LayerRecord, ...]:
        """Return what every layer makes of inputs, as in :meth:`forward`, in prediction."""
        columns = self._columns(inputs)
        traced = self.prepare(columns.shape[1], training=False)
        traced.run(columns)
        return tuple(map(recorded, self.layers, traced.layers))

    def layer(self, name: str) -> RunningLayer | None:
        """Return the layer of that name, None where there is none."""
        return next((layer for layer in self.layers if layer.name == name), None)

    @property
    def code(self) -> CodeLayer | None:
        """The layer through which an autoencoder passes all that it rebuilds, None without one."""
        return next((layer for layer in self.layers if isinstance(layer, CodeLayer)), None)

    def shown_source(self, source: str) -> str:
        """Return whose output a source really is, past the layers that hand on what they get."""
        layer = self.layer(source)
        while layer is not None and layer.face().hands_on:
            source, layer = layer.source, self.layer(layer.source)
        return source

    def views(self) -> dict[str, Array]:
        """Return live views of parameters and statistics, such as ``"dense_1.weights"``."""
        return {
            f"{layer.name}.{tensor}": view
            for layer in self.layers
            for tensor, view in layer.views().items()
        }

    def tensors(self, role: Role, layer: str | None = None) -> dict[str, Array]:
        """Return live views of the tensors of one role, of one layer or of all."""
        views = self.views()
        return {
            f"{each.name}.{spec.name}": views[f"{each.name}.{spec.name}"]
            for each in self.layers
            for spec in each.specs
            if spec.role == role and layer in (None, each.name)
        }

    def views_of(self, vector: Array) -> dict[str, Array]:
        """Return views by name into a vector shaped like the parameters: a gradient, a moment."""
        return {
            f"{layer.name}.{tensor}": view
            for layer, stretch in self._stretches()
            for tensor, view in layer.parameter_views(vector[stretch]).items()
        }

    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        *,
        loss: Loss | str | None = None,
        optimizer: Optimizer | str = "adam",
        learning_rate: float = 0.001,
        epochs: int = 10,
        schedule: Schedule | str = "constant",
        batch_size: int | None = 32,
        l1: float = 0.0,
        l2: float = 0.0,
        clip_norm: float | None = None,
        seed: int = 0,
    ) -> Self:
        """Train on examples X (examples, features); see :func:`playground.nn.fitting.fit`."""
        fitting.fit(
            self,
            X,
            y,
            loss=loss,
            optimizer=optimizer,
            learning_rate=learning_rate,
            epochs=epochs,
            schedule=schedule,
            batch_size=batch_size,
            l1=l1,
            l2=l2,
            clip_norm=clip_norm,
            seed=seed,
        )
        return self

    def predict(self, X: ArrayLike) -> np.ndarray[Any, Any]:
        """Return the label of each example after a fit on labels, else the outputs."""
        return fitting.predict(self, X)

    def predict_proba(self, X: ArrayLike) -> Array:
        """Return each class's probability, (examples, classes)."""
        return fitting.predict_proba(self, X)

    def score(self, X: ArrayLike, y: ArrayLike) -> float:
        """Return the accuracy after a fit on labels, else R²."""
        return fitting.score(self, X, y)

    def _attach(self, parameters: Array, statistics: Array, gradient: Array) -> None:
        """Give every layer its stretches of the vectors."""
        self.parameters, self.statistics, self.gradient = parameters, statistics, gradient
        statistic = 0
        for layer, stretch in self._stretches():
            measured = statistics[statistic : statistic + layer.statistic_count]
            layer.attach(parameters[stretch], self.gradient[stretch], measured)
            statistic += layer.statistic_count

    def _forward(self, columns: Array) -> Array:
        batch = columns.shape[1]
        prepared = self._passes.get(batch)
        if prepared is None:
            if len(self._passes) == _KEPT_PASSES:
                del self._passes[next(iter(self._passes))]
            prepared = self._passes[batch] = self.prepare(batch, training=False)
        prepared.run(columns)
        return prepared.output

    def _columns(self, inputs: Array) -> Array:
        features = math.prod(self.input_shape)
        shape = inputs.shape
        if inputs.ndim < 2 or math.prod(shape[:-1]) != features:
            raise ShapeError(
                f"The network expects inputs of shape ({features}, examples); {shape} came."
            )
        return inputs.reshape(features, shape[-1])

    def _stretches(self) -> list[tuple[RunningLayer, slice]]:
        stretches, start = [], 0
        for layer in self.layers:
            stretches.append((layer, slice(start, start + layer.parameter_count)))
            start += layer.parameter_count
        return stretches


def _names(layers: Sequence[RunningLayer]) -> list[str]:
    """Return each layer's name: the user's, or its kind with the next free number."""
    names = [layer.name for layer in layers]
    for name in names:
        if name and names.count(name) > 1:
            raise FieldError("layers", f"Two layers are called {name!r}; give each its own name.")
    counts: dict[str, int] = {}
    for index, layer in enumerate(layers):
        while not names[index]:
            kind = layer.settings.kind
            counts[kind] = counts.get(kind, 0) + 1
            name = f"{kind}_{counts[kind]}"
            if name not in names:
                names[index] = name
    return names
