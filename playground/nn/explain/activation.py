"""An activation and what stands between it and a layer's output, in formulas: any layer's."""

from __future__ import annotations

import dataclasses
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
from playground.nn.explain.stage import EXAMPLE, NEURON, Matrix, Stage, computing
from playground.nn.explain.writing import Lines, entry, extent, factor, figure, shape, sub
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


def mask_of(done: LayerRecord) -> Array | None:
    """Return what dropout and silenced units multiply with, (features, batch); None for neither."""
    drawn, heard = done.kept.get("mask"), done.kept.get("heard")
    if drawn is None:
        return heard
    # All places of a map share one draw.
    drawn = np.repeat(drawn, len(done.a) // len(drawn), axis=0)
    return drawn if heard is None else drawn * heard


def activation_stage(done: LayerRecord, k: int, activation: Activation) -> Stage:
    """Return the stage that bends the sums Z of layer number k."""
    assert done.z is not None
    name, z, a = done.name, done.z, done.kept["a"]
    formula = activation.formula.replace("f(z)", f"{activation.title}(z)", 1)
    how = "Every sum goes through the same curve by itself."
    if not activation.elementwise:
        how = "The sums of one example compete: each column adds up to 1."
    return computing(
        "forward",
        name,
        "activations",
        f"A{k} = {activation.title}(Z{k})",
        f"{shape(z)} → {shape(a)}",
        f"{formula}{parameters_of(activation)}. {how}",
        extent(a, "activation", zeros=True),
        (
            Matrix(f"Z{k}", "weighted sums", z, NEURON, EXAMPLE, name),
            Matrix(f"A{k}", "activations", a, NEURON, EXAMPLE, name),
        ),
        partial(_written_activation, activation, z, a),
    )


def parameters_of(activation: Activation) -> str:
    """Return an activation's own settings as they follow its formula, such as ``, a = 1``."""
    written = []
    for field in dataclasses.fields(activation):  # type: ignore[arg-type]
        name = {"alpha": "α"}.get(field.name, field.name)
        written.append(f", {name} = {figure(getattr(activation, field.name))}")
    return "".join(written)


def _written_activation(activation: Activation, z: Array, a: Array, row: int, column: int) -> Lines:
    value, result = figure(z[row, column]), figure(a[row, column])
    name = f"a{sub(row)}"
    bracketed = factor(z[row, column])
    match activation:
        case Softmax():
            shifted = np.exp(z[:, column] - z[:, column].max())
            top, total = figure(shifted[row]), figure(shifted.sum())
            return (
                f"{name} = e^(z{sub(row)} − max z) / Σⱼ e^(zⱼ − max z)",
                f"= e^({value} − {factor(z[:, column].max())}) / Σⱼ … = {top} / {total}",
                f"= {result}",
                "Taking the largest z off first changes nothing but keeps e^z from overflowing.",
            )
        case Sigmoid():
            return (
                f"{name} = 1 / (1 + e^−z{sub(row)})",
                f"= 1 / (1 + e^−{bracketed})",
                f"= {result}",
            )
        case Tanh():
            return f"{name} = tanh z{sub(row)}", f"= tanh {bracketed}", f"= {result}"
        case ReLU():
            slope = "" if activation.a == 1 else f"{figure(activation.a)}·"
            return (
                f"{name} = max(0, {slope}z{sub(row)})",
                f"= max(0, {slope}{value})",
                f"= {result}",
            )
        case Identity():
            return f"{name} = z{sub(row)}", f"= {result}"
        case Linear():
            return f"{name} = a·z{sub(row)}", f"= {factor(activation.a)}·{bracketed}", f"= {result}"
    return f"{activation.formula}, z{sub(row)} = {value}", f"{name} = f({value}) = {result}"


def mask_stage(done: LayerRecord, number: int, source: str, whole: Array, *, rate: float) -> Stage:
    """Return the stage that leaves units out: the mask of that number on ``whole``."""
    mask, outputs = mask_of(done), done.a
    assert mask is not None
    name, product, given = done.name, f"D{number}", entry(source)
    heard = done.kept.get("heard")
    quiet_rows = () if heard is None else np.flatnonzero(heard[:, 0] == 0)

    def arithmetic(row: int, column: int) -> Lines:
        kept = float(mask[row, column])
        why = f"Kept: 1 / (1 − {figure(rate)})." if kept else "Left out in this step."
        if row in quiet_rows:
            why = "This neuron is silenced: it hands on 0."
        return (
            f"d{sub(row)} = {given}{sub(row)}·m{sub(row)}",
            f"= {factor(whole[row, column])}·{figure(kept)} = {figure(outputs[row, column])}",
            why,
        )

    words = []
    if rate:
        words.append(
            f"Dropout leaves out {figure(100 * rate)} % of the outputs at random, by the very draw "
            f"that the step will make, and scales the rest by 1 / (1 − {figure(rate)})."
        )
    if len(quiet_rows):
        words.append("What a silenced neuron hands on is 0.")
    what = " and ".join(["dropout"] * bool(rate) + ["silenced neurons"] * bool(len(quiet_rows)))
    out = int((mask == 0).sum())
    left_out = f"{counted(mask.size, 'output')} {'is' if out == 1 else 'are'} left out"
    return computing(
        "forward",
        name,
        what,
        f"{product} = {source} ∘ M{number}",
        f"{shape(whole)} ∘ {shape(mask)} → {shape(outputs)}",
        " ".join(words),
        f"{grouped(out)} of {left_out}.",
        (
            Matrix(source, "outputs before", whole, NEURON, EXAMPLE, name),
            Matrix(f"M{number}", "mask", mask, NEURON, EXAMPLE, name),
            Matrix(product, "outputs", outputs, NEURON, EXAMPLE, name),
        ),
        arithmetic,
    )


def behind_mask(done: LayerRecord, number: int, source: str) -> tuple[Stage, Array]:
    """Return the stage that takes the error back through a mask, and what gets through."""
    grad, mask = done.grad_a, mask_of(done)
    assert grad is not None
    assert mask is not None
    name = done.name
    through = np.where(mask == 0, 0, grad * mask)

    def arithmetic(row: int, column: int) -> Lines:
        return (
            f"∂L/∂{entry(source)}{sub(row)} = ∂L/∂d{sub(row)}·m{sub(row)}",
            f"= {factor(grad[row, column])}·{figure(mask[row, column])}",
            f"= {figure(through[row, column])}",
        )

    stage = computing(
        "backward",
        name,
        "back through the mask",
        f"d{source} = dD{number} ∘ M{number}",
        f"{shape(grad)} ∘ {shape(mask)} → {shape(through)}",
        "What was left out had no part in the answers, so no error reaches it.",
        f"{grouped(int((through == 0).sum()))} of {counted(through.size, 'slope')} are 0.",
        (
            Matrix(f"dD{number}", "∂L/∂outputs", grad, NEURON, EXAMPLE, name),
            Matrix(f"M{number}", "mask", mask, NEURON, EXAMPLE, name),
            Matrix(f"d{source}", "∂L/∂ what was masked", through, NEURON, EXAMPLE, name),
        ),
        arithmetic,
    )
    return stage, through


def through_activation(done: LayerRecord, k: int, activation: Activation, grad: Array) -> Stage:
    """Return the stage that takes ∂L/∂a of layer number k back to ∂L/∂z."""
    assert done.z is not None
    assert done.grad_z is not None
    name, z, a, grad_z = done.name, done.z, done.kept["a"], done.grad_z
    derivative = activation.derivative(z.copy())

    def arithmetic(row: int, column: int) -> Lines:
        left = f"∂L/∂z{sub(row)}"
        if not activation.elementwise:
            mean = figure((a[:, column] * grad[:, column]).sum())
            return (
                f"{left} = a{sub(row)}·(∂L/∂a{sub(row)} − Σⱼ aⱼ·∂L/∂aⱼ)",
                f"= {factor(a[row, column])}·({figure(grad[row, column])} − ({mean}))",
                f"= {figure(grad_z[row, column])}",
            )
        return (
            f"{left} = ∂L/∂a{sub(row)}·f′(z{sub(row)})",
            f"f′({figure(z[row, column])}) = {figure(derivative[row, column])}",
            f"= {factor(grad[row, column])}·{factor(derivative[row, column])}",
            f"= {figure(grad_z[row, column])}",
        )

    if activation.elementwise:
        formula = f"dZ{k} = dA{k} ∘ f′(Z{k})"
        middle = Matrix(f"f′(Z{k})", "slope of the curve", derivative, NEURON, EXAMPLE, name)
        shapes = f"{shape(grad)} ∘ {shape(derivative)} → {shape(grad_z)}"
    else:
        formula = f"dZ{k} = A{k} ∘ (dA{k} − Σⱼ aⱼ·∂L/∂aⱼ)"
        middle = Matrix(f"A{k}", "activations", a, NEURON, EXAMPLE, name)
        shapes = f"{shape(a)} ∘ {shape(grad)} → {shape(grad_z)}"
    return computing(
        "backward",
        name,
        f"back through {activation.title}",
        formula,
        shapes,
        f"{activation.derivative_formula.split(';')[0]}{parameters_of(activation)}. "
        "Where the curve is flat, no error gets through.",
        extent(grad_z, "slope", zeros=True),
        (
            Matrix(f"dA{k}", "∂L/∂a", grad, NEURON, EXAMPLE, name),
            middle,
            Matrix(f"dZ{k}", "∂L/∂z", grad_z, NEURON, EXAMPLE, name),
        ),
        arithmetic,
    )
