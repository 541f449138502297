"""What the user looks at: one neuron selected, one under the mouse, one answer asked about."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from playground.analysis.neurons.neuron import Neuron
from playground.nn.network import Network


class Attention(QObject):
    """Shared by every view, so that a click in one is seen in all.

    Attributes
    ----------
    selected, hovered
        A neuron, or None.
    chosen_target
        The class that the loss of the probe is measured against where the probe has no label of
        its own; None follows the most probable class.
    step
        The step of the probe that is pointed at, counted from 0, where it is a sequence; None
        for its end.

    Signals
    -------
    noise_shown(array)
        What a generator is given, (noise + classes,), is to be looked at.
    """

    selected_changed = Signal(object)
    hovered_changed = Signal(object)
    target_changed = Signal(object)
    step_changed = Signal(object)
    noise_shown = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.selected: Neuron | None = None
        self.hovered: Neuron | None = None
        self.chosen_target: int | None = None
        self.step: int | None = None

    @Slot(object)
    def select(self, neuron: Neuron | None) -> None:
        """Select a neuron everywhere, or none."""
        if neuron != self.selected:
            self.selected = neuron
            self.selected_changed.emit(neuron)

    @Slot(object)
    def hover(self, neuron: Neuron | None) -> None:
        """Say which neuron is under the mouse."""
        if neuron != self.hovered:
            self.hovered = neuron
            self.hovered_changed.emit(neuron)

    @Slot(object)
    def choose_target(self, label: int | None) -> None:
        """Ask about another answer than the most probable one."""
        if label != self.chosen_target:
            self.chosen_target = label
            self.target_changed.emit(label)

    @Slot(object)
    def point_at(self, step: int | None) -> None:
        """Point at a step of the sequence in the hand, in every view."""
        if step != self.step:
            self.step = step
            self.step_changed.emit(step)

    def show_noise(self, given: NDArray[np.floating]) -> None:
        """Look at what a generator makes of this, (noise + classes,)."""
        self.noise_shown.emit(given)

    def keep_within(self, network: Network) -> None:
        """Let go of a neuron that a network does not have."""
        units = {layer.name: layer.output_features for layer in network.layers}
        units["input"] = math.prod(network.input_shape)
        if self.selected is not None and self.selected.unit >= units.get(self.selected.layer, 0):
            self.select(None)
        if self.hovered is not None and self.hovered.unit >= units.get(self.hovered.layer, 0):
            self.hover(None)
