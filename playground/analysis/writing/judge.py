"""The judge: reads what a network wrote, and never saw anything that a network wrote.

It is made of small networks that travel with the program. Each learned from people's handwriting
alone, as pictures, so the order and the speed of the strokes mean nothing to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

import numpy as np
from numpy.typing import ArrayLike, NDArray

from playground.data.drawing.batch_drawing import read_all
from playground.data.drawing.strokes import Strokes
from playground.data.published.mnist import DRAWING
from playground.errors import DataError
from playground.nn.network import Network

Lines = Sequence[ArrayLike]
"""The strokes of a drawing, (points, 2) each, x to the right and y down, at any scale."""

_PEN = 0.08
"""How thick the pen is, as a share of a drawing's longer side."""


class Judge:
    """Tells which character a drawing is, among those of the same kind as the one asked for.

    A digit is read among the digits and a letter among the letters: nobody tells an o from a 0.
    Several threads may ask it at once; they wait for each other, as a network has one set of
    buffers.

    Parameters
    ----------
    networks
        Each reads pictures of 28×28, and has the names of what it tells apart as its labels.
    """

    def __init__(self, networks: Sequence[Network]) -> None:
        self._networks = {name: each for each in networks for name in _names(each)}
        self._reading = Lock()

    def knows(self, names: Sequence[str]) -> bool:
        """Return whether it can read all of these characters."""
        return all(name in self._networks for name in names)

    def rivals(self, name: str) -> tuple[str, ...]:
        """Return all among which a character is read, itself included."""
        return _names(self._of(name))

    def shares(self, name: str, drawings: Sequence[Lines]) -> NDArray[np.floating]:
        """Return how far each drawing is each of a character's :meth:`rivals`.

        Every beginning of a drawing can be read. The shape is (drawings, rivals).
        """
        strokes = Strokes.of(drawings)
        middle, side = strokes.boxes()
        pictures = read_all(
            strokes.scaled(middle, 1 / np.where(side > 0, side, 1)), DRAWING, pen_width=_PEN
        )
        inputs = pictures.T / np.float32(255)
        with self._reading:
            return self._of(name).forward(inputs).T.copy()

    def read(self, names: Sequence[str], drawings: Sequence[Lines]) -> list[str]:
        """Return what each drawing is read as; it was asked for as the name at its place."""
        read = list(names)
        for network in {id(each): each for each in map(self._of, names)}.values():
            mine = [place for place, name in enumerate(names) if self._of(name) is network]
            shares = self.shares(names[mine[0]], [drawings[place] for place in mine])
            for place, answer in zip(mine, shares.argmax(axis=1), strict=True):
                read[place] = _names(network)[answer]
        return read

    def _of(self, name: str) -> Network:
        if name not in self._networks:
            raise DataError(f"The judge cannot read {name!r}; ask it for a digit or a letter.")
        return self._networks[name]


def _names(network: Network) -> tuple[str, ...]:
    assert network.classes_ is not None
    return tuple(network.classes_.tolist())
