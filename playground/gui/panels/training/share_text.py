"""How shares of a whole read in forms: ``80 % / 20 %``, ``97 %``."""

from __future__ import annotations

from functools import partial

from playground.fields import Number
from playground.gui.forms.number_box import NumberBox
from playground.gui.forms.number_text import number_text, plain_word


def split_text(declared: Number, value: float | None) -> str:
    """Return what is left for training and what a fraction holds back."""
    held = 100 * (value or 0.0)
    return f"{number_text(round(100 - held, 6))} % / {number_text(round(held, 6))} %"


def split_word(declared: Number, text: str) -> str:
    """Return the fraction held back of ``80 % / 20 %``, ``20 %``, ``20`` or ``0.2``."""
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


SPLIT_LABELS = {
    "data.test_fraction": "Train / test",
    "data.validation_fraction": "Train / validation",
}
SPLIT_MAKERS = dict.fromkeys(SPLIT_LABELS, partial(NumberBox, reading=split_text, word=split_word))
"""How a form names and makes the rows of both."""
