"""The steps of a sequence in lines, like words on a page: a cell for each number of each step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QSize, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSizePolicy

from playground.gui.look.colors import Colors
from playground.gui.look.heat import Pixels
from playground.gui.look.theme import colors_of
from playground.gui.widgets.cell_texts import Texts
from playground.gui.widgets.cells import Cell, CellBlock, Part
from playground.gui.widgets.heat_grid import HeatGrid
from playground.gui.widgets.ink_image import ink_pixels
from playground.wording import fixed

_CELL, _NARROW, _TALLEST = 27, 21, 260
_LINE_GAP = 5
_LONGEST = 3


class StepGrid(HeatGrid):
    """A column of cells for each step, or one cell with the word of its token.

    ``typed`` carries a step and a token whose word was typed there. What the mouse or the keys
    point at, and choose, :class:`HeatGrid` tells; :meth:`step_of` says which step a cell is.
    """

    typed = Signal(int, int)

    def __init__(self) -> None:
        super().__init__("stepGrid", "The steps of the sequence")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._words: tuple[str, ...] = ()
        self._values: NDArray[np.floating] = np.zeros((1, 0))
        self._ink: NDArray[np.floating] = np.zeros((1, 0))
        self._names: tuple[str, ...] = ()
        self._step: int | None = None

    def set_tokens(self, tokens: NDArray[np.integer], words: Sequence[str]) -> None:
        """Show a token for each step, (steps,), −1 for none, by its word."""
        self._words, self._names = tuple(words), ()
        shades = np.linspace(0.15, 1.0, len(words))
        shades[[len(word) > _LONGEST for word in words]] = 0.0
        ink = np.where(tokens < 0, 0.0, shades[tokens])
        self._take(tokens[np.newaxis].astype(np.float64), ink[np.newaxis])

    def set_numbers(
        self, values: NDArray[np.floating], ink: NDArray[np.floating], names: Sequence[str]
    ) -> None:
        """Show numbers (units, steps), shaded by ``ink``, by the names of the units."""
        self._words, self._names = (), tuple(names)
        self._take(values, ink)

    def set_step(self, step: int | None) -> None:
        """Mark a step, counted from 0, or none."""
        self._step = step
        self.viewport().update()

    def step_of(self, cell: Cell) -> int:
        """Return which step a cell belongs to."""
        return cell.block * self._across + cell.column

    def _take(self, values: NDArray[np.floating], ink: NDArray[np.floating]) -> None:
        resized = values.shape != self._values.shape
        self._values, self._ink = values, ink
        if resized:
            self.measure()
            self.updateGeometry()
        else:
            self.tell()
        self.viewport().update()

    # What the grid asks.

    @property
    def _steps(self) -> int:
        return int(self._values.shape[1])

    def _cell(self, width: int) -> int:
        """Return how wide a cell is: small where the steps would take too much height."""
        return _CELL if self._height(width, _CELL) <= _TALLEST else _NARROW

    @property
    def _across(self) -> int:
        width = self.viewport().width()
        return max(width // self._cell(width), 1)

    def _height(self, width: int, cell: int) -> int:
        lines = -(-self._steps // max(width // cell, 1))
        return lines * (len(self._values) * cell + _LINE_GAP)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return min(self._height(width, self._cell(width)), _TALLEST)

    def measure(self) -> None:
        """Break the steps into lines that fit."""
        cell, across = self._cell(self.viewport().width()), self._across
        rows = len(self._values)
        high = rows * cell + _LINE_GAP
        counts = [min(across, self._steps - first) for first in range(0, self._steps, across)]
        self.place(
            [CellBlock(0, line * high, rows, n, cell, cell) for line, n in enumerate(counts)]
        )

    def _part(self, block: int, part: Part) -> tuple[slice, slice]:
        first = block * self._across
        return part[0], slice(first + part[1].start, first + part[1].stop)

    def pixels(self, block: int, part: Part) -> Pixels:
        return ink_pixels(self._ink[self._part(block, part)] * 0.85, colors_of(self))

    def texts(self, block: int, part: Part) -> Texts:
        values = self._values[self._part(block, part)]
        if self._words:
            return [[self._word(int(token)) for token in row] for row in values]
        digits = 1 if self.blocks[block].width < _CELL else 2
        return [[fixed(float(value), digits) for value in row] for row in values]

    def _word(self, token: int) -> str:
        word = "" if token < 0 else self._words[token]
        return "·" if len(word) > _LONGEST else word

    def sentence(self, cell: Cell) -> str:
        step = self.step_of(cell)
        value = self._values[cell.row, step]
        if not self._words:
            return f"Step {step + 1}: {self._names[cell.row]} {fixed(float(value), 2)}."
        word = "nothing" if value < 0 else self._words[int(value)]
        return f"Step {step + 1}: {word}."

    def frames(self, colors: Colors) -> Iterable[tuple[QRect, str]]:
        if self._step is not None and self._steps:
            line, column = divmod(min(self._step, self._steps - 1), self._across)
            ends = (Cell(line, row, column) for row in (0, len(self._values) - 1))
            first, last = map(self.cell_rect, ends)
            yield first.united(last), colors.warning

    def walked(self, cell: Cell, down: int, right: int) -> Cell:
        """Go on to the next line at the end of one."""
        row = cell.row + down
        step = self.step_of(cell) + right
        if not 0 <= row < len(self._values):
            step, row = step + down * self._across, row % len(self._values)
        if not 0 <= step < self._steps:
            return cell
        line, column = divmod(step, self._across)
        return Cell(line, row, column)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take a token by the first letter of its word, and go on to the next step."""
        typed, here = event.text(), self.current
        matches = [place for place, word in enumerate(self._words) if word[:1] == typed]
        if typed.strip() and matches and here is not None:
            self.typed.emit(self.step_of(here), matches[0])
            self._go(self.walked(here, 0, 1))
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(280, self.heightForWidth(280))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 2 * _CELL)
