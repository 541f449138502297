"""Adversarial training: a generator makes examples out of noise, a discriminator judges them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

from playground import fields
from playground.data.dataset import Dataset
from playground.data.judged import BY_CLASS, OF_ANY
from playground.data.preparation import Prepared
from playground.nn.activations import LeakyReLU, Sigmoid
from playground.nn.adversarial_step import AdversarialStep, GeneratorNoise, ask
from playground.nn.initializers import He
from playground.nn.layers import LAYERS, Dense
from playground.nn.layers.running import Shape
from playground.nn.names import GENERATOR, MADE
from playground.nn.network import Network
from playground.nn.optimizers import OPTIMIZERS, Adam, Optimizer
from playground.training import metrics
from playground.training.output import Output
from playground.training.scores import PictureScores, columns_of, scores_of

_SEED = 7
"""Of the noise that never changes, so that what is made of it can be compared over time."""

_MADE, _MADE_POINTS = 500, 2_000
"""Made examples that an epoch's measurement looks at; points on the plane are cheap."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Adversarial(fields.Settings):
    """A generator learns to make what a discriminator takes for real (Goodfellow et al. 2014).

    The experiment's own layers, output and training are the discriminator's: it classifies, and
    one of its classes is ``made``. The generator's stand here. Both are one network: the
    generator's layers, its output, which is as large as an example, then the discriminator's.
    """

    kind: ClassVar[str] = "adversarial"
    title: ClassVar[str] = "Adversarial"

    noise: int = fields.whole(
        16,
        "Noise",
        "How many random numbers the generator makes an example from.",
        low=1,
        high=1024,
    )
    conditional: bool = fields.flag(
        False,
        "Conditional",
        "Tell the generator which class to make; the discriminator then says of every example "
        "which class it is, or that it is made.",
    )
    layers: tuple[Any, ...] = fields.variants(
        (
            Dense(
                name="generator_dense_1", units=64, activation=LeakyReLU(b=0.2), initializer=He()
            ),
            Dense(
                name="generator_dense_2", units=128, activation=LeakyReLU(b=0.2), initializer=He()
            ),
        ),
        "Generator",
        "The generator's hidden layers, from the noise to the example that it makes.",
        LAYERS,
    )
    output: Output = fields.declare(
        fields.Section(
            label="Generator output", help="The generator's last layer.", settings=Output
        ),
        Output(activation=Sigmoid()),
    )
    optimizer: Any = fields.variant(
        Adam(beta1=0.5),
        "Generator optimizer",
        "How the generator's gradient is turned into a change of its weights.",
        OPTIMIZERS,
    )
    learning_rate: float = fields.number(
        0.001,
        "Generator rate",
        "How large each of the generator's steps is; the schedule holds for both.",
        low=1e-6,
        high=100.0,
        logarithmic=True,
    )
    steps: int = fields.whole(
        1,
        "Discriminator steps",
        "How many steps the discriminator makes for each of the generator's.",
        low=1,
        high=20,
    )
    real_label: float = fields.number(
        0.9,
        "Real label",
        "How sure the discriminator should be of real examples: 1 is certain; a little less keeps "
        "it from being so sure that the generator learns nothing (label smoothing).",
        low=0.5,
        high=1.0,
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "layers", tuple(map(_named, self.layers)))

    def asks(self, target: str) -> str:
        """Return that it is told from what is made, or its class besides."""
        return BY_CLASS if self.conditional else OF_ANY

    def given(self, network: Network) -> GeneratorNoise:
        """Return what the generator is given: noise, and beyond it the class that is asked for."""
        return GeneratorNoise(self.noise, network.input_shape[0] - self.noise)

    def made_by(self, dataset: Dataset) -> tuple[Shape, tuple[Any, ...]]:
        """Return the shape of the noise, and the generator's layers with its output."""
        classes = len(dataset.class_names) - 1 if self.conditional else 0
        layers = (*self.layers, self.output.layer(MADE, dataset.features))
        return (self.noise + classes,), layers

    def network(
        self, layers: Sequence[Any], dataset: Dataset, *, seed: int, dtype: DTypeLike
    ) -> Network:
        """Return the generator with the discriminator behind it."""
        shape, made = self.made_by(dataset)
        return Network(
            shape,
            (*made, *layers),
            seed=seed,
            dtype=dtype,
            read_as={len(made): dataset.input_shape},
        )

    @property
    def _first(self) -> int:
        """Which layer of the row is the discriminator's first."""
        return len(self.layers) + 1

    def answering(self, network: Network) -> Network:
        """Return the discriminator."""
        return network.part(self._first, len(network.row))

    def generator(self, network: Network) -> Network:
        """Return the generator."""
        return network.part(0, self._first)

    def fed(self, network: Network, rows: Floats) -> Floats:
        """Return as many rows of noise, the same for every run."""
        return fixed_noise(self.given(network), len(rows))

    def wanted(self, network: Network, given: Floats, targets: Floats) -> Floats:
        """Return that all of it is real, or of the class that was asked for."""
        wanted = np.ones((len(given), network.output_shape[0]), np.float32)
        classes = self.given(network).classes
        if classes:
            wanted[:] = 0
            wanted[:, :classes] = given[:, self.noise :]
        return wanted

    def optimizers(self, training: Any) -> tuple[Optimizer, Optimizer]:
        """Return the generator's and the discriminator's."""
        return (self.optimizer, training.optimizer)

    def step(self, network: Network, training: Any, rng: np.random.Generator) -> AdversarialStep:
        """Return the discriminator's steps and then the generator's."""
        optimizers = self.optimizers(training)
        return AdversarialStep(
            *(network, self._first, training.loss, optimizers, self.given(network)),
            rng=rng,
            turns=self.steps,
            rate=self.learning_rate / training.learning_rate,
            real_label=self.real_label,
            l1=training.l1,
            l2=training.l2,
            clip_norm=training.clip_norm,
        )

    def columns(self, dataset: Dataset) -> tuple[str, ...]:
        """Return the generator's loss, what is judged real, and how good what is made is."""
        told = columns_of(dataset)
        asked = ("made_as_asked",) if self.conditional and "made_score" in told else ()
        return ("generator_loss", "real_share", "made_share", *told, *asked)

    def measure(
        self, network: Network, loss: Any, prepared: Prepared, parts: metrics.Measured
    ) -> dict[str, float]:
        """Return how well the discriminator tells real from made, and how well it is deceived.

        What the task measures is the mean of the real examples and of as many made ones.
        """
        discriminator, generator = self.answering(network), self.generator(network)
        noise, task = self.given(network), prepared.dataset.task
        count = _MADE_POINTS if prepared.dataset.kind.on_plane else _MADE
        given = fixed_noise(noise, count)
        made = generator.forward(given.T).T.copy()
        outputs = network.output_shape[0]
        called_made = np.zeros((len(made), outputs), np.float32)
        if noise.classes:
            called_made[:, -1] = 1
        of_made = metrics.evaluate(discriminator, loss, task, made, called_made)
        measured = {}
        for part, examples in parts.items():
            of_real = metrics.evaluate(discriminator, loss, task, *examples)
            for name, value in of_real.items():
                measured[f"{part}_{name}"] = (value + of_made[name]) / 2
        if "train" in parts:
            for name in task.measures:
                measured.setdefault(f"test_{name}", measured[f"train_{name}"])
            measured["generator_loss"] = metrics.evaluate(
                discriminator, loss, task, made, self.wanted(network, given, called_made)
            )["loss"]
            real = np.asarray(parts["train"][0][:count])
            measured["real_share"] = self._called_real(discriminator, real)
            measured["made_share"] = self._called_real(discriminator, made)
            measured |= self._scored(made, noise, prepared)
        return measured

    def _scored(self, made: Floats, noise: GeneratorNoise, prepared: Prepared) -> dict[str, float]:
        """Return what an examiner or the plane says of made examples."""
        scores = scores_of(prepared)
        if scores is None:
            return {}
        if not np.isfinite(made).all():
            return dict.fromkeys(self.columns(prepared.dataset)[3:], math.nan)
        measured = scores(made)
        if noise.classes and isinstance(scores, PictureScores):
            asked = np.arange(len(made)) % noise.classes
            measured["made_as_asked"] = float((scores.read(made) == asked).mean())
        return measured

    def _called_real(self, discriminator: Network, rows: Floats) -> float:
        """Return the share of examples that the discriminator takes for real."""
        outputs = discriminator.forward(rows.T)
        real = outputs[0] > 0.5 if len(outputs) == 1 else outputs.argmax(0) < len(outputs) - 1
        return float(real.mean())


def fixed_noise(noise: GeneratorNoise, count: int) -> Floats:
    """Return noise that is the same for every run, (count, noise + classes), class by class."""
    rows = np.zeros((count, noise.size + noise.classes), np.float32)
    rng = np.random.default_rng(_SEED)
    rows[:, : noise.size] = rng.standard_normal((count, noise.size), dtype=np.float32)
    if noise.classes:
        ask(rows[:, noise.size :], np.arange(count) % noise.classes)
    return rows


def _named(layer: Any) -> Any:
    """Return a layer with a name that tells it from the discriminator's, and those inside it."""
    changes: dict[str, Any] = {}
    if layer.name and not layer.name.startswith(GENERATOR):
        changes["name"] = GENERATOR + layer.name
    if getattr(layer, "layers", ()):
        changes["layers"] = tuple(map(_named, layer.layers))
    return replace(layer, **changes) if changes else layer
