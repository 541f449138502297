"""What a layer tells of a unit by itself, and a neuron's whole report as text for a mail."""

from __future__ import annotations

from playground import fields
from playground.analysis.neurons.names import NeuronNames
from playground.analysis.neurons.report import NeuronReport
from playground.gui.panels.inspector import slopes, sums
from playground.gui.panels.inspector.attention_section import (
    look_rows,
    look_title,
    strongest_look,
)
from playground.gui.panels.inspector.figures import Figures
from playground.gui.panels.inspector.map_sums import map_rows, shown_maps
from playground.gui.panels.inspector.row import Row, as_text
from playground.nn.activations import Activation
from playground.nn.record import INPUT
from playground.wording import number

_FEATURE_FORMULA = "x = (raw value − mean) / scale"


def plain_formula(report: NeuronReport) -> str:
    """Return the sentence or formula above the rows; empty where sum and curve say it."""
    if report.feature is not None:
        plain = report.feature.mean == 0 and report.feature.scale == 1
        return "The network sees the raw value." if plain else _FEATURE_FORMULA
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


def activation_text(activation: Activation) -> str:
    """Return an activation's formula with its parameters: ``f(z) = max(0, a·z), slope a = 1``."""
    parts = [activation.formula]
    for name, declared in fields.describe(activation).items():
        label = declared.label if len(declared.label) == 1 else declared.label.lower()
        parts.append(f"{label} = {number(getattr(activation, name), 6)}")
    return ", ".join(parts)


def heading(report: NeuronReport, names: NeuronNames) -> str:
    """Return the neuron's or map's title, and in brackets whether it is frozen or silenced."""
    told = report.told
    state = [word for word, on in (("frozen", told.frozen), ("silenced", told.silenced)) if on]
    return names.map(report.neuron)[0] + (f" ({', '.join(state)})" if state else "")


def place_text(report: NeuronReport, names: NeuronNames) -> str:
    """Return ``Row 9, column 5 · sees 8×8 of the input`` for a place of a map, else nothing."""
    place, seen = names.map(report.neuron)[1], report.sees.get(INPUT)
    if not place or seen is None:
        return place
    rows, columns = (each.stop - each.start for each in seen)
    return f"{place} · sees {rows}×{columns} of the input"


def activation_rows(report: NeuronReport, figures: Figures) -> list[Row]:
    """Return z, a and a′."""
    made, bend = report.told.sum, report.told.bend
    if made is None or bend is None:
        return []
    slope = "a′ = f′(z)" if bend.jacobian is None else "∂aᵢ/∂zᵢ"
    handed = "a = f(z)" if not report.told.silenced else "f(z) (ignored)"
    rows = [
        Row("z = Σ w·a + b" if report.window is None else "z", (figures.write(made.z),)),
        Row(handed, (figures.write(bend.f),)),
        Row(slope, (figures.write(bend.slope),)),
    ]
    if report.told.silenced:
        rows.append(Row("output while silenced", (figures.write(report.a),)))
    return rows


def report_text(
    report: NeuronReport,
    names: NeuronNames,
    figures: Figures,
    *,
    probe: str,
    target: str,
    source: int | None = None,
) -> str:
    """Return all sections of a report, whether they are unfolded or not.

    Parameters
    ----------
    report, names, figures
        What to tell, and how.
    probe, target
        What the example is, and what the loss measures against; empty where there is none.
    source
        The input whose weight the chain rule is written for; None takes the strongest.
    """
    lines = [*filter(None, (heading(report, names), place_text(report, names)))]
    if probe:
        lines.append(f"Example: {probe}" + (f", correct answer {target}" if target else ""))
    formula = plain_formula(report)
    parts: list[tuple[str, list[Row]]] = [(formula, plain_rows(report, figures))]
    bend, looks = report.told.bend, report.told.looks
    if looks is not None:
        where = strongest_look(looks)
        parts.append((look_title(looks, *where), look_rows(looks, *where, figures)))
    if bend is not None:
        parts.append((activation_text(bend.activation), activation_rows(report, figures)))
    if report.window is None:
        parts.append(("Weighted sum: z = Σ w·a + b", sums.sum_rows(report, names, figures)))
    else:
        every = map_rows(report, figures, shown_maps(report, 0))
        parts.append(("Weighted sum: z = Σ patch · kernel + b", every))
    if report.loss is not None:
        parts.append(("Slopes of the loss", slopes.slope_rows(report, figures)))
    parts += [
        ("Softmax: ∂aᵢ/∂zⱼ = fᵢ·(δᵢⱼ − fⱼ)", sums.jacobian_rows(report, names, figures)),
        ("Incoming weights", sums.incoming_rows(report, names, figures)),
        ("Outgoing", sums.outgoing_rows(report, names, figures)),
        ("Chain rule", slopes.chain_rows(report, names, figures, source)),
    ]
    for title, rows in parts:
        if rows:
            lines += ["", title, as_text([row for row in rows if row.name])]
    return "\n".join(lines) + "\n"
