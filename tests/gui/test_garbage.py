"""Python's garbage is collected on the window's thread, and memory that is free given back."""

import gc

from PySide6.QtCore import QObject

from playground.gui.start.garbage import GarbageCollector


def test_after_a_whole_collection_free_memory_goes_back_to_the_system(qapp, monkeypatch):
    owner, given = QObject(), []
    collector = GarbageCollector(owner)
    monkeypatch.setattr(collector, "_give_back", given.append)
    for old, expected in ((0, []), (10**6, [0])):
        monkeypatch.setattr(gc, "get_count", lambda: (0, 0, old))  # noqa: B023
        collector._on_timeout()
        assert given == expected
