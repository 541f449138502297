"""The arrays of a stage as heat maps side by side, with their numbers where these fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy

from playground.analysis.slow_step import Matrix, SlowStep, Stage
from playground.gui.lenses.step.matrix_layout import HEADER, INDEX, ShownMatrix, laid_out
from playground.gui.lenses.step.tiling import NOTHING
from playground.gui.look.colors import Colors
from playground.gui.look.heat import Floats, Pixels, greatest_size, signed_pixels
from playground.gui.look.theme import colors_of, ui_font
from playground.gui.widgets.cell_texts import Texts
from playground.gui.widgets.cells import Cell, Part
from playground.gui.widgets.heat_grid import CENTER, LEFT, RIGHT, HeatGrid
from playground.gui.widgets.readings import Readings
from playground.nn.explain.stage import EXAMPLE, INPUT, MAP, NEURON, STEP, TAP, Origin
from playground.nn.explain.writing import figure
from playground.nn.names import LayerNames
from playground.wording import nth


class MatrixStrip(HeatGrid):
    """The matrices of a :class:`Stage`; what is computed is marked, and so is its origin.

    ``entry_clicked`` carries the place of the matrix in the stage, a row and a column. The keys
    are left to the lens, which walks the stages by them.
    """

    entry_clicked = Signal(int, int, int)

    def __init__(self) -> None:
        super().__init__("stepMatrices", "Arrays of this stage")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.show_no_bars()
        self.parted = False
        self.shown: list[ShownMatrix] = []
        self._stage: Stage | None = None
        self._names = LayerNames()
        self._lengths: NDArray[np.intp] | None = None
        self._cursor: dict[str, int] = {}
        self._revealed: int | None = None
        self._origins: Mapping[str, Origin] = {}
        self._greatest: list[float] = []
        self._largest: list[float] = []
        self._headers: list[int] = []
        self.cell_pointed.connect(self._on_cell_pointed)
        self.cell_chosen.connect(self._on_cell_chosen)

    def show_stage(self, stage: Stage, slow: SlowStep) -> None:
        """Show the arrays of another stage of a step."""
        self._stage, self._names, self._origins = stage, slow.names, {}
        self._lengths = slow.lengths
        self._greatest = list(map(greatest_size, self._arrays()))
        bold, small = QFontMetrics(ui_font(bold=True)), QFontMetrics(self.small)
        self._headers = [
            max(
                bold.horizontalAdvance(matrix.symbol) + 8
                + small.horizontalAdvance(_shape_of(matrix)),
                small.horizontalAdvance(
                    f"{matrix.title} · {'steps of ' * bool(matrix.steps)}example "
                    f"{matrix.values.shape[1]}"
                ),
            ) + 2
            for matrix in stage.matrices
        ]  # fmt: skip
        self.setVisible(bool(stage.matrices))
        self.measure()

    def point_to(self, cursor: Mapping[str, int], revealed: int | None) -> None:
        """Mark the chosen entry; only the first ``revealed`` rows of the result are there yet."""
        self._cursor, self._revealed = dict(cursor), revealed
        stage = self._stage
        if stage is not None and stage.computed is not None and stage.origins is not None:
            self._origins = stage.origins(*chosen_entry(stage.computed, cursor))
        else:
            self._origins = {}
        self.measure()

    def measure(self) -> None:
        before = sum(shown.area.height() for shown in self.shown)
        self.shown, _ = self._placed(self.viewport().width())
        # A picture's colours are its own: another example may have far larger numbers.
        self._largest = [
            greatest_size(values[shown.rows, shown.columns]) if shown.pictured else whole
            for values, whole, shown in zip(self._arrays(), self._greatest, self.shown, strict=True)
        ]
        self.place([shown.cells for shown in self.shown])
        if sum(shown.area.height() for shown in self.shown) != before:
            self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._placed(width)[1]

    def sizeHint(self) -> QSize:
        return QSize(400, self.heightForWidth(max(self.width(), 200)))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 20)

    def pixels(self, block: int, part: Part) -> Pixels:
        pixels = signed_pixels(self._entries(block, part), self._largest[block], self.dark)
        ground = np.array(QColor(colors_of(self).central).getRgb(), np.uint8).view(np.uint32)
        pixels[self._hidden(block, part)] = ground
        return pixels

    def texts(self, block: int, part: Part) -> Texts | None:
        if not self.shown[block].numbered:
            return None
        return [
            ["" if hidden else _short(value) for value, hidden in zip(*line, strict=True)]
            for line in zip(
                self._entries(block, part).tolist(),
                self._hidden(block, part).tolist(),
                strict=True,
            )
        ]

    def sentence(self, cell: Cell) -> str:
        entry = self._entry(cell)
        return "" if entry.row == NOTHING else self.describe(*entry)

    def describe(self, index: int, row: int, column: int) -> str:
        """Return an entry in words: ``W1: 0.31 · neuron 3 of Dense 1, input 12``."""
        assert self._stage is not None
        matrix = self._stage.matrices[index]
        words = [*entry_words(matrix, row, column)]
        if matrix.rows in (NEURON, MAP) and matrix.layer:
            words[0] += f" of {self._names.words(matrix.layer)}"
        there = row < self._revealed_rows(index)
        value = figure(matrix.values[row, column], 6) if there else "not computed yet"
        return f"{matrix.symbol}: {value} · {', '.join(word for word in words if word)}"

    def cell_at(self, point: QPoint) -> Cell | None:
        """Return the cell under a point of the viewport that shows an entry."""
        cell = super().cell_at(point)
        return cell if cell is not None and self._entry(cell).row != NOTHING else None

    def figures(self) -> Readings:
        """Return what there is to say of every cell that shows an entry."""
        readings = super().figures()
        return replace(readings, rows=[row for row in readings.rows if row[-1]])

    def paint_around(self, painter: QPainter, colors: Colors) -> None:
        """Draw headings, indices and outlines."""
        assert self._stage is not None
        for index, (matrix, shown) in enumerate(zip(self._stage.matrices, self.shown, strict=True)):
            painter.setPen(QPen(QColor(colors.border), 1))
            painter.drawRect(self.block_rect(index).adjusted(-1, -1, 0, 0))
            self._draw_heading(painter, matrix, shown, colors, matrix is self._stage.computed)
            if shown.numbered:
                self._draw_indices(painter, matrix, shown)

    def frames(self, colors: Colors) -> Iterable[tuple[QRect, str]]:
        """Frame the chosen entry of the result, and in the others what it is computed from."""
        assert self._stage is not None
        for index, (matrix, shown) in enumerate(zip(self._stage.matrices, self.shown, strict=True)):
            framed = self._framed(matrix, shown) & (shown.rows < self._revealed_rows(index))
            ink = colors.accent if matrix is self._stage.computed else colors.text
            for place in shown.around(framed):
                yield place.adjusted(-1, -1, 0, 0), ink

    def paint_current(self, painter: QPainter, colors: Colors, cell: Cell) -> None:
        """Draw a thin frame: the strong ones are the chosen entries."""
        painter.setPen(QPen(QColor(colors.muted), 1))
        painter.drawRect(self.cell_rect(cell))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    @Slot(object)
    def _on_cell_pointed(self, cell: Cell | None) -> None:
        shape = Qt.CursorShape.PointingHandCursor if cell else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    @Slot(object)
    def _on_cell_chosen(self, cell: Cell) -> None:
        self.entry_clicked.emit(*self._entry(cell))

    def _entry(self, cell: Cell) -> Cell:
        shown, at = self.shown[cell.block], (cell.row, cell.column)
        return Cell(cell.block, int(shown.rows[at]), int(shown.columns[at]))

    def _arrays(self) -> list[Floats]:
        return [matrix.values for matrix in self._stage.matrices] if self._stage else []

    def _entries(self, block: int, part: Part) -> Floats:
        """Return the numbers in some cells of a matrix."""
        assert self._stage is not None
        shown = self.shown[block]
        return self._stage.matrices[block].values[shown.rows[part], shown.columns[part]]

    def _revealed_rows(self, block: int) -> int:
        """Return how many rows of a matrix are there yet."""
        assert self._stage is not None
        matrix = self._stage.matrices[block]
        if matrix is self._stage.computed and self._revealed is not None:
            return self._revealed
        return len(matrix.values)

    def _hidden(self, block: int, part: Part) -> NDArray[np.bool_]:
        """Return which cells of a part show nothing, or nothing yet."""
        rows = self.shown[block].rows[part]
        hidden: NDArray[np.bool_] = (rows == NOTHING) | (rows >= self._revealed_rows(block))
        return hidden

    def _placed(self, width: int) -> tuple[list[ShownMatrix], int]:
        matrices = self._stage.matrices if self._stage else ()
        return laid_out(matrices, self._headers, self._cursor, max(width, 60), self._lengths)

    def _draw_heading(
        self, painter: QPainter, matrix: Matrix, shown: ShownMatrix, colors: Colors, is_result: bool
    ) -> None:
        area = shown.area
        painter.setFont(ui_font(bold=True))
        painter.setPen(QColor(colors.accent if is_result else colors.text))
        top = QRect(area.x(), area.y(), area.width(), HEADER // 2 + 1)
        painter.drawText(top, LEFT, matrix.symbol)
        shift = painter.fontMetrics().horizontalAdvance(matrix.symbol) + 8
        painter.setFont(self.small)
        painter.setPen(QColor(colors.muted))
        painter.drawText(top.adjusted(shift, 1, 0, 1), LEFT, _shape_of(matrix))
        below = QRect(area.x(), area.y() + HEADER // 2, area.width(), HEADER // 2 - 2)
        painter.drawText(below, LEFT, " · ".join(filter(None, (matrix.title, shown.of))))
        bottom = QRect(area.x(), shown.cells.whole.bottom() + 2, max(area.width(), 150), 13)
        painter.drawText(bottom, LEFT, shown.cut)

    def _draw_indices(self, painter: QPainter, matrix: Matrix, shown: ShownMatrix) -> None:
        for column in range(shown.cells.columns if matrix.columns else 0):
            cell = shown.cells.rect(0, column)
            head = QRect(cell.x(), cell.y() - INDEX + 4, cell.width(), INDEX - 5)
            painter.drawText(head, CENTER, str(column + 1))
        for row in range(shown.cells.rows if matrix.rows else 0):
            cell = shown.cells.rect(row, 0)
            side = QRect(cell.x() - INDEX, cell.y(), INDEX - 5, cell.height())
            painter.drawText(side, RIGHT, str(row + 1))

    def _framed(self, matrix: Matrix, shown: ShownMatrix) -> NDArray[np.bool_]:
        """Return which cells show what the chosen number is computed from, or the number itself."""
        assert self._stage is not None
        computed = self._stage.computed
        axes = {EXAMPLE} if computed is None else {computed.rows, computed.columns}
        if computed is not None and computed.rows == NEURON:
            axes.add(MAP)
        if computed is not None and computed.steps:
            axes.add(STEP)
        origin = self._origins.get(matrix.symbol)
        row, column = chosen_entry(matrix, self._cursor)
        by_row = bool(matrix.rows) and matrix.rows in axes
        by_column = bool(matrix.columns) and matrix.columns in axes
        by_step = bool(matrix.steps) and STEP in axes
        framed: NDArray[np.bool_] = shown.rows != NOTHING
        if matrix is not computed and origin is not None:
            framed &= np.isin(shown.rows, origin.rows)
            if origin.columns is not None:
                framed &= np.isin(shown.columns, origin.columns)
        elif by_row or by_step:
            unit, step = divmod(row, steps := max(matrix.steps, 1))
            if by_row:
                framed &= shown.rows // steps == unit
            if by_step:
                framed &= shown.rows % steps == step
        elif shown.of or not by_column:
            framed[...] = False
        if by_column:
            framed &= shown.columns == column
        return framed


def _shape_of(matrix: Matrix) -> str:
    sides = list(map(str, matrix.values.shape))
    if matrix.shape:
        sides[matrix.columns == TAP] = "·".join(map(str, matrix.shape))
    return " × ".join(sides)


def chosen_entry(matrix: Matrix, cursor: Mapping[str, int]) -> tuple[int, int]:
    """Return the row and the column of the chosen entry of a matrix."""
    rows, columns = matrix.values.shape
    steps = max(matrix.steps, 1)
    row, column, step = (
        min(cursor.get(axis, 0), length - 1)
        for axis, length in (
            *((matrix.rows, rows // steps), (matrix.columns, columns), (STEP, steps)),
        )
    )
    return row * steps + step, column


def entry_words(matrix: Matrix, row: int, column: int) -> tuple[str, ...]:
    """Return which row and which column an entry is in, counted from 1, or nothing.

    Such as ``neuron 3`` and ``example 1``, with ``step 7`` between them in a sequence; ``map 2,
    row 5, column 4`` in a picture, and ``input 2, gate 3`` of what is remembered.
    """
    unit, step = divmod(row, max(matrix.steps, 1))
    words = [
        f"{axis} {nth(index)}" if axis in (EXAMPLE, NEURON, INPUT, MAP) else ""
        for axis, index in ((matrix.rows, unit), (matrix.columns, column))
    ]
    if matrix.steps:
        words.insert(1, f"{STEP} {nth(step)}")
    if len(matrix.shape) == 3:
        taps = matrix.columns == TAP
        of, y, x = (nth(int(at)) for at in np.unravel_index((row, column)[taps], matrix.shape))
        place = f"row {y}, column {x}"
        if matrix.shape[0] > 1:
            place = f"{'kernel' if taps else 'map'} {of}, {place}"
        words[taps] = place
    elif matrix.columns == TAP and matrix.shape:
        read, gate = divmod(column, matrix.shape[1])
        words[1] = f"{INPUT} {nth(read)}, gate {nth(gate)}"
    return tuple(words)


def _short(value: float) -> str:
    """Return a number in as many digits as a cell holds."""
    if np.isnan(value):
        return "nan"
    text = figure(value, 3)
    return figure(value, 2) if "·" in text or len(text) > 8 else text
