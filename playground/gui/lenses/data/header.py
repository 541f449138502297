"""What the data set is called, how large it is, and where it comes from."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from playground.data.preparation import Prepared
from playground.data.rows import TokenRows
from playground.data.summary import DataSummary
from playground.gui.forms.row import sentence_label
from playground.gui.lenses.data.settings_section import split_sentence
from playground.gui.look.marking import named
from playground.gui.widgets.layouts import stacked
from playground.wording import brief, counted, grouped


class DataHeader(QWidget):
    """Title, description, size, range, source and licence."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("dataHeader")
        self.title = named(sentence_label("", "figure"), "dataTitle")
        self.description = sentence_label("", "label")
        self.facts = named(sentence_label("", "advice"), "dataFacts")
        self.origin = named(sentence_label("", "muted"), "dataOrigin")
        self.origin.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        lines = (self.title, self.description, self.facts, self.origin)
        stacked(*lines, on=self, margins=0, spacing=3)

    def set_data(self, prepared: Prepared) -> None:
        """Show another data set."""
        dataset = prepared.dataset
        self.title.setText(dataset.title)
        self.description.setText(dataset.description)
        self.facts.setText(_facts(prepared))
        self.origin.setText(f"Source: {dataset.source} · Licence: {dataset.licence}")

    def set_summary(self, prepared: Prepared, summary: DataSummary) -> None:
        """Say how the values spread, of which tokens have none."""
        if isinstance(prepared.dataset.inputs, TokenRows):
            return
        values = (
            f"values {brief(summary.low)} to {brief(summary.high)}, mean {brief(summary.mean)}, "
            f"deviation {brief(summary.deviation)}"
        )
        self.facts.setText(f"{_facts(prepared)} · {values}")


def _facts(prepared: Prepared) -> str:
    dataset = prepared.dataset
    features = counted(dataset.features, "feature")
    if dataset.kind.pictures:
        height, width = dataset.image_shape
        features = f"{height}×{width} pixels = {features}"
    elif dataset.steps:
        unit = "token" if isinstance(dataset.inputs, TokenRows) else "feature"
        many = f"up to {grouped(dataset.steps)}" if dataset.padded else grouped(dataset.steps)
        features = f"{counted(len(dataset.unit_names), unit)} at {many} steps"
    words = [counted(len(dataset), "example"), features, "one number to predict"]
    classes = counted(len(dataset.class_names), "class")
    if dataset.labelled:
        words[-1] = classes
    elif dataset.task.at_every_step:
        words[-1] = f"{classes} to choose from at each step"
    if dataset.task.of_itself:
        words[-1] = f"{classes}, not told" if dataset.labelled else "to be given back"
    if len(prepared.parts) > 1:
        words.append(split_sentence(prepared))
    return " · ".join(words)
