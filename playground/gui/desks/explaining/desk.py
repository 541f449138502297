"""Explains what is pointed at, or has the focus: by F1, by a right click, and by the menu.

A widget names its topic with the property ``topic``; what lies in it is about the same, unless it
names another.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Signal, Slot
from PySide6.QtGui import QAction, QContextMenuEvent, QCursor, QHelpEvent
from PySide6.QtWidgets import QApplication, QMenu, QTabBar, QWidget

from playground.analysis.glossary.keys import GENERAL
from playground.gui.lenses.kinds import LENSES
from playground.gui.look.marking import TOPIC
from playground.gui.widgets.as_table import ShowAsTable

if TYPE_CHECKING:
    from playground.analysis.glossary.topic import Topic
    from playground.gui.desks.explaining.dialog import GlossaryDialog


class ExplainingDesk(QObject):
    """Opens the glossary; ``place_requested`` carries the place of a topic that shall be shown."""

    place_requested = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.dialog: GlossaryDialog | None = None
        window.installEventFilter(self)

    @Slot()
    def explain(self) -> None:
        """Explain what is under the pointer, else what has the focus, else the window."""
        under = self._topic_at(QCursor.pos())
        self.show_topic(under or self._topic_of(QApplication.focusWidget()) or GENERAL)

    @Slot()
    def show_glossary(self) -> None:
        """Open the glossary where it begins."""
        self.show_topic(GENERAL)

    def show_topic(self, key: str) -> None:
        """Open the glossary at a topic."""
        if self.dialog is None:
            from playground.gui.desks.explaining.dialog import GlossaryDialog  # with the plots

            self.dialog = GlossaryDialog(topics(), self._window)
            self.dialog.place_requested.connect(self.place_requested)
        self.dialog.show_topic(key)
        self.dialog.show()
        self.dialog.activateWindow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Offer help on what was clicked with the right button and has no menu of its own."""
        if event.type() is QEvent.Type.WhatsThis:
            assert isinstance(event, QHelpEvent)
            self.show_topic(self._topic_at(event.globalPos()) or GENERAL)
            return True
        if event.type() is QEvent.Type.ContextMenu:
            assert isinstance(event, QContextMenuEvent)
            key, table = self._topic_at(event.globalPos()), self._table_at(event.globalPos())
            if key is not None or table is not None:
                self._offer(key, table, event.globalPos())
                return True
        return super().eventFilter(watched, event)

    def _offer(self, key: str | None, table: ShowAsTable | None, place: QPoint) -> None:
        menu = QMenu(self._window)
        menu.setObjectName("explainMenu")
        menu.aboutToHide.connect(menu.deleteLater)
        if table is not None:
            menu.addAction(table)
        if key is not None:
            menu.addAction(f"What is “{topics()[key].title}”?\tF1").setData(key)
        menu.triggered.connect(self._on_chosen)
        menu.popup(place)

    @Slot(QAction)
    def _on_chosen(self, action: QAction) -> None:
        if action.data() is not None:
            self.show_topic(action.data())

    def _topic_at(self, place: QPoint) -> str | None:
        inside = self._window.mapFromGlobal(place)
        return self._topic_of(self._window.childAt(inside), place)

    def _table_at(self, place: QPoint) -> ShowAsTable | None:
        widget = self._window.childAt(self._window.mapFromGlobal(place))
        while widget is not None:
            for action in widget.actions():
                if isinstance(action, ShowAsTable):
                    return action
            widget = widget.parentWidget()
        return None

    def _topic_of(self, widget: QWidget | None, place: QPoint | None = None) -> str | None:
        known = topics()
        return next((key for key in _named(widget, place) if key in known), None)


def topics() -> dict[str, Topic]:
    """Return every topic by its key, the lenses' among them."""
    from playground.analysis.glossary.glossary import glossary  # not needed to start
    from playground.analysis.glossary.topic import Topic

    known = glossary()
    for kind in LENSES:
        place = f"lens.{kind.key}"
        see = tuple(key for key, topic in known.items() if topic.place == place)
        known[place] = Topic(
            place, f"{kind.title} (tab)", kind.tip, place=place, see=see, also="lens view"
        )
    return known


def _named(widget: QWidget | None, place: QPoint | None) -> Iterator[str]:
    """Yield the topics that a widget and those around it name, the nearest first."""
    while widget is not None:
        if isinstance(widget, QTabBar) and place is not None:
            yield str(widget.tabData(widget.tabAt(widget.mapFromGlobal(place))))
        yield str(widget.property(TOPIC))
        widget = widget.parentWidget()
