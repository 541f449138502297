"""The links that the diagram draws: which, how strong at the moment, and in which style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.analysis.neurons.neuron import Neuron
from playground.analysis.weights.diagram_links import (
    Joint,
    LinkChoice,
    joints,
    link_tensor,
    links_of,
    patch_totals,
    signed_sizes,
)
from playground.gui.look.heat import Floats
from playground.nn.network import Network

OF_A_NEURON = 64
"""The most links that are drawn on either side of a selected neuron, the strongest."""

_LEVELS = 5  # widths, so that a curve is seldom drawn anew
_THIN, _THICK = 0.9, 3.0
_FAINT, _DEEP = 0.12, 1.7  # depth of ink: 1 - exp(-depth) covers the ground
_BENT = 1.3
_PLAIN = 0.45  # of the weakest link that is looked at
_CUT = 0.85
_PAIRED = 0.25  # links of batch normalization stay in the background
_UNWEIGHTED = 0.05  # and those without a weight, of a sum, all the more
_DIMMED = 0.22
_MANY = 32  # links between maps that would cover one another


@dataclass(frozen=True, eq=False)
class Drawn:
    """The links of one joint that are drawn, sorted by ``ids``; all arrays are (n,).

    Attributes
    ----------
    ids
        unit · inputs + input, a link's number in its joint.
    units, inputs
        The neurons that it joins.
    focus
        Whether it belongs to a selected or hovered neuron.
    """

    ids: NDArray[np.int64]
    units: NDArray[np.intp]
    inputs: NDArray[np.intp]
    focus: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Style:
    """How the links of a joint look at the moment; all arrays are (n,).

    Attributes
    ----------
    values
        The weights, or the contributions w·a.
    shares
        Their sizes, 0 for the weakest and 1 for the strongest of the joint.
    widths
        In pixels.
    inks
        Depth of ink, dimmed where another neuron's links are looked at.
    negative
        Their signs.
    plain
        Whether they only say what reads what, without a number: of maps, until a place is chosen.
    """

    values: Floats
    shares: Floats
    widths: Floats
    inks: Floats
    negative: NDArray[np.bool_]
    plain: bool = False


class NetworkLinks:
    """All joints of a network, over live views of its weights.

    Attributes
    ----------
    joints
        From the input on.
    choices
        Which links are drawn of each joint, beside those of the neurons that are looked at.
    values
        What every column hands on to the next for the probe; empty without one.
    by_contribution
        Whether a link is as strong as what it adds, w·a, or as its weight.
    """

    def __init__(self, network: Network | None = None) -> None:
        self.joints: tuple[Joint, ...] = () if network is None else joints(network)
        self._tensors: list[Floats] = []
        self._biases: list[Floats | None] = []
        if network is not None:
            views = network.views()
            self._tensors = [link_tensor(joint, views) for joint in self.joints]
            self._biases = [views.get(f"{joint.target}.biases") for joint in self.joints]
        nothing = np.empty(0, np.intp)
        self.choices = [LinkChoice(nothing, nothing) for _ in self.joints]
        self._drawn: list[Drawn | None] = [None] * len(self.joints)
        self._neurons: tuple[Neuron, ...] = ()
        self._alone = False
        self.values: Mapping[str, Floats] = {}
        self.by_contribution = False

    @property
    def count(self) -> int:
        """How many links the network has."""
        return sum(joint.count for joint in self.joints)

    @property
    def shown(self) -> int:
        """How many are drawn."""
        return sum(len(self.drawn(index).ids) for index in range(len(self.joints)))

    @property
    def focused(self) -> bool:
        """Whether the links of some neuron stand out."""
        return any(self.drawn(index).focus.any() for index in range(len(self.joints)))

    def choose(self, choices: Sequence[LinkChoice]) -> None:
        """Draw these links, one choice a joint."""
        if len(choices) == len(self.joints):
            self.choices = list(choices)
            self._drawn = [None] * len(self.joints)

    def focus_on(self, neurons: Sequence[Neuron | None], *, alone: bool = False) -> bool:
        """Let the links of these neurons stand out; return whether that changed.

        ``alone``, a joint that has some of them shows no others.
        """
        wanted = tuple(dict.fromkeys(neuron for neuron in neurons if neuron is not None))
        changed = (wanted, alone) != (self._neurons, self._alone)
        if changed:
            self._neurons, self._alone = wanted, alone
            self._drawn = [None] * len(self.joints)
        return changed

    def weight(self, index: int, unit: int, of: int) -> float:
        """Return one link's weight; of a kernel, its size with the sign of its sum."""
        tensor, joint = self._tensors[index], self.joints[index]
        if joint.has_kernels:
            return float(signed_sizes(tensor[unit, of]))
        return float(tensor[unit] if joint.paired else tensor[unit, of])

    def kernels(self, layer: str) -> Floats | None:
        """Return a layer's kernels as they are now, (maps, maps read, size, size), or None."""
        for joint, tensor in zip(self.joints, self._tensors, strict=True):
            if joint.target == layer and joint.has_kernels and joint.window is not None:
                return tensor
        return None

    @property
    def have_kernels(self) -> bool:
        """Whether some of the links are kernels."""
        return any(joint.has_kernels and joint.window is not None for joint in self.joints)

    def biases(self, index: int) -> Floats | None:
        """Return what a joint's targets add to their sums, (units,), or None without biases."""
        return self._biases[index]

    def contribution(self, index: int, unit: int, of: int) -> float | None:
        """Return what a link adds to its target's sum, w·a, or None without a probe."""
        joint = self.joints[index]
        if joint.paired or joint.source not in self.values:
            return None
        if joint.has_kernels:
            pixel = self._pixel(joint)
            if joint.window is None or pixel is None or pixel // joint.places != unit:
                return None
            values = self.values[joint.source]
            return float(patch_totals(joint, self._tensors[index], values, pixel)[of])
        return self.weight(index, unit, of) * float(self.values[joint.source][of])

    def drawn(self, index: int) -> Drawn:
        """Return which links of a joint are drawn."""
        known = self._drawn[index]
        if known is None:
            known = self._drawn[index] = self._collect(index)
        return known

    def _pixel(self, joint: Joint) -> int | None:
        """Return the pixel of the target's maps that is looked at, by its number."""
        for neuron in self._neurons:
            if neuron.layer == joint.target and 0 <= neuron.unit < joint.units * joint.places:
                return neuron.unit
        return None

    def _collect_maps(self, index: int) -> Drawn:
        """Return what the pixel looked at reads, alone; without one, the chosen links of all."""
        joint, choice = self.joints[index], self.choices[index]
        pixel = self._pixel(joint)
        units, inputs = choice.units, choice.inputs
        if pixel is not None:
            tensor, own = self._tensors[index], pixel // joint.places
            if joint.has_kernels:
                tensor = signed_sizes(tensor)
            looked_at = links_of(joint, own, tensor, OF_A_NEURON, incoming=True)
            units, inputs = looked_at.units, looked_at.inputs
        ids = (units * joint.inputs + inputs).astype(np.int64)
        return Drawn(ids, units, inputs, np.full(len(ids), pixel is not None))

    def _collect(self, index: int) -> Drawn:
        joint, choice = self.joints[index], self.choices[index]
        if joint.by_map:
            return self._collect_maps(index)
        ids = [choice.units * joint.inputs + choice.inputs]
        for neuron in self._neurons:
            for incoming, name, width in (
                (True, joint.target, joint.units),
                (False, joint.source, joint.inputs),
            ):
                if neuron.layer == name and 0 <= neuron.unit < width:
                    tensor = self._tensors[index]
                    own = links_of(joint, neuron.unit, tensor, OF_A_NEURON, incoming=incoming)
                    ids.append(own.units * joint.inputs + own.inputs)
        if self._alone and len(ids) > 1:
            ids[0] = ids[1]
        together = np.unique(np.concatenate(ids)).astype(np.int64)
        focus = np.isin(together, np.concatenate(ids[1:])) if len(ids) > 1 else together < 0
        units, inputs = np.divmod(together.astype(np.intp), joint.inputs)
        return Drawn(together, units, inputs, focus)

    def style(self, index: int) -> Style:
        """Return how a joint's drawn links look with the weights of this moment.

        Their sizes are compared with the largest of the same joint, so that every joint shows
        which of its links matter; what is not a number is drawn as if it were 0.
        """
        drawn, joint, tensor = self.drawn(index), self.joints[index], self._tensors[index]
        values = tensor[drawn.units] if joint.paired else tensor[drawn.units, drawn.inputs]
        if joint.has_kernels:
            values = signed_sizes(values)
        if joint.by_map and not drawn.focus.any():
            return _plain(values)
        told = joint.window is not None or not joint.has_kernels
        if self.by_contribution and told and not joint.paired and joint.source in self.values:
            handed_on, pixel = self.values[joint.source], self._pixel(joint)
            if joint.has_kernels and pixel is not None:
                values = patch_totals(joint, tensor, handed_on, pixel)[drawn.inputs]
            else:
                with np.errstate(all="ignore"):
                    values = values * handed_on[drawn.inputs]
        sizes = np.abs(np.where(np.isfinite(values), values, 0.0))
        largest = sizes.max(initial=0.0)
        # Where weaker links are left out, the weakest that is drawn is the faintest.
        least = 0.0
        if len(drawn.ids) < joint.count and not drawn.focus.all():
            least = _CUT * sizes[~drawn.focus].min()
        span = largest - least
        shares = np.clip((sizes - least) / span, 0, 1) if span > 0 else np.zeros_like(sizes)
        if largest > 0:
            shares = np.where(drawn.focus, sizes / largest, shares)
        if joint.paired:
            shares = shares * (_PAIRED if joint.tensor else _UNWEIGHTED)
        levels = np.rint(shares * _LEVELS) / _LEVELS
        inks = _FAINT + (_DEEP - _FAINT) * shares**_BENT
        if self.focused:
            looked_at = _PLAIN + (_DEEP - _PLAIN) * shares
            inks = np.where(drawn.focus, looked_at, inks * _DIMMED)
        return Style(values, shares, _THIN + (_THICK - _THIN) * levels, inks, values < 0)


def _plain(values: Floats) -> Style:
    """Return how links between maps look where no place is chosen: thin, the small ones faint."""
    sizes = np.abs(np.where(np.isfinite(values), values, 0.0))
    shares = sizes / max(float(sizes.max(initial=0.0)), 1e-12)
    inks = (_FAINT + (_PLAIN - _FAINT) * shares) * min(1.0, (_MANY / max(len(values), 1)) ** 0.5)
    widths = np.full(len(values), _THIN)
    return Style(values, shares, widths, inks, np.zeros(len(values), bool), plain=True)
