"""The table's commands as actions, each one shared by menu, tool bar and keyboard."""

from __future__ import annotations

from operator import attrgetter

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from playground.gui.desks.offer import Offer
from playground.gui.look.icons import icon
from playground.gui.look.theme import on_theme_changed
from playground.gui.window.commands import MENUS, Command


class Actions(QObject):
    """The window's actions by name."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._actions: dict[str, QAction] = {}
        self._commands = {command.id: command for menu in MENUS.values() for command in menu}
        groups: dict[str, QActionGroup] = {}
        for command in self._commands.values():
            action = QAction(command.title, window)
            action.setObjectName(command.id)
            action.setToolTip(_tool_tip(command))
            action.setShortcuts([QKeySequence(keys) for keys in (command.keys, command.also)])
            action.setCheckable(command.checkable or bool(command.group))
            if command.short:
                action.setIconText(command.short)
            if command.group:
                groups.setdefault(command.group, QActionGroup(self)).addAction(action)
            self._actions[command.id] = action
            window.addAction(action)
        self._draw_icons()
        on_theme_changed(self._draw_icons)

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def connect_all(self) -> None:
        """Let each action run what its row names, now that the window has all its parts."""
        for command in self._commands.values():
            action, run = self._actions[command.id], attrgetter(command.run)(self._window)
            if isinstance(run, QMenu):
                action.setMenu(run)
            else:
                action.triggered.connect(run)
        self.refresh()

    def fill(self, bar: QMenuBar) -> None:
        """Build the menus from the table."""
        for title, commands in MENUS.items():
            menu = bar.addMenu(title)
            menu.setToolTipsVisible(True)
            for command in commands:
                if command.apart:
                    menu.addSeparator()
                menu.addAction(self._actions[command.id])

    @Slot()
    def refresh(self) -> None:
        """Say what each command would do now, or why it cannot be used."""
        for command in self._commands.values():
            if command.offer:
                offer: Offer = attrgetter(command.offer)(self._window)()
                action = self._actions[command.id]
                action.setText(offer.title or command.title)
                action.setEnabled(offer.missing is None)
                tip = f"{command.tip} {offer.missing}" if offer.missing else _tool_tip(command)
                action.setToolTip(tip)

    @Slot()
    def _draw_icons(self) -> None:
        for command in self._commands.values():
            if command.icon:
                self._actions[command.id].setIcon(icon(command.icon, self._window))


def _tool_tip(command: Command) -> str:
    return f"{command.tip} ({key_words(command)})" if command.keys else command.tip


def key_words(command: Command) -> str:
    """Return a command's keys as this computer writes them."""
    return QKeySequence(command.keys).toString(QKeySequence.SequenceFormat.NativeText)
