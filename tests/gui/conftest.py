"""Fails every test that leaves a widget, a thread or a timer behind."""

import gc
import threading

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from playground.gui.look import theme


@pytest.fixture(scope="session")
def qapp(qapp):
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


@pytest.fixture
def keep(qtbot):
    """Show a widget and close it when the test ends."""

    def shown(widget: QObject):
        qtbot.addWidget(widget)
        widget.show()
        qtbot.waitExposed(widget)
        return widget

    return shown
