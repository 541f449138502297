"""The learning curves of the run: the loss beside the accuracy or the error, and the run before."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from playground.data.tasks import ACCURACY, MEAN_SQUARED_ERROR, metrics_of
from playground.errors import FileError
from playground.gui.look.marking import named
from playground.gui.look.theme import colors_of
from playground.gui.panels.curves.curve_export import save_csv, save_picture
from playground.gui.panels.curves.curve_header import CurveHeader, LegendEntry
from playground.gui.panels.curves.curve_plot import LINES, MEASURED, CurvePlot, Curves, measured
from playground.gui.panels.curves.curve_series import Series, nearest
from playground.gui.panels.curves.curve_tools import CurveTools
from playground.gui.widgets.as_table import ShowAsTable
from playground.gui.widgets.labels import sentence
from playground.gui.widgets.layouts import beside, paged, stacked
from playground.gui.widgets.readings import MOST_ROWS, Readings
from playground.training.history import History
from playground.training.made_metrics import made_metrics_of
from playground.wording import metric, number, percent

_ROOMY_PX = 150
"""From this height on there is room for the tools and the name of the axis."""


_SHORT = {"ghost": "previous", "compared": "PCA", "generator": "G"}
"""What the legend calls a line where that is not its own name."""

_PALE = (
    "Pale is what was measured within epochs: the loss of the mini-batches, as the steps met them, "
    "dropout and augmentation included; and now and then the parts that are held back."
)


class CurvesPanel(QWidget):
    """Draws a run's history, with the previous run as a ghost behind it.

    ``failed`` carries a sentence when a file could not be saved.
    """

    failed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._history: History | None = None
        self._ghost: History | None = None
        self._metric = ACCURACY
        self._chosen = ""
        self._cursor: float | None = None
        self._past: float | None = None
        self._drawn: dict[str, Curves] = {"loss": {}, self._metric.name: {}}
        self._ghost_curves: dict[str, Series] = {}
        self._compared: float | None = None

        self.loss = named(CurvePlot(), "lossCurve")
        self.score = named(CurvePlot(percent=True), "accuracyCurve")
        for plot in (self.loss, self.score):
            ShowAsTable(plot, self.figures)
        self.loss_header, self.score_header = CurveHeader(), CurveHeader()
        self.loss_header.set_title("Loss")
        self.score.getPlotItem().setXLink(self.loss.getPlotItem())
        self.loss.zoomed.connect(self.score.hold_epochs)
        self.score.zoomed.connect(self.loss.hold_epochs)
        self._plots = QWidget()
        pairs = ((self.loss, self.loss_header), (self.score, self.score_header))
        columns = [(stacked(header, (plot, 1), spacing=0), 1) for plot, header in pairs]
        for part in (self.loss, self.loss_header):
            named(part, topic="Training.loss")
        beside(*columns, on=self._plots, margins=0, spacing=14)
        for plot, _ in pairs:
            plot.epoch_pointed.connect(self._point_at)
            plot.epoch_stepped.connect(self._on_epoch_stepped)

        self.tools = CurveTools()
        self.tools.log_toggled.connect(self.loss.set_log_scale)
        self.tools.log_toggled.connect(self._refresh_indents)
        self.tools.smoothing_changed.connect(self._redraw)
        self.tools.measure_changed.connect(self._on_measure_changed)
        self.tools.reset_requested.connect(self.loss.reset_view)
        self.tools.reset_requested.connect(self.score.reset_view)
        self.tools.picture_requested.connect(self.export_png)
        self.tools.numbers_requested.connect(self.export_csv)

        drawn = QWidget()
        stacked((self._plots, 1), self.tools, on=drawn, margins=(12, 4, 8, 6), spacing=2)
        self._empty = sentence("curvesEmpty", "muted", "Press Train: the loss appears here.")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = paged(self._empty, drawn, on=self)
        self.tools.show_measures((), self._metric)
        self._name_score()

    def set_history(self, history: History | None) -> None:
        """Draw a run's metrics; does nothing when they are the ones on the screen."""
        if _same(history, self._history):
            self._history = history
            return
        self._history = history
        self._choose_measure()
        self._redraw()

    def set_ghost(self, ghost: History | None) -> None:
        """Draw the previous run's metrics behind this run's, or none."""
        if _same(ghost, self._ghost):
            return
        self._ghost = ghost
        self._ghost_curves.clear()
        self._choose_measure()
        self._redraw()

    def set_compared(self, error: float | None) -> None:
        """Draw the mean squared error that the run is compared with, PCA's, or none."""
        if error != self._compared:
            self._compared = error
            self._redraw()

    def set_past(self, epoch: float | None) -> None:
        """Point at a past moment until another is pointed at, and draw paler what came after it."""
        self._past = epoch
        for plot in (self.loss, self.score):
            plot.set_veil(epoch)
        self._cursor = self._nearest_epoch(epoch)
        self._show_cursor()

    def set_titles(self, loss_title: str) -> None:
        """Name the kind of loss above its plot: ``cross-entropy`` makes "Loss (cross-entropy)"."""
        title = f"Loss ({loss_title})" if loss_title else "Loss"
        self.loss_header.set_title(title)
        self.loss.setAccessibleName(f"{title} by epoch")

    def figures(self) -> Readings:
        """Return every measured epoch."""
        history = self._told or History()
        headings = ("Epoch", *(name.replace("_", " ").capitalize() for name in history.columns))
        values = zip(history.epochs, *history.columns.values(), strict=True)
        rows = [(number(epoch, 10), *map(metric, rest)) for epoch, *rest in values]
        return Readings("Curves, epoch by epoch", headings, rows[-MOST_ROWS:])

    @Slot()
    def export_png(self) -> None:
        """Ask for a file and save both plots in it as a PNG."""
        background = QColor(colors_of(self).central)
        self._save(
            "Save the curves",
            "curves.png",
            "Pictures (*.png)",
            lambda path: save_picture(self._plots, background, path),
        )

    @Slot()
    def export_csv(self) -> None:
        """Ask for a file and save every metric of every epoch in it as CSV."""
        history = self._told
        if history is not None:
            self._save(
                "Save the numbers",
                "curves.csv",
                "Tables (*.csv)",
                lambda path: save_csv(history, path),
            )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the whole height to the curves where it is low."""
        super().resizeEvent(event)
        roomy = self.height() >= _ROOMY_PX
        self.tools.setVisible(roomy)
        for plot in (self.loss, self.score):
            plot.name_epochs(roomy)
        self._refresh_indents()

    def _save(self, title: str, name: str, kind: str, save: Callable[[Path], None]) -> None:
        path = QFileDialog.getSaveFileName(self, title, name, kind)[0]
        if not path:
            return
        target = Path(path)
        try:
            save(target if target.suffix else target.with_suffix(Path(name).suffix))
        except FileError as error:
            self.failed.emit(str(error))

    @property
    def _told(self) -> History | None:
        """The run that the numbers are of: the present one, or before it began the one before."""
        return self._history if _length(self._history) else self._ghost

    def _choose_measure(self) -> None:
        history = self._told
        if history is None:
            return
        metrics = (*made_metrics_of(history.columns), *metrics_of(history.columns))
        if metrics:
            named = [metric for metric in metrics if metric.name == self._chosen]
            self._metric = (*named, *metrics)[0]
            self.tools.show_measures(metrics, self._metric)
        self._name_score()

    def _name_score(self) -> None:
        metric = self._metric
        self.score_header.set_title(metric.title)
        self.score.set_percent(metric.share)
        self.score.set_bounds(metric.low, metric.high)
        self.score.setAccessibleName(f"{metric.title} by epoch")
        for part in (self.score, self.score_header):
            named(part, topic=metric.name)

    @Slot()
    def _redraw(self) -> None:
        self._pages.setCurrentIndex(int(_length(self._told) > 0))
        self._cursor = self._nearest_epoch(self._cursor)
        self._drawn = {name: self._curves(name) for name in ("loss", self._metric.name)}
        every = (series for curves in self._drawn.values() for series in curves.values())
        ends = [float(series.epochs[end]) for series in every if len(series) for end in (0, -1)]
        for plot, measure in ((self.loss, "loss"), (self.score, self._metric.name)):
            plot.set_ends(min(ends, default=0.0), max(ends, default=0.0))
            plot.set_curves(self._drawn[measure])
        self._show_cursor()
        self._refresh_indents()

    def _curves(self, measure: str) -> Curves:
        curves = {part: Series.of(self._history, f"{part}_{measure}") for part in MEASURED}
        curves["ghost"] = self._ghost_series(measure)
        within = {
            f"within_{part}": Series.within(self._history, f"{part}_{measure}") for part in MEASURED
        }
        weight = self.tools.weight
        if self._compared is not None and measure == MEAN_SQUARED_ERROR.name:
            ends = self._epochs()[[0, -1]] if _length(self._told) else np.empty(0)
            curves["compared"] = Series(ends, np.full(len(ends), self._compared))
        if weight == 0:
            return curves | within
        smooth = {line: series.smoothed(weight) for line, series in curves.items()}
        return smooth | within | {f"raw_{line}": series for line, series in curves.items()}

    def _ghost_series(self, measure: str) -> Series:
        if measure not in self._ghost_curves:
            tested = Series.of(self._ghost, f"test_{measure}")
            trained = Series.of(self._ghost, f"train_{measure}")
            self._ghost_curves[measure] = tested if len(tested) else trained
        return self._ghost_curves[measure]

    def _show_cursor(self) -> None:
        for plot, header, measure in (
            (self.loss, self.loss_header, "loss"),
            (self.score, self.score_header, self._metric.name),
        ):
            plot.set_cursor(self._cursor)
            lead = "in epoch 1" if self._first_epoch else ""
            if self._cursor is not None:
                lead = f"epoch {number(self._cursor, 10)}"
            grown = self._history is not None and bool(self._history.within)
            header.set_legend(self._legend(measure), lead, _PALE if grown else "")
            plot.setAccessibleDescription(header.legend_text)

    @property
    def _first_epoch(self) -> bool:
        """Whether nothing is measured since the start but within the epoch that goes on."""
        return self._history is not None and len(self._history) == 1 and bool(self._history.within)

    def _legend(self, measure: str) -> tuple[LegendEntry, ...]:
        share = measure == self._metric.name and self._metric.share
        spell = percent if share else metric
        entries = []
        drawn, growing = self._drawn[measure], self._cursor is None and self._first_epoch
        for line in LINES:
            series = measured(drawn, line)
            if growing and line in MEASURED:
                series = drawn[f"within_{line}"]
            value = series.last() if self._cursor is None else series.at(self._cursor)
            if value is None:
                continue
            resting = line == "ghost" and self._cursor is None
            name = _SHORT.get(line, line)
            entries.append(LegendEntry(line, name, "" if resting else spell(value)))
        return tuple(entries)

    @Slot()
    def _refresh_indents(self) -> None:
        for plot, header in ((self.loss, self.loss_header), (self.score, self.score_header)):
            header.set_indent(plot.plot_left)

    @Slot(float)
    def _on_epoch_stepped(self, rows: float) -> None:
        epochs = self._epochs()
        if not len(epochs):
            return
        last = len(epochs) - 1
        if self._cursor is None:
            place: float = 0 if rows == -math.inf else last
        else:
            place = int(np.searchsorted(epochs, self._cursor)) + rows
        self._point_at(float(epochs[int(min(max(place, 0), last))]))

    @Slot(object)
    def _point_at(self, epoch: float | None) -> None:
        epoch = self._nearest_epoch(self._past if epoch is None else epoch)
        if epoch != self._cursor:
            self._cursor = epoch
            self._show_cursor()

    def _nearest_epoch(self, epoch: float | None) -> float | None:
        epochs = self._epochs()
        if epoch is None or not len(epochs):
            return None
        return float(epochs[nearest(epochs, epoch)])

    def _epochs(self) -> np.ndarray:
        return np.empty(0) if self._told is None else np.asarray(self._told.epochs)

    @Slot(str)
    def _on_measure_changed(self, measure: str) -> None:
        self._chosen = measure
        self._choose_measure()
        self._redraw()


def _length(history: History | None) -> int:
    return 0 if history is None else len(history)


def _same(new: History | None, old: History | None) -> bool:
    if new is old or not (_length(new) or _length(old)):
        return True
    return new is not None and old is not None and new.drawn_as(old)
