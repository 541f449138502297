"""What every augmentation makes of one example: each strength by itself, and all together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.data.augmentation import Augmentation
from playground.data.dataset import Dataset

SAMPLES = 8


@dataclass(frozen=True, eq=False)
class AugmentedSamples:
    """Random changes of one picture.

    Attributes
    ----------
    inputs
        The example, (features,), in the data set's own values.
    augmentation
        The strengths in force.
    rows
        By strength's name, ``""`` for all together: ink (samples, height, width), 0 to 1.
    """

    inputs: NDArray[np.float32]
    augmentation: Augmentation
    rows: tuple[tuple[str, NDArray[np.float32]], ...]


def augmented_samples(
    dataset: Dataset,
    inputs: NDArray[np.float32],
    augmentation: Augmentation,
    rng: np.random.Generator,
    breathe: Callable[[], None] = lambda: None,
) -> AugmentedSamples:
    """Return samples of each strength that is not zero, and of all of several together.

    Parameters
    ----------
    dataset
        Of pictures.
    inputs
        (features,), in the data set's own values.
    rng
        Where the draws come from.
    breathe
        Called between two pieces of work.
    """
    low, high = dataset.value_range
    same = np.repeat(np.asarray(inputs, np.float32)[np.newaxis], SAMPLES, axis=0)
    rows = []
    for name, strengths in _steps(augmentation):
        changed = strengths.apply(same, dataset.image_shape, rng)
        ink = (changed - np.float32(low)) / np.float32(high - low)
        rows.append((name, ink.reshape(SAMPLES, *dataset.image_shape)))
        breathe()
    return AugmentedSamples(inputs, augmentation, tuple(rows))


def _steps(augmentation: Augmentation) -> list[tuple[str, Augmentation]]:
    strengths = {name: value for name, value in vars(augmentation).items() if value}
    steps = [(name, Augmentation(**{name: value})) for name, value in strengths.items()]
    return [*steps, ("", augmentation)] if len(steps) > 1 else steps
