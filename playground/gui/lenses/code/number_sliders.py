"""One slider for each number of a code, the one that changes most first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider, QWidget

from playground.analysis.codes.numbers import CodeNumbers
from playground.gui.look.marking import named, tool_tip
from playground.gui.look.theme import SMALL_PX, sized
from playground.wording import fixed, metric, nth

_POSITIONS = 400
_UNKNOWN = -3.0, 3.0
_BEYOND = 0.3
"""How far beyond its usual range a number can be moved, in ranges."""

Floats = NDArray[np.floating[Any]]


class NumberSliders(QWidget):
    """Shows a code and asks for another; ``code_requested`` carries it, (numbers,).

    ``numbers`` is what is known of them.
    """

    code_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        named(self, "codeSliders", "Numbers of the code")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 6, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(1)
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[QLabel, QSlider, QLabel]] = []
        self.numbers: CodeNumbers | None = None
        self._order: Sequence[int] = ()
        self._code: Floats | None = None

    @property
    def order(self) -> Sequence[int]:
        """Which number each slider moves, from the first."""
        return self._order

    @property
    def sliders(self) -> list[QSlider]:
        """The sliders from above."""
        return [slider for _, slider, _ in self._rows]

    def set_size(self, size: int) -> None:
        """Make a slider for each number of a code."""
        self.numbers, self._code = None, None
        for row in self._rows[size:]:
            for part in row:
                part.hide()
                self._grid.removeWidget(part)
                part.deleteLater()
        del self._rows[size:]
        for place in range(len(self._rows), size):
            self._rows.append(self._row(place))
        self._order = range(size)
        self._grid.setRowStretch(size, 1)
        self._name()

    def show_numbers(self, numbers: CodeNumbers) -> None:
        """Sort by what the numbers change, unless one of them is being moved."""
        if len(numbers.order) != len(self._rows):
            return
        self.numbers = numbers
        if not any(slider.isSliderDown() or slider.hasFocus() for slider in self.sliders):
            self._order = numbers.order.tolist()
        self._name()
        self._show()

    def show_code(self, code: Floats) -> None:
        """Show a code, asking for nothing."""
        if len(code) == len(self._rows):
            self._code = code
            self._show()

    def _row(self, place: int) -> tuple[QLabel, QSlider, QLabel]:
        name = sized(named(QLabel(), role="muted"), SMALL_PX)
        value = sized(named(QLabel(), role="muted"), SMALL_PX)
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        value.setMinimumWidth(value.fontMetrics().horizontalAdvance("−00.00"))
        slider = named(QSlider(Qt.Orientation.Horizontal), f"codeSlider{place}", role="quiet")
        slider.setRange(0, _POSITIONS)
        slider.setPageStep(_POSITIONS // 10)
        slider.setSingleStep(_POSITIONS // 100)
        slider.valueChanged.connect(self._on_moved)
        for column, part in enumerate((name, slider, value)):
            self._grid.addWidget(part, place, column)
        return name, slider, value

    def _name(self) -> None:
        numbers = self.numbers
        for (label, slider, _), number in zip(self._rows, self._order, strict=True):
            title = f"Number {nth(number)}"
            tip = f"Move number {nth(number)} of the code, and watch what it changes."
            if numbers is not None:
                change = metric(float(numbers.changes[number]))
                low, high = (fixed(float(end[number]), 2) for end in (numbers.low, numbers.high))
                tip += (
                    f" From {low} to {high}, where nine of ten examples lie, it changes what comes "
                    f"back by a mean square of {change}."
                )
            label.setText(nth(number))
            slider.setAccessibleName(title)
            for part in (label, slider):
                part.setToolTip(tool_tip(tip))

    def _ends(self, number: int) -> tuple[float, float]:
        if self.numbers is None:
            return _UNKNOWN
        low, high = float(self.numbers.low[number]), float(self.numbers.high[number])
        span = high - low if high > low else 1.0
        if not np.isfinite(span):
            return _UNKNOWN
        return low - _BEYOND * span, high + _BEYOND * span

    def _show(self) -> None:
        if self._code is None:
            return
        for (_, slider, value), number in zip(self._rows, self._order, strict=True):
            low, high = self._ends(number)
            shown = float(self._code[number])
            value.setText(fixed(shown, 2))
            if not slider.isSliderDown() and np.isfinite(shown):
                share = min(max((shown - low) / (high - low), 0), 1)
                with QSignalBlocker(slider):
                    slider.setValue(round(share * _POSITIONS))

    @Slot(int)
    def _on_moved(self, position: int) -> None:
        place = next(i for i, each in enumerate(self.sliders) if each is self.sender())
        number = self._order[place]
        low, high = self._ends(number)
        code = np.zeros(len(self._rows)) if self._code is None else self._code.copy()
        code[number] = low + position / _POSITIONS * (high - low)
        self._code = code
        self._rows[place][2].setText(fixed(float(code[number]), 2))
        self.code_requested.emit(code)
