"""What the lenses about a part's answers say in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from playground.analysis.answers.calibration import Calibration
from playground.analysis.answers.confusion import UNANSWERED, Confusion
from playground.analysis.answers.part_answers import PartAnswers
from playground.data.preparation import PARTS
from playground.wording import counted, grouped, metric, nth, percent


def examples_text(answers: PartAnswers, undivided: bool) -> str:
    """Return which examples were asked: ``360 test examples``."""
    kind = "" if undivided else f"{PARTS[answers.part]} "
    whole = counted(answers.whole, f"{kind}example")
    return whole if answers.examples == answers.whole else f"{grouped(answers.examples)} of {whole}"


def measured(answers: PartAnswers, epoch: int, undivided: bool) -> str:
    """Return what was asked, when, and what came of it, in one line."""
    words = [examples_text(answers, undivided), f"epoch {grouped(epoch)}"]
    if answers.steps is not None:
        words.insert(1, counted(len(answers), "step"))
    if answers.back is not None:
        words.append(f"mean squared error {metric(float(np.nanmean(answers.predicted)))}")
    elif answers.regression:
        figures = answers.residuals
        words += [f"R² {metric(figures.r2)}", f"MAE {metric(figures.mean_absolute)}"]
    else:
        words.append(f"accuracy {percent(answers.confusion.accuracy)}")
    return " · ".join(words)


def diverged(answers: PartAnswers) -> str:
    """Return a sentence about answers that are no numbers, empty where there are none."""
    missing = len(answers) - int(answers.answered.sum())
    if not missing:
        return ""
    every = f"{grouped(len(answers))}"
    if missing == len(answers):
        lead = f"None of the {every} answers is a number"
    else:
        lead = f"{grouped(missing)} of {every} answers are not numbers"
    return f"{lead}: training has diverged. Reset it and choose a lower learning rate."


def cell_text(
    confusion: Confusion, names: Sequence[str], true: int, read: int, verb: str, word: str
) -> str:
    """Return what one cell of the confusion matrix counts, a ``word`` each."""
    count, support = int(confusion.counts[true, read]), int(confusion.support[true])
    if support == 0:
        return f"true {names[true]}: no {word}s in this part"
    share = percent(count / support)
    part = f"{grouped(count)} of {grouped(support)} ({share})"
    return f"true {names[true]} {verb} as {names[read]}: {part}"


def bin_text(calibration: Calibration, index: int, word: str = "example") -> str:
    """Return what one bin of the reliability diagram holds."""
    low, high = calibration.edges(index)
    count = int(calibration.counts[index])
    between = f"Confidence {100 * low:.0f}–{100 * high:.0f} %"
    if not count:
        return f"{between}: no {word}s"
    confidence, right = (
        percent(float(values[index])) for values in (calibration.confidence, calibration.accuracy)
    )
    return f"{between}: {counted(count, word)}, mean confidence {confidence}, correct {right}"


def read_as(answers: PartAnswers, place: int, names: Sequence[str]) -> str:
    """Return an example's true and predicted class, ``4 → 9``."""
    return f"{names[int(answers.targets[place])]} → {predicted_name(answers, place, names)}"


def predicted_name(answers: PartAnswers, place: int, names: Sequence[str]) -> str:
    """Return the name of the predicted class, a dash where there is no answer."""
    label = int(answers.predicted[place])
    return "–" if label == UNANSWERED else names[label]


def sure(answers: PartAnswers, place: int) -> str:
    """Return how sure the network was of an answer, ``98.2 %``."""
    return percent(float(answers.confidence[place]))


def answer_sentence(
    answers: PartAnswers, place: int, names: Sequence[str], verb: str = "read"
) -> str:
    """Return what an example, or a step of it, is and what it was read as, in one sentence."""
    example, true = nth(int(answers.indices[place])), names[int(answers.targets[place])]
    if answers.steps is not None:
        example += f", step {nth(int(answers.steps[place]))}"
    if not answers.answered[place]:
        return f"Example {example}, true {true}: the outputs are not numbers."
    read = predicted_name(answers, place, names)
    sureness = sure(answers, place)
    return f"Example {example}, true {true}, {verb} as {read} with {sureness} confidence."
