"""Teaching a drawing that was read wrong, by mouse and keyboard, in the whole window."""

import csv

import numpy as np
import pytest
from person import click, find
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QPushButton, QToolButton, QWidget

from playground.data.drawing.ink import Ink, Stroke
from playground.data.own import drawings as own_drawings
from playground.data.own.drawings import FILE, OwnDrawing
from playground.errors import DataError
from playground.gui.pictures import read_grey
from playground.gui.session.probe import Probe
from playground.gui.session.run_state import RunState
from playground.training.experiment import Stopping


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(own_drawings, "folder", lambda: tmp_path / "mine")
    return tmp_path / "mine"


@pytest.fixture
def window(open_window):
    return open_window("article-digits")


def stroke(*points: tuple[float, float]) -> Ink:
    return Ink((Stroke(np.array(points, np.float32)),))


def bar() -> Ink:
    return stroke((140, 40), (140, 240))


def draw(window, ink=None):
    window.probe_column.canvas.draw(ink or bar())


def teach(window, label, ink=None):
    draw(window, ink)
    click(find(window, "teachButton", QPushButton))
    click(find(window, f"teachClass{label}", QPushButton))


def labels():
    own_drawings._kept.clear()
    return [own.label for own in own_drawings.kept()]


def effect(window):
    return find(window, "teachEffect").text


def test_the_link_stands_under_a_drawings_prediction_only(qtbot, window):
    link = find(window, "teachButton", QPushButton)
    assert not link.isVisible()
    draw(window)
    assert link.isVisible()
    window.probe_column.pick_first()
    assert not link.isVisible()
    draw(window)
    window.probe_column.canvas.canvas.clear()
    qtbot.waitUntil(lambda: not link.isVisible())


def test_a_link_opens_the_classes_and_a_click_keeps_the_drawing(window, folder):
    draw(window)
    click(find(window, "teachButton", QPushButton))
    names = [find(window, f"teachClass{index}", QPushButton).text() for index in range(10)]
    assert names == list("0123456789")
    click(find(window, "teachClass7", QPushButton))
    assert (folder / FILE).exists()
    assert labels() == ["7"]
    assert not find(window, "teachClass7").isVisible()
    assert window.session.probe.label == 7
    assert "labelled 7" in window.probe_column.canvas.prediction.readout
    assert find(window, "ownDrawingsButton", QPushButton).text() == "1 drawing"


def test_the_classes_are_reached_by_keyboard(qtbot, window):
    draw(window)
    link = find(window, "teachButton", QPushButton)
    link.setFocus()
    qtbot.keyClick(link, Qt.Key.Key_Space)
    first = find(window, "teachClass0", QPushButton)
    assert first.hasFocus()
    qtbot.keyClick(first, Qt.Key.Key_Right)
    second = find(window, "teachClass1", QPushButton)
    assert second.hasFocus()
    qtbot.keyClick(second, Qt.Key.Key_Escape)
    assert not second.isVisible()
    assert link.hasFocus()
    qtbot.keyClick(link, Qt.Key.Key_Space)
    qtbot.keyClick(first, Qt.Key.Key_4)
    assert labels() == ["4"]


def test_undo_takes_a_drawing_back_and_redo_brings_it(window):
    teach(window, 3)
    window.session.past.undo()
    assert labels() == []
    assert window.session.probe.label is None
    assert find(window, "teachButton", QPushButton).isVisible()
    window.session.past.redo()
    assert labels() == ["3"]
    assert window.session.probe.label == 3


def test_undo_takes_a_drawing_back_that_was_taught_while_looking_back(qtbot, window):
    session, timeline = window.session, window.session.timeline
    qtbot.waitUntil(lambda: session.snapshot is not None)
    session.step_batch()
    qtbot.waitUntil(lambda: timeline.runs.current is not None)
    timeline.look_at(timeline.runs.current.start)
    teach(window, 3)
    assert [entry.title for entry in session.past.list.entries[-2:]] == [
        "Go back to epoch 0",
        "Teach a 3",
    ]
    session.past.undo()
    assert labels() == []
    assert len(session.prepared.own.inputs) == 0


def test_drawings_come_back_in_a_new_window(window, open_window):
    teach(window, 1)
    teach(window, 7, stroke((60, 50), (220, 50), (120, 240)))
    own_drawings._kept.clear()
    again = open_window("article-digits")
    assert find(again, "ownDrawingsButton", QPushButton).text() == "2 drawings"
    assert again.session.prepared.own.targets.tolist() == [1, 7]


def panel_of(qtbot, window):
    window.commands["ownDrawingsAction"].trigger()
    panel = find(window, "ownDrawingsPanel")
    qtbot.waitExposed(panel)
    return panel


def test_the_list_shows_corrects_and_deletes(qtbot, window):
    teach(window, 1)
    teach(window, 7, stroke((60, 50), (220, 50), (120, 240)))
    panel = panel_of(qtbot, window)
    reading = find(panel, "ownDrawingReading0")
    qtbot.waitUntil(lambda: "reads" in reading.whole_text())
    names = window.session.prepared.dataset.class_names
    read = names[int(window.session.model.probabilities(
        window.session.prepared.own.inputs[:1]).argmax())]  # fmt: skip
    assert reading.whole_text() == f"{'✓' if read == '1' else '✗'} reads {read}"

    box = find(panel, "ownDrawingLabel0", QComboBox)
    assert box.currentText() == "1"
    qtbot.keyClick(box, Qt.Key.Key_9)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    box.setCurrentText("9")
    box.activated.emit(box.currentIndex())
    assert labels() == ["9", "7"]

    click(find(panel, "deleteOwnDrawing0", QToolButton))
    assert labels() == ["7"]
    window.session.past.undo()
    assert labels() == ["9", "7"]

    window.probe_column.canvas.canvas.clear()
    click(find(panel, "lookAtOwnDrawing1", QToolButton))
    assert window.session.probe.label == 7
    panel.close()


def test_an_empty_list_says_how_to_begin(qtbot, window):
    panel = panel_of(qtbot, window)
    assert "That was wrong" in find(panel, "ownDrawingsNote").text()
    assert not find(panel, "exportOwnCsvButton").isEnabled()
    panel.close()


def test_many_drawings_come_in_pages(qtbot, open_window):
    own_drawings.keep(tuple(OwnDrawing("1", bar()) for _ in range(100)))
    window = open_window("article-digits")
    panel = panel_of(qtbot, window)
    assert find(panel, "ownDrawing99").isVisible()
    assert panel.findChild(QWidget, "ownDrawing0") is None
    click(find(panel, "ownDrawingsForwardButton", QPushButton))
    click(find(panel, "ownDrawingsForwardButton", QPushButton))
    assert find(panel, "ownDrawing0").isVisible()
    assert not find(panel, "ownDrawingsForwardButton").isEnabled()
    panel.close()


def test_export_as_pictures_and_as_a_table(qtbot, window, tmp_path, monkeypatch):
    teach(window, 1)
    teach(window, 7, stroke((60, 50), (220, 50), (120, 240)))
    panel = panel_of(qtbot, window)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *asked: str(tmp_path))
    click(find(panel, "exportOwnPicturesButton", QPushButton))
    made = tmp_path / "my drawings"
    assert sorted(str(path.relative_to(made)) for path in made.rglob("*.png")) == [
        "1/00001.png",
        "7/00001.png",
    ]
    grey = read_grey(made / "1" / "00001.png")
    assert grey.shape == (280, 280)
    assert grey[140, 140] == 255
    assert grey[140, 40] == 0
    click(find(panel, "exportOwnPicturesButton", QPushButton))
    assert (tmp_path / "my drawings 2").is_dir()

    table = tmp_path / "mine.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *asked: (str(table), ""))
    click(find(panel, "exportOwnCsvButton", QPushButton))
    with table.open() as file:
        head, *rows = csv.reader(file)
    assert head[0] == "label"
    assert [row[0] for row in rows] == ["1", "7"]
    values = np.array([row[1:] for row in rows], np.float32)
    assert np.allclose(values, window.session.prepared.own.inputs, atol=1e-5)

    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *asked: (str(tmp_path / "no" / "a.csv"), "")
    )
    click(find(panel, "exportOwnCsvButton", QPushButton))
    assert "no folder" in find(panel, "ownDrawingsNote").text()
    panel.close()


def endless(qtbot, window):
    window.session.change("training.stopping", Stopping(epochs=None))
    qtbot.waitUntil(lambda: window.session.snapshot is not None)


def test_training_with_mine_reads_the_drawing_right_and_tells_the_cost(qtbot, window):
    endless(qtbot, window)
    odd = stroke((60, 140), (220, 140))  # a bar across: nobody's 7
    teach(window, 7, odd)
    click(find(window, "trainWithMineButton", QPushButton))
    qtbot.waitUntil(lambda: window.session.state is RunState.RUNNING)
    assert window.session.experiment.training.own_share == 0.05
    qtbot.waitUntil(lambda: "0 → 1 right" in effect(window))
    qtbot.waitUntil(lambda: "…" not in effect(window))
    assert effect(window).startswith("Your 1 drawing: 0 → 1 right;\ntest accuracy ")
    assert effect(window).count(" %") == 2


def test_teaching_while_it_trains_goes_on_with_the_same_run(qtbot, window):
    session = window.session
    endless(qtbot, window)
    session.change("training.own_share", 0.5)
    qtbot.waitUntil(lambda: session.snapshot is not None)
    session.toggle_training()
    qtbot.waitUntil(lambda: session.snapshot is not None and session.snapshot.epoch > 0)
    run, step = session.snapshot.run, session.snapshot.step
    teach(window, 7, stroke((60, 140), (220, 140)))
    qtbot.waitUntil(lambda: session.snapshot.step > step + 100)
    assert session.state is RunState.RUNNING
    assert session.snapshot.run == run
    qtbot.waitUntil(lambda: session.model.probabilities(session.prepared.own.inputs).argmax() == 7)


def test_a_picture_that_was_read_is_taught_as_a_picture(qtbot, window):
    own = OwnDrawing.of("1", own_picture())
    stages = window.session.prepared.dataset.drawing.read(own.source)
    window.probe_column.canvas.show_picture(Probe(stages.input, "one.png", stages=stages))
    click(find(window, "teachButton", QPushButton))
    click(find(window, "teachClass1", QPushButton))
    assert labels() == ["1"]
    assert isinstance(own_drawings.kept()[0].source, np.ndarray)
    assert window.session.probe.label == 1
    panel = panel_of(qtbot, window)
    click(find(panel, "lookAtOwnDrawing0", QToolButton))
    assert window.session.probe.label == 1
    panel.close()


def own_picture():
    picture = np.zeros((60, 40), np.float32)
    picture[8:52, 17:23] = 1
    return picture


@pytest.mark.parametrize("preset", ["article-iris", "spirals", "plane-field"])
def test_data_that_cannot_be_drawn_ask_nothing(qtbot, open_window, preset):
    own_drawings.keep((OwnDrawing("1", bar()),))
    window = open_window(preset)
    assert not find(window, "teachButton").isVisible()
    assert not find(window, "trainWithMineButton").isVisible()
    assert len(window.session.prepared.own.targets) == 0
    panel = panel_of(qtbot, window)
    assert "do not fit the present data" in find(panel, "ownDrawingsNote").text()
    assert not find(panel, "trainWithMinePanelButton").isEnabled()
    panel.close()


def test_going_to_drawn_data_makes_use_of_the_drawings_again(qtbot, open_window):
    own_drawings.keep((OwnDrawing("1", bar()),))
    window = open_window("spirals")
    window.session.change("data.name", "digits")
    qtbot.waitUntil(lambda: window.session.snapshot is not None)
    assert window.session.prepared.own.targets.tolist() == [1]
    assert find(window, "trainWithMineButton").isVisible()


def test_a_disk_that_refuses_is_told_and_nothing_is_kept(window, monkeypatch):
    def refuse(drawings):
        raise DataError("Your drawings could not be kept: the disk is full.")

    monkeypatch.setattr(own_drawings, "keep", refuse)
    teach(window, 3)
    assert "disk is full" in window.messages.sentence
    assert window.teaching.drawings == ()
    assert not window.session.past.can_undo


def test_damaged_drawings_are_told_once(qtbot, open_window, folder):
    folder.mkdir()
    (folder / FILE).write_bytes(b"nonsense")
    window = open_window("article-digits")
    assert "damaged" in window.messages.sentence


def test_the_share_is_a_setting_under_more(window):
    click(find(window, "moreButton"))
    box = find(window, "ownShareBox", QComboBox)
    assert box.isVisible()
    window.session.change("training.own_share", 0.3)
    assert box.currentText() == "30 %"
    assert "30 % my drawings" in find(window, "moreButton").text()


def test_what_a_network_wrote_is_kept_is_told_and_is_undone(qtbot, open_window):
    window = open_window("pen-writer")
    window.probe_column.panel.draw(bar())
    panel = window.probe_column.panel
    click(find(panel, "teachButton", QPushButton))
    click(find(panel, "teachClass1", QPushButton))
    kept = find(window, "ownDrawingsButton", QPushButton)
    assert kept.isVisible()
    assert kept.text() == "1 drawing"
    assert labels() == ["1"]
    assert effect(window).endswith("of the moves predicted")
    window.commands["undoAction"].trigger()
    assert not kept.isVisible()
    assert labels() == []
