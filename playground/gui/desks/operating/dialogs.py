"""The small windows that ask what an operation on the network should do, and how strongly."""

from __future__ import annotations

import random
from abc import abstractmethod
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QWidget

from playground.errors import PlaygroundError
from playground.fields import Number
from playground.gui.forms.number_box import NumberBox
from playground.gui.forms.number_text import plain_word
from playground.gui.look.marking import named
from playground.gui.widgets.combo_box import ComboBox, offer
from playground.gui.widgets.labels import sentence
from playground.gui.widgets.layouts import stacked
from playground.nn.network import Network
from playground.training.edits.operation import Operation
from playground.training.edits.surgery import (
    AddNoise,
    Prune,
    ResetLayer,
    prune_count,
    weights_of,
)
from playground.training.experiment import Experiment
from playground.wording import grouped, number

_LARGEST_SEED = 2**31 - 1


class OperationDialog(QDialog):
    """Asks for a layer and, where there is one, an amount; says what will be touched.

    Signals
    -------
    operation_requested(object)
        The operation, when it was confirmed.
    """

    operation_requested = Signal(object)
    name: ClassVar[str]
    title: ClassVar[str]
    confirm: ClassVar[str]
    every_layer: ClassVar[str] = ""
    amount: ClassVar[Number | None] = None
    usual: ClassVar[float] = 0.0

    def __init__(
        self,
        network: Network,
        experiment: Experiment,
        layer: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(self.name)
        self.setWindowTitle(self.title)
        self.setMinimumWidth(400)
        self._network = network
        self._experiment = experiment
        self._amount = self.usual
        self._seed = random.SystemRandom().randrange(_LARGEST_SEED)
        self.layer_box = named(ComboBox(), "operationLayerBox", "Layer")
        every = [(self.every_layer, None)] if self.every_layer else []
        layers = [(network.names.full(known), known) for known in self._choices()]
        offer(self.layer_box, (*every, *layers), layer)
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.addRow("&Layer", self.layer_box)
        self.amount_box: NumberBox | None = None
        if self.amount is not None:
            self.amount_box = named(
                NumberBox(self.amount), "operationAmountBox", self.amount.label, self.amount.help
            )
            self.amount_box.set_value(self._amount)
            self.amount_box.value_requested.connect(self._on_amount_requested)
            self.amount_box.editTextChanged.connect(self._on_amount_typed)
            self.amount_box.complaint_changed.connect(self._on_complaint_changed)
            form.addRow(f"&{self.amount.label}", self.amount_box)
        self.effect_label = sentence("operationEffect", "advice")
        self.effect_label.setMinimumHeight(60)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.confirm_button = named(
            self.buttons.addButton(self.confirm, QDialogButtonBox.ButtonRole.AcceptRole),
            "operationConfirmButton",
            role="primary",
        )
        self.confirm_button.setDefault(True)
        stacked(
            form, self.effect_label, self.buttons, on=self, margins=(16, 14, 16, 14), spacing=12
        )
        self.layer_box.currentIndexChanged.connect(self._refresh)
        self.buttons.accepted.connect(self._on_accepted)
        self.buttons.rejected.connect(self.reject)
        self._refresh()

    @abstractmethod
    def operation(self) -> Operation:
        """Return what the boxes say."""

    @abstractmethod
    def effect(self) -> str:
        """Return what it would do, as sentences with numbers."""

    @property
    def layer(self) -> str | None:
        """The chosen layer's name; None is every layer."""
        chosen: str | None = self.layer_box.currentData()
        return chosen

    def _choices(self) -> list[str]:
        return [name.rpartition(".")[0] for name in weights_of(self._network, None)]

    @Slot()
    def _refresh(self) -> None:
        try:
            effect, possible = self.effect(), True
        except PlaygroundError as error:
            effect, possible = str(error), False
        self.effect_label.setText(effect)
        self.confirm_button.setEnabled(possible)

    @Slot(object)
    def _on_amount_requested(self, value: float) -> None:
        assert self.amount_box is not None
        self.amount_box.set_value(value)
        self._amount = value
        self._refresh()

    @Slot(str)
    def _on_amount_typed(self, text: str) -> None:
        """Follow what is being typed as soon as it is a number that fits."""
        assert self.amount is not None
        try:
            value = self.amount.parse(plain_word(self.amount, text), "")
        except PlaygroundError:
            return
        if value is not None and value != self._amount:
            self._amount = value
            self._refresh()

    @Slot(str)
    def _on_complaint_changed(self, complaint: str) -> None:
        if complaint:
            self.effect_label.setText(complaint)
            self.confirm_button.setEnabled(False)
        else:
            self._refresh()

    @Slot()
    def _on_accepted(self) -> None:
        if self.confirm_button.isEnabled():
            self.operation_requested.emit(self.operation())
            self.accept()


class NoiseDialog(OperationDialog):
    """Asks how strongly to shake which weights."""

    name = "noiseDialog"
    title = "Add noise"
    confirm = "Add noise"
    every_layer = "Every layer"
    amount = Number(
        label="Amount",
        help="How strong the noise is, in standard deviations of the layer's own weights.",
        low=0.001,
        high=100,
        logarithmic=True,
        choices=(0.01, 0.03, 0.1, 0.3, 1.0),
    )
    usual = 0.1

    def operation(self) -> AddNoise:
        """Return the noise as chosen."""
        return AddNoise(self.layer, self._amount, self._seed)

    def effect(self) -> str:
        """Say how many weights move, by what formula, and by how much."""
        self.operation().edits(self._network, self._experiment)
        tensors = weights_of(self._network, self.layer)
        count = sum(weights.size for weights in tensors.values())
        amount = number(self._amount)
        lines = (
            f"w ← w + {amount} · s · ε, with ε drawn from N(0, 1). {grouped(count)} weights "
            "change; "
        )
        if self.layer is None:
            return lines + "s is each layer's own standard deviation of its weights. Biases stay."
        spread = float(next(iter(tensors.values())).std())
        return lines + (
            f"s = {number(spread)} is the standard deviation of the weights of "
            f"{self._network.names.words(self.layer)}, so the noise has a deviation of "
            f"{number(self._amount * spread)}. Biases stay."
        )


class PruneDialog(OperationDialog):
    """Asks which share of which weights goes."""

    name = "pruneDialog"
    title = "Prune"
    confirm = "Prune"
    every_layer = "Every layer"
    amount = Number(
        label="Share",
        help="How many of the weights become 0, the smallest first.",
        low=0.01,
        high=100,
        unit="%",
        choices=(10.0, 30.0, 50.0, 70.0, 90.0),
    )
    usual = 30.0

    def operation(self) -> Prune:
        """Return the pruning as chosen."""
        return Prune(self.layer, self._amount / 100, self._sizes().size)

    def effect(self) -> str:
        """Say how many weights become 0, and where the line is drawn."""
        operation = self.operation()
        touched = sum(
            len(places) for places, _ in operation.edits(self._network, self._experiment).values()
        )
        sizes = self._sizes()
        count = prune_count(sizes.size, operation.fraction)
        line = float(np.partition(sizes, count - 1)[count - 1])
        already = f" {grouped(count - touched)} of them are 0 already." if touched < count else ""
        return (
            f"{grouped(count)} of {grouped(sizes.size)} weights become 0: the smallest, up to "
            f"|w| = {number(line)}.{already} Biases stay. Training may change these weights again."
        )

    def _sizes(self) -> NDArray[np.floating[Any]]:
        tensors = weights_of(self._network, self.layer)
        return np.concatenate([np.abs(weights).ravel() for weights in tensors.values()])


class ResetDialog(OperationDialog):
    """Asks which layer starts anew."""

    name = "resetLayerDialog"
    title = "Reset a layer"
    confirm = "Reset layer"

    def operation(self) -> ResetLayer:
        """Return the reset as chosen."""
        assert self.layer is not None
        return ResetLayer(self.layer, self._seed)

    def effect(self) -> str:
        """Say how many numbers are drawn anew, and how."""
        edits = self.operation().edits(self._network, self._experiment)
        count = sum(len(places) for places, _ in edits.values())
        layer = next(layer for layer in self._network.layers if layer.name == self.layer)
        initializer = getattr(layer.settings, "initializer", None)
        how = (
            f"drawn by its initializer, {initializer.title} ({initializer.formula}), from another "
            "seed"
            if initializer is not None
            else "scale 1, shift 0, running mean 0 and running variance 1"
        )
        return (
            f"{grouped(count)} numbers of {self._network.names.words(self.layer)} start again: "
            f"{how}. The other layers keep what they have learned."
        )

    def _choices(self) -> list[str]:
        return [layer.name for layer in self._network.layers if layer.parameter_count]


DIALOGS: dict[str, type[OperationDialog]] = {
    "noise": NoiseDialog,
    "prune": PruneDialog,
    "reset": ResetDialog,
}
"""What asks for each operation."""
