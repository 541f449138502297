"""What colours stand for: the swatches and words that a lens puts in the legend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QColor

from playground.gui.look import colormaps
from playground.gui.look.colors import DARK, Colors
from playground.gui.look.heat import Pixels, share_table, signed_table


@dataclass(frozen=True)
class ColorMeaning:
    """One entry of the legend.

    Attributes
    ----------
    low, high
        What the first and the last colour stand for; ``low`` is empty for a single colour.
    shades
        Returns the colours in a theme, from the first to the last: (n,).
    sentence
        The same as a sentence.
    """

    low: str
    high: str
    shades: Callable[[Colors], Pixels]
    sentence: str


def signed(colors: Colors) -> Pixels:
    """Return the colours of values below and above zero."""
    return signed_table(colors is DARK)[:256]


def rising(colors: Colors) -> Pixels:
    """Return the colours of values from zero up."""
    return colormaps.viridis().view(np.uint32)[:, 0]


def gathered(colors: Colors) -> Pixels:
    """Return the colours of shares."""
    return share_table(colors is DARK)


def two_signs(colors: Colors) -> Pixels:
    """Return the colours of lines and bars below and above zero."""
    return _flat(colors.warning, colors.accent)


def good(colors: Colors) -> Pixels:
    """Return the colour of what is right, or was chosen."""
    return _flat(colors.good)


def wrong(colors: Colors) -> Pixels:
    """Return the colour of what is not right."""
    return _flat(colors.warning)


def of_train(colors: Colors) -> Pixels:
    """Return the colour of the training part."""
    return _flat(colors.train)


def of_test(colors: Colors) -> Pixels:
    """Return the colour of the test part."""
    return _flat(colors.test)


def of_time(colors: Colors) -> Pixels:
    """Return the colours of steps from the first to the last."""
    return colormaps.time().view(np.uint32)[:, 0]


def written(colors: Colors) -> Pixels:
    """Return the colours of a pen's line on its paper."""
    return _flat(colors.canvas, colors.ink, colors.canvas)


def misread(colors: Colors) -> Pixels:
    """Return the colours of a line that is not read as it should be, on its paper."""
    return _flat(colors.canvas, DARK.warning, colors.canvas)


def of_code(colors: Colors) -> Pixels:
    """Return the colour of what comes back through a code."""
    return _flat(colors.accent)


def of_pca(colors: Colors) -> Pixels:
    """Return the colour of what comes back through PCA."""
    return _flat(colors.ghost)


def _flat(*names: str) -> Pixels:
    parts = [QColor(name).getRgb() for name in names]
    return np.array(parts, np.uint8).view(np.uint32)[:, 0]


ACTIVATIONS = ColorMeaning(
    "0", "high activation", rising, "Neurons: the brighter, the higher the activation."
)
SIGNED_ACTIVATIONS = ColorMeaning(
    "−", "+ activation", signed, "Neurons: orange is an activation below zero, blue one above."
)
RESPONSES = ColorMeaning(
    "−",
    "+ response",
    signed,
    "In each neuron: orange where on the plane it answers below zero, blue where above.",
)
ANSWER = ColorMeaning("", "answer", good, "The green bar is the network's answer.")
WEIGHTS = ColorMeaning("−", "+ weight", signed, "Weights: orange is negative, blue is positive.")
VALUES = ColorMeaning("−", "+", signed, "Numbers: orange is below zero, blue is above zero.")
PARTS = (
    ColorMeaning("", "training", of_train, "Blue bars count the training part."),
    ColorMeaning("", "test", of_test, "Orange bars count the test part."),
)
LINK_WEIGHTS = ColorMeaning(
    "−", "+ weight", two_signs, "Links: orange is a negative weight, blue a positive one."
)
LINK_CONTRIBUTIONS = ColorMeaning(
    "−",
    "+ contribution",
    two_signs,
    "Links: orange takes away from the next neuron's sum, blue adds to it.",
)
EVIDENCE = ColorMeaning(
    "lowers", "raises the answer", signed, "Orange lowers the explained answer, blue raises it."
)
OVER_TIME = ColorMeaning(
    "few", "many values", gathered, "The stronger the blue, the more values lie there."
)
LOOKS = ColorMeaning(
    "0", "looks most", gathered, "The stronger the blue, the more a step looks at another."
)
OF_TIME = ColorMeaning(
    "start",
    "end",
    of_time,
    "The pen's line: each step has its own colour, from the start to the end.",
)
RIGHT_AND_WRONG = (
    ColorMeaning("", "right", good, "Green cells count right answers."),
    ColorMeaning("", "wrong", wrong, "Orange cells count mistakes."),
)
CODE_AND_PCA = (
    ColorMeaning("", "through the code", of_code, "Blue bars are errors through the code."),
    ColorMeaning("", "through PCA", of_pca, "Grey bars are errors through PCA of the same size."),
)
READ_AS_ASKED = ColorMeaning(
    "", "read as asked", written, "White: the judge reads it as what was asked for."
)
MISREAD = ColorMeaning(
    "", "read as another", misread, "Orange: the judge reads it as something else."
)
