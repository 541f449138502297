"""Random changes to pictures that keep their meaning, drawn afresh whenever they are asked for.

A picture is laid on a grid twice as fine as its pixels, as the smoothest surface whose block means
are the pixels; turned, stretched, leaned and shifted there; its strokes made crisp again, thicker
or thinner, by choosing the level at which paper becomes ink; and averaged back.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from playground import fields
from playground.errors import ShapeError

Floats = NDArray[np.float32]
_FINER = 2
_MARGIN = 2
_CHUNK = 256
_CHUNK_PIXELS = 200_000
"""Fine pixels changed at a time: more do not fit the processor's cache and take twice as long."""
_CONTRAST = np.float32(1.5)
"""How much steeper strokes' edges are made: resampling has blurred them by about that much."""


@dataclass(frozen=True)
class Augmentation(fields.Settings):
    """How strongly pictures are changed at random while training; all zero is off.

    Every strength is the half-width of a uniform distribution around "unchanged".
    """

    title: ClassVar[str] = "Augmentation"

    turn: float = fields.number(
        0.0,
        "Turn",
        "Turns each picture by up to this angle, so that slanted writing is known too.",
        unit="°",
        low=0,
        high=45,
    )
    scale: float = fields.number(
        0.0,
        "Scale",
        "Stretches width and height each by up to this share, so that proportions matter less.",
        low=0,
        high=0.5,
    )
    shear: float = fields.number(
        0.0,
        "Shear",
        "Leans each picture by up to this share of its height, as handwriting does.",
        low=0,
        high=0.7,
    )
    shift: float = fields.number(
        0.0,
        "Shift",
        "Moves each picture by up to this many pixels, so that the place matters less.",
        unit="px",
        low=0,
        high=4,
    )
    thickness: float = fields.number(
        0.0,
        "Thickness",
        "Moves the edges of strokes out or in by up to this many pixels, as other pens would.",
        unit="px",
        low=0,
        high=0.4,
    )

    @property
    def active(self) -> bool:
        """Whether anything is changed at all."""
        return any((self.turn, self.scale, self.shear, self.shift, self.thickness))

    def apply(
        self,
        images: Floats,
        image_shape: tuple[int, int],
        rng: np.random.Generator,
        out: Floats | None = None,
    ) -> Floats:
        """Return every picture changed by its own random draw.

        Parameters
        ----------
        images
            float32 of shape (examples, features), 0 paper to 1 ink.
        image_shape
            Height and width of a picture.
        rng
            Where the draws come from; every call draws the same number for the same batch.
        out
            Where to write, the shape of ``images``; a new array without it. May be ``images``.

        Raises
        ------
        ShapeError
            When the pictures are not of that shape.
        """
        height, width = image_shape
        if images.ndim != 2 or images.shape[1] != height * width:
            raise ShapeError(
                f"Pictures of {height}×{width} expect {height * width} columns; the array's shape "
                f"is {images.shape}: give one row per picture."
            )
        if out is None:
            out = np.empty_like(images, np.float32)
        if not self.active:
            np.copyto(out, images)
            return out
        fine_pixels = height * width * _FINER**2
        chunk = min(_CHUNK, max(_CHUNK_PIXELS // fine_pixels, 1))
        for start in range(0, len(images), chunk):
            rows = slice(start, start + chunk)
            self._change(images[rows], height, width, rng, out[rows])
        return out

    def _change(
        self, images: Floats, height: int, width: int, rng: np.random.Generator, out: Floats
    ) -> None:
        """Change a chunk of pictures; all arrays below are (pictures, fine pixels)."""
        count = len(images)
        draws = rng.random((7, count, 1), np.float32) * 2 - 1
        widened = images.reshape(count * height, width) @ _refining(width)
        fine = _refining(height).T @ widened.reshape(count, height, _fine_side(width))
        columns, rows = self._origins(draws, height, width)
        ink = _sample(fine, rows, columns)

        # Ink rises from 0 at ``paper`` to 1 at ``full``; the stroke's edge is midway, at ½ for
        # the same thickness and lower for a thicker one.
        edge = np.float32(0.5) - draws[6] * np.float32(self.thickness)
        paper = np.maximum(edge - 1 / (2 * _CONTRAST), 0)
        full = edge + 1 / (2 * _CONTRAST)
        ink -= paper
        ink *= 1 / (full - paper)
        np.clip(ink, 0, 1, out=ink)

        blocks = ink.reshape(count, height, _FINER, width, _FINER)
        total = sum(blocks[:, :, i, :, j] for i in range(_FINER) for j in range(_FINER))
        np.multiply(total, np.float32(1 / _FINER**2), out=out.reshape(count, height, width))

    def _origins(self, draws: Floats, height: int, width: int) -> tuple[Floats, Floats]:
        """Return from which fine column and row, margin included, each fine pixel comes.

        A picture is stretched by S, leaned by H, turned by R and shifted by t about its middle;
        the pixel at p shows what was at (R·H·S)⁻¹ (p − t).
        """
        turn = draws[0] * np.float32(np.deg2rad(self.turn))
        across, down = (1 + draws[i] * np.float32(self.scale) for i in (1, 2))
        lean = draws[3] * np.float32(self.shear)
        shift_x, shift_y = (draws[i] * np.float32(self.shift * _FINER) for i in (4, 5))
        cos, sin = np.cos(turn), np.sin(turn)
        y, x = _grid(height, width)
        x, y = x - shift_x, y - shift_y
        columns = x * ((cos + lean * sin) / across) + y * ((sin - lean * cos) / across)
        rows = y * (cos / down) - x * (sin / down)
        columns += np.float32((_fine_side(width) - 1) / 2)
        rows += np.float32((_fine_side(height) - 1) / 2)
        return columns, rows


def _sample(pictures: Floats, rows: Floats, columns: Floats) -> Floats:
    """Return each picture's values at its own fractional rows and columns, bilinearly.

    ``pictures`` is (pictures, height, width); the others, and the result, (pictures, points).
    Both coordinates are clipped to the picture, in place.
    """
    count, height, width = pictures.shape
    np.clip(columns, 0, np.float32(width - 1.001), out=columns)
    np.clip(rows, 0, np.float32(height - 1.001), out=rows)
    column, row = columns.astype(np.int32), rows.astype(np.int32)
    columns -= column
    rows -= row
    at = row.astype(np.intp)
    at *= width
    at += column
    at += np.arange(0, count * height * width, height * width)[:, np.newaxis]
    values = pictures.ravel()
    # With mode="clip" take neither checks nor copies; all places are within the pictures.
    upper = values.take(at, mode="clip")
    at += 1
    right = values.take(at, mode="clip")
    right -= upper
    right *= columns
    upper += right
    at += width
    lower_right = values.take(at, mode="clip")
    at -= 1
    lower = values.take(at, mode="clip", out=right)
    lower_right -= lower
    lower_right *= columns
    lower += lower_right
    lower -= upper
    lower *= rows
    upper += lower
    return upper


def _fine_side(side: int) -> int:
    return _FINER * (side + 2 * _MARGIN)


@lru_cache(maxsize=8)
def _grid(height: int, width: int) -> tuple[Floats, Floats]:
    """Return the fine pixels' y and x about the middle of the picture, flattened."""
    y = np.arange(height * _FINER, dtype=np.float32) - np.float32((height * _FINER - 1) / 2)
    x = np.arange(width * _FINER, dtype=np.float32) - np.float32((width * _FINER - 1) / 2)
    grid_y, grid_x = np.meshgrid(y, x, indexing="ij")
    return grid_y.ravel(), grid_x.ravel()


@lru_cache(maxsize=8)
def _refining(side: int) -> Floats:
    """Return the matrix (pixels, fine pixels) that refines one row of pixels.

    The fine row f has the least Σ (f₋₁ − 2f₀ + f₊₁)² among those whose block means are the pixels,
    with ``_MARGIN`` pixels of paper on both sides: a quadratic problem with linear constraints,
    solved through its Lagrange equations.
    """
    pixels, fine = side + 2 * _MARGIN, _fine_side(side)
    means = np.kron(np.eye(pixels), np.full((1, _FINER), 1 / _FINER))
    bend = np.diff(np.eye(fine), 2, axis=0)
    equations = np.block([[bend.T @ bend, means.T], [means, np.zeros((pixels, pixels))]])
    wanted = np.concatenate([np.zeros((fine, pixels)), np.eye(pixels)])
    solution = np.linalg.solve(equations, wanted)[:fine, _MARGIN : _MARGIN + side]
    return np.ascontiguousarray(solution.T, np.float32)
