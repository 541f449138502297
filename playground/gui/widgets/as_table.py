"""The command that shows what a painted view shows as a table."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from playground.gui.widgets.readings import Readings


class ShowAsTable(QAction):
    """The command of a painted view, in its menu and by the key T, that shows it as a table.

    Parameters
    ----------
    view
        What is painted.
    figures
        Returns what it shows now.
    """

    def __init__(self, view: QWidget, figures: Callable[[], Readings]) -> None:
        super().__init__("Show as a &table…", view)
        self._view, self._figures = view, figures
        self.setObjectName("showAsTableAction")
        self.setShortcut(QKeySequence(Qt.Key.Key_T))
        self.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.triggered.connect(self._on_triggered)
        view.addAction(self)

    @Slot()
    def _on_triggered(self) -> None:
        from playground.gui.widgets.table_window import TableWindow  # not needed to start

        TableWindow(self._figures(), self._view.window()).open()
