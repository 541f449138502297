"""One feature of a table: a slider and a box for its value, with the classes' means marked."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QLabel,
    QSizePolicy,
    QSlider,
    QWidget,
)

from playground.gui.look.marking import named, tool_tip
from playground.gui.look.theme import colors_of
from playground.gui.widgets.class_markers import paint_marker
from playground.gui.widgets.layouts import beside, stacked

_POSITIONS = 1000
_HANDLE = 12.0


class FeatureRow(QWidget):
    """Shows a value and asks for another: ``value_requested`` carries it.

    Parameters
    ----------
    name
        The feature's name; a unit in brackets at its end, ``"petal width (cm)"``, goes into the
        box.
    low, high
        The range of the slider and the box.
    means, class_names
        The mean by label of each class that has examples, marked under the slider; the names of
        all classes.
    """

    value_requested = Signal(float)

    def __init__(
        self,
        name: str,
        low: float,
        high: float,
        means: Mapping[int, float],
        class_names: Sequence[str],
    ) -> None:
        super().__init__()
        self._low, self._high = low, high
        shown, unit = _split_unit(name)
        label = named(QLabel(shown))
        tip = tool_tip(f"The value of {shown} that the network gets.")
        self._box = named(QDoubleSpinBox(), spoken=name, tip=tip)
        self._box.setDecimals(_decimals(high - low))
        self._box.setRange(low, high)
        self._box.setSingleStep((high - low) / 100)
        self._box.setSuffix(f" {unit}" if unit else "")
        self._box.setKeyboardTracking(False)
        self._box.setFixedWidth(92)
        label.setBuddy(self._box)
        marks = "; the marks are the classes' means" if len(means) > 1 else ""
        tip = tool_tip(f"Move {shown} and watch the answer change{marks}.")
        self._slider = named(QSlider(Qt.Orientation.Horizontal), spoken=name, tip=tip)
        self._slider.setRange(0, _POSITIONS)
        self._slider.setPageStep(_POSITIONS // 10)
        self._slider.setSingleStep(_POSITIONS // 100)
        top = beside((label, 1), self._box, spacing=8)
        layout = stacked(top, self._slider, on=self, margins=0, spacing=1)
        if means:
            shares = {label: (mean - low) / (high - low) for label, mean in means.items()}
            layout.addWidget(_Marks(shares, class_names))
        self._slider.valueChanged.connect(self._on_slider_moved)
        self._box.valueChanged.connect(self._on_box_changed)

    def values(self) -> list[float]:
        """Return the value shown."""
        return [self._box.value()]

    def set_values(self, values: Sequence[float]) -> None:
        """Show a value, asking for nothing."""
        (value,) = values
        with QSignalBlocker(self._box), QSignalBlocker(self._slider):
            self._box.setValue(value)
            self._slider.setValue(self._position(value))

    def _position(self, value: float) -> int:
        return round((value - self._low) / (self._high - self._low) * _POSITIONS)

    @Slot(int)
    def _on_slider_moved(self, position: int) -> None:
        value = self._low + position / _POSITIONS * (self._high - self._low)
        with QSignalBlocker(self._box):
            self._box.setValue(value)
        self.value_requested.emit(self._box.value())

    @Slot(float)
    def _on_box_changed(self, value: float) -> None:
        with QSignalBlocker(self._slider):
            self._slider.setValue(self._position(value))
        self.value_requested.emit(value)


class _Marks(QWidget):
    """Each class's mean under the slider, in the class's colour and shape."""

    def __init__(self, shares: Mapping[int, float], class_names: Sequence[str]) -> None:
        super().__init__()
        self._shares = shares
        self.setFixedHeight(11)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(
            tool_tip("Class means: " + ", ".join(class_names[label] for label in shares) + ".")
        )

    def sizeHint(self) -> QSize:
        return QSize(80, 11)

    def paintEvent(self, event: QPaintEvent) -> None:
        ground = QColor(colors_of(self).window)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for label, share in self._shares.items():
            at = QPointF(_HANDLE / 2 + share * (self.width() - _HANDLE), 5)
            paint_marker(painter, at, 4, label, ground=ground)


def _split_unit(name: str) -> tuple[str, str]:
    """Return ``("petal width", "cm")`` for ``"petal width (cm)"``."""
    if name.endswith(")") and " (" in name:
        shown, _, unit = name[:-1].rpartition(" (")
        return shown, unit
    return name, ""


def _decimals(span: float) -> int:
    """Return decimals that show about a thousandth of the span, two for spans of 1 to 100."""
    return min(max(2 if 1 <= span <= 100 else 2 - math.floor(math.log10(span)), 0), 6)
