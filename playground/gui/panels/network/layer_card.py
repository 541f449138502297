"""The card of a hidden layer: its settings, and everything that can be done with the layer."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QContextMenuEvent, QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QToolButton, QWidget

from playground.gui.look.icons import icon
from playground.gui.look.marking import named, tool_tip
from playground.gui.look.theme import colors_of, on_theme_changed
from playground.gui.panels.network.card_info import CardInfo
from playground.gui.panels.network.settings_card import SettingsCard

_ICON_PX = 12


class LayerCard(SettingsCard):
    """A hidden layer; dragged by its head, or moved, copied and removed by keys and menu.

    Signals
    -------
    move_requested(int)
        −1 towards the input, 1 towards the output.
    duplicate_requested(), remove_requested()
        Put a copy behind it, or take it away.
    dragged(QPoint), dropped(QPoint), drag_cancelled()
        The pointer's place on the screen while the card is carried, where it was let go, or that
        it was not.
    """

    move_requested = Signal(int)
    duplicate_requested = Signal()
    remove_requested = Signal()
    dragged = Signal(QPoint)
    dropped = Signal(QPoint)
    drag_cancelled = Signal()

    def __init__(self, info: CardInfo) -> None:
        super().__init__(info)
        self._pressed_at: QPoint | None = None
        self._is_dragged = False
        self._menu: QMenu | None = None
        self._freeze: QAction | None = None
        self.title.setToolTip(tool_tip(info.settings.use))
        self.handle = named(
            QLabel(),
            "dragHandle",
            tip=tool_tip(
                "Drag to another place, in and out of blocks; Alt+Up and Alt+Down move it too."
            ),
        )
        self.handle.setCursor(Qt.CursorShape.OpenHandCursor)
        self.handle.setFixedSize(18, 18)
        self.handle.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.remove_button = named(
            QToolButton(),
            "removeLayerButton",
            tip=tool_tip("Remove this layer; the others keep their weights."),
            role="quiet",
        )
        self.remove_button.setFixedSize(18, 18)
        self.remove_button.setIconSize(QSize(_ICON_PX, _ICON_PX))
        self.remove_button.clicked.connect(self.remove_requested)
        self.head.addWidget(self.handle)
        self.head.addWidget(self.remove_button)
        on_theme_changed(self._draw_icons)
        self._draw_icons()

    def set_place(self, object_name: str, block: str) -> None:
        """Tell where the card is: in a block, ``"Residual 1"``, or in none."""
        self.setObjectName(object_name)
        name = self.info.title
        self.setAccessibleName(f"{name} in {block}" if block else name)
        self.remove_button.setAccessibleName(f"Remove {name}")

    def editors(self) -> list[QWidget]:
        """Return the widgets that Tab visits in this card, in order."""
        return [*super().editors(), self.remove_button]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        alt = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == (
            Qt.KeyboardModifier.AltModifier
        )
        if self._is_dragged and key == Qt.Key.Key_Escape:
            self._end_drag()
            self.drag_cancelled.emit()
        elif alt and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.move_requested.emit(-1 if key == Qt.Key.Key_Up else 1)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.hasFocus():
            self.remove_requested.emit()
        elif key == Qt.Key.Key_D and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.duplicate_requested.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = event.globalPosition().toPoint()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.globalPosition().toPoint()
        if self._pressed_at is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        far = (place - self._pressed_at).manhattanLength() >= QApplication.startDragDistance()
        if far and not self._is_dragged:
            self._is_dragged = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        if self._is_dragged:
            self.dragged.emit(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was_dragged = self._is_dragged
        self._end_drag()
        if was_dragged:
            self.dropped.emit(event.globalPosition().toPoint())
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._menu is None:
            self._menu = self._make_menu()
        if self._freeze is not None:
            self._freeze.setText("Freeze" if self.info.settings.trainable else "Unfreeze")
            self._freeze.setVisible(self.info.learns_itself)
        self._menu.popup(event.globalPos())

    def _make_menu(self) -> QMenu:
        menu = QMenu(self)
        ink = colors_of(self).text
        for drawing, title, keys, slot in (
            ("duplicate", "Duplicate", "Ctrl+D", self.duplicate_requested),
            ("up", "Move towards the input", "Alt+Up", lambda: self.move_requested.emit(-1)),
            ("down", "Move towards the output", "Alt+Down", lambda: self.move_requested.emit(1)),
            ("clear", "Remove", "Del", self.remove_requested),
        ):
            menu.addAction(icon(drawing, ink), f"{title}\t{keys}").triggered.connect(slot)
        menu.addSeparator()
        menu.addAction("What is this?\tF1").triggered.connect(self._on_asked)
        if hasattr(self.info.settings, "trainable"):
            self._freeze = QAction(icon("freeze", ink), "", menu)
            self._freeze.setObjectName("freezeCardAction")
            self._freeze.triggered.connect(self._on_freeze)
            menu.insertAction(menu.actions()[1], self._freeze)
        return menu

    def _end_drag(self) -> None:
        self._pressed_at = None
        self._is_dragged = False
        self.unsetCursor()

    @Slot()
    def _draw_icons(self) -> None:
        faint = colors_of(self).faint
        self.handle.setPixmap(icon("drag", faint).pixmap(QSize(14, 14), self.devicePixelRatioF()))
        self.remove_button.setIcon(icon("close", faint))
        if self._menu is not None:
            self._menu.deleteLater()
            self._menu = self._freeze = None

    @Slot()
    def _on_asked(self) -> None:
        """Ask the window what this is, as Qt's own help mode does."""
        place = QPoint(1, 1)
        asked = QHelpEvent(QEvent.Type.WhatsThis, place, self.mapToGlobal(place))
        QApplication.sendEvent(self, asked)

    @Slot()
    def _on_freeze(self) -> None:
        settings = self.info.settings
        self.settings_requested.emit(replace(settings, trainable=not settings.trainable))
