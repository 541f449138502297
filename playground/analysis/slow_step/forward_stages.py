"""The stages of the forward pass: from the batch's inputs to the network's answers."""

from __future__ import annotations

import dataclasses
from functools import partial

import numpy as np

from playground.analysis.slow_step.passing import Passed
from playground.analysis.slow_step.stage import (
    EXAMPLE,
    INPUT,
    NEURON,
    ONE,
    STATISTIC,
    Lines,
    Matrix,
    Stage,
)
from playground.analysis.slow_step.writing import (
    counted,
    factor,
    figure,
    layer_words,
    shape,
    span,
    sub,
    sum_of_products,
)
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
from playground.nn.layers import BatchNorm, Dense, Flatten
from playground.nn.unit_list import units_in


def forward_stages(passed: list[Passed]) -> list[Stage]:
    """Return the stages of every layer, from the first to the last."""
    stages: list[Stage] = []
    before = INPUT
    for done in passed:
        settings = done.layer.settings
        if isinstance(settings, Dense):
            stages += [_sums(done, before), _activations(done, settings.activation)]
            if done.mask is not None:
                stages.append(_masked(done, settings.dropout, settings.silenced))
        elif isinstance(settings, BatchNorm):
            stages += _normalization(done, settings)
        elif done.mask is not None:
            stages.append(_masked(done, settings.rate, ""))  # type: ignore[attr-defined]
        else:
            stages.append(_handed_on(done))
        before = done.layer.name
    return stages


def small(symbol: str) -> str:
    """Return what one number of an array is called: ``a`` of ``A1``, ``x`` of ``X``."""
    return symbol.rstrip("0123456789").lower()


def _sums(done: Passed, before: str) -> Stage:
    assert done.z is not None
    name, k, source = done.layer.name, done.number, done.source
    views = done.layer.views()
    weights, biases = views["weights"].copy(), views["biases"][:, np.newaxis].copy()
    inputs = done.inputs

    def arithmetic(row: int, column: int) -> Lines:
        return sum_of_products(
            f"z{sub(row)}",
            weights[row],
            inputs[:, column],
            lambda i: (f"w{sub(row, i)}", f"{small(source)}{sub(i)}"),
            plus=(f"b{sub(row)}", float(biases[row, 0])),
            terms="inputs",
        )

    return Stage(
        "forward",
        name,
        f"Z{k}",
        f"{layer_words(name)}: weighted sums",
        f"Z{k} = W{k}·{source} + b{k}",
        f"{shape(weights)}·{shape(inputs)} + {shape(biases)} → {shape(done.z)}",
        "Each neuron multiplies every input by its weight, adds the products up and adds its bias. "
        "A column is an example: all of them go through at once. With a row of ones below the "
        "inputs the bias is one more weight, and the layer a single product, "
        f"[W{k} b{k}]·[{source}; 1].",
        f"{counted(done.z.size, 'sum')}, {span(done.z)}.",
        (
            Matrix(f"W{k}", f"weights of {layer_words(name)}", weights, NEURON, INPUT, name),
            Matrix(source, "inputs of the layer", inputs, INPUT, EXAMPLE, before),
            Matrix(f"b{k}", f"biases of {layer_words(name)}", biases, NEURON, ONE, name),
            Matrix(f"Z{k}", "weighted sums", done.z, NEURON, EXAMPLE, name),
        ),
        3,
        arithmetic,
    )


def _activations(done: Passed, activation: Activation) -> Stage:
    assert done.z is not None
    assert done.a is not None
    name, k = done.layer.name, done.number
    formula = activation.formula.replace("f(z)", f"{activation.title}(z)", 1)
    off = int((done.a == 0).sum())
    event = f"{counted(done.a.size, 'activation')}, {span(done.a)}"
    event += f"; {off:,} of them are 0.".replace(",", " ") if off else "."
    return Stage(
        "forward",
        name,
        f"A{k}",
        f"{layer_words(name)}: activations",
        f"A{k} = {activation.title}(Z{k})",
        f"{shape(done.z)} → {shape(done.a)}",
        f"{formula}{parameters_of(activation)}. "
        + (
            "Every sum goes through the same curve by itself."
            if activation.elementwise
            else "The sums of one example compete: each column adds up to 1."
        ),
        event,
        (
            Matrix(f"Z{k}", "weighted sums", done.z, NEURON, EXAMPLE, name),
            Matrix(f"A{k}", "activations", done.a, NEURON, EXAMPLE, name),
        ),
        1,
        partial(_written_activation, activation, done.z, done.a),
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


def _masked(done: Passed, rate: float, silenced: str) -> Stage:
    assert done.mask is not None
    name, number, mask = done.layer.name, done.mask_number, done.mask
    whole = done.a if done.a is not None else done.inputs
    source = f"A{done.number}" if done.a is not None else done.source
    product, outputs = done.product, done.outputs
    quiet_rows = units_in(silenced, len(mask)) if silenced else np.empty(0, np.intp)

    def arithmetic(row: int, column: int) -> Lines:
        kept = float(mask[row, column])
        given = f"{small(source)}{sub(row)}"
        lines = (
            f"d{sub(row)} = {given}·m{sub(row)}",
            f"= {factor(whole[row, column])}·{figure(kept)} = {figure(outputs[row, column])}",
        )
        if row in quiet_rows:
            return (*lines, "This neuron is silenced: it hands on 0.")
        return (
            *lines,
            "Left out in this step." if not kept else f"Kept: 1 / (1 − {figure(rate)}).",
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
    return Stage(
        "forward",
        name,
        product,
        f"{layer_words(name)}: {what}",
        f"{product} = {source} ∘ M{number}",
        f"{shape(whole)} ∘ {shape(mask)} → {shape(outputs)}",
        " ".join(words),
        f"{out:,} of ".replace(",", " ")
        + f"{counted(mask.size, 'output')} {'is' if out == 1 else 'are'} left out.",
        (
            Matrix(source, "outputs before", whole, NEURON, EXAMPLE, name),
            Matrix(f"M{number}", "mask", mask, NEURON, EXAMPLE, name),
            Matrix(product, "outputs", outputs, NEURON, EXAMPLE, name),
        ),
        2,
        arithmetic,
    )


def _normalization(done: Passed, settings: BatchNorm) -> list[Stage]:
    assert done.normalized is not None
    assert done.mean is not None
    assert done.variance is not None
    name, n, source = done.layer.name, done.number, done.source
    inputs, hat, mean, variance = done.inputs, done.normalized, done.mean, done.variance
    views = done.layer.views()
    scale, shift = views["scale"][:, np.newaxis].copy(), views["shift"][:, np.newaxis].copy()
    words = layer_words(name)

    def normalize(row: int, column: int) -> Lines:
        given = f"{small(source)}{sub(row)}"
        return (
            f"X̂{sub(row)} = ({given} − μ{sub(row)}) / √(σ{sub(row)}² + ε)",
            f"= ({figure(inputs[row, column])} − {factor(mean[row, 0])}) / "
            f"√({figure(variance[row, 0])} + {figure(settings.epsilon)})",
            f"= {figure(hat[row, column])}",
        )

    def stretch(row: int, column: int) -> Lines:
        return sum_of_products(
            f"n{sub(row)}",
            scale[row],
            hat[row, column : column + 1],
            lambda _: (f"γ{sub(row)}", f"X̂{sub(row)}"),
            plus=(f"β{sub(row)}", float(shift[row, 0])),
        )

    of = "the batch's own" if done.by_batch else "the running"
    explanation = (
        "Every feature is brought to mean 0 and variance 1 over the examples of this batch."
        if done.by_batch
        else "A batch of one has no variance, so the running mean and variance normalize it."
    )
    stages = [
        Stage(
            "forward",
            name,
            f"X̂{n}",
            f"{words}: normalized",
            f"X̂{n} = ({source} − μ{n}) / √(σ{n}² + ε)",
            f"({shape(inputs)} − {shape(mean)}) / {shape(variance)} → {shape(hat)}",
            explanation,
            f"{counted(hat.size, 'number')}, {span(hat)}.",
            (
                Matrix(source, "inputs of the layer", inputs, NEURON, EXAMPLE, name),
                Matrix(f"μ{n}", f"{of} mean", mean, NEURON, ONE, name),
                Matrix(f"σ{n}²", f"{of} variance", variance, NEURON, ONE, name),
                Matrix(f"X̂{n}", "normalized", hat, NEURON, EXAMPLE, name),
            ),
            3,
            normalize,
        ),
        Stage(
            "forward",
            name,
            f"N{n}",
            f"{words}: scaled and shifted",
            f"N{n} = γ{n} ∘ X̂{n} + β{n}",
            f"{shape(scale)} ∘ {shape(hat)} + {shape(shift)} → {shape(done.outputs)}",
            "Scale and shift are learned, so that the network may choose another mean and spread.",
            f"{counted(done.outputs.size, 'output')}, {span(done.outputs)}.",
            (
                Matrix(f"γ{n}", f"scale of {words}", scale, NEURON, ONE, name),
                Matrix(f"X̂{n}", "normalized", hat, NEURON, EXAMPLE, name),
                Matrix(f"β{n}", f"shift of {words}", shift, NEURON, ONE, name),
                Matrix(f"N{n}", "outputs", done.outputs, NEURON, EXAMPLE, name),
            ),
            3,
            stretch,
        ),
    ]
    return [*stages, _running(done, settings)] if done.by_batch else stages


def _running(done: Passed, settings: BatchNorm) -> Stage:
    """Return the stage that keeps the batch's statistics for prediction."""
    assert done.mean is not None
    assert done.variance is not None
    name, n, keep = done.layer.name, done.number, settings.momentum
    views = done.layer.views()
    former = np.stack([views["running_mean"], views["running_variance"]], axis=1)
    batch = np.hstack([done.mean, done.variance])
    now = keep * former + (1 - keep) * batch

    def arithmetic(row: int, column: int) -> Lines:
        letter = (f"μ{sub(row)}", f"σ{sub(row)}²")[column]
        return (
            f"running {letter} ← {figure(keep)}·{factor(former[row, column])} + "
            f"{figure(1 - keep)}·{factor(batch[row, column])}",
            f"= {figure(now[row, column])}",
        )

    return Stage(
        "forward",
        name,
        f"μ{n}, σ{n}²",
        f"{layer_words(name)}: running statistics",
        f"running ← {figure(keep)}·running + {figure(1 - keep)}·batch",
        f"{shape(former)} → {shape(now)}",
        "Prediction has no batch, so a running mean and variance are kept for it. Training only "
        "writes them.",
        "The running statistics have moved towards this batch's.",
        (
            Matrix("before", "running mean, variance", former, NEURON, STATISTIC, name),
            Matrix(f"μ{n}, σ{n}²", "of the batch", batch, NEURON, STATISTIC, name),
            Matrix("after", "running mean, variance", now, NEURON, STATISTIC, name),
        ),
        2,
        arithmetic,
    )


def _handed_on(done: Passed) -> Stage:
    layer, source = done.layer, done.source
    flat = isinstance(layer.settings, Flatten)
    return Stage(
        "forward",
        layer.name,
        source,
        f"{layer_words(layer.name)}: handed on",
        f"{source} stays {source}",
        f"{layer.input_shape} → {layer.output_shape}" if flat else shape(done.inputs),
        "In the arithmetic every example is one column already, so nothing has to be computed."
        if flat
        else "Nothing is left out, so the outputs are the inputs.",
        "Nothing has changed.",
        (Matrix(source, "handed on", done.inputs, NEURON, EXAMPLE, layer.name),),
    )
