"""The whole window, driven by mouse and keyboard as a person would."""

import dataclasses
import subprocess
import sys

import numpy as np
import pytest
from person import click, find
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QWidget

from playground.gui.look.marking import tool_tip
from playground.gui.session.run_state import RunState
from playground.gui.session.session import Session
from playground.gui.window.main_window import FIRST_SIZE, LEAST_SIZE, MainWindow
from playground.training.experiment import Stopping
from playground.training.presets import preset


@pytest.fixture
def window(open_window):
    return open_window("digits-small")


def draw_one(qtbot, canvas):
    """Draw a vertical bar with the mouse."""
    x, top, bottom = canvas.width() // 2, canvas.height() // 4, 3 * canvas.height() // 4
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(x, top))
    for y in range(top, bottom, 6):
        qtbot.mouseMove(canvas, QPoint(x, y))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(x, bottom))


def running(window):
    return window.session.state is RunState.RUNNING


def accuracy(window):
    snapshot = window.session.snapshot
    return snapshot.history.last("test_accuracy") if snapshot else 0.0


def epoch(window):
    snapshot = window.session.snapshot
    return snapshot.epoch if snapshot else -1


def endless(window):
    window.session.change("training.stopping", Stopping(epochs=None))


def test_the_session_starts_once_the_window_is_painted(qtbot, monkeypatch):
    happened = []
    paint, start = MainWindow.paintEvent, Session.start

    def painted(window, event):
        happened.append("painted")
        paint(window, event)

    def started(session):
        happened.append("started")
        start(session)

    monkeypatch.setattr(MainWindow, "paintEvent", painted)
    monkeypatch.setattr(Session, "start", started)
    window = MainWindow()
    qtbot.addWidget(window)
    window.open_at_start(None, "digits")
    window.show()
    assert window.focusWidget() is window.tool_bar.train_button
    qtbot.waitUntil(lambda: window.session.snapshot is not None)
    assert happened[0] == "painted"
    assert happened.count("started") == 1


def test_what_is_not_needed_to_start_is_not_imported():
    program = """
import sys
from playground.gui.start.app import _application
from playground.gui.window.main_window import MainWindow

app = _application()
window = MainWindow(look="dark")
window.open_at_start(None, "digits-small")  # whose data need no drawing
window.show()
app.processEvents()
needless = {
    "logging.handlers",
    "playground.analysis.glossary.words",
    "playground.analysis.gradient_report",
    "playground.data.imports.found",
    "playground.data.published.downloads",
    "playground.data.published.mnist",
    "playground.storage.experiment_file",
    "safetensors",
} & set(sys.modules)
window.close()
assert not needless, needless
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_no_source_is_read_to_start():
    program = """
import linecache
import playground.gui.start.app

read = [name for name in linecache.cache if "window" in name]
assert not read, read
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_train_and_pause_by_mouse(qtbot, window):
    endless(window)
    button = find(window, "trainButton", QToolButton)
    assert button.text() == "Train"
    click(button)
    qtbot.waitUntil(lambda: running(window))
    assert button.text() == "Pause"
    qtbot.waitUntil(lambda: epoch(window) >= 1)
    click(button)
    qtbot.waitUntil(lambda: window.session.state is RunState.PAUSED)
    assert button.text() == "Train on"


def test_step_trains_one_batch_and_reset_goes_back(qtbot, window):
    start = window.session.snapshot.parameters
    click(find(window, "stepButton"))
    qtbot.waitUntil(lambda: window.session.snapshot.step == 1)
    assert not np.array_equal(window.session.snapshot.parameters, start)
    click(find(window, "resetButton"))
    qtbot.waitUntil(lambda: window.session.snapshot is not None)
    np.testing.assert_array_equal(window.session.snapshot.parameters, start)


def test_a_drawn_digit_is_read_while_it_trains(qtbot, window):
    endless(window)
    window.session.toggle_training()
    qtbot.waitUntil(lambda: accuracy(window) > 0.95)
    draw_one(qtbot, find(window, "drawCanvas"))
    qtbot.waitUntil(lambda: window.session.reading is not None)
    reading = window.session.reading
    assert reading.probe.title == "Your drawing"
    assert reading.shares.argmax() == 1
    assert running(window)
    before = window.session.reading
    qtbot.waitUntil(lambda: window.session.reading is not before)


def test_clearing_the_canvas_takes_the_prediction_away(qtbot, window):
    draw_one(qtbot, find(window, "drawCanvas"))
    qtbot.waitUntil(lambda: window.session.reading is not None)
    click(find(window, "clearCanvasButton"))
    qtbot.waitUntil(lambda: window.session.reading is None)


def test_removing_a_layer_while_it_trains(qtbot, window):
    endless(window)
    window.session.toggle_training()
    qtbot.waitUntil(lambda: running(window) and window.session.snapshot.step > 0)
    layers = len(window.session.experiment.layers)
    card = find(window, "layerCard0")
    click(find(card, "removeLayerButton"))
    assert len(window.session.experiment.layers) == layers - 1
    qtbot.waitUntil(lambda: "again with new weights" in window.messages.sentence)
    edited_at = epoch(window)
    qtbot.waitUntil(lambda: epoch(window) > edited_at)
    assert running(window)


def test_undo_brings_a_removed_layer_back(window):
    before = window.session.experiment
    click(find(find(window, "layerCard0"), "removeLayerButton"))
    assert window.session.experiment != before
    window.commands["undoAction"].trigger()
    assert window.session.experiment == before


def test_an_absurd_layer_is_refused_in_its_card(qtbot, window):
    first = window.session.experiment.layers[0]
    rest = window.session.experiment.layers[1:]
    window.session.change("layers", (dataclasses.replace(first, units=10_000_000), *rest))
    sentences = [label.text() for label in find(window, "layerEditor").findChildren(QLabel)]
    assert any("GiB" in sentence for sentence in sentences)


def test_closing_while_training_is_quick_and_ends_the_thread(qtbot, window):
    endless(window)
    window.session.toggle_training()
    qtbot.waitUntil(lambda: running(window))
    window.close()
    assert window.session._worker.isFinished()


@pytest.mark.parametrize("name", ["spirals", "article-iris", "bumps", "article-neuron"])
def test_every_kind_of_data_has_its_probe(qtbot, window, name):
    window.tool_bar.preset_requested.emit(name)
    qtbot.waitUntil(lambda: window.session.snapshot is not None)
    qtbot.waitUntil(lambda: window.session.reading is not None)
    assert window.probe_column.panel.isVisible()
    assert window.tool_bar.preset_box.currentData() == name


def test_a_presets_text_steps_aside_when_the_data_are_others(qtbot, window):
    told = preset("circles").description
    window.tool_bar.preset_requested.emit("circles")
    assert window.messages.sentence == told
    tip = tool_tip(told)
    assert window.tool_bar.preset_box.toolTip() == tip
    window.session.change("data.noise", 0.2)
    window.session.change("training.learning_rate", 0.01)
    assert window.messages.sentence == told
    window.tool_bar.data_requested.emit("iris")
    assert window.session.experiment.data.name == "iris"
    assert told not in window.messages.sentence
    assert window.tool_bar.preset_box.toolTip() != tip
    window.commands["undoAction"].trigger()
    assert window.tool_bar.preset_box.toolTip() == tip


def test_show_opens_the_step_where_the_gradient_is_computed(qtbot, window):
    window.tool_bar.preset_requested.emit("fault-exploding")
    shown = "findingCard0"
    qtbot.waitUntil(lambda: window.findChild(QWidget, shown) is not None)
    click(find(find(window, shown), "showEvidenceButton"))
    lens = window.lens_area.pane.current
    qtbot.waitUntil(lambda: lens.stage is not None)
    assert lens.objectName() == "stepThrough"
    assert (lens.stage.phase, lens.stage.layer, lens.stage.label) == ("backward", "dense_1", "dW1")
    assert np.abs(lens.stage.computed.values).max() > 1


def test_the_neuron_of_the_articles_answers_as_they_say(qtbot, window):
    window.tool_bar.preset_requested.emit("article-neuron")
    qtbot.waitUntil(lambda: window.session.reading is not None)
    np.testing.assert_allclose(window.session.reading.probe.inputs, [2, 3])
    assert window.session.reading.outputs[0] == pytest.approx(0.9990889, abs=2e-7)
    assert "0.9990889" in window.probe_column.panel.prediction.readout


def test_a_saved_network_opens_with_its_predictions(qtbot, window, tmp_path):
    window.session.step_epoch()
    qtbot.waitUntil(lambda: epoch(window) == 1)
    window.probe_column.pick_first()
    shares = window.session.reading.shares.copy()
    history = window.session.timeline.history()
    path = tmp_path / "mine.playground"
    assert window.document.write(path)
    qtbot.waitUntil(lambda: window.file_label.text() == "mine.playground")
    window.session.reset()
    qtbot.waitUntil(lambda: window.session.snapshot is not None)
    drop(window, path)
    qtbot.waitUntil(
        lambda: window.session.snapshot is not None and window.session.snapshot.epoch == 1
    )
    window.probe_column.pick_first()
    np.testing.assert_array_equal(window.session.reading.shares, shares)
    assert len(window.session.timeline.history()) == len(history)


def test_a_damaged_file_says_so_and_changes_nothing(qtbot, window, tmp_path):
    path = tmp_path / "broken.playground"
    path.write_bytes(b"not a network")
    before = window.session.experiment
    drop(window, path)
    assert window.messages.isVisible()
    assert window.messages.sentence.endswith(".")
    assert window.session.experiment is before


def test_a_file_that_holds_no_data_says_so(qtbot, window, tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("hello", encoding="utf-8")
    before = window.session.experiment
    drop(window, path)
    qtbot.waitUntil(lambda: window.messages.sentence.startswith("letter.txt"))
    assert window.session.experiment is before


def test_the_layout_and_the_theme_are_remembered(qtbot, window, settings):
    window.commands["lightThemeAction"].trigger()
    window.close()
    again = MainWindow(settings)
    qtbot.addWidget(again)
    assert again.commands["lightThemeAction"].isChecked()
    again.commands["darkThemeAction"].trigger()


def test_every_control_has_a_name_for_screen_readers(window):
    from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QSlider

    silent = [
        f"{type(widget).__name__} {widget.objectName()}"
        for kind in (QAbstractButton, QComboBox, QAbstractSpinBox, QSlider)
        for widget in window.findChildren(kind)
        if not widget.objectName().startswith("qt_")
        and widget.isVisibleTo(window)
        and not (widget.accessibleName() or getattr(widget, "text", str)())
    ]
    assert silent == []


def test_every_name_of_the_design_is_there(qtbot, window):
    qtbot.waitUntil(lambda: window.findChild(QWidget, "lossCurve") is not None)
    names = (
        "trainButton stepButton resetButton dataBox presetBox layerEditor addLayerButton "
        "layerCard0 unitsBox activationBox removeLayerButton lossBox optimizerBox learningRateBox "
        "batchSizeBox l1Box l2Box seedBox drawCanvas clearCanvasButton predictionBars "
        "predictedLabel lossCurve accuracyCurve activationHeatmap networkDiagram lensTabs"
    )
    for name in names.split():
        assert find(window, name).objectName() == name


def drop(window, path):
    """Drop a file on the window."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    at = QPointF(300, 300)
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(at.toPoint(), Qt.DropAction.CopyAction, mime, buttons, keys)
    QApplication.sendEvent(window, entered)
    assert entered.isAccepted()
    QApplication.sendEvent(window, QDropEvent(at, Qt.DropAction.CopyAction, mime, buttons, keys))


def test_the_first_size_fits_the_screen(keep, settings):
    window = MainWindow(settings)
    available = window.screen().availableSize()
    assert window.width() <= max(available.width(), LEAST_SIZE.width())
    assert window.height() <= max(available.height(), LEAST_SIZE.height())
    window.shut_down()


def test_a_low_window_gives_its_height_to_the_lens(qtbot, window):
    tall = window.lens_area.height()
    window.resize(LEAST_SIZE)
    window.use_default_layout()
    window.session.step_epoch()
    qtbot.waitUntil(lambda: epoch(window) == 1)
    assert window.size() == LEAST_SIZE
    assert not window.curves.panel.tools.isVisible()
    assert not find(window, "timelineTitle").isVisible()
    assert find(window, "timelinePlayButton").isVisible()
    assert find(window, "timelineBestButton").isVisible()
    timeline = window.session.timeline
    qtbot.waitUntil(lambda: timeline.runs.present is not None)
    timeline.look_at(timeline.stops(timeline.runs.present)[0])
    assert find(window, "timelineTitle").isVisible()
    window.resize(FIRST_SIZE)
    window.use_default_layout()
    assert window.curves.panel.tools.isVisible()
    assert window.lens_area.height() <= tall
