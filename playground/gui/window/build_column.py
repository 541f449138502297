"""The left column: the network's layers, how it is trained, and what is wrong with that."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QEvent, QObject, QSize, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from playground import fields
from playground.data.preparation import Prepared
from playground.gui.look.marking import named
from playground.gui.panels.diagnosis.diagnosis_area import DiagnosisArea
from playground.gui.panels.network.layer_editor import LayerEditor
from playground.gui.panels.network.noise_card import NoiseCard
from playground.gui.panels.training.training_form import TrainingForm
from playground.gui.session.session import Session
from playground.gui.widgets.elided_label import ElidedLabel
from playground.gui.widgets.layouts import scrolling, stacked
from playground.gui.window.network_info import generator_info, network_info
from playground.nn.names import GENERATOR
from playground.training.applicable_fields import applicable_fields
from playground.training.experiment import Experiment
from playground.wording import counted

_PREVIEWS = 8
_MARGIN_PX = 12
_GENERATORS = ("recipe.layers", "recipe.output", "recipe.noise")
_LEAST_FORM_PX = 160
"""What findings leave of the forms above them, however low the window."""


class BuildColumn(QWidget):
    """Shows the session's experiment in the layer editor and the training form, and what is wrong.

    The forms scroll where there is no room for them; findings stay in view below them.
    ``evidence_requested`` carries a :class:`~playground.analysis.diagnosis.Finding` whose view is
    wanted, ``layer_selected`` the name of the layer whose card was.

    Attributes
    ----------
    layers, generator
        The cards of the network that answers, and of one that makes examples; None before one.
    """

    evidence_requested = Signal(object)
    layer_selected = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.layers = LayerEditor()
        self.generator: LayerEditor | None = None
        self._both = named(ElidedLabel("", "heading"), "networksHeader")
        self._both.hide()
        self.training = TrainingForm(session.experiment)
        self._forms = QWidget()
        self._networks = stacked(self._both, self.layers, spacing=6)
        parts = (self._networks, self.training, None)
        stacked(*parts, on=self._forms, margins=_MARGIN_PX, spacing=14)
        self._scroll = named(scrolling(self._forms, self), "formsScroll")
        self.diagnosis = DiagnosisArea(session, self)
        self.diagnosis.evidence_requested.connect(self.evidence_requested)
        self.diagnosis.panel.setParent(self)
        for part in (self._forms, self.diagnosis.panel):
            part.installEventFilter(self)
        self.layers.layers_requested.connect(partial(session.change, "layers"))
        self.layers.output_requested.connect(partial(session.change, "output"))
        self.layers.selection_changed.connect(self.layer_selected)
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
        elif self.generator is not None and path.startswith(_GENERATORS):
            self.generator.show_refusal(path, sentence)
        elif self.training.owns(path):
            self.training.show_error(path, sentence)
        else:
            return False
        return True

    @Slot(object)
    def _on_experiment_changed(self, experiment: Experiment) -> None:
        prepared = self._session.prepared
        if prepared is not None:
            self._show_networks(experiment, prepared)
        self.training.set_value(experiment)

    def _show_networks(self, experiment: Experiment, prepared: Prepared) -> None:
        """Show the network that answers, and above it one that makes examples, if there is one."""
        answering = network_info(experiment, prepared.dataset)
        making = generator_info(experiment, prepared.dataset)
        self.layers.set_network(answering)
        self._both.setVisible(making is not None)
        if making is not None:
            count = answering.parameter_count + making.parameter_count
            self._both.set_text(f"Networks · {counted(count, 'parameter')}")
            self._generator_editor(experiment).set_network(making)
        if self.generator is not None:
            self.generator.setVisible(making is not None)

    def _generator_editor(self, experiment: Experiment) -> LayerEditor:
        """Return the cards of the generator, made when there is first one."""
        if self.generator is None:
            change = self._session.change
            declared = fields.describe(experiment.recipe)["noise"]
            assert isinstance(declared, fields.Number)
            noise = NoiseCard(declared)
            editor = self.generator = LayerEditor("recipe.layers", "generator", GENERATOR, noise)
            noise.box.value_requested.connect(partial(change, "recipe.noise"))
            editor.layers_requested.connect(partial(change, "recipe.layers"))
            editor.output_requested.connect(partial(change, "recipe.output"))
            editor.selection_changed.connect(self.layer_selected)
            editor.addActions(self.layers.actions())
            self._networks.insertWidget(1, editor)
        return self.generator

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
