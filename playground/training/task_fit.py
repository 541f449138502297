"""Which output and which loss answer a data set's question."""

from __future__ import annotations

import dataclasses
from contextlib import suppress
from typing import Any

from playground import fields
from playground.data.dataset import Dataset
from playground.errors import FieldError
from playground.nn.activations import Identity, Softmax
from playground.nn.initializers import Glorot
from playground.training.body import find
from playground.training.edits.given_weights import without_misfits
from playground.training.experiment import Experiment, Output
from playground.training.recipes import recipe_for
from playground.training.size import check_shapes, layer_sizes


def with_setting(experiment: Experiment, path: str, value: Any) -> Experiment:
    """Return the experiment with one setting replaced; a target brings who asks for it along.

    Raises
    ------
    FieldError
        Where the setting cannot take the value.
    """
    changed: Experiment = fields.replace_at(_asked(experiment, path, value), path, value)
    return changed


def with_word(experiment: Experiment, path: str, word: str) -> Experiment:
    """Return :func:`with_setting` of a value as the command line writes it."""
    changed: Experiment = fields.parse_at(_asked(experiment, path, word), path, word)
    return changed


def _asked(experiment: Experiment, path: str, target: Any) -> Experiment:
    """Return the experiment under the recipe that a setting asks for, if it is the target."""
    if path != "data.task":
        return experiment
    return dataclasses.replace(experiment, recipe=recipe_for(target, experiment.recipe))


def check_fit(experiment: Experiment, dataset: Dataset) -> None:
    """Refuse a loss that has no meaning for the data or for the number of outputs.

    A loss that only fits badly, such as mean squared error on classes, is allowed: it is worth
    seeing.

    Raises
    ------
    FieldError
        With the path ``training.loss``.
    """
    units = experiment.output_units(dataset)
    dataset.task.check_loss(experiment.training.loss, dataset, units)


def fitted(
    experiment: Experiment, dataset: Dataset, before: Experiment | None = None
) -> Experiment:
    """Return the experiment with an output and a loss that can answer the data set's question.

    What fits already stays as it is, weights' initializer included, unless another target was
    asked for ``before``.

    Raises
    ------
    FieldError
        With the path ``data.name`` where a hidden layer cannot work on such data.
    """
    try:
        check_shapes(
            experiment.layers, dataset.input_shape, at_every_step=dataset.task.at_every_step
        )
    except FieldError as error:
        raise FieldError(
            "data.name", f"{dataset.title} does not suit these layers: {error}"
        ) from None
    experiment = _reaching(experiment, dataset)
    anew = before is not None and before.data.task != experiment.data.task
    present = Softmax() if anew else experiment.output.activation
    activation = dataset.task.fitting_activation(present)
    if activation != experiment.output.activation:
        output = Output(activation=activation, initializer=Glorot())
        experiment = dataclasses.replace(experiment, output=output)
    if not anew:
        with suppress(FieldError):
            check_fit(experiment, dataset)
            return experiment
    loss = dataset.task.fitting_loss(activation)
    training = dataclasses.replace(experiment.training, loss=loss)
    return dataclasses.replace(experiment, training=training)


def _reaching(experiment: Experiment, dataset: Dataset) -> Experiment:
    """Return the experiment with a generator, if it has one, that can make all of the data."""
    recipe, (lowest, highest) = experiment.recipe, dataset.value_range
    if recipe.output is None:
        return experiment
    low, high = recipe.output.activation.bounds()
    if low <= lowest and highest <= high and not experiment.data.standardize:
        return experiment
    output = dataclasses.replace(recipe.output, activation=Identity())
    return dataclasses.replace(experiment, recipe=dataclasses.replace(recipe, output=output))


def made_to_fit(experiment: Experiment, before: Experiment, dataset: Dataset) -> Experiment:
    """Return an edited experiment without weights by hand that no longer fit it.

    Raises
    ------
    FieldError
        Where it cannot be trained on the data, or would take too much memory.
    """
    experiment = without_misfits(experiment, before, dataset)
    check_fit(experiment, dataset)
    layer_sizes(experiment, dataset)
    if experiment.body != before.body:
        check_body(experiment, dataset)
    return experiment


def check_body(experiment: Experiment, dataset: Dataset) -> None:
    """Refuse a body of which nothing could be used.

    Raises
    ------
    FieldError
        With the path ``body``.
    """
    if experiment.body and not experiment.begun(dataset):
        raise FieldError(
            "body",
            f"No layer here has the name and the shape of one of “{find(experiment.body).title}”, "
            "so nothing could begin with what that has learned.",
        )
