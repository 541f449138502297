"""Data that take long are read beside the window, which goes on meanwhile and says so."""

import threading
from types import SimpleNamespace

import pytest
from person import find, message
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox

from playground.errors import DataError
from playground.gui.session import preparing
from playground.gui.session.run_state import RunState
from playground.gui.window.main_window import MainWindow
from playground.training.experiment import DataSettings


@pytest.fixture
def slow(monkeypatch):
    """Make Iris take as long as the test wants, or fail with its error."""
    told = SimpleNamespace(go=threading.Event(), error=None, readers=[])
    ordinary = DataSettings.prepared

    def prepared(settings):
        if settings.name == "iris":
            told.readers.append(threading.current_thread())
            assert told.go.wait(60)
            if told.error is not None:
                raise told.error
        return ordinary(settings)

    monkeypatch.setattr(preparing, "PATIENCE_S", 0.01)
    monkeypatch.setattr(DataSettings, "prepared", prepared)
    yield told
    told.go.set()


@pytest.fixture
def window(open_window, slow):
    return open_window("digits-small")


def data_of(window):
    return window.session.experiment.data.name


def pick(window, title):
    box = find(window, "dataBox", QComboBox)
    box.setCurrentText(title)
    box.activated.emit(box.currentIndex())
    return box


def test_the_window_says_what_it_reads_and_goes_on_meanwhile(window, slow, qtbot):
    box = pick(window, "Iris")
    assert (data_of(window), box.currentText()) == ("digits", "Iris")
    assert message(window) == "Reading Iris…"
    window.session.step_batch()
    qtbot.waitUntil(lambda: window.session.snapshot.step == 1)
    slow.go.set()
    qtbot.waitUntil(lambda: data_of(window) == "iris")
    assert (message(window), box.currentText()) == ("", "Iris")
    assert len(slow.readers) == 1
    assert slow.readers[0] is not threading.main_thread()


def test_data_chosen_meanwhile_are_taken_instead(window, slow, qtbot):
    pick(window, "Iris")
    window.session.change_all({"data.name": "circles"})
    assert message(window) == ""
    slow.go.set()
    window.session.close()  # waits for the reader
    qtbot.wait(0)
    assert data_of(window) == "circles"
    assert find(window, "dataBox", QComboBox).currentText() == "Circles"


def test_data_that_cannot_be_read_leave_everything_as_it_was(window, slow, qtbot):
    slow.error = DataError("The file is damaged.")
    box = pick(window, "Iris")
    slow.go.set()
    qtbot.waitUntil(lambda: message(window) == "The file is damaged.")
    assert (data_of(window), box.currentText()) == ("digits", "Digits 8×8")


def test_a_preset_waits_for_its_data(window, slow, qtbot):
    window._on_preset_requested("article-iris")
    assert (window.document.preset, message(window)) == ("digits-small", "Reading Iris…")
    slow.go.set()
    qtbot.waitUntil(lambda: data_of(window) == "iris")
    assert window.document.preset == "article-iris"
    assert find(window, "presetBox", QComboBox).currentData() == "article-iris"


def test_the_window_opens_before_its_data_have_come(slow, settings, qtbot):
    window = MainWindow(settings)
    qtbot.addWidget(window, before_close_func=lambda window: window.session.close())
    window.document.may_leave = lambda: True  # asked about what it has learned
    window.open_at_start(None, "article-iris")
    window.show()
    qtbot.waitExposed(window)
    assert (window.session.prepared, message(window)) == (None, "Reading Iris…")
    for name in ("resetAction", "undoAction", "stepBatchAction", "trainAction"):
        window.findChild(QAction, name).trigger()
    assert not window.build_column.isEnabled()
    assert not window.session.change("training.learning_rate", 0.5)
    states = []
    window.session.state_changed.connect(states.append)
    slow.go.set()
    qtbot.waitUntil(lambda: window.session.snapshot is not None)
    assert (window.document.preset, message(window)) == ("article-iris", "")
    assert window.build_column.isEnabled()
    assert window.session.past.list.entries[0].title == "Open article-iris"
    # The last wish was to train, which may end before anybody has looked.
    qtbot.waitUntil(lambda: RunState.RUNNING in states and window.session.snapshot.step > 1)
