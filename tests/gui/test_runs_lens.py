"""Tests of the lens of the runs."""

import csv
import dataclasses

import numpy as np
import pytest
from person import choose, click, find, hover, type_text
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QInputDialog, QLineEdit

from playground.fields import replace_at
from playground.gui.lenses.runs.lens import RunsLens
from playground.gui.lenses.runs.race_dialog import RaceDialog
from playground.gui.lenses.runs.runs_plot import RunLine
from playground.gui.lenses.runs.runs_table import ROW_PX
from playground.gui.session.probe import example_probe
from playground.gui.session.run_state import RunState
from playground.nn.activations import Tanh
from playground.nn.losses import MeanSquaredError
from playground.training.presets import preset


@pytest.fixture
def lens(session, keep, qtbot):
    """Return the lens on three runs: the first, a faster branch of it, and another seed."""
    experiment = preset("article-iris").experiment
    assert session.open(experiment)
    shown = keep(RunsLens(session))
    shown.resize(820, 480)
    shown.set_in_view(True)
    qtbot.waitUntil(lambda: session.snapshot is not None)
    epoch(qtbot, session)
    assert session.change("training.learning_rate", 0.01)
    epoch(qtbot, session)
    assert session.change_all({"seed": 7}, afresh=True)
    epoch(qtbot, session)
    qtbot.waitUntil(lambda: len(shown.table.rows) == 3)
    return shown


def epoch(qtbot, session):
    """Train one epoch more."""
    qtbot.waitUntil(lambda: session.snapshot is not None)
    moment = session.timeline.runs.current and session.timeline.runs.current.last
    session.step_epoch()

    def done():
        current = session.timeline.runs.current
        return current is not None and current.last is not moment and current.last.batch == 0

    qtbot.waitUntil(lambda: done() and session.past.list.current.trained)


def titles(lens):
    return [row.run.title for row in lens.table.rows]


def cell(lens, title, column=0):
    """Return where a run's cell is in the table's viewport."""
    row = titles(lens).index(title)
    return lens.table.visualRect(lens.table.cells.index(row, column)).center()


def column(lens, title):
    headings = [heading.title.rstrip(" ▾▴") for heading in lens.table.cells.headings]
    return headings.index(title)


def texts(lens, title):
    return [lens.table.text(row, column(lens, title)) for row in range(len(lens.table.rows))]


def sort_by(lens, title):
    header = lens.table.horizontalHeader()
    at = QPoint(header.sectionViewportPosition(column(lens, title)) + 5, 8)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_before_training_it_says_what_will_be_here(session, keep):
    lens = keep(RunsLens(session))
    lens.set_in_view(True)
    assert find(lens, "noRuns").isVisible()


def test_a_row_for_each_run_with_only_the_settings_that_differ(lens):
    sort_by(lens, "Run")
    assert titles(lens) == ["Run 1", "Run 2", "Run 3"]
    headings = [heading.title.rstrip(" ▾▴") for heading in lens.table.cells.headings]
    assert "Learning rate" in headings
    assert "Seed" in headings
    assert "Optimizer" not in headings
    assert texts(lens, "Seed") == ["42", "42", "7"]
    inks = [lens.table.cells.cell(row, column(lens, "Seed")).ink for row in range(3)]
    assert inks == ["muted", "muted", "text"]
    assert lens.table.rows[1].origin == "from Run 1, epoch 1"
    assert texts(lens, "Epochs") == ["1", "2", "1"]


def test_it_says_that_the_best_flatters(lens):
    assert "flatters" in find(lens, "runsHint").text()
    assert "flatters" in lens.table.cells.headings[column(lens, "Best on test")].tip


def test_any_column_sorts_both_ways(lens):
    sort_by(lens, "Seed")
    assert texts(lens, "Seed") == ["42", "42", "7"]
    sort_by(lens, "Seed")
    assert texts(lens, "Seed") == ["7", "42", "42"]
    sort_by(lens, "Epochs")
    assert texts(lens, "Epochs")[0] == "2"


def test_words_filter_the_rows_and_the_curves(lens):
    QTest.keyClicks(lens.filter, "0.005 rate")
    assert titles(lens) == ["Run 1"]
    assert [line.run.title for line in lens.plot.lines] == ["Run 1"]
    lens.filter.clear()
    assert len(lens.plot.lines) == 3


def test_a_click_goes_back_to_a_run_and_undo_returns(lens, session, qtbot):
    second = session.timeline.runs.runs[1]
    third = session.timeline.runs.current
    click(lens.table.viewport(), cell(lens, "Run 2"))
    qtbot.waitUntil(lambda: session.timeline.runs.current is second)
    assert session.past.list.current.title == "Open Run 2"
    qtbot.waitUntil(lambda: session.snapshot is not None and session.snapshot.step > 0)
    assert (session.snapshot.parameters == second.last.parameters).all()
    assert session.experiment == second.last.experiment
    session.past.undo()
    qtbot.waitUntil(lambda: session.timeline.runs.current is third)
    assert session.experiment.seed == 7


def test_training_goes_on_in_the_run_that_was_opened(lens, session, qtbot):
    second = session.timeline.runs.runs[1]
    lens.table.setCurrentIndex(lens.table.cells.index(titles(lens).index("Run 2"), 0))
    QTest.keyClick(lens.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.timeline.runs.current is second)
    epoch(qtbot, session)
    qtbot.waitUntil(lambda: second.last.epoch == 3)
    assert len(list(session.timeline.runs)) == 3


def test_the_run_that_is_shown_is_not_opened_again(lens, session):
    entries = len(session.past.list.entries)
    click(lens.table.viewport(), cell(lens, "Run 3"))
    assert len(session.past.list.entries) == entries


def test_a_run_is_opened_again_after_an_edit_that_was_not_trained(lens, session, qtbot):
    assert session.change("training.learning_rate", 0.5)
    click(lens.table.viewport(), cell(lens, "Run 3"))
    assert session.experiment.training.learning_rate == 0.01
    assert session.past.list.current.title == "Open Run 3"


def test_a_name_is_edited_in_place(lens, session, qtbot):
    lens.table.setFocus()
    lens.table.setCurrentIndex(lens.table.cells.index(titles(lens).index("Run 1"), 0))
    QTest.keyClick(lens.table, Qt.Key.Key_F2)
    editor = lens.table.findChild(QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, "First try")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "First try" in titles(lens))
    assert session.timeline.runs.runs[0].title == "First try"


def test_a_note_stands_with_its_run(lens, session, qtbot, monkeypatch):
    monkeypatch.setattr(QInputDialog, "getMultiLineText", lambda *asked: ("too fast", True))
    lens.table.note_requested.emit(session.timeline.runs.runs[1])
    assert session.timeline.runs.runs[1].note == "too fast"
    QTest.keyClicks(lens.filter, "too fast")
    assert titles(lens) == ["Run 2"]


def test_delete_can_be_undone(lens, session, qtbot):
    lens.table.setCurrentIndex(lens.table.cells.index(titles(lens).index("Run 1"), 0))
    QTest.keyClick(lens.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: len(lens.table.rows) == 2)
    assert session.past.undo_title == "Delete Run 1"
    session.past.undo()
    qtbot.waitUntil(lambda: len(lens.table.rows) == 3)
    session.past.redo()
    qtbot.waitUntil(lambda: len(lens.table.rows) == 2)


def test_two_pinned_runs_read_the_same_example(lens, session):
    session.set_probe(example_probe(session.prepared, 3))
    pins = lens.table.cells.headings[1]
    assert "pinned" in pins.tip.lower()
    assert lens.cards[0].isHidden()
    click(lens.table.viewport(), cell(lens, "Run 1", 1))
    click(lens.table.viewport(), cell(lens, "Run 2", 1))
    assert [card.run.title for card in lens.cards] == ["Run 1", "Run 2"]
    for card in lens.cards:
        assert card.reading.probe is session.probe
        assert abs(card.reading.shares.sum() - 1) < 1e-6
    assert (lens.cards[0].reading.shares != lens.cards[1].reading.shares).any()
    click(lens.table.viewport(), cell(lens, "Run 3", 1))
    assert [card.run.title for card in lens.cards] == ["Run 2", "Run 3"]
    last = lens.cards[1].reading.shares
    assert last == pytest.approx(session.reading.shares, abs=1e-6)


def test_a_pinned_run_of_other_data_reads_nothing(lens, session, qtbot):
    lens.table.pin_requested.emit(session.timeline.runs.runs[0])
    assert session.open(preset("xor").experiment)
    qtbot.waitUntil(lambda: session.snapshot is not None)
    lens._refresh()
    assert lens.cards[0].reading is None


def test_losses_of_different_kinds_are_never_on_one_axis(lens, session, qtbot):
    experiment = dataclasses.replace(session.experiment.training, loss=MeanSquaredError())
    assert session.change_all({"training": experiment}, afresh=True)
    epoch(qtbot, session)
    qtbot.waitUntil(lambda: len(lens.table.rows) == 4)
    assert len(lens.plot.lines) == 4
    click(lens.loss_button)
    assert [line.run.title for line in lens.plot.lines] == ["Run 4"]
    assert "Run 1 (cross-entropy)" in find(lens, "runsMissing").whole_text()
    assert "squared error" in find(lens, "runsMissing").whole_text()


def test_pointing_at_a_row_highlights_its_curve_and_the_other_way_round(lens):
    hover(lens.table.viewport(), cell(lens, "Run 1"))
    assert lens.plot.highlighted.title == "Run 1"
    line = next(line for line in lens.plot.lines if line.run.title == "Run 2")
    place = lens.plot.place(line.epochs[-1], line.values[-1]).toPoint()
    hover(lens.plot, place)
    assert lens.plot.highlighted is not None
    assert lens.table.pointed is lens.plot.highlighted
    assert "epoch" in lens.plot.reading


def test_a_hidden_curve_is_not_drawn(lens, session):
    lens.table.hide_requested.emit(session.timeline.runs.runs[0])
    assert [line.run.title for line in lens.plot.lines].count("Run 1") == 0
    lens.table.hide_requested.emit(session.timeline.runs.runs[0])
    assert len(lens.plot.lines) == 3


def test_a_single_point_is_drawn(lens):
    line = lens.plot.lines[0]
    alone = RunLine(line.run, np.ones(1), np.full(1, 0.5))
    lens.plot.show_lines([alone], None)
    assert lens.plot.low.x() == 1 < lens.plot.high.x()
    assert not lens.plot.grab().isNull()


def test_while_training_nothing_is_opened_or_deleted(lens, session, qtbot):
    session.toggle_training()
    qtbot.waitUntil(lambda: session.state is RunState.RUNNING)
    assert "pause" in find(lens, "runsHint").text().lower()
    lens._open(session.timeline.runs.runs[0])
    lens._delete(session.timeline.runs.runs[0])
    assert session.state is RunState.RUNNING
    assert len(list(session.timeline.runs)) == 3
    session.toggle_training()
    qtbot.waitUntil(lambda: session.state is not RunState.RUNNING)


def test_out_of_view_it_does_not_follow(lens, session, qtbot):
    lens.set_in_view(False)
    rows = lens.table.rows
    epoch(qtbot, session)
    assert not lens._late.isActive()
    assert lens.table.rows is rows


def test_the_table_is_saved_as_csv(lens, tmp_path, monkeypatch):
    file = tmp_path / "runs.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *asked: (str(file), ""))
    click(find(lens, "exportRunsButton"))
    assert len(list(csv.DictReader(file.read_text().splitlines()))) == 3


def test_two_settings_race_from_the_same_start(lens, session, qtbot):
    click(lens.race_button)
    dialog = find(lens, "raceDialog")
    assert dialog.start.isEnabled()  # against another optimizer
    choose(find(dialog, "raceSettingBox"), "Learning rate")
    assert not dialog.start.isEnabled()
    type_text(find(dialog, "raceValueBox"), "0.05")
    type_text(find(dialog, "raceEpochsBox"), "4")
    assert "Learning rate: 0.01, then Learning rate: 0.05" in dialog.words.text()
    with qtbot.waitSignal(lens.race.over):
        click(dialog.start)
    one, two = (row.run for row in lens._rows[-2:])
    assert [one.title, two.title] == ["Learning rate: 0.01", "Learning rate: 0.05"]
    assert (one.last.epoch, two.last.epoch) == (4, 4)
    assert (one.start.parameters == two.start.parameters).all()
    assert [card.run for card in lens.cards] == [one, two]
    names = [entry.title for entry in session.past.list.entries]
    assert names[-4:] == [
        "Race: Learning rate: 0.01",
        "Train 4 epochs",
        "Race: Learning rate: 0.05",
        "Train 4 epochs",
    ]


def test_a_pause_takes_the_race_off(lens, session, qtbot):
    other = replace_at(session.experiment, "training.learning_rate", 0.5)
    lens.race.begin(other, {"training.learning_rate": 0.5}, 1_000_000)
    qtbot.waitUntil(lambda: session.state is RunState.RUNNING)
    session.toggle_training()
    qtbot.waitUntil(lambda: session.state is RunState.PAUSED)
    session.step_epoch()
    qtbot.wait(50)
    assert session.experiment.training.learning_rate == 0.01


def test_all_activations_race_together(session, keep, qtbot):
    dialog = keep(RaceDialog(preset("article-iris").experiment))
    choose(dialog.setting_box, "Activation")
    choose(find(dialog, "raceValueBox"), "Tanh")
    assert [layer.activation for layer in dialog.other.layers] == [Tanh(), Tanh()]


def test_a_row_is_tall_enough_for_two_lines(lens):
    assert lens.table.rowHeight(0) == ROW_PX


def test_while_training_the_table_follows_three_times_a_second(lens, session, qtbot):
    drawn = []
    show = lens.table.show_runs
    lens.table.show_runs = lambda *shown: drawn.append(shown) or show(*shown)
    session.change("training.stopping.epochs", None)
    qtbot.waitUntil(lambda: not lens._late.isActive())
    drawn.clear()
    for _ in range(50):
        session.timeline.changed.emit()
    assert drawn == []
    qtbot.waitUntil(lambda: len(drawn) == 1)
    assert lens._late.interval() >= 333
