"""Opens windows and sessions, and fails every test that leaves one of them behind."""

import dataclasses
import gc
import threading
from functools import partialmethod

import pytest
from PySide6.QtCore import QEvent, QLocale, QObject
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from playground.data import catalogue
from playground.data.catalogue import load
from playground.data.own import sets as own_sets
from playground.data.preparation import prepare
from playground.gui.lenses.kinds import LENSES
from playground.gui.lenses.pane import LensPane
from playground.gui.look import theme
from playground.gui.session import preparing
from playground.gui.session.probe import Probe
from playground.gui.session.session import Session
from playground.gui.window.main_window import FIRST_SIZE, MainWindow
from playground.training.presets import preset

PATIENCE_MS = 60_000


class PatientBot(QtBot):
    """Waits longer than the busiest machine needs: only what never comes fails a test."""

    waitUntil = partialmethod(QtBot.waitUntil, timeout=PATIENCE_MS)
    waitSignal = partialmethod(QtBot.waitSignal, timeout=PATIENCE_MS)
    waitSignals = partialmethod(QtBot.waitSignals, timeout=PATIENCE_MS)


@pytest.fixture
def qtbot(qapp, request):
    return PatientBot(request)


@pytest.fixture(scope="session")
def qapp(qapp):
    QLocale.setDefault(QLocale.c())  # whatever marks the machine's numbers have
    theme.apply(qapp, "dark")
    return qapp


@pytest.fixture(autouse=True)
def nothing_left_behind():
    """Collect garbage between tests only, and look for what outlived its test."""
    gc.disable()
    threads = set(threading.enumerate())
    app = QApplication.instance()
    if isinstance(app, QApplication):
        theme.apply(app, "dark")
    yield
    app = QApplication.instance()
    if app is not None:
        # Qt deletes the clipboard's data after the end of Python, where data made in it crash.
        QApplication.clipboard().clear()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        app.processEvents()
    gc.collect()
    if app is not None:
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        left = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
        assert not left, f"windows left open: {left}"
    alive = set(threading.enumerate()) - threads
    assert not [thread for thread in alive if not thread.daemon], f"threads left: {alive}"
    gc.enable()


@pytest.fixture(autouse=True)
def data_are_waited_for(monkeypatch):
    """However busy the machine is, data are there when the call returns."""
    monkeypatch.setattr(preparing, "PATIENCE_S", PATIENCE_MS / 1000)


@pytest.fixture
def keep(qtbot):
    """Show a widget and close it when the test ends."""

    def shown(widget: QObject):
        qtbot.addWidget(widget)
        widget.show()
        qtbot.waitExposed(widget)
        return widget

    return shown


@pytest.fixture
def light(qapp):
    """Return a function that turns the light on; it goes out with the test."""
    yield lambda: theme.apply(qapp, "light")
    theme.apply(qapp, "dark")


@pytest.fixture
def session(qapp):
    """Return a session with its thread."""
    session = Session()
    session.start()
    yield session
    session.close()


@pytest.fixture
def every_epoch_kept(monkeypatch):
    """Let training keep a moment at the end of each epoch, and no other."""
    monkeypatch.setattr("playground.gui.session.worker.KEPT_EVERY_S", 0.0)
    monkeypatch.setattr("playground.gui.session.worker.LARGEST_SHARE_KEPT", 1e9)
    monkeypatch.setattr("playground.gui.session.worker.LONGEST_WAIT_S", 1e9)


@pytest.fixture(scope="session")
def digits():
    return prepare(load("digits"), test_fraction=0.2, standardize=False, seed=0)


@pytest.fixture
def settings(tmp_path):
    return tmp_path / "window.json"


@pytest.fixture
def open_window(qtbot, settings, monkeypatch):
    """Return a function that opens the whole window on a preset; it closes without asking."""
    monkeypatch.setattr(QMessageBox, "question", lambda *asked: QMessageBox.StandardButton.Discard)

    def unchanged(window):
        window.document.may_leave = lambda: True

    def opened(preset):
        window = MainWindow(settings)
        window.resize(FIRST_SIZE)
        qtbot.addWidget(window, before_close_func=unchanged)
        window.open_at_start(None, preset)
        window.show()
        qtbot.waitExposed(window)
        qtbot.waitUntil(lambda: window.session.snapshot is not None)
        return window

    return opened


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    """Return the folder of the user's own sets, which is the test's; they are forgotten with it."""
    monkeypatch.setattr(own_sets, "folder", lambda: tmp_path / "own")
    yield tmp_path / "own"
    for name in [name for name in catalogue.DATASETS if name.startswith(own_sets.PREFIX)]:
        catalogue.forget(name)


@pytest.fixture
def diagram(session, keep, qtbot):
    """Return a function that opens a preset in the diagram, with an example as the probe."""
    panes = []

    def show(name, layers=None, probe=5, size=(820, 520)):
        experiment = preset(name).experiment
        if layers is not None:
            experiment = dataclasses.replace(experiment, layers=layers)
        assert session.open(experiment)
        network = next(kind for kind in LENSES if kind.key == "network")
        pane = LensPane(session, [dataclasses.replace(network, group="")])
        pane.tabs.tabBar().hide()
        pane.resize(*size)
        keep(pane)
        pane.set_in_view(True)
        qtbot.waitUntil(lambda: session.model is not None and session.snapshot is not None)
        if probe is not None:
            dataset = session.prepared.dataset
            label = int(dataset.targets[probe]) if dataset.labelled else None
            session.set_probe(Probe(dataset.inputs[probe], "an example", label=label))
        qtbot.waitUntil(lambda: pane.current.view.scene.picture.links.shown > 0)
        panes.append(pane)
        pane.view = pane.current.view
        return pane

    yield show
    panes.clear()
