"""What a screen reader is told: what a painted widget is, and what has just happened."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

Role = QAccessible.Role
_ROLE = "spokenRole"


def reads_as(widget: QWidget, role: Role) -> None:
    """Let a painted widget be read as what it shows, such as a chart; Qt knows only its own."""
    widget.setProperty(_ROLE, role.value)
    _install()


def announce(widget: QWidget, sentence: str) -> None:
    """Let a screen reader say a sentence when it has finished the one it is at."""
    event = QAccessibleAnnouncementEvent(widget, sentence)
    event.setPoliteness(QAccessible.AnnouncementPoliteness.Polite)
    QAccessible.updateAccessibility(event)


@cache
def _install() -> None:
    QAccessible.installFactory(_interface)


def _interface(_kind: str, thing: QObject) -> QAccessibleInterface | None:
    role = thing.property(_ROLE)
    if role is None or not isinstance(thing, QWidget):
        return None
    return QAccessibleWidget(thing, Role(role))
