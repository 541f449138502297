"""A pen that is read step by step: the canvas, the strip below it, and the answer in time."""

import numpy as np
import pytest
from person import click, find, hover
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from playground.data.catalogue import load
from playground.data.preparation import prepare
from playground.gui.look.colors import DARK
from playground.gui.look.time_colors import time_color
from playground.gui.probes.canvas_panel import CanvasPanel
from playground.gui.probes.step_marks import paint_marks
from playground.gui.session.probe import example_probe
from playground.gui.widgets.example_painters import PAINTERS
from playground.gui.window.probe_column import ProbeColumn
from playground.nn.layers import LSTM
from playground.training.experiment import DataSettings, Experiment
from playground.training.task_fit import fitted

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

LINE = [QPoint(60, y) for y in range(40, 221, 10)]


@pytest.fixture(scope="module")
def pens():
    return prepare(load("pen"), test_fraction=0.2, standardize=False, seed=0)


@pytest.fixture
def panel(keep, pens):
    widget = CanvasPanel()
    widget.set_data(pens)
    widget.resize(315, 768)
    return keep(widget)


def draw(panel, qtbot, line=LINE):
    canvas = panel.canvas
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=line[0])
    for at in line[1:]:
        QTest.mouseMove(canvas, at)
    with qtbot.waitSignal(panel.probe_requested) as caught:
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=line[-1])
    return caught.args[0]


def color_near(panel, at):
    """Return the commonest colour right and left of a place of the canvas, where no dot is."""
    image = panel.canvas.grab().toImage()
    return image.pixelColor(at + QPoint(6, 0))


def alike(one, other):
    return max(abs(a - b) for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)) < 24


def step_of(color):
    """Return the step, of 40, whose colour is nearest."""
    away = [
        sum(abs(a - b) for a, b in zip(color.getRgb(), time_color(step, 40).getRgb(), strict=True))
        for step in range(40)
    ]
    return int(np.argmin(away))


def test_a_stroke_runs_from_blue_to_yellow(panel, qtbot):
    draw(panel, qtbot)
    assert step_of(color_near(panel, LINE[1])) <= 5
    assert step_of(color_near(panel, LINE[9])) == pytest.approx(20, abs=4)
    assert step_of(color_near(panel, LINE[-1])) >= 36


def test_the_colours_move_on_while_the_pen_does(panel, qtbot):
    canvas = panel.canvas
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=LINE[0])
    for at in LINE[1:8]:
        QTest.mouseMove(canvas, at)
    with qtbot.waitSignal(panel.probe_requested):
        pass
    assert step_of(color_near(panel, LINE[5])) == pytest.approx(30, abs=6)
    for at in LINE[8:]:
        QTest.mouseMove(canvas, at)
    with qtbot.waitSignal(panel.probe_requested):
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=LINE[-1])
    assert step_of(color_near(panel, LINE[5])) == pytest.approx(12, abs=4)


def test_what_is_erased_is_read_no_more_and_has_no_colour(panel, qtbot):
    draw(panel, qtbot)
    click(find(panel, "eraserButton"))
    probe = draw(panel, qtbot, [QPoint(40, 130), QPoint(60, 130), QPoint(80, 130)])
    assert len(probe.stages.strokes) == 2
    assert panel.canvas.grab().toImage().pixelColor(60, 130).lightness() < 40


def test_pointing_on_the_stroke_points_at_its_step_and_leaving_it_gives_the_step_back(panel, qtbot):
    asked = []
    panel.step_pointed.connect(asked.append)
    panel.step_pointed.connect(panel.set_step)
    probe = draw(panel, qtbot)
    panel.set_step(5)
    hover(panel.canvas, LINE[9])
    away = np.hypot(*(probe.stages.places - (60, 130)).T)
    assert asked[-1] == pytest.approx(int(away.argmin()), abs=1)
    hover(panel.canvas, QPoint(200, 60))
    assert asked[-1] == 5
    draw(panel, qtbot, [QPoint(150, 60), QPoint(180, 90)])
    assert asked[-1] is None


def test_the_strip_tells_a_step_in_numbers_and_arrow_keys_walk_from_step_to_step(panel, qtbot):
    asked = []
    panel.step_pointed.connect(asked.append)
    panel.step_pointed.connect(panel.set_step)
    probe = draw(panel, qtbot)
    strip = panel.pen_strip
    assert strip.isVisible()
    assert not panel.stages.isVisible()
    assert strip.captions == ("drawn", "scaled", "40 steps", "moves")
    strip.setFocus()
    QTest.keyClick(strip, Qt.Key.Key_Left)
    QTest.keyClick(strip, Qt.Key.Key_Left)
    assert asked == [38, 37]
    x, y = probe.stages.steps[:2, 37]
    assert f"Step 38 of 40: x {x:.2f}".replace("-", "−") in strip.accessibleDescription()
    assert f"y {y:.2f}" in strip.accessibleDescription()
    assert len(strip.figures().rows) == 40


def test_the_answer_is_that_of_the_step_pointed_at_and_tells_the_change_of_mind(panel, qtbot):
    draw(panel, qtbot)
    in_time = np.full((40, 10), 0.03)
    in_time[:14, 7] = in_time[14:, 3] = 0.73
    panel.set_prediction(in_time[-1], None, in_time)
    assert panel.prediction.readout == "73.0 % sure at step 40 of 40\n7 until step 14, then 3"
    panel.set_step(4)
    assert find(panel, "predictedLabel", QLabel).text() == "7"
    assert panel.prediction.readout == "73.0 % sure at step 5 of 40\n7 until step 14, then 3"
    assert "7: 73.0 %" in find(panel, "predictionBars").accessibleDescription()
    panel.set_prediction(in_time[0], None, in_time[:14])
    assert panel.prediction.readout.endswith("7 from the first step on")


def test_an_example_is_shown_as_the_way_of_a_pen(panel, pens):
    probe = example_probe(pens, 3)
    panel.set_probe(probe)
    QApplication.processEvents()
    way = panel.canvas._way
    assert len(way.places) == 40
    x, y = (way.places[20] * panel.canvas._side / 280).round().astype(int).tolist()
    colors = {
        image_color.name()
        for image_color in (
            panel.canvas.grab().toImage().pixelColor(x + dx, y + dy)
            for dx in (-4, 0, 4)
            for dy in (-4, 0, 4)
        )
    }
    assert any(alike(time_color(20, 40), QColor(name)) for name in colors)


def test_letters_are_drawn_and_read_like_digits(keep, qtbot):
    panel = CanvasPanel()
    panel.set_data(prepare(load("pen-letters"), test_fraction=0.2, standardize=False, seed=0))
    panel.resize(315, 768)
    keep(panel)
    assert any(label.text() == "Draw a letter" for label in panel.findChildren(QLabel))
    assert len(panel.prediction._bars.names) == 26
    draw(panel, qtbot)
    panel.set_prediction(np.eye(26)[25])
    assert find(panel, "predictedLabel", QLabel).text() == "z"


@pytest.fixture
def column(session, keep, qtbot):
    experiment = Experiment(data=DataSettings(name="pen"), layers=(LSTM(name="lstm", units=4),))
    shown = ProbeColumn(session)
    shown.resize(315, 768)
    session.open(fitted(experiment, experiment.data.load()))
    qtbot.waitUntil(lambda: session.snapshot is not None)
    return keep(shown)


def test_the_network_reads_while_one_draws_and_all_views_share_the_step(column, session, qtbot):
    draw(column.canvas, qtbot)
    assert session.reading.shares_in_time.shape == (40, 10)
    session.attention.point_at(6)
    best = session.reading.shares_in_time[6].max()
    assert f"{100 * best:.1f} % sure at step 7 of 40" in column.canvas.prediction.readout
    hover(column.canvas.canvas, LINE[3])
    assert session.attention.step != 6
    hover(column.canvas.canvas, QPoint(200, 60))
    assert session.attention.step == 6


def test_examples_of_pens_are_painted_as_strokes_in_colour_where_large(pens, qapp):
    for side, coloured in ((40, False), (96, True)):
        image = QImage(side, side, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        PAINTERS["sequence"](painter, QRectF(0, 0, side, side), pens.dataset, 3, DARK)
        painter.end()
        pixels = [image.pixelColor(x, y) for x in range(side) for y in range(side)]
        assert any(color.lightness() > 120 for color in pixels)
        assert any(color.saturation() > 120 and color.value() > 120 for color in pixels) is coloured


def test_other_data_are_pointed_at_from_their_end(column, session, qtbot):
    draw(column.canvas, qtbot)
    session.attention.point_at(6)
    experiment = Experiment(
        data=DataSettings(name="pen-letters"), layers=(LSTM(name="lstm", units=4),)
    )
    session.open(fitted(experiment, experiment.data.load()))
    qtbot.waitUntil(lambda: session.reading is not None)
    assert session.attention.step is None
    assert "at step 40 of 40" in column.canvas.prediction.readout


class Recorded(QPainter):
    """Remembers where words were written."""

    def __init__(self, image):
        super().__init__(image)
        self.words = {}

    def drawText(self, place, text):
        wide = self.fontMetrics().horizontalAdvance(text)
        high = self.fontMetrics().capHeight()
        self.words[text] = QRectF(place.x(), place.y() - high, wide, high)


@pytest.mark.parametrize("middle", [(140, 140), (20, 140), (270, 150)])
def test_words_are_clear_of_each_other_where_a_stroke_ends_as_it_began(qapp, middle):
    turn = np.linspace(0, 2 * np.pi, 40)
    places = np.array(middle) + 2 * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    image = QImage(280, 280, QImage.Format.Format_ARGB32)
    painter = Recorded(image)
    paint_marks(painter, QRectF(0, 0, 280, 280), places, 1, ends=True)
    painter.end()
    start, end, step = (painter.words[word] for word in ("start", "end", "step 2"))
    assert not start.intersects(end)
    assert not step.intersects(start)
    assert not step.intersects(end)
