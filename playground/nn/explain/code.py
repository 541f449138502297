"""The code in formulas: sums, or mean, spread and sample, and what pulls them."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple, Protocol

import numpy as np

from playground.nn.arrays import Array
from playground.nn.explain.activation import Bending, behind_mask, mask_of, mask_stage
from playground.nn.explain.dense import (
    back_to_inputs,
    slopes_of_biases,
    slopes_of_weights,
    sums_stage,
)
from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.stage import EXAMPLE, INPUT, NEURON, ONE, Matrix, Stage, computing
from playground.nn.explain.writing import Lines, entry, extent, factor, figure, shape, sub
from playground.nn.record import LayerRecord


class Coding(Bending, Protocol):
    """The settings of a code."""

    @property
    def pull(self) -> float:
        """How much its own term counts."""


def explain_code(settings: Coding, done: LayerRecord, symbols: Symbols) -> Explanation:
    """Return a code's step: Z = W·X + b, or a sample around it, its own term, and the way back."""
    assert done.z is not None
    k, source, kept = symbols.number("A"), symbols.of(done.source), done.kept
    words, sampled, pull = symbols.names.words, "noise" in kept, settings.pull

    def row(symbol: str, title: str, values: Array) -> Matrix:
        return Matrix(f"{symbol}{k}", title, values, NEURON, EXAMPLE, done.name)

    given = Matrix(source, "inputs of the layer", done.inputs, INPUT, EXAMPLE, done.source)
    z = row("Z", "samples" if sampled else "codes", done.z)
    mean = row("μ", "means", kept["mean"]) if sampled else z
    sums = [_Sums("", "W", "b", mean)]
    if sampled:
        logs = row("Λ", "λ = ln σ²", kept["log_variance"])
        spread = row("σ", "spreads", kept["spread"])
        noise = replace(row("E", "ε, drawn", kept["noise"]), symbol=f"E{symbols.number('E')}")
        sums.append(_Sums("spread_", "V", "c", logs))
    forward = [_summed(each, done, k, given, words(done.name)) for each in sums]
    if sampled:
        forward += [_spread_stage(logs, spread), _sample_stage(mean, spread, noise, z)]
    # A code that is pulled is handed on under another name, as the error is another there.
    product = f"C{k}" if pull and not sampled else z.symbol
    whole, grad_z, backward = product, done.grad_z, []
    if mask_of(done) is not None:
        number = symbols.number("M")
        product = f"D{number}"
        forward.append(mask_stage(done, number, whole, done.z, rate=0.0))
        if done.grad_a is not None:
            backward.append(behind_mask(done, number, whole)[0])
    if "grad_mean" in kept and pull:
        terms = (mean, logs, spread) if sampled else (z,)
        forward.append(_term_stage(terms, pull, k, whole))
    if grad_z is not None:
        slopes = row(f"d{whole[0]}", "∂L/∂ what is handed on", grad_z)
        grads = [slopes]
        if "grad_mean" in kept:
            title = f"∂L/∂{'μ' if sampled else 'z'}"
            grads = [row(f"d{mean.symbol[0]}", title, kept["grad_mean"])]
            backward.append(_pulled_mean(slopes, mean, pull, grads[0]))
        if sampled:
            grads.append(row("dΛ", "∂L/∂λ", kept["grad_log_variance"]))
            backward.append(_pulled_spread(slopes, spread, noise, pull, grads[1]))
        for each, grad in zip(sums, grads, strict=True):
            weights, biases = (done.gradients[f"{each.tensor}{name}"] for name in _TENSORS)
            backward.append(slopes_of_weights(grad, given, f"d{each.weights}{k}", weights))
            backward.append(slopes_of_biases(grad, f"d{each.biases}{k}", biases))
        if done.grad_inputs is not None:
            back = Matrix(f"d{source}", "∂L/∂inputs", done.grad_inputs, INPUT, EXAMPLE, done.source)
            ways = [
                (_weights(each, done, k, words(done.name)), grad)
                for each, grad in zip(sums, grads, strict=True)
            ]
            backward.append(back_to_inputs(tuple(ways), back, words(done.source), done.grad_inputs))
    names = {
        f"{each.tensor}{name}": f"{letter}{k}"
        for each in sums
        for name, letter in zip(_TENSORS, (each.weights, each.biases), strict=True)
    }
    return Explanation(product, tuple(forward), tuple(backward), names)


_TENSORS = "weights", "biases"


class _Sums(NamedTuple):
    """One kind of sums that a code makes: the beginning of its tensors' names, their letters."""

    tensor: str
    weights: str
    biases: str
    made: Matrix


def _weights(sums: _Sums, done: LayerRecord, k: int, words: str) -> Matrix:
    values = done.tensors[f"{sums.tensor}weights"]
    return Matrix(f"{sums.weights}{k}", f"weights of {words}", values, NEURON, INPUT, done.name)


def _summed(sums: _Sums, done: LayerRecord, k: int, given: Matrix, words: str) -> Stage:
    values = done.tensors[f"{sums.tensor}biases"][:, np.newaxis]
    biases = Matrix(f"{sums.biases}{k}", f"biases of {words}", values, NEURON, ONE, done.name)
    return sums_stage(_weights(sums, done, k, words), given, biases, sums.made, sums.made.values)


def _spread_stage(logs: Matrix, spread: Matrix) -> Stage:
    def arithmetic(row: int, column: int) -> Lines:
        at, value = sub(row), logs.values[row, column]
        return (
            f"σ{at} = e^(λ{at} / 2)",
            f"= e^({figure(value)} / 2) = {figure(spread.values[row, column])}",
        )

    return computing(
        "forward",
        spread.layer,
        spread.title,
        f"{spread.symbol} = e^({logs.symbol} / 2)",
        f"{shape(logs.values)} → {shape(spread.values)}",
        "What the second weights make is λ = ln σ²: any number will do, and the spread σ comes out "
        "above 0.",
        extent(spread.values, "spread"),
        (logs, spread),
        arithmetic,
    )


def _sample_stage(mean: Matrix, spread: Matrix, noise: Matrix, z: Matrix) -> Stage:
    def arithmetic(row: int, column: int) -> Lines:
        at = sub(row)
        centre, width, drawn, made = (each.values[row, column] for each in (mean, spread, noise, z))
        return (
            f"z{at} = μ{at} + σ{at}·ε{at}",
            f"= {figure(centre)} + {factor(width)}·{factor(drawn)} = {figure(made)}",
        )

    return computing(
        "forward",
        z.layer,
        "samples",
        f"{z.symbol} = {mean.symbol} + {spread.symbol} ∘ {noise.symbol}",
        f"{shape(mean.values)} + {shape(spread.values)} ∘ {shape(noise.values)} → "
        f"{shape(z.values)}",
        "Training hands on a sample around each mean: ε is drawn from N(0, 1), by the very draw "
        "that the step will make. Drawn apart, it leaves z with slopes by μ and by σ. A prediction "
        "hands on the mean.",
        extent(z.values, "sample"),
        (mean, spread, noise, z),
        arithmetic,
    )


def _term_stage(terms: tuple[Matrix, ...], pull: float, k: int, product: str) -> Stage:
    """Return the stage of the layer's own term for each example, (1, examples)."""
    first = terms[0].values
    if len(terms) == 1:
        each = first**2
        symbol, title, formula = f"P{k}", "pull to 0", "½ Σ z²"
        words = f"The code is handed on as it is, {product} = {terms[0].symbol}."
        written: tuple[str, ...] = ("z",)
    else:
        logs, spread = terms[1].values, terms[2].values
        each = first**2 + spread**2 - 1 - logs
        symbol, title = f"KL{k}", "Kullback–Leibler divergence"
        formula = "½ Σ (μ² + σ² − 1 − λ)"
        words = (
            "How far the distribution N(μ, σ²) of each number is from N(0, 1), in nats, added up "
            "over the numbers: 0 where μ = 0 and σ = 1."
        )
        written = ("μ", "σ", "λ")
    values = 0.5 * pull * each.sum(axis=0, keepdims=True)
    total = figure(values.mean())
    times = "" if pull == 1 else f"{figure(pull)}·"
    counts = "" if pull == 1 else f" The pull counts it {figure(pull)} times."

    def arithmetic(row: int, column: int) -> Lines:
        lines = [f"{symbol} = {times}{formula}"]
        for unit, value in enumerate(each[:, column]):
            numbers = ", ".join(
                f"{letter}{sub(unit)} = {figure(matrix.values[unit, column])}"
                for letter, matrix in zip(written, (terms[0], *terms[:0:-1]), strict=True)
            )
            lines.append(f"{numbers}: {figure(0.5 * value)}")
        return (*lines, f"= {times}{factor(0.5 * each[:, column].sum())} = "
                f"{figure(values[0, column])}")  # fmt: skip

    return computing(
        "forward",
        terms[0].layer,
        title,
        f"{symbol} = {times}{formula}",
        f"{shape(first)} → {shape(values)}",
        f"{words}{counts} Training descends on its mean over the examples as well; the loss that "
        "is told does not count it.",
        f"The mean is {total}.",
        (*terms, Matrix(symbol, f"{title}, of each example", values, ONE, EXAMPLE)),
        arithmetic,
    )


def _pulled_mean(slopes: Matrix, mean: Matrix, pull: float, made: Matrix) -> Stage:
    letter, back = entry(mean.symbol), entry(slopes.symbol)

    def arithmetic(row: int, column: int) -> Lines:
        at = sub(row)
        numbers = (each.values[row, column] for each in (slopes, mean, made))
        before, value, result = map(figure, numbers)
        return (
            f"{entry(made.symbol)}{at} = {back}{at} + {figure(pull)}·{letter}{at}",
            f"= {before} + {figure(pull)}·({value}) = {result}",
        )

    return computing(
        "backward",
        made.layer,
        "with the pull",
        f"{made.symbol} = {slopes.symbol} + {figure(pull)}·{mean.symbol}",
        f"{shape(slopes.values)} + {shape(mean.values)} → {shape(made.values)}",
        f"The layer's own term has the slope {figure(pull)}·{letter}, which joins the error that "
        "comes back.",
        extent(made.values, "slope"),
        (slopes, mean, made),
        arithmetic,
    )


def _pulled_spread(
    slopes: Matrix, spread: Matrix, noise: Matrix, pull: float, made: Matrix
) -> Stage:
    def arithmetic(row: int, column: int) -> Lines:
        at = sub(row)
        numbers = (each.values[row, column] for each in (slopes, noise, spread, made))
        error, drawn, width, result = numbers
        return (
            f"∂L/∂λ{at} = ½·(∂L/∂z{at}·ε{at}·σ{at} + {figure(pull)}·(σ{at}² − 1))",
            f"= ½·({factor(error)}·{factor(drawn)}·{factor(width)}"
            f" + {figure(pull)}·({figure(width)}² − 1))",
            f"= {figure(result)}",
        )

    return computing(
        "backward",
        made.layer,
        "back to the spread",
        f"{made.symbol} = ½·({slopes.symbol} ∘ {noise.symbol} ∘ {spread.symbol}"
        f" + {figure(pull)}·({spread.symbol}² − 1))",
        f"{shape(slopes.values)} ∘ {shape(noise.values)} ∘ {shape(spread.values)} → "
        f"{shape(made.values)}",
        "z = μ + σ·ε changes with σ by ε, and σ = e^(λ/2) with λ by σ/2; the term's own slope by λ "
        "is half of σ² − 1.",
        extent(made.values, "slope"),
        (slopes, noise, spread, made),
        arithmetic,
    )
