"""A network that can tell the next move of a pen writes: each move is drawn by its probability."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from playground.data.drawing.strokes import Strokes
from playground.data.drawing.writing import Tokens
from playground.data.rows import NO_TOKEN, TokenRows
from playground.errors import DataError
from playground.training.model import Model

Floats = NDArray[np.float64]
Texts = NDArray[np.uint8]

TEMPERATURE = 0.4
"""At which a trained network writes legibly, and a character never twice in the same way."""

_AT_ONCE = 64
_COLDEST = 1e-3


@dataclass(frozen=True, eq=False)
class NextMove:
    """A move, and how likely each was.

    Attributes
    ----------
    token
        The move that was drawn by lot: one of :class:`~playground.data.drawing.writing.Writing`.
    shares
        (moves,): the probabilities that it was drawn by, the temperature included.
    """

    token: int
    shares: Floats


class Writer:
    """Writes with a network as it is at this moment; it may learn on meanwhile.

    A character begins with the token that asks for it. The network tells how likely each next move
    is, one is drawn by lot, and both are read again, until the end is drawn or the network has no
    step left. The network is float32 here, as in training.

    Parameters
    ----------
    model
        The network; the model's ``breathe`` is called before each move of many characters.

    Raises
    ------
    DataError
        Where its data are no moves of a pen.

    Attributes
    ----------
    writing
        What the moves mean, and what can be asked for.
    most
        How many moves a character has at most.
    """

    def __init__(self, model: Model) -> None:
        dataset = model.dataset
        if dataset.writing is None:
            raise DataError(
                f"This network cannot write: it learned from {dataset.title}; choose one that "
                "learned pen moves."
            )
        self.writing = dataset.writing
        self.most = dataset.input_shape[1]
        self._model = model
        self._network = model.network.clone(dtype=np.float32)

    def write(
        self, names: Sequence[str], *, temperature: float, rng: np.random.Generator
    ) -> list[Tokens]:
        """Return the moves of many characters, the end behind each that came to it.

        Parameters
        ----------
        names
            What to write, each one of ``writing.names``.
        temperature
            Probabilities are raised to 1/temperature: below 1 likely moves are likelier still, and
            at 0 the likeliest is always taken.
        rng
            Draws the moves. The same one gives the same characters, as far as the network is the
            same; what is drawn for a character does not hang on the others' lengths.

        Raises
        ------
        DataError
            On a name that cannot be asked for.
        """
        starts = [self._start(name) for name in names]
        lots = rng.random((len(names), self.most))
        texts = np.full((len(names), self.most + 1), NO_TOKEN, np.uint8)
        texts[:, 0] = starts
        lengths = np.ones(len(names), np.int64)
        going = np.arange(len(names))
        while len(going):
            # As one character ends, the next one that waits takes its place in the batch.
            now = going[:_AT_ONCE]
            batch = np.resize(going, min(len(names), _AT_ONCE))
            self._model.breathe()
            shares = self._shares(texts[batch], lengths[batch], temperature)[: len(now)]
            tokens = _drawn(shares, lots[now, lengths[now] - 1])
            texts[now, lengths[now]] = tokens
            lengths[now] += 1
            going = going[(texts[going, lengths[going] - 1] != self.writing.end)]
            going = going[lengths[going] <= self.most]
        moves = texts.astype(np.int64)
        return [text[1:length] for text, length in zip(moves, lengths, strict=True)]

    def moves(
        self,
        name: str,
        *,
        temperature: float,
        rng: np.random.Generator,
        begun: Sequence[int] | Tokens = (),
    ) -> Iterator[NextMove]:
        """Yield the moves of one character one by one, the end too; see :meth:`write`.

        ``begun`` are moves that have been made, which it goes on from: see :meth:`begun`.
        """
        text = np.full((1, self.most), NO_TOKEN, np.uint8)
        made = [self._start(name), *begun][: self.most]
        text[0, : len(made)] = made
        for length in range(len(made), self.most + 1):
            shares = self._shares(text, np.array([length]), temperature)
            token = int(_drawn(shares, rng.random(1))[0])
            yield NextMove(token, shares[0])
            if token == self.writing.end or length == self.most:
                return
            text[0, length] = token

    def begun(self, lines: Sequence[ArrayLike], side: float) -> Tokens:
        """Return the moves that a person has made so far, for :meth:`moves` to go on from.

        ``lines`` are strokes, (points, 2) each; ``side`` is how long the longer side of the whole
        character will be, in their units. The first of their points is where the moves begin.
        """
        return self.writing.encode(Strokes.of([lines]), side=side)[0][:-1]

    def _start(self, name: str) -> int:
        if name not in self.writing.names:
            raise DataError(
                f"This network cannot write {name!r}; ask for {', '.join(self.writing.names)}."
            )
        return self.writing.start(name)

    def _shares(self, texts: Texts, lengths: NDArray[np.int64], temperature: float) -> Floats:
        """Return how likely each next move of texts is, (texts, moves)."""
        rows = TokenRows(texts[:, : self.most], self.writing.tokens)[:]
        with np.errstate(all="ignore"):
            outputs = self._model.in_time(self._network.forward(rows.T))
        answers = outputs[np.arange(len(texts)), :, lengths - 1].astype(np.float64)
        shares = self._model.shares(np.nan_to_num(answers))
        highest = shares.max(axis=1, keepdims=True)
        sharpened = (shares / highest) ** (1 / max(temperature, _COLDEST))
        return np.asarray(sharpened / sharpened.sum(axis=1, keepdims=True))


def _drawn(shares: Floats, lots: Floats) -> NDArray[np.int64]:
    """Return a move for each row of shares, by a number from 0 to below 1."""
    reached = shares.cumsum(axis=1)
    return np.asarray((reached > lots[:, np.newaxis] * reached[:, -1:]).argmax(axis=1), np.int64)
