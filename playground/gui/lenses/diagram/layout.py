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
    """

    count: int
    picture: tuple[int, int] | None = None
    named: bool = False
    before: float = 0.0
    after: float = 0.0
    largest: float = 40.0
    roomy: bool = False


@dataclass(frozen=True)
class Place:
    """Where a column stands: a grid of square tiles with their top left corner at (x, y).

    ``room`` is the width that its title may use.
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

    def ports(self) -> Points:
        """Return the height at which each tile's links begin and end, (count,).

        In a grid the links of a row's tiles are spread over the row's height.
        """
        rows, columns = np.divmod(np.arange(self.count), self.columns)
        if self.columns == 1:
            return self.y + rows * self.pitch + self.side / 2
        share = (columns + 0.5) / self.columns
        return self.y + rows * self.pitch + share * self.side

    def hit(self, x: float, y: float) -> int | None:
        """Return the tile at a point, the gap after it included, or None."""
        margin = (self.pitch - self.side) / 2
        column = math.floor((x - self.x + margin) / self.pitch)
        row = math.floor((y - self.y + margin) / self.pitch)
        if not (0 <= column < self.columns and 0 <= row < self.rows):
            return None
        unit = row * self.columns + column
        return unit if unit < self.count else None

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
    smallest = _LEAST_GAP if len(asks) <= _FEW else _DEEP_GAP
    extra = [_SLIM_ROOM * sum(after == index for after in slim) for index in range(len(asks) - 1)]
    for step in range(11):
        tight = step / 10
        margin = _MARGIN + (_SMALL_MARGIN - _MARGIN) * tight
        least = _ROOMY_GAP + (smallest - _ROOMY_GAP) * min(1.5 * tight, 1.0)
        sized = [_sized(ask, room, width, tight) for ask in asks]
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


def _sized(ask: Ask, room: float, width: float, tight: float) -> Place:
    """Return a column's tiles for a view, all the smaller the tighter it is."""
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
    """Return the tile of another column that is nearest to a tile in height."""
    _, y = places[column].tile(unit)
    middle = y + places[column].side / 2
    corners = places[to].corners()
    toward = places[to].columns - 1 if to < column else 0
    offset = np.abs(corners[:, 1] + places[to].side / 2 - middle)
    sideways = np.abs(np.arange(places[to].count) % places[to].columns - toward)
    return int(np.lexsort((sideways, np.round(offset, 3)))[0])


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
