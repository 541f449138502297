"""A drop-down box that keeps its value when the column is scrolled over it, and fits any width."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QEnterEvent, QHelpEvent, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStylePainter,
)

from playground.gui.look.marking import named, show_whole

_NARROWEST_PX, _NARROWEST_NAMED_PX = 44, 58

Items = Iterable[tuple[str, object]]
"""What a box offers: each text, and what it stands for."""


class ComboBox(QComboBox):
    """A combo box that ignores the wheel until it has the focus, and cuts long titles with "…".

    Its tool tip then begins with the whole title.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def minimumSizeHint(self) -> QSize:
        return QSize(_NARROWEST_PX, super().minimumSizeHint().height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Look out for the tool tip: under the pointer only, since Python is told every event."""
        super().enterEvent(event)
        self.installEventFilter(self)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and self.fitting_text() != self._shown:
            show_whole(self, event, self._shown)
            return True
        return super().eventFilter(watched, event)

    def showPopup(self) -> None:
        view = self.view()
        if not isinstance(view.itemDelegate(), QStyledItemDelegate):
            # The box's own delegate paints by the palette and knows nothing of the style sheet.
            view.setItemDelegate(QStyledItemDelegate(view))
        view.setMinimumWidth(max(self.width(), view.sizeHintForColumn(0) + 32))
        super().showPopup()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.isEditable():
            super().paintEvent(event)
            return
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = self.fitting_text()
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    @property
    def _shown(self) -> str:
        return self.currentText() or self.placeholderText()

    def fitting_text(self) -> str:
        """Return what of its text there is room for."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        field = QStyle.SubControl.SC_ComboBoxEditField
        room = (
            self.style()
            .subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, self)
            .width()
        )
        if not self.itemIcon(self.currentIndex()).isNull():
            room -= self.iconSize().width() + 4
        return self.fontMetrics().elidedText(self._shown, Qt.TextElideMode.ElideRight, room)


def named_box(name: str, spoken: str, tip: str, items: Items = ()) -> ComboBox:
    """Return a box as wide as what it offers; the words are those of ``named``."""
    box = named(ComboBox(), name, spoken, tip)
    box.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    box.setMinimumWidth(_NARROWEST_NAMED_PX)
    offer(box, items)
    return box


def offer(box: QComboBox, items: Items, chosen: object = None) -> None:
    """Let a box offer other things, and show the chosen one, or else the first, silently."""
    with QSignalBlocker(box):
        box.clear()
        for text, meant in items:
            box.addItem(text, meant)
        box.setCurrentIndex(max(box.findData(chosen), 0))
