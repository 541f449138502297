"""The lens of time: one axis of steps for what the network reads, has and remembers."""

import dataclasses

import numpy as np
import pytest
from person import choose, click, find, hover
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from playground.analysis.steps.memory import remembered
from playground.gui.lenses.kinds import LENSES
from playground.gui.lenses.pane import LensPane
from playground.gui.lenses.time.lens import TimeLens
from playground.gui.look import meanings
from playground.gui.session.probe import example_probe
from playground.gui.widgets.cells import Cell
from playground.nn.layers import GRU, LSTM, Dense, Flatten, GlobalAveragePool
from playground.training.experiment import DataSettings
from playground.training.presets import preset
from playground.training.task_fit import fitted

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

LSTM_READER = LSTM(name="lstm_1", units=6), Dense(name="dense_1", units=5)


def experiment_of(data, *layers, steps=12):
    made = dataclasses.replace(
        preset("digits-small").experiment,
        data=DataSettings(name=data, steps=steps, examples=40),
        layers=layers,
    )
    return fitted(made, made.data.load())


@pytest.fixture
def reads(session, keep, qtbot):
    """Return a function that opens the lens on data and layers, with an example in the hand."""

    def opened(data="pen", layers=LSTM_READER, row=7):
        assert session.open(experiment_of(data, *layers))
        lens = keep(TimeLens(session))
        lens.resize(760, 420)
        lens.on_data(session.prepared)
        lens.set_in_view(True)
        qtbot.waitUntil(lambda: session.snapshot is not None)
        session.set_probe(example_probe(session.prepared, row))
        qtbot.waitUntil(lambda: len(lens.rows.memory.pulls) == lens.rows.steps)
        qtbot.waitUntil(lambda: lens.rows.answer.answers is not None)
        return lens

    return opened


def record(session, name):
    return next(each for each in session.reading.traces if each.name == name)


def at(row, step):
    """Return a place in the middle of a row, at a step."""
    return QPoint(round(row.middle(step)), row.height() // 2)


def test_the_mouse_on_the_line_moves_the_step_of_all_views(reads, session):
    lens = reads()
    assert session.attention.step is None
    assert lens.rows.step == 11
    for row in (lens.rows.so_far, lens.rows.answer, lens.rows.reads, lens.rows.memory):
        for step in (3, 8):
            QTest.mouseClick(row, Qt.MouseButton.LeftButton, pos=at(row, step))
            assert session.attention.step == step
            assert row.step == step
    row = lens.rows.answer
    QTest.mousePress(row, Qt.MouseButton.LeftButton, pos=at(row, 8))
    for step in (7, 5):
        QTest.mouseMove(row, at(row, step))
        assert session.attention.step == step
    QTest.mouseMove(row, QPoint(row.width() + 50, 5))
    QTest.mouseRelease(row, Qt.MouseButton.LeftButton, pos=at(row, 11))
    assert session.attention.step is None


def test_a_step_pointed_at_elsewhere_is_shown_here(reads, session):
    lens = reads()
    session.attention.point_at(4)
    assert {row.step for row in (lens.rows.so_far, lens.rows.answer, lens.rows.memory)} == {4}
    assert lens.rows.accessibleDescription().startswith("Step 5 of 12. After step 5: ")
    session.attention.point_at(None)
    assert lens.rows.step == 11
    session.attention.point_at(200)
    assert lens.rows.step == 11


def test_the_arrow_keys_move_the_line_and_the_space_bar_plays(reads, session, qtbot):
    lens = reads()
    lens.rows.setFocus()
    for key, step in (
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_Left, 0),
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_PageDown, 6),
        (Qt.Key.Key_Left, 5),
        (Qt.Key.Key_End, None),
        (Qt.Key.Key_Right, None),
    ):
        QTest.keyClick(lens.rows, key)
        assert session.attention.step == step, key
    seen = []
    session.attention.step_changed.connect(seen.append)
    QTest.keyClick(lens.rows, Qt.Key.Key_Space)
    assert lens.play.text() == "Pause"
    qtbot.waitUntil(lambda: lens.play.text() == "Play")
    assert seen == [*range(11), None]


def test_play_stops_where_the_line_is_taken(reads, session):
    lens = reads()
    click(lens.play)
    assert session.attention.step == 0
    QTest.mouseClick(lens.rows.answer, Qt.MouseButton.LeftButton, pos=at(lens.rows.answer, 4))
    assert lens.play.text() == "Play"
    assert session.attention.step == 4


def test_figures_in_the_heat_map_are_those_that_the_layer_kept(reads, session):
    lens = reads()
    heat, kept = lens.rows.heat, record(session, "lstm_1").kept
    assert lens.layer == "lstm_1"
    for title, name in (("Hidden state", "h"), ("Cell", "c"), ("Forget gate", "forget")):
        click(find(lens, f"{name}TraceButton", QPushButton))
        values = kept[name].reshape(6, 12)
        np.testing.assert_array_equal(heat.values, values)
        assert sorted(heat.order) == list(range(6))
        unit = int(heat.order[2])
        said = heat.sentence(Cell(0, 2, 5))
        assert said.startswith(f"Unit {unit + 1} at step 6: {title.lower()} ")
    choose(lens.layer_box, "Dense 1")
    np.testing.assert_array_equal(heat.values, record(session, "dense_1").a.reshape(5, 12))
    choose(lens.layer_box, "Input")
    np.testing.assert_array_equal(heat.values, session.reading.traces[0].inputs.reshape(5, 12))
    assert heat.sentence(Cell(0, 4, 0)).startswith("pen down at step 1: ")


def test_the_heat_map_follows_the_keys_and_selects_a_unit(reads, session):
    lens = reads()
    heat = lens.rows.heat
    heat.setFocus()
    session.attention.point_at(6)
    QTest.keyClick(heat, Qt.Key.Key_Down)
    QTest.keyClick(heat, Qt.Key.Key_Left)
    assert session.attention.step == 5
    QTest.keyClick(heat, Qt.Key.Key_Return)
    neuron = session.attention.selected
    assert (neuron.layer, neuron.unit) == ("lstm_1", int(heat.order[0]) * 12 + 5)


def test_remembers_is_the_slope_of_the_answers_score(reads, session):
    lens = reads()
    expected = remembered(session.model, None, row=session.probe.inputs)
    np.testing.assert_allclose(lens.rows.memory.pulls, expected.pulls["lstm_1"], rtol=1e-12)
    assert lens.rows.memory.told.startswith("largest |∂score / ∂c| = ")
    best = session.prepared.dataset.class_names[session.reading.shares.argmax()]
    assert lens.rows.memory.caption == f"pull of each step on the score of {best}"
    choose(lens.layer_box, "Input")
    np.testing.assert_allclose(lens.rows.memory.pulls, expected.pulls["input"], rtol=1e-12)


def test_answers_and_words_are_those_of_the_reading_while_it_trains(reads, session, qtbot):
    lens = reads()
    before = lens.rows.memory.pulls
    session.step_batch()
    qtbot.waitUntil(lambda: session.snapshot.step > 0)
    qtbot.waitUntil(lambda: lens.rows.memory.pulls is not before)
    answers = lens.rows.answer.answers
    np.testing.assert_array_equal(answers.shares, session.reading.shares_in_time)
    names = session.prepared.dataset.class_names
    for said, (label, first, last) in zip(lens.rows.reads.sentences, answers.runs(), strict=True):
        assert said.startswith(f"reads {names[label]} · step")
        assert said.endswith(str(last + 1))
        assert (session.reading.shares_in_time[first : last + 1].argmax(axis=1) == label).all()
    hover(lens.rows.answer, at(lens.rows.answer, 3))
    assert lens.rows.memory.said.startswith("After step 4: ")


def test_the_table_has_a_row_for_each_step(reads, session):
    lens = reads()
    figures = lens.rows.figures()
    assert len(figures.rows) == 12
    assert figures.headings[:2] == ("Step", "Reads")
    assert len(figures.headings) == 13
    assert all(all(row) for row in figures.rows)


def test_a_network_that_answers_once_is_shown_as_if_the_sequence_ended(reads, session):
    lens = reads(layers=(GRU(name="gru_1", units=4, returns="last"),))
    assert lens.rows.answer.answers.ending
    np.testing.assert_allclose(
        lens.rows.answer.answers.shares[-1], session.reading.shares, rtol=1e-12
    )
    assert lens.rows.answer.caption == "probability of each class, if it ended there"
    assert lens.rows.answer.sentence(2, QPointF()).startswith("Ending at step 3: ")
    assert lens.rows.heat.values.shape == (4, 12)


@pytest.mark.parametrize("layers", [(Flatten(name="f"),), (GlobalAveragePool(name="g"),)])
def test_a_network_without_memory_shows_what_comes_in(reads, layers):
    lens = reads(layers=layers)
    assert lens.layer == "input"
    assert lens.rows.memory.caption.startswith("pull of each step on the score of ")


def test_moves_are_read_as_far_as_they_go_and_the_next_one_is_expected(reads, session):
    lens = reads("pen-moves", (LSTM(name="lstm_1", units=6),))
    steps = int(session.model.lengths(session.probe.inputs[None])[0])
    assert steps < session.prepared.dataset.input_shape[1]
    assert lens.rows.steps == steps == len(lens.rows.memory.pulls)
    assert lens.rows.heat.values.shape == (6, steps)
    assert lens.rows.answer.caption == "probability of what comes next"
    assert all(said.startswith("expects ") for said in lens.rows.reads.sentences)
    assert lens.rows.pen.isVisible()
    assert lens.rows.so_far.sentence(0, QPointF()).startswith("Step 1: write ")


def test_a_sum_is_a_line_with_what_is_right(reads, session):
    lens = reads("memory-addition", (LSTM(name="lstm_1", units=4, returns="last"),))
    assert lens.rows.answer.answers.shares is None
    assert not lens.rows.reads.isVisible()
    assert not lens.rows.pen.isVisible()
    assert lens.rows.so_far.title == "Input"
    assert lens.rows.so_far.sentence(0, QPointF()).startswith("Step 1: number ")
    assert lens.rows.memory.caption == "pull of each step on the output"
    assert lens.rows.figures().headings == ("Step", "Answer", "Remembers")
    lens.grab()


@pytest.mark.parametrize("data", ["memory-parity", "memory-copy", "digits-patches", "digits-rows"])
def test_sequences_of_every_kind_are_painted(reads, light, data):
    lens = reads(data, (LSTM(name="lstm_1", units=4),))
    dark = lens.grab().toImage()
    light()
    assert lens.grab().toImage() != dark
    lens.resize(330, 250)
    lens.grab()


def test_thumbnails_end_with_the_whole_drawing(reads):
    lens = reads()
    for width in (760, 420, 300):
        lens.resize(width, 420)
        shown = lens.rows.so_far.shown_steps()
        assert shown[-1] == 11
        assert len(set(np.diff(shown).tolist())) <= 1


def test_what_the_colours_mean_is_told(reads, session):
    lens = reads()
    assert lens.legend() == (meanings.SIGNED_ACTIVATIONS, meanings.OF_TIME)
    click(find(lens, "forgetTraceButton", QPushButton))
    assert lens.legend() == (meanings.ACTIVATIONS, meanings.OF_TIME)


def test_what_belongs_to_another_example_goes(reads, session, qtbot, monkeypatch):
    lens = reads(layers=(GRU(name="gru_1", units=4, returns="last"),))
    monkeypatch.setattr(session.analyst, "ask", lambda key, question: None)
    session.set_probe(example_probe(session.prepared, 9))
    qtbot.waitUntil(lambda: lens.rows.answer.answers is None)
    assert len(lens.rows.memory.pulls) == 0
    assert lens.rows.reads.sentences == []


def test_without_an_example_it_says_what_to_do(reads, session):
    lens = reads()
    assert lens.rows.isVisible()
    session.set_probe(None)
    assert not lens.rows.isVisible()


def test_the_tab_is_there_where_a_sequence_is_read(session, keep, qtbot):
    pane = keep(LensPane(session, LENSES))
    pane.show_lens("data")
    pane.set_in_view(True)

    def titles():
        tabs = pane.tabs
        return [tabs.tabText(at) for at in range(tabs.count()) if tabs.isTabVisible(at)]

    assert session.open(preset("xor").experiment)
    qtbot.waitUntil(lambda: session.model is not None)
    assert "Time" not in titles()
    assert "Attention" not in titles()
    pane.show_lens("time")
    assert pane.current is pane.lens("data")
    assert session.open(experiment_of("pen", *LSTM_READER))
    qtbot.waitUntil(lambda: "Time" in titles())
    assert "Attention" not in titles()
    assert isinstance(pane.show_lens("time"), TimeLens)
    assert session.open(preset("xor").experiment)
    qtbot.waitUntil(lambda: "Time" not in titles())
    assert not isinstance(pane.current, TimeLens)
    for _ in range(len(LENSES)):
        pane.walk(1)
        assert not isinstance(pane.current, TimeLens)
