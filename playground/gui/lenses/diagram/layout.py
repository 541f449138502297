"""Where the diagram's columns stand: numbers only, so that it can be reckoned without a screen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from playground.gui.lenses.tile_layout import grid_of

TITLE_HEIGHT = 44.0
BOTTOM = 18.0
LANE = 16.0
"""Pixels below the columns for the links that pass them, for each level of nesting."""
LANE_GAP = 7.0
_MARGIN = 26.0
_SMALL_MARGIN = 8.0
_ROOMY_GAP = 64.0
_LEAST_GAP = 32.0
_DEEP_GAP = 20.0
_FEW = 5  # columns that can afford the larger gap
_WIDEST_GAP = 0.75  # of the height
_SLIM_ROOM = 26.0
_SMALLEST_PITCH = 2.0
_FOLDED_BELOW = 15.0
_CROWDED_BELOW = 10.0
_USUAL_ROOM = 480.0
_GRID_FROM = 9.0
_SHORT_NAME = 34.0
_SMALL_MAP, _LARGE_MAP = 20.0, 42.0  # the side of a map of no pixels, and what one of 28 has more
_MOSAIC, _MOSAICS = 0.17, 0.55  # of the width: one mosaic's most, and all of them together
_LARGER = 1.25  # what maps must gain for a further column
_ONE_COLUMN = 12  # as many neurons are never folded

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Ask:
    """What a column asks for.

    Parameters
    ----------
    count
        Its tiles.
    picture
        Height and width in pixels of an input that is a picture.
    named
        Whether a name stands beside every tile, so that it is never folded.
    before, after
        Pixels wished for on either side, for names, values and bars.
    largest
        The distance between tiles that is not exceeded even where there is room.
    roomy
        Whether the tiles are pictures themselves, to be folded sooner and to stay larger.
    grid
        Rows and columns of pixels in each tile, where the tiles are a layer's maps.
    """

    count: int
    picture: tuple[int, int] | None = None
    named: bool = False
    before: float = 0.0
    after: float = 0.0
    largest: float = 40.0
    roomy: bool = False
    grid: tuple[int, int] | None = None


Box = tuple[float, float, float, float]
"""Left, top, width and height."""


@dataclass(frozen=True)
class Place:
    """Where a column stands: a grid of square tiles with their top left corner at (x, y).

    ``room`` is the width that its title may use. Where the tiles are maps, ``grid`` says how many
    rows and columns of pixels each has, which stand in the middle of the square; a neuron is then
    a pixel, numbered map by map.
    """

    x: float
    y: float
    rows: int
    columns: int
    count: int
    pitch: float
    side: float
    before: float = 0.0
    after: float = 0.0
    room: float = 0.0
    is_picture: bool = False
    grid: tuple[int, int] | None = None

    @property
    def width(self) -> float:
        """From the first tile's left edge to the last one's right edge."""
        return (self.columns - 1) * self.pitch + self.side

    @property
    def height(self) -> float:
        """From the top of the first tile to the bottom of the last."""
        return (self.rows - 1) * self.pitch + self.side

    @property
    def right(self) -> float:
        """The right edge of the tiles."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge of the tiles."""
        return self.y + self.height

    def tile(self, unit: int) -> tuple[float, float]:
        """Return the top left corner of one tile."""
        row, column = divmod(unit, self.columns)
        return self.x + column * self.pitch, self.y + row * self.pitch

    def corners(self) -> Points:
        """Return every tile's top left corner, (count, 2)."""
        rows, columns = np.divmod(np.arange(self.count), self.columns)
        return np.stack([self.x + columns * self.pitch, self.y + rows * self.pitch], axis=1)

    @property
    def positions(self) -> int:
        """How many neurons a tile has: the pixels of a map, else 1."""
        return 1 if self.grid is None else math.prod(self.grid)

    @property
    def pixel(self) -> float:
        """The side of a neuron: of a map's pixel, else of the tile."""
        return self.side if self.grid is None else self.side / max(self.grid)

    def box(self, tile: int) -> Box:
        """Return where a tile's map stands."""
        x, y = self.tile(tile)
        if self.grid is None:
            return x, y, self.side, self.side
        width, height = self.grid[1] * self.pixel, self.grid[0] * self.pixel
        return x + (self.side - width) / 2, y + (self.side - height) / 2, width, height

    def part(self, own: int, rows: slice, columns: slice, *, high: int = 0) -> Box:
        """Return where some rows and columns of a map stand.

        The maps of an input that is a picture stand one below the other, each so many rows high.
        """
        x, y, _, _ = self.box(0 if self.is_picture else own)
        side = self.pitch if self.is_picture else self.pixel
        top = y + (own * high + rows.start) * side
        across, down = columns.stop - columns.start, rows.stop - rows.start
        return x + columns.start * side, top, across * side, down * side

    def neuron(self, unit: int) -> Box:
        """Return where a neuron stands: its tile, or its pixel in its map."""
        if self.grid is None:
            return self.box(unit)
        tile, place = divmod(unit, self.positions)
        row, column = divmod(place, self.grid[1])
        return self.part(tile, slice(row, row + 1), slice(column, column + 1))

    def ports(self) -> Points:
        """Return the height at which each neuron's links begin and end, (neurons,)."""
        if self.grid is None:
            return self.tile_ports()
        tops = np.array([self.box(tile)[1] for tile in range(self.count)])
        rows = np.repeat(np.arange(self.grid[0]) + 0.5, self.grid[1]) * self.pixel
        return (tops[:, np.newaxis] + rows).ravel()

    def map_ports(self, maps: int) -> Points:
        """Return the height at which each map's links begin and end, (maps,)."""
        if self.is_picture:
            return self.y + (np.arange(maps) + 0.5) / maps * self.height
        return self.tile_ports()

    def tile_ports(self) -> Points:
        """Return the height at which each tile's links begin and end, (count,).

        In a grid the links of a row's tiles are spread over the row's height.
        """
        rows, columns = np.divmod(np.arange(self.count), self.columns)
        if self.columns == 1:
            return self.y + rows * self.pitch + self.side / 2
        share = (columns + 0.5) / self.columns
        return self.y + rows * self.pitch + share * self.side

    def hit(self, x: float, y: float) -> int | None:
        """Return the neuron at a point, the gap after a tile included, or None."""
        margin = (self.pitch - self.side) / 2
        column = math.floor((x - self.x + margin) / self.pitch)
        row = math.floor((y - self.y + margin) / self.pitch)
        if not (0 <= column < self.columns and 0 <= row < self.rows):
            return None
        tile = row * self.columns + column
        if tile >= self.count or self.grid is None:
            return tile if tile < self.count else None
        left, top, _, _ = self.box(tile)
        row, column = (
            min(max(math.floor((at - first) / self.pixel), 0), most - 1)
            for at, first, most in ((y, top, self.grid[0]), (x, left, self.grid[1]))
        )
        return tile * self.positions + row * self.grid[1] + column

    def seen(self, scale: float, dx: float, dy: float) -> Place:
        """Return the same column under a camera."""
        return replace(
            self,
            x=self.x * scale + dx,
            y=self.y * scale + dy,
            pitch=self.pitch * scale,
            side=self.side * scale,
            before=self.before * scale,
            after=self.after * scale,
            room=self.room * scale,
        )


@dataclass(frozen=True)
class Arrangement:
    """All columns, and the size of the whole: wider than the view where they cannot be narrower."""

    places: tuple[Place, ...]
    width: float
    height: float


def fold(count: int, room: float, wanted: float = _FOLDED_BELOW) -> tuple[int, int]:
    """Return rows and columns for a layer, taller than wide: its links spread over the height.

    Parameters
    ----------
    count
        Its neurons.
    room
        The height that it may fill, in pixels.
    wanted
        The distance between tiles that a further column should bring.

    Returns
    -------
    As few columns as give the tiles that distance, and no more than a square has: 64 neurons are
    16 rows of 4 where there is room and 8 × 8 where there is little, 512 are 32 rows of 16.
    """
    if count <= _ONE_COLUMN or room / count >= wanted:
        return count, 1
    most = grid_of(count)[1]
    if most == 1:
        most = math.isqrt(count)
    for columns in range(2, most + 1):
        rows = math.ceil(count / columns)
        even = count % columns == 0 or all(count % other for other in range(columns, most + 1))
        if even and room / rows >= wanted:
            return rows, columns
    return math.ceil(count / most), most


def mosaic(count: int, room: float, share: float) -> tuple[int, int]:
    """Return rows and columns for so many maps, of a height and a width that they may fill.

    As few columns as let them be large, and none with a gap unless the number is a prime.
    """
    divisors = [columns for columns in range(1, count + 1) if count % columns == 0]
    best, size = 1, 0.0
    for columns in divisors if len(divisors) > 2 else range(1, count + 1):
        possible = min(room / math.ceil(count / columns), share / columns)
        if possible > _LARGER * size:
            best, size = columns, possible
    return math.ceil(count / best), best


def arrange(
    asks: Sequence[Ask],
    width: float,
    height: float,
    slim: Sequence[int] = (),
    lanes: int = 0,
) -> Arrangement:
    """Place the columns side by side, each centred on the middle of the height.

    Parameters
    ----------
    asks
        What each column asks for, input first.
    width, height
        The view in pixels.
    slim
        For every slim mark, the column on its left.
    lanes
        How many bundles of links pass below a column, one below the other.
    """
    if not asks:
        return Arrangement((), width, height)
    room = max(height - TITLE_HEIGHT - BOTTOM - lanes * LANE, 24.0)
    mosaics = sum(ask.grid is not None for ask in asks)
    share = width * min(_MOSAIC, _MOSAICS / max(mosaics, 1))
    smallest = _LEAST_GAP if len(asks) <= _FEW else _DEEP_GAP
    extra = [_SLIM_ROOM * sum(after == index for after in slim) for index in range(len(asks) - 1)]
    for step in range(11):
        tight = step / 10
        margin = _MARGIN + (_SMALL_MARGIN - _MARGIN) * tight
        least = _ROOMY_GAP + (smallest - _ROOMY_GAP) * min(1.5 * tight, 1.0)
        sized = [_sized(ask, room, width, share, tight) for ask in asks]
        taken = sum(place.before + place.width + place.after for place in sized) + sum(extra)
        free = width - 2 * margin - taken
        gaps = max(len(asks) - 1, 1)
        if free >= least * (len(asks) - 1):
            break
    gap = min(max(free / gaps, least), _WIDEST_GAP * height) if len(asks) > 1 else 0.0
    total = taken + gap * (len(asks) - 1)
    whole = max(width, total + 2 * margin)
    x = (whole - total) / 2
    middle = TITLE_HEIGHT + room / 2
    placed = []
    for index, place in enumerate(sized):
        x += place.before
        placed.append(replace(place, x=x, y=middle - place.height / 2))
        x += place.width + place.after + gap + (extra[index] if index < len(extra) else 0.0)
    return Arrangement(_with_title_rooms(placed, whole), whole, height)


def _sized(ask: Ask, room: float, width: float, share: float, tight: float) -> Place:
    """Return a column's tiles for a view, all the smaller the tighter it is.

    ``share`` is the width that a mosaic may take.
    """
    grown = max(1.0, room / _USUAL_ROOM) ** 0.7
    if ask.picture is not None:
        rows, columns = ask.picture
        small = rows <= 16
        wide, tall = (0.19, 0.36) if small else (0.24, 0.46)
        largest = (20.0 if small else 8.0) * grown
        pitch = max(min(wide * width / columns, tall * room / rows, largest), _SMALLEST_PITCH)
        gap = 0.0 if pitch < _GRID_FROM else 1.0
        return Place(
            0, 0, rows, columns, ask.count, pitch, pitch - gap, ask.before, is_picture=True
        )
    if ask.grid is not None:
        rows, columns = mosaic(ask.count, room, share)
        largest = (_SMALL_MAP + _LARGE_MAP * (max(ask.grid) / 28) ** 0.5) * grown
        pitch = min(room / rows, share / columns, largest) * (1 - 0.2 * tight)
        pitch = max(pitch, _SMALLEST_PITCH)
        side = pitch - min(max(0.06 * pitch, 1.0), 3.0)
        return Place(0, 0, rows, columns, ask.count, pitch, side, grid=ask.grid)
    wanted = 40.0 if ask.roomy else _FOLDED_BELOW if ask.count <= 100 else _CROWDED_BELOW
    rows, columns = (ask.count, 1) if ask.named else fold(ask.count, room, wanted * grown)
    used = room * (0.78 + 0.22 * min(1.0, rows / 20))
    if columns > 1:
        largest, shrink = (42.0, 0.5) if ask.roomy else (26.0, 0.75)
        pitch = min(used / rows, largest * grown) * (1 - shrink * tight)
    else:
        pitch = min(used / rows, ask.largest * grown * (1 - 0.45 * tight))
    pitch = max(pitch, _SMALLEST_PITCH)
    side = pitch * (0.78 if columns == 1 else 0.84) if pitch >= 6 else pitch
    before, after = (
        min(wish, _SHORT_NAME) + max(wish - _SHORT_NAME, 0.0) * (1 - 0.8 * tight)
        for wish in (ask.before, ask.after)
    )
    return Place(0, 0, rows, columns, ask.count, pitch, side, before, after)


def _with_title_rooms(placed: Sequence[Place], width: float) -> tuple[Place, ...]:
    """Give every title the width that keeps it from its neighbours': half the way on both sides."""
    centres = [title_centre(place) for place in placed]
    rooms = []
    for index, centre in enumerate(centres):
        left = centre - (centres[index - 1] + 8 if index else -centre + 16)
        right = centres[index + 1] - 8 if index + 1 < len(centres) else 2 * width - centre - 16
        rooms.append(min(left, right - centre))
    return tuple(
        replace(place, room=max(room, 0.0)) for place, room in zip(placed, rooms, strict=True)
    )


def lanes(joined: Sequence[tuple[int, int]]) -> list[int]:
    """Return in which lane below the columns each joint runs: 0 between neighbours.

    One that passes another's lane runs in the next, so that blocks in blocks stay apart.
    """
    found = [0] * len(joined)
    order = sorted(range(len(joined)), key=lambda index: joined[index][1] - joined[index][0])
    for position, index in enumerate(order):
        source, target = joined[index]
        if target - source > 1:
            inside = (
                found[other]
                for other in order[:position]
                if source <= joined[other][0] and joined[other][1] <= target
            )
            found[index] = 1 + max(inside, default=0)
    return found


def title_centre(place: Place) -> float:
    """Return where a column's title is centred: above its tiles and what stands after them."""
    return place.x + (place.width + place.after) / 2


def nearest(places: Sequence[Place], column: int, unit: int, to: int) -> int:
    """Return the neuron of another column nearest to one in height; of a map, the middle."""
    _, y, _, height = places[column].neuron(unit)
    middle = y + height / 2
    corners = places[to].corners()
    toward = places[to].columns - 1 if to < column else 0
    offset = np.abs(corners[:, 1] + places[to].side / 2 - middle)
    sideways = np.abs(np.arange(places[to].count) % places[to].columns - toward)
    tile = int(np.lexsort((sideways, np.round(offset, 3)))[0])
    grid = places[to].grid
    if grid is None:
        return tile
    return tile * places[to].positions + grid[0] // 2 * grid[1] + grid[1] // 2


def slim_places(
    places: Sequence[Place], slim: Sequence[int]
) -> list[tuple[float, float, float, float]]:
    """Return each slim mark's centre, top, bottom, and the width its label may use."""
    found = []
    for index, after in enumerate(slim):
        same = [other for other, column in enumerate(slim) if column == after]
        left = places[after].right + places[after].after
        right = places[after + 1].x - places[after + 1].before
        share = (same.index(index) + 1) / (len(same) + 1)
        top = min(places[after].y, places[after + 1].y)
        bottom = max(places[after].bottom, places[after + 1].bottom)
        room = (right - left) / (len(same) + 1) + 12
        found.append((left + share * (right - left), top, bottom, room))
    return found
