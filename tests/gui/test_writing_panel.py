"""A network is asked to write, by buttons, by a word, and by a stroke that one began."""

import json

import numpy as np
import pytest
from person import click, find, type_text
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QPushButton, QSlider

from playground.analysis.writing.writer import Writer
from playground.data.catalogue import load
from playground.data.drawing.stroke_files import read_strokes_file
from playground.data.preparation import prepare
from playground.gui.probes import scribe
from playground.gui.probes.writing_panel import WritingPanel
from playground.gui.session.probe import example_probe
from playground.gui.window.probe_column import ProbeColumn
from playground.nn.layers import LSTM
from playground.training.experiment import DataSettings, Experiment
from playground.training.model import Model
from playground.training.task_fit import fitted

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def experiment_of(name):
    experiment = Experiment(data=DataSettings(name=name), layers=(LSTM(name="lstm", units=8),))
    return fitted(experiment, experiment.data.load())


@pytest.fixture(scope="module")
def moves():
    return prepare(load("pen-moves"), test_fraction=0.2, standardize=False, seed=0)


@pytest.fixture(scope="module")
def model(moves):
    """Return a network that has learned nothing but never to end."""
    model = Model(experiment_of("pen-moves"), moves.dataset, moves.normalization)
    model.network.layers[-1].views()["biases"][moves.dataset.writing.end] = -50
    return model


@pytest.fixture
def panel(keep, moves, model, monkeypatch):
    monkeypatch.setattr(scribe, "MOVE_S", 1e-3)
    widget = WritingPanel()
    widget.set_data(moves)
    widget.set_model(model)
    widget.resize(315, 800)
    widget.asked = []
    widget.probe_requested.connect(widget.asked.append)
    return keep(widget)


def begin_a_stroke(panel, qtbot):
    canvas = panel.canvas
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(80, 50))
    for x in range(85, 160, 5):
        QTest.mouseMove(canvas, QPoint(x, 50))
    with qtbot.waitSignal(panel.probe_requested):
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(160, 52))


def wait_until_written(panel, qtbot):
    qtbot.waitUntil(lambda: panel.scribe.characters and not panel.scribe.active)


def test_a_button_lets_the_network_write_its_digit(panel, qtbot, moves):
    click(find(panel, "writeDigit8"))
    assert find(panel, "writeTextBox", QLineEdit).text() == "8"
    wait_until_written(panel, qtbot)
    probe = panel.asked[-1]
    tokens = moves.dataset.writing.tokens_of(probe.inputs)
    assert tokens[0] == moves.dataset.writing.start("8")
    assert panel.canvas.ink().strokes
    assert panel.drawing.strokes


def test_what_is_written_is_what_the_present_network_draws_by_lot(panel, qtbot, model):
    click(find(panel, "writeDigit5"))
    wait_until_written(panel, qtbot)
    rng = np.random.default_rng(panel._seed)
    expected = list(Writer(model).moves("5", temperature=0.4, rng=rng))
    assert panel.scribe.tokens == [move.token for move in expected]


def test_while_the_pen_moves_its_next_moves_and_the_judge_are_told(panel, qtbot, monkeypatch):
    monkeypatch.setattr(scribe, "MOVE_S", 0.02)
    click(find(panel, "writeDigit3"))
    qtbot.waitUntil(lambda: panel.scribe.made > 2)
    click(find(panel, "writeButton"))
    assert not panel.scribe.writing
    shares = panel.scribe.next_move.shares
    assert panel.answer.next_moves.texts[0] == f"{100 * shares.max():.1f} %"
    assert "%" in find(panel, "judgeBars").accessibleDescription()
    made = panel.scribe.made
    panel.scribe.stop()
    assert len(panel.scribe.tokens) == made
    assert panel.asked


def test_pause_and_go_on_write_the_same_as_without(panel, qtbot, monkeypatch):
    monkeypatch.setattr(scribe, "MOVE_S", 0.01)
    click(find(panel, "writeDigit2"))
    qtbot.waitUntil(lambda: panel.scribe.made > 1)
    click(find(panel, "writeButton"))
    assert find(panel, "writeButton").text() == "Go on"
    click(find(panel, "writeButton"))
    wait_until_written(panel, qtbot)
    once = panel.scribe.tokens
    click(find(panel, "writeAgainButton"))
    wait_until_written(panel, qtbot)
    assert panel.scribe.tokens == once


def test_another_variant_is_another_one(panel, qtbot):
    panel.findChild(QSlider, "temperatureSlider").setValue(150)
    click(find(panel, "writeDigit2"))
    wait_until_written(panel, qtbot)
    once = panel.scribe.tokens
    click(find(panel, "writeVariantButton"))
    wait_until_written(panel, qtbot)
    assert panel.scribe.tokens != once


def test_a_word_is_written_on_a_line_character_after_character(panel, qtbot):
    type_text(find(panel, "writeTextBox"), "31 4")
    wait_until_written(panel, qtbot)
    assert [each.name for each in panel.scribe.characters] == ["3", "1", " ", "4"]
    lines = panel.scribe.lines()
    points = np.concatenate(lines)
    assert points.min() >= 0
    assert points.max() <= 280
    firsts = [panel.scribe._strokes(place)[0][:, 0].min() for place in (0, 1, 3)]
    assert firsts == sorted(firsts)
    assert len(panel.drawing.strokes) == len(panel.scribe.drawing())


def test_what_it_has_not_learned_is_refused_in_a_sentence(panel):
    type_text(find(panel, "writeTextBox"), "3x")
    assert find(panel, "writeAnswer").text() == "It has not learned to write “x”."
    type_text(find(panel, "writeTextBox"), "3X#")
    assert find(panel, "writeAnswer").text() == "It has not learned to write “X” and “#”."
    assert not panel.scribe.characters


def test_all_of_it_is_in_view_in_the_smallest_window(open_window, qtbot):
    window = open_window("pen-writer")
    window.resize(1024, 700)
    panel = window.probe_column.panel
    qtbot.waitUntil(lambda: panel.visibleRegion().boundingRect() == panel.rect())
    type_text(find(panel, "writeTextBox"), "?")
    assert find(panel, "writeAnswer").isVisible()
    qtbot.waitUntil(lambda: panel.visibleRegion().boundingRect() == panel.rect())
    window.open_at_start(None, "word-writer")
    qtbot.waitUntil(lambda: window.findChild(QPushButton, "writeDigitz") is not None)
    last = find(panel, "writeDigitz", QPushButton)
    qtbot.waitUntil(lambda: last.visibleRegion().boundingRect() == last.rect())


def test_a_stroke_that_one_began_is_finished_where_it_ends(panel, qtbot):
    find(panel, "writeTextBox", QLineEdit).setText("7")
    begin_a_stroke(panel, qtbot)
    own = panel.canvas.ink().strokes[0].points.copy()
    click(find(panel, "finishStrokeButton"))
    wait_until_written(panel, qtbot)
    now = panel.scribe.characters[0]
    assert now.name == "7"
    assert len(now.begun) > 1
    strokes = panel.canvas.ink().strokes
    assert np.array_equal(strokes[0].points, own)
    if len(strokes) > 1 and panel.scribe.count > 1:
        assert np.allclose(strokes[1].points[0], own[-1], atol=1e-3)


def test_one_s_own_drawing_is_read_as_moves(panel, qtbot, moves):
    find(panel, "writeTextBox", QLineEdit).setText("7")
    begin_a_stroke(panel, qtbot)
    writing = moves.dataset.writing
    tokens = writing.tokens_of(panel.asked[-1].inputs)
    assert tokens[0] == writing.start("7")
    assert (tokens[1:] == 0).all()  # to the right


def test_the_temperature_counts_from_the_next_move_on(panel, qtbot, monkeypatch):
    monkeypatch.setattr(scribe, "MOVE_S", 0.02)
    click(find(panel, "writeDigit6"))
    qtbot.waitUntil(lambda: panel.scribe.made > 2)
    before = panel.scribe.tokens
    panel.findChild(QSlider, "temperatureSlider").setValue(0)
    qtbot.waitUntil(lambda: panel.scribe.characters[-1].known)
    shares = panel.scribe.characters[-1].moves[-1].shares
    assert (shares > 1e-3).sum() <= 2  # the likeliest, or two of them that are alike
    assert panel.scribe.tokens[: len(before)] == before


def test_an_example_is_shown_and_its_steps_tell_the_next_move(panel, moves):
    row = 4
    panel.set_probe(example_probe(moves, row))
    in_time = np.full((30, 27), 0.01)
    in_time[:, 24] = 0.74
    in_time[9, 24], in_time[9, 6] = 0.01, 0.74
    panel.set_prediction(in_time[-1], None, in_time)
    assert panel.answer.next_moves.names[0] == "pen up"
    panel.set_step(9)
    assert panel.answer.next_moves.names[0] == "↑ 90°"
    assert panel.asked == []


@pytest.mark.parametrize("suffix", [".svg", ".png", ".json"])
def test_what_is_written_is_saved(panel, qtbot, tmp_path, monkeypatch, suffix):
    type_text(find(panel, "writeTextBox"), "10")
    wait_until_written(panel, qtbot)
    path = tmp_path / f"mine{suffix}"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *asked: (str(path), ""))
    click(find(panel, "saveWritingButton"))
    content = path.read_bytes()
    if suffix == ".json":
        assert json.loads(content)["text"] == "10"
    else:
        assert content.startswith(b"\x89PNG" if suffix == ".png" else b"<svg")
    assert find(panel, "writeAnswer").text() == ""


def test_a_drawing_saved_as_json_can_be_read_again(panel, qtbot, tmp_path, monkeypatch):
    begin_a_stroke(panel, qtbot)
    path = tmp_path / "mine.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *asked: (str(path), ""))
    click(find(panel, "saveWritingButton"))
    value = json.loads(path.read_text())
    (tmp_path / "one.json").write_text(json.dumps(value["digits"][0]))
    assert len(read_strokes_file(tmp_path / "one.json").strokes) == 1


def test_clear_ends_the_writing_and_empties_the_canvas(panel, qtbot):
    click(find(panel, "writeDigit8"))
    click(find(panel, "clearCanvasButton"))
    assert not panel.scribe.active
    click(find(panel, "writeDigit8"))
    wait_until_written(panel, qtbot)
    click(find(panel, "clearCanvasButton"))
    qtbot.waitUntil(lambda: not find(panel, "clearCanvasButton").isEnabled())
    assert panel.canvas.sheet.is_empty
    assert panel.asked[-1] is None


def test_what_was_written_is_taught(panel, qtbot):
    click(find(panel, "writeDigit8"))
    wait_until_written(panel, qtbot)
    taught = []
    panel.taught.connect(lambda source, name: taught.append((source, name)))
    click(find(panel, "teachButton"))
    click(find(panel, "teachClass8"))
    assert taught[0][1] == "8"
    assert taught[0][0].strokes


def test_what_was_written_is_read_by_the_next_network(session, keep, qtbot, monkeypatch):
    monkeypatch.setattr(scribe, "MOVE_S", 1e-3)
    column = ProbeColumn(session)
    column.resize(315, 800)
    session.open(experiment_of("pen-moves"))
    qtbot.waitUntil(lambda: session.snapshot is not None)
    keep(column)
    click(find(column.panel, "writeDigit4"))
    wait_until_written(column.panel, qtbot)
    written = column.panel.drawing
    session.open(experiment_of("pen"))
    qtbot.waitUntil(lambda: session.reading is not None)
    assert column.panel is column.canvas
    assert len(column.canvas.drawing.strokes) == len(written.strokes)
    assert session.reading.shares_in_time.shape == (40, 10)


def test_thirty_six_names_have_a_button_each(keep):
    panel = WritingPanel()
    prepared = prepare(load("word-moves"), test_fraction=0.2, standardize=False, seed=0)
    panel.set_data(prepared)
    panel.resize(280, 700)
    keep(panel)
    assert find(panel, "writeDigitz").isVisible()
    assert not find(panel, "writeDigitz").isEnabled()  # no network yet
    assert any(label.text() == "Next move" for label in panel.findChildren(QLabel))
