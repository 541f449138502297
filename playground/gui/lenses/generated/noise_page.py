"""Sliders through the noise: one for each number, and what the generator makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider, QWidget

from playground.gui.lenses.generated.wall import PictureWall
from playground.gui.look.marking import named, tool_tip
from playground.gui.widgets.buttons import push_button
from playground.gui.widgets.combo_box import ComboBox, offer
from playground.gui.widgets.elided_label import ElidedLabel
from playground.gui.widgets.layouts import beside, scrolling, stacked
from playground.wording import fixed

REACH = 3.0
"""How far a slider goes to either side: 99.7 % of what a standard normal number is."""

_STEPS = 100
_MOST_COLUMNS, _COLUMN_PX = 4, 150

Floats = NDArray[np.floating[Any]]


class NoisePage(QWidget):
    """Shows one noise, and asks for another: ``noise_changed`` carries it, (noise,).

    ``class_changed`` says which class is asked for, where one can be. The sliders stand in order
    of how much each changes what is made.
    """

    noise_changed = Signal(object)
    class_changed = Signal(int)
    another_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("noisePage")
        self._noise: Floats = np.zeros(0)
        self._sliders: list[QSlider] = []
        self._values: list[QLabel] = []
        self.picture = PictureWall()
        named(self.picture, "noisePicture", "What the generator makes of this noise")
        self.picture.setMinimumSize(96, 96)
        self.said = named(ElidedLabel("", "muted"), "noiseReading")
        self.another = push_button("anotherNoiseButton", "Another", "Draw another noise.")
        self.middle = push_button(
            "middleNoiseButton", "All zero", "The middle of all noise: every number 0."
        )
        self.take = push_button(
            "takeMadeButton", "Into the hand", "Let the whole window look at what is made here."
        )
        self.another.clicked.connect(self.another_requested)
        self.middle.clicked.connect(self._on_middle)
        self._grid_on = QWidget()
        self._grid = QGridLayout(self._grid_on)
        self._grid.setContentsMargins(0, 0, 6, 0)
        parts = beside((self.picture, 2), (scrolling(self._grid_on), 3), spacing=14)
        self.asked = named(ComboBox(), "askedClassBox", "Class asked for", "What it is to make.")
        self.asked.activated.connect(self.class_changed)
        self.asked.hide()
        below = beside(self.asked, self.another, self.middle, self.take, (self.said, 1), spacing=6)
        stacked((parts, 1), below, on=self, margins=0, spacing=5)

    @property
    def noise(self) -> Floats:
        """The noise that is shown, (noise,)."""
        return self._noise

    def set_classes(self, names: Sequence[str]) -> None:
        """Offer the classes that can be asked for, or none."""
        offer(self.asked, ((name, place) for place, name in enumerate(names)), 0)
        self.asked.setVisible(bool(names))

    def set_noise(self, noise: Floats, changes: Floats | None = None) -> None:
        """Show a noise; ``changes`` says how much each number changes what is made, (noise,)."""
        if len(noise) != len(self._sliders):
            self._make_sliders(len(noise))
        self._noise = np.array(noise)
        if changes is not None:
            self._arrange(np.argsort(-changes, kind="stable").tolist())
        for place, (slider, value) in enumerate(zip(self._sliders, noise, strict=True)):
            slider.blockSignals(True)
            slider.setValue(round(float(value) * _STEPS))
            slider.blockSignals(False)
            self._tell(place)

    def _make_sliders(self, count: int) -> None:
        for part in (*self._sliders, *self._values):
            holder = part.parentWidget()
            if holder is not None and holder is not self._grid_on:
                holder.hide()
                holder.deleteLater()
        self._sliders, self._values = [], []
        for place in range(count):
            slider = named(
                QSlider(Qt.Orientation.Horizontal),
                f"noiseSlider{place}",
                f"Noise number {place + 1}",
                tool_tip(
                    f"Number {place + 1} of the noise. The numbers that change most of what is "
                    "made come first."
                ),
            )
            slider.setRange(round(-REACH * _STEPS), round(REACH * _STEPS))
            slider.setSingleStep(_STEPS // 10)
            slider.setPageStep(_STEPS // 2)
            slider.setProperty("place", place)
            slider.valueChanged.connect(self._on_moved)
            value = named(QLabel(), role="muted")
            value.setFixedWidth(44)
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            number = named(QLabel(f"z{place + 1}"), role="muted")
            number.setFixedWidth(24)
            holder = QWidget(self._grid_on)
            beside(number, (slider, 1), value, on=holder, margins=0, spacing=4)
            holder.show()
            self._sliders.append(slider)
            self._values.append(value)
        self._arrange(list(range(count)))

    def _arrange(self, order: list[int]) -> None:
        """Put the sliders in columns, read downwards."""
        wide = max(self._grid_on.width(), 2 * _COLUMN_PX)
        columns = min(max(wide // _COLUMN_PX, 1), _MOST_COLUMNS)
        rows = -(-len(order) // columns)
        for position, place in enumerate(order):
            column, row = divmod(position, max(rows, 1))
            holder = self._sliders[place].parentWidget()
            assert holder is not None
            self._grid.addWidget(holder, row, column)

    def _tell(self, place: int) -> None:
        self._values[place].setText(fixed(float(self._noise[place]), 2))

    @Slot(int)
    def _on_moved(self, value: int) -> None:
        place = self.sender().property("place")
        self._noise[place] = value / _STEPS
        self._tell(place)
        self.noise_changed.emit(self._noise.copy())

    @Slot()
    def _on_middle(self) -> None:
        self.set_noise(np.zeros(len(self._noise)))
        self.noise_changed.emit(self._noise.copy())
