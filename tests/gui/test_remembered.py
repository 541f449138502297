"""What the window remembers between starts, and that a stranger's file of it does nothing."""

import base64
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from playground.gui.window.main_window import MainWindow


@pytest.fixture
def window(open_window):
    return open_window("xor")


def test_the_sizes_of_the_parts_are_remembered(qtbot, window, settings):
    window._columns.setSizes([400, 600, 440])
    window._rows.setSizes([400, 400])
    window.close()
    again = MainWindow(settings)
    qtbot.addWidget(again)
    assert again._columns.saveState() == window._columns.saveState()
    assert again._rows.saveState() == window._rows.saveState()


class Acts:
    """What runs a command when it is unpickled."""

    def __reduce__(self):
        return os.mkdir, ("acted",)


def acting_settings(path, keys=("theme", "geometry", "columns", "rows")):
    settings = QSettings(str(path), QSettings.Format.IniFormat)
    for key in keys:
        settings.setValue(key, Acts())
    settings.sync()
    assert b"PyObjectWrapper" in path.read_bytes()


def of_bytes(data):
    return lambda path: path.write_bytes(data)


def of_states(state):
    texts = {key: base64.b64encode(state).decode() for key in ("geometry", "columns", "rows")}
    return of_bytes(json.dumps(texts).encode())


def pipe(path):
    if os.name == "nt":
        pytest.skip("Windows has no pipes in folders")
    os.mkfifo(path)


SPLIT = bytes.fromhex("000000ff 00000001 7fffffff 00000064 00000064")
PLACED = bytes.fromhex("01d9d0cb 00030000") + b"\x7f\xff\xff\xff" * 20


@pytest.mark.parametrize(
    "write",
    [
        acting_settings,
        pipe,
        Path.mkdir,
        of_bytes(b"{" * 1_000_000),
        of_bytes(b"[" * 60_000),
        of_bytes(b"[]"),
        of_bytes(b"\xff"),
        of_bytes(b'{"theme": ["dark"], "geometry": {"a": 1}, "columns": 7, "rows": null}'),
        of_bytes(rb'{"theme": "\ud800", "geometry": "\ud800", "columns": "%", "rows": "="}'),
        of_states(SPLIT),
        of_states(PLACED),
        *(of_states(random.Random(seed).randbytes(200)) for seed in range(3)),
    ],
)
def test_nothing_in_a_settings_file_acts(qtbot, write, settings, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(settings)
    window = MainWindow(settings)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    assert window.commands["systemThemeAction"].isChecked()
    assert window.width() <= 2 * 1440
    window.close()
    assert not (tmp_path / "acted").exists()


FILE_DIALOG = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog
from playground.gui.start.app import _application

application = _application()
QTimer.singleShot(0, lambda: application.activeModalWidget().reject())
QFileDialog.getOpenFileName(None, "Open", "", "Any (*)")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Qt keeps no such file elsewhere")
def test_nothing_in_the_file_of_qts_own_dialog_acts(tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "work").mkdir()
    keys = ("shortcuts", "lastVisited", "viewMode", "history", "sidebarWidth", "qtVersion")
    acting_settings(tmp_path / "config" / "QtProject.conf", [f"FileDialog/{key}" for key in keys])
    own = {"QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(tmp_path / "config")}
    path = os.pathsep.join(map(os.path.abspath, sys.path))
    subprocess.run(
        [sys.executable, "-c", FILE_DIALOG],
        cwd=tmp_path / "work",
        env={**os.environ, **own, "PYTHONPATH": path},
        timeout=60,
        check=True,
    )
    assert list((tmp_path / "work").iterdir()) == []


def test_a_window_without_a_settings_file_writes_none(qtbot, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    window = MainWindow(look="dark")
    qtbot.addWidget(window)
    window.close()
    assert list(tmp_path.iterdir()) == []


def test_a_window_closed_at_once_starts_no_thread(qtbot):
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    window.close()
    qtbot.wait(50)
    assert not window.session._worker.isRunning()
    assert not window.session.analyst.isRunning()
