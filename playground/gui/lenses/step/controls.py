"""The rows of controls above the stages: what to step on, and how to go through it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QPushButton,
    QSlider,
    QSpinBox,
    QWidget,
)

from playground.analysis.slow_step.two_players import Whose
from playground.gui.look.marking import mark, named
from playground.gui.look.theme import on_theme_changed
from playground.gui.widgets.buttons import push_button, show_playing
from playground.gui.widgets.combo_box import offer
from playground.gui.widgets.labels import titled
from playground.gui.widgets.layouts import beside, stacked

SLOWEST_MS, FASTEST_MS = 4000, 250
_SPEEDS = 8
_SOURCES = (("Next mini-batch", "batch"), ("The current example alone", "probe"))
PLAYERS: tuple[tuple[str, Whose], ...] = (
    ("The discriminator's turn", "discriminator"),
    ("The generator's turn", "generator"),
)
"""Whose part of a step is told where two networks learn against each other."""

_TWO_ROWS, _LABELLED, _NARROWEST = 505, 560, 300


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

    def __init__(self) -> None:
        super().__init__()
        self._playing = False
        self.source = named(
            QComboBox(),
            "stepSourceBox",
            "What the step learns from",
            "The next mini-batch is the step that training would make now; the current example "
            "alone makes a step on that one only. Of a generator and a discriminator each turn can "
            "be walked through by itself.",
        )
        offer(self.source, _SOURCES)
        self.begin = push_button("beginStepButton", "Begin", "Pause, and compute the next step.")
        self.take = push_button(
            "takeStepButton",
            "Take the step",
            "Make exactly this step: the weights change as shown.",
        )
        self.back = push_button("stepBackButton", "Back", "To the previous stage (←).")
        self.play = push_button(
            "stepPlayButton", "Play", "Go through the stages automatically (Space)."
        )
        self.forward = push_button("stepNextButton", "Next", "To the next stage (→).")
        self.speed = named(
            QSlider(Qt.Orientation.Horizontal),
            "stepSpeedSlider",
            "Playback speed",
            "How fast Play goes: from four seconds per stage to four stages per second.",
            role="quiet",
        )
        self.speed.setRange(0, _SPEEDS)
        self.speed.setValue(_SPEEDS // 2)
        self.speed.setFixedWidth(64)
        self.by_neuron = named(
            QCheckBox("Neuron by neuron"),
            "stepNeuronCheck",
            "Neuron by neuron",
            "Next works out one neuron (row) at a time, the first twelve of a large layer, before "
            "it goes on.",
        )
        self.example = named(
            QSpinBox(),
            "stepExampleBox",
            "Example of the batch",
            "The example (column) whose numbers are worked out.",
        )
        self.example.setRange(1, 1)
        self.example.setFixedWidth(98)
        self._example_label = titled(self.example, "Example")

        self._rows = [beside(spacing=6) for _ in range(3)]
        stacked(*self._rows, on=self, margins=0, spacing=6)
        self._narrow: bool | None = None
        self._place(narrow=False)
        for button in (self.begin, self.take, self.back, self.play, self.forward, self.by_neuron):
            button.installEventFilter(self)
        self.show_walking(False, batch=1)
        on_theme_changed(self._draw_play)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A button would move the focus by these keys; they belong to the lens.
        if isinstance(event, QKeyEvent) and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    @property
    def interval_ms(self) -> int:
        """How long Play stays at a stage, in milliseconds."""
        part = self.speed.value() / _SPEEDS
        return int(SLOWEST_MS * (FASTEST_MS / SLOWEST_MS) ** part)

    def offer_players(self, players: bool) -> None:
        """Offer the turns of two players too, or not."""
        items = (*_SOURCES, *PLAYERS) if players else _SOURCES
        if self.source.count() != len(items):
            offer(self.source, items, self.source.currentData())

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
        self._playing = playing
        self._draw_play()

    def show_main(self, button: QPushButton) -> None:
        """Give the next thing to do the accent colour."""
        for each in (self.begin, self.take, self.forward):
            mark(each, "role", "primary" if each is button else "")

    def minimumSizeHint(self) -> QSize:
        return QSize(_NARROWEST, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place(narrow=self.width() < _TWO_ROWS)
        self._example_label.setVisible(self.width() >= _LABELLED)

    @Slot()
    def _draw_play(self) -> None:
        show_playing(self.play, self._playing, narrow=bool(self._narrow))

    def _place(self, *, narrow: bool) -> None:
        """Put the controls into two rows, or into three where there is little width."""
        if narrow == self._narrow:
            return
        self._narrow = narrow
        start, walk = (self.source, self.begin, None), (self.back, self.play, self.forward)
        example = (self._example_label, self.example)
        rows: tuple[tuple[QWidget | None, ...], ...] = (
            (*start, *example, self.take),
            (*walk, self.speed, self.by_neuron, None),
            (),
        )
        if narrow:
            rows = start, (*walk, None, self.take), (self.by_neuron, None, *example)
        for row, widgets in zip(self._rows, rows, strict=True):
            for control in self.findChildren(QWidget):
                row.removeWidget(control)  # a row that only takes it out would keep its size
            while row.count():
                row.takeAt(0)
            for widget in widgets:
                if widget is None:
                    row.addStretch(1)
                else:
                    row.addWidget(widget)
        self.speed.setVisible(not narrow)
        self._draw_play()
