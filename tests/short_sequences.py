"""Two small data sets of sequences: points over time, and texts of which some end early."""

import numpy as np

from playground.data.dataset import Dataset
from playground.data.rows import TokenRows
from playground.data.tasks import Classification, NextStep

POINTS, TEXTS = "short-points", "short-texts"
STEPS = 6
KINDS = 4
"""Of what comes next. A text begins with a token of its own, which never comes again."""


def points() -> Dataset:
    """Return lines of three classes, 3 numbers at each of 6 steps."""
    rng = np.random.default_rng(7)
    labels = np.arange(90) % 3
    places = rng.normal(size=(90, 3, STEPS))
    places[:, 0] += labels[:, np.newaxis] * np.linspace(-1, 1, STEPS)
    return _data_set(
        ("x", "y", "pen"),
        name=POINTS,
        task=Classification(),
        inputs=places.reshape(90, -1).astype(np.float32),
        targets=labels,
        class_names=("left", "still", "right"),
        value_range=(-4.0, 4.0),
    )


def texts() -> Dataset:
    """Return texts of 2 to 6 steps, of which the next is asked; the second step of some is not."""
    rng = np.random.default_rng(8)
    tokens = rng.integers(0, KINDS, (80, STEPS + 1))
    tokens[:, 0] = KINDS
    for row, length in enumerate(rng.integers(2, STEPS + 1, 80)):
        tokens[row, length + 1 :] = -1
    given, wanted = tokens[:, :-1].copy(), tokens[:, 1:].copy()
    given[wanted < 0] = -1
    wanted[::3, 1] = -1
    return _data_set(
        (*"abcd", "start"),
        name=TEXTS,
        task=NextStep(),
        inputs=TokenRows.of_steps(given, KINDS + 1),
        targets=wanted,
        class_names=tuple("abcd"),
        value_range=(0.0, 1.0),
    )


def _data_set(units: tuple[str, ...], *, name: str, **rest: object) -> Dataset:
    words = {"title": name, "source": "made for tests", "licence": "none", "description": "Short."}
    return Dataset.of_sequences(units, STEPS, name=name, **words, **rest)
