"""What a person does to a window with mouse and keys, and finds in it."""

from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QWidget


def find(widget: QWidget, name: str, kind: type = QWidget) -> Any:
    """Return the part of a widget that has this object name."""
    found = widget.findChild(kind, name)
    assert found is not None, name
    return found


def message(window: Any) -> str:
    """Return what the bar of messages says, or nothing while it is hidden."""
    return window.messages._text.text() if window.messages.isVisible() else ""


def click(widget: QWidget, at: QPoint | None = None) -> None:
    """Click on a widget that can be seen, left of the arrow of its menu where it has one."""
    assert widget.isVisible(), widget.objectName()
    assert widget.isEnabled() or not isinstance(widget, QAbstractButton), widget.objectName()
    place = at or QPoint(min(20, widget.width() // 2), widget.height() // 2)
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=place)


def hover(widget: QWidget, point: QPoint) -> None:
    """Move the mouse there; it only tells of a move when it was somewhere else before."""
    QTest.mouseMove(widget, point + QPoint(1, 1))
    QTest.mouseMove(widget, point)


def choose(box: QComboBox, text: str) -> None:
    """Choose an entry of a box with the arrow keys."""
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    for _ in range(box.count()):
        if box.currentText() == text:
            return
        QTest.keyClick(box, Qt.Key.Key_Down)
    raise AssertionError(text)


def type_text(box: Any, text: str, end: Qt.Key | None = Qt.Key.Key_Return) -> None:
    """Write over what stands in a box."""
    box.setFocus()
    (box.lineEdit() if hasattr(box, "lineEdit") else box).selectAll()
    QTest.keyClicks(box, text)
    if end is not None:
        QTest.keyClick(box, end)
