"""Asks what a drawing was that the network read wrong: a link, then a button for each class."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QPushButton, QWidget

from playground.gui.look.marking import named
from playground.gui.widgets.combo_box import ComboBox
from playground.gui.widgets.flow_layout import FlowLayout
from playground.gui.widgets.layouts import stacked

_MOST_BUTTONS = 40
_GAP = 3
_LEAST_WIDTH, _WIDEST_EQUAL = 25, 40
_ASK = "That was wrong; teach it…"
_QUESTION = "That was a…"


class TeachRow(QWidget):
    """The classes to choose from; also by typing a class's name, where it is one key.

    Signals
    -------
    chosen(str)
        The name of the class.

    Attributes
    ----------
    link
        Opens the row, and begins the sentence that its buttons end.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("What you drew")
        self.link = named(
            QPushButton(_ASK),
            "teachButton",
            "That was wrong; teach it",
            "Say what you meant; the drawing is kept, and training can mix it in.",
            role="link",
        )
        self.link.setFixedHeight(18)
        self.link.setCursor(Qt.CursorShape.PointingHandCursor)
        self._names: tuple[str, ...] = ()
        self._buttons: list[QPushButton] = []
        self._box = named(ComboBox(), "teachClassBox", "That was a")
        self._box.activated.connect(self._on_activated)
        self._place = _Place()
        self._flow = FlowLayout(_GAP, _GAP, self._place)
        stacked(self._place, self._box, on=self, margins=(0, 0, 0, 2), spacing=0)
        self.hide()
        self.link.clicked.connect(self._on_link_clicked)

    def set_classes(self, names: Sequence[str]) -> None:
        """Offer these classes."""
        self.close_row()
        if tuple(names) == self._names:
            return
        self._names = tuple(names)
        for button in self._buttons:
            self._flow.removeWidget(button)
            button.deleteLater()
        self._buttons = []
        few = len(names) <= _MOST_BUTTONS
        for index, name in enumerate(names if few else ()):
            button = named(
                QPushButton(name), f"teachClass{index}", f"That was a {name}", role="choice"
            )
            button.setProperty("class_name", name)
            button.clicked.connect(self._on_clicked)
            button.installEventFilter(self)
            self._flow.addWidget(button)
            self._buttons.append(button)
        self._box.clear()
        if not few:
            self._box.addItems(["choose a class…", *names])
        self._box.setVisible(not few)
        self._place.setVisible(few)
        self._fit()

    @Slot()
    def open(self) -> None:
        """Ask."""
        self.link.setText(_QUESTION)
        self.show()
        first = self._buttons[0] if self._buttons else self._box
        first.setFocus(Qt.FocusReason.TabFocusReason)

    def close_row(self) -> None:
        """Ask no more."""
        if self.isVisible() and self.isAncestorOf(self.window().focusWidget() or self):
            self.link.setFocus(Qt.FocusReason.OtherFocusReason)
        self.link.setText(_ASK)
        self.hide()

    @Slot()
    def _on_link_clicked(self) -> None:
        if self.isVisible():
            self.close_row()
        else:
            self.open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take a class by its key; Escape closes, arrows walk."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_row()
        elif event.text() in self._names and event.text():
            self.chosen.emit(event.text())
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Walk from button to button by arrow keys."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
            if step and watched in self._buttons:
                index = (self._buttons.index(watched) + step) % len(self._buttons)
                self._buttons[index].setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let ten digits fit into one line where the column is wide enough."""
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def _on_clicked(self) -> None:
        self.chosen.emit(self.sender().property("class_name"))

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        if index > 0:
            self.chosen.emit(self._names[index - 1])

    def _fit(self) -> None:
        """Give short names equal widths and lines of equal length, longer ones their own."""
        if not self._buttons:
            return
        widths = [
            max(button.fontMetrics().horizontalAdvance(button.text()) + 14, _LEAST_WIDTH)
            for button in self._buttons
        ]
        if max(widths) <= _WIDEST_EQUAL:
            room = self.width() + _GAP
            lines = -(-len(widths) // max(room // (max(widths) + _GAP), 1))
            each = room // -(-len(widths) // lines) - _GAP
            widths = [min(max(each, max(widths)), _WIDEST_EQUAL)] * len(widths)
        for button, width in zip(self._buttons, widths, strict=True):
            button.setFixedSize(min(width, max(self.width(), _LEAST_WIDTH)), 26)
        self._place.setFixedHeight(self._flow.heightForWidth(self.width()))


class _Place(QWidget):
    """Its height is set, not asked for: a column of such widgets may shrink its other members."""

    def hasHeightForWidth(self) -> bool:
        return False
