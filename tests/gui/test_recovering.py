"""What was not saved comes back after the program ended, whatever ended it; the rest is gone."""

import os
import stat
import sys

import numpy as np
import pytest
from person import click, find, message
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QWidget

from playground.gui.desks.recovering import desk
from playground.gui.window.main_window import FIRST_SIZE, MainWindow
from playground.storage.recovery import GENERATIONS, Shelf, left_in


@pytest.fixture
def kept(tmp_path):
    return tmp_path / "state" / "recovery"


@pytest.fixture
def open_at(qtbot, kept, settings, monkeypatch):
    """Return a function that opens a window which keeps what is not saved."""
    monkeypatch.setattr(QMessageBox, "question", lambda *asked: QMessageBox.StandardButton.Discard)
    monkeypatch.setattr(desk, "AFTER_CHANGE_MS", 50)
    monkeypatch.setattr(desk, "WHILE_TRAINING_MS", 200)

    def opened(preset="article-iris", folder=kept):
        window = MainWindow(settings, recovery=folder)
        window.resize(FIRST_SIZE)
        qtbot.addWidget(window, before_close_func=end)
        window.open_at_start(None, preset)
        window.show()
        qtbot.waitExposed(window)
        qtbot.waitUntil(lambda: window.session.snapshot is not None)
        return window

    return opened


def end(window):
    """End as a crash does, after which the system lets go of the locks: nothing is tidied up."""
    window.document.may_leave = lambda: True
    window.recovering.forget = lambda: None
    window.shut_down()


def train(qtbot, window):
    window.session.step_epoch()
    qtbot.waitUntil(lambda: window.session.past.undo_title == "Train 1 epoch")


def autosaved(window):
    return window.status.kept.text().startswith("Autosaved")


def offered(qtbot, window):
    qtbot.waitUntil(window.recovery_panel.isVisible)
    return [label.text() for label in window.recovery_panel.findChildren(QLabel)]


def test_what_a_crash_left_is_offered_and_opened_as_new_and_unsaved(qtbot, open_at, kept):
    first = open_at()
    train(qtbot, first)
    qtbot.waitUntil(lambda: autosaved(first))
    first.session.change("training.learning_rate", 0.5)
    qtbot.waitUntil(lambda: first.session.past.list.current.kept.moment is not None)
    first.recovering.keep_now()
    learned = first.session.snapshot.parameters
    end(first)

    second = open_at("xor")
    words = " ".join(offered(qtbot, second))
    assert "article-iris" in words
    assert "today" in words
    assert "1 epoch · test accuracy" in words
    assert not find(second.recovery_panel, "recoveryPicture").pixmap().isNull()
    click(find(second.recovery_panel, "openRecoveryButton"))
    assert second.file_label.text() == "article-iris (recovered)*"
    assert second.document.path is None
    assert second.session.experiment.training.learning_rate == 0.5
    qtbot.waitUntil(lambda: second.session.snapshot is not None)
    np.testing.assert_array_equal(second.session.snapshot.parameters, learned)
    assert second.recovery_panel.isHidden()
    qtbot.waitUntil(lambda: autosaved(second))
    assert len(list(kept.iterdir())) == 2  # the work as it was left, and as it goes on


def test_saving_what_was_recovered_removes_it(qtbot, open_at, kept, tmp_path):
    first = open_at()
    train(qtbot, first)
    qtbot.waitUntil(lambda: autosaved(first))
    end(first)
    second = open_at("xor")
    offered(qtbot, second)
    click(find(second.recovery_panel, "openRecoveryButton"))
    qtbot.waitUntil(lambda: autosaved(second))
    assert second.document.write(tmp_path / "mine.playground")
    assert list(kept.iterdir()) == []
    assert second.status.kept.text() == ""


def test_a_window_that_ends_in_order_leaves_nothing(qtbot, open_at, kept):
    window = open_at()
    train(qtbot, window)
    qtbot.waitUntil(lambda: autosaved(window))
    assert len(list(kept.iterdir())) == 1
    window.close()
    assert list(kept.iterdir()) == []


def test_what_undo_takes_back_is_kept_no_longer(qtbot, open_at, kept):
    window = open_at()
    window.session.change("training.learning_rate", 0.5)
    qtbot.waitUntil(lambda: autosaved(window))
    window.session.past.undo()
    qtbot.waitUntil(lambda: window.status.kept.text() == "")
    assert list(kept.iterdir()) == []


def test_training_is_kept_by_itself_and_enters_nothing_in_the_history(qtbot, open_at, kept):
    window = open_at("digits-small")
    window.session.change("training.stopping.epochs", None)
    rows = len(window.session.past.list.entries)
    window.session.toggle_training()
    files = []

    def written_thrice():
        (folder,) = kept.iterdir()
        there = {path.stat().st_mtime_ns for path in folder.glob("*.playground")}
        files.extend(there - set(files))
        return len(files) >= 3

    qtbot.waitUntil(lambda: kept.exists() and any(kept.iterdir()))
    qtbot.waitUntil(written_thrice, timeout=20_000)
    assert len(window.session.past.list.entries) == rows
    (folder,) = kept.iterdir()
    assert {path.stem for path in folder.glob("*.playground")} == set(GENERATIONS)
    window.session.toggle_training()


def test_work_that_was_left_for_another_preset_is_kept_too(qtbot, open_at, kept):
    first = open_at()
    train(qtbot, first)
    first.tool_bar.preset_requested.emit("circles")
    first.session.change("training.learning_rate", 0.5)
    qtbot.waitUntil(lambda: len(first.recovering._kept) == 2)
    end(first)
    second = open_at("xor")
    assert {"article-iris", "circles"} <= set(offered(qtbot, second))


def test_opening_another_experiment_keeps_the_present_one_first(qtbot, open_at, monkeypatch):
    monkeypatch.setattr(desk, "AFTER_CHANGE_MS", 60_000)
    window = open_at()
    train(qtbot, window)
    assert window.recovering._kept == {}
    window.tool_bar.preset_requested.emit("circles")
    assert [moment.epoch for moment in window.recovering._kept.values()] == [1]


def test_a_signal_leaves_the_work_to_the_next_window(qtbot, open_at, monkeypatch):
    monkeypatch.setattr(desk, "AFTER_CHANGE_MS", 60_000)
    first = open_at("digits-small")
    first.session.toggle_training()
    qtbot.waitUntil(lambda: first.session.snapshot is not None and first.session.snapshot.step > 3)
    monkeypatch.setattr(QApplication, "exit", lambda code: None)
    first.end(15)
    second = open_at("xor")
    assert "digits-small" in offered(qtbot, second)


def test_later_keeps_it_and_delete_asks_and_removes_it(qtbot, open_at, kept, monkeypatch):
    first = open_at()
    train(qtbot, first)
    qtbot.waitUntil(lambda: autosaved(first))
    end(first)
    second = open_at("xor")
    offered(qtbot, second)
    click(find(second.recovery_panel, "laterButton"))
    assert second.recovery_panel.isHidden()
    second.commands["recoverAction"].trigger()
    offered(qtbot, second)
    answer = [QMessageBox.StandardButton.Cancel, QMessageBox.StandardButton.Discard]
    monkeypatch.setattr(QMessageBox, "question", lambda *asked: answer.pop(0))
    click(find(second.recovery_panel, "deleteRecoveryButton"))
    assert len(list(kept.iterdir())) == 1
    click(find(second.recovery_panel, "deleteRecoveryButton"))
    assert list(kept.iterdir()) == []
    assert second.recovery_panel.isHidden()


def test_two_windows_leave_each_others_work_alone(qtbot, open_at, kept):
    first = open_at()
    train(qtbot, first)
    qtbot.waitUntil(lambda: autosaved(first))
    assert left_in(kept) == []
    second = open_at("xor")
    qtbot.waitUntil(lambda: not second.recovering._looking.busy)
    assert second.recovery_panel.isHidden()
    second.session.change("training.learning_rate", 0.5)
    qtbot.waitUntil(lambda: autosaved(second))
    second.close()
    assert [shelf.path for shelf in first.recovering._shelves.values()] == list(kept.iterdir())


def test_what_another_window_has_opened_is_refused(qtbot, open_at, kept):
    first = open_at()
    train(qtbot, first)
    qtbot.waitUntil(lambda: autosaved(first))
    end(first)
    second, third = open_at("xor"), open_at("xor")
    for window in (second, third):
        offered(qtbot, window)
    click(find(second.recovery_panel, "openRecoveryButton"))
    click(find(third.recovery_panel, "openRecoveryButton"))
    assert message(third) == "This work is open in another window, or no longer there."
    assert third.recovery_panel.isHidden()


def test_a_damaged_copy_falls_back_to_the_one_before_and_says_so(qtbot, open_at, kept):
    first = open_at()
    train(qtbot, first)
    qtbot.waitUntil(lambda: autosaved(first))
    first.session.change("training.learning_rate", 0.5)
    qtbot.waitUntil(lambda: len(list(kept.glob("*/*.playground"))) == 2)
    qtbot.waitUntil(lambda: not first.recovering._writing.busy)
    end(first)
    newest, _ = Shelf(next(kept.iterdir())).generations()
    newest.write_bytes(newest.read_bytes()[:-100])
    second = open_at("xor")
    offered(qtbot, second)
    click(find(second.recovery_panel, "openRecoveryButton"))
    assert message(second) == "The newest copy is damaged; this is the one before it."
    assert second.session.experiment.training.learning_rate != 0.5


def test_what_cannot_be_read_at_all_is_told_and_hides_no_other(qtbot, open_at, kept):
    for preset in ("article-iris", "circles"):
        window = open_at(preset)
        window.session.change("training.learning_rate", 0.5)
        qtbot.waitUntil(lambda window=window: autosaved(window))
        end(window)
    newest, older = left_in(kept)
    for path in newest.path.iterdir():
        path.write_bytes(b"[" * 100_000)
    os.utime(newest.generations()[0], (2e9, 2e9))
    last = open_at("xor")
    assert {"Unsaved work", "article-iris"} <= set(offered(qtbot, last))
    click(find(last.recovery_panel, "openRecoveryButton"))
    assert "cannot be opened" in message(last)
    assert older.path.exists()
    assert len(last.recovery_panel.findChildren(QWidget, "openRecoveryButton")) == 2


def test_opening_that_ended_the_program_is_told(qtbot, open_at, kept):
    first = open_at()
    train(qtbot, first)
    qtbot.waitUntil(lambda: autosaved(first))
    end(first)
    (shelf,) = left_in(kept)
    shelf.note_opening(begun=True)
    second = open_at("xor")
    assert "The program ended while this was being opened." in offered(qtbot, second)
    click(find(second.recovery_panel, "openRecoveryButton"))
    qtbot.waitUntil(lambda: autosaved(second))
    assert not shelf.opening


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_can_only_be_read_is_told_of_once(qtbot, open_at, kept):
    kept.mkdir(parents=True)
    kept.chmod(stat.S_IRUSR | stat.S_IXUSR)
    refused(qtbot, open_at())
    kept.chmod(stat.S_IRWXU)


def test_a_folder_that_cannot_be_made_is_told_of_once(qtbot, open_at, kept):
    kept.parent.write_text("in the way", encoding="utf-8")
    refused(qtbot, open_at())


def test_a_full_disk_is_told_of_once_and_what_was_kept_stays(qtbot, open_at, kept, monkeypatch):
    window = open_at()
    train(qtbot, window)
    qtbot.waitUntil(lambda: autosaved(window))
    before = {path: path.read_bytes() for path in kept.glob("*/*.playground")}

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    refused(qtbot, window)
    assert {path: path.read_bytes() for path in kept.glob("*/*.playground")} == before
    assert list(kept.glob("*/.*")) == []
    monkeypatch.undo()
    window.recovering.keep()
    qtbot.waitUntil(lambda: autosaved(window))


def refused(qtbot, window):
    told = []
    window.recovering.failed.connect(told.append)
    window.session.change("training.learning_rate", 0.5)
    qtbot.waitUntil(lambda: window.status.kept.text() == "Not autosaved")
    window.session.change("training.learning_rate", 0.25)
    qtbot.wait(200)
    assert len(told) == 1
    assert told[0].startswith("Autosave does not work: ")
    train(qtbot, window)


def test_without_a_folder_nothing_is_kept(qtbot, open_at, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    window = open_at(folder=None)
    train(qtbot, window)
    window.recovering.keep()
    window.recovering.keep_now()
    assert list(tmp_path.iterdir()) == []
    QTest.keyClick(window, Qt.Key.Key_Escape)
