"""One plot of a metric against the epoch: a line for each part, the previous run dotted."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)

from playground.data.preparation import PARTS
from playground.gui.look.spoken import Role, reads_as
from playground.gui.look.theme import colors_of, on_theme_changed, ui_font
from playground.gui.panels.curves.curve_axis import CalmAxis
from playground.gui.panels.curves.curve_header import INKS, line_pen
from playground.gui.panels.curves.curve_series import Series
from playground.training.made_metrics import MAKERS

_NOTHING = Series(np.empty(0), np.empty(0))
_TICK_PX = 10
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_ENDS = {Qt.Key.Key_Home: -math.inf, Qt.Key.Key_End: math.inf}


MEASURED = (*PARTS, *MAKERS)
LINES = (*MEASURED, "ghost", "compared")
_PALE = tuple(f"{kind}_{part}" for kind in ("within", "raw") for part in MEASURED)
_DRAWN = ("ghost", "compared", *_PALE, *MEASURED)

Curves = Mapping[str, Series]
"""What one plot shows of each of the lines, pale behind them what is called ``within_…``, which was
measured between epochs' ends, and ``raw_…``, the curves before smoothing.

The ghost's raw curve is not drawn, only read by the crosshair.
"""


def measured(curves: Curves, line: str) -> Series:
    """Return one of the lines as it was before smoothing."""
    return curves.get(f"raw_{line}", curves.get(line, _NOTHING))


class CurvePlot(pg.PlotWidget):
    """Shows :data:`Curves`, follows them until the user zooms, and points at one epoch.

    ``epoch_pointed`` carries the epoch under the mouse, or ``None`` when it leaves;
    ``epoch_stepped`` how many rows the arrow keys move the crosshair. ``zoomed`` says that the user
    chose what to look at.
    """

    epoch_pointed = Signal(object)
    epoch_stepped = Signal(float)
    zoomed = Signal()

    def __init__(self, *, percent: bool = False) -> None:
        self._left = CalmAxis("left", 24.0, percent)
        self._bottom = CalmAxis("bottom", 70.0)
        axes = {"left": self._left, "bottom": self._bottom}
        super().__init__(axisItems=axes, enableMenu=False)
        self._curves: Curves = {}
        self._ends = 0.0, 1.0
        self._follow_epochs = self._follow_values = True
        self._log = False
        self._bounds: tuple[float | None, float | None] = (0.0, 1.0) if percent else (0.0, None)
        item = self.getPlotItem()
        item.hideButtons()
        item.setDownsampling(auto=True, mode="peak")
        item.setClipToView(True)
        item.getViewBox().disableAutoRange()
        item.layout.setContentsMargins(0, 7, 9, 0)
        self._lines: dict[str, pg.PlotDataItem] = {}
        for name in _DRAWN:
            if not name.endswith(MAKERS):
                self._line(name)
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self._dots = pg.ScatterPlotItem(size=7, pxMode=True)
        self._veil = pg.LinearRegionItem(movable=False, pen=pg.mkPen(None))
        self._veil.setZValue(5)
        self._veil.hide()
        item.addItem(self._veil, ignoreBounds=True)
        for drawn in (self._cursor, self._dots):
            drawn.setVisible(False)
            drawn.setZValue(10)
            item.addItem(drawn, ignoreBounds=True)
        item.getViewBox().sigRangeChangedManually.connect(self._on_zoomed)
        self.setCacheMode(self.CacheModeFlag.CacheNone)  # a cached ground is not transparent
        self.viewport().setAutoFillBackground(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        reads_as(self, Role.Chart)
        self.setFrameShape(self.Shape.NoFrame)
        self.setMinimumSize(120, 70)
        on_theme_changed(self.restyle)
        self.restyle()

    @property
    def plot_left(self) -> float:
        """Where the plot's left edge is, in this widget's pixels."""
        corner = self.getPlotItem().getViewBox().sceneBoundingRect().topLeft()
        return float(self.mapFromScene(corner).x())

    def set_ends(self, first: float, last: float) -> None:
        """Let what comes be shown between two epochs, one epoch wide at least."""
        self._ends = first, max(last, first + 1.0)

    def set_curves(self, curves: Curves, *, restate: bool = False) -> None:
        """Draw these curves, keeping the lines that are already there.

        A curve that is the very one on the screen stays untouched unless ``restate`` is true.
        """
        before, self._curves = self._curves, curves
        for name in _DRAWN:
            series = curves.get(name, _NOTHING)
            if series is before.get(name, _NOTHING) and not restate:
                continue
            if self._log:
                series = series.positive()
            if not len(series):
                if name in self._lines:
                    self._lines[name].clear()
                continue
            line = self._line(name)
            line.setSymbol("o" if len(series) == 1 else None)
            line.setData(series.epochs, series.values)
        self._fit()

    def _line(self, name: str) -> pg.PlotDataItem:
        """Return one of the lines; those of two players are made when there are some."""
        if name not in self._lines:
            line = self.getPlotItem().plot(antialias=True, connect="all", skipFiniteCheck=True)
            line.setZValue(_DRAWN.index(name) / len(_DRAWN))
            self._lines[name] = line
            self._style(name, line)
        return self._lines[name]

    def set_percent(self, percent: bool) -> None:
        """Label the values' axis in percent, or in plain numbers."""
        self._left.set_percent(percent)

    def set_bounds(self, low: float | None, high: float | None) -> None:
        """Fix the lower or the upper end of the values' axis; ``None`` follows the data."""
        self._bounds = (low, high)
        self._fit()

    def set_log_scale(self, log: bool) -> None:
        """Put the values on a logarithmic axis, or back on a linear one."""
        if log == self._log:
            return
        self._log = log
        self.getPlotItem().setLogMode(x=False, y=log)
        self.getPlotItem().getViewBox().disableAutoRange()
        self._follow_values = True
        self.set_curves(self._curves, restate=True)

    @Slot()
    def reset_view(self) -> None:
        """Show all epochs and follow the data again."""
        self._follow_epochs = self._follow_values = True
        self._fit()

    def name_epochs(self, wanted: bool) -> None:
        """Write what is counted under the plot's numbers, or leave that room to the plot."""
        self._bottom.setLabel("epoch", color=colors_of(self).muted)
        self._bottom.showLabel(wanted)
        self._bottom.setHeight((2 if wanted else 1) * self._line_px + 3)

    @Slot()
    def hold_epochs(self) -> None:
        """Keep the epochs that are in view, as the plot beside this one was zoomed."""
        self._follow_epochs = False

    def set_cursor(self, epoch: float | None) -> None:
        """Put the crosshair on an epoch, with a dot on each curve there, or take it away."""
        shown = epoch is not None
        self._cursor.setVisible(shown)
        self._dots.setVisible(shown)
        if epoch is None:
            return
        self._cursor.setValue(epoch)
        spots = []
        for name in ("ghost", *MEASURED):
            value = measured(self._curves, name).at(epoch)
            if value is not None and (value > 0 or not self._log):
                y = math.log10(value) if self._log else value
                brush = pg.mkBrush(getattr(colors_of(self), INKS[name]))
                spots.append({"pos": (epoch, y), "brush": brush})
        self._dots.setData(spots=spots)

    def set_veil(self, epoch: float | None) -> None:
        """Draw paler what is later than an epoch, or nothing."""
        self._veil.setVisible(epoch is not None)
        if epoch is not None:
            drawn = [series for series in self._curves.values() if len(series)]
            last = max((float(series.epochs[-1]) for series in drawn), default=epoch)
            self._veil.setRegion((epoch, 2 * last + 1))

    def restyle(self) -> None:
        """Take the theme's colours; pyqtgraph knows nothing of the palette."""
        colors = colors_of(self)
        self.setBackground(None)
        for name, line in self._lines.items():
            self._style(name, line)
        font = ui_font(_TICK_PX)
        for axis in (self._left, self._bottom):
            axis.setPen(pg.mkPen(None))
            axis.setTickPen(pg.mkPen(colors.border))
            axis.setTextPen(pg.mkPen(colors.muted))
            axis.setTickFont(font)
            axis.label.setFont(font)
        text = QFontMetricsF(font)
        self._left.setWidth(math.ceil(text.horizontalAdvance("0.0025")) + 8)
        self._left.setGrid(255)
        self._line_px = math.ceil(text.height())
        self.name_epochs(self._bottom.label.isVisible())
        pale = QColor(colors.central)
        pale.setAlpha(150)
        self._veil.setBrush(pale)
        self._cursor.setPen(pg.mkPen(colors.muted, width=1))
        self._dots.setPen(pg.mkPen(colors.central, width=1))

    def _style(self, name: str, line: pg.PlotDataItem) -> None:
        """Give a line the theme's colour, and its dashes."""
        colors = colors_of(self)
        kind = name.rpartition("_")[2]
        color = QColor(getattr(colors, INKS[kind]))
        if name != kind:
            color.setAlpha(90)
        pen = line_pen(colors.ghost, kind)
        pen.setColor(color)
        if name != kind:
            pen.setStyle(Qt.PenStyle.SolidLine)
        line.setPen(pen)
        line.setSymbolPen(None)
        line.setSymbolBrush(color)
        line.setSymbolSize(6)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        view = self.getPlotItem().getViewBox()
        position = self.mapToScene(event.position().toPoint())
        inside = view.sceneBoundingRect().contains(position)
        self.epoch_pointed.emit(view.mapSceneToView(position).x() if inside else None)

    def leaveEvent(self, event: QEvent) -> None:
        self.epoch_pointed.emit(None)
        super().leaveEvent(event)

    def mouseDoubleClickEvent(self, event: QEvent) -> None:
        super().mouseDoubleClickEvent(event)
        self.reset_view()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Frame the plot while the keys go to it."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self.viewport())
            painter.setPen(QColor(colors_of(self).accent))
            painter.drawRect(QRectF(self.viewport().rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS or key in _ENDS:
            self.epoch_stepped.emit(float(_STEPS.get(key, _ENDS.get(key, 0.0))))
        elif key == Qt.Key.Key_Escape and self._cursor.isVisible():
            self.epoch_pointed.emit(None)
        elif key == Qt.Key.Key_0:
            self.reset_view()
        else:
            super().keyPressEvent(event)

    def _fit(self) -> None:
        drawn = [self._curves.get(name, _NOTHING) for name in _DRAWN]
        curves = [series for series in drawn if len(series)]
        if not curves:
            return
        view = self.getPlotItem().getViewBox()
        if self._follow_epochs:
            view.setXRange(*self._ends, padding=0.015)
        if self._follow_values:
            low, high = self._log_extent(curves) if self._log else self._extent(curves)
            view.setYRange(low, high, padding=0.015)

    def _extent(self, curves: list[Series]) -> tuple[float, float]:
        low, high = self._bounds
        if low is None:
            low = min(0.0, *(max(float(series.values.min()), -1.0) for series in curves))
        if high is None:
            high = 1.04 * max(float(series.values.max()) for series in curves)
        return (low, high) if high > low else (low, low + 1.0)

    def _log_extent(self, curves: list[Series]) -> tuple[float, float]:
        parts = [part for part in (series.positive() for series in curves) if len(part)]
        if not parts:
            return -3.0, 0.0
        low = math.log10(min(float(part.values.min()) for part in parts))
        high = math.log10(max(float(part.values.max()) for part in parts))
        middle, half = (low + high) / 2, max(high - low, 0.3) / 2
        return middle - half, middle + half

    @Slot()
    def _on_zoomed(self) -> None:
        self._follow_epochs = self._follow_values = False
        self.zoomed.emit()
