"""Measures the window: start-up, frame gaps, stroke to prediction, training speed, memory, closing.

    python tests/benchmarks/window_speed.py [--json] [--presets digits spirals] [--seconds 8]
                                            [--inside] [--lens code] [--memory-minutes 10]

Everything is a ratio or a time taken in this one run, offscreen unless QT_QPA_PLATFORM says
otherwise. Beside the presets there is "wide", 784-512-512-10. A frame gap is the time between two
ticks of a 16 ms timer in the window's own thread.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

BARE = """
import sys
from PySide6.QtWidgets import QApplication, QMainWindow
import pyqtgraph
app = QApplication(sys.argv)
window = QMainWindow()
window.setCentralWidget(pyqtgraph.PlotWidget())
window.resize(1440, 900)
window.show()
app.processEvents()
window.grab()
"""
OURS = """
import gc
gc.disable()
import playground.cli.window
from playground.gui.start.app import _application
from playground.gui.window.main_window import MainWindow
app = _application()
window = MainWindow(look="dark")
window.open_at_start(None, None)
window.resize(1440, 900)
window.show()
app.processEvents()
window.grab()
window.close()
"""


def start_up(rounds):
    """Return the median start-up times, bare and ours, and the median of the rounds' ratios.

    The first round is not counted: it compiles what an installation has compiled already.
    """
    bare, ours = [], []
    compiling = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    for _ in range(rounds + 1):
        for code, times in ((BARE, bare), (OURS, ours)):
            begun = perf_counter()
            subprocess.run(
                [sys.executable, "-c", code], check=True, capture_output=True, env=compiling
            )
            times.append(perf_counter() - begun)
    bare, ours = bare[1:], ours[1:]
    ratio = statistics.median(b / a for a, b in zip(bare, ours, strict=True))
    return {
        "bare_s": statistics.median(bare),
        "ours_s": statistics.median(ours),
        "ratio": ratio,
    }


def resident_mb():
    """Return this process's resident memory in MiB."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this measurement needs Linux's /proc")


def percentile(values, share):
    """Return the value below which a share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--presets", nargs="*", default=["digits"])
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--inside", action="store_true", help="diagram, inspector and heat map")
    parser.add_argument("--lens", help="the key of a lens to have in view, such as code")
    parser.add_argument("--memory-minutes", type=float, default=0.0)
    chosen = parser.parse_args()

    results = {"start_up": start_up(chosen.rounds), "presets": {}}

    from window_session import WindowSession  # after the environment is set

    with WindowSession() as session:
        for preset in chosen.presets:
            results["presets"][preset] = session.measure(
                preset, chosen.seconds, inside=chosen.inside, lens=chosen.lens
            )
        if chosen.memory_minutes:
            results["memory"] = session.measure_memory("digits", chosen.memory_minutes, resident_mb)
        results["closing_s"] = session.close_while_training()

    if chosen.json:
        sys.stdout.write(json.dumps(results, indent=2) + "\n")
        return
    print("start-up    bare {bare_s:.2f} s   ours {ours_s:.2f} s   ratio {ratio:.2f}".format(
        **results["start_up"]))  # fmt: skip
    head = f"{'preset':20}{'gap p50':>9}{'gap p99':>9}{'stroke idle':>13}{'stroke busy':>13}"
    print(f"{head}{'alone ex/s':>13}{'window ex/s':>13}{'ratio':>8}")
    for name, row in results["presets"].items():
        print(
            f"{name:20}{row['gap_p50_ms']:9.1f}{row['gap_p99_ms']:9.1f}"
            f"{row['stroke_idle_ms']:13.1f}{row['stroke_busy_ms']:13.1f}"
            f"{row['alone']:13,.0f}{row['window']:13,.0f}{row['ratio']:8.2f}"
        )
    if "memory" in results:
        print("memory      {first_mb:.1f} MB after a minute, {last_mb:.1f} MB at the end".format(
            **results["memory"]))  # fmt: skip
    print(f"closing     {results['closing_s']:.2f} s while training")


if __name__ == "__main__":
    main()
