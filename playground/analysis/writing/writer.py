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
from playground.nn.network import Network
from playground.training.model import Model

Floats = NDArray[np.float64]
Texts = NDArray[np.uint8]

TEMPERATURE = 0.4
"""At which a trained network writes legibly, and a character never twice in the same way."""

_AT_ONCE = 100
_LONGER_BY = 8
_COLDEST = 1e-9
_TRIES = 8


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
        self._shorter: dict[int, Network] = {}

    def write(
        self, names: Sequence[str], *, temperature: float, rng: np.random.Generator
    ) -> list[Tokens]:
        """Return the moves of many characters, the end behind each that came to it.

        One that came out exactly like another is written anew, several times where need be: no two
        are alike, except where hardly any move is left to chance.

        Parameters
        ----------
        names
            What to write, each one of ``writing.names``.
        temperature
            Probabilities are raised to 1/temperature: below 1 likely moves are likelier still, and
            at 0 the likeliest is always taken.
        rng
            Draws the moves. The same one gives the same characters, as far as the network is the
            same.

        Raises
        ------
        DataError
            On a name that cannot be asked for.
        """
        starts = np.array([self._start(name) for name in names])
        texts: list[Tokens] = [starts[:0]] * len(names)
        wanted = list(range(len(names)))
        in_vain = 0
        while wanted and in_vain < _TRIES:
            lots = rng.random((len(wanted), self.most))
            for at in range(0, len(wanted), _AT_ONCE):
                places = wanted[at : at + _AT_ONCE]
                made = self._write(starts[places], lots[at : at + _AT_ONCE], temperature)
                for place, text in zip(places, made, strict=True):
                    texts[place] = text
            before, wanted = len(wanted), _repeats(names, texts)
            in_vain = 0 if len(wanted) < before else in_vain + 1
        return texts

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
        text = np.full((1, self.most + 1), NO_TOKEN, np.uint8)
        made = [self._start(name), *begun][: self.most + 1]
        text[0, : len(made)] = made
        for length in range(len(made), self.most + 1):
            shares = self._shares(text, length, temperature)
            token = text[0, length] = _drawn(shares, rng.random(1))[0]
            yield NextMove(int(token), shares[0])
            if token == self.writing.end:
                return

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

    def _write(self, starts: Tokens, lots: Floats, temperature: float) -> list[Tokens]:
        end, going = self.writing.end, np.arange(len(starts))
        texts = np.full((len(starts), self.most + 1), NO_TOKEN, np.uint8)
        texts[:, 0] = starts
        for length in range(1, self.most + 1):
            if length % _LONGER_BY == 1:  # the network is another one: the time to leave some out
                going = going[(texts[going] != end).all(axis=1)]
            if not len(going):
                break
            self._model.breathe()
            shares = self._shares(texts[going], length, temperature)
            texts[going, length] = _drawn(shares, lots[going, length - 1])
        moves = texts[:, 1:].astype(np.int64)
        ends = np.where((moves == end).any(axis=1), (moves == end).argmax(axis=1) + 1, self.most)
        return [text[:length] for text, length in zip(moves, ends, strict=True)]

    def _shares(self, texts: Texts, length: int, temperature: float) -> Floats:
        """Return how likely each move behind so many tokens of texts is, (texts, moves)."""
        network = self._of_steps(min(-(-length // _LONGER_BY) * _LONGER_BY, self.most))
        rows = TokenRows(texts[:, : network.input_shape[1]], self.writing.tokens)[:]
        with np.errstate(all="ignore"):
            outputs = self._model.in_time(network.forward(rows.T))
        shares = self._model.shares(np.nan_to_num(outputs[:, :, length - 1].astype(np.float64)))
        sharpened = (shares / shares.max(axis=1, keepdims=True)) ** (1 / max(temperature, _COLDEST))
        return np.asarray(sharpened / sharpened.sum(axis=1, keepdims=True))

    def _of_steps(self, steps: int) -> Network:
        """Return the network for so many steps: what has not been written is not computed.

        It is the whole one where what it learned hangs on the number of steps.
        """
        whole = self._network
        if steps not in self._shorter:
            layers = [layer.settings for layer in whole.row]
            shape = (whole.input_shape[0], steps)
            short = Network(shape, layers, dtype=whole.dtype, padded=whole.padded)
            if short.parameter_count == whole.parameter_count:
                short.parameters[:], short.statistics[:] = whole.parameters, whole.statistics
            else:
                short = whole
            self._shorter[steps] = short
        return self._shorter[steps]


def _drawn(shares: Floats, lots: Floats) -> NDArray[np.int64]:
    """Return a move for each row of shares, by a number from 0 to below 1."""
    reached = shares.cumsum(axis=1)
    return np.asarray((reached > lots[:, np.newaxis] * reached[:, -1:]).argmax(axis=1), np.int64)


def _repeats(names: Sequence[str], texts: Sequence[Tokens]) -> list[int]:
    """Return the places of what has been written before in the same way."""
    before: set[tuple[str, bytes]] = set()
    repeats = []
    for place, written in enumerate(zip(names, map(np.ndarray.tobytes, texts), strict=True)):
        if written in before:
            repeats.append(place)
        before.add(written)
    return repeats
