"""Random changes to pictures that keep their meaning, drawn afresh whenever they are asked for.

A picture is laid on a grid twice as fine, turned, scaled, sheared and shifted there, its strokes
made thicker or thinner by moving the level at which paper becomes ink, and averaged back.
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


@dataclass(frozen=True)
class Augmentation:
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
        "Makes strokes thicker or thinner by up to this many pixels, as other pens would.",
        unit="px",
        low=0,
        high=1,
    )

    def __post_init__(self) -> None:
        fields.check(self)

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
        for start in range(0, len(images), _CHUNK):
            rows = slice(start, start + _CHUNK)
            self._change(images[rows], height, width, rng, out[rows])
        return out

    def _change(
        self, images: Floats, height: int, width: int, rng: np.random.Generator, out: Floats
    ) -> None:
        count = len(images)
        draws = rng.random((6, count), np.float32) * 2 - 1
        turn = draws[0] * np.float32(np.deg2rad(self.turn))
        across, down = (1 + draws[1] * self.scale), (1 + draws[2] * self.scale)
        shear = draws[3] * self.shear
        shift_x, shift_y = draws[4] * self.shift, draws[5] * self.shift
        grow = (rng.random(count, np.float32) * 2 - 1) * self.thickness

        # Where each fine pixel of the result comes from: x' = A⁻¹ (x − shift), about the middle.
        cos, sin = np.cos(turn), np.sin(turn)
        grid_y, grid_x = _grid(height, width)
        x = grid_x - (shift_x * _FINER)[:, np.newaxis]
        y = grid_y - (shift_y * _FINER)[:, np.newaxis]
        xx, xy = cos / across, sin / across
        yx, yy = -sin / down, cos / down
        xx, xy = xx + shear * yx, xy + shear * yy
        from_x = x * xx[:, np.newaxis] + y * xy[:, np.newaxis]
        from_y = x * yx[:, np.newaxis] + y * yy[:, np.newaxis]

        fine_h, fine_w = (_FINER * (side + 2 * _MARGIN) for side in (height, width))
        fine = images @ _upsampling(height, width)
        from_x += np.float32((fine_w - 1) / 2)
        from_y += np.float32((fine_h - 1) / 2)
        np.clip(from_x, 0, np.float32(fine_w - 1.001), out=from_x)
        np.clip(from_y, 0, np.float32(fine_h - 1.001), out=from_y)
        column, row = from_x.astype(np.int32), from_y.astype(np.int32)
        from_x -= column
        from_y -= row
        corner = row * np.int32(fine_w) + column
        corner += (np.arange(count, dtype=np.int32) * np.int32(fine_h * fine_w))[:, np.newaxis]
        flat = fine.ravel()
        top = flat[corner]
        top += (flat[corner + 1] - top) * from_x
        corner += np.int32(fine_w)
        bottom = flat[corner]
        bottom += (flat[corner + 1] - bottom) * from_x
        top += (bottom - top) * from_y

        # Level set: ink rises from 0 to 1 within about one picture pixel of its edge.
        top += (grow[:, np.newaxis]) * np.minimum(1, 2 * np.minimum(top, 1))
        np.clip(top, 0, 1, out=top)
        blocks = top.reshape(count, height, _FINER, width, _FINER)
        out.reshape(count, height, width)[...] = blocks.mean(axis=(2, 4))


@lru_cache(maxsize=8)
def _grid(height: int, width: int) -> tuple[Floats, Floats]:
    """Return the fine pixels' y and x about the middle of the picture, flattened."""
    y = np.arange(height * _FINER, dtype=np.float32) - (height * _FINER - 1) / 2
    x = np.arange(width * _FINER, dtype=np.float32) - (width * _FINER - 1) / 2
    grid_y, grid_x = np.meshgrid(y, x, indexing="ij")
    return grid_y.ravel(), grid_x.ravel()


@lru_cache(maxsize=8)
def _upsampling(height: int, width: int) -> Floats:
    """Return the matrix (pixels, fine pixels with margin) of bilinear upsampling."""
    down, across = _upsampling_of(height), _upsampling_of(width)
    return np.ascontiguousarray(np.kron(down, across), np.float32)


def _upsampling_of(side: int) -> Floats:
    fine = _FINER * (side + 2 * _MARGIN)
    at = (np.arange(fine) + 0.5) / _FINER - 0.5 - _MARGIN
    weight = np.maximum(0, 1 - np.abs(at[np.newaxis, :] - np.arange(side)[:, np.newaxis]))
    return np.asarray(weight, np.float32)
