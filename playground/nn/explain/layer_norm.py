"""Layer normalization in formulas, and the chain rule through it (Ba, Kiros and Hinton 2016)."""

from __future__ import annotations

import numpy as np

from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.stage import (
    EXAMPLE,
    NEURON,
    ONE,
    Matrix,
    Origin,
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


def explain_layer_norm(epsilon: float, done: LayerRecord, symbols: Symbols) -> Explanation:
    """Return a step of layer normalization: normalized, scaled and shifted, and back."""
    n, source, name, of = symbols.number("N"), symbols.of(done.source), done.name, done.output_shape
    hat = Matrix(f"X̂{n}", "normalized", done.kept["normalized"], NEURON, EXAMPLE, name, of)
    scale, shift = (
        Matrix(f"{letter}{n}", f"{key} of {symbols.names.words(name)}",
               done.tensors[key][:, np.newaxis], units_of(of), ONE, name)
        for letter, key in (("γ", "scale"), ("β", "shift"))
    )  # fmt: skip
    forward = (_normalized(done, n, source, hat, epsilon), _stretched(done, n, hat, scale, shift))
    backward: list[Stage] = []
    if done.grad_a is not None:
        grad = Matrix(f"dN{n}", "∂L/∂outputs", done.grad_a, NEURON, EXAMPLE, name, of)
        explanation = "A shift is added as it is, so it has the slope of its output"
        if where := places_of(of):
            explanation = f"A shift is added at every {where} alike, so its slopes add up"
        explanation += ", averaged over the examples." if grad.values.shape[1] > 1 else "."
        slopes = done.gradients["shift"][:, np.newaxis]
        made = Matrix(f"dβ{n}", "∂L/∂shift", slopes, units_of(of), ONE, name)
        backward = [
            _scale(done, n, grad, hat),
            bias_slopes("slopes of the shifts", explanation, grad, made),
        ]
        if done.grad_inputs is not None:
            backward.append(_inputs(done, n, source, grad, hat, scale, epsilon))
    return Explanation(
        f"N{n}", forward, tuple(backward), {"scale": scale.symbol, "shift": shift.symbol}
    )


def _together(done: LayerRecord, row: int) -> slice:
    """Return the rows of all units at the step or the place of one."""
    return slice(row % done.positions, None, done.positions)


def _normalized(done: LayerRecord, n: int, source: str, hat: Matrix, epsilon: float) -> Stage:
    x, mean, variance = done.inputs, done.kept["mean"], done.kept["variance"]
    of, where = hat.shape, places_of(hat.shape)

    def arithmetic(row: int, column: int) -> Lines:
        at, here = place(row, of), row % done.positions
        return (
            f"X̂{at} = ({entry(source)}{at} − μ) / √(σ² + ε), μ and σ² of the {of[0]} units "
            f"{'there' if where else 'of this example'}",
            f"= ({figure(x[row, column])} − {factor(mean[here, column])}) / "
            f"√({figure(variance[here, column])} + {figure(epsilon)})",
            f"= {figure(hat.values[row, column])}",
        )

    def origins(row: int, column: int) -> dict[str, Origin]:
        here = np.array([row % done.positions])
        rows = np.arange(len(x))[_together(done, row)]
        return {source: Origin(rows), f"μ{n}": Origin(here), f"σ{n}²": Origin(here)}

    whose = f"of each {where or 'example'}"
    places = (1, *of[1:]) if where else ()
    return computing(
        "forward",
        done.name,
        "normalized",
        f"X̂{n} = ({source} − μ{n}) / √(σ{n}² + ε)",
        f"({shape(x, of)} − {shape(mean)}) / {shape(variance)} → {shape(hat.values, of)}",
        f"The units {f'at each {where} ' * bool(where)}of each example are brought to mean 0 and "
        "variance 1 among themselves: no other example has a part in that.",
        extent(done.there(hat.values), "number"),
        (
            Matrix(source, "inputs of the layer", x, NEURON, EXAMPLE, done.source, of),
            Matrix(f"μ{n}", f"mean {whose}", mean, ONE, EXAMPLE, shape=places),
            Matrix(f"σ{n}²", f"variance {whose}", variance, ONE, EXAMPLE, shape=places),
            hat,
        ),
        arithmetic,
        origins,
    )


def _stretched(done: LayerRecord, n: int, hat: Matrix, scale: Matrix, shift: Matrix) -> Stage:
    outputs, of = done.a, hat.shape

    def arithmetic(row: int, column: int) -> Lines:
        at, mine = place(row, of), row // done.positions
        return sum_of_products(
            f"n{at}",
            scale.values[mine],
            hat.values[row, column : column + 1],
            lambda _: (f"γ{sub(mine)}", f"X̂{at}"),
            plus=(f"β{sub(mine)}", float(shift.values[mine, 0])),
        )

    def origins(row: int, column: int) -> dict[str, Origin]:
        mine = Origin(np.array([row // done.positions]))
        return {scale.symbol: mine, shift.symbol: mine, hat.symbol: Origin(np.array([row]))}

    return computing(
        "forward",
        done.name,
        "scaled and shifted",
        f"N{n} = {scale.symbol} ∘ {hat.symbol} + {shift.symbol}",
        f"{shape(scale.values)} ∘ {shape(hat.values, of)} + {shape(shift.values)} → "
        f"{shape(outputs, of)}",
        "Scale and shift of each unit are learned, so that the network may choose another mean "
        "and spread.",
        extent(done.there(outputs), "output"),
        (scale, hat, shift, Matrix(f"N{n}", "outputs", outputs, NEURON, EXAMPLE, done.name, of)),
        arithmetic,
        origins,
    )


def _scale(done: LayerRecord, n: int, grad: Matrix, hat: Matrix) -> Stage:
    batch, of = grad.values.shape[1], grad.shape
    slopes = done.gradients["scale"][:, np.newaxis]

    def arithmetic(row: int, column: int) -> Lines:
        mine = slice(row * done.positions, (row + 1) * done.positions)

        def names(term: int) -> tuple[str, str]:
            at, example = divmod(term, batch)
            where = place(row * done.positions + at, of)
            number = f"[{example + 1}]" if batch > 1 else ""
            return f"∂L/∂n{where}{number}", f"X̂{where}{number}"

        return sum_of_products(
            f"∂L/∂γ{sub(row)}",
            grad.values[mine].ravel(),
            hat.values[mine].ravel(),
            names,
            divisor=batch,
            terms=terms_of(grad),
        )

    def origins(row: int, column: int) -> dict[str, Origin]:
        rows = Origin(np.arange(row * done.positions, (row + 1) * done.positions))
        return {grad.symbol: rows, hat.symbol: rows}

    return computing(
        "backward",
        done.name,
        "slopes of the scales",
        f"dγ{n} = Σ {grad.symbol} ∘ {hat.symbol}" + (" / m" if batch > 1 else ""),
        f"{shape(grad.values, of)} ∘ {shape(hat.values, of)} → {shape(slopes)}",
        "A scale multiplies the normalized number, so that number is its slope's other factor.",
        extent(slopes, "slope"),
        (grad, hat, Matrix(f"dγ{n}", "∂L/∂scale", slopes, units_of(of), ONE, done.name)),
        arithmetic,
        origins,
    )


def _inputs(
    done: LayerRecord,
    n: int,
    source: str,
    grad: Matrix,
    hat: Matrix,
    scale: Matrix,
    epsilon: float,
) -> Stage:
    assert done.grad_inputs is not None
    of, back, variance = grad.shape, done.grad_inputs, done.kept["variance"]
    g = np.repeat(scale.values, done.positions, axis=0) * grad.values

    def arithmetic(row: int, column: int) -> Lines:
        at, here = place(row, of), (_together(done, row), column)
        mean, along = g[here].mean(), (g[here] * hat.values[here]).mean()
        return (
            f"∂L/∂{entry(source)}{at} = (g{at} − mean g − X̂{at}·mean(g∘X̂)) / √(σ² + ε), "
            f"g{at} = γ{sub(row // done.positions)}·∂L/∂n{at}",
            f"= ({figure(g[row, column])} − {factor(mean)} − "
            f"{factor(hat.values[row, column])}·{factor(along)}) / "
            f"√({figure(variance[row % done.positions, column])} + {figure(epsilon)})",
            f"= {figure(back[row, column])}",
        )

    def origins(row: int, column: int) -> dict[str, Origin]:
        rows = Origin(np.arange(len(back))[_together(done, row)])
        return {grad.symbol: rows, hat.symbol: rows}

    return computing(
        "backward",
        done.name,
        "back through the normalization",
        f"d{source} = (g − mean g − {hat.symbol} ∘ mean(g∘{hat.symbol})) / √(σ{n}² + ε), "
        f"g = {scale.symbol} ∘ {grad.symbol}",
        f"{shape(scale.values)}, {shape(grad.values, of)}, {shape(hat.values, of)} → "
        f"{shape(back, of)}",
        "Mean and variance depend on all units that were normalized together, so what all of them "
        "have in common is taken off again.",
        extent(done.there(back), "slope"),
        (
            scale,
            grad,
            hat,
            Matrix(f"d{source}", "∂L/∂inputs", back, NEURON, EXAMPLE, done.source, of),
        ),
        arithmetic,
        origins,
    )
