"""A place of a convolution as rows: Σ patch · kernel of each map that it reads, and their sum."""

from __future__ import annotations

import numpy as np

from playground.analysis.neurons.report import NeuronReport
from playground.gui.look.heat import Floats, greatest_size
from playground.gui.panels.inspector.figures import Figures
from playground.gui.panels.inspector.ranking import Ranking, exact
from playground.gui.panels.inspector.row import Row
from playground.gui.panels.inspector.sums import ROUNDING, total_of
from playground.wording import grouped, nth

MOST_MAPS = 12


def by_map(report: NeuronReport, values: Floats | None) -> Floats | None:
    """Return what a place has for each input of its sum as squares, (maps read, size, size)."""
    if values is None or report.window is None:
        return None
    return values.reshape(-1, report.window.size, report.window.size)


def shown_maps(report: NeuronReport, chosen: int, ranking: Ranking = exact) -> list[int]:
    """Return which maps have a row, in their order: the strongest, and the chosen one."""
    made = report.told.sum
    if made is None or report.window is None:
        return []
    terms = by_map(report, np.abs(made.weights) if made.terms is None else made.terms)
    assert terms is not None
    with np.errstate(all="ignore"):
        sums = terms.sum(axis=(1, 2))
    shown = ranking("maps", sums, MOST_MAPS)
    if 0 <= chosen < len(sums) and chosen not in shown:
        shown[-1] = chosen
    return sorted(shown)


def map_rows(report: NeuronReport, figures: Figures, shown: list[int]) -> list[Row]:
    """Return a row for each map shown, what the others add, the bias and z.

    The rows of maps come first, as many as are shown; ``share`` is the length of a bar.
    """
    made = report.told.sum
    terms = None if made is None else by_map(report, made.terms)
    if made is None:
        return []
    if terms is None or made.z is None:
        return [*(Row(f"map {nth(i)}") for i in shown), Row("bias b", (figures.signed(made.bias),))]
    with np.errstate(all="ignore"):
        sums = np.array([total_of(each) for each in terms])
    parts, labels = [float(sums[i]) for i in shown], [f"map {nth(i)}" for i in shown]
    left = len(sums) - len(shown)
    if left:
        parts.append(total_of(np.delete(sums, shown)))
        labels.append(f"{grouped(left)} more map{'s' if left > 1 else ''}")
    whole = total_of(np.array(parts))
    written = figures.column([*parts, whole, made.bias, made.z])
    largest = greatest_size(np.array(parts[: len(shown)])) or 1.0
    shares = [part / largest if np.isfinite(part) else 0.0 for part in parts[: len(shown)]]
    rows = [
        Row(label, (text,), share)
        for label, text, share in zip(labels, written, [*shares, None], strict=False)
    ]
    lacking = figures.remainder(parts, whole, (made.bias, made.z))
    rows += _rounding(lacking)
    several = f"sum of the {grouped(len(sums))} maps" if len(sums) > 1 else "sum"
    rows.append(Row(several, (written[-3],), total=True))
    rows.append(Row("bias b", (written[-2],)))
    rows += _rounding(figures.remainder((whole, made.bias), made.z, parts))
    rows.append(Row("z", (written[-1],), total=True))
    return rows


def _rounding(lacking: str) -> list[Row]:
    return [Row("rounding", (lacking,), tone="muted", tip=ROUNDING)] if lacking else []
