"""The hand that writes what the network tells: character after character, at a human speed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from playground.analysis.writing.writer import NextMove, Writer
from playground.data.drawing.stroke_files import OnLine, places_on_a_line
from playground.data.drawing.writing import Writing
from playground.gui.probes.stroke_recorder import SIDE
from playground.gui.widgets.timers import every
from playground.training.model import Model

Places = NDArray[np.floating]

FRAME_MS = 16
MOVE_S = 0.07
"""How long the pen takes for a move: two seconds for a digit."""

SPACE = " "
FILLED = 0.7
"""How much of the canvas a character fills that is written alone."""

_PEN = 0.1
_PLANNING_S = 0.003
_LONGEST_S = 0.1
_LINE_FILLED, _USUAL_WIDTH, _HIGHEST = 0.92, 0.78, 0.5
_SMALLEST = 0.3
"""A character that is hardly more than a touch is not magnified to the whole canvas."""


@dataclass(eq=False)
class Character:
    """A character, its moves as far as they are known.

    Attributes
    ----------
    name
        What was asked for, or a space.
    begun
        The moves that a person made before.
    moves
        What the network went on with, the end too.
    known
        Whether that is all.
    """

    name: str
    begun: tuple[int, ...] = ()
    moves: list[NextMove] = field(default_factory=list)
    known: bool = False

    @property
    def tokens(self) -> list[int]:
        """All its moves."""
        return [*self.begun, *(move.token for move in self.moves)]


class Scribe(QObject):
    """Writes with the network as it is at the beginning of each character.

    The moves of a character are worked out before the pen begins to move, a few in every frame, so
    that its place on the canvas is known. ``moved`` tells that the pen is elsewhere, ``move_made``
    that it has come to the end of a move, ``finished`` that all is written or was stopped, and
    ``changed`` that it began, paused or ended.

    Attributes
    ----------
    characters
        All that was asked for, as far as it has been begun.
    made
        How many of the network's moves of the last character have been made.
    """

    moved = Signal()
    move_made = Signal()
    changed = Signal()
    finished = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.characters: list[Character] = []
        self.made = 0
        self._model: Model | None = None
        self._writing: Writing | None = None
        self._rest: list[str] = []
        self._count = 0
        self._plan: Iterator[NextMove] | None = None
        self._since = 0.0
        self._temperature = 0.0
        self._lots = np.random.default_rng()
        self._scale = 1.0
        self._shift = np.zeros(2)
        self._at: list[OnLine] = []
        self._last = 0.0
        self._timer: QTimer = every(self, FRAME_MS, self._on_timeout)

    # What it is told to do.

    @property
    def active(self) -> bool:
        """Whether there is more to write."""
        return bool(self.characters) and not self._done

    @property
    def placed(self) -> bool:
        """Whether the pen is on the canvas."""
        return bool(self.characters) and len(self._at) == len(self.characters)

    @property
    def writing(self) -> bool:
        """Whether the pen moves."""
        return self._timer.isActive()

    def begin(self, model: Model, names: Sequence[str], temperature: float, seed: int) -> None:
        """Write characters, spaces among them, beside each other."""
        self._start(model, names, temperature, seed)
        self._next_character()
        self.go_on()

    def finish(
        self, model: Model, name: str, lines: Sequence[Places], temperature: float, seed: int
    ) -> None:
        """Go on with what a person began, where it is on the canvas: its lines, (points, 2)."""
        self._start(model, [name], temperature, seed)
        points = np.concatenate(lines)
        side = max(FILLED * SIDE, float((points.max(axis=0) - points.min(axis=0)).max()))
        begun = Writer(model).begun(lines, side)
        self._next_character(tuple(int(token) for token in begun))
        assert self._writing is not None
        reached = self._writing.way(begun)[0][-1]
        self._scale, self._shift = side, points[-1] - reached * side
        self.go_on()

    def forget(self) -> None:
        """Let go of all that was written."""
        self._timer.stop()
        self.characters, self._rest, self._plan, self.made = [], [], None, 0
        self._at, self._count = [], 0
        self.changed.emit()

    @Slot()
    def go_on(self) -> None:
        """Let the pen move."""
        if self.active:
            self._last = perf_counter()
            self._timer.start()
            self.changed.emit()

    @Slot()
    def pause(self) -> None:
        """Let the pen rest."""
        self._timer.stop()
        self.changed.emit()

    @Slot()
    def stop(self) -> None:
        """Leave it at what is written."""
        if self.active:
            del self.characters[-1].moves[self.made :]
            self._rest = []
            self._end()

    def set_temperature(self, temperature: float) -> None:
        """Write on at another temperature, from the next move on."""
        self._temperature = temperature
        if self.active and self._model is not None and self.characters[-1].name != SPACE:
            now = self.characters[-1]
            del now.moves[self.made :]
            now.known = False
            self._plan = self._moves_of(now)

    def advance(self, seconds: float) -> None:
        """Move the pen on by a time."""
        if not self._planned():
            return
        self._since += seconds
        now = self.characters[-1]
        while self._since >= MOVE_S and self.made < len(now.moves):
            self._since -= MOVE_S
            self.made += 1
            self.move_made.emit()
        if self.made == len(now.moves):
            self._since = 0.0
            if self._rest:
                self._next_character()
            else:
                self._end()
        self.moved.emit()

    # What it has written.

    @property
    def name(self) -> str:
        """What the last character is."""
        return self.characters[-1].name if self.characters else ""

    @property
    def tokens(self) -> list[int]:
        """The moves of the last character that have been made."""
        now = self.characters[-1]
        return [*now.begun, *(move.token for move in now.moves[: self.made])]

    @property
    def count(self) -> int:
        """How many moves the network makes for the last character."""
        return len(self.characters[-1].moves) if self.characters else 0

    @property
    def next_move(self) -> NextMove | None:
        """The move that the pen is at, or the last one of all."""
        moves = self.characters[-1].moves if self.characters else []
        return moves[min(self.made, len(moves) - 1)] if moves else None

    @property
    def pen(self) -> Places:
        """Where on the canvas the pen is, (2,); only where something is written."""
        places = self._places()
        here = len(self.characters[-1].begun) + self.made
        at = places[here]
        if here + 1 < len(places):
            at = at + (places[here + 1] - at) * min(self._since / MOVE_S, 1.0)
        return np.asarray(at)

    @property
    def pen_width(self) -> float:
        """How thick it writes, canvas units."""
        return _PEN * self._scale

    def lines(self) -> list[Places]:
        """Return all strokes that the network left on the paper so far, to where the pen is."""
        earlier = range(len(self.characters) - 1)
        return [*(line for each in earlier for line in self._strokes(each)), *self.last_lines()]

    def last_lines(self) -> list[Places]:
        """Return the strokes of the last character so far."""
        last = len(self.characters) - 1
        if last < 0 or last >= len(self._at):
            return []
        lines = self._strokes(last, self.made)
        if self._since and self._is_down:
            lines[-1] = np.concatenate([lines[-1], self.pen[np.newaxis]])
        return lines

    def drawing(self, character: int = -1) -> list[Places]:
        """Return the strokes of a character so far, its longer side about 1."""
        assert self._writing is not None
        each = self.characters[character]
        tokens = self.tokens if each is self.characters[-1] else each.tokens
        return list(self._writing.decode(tokens))

    # How it is done.

    @property
    def _done(self) -> bool:
        now = self.characters[-1]
        return now.known and self.made >= len(now.moves) and not self._rest

    def _start(self, model: Model, names: Sequence[str], temperature: float, seed: int) -> None:
        self._timer.stop()
        self.characters, self._at = [], []
        self._model, self._writing = model, Writer(model).writing
        self._rest, self._count = list(names), len(names)
        self._temperature, self._lots = temperature, np.random.default_rng(seed)
        self._scale = 0.0

    def _next_character(self, begun: tuple[int, ...] = ()) -> None:
        now = Character(self._rest.pop(0), begun)
        self.characters.append(now)
        self.made, self._since = 0, 0.0
        if now.name == SPACE:
            now.known = True
        else:
            self._plan = self._moves_of(now)

    def _moves_of(self, now: Character) -> Iterator[NextMove]:
        """Return the rest of a character's moves, by the network as it is now."""
        assert self._model is not None
        return Writer(self._model).moves(
            now.name, temperature=self._temperature, rng=self._lots, begun=now.tokens
        )

    def _planned(self) -> bool:
        """Work out moves for a part of a frame; return whether all of them are known."""
        if self._plan is None:
            return bool(self.characters)
        now, until = self.characters[-1], perf_counter() + _PLANNING_S
        while perf_counter() < until:
            move = next(self._plan, None)
            if move is None:
                now.known, self._plan = True, None
                self._lay()
                return True
            now.moves.append(move)
        return False

    def _lay(self) -> None:
        """Find the place of all that is known on the canvas."""
        assert self._writing is not None
        strokes = [self._writing.decode(each.tokens) for each in self.characters]
        if self._count == 1:
            self._at = [OnLine(1.0, np.zeros(2))]
            if not self._scale:
                points = np.concatenate(strokes[0])
                low, high = points.min(axis=0), points.max(axis=0)
                self._scale = FILLED * SIDE / max(float((high - low).max()), _SMALLEST)
                self._shift = SIDE / 2 - (low + high) / 2 * self._scale
            return
        names = [each.name for each in self.characters]
        strokes = [
            [] if name == SPACE else lines for name, lines in zip(names, strokes, strict=True)
        ]
        self._at = places_on_a_line(names, strokes)
        laid = [
            at.laid(line) for at, lines in zip(self._at, strokes, strict=True) for line in lines
        ]
        right = float(np.concatenate(laid)[:, 0].max()) if laid else 0.0
        room = _LINE_FILLED * SIDE
        self._scale = min(room / max(right, _USUAL_WIDTH * self._count), _HIGHEST * SIDE)
        middle = max(right, _USUAL_WIDTH * self._count) / 2
        self._shift = np.array([SIDE / 2 - middle * self._scale, SIDE / 2 + self._scale / 2])

    def _on_canvas(self, character: int, places: Places) -> Places:
        return np.asarray(self._at[character].laid(places) * self._scale + self._shift)

    def _strokes(self, character: int, made: int | None = None) -> list[Places]:
        """Return the strokes that the network's moves drew, the first ``made`` of them."""
        assert self._writing is not None
        each = self.characters[character]
        begun = len(each.begun)
        tokens = each.tokens if made is None else each.tokens[: begun + made]
        places, down = self._writing.way(tokens)
        places, down = places[begun:], down[begun:]
        edges = np.flatnonzero(np.diff(down)) + 1
        runs = np.split(np.arange(len(down)), edges)
        lines = [places[run] for run in runs if down[run[0]] and each.name != SPACE]
        return [self._on_canvas(character, line) for line in lines]

    def _places(self) -> Places:
        """Return where on the canvas the pen is before and after every move of this character."""
        assert self._writing is not None
        way = self._writing.way(self.characters[-1].tokens)[0]
        return self._on_canvas(len(self.characters) - 1, way)

    @property
    def _is_down(self) -> bool:
        assert self._writing is not None
        return bool(self._writing.way(self.tokens)[1][-1])

    def _end(self) -> None:
        self._timer.stop()
        self._plan = None
        self.characters[-1].known = True
        self.changed.emit()
        self.finished.emit()

    @Slot()
    def _on_timeout(self) -> None:
        now = perf_counter()
        elapsed, self._last = min(now - self._last, _LONGEST_S), now
        self.advance(elapsed)
