"""How shares of a whole read in forms, ``80 % / 20 %``, ``97 %``, and turns, ``2 : 1``."""

from __future__ import annotations

from functools import partial

from playground.fields import Number
from playground.gui.forms.number_box import NumberBox
from playground.gui.forms.number_text import number_text, plain_word


def split_text(declared: Number, value: float | None) -> str:
    """Return the training and the test part of a test fraction."""
    test = 100 * (value or 0.0)
    return f"{number_text(round(100 - test, 6))} % / {number_text(round(test, 6))} %"


def split_word(declared: Number, text: str) -> str:
    """Return the test fraction of ``80 % / 20 %``, ``20 %``, ``20`` or ``0.2``."""
    return percent_word(declared, text.rpartition("/")[2])


def percent_text(declared: Number, value: float | None) -> str:
    """Return a share in percent, or what no value means."""
    if value is None:
        return declared.none_text
    return f"{number_text(round(100 * value, 6))} %"


def percent_word(declared: Number, text: str) -> str:
    """Return the share of ``97 %``, ``97`` or ``0.97``."""
    bare, sign, _ = text.partition("%")
    word = plain_word(declared, bare)
    try:
        number = float(word)
    except ValueError:
        return text.strip()
    return repr(number / 100) if sign or number > 1 else word


def share_text(declared: Number, value: float | None) -> str:
    """Return a share of the training part, ``20 % of training``."""
    return f"{percent_text(declared, value)} of training"


def turns_text(declared: Number, value: float | None) -> str:
    """Return the steps of a discriminator for each of its generator's, ``2 : 1``."""
    return f"{number_text(value or 0)} : 1"


def turns_word(declared: Number, text: str) -> str:
    """Return the first of ``2 : 1``."""
    return plain_word(declared, text.partition(":")[0])


SPLIT_LABELS = {"data.test_fraction": "Train / test", "data.validation_fraction": "Validation"}
SPLIT_MAKERS = {
    "data.test_fraction": partial(NumberBox, reading=split_text, word=split_word),
    "data.validation_fraction": partial(NumberBox, reading=share_text, word=percent_word),
}
"""How a form names and makes the rows of both."""
