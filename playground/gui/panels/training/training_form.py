"""The form of an experiment's training: the everyday settings at once, the rest behind a line."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from itertools import chain
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLabel, QWidget

from playground import fields
from playground.gui.forms.form import Form, value_at
from playground.gui.forms.number_box import NumberBox
from playground.gui.forms.number_text import number_text
from playground.gui.forms.row import sentence_label
from playground.gui.look.marking import named
from playground.gui.panels.training.augmentation_row import AugmentationRow
from playground.gui.panels.training.share_text import (
    SPLIT_LABELS,
    SPLIT_MAKERS,
    percent_text,
    percent_word,
    turns_text,
    turns_word,
)
from playground.gui.widgets.disclosure import Disclosure
from playground.gui.widgets.layouts import put_in_tab_order, stacked
from playground.training import body as bodies
from playground.training.experiment import Experiment, Stopping
from playground.wording import counted, number

_EVERYDAY = (
    "data.task",
    "training.loss",
    "training.optimizer",
    "training.learning_rate",
    "training.batch_size",
    ("training.l1", "training.l2"),
    "data.test_fraction",
    "data.noise",
    "data.examples",
    "data.steps",
)
_OF_A_PAIR = {
    "training.optimizer": (("recipe.optimizer", "training.optimizer"),),
    "training.learning_rate": (
        ("recipe.learning_rate", "training.learning_rate"),
        "recipe.steps",
        "recipe.real_label",
    ),
}
"""What stands in the place of a row where a generator learns against a discriminator."""

_OPTIMIZERS = {
    "training.optimizer": "Settings of {}",
    "recipe.optimizer": "Settings of the generator's {}",
}
_RARE = (
    "training.schedule",
    "training.clip_norm",
    "training.balance_classes",
    "training.own_share",
    "data.validation_fraction",
    "data.few",
    "data.standardize",
    "data.seed",
    "body",
)
_STOPPING = (
    "training.stopping.epochs",
    "training.stopping.seconds",
    "training.stopping.target_accuracy",
    "training.stopping.patience",
)
_AUGMENTATION = "training.augmentation"
_MAY_NOT_APPLY = (
    "data.task",
    "data.test_fraction",
    "data.validation_fraction",
    "data.few",
    "data.noise",
    "data.examples",
    "data.steps",
    "data.standardize",
    "data.seed",
    "training.balance_classes",
    "training.own_share",
    _AUGMENTATION,
)
_NAMES = {
    "data.task": "targetBox",
    "recipe.optimizer": "generatorOptimizerBox",
    "recipe.learning_rate": "generatorRateBox",
    "recipe.steps": "discriminatorStepsBox",
    "recipe.real_label": "realLabelBox",
    "training.loss": "lossBox",
    "training.optimizer": "optimizerBox",
    "training.learning_rate": "learningRateBox",
    "training.schedule": "scheduleBox",
    "training.batch_size": "batchSizeBox",
    "training.l1": "l1Box",
    "training.l2": "l2Box",
    "training.clip_norm": "clipNormBox",
    "training.balance_classes": "balanceClassesBox",
    "training.own_share": "ownShareBox",
    "training.stopping.epochs": "epochsBox",
    "training.stopping.seconds": "secondsBox",
    "training.stopping.target_accuracy": "targetAccuracyBox",
    "training.stopping.patience": "patienceBox",
    "data.test_fraction": "testFractionBox",
    "data.validation_fraction": "validationFractionBox",
    "data.few": "fewBox",
    "data.noise": "noiseBox",
    "data.examples": "examplesBox",
    "data.steps": "stepsBox",
    "data.standardize": "standardizeBox",
    "data.seed": "dataSeedBox",
    "seed": "seedBox",
    "body": "bodyBox",
}
_LABELS = {
    **SPLIT_LABELS,
    "training.stopping.patience": "No gain for",
    "recipe.optimizer": "Optimizers G / D",
    "recipe.learning_rate": "Rates G / D",
    "recipe.steps": "Steps D : G",
}
_MAKERS = {
    **SPLIT_MAKERS,
    "recipe.steps": partial(NumberBox, reading=turns_text, word=turns_word),
    "training.own_share": partial(NumberBox, reading=percent_text, word=percent_word),
    "training.stopping.target_accuracy": partial(
        NumberBox, reading=percent_text, word=percent_word
    ),
}
_FULL_BATCH = "Gradient descent takes all examples in each step."


class TrainingForm(QWidget):
    """Everything of an experiment but its layers.

    Attributes
    ----------
    augmentation
        The line for augmentation, which asks for examples of it.

    Signals
    -------
    change_requested(str, object)
        A path from the experiment's root, such as ``training.learning_rate``, and a value that
        its field has accepted.
    """

    change_requested = Signal(str, object)

    def __init__(self, experiment: Experiment) -> None:
        super().__init__()
        named(self, "trainingForm", "Training settings")
        self._experiment = experiment
        self._applicable: frozenset[str] = frozenset(_MAY_NOT_APPLY)
        self._stopping: Form | None = None
        self._rare: Form | None = None
        self._optimizers: dict[str, tuple[QLabel, Form]] = {}
        self._rare_section: QWidget | None = None
        self._column = stacked(on=self, margins=0, spacing=5)
        self._column.addWidget(named(QLabel("Training"), role="heading"))
        self._column.addSpacing(2)
        self._everyday = self._new_form(_everyday(experiment))
        self._column.addWidget(self._everyday)
        training = fields.describe(experiment.training)
        self.augmentation = AugmentationRow(
            experiment.training.augmentation, training["augmentation"], _AUGMENTATION
        )
        self.augmentation.change_requested.connect(self.change_requested)
        self._column.addWidget(self.augmentation)
        self._seed = self._new_form(("seed",))
        self._column.addWidget(self._seed)
        self._column.addSpacing(3)
        self.stopping_button = self._new_disclosure("stoppingButton", self._on_stopping_toggled)
        self.more_button = self._new_disclosure("moreButton", self._on_more_toggled)
        self.set_value(experiment)

    def set_value(self, experiment: Experiment) -> None:
        """Show an experiment; an editor in which the user is typing is left alone."""
        before, self._experiment = self._experiment, experiment
        if _everyday(experiment) != _everyday(before):
            self._rebuild_everyday()
        training = experiment.training
        for form in self._forms():
            form.set_value(experiment)
        self.augmentation.set_value(training.augmentation)
        self._show_optimizers()
        full = training.optimizer.full_batch
        if full:
            box = self._everyday.editor("training.batch_size")
            assert isinstance(box, NumberBox)
            box.set_value(None)
        self._everyday.set_row_enabled("training.batch_size", not full, _FULL_BATCH if full else "")
        self.stopping_button.set_text(_stopping_summary(training.stopping))
        self.more_button.set_text(f"More: {_rare_summary(experiment)}")

    def set_applicable(self, paths: Collection[str]) -> None:
        """Show only those rows about the data that mean something for the present data set.

        Parameters
        ----------
        paths
            Of ``data.task``, ``data.test_fraction``, ``data.validation_fraction``, ``data.few``,
            ``data.noise``,
            ``data.examples``, ``data.steps``, ``data.standardize``, ``data.seed``,
            ``training.balance_classes``, ``training.own_share`` and ``training.augmentation``,
            those that apply.
        """
        self._applicable = frozenset(paths)
        for path in _MAY_NOT_APPLY:
            if path == _AUGMENTATION:
                self.augmentation.setVisible(path in self._applicable)
                continue
            for form in self._forms():
                if form.owns(path):
                    form.set_row_visible(path, path in self._applicable)

    def owns(self, path: str) -> bool:
        """Return whether the form has an editor for a path from the experiment's root."""
        return any(
            path == known or path.startswith(f"{known}.") for known in (*_NAMES, _AUGMENTATION)
        )

    def show_error(self, path: str, sentence: str) -> None:
        """Show why a value was refused under its editor, which goes back to the one in force."""
        if path.startswith(_AUGMENTATION):
            self.augmentation.show_error(path, sentence)
            return
        self._form_of(path).show_error(path, sentence)

    def error_at(self, path: str) -> str:
        """Return the sentence shown under an editor, or nothing."""
        return self._form_of(path).error_at(path)

    def editor(self, path: str) -> QWidget:
        """Return the editor of a path from the experiment's root, opening what hides it."""
        if path.startswith(_AUGMENTATION):
            return self.augmentation.editor(path)
        return self._form_of(path).editor(path)

    def _form_of(self, path: str) -> Form:
        """Return the form with a path's editor, opening the part that it is in."""
        owner = path.rpartition(".")[0]
        if owner in _OPTIMIZERS:
            self.more_button.setChecked(True)
            return self._optimizers[owner][1]
        if path in _STOPPING:
            self.stopping_button.setChecked(True)
        elif not (self._everyday.owns(path) or self._seed.owns(path)):
            self.more_button.setChecked(True)
        return next(form for form in self._forms() if form.owns(path))

    def _forms(self) -> list[Form]:
        forms = (self._everyday, self._seed, self._stopping, self._rare)
        return [form for form in forms if form is not None]

    def _new_form(self, rows: Sequence[str | tuple[str, ...]], indent: int = 0) -> Form:
        form = Form(
            self._experiment,
            rows,
            names=_NAMES,
            labels=_LABELS,
            makers=_MAKERS,
            sliders=("training.learning_rate",),
            folded=_OPTIMIZERS,
            indent=indent,
        )
        form.change_requested.connect(self.change_requested)
        return form

    def _rebuild_everyday(self) -> None:
        """Show the everyday settings of another recipe in the place of those of the former."""
        former = self._everyday
        before = former.editors()[0].previousInFocusChain()
        self._everyday = self._new_form(_everyday(self._experiment))
        self._column.replaceWidget(former, self._everyday)
        former.hide()
        former.deleteLater()
        if before is not None:
            put_in_tab_order(before, self._everyday.editors())
        self.set_applicable(self._applicable)

    def _new_disclosure(self, name: str, slot: Any) -> Disclosure:
        button = named(Disclosure(), name)
        button.toggled.connect(slot)
        self._column.addWidget(button)
        return button

    @Slot(bool)
    def _on_stopping_toggled(self, opened: bool) -> None:
        if self._stopping is None:
            self._stopping = self._new_form(_STOPPING, indent=1)
            place = self._column.indexOf(self.stopping_button) + 1
            self._column.insertWidget(place, self._stopping)
            put_in_tab_order(self.stopping_button, self._stopping.editors())
        self._stopping.setVisible(opened)

    @Slot(bool)
    def _on_more_toggled(self, opened: bool) -> None:
        if self._rare_section is None:
            self._rare_section = QWidget()
            for path in _OPTIMIZERS:
                form = Form(path=path, indent=1, behind=self.more_button)
                form.change_requested.connect(self.change_requested)
                self._optimizers[path] = sentence_label("", "muted"), form
            self._rare = self._new_form(_RARE, indent=1)
            parts = (*chain.from_iterable(self._optimizers.values()), self._rare)
            stacked(*parts, on=self._rare_section, margins=0, spacing=5)
            self._column.addWidget(self._rare_section)
            put_in_tab_order(self.more_button, self._rare.editors())
            self._show_optimizers()
            self.set_applicable(self._applicable)
        self._rare_section.setVisible(opened)

    def _show_optimizers(self) -> None:
        for path, (title, form) in self._optimizers.items():
            owner = value_at(self._experiment, path.partition(".")[0])
            optimizer = getattr(owner, "optimizer", None)
            if optimizer is not None:
                form.set_value(optimizer)
                title.setText(_OPTIMIZERS[path].format(optimizer.title))
            has_settings = optimizer is not None and bool(fields.describe(optimizer))
            title.setVisible(has_settings)
            form.setVisible(has_settings)


def _everyday(experiment: Experiment) -> tuple[str | tuple[str, ...], ...]:
    """Return the rows of the everyday settings under an experiment's recipe."""
    if experiment.recipe.output is None:
        return _EVERYDAY
    rows = (_OF_A_PAIR.get(row, (row,)) if isinstance(row, str) else (row,) for row in _EVERYDAY)
    return tuple(chain.from_iterable(rows))


def _stopping_summary(stopping: Stopping) -> str:
    rules = []
    if stopping.epochs is not None:
        rules.append(counted(stopping.epochs, "epoch"))
    if stopping.seconds is not None:
        rules.append(f"{number(stopping.seconds)} s")
    if stopping.target_accuracy is not None:
        rules.append(f"{number_text(round(100 * stopping.target_accuracy, 6))} % right")
    if stopping.patience is not None:
        rules.append(f"{counted(stopping.patience, 'epoch')} without gain")
    return f"Stop after {' or '.join(rules)}" if rules else "Never stops by itself"


def _rare_summary(experiment: Experiment) -> str:
    training = experiment.training
    parts = [f"{training.schedule.title.lower()} rate"]
    if training.clip_norm is not None:
        parts.append(f"clipped at {number_text(training.clip_norm)}")
    if training.balance_classes:
        parts.append("classes balanced")
    if training.own_share:
        parts.append(f"{number_text(round(100 * training.own_share, 6))} % my drawings")
    if experiment.data.validation_fraction:
        share = number_text(round(100 * experiment.data.validation_fraction, 6))
        parts.append(f"{share} % validation")
    if experiment.data.few is not None:
        parts.append(f"{counted(experiment.data.few, 'example')} a class")
    if experiment.data.standardize:
        parts.append("standardized")
    if experiment.body:
        parts.append(f"begins with {bodies.find(experiment.body).title}")
    return ", ".join(parts)
