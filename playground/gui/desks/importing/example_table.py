"""The first rows of a table, with the column to predict marked."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QTableWidget, QTableWidgetItem, QWidget

from playground.data.imports.found import Preview
from playground.gui.look.marking import named, tool_tip
from playground.gui.look.theme import colors_of

MOST_COLUMNS = 40
_WIDEST_PX = 150
_LONGEST = 60
_FRAME_PX = 6


class ExampleTable(QTableWidget):
    """Shows texts as they stand in the file; of very many columns the first, and the target."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "importTable", "First rows")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(24)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setMaximumSectionSize(_WIDEST_PX)
        self._target: int | None = None

    def set_preview(self, preview: Preview) -> None:
        """Show a table's columns and first rows."""
        chosen = list(range(len(preview.columns)))[:MOST_COLUMNS]
        target = preview.target
        if target is not None and target not in chosen:
            chosen = [*chosen[:-1], target]
        self._target = chosen.index(target) if target is not None else None
        self.clear()
        self.setColumnCount(len(chosen))
        self.setRowCount(len(preview.rows))
        for place, column in enumerate(chosen):
            name = preview.columns[column]
            header = QTableWidgetItem(_short(name))
            header.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            header.setToolTip(tool_tip(f"{name}: to predict" if column == target else name))
            self.setHorizontalHeaderItem(place, header)
            for row, cells in enumerate(preview.rows):
                text = cells[column] if column < len(cells) else ""
                self.setItem(row, place, QTableWidgetItem(_short(text)))
        self._restyle()
        self.resizeColumnsToContents()

    def whole_height(self) -> int:
        """Return the height in pixels at which every row is in view."""
        header, rows = self.horizontalHeader().sizeHint().height(), self.verticalHeader().length()
        return header + rows + self.horizontalScrollBar().sizeHint().height() + _FRAME_PX

    def changeEvent(self, event: QEvent) -> None:
        """Take the target's colour from the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_target"):
            self._restyle()

    def _restyle(self) -> None:
        """Let the target stand out."""
        if self._target is None:
            return
        ink = QColor(colors_of(self).accent)
        header = self.horizontalHeaderItem(self._target)
        cells = [self.item(row, self._target) for row in range(self.rowCount())]
        for item in (header, *cells):
            if item is not None:
                item.setForeground(ink)
        if header is not None:
            font = header.font()
            font.setBold(True)
            header.setFont(font)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
