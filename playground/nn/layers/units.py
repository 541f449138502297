"""What every layer with an activation does behind its sums: bend, leave out, silence; and back."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground import fields
from playground.nn.activations import ACTIVATIONS, ELEMENTWISE, Activation, ReLU
from playground.nn.arrays import Array, Call, with_ones
from playground.nn.dropout_mask import DropoutMask
from playground.nn.explain.activation import Bending
from playground.nn.explain.unit_report import Bend
from playground.nn.layers.running import LayerPass, Mode
from playground.nn.record import LayerRecord
from playground.nn.unit_list import declare_units, units_in

_NEXT_TO_NOTHING, _AUDIBLE = 1e-7, 1e-3


def declare_activation(*, elementwise: bool = False) -> Any:
    """Declare the field for the curve behind the sums, one that bends each sum by itself or any."""
    return fields.variant(
        ReLU(),
        "Activation",
        "What each neuron makes of its weighted sum.",
        ELEMENTWISE if elementwise else ACTIVATIONS,
    )


def declare_dropout(units: str = "neurons") -> Any:
    """Declare the field for the part of the units that a step leaves out."""
    return fields.number(
        0.0,
        "Dropout",
        f"The part of the {units} that each training step leaves out at random.",
        low=0,
        high=0.95,
    )


def declare_frozen(units: str = "neurons") -> Any:
    """Declare the field that names the units which training leaves as they are."""
    return declare_units(
        f"Frozen {units}",
        f"{units.capitalize()} whose weights and bias training leaves as they are, by number: "
        "3, 5–7.",
    )


def declare_silenced(units: str = "neurons") -> Any:
    """Declare the field that names the units which answer 0."""
    return declare_units(
        f"Silenced {units}",
        f"{units.capitalize()} that always answer 0, to see what the network can do without them: "
        "3, 5–7.",
    )


def bend_sums(settings: Bending, z: Array, mode: Mode, units: int) -> LayerPass:
    """Return the work from the sums z to the output, and back to ∂L/∂z.

    ``a = f(z)``; what silenced units hand on is 0, and so is the error that reaches them; dropout
    multiplies by its mask, forward and backward: all places of a map share one draw ("spatial"
    dropout; Tompson et al. 2015). The caller puts its own calls before the forward ones and behind
    the backward ones.

    Parameters
    ----------
    settings
        Activation, dropout and silenced units.
    z
        (units·places, batch), which the caller's forward calls fill. An activation that is not
        elementwise takes the units of each place together.
    mode
        What the pass is for.
    units
        How many neurons or maps there are; a neuron has a single place.
    """
    (features, batch), dtype, activation = z.shape, z.dtype, settings.activation
    output = with_ones(features, batch, dtype)
    a = output[:-1]
    side_by_side = z.shape if activation.elementwise else (units, -1)
    by_place = z.reshape(side_by_side), a.reshape(side_by_side)
    done = LayerPass(output, None, [partial(activation.forward, *by_place)], z=z, kept={"a": a})
    silenced = units_in(settings.silenced, units)
    heard = np.ones((units, 1), np.bool_)
    by_unit = (units, features // units, batch)
    mask, factors = None, np.empty(0, dtype)
    if settings.dropout and mode.masks is not None:
        mask = done.mask = DropoutMask((units, batch), settings.dropout, mode.masks, dtype)
        done.kept["mask"] = mask.factors
        factors = mask.factors[:, np.newaxis]
    if silenced.size:
        heard[silenced] = False
        done.kept["heard"] = (
            np.repeat(heard, z.size // units, axis=1).reshape(z.shape).astype(dtype)
        )
    heard = heard[:, np.newaxis]
    if silenced.size or mask is not None:
        done.output = with_ones(features, batch, dtype)
        done.fusable = False
        audible = {"where": heard} if silenced.size else {}
        whole, left = a.reshape(by_unit), done.output[:-1].reshape(by_unit)
        if mask is None:
            done.forward.append(partial(np.copyto, left, whole, where=heard))
        else:
            done.forward.append(partial(np.multiply, whole, factors, left, **audible))
    if not mode.goes_back:
        return done

    grad_a, grad_z = np.empty((features, batch), dtype), np.empty((features, batch), dtype)
    done.grad_output, done.grad_z = grad_a, grad_z
    d_a, d_z = (each.reshape(side_by_side) for each in (grad_a, grad_z))
    backward: Call = partial(activation.backward, d_a, *by_place, d_z)
    errors = grad_a.reshape(by_unit)
    if silenced.size:
        backward = _behind_silence(backward, errors, ~heard)
    if mask is not None:
        done.backward.append(partial(np.multiply, errors, factors, errors))
    done.backward.append(backward)
    return done


def fall_silent(activation: Activation, weights: Array, biases: Array) -> bool:
    """Let a layer answer 0, or next to it, and still learn; return whether it can.

    Weights of 0 do where the curve has a slope at 0, and such as are next to 0 where it has none.
    """
    z = np.array([[0, _NEXT_TO_NOTHING, -_NEXT_TO_NOTHING]])
    f = np.empty_like(z)
    activation.forward(z, f)
    if f[0, 0] or np.abs(f).max() > _AUDIBLE:
        return False
    weights[...] *= 0 if activation.derivative(z)[0, 0] else _NEXT_TO_NOTHING
    biases.fill(0)
    return True


def straight_way(activation: Activation, *, signed: bool) -> tuple[tuple[int, ...], float]:
    """Return how an activation can hand on a number z, as signs and a factor s.

    One sign: f(z) = s·z. Two: f(z) − f(−z) = s·z, as of ReLU, leaky ReLU, softplus, SiLU and
    GELU. No sign where neither is so.

    Parameters
    ----------
    activation
        It is tried at numbers up to 8.
    signed
        Whether z may be negative.
    """
    z = np.linspace(-8, 8, 65)[np.newaxis]
    f = np.empty_like(z)
    activation.forward(z, f)
    tried = z > 0 if not signed else z != 0
    for signs, line in (((1,), f), ((1, -1), f - f[:, ::-1])):
        s = float(line[0, -1] / z[0, -1])
        if activation.elementwise and s and np.allclose(line[tried], s * z[tried], rtol=1e-9):
            return signs, s
    return (), 0.0


def _behind_silence(backward: Call, grad_a: Array, silenced: NDArray[np.bool_]) -> Call:
    """Return the activation's backward call for units of which nobody hears some."""

    def call() -> None:
        np.copyto(grad_a, 0, where=silenced)
        backward()

    return call


def inspect_bend(
    activation: Activation, done: LayerRecord, unit: int, positions: int
) -> Bend | None:
    """Return how one unit's sum became its answer, None where nothing ran.

    ``positions`` is how many places or steps each unit has: those at one of them are bent together.
    """
    if done.z is None or not done.ran:
        return None
    with np.errstate(all="ignore"):
        if activation.elementwise:
            f = float(done.kept["a"][unit, 0])
            return Bend(activation, f, float(activation.derivative(done.z[unit : unit + 1])[0, 0]))
        outputs = np.arange(unit % positions, len(done.z), positions)
        shares, mine = done.kept["a"][outputs, 0], unit // positions
        jacobian = shares[mine] * ((outputs == unit) - shares)
        others = np.delete(done.z[outputs, 0], mine)
        rivals = float(np.logaddexp.reduce(others)) if others.size else -np.inf
    return Bend(
        activation,
        float(shares[mine]),
        float(jacobian[mine]),
        outputs=outputs,
        jacobian=jacobian,
        layer_f=shares,
        layer_grad_a=None if done.grad_a is None else done.grad_a[outputs, 0],
        rivals=rivals,
    )
