"""An example as it was and as it has become, side by side."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from playground.analysis.why.attribution import largest
from playground.data.dataset import Dataset
from playground.gui.look.heat import Floats
from playground.gui.look.marking import named
from playground.gui.widgets.example_list import ExampleList
from playground.gui.widgets.figure_table import Entry, FigureTable, Heading
from playground.gui.widgets.ink_image import ink_image
from playground.gui.widgets.layouts import stacked
from playground.wording import brief

_MOST_ROWS = 8
_NARROWEST, _WIDEST = 190, 230


class ExamplePair(QWidget):
    """Two pictures; for other data each feature's value before and after."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "examplePair", "The example before and after")
        spoken = self.accessibleName()
        self._dataset: Dataset | None = None
        self._pictures = ExampleList("pairPictures", spoken, "line", (80, 80))
        self._pictures.setFixedWidth(self._pictures.extent(2, 1).width())
        figures = [Heading(title, widest="−0.0000") for title in ("before", "now")]
        self._table = FigureTable("pairTable", spoken, (Heading(left=True), *figures))
        self._table.setMinimumWidth(_NARROWEST)
        self._table.setMaximumWidth(_WIDEST)
        stacked(self._pictures, self._table, None, on=self, margins=0)

    def set_dataset(self, dataset: Dataset) -> None:
        """Prepare for another data set."""
        self._dataset = dataset
        self._table.setFixedHeight(self._table.whole_height(min(dataset.features, _MOST_ROWS)))
        self._pictures.setVisible(dataset.kind.pictures)
        self._table.setVisible(not dataset.kind.pictures)

    def set_examples(self, before: Floats, after: Floats) -> None:
        """Show an example, (features,), as it was and as it has become."""
        dataset = self._dataset
        if dataset is None or len(before) != dataset.features:
            return
        if dataset.kind.pictures:
            pictures = [partial(ink_image, dataset.ink(one)) for one in (before, after)]
            self._pictures.show_pictures(pictures, ("before", "now"))
        else:
            self._show_features(dataset, before, after)

    def _show_features(self, dataset: Dataset, before: Floats, after: Floats) -> None:
        """Write the features that changed most, in their order."""
        features = largest(after - before, _MOST_ROWS)

        def cell(row: int, column: int) -> Entry:
            feature = features[row]
            if column == 0:
                return Entry(dataset.feature_names[feature], ink="muted")
            value = (before, after)[column - 1][feature]
            return Entry(brief(float(value)), ink="muted" if column == 1 else "text")

        self._table.cells.show(len(features), cell)
