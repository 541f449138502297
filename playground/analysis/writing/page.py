"""A page of writing: what a network wrote, or what people did, and what the judge reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from playground.analysis.writing.judge import Judge
from playground.analysis.writing.writer import TEMPERATURE, Writer
from playground.data.drawing.writing import Tokens, Writing
from playground.data.preparation import Prepared
from playground.training.model import Model

_AT_ONCE = 50
_MANY = 16
"""So many characters fill a page with a few of each."""


@dataclass(frozen=True, eq=False)
class Page:
    """Characters, what was asked for at each place, and what the judge reads there.

    Attributes
    ----------
    names, read
        What was asked for, and what it is read as.
    moves
        The moves of each, the end behind them where there is one.
    """

    names: tuple[str, ...]
    moves: tuple[Tokens, ...]
    read: tuple[str, ...]

    @cached_property
    def right(self) -> NDArray[np.bool_]:
        """Whether each is read as asked, (characters,)."""
        return np.array([asked == read for asked, read in zip(self.names, self.read, strict=True)])

    @cached_property
    def by_name(self) -> dict[str, float]:
        """The share that is read as asked of each name that was asked for, in their order."""
        names = np.array(self.names, object)
        return {name: float(self.right[names == name].mean()) for name in dict.fromkeys(self.names)}

    @property
    def read_as_asked(self) -> float:
        """The share that is read as asked, every name counting alike however often it is there."""
        return float(np.mean(list(self.by_name.values())))


def samples(writing: Writing) -> int:
    """Return how many of each name tell well enough how well a network writes."""
    return 20 if len(writing.names) <= _MANY else 8


def written(
    model: Model,
    judge: Judge,
    each: int,
    *,
    temperature: float = TEMPERATURE,
    seed: int = 0,
) -> Page:
    """Let a network write ``each`` of all that can be asked for, always by the same lots.

    Raises
    ------
    DataError
        Where the network cannot write, or the judge cannot read what it writes.
    """
    writer = Writer(model)
    names = writer.writing.names * each
    moves = writer.write(names, temperature=temperature, rng=np.random.default_rng(seed))
    return _judged(judge, writer.writing, names, moves, model.breathe)


def by_people(model: Model, judge: Judge, prepared: Prepared) -> Page:
    """Return what people wrote, as far as it tests the network: how well the judge reads at all."""
    writing, inputs = prepared.dataset.writing, prepared.dataset.inputs
    assert writing is not None
    texts = [writing.tokens_of(inputs[row]) for row in prepared.test_index]
    names = [writing.names[int(text[0]) - writing.moves] for text in texts]
    return _judged(judge, writing, names, [text[1:] for text in texts], model.breathe)


def _judged(
    judge: Judge,
    writing: Writing,
    names: Sequence[str],
    moves: Sequence[Tokens],
    breathe: Callable[[], None],
) -> Page:
    read: list[str] = []
    for start in range(0, len(names), _AT_ONCE):
        breathe()
        part = slice(start, start + _AT_ONCE)
        read += judge.read(names[part], [writing.decode(text) for text in moves[part]])
    return Page(tuple(names), tuple(moves), tuple(read))
