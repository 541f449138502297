"""Drives a real window for the measurements of window_speed.py."""

import math
import statistics
from dataclasses import replace
from time import perf_counter

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from playground.analysis.neurons.neuron import Neuron
from playground.data.augmentation import Augmentation
from playground.gui.session.run_state import RunState
from playground.gui.start.app import _application
from playground.gui.start.garbage import GarbageCollector
from playground.gui.window.main_window import MainWindow
from playground.nn.layers import Dense
from playground.training.experiment import DataSettings, Stopping
from playground.training.presets import preset as find_preset
from playground.training.trainer import Trainer

WIDE = "wide"
ANSWERS = "codeMap", "predictionBars", "thereAndBack"
"""What shows the answer to a stroke, the first of them that is in view."""

_ordinary_load = DataSettings.load


class Ticks(QObject):
    """Notes the time of every tick of a 16 ms timer."""

    def __init__(self):
        super().__init__()
        self.times = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(16)
        self._timer.timeout.connect(self._on_timeout)
        self._timer.start()

    def _on_timeout(self):
        self.times.append(perf_counter())

    def stop(self):
        """Return the gaps in milliseconds."""
        self._timer.stop()
        return [1000 * (b - a) for a, b in zip(self.times, self.times[1:], strict=False)]


class Paints(QObject):
    """Notes the time at which a widget was last painted."""

    def __init__(self, widget):
        super().__init__()
        self.last = 0.0
        widget.installEventFilter(self)

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            self.last = perf_counter()
        return False


class WindowSession:
    """One window, opened on enter and closed on leave."""

    def __enter__(self):
        self.app = _application()
        self.window = MainWindow(look="dark")
        self.window.open_at_start(None, "digits")
        self.window.resize(1440, 900)
        self.window.show()
        GarbageCollector(self.window)
        self.wait(0.5)
        return self

    def __exit__(self, *error):
        self.window.shut_down()
        self.window.close()
        self.app.processEvents()

    def wait(self, seconds):
        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        loop.exec()

    def wait_for(self, state, seconds=10.0):
        until = perf_counter() + seconds
        while self.window.session.state is not state and perf_counter() < until:
            self.wait(0.01)

    def look_inside(self):
        """Bring diagram, heat map and the inspector of a hidden neuron into view."""
        area = self.window.lens_area
        area.show_lens("network")
        area.set_side_by_side(True)
        self.window.session.attention.select(Neuron("dense_1", 3))
        self.wait(0.3)

    def measure(self, preset, seconds, *, inside=False, lens=None):
        """Return frame gaps, stroke times and speeds for a preset, trained without an end.

        ``preset`` may also be ``WIDE``: 784-512-512-10 on the digits at 28 × 28. ``inside`` has
        diagram, inspector and heat map in view; ``lens`` is the key of one to look at.
        """
        if preset == WIDE:
            DataSettings.load = _enlarged_digits
        experiment = _endless(
            wide_experiment() if preset == WIDE else find_preset(preset).experiment
        )
        alone = _alone(experiment, seconds / 2)
        session = self.window.session
        session.prepared = None
        session.open(experiment)
        self.wait(0.3)
        self.window.probe_column.show_something()
        if inside:
            self.look_inside()
        if lens is not None:
            self.window.lens_area.show_lens(lens)
            self.wait(1.0)
        draws = session.prepared.dataset.drawing is not None
        idle = self.stroke_times() if draws else [math.nan]
        session.toggle_training()
        self.wait_for(RunState.RUNNING)
        self.wait(1.0)
        first = session.snapshot
        begun = perf_counter()
        ticks = Ticks()
        self.wait(seconds)
        gaps = ticks.stop()
        last = session.snapshot
        wall = perf_counter() - begun
        window = _epochs(last, first) * len(session.prepared.train_inputs) / wall
        busy = self.stroke_times() if draws else [math.nan]
        session.toggle_training()
        self.wait_for(RunState.PAUSED)
        DataSettings.load = _ordinary_load
        session.prepared = None
        return {
            "gap_p50_ms": statistics.median(gaps),
            "gap_p99_ms": sorted(gaps)[int(0.99 * len(gaps))],
            "gap_max_ms": max(gaps),
            "stroke_idle_ms": statistics.median(idle),
            "stroke_busy_ms": statistics.median(busy),
            "alone": alone,
            "window": window,
            "ratio": window / alone,
        }

    def stroke_times(self, moves=60):
        """Draw a spiral with the mouse; return the times from a move to the painted answer."""
        canvas = self.window.findChild(QWidget, "drawCanvas")
        answers = (self.window.findChild(QWidget, name) for name in ANSWERS)
        paints = Paints(next(each for each in answers if each is not None and each.isVisible()))
        side = min(canvas.width(), canvas.height())
        times = []
        for i in range(moves):
            angle, radius = i / 6, side * (0.1 + 0.25 * i / moves)
            at = QPointF(
                canvas.width() / 2 + radius * math.cos(angle),
                canvas.height() / 2 + radius * math.sin(angle),
            )
            kind = QEvent.Type.MouseButtonPress if i == 0 else QEvent.Type.MouseMove
            begun = perf_counter()
            self._mouse(canvas, kind, at)
            while paints.last < begun and perf_counter() - begun < 0.5:
                self.app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 1)
            times.append(1000 * (perf_counter() - begun))
            self.wait(0.012)
        self._mouse(canvas, QEvent.Type.MouseButtonRelease, at)
        return times

    def _mouse(self, widget, kind, at):
        button = Qt.MouseButton.LeftButton
        event = QMouseEvent(
            kind,
            at,
            widget.mapToGlobal(at),
            Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else button,
            Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else button,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(widget, event)

    def measure_memory(self, preset, minutes, resident_mb):
        """Train for minutes; return the resident memory after the first and at the end."""
        session = self.window.session
        session.open(_endless(find_preset(preset).experiment))
        self.wait(0.3)
        session.toggle_training()
        self.wait(60)
        first = resident_mb()
        self.wait(60 * (minutes - 1))
        last = resident_mb()
        session.toggle_training()
        self.wait_for(RunState.PAUSED)
        return {"first_mb": first, "last_mb": last, "minutes": minutes}

    def close_while_training(self):
        """Return how long closing takes while training."""
        session = self.window.session
        session.open(_endless(find_preset("digits").experiment))
        session.toggle_training()
        self.wait_for(RunState.RUNNING)
        self.wait(0.5)
        self.window.document.may_leave = lambda: True  # the question waits for an answer
        begun = perf_counter()
        self.window.close()
        return perf_counter() - begun


def wide_experiment():
    """Return 784-512-512-10, to be trained on the digits enlarged to 28 × 28."""
    digits = find_preset("digits").experiment
    layers = (Dense(name="dense_1", units=512), Dense(name="dense_2", units=512))
    training = replace(digits.training, learning_rate=0.001, augmentation=Augmentation())
    return replace(digits, layers=layers, training=training)


def _enlarged_digits(settings):
    digits = _ordinary_load(settings)
    pictures = digits.inputs.reshape(-1, 8, 8).repeat(4, axis=1).repeat(4, axis=2)[:, 2:-2, 2:-2]
    inputs = np.ascontiguousarray(pictures.reshape(-1, 784))
    names = tuple(f"pixel {index}" for index in range(784))
    return replace(
        digits, inputs=inputs, input_shape=(1, 28, 28), feature_names=names, drawing=None
    )


def _endless(experiment):
    """Return an experiment that no stopping rule ends."""
    training = replace(experiment.training, stopping=Stopping(epochs=None))
    return replace(experiment, training=training)


def _epochs(last, first):
    """Return how many epochs lie between two snapshots."""
    return last.epoch - first.epoch + last.batch / last.batches - first.batch / first.batches


def _alone(experiment, seconds):
    """Return the examples a second of a trainer that has the process to itself."""
    trainer = Trainer(experiment)
    first = trainer.snapshot()
    begun = perf_counter()
    for _ in trainer.run():
        if perf_counter() - begun > seconds:
            break
    epochs = _epochs(trainer.snapshot(), first)
    return epochs * len(trainer.prepared.train_inputs) / (perf_counter() - begun)
