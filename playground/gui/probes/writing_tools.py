"""What is done with what a network writes, and how boldly it writes."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QSlider, QWidget

from playground.analysis.writing.writer import TEMPERATURE
from playground.gui.look.marking import named
from playground.gui.widgets.buttons import IconButton
from playground.gui.widgets.layouts import beside, stacked
from playground.wording import fixed

_HOTTEST, _PARTS = 1.5, 100
_HEIGHT, _WIDTH, _GAP = 28, 26, 3
_BESIDE = 5 * (_WIDTH + _GAP) + 18


class WritingTools(QWidget):
    """Asks by its buttons' own signals; ``temperature_changed`` carries another temperature."""

    temperature_changed = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.finish = _button(
            "play",
            "finishStrokeButton",
            "Finish my stroke",
            "Begin a character on the canvas, type which it is to be, and the network goes on. "
            "Without a word from you it is what the judge takes it for.",
        )
        self.stop = _button("stop", "stopWritingButton", "Stop", "Leave it at what is written.")
        self.again = _button(
            "reset",
            "writeAgainButton",
            "Again",
            "Once more with the same luck: what differs is what the network has learned meanwhile.",
        )
        self.variant = _button(
            "dice", "writeVariantButton", "Another variant", "Once more with other luck."
        )
        self.save = _button(
            "save",
            "saveWritingButton",
            "Save what is written",
            "Save what lies on the canvas as SVG, PNG or JSON.",
        )
        self.clear = _button(
            "clear",
            "clearCanvasButton",
            "Clear",
            "Clear the canvas; Ctrl+Z on the canvas brings the drawing back.",
        )
        self._slider = named(
            QSlider(Qt.Orientation.Horizontal),
            "temperatureSlider",
            "Temperature",
            "How bold it writes: careful takes likely moves only, bold takes unlikely ones too.",
        )
        self._slider.setRange(0, round(_HOTTEST * _PARTS))
        self._slider.setValue(round(TEMPERATURE * _PARTS))
        self._degrees = named(QLabel(fixed(TEMPERATURE, 2)))
        small = (self.stop, self.again, self.variant, self.save, self.clear)
        for button in small:
            button.setFixedWidth(_WIDTH)
        self.finish.setText(self.finish.accessibleName())
        self.finish.setMinimumWidth(_WIDTH)
        self.finish.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        word = QLabel("Temperature")
        word.setBuddy(self._slider)
        careful, bold = (named(QLabel(end), role="muted") for end in ("careful", "bold"))
        stacked(
            beside((self.finish, 1), *small, spacing=_GAP),
            beside(
                word,
                (stacked(self._slider, beside(careful, None, bold), spacing=0), 1),
                self._degrees,
                spacing=8,
            ),
            on=self,
            margins=0,
            spacing=6,
        )
        self._slider.valueChanged.connect(self._on_moved)

    @property
    def temperature(self) -> float:
        """How bold it is to write: 0 takes the likeliest move always."""
        return self._slider.value() / _PARTS

    @Slot(int)
    def _on_moved(self, _place: int) -> None:
        self._degrees.setText(fixed(self.temperature, 2))
        self.temperature_changed.emit(self.temperature)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show a picture in place of the words where they do not fit."""
        super().resizeEvent(event)
        style = Qt.ToolButtonStyle
        wanted = self.fontMetrics().horizontalAdvance(self.finish.text()) + _BESIDE
        roomy = event.size().width() >= wanted
        self.finish.setToolButtonStyle(
            style.ToolButtonTextOnly if roomy else style.ToolButtonIconOnly
        )


def _button(picture: str, name: str, spoken: str, tip: str) -> IconButton:
    button = IconButton(picture, name, spoken, tip, px=15)
    button.setFixedHeight(_HEIGHT)
    return button
