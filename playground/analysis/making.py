"""Examples that a network makes out of noise, and a sheet of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.errors import PlaygroundError
from playground.training.model import Model
from playground.wording import listed

Floats = NDArray[np.floating[Any]]

_SIDE = 64
"""Pixels of a picture's longer side on a sheet, at least."""

_GAP = 4


def make(model: Model, count: int, rng: np.random.Generator, name: str | None = None) -> Floats:
    """Return made examples, raw rows (count, features).

    Parameters
    ----------
    name
        The class to ask for; None lets a generator that can be asked make all of them in turn.

    Raises
    ------
    PlaygroundError
        Where the network makes nothing, or cannot be asked for that class.
    """
    if model.generator is None:
        raise PlaygroundError(
            f"This network reads {model.dataset.title} and makes nothing: train a generator, such "
            "as the preset digits-gan."
        )
    noise = model.noise(count).copy()
    classes = model.dataset.class_names[:-1] if model.experiment.recipe.conditional else ()
    free = noise.shape[1] - len(classes)
    noise[:, :free] = rng.standard_normal((count, free))
    if name is not None:
        if not classes:
            raise PlaygroundError(
                "This generator makes what it likes and cannot be asked for a class: train one "
                "that is told, such as the preset digits-gan-conditional."
            )
        if name not in classes:
            raise PlaygroundError(
                f"This generator makes {listed(classes, 'or')}, not {name!r:.40}."
            )
        noise[:, free:] = 0
        noise[:, free + classes.index(name)] = 1
    return model.made(noise)


def sheet(model: Model, rows: Floats) -> NDArray[np.uint8]:
    """Return pictures side by side, dark ink on white paper, (height, width).

    Raises
    ------
    PlaygroundError
        Where the examples are no pictures.
    """
    dataset = model.dataset
    if not dataset.kind.pictures:
        raise PlaygroundError(
            f"{dataset.title} has no pictures, and a sheet shows pictures: look at what is made in "
            "the window."
        )
    height, width = dataset.image_shape
    larger = -(-_SIDE // max(height, width))
    across = math.ceil(math.sqrt(len(rows)))
    down = -(-len(rows) // across)
    high, wide = height * larger + _GAP, width * larger + _GAP
    paper = np.zeros((down * high + _GAP, across * wide + _GAP))
    for place, row in enumerate(rows):
        top, left = (
            _GAP + at * side for at, side in zip(divmod(place, across), (high, wide), strict=True)
        )
        picture = np.kron(dataset.ink(row), np.ones((larger, larger)))
        paper[top : top + high - _GAP, left : left + wide - _GAP] = picture
    grey: NDArray[np.uint8] = np.rint((1 - paper.clip(0, 1)) * 255).astype(np.uint8)
    return grey
