"""What closing would lose is asked about; what it would not is not."""

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from playground.gui.look.marking import tool_tip
from playground.storage import experiment_file


@pytest.fixture
def window(open_window):
    return open_window("article-iris")


@pytest.fixture
def answers(open_window, monkeypatch):
    asked = []
    given = {"answer": QMessageBox.StandardButton.Cancel}

    def question(*words):
        asked.append(words[2])
        return given["answer"]

    monkeypatch.setattr(QMessageBox, "question", question)
    given["asked"] = asked
    return given


def test_a_preset_that_was_only_trained_closes_without_a_question(qtbot, window, answers):
    window.session.step_epoch()
    qtbot.waitUntil(lambda: window.session.snapshot.epoch == 1)
    assert window.document.may_leave()
    assert answers["asked"] == []


def test_a_changed_experiment_asks_and_cancel_stays(qtbot, window, answers):
    window.session.change("training.learning_rate", 0.5)
    assert window.file_label.text() == "article-iris*"
    window.close()
    assert window.isVisible()
    assert answers["asked"] == [tool_tip("Save the changes to this experiment before it closes?")]


def test_save_as_adds_the_ending_and_clears_the_star(qtbot, window, tmp_path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *words: (str(tmp_path / "mine"), ""))
    window.session.change("training.learning_rate", 0.5)
    assert window.document.save_as()
    assert window.file_label.text() == "mine.playground"
    saved = experiment_file.read(tmp_path / "mine.playground")
    assert saved.experiment.training.learning_rate == 0.5


def test_a_folder_that_is_gone_says_so_and_keeps_everything(qtbot, window, tmp_path):
    assert not window.document._write(tmp_path / "gone" / "mine.playground")
    assert window.messages.sentence.endswith(".")
    assert window.document.path is None


def test_another_preset_is_not_opened_over_changes_without_consent(qtbot, window, answers):
    window.session.change("training.learning_rate", 0.5)
    window.tool_bar.preset_requested.emit("circles")
    assert window.session.experiment.data.name == "iris"
    answers["answer"] = QMessageBox.StandardButton.Discard
    window.tool_bar.preset_requested.emit("circles")
    assert window.session.experiment.data.name == "circles"
    assert "disc inside a ring" in window.messages.sentence


def test_saving_again_keeps_the_former_file_as_a_backup(qtbot, window, tmp_path):
    path = tmp_path / "mine.playground"
    assert window.document._write(path)
    first = path.read_bytes()
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    window.session.change("training.learning_rate", 0.5)
    assert window.document.save()
    assert path.read_bytes() != first
    assert path.with_name("mine.playground~").read_bytes() == first
