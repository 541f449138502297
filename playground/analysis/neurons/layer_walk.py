"""One example's way through a network, forward once and back by the chain rule as far as asked."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.nn.layers import BatchNorm, Dense
from playground.nn.losses import Loss
from playground.nn.unit_list import units_in
from playground.training.model import Model

Floats = NDArray[np.floating[Any]]


class LayerWalk:
    """What every layer makes of one example, and the slopes of what lies behind a layer.

    Going back stops at the layer that is asked about and computes no gradient of weights, so one
    neuron can be looked at in every frame: ∂L/∂w is its ∂L/∂z times what the weight multiplies.
    Prediction is differentiated: running statistics, no dropout.

    Parameters
    ----------
    model
        Whose parameters of this moment are used.
    row
        The raw example, (features,).

    Attributes
    ----------
    layers
        The running layers.
    inputs
        The normalized example as the network sees it, (features, 1).
    z, a
        By layer, the sums (units, 1) or None, and what it hands on, (units, 1).
    """

    def __init__(self, model: Model, row: Floats) -> None:
        self.layers = model.network.layers
        rows = np.asarray(row).reshape(1, -1)
        with np.errstate(all="ignore"):
            traces = model.trace(rows)
            self.inputs: Floats = np.asarray(model.normalization.apply(rows).T, np.float64)
        self.z = [trace.z for trace in traces]
        self.a: list[Floats] = [trace.a.reshape(-1, 1) for trace in traces]

    def given(self, index: int) -> Floats:
        """Return what a layer was given, (features, 1)."""
        return self.a[index - 1] if index else self.inputs

    def loss(self, loss: Loss, targets: Floats) -> tuple[float, Floats, Floats]:
        """Return L, ∂L/∂a and ∂L/∂z of the output layer, (outputs, 1) each, for wanted outputs.

        Where loss and activation belong together, ∂L/∂z is their common gradient, which stays
        exact where ∂L/∂a had to be cut off.
        """
        prediction, z = self.a[-1], self.z[-1]
        assert z is not None
        target = np.asarray(targets, np.float64).reshape(-1, 1)
        grad_a = np.empty_like(prediction)
        with np.errstate(all="ignore"):
            value = loss.prepare(prediction, target, grad_a)()
            if loss.fuses_with(self.layers[-1].settings.activation):  # type: ignore[attr-defined]
                grad_z = np.empty_like(z)
                fused = loss.prepare_fused(z, target, np.empty_like(z), grad_z)
                return fused(), grad_a, grad_z
        grad_before = self.before_activation(len(self.layers) - 1, grad_a)
        assert grad_before is not None
        return value, grad_a, grad_before

    def before_activation(self, index: int, grad_a: Floats) -> Floats | None:
        """Return ∂L/∂z from ∂L/∂a of a layer, or None where the layer has no sums."""
        z, settings = self.z[index], self.layers[index].settings
        if z is None or not isinstance(settings, Dense):
            return None
        heard = grad_a.copy()
        heard[units_in(settings.silenced, settings.units)] = 0
        f, out = np.empty_like(z), np.empty_like(z)
        with np.errstate(all="ignore"):
            settings.activation.forward(z, f)
            settings.activation.backward(heard, z, f, out)
        return out

    def before_layer(self, index: int, grad_a: Floats, grad_z: Floats | None = None) -> Floats:
        """Return ∂L/∂ what a layer was given, from ∂L/∂a or, where it is known, ∂L/∂z.

        Dense: Wᵀ·∂L/∂z. Batch normalization: ∂L/∂y · scale / √(variance + ε). Others hand on.
        """
        layer = self.layers[index]
        with np.errstate(all="ignore"):
            known = self.before_activation(index, grad_a) if grad_z is None else grad_z
            if isinstance(layer.settings, Dense) and known is not None:
                through: Floats = layer.views()["weights"].T @ known
                return through
            if isinstance(layer.settings, BatchNorm):
                views = layer.views()
                spread = np.sqrt(views["running_variance"] + layer.settings.epsilon)
                scaled: Floats = grad_a * (views["scale"] / spread)[:, np.newaxis]
                return scaled
        return grad_a

    def errors(
        self, loss: Loss, targets: Floats, index: int
    ) -> tuple[float, Floats, Floats | None, tuple[Floats, Floats | None] | None]:
        """Return L, ∂L/∂a and ∂L/∂z of a layer, and the same two of the layer behind it.

        ``index`` is −1 for the inputs; there is nothing behind the output layer.
        """
        value, grad_a, known = self.loss(loss, targets)
        grad_z: Floats | None = known
        behind = None
        for at in range(len(self.layers) - 1, index, -1):
            behind = grad_a, grad_z
            grad_a = self.before_layer(at, grad_a, grad_z)
            if at:
                grad_z = self.before_activation(at - 1, grad_a)
            else:
                grad_z = None
        return value, grad_a, grad_z, behind

    def input_slopes(self, index: int, unit: int) -> Floats:
        """Return ∂a/∂ the normalized inputs for a neuron's a, (features,)."""
        grad: Floats = np.zeros_like(self.a[index])
        grad[unit] = 1
        for at in range(index, -1, -1):
            grad = self.before_layer(at, grad)
        return grad[:, 0]
