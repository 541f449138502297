"""Opens the window, or takes its picture."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Literal

import platformdirs
from PySide6.QtCore import (
    QCoreApplication,
    QEventLoop,
    QLocale,
    QMessageLogContext,
    QSettings,
    QSize,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication

import playground.gui.start.plain_import  # noqa: F401  (before the window is imported)
from playground import __version__, wording
from playground.atomic_write import write_atomically
from playground.gui.pictures import as_png
from playground.gui.session.run_state import RunState
from playground.gui.start.crash import CrashReporter, log_file
from playground.gui.start.garbage import GarbageCollector
from playground.gui.start.signals import signals_heard
from playground.gui.window.main_window import MainWindow
from playground.storage import recovery

SWITCH_INTERVAL_S = 0.0001
"""How long the training thread may hold the interpreter while the window wants it."""


def run_window(path: str | None, preset: str | None) -> int:
    """Open the window on a file or a preset, and return when it is closed."""
    app = _application()
    settings = Path(platformdirs.user_config_dir("playground", appauthor=False)) / "window.json"
    window = MainWindow(settings, recovery=recovery.folder())
    crashes = CrashReporter(window, log_file(), window.document.save)
    crashes.install()
    window.open_at_start(path, preset)
    window.show()
    GarbageCollector(window)
    app.aboutToQuit.connect(window.shut_down)
    try:
        with signals_heard(window.end):
            return app.exec()
    finally:
        crashes.remove()
        window.hide()  # PySide's end would: after some of the parts that hiding lays out are gone


def run_screenshot(
    out: str, preset: str, seconds: float, look: Literal["light", "dark"], size: tuple[int, int]
) -> int:
    """Train a preset for a while in a window that nobody sees, and save its picture.

    Raises
    ------
    FileError
        Where the picture cannot be written.
    """
    qInstallMessageHandler(_leave_out_noise)
    app = _application()
    window = MainWindow(look=look)
    window.open_at_start(None, preset)
    window.resize(QSize(*size))
    window.show()
    GarbageCollector(window)
    while window.session.preparing.under_way:
        _wait(10)
    window.probe_column.show_something()
    if seconds > 0:
        window.session.toggle_training()
        _wait(round(seconds * 1000))
        if window.session.state is RunState.RUNNING:
            window.session.toggle_training()
    _wait(300)
    picture = as_png(window.grab().toImage())
    window.shut_down()
    window.close()
    app.processEvents()
    write_atomically(out, picture)
    return 0


def _application() -> QApplication:
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    # Qt's own file dialog keeps a file that PySide unpickles from; below a device there is none.
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, os.devnull)
    QCoreApplication.setApplicationName("Playground")
    QCoreApplication.setApplicationVersion(__version__)
    QApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(True)
    locale = QLocale()
    wording.write_with(locale.groupSeparator(), locale.decimalPoint())
    return app


def _leave_out_noise(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Pass Qt's messages on to stderr, but for one that every offscreen window gives."""
    if "propagateSizeHints" not in message:
        sys.stderr.write(f"{message}\n")


def _wait(milliseconds: int) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()
