"""Several features of a table that are one text: a box to choose it, where sliders could lie."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLabel, QWidget

from playground.gui.look.marking import named, tool_tip
from playground.gui.widgets.combo_box import ComboBox
from playground.gui.widgets.layouts import beside

_IS = " = "
"""Between a column's name and one of its texts, in the name of a feature."""


def group_length(names: Sequence[str], inputs: NDArray[np.float32]) -> int:
    """Return how many features, from the first on, are the texts of one column; 1 for a number.

    Each of them is 1 where its text stands and 0 elsewhere, so in every row they add up to 1.
    """
    column = names[0].rpartition(_IS)[0]
    alike = [name.rpartition(_IS)[0] == column for name in names]
    length = len(alike) if all(alike) else alike.index(False)
    values = inputs[:, :length]
    chosen = np.isin(values, (0, 1)).all() and (values.sum(axis=1) == 1).all()
    return length if column and length > 1 and chosen else 1


class ChoiceRow(QWidget):
    """Shows which text it is and asks for another: ``value_requested`` carries its number.

    Parameters
    ----------
    names
        The features' names, such as ``"colour = red"``.
    """

    value_requested = Signal(float)

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        column = names[0].rpartition(_IS)[0]
        tip = tool_tip(f"Choose the {column} and watch the answer change.")
        self._box = named(ComboBox(), spoken=column, tip=tip)
        self._box.addItems([name.rpartition(_IS)[2] for name in names])
        label = named(QLabel(column))
        label.setBuddy(self._box)
        beside((label, 1), self._box, on=self, margins=0, spacing=8)
        self._box.activated.connect(self._on_activated)

    def values(self) -> list[float]:
        """Return 1 for the chosen text's feature and 0 for the others."""
        return [float(place == self._box.currentIndex()) for place in range(self._box.count())]

    def set_values(self, values: Sequence[float]) -> None:
        """Show the text whose feature is greatest, asking for nothing."""
        self._box.setCurrentIndex(int(np.argmax(values)))

    @Slot(int)
    def _on_activated(self, place: int) -> None:
        self.value_requested.emit(float(place))
