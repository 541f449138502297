"""The window goes first, and gives the turn back once it has painted."""

import threading
from time import perf_counter

from PySide6.QtWidgets import QWidget

from playground.gui.session.right_of_way import RightOfWay


def waited(right_of_way):
    """Return how long another thread waits for its turn."""
    times = []

    def work():
        begun = perf_counter()
        right_of_way.give_way()
        times.append(perf_counter() - begun)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return times[0]


def test_nobody_waits_for_an_idle_window(qapp):
    assert waited(RightOfWay()) < 0.05


def test_a_claim_holds_until_everything_is_painted(qtbot):
    class Painted(QWidget):
        claimed = None

        def paintEvent(self, event):
            self.claimed = not right_of_way._free.is_set()

    right_of_way = RightOfWay()
    widget = Painted()
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitExposed(widget)
    qtbot.waitUntil(lambda: widget.claimed is not None)
    widget.claimed = None
    right_of_way.claim()
    widget.update()
    qtbot.waitUntil(lambda: widget.claimed is not None)
    assert widget.claimed
    qtbot.waitUntil(right_of_way._free.is_set)
    assert right_of_way.claimed_s > 0


def test_a_window_that_hangs_does_not_stop_training(qapp):
    right_of_way = RightOfWay()
    right_of_way.claim()
    assert 0.05 < waited(right_of_way) < 1.0
    right_of_way.release()
