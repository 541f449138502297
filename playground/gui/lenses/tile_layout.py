"""Where each layer's tiles stand, so that the whole network fills the view from left to right."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from PySide6.QtCore import QRect

from playground.gui.widgets.cells import CellBlock

TITLE_HEIGHT = 36
SCALE_HEIGHT = 30
_MARGIN = 18
_LEAST_GAP = 20
_WIDEST_GAP = 190
_SMALLEST_PITCH = 2
_LEAST_BAND = 100
_BETWEEN_MAPS = 4
_LEAST_MAP_PITCH = 2  # where maps stand upright, before they may lie
_LEAST_WIDTH = 60  # for a title such as "Dense 16"
_COLUMN_LIMIT = 20
_CROWDED_PITCH = 9
_PLAIN_AFTER = 60  # more than a value's width: names and bars, which need one column


@dataclass(frozen=True)
class BlockShape:
    """What a layer asks for.

    Parameters
    ----------
    rows, columns
        Of the grid of tiles, of each map where there are several.
    largest_pitch
        Distance between tiles in pixels that is not exceeded even where there is room.
    before, after
        Pixels needed left and right of the tiles for names, values and bars.
    count
        Tiles in the grid; the last column or row may be partly empty.
    tight
        Whether the tiles stand close together, as the pixels of a picture do.
    maps, across
        How many such grids there are, and how many of them side by side.
    """

    rows: int
    columns: int
    count: int
    largest_pitch: int
    before: int = 0
    after: int = 0
    tight: bool = False
    maps: int = 1
    across: int = 1

    @property
    def down(self) -> int:
        """How many maps stand one below the other."""
        return math.ceil(self.maps / self.across)

    @property
    def smallest_pitch(self) -> int:
        """The least distance between tiles: a map is still seen where a pixel is one."""
        return 1 if self.maps > 1 else _SMALLEST_PITCH

    def tall(self, pitch: int) -> int:
        """Return the height that all tiles take."""
        return self.down * self.rows * pitch + (self.down - 1) * _BETWEEN_MAPS

    def wide(self, pitch: int) -> int:
        """Return the width that all tiles take."""
        return self.across * self.columns * pitch + (self.across - 1) * _BETWEEN_MAPS

    def fit(self, room: int) -> float:
        """Return the distance between tiles at which they fill so many pixels of height."""
        free = room - (self.down - 1) * _BETWEEN_MAPS
        return min(self.largest_pitch, free / (self.down * self.rows))

    def pitch_in(self, room: int) -> int:
        """Return the same in whole pixels, and no less than the smallest."""
        return max(math.floor(self.fit(room)), self.smallest_pitch)


@dataclass(frozen=True)
class TileBlock:
    """A layer's place: ``maps`` are its grids of tiles, ``slot`` is all that it may use."""

    shape: BlockShape
    maps: tuple[CellBlock, ...]
    slot: QRect

    @property
    def pitch(self) -> int:
        """From one tile to the next."""
        return int(self.maps[0].width)

    @property
    def gap(self) -> int:
        """Pixels left free between two tiles."""
        return self.maps[0].gap

    @cached_property
    def tiles(self) -> QRect:
        """The place of all tiles."""
        whole = QRect()
        for cells in self.maps:
            whole = whole.united(cells.whole)
        return whole

    def tile(self, index: int) -> QRect:
        """Return the rectangle of one tile."""
        which, place = divmod(index, self.shape.count)
        return self.maps[which].rect(*divmod(place, self.shape.columns))


def grid_of(units: int) -> tuple[int, int]:
    """Return rows and columns for a layer: one column when narrow, else taller than wide.

    64 units make 8 × 8, 128 make 16 rows of 8, 512 make 32 rows of 16.
    """
    if units <= _COLUMN_LIMIT:
        return units, 1
    root = math.isqrt(units)
    columns = next(c for c in range(root, 0, -1) if units % c == 0)
    if columns < root / 2:
        columns = math.ceil(math.sqrt(units))
    return math.ceil(units / columns), columns


def layout(shapes: Sequence[BlockShape], width: int, height: int) -> list[TileBlock]:
    """Place the layers side by side, in as many bands as give the largest tiles.

    Layers that are too many for the view stand in one band, which goes on to the right of it.

    Parameters
    ----------
    shapes
        What each layer asks for, input first.
    width, height
        The view in pixels.
    """
    best: list[TileBlock] = []
    most = max(min(4, len(shapes), height // _LEAST_BAND), 1)
    for bands in range(1, most + 1):
        per_band = math.ceil(len(shapes) / bands)
        placed: list[TileBlock] = []
        for band in range(bands):
            some = shapes[band * per_band : (band + 1) * per_band]
            if some:
                top = band * height // bands
                placed += _band(some, width, top, (band + 1) * height // bands - top)
        if not best or _legibility(placed, width) > 1.3 * _legibility(best, width):
            best = placed
        if _legibility(best, width) >= _CROWDED_PITCH:
            break
    return best


def _legibility(blocks: list[TileBlock], width: int) -> int:
    """Return the smallest tile's pitch, 0 where not all are in view.

    A picture is still read with a third of a tile's.
    """
    if max(block.slot.right() for block in blocks) >= width:
        return 0
    return min(block.pitch * (3 if block.shape.tight else 1) for block in blocks)


def _band(shapes: Sequence[BlockShape], width: int, top: int, height: int) -> list[TileBlock]:
    room = max(height - TITLE_HEIGHT - SCALE_HEIGHT, 8)
    shapes = [_reshaped(shape, room) for shape in shapes]
    pitches = [shape.pitch_in(room) for shape in shapes]
    free = width - 2 * _MARGIN - _LEAST_GAP * (len(shapes) - 1)

    def natural(index: int) -> int:
        shape = shapes[index]
        return shape.wide(pitches[index]) + shape.before + shape.after

    def taken(index: int) -> int:
        return max(natural(index), _LEAST_WIDTH)

    everyone = range(len(shapes))
    while sum(taken(index) for index in everyone) > free:
        widest = max(
            (
                index
                for index in everyone
                if pitches[index] > shapes[index].smallest_pitch and natural(index) > _LEAST_WIDTH
            ),
            key=lambda index: shapes[index].wide(pitches[index]),
            default=-1,
        )
        if widest < 0:
            break
        shape, pitch = shapes[widest], pitches[widest]
        upright = [
            one for one in _arranged(shape) if one.across < shape.across and one.fit(room) >= pitch
        ]
        if upright:
            shapes[widest] = upright[-1]
        else:
            pitches[widest] -= 1
    leftover = free - sum(taken(index) for index in everyone)
    between = max(len(shapes) - 1, 1)
    gap = _LEAST_GAP + min(max(leftover, 0) // between, _WIDEST_GAP)
    total = sum(taken(index) for index in everyone) + gap * (len(shapes) - 1)
    x = max((width - total) // 2, _MARGIN)
    middle = top + TITLE_HEIGHT + room // 2
    blocks, spans = [], []
    for index, (shape, pitch) in enumerate(zip(shapes, pitches, strict=True)):
        left = x + (taken(index) - natural(index)) // 2 + shape.before
        blocks.append(_cells(shape, pitch, left, middle - shape.tall(pitch) // 2))
        spans.append((x, x + taken(index)))
        x += taken(index) + gap
    last = max(width, spans[-1][1] + _MARGIN)
    edges = [0, *((end + start) // 2 for (_, end), (start, _) in pairwise(spans)), last]
    return [
        TileBlock(shape, maps, QRect(start, top, end - start, height))
        for shape, maps, (start, end) in zip(shapes, blocks, pairwise(edges), strict=True)
    ]


def _arranged(shape: BlockShape) -> list[BlockShape]:
    """Return the ways to set a layer's maps side by side: full rows where there are such."""
    root = math.isqrt(shape.maps)
    full = [across for across in range(1, shape.maps + 1) if shape.maps % across == 0]
    fair = any(root / 2 <= across <= root for across in full)
    return [replace(shape, across=across) for across in (full if fair else range(1, root + 2))]


def _cells(shape: BlockShape, pitch: int, left: int, top: int) -> tuple[CellBlock, ...]:
    """Return a layer's tiles, map by map, with gaps as the room allows."""
    if shape.maps > 1:
        gap = 0
    elif shape.tight:
        gap = int(pitch >= 5)
    elif shape.columns == 1:
        gap = round(pitch * 0.2)
    else:
        gap = (pitch >= 5) + (pitch >= 12) + (pitch >= 22)
    missing = shape.rows * shape.columns - shape.count
    corners = (divmod(place, shape.across) for place in range(shape.maps))
    return tuple(
        CellBlock(
            left + column * (shape.columns * pitch + _BETWEEN_MAPS),
            top + row * (shape.rows * pitch + _BETWEEN_MAPS),
            *(shape.rows, shape.columns, pitch, pitch, gap, missing),
        )
        for row, column in corners
    )


def _reshaped(shape: BlockShape, room: int) -> BlockShape:
    """Set maps side by side where that makes them larger; fold a tiny plain column."""
    if shape.maps > 1:
        some = _arranged(shape)
        fitting = [one for one in some if one.fit(room) >= _LEAST_MAP_PITCH] or some[-1:]
        upright = [one for one in fitting if one.wide(1) <= one.tall(1)] or fitting[:1]
        return max(upright, key=lambda one: (one.fit(room), -one.across))
    if shape.columns > 1 or shape.before or shape.rows <= 4 or room // shape.rows >= 12:
        return shape
    if shape.after > _PLAIN_AFTER:
        return shape
    columns = next(
        (
            some
            for some in range(2, shape.count)
            if shape.count % some == 0 and room * some // shape.count >= 12
        ),
        math.ceil(math.sqrt(shape.count)),
    )
    return replace(shape, rows=math.ceil(shape.count / columns), columns=columns, after=0)
