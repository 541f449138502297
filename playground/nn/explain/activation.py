"""An activation and what stands between it and a layer's output, in formulas: any layer's."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from functools import partial
from typing import Protocol

import numpy as np

from playground.nn.activations import (
    Activation,
    Identity,
    Linear,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
)
from playground.nn.arrays import Array
from playground.nn.explain.explanation import Symbols
from playground.nn.explain.stage import (
    EXAMPLE,
    NEURON,
    Matrix,
    Stage,
    computing,
    places_of,
    units_of,
)
from playground.nn.explain.writing import (
    Lines,
    entry,
    extent,
    factor,
    figure,
    place,
    shape,
    sub,
)
from playground.nn.record import LayerRecord
from playground.wording import counted, grouped


class Bending(Protocol):
    """The settings of a layer that bends its sums: written once for every kind that has them."""

    @property
    def activation(self) -> Activation:
        """The curve."""

    @property
    def dropout(self) -> float:
        """The part of the units that a training step leaves out."""

    @property
    def silenced(self) -> str:
        """The units that always answer 0."""


def mask_of(done: LayerRecord) -> Matrix | None:
    """Return what dropout and silenced units multiply with, None for neither.

    It is (units, batch) where all places or steps of a unit share one draw, else (features, batch).
    """
    drawn, heard = done.kept.get("mask"), done.kept.get("heard")
    if heard is not None:
        heard = heard[:: done.positions]
    factors = heard if drawn is None else drawn if heard is None else drawn * heard
    if factors is None:
        return None
    if len(factors) == done.output_shape[0]:
        return Matrix("M", "mask", factors, units_of(done.output_shape), EXAMPLE, done.name)
    return Matrix("M", "mask", factors, NEURON, EXAMPLE, done.name, done.output_shape)


def sums_to_outputs(
    settings: Bending, done: LayerRecord, k: int, symbols: Symbols
) -> tuple[str, list[Stage], list[Stage]]:
    """Return what a layer's output is called, and the stages from the sums Z to it and back."""
    forward = [activation_stage(done, k, settings.activation)]
    backward: list[Stage] = []
    product, grad_a = f"A{k}", done.grad_a
    if mask_of(done) is not None:
        number = symbols.number("M")
        product = f"D{number}"
        rate = settings.dropout if "mask" in done.kept else 0.0
        forward.append(mask_stage(done, number, f"A{k}", done.kept["a"], rate=rate))
        if grad_a is not None:
            stage, grad_a = behind_mask(done, number, f"A{k}")
            backward.append(stage)
    if done.grad_z is not None and not done.fused:
        assert grad_a is not None
        backward.append(through_activation(done, k, settings.activation, grad_a))
    return product, forward, backward


def activation_stage(done: LayerRecord, k: int, activation: Activation) -> Stage:
    """Return the stage that bends the sums Z of layer number k."""
    assert done.z is not None
    name, z, a, of = done.name, done.z, done.kept["a"], done.output_shape
    formula = activation.formula.replace("f(z)", f"{activation.title}(z)", 1)
    how = "Every sum goes through the same curve by itself."
    if not activation.elementwise:
        how = f"The sums of one {places_of(of) or 'example'} compete: each column adds up to 1."
    return computing(
        "forward",
        name,
        "activations",
        f"A{k} = {activation.title}(Z{k})",
        f"{shape(z, of)} → {shape(a, of)}",
        f"{formula}{parameters_of(activation)}. {how}",
        extent(done.there(a), "activation", zeros=True),
        (
            Matrix(f"Z{k}", "weighted sums", z, NEURON, EXAMPLE, name, of),
            Matrix(f"A{k}", "activations", a, NEURON, EXAMPLE, name, of),
        ),
        partial(_written_activation, activation, z, a, of),
    )


def parameters_of(activation: Activation) -> str:
    """Return an activation's own settings as they follow its formula, such as ``, a = 1``."""
    written = []
    for field in dataclasses.fields(activation):  # type: ignore[arg-type]
        name = {"alpha": "α"}.get(field.name, field.name)
        written.append(f", {name} = {figure(getattr(activation, field.name))}")
    return "".join(written)


def _written_activation(
    activation: Activation, z: Array, a: Array, of: tuple[int, ...], row: int, column: int
) -> Lines:
    value, result = figure(z[row, column]), figure(a[row, column])
    at = place(row, of)
    name = f"a{at}"
    bracketed = factor(z[row, column])
    match activation:
        case Softmax():
            rivals, each = _rivals(z, of, row, column), _each(row, of)
            largest = rivals.max()
            top, total = np.exp(z[row, column] - largest), np.exp(rivals - largest).sum()
            return (
                f"{name} = e^(z{at} − max z) / Σⱼ e^(z{each} − max z)",
                f"= e^({value} − {factor(largest)}) / Σⱼ … = {figure(top)} / {figure(total)}",
                f"= {result}",
                "Taking the largest z off first changes nothing but keeps e^z from overflowing.",
            )
        case Sigmoid():
            return (
                f"{name} = 1 / (1 + e^−z{at})",
                f"= 1 / (1 + e^−{bracketed})",
                f"= {result}",
            )
        case Tanh():
            return f"{name} = tanh z{at}", f"= tanh {bracketed}", f"= {result}"
        case ReLU():
            slope = "" if activation.a == 1 else f"{figure(activation.a)}·"
            return (
                f"{name} = max(0, {slope}z{at})",
                f"= max(0, {slope}{value})",
                f"= {result}",
            )
        case Identity():
            return f"{name} = z{at}", f"= {result}"
        case Linear():
            return f"{name} = a·z{at}", f"= {factor(activation.a)}·{bracketed}", f"= {result}"
    return f"{activation.formula}, z{at} = {value}", f"{name} = f({value}) = {result}"


def _rivals(values: Array, of: tuple[int, ...], row: int, column: int) -> Array:
    """Return the numbers that softmax looks at together: all units at a number's place or step."""
    by_place = values.reshape(of[0], -1, values.shape[1])
    rivals: Array = by_place[:, row % by_place.shape[1], column]
    return rivals


def _each(row: int, of: tuple[int, ...]) -> str:
    """Return the indices of any unit at a number's place or step: ``ⱼ``, ``ⱼ,₇``."""
    _, *where = np.unravel_index(row, of)
    return ",".join(["ⱼ", *(sub(int(at)) for at in where)])


def mask_stage(done: LayerRecord, number: int, source: str, whole: Array, *, rate: float) -> Stage:
    """Return the stage that leaves units out: the mask of that number on ``whole``."""
    mask, outputs, of = mask_of(done), done.a, done.output_shape
    assert mask is not None
    name, product, given = done.name, f"D{number}", entry(source)
    factors, unit, places = mask.values, units_of(of), places_of(of)
    shared = not mask.shape and bool(places)
    heard = done.kept.get("heard")
    quiet = () if heard is None else np.flatnonzero(heard[:: done.positions, 0] == 0)

    def arithmetic(row: int, column: int) -> Lines:
        at, drawn = place(row, of), row // done.positions if shared else row
        kept = float(factors[drawn, column])
        why = f"Kept: 1 / (1 − {figure(rate)})." if kept else "Left out in this step."
        if row // done.positions in quiet:
            why = f"This {unit} is silenced: it hands on 0."
        return (
            f"d{at} = {given}{at}·m{sub(drawn) if shared else at}",
            f"= {factor(whole[row, column])}·{figure(kept)} = {figure(outputs[row, column])}",
            why,
        )

    noun = unit if shared else "output"
    words = []
    if rate:
        words.append(
            f"Dropout leaves out {figure(100 * rate)} % of the {noun}s at random, by the very draw "
            f"that the step will make, and scales the rest by 1 / (1 − {figure(rate)})."
        )
        words += [f"All {places}s of a {unit} share one draw."] * shared
    if len(quiet):
        words.append(f"What a silenced {unit} hands on is 0.")
    what = " and ".join(["dropout"] * bool(rate) + [f"silenced {unit}s"] * bool(len(quiet)))
    out = int((factors == 0).sum())
    left_out = f"{counted(factors.size, noun)} {'is' if out == 1 else 'are'} left out"
    return computing(
        "forward",
        name,
        what,
        f"{product} = {source} ∘ M{number}",
        f"{shape(whole, of)} ∘ {shape(factors, mask.shape)} → {shape(outputs, of)}",
        " ".join(words),
        f"{grouped(out)} of {left_out}.",
        (
            Matrix(source, "outputs before", whole, NEURON, EXAMPLE, name, of),
            replace(mask, symbol=f"M{number}"),
            Matrix(product, "outputs", outputs, NEURON, EXAMPLE, name, of),
        ),
        arithmetic,
    )


def behind_mask(done: LayerRecord, number: int, source: str) -> tuple[Stage, Array]:
    """Return the stage that takes the error back through a mask, and what gets through."""
    grad, mask, of = done.grad_a, mask_of(done), done.output_shape
    assert grad is not None
    assert mask is not None
    name, shared = done.name, not mask.shape
    factors: Array = np.repeat(mask.values, len(grad) // len(mask.values), axis=0)
    through = np.where(factors == 0, 0, grad * factors)
    seen = done.there(through)

    def arithmetic(row: int, column: int) -> Lines:
        at = place(row, of)
        drawn = sub(row // done.positions) if shared else at
        return (
            f"∂L/∂{entry(source)}{at} = ∂L/∂d{at}·m{drawn}",
            f"= {factor(grad[row, column])}·{figure(factors[row, column])}",
            f"= {figure(through[row, column])}",
        )

    stage = computing(
        "backward",
        name,
        "back through the mask",
        f"d{source} = dD{number} ∘ M{number}",
        f"{shape(grad, of)} ∘ {shape(mask.values, mask.shape)} → {shape(through, of)}",
        "What was left out had no part in the answers, so no error reaches it.",
        f"{grouped(int((seen == 0).sum()))} of {counted(seen.size, 'slope')} are 0.",
        (
            Matrix(f"dD{number}", "∂L/∂outputs", grad, NEURON, EXAMPLE, name, of),
            replace(mask, symbol=f"M{number}"),
            Matrix(f"d{source}", "∂L/∂ what was masked", through, NEURON, EXAMPLE, name, of),
        ),
        arithmetic,
    )
    return stage, through


def through_activation(done: LayerRecord, k: int, activation: Activation, grad: Array) -> Stage:
    """Return the stage that takes ∂L/∂a of layer number k back to ∂L/∂z."""
    assert done.z is not None
    assert done.grad_z is not None
    name, z, a, grad_z = done.name, done.z, done.kept["a"], done.grad_z
    of = done.output_shape
    derivative = activation.derivative(z.copy())

    def arithmetic(row: int, column: int) -> Lines:
        at = place(row, of)
        left = f"∂L/∂z{at}"
        if not activation.elementwise:
            rivals, slopes = (_rivals(values, of, row, column) for values in (a, grad))
            each, mean = _each(row, of), figure((rivals * slopes).sum())
            return (
                f"{left} = a{at}·(∂L/∂a{at} − Σⱼ a{each}·∂L/∂a{each})",
                f"= {factor(a[row, column])}·({figure(grad[row, column])} − ({mean}))",
                f"= {figure(grad_z[row, column])}",
            )
        return (
            f"{left} = ∂L/∂a{at}·f′(z{at})",
            f"f′({figure(z[row, column])}) = {figure(derivative[row, column])}",
            f"= {factor(grad[row, column])}·{factor(derivative[row, column])}",
            f"= {figure(grad_z[row, column])}",
        )

    if activation.elementwise:
        formula = f"dZ{k} = dA{k} ∘ f′(Z{k})"
        middle = Matrix(f"f′(Z{k})", "slope of the curve", derivative, NEURON, EXAMPLE, name, of)
        shapes = f"{shape(grad, of)} ∘ {shape(derivative, of)} → {shape(grad_z, of)}"
    else:
        formula = f"dZ{k} = A{k} ∘ (dA{k} − Σⱼ aⱼ·∂L/∂aⱼ)"
        middle = Matrix(f"A{k}", "activations", a, NEURON, EXAMPLE, name, of)
        shapes = f"{shape(a, of)} ∘ {shape(grad, of)} → {shape(grad_z, of)}"
    return computing(
        "backward",
        name,
        f"back through {activation.title}",
        formula,
        shapes,
        f"{activation.derivative_formula.split(';')[0]}{parameters_of(activation)}. "
        "Where the curve is flat, no error gets through.",
        extent(done.there(grad_z), "slope", zeros=True),
        (
            Matrix(f"dA{k}", "∂L/∂a", grad, NEURON, EXAMPLE, name, of),
            middle,
            Matrix(f"dZ{k}", "∂L/∂z", grad_z, NEURON, EXAMPLE, name, of),
        ),
        arithmetic,
    )
