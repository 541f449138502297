"""The pictures of a report, in the colours of paper whatever the theme."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from playground.analysis.weights.diagram_links import choose_links
from playground.data.preparation import PARTS, Prepared
from playground.data.tasks import Metric, metrics_of
from playground.gui.lenses.diagram.export import picture_of
from playground.gui.lenses.diagram.lens import BUDGET, show_reading
from playground.gui.lenses.diagram.view import DiagramView
from playground.gui.look.colors import LIGHT, Colors
from playground.gui.panels.curves.curve_header import line_pen
from playground.gui.panels.curves.curve_series import Series
from playground.gui.session.reading import Reading
from playground.gui.widgets.plot_area import PlotArea, Ticks, axis_ticks
from playground.gui.widgets.ticks import epoch_ticks
from playground.training.history import History
from playground.training.model import Model
from playground.wording import metric, number, percent

SIZE = QSize(900, 330)
_SCALE = 2


def curves_picture(history: History, loss: str) -> QImage:
    """Return the curves of the loss and of the score, side by side."""
    image = QImage(SIZE * _SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(_SCALE)
    image.fill(QColor(LIGHT.window))
    painter = QPainter(image)
    score = metrics_of(history.columns)[-1]
    for place, plot in enumerate((_Curves(history, None, loss), _Curves(history, score))):
        painter.save()
        painter.translate(place * SIZE.width() / 2, 0)
        plot.paint(painter, LIGHT)
        painter.restore()
    painter.end()
    return image


def network_picture(model: Model, prepared: Prepared, reading: Reading | None) -> QImage:
    """Return the drawing of the network, with its answer to an example."""
    view = DiagramView()
    view.resize(SIZE)
    view.set_network(model.network, model.dataset)
    view.set_choices(choose_links(model, prepared, budget=BUDGET))
    show_reading(view, model, reading)
    view.grab()  # lays it out
    image = picture_of(view.scene, LIGHT, _SCALE)
    view.deleteLater()
    return image


class _Curves(PlotArea):
    """Every part's curve of a metric, or of the loss of a name."""

    def __init__(self, history: History, score: Metric | None, loss: str = "") -> None:
        super().__init__("epoch")
        self.resize(SIZE.width() // 2, SIZE.height())
        self.title = f"Loss ({loss})" if score is None else score.title
        self._share = score is not None and score.share
        name = "loss" if score is None else score.name
        self._lines = {part: Series.of(history, f"{part}_{name}") for part in PARTS}
        drawn = {part: line for part, line in self._lines.items() if len(line)}
        lasts = {part: line.values[-1] for part, line in drawn.items()}
        self.figure = "   ".join(
            f"{part} {metric(last) if score is None else score.text(last, 3)}"
            for part, last in lasts.items()
        )
        low = min((float(line.values.min()) for line in drawn.values()), default=0.0)
        high = max((float(line.values.max()) for line in drawn.values()), default=1.0)
        last = max((float(line.epochs[-1]) for line in drawn.values()), default=1.0)
        self.low = QPointF(0.0, min(low, 0.0))
        self.high = QPointF(max(last, 1.0), high * 1.04 if high > 0 else 1.0)

    def ticks(self) -> tuple[Ticks, Ticks]:
        epochs = epoch_ticks(self.low.x(), self.high.x(), 6)
        up = axis_ticks(self.low.y(), self.high.y())
        if self._share:
            up = [(value, percent(value, 0)) for value, _ in up]
        return [(epoch, number(epoch, 6)) for epoch in epochs], up

    def draw(self, painter: QPainter, colors: Colors, plot: QRectF) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for part, line in self._lines.items():
            if len(line):
                pen = line_pen(getattr(colors, part), part)
                pen.setWidthF(1.5)
                painter.setPen(pen)
                painter.drawPolyline(self.line(line.epochs, line.values))
