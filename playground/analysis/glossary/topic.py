"""What there is to say of one word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playground.analysis.glossary.curves import Curve


@dataclass(frozen=True)
class Topic:
    """One word of the glossary.

    Attributes
    ----------
    key
        What widgets and other topics call it: ``"gradient"``, the name of a kind's class,
        ``"Adam"``, or of a setting, ``"Training.learning_rate"``.
    title
        What people call it.
    text
        One to three sentences.
    formulas
        One a line.
    use
        When it is chosen, for a kind.
    facts
        What is measured on it, such as the range of an activation, one a line.
    curve
        Computes its curve, where it has one.
    place
        Where it can be seen: ``"lens.weights"``, a setting's path, ``"layers"``, ``"curves"``,
        ``"hand"``, ``"inspector"``, ``"diagnosis"``, ``"timeline"`` or the name of a command.
    see
        The keys of topics to read next.
    also
        Other words for it, to be found by.
    """

    key: str
    title: str
    text: str
    formulas: tuple[str, ...] = ()
    use: str = ""
    facts: tuple[str, ...] = ()
    curve: Callable[[], Curve] | None = None
    place: str = ""
    see: tuple[str, ...] = ()
    also: str = ""
