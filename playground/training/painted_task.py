"""What becomes of an experiment when its user paints the points to learn from."""

from __future__ import annotations

import dataclasses

from playground.data.dataset import Dataset
from playground.errors import PlaygroundError
from playground.nn.activations import Sigmoid, Softmax, Tanh
from playground.nn.initializers import Glorot
from playground.nn.layers import Dense
from playground.nn.losses import CategoricalCrossEntropy, MeanSquaredError
from playground.training.experiment import Experiment, Output
from playground.training.fitting import check_fit, fitted
from playground.training.given_weights import without_misfits
from playground.training.size import layer_sizes

_UNITS = 8


def on_painted(experiment: Experiment, dataset: Dataset) -> tuple[Experiment, str]:
    """Return the experiment on painted points, and what had to change in it, as a sentence.

    A sigmoid that answers two classes by one number gives way to softmax where there are more;
    layers that cannot read points give way to one dense layer. The sentence is empty where only
    the points are new.
    """
    data = dataclasses.replace(experiment.data, name=dataset.name)
    changed = fitted(dataclasses.replace(experiment, data=data), dataset)
    changed = without_misfits(changed, experiment, dataset)
    said = []
    if len(dataset.class_names) > 2 and isinstance(changed.output.activation, Sigmoid):
        changed = dataclasses.replace(
            changed, output=Output(activation=Softmax(), initializer=Glorot())
        )
        if not isinstance(changed.training.loss, MeanSquaredError):
            training = dataclasses.replace(changed.training, loss=CategoricalCrossEntropy())
            changed = dataclasses.replace(changed, training=training)
        said.append(
            "A single sigmoid can tell two classes apart only: the output is softmax now, with a "
            "unit for each class."
        )
    try:
        layer_sizes(changed, dataset)
    except PlaygroundError:
        layers = (Dense(name="dense_1", units=_UNITS, activation=Tanh()),)
        changed = dataclasses.replace(changed, layers=layers)
        said.append(
            f"The layers expected pictures, so that one dense layer of {_UNITS} took their place."
        )
    check_fit(changed, dataset)
    return changed, " ".join(said)
