"""What becomes of an experiment, and of its network, when its user paints what to learn from."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np

from playground.data.dataset import Dataset
from playground.nn.activations import Sigmoid, Softmax
from playground.nn.arrays import Array
from playground.nn.initializers import Glorot
from playground.nn.losses import CategoricalCrossEntropy
from playground.nn.names import LayerNames
from playground.nn.network import Network
from playground.training.edits.given_weights import without_misfits
from playground.training.edits.operation import Edits
from playground.training.experiment import Experiment, Output
from playground.training.size import layer_sizes
from playground.training.task_fit import check_fit, fitted


def on_painted(experiment: Experiment, dataset: Dataset) -> tuple[Experiment, str]:
    """Return the experiment on painted points, and what had to change in it, as a sentence.

    A sigmoid that answers two classes by one number gives way to softmax where there are more. The
    sentence is empty where only the points are new.

    Raises
    ------
    FieldError
        Where the network cannot learn from them.
    """
    data = dataclasses.replace(experiment.data, name=dataset.name)
    dataset = data.asked_of(dataset)
    changed = fitted(dataclasses.replace(experiment, data=data), dataset)
    changed = without_misfits(changed, experiment, dataset)
    said = ""
    more = dataset.task.classifies and len(dataset.class_names) > 2
    if more and isinstance(changed.output.activation, Sigmoid):
        changed = dataclasses.replace(
            changed, output=Output(activation=Softmax(), initializer=Glorot())
        )
        if changed.training.loss.measures != "numbers":
            training = dataclasses.replace(changed.training, loss=CategoricalCrossEntropy())
            changed = dataclasses.replace(changed, training=training)
        said = (
            "A single sigmoid can tell two classes apart only: the output is softmax now, with a "
            "unit for each class."
        )
    layer_sizes(changed, dataset)
    check_fit(changed, dataset)
    return changed, said


@dataclasses.dataclass(frozen=True, eq=False)
class GoOn:
    """An operation: write what a network has learned into one with more or fewer classes.

    Hidden layers go on as they were, and so do the outputs of the classes that both know. The one
    output z of a sigmoid becomes the weighted sums 0 and z of softmax, whose shares are the same:
    exp(z) / (exp(0) + exp(z)) = 1 / (1 + exp(−z)).

    Parameters
    ----------
    words
        What is done.
    tensors
        The former network's parameters by name, copied.
    """

    words: str
    tensors: Mapping[str, Array]

    @classmethod
    def of(cls, network: Network, classes: int, experiment: Experiment) -> GoOn:
        """Return what is to be kept of a network, now that there are so many classes."""
        tensors = {name: view.copy() for name, view in network.views().items()}
        single = len(tensors.get("output.biases", ())) == 1
        softmax = single and isinstance(experiment.output.activation, Softmax)
        words = f"The output answers {classes} classes{' by softmax' if softmax else ''} now"
        return cls(f"{words}, the rest goes on", tensors)

    def title(self, names: LayerNames) -> str:
        """Return what is done, for the undo list and the message."""
        return self.words

    def edits(self, network: Network, experiment: Experiment) -> Edits:
        """Return what to write into the network."""
        edits = {}
        for name, tensor in network.views().items():
            former = self.tensors.get(name)
            if former is None:
                continue
            if former.shape != tensor.shape and name.startswith("output."):
                former = _rows(former, len(tensor))
            if former.shape[1:] == tensor.shape[1:] and len(former) <= len(tensor):
                edits[name] = (np.arange(former.size, dtype=np.intp), former.ravel())
        return edits


def _rows(former: Array, units: int) -> Array:
    """Return the parameters of the outputs that a network with ``units`` outputs can take over."""
    if len(former) == 1 and units > 1:
        return np.concatenate([np.zeros_like(former), former])
    if units == 1:
        return former[1:2] - former[:1]
    return former[:units]
