"""All that can be undone or done again, as a list to click."""

from __future__ import annotations

from time import time

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHeaderView, QLabel, QTreeWidget, QTreeWidgetItem, QWidget

from playground.gui.look.marking import named
from playground.gui.session.past import Past
from playground.gui.widgets.layouts import beside, stacked
from playground.gui.widgets.timers import every
from playground.wording import ago

_SIZE = 340, 300
_ROW = Qt.ItemDataRole.UserRole


class HistoryPopup(QFrame):
    """Lists what was done, the newest first, with its age; a click goes there.

    What was undone stands above, paler, and what holds now is selected.
    """

    def __init__(self, past: Past, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._past = past
        named(self, "historyPopup", "History", role="card")
        heading = named(QLabel("History"), role="heading")
        self.list = named(QTreeWidget(), "historyList", "What was done, the newest first")
        self.list.setColumnCount(2)
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.list.itemClicked.connect(self._on_chosen)
        self.list.itemActivated.connect(self._on_chosen)
        stacked(
            beside(heading, None, named(QLabel("Ctrl+Z / Ctrl+Shift+Z"), role="muted")),
            (self.list, 1),
            on=self,
            margins=10,
            spacing=6,
        )
        self._ages = every(self, 1_000, self._refresh)
        past.list.changed.connect(self._refresh)

    def show_under(self, widget: QWidget) -> None:
        """Open below a widget, its right edge under the widget's."""
        self.resize(*_SIZE)
        self.move(widget.mapToGlobal(QPoint(widget.width() - _SIZE[0], widget.height() + 4)))
        self.show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()
        self._ages.start()
        self.list.setFocus()

    @Slot()
    def _refresh(self) -> None:
        if not self.isVisible():
            self._ages.stop()
            return
        past, now = self._past, time()
        entries = past.list.entries
        muted = self.palette().placeholderText()
        items = [QTreeWidgetItem() for _ in entries]
        at = self.list.verticalScrollBar().value()
        self.list.clear()
        self.list.addTopLevelItems(items[::-1])
        for row, (entry, item) in enumerate(zip(entries, items, strict=True)):
            undone, holds = row > past.list.row, row == past.list.row
            item.setText(0, entry.title)
            item.setToolTip(0, entry.title)
            item.setText(1, "undone" if undone else "now" if holds else ago(now - entry.at))
            item.setData(0, _ROW, row)
            item.setForeground(0, muted if undone else self.palette().text())
            item.setForeground(1, muted)
            if holds:
                self.list.setCurrentItem(item)
        self.list.verticalScrollBar().setValue(at)

    @Slot(QTreeWidgetItem)
    def _on_chosen(self, item: QTreeWidgetItem) -> None:
        row = item.data(0, _ROW)
        if row != self._past.list.row:
            self._past.go_to(row)
