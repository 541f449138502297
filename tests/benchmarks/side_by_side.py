"""Times two checkouts in turn, on this machine: training of every preset, start-up of the window.

    python tests/benchmarks/side_by_side.py OLD_CHECKOUT [NEW_CHECKOUT] [PRESET ...]

Each preset's trainer steps for a second of processor time, the two checkouts in turn and each three
times; told are the medians in examples a second and their ratio, new to old. Start-up is a process
that opens the window and ends with its first paint.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path
from time import perf_counter, thread_time

TURNS = 3
SECONDS = 1.0
_START = "QT_QPA_PLATFORM", "offscreen"


def examples_a_second(name: str) -> float:
    """Return how many examples a preset's trainer takes in a second of this thread."""
    from playground.nn.blas import limit_threads

    limit_threads()
    from playground.training.presets import preset
    from playground.training.trainer import Trainer

    trainer = Trainer(preset(name).experiment)
    run = trainer.run()
    for _ in range(3):
        next(run)
    before, start = trainer._examples, thread_time()
    while thread_time() - start < SECONDS:
        if next(run, None) is None:
            run = trainer.run()
    return (trainer._examples - before) / (thread_time() - start)


def open_window() -> float:
    """Return the seconds from here to the first paint of the window."""
    start = perf_counter()
    os.environ.setdefault(*_START)
    from PySide6.QtCore import QSettings, QTimer
    from PySide6.QtWidgets import QApplication

    app = QApplication([])
    try:
        from playground.gui.window.main_window import MainWindow
    except ModuleNotFoundError:
        from playground.gui.main_window import MainWindow
    try:
        window = MainWindow()
    except TypeError:  # an older checkout
        window = MainWindow(QSettings(os.devnull, QSettings.Format.IniFormat))
    window.open_at_start(None, None)
    window.show()
    QTimer.singleShot(0, app.quit)
    app.exec()
    seconds = perf_counter() - start
    window.session.start()
    window.shut_down()
    return seconds


def measured(place: Path, what: str) -> float:
    """Return what a process in a checkout measures."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__).resolve()), "--measure", what],
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(place.resolve()), "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr.splitlines()[-1])
    return float(done.stdout.split()[-1])


def main(arguments: list[str]) -> None:
    """Print a line for each preset, and one for the start."""
    if arguments[0] == "--measure":
        what = arguments[1]
        print(open_window() if what == "window" else examples_a_second(what))
        return
    places = [Path(each) for each in arguments if Path(each, "playground").is_dir()]
    old, new = [*places, Path(__file__).parents[2]][:2]
    asked = [each for each in arguments if not Path(each).is_dir()]
    presets = sorted(path.stem for path in (old / "resources" / "presets").glob("*.json"))
    for what in asked or [*presets, "window"]:
        figures: dict[Path, list[float]] = {old: [], new: []}
        try:
            for _ in range(TURNS):
                for place, found in figures.items():
                    found.append(measured(place, what))
        except RuntimeError as error:
            print(f"{what:22} {error}", flush=True)
            continue
        before, after = (statistics.median(found) for found in figures.values())
        unit = "s to the first paint" if what == "window" else "examples a second"
        low, high = (f(b / a for a, b in zip(*figures.values(), strict=True)) for f in (min, max))
        print(
            f"{what:22} {before:12,.4g} {after:12,.4g} {unit}, × {after / before:.2f} "
            f"({low:.2f} to {high:.2f})",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
