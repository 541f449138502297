"""The page that shows how weights, gradients and activations change in the course of a run."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from playground.analysis.weights.distributions import DistributionLog
from playground.analysis.weights.weight_history import WeightHistory
from playground.gui.lenses.weights.figures_table import FiguresTable
from playground.gui.lenses.weights.layer_heat import Heat
from playground.gui.lenses.weights.ratio_plot import RatioPlot
from playground.gui.lenses.weights.time_heats import TimeHeats
from playground.gui.look.marking import named
from playground.gui.widgets.layouts import beside, scrolling, stacked, turn

QUANTITIES = (
    ("Weights", "weights"),
    ("Gradients", "gradients"),
    ("Activations", "activations"),
)
_EMPTY = {
    "weights": "The weights appear here once the network is built.",
    "gradients": "Train a step to see gradients.",
    "activations": "The activations on training examples appear here in a moment.",
}
_SIDE_BY_SIDE = 640


class OverTime(QWidget):
    """Heats above, and below them the steps' relative length beside the present figures.

    ``pointed`` carries the sentence about the place that is pointed at.
    """

    pointed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.heats = TimeHeats()
        self.ratios = RatioPlot()
        self.figures = FiguresTable()
        self._below = beside((self.ratios, 3), (self.figures, 5), spacing=16)
        content = QWidget()
        stacked((self.heats, 3), (self._below, 1), on=content, margins=0, spacing=8)
        area = named(scrolling(content), "weightsOverTime")
        stacked(area, on=self, margins=0)
        self.heats.pointed.connect(self.pointed)

    def show_history(
        self, history: WeightHistory, titles: Mapping[str, str], quantity: str, sizes: bool
    ) -> None:
        """Show a run.

        Parameters
        ----------
        history
            What was recorded.
        titles
            What the layers are called, by name.
        quantity
            One of :data:`QUANTITIES`.
        sizes
            Show |v| on a logarithmic scale.
        """
        called = [titles.get(name, name) for name in history.names]
        log: DistributionLog = getattr(history, quantity)
        heats = []
        for tensor, title in enumerate(called if len(log) else ()):
            shown = log.by_size(tensor) if sizes else log.by_value(tensor)
            heats.append(Heat.of(title, shown, sizes))
        self.heats.show_heats(heats, _EMPTY[quantity])
        self.ratios.set_ratios(history.ratios, history.names)
        self.figures.set_figures(called, history.figures, history.mean_activations)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        turn(self._below, self.width() >= _SIDE_BY_SIDE)

    def sizeHint(self) -> QSize:
        return QSize(700, 420)
