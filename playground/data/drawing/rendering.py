"""Round-pen strokes to grey pixels: how much of each pixel the ink covers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.data.drawing.ink import resampled

Floats = NDArray[np.float32]
SPACING = 0.75
"""How long a piece of a line is at most, in pixels."""


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
    """Return the coverage by several paths, each with its own radius."""
    depth = np.zeros(height * width, np.float32)
    for radius in sorted({path.radius for path in run}):
        pieces = [_pieces(path, height, width) for path in run if path.radius == radius]
        start = np.concatenate([piece[:-1] for piece in pieces]).astype(np.float32)
        step = np.concatenate([np.diff(piece, axis=0) for piece in pieces]).astype(np.float32)
        lay_pieces(depth, start, step, np.full(len(start), radius, np.float32), (height, width))
    return depth.reshape(height, width)


def lay_pieces(
    depth: Floats,
    start: Floats,
    step: Floats,
    radius: Floats,
    shape: tuple[int, int],
    first: NDArray[np.int32] | None = None,
) -> None:
    """Raise each pixel to its coverage by short straight pieces of a line.

    A piece measures its distance only to the pixels of a small window around its middle, and each
    pixel keeps the largest coverage.

    Parameters
    ----------
    depth
        (pixels,) of one picture or of several behind each other, changed in place.
    start, step
        (pieces, 2) float32: where each piece begins, and from there to its end, at most
        ``SPACING`` long.
    radius
        (pieces,): half the pen's width.
    shape
        Height and width of a picture.
    first
        (pieces,): which pixel of ``depth`` is the first of the piece's picture; 0 without it.
    """
    height, width = shape
    reach = int(float(radius.max()) + SPACING / 2 + 1)
    window = np.arange(-reach, reach + 1, dtype=np.int32)
    corner = np.floor(start + step / 2).astype(np.int32)
    columns = corner[:, 0, np.newaxis] + window
    rows = corner[:, 1, np.newaxis] + window
    dx = columns.astype(np.float32) + np.float32(0.5) - start[:, 0, np.newaxis]
    dy = rows.astype(np.float32) + np.float32(0.5) - start[:, 1, np.newaxis]
    length2 = np.maximum((step**2).sum(axis=1), np.float32(1e-12))[:, np.newaxis]
    along_x = dx * (step[:, 0, np.newaxis] / length2)
    along_y = dy * (step[:, 1, np.newaxis] / length2)
    along = along_y[:, :, np.newaxis] + along_x[:, np.newaxis, :]
    np.clip(along, 0, 1, out=along)
    off_x = along * -step[:, 0, np.newaxis, np.newaxis]
    off_x += dx[:, np.newaxis, :]
    along *= -step[:, 1, np.newaxis, np.newaxis]
    along += dy[:, :, np.newaxis]
    off_x *= off_x
    along *= along
    along += off_x
    distance = np.sqrt(along, out=along)
    cover = np.subtract((radius + np.float32(0.5))[:, np.newaxis, np.newaxis], distance, out=off_x)
    inside_x = (columns >= 0) & (columns < width)
    inside_y = (rows >= 0) & (rows < height)
    touched = cover > 0
    touched &= inside_y[:, :, np.newaxis]
    touched &= inside_x[:, np.newaxis, :]
    base = rows * np.int32(width)
    if first is not None:
        base += first[:, np.newaxis]
    cells = base[:, :, np.newaxis] + columns[:, np.newaxis, :]
    hits = np.flatnonzero(touched)
    np.maximum.at(depth, cells.ravel()[hits], np.minimum(cover.ravel()[hits], np.float32(1)))


def _pieces(path: Path, height: int, width: int) -> NDArray[np.float64]:
    """Return the path's points at steps of at most ``SPACING``; a tap is two equal points.

    What lies further outside than the picture is large is drawn at that distance, out of sight.
    """
    far = 2 * max(height, width) + path.radius
    points = resampled(np.clip(path.points, -far, far), SPACING)
    return points if len(points) > 1 else np.repeat(points, 2, axis=0)
