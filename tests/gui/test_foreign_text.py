"""What a stranger wrote is shown letter by letter, wherever it arrives."""

import dataclasses
import os
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QLabel, QMessageBox, QWidget

from playground.data import catalogue
from playground.data.own import sets as own_sets
from playground.gui.desks.document import Work
from playground.gui.desks.importing import desk
from playground.gui.lenses.kinds import LENSES
from playground.gui.look.marking import tool_tip
from playground.gui.pictures import read_grey
from playground.gui.window.main_window import MainWindow

TAG = "<u>"
WORDS = f"{TAG}a\n</u>"


@pytest.fixture
def window(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(own_sets, "folder", lambda: tmp_path / "own")
    monkeypatch.setattr(QMessageBox, "question", lambda *asked: QMessageBox.StandardButton.Discard)
    window = MainWindow()

    def let_it_close(window):
        window.document.may_leave = lambda: True

    qtbot.addWidget(window, before_close_func=let_it_close)
    window.open_at_start(None, "xor")
    window.show()
    qtbot.waitExposed(window)
    qtbot.waitUntil(lambda: window.session.model is not None)
    yield window
    for name in [name for name in catalogue.DATASETS if name.startswith("own-")]:
        catalogue.forget(name)


def strangers(name):
    """Return a data set whose every word is a stranger's."""
    dataset = catalogue.load(name)
    return dataclasses.replace(
        dataset,
        name="own-strangers",
        title=WORDS,
        class_names=tuple(f"{WORDS}{label}" for label, _ in enumerate(dataset.class_names)),
        feature_names=tuple(f"{WORDS}{index}" for index, _ in enumerate(dataset.feature_names)),
        source=WORDS,
        licence=WORDS,
        description=WORDS,
    )


def read_as_html(window):
    """Return what shows a stranger's words and would let them act."""
    acting = []
    for widget in window.findChildren(QWidget):
        if isinstance(widget, QLabel) and TAG in widget.text():
            if widget.textFormat() != Qt.TextFormat.PlainText:
                acting.append((type(widget).__name__, widget.objectName(), widget.text()))
        if TAG in widget.toolTip():
            acting.append((type(widget).__name__, widget.objectName(), widget.toolTip()))
    return acting


@pytest.mark.parametrize("name", ["digits", "iris", "xor", "bumps"])
def test_no_view_takes_a_data_sets_words_for_html(qtbot, window, name):
    catalogue.keep(strangers(name))
    window.tool_bar.refresh_data_sets()
    assert window.session.change("data.name", "own-strangers")
    qtbot.waitUntil(lambda: window.session.model is not None)
    window.probe_column.pick_first()
    for kind in LENSES:
        window.lens_area.show_lens(kind.key)
        window.session.step_batch()
        qtbot.waitUntil(lambda: window.session.snapshot is not None)
        qtbot.wait(60)
    window.messages.show_note(f"“{window.session.prepared.dataset.title}”")
    seen = [label.text() for label in window.findChildren(QLabel) if TAG in label.text()]
    assert len(seen) > 2
    assert not (acting := read_as_html(window)), "\n".join(map(str, acting))


def test_tool_tips_show_every_sign():
    assert tool_tip("a <b>\nc & d") == "<qt>a &lt;b&gt;<br>c &amp; d</qt>"


def test_a_files_name_is_one_line_of_the_message_bar(qtbot, window, tmp_path):
    path = tmp_path / f"{WORDS}{'x' * 100}.playground".replace("/", "")
    assert not window.document.open(path)
    shown = window.messages.sentence
    assert shown.startswith(r"<u>a\n<u>xxx")
    assert "\n" not in shown
    assert not (acting := read_as_html(window)), "\n".join(map(str, acting))
    window.document.title_changed.emit("a")
    window.document._begin(Work(path.name, path=path))
    assert "\n" not in window.file_label.text()
    assert "\n" not in window.windowTitle()


@pytest.mark.skipif(os.name == "nt", reason="Windows has names of text only")
def test_a_picture_is_dropped_and_read_whatever_bytes_its_name_has(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\n1.png"))
    image = QImage(3, 2, QImage.Format.Format_RGB32)
    image.fill(0)
    assert image.save(str(tmp_path / "plain.png"))
    (tmp_path / "plain.png").rename(path)
    assert read_grey(path).shape == (2, 3)
    mime = QMimeData()
    mime.setUrls([QUrl.fromEncoded(f"file://{tmp_path}/%FF%0A1.png".encode())])
    assert desk._paths_of(mime) == [path]
    np.testing.assert_array_equal(read_grey(desk._paths_of(mime)[0]), 0)


def test_a_bad_set_among_the_own_ones_is_told_where_it_is_chosen(qtbot, window, tmp_path):
    (tmp_path / "own").mkdir(exist_ok=True)
    (tmp_path / "own" / "bad.safetensors").write_bytes(b"[" * 100_000)
    catalogue.find_own_sets()
    window.tool_bar.refresh_data_sets()
    before = window.session.experiment
    box = window.tool_bar.data_box
    box.setCurrentIndex(box.findData("own-bad"))
    box.activated.emit(box.currentIndex())
    assert window.messages.sentence.startswith("bad.safetensors is damaged (")
    assert window.session.experiment == before
    assert box.currentData() == before.data.name


def test_names_too_long_for_a_disk_are_told_everywhere(qtbot, window, tmp_path, monkeypatch):
    long = tmp_path / ("a" * 300)
    chosen = lambda suffix: lambda *asked: (str(long.with_suffix(suffix)), "")  # noqa: E731
    for suffix, act in {
        ".playground": window.document.save_as,
        ".csv": window.painting.export,
        ".svg": window.lens_area.export_diagram_svg,
        ".png": window.lens_area.export_diagram_png,
    }.items():
        monkeypatch.setattr(QFileDialog, "getSaveFileName", chosen(suffix))
        window.messages.clear()
        act()
        assert "the name is too long for this disk" in window.messages.sentence, suffix
    window.session.change("data.name", "digits")
    for suffix in (".playground", ".png", ".csv", ""):
        window.messages.clear()
        window.importing.take(long.with_suffix(suffix))
        told = "File name too long" if suffix == ".playground" else "There is no"
        qtbot.waitUntil(lambda told=told: told in window.messages.sentence)


def test_a_pasted_table_needs_room_for_temporary_files(window, monkeypatch):
    def refuse(*asked, **more):
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(desk.tempfile, "TemporaryDirectory", refuse)
    window.importing._take_text("1,2\n3,4\n5,6\n")
    assert "No usable temporary directory found" in window.messages.sentence
