"""An experiment: everything the user chose, as one frozen value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from playground import fields
from playground.data.augmentation import Augmentation
from playground.data.catalogue import load, titles
from playground.data.dataset import Dataset
from playground.data.judged import BY_CLASS, OF_ANY, judged
from playground.data.own import drawings as own_drawings
from playground.data.own import sets as own_sets
from playground.data.preparation import Prepared, prepare
from playground.data.tasks import Reconstruction
from playground.errors import FieldError
from playground.nn.activations import ReLU
from playground.nn.layers import LAYERS, Dense
from playground.nn.layers.row import row_shapes
from playground.nn.layers.running import Shape
from playground.nn.losses import LOSSES, CategoricalCrossEntropy
from playground.nn.names import MADE, OUTPUT, LayerNames, as_cards_stand
from playground.nn.network import Network
from playground.nn.optimizers import OPTIMIZERS, Adam
from playground.nn.schedules import SCHEDULES, Constant
from playground.training import body as bodies
from playground.training.output import Output as Output
from playground.training.recipes import RECIPES, Supervised

_LARGEST_SEED = 2**31 - 1
ITSELF = "itself"
"""The target that is the example itself."""


@dataclass(frozen=True, kw_only=True)
class DataName(fields.Choice):
    """The name of a data set that is on this computer."""

    def check(self, value: Any, path: str) -> str:
        """Return the name, or refuse it with the way to get its data."""
        if isinstance(value, str) and value.startswith(own_sets.PREFIX):
            if value not in self.options:
                title = value.removeprefix(own_sets.PREFIX)
                raise FieldError(
                    path,
                    f"The data set {title!r:.60} is somebody's own and not on this computer; "
                    "import its file here under that title first.",
                )
        return super().check(value, path)


@dataclass(frozen=True)
class DataSettings(fields.Settings):
    """Which data, and how they are made ready."""

    name: str = fields.declare(
        DataName(label="Data", help="The examples that the network learns from.", options=titles()),
        "digits",
    )
    noise: float = fields.number(
        0.1,
        "Noise",
        "How far generated points stray from their pattern; more noise makes a harder task.",
        low=0.0,
        high=1.0,
    )
    task: str = fields.choice(
        "labels",
        "Target",
        "What the network is asked for: what the data say of an example, such as its class; or the "
        "example itself, which it has to give back through whatever its layers let pass; or "
        "whether an example is real, while a generator learns to make such as pass for real.",
        {
            "labels": "what the data say",
            ITSELF: "the input itself",
            OF_ANY: "real or made",
            BY_CLASS: "its class, or made",
        },
        tacit=True,
    )
    examples: int = fields.whole(
        500, "Examples", "How many examples are generated.", low=10, high=20_000
    )
    steps: int = fields.whole(
        40,
        "Steps",
        "How long a sequence is: the points along a pen's strokes, or over how many steps a "
        "generated one has to be remembered. The longer, the harder.",
        low=4,
        high=200,
        tacit=True,
    )
    test_fraction: float = fields.number(
        0.2,
        "Test part",
        "The share of examples held back from training, to see whether the network learned the "
        "rule or only its examples.",
        low=0.0,
        high=0.9,
        choices=(0.0, 0.1, 0.2, 0.25, 0.3, 0.5),
    )
    validation_fraction: float = fields.number(
        0.0,
        "Validation part",
        "The share of the training part held back as well, to choose by: the best moment and when "
        "to stop. What is chosen by the test part flatters; with a validation part it does not.",
        low=0.0,
        high=0.9,
        choices=(0.0, 0.1, 0.2, 0.25, 0.3, 0.5),
        tacit=True,
    )
    few: int | None = fields.whole(
        None,
        "Examples a class",
        "How many training examples of each class there are, drawn from the training part: with "
        "few, it shows what a network already knows. The test part stays as it is.",
        low=1,
        high=1_000_000,
        none_text="all",
        choices=(1, 2, 5, 10, 20, 50, 100),
        tacit=True,
    )
    standardize: bool = fields.flag(
        False,
        "Standardize",
        "Shift and scale every input to mean 0 and deviation 1, measured on the training part.",
    )
    seed: int = fields.whole(
        0,
        "Data seed",
        "Decides what is generated and which examples are held back.",
        low=0,
        high=_LARGEST_SEED,
    )

    def load(self) -> Dataset:
        """Return the data set that these settings name, under the task that they choose."""
        dataset = load(
            self.name,
            noise=self.noise,
            examples=self.examples,
            steps=self.steps,
            seed=self.seed,
        )
        return self.asked_of(dataset)

    def asked_of(self, dataset: Dataset) -> Dataset:
        """Return a data set under the task that these settings choose."""
        if self.task == "labels":
            return dataset
        if self.task != ITSELF:
            return judged(dataset, by_class=self.task == BY_CLASS)
        task = Reconstruction.of(dataset, dataset.task, standardized=self.standardize)
        return dataset.asking(task)

    def prepared(self) -> Prepared:
        """Return the data set split and normalized as these settings say, with own drawings."""
        dataset = self.load()
        prepared = prepare(
            dataset,
            test_fraction=self.test_fraction,
            validation_fraction=self.validation_fraction,
            few=self.few,
            standardize=self.standardize,
            seed=self.seed,
        )
        return replace(prepared, own=own_drawings.fitting(own_drawings.kept(), dataset))


@dataclass(frozen=True)
class Stopping(fields.Settings):
    """When a run ends by itself; the first rule that is met ends it."""

    epochs: int | None = fields.whole(
        100,
        "Epochs",
        "Stop after this many passes over the training examples.",
        low=1,
        high=1_000_000,
        none_text="no limit",
    )
    seconds: float | None = fields.number(
        None, "Seconds", "Stop after this much training time.", low=0.1, high=86_400.0,
        unit="s", none_text="no limit",
    )  # fmt: skip
    target_accuracy: float | None = fields.number(
        None,
        "Accuracy",
        "Stop once this share of the test examples is read right, or of the validation examples "
        "where some are held back.",
        low=0.0,
        high=1.0,
        none_text="off",
    )
    patience: int | None = fields.whole(
        None,
        "No improvement for",
        "Stop when the test loss has not fallen for this many epochs, or the validation loss where "
        "examples are held back for it.",
        low=1,
        high=100_000,
        unit="epochs",
        none_text="off",
    )


@dataclass(frozen=True)
class Training(fields.Settings):
    """How the network learns."""

    loss: Any = fields.variant(
        CategoricalCrossEntropy(), "Loss", "How wrong an answer is, as one number.", LOSSES
    )
    optimizer: Any = fields.variant(
        Adam(), "Optimizer", "How the gradient is turned into a change of the weights.", OPTIMIZERS
    )
    learning_rate: float = fields.number(
        0.001,
        "Learning rate",
        "How large each step down the gradient is: too small crawls, too large overshoots.",
        low=1e-6,
        high=100.0,
        logarithmic=True,
    )
    schedule: Any = fields.variant(
        Constant(), "Schedule", "How the learning rate changes as epochs pass.", SCHEDULES
    )
    batch_size: int | None = fields.whole(
        32,
        "Batch size",
        "How many examples each step averages its gradient over; 1 is stochastic descent.",
        low=1,
        high=65_536,
        none_text="full batch",
        choices=(1, 4, 8, 16, 32, 64, 128, 256),
    )
    l1: float = fields.number(
        0.0,
        "L1",
        "Pulls every weight towards zero by the same amount, so that useless ones vanish.",
        low=0.0,
        high=1.0,
        logarithmic=True,
        choices=(0.0, 1e-5, 1e-4, 1e-3, 1e-2),
    )
    l2: float = fields.number(
        0.0,
        "L2",
        "Pulls large weights towards zero in proportion to their size, against overfitting.",
        low=0.0,
        high=1.0,
        logarithmic=True,
        choices=(0.0, 1e-5, 1e-4, 1e-3, 1e-2),
    )
    clip_norm: float | None = fields.number(
        None,
        "Clip gradient",
        "Shortens a gradient longer than this, so that one bad batch cannot throw the weights far.",
        low=1e-3,
        high=1e3,
        none_text="off",
        choices=(0.5, 1.0, 5.0),
    )
    balance_classes: bool = fields.flag(
        False,
        "Balance classes",
        "Draws every class equally often in each epoch, the examples of a rare one repeatedly, so "
        "that ignoring it does not pay.",
    )
    own_share: float = fields.number(
        0.0,
        "My drawings",
        "The share of every batch that is drawn from your own drawings, those you taught; the rest "
        "stays the data set's, so that it is not forgotten. Without drawings it has no effect.",
        low=0.0,
        high=0.5,
        choices=(0.0, 0.05, 0.1, 0.2, 0.3, 0.5),
    )
    augmentation: Augmentation = fields.section(
        Augmentation, "Augment", "Changes each picture a little, anew in every epoch."
    )
    stopping: Stopping = fields.section(Stopping, "Stop after", "When the run ends by itself.")


@dataclass(frozen=True)
class Experiment(fields.Settings):
    """Data, hidden layers, output, training, the seed of every random draw and the recipe.

    The same experiment gives bit-identical runs on one machine.
    """

    data: DataSettings = fields.section(DataSettings, "Data", "The examples to learn from.")
    layers: tuple[Any, ...] = fields.variants(
        (Dense(name="dense_1", units=16, activation=ReLU()),),
        "Layers",
        "The hidden layers, from the input to the output.",
        LAYERS,
    )
    output: Output = fields.section(Output, "Output", "The last layer.")
    training: Training = fields.section(Training, "Training", "How the network learns.")
    seed: int = fields.whole(
        42,
        "Seed",
        "Decides the first weights and the order of the examples; the same seed repeats a run.",
        low=0,
        high=_LARGEST_SEED,
    )
    body: str = bodies.declare_body()
    recipe: Any = fields.variant(
        Supervised(), "Recipe", "How each step is made from examples.", RECIPES, tacit=True
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        task = self.recipe.asks(self.data.task)
        if task != self.data.task:
            object.__setattr__(self, "data", replace(self.data, task=task))
        names = set()
        for path, name, _ in every_settings(self):
            if not name or not name.isascii() or not name.replace("_", "").isalnum():
                raise FieldError(
                    f"{path}.name",
                    f"A layer's name expects letters, digits and underscores; {name!r} was given.",
                )
            if name in names or (path != "output" and name == OUTPUT):
                raise FieldError(
                    f"{path}.name", f"Two layers are called {name!r}; give one a new name."
                )
            names.add(name)

    @property
    def names(self) -> LayerNames:
        """What the layers are called; a network's are the same."""
        recipe = self.recipe
        rows = [(layer.name, layer) for layer in as_cards_stand((*recipe.layers, *self.layers))]
        if recipe.output is not None:
            rows.append((MADE, recipe.output))
        return LayerNames([*rows, (OUTPUT, self.output)])

    def has_layers_of(self, other: Experiment) -> bool:
        """Return whether both have the same layers, so that one's weights are the other's."""
        return _rows(self) == _rows(other)

    def begins_like(self, other: Experiment) -> bool:
        """Return whether both begin with the same data and weights, as far as the layers agree."""
        return (self.data, self.seed, self.body) == (other.data, other.seed, other.body)

    def output_units(self, dataset: Dataset) -> int:
        """Return how many units of the output layer answer a data set's question."""
        units: int = dataset.task.output_units(dataset, self.output.activation)
        return units

    def network_layers(self, dataset: Dataset) -> tuple[Any, ...]:
        """Return the hidden layers and the output layer that the data ask for.

        Where the input itself is asked for, and maps as large as its pictures reach the output, a
        convolution draws the picture; else an answer is a neuron that weighs all of them.
        """
        shape = dataset.input_shape
        if dataset.task.of_itself and len(shape) == 3 and self._reaches(shape)[1:] == shape[1:]:
            return (*self.layers, self.output.drawing(OUTPUT, shape[0]))
        return (*self.layers, self.output.layer(OUTPUT, self.output_units(dataset)))

    def _reaches(self, shape: Shape) -> Shape:
        """Return the shape of what comes to the output, nothing where a layer cannot work."""
        try:
            for _, _, behind in row_shapes(self.layers, shape):
                shape = behind
        except FieldError:
            return ()
        return shape

    def network(self, dataset: Dataset, dtype: DTypeLike = np.float32) -> Network:
        """Return the network that training begins with."""
        network = self._drawn(dataset, dtype)
        if self.body:
            bodies.find(self.body).begin(network)
        return network

    def begun(self, dataset: Dataset) -> list[str]:
        """Return the names of the layers that begin with what the body has learned."""
        return bodies.find(self.body).begin(self._drawn(dataset)) if self.body else []

    def _drawn(self, dataset: Dataset, dtype: DTypeLike = np.float32) -> Network:
        """Return the network with the seed's weights."""
        layers = self.network_layers(dataset)
        network: Network = self.recipe.network(layers, dataset, seed=self.seed, dtype=dtype)
        return network

    @property
    def effective_batch_size(self) -> int | None:
        """Examples for each step, or None where each step takes the whole training part."""
        training = self.training
        return None if training.optimizer.full_batch else training.batch_size


def every_layer(layers: Sequence[Any], path: str = "layers") -> Iterator[tuple[str, Any]]:
    """Yield each layer with its path, ``layers.2``, those inside a block before the block."""
    for index, layer in enumerate(layers):
        place = f"{path}.{index}"
        yield from every_layer(getattr(layer, "layers", ()), f"{place}.layers")
        yield place, layer


def every_settings(experiment: Experiment) -> Iterator[tuple[str, str, Any]]:
    """Yield the path, the name and the settings of every layer, in the order of computing."""
    recipe = experiment.recipe
    for path, layer in every_layer(recipe.layers, "recipe.layers"):
        yield path, layer.name, layer
    if recipe.output is not None:
        yield "recipe.output", MADE, recipe.output
    for path, layer in every_layer(experiment.layers):
        yield path, layer.name, layer
    yield "output", OUTPUT, experiment.output


def find_settings(experiment: Experiment, name: str | None) -> tuple[str, Any]:
    """Return a layer's path and settings, ``"output"`` being the last; ``("", None)`` if none."""
    every = every_settings(experiment)
    return next(((path, layer) for path, called, layer in every if called == name), ("", None))


def _rows(experiment: Experiment) -> tuple[Any, ...]:
    """Return all that decides which numbers the network has, and in which order."""
    recipe = experiment.recipe
    inputs = getattr(recipe, "noise", None), experiment.data.task
    return recipe.layers, recipe.output, *inputs, experiment.layers, experiment.output
