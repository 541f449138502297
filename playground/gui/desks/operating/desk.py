"""The commands of the Network menu: what can be done to a layer, a neuron, or all the weights."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from playground import fields
from playground.analysis.neurons.neuron import Neuron
from playground.data.catalogue import titles
from playground.gui.desks.offer import Offer
from playground.gui.desks.operating.gradient_checker import GradientChecker
from playground.gui.session import messages
from playground.gui.session.session import Session
from playground.training import body as bodies
from playground.training.edits.switching import State, Switch, switch
from playground.training.experiment import Experiment, every_layer, find_settings
from playground.wording import listed

if TYPE_CHECKING:
    from playground.gui.desks.operating.gradient_dialog import GradientCheckDialog

_INPUT = "input"
_NO_LAYER = "Select a layer first: click its card or one of its neurons."
_NO_NEURON = "Select a neuron first: click it in a lens."
_NO_NETWORK = "There is no network yet."


class OperatingDesk(QObject):
    """Carries the commands out, and says which of them the selection allows.

    The layer is that of the neuron or of the card that was selected last;
    ``layer_changed`` tells that it is another.
    """

    layer_changed = Signal()

    def __init__(self, session: Session, checker: GradientChecker, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._checker = checker
        self._window = window
        self._layer: str | None = None
        self._gradients: GradientCheckDialog | None = None
        session.attention.selected_changed.connect(self._on_selected_changed)

    @Slot(str)
    def select_layer(self, name: str) -> None:
        """Take the layer whose card is selected."""
        self._layer = name
        self.layer_changed.emit()

    @Slot(object)
    def _on_selected_changed(self, neuron: Neuron | None) -> None:
        if neuron is not None and neuron.layer != _INPUT:
            self._layer = neuron.layer
        self.layer_changed.emit()

    # What can be done now.

    def offer_freeze_layer(self) -> Offer:
        """Say whether the layer can be frozen, or learns again."""
        settings = self._settings(self._layer)
        words = self._session.experiment.names.words(self._layer)
        if settings is None:
            return Offer(_NO_LAYER)
        model = self._session.model
        layer = None if model is None else model.network.layer(self._layer or "")
        learns = layer is None or layer.parameter_count > 0
        if not learns or not hasattr(settings, "trainable"):
            return Offer(f"{words} has nothing that training could change.")
        return Offer(title=f"&{'Freeze' if settings.trainable else 'Unfreeze'} {words}")

    def offer_freeze_neuron(self) -> Offer:
        """Say whether the neuron can be frozen, or learns again."""
        return self._offer_neuron("frozen")

    def offer_silence_neuron(self) -> Offer:
        """Say whether the neuron can be silenced, or is brought back."""
        return self._offer_neuron("silenced")

    def offer_freeze_body(self) -> Offer:
        """Say whether there are layers before the output to freeze, or to let learn again."""
        learning = _learning(self._session.experiment)
        if not learning:
            return Offer("There is no layer before the output that learns.")
        frozen = not any(settings.trainable for settings in learning.values())
        return Offer(title="Un&freeze all layers" if frozen else "Freeze all &but the output")

    def offer_keep_body(self) -> Offer:
        """Say whether the network has learned anything that other data could begin with."""
        session, snapshot = self._session, self._session.snapshot
        trained = snapshot is not None and snapshot.step > 0
        learned = trained or session.timeline.runs.present is not None or session.experiment.body
        if not learned:
            return Offer("Train first: the layers have learned nothing yet.")
        return Offer(
            None
            if _learning(self._session.experiment)
            else "There is no layer before the output that learns."
        )

    def offer_operation(self) -> Offer:
        """Say whether there are weights to work on."""
        model = self._session.model
        return Offer(None if model is not None and model.network.parameter_count else _NO_NETWORK)

    def _offer_neuron(self, state: State) -> Offer:
        neuron = self._session.attention.selected
        if neuron is None:
            return Offer(_NO_NEURON)
        if neuron.layer == _INPUT:
            return Offer("An input has no weights of its own; select a neuron.")
        if state == "silenced" and neuron.layer == "output":
            return Offer("Outputs are what the loss is measured on and cannot be silenced.")
        found = self._switch(state)
        if found is None:
            return Offer(
                f"{self._session.experiment.names.short(neuron.layer)} has no neurons of its own."
            )
        return Offer(title=found.title)

    def _switch(self, state: State) -> Switch | None:
        """Return what freezes or silences the selected neuron or its map, or undoes that."""
        neuron, model = self._session.attention.selected, self._session.model
        if neuron is None or model is None:
            return None
        layer = model.network.layer(neuron.layer)
        return switch(self._session.experiment, layer, neuron.unit, state)

    def _settings(self, layer: str | None) -> Any:
        """Return a layer's settings as the user has them, None where there is no such layer."""
        return find_settings(self._session.experiment, layer)[1]

    # Freezing and silencing are settings of the experiment.

    @Slot()
    def freeze_layer(self) -> None:
        """Freeze the layer, or let it learn again."""
        settings = self._settings(self._layer)
        if self._layer is not None and hasattr(settings, "trainable"):
            verb = "Freeze" if settings.trainable else "Unfreeze"
            title = f"{verb} {self._session.experiment.names.words(self._layer)}"
            place, _ = find_settings(self._session.experiment, self._layer)
            self._session.change_all({f"{place}.trainable": not settings.trainable}, title)

    @Slot()
    def freeze_body(self) -> None:
        """Freeze every layer but the output, or let all learn again where they are frozen."""
        learning = _learning(self._session.experiment)
        trainable = not any(settings.trainable for settings in learning.values())
        title = "Unfreeze all layers" if trainable else "Freeze all but the output"
        self._session.change_all({f"{path}.trainable": trainable for path in learning}, title)

    # Other data for what has been learned.

    @Slot()
    def ask_for_data(self) -> None:
        """Ask for which data the trained layers are kept."""
        from playground.gui.desks.operating.body_dialog import BodyDialog  # not needed to start

        dialog = BodyDialog(self._session.experiment.data, self._window)
        dialog.keep_requested.connect(self.keep_body)
        dialog.open()

    @Slot(str, object, bool)
    def keep_body(self, data: str, few: int | None, frozen: bool) -> None:
        """Begin with the trained layers on other data, with a new output.

        Of an autoencoder the layers up to its code are kept, to tell classes apart by the code.
        """
        session, experiment = self._session, self._session.experiment
        model, snapshot = session.model, session.snapshot
        if model is None or snapshot is None:
            return
        values: dict[str, Any] = {"data.name": data, "data.few": few}
        if model.dataset.task.of_itself and model.network.code is not None:
            last = [layer.name for layer in experiment.layers].index(model.network.code.name)
            experiment = replace(experiment, layers=experiment.layers[: last + 1])
            values["data.task"] = "labels"
        for path in _learning(experiment):
            experiment = fields.replace_at(experiment, f"{path}.trainable", not frozen)
        learned = f"{model.dataset.title}, epoch {snapshot.epoch}"
        values["layers"] = experiment.layers
        values["body"] = bodies.keep(bodies.Body.of(model.network, learned))
        self._begin_with(values)

    def _begin_with(self, values: dict[str, Any]) -> None:
        session = self._session
        title = f"Keep the trained layers for {titles()[values['data.name']]}"
        again = partial(self._begin_with, values)
        if session.change_all(values, title, afresh=True, again=again) and session.prepared:
            begun, names = session.experiment.begun(session.prepared.dataset), session.experiment
            kept = listed([names.names.words(layer) for layer in begun])
            session.notice.emit(f"What {kept} learned is kept; the output begins anew.")

    @Slot()
    def freeze_neuron(self) -> None:
        """Freeze the neuron, or let it learn again."""
        self._toggle("frozen")

    @Slot()
    def silence_neuron(self) -> None:
        """Silence the neuron, or bring it back."""
        self._toggle("silenced")

    def _toggle(self, state: State) -> None:
        found = self._switch(state)
        if found is not None:
            self._session.change_all({found.path: found.value}, found.title)

    @Slot(bool)
    def preserve(self, on: bool) -> None:
        """Let neurons and layers that are added from now on keep what the network computes."""
        self._session.send(messages.Preserve(on))

    # Operations change the weights themselves.

    @Slot()
    def ask_noise(self) -> None:
        """Ask how much noise to add, and add it."""
        self._ask("noise")

    @Slot()
    def ask_prune(self) -> None:
        """Ask how many weights to prune, and prune them."""
        self._ask("prune")

    @Slot()
    def ask_reset(self) -> None:
        """Ask which layer to draw anew, and draw it."""
        self._ask("reset")

    def _ask(self, operation: str) -> None:
        from playground.gui.desks.operating.dialogs import DIALOGS  # not needed to start

        model = self._session.model
        if model is None:
            return
        dialog = DIALOGS[operation](model.network, model.experiment, self._layer, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.operation_requested.connect(self._session.operate)
        dialog.open()

    # The gradient check.

    @Slot()
    def show_gradients(self) -> None:
        """Open the window of the gradient check, and compare."""
        from playground.gui.desks.operating.gradient_dialog import GradientCheckDialog

        if self._gradients is None:
            self._gradients = GradientCheckDialog(self._checker, self._window)
        self._gradients.show()
        self._gradients.activateWindow()
        if not self._checker.busy:
            self._checker.check()


def _learning(experiment: Experiment) -> dict[str, Any]:
    """Return the settings of the layers before the output that learn, by their paths."""
    layers = dict(every_layer(experiment.layers))
    return {path: each for path, each in layers.items() if hasattr(each, "trainable")}
