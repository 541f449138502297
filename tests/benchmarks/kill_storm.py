"""Kills the window at random moments, and looks at what the next start finds.

    python tests/benchmarks/kill_storm.py [--kills 40] [--seed 0]

Each window trains, is edited, is painted in or saves all the time, with autosave every 0.5 s after
a change and every second of training in place of 8 and 56 s. It notes what it does, as soon as it
has done it. After SIGKILL, another start looks on: the user's file has to be whole, nothing but the
last moments may be missing from what is recovered, and no temporary file may be left.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
AFTER_CHANGE_S, WHILE_TRAINING_S, PAINTED_S = 0.5, 1.0, 2.0
SLACK_S, TRAINING_SLACK_S = 2.0, 4.0
"""What is left to 10 and 60 s, for writing on a busy machine."""

MODES = ("train", "edit", "paint", "save")


def act(mode, file):
    """Be the window that will be killed."""
    from PySide6.QtCore import QEvent, QPointF, Qt
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from playground.gui.desks.recovering import desk
    from playground.gui.start.app import _application
    from playground.gui.start.garbage import GarbageCollector
    from playground.gui.widgets.timers import every
    from playground.gui.window.main_window import MainWindow
    from playground.storage import recovery

    desk.AFTER_CHANGE_MS, desk.WHILE_TRAINING_MS = AFTER_CHANGE_S * 1000, WHILE_TRAINING_S * 1000
    app = _application()
    settings = file.parent.parent / "config" / "window.json"
    window = MainWindow(settings, recovery=recovery.folder())
    window.open_at_start(None, "circles" if mode == "paint" else "digits")
    window.show()
    GarbageCollector(window)
    session, rng, count = window.session, random.Random(os.getpid()), 0
    plot = window.probe_column.plane.plot

    def note(*words):
        print(time.time(), *words, flush=True)

    def edit():
        session.change("training.learning_rate", count * 1e-5)
        note("edit", count)

    def save():
        note("saving", count)
        if window.document.write(file):
            note("saved", count)

    def paint():
        """Move a pressed pen on; a stroke ends after ten points."""
        kind, button = QEvent.Type.MouseMove, Qt.MouseButton.NoButton
        if count % 10 in (0, 9):
            begins, button = count % 10 == 0, Qt.MouseButton.LeftButton
            kind = QEvent.Type.MouseButtonPress if begins else QEvent.Type.MouseButtonRelease
        pressed = button if kind == QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
        pressed = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else pressed
        at = QPointF(plot.axes().to_pixels(rng.uniform(-5, 5), rng.uniform(-5, 5)))
        modifiers = Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(
            plot, QMouseEvent(kind, at, plot.mapToGlobal(at), button, pressed, modifiers)
        )
        if kind == QEvent.Type.MouseButtonRelease:
            note("painted", len(window.painting.sheet.points))

    def tick():
        nonlocal count
        if session.snapshot is None or session.past.list.current.kept.moment is None:
            return
        count += 1
        if count == 1:
            window.document.write(file)
            note("saved", round(session.experiment.training.learning_rate / 1e-5))
            if mode == "paint":
                window.commands["paintPointsAction"].trigger()
                QTest.keyClick(plot, Qt.Key.Key_1)
            session.change("training.stopping.epochs", None)
            if mode in ("train", "save"):
                session.toggle_training()
            note("ready")
        elif mode == "train":
            note("step", session.snapshot.step)
        elif mode == "paint":
            paint()
        else:
            edit()
            if mode == "save" and count % 5 == 0:
                save()

    timer = every(window, 25, tick)
    timer.start()
    app.exec()


def look(file):
    """Be the next start: print what is recovered, and tidy up as it does."""
    from PySide6.QtTest import QTest

    from playground.data import catalogue
    from playground.gui.start.app import _application
    from playground.gui.window.main_window import MainWindow
    from playground.storage import recovery

    _application()
    catalogue.find_own_sets()
    for name in catalogue.DATASETS:
        if name.startswith("own-"):
            print("points", len(catalogue.load(name)))
    settings = file.parent.parent / "config" / "window.json"
    window = MainWindow(settings, recovery=recovery.folder())
    window.open_at_start(str(file), None)
    assert window.document.path == file, window.messages.sentence
    print("file", round(window.session.experiment.training.learning_rate / 1e-5))
    window.show()
    until = time.time() + 20
    while window.session.snapshot is None or window.recovering._looking.busy:
        assert time.time() < until
        QTest.qWait(20)
    for shelf in recovery.left_in(recovery.folder()):
        saved, damaged = shelf.read()
        rate = round(saved.experiment.training.learning_rate / 1e-5)
        print("recovered", rate, saved.step, "damaged" if damaged else "whole")
    window.close()


def told(output):
    return [line.split() for line in output.splitlines() if line.strip()]


def last(notes, word, before):
    """Return the last number that was noted with a word before a time, 0 where there is none."""
    found = [int(note[2]) for note in notes if note[1] == word and float(note[0]) <= before]
    return found[-1] if found else 0


def storm(mode, rng, home):
    """Kill one window; return what was wrong, and how much was lost."""
    file = home / "documents" / "mine.playground"
    for folder in ("documents", "config"):
        (home / folder).mkdir()
    places = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("STATE", "DATA", "CACHE")}
    environment = {**os.environ, "HOME": str(home), "PYTHONPATH": os.getcwd(), **places}
    command = [sys.executable, __file__, "--file", str(file)]
    window = subprocess.Popen(
        [*command, "--mode", mode],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    lines = []
    for line in window.stdout:
        lines.append(line)
        if "ready" in line:
            break
    pause = rng.uniform(0.3, 6.0)
    time.sleep(pause)
    window.send_signal(signal.SIGKILL)
    killed = time.time()
    rest, errors = window.communicate()
    notes = told("".join(lines) + rest)
    wrong = [errors] if "Traceback" in errors else []

    left = list(home.rglob("*.tmp"))
    for path in left:  # as if a while had passed: young ones might be another computer's
        os.utime(path, (killed - 3600, killed - 3600))
    start = subprocess.run(
        [*command, "--mode", "look"], capture_output=True, text=True, env=environment, check=False
    )
    if start.returncode:
        return [*wrong, start.stderr], {}
    found = told(start.stdout)
    seen = {}
    for word, number, *_ in found:
        seen.setdefault(word, []).append(int(number))
    recovered = [line for line in found if line[0] == "recovered"]
    rate = max((int(line[1]) for line in recovered), default=0)
    step = max((int(line[2]) for line in recovered), default=0)
    points = max(seen.get("points", ()), default=0)
    if any(line[3] == "damaged" for line in recovered):
        wrong.append("a generation is damaged")
    if remains := [str(path) for path in home.rglob("*.tmp")]:
        wrong.append(f"temporary files stay: {remains}")
    lost = {"temporary files": len(left)}
    if mode == "save":
        saved, begun = last(notes, "saved", killed), last(notes, "saving", killed)
        if seen["file"][0] not in (saved, begun):
            wrong.append(f"the file holds {seen['file'][0]} and {saved} was saved")
    if mode in ("edit", "save"):
        here = max(rate, seen["file"][0] if mode == "save" else 0)
        if here < last(notes, "edit", killed - AFTER_CHANGE_S - SLACK_S):
            wrong.append(f"edit {here} came back of {last(notes, 'edit', killed)}")
        times = [float(note[0]) for note in notes if note[1:] == ["edit", str(here)]]
        lost["seconds of edits"] = killed - times[0] if times else pause
    if mode == "train":
        if step < last(notes, "step", killed - WHILE_TRAINING_S - TRAINING_SLACK_S):
            wrong.append(f"step {step} came back of {last(notes, 'step', killed)}")
        times = [float(note[0]) for note in notes if note[1] == "step" and int(note[2]) <= step]
        lost["seconds of training"] = killed - times[-1] if times else pause
    if mode == "paint":
        if points < last(notes, "painted", killed - PAINTED_S - SLACK_S):
            wrong.append(f"{points} points came back of {last(notes, 'painted', killed)}")
        times = [float(note[0]) for note in notes if note[1:] == ["painted", str(points)]]
        lost["seconds of painting"] = killed - times[0] if times else pause
    return wrong, lost


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--mode")
    parser.add_argument("--file", type=Path)
    given = parser.parse_args()
    if given.mode == "look":
        return look(given.file)
    if given.mode:
        return act(given.mode, given.file)
    rng, faults, worst, files = random.Random(given.seed), 0, Counter(), 0
    for number in range(given.kills):
        mode = MODES[number % len(MODES)]
        home = Path(tempfile.mkdtemp(prefix="storm-"))
        wrong, lost = storm(mode, rng, home)
        files += bool(lost.pop("temporary files", 0))
        for what, seconds in lost.items():
            worst[what] = max(worst[what], seconds)
        faults += bool(wrong)
        print(number + 1, mode, wrong or "as it should be", lost, flush=True)
        if wrong:
            print("kept in", home)
        else:
            shutil.rmtree(home)
    print(f"{given.kills} kills, {faults} with a fault; {files} left temporary files for a while")
    for what, seconds in worst.items():
        print(f"lost at most {seconds:.1f} {what}")
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
