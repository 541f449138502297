"""Timers, each made in one call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, SignalInstance

Slot = Callable[[], Any] | SignalInstance
"""What is called: a slot, or a signal that passes it on."""


def every(parent: QObject, interval_ms: int, slot: Slot) -> QTimer:
    """Return a timer that calls a slot again and again, once it is started."""
    timer = QTimer(parent)
    timer.setInterval(interval_ms)
    timer.timeout.connect(slot)
    return timer


def later(parent: QObject, interval_ms: int, slot: Slot) -> QTimer:
    """Return a timer that calls a slot once, a while after each start."""
    timer = every(parent, interval_ms, slot)
    timer.setSingleShot(True)
    return timer
