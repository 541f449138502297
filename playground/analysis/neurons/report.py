"""Everything there is to say about one neuron and one example, in numbers of full precision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.analysis.neurons.layer_walk import LayerWalk
from playground.analysis.neurons.names import INPUT
from playground.analysis.neurons.neuron import Neuron
from playground.errors import PlaygroundError
from playground.nn.activations import Activation
from playground.nn.layers import BatchNorm, Dense, Dropout
from playground.nn.losses import Loss
from playground.nn.unit_list import units_in
from playground.training.model import Model

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class WeightedSum:
    """z = Σ w·a + b of a dense neuron.

    Attributes
    ----------
    source
        The layer that the inputs come from, or ``input``.
    weights, bias
        (inputs,), and b.
    inputs, z
        What the weights multiply, (inputs,), and the sum; None without an example.
    grad_weights
        ∂L/∂w = ∂L/∂z · input, (inputs,), None without a wanted answer. ∂L/∂b is ∂L/∂z.
    """

    source: str
    weights: Floats
    bias: float
    inputs: Floats | None = None
    z: float | None = None
    grad_weights: Floats | None = None

    @property
    def terms(self) -> Floats | None:
        """Each w·a, (inputs,)."""
        if self.inputs is None:
            return None
        with np.errstate(all="ignore"):
            return self.weights * self.inputs


@dataclass(frozen=True, eq=False)
class Bend:
    """a = f(z), and how a changes with z.

    Attributes
    ----------
    activation
        f.
    f
        f(z) of this neuron; what it hands on unless it is silenced.
    slope
        ∂a/∂z: f′(z), for softmax the diagonal f(1 − f).
    jacobian
        For an activation that looks at the whole layer: ∂aᵢ/∂zⱼ = fᵢ(δᵢⱼ − fⱼ) by j, (units,).
    layer_f, layer_grad_a
        For such an activation: all the layer's fⱼ, and their ∂L/∂aⱼ, (units,).
    rivals
        For such an activation: ln Σ e^zⱼ over the other neurons, so that f = σ(z − rivals).
    """

    activation: Activation
    f: float
    slope: float
    jacobian: Floats | None = None
    layer_f: Floats | None = None
    layer_grad_a: Floats | None = None
    rivals: float = 0.0


@dataclass(frozen=True, eq=False)
class Links:
    """Where a neuron's output goes.

    Attributes
    ----------
    layer, units
        The next layer, and which of its neurons listen, (n,).
    factors
        What each multiplies it by, (n,): a weight; the slope scale / √(variance + ε) of a
        normalization; 1 where it is handed on.
    slopes
        ∂L/∂z of each listener, or ∂L/∂a where it has no z, (n,); Σ factors·slopes = ∂L/∂a.
    weighted
        Whether the factors are weights.
    """

    layer: str
    units: NDArray[np.intp]
    factors: Floats
    slopes: Floats | None
    weighted: bool


@dataclass(frozen=True, eq=False)
class Normalizing:
    """y = scale · (x − mean) / √(variance + ε) + shift of one feature, by running statistics."""

    mean: float
    variance: float
    epsilon: float
    scale: float
    shift: float
    x: float | None = None
    normalized: float | None = None
    grad_scale: float | None = None
    grad_shift: float | None = None
    grad_x: float | None = None


@dataclass(frozen=True, eq=False)
class Feature:
    """One input: its raw value and (raw − mean) / scale, which the network sees."""

    mean: float
    scale: float
    raw: float | None = None
    grad_raw: float | None = None


@dataclass(frozen=True, eq=False)
class NeuronReport:
    """One neuron, one example, one wanted answer.

    Attributes
    ----------
    neuron, kind
        Which it is, and its layer's kind, ``input`` for an input feature.
    units
        How many neurons the layer has.
    a
        What it hands on; None without an example.
    loss, grad_a, grad_z
        L of the example, ∂L/∂a and ∂L/∂z; None without a wanted answer.
    frozen, silenced
        What the layer's settings say of it.
    rate
        Of a dropout layer.
    is_output
        Whether it belongs to the last layer.
    image
        By pixel, (height, width), for pictures: the weights, or where the layer does not look at
        pixels itself ∂a/∂ each raw pixel; None where there is no example to differentiate.
    image_is_weights
        Which of the two.
    loss_title
        What L is: ``Cross-entropy``.
    wanted, loss_formula
        For an output: y, None without a wanted answer, and the formula of ∂L/∂ŷ.
    """

    neuron: Neuron
    kind: str
    units: int
    a: float | None = None
    loss: float | None = None
    grad_a: float | None = None
    grad_z: float | None = None
    sum: WeightedSum | None = None
    bend: Bend | None = None
    links: Links | None = None
    normalizing: Normalizing | None = None
    feature: Feature | None = None
    frozen: bool = False
    silenced: bool = False
    rate: float = 0.0
    is_output: bool = False
    image: Floats | None = None
    image_is_weights: bool = False
    loss_title: str = ""
    wanted: float | None = None
    loss_formula: str = ""


def neuron_report(
    model: Model,
    neuron: Neuron,
    row: Floats | None,
    targets: Floats | None,
    loss: Loss | None = None,
) -> NeuronReport:
    """Return what a neuron computes and how the loss depends on it.

    Parameters
    ----------
    model
        With the parameters of the moment.
    neuron
        Which; its layer is ``input`` for an input feature.
    row
        The raw example, (features,); None tells weights and settings alone.
    targets
        What the outputs should be, (1, outputs) or (outputs,); None leaves out what needs a loss.
    loss
        In place of the model's experiment's own.

    Raises
    ------
    PlaygroundError
        When the network has no such neuron.
    """
    index = place_of(model, neuron)
    loss = loss or model.experiment.training.loss
    walk = None if row is None else LayerWalk(model, row)
    errors = None
    if walk is not None and targets is not None:
        errors = walk.errors(loss, targets, index)
    unit, at_input = neuron.unit, index < 0
    layers = model.network.layers
    layer = None if at_input else layers[index]
    settings: Any = None if layer is None else layer.settings
    value = grad_a = grad_z = wanted = None
    if errors is not None:
        value, grad_a = errors[0], float(errors[1][unit, 0])
        grad_z = None if errors[2] is None else float(errors[2][unit, 0])
    is_output = index == len(layers) - 1
    if is_output and targets is not None:
        wanted = float(np.asarray(targets).reshape(-1)[unit])
    a = None
    if walk is not None:
        a = float((walk.inputs if at_input else walk.a[index])[unit, 0])
    dense = isinstance(settings, Dense)
    image, is_weights = _image(model, neuron, index, walk)
    return NeuronReport(
        neuron=neuron,
        kind=INPUT if layer is None else layer.settings.kind,
        units=layers[0].input_features if layer is None else layer.output_features,
        a=a,
        loss=value,
        grad_a=grad_a,
        grad_z=grad_z,
        sum=_weighted_sum(model, index, unit, walk, grad_z) if dense else None,
        bend=_bend(walk, index, unit, errors) if dense and walk is not None else None,
        links=_links(model, index, unit, None if errors is None else errors[3]),
        normalizing=_normalizing(model, index, unit, walk, grad_a),
        feature=_feature(model, unit, row, grad_a) if at_input else None,
        frozen=dense and unit in units_in(settings.frozen, settings.units),
        silenced=dense and unit in units_in(settings.silenced, settings.units),
        rate=settings.rate if isinstance(settings, Dropout) else 0.0,
        is_output=is_output,
        image=image,
        image_is_weights=is_weights,
        loss_title=loss.title,
        wanted=wanted,
        loss_formula=loss.derivative_formula if is_output else "",
    )


def place_of(model: Model, neuron: Neuron) -> int:
    """Return the layer's index, −1 for the input.

    Raises
    ------
    PlaygroundError
        When the network has no such neuron.
    """
    layers = model.network.layers
    names = [layer.name for layer in layers]
    if neuron.layer == INPUT:
        index, units = -1, layers[0].input_features
    elif neuron.layer in names:
        index = names.index(neuron.layer)
        units = layers[index].output_features
    else:
        raise PlaygroundError(
            f"The network has no layer {neuron.layer!r} any more; choose another neuron."
        )
    if not 0 <= neuron.unit < units:
        raise PlaygroundError(
            f"{neuron.layer!r} has neurons 0 to {units - 1}, and no {neuron.unit} any more; "
            "choose another neuron."
        )
    return index


def _weighted_sum(
    model: Model, index: int, unit: int, walk: LayerWalk | None, grad_z: float | None
) -> WeightedSum:
    layers = model.network.layers
    views = layers[index].views()
    inputs = None if walk is None else walk.given(index)[:, 0].copy()
    z = None if walk is None else walk.z[index]
    with np.errstate(all="ignore"):
        grads = None if inputs is None or grad_z is None else grad_z * inputs
    return WeightedSum(
        source=layers[index - 1].name if index else INPUT,
        weights=views["weights"][unit].copy(),
        bias=float(views["biases"][unit]),
        inputs=inputs,
        z=None if z is None else float(z[unit, 0]),
        grad_weights=grads,
    )


def _bend(walk: LayerWalk, index: int, unit: int, errors: Any) -> Bend:
    activation: Activation = walk.layers[index].settings.activation  # type: ignore[attr-defined]
    z = walk.z[index]
    assert z is not None
    with np.errstate(all="ignore"):
        if activation.elementwise:
            own = z[unit : unit + 1]
            f = np.empty_like(own)
            activation.forward(own, f)
            return Bend(activation, float(f[0, 0]), float(activation.derivative(own)[0, 0]))
        f = np.empty_like(z)
        activation.forward(z, f)
        shares = f[:, 0]
        jacobian = shares[unit] * ((np.arange(len(shares)) == unit) - shares)
        others = np.delete(z[:, 0], unit)
        rivals = float(np.logaddexp.reduce(others)) if others.size else -np.inf
    return Bend(
        activation,
        float(shares[unit]),
        float(jacobian[unit]),
        jacobian=jacobian,
        layer_f=shares,
        layer_grad_a=None if errors is None else errors[1][:, 0].copy(),
        rivals=rivals,
    )


def _links(model: Model, index: int, unit: int, behind: Any) -> Links | None:
    if index + 1 == len(model.network.layers):
        return None
    layer = model.network.layers[index + 1]
    views = layer.views()
    only = np.array([unit], np.intp)
    if isinstance(layer.settings, Dense):
        factors = views["weights"][:, unit].copy()
        slopes = None if behind is None else behind[1][:, 0].copy()
        return Links(layer.name, np.arange(layer.output_features), factors, slopes, True)
    factors = np.ones(1)
    if isinstance(layer.settings, BatchNorm):
        with np.errstate(all="ignore"):
            spread = np.sqrt(views["running_variance"][unit] + layer.settings.epsilon)
            factors = np.array([views["scale"][unit] / spread])
    slopes = None if behind is None else behind[0][unit].copy()
    return Links(layer.name, only, factors, slopes, False)


def _normalizing(
    model: Model, index: int, unit: int, walk: LayerWalk | None, grad_a: float | None
) -> Normalizing | None:
    if index < 0:
        return None
    layer = model.network.layers[index]
    if not isinstance(layer.settings, BatchNorm):
        return None
    views = {name: float(view[unit]) for name, view in layer.views().items()}
    epsilon = layer.settings.epsilon
    x = normalized = None
    with np.errstate(all="ignore"):
        inverse = float(1 / np.sqrt(np.float64(views["running_variance"] + epsilon)))
        if walk is not None:
            x = float(walk.given(index)[unit, 0])
            normalized = (x - views["running_mean"]) * inverse
    known = grad_a is not None and normalized is not None
    return Normalizing(
        mean=views["running_mean"],
        variance=views["running_variance"],
        epsilon=epsilon,
        scale=views["scale"],
        shift=views["shift"],
        x=x,
        normalized=normalized,
        grad_scale=grad_a * normalized if known else None,  # type: ignore[operator]
        grad_shift=grad_a,
        grad_x=grad_a * views["scale"] * inverse if known else None,  # type: ignore[operator]
    )


def _feature(model: Model, unit: int, row: Floats | None, grad: float | None) -> Feature:
    scale = float(model.normalization.scale[unit])
    return Feature(
        mean=float(model.normalization.mean[unit]),
        scale=scale,
        raw=None if row is None else float(np.asarray(row).reshape(-1)[unit]),
        grad_raw=None if grad is None else grad / scale,
    )


def _image(
    model: Model, neuron: Neuron, index: int, walk: LayerWalk | None
) -> tuple[Floats | None, bool]:
    if model.dataset.kind != "image" or index < 0:
        return None, False
    shape = model.dataset.image_shape
    layers = model.network.layers
    handed_on = all(layer.settings.kind in ("flatten", "dropout") for layer in layers[:index])
    if isinstance(layers[index].settings, Dense) and handed_on:
        return layers[index].views()["weights"][neuron.unit].reshape(shape).copy(), True
    if walk is None:
        return None, False
    slopes = walk.input_slopes(index, neuron.unit) / model.normalization.scale
    return slopes.reshape(shape), False
