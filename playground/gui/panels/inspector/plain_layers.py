"""What there is to say of an input, and what a layer tells of a unit by itself, as rows."""

from __future__ import annotations

from playground.analysis.neurons.report import NeuronReport
from playground.gui.panels.inspector.figures import Figures
from playground.gui.panels.inspector.row import Row

FEATURE_FORMULA = "x = (raw value − mean) / scale"


def plain_formula(report: NeuronReport) -> str:
    """Return the sentence or formula above the rows; empty where sum and curve say it."""
    if report.feature is not None:
        plain = report.feature.mean == 0 and report.feature.scale == 1
        return "The network sees the raw value." if plain else FEATURE_FORMULA
    return report.told.words


def plain_rows(report: NeuronReport, figures: Figures) -> list[Row]:
    """Return the numbers of an input, or what the layer tells of one of its units."""
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
    return [
        Row(figure.name, (write(figure.value),), total=figure.total)
        for figure in report.told.figures
    ]
