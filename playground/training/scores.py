"""How good made examples are, measured by what the discriminator has no part in.

Pictures of digits are read by the examiner, a small network that travels with the program and that
learned from people's digits alone. Points on the plane are counted on a grid.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Protocol
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from playground import fields
from playground.bundled import resource
from playground.data.dataset import Dataset
from playground.data.judged import unjudged
from playground.data.preparation import Normalization, Prepared
from playground.files.container import FileKind, open_container
from playground.files.strict_json import read_json
from playground.nn.layers import LAYERS
from playground.nn.network import Network

Floats = NDArray[np.floating[Any]]

_LAYERS = fields.Variants(label="Layers", help="From the input to the output.", registry=LAYERS)

SURE = 0.9
"""From which probability of one class on the examiner is sure of a picture."""

_GRID = 20
"""Cells of the plane in each direction."""

_HALF = 500
"""Real examples that made ones are compared with, and that real ones are, at most."""


class Scores(Protocol):
    """What can be measured of made examples.

    Attributes
    ----------
    columns
        What the measures are called in a history.
    real
        What real examples reach, for comparison: held against other real ones.
    """

    columns: tuple[str, ...]
    real: dict[str, float]

    def __call__(self, made: Floats) -> dict[str, float]:
        """Measure made examples (examples, features), normalized."""


class PictureScores(Scores):
    """What an examiner says of made pictures.

    ``made_score`` is exp of the mean KL(p(y|x) ‖ p(y)): as many as there are classes where it is
    sure of every picture and every class is made as often (Salimans et al. 2016, who ask a large
    classifier of photographs). ``made_confident`` is the share of pictures of which it is sure,
    and ``made_distance`` the Fréchet distance between what its last hidden layer makes of made and
    of real pictures (Heusel et al. 2017). ``made_class_3`` and so on are the shares in which the
    classes are made.
    """

    def __init__(self, examiner: Network, prepared: Prepared) -> None:
        names = examiner.classes_
        assert names is not None
        self._examiner = examiner
        self._normalization = prepared.normalization
        self._classes = tuple(f"made_class_{name}" for name in names)
        self.columns = ("made_score", "made_confident", "made_distance", *self._classes)
        first, self._others = _halves(prepared)
        self._moments = _moments_of(self.features(self._others)[0])
        self.real = self(first)

    def features(self, rows: Floats) -> tuple[Floats, Floats]:
        """Return what the last hidden layer and the output make of rows, a row for each example."""
        raw = rows * self._normalization.scale + self._normalization.mean
        *_, hidden, output = self._examiner.trace(raw.T)
        return hidden.a.T.astype(np.float64), output.a.T.astype(np.float64)

    def read(self, made: Floats) -> NDArray[np.intp]:
        """Return which class each picture is read as."""
        read: NDArray[np.intp] = self.features(made)[1].argmax(axis=1)
        return read

    def __call__(self, made: Floats) -> dict[str, float]:
        """Measure made pictures."""
        features, shares = self.features(made)
        read = np.bincount(shares.argmax(axis=1), minlength=len(self._classes)) / len(made)
        return {
            "made_score": inception_score(shares),
            "made_confident": float((shares.max(axis=1) >= SURE).mean()),
            "made_distance": frechet_distance(_moments_of(features), self._moments),
            **dict(zip(self._classes, map(float, read), strict=True)),
        }


class PlaneScores(Scores):
    """How far the density of made points on the plane is from that of the data.

    ``made_divergence`` is the Jensen-Shannon divergence of the two, in bits: 0 where they are the
    same and 1 where they have no place in common. Both are counted on a grid and smoothed a little.
    """

    columns = ("made_divergence",)

    def __init__(self, prepared: Prepared) -> None:
        self._normalization: Normalization = prepared.normalization
        self._range = prepared.dataset.value_range
        inputs = np.asarray(prepared.dataset.inputs)
        self._density = self._counted(inputs)
        chosen = np.random.default_rng(0).permutation(len(inputs))
        one, other = (self._counted(inputs[half]) for half in np.array_split(chosen, 2))
        self.real = {"made_divergence": jensen_shannon(one, other)}

    def __call__(self, made: Floats) -> dict[str, float]:
        """Measure made points."""
        raw = made * self._normalization.scale + self._normalization.mean
        return {"made_divergence": jensen_shannon(self._counted(raw), self._density)}

    def _counted(self, points: Floats) -> Floats:
        """Return the share of the points in each cell; those beyond the plane are in none."""
        x, y = points.T
        counts: Floats = np.histogram2d(x, y, bins=_GRID, range=[self._range, self._range])[0]
        for _ in range(2):  # a binomial filter along each axis
            counts = np.pad(counts, ((1, 1), (0, 0)), mode="edge")
            counts = ((counts[:-2] + counts[2:]) / 4 + counts[1:-1] / 2).T
        shares: Floats = counts / len(points)
        return shares


def inception_score(shares: Floats) -> float:
    """Return exp of the mean KL(p(y|x) ‖ p(y)) of shares (examples, classes)."""
    tiny = np.finfo(np.float64).tiny
    mean = shares.mean(axis=0)
    surprise = shares * (np.log(shares + tiny) - np.log(mean + tiny))
    return float(np.exp(surprise.sum(axis=1).mean()))


def frechet_distance(one: tuple[Floats, Floats], other: tuple[Floats, Floats]) -> float:
    """Return ‖μ₁ − μ₂‖² + tr(C₁ + C₂ − 2·√(C₁C₂)) of two means and covariances."""
    (mean, spread), (mean_2, spread_2) = one, other
    values, vectors = np.linalg.eigh(spread)
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    common = np.linalg.eigvalsh(root @ spread_2 @ root)
    both = 2 * np.sqrt(np.maximum(common, 0)).sum()
    apart = np.square(mean - mean_2).sum()
    return float(max(apart + np.trace(spread) + np.trace(spread_2) - both, 0))


def jensen_shannon(one: Floats, other: Floats) -> float:
    """Return the Jensen-Shannon divergence of two densities over the same cells, in bits.

    What of a density lies in none of the cells has no place in common with the other.
    """
    between = (one + other) / 2

    def from_between(density: Floats) -> float:
        there = density > 0
        return float((density[there] * np.log2(density[there] / between[there])).sum())

    outside = (1 - one.sum()) + (1 - other.sum())
    return max(float(from_between(one) + from_between(other) + outside) / 2, 0.0)


def scores_of(prepared: Prepared) -> Scores | None:
    """Return what can be measured of examples made after some data, None where nothing can."""
    if prepared not in _known:
        examiner = examiner_of(prepared.dataset)
        if examiner is not None:
            _known[prepared] = PictureScores(examiner, prepared)
        else:
            _known[prepared] = PlaneScores(prepared) if prepared.dataset.kind.on_plane else None
    return _known[prepared]


_known: WeakKeyDictionary[Prepared, Scores | None] = WeakKeyDictionary()


def columns_of(dataset: Dataset) -> tuple[str, ...]:
    """Return what is measured of examples made after a data set."""
    examiner = examiner_of(dataset)
    if examiner is not None and examiner.classes_ is not None:
        classes = (f"made_class_{name}" for name in examiner.classes_)
        return ("made_score", "made_confident", "made_distance", *classes)
    return PlaneScores.columns if dataset.kind.on_plane else ()


def examiner_of(dataset: Dataset) -> Network | None:
    """Return what reads pictures like those of a data set, None where nothing does."""
    examiner = _examiner() if dataset.kind.pictures else None
    if examiner is None or examiner.input_shape != dataset.input_shape:
        return None
    known, names = examiner.classes_, unjudged(dataset).class_names
    return examiner if known is not None and list(names) == known.tolist() else None


@cache
def _examiner() -> Network:
    """Return the reader of 8×8 digits, trained on people's handwriting alone.

    Raises
    ------
    FileError
        When its file is missing or damaged.
    """
    form = FileKind("network", ".playground", 2**20, ("F32",))
    with open_container(resource("judge", "digits.playground"), form) as file:
        document = read_json(file.metadata["playground"], "its description")
        network = Network(
            tuple(document["input_shape"]), _LAYERS.from_plain(document["layers"], "layers")
        )
        for name, view in network.views().items():
            view[...] = file.read()[name]
        network.classes_ = np.array(document["classes"])
    return network


def _halves(prepared: Prepared) -> tuple[Floats, Floats]:
    """Return two parts of the training examples, of which none is in both."""
    rows = prepared.train_inputs
    chosen = np.random.default_rng(0).permutation(len(rows))[: 2 * _HALF]
    one, other = np.array_split(chosen, 2)
    return np.asarray(rows[one]), np.asarray(rows[other])


def _moments_of(features: Floats) -> tuple[Floats, Floats]:
    return features.mean(axis=0), np.cov(features.T)
