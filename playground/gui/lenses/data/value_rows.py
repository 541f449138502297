"""An example of a table or a plane: each feature's value, and what the network is given for it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.data.dataset import Dataset
from playground.gui.widgets.figure_table import Entry, FigureTable, Heading
from playground.wording import number

_MOST_ROWS = 12
_WIDEST_NAME = 240
_HEADINGS = (
    Heading(left=True),
    Heading("value", "As the data hold it.", "network sees"),
    Heading("network sees", "As the network is given it."),
)


class ValueRows(FigureTable):
    """A row a feature: its name, the value in the data, and the value the network sees."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("valueRows", "The example's values", _HEADINGS, row_px=21, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.horizontalHeader().setMaximumSectionSize(_WIDEST_NAME)
        self.setFixedHeight(self.whole_height(0))

    def set_values(
        self, dataset: Dataset, raw: NDArray[np.floating], seen: NDArray[np.floating]
    ) -> None:
        """Show an example, (features,), as it is and as the network sees it."""

        def cell(row: int, column: int) -> Entry:
            if column == 0:
                return Entry(dataset.feature_names[row], ruled=row > 0)
            return Entry(number(float((raw, seen)[column - 1][row])), ruled=row > 0)

        self.setFixedHeight(self.whole_height(min(len(raw), _MOST_ROWS)))
        self.cells.show(len(raw), cell)
