"""How the inputs spread: figures for each feature, or two pictures where features are pixels."""

from __future__ import annotations

from playground.data.preparation import Prepared
from playground.data.summary import DataSummary
from playground.gui.lenses.data.feature_rows import FeatureRows
from playground.gui.lenses.data.pixel_statistics import PixelStatistics
from playground.gui.widgets.section import LensSection
from playground.wording import counted


class FeaturesSection(LensSection):
    """Everything here is of the training part."""

    def __init__(self) -> None:
        super().__init__("dataFeatures", "Features")
        self.rows = FeatureRows()
        self.pixels = PixelStatistics()
        self.column.addWidget(self.rows)
        self.column.addWidget(self.pixels)

    def set_data(self, prepared: Prepared) -> None:
        """Show another data set; numbers follow."""
        dataset = prepared.dataset
        pictures = dataset.kind.pictures
        self.heading.setText("Pixels" if pictures else "Features")
        self.rows.setVisible(not pictures)
        self.pixels.setVisible(pictures)
        self.pixels.set_summary(dataset, None)
        if not pictures:
            self.rows.set_summary(dataset, None)
        noun = "example" if prepared.tested_on_train else "training example"
        examples = counted(len(prepared.train_index), noun)
        over = f"all steps of {examples}" if dataset.steps else examples
        self.set_caption(f"Over {over}; no value is missing.")

    def set_summary(self, prepared: Prepared, summary: DataSummary) -> None:
        """Show the numbers."""
        if prepared.dataset.kind.pictures:
            self.pixels.set_summary(prepared.dataset, summary)
        else:
            self.rows.set_summary(prepared.dataset, summary)
