"""Round-pen strokes to grey pixels: how much of each pixel the ink covers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.data.ink import resampled

Floats = NDArray[np.float32]
_SPACING = 0.75


@dataclass(frozen=True, eq=False)
class Path:
    """A polyline in pixel units, drawn or erased by a round pen.

    Parameters
    ----------
    points
        (points, 2) float64: x to the right, y down; pixel (i, j) has its centre at
        x = j + ½, y = i + ½.
    radius
        Half the pen's width, in pixels.
    eraser
        Whether the pen takes ink away.
    """

    points: NDArray[np.float64]
    radius: float
    eraser: bool = False


def render(paths: Sequence[Path], height: int, width: int) -> Floats:
    """Return the ink's coverage of every pixel, 0..1, float32 of shape (height, width).

    A pixel at distance d from a line of radius r is covered by clip(r − d + ½, 0, 1). Runs of
    pens, and of erasers, are drawn together; an eraser multiplies by 1 − its own coverage.
    """
    picture = np.zeros((height, width), np.float32)
    run: list[Path] = []
    for path in paths:
        if run and path.eraser != run[0].eraser:
            _lay(picture, run)
            run = []
        run.append(path)
    if run:
        _lay(picture, run)
    return picture


def _lay(picture: Floats, run: Sequence[Path]) -> None:
    covered = _coverage(run, *picture.shape)
    if run[0].eraser:
        picture *= 1 - covered
    else:
        np.maximum(picture, covered, out=picture)


def _coverage(run: Sequence[Path], height: int, width: int) -> Floats:
    """Return the coverage by several paths, each with its own radius.

    Each path is cut into pieces about as long as a pixel; a piece measures its distance only to
    the pixels of a small window around its middle, and each pixel keeps the nearest.
    """
    depth = np.zeros(height * width, np.float32)
    for radius in sorted({path.radius for path in run}):
        pieces = [_pieces(path, height, width) for path in run if path.radius == radius]
        start = np.concatenate([piece[:-1] for piece in pieces]).astype(np.float32)
        step = np.concatenate([np.diff(piece, axis=0) for piece in pieces]).astype(np.float32)
        reach = int(np.ceil(radius + _SPACING / 2 + 0.5))
        window = np.arange(-reach, reach + 1, dtype=np.int32)
        corner = np.floor(start + step / 2).astype(np.int32)
        columns = corner[:, 0, np.newaxis] + window
        rows = corner[:, 1, np.newaxis] + window
        dx = columns + np.float32(0.5) - start[:, 0, np.newaxis]
        dy = rows + np.float32(0.5) - start[:, 1, np.newaxis]
        length2 = np.maximum((step**2).sum(axis=1), np.float32(1e-12))[:, np.newaxis]
        along_x = dx * (step[:, 0, np.newaxis] / length2)
        along_y = dy * (step[:, 1, np.newaxis] / length2)
        along = along_y[:, :, np.newaxis] + along_x[:, np.newaxis, :]
        np.clip(along, 0, 1, out=along)
        off_x = dx[:, np.newaxis, :] - along * step[:, 0, np.newaxis, np.newaxis]
        off_y = dy[:, :, np.newaxis] - along * step[:, 1, np.newaxis, np.newaxis]
        distance = np.sqrt(off_x * off_x + off_y * off_y)
        inside_x = (columns >= 0) & (columns < width)
        inside_y = (rows >= 0) & (rows < height)
        inside = inside_y[:, :, np.newaxis] & inside_x[:, np.newaxis, :]
        cells = rows[:, :, np.newaxis] * width + columns[:, np.newaxis, :]
        cover = np.clip(np.float32(radius + 0.5) - distance, 0, 1)
        np.maximum.at(depth, cells[inside], cover[inside])
    return depth.reshape(height, width)


def _pieces(path: Path, height: int, width: int) -> NDArray[np.float64]:
    """Return the path's points at steps of at most ``_SPACING``; a tap is two equal points.

    What lies further outside than the picture is large is drawn at that distance, out of sight.
    """
    far = 2 * max(height, width) + path.radius
    points = resampled(np.clip(path.points, -far, far), _SPACING)
    return points if len(points) > 1 else np.repeat(points, 2, axis=0)
