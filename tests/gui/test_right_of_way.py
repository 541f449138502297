"""The window goes first, and gives the turn back once it has painted."""

import threading
from time import perf_counter

from PySide6.QtWidgets import QWidget

from playground.gui.session.right_of_way import RightOfWay


def gives_way(right_of_way):
    """Return how often another thread waits for its turn, and for how long together."""
    waits = []

    def wait():
        begun = perf_counter()
        RightOfWay.wait_while_claimed(right_of_way)
        waits.append(perf_counter() - begun)

    right_of_way.wait_while_claimed = wait
    thread = threading.Thread(target=right_of_way.give_way)
    thread.start()
    thread.join()
    return len(waits), sum(waits)


def test_nobody_waits_for_an_idle_window(qapp):
    assert gives_way(RightOfWay()) == (0, 0)


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
    times, seconds = gives_way(right_of_way)
    assert times == 1
    assert seconds > 0.05
    assert not right_of_way._free.is_set()
    right_of_way.release()
