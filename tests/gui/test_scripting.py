"""The window's experiment as a script: shown, copied, saved, and run by a Python of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog

from playground.gui.desks.scripting.dialog import ScriptDialog

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def window(open_window):
    return open_window("article-iris")


def shown(window):
    window.commands["scriptAction"].trigger()
    return window.findChild(ScriptDialog)


def test_the_script_is_of_the_present_experiment(window):
    window.session.change("training.learning_rate", 0.0125)
    dialog = shown(window)
    assert "learning_rate=0.0125," in dialog.text.toPlainText()
    dialog.close()


def test_it_is_copied_whole(window):
    dialog = shown(window)
    dialog.copy_button.click()
    assert QApplication.clipboard().text() == dialog.text.toPlainText()
    assert dialog.told.text() == "The script was copied."
    dialog.close()


def test_it_is_saved_and_runs_as_it_stands(window, tmp_path, monkeypatch):
    window.session.change("training.stopping.epochs", 2)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *asked: (str(tmp_path / "mine"), ""))
    dialog = shown(window)
    dialog.save_button.click()
    assert dialog.told.text() == "The script was saved as mine.py."
    dialog.close()
    done = subprocess.run(
        [sys.executable, tmp_path / "mine.py"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUTF8": "1"},
        check=True,
    )
    assert "of the test part is right" in done.stdout


def test_a_place_that_cannot_be_written_is_told(window, tmp_path, monkeypatch):
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *asked: (str(tmp_path / "no" / "mine.py"), "")
    )
    dialog = shown(window)
    dialog.save_button.click()
    assert "mine.py" in dialog.told.text()
    assert dialog.told.property("role") == "error"
    dialog.close()
