"""What the lens of the code says in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.analysis.codes.fidelity import Fidelity
from playground.analysis.codes.morph import STEPS
from playground.analysis.codes.plane import CodeCloud
from playground.data.dataset import Dataset
from playground.data.preparation import Prepared
from playground.gui.session.probe import Probe, example_probe
from playground.gui.widgets.example_picture import label_of
from playground.wording import counted, fixed, grouped, metric, percent

_MOST_SPOKEN = 4
_STRANGE = 0.95

Floats = NDArray[np.floating[Any]]


def code_words(code: Floats, at: tuple[float, float]) -> str:
    """Return a code in a few words, ``−0.9, 0.1``; one of many numbers by its place."""
    numbers = code.tolist() if len(code) <= _MOST_SPOKEN else at
    return ", ".join(fixed(number, 2) for number in numbers)


def way_words(titles: Sequence[str], share: float | None, code: Floats | None) -> str:
    """Return between what a way leads, and where on it one stands; "" where nothing is kept."""
    if not titles:
        return ""
    if len(titles) == 1:
        return f"Kept: {titles[0]}. Draw something else to see the way to it."
    way = f"From {titles[0]} to {titles[1]}"
    if share is None or code is None:
        return f"{way}, in {STEPS} steps along the dotted line."
    where = f"step {round(share * (STEPS - 1)) + 1} of {STEPS}"
    short_enough = len(code) <= _MOST_SPOKEN
    return (
        f"{way}: {where}, code {code_words(code, (0, 0))}." if short_enough else f"{way}: {where}."
    )


def example_words(prepared: Prepared, row: int) -> str:
    """Return what a click on an example does."""
    title = example_probe(prepared, row).title
    label = label_of(prepared.dataset, row)
    labelled = f", labelled {label}" if label else ""
    return f"{title}{labelled}: click to take it into the hand."


def name_of_kept(dataset: Dataset, probe: Probe, likely: int | None, others: Sequence[str]) -> str:
    """Return what a kept drawing is called: after its class, or the one that it looks like."""
    label = likely if probe.label is None else probe.label
    name = "drawing" if label is None else dataset.class_names[label]
    whose = "my" if probe.row is None else "the"
    title = f"{whose} {name}"
    return f"{whose} other {name}" if title in others else title


def anomaly_sentence(title: str, error: float, fidelity: Fidelity) -> str:
    """Return how well something comes back, measured by the test part."""
    if not np.isfinite((error, fidelity.error)).all():
        return "The network's numbers are no longer finite; reset the training."
    part = "training part" if fidelity.tested_on_train else "test part"
    share, count = fidelity.worse_than(error), len(fidelity.errors)
    said = f"{title} comes back with a squared error of {metric(error)}"
    if share == 1:
        return f"{said}: worse than all {grouped(count)} examples of the {part}."
    if share == 0:
        return f"{said}: better than all {grouped(count)} examples of the {part}."
    odd = ": an outlier" if share >= _STRANGE else ""
    return f"{said}: worse than {percent(share, 0)} of the {part}{odd}."


def errors_figure(fidelity: Fidelity) -> str:
    """Return the errors and R² of the code and of PCA."""
    size = len(fidelity.directions.directions)
    code, principal = fidelity.error, fidelity.principal_error
    return (
        f"code of {size}: {metric(code)}, R² {fixed(fidelity.r2(code), 2)} · "
        f"PCA of {size}: {metric(principal)}, R² {fixed(fidelity.r2(principal), 2)}"
    )


def map_words(dataset: Dataset, cloud: CodeCloud, hand: Floats | None) -> str:
    """Return what the plane shows, for those who do not see it."""
    said = [f"{counted(len(cloud.rows), 'example')} on the plane"]
    if cloud.middles is not None:
        said += [
            f"{name} around {fixed(x, 1)}, {fixed(y, 1)}"
            for name, (x, y) in zip(dataset.class_names, cloud.middles.tolist(), strict=True)
            if np.isfinite((x, y)).all()
        ]
    if hand is not None:
        x, y = cloud.plane.places(hand[np.newaxis])[0].tolist()
        said.append(f"what is in the hand at {fixed(x, 1)}, {fixed(y, 1)}")
    return "; ".join(said)
