"""The neuron's weighted sum and its links, as rows: the strongest alone, the rest summed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.analysis.neurons.names import NeuronNames
from playground.analysis.neurons.neuron import Neuron
from playground.analysis.neurons.report import Links, NeuronReport
from playground.gui.panels.inspector.figures import Figures
from playground.gui.panels.inspector.ranking import Ranking, exact
from playground.gui.panels.inspector.row import Row

MOST_TERMS = 6
MOST_LINKS = 6
MOST_OUTPUTS = 10

Floats = NDArray[np.floating[Any]]


def sum_rows(
    report: NeuronReport, names: NeuronNames, figures: Figures, ranking: Ranking = exact
) -> list[Row]:
    """Return z = Σ w·a + b: the largest terms, the others' sum, the bias, and z."""
    made = report.sum
    if made is None:
        return []
    terms, inputs = made.terms, made.inputs
    if terms is None or inputs is None or made.z is None:
        return [Row("bias b", (figures.signed(made.bias),))]
    shown = ranking("terms", terms, MOST_TERMS)
    parts = [float(terms[i]) for i in shown]
    labels = [names.short(Neuron(made.source, i)) for i in shown]
    products = [f"{figures.write(made.weights[i])} × {figures.write(inputs[i])}" for i in shown]
    links: list[object] = [Neuron(made.source, i) for i in shown]
    left = len(terms) - len(shown)
    if left:
        rest = np.delete(terms, shown)
        parts.append(math.fsum(rest) if np.isfinite(rest).all() else float(rest.sum()))
        labels.append(f"{left} more term{'s' if left > 1 else ''}")
        products.append("")
        links.append(None)
    parts.append(made.bias)
    labels.append("bias b")
    products.append("")
    links.append(None)
    written = figures.column([*parts, made.z])
    rows = [
        Row(
            label,
            (product, number),
            link=link,
            tip=f"{label}: weight × value. Click to select it." if link is not None else "",
        )
        for label, product, number, link in zip(labels, products, written, links, strict=False)
    ]
    lacking = figures.remainder(parts, made.z)
    tip = "The numbers above are rounded to be shown; this is what rounding took or added."
    rows.append(Row("rounding" if lacking else "", ("", lacking), tone="muted", tip=tip))
    rows.append(Row("z", ("", written[-1]), total=True))
    return rows


def incoming_rows(
    report: NeuronReport, names: NeuronNames, figures: Figures, ranking: Ranking = exact
) -> list[Row]:
    """Return the strongest incoming weights with ∂L/∂w of each, and a heading."""
    made = report.sum
    if made is None:
        return []
    shown = ranking("incoming", made.weights, MOST_LINKS)
    largest = _largest(made.weights)
    total = len(made.weights)
    heading = f"{len(shown)} of {total:,}" if total > len(shown) else f"all {total}"
    rows = [Row(heading, ("w", "∂L/∂w"), tone="muted")]
    for i in shown:
        weight = float(made.weights[i])
        slope = None if made.grad_weights is None else float(made.grad_weights[i])
        source = Neuron(made.source, i)
        label = names.short(source)
        rows.append(
            Row(
                label,
                (figures.signed(weight), figures.write(slope)),
                share=_share(weight, largest),
                tip=f"w from {label}: {figures.signed(weight)}, ∂L/∂w = {figures.write(slope)}. "
                "Click to select it.",
                link=source,
            )
        )
    return rows


def outgoing_rows(
    report: NeuronReport, names: NeuronNames, figures: Figures, ranking: Ranking = exact
) -> list[Row]:
    """Return the neurons that listen most, and the slope of the loss at each, with a heading."""
    return [row for links in report.links for row in _listeners(links, names, figures, ranking)]


def _listeners(links: Links, names: NeuronNames, figures: Figures, ranking: Ranking) -> list[Row]:
    """Return the strongest links to one layer under a heading."""
    shown = ranking("outgoing", links.factors, MOST_LINKS)
    largest = _largest(links.factors)
    total = len(links.factors)
    heading = f"{len(shown)} of {total:,}" if total > len(shown) else f"all {total}"
    rows = [Row(heading, ("w" if links.weighted else "×", "∂L/∂z"), tone="muted")]
    if not links.weighted:
        rows[0] = Row("handed on", ("×", "∂L/∂a"), tone="muted")
    for i in shown:
        factor = float(links.factors[i])
        listener = Neuron(links.layer, int(links.units[i]))
        label = names.short(listener)
        slope = None if links.slopes is None else float(links.slopes[i])
        rows.append(
            Row(
                label,
                (figures.signed(factor), figures.write(slope)),
                share=_share(factor, largest),
                tip=f"To {label}: × {figures.signed(factor)}, where the loss has the slope "
                f"{figures.write(slope)}. Click to select it.",
                link=listener,
            )
        )
    return rows


def jacobian_rows(report: NeuronReport, names: NeuronNames, figures: Figures) -> list[Row]:
    """Return ∂aᵢ/∂zⱼ = fᵢ·(δᵢⱼ − fⱼ) of a softmax neuron i, for the largest j."""
    bend = report.bend
    if bend is None or bend.jacobian is None or bend.layer_f is None:
        return []
    unit = report.neuron.unit
    rows = [Row("j", ("fⱼ", "∂aᵢ/∂zⱼ"), tone="muted")]
    for j in sorted(exact("jacobian", bend.jacobian, MOST_OUTPUTS)):
        other = Neuron(report.neuron.layer, j)
        name = names.short(other)
        delta = "1" if j == unit else "0"
        f_i, f_j = figures.write(bend.f), figures.write(float(bend.layer_f[j]))
        rows.append(
            Row(
                f"{name} = i" if j == unit else name,
                (f_j, figures.signed(float(bend.jacobian[j]))),
                tip=f"{f_i} · ({delta} − {f_j}): so many times a small change of z of {name} is "
                "what this answer changes by.",
                link=None if j == unit else other,
            )
        )
    return rows


def _largest(values: Floats) -> float:
    finite = values[np.isfinite(values)]
    return float(np.abs(finite).max()) if finite.size else 0.0


def _share(value: float, largest: float) -> float:
    return value / largest if largest and math.isfinite(value) else 0.0
