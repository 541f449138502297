"""The neuron's weighted sum and its links, as rows: the strongest alone, the rest summed."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from playground.analysis.neurons.names import NeuronNames
from playground.analysis.neurons.neuron import Neuron
from playground.analysis.neurons.report import NeuronReport
from playground.gui.look.heat import Floats, greatest_size
from playground.gui.panels.inspector.figures import Figures
from playground.gui.panels.inspector.ranking import Ranking, exact
from playground.gui.panels.inspector.row import Row
from playground.nn.explain.unit_report import WeightedSum
from playground.wording import grouped

MOST_TERMS = 6
MOST_LINKS = 6
MOST_OUTPUTS = 10
BESIDE = "zero beside the picture"
ROUNDING = "The numbers above are rounded; this is what rounding took away or added."


def source_of(made: WeightedSum, index: int) -> Neuron | None:
    """Return where an input of a sum comes from, None for a zero beside a picture."""
    place = made.place(index)
    return None if place < 0 else Neuron(made.source, place)


def source_name(made: WeightedSum, index: int, names: NeuronNames) -> str:
    """Return what an input of a sum is called."""
    neuron = source_of(made, index)
    return BESIDE if neuron is None else names.short(neuron)


def total_of(terms: Floats) -> float:
    """Return a sum without the rounding of its steps."""
    terms = terms.ravel()
    return math.fsum(terms) if np.isfinite(terms).all() else float(terms.sum())


def sum_rows(
    report: NeuronReport, names: NeuronNames, figures: Figures, ranking: Ranking = exact
) -> list[Row]:
    """Return z = Σ w·a + b: the largest terms, the others' sum, the bias, and z."""
    made = report.told.sum
    if made is None:
        return []
    terms, inputs = made.terms, made.inputs
    if terms is None or inputs is None or made.z is None:
        return [Row("bias b", (figures.signed(made.bias),))]
    shown = ranking("terms", terms, MOST_TERMS)
    parts = [float(terms[i]) for i in shown]
    labels = [source_name(made, i, names) for i in shown]
    products = [f"{figures.write(made.weights[i])} × {figures.write(inputs[i])}" for i in shown]
    links: list[object] = [source_of(made, i) for i in shown]
    left = len(terms) - len(shown)
    if left:
        parts.append(total_of(np.delete(terms, shown)))
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
    rows.append(Row("rounding" if lacking else "", ("", lacking), tone="muted", tip=ROUNDING))
    rows.append(Row("z", ("", written[-1]), total=True))
    return rows


def incoming_rows(
    report: NeuronReport, names: NeuronNames, figures: Figures, ranking: Ranking = exact
) -> list[Row]:
    """Return the strongest incoming weights with ∂L/∂w of each, and a heading."""
    made = report.told.sum
    if made is None:
        return []
    shown = ranking("incoming", made.weights, MOST_LINKS)
    slope = "∂L/∂w here" if report.window is not None else "∂L/∂w"
    neurons = [source_of(made, i) for i in shown]
    heading = Row(_some_of(shown, made.weights, neurons, names), ("w", slope), tone="muted")
    tip = "w from {}: {}, ∂L/∂w = {}. Click to select it."
    rows = _link_rows(shown, made.weights, made.grad_weights, neurons, tip, names, figures)
    return [heading, *rows]


def outgoing_rows(
    report: NeuronReport, names: NeuronNames, figures: Figures, ranking: Ranking = exact
) -> list[Row]:
    """Return the neurons that listen most, and the slope of the loss at each, with a heading."""
    rows = []
    tip = "To {}: × {}, where the loss has the slope {}. Click to select it."
    for links in report.links:
        shown = ranking("outgoing", links.factors, MOST_LINKS)
        neurons = [Neuron(links.layer, int(links.units[i])) for i in shown]
        if links.weighted:
            several = _some_of(shown, links.factors, neurons, names)
            rows.append(Row(several, ("w", "∂L/∂z"), tone="muted"))
        else:
            passed = "passed on" if links.factors.any() else "not passed on"
            passed += _in_layer(neurons, names)
            rows.append(Row(passed, ("×", "∂L/∂a"), tone="muted"))
        rows += _link_rows(shown, links.factors, links.slopes, neurons, tip, names, figures)
    return rows


def _link_rows(
    shown: list[int],
    factors: Floats,
    slopes: Floats | None,
    neurons: Sequence[Neuron | None],
    tip: str,
    names: NeuronNames,
    figures: Figures,
) -> list[Row]:
    """Return a row with a bar for each link shown; ``tip`` has places for what the row says."""
    largest = greatest_size(factors)
    rows = []
    for i, neuron in zip(shown, neurons, strict=True):
        factor = float(factors[i])
        label = BESIDE if neuron is None else names.among_its_layer(neuron)
        slope = figures.write(None if slopes is None else float(slopes[i]))
        cells = (figures.signed(factor), slope)
        share = factor / largest if largest and math.isfinite(factor) else 0.0
        told = "" if neuron is None else tip.format(names.short(neuron), *cells)
        rows.append(Row(label, cells, share, tip=told, link=neuron))
    return rows


def _some_of(
    shown: list[int], values: Floats, neurons: Sequence[Neuron | None], names: NeuronNames
) -> str:
    total = len(values)
    some = f"{len(shown)} of {grouped(total)}" if total > len(shown) else f"all {total}"
    return some + _in_layer(neurons, names)


def _in_layer(neurons: Sequence[Neuron | None], names: NeuronNames) -> str:
    """Return the layer of places of maps, whose rows name the map and the place alone."""
    for neuron in neurons:
        if neuron is not None and names.among_its_layer(neuron) != names.short(neuron):
            return f" · {names.short(neuron).partition(' · ')[0]}"
    return ""


def jacobian_rows(report: NeuronReport, names: NeuronNames, figures: Figures) -> list[Row]:
    """Return ∂aᵢ/∂zⱼ = fᵢ·(δᵢⱼ − fⱼ) of a softmax neuron i, for the largest j."""
    bend = report.told.bend
    if bend is None or bend.outputs is None or bend.jacobian is None or bend.layer_f is None:
        return []
    rows = [Row("j", ("fⱼ", "∂aᵢ/∂zⱼ"), tone="muted")]
    for j in sorted(exact("jacobian", bend.jacobian, MOST_OUTPUTS)):
        other = Neuron(report.neuron.layer, int(bend.outputs[j]))
        name, itself = names.short(other), other == report.neuron
        delta = "1" if itself else "0"
        f_i, f_j = figures.write(bend.f), figures.write(float(bend.layer_f[j]))
        rows.append(
            Row(
                f"{name} = i" if itself else name,
                (f_j, figures.signed(float(bend.jacobian[j]))),
                tip=(
                    f"{f_i} · ({delta} − {f_j}): a small change of z of {name} changes this output "
                    "by so many times as much."
                ),
                link=None if itself else other,
            )
        )
    return rows
