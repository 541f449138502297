"""What there is to say of inputs and of layers without neurons of their own, as rows."""

from __future__ import annotations

from playground.analysis.neurons.report import NeuronReport
from playground.gui.panels.inspector.figures import Figures
from playground.gui.panels.inspector.row import Row

NORMALIZING_FORMULA = "y = scale · n + shift,  n = (x − mean) / √(variance + ε)"
FEATURE_FORMULA = "x = (raw value − mean) / scale"


def plain_formula(report: NeuronReport) -> str:
    """Return the sentence or formula above the rows; empty for a dense neuron."""
    if report.feature is not None:
        plain = report.feature.mean == 0 and report.feature.scale == 1
        return "The network sees the raw value." if plain else FEATURE_FORMULA
    if report.normalizing is not None:
        return NORMALIZING_FORMULA
    if report.kind == "dropout":
        return (
            "Dropout has no weights. In prediction it hands on what it gets; in a training step "
            "it sets a part of its inputs to 0 and scales the others up."
        )
    if report.kind == "flatten":
        return "Flatten has no weights: it hands on what it gets, as one row of numbers."
    return ""


def plain_rows(report: NeuronReport, figures: Figures) -> list[Row]:
    """Return the numbers of an input or of a layer without weights."""
    write = figures.write
    if report.feature is not None:
        feature = report.feature
        rows = [Row("raw value", (write(feature.raw),))]
        if feature.mean != 0 or feature.scale != 1:
            rows.append(Row("mean of the training part", (write(feature.mean),)))
            rows.append(Row("scale: its deviation", (write(feature.scale),)))
        rows.append(Row("x, as the network sees it", (write(report.a),), total=True))
        if feature.grad_raw is not None and feature.scale != 1:
            rows.append(Row("∂L/∂(raw) = ∂L/∂x / scale", (write(feature.grad_raw),)))
        return rows
    if report.normalizing is not None:
        made = report.normalizing
        return [
            Row("x, what came", (write(made.x),)),
            Row("running mean", (write(made.mean),)),
            Row("running variance", (write(made.variance),)),
            Row("ε", (write(made.epsilon),)),
            Row("n, normalized", (write(made.normalized),)),
            Row("scale", (write(made.scale),)),
            Row("shift", (write(made.shift),)),
            Row("y, handed on", (write(report.a),), total=True),
            Row("∂L/∂scale = ∂L/∂y · n", (write(made.grad_scale),)),
            Row("∂L/∂shift = ∂L/∂y", (write(made.grad_shift),)),
            Row("∂L/∂x = ∂L/∂y · scale / √(…)", (write(made.grad_x),)),
        ]
    if report.kind == "dropout":
        kept = 1 - report.rate
        return [
            Row("handed on in prediction", (write(report.a),)),
            Row("in training: 0, with chance", (write(report.rate),)),
            Row("else times 1 / (1 − rate)", (write(1 / kept if kept else None),)),
        ]
    if report.kind == "flatten":
        return [Row("handed on", (write(report.a),))]
    return []
