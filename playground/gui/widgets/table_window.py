"""What a painted view shows, as a table to read and to copy."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QWidget

from playground.gui.look.marking import named
from playground.gui.widgets.buttons import push_button
from playground.gui.widgets.figure_table import Entry, FigureTable, Heading
from playground.gui.widgets.layouts import beside, stacked
from playground.gui.widgets.readings import Readings


class TableWindow(QDialog):
    """Shows a moment's figures; they stay while the view goes on."""

    def __init__(self, figures: Readings, parent: QWidget) -> None:
        super().__init__(parent)
        named(self, "tableWindow").setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(figures.title)
        self._figures = figures
        widest = [max(texts, key=len) for texts in zip(*figures.rows, strict=True)]
        widest = widest[:-1] or [""] * (len(figures.headings) - 1)
        headings = [
            Heading(title, widest=text, left=True)
            for title, text in zip(figures.headings, (*widest, ""), strict=True)
        ]
        self.table = FigureTable("figuresTable", figures.title, headings)
        self.table.cells.show(len(figures.rows), self._cell)
        copy = push_button("copyTableButton", "Copy the table", "Copy it, to paste it elsewhere.")
        copy.clicked.connect(self._copy)
        close = push_button("closeTableButton", "Close")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        stacked((self.table, 1), beside(copy, None, close), on=self, spacing=8)
        self.resize(560, 460)
        self.table.setFocus()
        self.table.setCurrentIndex(self.table.cells.index(0, len(headings) - 1))

    def _cell(self, row: int, column: int) -> Entry:
        return Entry(self._figures.rows[row][column])

    @Slot()
    def _copy(self) -> None:
        lines = (self._figures.headings, *self._figures.rows)
        QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))
