"""Finds what of a window cannot be read: cut texts, things over one another, crushed fields."""

from collections.abc import Iterator
from itertools import combinations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QRadioButton,
    QSplitter,
    QStyle,
    QStyleOptionComboBox,
    QTabBar,
    QToolButton,
    QWidget,
)

from playground.gui.widgets.combo_box import ComboBox
from playground.gui.widgets.disclosure import Disclosure
from playground.gui.widgets.elided_label import ElidedLabel

_OVERLAYS = {"neuronInspector", "curvesPointer"}


def faults(root: QWidget, *, cut_with_tip: bool = False) -> list[str]:
    """Return what is wrong with what can be seen below a widget, a line each.

    ``cut_with_tip`` lets a text end in "…" on widgets whose tool tip then has the whole of it.
    """
    found = []
    for widget in [root, *root.findChildren(QWidget)]:
        if not widget.isVisibleTo(root) or _own(widget):
            continue
        here = _path(widget, root)
        found += [f"{here}: {fault}" for fault in _cut(widget, cut_with_tip)]
        if widget is not root:
            found += [f"{here}: {fault}" for fault in _outside(widget)]
            found += [f"{here}: {fault}" for fault in _crushed(widget)]
        found += [f"{here}: {fault}" for fault in _overlapping(widget, root)]
    return found


def _own(widget: QWidget) -> bool:
    """Whether a widget is a part that Qt adds to another and places by itself."""
    name = widget.objectName()
    return name in ("ScrollLeftButton", "ScrollRightButton") or (
        name.startswith("qt_") and not isinstance(widget, QTabBar)
    )


def _path(widget: QWidget, root: QWidget) -> str:
    names = []
    while widget is not None and widget is not root:
        names.append(widget.objectName() or type(widget).__name__)
        widget = widget.parentWidget()
    return " < ".join(name for name in names[:4] if not name.startswith("qt_")) or "window"


def _cut(widget: QWidget, cut_with_tip: bool) -> Iterator[str]:
    text = ""
    if isinstance(widget, ElidedLabel):
        if widget.text() != widget.whole_text():
            text = widget.whole_text()
    elif isinstance(widget, QLabel):
        yield from _cut_label(widget)
    elif isinstance(widget, Disclosure):
        if widget.fontMetrics().horizontalAdvance(widget.text()) + 14 > widget.width() + 1:
            text = widget.text()
    elif isinstance(widget, QAbstractButton):
        wanted = _written(widget)
        if widget.width() < wanted:
            yield f"{widget.text()!r} has {widget.width()} of {wanted} px"
    elif isinstance(widget, QComboBox) and not widget.isEditable():
        shown = widget.currentText() or widget.placeholderText()
        if widget.fontMetrics().horizontalAdvance(shown) > _room(widget) + 1:
            text = shown
    elif isinstance(widget, QTabBar):
        if widget.findChild(QWidget, "ScrollRightButton").isVisibleTo(widget):
            yield f"its tabs do not fit into {widget.width()} px"
    elif isinstance(widget, QLineEdit):
        shown = widget.text() or widget.placeholderText()
        room = widget.contentsRect().width() - 4
        if widget.isReadOnly() or not widget.text() or _is_number(widget):
            if widget.fontMetrics().horizontalAdvance(shown) > room + 1:
                text = shown
    if text and not (cut_with_tip and isinstance(widget, ElidedLabel | ComboBox | Disclosure)):
        yield f"{text!r} is cut at {widget.width()} px"


def _written(button: QAbstractButton) -> int:
    """Return the room that a button's words and picture take."""
    style = button.toolButtonStyle() if isinstance(button, QToolButton) else None
    if style is Qt.ToolButtonStyle.ToolButtonIconOnly and not button.icon().isNull():
        return button.iconSize().width()
    if isinstance(button, QCheckBox | QRadioButton):
        return button.sizeHint().width() - 4
    words = button.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, button.text()).width()
    picture = 0 if button.icon().isNull() else button.iconSize().width() + 4
    return words + picture + 4


def _is_number(edit: QLineEdit) -> bool:
    return isinstance(edit.parentWidget(), QAbstractSpinBox)


def _cut_label(label: QLabel) -> Iterator[str]:
    if not label.text():
        return
    if label.wordWrap():
        wanted = label.heightForWidth(label.width())
        if label.height() + 1 < wanted:
            yield f"{label.text()!r} has {label.height()} of {wanted} px of height"
        metrics = label.fontMetrics()
        longest = max(_plain(label.text()).split() or [""], key=metrics.horizontalAdvance)
        if metrics.horizontalAdvance(longest) > label.contentsRect().width() + 1:
            yield f"the word {longest!r} has {label.contentsRect().width()} px"
        return
    wanted = label.sizeHint()
    if label.width() + 1 < wanted.width() or label.height() + 2 < wanted.height():
        yield f"{label.text()!r} has {label.size().toTuple()} of {wanted.toTuple()} px"


def _outside(widget: QWidget) -> Iterator[str]:
    """Tell where a widget reaches out of its parent, unless it can be scrolled into view."""
    parent = widget.parentWidget()
    if widget.isWindow():
        return
    rect, inside = widget.geometry(), parent.rect()
    area = parent.parentWidget()
    if isinstance(area, QAbstractScrollArea) and area.viewport() is parent:
        never = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        if area.horizontalScrollBarPolicy() == never and rect.width() > inside.width():
            yield f"is {rect.width()} px wide in {inside.width()} px and cannot be scrolled"
        if area.verticalScrollBarPolicy() == never and rect.height() > inside.height():
            yield f"is {rect.height()} px high in {inside.height()} px and cannot be scrolled"
    elif not inside.contains(rect) and widget.objectName() not in _OVERLAYS:
        yield f"at {rect.getRect()} reaches out of {inside.size().toTuple()}"


def _crushed(widget: QWidget) -> Iterator[str]:
    if widget.isWindow():
        return
    least = widget.minimumSizeHint().expandedTo(widget.minimumSize())
    least = least.boundedTo(widget.maximumSize())
    layout = widget.layout()
    if layout is not None and layout.hasHeightForWidth():
        least.setHeight(0)  # what it has too little of overlaps or reaches out
    if isinstance(widget, QAbstractButton):
        least.setWidth(0)  # what its words take is asked for
    if isinstance(widget, QComboBox | QAbstractSpinBox | QLineEdit | QAbstractButton):
        least.setHeight(max(least.height(), widget.sizeHint().height() - 2))
        least = least.boundedTo(widget.maximumSize())
    if widget.width() + 1 < least.width() or widget.height() + 1 < least.height():
        yield f"has {widget.size().toTuple()} and needs {least.toTuple()} px"


def _overlapping(widget: QWidget, root: QWidget) -> Iterator[str]:
    if isinstance(widget, QSplitter | QTabBar):
        return
    children = [
        child
        for child in widget.children()
        if isinstance(child, QWidget)
        and child.isVisibleTo(root)
        and not child.isWindow()
        and not _own(child)
        and child.objectName() not in _OVERLAYS
    ]
    for one, other in combinations(children, 2):
        shared = one.geometry() & other.geometry()
        if shared.width() > 1 and shared.height() > 1:
            yield f"{_path(one, widget)} and {_path(other, widget)} share {QRect(shared).getRect()}"


def _room(box: QComboBox) -> int:
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    field = box.style().subControlRect(
        QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, box
    )
    icon = box.itemIcon(box.currentIndex())
    return field.width() - (0 if icon.isNull() else box.iconSize().width() + 4)


def _plain(text: str) -> str:
    document = QTextDocument()
    document.setHtml(text.replace("\n", "<br>"))
    return document.toPlainText()


def settle() -> None:
    """Let all layouts come to rest."""
    for _ in range(3):
        QApplication.sendPostedEvents()
        QApplication.processEvents()
