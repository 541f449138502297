"""How the loss depends on a neuron, as rows: its slopes, and the chain rule written out."""

from __future__ import annotations

import math

import numpy as np

from playground.analysis.neurons.names import NeuronNames
from playground.analysis.neurons.neuron import Neuron
from playground.analysis.neurons.report import NeuronReport
from playground.gui.panels.inspector.figures import Figures
from playground.gui.panels.inspector.ranking import Ranking, exact, strongest
from playground.gui.panels.inspector.row import Row
from playground.gui.panels.inspector.sums import source_name, source_of
from playground.nn.explain.unit_report import WeightedSum

MOST_LISTENERS = 4
_DISAGREE = 1e-6
_BIAS = "∂L/∂b = ∂L/∂z · 1"


def slope_rows(report: NeuronReport, figures: Figures) -> list[Row]:
    """Return L and the slopes of L at a, z and b."""
    write = figures.write
    name = f"L: {report.loss_title.lower()}"
    rows = [Row(name, (write(report.loss),), tip="The loss of this one example, no penalties.")]
    if report.feature is not None:
        return [
            *rows,
            Row("∂L/∂x", (write(report.grad_a),), tip="With respect to what the network sees."),
        ]
    rows.append(Row("∂L/∂a", (write(report.grad_a),)))
    if report.told.sum is not None:
        rows.append(Row("∂L/∂z", (write(report.grad_z),)))
        tip = "∂z/∂b is 1, so the bias has the slope of z."
        rows.append(Row(_BIAS + _here(report), (write(report.grad_z),), tip=tip))
    return rows


def chain_rows(
    report: NeuronReport,
    names: NeuronNames,
    figures: Figures,
    source: int | None = None,
    ranking: Ranking = exact,
) -> list[Row]:
    """Return ∂L/∂w as a product of its parts, for one incoming weight.

    Parameters
    ----------
    report, names, figures
        What to tell, and how.
    source
        The weight's input; None takes the one with the largest term w·a.
    ranking
        How the largest are chosen.
    """
    made, bend = report.told.sum, report.told.bend
    if made is None or bend is None or made.inputs is None:
        return []
    index = _shown_source(made, ranking) if source is None else source
    if index >= len(made.weights):
        return []
    write = figures.write
    weight, value = float(made.weights[index]), float(made.inputs[index])
    rows = _gradient_rows(report, names, figures, ranking)
    source_neuron, name = source_of(made, index), source_name(made, index, names)
    softmax = bend.jacobian is not None
    parts = "∂L/∂z · ∂z/∂w" if softmax else "∂L/∂a · ∂a/∂z · ∂z/∂w"
    rows.append(Row(f"∂L/∂w = {parts}"))
    rows.append(Row(f"w from {name}", (write(weight),), link=source_neuron))
    if not softmax:
        rows.append(Row("∂L/∂a", (write(report.grad_a),)))
        rows.append(Row("∂a/∂z = f′(z)", (write(0.0 if report.told.silenced else bend.slope),)))
    else:
        rows.append(Row("∂L/∂z", (write(report.grad_z),)))
    rows.append(Row(f"∂z/∂w = {name}", (write(value),)))
    slope = None if made.grad_weights is None else float(made.grad_weights[index])
    rows.append(Row("∂L/∂w" + _here(report), (write(slope),), total=True))
    rows.append(Row(_BIAS + _here(report), (write(report.grad_z),)))
    heard = 0.0 if report.told.silenced else bend.slope
    rows.append(Row("And the slopes of a itself"))
    rows.append(Row("∂a/∂w = f′(z) · " + name, (write(heard * value),)))
    rows.append(Row(f"∂a/∂({name}) = f′(z) · w", (write(heard * weight),)))
    rows.append(Row("∂a/∂b = f′(z)", (write(heard),)))
    return rows


def cut_off(report: NeuronReport) -> bool:
    """Return whether ∂L/∂a · ∂a/∂z misses ∂L/∂z, because a logarithm was kept finite."""
    bend = report.told.bend
    if bend is None or bend.jacobian is not None or not report.is_output:
        return False
    if report.grad_a is None or report.grad_z is None:
        return False
    product = report.grad_a * bend.slope
    return not math.isclose(product, report.grad_z, rel_tol=_DISAGREE, abs_tol=1e-12)


def _here(report: NeuronReport) -> str:
    """Return what tells one place's part from the whole slope of a kernel, which all places use."""
    return ", here" if report.window is not None else ""


def _shown_source(made: WeightedSum, ranking: Ranking) -> int:
    terms = made.terms
    if terms is None or not terms.any():
        return strongest(made.weights, 1)[0]
    return ranking("chain", terms, 1)[0]


def _gradient_rows(
    report: NeuronReport, names: NeuronNames, figures: Figures, ranking: Ranking
) -> list[Row]:
    """Return where ∂L/∂a, or for softmax ∂L/∂z, comes from."""
    bend, write = report.told.bend, figures.write
    if report.grad_a is None or bend is None:
        return []
    rows = []
    for links in report.links:
        if links.slopes is None:
            continue
        with np.errstate(all="ignore"):
            products = links.factors * links.slopes
        factor = "w" if links.weighted else "factor"
        slope = "∂L/∂z" if links.weighted else "∂L/∂a"
        rows.append(Row(f"∂L/∂a = Σ {slope} · {factor} of the next layer"))
        shown = ranking("listeners", products, MOST_LISTENERS)
        for i in shown:
            listener = Neuron(links.layer, int(links.units[i]))
            product = f"{write(float(links.slopes[i]))} × {write(float(links.factors[i]))}"
            cells = (product, write(float(products[i])))
            rows.append(Row(names.short(listener), cells, link=listener))
        left = len(products) - len(shown)
        if left:
            rest = float(np.delete(products, shown).sum())
            rows.append(Row(f"{left} more", (write(rest),)))
    if report.links:
        rows.append(Row("∂L/∂a", (write(report.grad_a),), total=True))
    elif report.wanted is not None:
        rows += [Row(part.strip()) for part in report.loss_formula.split(";")]
        rows.append(Row("answer ŷ", (write(report.a),)))
        rows.append(Row("correct answer y", (write(report.wanted),)))
        rows.append(Row("∂L/∂ŷ, here ∂L/∂a", (write(report.grad_a),), total=True))
    if bend.outputs is not None and bend.layer_f is not None and bend.layer_grad_a is not None:
        rows.append(Row("∂L/∂zᵢ = Σⱼ ∂L/∂aⱼ · aⱼ·(δᵢⱼ − aᵢ)"))
        mirror = bend.layer_f * ((bend.outputs == report.neuron.unit) - bend.f)
        with np.errstate(all="ignore"):
            products = bend.layer_grad_a * mirror
        for j in ranking("mirror", products, MOST_LISTENERS):
            if products[j]:
                text = f"{write(float(bend.layer_grad_a[j]))} × {write(float(mirror[j]))}"
                name = names.short(Neuron(report.neuron.layer, int(bend.outputs[j])))
                rows.append(Row(name, (text, write(float(products[j])))))
        rows.append(Row("∂L/∂z", (write(report.grad_z),), total=True))
    return rows
