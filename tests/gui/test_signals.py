"""A signal that ends the program closes the window in order, whatever is open, and asks nothing."""

import json
import os
import signal
import subprocess
import sys

import pytest

from playground.storage.recovery import left_in

WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from playground.analysis.diagnosis import Finding
from playground.gui.start import app
from playground.gui.window.main_window import MainWindow

def follow():
    session = window.session
    if session.snapshot is None:
        return
    if not session.running:
        session.change("training.learning_rate", 0.5)
        session.toggle_training()
    elif session.state.name == "RUNNING":
        timer.stop()
        QTimer.singleShot(300, lambda: print("ready", window.document.modified, flush=True))
        if sys.argv[2] == "a question":
            window.close()

class Shown(MainWindow):
    def __init__(self, settings_file, recovery):
        global window
        window = self
        super().__init__(Path(sys.argv[1]), recovery=Path(sys.argv[1]).parent / "recovery")

    def shut_down(self):
        super().shut_down()
        late = Finding("overfitting", "Told at the last moment", "", "curves", 1.0)
        self.build_column.diagnosis.panel.set_findings([late])
        print("threads", self.session._worker.isRunning(), self.session.analyst.isRunning())

    def showEvent(self, event):
        super().showEvent(event)
        timer.start(50)

app.MainWindow = Shown
application = app._application()
timer = QTimer()
timer.timeout.connect(follow)
sys.exit(app.run_window(None, "digits-small"))
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize(
    ("name", "code", "shown"),
    [
        ("SIGTERM", 143, "the window"),
        ("SIGTERM", 143, "a question"),
        ("SIGHUP", 129, "the window"),
        ("SIGINT", 130, "the window"),
    ],
)
def test_a_signal_closes_the_window_in_order_and_asks_nothing(name, code, shown, tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", WINDOW, str(tmp_path / "window.json"), shown],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path)},
    )
    assert process.stdout.readline() == "ready True\n"
    process.send_signal(getattr(signal, name))
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == code
    assert {*stdout.splitlines()} == {"threads False False"}
    assert "Traceback" not in stderr
    assert json.loads((tmp_path / "window.json").read_text())["theme"] == "system"
    (left,) = left_in(tmp_path / "recovery")
    assert left.about().name == "digits-small"
    assert left.read()[0].experiment.training.learning_rate == 0.5
