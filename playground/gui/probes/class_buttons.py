"""A button for each class, in lines of equal length where the names are short."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QPushButton, QWidget

from playground.gui.look.marking import named
from playground.gui.widgets.flow_layout import FlowLayout

_GAP = 3
_MANY = 16
_LEAST_WIDTH, _WIDEST_EQUAL = 22, 40


class ClassButtons(QWidget):
    """``chosen`` carries the name of the class whose button was pressed; arrow keys walk.

    Parameters
    ----------
    name
        The object name of the buttons, before their class's number or name.
    spoken
        What a screen reader says before a class's name.
    by_name
        A button's object name ends with the name of its class, and not with its number.

    Attributes
    ----------
    buttons
        In the order of the classes.
    """

    chosen = Signal(str)

    def __init__(self, name: str, spoken: str, *, by_name: bool = False) -> None:
        super().__init__()
        self._name, self._spoken, self._by_name = name, spoken, by_name
        self.buttons: list[QPushButton] = []
        self._flow = FlowLayout(_GAP, _GAP, self)

    def set_classes(self, names: Sequence[str]) -> None:
        """Offer these classes."""
        for button in self.buttons:
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = []
        for index, name in enumerate(names):
            button = named(
                QPushButton(name),
                f"{self._name}{name if self._by_name else index}",
                f"{self._spoken} {name}",
                role="choice",
            )
            button.setProperty("class_name", name)
            button.clicked.connect(self._on_clicked)
            button.installEventFilter(self)
            self._flow.addWidget(button)
            button.show()  # what is hidden has no size
            self.buttons.append(button)
        self._fit()

    def hasHeightForWidth(self) -> bool:
        """Its height is set, not asked for: a column may then shrink its other members."""
        return False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Walk from button to button by arrow keys."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
            if step and watched in self.buttons:
                index = (self.buttons.index(watched) + step) % len(self.buttons)
                self.buttons[index].setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let ten digits fit into one line where the column is wide enough."""
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def _on_clicked(self) -> None:
        self.chosen.emit(self.sender().property("class_name"))

    def _fit(self) -> None:
        """Give short names equal widths and lines of equal length, longer ones their own."""
        if not self.buttons:
            return
        padding, high = (8, 23) if len(self.buttons) > _MANY else (14, 26)
        widths = [
            max(button.fontMetrics().horizontalAdvance(button.text()) + padding, _LEAST_WIDTH)
            for button in self.buttons
        ]
        if max(widths) <= _WIDEST_EQUAL:
            room = self.width() + _GAP
            lines = -(-len(widths) // max(room // (max(widths) + _GAP), 1))
            each = room // -(-len(widths) // lines) - _GAP
            widths = [min(max(each, max(widths)), _WIDEST_EQUAL)] * len(widths)
        for button, width in zip(self.buttons, widths, strict=True):
            button.setFixedSize(min(width, max(self.width(), _LEAST_WIDTH)), high)
        self.setFixedHeight(self._flow.heightForWidth(self.width()))
