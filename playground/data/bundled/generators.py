"""Seeded sets of points on the plane, each made to teach one thing about networks.

Every generator returns points within ``PLANE`` and their targets. ``noise`` shifts each coordinate
by a normal random number whose standard deviation is ``noise`` × 2 (the shapes have a radius of
5) after its label was chosen; for regression it is the standard deviation of what is added to the
targets, which lie in −1..1. The shapes are those that TensorFlow Playground made familiar.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from numpy.random import Generator  # not needed to start

PLANE = (-6.0, 6.0)
RADIUS = 5.0
RARE_EVERY = 25
"""One point in so many belongs to the rare class."""

_SPREAD = 2.0

Points = NDArray[np.float64]
Labels = NDArray[np.int64]


def circles(examples: int, noise: float, rng: Generator) -> tuple[Points, Labels]:
    """Return a disc (label 0) inside a ring (label 1)."""
    labels = _alternating(examples, 2)
    inner, outer = np.array([0.0, 0.7]) * RADIUS, np.array([0.5, 1.0]) * RADIUS
    radius = rng.uniform(inner[labels], outer[labels])
    angle = rng.uniform(0, 2 * np.pi, examples)
    return _shifted(_polar(radius, angle), noise, rng), labels


def gaussians(examples: int, noise: float, rng: Generator) -> tuple[Points, Labels]:
    """Return two round clouds with standard deviation 0.8 around (2, 2) and (−2, −2)."""
    labels = _alternating(examples, 2)
    centres = np.array([[2.0, 2.0], [-2.0, -2.0]])
    points = rng.normal(centres[labels], 0.8)
    return _shifted(points, noise, rng), labels


def xor_clouds(examples: int, noise: float, rng: Generator) -> tuple[Points, Labels]:
    """Return points of four squares; label 1 where the signs of the coordinates differ."""
    quadrant = _alternating(examples, 4)
    signs = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])
    points = signs[quadrant] * rng.uniform(0.3, RADIUS, (examples, 2))
    return _shifted(points, noise, rng), np.asarray(quadrant % 2, np.int64)


def spirals(examples: int, noise: float, rng: Generator) -> tuple[Points, Labels]:
    """Return two intertwined spirals of 1¾ turns."""
    return _spirals(2, 1.75, examples, noise, rng)


def three_spirals(examples: int, noise: float, rng: Generator) -> tuple[Points, Labels]:
    """Return three intertwined spirals of 1¼ turns, one class each."""
    return _spirals(3, 1.25, examples, noise, rng)


def rare(examples: int, noise: float, rng: Generator) -> tuple[Points, Labels]:
    """Return an even disc (label 0), and within it a cluster of 4 % of the points (label 1).

    Even in the middle of the cluster, at (1.5, 1) with standard deviation 0.8, the rare points are
    not denser than the others there: a network that is only asked to be right most often has no
    reason ever to answer 1.
    """
    labels = np.asarray(np.arange(examples) % RARE_EVERY == 0, np.int64)
    disc = _polar(
        RADIUS * np.sqrt(rng.uniform(0, 1, examples)), rng.uniform(0, 2 * np.pi, examples)
    )
    cluster = rng.normal([1.5, 1.0], 0.8, (examples, 2))
    points = np.where(labels[:, np.newaxis] == 1, cluster, disc)
    return _shifted(points, noise, rng), labels


def plane_field(examples: int, noise: float, rng: Generator) -> tuple[Points, Points]:
    """Return points and the height of a slanted plane there: (x + y) / 10."""
    points = rng.uniform(-RADIUS, RADIUS, (examples, 2))
    return points, _noisy(points.sum(axis=1) / (2 * RADIUS), noise, rng)


def bumps(examples: int, noise: float, rng: Generator) -> tuple[Points, Points]:
    """Return points and the height of three hills and three hollows there.

    Each is ± exp(−d² / 2σ²) with σ = 1 at distance d from its centre.
    """
    points = rng.uniform(-RADIUS, RADIUS, (examples, 2))
    centres = np.array([[-4, 2.5], [0, 2.5], [4, 2.5], [-4, -2.5], [0, -2.5], [4, -2.5]])
    signs = np.array([1, -1, 1, -1, 1, -1])
    squared = ((points[:, np.newaxis] - centres) ** 2).sum(axis=2)
    return points, _noisy(np.exp(-squared / 2) @ signs, noise, rng)


def _spirals(
    arms: int, turns: float, examples: int, noise: float, rng: Generator
) -> tuple[Points, Labels]:
    labels = _alternating(examples, arms)
    along = np.sqrt(rng.uniform(0.002, 1.0, examples))
    angle = 2 * np.pi * (turns * along + labels / arms)
    return _shifted(_polar(RADIUS * along, angle), noise, rng), labels


def _alternating(examples: int, classes: int) -> Labels:
    """Return labels 0, 1, …, 0, 1, …: classes as equal in number as can be."""
    return np.arange(examples, dtype=np.int64) % classes


def _polar(radius: Points, angle: Points) -> Points:
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _shifted(points: Points, noise: float, rng: Generator) -> Points:
    moved = points + rng.normal(0.0, 1.0, points.shape) * (noise * _SPREAD)
    return np.clip(moved, *PLANE)


def _noisy(values: Points, noise: float, rng: Generator) -> Points:
    return (values + rng.normal(0.0, 1.0, values.shape) * noise)[:, np.newaxis]
