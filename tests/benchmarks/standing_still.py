"""Measures how long the window stands still when its theme or its data set changes.

    python tests/benchmarks/standing_still.py [--both]

Every lens is open, with ``--both`` in both panes. A row gives the longest time between two ticks
of a 16 ms timer in the window's own thread, and the longest processor time of that thread between
two ticks, which a busy machine does not disturb. Where a data set's
files are missing it is the window that offers them which is measured.
"""

import argparse
import os
from time import thread_time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from window_session import Ticks, WindowSession

from playground.data.catalogue import titles
from playground.gui.lenses.kinds import LENSES

SECONDS = 2.0


class Work(Ticks):
    """Notes the processor time of its thread too."""

    def __init__(self):
        super().__init__()
        self.spent = []

    def _on_timeout(self):
        super()._on_timeout()
        self.spent.append(thread_time())

    def stop(self):
        """Return the longest gap and the longest work, in milliseconds."""
        gaps = super().stop()
        work = [1000 * (b - a) for a, b in zip(self.spent, self.spent[1:], strict=False)]
        return max(gaps), max(work)


def measure(session, what, do):
    """Do something from the event loop, and print how long the window stood still."""
    work = Work()
    session.wait(0.1)
    do()
    session.wait(SECONDS)
    gap, spent = work.stop()
    print(f"{what:24}{gap:10.0f} ms{spent:10.0f} ms", flush=True)


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--both", action="store_true", help="every lens in both panes")
    chosen = parser.parse_args()
    with WindowSession() as session:
        window = session.window
        window.probe_column.show_something()
        window.session.step_epoch()
        window.lens_area.set_side_by_side(chosen.both)
        panes = [window.lens_area.pane, window.lens_area.second]
        for pane in panes[: 1 + chosen.both]:
            for kind in LENSES:
                pane.show_lens(kind.key)
                session.wait(0.4)
            pane.show_lens("network")
        session.wait(1.0)
        print(f"{'':24}{'longest gap':>13}{'its work':>13}")
        for theme in ("light", "dark", "light", "dark"):
            measure(session, theme, window.commands[f"{theme}ThemeAction"].trigger)
        box = window.tool_bar.data_box
        for name in titles():
            index = box.findData(name)

            def choose(index=index):
                box.setCurrentIndex(index)
                box.activated.emit(index)

            measure(session, name, choose)
            if window.downloads.dialog is not None:
                window.downloads.dialog.reject()


if __name__ == "__main__":
    main()
