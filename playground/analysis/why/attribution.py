"""Which features of one example an answer rests on: its gradient, and what hiding each one does.

Where the network has maps, also where these find the class.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.analysis.codes.halves import squared_errors
from playground.analysis.why.class_map import ClassMap, class_map
from playground.data.preparation import Prepared
from playground.training.model import Model

_AT_ONCE = 64

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Attribution:
    """Why the network answers one example as it does, feature by feature.

    Attributes
    ----------
    inputs
        The example, raw, (features,).
    label
        The class that is explained; 1 for the output of a regression, and for an error.
    predicted
        The most probable class; 1 likewise.
    answer
        The class's probability, a regression's output, or where the example itself is asked for
        the mean squared error of what comes back.
    gradient
        ∂z/∂x of the class's logit z, ∂ŷ/∂x of a regression's output, or ∂E/∂x of the error with
        the example held fixed as what is wanted, (features,).
    falls
        How much the answer falls when a feature is hidden, (features,); see :func:`occlusion`.
    patch
        The side of the square that hid the pixels of a picture; 1 for other data.
    class_map
        Where the maps speak for the class; None where there are none.
    """

    inputs: Floats
    label: int
    predicted: int
    answer: float
    gradient: Floats
    falls: Floats
    patch: int
    class_map: ClassMap | None = None

    @property
    def finite(self) -> bool:
        """Whether the network's numbers are numbers."""
        values = [np.asarray(self.answer), self.gradient, self.falls]
        if self.class_map is not None:
            values.append(self.class_map.values)
        return all(bool(np.isfinite(value).all()) for value in values)

    @property
    def gradient_times_input(self) -> Floats:
        """The gradient times the value that the feature has, (features,)."""
        product: Floats = self.gradient * self.inputs
        return product


def explain(
    model: Model, prepared: Prepared, *, row: Floats, label: int | None, patch: int
) -> Attribution:
    """Explain one raw example (features,), for a class or, with None, the most probable one."""
    outputs = model.outputs(row[np.newaxis])
    predicted = 1
    if model.dataset.task.classifies:
        predicted = int(np.nan_to_num(model.shares(outputs))[0].argmax())
    else:
        label = 1
    chosen = predicted if label is None else label
    size = patch if model.dataset.kind.pictures else 1
    return Attribution(
        np.array(row),
        chosen,
        predicted,
        float(answers(model, row[np.newaxis], chosen, row)[0]),
        class_gradient(model, row, chosen),
        occlusion(model, row, chosen, background_of(prepared), size),
        size,
        None if model.dataset.task.of_itself else class_map(model, row, toward(model, chosen)),
    )


def explain_question(row: Floats, label: int | None, patch: int) -> partial[Attribution]:
    """Return :func:`explain` as a question for the analyst."""
    return partial(explain, row=np.array(row), label=label, patch=patch)


def largest(values: Floats, most: int) -> tuple[int, ...]:
    """Return the places of the largest sizes in (n,), at most so many, in ascending order."""
    by_size = np.argsort(-np.abs(np.nan_to_num(values)), kind="stable")
    return tuple(np.sort(by_size[:most]).tolist())


def answers(model: Model, rows: Floats, label: int, wanted: Floats | None = None) -> Floats:
    """Return a class's probability, or a regression's output, for raw rows, (examples,).

    Where the examples themselves are asked for it is the mean squared error as the network sees
    it, of the raw example ``wanted``, or of each row without one.
    """
    outputs = model.outputs(rows)
    if model.dataset.task.of_itself:
        right = rows if wanted is None else wanted[np.newaxis]
        return squared_errors(outputs, model.normalization.apply(right))
    of_class: Floats = outputs[:, 0]
    if model.dataset.task.classifies:
        of_class = model.shares(outputs)[:, label]
    return of_class


def class_gradient(model: Model, row: Floats, label: int) -> Floats:
    """Return ∂z/∂x for one raw example, (features,).

    z is the logit of the class: the output layer's sum before its activation, which does not
    flatten out where the network is sure. A network with one output for two classes has one logit
    z for the second, and −z for the first. For a regression it is the output itself, whose label
    is 1; where the example itself is asked for, the mean squared error, from which the example
    that is wanted does not move.

    Simonyan, Vedaldi and Zisserman, "Deep inside convolutional networks" (2014).
    """
    classes = model.dataset.task.classifies
    if model.dataset.task.of_itself:
        back = model.outputs(row[np.newaxis]) - model.normalization.apply(row[np.newaxis])
        of_error: Floats = model.input_gradient(row[np.newaxis], 2 * back / back.size)[0]
        return of_error
    grad = toward(model, label)
    gradient: Floats = model.input_gradient(row[np.newaxis], grad, of_logits=classes)[0]
    return gradient


def toward(model: Model, label: int) -> Floats:
    """Return what makes the logit of a class of the outputs' logits, (1, outputs)."""
    grad_outputs = np.zeros((1, model.network.output_shape[0]))
    if grad_outputs.size == 1:
        grad_outputs[0, 0] = 1 if label else -1
    else:
        grad_outputs[0, label if model.dataset.task.classifies else 0] = 1
    return grad_outputs


def background_of(prepared: Prepared) -> Floats:
    """Return what a hidden feature is replaced by, (features,).

    Paper for a pixel; for another feature its mean over the training part.
    """
    dataset = prepared.dataset
    if dataset.kind.pictures:
        return np.full(dataset.features, dataset.value_range[0])
    means: Floats = dataset.inputs[prepared.train_index].mean(axis=0, dtype=np.float64)
    return means


def occlusion(model: Model, row: Floats, label: int, background: Floats, patch: int = 1) -> Floats:
    """Return how much the answer falls when a part of the example is hidden, (features,).

    answer(x) − answer(x with the part hidden): above zero where the part speaks for the class.
    Some hidden versions at a time go through the network, with room for the window in between.

    Zeiler and Fergus, "Visualizing and understanding convolutional networks" (2014).

    Parameters
    ----------
    model, label
        The network, and the class whose probability is measured.
    row
        The raw example, (features,).
    background
        What takes the place of what is hidden, (features,).
    patch
        For pictures the side in pixels of a square, laid around every pixel in turn and cut off at
        the edge; an even one reaches further right and down. Other data hide one feature at a time.
    """
    hidden = hidden_by_patches(model.dataset.image_shape, patch) if patch > 1 else None
    if hidden is None:
        hidden = np.eye(len(row), dtype=np.bool_)
    rows = np.vstack([row, np.where(hidden, background, row)])
    pieces = (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))
    values = np.concatenate([answers(model, piece, label, row) for piece in pieces])
    with np.errstate(invalid="ignore"):
        falls: Floats = values[0] - values[1:]
    return falls


def hidden_by_patches(image_shape: tuple[int, int], patch: int) -> NDArray[np.bool_]:
    """Return which pixels each patch hides, (patches, pixels); there is a patch for each pixel."""
    masks = []
    for size in image_shape:
        offset = np.arange(size)[np.newaxis] - np.arange(size)[:, np.newaxis]
        masks.append((offset >= -((patch - 1) // 2)) & (offset <= patch // 2))
    down, across = masks
    both = down[:, np.newaxis, :, np.newaxis] & across[np.newaxis, :, np.newaxis, :]
    pixels = image_shape[0] * image_shape[1]
    return both.reshape(pixels, pixels)
