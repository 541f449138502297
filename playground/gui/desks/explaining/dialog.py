"""The glossary's window: every topic in a list to filter, and the chosen one as a page."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QModelIndex, QSortFilterProxyModel, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QDialog, QLineEdit, QListView, QTextBrowser, QWidget

from playground.analysis.glossary.topic import Topic
from playground.gui.desks.explaining.page import READ, page
from playground.gui.desks.explaining.topic_plot import TopicPlot
from playground.gui.look.marking import named
from playground.gui.look.theme import on_theme_changed
from playground.gui.widgets.layouts import beside, stacked

_KEY, _WORDS = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_LIST_PX, _PLOT_PX, _MARGIN_PX = 220, 170, 10


class GlossaryDialog(QDialog):
    """Shows topics; ``place_requested`` carries the place of one, which closes the window."""

    place_requested = Signal(str)

    def __init__(self, topics: Mapping[str, Topic], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("glossaryDialog")
        self.setWindowTitle("Glossary")
        self._topics = topics
        self.shown: Topic | None = None
        self.filter = named(QLineEdit(), "glossaryFilter", "Find a word")
        self.filter.setPlaceholderText("Find a word")
        self.filter.setClearButtonEnabled(True)
        self._model = QSortFilterProxyModel(self)
        self._model.setSourceModel(_model_of(topics, self))
        self._model.setFilterRole(_WORDS)
        self._model.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._model.setSortCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._model.sort(0)
        self.list = named(QListView(), "glossaryList", "Words")
        self.list.setModel(self._model)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.page = named(QTextBrowser(), "glossaryPage", "What the word means")
        self.page.setOpenLinks(False)
        self.page.document().setDocumentMargin(_MARGIN_PX)
        self.plot = TopicPlot()
        self.plot.setFixedHeight(_PLOT_PX)
        words, reading = QWidget(), QWidget()
        words.setFixedWidth(_LIST_PX)
        stacked(self.filter, (self.list, 1), on=words, margins=0, spacing=8)
        stacked((self.page, 1), self.plot, on=reading, margins=0, spacing=8)
        beside(words, (reading, 1), on=self, margins=(16, 14, 16, 14), spacing=12)
        self.resize(760, 520)
        self.filter.textChanged.connect(self._model.setFilterFixedString)
        self.filter.textChanged.connect(self._on_filtered)
        self.filter.returnPressed.connect(self.list.setFocus)
        self.list.selectionModel().currentChanged.connect(self._on_current_changed)
        self.page.anchorClicked.connect(self._on_link)
        on_theme_changed(self._write)

    def show_topic(self, key: str) -> None:
        """Show a topic, and its place in the list."""
        self.filter.clear()
        for row in range(self._model.rowCount()):
            index = self._model.index(row, 0)
            if index.data(_KEY) == key:
                self.list.setCurrentIndex(index)
                self.list.scrollTo(index, QListView.ScrollHint.PositionAtCenter)

    @Slot(QModelIndex)
    def _on_current_changed(self, index: QModelIndex) -> None:
        if index.isValid():
            self.shown = self._topics[index.data(_KEY)]
            self._write()

    @Slot(str)
    def _on_filtered(self, text: str) -> None:
        """Show the first topic of that title, or the first of all that are left."""
        rows = [self._model.index(row, 0) for row in range(self._model.rowCount())]
        begins = [index for index in rows if index.data().lower().startswith(text.strip().lower())]
        if rows and text.strip():
            self.list.setCurrentIndex((begins or rows)[0])

    @Slot()
    def _write(self) -> None:
        if self.shown is not None:
            self.page.setHtml(page(self.shown, self._topics))
            self.plot.show_curve(self.shown.curve() if self.shown.curve is not None else None)

    @Slot(QUrl)
    def _on_link(self, link: QUrl) -> None:
        action, _, target = link.toString().partition(":")
        if action == READ:
            self.show_topic(target)
        else:
            self.close()
            self.place_requested.emit(target)


def _model_of(topics: Mapping[str, Topic], parent: QDialog) -> QStandardItemModel:
    model = QStandardItemModel(parent)
    for key, topic in topics.items():
        item = QStandardItem(topic.title)
        item.setData(key, _KEY)
        item.setData(f"{topic.title} {topic.also}", _WORDS)
        model.appendRow(item)
    return model
