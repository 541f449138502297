"""What is chosen, dropped or pasted comes in through the window, and goes again."""

import csv
import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMessageBox, QPushButton

from playground.data import catalogue
from playground.errors import FieldError
from playground.gui.desks.importing import desk as import_desk
from playground.gui.desks.importing.dialog import ImportDialog
from playground.gui.session.run_state import RunState
from playground.gui.window.main_window import MainWindow
from playground.storage import own_data

pytestmark = pytest.mark.usefixtures("own_folder")


@pytest.fixture
def window(open_window):
    return open_window("digits-small")


@pytest.fixture
def table(tmp_path) -> Path:
    """A table of 40 rows: two measures of unlike units, and a colour that follows the first."""
    path = tmp_path / "flowers.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["length", "weight", "colour"])
        for row in range(40):
            writer.writerow([row * 0.1, 500 + row * 3.5, ("red", "blue")[row % 2]])
    return path


def digit(text: str, side: int = 60) -> QImage:
    """Draw a bar for 1, a ring for 0, dark on white."""
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setPen(QPen(QColor("black"), side // 10))
    if text == "1":
        painter.drawLine(side // 2, side // 6, side // 2, 5 * side // 6)
    else:
        painter.drawEllipse(QPointF(side / 2, side / 2), side / 4, side / 3)
    painter.end()
    return image


@pytest.fixture
def folder(tmp_path) -> Path:
    """Ten pictures each of 0 and 1."""
    path = tmp_path / "my_digits"
    for text in "01":
        (path / text).mkdir(parents=True)
        for number in range(10):
            assert digit(text, 40 + number).save(str(path / text / f"{number}.png"))
    return path


def mime_of(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def drop(window, mime: QMimeData) -> bool:
    at = QPointF(300, 300)
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(at.toPoint(), Qt.DropAction.CopyAction, mime, buttons, keys)
    entered.ignore()
    QApplication.sendEvent(window, entered)
    if entered.isAccepted():
        dropped = QDropEvent(at, Qt.DropAction.CopyAction, mime, buttons, keys)
        QApplication.sendEvent(window, dropped)
    return entered.isAccepted()


def dialog_of(qtbot, window) -> ImportDialog:
    qtbot.waitUntil(lambda: window.importing.dialog is not None)
    dialog = window.importing.dialog
    qtbot.waitExposed(dialog)
    return dialog


def confirm(qtbot, window) -> None:
    """Press Import and wait until the data are in use."""
    button = dialog_of(qtbot, window).findChild(QPushButton, "importButton")
    qtbot.waitUntil(button.isEnabled)
    before = window.session.experiment.data.name
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.experiment.data.name != before)
    qtbot.waitUntil(lambda: window.importing.dialog is None)


def test_a_dropped_table_is_looked_at_then_learned_from(qtbot, window, table, own_folder):
    assert drop(window, mime_of(table))
    dialog = dialog_of(qtbot, window)
    assert window.session.experiment.data.name == "digits"
    title = dialog.findChild(QLineEdit, "importTitle")
    title.selectAll()
    qtbot.keyClicks(title, "My flowers")
    confirm(qtbot, window)
    assert window.session.experiment.data.name == "own-my-flowers"
    assert window.session.prepared.dataset.class_names == ("blue", "red") or (
        window.session.prepared.dataset.class_names == ("red", "blue")
    )
    assert window.tool_bar.data_box.currentText() == "My flowers"
    assert list(own_folder.glob("*.safetensors"))
    assert window.session.probe is not None
    assert window.session.probe.label in (0, 1)
    assert "My flowers" in window.messages.sentence


def test_a_table_of_unlike_units_is_standardized_and_one_undo_takes_the_import_back(
    qtbot, window, table
):
    before = window.session.experiment
    drop(window, mime_of(table))
    confirm(qtbot, window)
    assert window.session.experiment.data.standardize
    assert "standardized" in window.messages.sentence
    window.session.past.undo()
    assert window.session.experiment == before
    window.session.past.redo()
    assert window.session.experiment.data.name == "own-flowers"


def test_what_was_imported_trains(qtbot, window, table):
    drop(window, mime_of(table))
    confirm(qtbot, window)
    window.session.step_epoch()
    qtbot.waitUntil(lambda: window.session.snapshot and window.session.snapshot.epoch == 1)
    qtbot.waitUntil(lambda: window.session.state is RunState.PAUSED)


def test_layers_that_would_not_fit_give_way_to_one_that_does(qtbot, window, table, monkeypatch):
    def too_large(*_):
        raise FieldError("layers.0.units", "Too large.")

    monkeypatch.setattr(import_desk, "layer_sizes", too_large)
    drop(window, mime_of(table))
    confirm(qtbot, window)
    (layer,) = window.session.experiment.layers
    assert (layer.kind, layer.units) == ("dense", 16)
    assert "did not fit" in window.messages.sentence


@pytest.mark.parametrize("first", ["BMI", "P5", "GIF89a"])
def test_a_table_that_begins_like_a_picture_is_a_table(qtbot, window, tmp_path, first):
    path = tmp_path / "people.csv"
    rows = [f"{row}\t{row % 2}" for row in range(20)]
    path.write_text("\n".join([f"{first}\tclass", *rows]), encoding="utf-8")
    drop(window, mime_of(path))
    dialog_of(qtbot, window).reject()


def test_a_folder_chosen_by_menu_becomes_pictures_that_can_be_drawn(
    qtbot, window, folder, monkeypatch
):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *words: str(folder))
    window.commands["importFolderAction"].trigger()
    confirm(qtbot, window)
    dataset = window.session.prepared.dataset
    assert dataset.title == "my digits"
    assert (len(dataset), dataset.input_shape) == (20, (1, 28, 28))
    assert dataset.drawing is not None
    assert window.probe_column.panel is window.probe_column.canvas


def test_a_file_chosen_by_menu_is_looked_at(qtbot, window, table, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *words: (str(table), ""))
    window.commands["importDataAction"].trigger()
    dialog_of(qtbot, window).reject()
    qtbot.waitUntil(lambda: window.importing.dialog is None)
    assert window.session.experiment.data.name == "digits"


def test_choosing_nothing_does_nothing(qtbot, window, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *words: ("", ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *words: "")
    for name in ("importDataAction", "importFolderAction", "openPictureAction"):
        window.commands[name].trigger()
    assert window.importing.dialog is None
    assert not window.messages.isVisible()


def test_a_dropped_picture_is_read_as_a_drawing_with_its_stages(qtbot, window, tmp_path):
    path = tmp_path / "one.png"
    assert digit("1").save(str(path))
    drop(window, mime_of(path))
    qtbot.waitUntil(lambda: window.session.probe is not None)
    probe = window.session.probe
    assert probe.title == "one.png"
    assert probe.stages is not None
    middle = probe.inputs.reshape(8, 8)[:, 3:5]
    assert middle.mean() > 0.5
    np.testing.assert_array_equal(probe.inputs.reshape(8, 8)[:, [0, 1, 6, 7]], 0)
    assert window.session.reading is not None


def test_a_picture_chosen_by_menu_is_read(qtbot, window, tmp_path, monkeypatch):
    path = tmp_path / "ring.bmp"
    assert digit("0").save(str(path))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *words: (str(path), ""))
    window.commands["openPictureAction"].trigger()
    qtbot.waitUntil(lambda: window.session.probe is not None)
    assert window.session.probe.title == "ring.bmp"


def test_a_picture_is_read_as_it_is_where_the_data_are_no_drawings(qtbot, window, tmp_path):
    for name, lying in (("bars", False), ("rings", True)):
        (tmp_path / "shapes" / name).mkdir(parents=True)
        for number in range(8):
            image = digit("0" if lying else "1", 40 + number)
            assert image.save(str(tmp_path / "shapes" / name / f"{number}.png"))
    drop(window, mime_of(tmp_path / "shapes"))
    confirm(qtbot, window)
    dataset = window.session.prepared.dataset
    assert dataset.drawing is None
    assert window.probe_column.canvas.stages.captions[-1] == "28×28 seen"
    drop(window, mime_of(tmp_path / "shapes" / "rings" / "0.png"))
    qtbot.waitUntil(lambda: window.session.probe.title == "0.png")
    same = dataset.inputs[[int(np.flatnonzero(dataset.targets == 1)[0])]][0]
    np.testing.assert_allclose(window.session.probe.inputs, same, atol=1 / 255)


def test_reading_a_picture_says_why_it_cannot_be_used(qtbot, window, tmp_path):
    path = tmp_path / "one.png"
    assert digit("1").save(str(path))
    assert window.commands["openPictureAction"].isEnabled()
    window.session.change("data.name", "iris")
    assert not window.commands["openPictureAction"].isEnabled()
    assert "learns from pictures" in window.commands["openPictureAction"].toolTip()
    before = window.session.probe
    drop(window, mime_of(path))
    assert "learns from pictures" in window.messages.sentence
    assert window.session.probe is before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "cannot be read as a picture"),
        (b"hello", "cannot be read as a picture"),
    ],
)
def test_a_damaged_picture_is_one_sentence(qtbot, window, tmp_path, content, said):
    path = tmp_path / "broken.png"
    path.write_bytes(content)
    drop(window, mime_of(path))
    qtbot.waitUntil(lambda: said in window.messages.sentence)
    assert window.session.probe is None


def test_an_empty_picture_says_that_it_shows_nothing(qtbot, window, tmp_path):
    image = QImage(30, 30, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    assert image.save(str(tmp_path / "white.png"))
    drop(window, mime_of(tmp_path / "white.png"))
    qtbot.waitUntil(lambda: "stands out" in window.messages.sentence)


def test_ctrl_v_reads_a_copied_picture(qtbot, window):
    QGuiApplication.clipboard().setImage(digit("1"))
    qtbot.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.session.probe is not None)
    assert window.session.probe.title == "Pasted picture"


def test_a_copied_table_is_imported(qtbot, window, table):
    QGuiApplication.clipboard().setText(table.read_text(encoding="utf-8").replace(",", "\t"))
    window.commands["pasteAction"].trigger()
    confirm(qtbot, window)
    assert window.session.prepared.dataset.title == "Pasted table"
    assert len(window.session.prepared.dataset) == 40


def test_a_copied_file_is_taken(qtbot, window, table):
    QGuiApplication.clipboard().setMimeData(mime_of(table))
    window.commands["pasteAction"].trigger()
    dialog_of(qtbot, window).reject()


@pytest.mark.parametrize("text", ["", "hello", "Dear all,\nthis is no table.\nYours"])
def test_a_clipboard_without_anything_of_use_says_so(qtbot, window, text):
    QGuiApplication.clipboard().setText(text)
    window.commands["pasteAction"].trigger()
    assert window.messages.sentence.startswith("The clipboard holds no picture")


def test_ctrl_v_in_a_box_pastes_there(qtbot, window, table):
    drop(window, mime_of(table))
    dialog = dialog_of(qtbot, window)
    title = dialog.findChild(QLineEdit, "importTitle")
    QGuiApplication.clipboard().setText("Pasted title")
    title.setFocus()
    title.selectAll()
    qtbot.keyClick(title, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert title.text() == "Pasted title"
    dialog.reject()


def test_several_files_at_once_are_told_to_come_one_by_one(qtbot, window, table, tmp_path):
    assert drop(window, mime_of(table, tmp_path / "other.csv"))
    assert "not 2" in window.messages.sentence
    assert window.importing.dialog is None


def test_text_and_addresses_from_elsewhere_are_not_taken(qtbot, window):
    mime = QMimeData()
    mime.setText("hello")
    assert not drop(window, mime)
    mime.setUrls([QUrl("https://example.org/a.csv")])
    assert not drop(window, mime)


def test_a_folder_without_data_says_so_and_changes_nothing(qtbot, window, tmp_path):
    (tmp_path / "empty").mkdir()
    before = window.session.experiment
    drop(window, mime_of(tmp_path / "empty"))
    qtbot.waitUntil(
        lambda: "empty" in window.messages.sentence and not window.importing.errands.busy
    )
    assert window.session.experiment is before
    assert window.importing.dialog is None


def test_the_newest_of_two_drops_wins(qtbot, window, table, folder):
    drop(window, mime_of(table))
    drop(window, mime_of(folder))
    dialog = dialog_of(qtbot, window)
    assert dialog.findChild(QLineEdit, "importTitle").text() == "my digits"
    dialog.reject()


def test_own_data_can_be_forgotten_and_only_own_data(qtbot, window, table, own_folder, monkeypatch):
    asked = []

    def question(*words):
        asked.append(words[2])
        return answers.pop(0)

    answers = [QMessageBox.StandardButton.Cancel, QMessageBox.StandardButton.Yes]
    monkeypatch.setattr(QMessageBox, "question", question)
    forget = window.commands["forgetDataAction"]
    assert not forget.isEnabled()
    assert "came with Playground" in forget.toolTip()
    drop(window, mime_of(table))
    confirm(qtbot, window)
    assert forget.isEnabled()
    assert forget.text() == "&Delete “flowers”…"
    forget.trigger()
    assert "40 examples" in asked[0]
    assert window.session.experiment.data.name == "own-flowers"
    forget.trigger()
    assert window.session.experiment.data.name == "digits"
    assert window.tool_bar.data_box.currentData() == "digits"
    assert window.tool_bar.data_box.findData("own-flowers") == -1
    assert "own-flowers" not in {e.experiment.data.name for e in window.session.past.list.entries}
    assert list(own_folder.glob("*.safetensors")) == []
    assert not forget.isEnabled()


def test_own_sets_are_in_the_data_box_from_the_start(qtbot, window, table):
    drop(window, mime_of(table))
    confirm(qtbot, window)
    del catalogue.DATASETS["own-flowers"]
    catalogue.find_own_sets()
    again = MainWindow()
    qtbot.addWidget(again)
    box = again.tool_bar.data_box
    assert box.itemText(box.findData("own-flowers")) == "flowers"
    assert box.itemText(box.findData("own-flowers") - 1) == "Your own"


def test_the_data_box_tells_data_that_are_offered_only_afterwards(qtbot, window, table):
    drop(window, mime_of(table))
    confirm(qtbot, window)
    bar, flowers = window.tool_bar, catalogue.DATASETS.pop("own-flowers")
    bar.refresh_data_sets()
    assert bar.data_box.currentIndex() == -1
    catalogue.DATASETS["own-flowers"] = flowers
    bar.refresh_data_sets()
    assert bar.data_box.currentData() == "own-flowers"


def test_a_file_brings_its_own_data_to_another_computer(qtbot, window, table, tmp_path, own_folder):
    drop(window, mime_of(table))
    confirm(qtbot, window)
    path = tmp_path / "mine.playground"
    assert window.document.write(path)
    window.session.change("data.name", "digits")
    catalogue.forget("own-flowers")
    window.tool_bar.refresh_data_sets()
    assert window.tool_bar.data_box.findText("flowers") == -1
    drop(window, mime_of(path))
    assert window.session.experiment.data.name == "own-flowers"
    box = window.tool_bar.data_box
    assert (box.currentData(), box.currentText()) == ("own-flowers", "flowers")
    assert [kept.name for kept in own_folder.glob("*.safetensors")] == ["flowers.safetensors"]
    assert window.commands["forgetDataAction"].isEnabled()


def test_a_file_whose_own_data_are_not_here_says_what_to_do(
    qtbot, window, table, tmp_path, monkeypatch
):
    monkeypatch.setattr(own_data, "LARGEST", 100)
    drop(window, mime_of(table))
    confirm(qtbot, window)
    path = tmp_path / "mine.playground"
    assert window.document.write(path)
    window.session.change("data.name", "digits")
    catalogue.forget("own-flowers")
    before = window.session.experiment
    drop(window, mime_of(path))
    assert "'flowers' is somebody's own and not on this computer" in window.messages.sentence
    assert window.session.experiment is before


def test_closing_the_window_while_it_looks_ends_the_thread(qtbot, window, folder):
    drop(window, mime_of(folder))
    window.close()
    assert not window.importing.errands.busy
    assert "errandThread" not in {thread.name for thread in threading.enumerate()}
