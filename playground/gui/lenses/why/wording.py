"""What the lens says about a class, in words that fit digits, names and numbers alike."""

from __future__ import annotations

import math

from playground.data.dataset import Dataset
from playground.gui.lenses.layer_tiles import number
from playground.gui.probes.numbers import percent, signed

HIGHER, LOWER = "higher", "lower"


def plus(value: float) -> str:
    """Return a number in four significant digits with its sign, also a plus."""
    return f"+{number(value)}" if value > 0 else number(value)


def brief(value: float) -> str:
    """Return a value in three significant digits."""
    return number(float(f"{value:.3g}"))


def plus_brief(value: float) -> str:
    """Return a value in three significant digits with its sign, also a plus."""
    return f"+{brief(value)}" if value > 0 else brief(value)


def the_class(dataset: Dataset, label: int) -> str:
    """Return ``"the 3"``, ``"setosa"`` or, for a regression, ``"the output"``."""
    if dataset.task == "regression":
        return "the output"
    name = dataset.class_names[label]
    return f"the {name}" if name.isdigit() else name


def goal_name(dataset: Dataset, label: int) -> str:
    """Return what an ascent makes an example more like: ``"an 8"``, ``"setosa"``, ``"higher"``."""
    if dataset.task == "regression":
        return HIGHER if label else LOWER
    name = dataset.class_names[label]
    if not name.isdigit():
        return name
    return f"{'an' if name in ('8', '11', '18') else 'a'} {name}"


def answer_text(dataset: Dataset, answer: float) -> str:
    """Return a class's probability or a regression's output."""
    if not math.isfinite(answer):
        return "not a number"
    return signed(answer, 3) if dataset.task == "regression" else percent(answer)


def feature_phrase(dataset: Dataset, feature: int) -> str:
    """Return which feature it is: ``"pixel in row 3, column 5"`` or its name."""
    if dataset.kind != "image":
        return dataset.feature_names[feature]
    row, column = divmod(feature, dataset.image_shape[1])
    return f"row {row + 1}, column {column + 1}"


def parts_of(dataset: Dataset) -> str:
    """Return what the features are: pixels, coordinates or features."""
    return {"image": "pixels", "plane": "coordinates"}.get(dataset.kind, "features")
