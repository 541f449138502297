"""The arrays of a stage as heat maps side by side, with their numbers where these fit."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy

from playground.analysis.slow_step import Matrix, Stage
from playground.gui.lenses.step.matrix_layout import HEADER, INDEX, ShownMatrix, laid_out
from playground.gui.look.colors import Colors
from playground.gui.look.heat import Floats, Pixels, greatest_size, signed_pixels
from playground.gui.look.theme import colors_of, ui_font
from playground.gui.widgets.cell_texts import Texts
from playground.gui.widgets.cells import Cell, Part
from playground.gui.widgets.heat_grid import CENTER, LEFT, RIGHT, HeatGrid
from playground.nn.explain.stage import EXAMPLE, INPUT, NEURON
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
        self._cursor: dict[str, int] = {}
        self._revealed: int | None = None
        self._largest: list[float] = []
        self._headers: list[int] = []
        self.cell_pointed.connect(self._on_cell_pointed)
        self.cell_chosen.connect(self._on_cell_chosen)

    def show_stage(self, stage: Stage, names: LayerNames) -> None:
        """Show the arrays of another stage."""
        self._stage, self._names = stage, names
        bold, small = QFontMetrics(ui_font(bold=True)), QFontMetrics(self.small)
        self._headers = [
            max(
                bold.horizontalAdvance(matrix.symbol) + 8
                + small.horizontalAdvance(_shape_of(matrix)),
                small.horizontalAdvance(matrix.title),
            ) + 2
            for matrix in stage.matrices
        ]  # fmt: skip
        self._largest = [greatest_size(matrix.values) for matrix in stage.matrices]
        self.setVisible(bool(stage.matrices))
        self.measure()

    def point_to(self, cursor: dict[str, int], revealed: int | None) -> None:
        """Mark the chosen entry; only the first ``revealed`` rows of the result are there yet."""
        self._cursor, self._revealed = dict(cursor), revealed
        self.measure()

    def measure(self) -> None:
        before = sum(shown.area.height() for shown in self.shown)
        self.shown, _ = self._placed(self.viewport().width())
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
        pixels = signed_pixels(self._entries(block)[part], self._largest[block], self.dark)
        ground = np.array(QColor(colors_of(self).central).getRgb(), np.uint8).view(np.uint32)
        pixels[self._hidden_from(block, part) :] = ground
        return pixels

    def texts(self, block: int, part: Part) -> Texts | None:
        if not self.shown[block].numbered:
            return None
        texts = [list(map(_short, line)) for line in self._entries(block)[part].tolist()]
        for line in texts[self._hidden_from(block, part) :]:
            line[:] = [""] * len(line)
        return texts

    def sentence(self, cell: Cell) -> str:
        return self.describe(*self._entry(cell))

    def describe(self, index: int, row: int, column: int) -> str:
        """Return an entry in words: ``W1: 0.31 · neuron 3 of Dense 1, input 12``."""
        assert self._stage is not None
        matrix = self._stage.matrices[index]
        words = [axis_word(matrix.rows, row), axis_word(matrix.columns, column)]
        if matrix.rows == NEURON and matrix.layer:
            words[0] += f" of {self._names.words(matrix.layer)}"
        there = row < self._revealed_rows(index)
        value = figure(matrix.values[row, column], 6) if there else "not computed yet"
        return f"{matrix.symbol}: {value} · {', '.join(word for word in words if word)}"

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
        computed = self._stage.computed
        axes = {EXAMPLE} if computed is None else {computed.rows, computed.columns}
        for index, (matrix, shown) in enumerate(zip(self._stage.matrices, self.shown, strict=True)):
            frame = self._frame(matrix, shown, axes)
            row = min(self._cursor.get(matrix.rows, 0), len(matrix.values) - 1)
            if frame is not None and row < self._revealed_rows(index):
                yield frame, colors.accent if matrix is computed else colors.text

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
        shown = self.shown[cell.block]
        return Cell(cell.block, cell.row + shown.first_row, cell.column + shown.first_column)

    def _entries(self, block: int) -> Floats:
        """Return a matrix from the first entry that is shown on."""
        assert self._stage is not None
        shown = self.shown[block]
        return self._stage.matrices[block].values[shown.first_row :, shown.first_column :]

    def _revealed_rows(self, block: int) -> int:
        """Return how many rows of a matrix are there yet."""
        assert self._stage is not None
        matrix = self._stage.matrices[block]
        if matrix is self._stage.computed and self._revealed is not None:
            return self._revealed
        return len(matrix.values)

    def _hidden_from(self, block: int, part: Part) -> int:
        """Return the first row of a part that is not there yet."""
        first: int = self.shown[block].first_row + part[0].start
        return max(self._revealed_rows(block) - first, 0)

    def _placed(self, width: int) -> tuple[list[ShownMatrix], int]:
        matrices = self._stage.matrices if self._stage else ()
        return laid_out(matrices, self._headers, self._cursor, max(width, 60))

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
        painter.drawText(below, LEFT, matrix.title)
        rows, columns = matrix.values.shape
        cut = [f"… {columns} columns"] * (shown.cells.columns < columns)
        cut += [f"… {rows} rows"] * (shown.cells.rows < rows)
        bottom = QRect(area.x(), shown.cells.whole.bottom() + 2, max(area.width(), 150), 13)
        painter.drawText(bottom, LEFT, ", ".join(cut))

    def _draw_indices(self, painter: QPainter, matrix: Matrix, shown: ShownMatrix) -> None:
        for column in range(shown.cells.columns if matrix.columns else 0):
            cell = shown.cells.rect(0, column)
            head = QRect(cell.x(), cell.y() - INDEX + 4, cell.width(), INDEX - 5)
            painter.drawText(head, CENTER, str(column + 1))
        for row in range(shown.cells.rows if matrix.rows else 0):
            cell = shown.cells.rect(row, 0)
            side = QRect(cell.x() - INDEX, cell.y(), INDEX - 5, cell.height())
            painter.drawText(side, RIGHT, str(row + 1))

    def _frame(self, matrix: Matrix, shown: ShownMatrix, axes: set[str]) -> QRect | None:
        """Return the entries that share the chosen indices: a cell, a row or a column of them."""
        by_row = bool(matrix.rows) and matrix.rows in axes
        by_column = bool(matrix.columns) and matrix.columns in axes
        if not (by_row or by_column):
            return None
        frame = shown.cells.whole
        row = min(self._cursor.get(matrix.rows, 0), len(matrix.values) - 1)
        column = min(self._cursor.get(matrix.columns, 0), matrix.values.shape[1] - 1)
        chosen = shown.entry_rect(
            row if by_row else shown.first_row, column if by_column else shown.first_column
        )
        if by_row:
            frame.setTop(chosen.top())
            frame.setBottom(chosen.bottom())
        if by_column:
            frame.setLeft(chosen.left())
            frame.setRight(chosen.right())
        return frame.adjusted(-1, -1, 0, 0)


def _shape_of(matrix: Matrix) -> str:
    rows, columns = matrix.values.shape
    return f"{rows} × {columns}"


def axis_word(axis: str, index: int) -> str:
    """Return which row or column it is, counted from 1: ``neuron 3``, or nothing."""
    return f"{axis} {nth(index)}" if axis in (EXAMPLE, NEURON, INPUT) else ""


def _short(value: float) -> str:
    """Return a number in as many digits as a cell holds."""
    if np.isnan(value):
        return "nan"
    text = figure(value, 3)
    return figure(value, 2) if "·" in text or len(text) > 8 else text
