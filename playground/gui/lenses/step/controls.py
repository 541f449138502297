"""The rows of controls above the stages: what to step on, and how to go through it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from playground.gui.icons import icon

SLOWEST_MS, FASTEST_MS = 4000, 250
_SPEEDS = 8


class StepControls(QWidget):
    """Holds the controls; the lens connects them.

    Attributes
    ----------
    source, begin, take
        What to step on, begin (again), and make the step.
    back, play, forward, speed, by_neuron
        Through the stages.
    example
        Which example of the batch is worked out, counted from 1.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.source = QComboBox()
        self.source.setObjectName("stepSourceBox")
        self.source.setAccessibleName("What the step learns from")
        self.source.setToolTip(
            "The next mini-batch is the step that training would make now; the probe alone is a "
            "step on the one example in your hand."
        )
        self.source.addItem("Next mini-batch", "batch")
        self.source.addItem("The probe alone", "probe")
        self.begin = _button("beginStepButton", "Begin", "Pause, and compute the next step.")
        self.take = _button(
            "takeStepButton", "Take the step", "Make this very step: the weights move as shown."
        )
        self.back = _button("stepBackButton", "Back", "To the stage before (←).")
        self.play = _button("stepPlayButton", "Play", "Go through the stages by itself (Space).")
        self.forward = _button("stepNextButton", "Next", "To the next stage (→).")
        self.speed = QSlider(Qt.Orientation.Horizontal)
        self.speed.setObjectName("stepSpeedSlider")
        self.speed.setAccessibleName("Speed of playing")
        self.speed.setToolTip("How fast Play goes: from four seconds a stage to four a second.")
        self.speed.setRange(0, _SPEEDS)
        self.speed.setValue(_SPEEDS // 2)
        self.speed.setProperty("role", "quiet")
        self.speed.setFixedWidth(64)
        self.by_neuron = QCheckBox("Neuron by neuron")
        self.by_neuron.setObjectName("stepNeuronCheck")
        self.by_neuron.setAccessibleName("Neuron by neuron")
        self.by_neuron.setToolTip("Next works out one neuron (row) at a time before it goes on.")
        self._example_label = QLabel("Example")
        self._example_label.setProperty("role", "muted")
        self.example = QSpinBox()
        self.example.setObjectName("stepExampleBox")
        self.example.setAccessibleName("Example of the batch")
        self.example.setToolTip("The example (column) whose numbers are worked out.")
        self.example.setRange(1, 1)
        self._example_label.setBuddy(self.example)

        first, second = QHBoxLayout(), QHBoxLayout()
        for row in (first, second):
            row.setSpacing(6)
        first.addWidget(self.source)
        first.addWidget(self.begin)
        first.addStretch(1)
        first.addWidget(self._example_label)
        first.addWidget(self.example)
        first.addSpacing(4)
        first.addWidget(self.take)
        for widget in (self.back, self.play, self.forward, self.speed):
            second.addWidget(widget)
        second.addSpacing(4)
        second.addWidget(self.by_neuron)
        second.addStretch(1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addLayout(first)
        rows.addLayout(second)
        self.show_playing(False)
        self.show_walking(False, batch=1)

    @property
    def interval_ms(self) -> int:
        """How long Play stays at a stage, in milliseconds."""
        part = self.speed.value() / _SPEEDS
        return round(SLOWEST_MS * (FASTEST_MS / SLOWEST_MS) ** part)

    def show_walking(self, walking: bool, *, batch: int) -> None:
        """Enable what goes through the stages of a batch of so many examples."""
        for widget in (self.back, self.play, self.forward, self.take, self.by_neuron):
            widget.setEnabled(walking)
        self.example.setEnabled(walking and batch > 1)
        with QSignalBlocker(self.example):
            self.example.setRange(1, max(batch, 1))
            self.example.setSuffix(f" of {batch}" if walking else "")

    def show_playing(self, playing: bool) -> None:
        """Show whether the stages go by themselves."""
        self.play.setText("Pause" if playing else "Play")
        self.play.setAccessibleName("Pause" if playing else "Play")
        self.play.setIcon(icon("pause" if playing else "play", self))

    def show_main(self, button: QPushButton) -> None:
        """Give the next thing to do the accent colour."""
        for each in (self.begin, self.take, self.forward):
            role = "primary" if each is button else ""
            if each.property("role") != role:
                each.setProperty("role", role)
                each.style().unpolish(each)
                each.style().polish(each)

    def resizeEvent(self, event: QEvent) -> None:  # type: ignore[override]  # noqa: D102
        super().resizeEvent(event)  # type: ignore[arg-type]
        narrow = self.width() < 520
        self._example_label.setVisible(not narrow)
        self.speed.setVisible(self.width() >= 380)

    def changeEvent(self, event: QEvent) -> None:  # noqa: D102
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "play"):
            self.show_playing(self.play.text() == "Pause")


def _button(name: str, text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAccessibleName(text)
    button.setToolTip(tip)
    return button
