"""What the layers of a network are called, in every view, message and file that a person reads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from playground.nn.record import INPUT

OUTPUT = "output"
"""The key of an experiment's last layer."""

GENERATOR = "generator_"
"""How the keys of those layers begin that make examples out of noise."""

MADE = GENERATOR + OUTPUT
"""The key of the layer that makes an example."""


class LayerNames:
    """The names of a network's layers, by the key that files and code know each of them by.

    A layer is called after its kind and its place among those of its kind, counted from 1 as the
    cards stand, a block before the layers inside it: the second dense layer is ``Dense 2``, and
    its weights are the W2 of the formulas. The last layer is ``Output``. A name that the user
    gave, which is any key but ``dense_7`` and the like, stays.

    Parameters
    ----------
    layers
        The key and the settings of each layer, as the cards stand.
    last
        The key of the last layer.
    """

    def __init__(self, layers: Iterable[tuple[str, Any]] = (), last: str = OUTPUT) -> None:
        self._short, self._details = {INPUT: "Input", MADE: "Generator output", last: "Output"}, {}
        counts: Counter[str] = Counter()
        for key, settings in layers:
            self._details[key] = _detail(settings)
            if key not in self._short:
                whose = "Generator " if key.startswith(GENERATOR) else ""
                own = key.removeprefix(GENERATOR)
                title = f"{whose}{settings.title}"
                counts[title] += 1
                given = not re.fullmatch(rf"{settings.kind}_\d+", own)
                place = f"{title} {counts[title]}"
                self._short[key] = f"{whose}{own.replace('_', ' ')}" if given else place

    def short(self, key: str) -> str:
        """Return a layer's name, ``Dense 2``."""
        return self._short.get(key, key)

    def full(self, key: str) -> str:
        """Return its name with what it does, ``Dense 2 · ReLU`` or ``Dropout 1 · 20 %``."""
        return " · ".join(filter(None, (self.short(key), self._details.get(key, ""))))

    def words(self, key: str | None) -> str:
        """Return the name as a sentence has it, ``the output layer``; None is every layer."""
        if key is None:
            return "every layer"
        short = self.short(key)
        words = {"Input": "the input", "Output": "the output layer"}
        return (words | {"Generator output": "the generator's output layer"}).get(short, short)

    def tensor(self, name: str) -> str:
        """Return what a tensor is called, ``Dense 1 · weights`` for ``dense_1.weights``."""
        key, _, tensor = name.rpartition(".")
        return f"{self.short(key)} · {tensor.replace('_', ' ')}"


def _detail(settings: Any) -> str:
    """Return what a layer does in a word or two: its activation, or what its kind says of it."""
    activation = getattr(settings, "activation", None)
    return str(getattr(settings, "detail", "") if activation is None else activation.title)


def as_cards_stand(layers: Sequence[Any]) -> Iterator[Any]:
    """Yield each layer, or the settings of each, a block before the layers inside it."""
    for layer in layers:
        yield layer
        yield from as_cards_stand(getattr(layer, "inside", getattr(layer, "layers", ())))
