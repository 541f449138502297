"""A window to show what a test has added to the program without touching it."""

from threading import Event

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from playground.data import catalogue
from playground.gui.window.lens_area import LENSES
from playground.gui.window.main_window import MainWindow
from playground.storage import experiment_file
from playground.training.task_fit import fitted


@pytest.fixture
def add_data_set(monkeypatch):
    """Return a function that puts a data set into the table until the test ends."""

    def add(dataset):
        entry = catalogue.CatalogueEntry(dataset.title, lambda: dataset)
        monkeypatch.setitem(catalogue.DATASETS, dataset.name, entry)

    return add


class Shown:
    """A window with an experiment in it, and the ways of a person through it."""

    def __init__(self, window, qtbot, folder):
        self.window, self.session = window, window.session
        self._qtbot, self._file = qtbot, folder / "mine.playground"

    def open(self, experiment):
        """Open an experiment, its output and loss made to fit its data."""
        experiment = fitted(experiment, experiment.data.load())
        self.session.open(experiment)
        self.settle(experiment)

    def settle(self, experiment, epoch=0):
        """Wait until the window shows a moment of an experiment."""

        def there():
            now = self.session.snapshot
            return now is not None and (now.experiment, now.epoch) == (experiment, epoch)

        self.wait(there)

    def wait(self, condition):
        self._qtbot.waitUntil(condition)

    def train(self, epochs):
        """Train by single epochs."""
        for _ in range(epochs):
            done = self.session.snapshot.epoch
            self.session.step_epoch()
            self.wait(lambda done=done: self.session.snapshot.epoch > done)
        return self.session.snapshot

    def find(self, name, kind=QWidget):
        found = self.window.findChild(kind, name)
        assert found is not None, name
        return found

    def look_at_every_lens(self):
        """Bring every lens into view, one after another, until what each asks is answered."""
        for kind in LENSES:
            self.window.lens_area.show_lens(kind.key)
            QApplication.processEvents()
            answered = Event()
            self.session.analyst.ask("last", lambda *_, done=answered: done.set())
            self.wait(answered.is_set)
            QApplication.processEvents()

    def save_and_open(self):
        """Save, open the file again, and return what it holds."""
        parameters = self.session.snapshot.parameters
        assert self.window.document.write(self._file)
        experiment, epoch = self.session.experiment, self.session.snapshot.epoch
        assert self.window.document.open(self._file)
        self.settle(experiment, epoch)
        assert self.session.snapshot.parameters.tobytes() == parameters.tobytes()
        return experiment_file.read(self._file)


@pytest.fixture
def shown(qapp, qtbot, tmp_path):
    """Return a shown window; what a test adds, it adds before it asks for this."""
    window = MainWindow()

    def forget(window):
        window.document.may_leave = lambda: True

    qtbot.addWidget(window, before_close_func=forget)
    window.open_at_start(None, "article-iris")
    window.show()
    qtbot.waitExposed(window)
    made = Shown(window, qtbot, tmp_path)
    made.wait(lambda: window.session.snapshot is not None)
    return made
