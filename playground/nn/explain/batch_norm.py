"""Batch normalization in formulas, and the chain rule through it (Ioffe and Szegedy 2015)."""

from __future__ import annotations

import numpy as np

from playground.nn.arrays import Array
from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.stage import (
    EXAMPLE,
    NEURON,
    ONE,
    STATISTIC,
    Matrix,
    Stage,
    bias_slopes,
    computing,
    places_of,
    terms_of,
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
    sum_of_products,
)
from playground.nn.record import LayerRecord


def explain_batch_norm(
    momentum: float, epsilon: float, done: LayerRecord, symbols: Symbols
) -> Explanation:
    """Return a step of batch normalization: normalized, scaled and shifted, and back.

    What is normalized as one is a feature, or a map with all of its places.
    """
    n, source, name = symbols.number("N"), symbols.of(done.source), done.name
    of, unit = done.output_shape, units_of(done.output_shape)
    normalized = done.kept["normalized"]
    hat = Matrix(f"X̂{n}", "normalized", normalized, NEURON, EXAMPLE, name, of)
    forward = [
        _normalized(done, n, source, hat, epsilon),
        _stretched(done, n, hat, symbols.names.words(name)),
    ]
    if by_batch(done):
        forward.append(_running(done, n, momentum))
    backward: list[Stage] = []
    if done.grad_a is not None:
        grad = Matrix(f"dN{n}", "∂L/∂outputs", done.grad_a, NEURON, EXAMPLE, name, of)
        shift = done.gradients["shift"][:, np.newaxis]
        explanation = "A shift is added to every example alike, so its slope is the mean of theirs."
        if places := places_of(of):
            explanation = (
                f"A shift is added at every {places} of its {unit}, so its slope is the sum of "
                "theirs, averaged over the examples."
            )
        backward = [
            _scale(done, n, grad, hat),
            bias_slopes(
                "slopes of the shifts",
                explanation,
                grad,
                Matrix(f"dβ{n}", "∂L/∂shift", shift, unit, ONE, name),
            ),
        ]
        if done.grad_inputs is not None:
            backward.append(_inputs(done, n, source, grad, hat, done.grad_inputs, epsilon))
    names = {"scale": f"γ{n}", "shift": f"β{n}"}
    return Explanation(f"N{n}", tuple(forward), tuple(backward), names)


def by_batch(done: LayerRecord) -> bool:
    """Return whether the batch's own mean and variance normalized it."""
    return "running_mean" in done.kept


def _ended(done: LayerRecord, row: int, column: int) -> bool:
    """Return whether the example is a sequence that ended before the step of a row."""
    there = done.kept.get("there")
    return there is not None and not there[row % done.positions, column]


def _normalized(done: LayerRecord, n: int, source: str, hat: Matrix, epsilon: float) -> Stage:
    name, inputs, of, unit = done.name, done.inputs, hat.shape, units_of(hat.shape)
    mean, variance = done.kept["mean"], done.kept["variance"]

    def arithmetic(row: int, column: int) -> Lines:
        at, mine = place(row, of), row // done.positions
        if _ended(done, row, column):
            return (f"X̂{at} = 0: the example ends before this step, which is not counted.",)
        return (
            f"X̂{at} = ({entry(source)}{at} − μ{sub(mine)}) / √(σ{sub(mine)}² + ε)",
            f"= ({figure(inputs[row, column])} − {factor(mean[mine, 0])}) / "
            f"√({figure(variance[mine, 0])} + {figure(epsilon)})",
            f"= {figure(hat.values[row, column])}",
        )

    if by_batch(done):
        whose = "the batch's own"
        what, over = unit, f"all its {places_of(of)}s in "
        if not places_of(of):
            what, over = "feature", ""
        explanation = (
            f"Every {what} is brought to mean 0 and variance 1 over {over}the examples of this "
            "batch."
        )
    else:
        alone = {2: "tells of one sequence only", 3: "tells of one picture only"}
        what = alone.get(len(of), "has no variance")
        whose = "the running"
        explanation = f"A batch of one {what}, so the running mean and variance normalize it."
    return computing(
        "forward",
        name,
        "normalized",
        f"X̂{n} = ({source} − μ{n}) / √(σ{n}² + ε)",
        f"({shape(inputs, of)} − {shape(mean)}) / {shape(variance)} → {shape(hat.values, of)}",
        explanation,
        extent(done.there(hat.values), "number"),
        (
            Matrix(source, "inputs of the layer", inputs, NEURON, EXAMPLE, name, of),
            Matrix(f"μ{n}", f"{whose} mean", mean, unit, ONE, name),
            Matrix(f"σ{n}²", f"{whose} variance", variance, unit, ONE, name),
            hat,
        ),
        arithmetic,
    )


def _stretched(done: LayerRecord, n: int, hat: Matrix, words: str) -> Stage:
    name, outputs, of, unit = done.name, done.a, hat.shape, units_of(hat.shape)
    scale, shift = (done.tensors[key][:, np.newaxis] for key in ("scale", "shift"))

    def arithmetic(row: int, column: int) -> Lines:
        at, mine = place(row, of), row // done.positions
        return sum_of_products(
            f"n{at}",
            scale[mine],
            hat.values[row, column : column + 1],
            lambda _: (f"γ{sub(mine)}", f"X̂{at}"),
            plus=(f"β{sub(mine)}", float(shift[mine, 0])),
        )

    return computing(
        "forward",
        name,
        "scaled and shifted",
        f"N{n} = γ{n} ∘ X̂{n} + β{n}",
        f"{shape(scale)} ∘ {shape(hat.values, of)} + {shape(shift)} → {shape(outputs, of)}",
        "Scale and shift are learned, so that the network may choose another mean and spread.",
        extent(done.there(outputs), "output"),
        (
            Matrix(f"γ{n}", f"scale of {words}", scale, unit, ONE, name),
            hat,
            Matrix(f"β{n}", f"shift of {words}", shift, unit, ONE, name),
            Matrix(f"N{n}", "outputs", outputs, NEURON, EXAMPLE, name, of),
        ),
        arithmetic,
    )


def _running(done: LayerRecord, n: int, keep: float) -> Stage:
    """Return the stage that keeps the batch's statistics for prediction."""
    name, unit = done.name, units_of(done.output_shape)
    former, now = (
        np.stack([at["running_mean"].ravel(), at["running_variance"].ravel()], axis=1)
        for at in (done.tensors, done.kept)
    )
    batch = np.hstack([done.kept["mean"], done.kept["variance"]])

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
        "running statistics",
        f"running ← {figure(keep)}·running + {figure(1 - keep)}·batch",
        f"{shape(former)} → {shape(now)}",
        "Prediction has no batch, so a running mean and variance are kept for it. Training only "
        "writes them.",
        "The running statistics have moved towards this batch's.",
        (
            Matrix("before", "running mean, variance", former, unit, STATISTIC, name),
            Matrix(f"μ{n}, σ{n}²", "of the batch", batch, unit, STATISTIC, name),
            Matrix("after", "running mean, variance", now, unit, STATISTIC, name),
        ),
        arithmetic,
    )


def _scale(done: LayerRecord, n: int, grad: Matrix, hat: Matrix) -> Stage:
    slopes, batch = done.gradients["scale"][:, np.newaxis], grad.values.shape[1]
    places, unit, what = done.positions, units_of(grad.shape), places_of(grad.shape)

    def arithmetic(row: int, column: int) -> Lines:
        mine = slice(row * places, (row + 1) * places)

        def names(term: int) -> tuple[str, str]:
            at, example = divmod(term, batch)
            of = place(row * places + at, grad.shape)
            return f"∂L/∂n{of}[{example + 1}]", f"X̂{of}[{example + 1}]"

        return sum_of_products(
            f"∂L/∂γ{sub(row)}",
            grad.values[mine].ravel(),
            hat.values[mine].ravel(),
            names,
            divisor=batch,
            terms=terms_of(grad),
        )

    return computing(
        "backward",
        done.name,
        "slopes of the scales",
        f"dγ{n} = Σ dN{n} ∘ X̂{n}" + (" / m" if batch > 1 else ""),
        f"{shape(grad.values, grad.shape)} ∘ {shape(hat.values, hat.shape)} → {shape(slopes)}",
        "A scale multiplies the normalized number, so that number is its slope's other factor."
        + (f" All {what}s of a {unit} share the scale, so they add up." if what else ""),
        extent(slopes, "slope"),
        (grad, hat, Matrix(f"dγ{n}", "∂L/∂scale", slopes, unit, ONE, done.name)),
        arithmetic,
    )


def _inputs(
    done: LayerRecord,
    n: int,
    source: str,
    grad: Matrix,
    hat: Matrix,
    back: Array,
    epsilon: float,
) -> Stage:
    name, of, ratio = done.name, grad.shape, f"γ{n}/√(σ{n}² + ε)"
    unit, what = units_of(of), places_of(of)
    there = done.kept.get("there")
    each = str(done.positions) if there is None else figure(there.sum() / there.shape[1])
    share = f"/{each}" if done.positions > 1 else ""
    scale_slope, shift_slope = (done.gradients[key][:, np.newaxis] for key in ("scale", "shift"))
    inverse = done.tensors["scale"][:, np.newaxis] / np.sqrt(done.kept["variance"] + epsilon)
    formula = f"d{source} = {ratio} ∘ dN{n}"
    explanation = "The running statistics do not depend on this example: only the factor remains."
    if by_batch(done):
        formula = f"d{source} = {ratio} ∘ (dN{n} − dβ{n}{share} − X̂{n} ∘ dγ{n}{share})"
        explanation = (
            f"Mean and variance depend on every {what} of the {unit} in every example, so the "
            f"means dβ{share} and dγ{share} are taken off again: a {unit} has {each} "
            f"{what}s{' in the mean' * (there is not None)}."
            if share
            else "Mean and variance depend on every example of the batch, so the means dβ and dγ "
            "are taken off again."
        )

    def arithmetic(row: int, column: int) -> Lines:
        at, mine = place(row, of), row // done.positions
        if _ended(done, row, column):
            return (f"∂L/∂{entry(source)}{at} = 0: the example ends before this step.",)
        slope, multiple = f"∂L/∂n{at}", factor(grad.values[row, column])
        if by_batch(done):
            slope = f"({slope} − dβ{sub(mine)}{share} − X̂{at}·dγ{sub(mine)}{share})"
            multiple = (
                f"({figure(grad.values[row, column])} − {factor(shift_slope[mine, 0])}{share} − "
                f"{factor(hat.values[row, column])}·{factor(scale_slope[mine, 0])}{share})"
            )
        return (
            f"∂L/∂{entry(source)}{at} = γ{sub(mine)}/√(σ{sub(mine)}² + ε)·{slope}",
            f"= {factor(inverse[mine, 0])}·{multiple}",
            f"= {figure(back[row, column])}",
        )

    return computing(
        "backward",
        name,
        "back through the normalization",
        formula,
        f"{shape(inverse)} ∘ {shape(grad.values, of)} → {shape(back, of)}",
        explanation,
        extent(done.there(back), "slope"),
        (
            grad,
            Matrix(ratio, "factor of the layer", inverse, unit, ONE, name),
            hat,
            Matrix(f"d{source}", "∂L/∂inputs", back, NEURON, EXAMPLE, name, of),
        ),
        arithmetic,
    )
