"""Handwriting as a language: the pen's moves as tokens, and tokens as strokes again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from playground.data.drawing.drawing import canvas_picture
from playground.data.drawing.ink import Ink
from playground.data.drawing.pen_way import PenWay
from playground.data.drawing.strokes import Strokes
from playground.data.rows import NO_TOKEN

Floats = NDArray[np.float64]
Tokens = NDArray[np.int64]
_FINER = 10
_AHEAD = 3 * _FINER
_NOTHING = -1


@dataclass(frozen=True)
class Writing:
    """What can be asked for, and the moves that write it.

    The tokens 0 to ``directions`` − 1 are steps of equal length, each at its angle: 0 to the right,
    a quarter of them upwards, and so on around. Then come pen up, pen down, end, and a start token
    for each name. A text of tokens begins with a start token and the pen on the paper.

    Parameters
    ----------
    names
        What can be asked for: ``"0"``, ``"a"``.
    directions
        How many directions there are.
    step
        How long a step is, as a share of the longer side of the box around the writing.
    """

    names: tuple[str, ...]
    directions: int = 24
    step: float = 0.11

    @property
    def pen_up(self) -> int:
        """The token that lifts the pen."""
        return self.directions

    @property
    def pen_down(self) -> int:
        """The token that puts the pen down."""
        return self.directions + 1

    @property
    def end(self) -> int:
        """The token behind the last move."""
        return self.directions + 2

    @property
    def moves(self) -> int:
        """How many tokens there are to choose the next from: all but the start tokens."""
        return self.directions + 3

    @property
    def tokens(self) -> int:
        """How many tokens there are."""
        return self.moves + len(self.names)

    def start(self, name: str) -> int:
        """Return the token that asks for a name."""
        return self.moves + self.names.index(name)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """What each token is called, (tokens,)."""
        angles = (f"{360 * k / self.directions:g}°" for k in range(self.directions))
        starts = (f"write {name}" for name in self.names)
        return (*angles, "pen up", "pen down", "end", *starts)

    @cached_property
    def shifts(self) -> Floats:
        """How far each token moves the pen, x to the right and y down, (tokens, 2)."""
        angle = 2 * np.pi * np.arange(self.directions) / self.directions
        shifts = np.zeros((self.tokens, 2))
        shifts[: self.directions] = np.stack([np.cos(angle), -np.sin(angle)], axis=1) * self.step
        return shifts

    def way(self, tokens: ArrayLike) -> tuple[Floats, NDArray[np.bool_]]:
        """Return where the pen is before and after every move, and whether it is on the paper.

        Parameters
        ----------
        tokens
            Moves, with or without the start token before them and the end behind, (moves,).

        Returns
        -------
        (moves + 1, 2), in units of the longer side and beginning at 0, 0; and (moves + 1,).
        """
        moves = np.asarray(tokens, np.int64)
        places = np.concatenate([np.zeros((1, 2)), np.cumsum(self.shifts[moves], axis=0)])
        lifts = np.concatenate([[_NOTHING], np.where(moves == self.pen_up, 1, _NOTHING)])
        lifts[1:][moves == self.pen_down] = 0
        last = np.maximum.accumulate(np.where(lifts == _NOTHING, 0, np.arange(len(lifts))))
        return places, lifts[last] != 1

    def decode(self, tokens: ArrayLike) -> list[Floats]:
        """Return the strokes that moves draw, (points, 2) each; a touch is a stroke of one point.

        See :meth:`way` for the tokens and the units; every beginning of a text can be decoded.
        """
        places, down = self.way(tokens)
        edges = np.flatnonzero(np.diff(down)) + 1
        runs = [run for run in np.split(np.arange(len(down)), edges) if down[run[0]]]
        return [_unrepeated(places[run]) for run in runs]

    def pen_way(self, values: NDArray[np.floating]) -> PenWay:
        """Return the way of the pen of an example (features,), a step for each token."""
        tokens = self.tokens_of(values)
        places, down = self.way(tokens)
        joined = down[1:] & down[:-1] & (tokens < self.directions)
        return PenWay.of_steps(places[1:], joined, down[1:])

    def tokens_of(self, values: NDArray[np.floating]) -> Tokens:
        """Return the tokens of an example (features,), as far as it goes."""
        columns = values.reshape(self.tokens, -1)
        return np.asarray(columns.argmax(axis=0)[columns.max(axis=0) > 0], np.int64)

    def ink(self, values: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return what an example (features,) writes as a picture, (height, width), 0 to 1 ink."""
        return canvas_picture(Ink.fitted(self.decode(self.tokens_of(values)) or [np.zeros((1, 2))]))

    def asked(self, values: NDArray[np.floating]) -> str:
        """Return what an example (features,) was asked to write."""
        return self.names[int(values.reshape(self.tokens, -1)[self.moves :, 0].argmax())]

    def encode(self, strokes: Strokes, *, side: ArrayLike | None = None) -> list[Tokens]:
        """Return the moves that draw each drawing, its end behind them.

        The pen is led along the line: each step goes in the direction nearest to where the line
        first leaves a circle of the step's length, so that no error adds up.

        Parameters
        ----------
        strokes
            The drawings.
        side
            What counts as the longer side of each, in the strokes' units, (drawings,) or one for
            all; that of its box without it. For a drawing that has only begun.
        """
        own = strokes.boxes()[1]
        longer = np.broadcast_to(own if side is None else np.asarray(side, np.float64), own.shape)
        scale = 1 / np.where(longer > 0, longer, 1.0)
        lines = _with_air(strokes.scaled(np.zeros((len(strokes), 2)), scale))
        emitted = _Walk(lines, self).emitted()
        return [row[row != _NOTHING] for row in emitted]

    def texts(
        self, tokens: Sequence[Tokens], labels: NDArray[np.int64], steps: int | None = None
    ) -> tuple[NDArray[np.uint8], Tokens]:
        """Return what a network reads, and what comes next at each step.

        Parameters
        ----------
        tokens
            The moves of each drawing, as :meth:`encode` returns them.
        labels
            Which of ``names`` each drawing shows, (drawings,).
        steps
            How many there are room for; as many as the longest has without it.

        Returns
        -------
        uint8 and int64 of shape (drawings, steps): the inputs, ``NO_TOKEN`` behind a text's end,
        of which the first is the start token; and the targets, −1 behind the end.
        """
        targets = np.full((len(tokens), steps or max(map(len, tokens))), _NOTHING)
        for row, moves in zip(targets, tokens, strict=True):
            row[: len(moves)] = moves
        inputs = np.concatenate([self.moves + labels[:, np.newaxis], targets[:, :-1]], axis=1)
        inputs[targets == _NOTHING] = NO_TOKEN
        return inputs.astype(np.uint8), targets


class _Walk:
    """Leads the pen along the lines of all drawings at once, a token each at a time.

    ``lines`` has strokes by turns on the paper and in the air. ``at`` is the fine point of its
    line that each pen has come to, ``place`` where the steps have really led it.
    """

    def __init__(self, lines: Strokes, writing: Writing) -> None:
        self._writing = writing
        spaces = np.maximum(np.ceil(lines.stroke_lengths / writing.step * _FINER), 1)
        self._last = np.cumsum(spaces.astype(np.int64) + 1) - 1
        line = np.repeat(np.arange(len(spaces)), spaces.astype(np.int64) + 1)
        number = np.arange(len(line)) - (self._last - spaces.astype(np.int64))[line]
        share = number / spaces[line]
        self._fine = lines.at(lines.stroke_starts[line] + share * lines.stroke_lengths[line])
        self._line = lines.drawing_offsets[:-1].copy()
        self._first_line, self._last_line = (
            lines.drawing_offsets[:-1],
            lines.drawing_offsets[1:] - 1,
        )
        self._at = (self._last - spaces.astype(np.int64))[self._line]
        self._place = self._fine[self._at].copy()

    def emitted(self) -> Tokens:
        """Return the tokens in their order, −1 where a pen had none, (drawings, turns)."""
        going = np.arange(len(self._line))
        turns = []
        while len(going):
            tokens = np.full(len(self._line), _NOTHING)
            tokens[going] = self._turn(going)
            turns.append(tokens)
            going = going[tokens[going] != self._writing.end]
        return np.stack(turns, axis=1)

    def _turn(self, going: Tokens) -> Tokens:
        """Take each of some pens a step further, or to its next line; return their tokens."""
        at, last, place = self._at[going], self._last[self._line[going]], self._place[going]
        done = at == last
        ahead = np.minimum(at[:, np.newaxis] + np.arange(1, _AHEAD + 1), last[:, np.newaxis])
        away = self._fine[ahead] - place[:, np.newaxis]
        far = np.einsum("ijk,ijk->ij", away, away) >= self._writing.step**2
        first = np.where(far.any(axis=1), far.argmax(axis=1), _AHEAD - 1)
        pick = np.arange(len(going)), first
        aim, reached = away[pick], ahead[pick]
        # What is left of a line is worth a step where that brings the pen nearer to its end.
        short = np.hypot(*aim.T) < self._writing.step
        ending = reached == last
        steps = ~done & (~short | (ending & (np.hypot(*aim.T) >= self._writing.step / 2)))
        tokens = np.full(len(going), _NOTHING)
        turn = np.arctan2(-aim[:, 1], aim[:, 0]) / (2 * np.pi) * self._writing.directions
        tokens[steps] = np.rint(turn[steps]).astype(np.int64) % self._writing.directions
        self._place[going[steps]] += self._writing.shifts[tokens[steps]]
        self._at[going] = np.where(done, at, reached)
        tokens[done] = self._next_line(going[done])
        return tokens

    def _next_line(self, pens: Tokens) -> Tokens:
        """Lead pens from their finished line to the next, and return the tokens that do."""
        line, writing = self._line[pens], self._writing
        on_paper = (line - self._first_line[pens]) % 2 == 0
        more = line < self._last_line[pens]
        self._at[pens[more]] += 1
        self._line[pens[more]] += 1
        change = np.where(on_paper, writing.pen_up, writing.pen_down)
        return np.where(more, change, writing.end)


def _with_air(strokes: Strokes) -> Strokes:
    """Return drawings whose strokes lie by turns on the paper and in the air between two."""
    inner = np.ones(len(strokes.stroke_offsets) - 1, bool)
    inner[strokes.drawing_offsets[1:] - 1] = False
    leave = strokes.stroke_offsets[1:][inner]
    # Before the first point of each stroke but a drawing's first come the two ends of the air.
    both = np.stack([leave - 1, leave], axis=1).ravel()
    points = np.insert(strokes.points, np.repeat(leave, 2), strokes.points[both], axis=0)
    lengths = np.diff(strokes.stroke_offsets)
    place = np.flatnonzero(inner) + 1
    offsets = np.concatenate([[0], np.cumsum(np.insert(lengths, place, 2))])
    drawings = strokes.drawing_offsets + np.concatenate(
        [[0], np.cumsum(np.diff(strokes.drawing_offsets) - 1)]
    )
    return Strokes(points, offsets, drawings)


def _unrepeated(places: Floats) -> Floats:
    """Return places without those where the pen rested."""
    moved = np.concatenate([[True], (np.diff(places, axis=0) != 0).any(axis=1)])
    return np.asarray(places[moved])
