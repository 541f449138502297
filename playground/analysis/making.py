"""Examples that a network makes out of noise, and a sheet of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.errors import PlaygroundError
from playground.nn.network import Network
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
    classes: tuple[str, ...] = ()
    if model.generator is not None:
        noise = model.noise(count).copy()
        if model.experiment.recipe.conditional:
            classes = model.dataset.class_names[:-1]
    else:
        noise = np.zeros((count, _decoder(model).row[0].input_features), np.float32)
    free = noise.shape[1] - len(classes)
    noise[:, :free] = rng.standard_normal((count, free))
    if name is not None:
        if not classes:
            raise PlaygroundError(
                "This network makes what it likes and cannot be asked for a class: train a "
                "generator that is told, such as the preset digits-gan-conditional."
            )
        if name not in classes:
            raise PlaygroundError(
                f"This generator makes {listed(classes, 'or')}, not {name!r:.40}."
            )
        noise[:, free:] = 0
        noise[:, free + classes.index(name)] = 1
    if model.generator is not None:
        return model.made(noise)
    scaling = model.normalization
    decoded = _decoder(model).forward(noise.T.astype(model.network.dtype)).T
    return decoded * scaling.scale + scaling.mean


def _decoder(model: Model) -> Network:
    """Return what of a variational autoencoder makes examples of codes from N(0, I).

    Raises
    ------
    PlaygroundError
        Where the network is none.
    """
    row = model.network.row
    for place, layer in enumerate(row[:-1]):
        if getattr(layer.settings, "variational", False):
            return model.network.part(place + 1, len(row))
    raise PlaygroundError(
        f"This network reads {model.dataset.title} and makes nothing: train a generator, such as "
        "the preset digits-gan, or a variational autoencoder."
    )


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
