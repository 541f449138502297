"""Everything there is to say about one neuron and one example, in numbers of full precision."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.analysis.neurons.neuron import Neuron
from playground.analysis.neurons.receptive_field import Square, receptive_field
from playground.errors import PlaygroundError
from playground.nn.batch_gradient import spread_over
from playground.nn.explain.face import Link
from playground.nn.explain.unit_report import UnitReport, number_at
from playground.nn.explain.writing import figure
from playground.nn.layers import RunningLayer
from playground.nn.layers.running import steps_of
from playground.nn.losses import Loss
from playground.nn.network import Network
from playground.nn.record import INPUT, LayerRecord
from playground.nn.slopes import Slopes, known, through, unit_gradient
from playground.nn.window import Window
from playground.training.model import Model
from playground.wording import counted, nth

Floats = NDArray[np.floating[Any]]
Places = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Links:
    """Where a neuron's output goes.

    Attributes
    ----------
    layer, units
        The next layer, and which of its neurons listen, (n,): of the places of its maps those
        whose window sees this one. Which pixel a maximum listens to is known with an example only.
    factors
        What each multiplies it by, (n,): a weight; the slope scale / √(variance + ε) of a
        normalization; of a maximum 1 for the largest and 0 for the others; 1 where it is handed on.
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
    unit, noun
        Which of its layer's neurons or maps it is or belongs to, and which of both words is true.
    a
        What it hands on; None without an example.
    loss, grad_a, grad_z
        L of the example, ∂L/∂a and ∂L/∂z; None without a wanted answer.
    told
        What the layer says of it.
    links
        Who listens; ∂L/∂a is the sum over all of them.
    is_output
        Whether it belongs to the last layer.
    image
        By pixel, (maps, height, width), for pictures: the weights of pixels or of maps, or where
        the layer weighs neither ∂a/∂ each raw pixel; None where there is no example to
        differentiate.
    image_of
        Whose numbers are weighed so: ``input``, or a layer that hands on maps; empty for slopes.
    loss_title
        What L is: ``Cross-entropy``.
    wanted, loss_formula
        For an output: y, None without a wanted answer, and the formula of ∂L/∂ŷ.
    clipping
        For an output: what keeps its loss finite, or nothing.
    window
        Through which the layer looks at a picture.
    given
        The least and the greatest number that the layer reads; None without an example.
    sees
        For a place of a map: the rows and columns that it sees in each layer before it.
    """

    neuron: Neuron
    kind: str
    unit: int
    noun: str
    a: float | None = None
    loss: float | None = None
    grad_a: float | None = None
    grad_z: float | None = None
    told: UnitReport = field(default_factory=UnitReport)
    links: tuple[Links, ...] = ()
    feature: Feature | None = None
    is_output: bool = False
    image: Floats | None = None
    image_of: str = ""
    loss_title: str = ""
    wanted: float | None = None
    loss_formula: str = ""
    clipping: str = ""
    window: Window | None = None
    given: tuple[float, float] | None = None
    sees: Mapping[str, Square] = field(default_factory=dict)


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
        What the outputs should be, (1, outputs) or (outputs,), or so at every step; None leaves out
        what needs a loss.
    loss
        In place of the model's experiment's own.

    Raises
    ------
    PlaygroundError
        When the network has no such neuron.
    """
    index = place_of(model, neuron)
    loss = loss or model.experiment.training.loss
    layers, unit = model.network.layers, neuron.unit
    slopes: Slopes | None = None
    rows = None if row is None else np.asarray(row).reshape(1, -1)
    if rows is None:
        records = tuple(known(layer) for layer in layers)
    elif targets is None:
        records = model.trace(rows)
    else:
        wanted_row = np.asarray(targets, np.float64).reshape(1, -1)
        slopes = model.slopes(rows, wanted_row, loss, learning=False)
        records = slopes.layers
    links = _links(layers, records, neuron)
    value = None if slopes is None else slopes.loss
    if index < 0:
        grad = None if slopes is None else number_at(slopes.grad_inputs, unit)
        return NeuronReport(
            neuron,
            INPUT,
            unit,
            "input",
            a=number_at(None if rows is None else model.inputs(rows), unit),
            loss=value,
            grad_a=grad,
            links=links,
            feature=_feature(model, unit, row, grad),
            loss_title=loss.title,
        )
    layer, done = layers[index], records[index]
    is_output = layer is layers[-1]
    wanted, formula = None, loss.derivative_formula if is_output else ""
    if is_output and targets is not None:
        every = spread_over(np.asarray(targets).reshape(-1, 1), layer.output_shape)[:, 0]
        wanted = float(every[unit])
        if steps_of(layer.output_shape):
            formula += _at_a_step(
                loss, layer.positions, every[unit % layer.positions :: layer.positions]
            )
    image, image_of = _image(model, layer, unit, rows)
    return NeuronReport(
        neuron,
        layer.settings.kind,
        unit // layer.positions,
        layer.noun,
        a=number_at(done.a, unit),
        loss=value,
        grad_a=number_at(done.grad_a, unit),
        grad_z=number_at(done.grad_z, unit),
        told=layer.inspect(done, unit),
        links=links,
        is_output=is_output,
        image=image,
        image_of=image_of,
        loss_title=loss.title,
        wanted=wanted,
        loss_formula=formula,
        clipping=loss.clipping(fused=done.fused) if is_output else "",
        window=layer.face().window,
        given=(float(done.inputs.min()), float(done.inputs.max())) if done.ran else None,
        sees=_sees(model.network, neuron),
    )


def _at_a_step(loss: Loss, steps: int, wanted: Floats) -> str:
    """Return what else makes the slope of an answer at one of so many steps, (outputs,) wanted."""
    counts, weighed = float(wanted.sum()), ""
    if loss.measures == "distribution" and counts != 1:
        weighed = f";  with softmax and s = Σ y = {figure(counts)}, ∂L/∂z = s·ŷ − y"
    return f"{weighed};  divided by {steps}, as L is a mean over the steps"


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
        raise PlaygroundError("The layer of this neuron is gone; choose another neuron.")
    if not 0 <= neuron.unit < units and len(shape := layers[index].output_shape) == 3:
        raise PlaygroundError(
            f"{model.network.names.short(neuron.layer)} has {counted(shape[0], 'map')} of "
            f"{shape[1]}×{shape[2]}, and this place is not among them any more; choose another."
        )
    if not 0 <= neuron.unit < units:
        raise PlaygroundError(
            f"{model.network.names.short(neuron.layer)} has neurons 1 to {nth(units - 1)}, and no "
            f"{nth(neuron.unit)} any more; choose another neuron."
        )
    return index


def _links(
    layers: list[RunningLayer], records: tuple[LayerRecord, ...], neuron: Neuron
) -> tuple[Links, ...]:
    """Return who listens to a neuron, and the slope of the loss at each listener."""
    found = []
    for layer, done in zip(layers, records, strict=True):
        face = layer.face()
        for link in face.links or (Link(layer.source),):
            if link.source == neuron.layer:
                window = face.window if link.joined == "patch" else None
                if link.tensor and link.joined != "one":
                    tensor = done.tensors[link.tensor]
                    found.append(_weighted(layer, done, neuron.unit, tensor, window))
                else:
                    found.append(_unweighted(layer, done, neuron.unit, window))
    return tuple(links for links in found if links.units.size)


def _weighted(
    layer: RunningLayer, done: LayerRecord, unit: int, weights: Floats, window: Window | None
) -> Links:
    if window is None:
        units, factors = np.arange(layer.output_features), weights[:, unit]
    else:
        read, pixel = divmod(unit, _places(layer.input_shape))
        places, cells = window.seen_from(*divmod(pixel, window.width))
        units = np.add.outer(np.arange(layer.units) * layer.positions, places).ravel()
        factors = weights[:, read].reshape(layer.units, -1)[:, cells]
    slopes = done.grad_a if done.grad_z is None else done.grad_z
    at = None if slopes is None else slopes[units, 0]
    return Links(layer.name, units, factors.flatten(), at, True)


def _unweighted(layer: RunningLayer, done: LayerRecord, unit: int, window: Window | None) -> Links:
    """Return the listeners of a layer that multiplies by no weight of its own for each."""
    units = np.array([unit], np.intp)
    if window is not None:
        read, pixel = divmod(unit, _places(layer.input_shape))
        places, _ = window.seen_from(*divmod(pixel, window.width))
        units = read * layer.positions + (places if done.ran else places[:0])
    factors = np.ones(1) if layer.inside else through(layer, done, unit, units)
    slopes = None if done.grad_a is None else done.grad_a[units, 0]
    return Links(layer.name, units, factors, slopes, False)


def _places(shape: tuple[int, ...]) -> int:
    return math.prod(shape[1:])


def _sees(network: Network, neuron: Neuron) -> dict[str, Square]:
    shown = network.layer(network.shown_source(neuron.layer))
    if shown is None or len(shown.output_shape) != 3:
        return {}
    row, column = divmod(neuron.unit % shown.positions, shown.output_shape[2])
    return receptive_field(network, neuron.layer, row, column)


def _feature(model: Model, unit: int, row: Floats | None, grad: float | None) -> Feature:
    scale = float(model.normalization.scale[unit])
    return Feature(
        mean=float(model.normalization.mean[unit]),
        scale=scale,
        raw=None if row is None else float(np.asarray(row).reshape(-1)[unit]),
        grad_raw=None if grad is None else grad / scale,
    )


def _image(
    model: Model, layer: RunningLayer, unit: int, rows: Floats | None
) -> tuple[Floats | None, str]:
    if not model.dataset.kind.pictures:
        return None, ""
    network, picture = model.network, (1, *model.dataset.image_shape)
    for link in layer.face().links:
        if link.joined == "all":
            source = network.shown_source(link.source)
            read = network.layer(source)
            shape = picture if read is None else read.output_shape
            if len(shape) == 3:
                return layer.views()[link.tensor][unit].reshape(shape).copy(), source
    if rows is None:
        return None, ""
    slopes = unit_gradient(network, model.inputs(rows), layer.name, unit)
    return (slopes[:, 0] / model.normalization.scale).reshape(picture), ""
