"""Which output and which loss answer a data set's question."""

from __future__ import annotations

import dataclasses
from typing import Any

from playground.data.dataset import Dataset
from playground.errors import FieldError
from playground.nn.activations import Identity, Linear, Sigmoid, Softmax
from playground.nn.initializers import Glorot
from playground.nn.losses import CategoricalCrossEntropy, LogLoss, MeanSquaredError
from playground.training.experiment import Experiment, Output, output_units


def check_fit(experiment: Experiment, dataset: Dataset) -> None:
    """Refuse a loss that has no meaning for the data or for the number of outputs.

    A loss that only fits badly, such as mean squared error on classes, is allowed: it is worth
    seeing.

    Raises
    ------
    FieldError
        With the path ``training.loss``.
    """
    loss = experiment.training.loss
    if isinstance(loss, MeanSquaredError):
        return
    if dataset.task == "regression":
        raise FieldError(
            "training.loss",
            f"{loss.title} expects classes, and {dataset.title} asks for a number; choose mean "
            "squared error.",
        )
    units = output_units(dataset, experiment.output.activation)
    if isinstance(loss, CategoricalCrossEntropy) and units == 1:
        raise FieldError(
            "training.loss",
            "Categorical cross-entropy expects an output for each class, and a single output "
            "answers both; choose log loss, or softmax as the output's activation.",
        )


def fitted(experiment: Experiment, dataset: Dataset) -> Experiment:
    """Return the experiment with an output and a loss that can answer the data set's question.

    What fits already stays as it is, weights' initializer included.
    """
    regression = dataset.task == "regression"
    output = experiment.output
    answers_number = isinstance(output.activation, Identity | Linear)
    if regression != answers_number:
        activation: Any = Identity() if regression else Softmax()
        output = Output(activation=activation, initializer=Glorot())
        experiment = dataclasses.replace(experiment, output=output)
    try:
        check_fit(experiment, dataset)
    except FieldError:
        loss: Any = MeanSquaredError()
        if not regression:
            single = isinstance(output.activation, Sigmoid)
            loss = LogLoss() if single else CategoricalCrossEntropy()
        training = dataclasses.replace(experiment.training, loss=loss)
        experiment = dataclasses.replace(experiment, training=training)
    return experiment
