"""An unexpected error is told once for each traceback, kept in a log, and loses nothing."""

import subprocess
import sys
import threading

import pytest
from PySide6.QtWidgets import QWidget

from playground.gui.start.crash import CrashReporter

FAILS_TO_PAINT = """
import sys
from pathlib import Path
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QWidget
from playground.gui.start.crash import CrashReporter

class Broken(QWidget):
    painted = 0

    def paintEvent(self, event):
        Broken.painted += 1
        painter = QPainter(self)
        try:
            1 / 0
        except ZeroDivisionError:
            painter.drawNothing()

app = QApplication([])
window = QWidget()
broken = Broken(window)
CrashReporter(window, Path(sys.argv[1]), print).install()
window.show()
while Broken.painted < 3:
    broken.update()
    app.processEvents()
print(window.findChild(QWidget, "crashDialog").informativeText())
"""


@pytest.fixture
def window(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def saved():
    return []


@pytest.fixture
def reporter(window, tmp_path, saved, monkeypatch):
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    reporter = CrashReporter(window, tmp_path / "logs" / "playground.log", lambda: saved.append(1))
    reporter.install()
    yield reporter
    reporter.remove()


def fail():
    raise ZeroDivisionError("one by nothing")


def caught():
    try:
        fail()
    except ZeroDivisionError:
        return sys.exc_info()


def test_an_error_opens_one_dialog_and_is_logged(qtbot, reporter, window, tmp_path):
    error = caught()
    sys.excepthook(*error)
    sys.excepthook(*error)
    dialog = window.findChild(QWidget, "crashDialog")
    assert "one by nothing" in dialog.informativeText()
    assert "in fail" in dialog.detailedText()
    log = (tmp_path / "logs" / "playground.log").read_text(encoding="utf-8")
    assert log.count("ZeroDivisionError: one by nothing") == 1
    dialog.accept()
    qtbot.waitUntil(lambda: window.findChild(QWidget, "crashDialog") is None)


@pytest.mark.parametrize(("choice", "times"), [("Go on", 0), ("Save first…", 1)])
def test_the_dialog_goes_on_or_saves_first(qtbot, reporter, window, saved, choice, times):
    sys.excepthook(*caught())
    dialog = window.findChild(QWidget, "crashDialog")
    (button,) = (button for button in dialog.buttons() if button.text() == choice)
    button.click()
    qtbot.waitUntil(lambda: window.findChild(QWidget, "crashDialog") is None)
    assert len(saved) == times


def test_an_error_of_another_thread_is_shown_in_the_windows_own(qtbot, reporter, window):
    thread = threading.Thread(target=lambda: sys.excepthook(*caught()))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: window.findChild(QWidget, "crashDialog") is not None)
    window.findChild(QWidget, "crashDialog").accept()


def test_a_log_that_cannot_be_written_stops_nothing(qtbot, window, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    reporter = CrashReporter(window, tmp_path / "file" / "playground.log", fail)
    reporter.install()
    sys.excepthook(*caught())
    dialog = window.findChild(QWidget, "crashDialog")
    assert "kept in" not in dialog.informativeText()
    dialog.accept()
    reporter.remove()


def test_a_widget_that_fails_while_it_paints_does_not_end_the_program(tmp_path):
    command = [sys.executable, "-c", FAILS_TO_PAINT, str(tmp_path / "playground.log")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "no attribute 'drawNothing'" in done.stdout
    assert "active painter" not in done.stderr


class Mistaken:
    """An operation with a mistake in it."""

    def title(self, names):
        return "Go wrong"

    def __getattr__(self, name):
        raise ZeroDivisionError("one by nothing")


def test_a_mistake_in_the_training_thread_is_told_and_the_window_goes_on(
    qtbot, open_window, tmp_path, monkeypatch
):
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    window = open_window("xor")
    reporter = CrashReporter(window, tmp_path / "playground.log", fail)
    reporter.install()
    window.session.toggle_training()
    window.session.operate(Mistaken())
    qtbot.waitUntil(lambda: window.findChild(QWidget, "crashDialog") is not None)
    dialog = window.findChild(QWidget, "crashDialog")
    assert "one by nothing" in dialog.informativeText()
    dialog.accept()
    qtbot.waitUntil(lambda: not window.session.running)
    before = window.session.snapshot.step
    window.session.step_epoch()
    qtbot.waitUntil(lambda: window.session.snapshot.step > before)
    window.session.change("training.learning_rate", 0.5)
    qtbot.waitUntil(lambda: window.session.past.list.current.kept.moment is not None)
    reporter.remove()
