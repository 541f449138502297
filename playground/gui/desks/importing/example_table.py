"""The first rows of a table, with the column to predict marked."""

from __future__ import annotations

from playground.data.imports.found import Preview
from playground.gui.look.theme import BODY_PX
from playground.gui.widgets.figure_table import Entry, FigureTable, Heading

MOST_COLUMNS = 40
_WIDEST_PX = 150
_LONGEST = 60


class ExampleTable(FigureTable):
    """Shows texts as they stand in the file; of very many columns the first, and the target."""

    def __init__(self) -> None:
        super().__init__("importTable", "First rows", row_px=24, text_px=BODY_PX)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setMaximumSectionSize(_WIDEST_PX)

    def set_preview(self, preview: Preview) -> None:
        """Show a table's columns and first rows."""
        chosen = list(range(len(preview.columns)))[:MOST_COLUMNS]
        target = preview.target
        if target is not None and target not in chosen:
            chosen = [*chosen[:-1], target]
        texts = [
            [_short(row[column]) if column < len(row) else "" for column in chosen]
            for row in preview.rows
        ]
        headings = []
        for place, column in enumerate(chosen):
            name = preview.columns[column]
            tip = f"{name}: to predict" if column == target else name
            widest = max((row[place] for row in texts), key=len, default="")
            headings.append(
                Heading(_short(name), tip, widest or name, left=True, bold=column == target)
            )
        self.set_headings(headings)

        def cell(row: int, place: int) -> Entry:
            return Entry(texts[row][place], ink="accent" if headings[place].bold else "text")

        self.cells.show(len(texts), cell)

    def best_height(self) -> int:
        """Return the height in pixels at which every row is in view."""
        bar = self.horizontalScrollBar().sizeHint().height()
        return self.whole_height(self.cells.rowCount()) + bar


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
