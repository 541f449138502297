import numpy as np
import pytest
from person import click, find
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QSlider, QToolButton, QWidget

from playground.data.catalogue import load
from playground.data.drawing.drawing import OPTDIGITS, read_strokes
from playground.data.preparation import prepare
from playground.gui.probes.canvas_panel import CanvasPanel, drawn_word
from playground.gui.session.probe import Probe

SHARES = [0.002, 0.001, 0.010, 0.951, 0.0, 0.02, 0.0, 0.003, 0.01, 0.003]

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def panel(keep, digits):
    widget = CanvasPanel()
    widget.set_data(digits)
    widget.resize(315, 768)
    return keep(widget)


def draw(panel, qtbot):
    canvas = panel.findChild(QWidget, "drawCanvas")
    with qtbot.waitSignal(panel.probe_requested) as caught:
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(90, 60))
        for y in range(70, 220, 10):
            QTest.mouseMove(canvas, QPoint(100, y))
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(100, 220))
    return caught.args[0]


def example(digits, index):
    dataset = digits.dataset
    return Probe(dataset.inputs[index], f"Example {index}", label=int(dataset.targets[index]))


def test_a_drawing_becomes_a_probe_with_its_stages(panel, qtbot):
    probe = draw(panel, qtbot)
    QApplication.processEvents()
    stages = read_strokes(panel.canvas.ink(), OPTDIGITS)
    assert probe.inputs.shape == (64,)
    assert probe.inputs.dtype == np.float32
    assert probe.label is None
    assert np.array_equal(panel.probe().inputs, stages.input)
    assert probe.stages is not None


def test_clearing_asks_for_no_probe_and_takes_the_prediction_away(panel, qtbot):
    draw(panel, qtbot)
    panel.set_prediction(SHARES)
    with qtbot.waitSignal(panel.probe_requested) as caught:
        click(find(panel, "clearCanvasButton"))
    assert caught.args == [None]
    assert panel.findChild(QLabel, "predictedLabel").text() == ""


def test_undo_and_redo_buttons_follow_the_drawing(panel, qtbot):
    undo = panel.findChild(QToolButton, "undoStrokeButton")
    redo = panel.findChild(QToolButton, "redoStrokeButton")
    assert not undo.isEnabled()
    draw(panel, qtbot)
    qtbot.waitUntil(undo.isEnabled)
    click(find(panel, "undoStrokeButton"))
    qtbot.waitUntil(redo.isEnabled)
    assert panel.canvas.sheet.is_empty
    click(find(panel, "redoStrokeButton"))
    qtbot.waitUntil(lambda: not redo.isEnabled())
    assert len(panel.canvas.ink().strokes) == 1


def test_the_eraser_button_erases_and_the_pen_button_draws_again(panel, qtbot):
    draw(panel, qtbot)
    click(find(panel, "eraserButton"))
    draw(panel, qtbot)
    click(find(panel, "penButton"))
    draw(panel, qtbot)
    assert [stroke.eraser for stroke in panel.canvas.ink().strokes] == [False, True, False]


def test_the_thickness_slider_changes_the_pen_but_not_what_the_network_sees(panel, qtbot):
    draw(panel, qtbot)
    thin = panel.probe().inputs
    panel.canvas.clear()
    panel.findChild(QSlider, "penWidthSlider").setValue(44)
    draw(panel, qtbot)
    assert panel.canvas.ink().strokes[0].width == 44
    assert np.array_equal(panel.probe().inputs, thin)


def test_the_prediction_is_shown_as_label_words_and_bars(panel, qtbot):
    draw(panel, qtbot)
    panel.set_prediction(SHARES)
    assert panel.findChild(QLabel, "predictedLabel").text() == "3"
    assert panel.prediction.readout == "95.1 % sure\nnext: 5 (2.0 %)"
    bars = panel.findChild(QWidget, "predictionBars")
    assert "3: 95.1 %" in bars.accessibleDescription()


def test_an_example_is_shown_on_the_canvas_and_marked_right_or_wrong(panel, digits):
    asked = []
    panel.probe_requested.connect(asked.append)
    probe = example(digits, 3)
    panel.set_probe(probe)
    panel.set_prediction(np.eye(10)[probe.label])
    QApplication.processEvents()
    assert panel.probe() is probe
    assert f"labelled {probe.label}  ✓ right" in panel.prediction.readout
    panel.set_prediction(np.eye(10)[(probe.label + 1) % 10])
    assert "✗ wrong" in panel.prediction.readout
    assert asked == []


def test_undo_after_drawing_over_an_example_asks_for_the_example_again(panel, qtbot, digits):
    probe = example(digits, 5)
    panel.set_probe(probe)
    assert draw(panel, qtbot).stages is not None
    QApplication.processEvents()
    with qtbot.waitSignal(panel.probe_requested) as caught:
        click(find(panel, "undoStrokeButton"))
    assert caught.args[0] is probe


def test_a_drawing_stays_when_the_same_data_comes_again_but_an_example_goes(panel, qtbot, digits):
    draw(panel, qtbot)
    panel.set_data(digits)
    assert panel.probe() is not None
    panel.set_probe(example(digits, 5))
    panel.set_data(digits)
    assert panel.probe() is None


def test_undo_leads_to_no_example_of_other_data(panel, qtbot, digits):
    first = draw(panel, qtbot).stages.source
    panel.set_probe(example(digits, 5))
    larger = prepare(load("pendigits"), test_fraction=0.2, standardize=False, seed=0)
    panel.set_data(larger)
    assert panel.probe() is None
    click(find(panel, "undoStrokeButton"))
    assert panel.probe().inputs.shape == larger.train_inputs[0].shape
    assert panel.canvas.ink().strokes[0].points.tolist() == first.strokes[0].points.tolist()


def test_the_seen_stage_opens_as_a_table_of_numbers(panel, qtbot):
    draw(panel, qtbot)
    QApplication.processEvents()
    stages = panel.stages
    table = stages.findChild(QWidget, "pixelTable")
    last = QPoint(stages.width() - 20, 20)
    QTest.mouseMove(stages, last)
    qtbot.waitUntil(table.isVisible)
    expected = panel.probe().inputs.reshape(8, 8)
    assert table.texts == [[f"{value:.2f}" for value in row] for row in expected.tolist()]
    QTest.mouseMove(stages, QPoint(5, 20))
    assert not table.isVisible()
    stages.setFocus()
    QTest.keyClick(stages, Qt.Key.Key_Space)
    assert table.isVisible()
    QTest.keyClick(stages, Qt.Key.Key_Escape)
    assert not table.isVisible()


def test_nothing_to_see_opens_no_table(panel):
    QTest.keyClick(panel.stages, Qt.Key.Key_Space)
    assert not panel.stages.findChild(QWidget, "pixelTable").isVisible()


@pytest.mark.parametrize(("width", "height"), [(315, 768), (250, 560)])
def test_everything_fits_the_column(panel, qtbot, width, height):
    panel.resize(width, height)
    qtbot.waitUntil(lambda: panel.width() == width)
    qtbot.waitUntil(lambda: min(panel.canvas.width(), panel.canvas.height()) >= 190)
    assert panel.minimumSizeHint().height() <= height
    for part in (panel.canvas, panel.stages, panel.prediction):
        assert panel.rect().contains(part.geometry())
    for button in panel.findChildren(QToolButton):
        assert panel.rect().contains(button.geometry())


def test_every_control_has_a_name_and_a_tooltip(panel):
    for control in [*panel.findChildren(QToolButton), *panel.findChildren(QSlider)]:
        assert control.accessibleName()
        assert control.toolTip()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus


@pytest.mark.parametrize(
    ("names", "word"),
    [("0123", "a digit"), ("abc", "a letter"), ("a1", "a character"),
     (("a", "Greek χ", "Korean 2"), "a symbol"), (("cat", "dog"), "something")],
)  # fmt: skip
def test_what_is_drawn_is_called_by_what_the_classes_are(names, word):
    assert drawn_word(tuple(names)) == word
