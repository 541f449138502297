"""The present figures of every layer's weights, gradients and activations, in a table."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QSizePolicy

from playground.analysis.weights.weight_history import LayerFigures
from playground.gui.widgets.class_markers import class_color
from playground.gui.widgets.figure_table import Entry, FigureTable, Heading, swatch
from playground.wording import metric, percent

_WIDEST = "0.00000"
_HEADINGS = (
    Heading(widest="0", left=True),
    Heading("Layer", "The layer, with the colour of its line.", left=True),
    Heading(
        "‖W‖",
        "Length of the weights, biases apart: the root of the sum of their squares.",
        _WIDEST,
    ),
    Heading("‖∂L/∂W‖", "Length of the weights' gradient in the newest step.", _WIDEST),
    Heading("‖ΔW‖/‖W‖", "How far a step moves the weights, relative to their length.", _WIDEST),
    Heading(
        "∂L/∂W = 0",
        "Share of the weights whose gradient is exactly 0: those that do not learn.",
        _WIDEST,
    ),
    Heading("mean |a|", "Mean size of the activations over training examples.", _WIDEST),
)


class FiguresTable(FigureTable):
    """A row a layer."""

    def __init__(self) -> None:
        super().__init__("layerFigures", "Figures of each layer", _HEADINGS)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._layers = 0

    def set_figures(
        self,
        titles: Sequence[str],
        figures: Sequence[LayerFigures],
        mean_activations: Sequence[float],
    ) -> None:
        """Show a moment's figures, a row a layer; without any, room for them."""
        if len(titles) != self._layers:
            self._layers = len(titles)
            self.updateGeometry()

        def cell(row: int, column: int) -> Entry:
            some = figures[row]
            return (
                Entry(draw=swatch(class_color(row))),
                Entry(titles[row]),
                Entry(metric(some.weight_norm)),
                Entry(metric(some.gradient_norm)),
                Entry(metric(some.update_ratio)),
                Entry(percent(some.zero_gradients)),
                Entry(metric(mean_activations[row])),
            )[column]

        self.cells.show(len(figures), cell)

    def sizeHint(self) -> QSize:
        return QSize(440, self.whole_height(self._layers))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.whole_height(min(self._layers, 4)))
