"""What the lens says about a class, in words that fit digits, names and numbers alike."""

from __future__ import annotations

import math

from playground.analysis.neurons.names import NeuronNames
from playground.analysis.neurons.neuron import Neuron
from playground.analysis.why.attribution import Attribution
from playground.analysis.why.class_map import ClassMap
from playground.analysis.why.dreaming import UnitGoal
from playground.data.dataset import Dataset
from playground.nn.names import LayerNames
from playground.nn.network import Network
from playground.wording import fixed, percent

LEAST = 1e-12
"""Numbers that are not larger all count as 0."""


def aligned(value: float, largest: float) -> str:
    """Return a value with its sign and as many decimals as give ``largest`` three digits."""
    decimals = 2 - math.floor(math.log10(largest)) if LEAST < largest < math.inf else 0
    text = fixed(value, min(max(decimals, 0), 8))
    return f"+{text}" if any(digit in text for digit in "123456789") and value > 0 else text


def the_class(dataset: Dataset, label: int) -> str:
    """Return ``"the 3"``, ``"setosa"``, ``"the output"`` of a regression, or ``"the error"``."""
    if not dataset.task.classifies:
        return dataset.task.answer_word
    name = dataset.class_names[label]
    return f"the {name}" if name.isdigit() else name


def goal_name(dataset: Dataset, label: int) -> str:
    """Return what an ascent makes an example more like: ``"an 8"``, ``"setosa"``, ``"higher"``."""
    if not dataset.task.classifies:
        return "higher" if label else "lower"
    name = dataset.class_names[label]
    if not name.isdigit():
        return name
    return f"{'an' if name in ('8', '11', '18') else 'a'} {name}"


def inner_name(dataset: Dataset, network: Network, goal: UnitGoal) -> str:
    """Return which outputs inside the network: ``Conv 1 · map 3``, ``Dense 1 · neuron 5``."""
    names, first = NeuronNames(dataset, network), Neuron(goal.layer, goal.start)
    return names.title(first) if goal.stop - goal.start == 1 else names.map(first)[0]


def answer_text(dataset: Dataset, answer: float) -> str:
    """Return a class's probability, a regression's output or an error."""
    if not math.isfinite(answer):
        return "not a number"
    if dataset.task.of_itself:
        return fixed(answer, 4)
    return fixed(answer, 3) if not dataset.task.classifies else percent(answer)


def feature_phrase(dataset: Dataset, feature: int) -> str:
    """Return which feature it is: ``"pixel in row 3, column 5"`` or its name."""
    if not dataset.kind.pictures:
        return dataset.feature_names[feature]
    row, column = divmod(feature, dataset.image_shape[1])
    return f"row {row + 1}, column {column + 1}"


def answer_sentence(dataset: Dataset, found: Attribution) -> str:
    """Return the answer that is explained, and the most probable class where that is another."""
    answer = answer_text(dataset, found.answer)
    if not dataset.task.classifies:
        return answer
    answer = f"p({dataset.class_names[found.label]}) = {answer}"
    if found.label == found.predicted:
        return answer
    return f"{answer}; most probable: {dataset.class_names[found.predicted]}"


def gradient_words(dataset: Dataset, label: int, *, product: bool) -> tuple[str, str]:
    """Return what a gradient is of, and how to read it; ``product`` for gradient × input."""
    the, parts = the_class(dataset, label), f"{dataset.kind.feature_word}s"
    whose = "∂ŷ/∂x, ŷ the output"
    if dataset.task.of_itself:
        whose = "∂E/∂x, E the squared error"
    if dataset.task.classifies:
        whose = f"∂z/∂x, z the logit of {the}"
    if product:
        return (
            f"x · {whose}",
            f"The values of blue {parts} raise {the}; those of orange ones lower it.",
        )
    more = "brighter" if dataset.kind.pictures else "larger"
    return (
        whose,
        f"Blue {parts} would raise {the} if they were {more}; orange ones would lower it.",
    )


def map_words(
    dataset: Dataset, found: Attribution, maps: ClassMap, names: LayerNames
) -> tuple[str, str]:
    """Return how a class activation map is made, and how to read it."""
    the, where = the_class(dataset, found.label), names.short(maps.layer)
    over = f"over the maps A of {where}"
    if maps.signed:
        weights = "w − w̄" if maps.relative else "w"
        return (
            f"Σ ({weights})·A, w the weights of {the}",
            f"CAM {over}: blue places speak for {the}, orange ones against it.",
        )
    score = "(z − z̄)" if maps.relative else "z" if dataset.task.classifies else "ŷ"
    found_some = f"blue places speak for {the}." if maps.values.any() else f"none speaks for {the}."
    return f"ReLU(Σ α·A), α = mean ∂{score}/∂A", f"Grad-CAM {over}: {found_some}"


def occlusion_words(dataset: Dataset, label: int, patch: int) -> tuple[str, str]:
    """Return what is subtracted from what in an occlusion map, and how to read it."""
    the, parts = the_class(dataset, label), f"{dataset.kind.feature_word}s"
    hidden = f"{patch} × {patch} hidden" if patch > 1 else "pixel hidden"
    if not dataset.kind.pictures:
        hidden = f"{dataset.kind.feature_word} at its mean"
    caption = f"p − p({hidden}), p of {the}"
    if not dataset.task.classifies:
        symbol = "E" if dataset.task.of_itself else "ŷ"
        caption = f"{symbol} − {symbol}({hidden})"
    return caption, f"Hiding blue {parts} lowers {the}; hiding orange ones raises it."
