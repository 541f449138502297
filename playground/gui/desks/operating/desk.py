"""The commands of the Network menu: what can be done to a layer, a neuron, or all the weights."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QWidget

from playground.analysis.neurons.neuron import Neuron
from playground.gui.desks.actions import Actions
from playground.gui.desks.operating.dialogs import (
    NoiseDialog,
    OperationDialog,
    PruneDialog,
    ResetDialog,
)
from playground.gui.desks.operating.gradient_checker import GradientChecker
from playground.gui.desks.operating.gradient_dialog import GradientCheckDialog
from playground.gui.session.session import Session
from playground.nn.layers import Dense
from playground.nn.unit_list import units_in, with_unit, without_unit
from playground.training.edits.surgery import layer_words
from playground.training.experiment import Output

_INPUT = "input"
_NO_LAYER = "Select a layer first: click its card or one of its neurons."
_NO_NEURON = "Select a neuron first: click it in a lens."
_NO_NETWORK = "There is no network yet."


class NetworkCommands(QObject):
    """Carries the commands out, and offers those that the selection allows.

    The layer is that of the neuron or of the card that was selected last.
    """

    def __init__(
        self, session: Session, actions: Actions, checker: GradientChecker, window: QWidget
    ) -> None:
        super().__init__(window)
        self._session = session
        self._actions = actions
        self._checker = checker
        self._window = window
        self._layer: str | None = None
        self._gradients: GradientCheckDialog | None = None
        for name, slot in {
            "freezeLayerAction": self._on_freeze_layer,
            "freezeNeuronAction": self._on_freeze_neuron,
            "silenceNeuronAction": self._on_silence_neuron,
            "addNoiseAction": self._on_add_noise,
            "pruneAction": self._on_prune,
            "resetLayerAction": self._on_reset_layer,
            "checkGradientsAction": self.show_gradients,
        }.items():
            actions[name].triggered.connect(slot)
        session.attention.selected_changed.connect(self._on_selected_changed)
        session.experiment_changed.connect(self._offer)
        session.model_changed.connect(self._offer)
        self._offer()

    @Slot(str)
    def select_layer(self, name: str) -> None:
        """Take the layer whose card is selected."""
        self._layer = name
        self._offer()

    @Slot(object)
    def _on_selected_changed(self, neuron: Neuron | None) -> None:
        if neuron is not None and neuron.layer != _INPUT:
            self._layer = neuron.layer
        self._offer()

    # What can be done now.

    @Slot()
    def _offer(self) -> None:
        actions = self._actions
        settings = self._settings(self._layer)
        words = layer_words(self._layer)
        if settings is None:
            actions.offer("freezeLayerAction", missing=_NO_LAYER)
        elif not hasattr(settings, "trainable"):
            missing = f"{words} has nothing that training could change."
            actions.offer("freezeLayerAction", missing=missing)
        else:
            verb = "Freeze" if settings.trainable else "Unfreeze"
            actions.offer("freezeLayerAction", f"&{verb} {words}")
        for name, field, verbs in (
            ("freezeNeuronAction", "frozen", ("Freeze", "Unfreeze")),
            ("silenceNeuronAction", "silenced", ("Silence", "Bring back")),
        ):
            self._offer_neuron(name, field, verbs)
        model = self._session.model
        parameters = 0 if model is None else model.network.parameter_count
        for name in ("addNoiseAction", "pruneAction", "resetLayerAction", "checkGradientsAction"):
            actions.offer(name, missing="" if parameters else _NO_NETWORK)

    def _offer_neuron(self, name: str, field: str, verbs: tuple[str, str]) -> None:
        neuron = self._session.attention.selected
        settings = None if neuron is None else self._settings(neuron.layer)
        missing = ""
        text = ""
        if neuron is None:
            missing = _NO_NEURON
        elif neuron.layer == _INPUT:
            missing = "An input has no weights of its own; select a neuron."
        elif field == "silenced" and isinstance(settings, Output):
            missing = "Outputs are what the loss is measured on and cannot be silenced."
        elif not isinstance(settings, Dense | Output):
            missing = f"{layer_words(neuron.layer)} has no neurons of its own."
        else:
            verb = verbs[self._named(settings, field, neuron.unit)]
            text = f"{verb} neuron {neuron.unit} of {layer_words(neuron.layer)}"
        self._actions.offer(name, text, missing)

    def _settings(self, layer: str | None) -> Any:
        """Return a layer's settings as the user has them, None where there is no such layer."""
        experiment = self._session.experiment
        if layer == "output":
            return experiment.output
        return next((known for known in experiment.layers if known.name == layer), None)

    def _named(self, settings: Any, field: str, unit: int) -> bool:
        return unit in units_in(getattr(settings, field), unit + 1)

    # Freezing and silencing are settings of the experiment.

    @Slot()
    def _on_freeze_layer(self) -> None:
        settings = self._settings(self._layer)
        if self._layer is not None and hasattr(settings, "trainable"):
            verb = "Freeze" if settings.trainable else "Unfreeze"
            title = f"{verb} {layer_words(self._layer)}"
            self._change(self._layer, "trainable", not settings.trainable, title)

    @Slot()
    def _on_freeze_neuron(self) -> None:
        self._toggle("frozen", ("Freeze", "Unfreeze"))

    @Slot()
    def _on_silence_neuron(self) -> None:
        self._toggle("silenced", ("Silence", "Bring back"))

    def _toggle(self, field: str, verbs: tuple[str, str]) -> None:
        neuron = self._session.attention.selected
        settings = None if neuron is None else self._settings(neuron.layer)
        if neuron is None or not hasattr(settings, field):
            return
        named = self._named(settings, field, neuron.unit)
        change = without_unit if named else with_unit
        title = f"{verbs[named]} neuron {neuron.unit} of {layer_words(neuron.layer)}"
        self._change(neuron.layer, field, change(getattr(settings, field), neuron.unit), title)

    def _change(self, layer: str, field: str, value: Any, title: str) -> None:
        names = [known.name for known in self._session.experiment.layers]
        place = "output" if layer == "output" else f"layers.{names.index(layer)}"
        self._session.change_all({f"{place}.{field}": value}, title)

    # Operations change the weights themselves.

    @Slot()
    def _on_add_noise(self) -> None:
        self._ask(NoiseDialog)

    @Slot()
    def _on_prune(self) -> None:
        self._ask(PruneDialog)

    @Slot()
    def _on_reset_layer(self) -> None:
        self._ask(ResetDialog)

    def _ask(self, kind: type[OperationDialog]) -> None:
        model = self._session.model
        if model is None:
            return
        dialog = kind(model.network, model.experiment, self._layer, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.operation_requested.connect(self._on_operation_requested)
        dialog.open()

    @Slot(object)
    def _on_operation_requested(self, operation: Any) -> None:
        self._session.operate(operation)

    # The gradient check.

    @Slot()
    def show_gradients(self) -> None:
        """Open the window of the gradient check, and compare."""
        if self._gradients is None:
            self._gradients = GradientCheckDialog(self._checker, self._window)
        self._gradients.show()
        self._gradients.activateWindow()
        if not self._checker.busy:
            self._checker.check()
