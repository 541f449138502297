"""Whether backpropagation computes the slope of the loss, for the user's network and data."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from playground.data.preparation import Part, Prepared
from playground.errors import PlaygroundError
from playground.nn.gradient_check import RIGHT_BELOW, WRONG_ABOVE, TensorCheck, check_tensors
from playground.nn.losses import Loss
from playground.nn.names import LayerNames
from playground.nn.network import Network
from playground.training.model import Model
from playground.training.recipes import Recipe
from playground.wording import scientific

METHOD = (
    "Backpropagation's ∂L/∂w is compared with (L(w + h) − L(w − h)) / 2h, h = 1e−5, for some "
    "entries of each tensor: in float64, with the batch's own statistics, dropout off and the "
    "penalties included. The relative error is ‖a − n‖ / (‖a‖ + ‖n‖)."
)
"""What the check does, in a sentence or two for a person."""

LONGEST_S = 1.5
"""How long a question may take beside a network that trains; fewer entries are compared then."""

_MULTIPLICATIONS = 1.5e9
_EXAMPLES = ((200_000, 32), (2_000_000, 16))
"""How many examples a network is checked on whose products for one of them are fewer than so many;
beyond, on the fewest."""
_FEWEST, _MOST = 8, 256


@dataclass(frozen=True)
class GradientReport:
    """What a gradient check found.

    Attributes
    ----------
    tensors
        In the network's order.
    examples
        Of the training part, that the loss was taken over.
    seed
        Which chose examples and entries.
    names
        What the layers are called.
    """

    tensors: tuple[TensorCheck, ...]
    examples: int
    seed: int
    names: LayerNames

    @property
    def entries(self) -> int:
        """How many numbers were compared."""
        return sum(check.entries for check in self.tensors)

    @property
    def relative_error(self) -> float:
        """The largest of any tensor."""
        return max(check.relative_error for check in self.tensors)

    @property
    def verdict(self) -> str:
        """The worst of any tensor: ``"right"``, ``"doubtful"``, ``"wrong"`` or ``"untested"``."""
        verdicts = {check.verdict for check in self.tensors}
        worst_first = ("wrong", "doubtful", "right", "untested")
        return next(verdict for verdict in worst_first if verdict in verdicts)

    @property
    def sentence(self) -> str:
        """The verdict in words."""
        worst = max(self.tensors, key=lambda check: check.relative_error)
        name, error = self._words(worst.name), scientific(worst.relative_error)
        return {
            "right": f"Backpropagation is correct: largest relative error {error} (anything below "
            f"{scientific(RIGHT_BELOW)} passes).",
            "doubtful": f"Not certain: {name} has a relative error of {error}. Between "
            f"{scientific(RIGHT_BELOW)} and {scientific(WRONG_ABOVE)} it can come from a kink in "
            "the loss or from rounding; check again on other examples.",
            "wrong": f"Backpropagation is wrong for {name}: relative error {error} (anything above "
            f"{scientific(WRONG_ABOVE)} fails).",
            "untested": "Nothing could be compared: every entry that was tried sits on a kink of "
            "the loss. Check again, or train a little first.",
        }[self.verdict]

    def _words(self, tensor: str) -> str:
        """Return what a tensor is called in a sentence: ``the weights of Dense 1``."""
        layer, _, kind = tensor.rpartition(".")
        return f"the {kind}{'s' if kind in {'scale', 'shift'} else ''} of {self.names.words(layer)}"

    @property
    def short(self) -> str:
        """The verdict for a status bar: ``Gradient check ✓ 3.1e−8``."""
        mark = {"right": "✓", "doubtful": "?", "wrong": "✗", "untested": "–"}[self.verdict]
        return f"Gradient check {mark} {scientific(self.relative_error)}"


def check_model(
    model: Model, prepared: Prepared, *, loss: Loss, l1: float, l2: float, seed: int
) -> GradientReport:
    """Check the network of a moment, with time for others; another seed tries other examples."""
    breathe, seconds = model.breathe, LONGEST_S
    return check_gradients(
        model.whole,
        loss,
        prepared,
        model.experiment.recipe,
        l1=l1,
        l2=l2,
        seed=seed,
        breathe=breathe,
        seconds=seconds,
    )


def check_gradients(
    network: Network,
    loss: Loss,
    prepared: Prepared,
    recipe: Recipe,
    *,
    l1: float,
    l2: float,
    seed: int,
    breathe: Callable[[], None] | None = None,
    seconds: float = math.inf,
) -> GradientReport:
    """Check a network's gradients on a mini-batch of the training part.

    Those of a generator and a discriminator are checked together, by the loss that the generator
    descends on: its slopes go through every tensor of both.

    A large network gets fewer examples and fewer entries, so that none takes long; ``breathe`` and
    ``seconds`` are those of :func:`check_tensors`.

    Raises
    ------
    PlaygroundError
        When there is nothing to differentiate: no parameters, or numbers that are not finite.
    """
    if not network.parameter_count:
        raise PlaygroundError("The network has no weights whose gradient could be checked.")
    if not (np.isfinite(network.parameters).all() and np.isfinite(network.statistics).all()):
        raise PlaygroundError(
            "The network has weights that are no finite numbers, and so no slope; reset it first."
        )
    rng = np.random.default_rng([seed, 3])
    products = sum(layer.settings.multiply_adds(layer.input_shape) for layer in network.row)
    few = next((count for most, count in _EXAMPLES if products < most), _FEWEST)
    chosen = rng.permutation(len(prepared.train_inputs))[:few]
    part = Part(prepared.train_inputs[chosen], prepared.train_index[chosen])
    given = recipe.fed(network, part.inputs[:])
    targets = prepared.target_rows(part, network.output_shape[0])[:]
    count = len(network.views_of(network.parameters))
    samples = int(_MULTIPLICATIONS / (2 * count * max(products, 1) * len(chosen)))
    checks = check_tensors(
        network,
        loss,
        given.T,
        recipe.wanted(network, given, targets).T,
        l1=l1,
        l2=l2,
        samples=min(max(samples, _FEWEST), _MOST),
        rng=rng,
        breathe=breathe,
        seconds=seconds,
    )
    if not all(math.isfinite(check.relative_error) for check in checks):
        raise PlaygroundError(
            "The loss or its gradient is not a finite number on these examples; reset the network "
            "and lower the learning rate."
        )
    return GradientReport(checks, len(chosen), seed, network.names)
