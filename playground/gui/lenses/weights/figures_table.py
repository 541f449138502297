"""The present figures of every layer's weights, gradients and activations, in a table."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from playground.analysis.weights.weight_history import LayerFigures
from playground.gui.lenses.weights.ratio_plot import layer_color
from playground.gui.look.theme import SMALL_PX, ui_font

_COLUMNS = (
    ("Layer", "The layer, with the colour of its line."),
    ("‖W‖", "Length of the weights, biases apart: the root of the sum of their squares."),
    ("‖∂L/∂W‖", "Length of the weights' gradient in the newest step."),
    ("‖ΔW‖/‖W‖", "How far a step moves the weights, relative to their length."),
    ("∂L/∂W = 0", "Share of the weights whose gradient is exactly 0: those that do not learn."),
    ("mean |a|", "Mean size of the activations over training examples."),
)
_ROW = 20


def figure_text(value: float) -> str:
    """Return a figure in three digits, an en dash where it is not known."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞"
    if value == 0 or 0.001 <= value < 10_000:
        return f"{value:.3g}"
    mantissa, _, exponent = f"{value:.1e}".partition("e")
    return f"{mantissa}e{int(exponent)}".replace("-", "−")


class FiguresTable(QTableWidget):
    """A row a layer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(_COLUMNS), parent)
        self.setObjectName("layerFigures")
        self.setAccessibleName("Figures of each layer")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setIconSize(QSize(10, 10))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.verticalHeader().setMinimumSectionSize(_ROW)
        header = self.horizontalHeader()
        small = ui_font(SMALL_PX)
        self.setFont(small)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(40)
        for column, (title, tip) in enumerate(_COLUMNS):
            item = QTableWidgetItem(title)
            item.setToolTip(tip)
            item.setFont(small)
            side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
            item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            self.setHorizontalHeaderItem(column, item)
            stretch = QHeaderView.ResizeMode.Stretch
            fixed = QHeaderView.ResizeMode.ResizeToContents
            header.setSectionResizeMode(column, stretch if column == 0 else fixed)

    def set_layers(self, titles: Sequence[str]) -> None:
        """Name the rows."""
        self.setRowCount(len(titles))
        for row, title in enumerate(titles):
            swatch = QPixmap(10, 10)
            swatch.fill(layer_color(row))
            name = QTableWidgetItem(title)
            name.setData(Qt.ItemDataRole.DecorationRole, swatch)
            name.setToolTip(title)
            self.setItem(row, 0, name)
            for column in range(1, len(_COLUMNS)):
                item = QTableWidgetItem("–")
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.setItem(row, column, item)
        self.updateGeometry()

    def set_figures(
        self, figures: Sequence[LayerFigures], mean_activations: Sequence[float]
    ) -> None:
        """Show a moment's figures, a row a layer."""
        for row, (some, mean) in enumerate(zip(figures, mean_activations, strict=True)):
            zero = some.zero_gradients
            texts = (
                figure_text(some.weight_norm),
                figure_text(some.gradient_norm),
                figure_text(some.update_ratio),
                "–" if math.isnan(zero) else f"{100 * zero:.1f} %",
                figure_text(mean),
            )
            for column, text in enumerate(texts, start=1):
                item = self.item(row, column)
                if item is not None and item.text() != text:
                    item.setText(text)

    def sizeHint(self) -> QSize:
        return QSize(440, 28 + self.rowCount() * _ROW + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 28 + min(self.rowCount(), 4) * _ROW + 4)
