"""The arrays of a stage as heat maps side by side, with their numbers where these fit."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from playground.analysis.slow_step import Matrix, Stage
from playground.gui.lenses.step.matrix_layout import HEADER, INDEX, Block, laid_out
from playground.gui.look import colormaps
from playground.gui.look.colors import DARK, Colors
from playground.gui.look.marking import tool_tip
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.nn.explain.stage import EXAMPLE, INPUT, NEURON
from playground.nn.explain.writing import figure, layer_words

_CENTRE = Qt.AlignmentFlag.AlignCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class MatrixStrip(QWidget):
    """Paints the matrices of a :class:`Stage`; what is computed is marked, and so is its origin.

    ``entry_clicked`` carries the place of the matrix in the stage, a row and a column.
    """

    entry_clicked = Signal(int, int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stepMatrices")
        self.setAccessibleName("Arrays of this stage")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._stage: Stage | None = None
        self._cursor: dict[str, int] = {}
        self._revealed: int | None = None
        self._blocks: list[Block] = []
        self._images: list[QImage] = []
        self._drawn: list[object] = []
        self._largest: list[float] = []
        self._bold = ui_font(13)
        self._bold.setBold(True)
        self._small = ui_font(SMALL_PX)
        self._headers: list[int] = []

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Where the matrices stand."""
        return tuple(self._blocks)

    def show_stage(self, stage: Stage | None) -> None:
        """Show the arrays of another stage."""
        self._stage = stage
        bold, small = QFontMetrics(self._bold), QFontMetrics(self._small)
        self._headers = [
            max(
                bold.horizontalAdvance(matrix.symbol) + 8
                + small.horizontalAdvance(_shape_of(matrix)),
                small.horizontalAdvance(matrix.title),
            ) + 2
            for matrix in (stage.matrices if stage else ())
        ]  # fmt: skip
        self._largest = [_largest(matrix) for matrix in (stage.matrices if stage else ())]
        self._drawn = []
        self.setVisible(stage is not None and bool(stage.matrices))
        self._arrange()

    def point_at(self, cursor: dict[str, int], revealed: int | None) -> None:
        """Mark the chosen entry; only the first ``revealed`` rows of the result are there yet."""
        self._cursor, self._revealed = dict(cursor), revealed
        self._arrange()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._placed(width)[1]

    def sizeHint(self) -> QSize:
        return QSize(400, self.heightForWidth(max(self.width(), 200)))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 20)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_stage"):
            self._arrange()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self._entry_at(event)
        if found is not None and event.button() is Qt.MouseButton.LeftButton:
            self.entry_clicked.emit(*found)
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = self._entry_at(event)
        self.setCursor(Qt.CursorShape.PointingHandCursor if found else Qt.CursorShape.ArrowCursor)
        if found is not None:
            tip = tool_tip(self.describe(*found))
            QToolTip.showText(event.globalPosition().toPoint(), tip, self)
        else:
            QToolTip.hideText()

    def describe(self, index: int, row: int, column: int) -> str:
        """Return a sentence about one entry, such as ``W1: 0.31 · neuron 3, input 12``."""
        assert self._stage is not None
        matrix = self._stage.matrices[index]
        places = [
            word
            for word in (
                _axis_word(matrix.rows, row, matrix.layer),
                _axis_word(matrix.columns, column, ""),
            )
            if word
        ]
        hidden = index == self._stage.result and not self._is_revealed(row)
        value = "not computed yet" if hidden else figure(matrix.values[row, column], 6)
        return f"{matrix.symbol}: {value} · {', '.join(places)}"

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._stage is None:
            return
        colors = colors_of(self)
        painter = QPainter(self)
        computed = self._stage.computed
        for index, (matrix, block) in enumerate(
            zip(self._stage.matrices, self._blocks, strict=True)
        ):
            is_result = index == self._stage.result
            self._paint_header(painter, matrix, block, colors, is_result)
            painter.drawImage(block.cells, self._images[index])
            if block.numbered:
                self._paint_numbers(painter, matrix, block, self._images[index], colors, is_result)
            self._paint_marks(painter, matrix, block, colors, computed, is_result)

    def _paint_header(
        self, painter: QPainter, matrix: Matrix, block: Block, colors: Colors, is_result: bool
    ) -> None:
        area = block.area
        painter.setFont(self._bold)
        painter.setPen(QColor(colors.accent if is_result else colors.text))
        top = QRect(area.x(), area.y(), area.width(), HEADER // 2 + 1)
        painter.drawText(top, _LEFT, matrix.symbol)
        shift = painter.fontMetrics().horizontalAdvance(matrix.symbol) + 8
        painter.setFont(self._small)
        painter.setPen(QColor(colors.muted))
        painter.drawText(top.adjusted(shift, 1, 0, 1), _LEFT, _shape_of(matrix))
        painter.drawText(
            QRect(area.x(), area.y() + HEADER // 2, area.width(), HEADER // 2 - 2),
            _LEFT,
            matrix.title,
        )
        rows, columns = matrix.values.shape
        cut = []
        if block.columns < columns:
            cut.append(f"… {columns} columns")
        if block.rows < rows:
            cut.append(f"… {rows} rows")
        if cut:
            bottom = QRect(area.x(), block.cells.bottom() + 2, max(area.width(), 150), 13)
            painter.drawText(bottom, _LEFT, ", ".join(cut))

    def _paint_numbers(
        self,
        painter: QPainter,
        matrix: Matrix,
        block: Block,
        image: QImage,
        colors: Colors,
        is_result: bool,
    ) -> None:
        painter.setFont(self._small)
        painter.setPen(QColor(colors.muted))
        first = 1 if matrix.columns == EXAMPLE else 0
        if matrix.columns:
            for column in range(block.columns):
                cell = block.cell(block.first_row, column)
                head = QRect(cell.x(), cell.y() - INDEX + 4, cell.width(), INDEX - 5)
                painter.drawText(head, _CENTRE, str(column + first))
        if matrix.rows:
            for row in range(block.rows):
                cell = block.cell(row, block.first_column)
                side = QRect(cell.x() - INDEX, cell.y(), INDEX - 5, cell.height())
                painter.drawText(
                    side, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(row)
                )
        for row in range(block.rows):
            if is_result and not self._is_revealed(row):
                continue
            for column in range(block.columns):
                ground = image.pixelColor(column, row)
                bright = 0.299 * ground.red() + 0.587 * ground.green() + 0.114 * ground.blue()
                painter.setPen(QColor("#10131a" if bright > 140 else "#ffffff"))
                painter.drawText(
                    block.cell(row, column), _CENTRE, _short(float(matrix.values[row, column]))
                )

    def _paint_marks(
        self,
        painter: QPainter,
        matrix: Matrix,
        block: Block,
        colors: Colors,
        computed: Matrix | None,
        is_result: bool,
    ) -> None:
        """Frame the chosen entry of the result, and in the others what it is computed from."""
        painter.setPen(QPen(QColor(colors.border), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(block.cells).adjusted(-0.5, -0.5, -0.5, -0.5))
        if computed is None:
            axes: set[str] = {EXAMPLE}
        else:
            axes = {computed.rows, computed.columns}
        frame = self._frame(matrix, block, axes)
        if frame is None:
            return
        if is_result and not self._is_revealed(self._cursor.get(matrix.rows, 0)):
            return
        painter.setPen(QPen(QColor(colors.central), 3))
        painter.drawRect(frame)
        painter.setPen(QPen(QColor(colors.accent if is_result else colors.text), 1.5))
        painter.drawRect(frame)

    def _frame(self, matrix: Matrix, block: Block, axes: set[str]) -> QRect | None:
        """Return the entries that share the chosen indices: a cell, a row or a column of them."""
        by_row = bool(matrix.rows) and matrix.rows in axes
        by_column = bool(matrix.columns) and matrix.columns in axes
        if not (by_row or by_column):
            return None
        frame = QRect(block.cells)
        if by_row:
            row = min(self._cursor.get(matrix.rows, 0), len(matrix.values) - 1)
            cell = block.cell(row, block.first_column)
            frame.setTop(cell.top())
            frame.setBottom(cell.bottom())
        if by_column:
            column = min(self._cursor.get(matrix.columns, 0), matrix.values.shape[1] - 1)
            cell = block.cell(block.first_row, column)
            frame.setLeft(cell.left())
            frame.setRight(cell.right())
        return frame.adjusted(-1, -1, 0, 0)

    def _is_revealed(self, row: int) -> bool:
        return self._revealed is None or row < self._revealed

    def _placed(self, width: int) -> tuple[list[Block], int]:
        matrices = self._stage.matrices if self._stage else ()
        return laid_out(matrices, self._headers, self._cursor, max(width, 60))

    def _arrange(self) -> None:
        before = sum(block.area.height() for block in self._blocks)
        self._blocks, _ = self._placed(self.width())
        dark = colors_of(self).central == DARK.central
        parts = [
            (
                *(block.first_row, block.first_column, block.rows, block.columns, dark),
                self._revealed if self._stage and index == self._stage.result else None,
            )
            for index, block in enumerate(self._blocks)
        ]
        if parts != self._drawn:
            self._drawn = list(parts)
            matrices = self._stage.matrices if self._stage else ()
            self._images = [
                self._image(index, matrix, block, dark)
                for index, (matrix, block) in enumerate(zip(matrices, self._blocks, strict=True))
            ]
        if sum(block.area.height() for block in self._blocks) != before:
            self.updateGeometry()
        self.update()

    def _image(self, index: int, matrix: Matrix, block: Block, dark: bool) -> QImage:
        """Return one pixel for each shown entry."""
        part = matrix.values[
            block.first_row : block.first_row + block.rows,
            block.first_column : block.first_column + block.columns,
        ]
        largest = self._largest[index]
        pixels = colormaps.colored(part, colormaps.diverging(dark), -largest, largest)
        if not largest:
            pixels = np.broadcast_to(colormaps.diverging(dark)[127], (*part.shape, 4)).copy()
        assert self._stage is not None
        if index == self._stage.result and self._revealed is not None:
            hidden = max(self._revealed - block.first_row, 0)
            ground = QColor(colors_of(self).central)
            pixels[hidden:] = (ground.red(), ground.green(), ground.blue(), 255)
        pixels = np.ascontiguousarray(pixels)
        return QImage(
            pixels.data, block.columns, block.rows, 4 * block.columns,
            QImage.Format.Format_RGBA8888,
        ).copy()  # fmt: skip

    def _entry_at(self, event: QMouseEvent) -> tuple[int, int, int] | None:
        point = event.position().toPoint()
        for index, block in enumerate(self._blocks):
            found = block.entry_at(point)
            if found is not None:
                return index, *found
        return None


def _largest(matrix: Matrix) -> float:
    """Return the largest finite size among the entries, 0 where there is none."""
    if not matrix.values.size:
        return 0.0
    largest = max(abs(float(matrix.values.min())), abs(float(matrix.values.max())))
    if np.isfinite(largest):
        return largest
    finite = matrix.values[np.isfinite(matrix.values)]
    return float(np.abs(finite).max()) if finite.size else 0.0


def _shape_of(matrix: Matrix) -> str:
    rows, columns = matrix.values.shape
    return f"{rows} × {columns}"


def _axis_word(axis: str, index: int, layer: str) -> str:
    if axis == EXAMPLE:
        return f"example {index + 1}"
    if axis in (NEURON, INPUT):
        of = f" of {layer_words(layer)}" if layer and axis == NEURON else ""
        return f"{axis} {index}{of}"
    return ""


def _short(value: float) -> str:
    """Return a number in as many digits as a cell holds."""
    if np.isnan(value):
        return "nan"
    text = figure(value, 3)
    return figure(value, 2) if "·" in text or len(text) > 8 else text
