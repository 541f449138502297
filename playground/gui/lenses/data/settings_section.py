"""How the data are made and split: the same settings as in the training form, with their effect."""

from __future__ import annotations

import random

from PySide6.QtCore import Signal, Slot

from playground.data.preparation import PARTS, Prepared
from playground.gui.forms.form import Form
from playground.gui.panels.training.share_text import SPLIT_LABELS, SPLIT_MAKERS
from playground.gui.widgets.buttons import push_button
from playground.gui.widgets.section import LensSection
from playground.training.applicable_fields import applicable_fields
from playground.training.experiment import Experiment
from playground.wording import counted, grouped

_NAMES = {
    "data.test_fraction": "dataTestFractionBox",
    "data.validation_fraction": "dataValidationFractionBox",
    "data.noise": "dataNoiseBox",
    "data.examples": "dataExamplesBox",
    "data.steps": "dataStepsBox",
    "data.standardize": "dataStandardizeBox",
    "data.seed": "dataSplitSeedBox",
}


class SettingsSection(LensSection):
    """``change_requested`` carries a path from the experiment's root and the wanted value."""

    change_requested = Signal(str, object)

    def __init__(self, experiment: Experiment) -> None:
        super().__init__("dataSettings", "Split and preparation")
        self._experiment = experiment
        self.new_split = push_button("newSplitButton", "New split", role="link")
        self.controls.addWidget(self.new_split)
        self.form = Form(
            experiment,
            tuple(_NAMES),
            names=_NAMES,
            labels=SPLIT_LABELS,
            makers=SPLIT_MAKERS,
        )
        self.form.setMaximumWidth(420)
        self.column.addWidget(self.form)
        self.form.change_requested.connect(self.change_requested)
        self.new_split.clicked.connect(self._on_new_split_clicked)

    def set_data(self, prepared: Prepared) -> None:
        """Offer what changes something for a data set, and tell what came of it."""
        applicable = applicable_fields(prepared)
        for path in _NAMES:
            self.form.set_row_visible(path, path in applicable)
        generated = "data.examples" in applicable
        self.new_split.setVisible("data.seed" in applicable)
        self.new_split.setText("New examples" if generated else "New split")
        self.new_split.setAccessibleName(self.new_split.text())
        self.new_split.setToolTip(
            "Use another data seed: other examples, and other ones held back."
            if generated
            else "Use another data seed, so that other examples are held back."
        )
        self.set_caption(split_sentence(prepared))

    def set_experiment(self, experiment: Experiment) -> None:
        """Show the settings in force."""
        self._experiment = experiment
        self.form.set_value(experiment)

    @Slot()
    def _on_new_split_clicked(self) -> None:
        seed = self._experiment.data.seed
        other = random.SystemRandom().randrange(9_999)
        self.change_requested.emit("data.seed", other + (other >= seed))


def split_sentence(prepared: Prepared) -> str:
    """Return how many examples there are to train, to choose and to test on."""
    if len(prepared.parts) == 1:
        examples = counted(len(prepared.train_index), "example")
        return f"{examples}, to train and to test on: none is held back"
    parts = prepared.parts.items()
    counts = " · ".join(f"{grouped(len(part.rows))} {PARTS[name]}" for name, part in parts)
    if prepared.dataset.test_part is None:
        return f"{counts} examples"
    which = "" if prepared.validation is None else "the test part "
    return f"{counts}, {which}{prepared.dataset.test_words}"
