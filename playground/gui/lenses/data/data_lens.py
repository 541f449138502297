"""The lens that shows the data: what there is, how it spreads, and what the network gets of it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from playground.data.augmented_samples import AugmentedSamples, augmented_samples
from playground.data.preparation import Prepared
from playground.data.summary import DataSummary, summarize
from playground.gui.lenses.data.augmentation_section import AugmentationSection
from playground.gui.lenses.data.classes_section import ClassesSection
from playground.gui.lenses.data.example_section import ExampleSection
from playground.gui.lenses.data.features_section import FeaturesSection
from playground.gui.lenses.data.header import DataHeader
from playground.gui.lenses.data.settings_section import SettingsSection
from playground.gui.lenses.lens import Lens
from playground.gui.look.marking import named
from playground.gui.look.meanings import PARTS, ColorMeaning
from playground.gui.session.analyst import Answer
from playground.gui.session.probe import Probe, example_probe
from playground.gui.session.reading import Reading
from playground.gui.session.session import Session
from playground.gui.widgets.layouts import beside, scrolling, stacked
from playground.training.experiment import Experiment
from playground.training.model import Model

_WIDE = 620
_SUMMARY, _SAMPLES = "summary", "samples"
_AGAIN_S = 0.5


class DataLens(Lens):
    """A browser of the data set, and the way of one example through its preparation.

    ``summary`` is the numbers shown; ``shown_probe`` the example whose preparation is shown: the
    one in hand, or the first.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setObjectName("dataLens")
        self._prepared: Prepared | None = None
        self.summary: DataSummary | None = None
        self._probe: Probe | None = None
        self.shown_probe: Probe | None = None
        self._augmentation = session.experiment.training.augmentation
        self._arranged: tuple[bool, bool] | None = None
        self.header = DataHeader()
        self.classes = ClassesSection()
        self.features = FeaturesSection()
        self.settings = SettingsSection(session.experiment)
        self.example = ExampleSection()
        self.augmentation = AugmentationSection()

        inside = QWidget()
        self._left, self._right = stacked(None, spacing=14), stacked(None, spacing=14)
        self._columns = beside((self._left, 1), (self._right, 1))
        stacked(self.header, self._columns, None, on=inside, margins=(0, 6, 8, 8), spacing=10)
        area = named(scrolling(inside), "dataScroll")
        stacked(area, on=self, margins=0)
        self._arrange()

        self.settings.change_requested.connect(session.change)
        self.augmentation.samples_requested.connect(self._ask_for_samples)
        self.classes.example_requested.connect(self._on_example_requested)
        session.experiment_changed.connect(self._on_experiment_changed)
        session.refused.connect(self._on_refused)

    def legend(self) -> tuple[ColorMeaning, ...]:
        prepared = self.session.prepared
        return () if prepared is None or prepared.tested_on_train else PARTS

    def on_data(self, prepared: Prepared) -> None:
        """Show another data set; its numbers follow."""
        self._prepared, self.summary = prepared, None
        self._probe = self.shown_probe = None
        self.unwatch(_SAMPLES)
        for part in (self.header, self.classes, self.features, self.settings, self.example):
            part.set_data(prepared)
        self.augmentation.setVisible(prepared.dataset.kind.pictures)
        self._arrange()
        self.watch(_SUMMARY, lambda model, data: summarize(data, model.breathe), _AGAIN_S)
        if self.in_view:
            self._show_probe()

    def on_model(self, model: Model | None) -> None:
        """Show the settings as they are, which may have changed out of view."""
        self._on_experiment_changed(self.session.experiment)

    def on_reading(self, reading: Reading | None) -> None:
        """Show another example; the network's answer is no matter here."""
        if self.shown_probe is None or self.session.probe is not self._probe:
            self._show_probe()

    def on_answer(self, topic: str, answer: Answer) -> None:
        """Show the data set's numbers, which no training changes."""
        found, prepared = answer.value, self._prepared
        if isinstance(found, AugmentedSamples):
            self._show_samples(found)
        if prepared is None or not isinstance(found, DataSummary):
            return
        self.summary = found
        self.unwatch(_SUMMARY)
        for part in (self.header, self.classes, self.features):
            part.set_summary(prepared, found)
        if self.shown_probe is not None:
            self._mark(self.shown_probe)

    def _show_samples(self, samples: AugmentedSamples) -> None:
        """Show samples, also of an example just before the present one, whose own are under way."""
        if samples.augmentation != self.session.experiment.training.augmentation:
            return
        self.augmentation.show_samples(samples)
        if self.shown_probe is not None and samples.inputs is self.shown_probe.inputs:
            self.unwatch(_SAMPLES)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _show_probe(self) -> None:
        prepared = self._prepared
        if prepared is None:
            return
        self._probe = self.session.probe
        shown = None if self._probe is None else self._probe.within(prepared)
        if shown is None:
            shown = example_probe(prepared, int(prepared.train_index[0]))
        self.shown_probe = shown
        self.example.show_probe(shown)
        self._mark(shown)
        self._ask_for_samples()

    def _show_augmentation(self) -> None:
        """Tell what is in force, and show it where it has changed."""
        augmentation = self.session.experiment.training.augmentation
        prepared = self._prepared
        standardized = prepared is not None and prepared.normalization.active
        self.augmentation.set_augmentation(augmentation, standardized=standardized)
        if augmentation != self._augmentation:
            self._augmentation = augmentation
            self._ask_for_samples()

    @Slot()
    def _ask_for_samples(self) -> None:
        """Have the example changed at random in the analyst's time."""
        prepared, shown = self._prepared, self.shown_probe
        augmentation = self.session.experiment.training.augmentation
        if prepared is None or shown is None or not prepared.dataset.kind.pictures:
            return
        rng = np.random.default_rng()

        def question(model: Model, prepared: Prepared) -> AugmentedSamples:
            return augmented_samples(
                prepared.dataset, shown.inputs, augmentation, rng, model.breathe
            )

        if augmentation.active:
            self.watch(_SAMPLES, question, 0.0)

    def _mark(self, probe: Probe) -> None:
        self.features.rows.set_example(probe.inputs)
        self.classes.target.set_target(probe.target)

    def _arrange(self) -> None:
        """Stand the sections in two columns, or in one where it is narrow."""
        wide = self.width() >= _WIDE
        pictures = self._prepared is None or self._prepared.dataset.kind.pictures
        if (wide, pictures) == self._arranged:
            return
        self._arranged = (wide, pictures)
        left, right = [self.classes, self.features], [self.example, self.augmentation]
        if not wide:
            left, right = [self.classes, self.settings, *right, self.features], []
        elif pictures:
            left.append(self.settings)
        else:
            right.append(self.settings)
        for side, sections in ((self._left, left), (self._right, right)):
            for place, section in enumerate(sections):
                side.insertWidget(place, section)
        self._columns.setSpacing(24 if wide else 0)
        self._columns.setStretch(1, int(wide))

    @Slot(object)
    def _on_experiment_changed(self, experiment: Experiment) -> None:
        if self.in_view:
            self.settings.set_experiment(experiment)
            self._show_augmentation()

    @Slot(str, str)
    def _on_refused(self, path: str, sentence: str) -> None:
        if self.in_view and self.settings.form.owns(path):
            self.settings.form.show_error(path, sentence)

    @Slot(int)
    def _on_example_requested(self, index: int) -> None:
        if self._prepared is not None:
            self.probe_requested.emit(example_probe(self._prepared, index))
