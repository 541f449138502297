"""The quiet row of controls under the learning curves."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QMenu,
    QSlider,
    QToolButton,
    QWidget,
)

from playground.data.tasks import Metric
from playground.gui.look.marking import named
from playground.gui.look.theme import SMALL_PX, sized
from playground.gui.widgets.combo_box import offer
from playground.gui.widgets.labels import titled
from playground.gui.widgets.layouts import beside
from playground.wording import fixed

_STEPS = 100


class CurveTools(QWidget):
    """Asks for another scale, smoothing, error measure or view, and for a file.

    ``smoothing_changed`` carries the weight of the past, 0 to 0.99; ``measure_changed`` the
    column's name after its part, such as ``mean_absolute_error``.
    """

    log_toggled = Signal(bool)
    smoothing_changed = Signal(float)
    measure_changed = Signal(str)
    reset_requested = Signal()
    picture_requested = Signal()
    numbers_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.log = named(
            QCheckBox("Log"),
            "lossLogBox",
            "Logarithmic loss axis",
            "Show the loss on a logarithmic axis: equal steps are equal factors, so slow progress "
            "near the end stays visible.",
        )
        self.log.toggled.connect(self.log_toggled)

        self.smoothing = named(
            QSlider(Qt.Orientation.Horizontal),
            "smoothingSlider",
            "Smoothing of the curves",
            "Average each point with the ones before it, to see the trend through the noise; "
            "the measured curve stays faintly behind.",
        )
        self.smoothing.setRange(0, _STEPS - 1)
        self.smoothing.setPageStep(10)
        self.smoothing.setMaximumWidth(110)
        self.smoothing.setMinimumWidth(48)
        self.smoothing.valueChanged.connect(self._on_smoothing)
        self._weight = named(QLabel(fixed(0, 2)), role="muted")

        self.measure = named(QComboBox(), "errorMeasureBox", "Error measure")
        self.measure.currentIndexChanged.connect(self._on_measure)

        self.reset_button = self._button(
            "Reset zoom",
            "resetZoomButton",
            "Reset zoom",
            "Show every epoch again and follow the run (double-click, or the key 0).",
        )
        self.reset_button.clicked.connect(self.reset_requested)
        self.save_button = self._button(
            "Save…",
            "saveCurvesButton",
            "Save the curves",
            "Save the curves as a picture, or their numbers for a spreadsheet.",
        )
        self.save_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.save_button)
        self.picture_action = QAction("Picture (PNG)…", menu)
        self.picture_action.setObjectName("saveCurvesPicture")
        self.picture_action.triggered.connect(self.picture_requested)
        self.numbers_action = QAction("Numbers (CSV)…", menu)
        self.numbers_action.setObjectName("saveCurvesNumbers")
        self.numbers_action.triggered.connect(self.numbers_requested)
        menu.addActions([self.picture_action, self.numbers_action])
        self.save_button.setMenu(menu)

        for control in (self.log, self.measure, self.reset_button, self.save_button):
            sized(control, SMALL_PX)

        smoothing = (titled(self.smoothing, "Smoothing"), (self.smoothing, 1), self._weight)
        row = beside(self.log, 6, *smoothing, on=self, margins=0, spacing=6)
        row.addStretch(2)
        for control in (self.measure, self.reset_button, self.save_button):
            row.addWidget(control)

    @property
    def weight(self) -> float:
        """The smoothing's weight of the past."""
        return self.smoothing.value() / _STEPS

    def show_measures(self, metrics: Sequence[Metric], chosen: Metric) -> None:
        """Offer the choice of error measure, where a task has several."""
        self.measure.setVisible(len(metrics) > 1)
        offer(self.measure, ((metric.title, metric.name) for metric in metrics), chosen.name)
        meanings = "; ".join(f"{metric.title} is {metric.meaning}" for metric in metrics)
        self.measure.setToolTip(f"{meanings}.")

    def _button(self, text: str, name: str, spoken: str, tip: str) -> QToolButton:
        button = named(QToolButton(self), name, spoken, tip, role="quiet")
        button.setText(text)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    @Slot(int)
    def _on_smoothing(self, value: int) -> None:
        self._weight.setText(fixed(value / _STEPS, 2))
        self.smoothing_changed.emit(value / _STEPS)

    @Slot(int)
    def _on_measure(self, index: int) -> None:
        self.measure_changed.emit(self.measure.itemData(index))
