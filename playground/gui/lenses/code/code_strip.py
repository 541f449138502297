"""Below the plane: the way between two drawings, the nearest examples, the error by class."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QPushButton, QSizePolicy, QWidget

from playground.analysis.codes.fidelity import Fidelity
from playground.data.dataset import Dataset
from playground.gui.lenses.code.error_bars import ErrorByClass
from playground.gui.lenses.code.morph_strip import MorphStrip
from playground.gui.lenses.code.wording import errors_figure
from playground.gui.widgets.buttons import toggle_button
from playground.gui.widgets.example_list import ExampleList
from playground.gui.widgets.example_picture import label_of
from playground.gui.widgets.layouts import beside, paged, stacked
from playground.wording import nth, short

_PAGES = (
    ("morphButton", "Morph", "The straight way from one drawing's code to another's."),
    ("nearestButton", "Nearest", "The examples whose codes are nearest to that in the hand."),
    ("byClassButton", "Error by class", "How badly each class comes back, beside PCA."),
)

Floats = NDArray[np.floating[Any]]


class CodeStrip(QWidget):
    """One of three views at a time.

    ``page_changed`` tells that another is in view; ``example_requested`` carries a picked example.
    """

    page_changed = Signal()
    example_requested = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.morph, self.errors = MorphStrip(), ErrorByClass()
        self.nearest = ExampleList(
            *("codeNeighbours", "Nearest examples by code", "line", (48, 48)),
            lines=2,
            arrows_pick=False,
        )
        self.nearest.set_placeholder("Draw or choose an example to see which codes are nearest.")
        self.buttons: list[QPushButton] = []
        self._group = QButtonGroup(self)
        for place, (name, title, tip) in enumerate(_PAGES):
            button = toggle_button(name, title, tip)
            self._group.addButton(button, place)
            self.buttons.append(button)
        self.buttons[0].setChecked(True)
        inside = QWidget()
        self._pages = paged(self.morph, self.nearest, self.errors, on=inside)
        inside.setFixedHeight(self.nearest.height())
        column = stacked(*self.buttons, None, margins=0, spacing=2)
        beside(column, (inside, 1), on=self, margins=0, spacing=10)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._dataset: Dataset | None = None
        self._group.idClicked.connect(self._pages.setCurrentIndex)
        self._pages.currentChanged.connect(self.page_changed)
        self.nearest.example_requested.connect(self.example_requested)

    @property
    def shows_nearest(self) -> bool:
        """Whether the nearest examples are in view."""
        return self._pages.currentWidget() is self.nearest

    @property
    def shows_errors(self) -> bool:
        """Whether the errors of each class are in view."""
        return self._pages.currentWidget() is self.errors

    def set_data(self, dataset: Dataset) -> None:
        """Wait for codes of another data set."""
        self._dataset = dataset
        self.nearest.show_examples(dataset, [])
        self.morph.show_ends(0, way=False, in_hand=False)
        self.errors.show_errors((), np.empty(0), np.empty(0), "")

    def set_rebuilds(self, rebuilds: bool) -> None:
        """Offer what there is to see where the network gives back its input, or does not."""
        self.buttons[0].setEnabled(rebuilds)
        self.buttons[2].setEnabled(rebuilds)
        if not rebuilds:
            self.buttons[1].click()

    def show_nearest(self, rows: NDArray[np.int64], distances: Floats) -> None:
        """Show the nearest examples."""
        dataset = self._dataset
        if dataset is None:
            return

        def caption(place: int) -> str:
            return f"{label_of(dataset, int(rows[place]))}\n{short(float(distances[place]))}"

        def tip(place: int) -> str:
            row = int(rows[place])
            return (
                f"Example {nth(row)}, labelled {label_of(dataset, row)}, at a distance of "
                f"{short(float(distances[place]))} in the code. Click to take it into the hand."
            )

        self.nearest.show_examples(dataset, rows, caption=caption, tip=tip)

    def show_fidelity(self, fidelity: Fidelity) -> None:
        """Show how badly the test part comes back."""
        dataset = self._dataset
        if dataset is None:
            return
        names, figure = dataset.class_names, errors_figure(fidelity)
        if fidelity.labels is None or not names:
            code, principal = np.array([[fidelity.error], [fidelity.principal_error]])
            names = ("all",)
        else:
            code, principal = fidelity.by_class(len(names))
        self.errors.show_errors(names, code, principal, figure)
