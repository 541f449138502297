"""What closing would lose is asked about; what it would not is not."""

import numpy as np
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


def test_a_preset_as_it_came_closes_without_a_question(window, answers):
    assert window.document.may_leave()
    assert answers["asked"] == []


def test_training_is_work_that_closing_asks_about(qtbot, window, answers):
    window.session.step_epoch()
    qtbot.waitUntil(lambda: window.session.past.undo_title == "Train 1 epoch")
    assert window.file_label.text() == "article-iris*"
    assert not window.document.may_leave()
    assert answers["asked"] == [tool_tip("Save your changes to this experiment before closing?")]
    window.session.past.undo()
    assert window.file_label.text() == "article-iris"
    assert window.document.may_leave()


def test_a_changed_experiment_asks_and_cancel_stays(qtbot, window, answers):
    window.session.change("training.learning_rate", 0.5)
    assert window.file_label.text() == "article-iris*"
    window.close()
    assert window.isVisible()
    assert answers["asked"] == [tool_tip("Save your changes to this experiment before closing?")]


def test_save_as_adds_the_ending_and_clears_the_star(qtbot, window, tmp_path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *words: (str(tmp_path / "mine"), ""))
    window.session.change("training.learning_rate", 0.5)
    assert window.document.save_as()
    assert window.file_label.text() == "mine.playground"
    saved = experiment_file.read(tmp_path / "mine.playground")
    assert saved.experiment.training.learning_rate == 0.5


def test_a_folder_that_is_gone_says_so_and_keeps_everything(qtbot, window, tmp_path):
    assert not window.document.write(tmp_path / "gone" / "mine.playground")
    assert window.messages.sentence.endswith(".")
    assert window.document.path is None


def test_another_preset_loses_nothing_because_undo_leads_back(qtbot, window, answers):
    window.session.step_epoch()
    qtbot.waitUntil(lambda: window.session.past.undo_title == "Train 1 epoch")
    learned = window.session.past.list.current.kept.moment.parameters
    window.tool_bar.preset_requested.emit("circles")
    assert window.session.experiment.data.name == "circles"
    assert window.file_label.text() == "circles"
    assert "disc inside a ring" in window.messages.sentence
    assert answers["asked"] == []
    assert not window.document.may_leave()
    assert "“article-iris” has unsaved changes" in answers["asked"][-1]
    window.session.past.undo()
    assert window.file_label.text() == "article-iris*"
    assert window.session.experiment.data.name == "iris"
    assert window.session.snapshot.parameters.tobytes() == learned.tobytes()


def test_saving_while_it_trains_keeps_the_moment_and_the_star_comes_back(qtbot, window, tmp_path):
    window.session.change("training.stopping.epochs", None)
    window.session.toggle_training()
    qtbot.waitUntil(lambda: window.session.snapshot.step > 3)
    assert window.document.write(tmp_path / "mine.playground")
    saved = experiment_file.read(tmp_path / "mine.playground")
    assert saved.step > 3
    qtbot.waitUntil(lambda: window.file_label.text() == "mine.playground*")
    window.session.toggle_training()
    qtbot.waitUntil(lambda: not window.session.running)
    window.session.past.undo()
    assert window.file_label.text() == "mine.playground"
    np.testing.assert_array_equal(window.session.snapshot.parameters, saved.parameters)


def test_saving_again_keeps_the_former_file_as_a_backup(qtbot, window, tmp_path):
    folder = tmp_path / "documents"
    folder.mkdir()
    path = folder / "mine.playground"
    assert window.document.write(path)
    first = path.read_bytes()
    assert [file.name for file in folder.iterdir()] == [path.name]
    window.session.change("training.learning_rate", 0.5)
    assert window.document.save()
    assert path.read_bytes() != first
    assert path.with_name("mine.playground~").read_bytes() == first


def test_a_quick_change_after_saving_is_an_entry_of_its_own(qtbot, window, tmp_path):
    window.session.change("training.learning_rate", 0.2)
    assert window.document.write(tmp_path / "mine.playground")
    window.session.change("training.learning_rate", 0.3)
    assert window.file_label.text() == "mine.playground*"
    window.session.past.undo()
    assert window.file_label.text() == "mine.playground"
    assert window.session.experiment.training.learning_rate == 0.2
