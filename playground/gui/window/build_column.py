"""The left column: the network's layers, how it is trained, and what is wrong with that."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
from PySide6.QtCore import QEvent, QObject, QSize, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from playground.data.dataset import Dataset
from playground.data.preparation import Prepared
from playground.data.rows import TokenRows
from playground.gui.look.marking import named
from playground.gui.panels.diagnosis.diagnosis_area import DiagnosisArea
from playground.gui.panels.network.card_info import CardInfo, NetworkInfo
from playground.gui.panels.network.layer_editor import LayerEditor
from playground.gui.panels.training.training_form import TrainingForm
from playground.gui.session.session import Session
from playground.gui.widgets.layouts import scrolling, stacked
from playground.nn.names import LayerNames
from playground.training.applicable_fields import applicable_fields
from playground.training.experiment import Experiment
from playground.training.size import LayerSize, layer_sizes
from playground.wording import number

_PREVIEWS = 8
_MOST_NAMES = 10
_MARGIN_PX = 12
_LEAST_FORM_PX = 160
"""What findings leave of the forms above them, however low the window."""


class BuildColumn(QWidget):
    """Shows the session's experiment in the layer editor and the training form, and what is wrong.

    The forms scroll where there is no room for them; findings stay in view below them.
    ``evidence_requested`` carries a :class:`~playground.analysis.diagnosis.Finding` whose view is
    wanted.
    """

    evidence_requested = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.layers = LayerEditor()
        self.training = TrainingForm(session.experiment)
        self._forms = QWidget()
        stacked(self.layers, self.training, None, on=self._forms, margins=_MARGIN_PX, spacing=14)
        self._scroll = named(scrolling(self._forms, self), "formsScroll")
        self.diagnosis = DiagnosisArea(session, self)
        self.diagnosis.evidence_requested.connect(self.evidence_requested)
        self.diagnosis.panel.setParent(self)
        for part in (self._forms, self.diagnosis.panel):
            part.installEventFilter(self)
        self.layers.layers_requested.connect(partial(session.change, "layers"))
        self.layers.output_requested.connect(partial(session.change, "output"))
        self.training.change_requested.connect(session.change)
        self.training.augmentation.preview_requested.connect(self._on_preview_requested)
        session.experiment_changed.connect(self._on_experiment_changed)
        session.data_changed.connect(self._on_data_changed)
        self.setEnabled(False)  # until there are data

    def minimumSizeHint(self) -> QSize:
        return QSize(self._forms.minimumSizeHint().width(), _LEAST_FORM_PX)

    def sizeHint(self) -> QSize:
        return self._forms.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the heights that the forms and the findings want."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Show, QEvent.Type.Hide):
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        """Put the findings right below the forms, or at the foot where these have to scroll."""
        panel = self.diagnosis.panel
        width, told, gap = self.width() - 2 * _MARGIN_PX, 0, 0
        wanted = _height(self._forms, self.width())
        if not panel.isHidden():
            told = panel.heightForWidth(width)
            gap = _MARGIN_PX if wanted + told + _MARGIN_PX > self.height() else 0
            told = min(told, max(self.height() - _LEAST_FORM_PX - gap - _MARGIN_PX, 0))
        below = told + gap + _MARGIN_PX if told else 0
        forms = min(wanted, self.height() - below)
        self._scroll.setGeometry(0, 0, self.width(), forms)
        panel.setGeometry(_MARGIN_PX, forms + gap, width, told)

    def show_refusal(self, path: str, sentence: str) -> bool:
        """Show why a value was refused beside its control; return whether there is one."""
        if path.startswith(("layers.", "output")):
            self.layers.show_refusal(path, sentence)
        elif self.training.owns(path):
            self.training.show_error(path, sentence)
        else:
            return False
        return True

    @Slot(object)
    def _on_experiment_changed(self, experiment: Experiment) -> None:
        prepared = self._session.prepared
        if prepared is not None:
            self.layers.set_network(network_info(experiment, prepared.dataset))
        self.training.set_value(experiment)

    @Slot(object)
    def _on_data_changed(self, prepared: Prepared) -> None:
        self.setEnabled(True)
        self.training.set_applicable(applicable_fields(prepared))

    @Slot()
    def _on_preview_requested(self) -> None:
        """Augment one training example eight times, as an epoch would."""
        prepared = self._session.prepared
        if prepared is None or not prepared.dataset.kind.pictures:
            return
        dataset = prepared.dataset
        augmentation = self._session.experiment.training.augmentation
        rng = np.random.default_rng()
        example = dataset.inputs[rng.choice(prepared.train_index)]
        same = np.repeat(example[np.newaxis], _PREVIEWS, axis=0)
        changed = np.empty_like(same)
        augmentation.apply(same, dataset.image_shape, rng, changed)
        self.training.augmentation.set_preview(
            [picture.reshape(dataset.image_shape) for picture in changed]
        )


def _height(widget: QWidget, width: int) -> int:
    """Return the height that a widget wants at a width."""
    if widget.hasHeightForWidth():
        return widget.heightForWidth(width)
    return widget.sizeHint().height()


def network_info(experiment: Experiment, dataset: Dataset) -> NetworkInfo:
    """Return what the layer editor shows for an experiment on a data set."""
    *hidden, last = layer_sizes(experiment, dataset)
    output = replace(
        _card_info(last, experiment.names),
        settings=experiment.output,
        note=dataset.task.output_note(last.output_shape[0], dataset.input_shape),
    )
    cards = tuple(_card_info(size, experiment.names) for size in hidden)
    note, at_every_step = _input_note(dataset), dataset.task.at_every_step
    return NetworkInfo(dataset.input_shape, note, cards, output, at_every_step)


def _card_info(size: LayerSize, names: LayerNames) -> CardInfo:
    return CardInfo(
        names.short(size.settings.name),
        size.settings,
        size.input_shape,
        size.output_shape,
        size.parameters,
        inside=tuple(_card_info(inner, names) for inner in size.inside),
        multiply_adds=size.settings.multiply_adds(size.input_shape),
    )


def _input_note(dataset: Dataset) -> str:
    if dataset.steps:
        return _steps_note(dataset)
    low, high = (number(value) for value in dataset.value_range)
    count = dataset.inputs.shape[1]
    what = f"{count} {dataset.kind.feature_word}s"
    if dataset.kind.on_plane:
        what = " and ".join(dataset.feature_names)
    return f"{what}, {low}…{high}" if dataset.kind.one_scale else what


def _steps_note(dataset: Dataset) -> str:
    """Return what comes at each step: ``40 steps: x, y``, or ``10 tokens: a, b``."""
    names, writing = dataset.unit_names, dataset.writing
    if writing is not None:
        turns, moves = writing.directions, writing.moves
        asked = f"{names[moves]} … {names[-1]}"
        names = (f"{turns} directions", *names[turns:moves], asked)
    elif len(names) > _MOST_NAMES:
        names = (f"{names[0]} … {names[-1]}",)
    tokens = isinstance(dataset.inputs, TokenRows)
    what = f"{dataset.input_shape[0]} tokens" if tokens else f"{dataset.steps} steps"
    return f"{what}: {', '.join(names)}"
