"""The whole diagram as one thing that can be arranged, looked up and kept up to date."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from playground.analysis.neurons.map_paths import Region, handed_to, regions_seen
from playground.analysis.neurons.names import NeuronNames
from playground.analysis.neurons.neuron import Neuron
from playground.data.dataset import Dataset
from playground.gui.lenses.diagram.camera import Camera
from playground.gui.lenses.diagram.columns import Column, SlimMark, columns_of, link_reading
from playground.gui.lenses.diagram.curve_raster import passage
from playground.gui.lenses.diagram.layout import (
    LANE,
    LANE_GAP,
    Arrangement,
    Ask,
    Box,
    Place,
    arrange,
    lanes,
    nearest,
    slim_places,
)
from playground.gui.lenses.diagram.links import NetworkLinks
from playground.nn.network import Network
from playground.nn.record import INPUT

BAR_WIDTH = 92.0
_NEAR = 4.0  # pixels from a link at which the mouse is on it
_NAME = 7.6  # pixels a letter, to ask for room; what does not fit is elided
_WIDEST_NAME = 150.0


@dataclass(frozen=True)
class LinkPlace:
    """One link: its joint's position, and the neurons that it joins."""

    joint: int
    unit: int
    of: int


@dataclass
class DiagramPicture:
    """Columns, links and camera; knows nothing of painting.

    Attributes
    ----------
    columns, marks
        What stands from left to right.
    links
        What joins the columns; a joint of columns that do not stand side by side passes below
        those between them.
    camera
        Which part is shown.
    places
        Every column's place in the view, in its pixels.
    joined
        The positions of the two columns of every joint.
    is_plane
        Whether the tiles show responses over the plane, and want room.
    seen
        By column, what the pixel looked at sees of it.
    handed_to
        Where that pixel goes after.
    """

    columns: list[Column] = field(default_factory=list)
    marks: list[SlimMark] = field(default_factory=list)
    links: NetworkLinks = field(default_factory=NetworkLinks)
    camera: Camera = field(default_factory=Camera)
    places: tuple[Place, ...] = ()
    scale: float = 1.0
    is_plane: bool = False
    view: tuple[float, float] = (1.0, 1.0)
    joined: list[tuple[int, int]] = field(default_factory=list)
    seen: dict[int, Region] = field(default_factory=dict)
    handed_to: tuple[Neuron, ...] = ()
    _network: Network | None = None
    _lanes: list[int] = field(default_factory=list)
    _names: NeuronNames | None = None
    _whole: Arrangement = field(default_factory=lambda: Arrangement((), 1.0, 1.0))

    def show(self, network: Network | None, dataset: Dataset | None) -> None:
        """Draw another network, or none."""
        self.columns, self.marks, self._names, self._network = [], [], None, None
        self.seen, self.handed_to = {}, ()
        if network is not None and dataset is not None:
            self._network = network
            self.columns, self.marks = columns_of(network, dataset)
            self.is_plane = dataset.kind.on_plane
            self._names = NeuronNames(dataset, network)
        self.links = NetworkLinks(network if self.columns else None)
        at = {column.name: index for index, column in enumerate(self.columns)}
        self.joined = [(at[joint.source], at[joint.target]) for joint in self.links.joints]
        self._lanes = lanes(self.joined)
        self.arrange(self.view)

    @property
    def structure(self) -> tuple[tuple[str, int, int], ...]:
        """Every column's name and number of neurons, and how many of them a map has."""
        return tuple((column.name, column.count, column.positions) for column in self.columns)

    def arrange(self, view: tuple[float, float]) -> None:
        """Lay everything out for a view of this width and height."""
        self.view = view
        asks = [self._ask(column) for column in self.columns]
        self._whole = arrange(
            asks, *view, [mark.after for mark in self.marks], max(self._lanes, default=0)
        )
        self.look(self.camera.kept(self._size, view))

    def look(self, camera: Camera) -> None:
        """Look through another camera."""
        self.camera = camera
        self.scale, dx, dy = camera.mapping(self._size, self.view)
        self.places = tuple(place.seen(self.scale, dx, dy) for place in self._whole.places)

    @property
    def _size(self) -> tuple[float, float]:
        return self._whole.width, self._whole.height

    def zoom(self, factor: float, x: float, y: float) -> None:
        """Zoom around a point of the view."""
        self.look(self.camera.zoomed(factor, x, y, self._size, self.view))

    def pan(self, by_x: float, by_y: float) -> None:
        """Move the picture by so many pixels."""
        self.look(self.camera.panned(by_x, by_y, self._size, self.view))

    def reveal(self, neuron: Neuron) -> bool:
        """Move a neuron that is out of view into it; return whether that was needed."""
        where = self.where(neuron)
        if where is None:
            return False
        place = self.places[where[0]]
        x, y, width, height = place.neuron(where[1])
        moves = []
        for low, high, size in ((x, x + width, self.view[0]), (y, y + height, self.view[1])):
            moves.append(24 - low if low < 0 else size - 24 - high if high > size else 0.0)
        if any(moves):
            self.pan(*moves)
        return any(moves)

    def where(self, neuron: Neuron | None) -> tuple[int, int] | None:
        """Return a neuron's column and unit, or None where it is not drawn."""
        if neuron is None:
            return None
        for index, column in enumerate(self.columns):
            if column.name == neuron.layer and 0 <= neuron.unit < column.count:
                return index, neuron.unit
        return None

    def neuron(self, column: int, unit: int) -> Neuron:
        """Return the neuron of a tile."""
        return Neuron(self.columns[column].name, unit)

    def hit(self, x: float, y: float) -> Neuron | None:
        """Return the neuron at a point: its tile, its name or its bar."""
        for index, place in enumerate(self.places):
            unit = place.hit(x, y)
            beside = place.x - place.before <= x <= place.right + place.after
            if unit is None and beside and place.columns == 1:
                unit = place.hit(place.x + place.side / 2, y)
            if unit is not None:
                return self.neuron(index, unit)
        return None

    def hit_link(self, x: float, y: float) -> LinkPlace | None:
        """Return the drawn link that passes a point, the strongest of several."""
        for index in range(len(self.links.joints)):
            left, right = self.ends(index)
            if not left < x < right:
                continue
            drawn = self.links.drawn(index)
            if not len(drawn.ids):
                continue
            shares = passage(np.array([x]), np.asarray(self.knots(index)))[:, 0]
            away = np.abs(self.heights(index, drawn.inputs, drawn.units) @ shares - y)
            style = self.links.style(index)
            best = int(np.argmin(away - 2 * style.shares))
            if away[best] <= max(_NEAR, style.widths[best]):
                return LinkPlace(index, int(drawn.units[best]), int(drawn.inputs[best]))
        return None

    def ends(self, joint: int) -> tuple[float, float]:
        """Return where a joint's links begin and end, from left to right."""
        left, right = self.between(joint)
        return left.right, right.x

    def between(self, joint: int) -> tuple[Place, Place]:
        """Return the places of the two columns that a joint joins."""
        source, target = self.joined[joint]
        return self.places[source], self.places[target]

    def knots(self, joint: int) -> tuple[float, ...]:
        """Return where a joint's links begin, bend to pass below other columns, and end."""
        begin, end = self.ends(joint)
        passed = self._passed(joint)
        if not passed:
            return begin, end
        return begin, passed[0].x - passed[0].before, passed[-1].right + passed[-1].after, end

    def heights(self, joint: int, inputs: np.ndarray, units: np.ndarray) -> np.ndarray:
        """Return the heights of some of a joint's links at its knots, (n, knots)."""
        source, target = self.between(joint)
        ends = self.links.joints[joint]
        if ends.by_map:
            heights = [source.map_ports(ends.inputs)[inputs], target.map_ports(ends.units)[units]]
        else:
            heights = [source.ports()[inputs], target.ports()[units]]
        passed = self._passed(joint)
        if passed:
            lane = max(place.bottom for place in passed)
            lane += (self._lanes[joint] - 1) * LANE * self.scale
            spread = LANE_GAP + (LANE - LANE_GAP) * (inputs + 0.5) / ends.inputs
            heights[1:1] = [lane + spread * self.scale] * 2
        return np.stack(heights, axis=1)

    def _passed(self, joint: int) -> tuple[Place, ...]:
        source, target = self.joined[joint]
        return self.places[source + 1 : target]

    def slim(self) -> list[tuple[float, float, float, float]]:
        """Return each mark's centre, top, bottom and label's width."""
        return slim_places(self.places, [mark.after for mark in self.marks])

    def reading_of(self, neuron: Neuron | None) -> str:
        """Return what is known of a neuron, empty where it is not drawn."""
        where = self.where(neuron)
        if where is None or neuron is None or self._names is None:
            return ""
        return self.columns[where[0]].reading(where[1], self._names.title(neuron))

    def reading_of_link(self, link: LinkPlace) -> str:
        """Return a link's ends, its weight and what it adds to the sum."""
        joint = self.links.joints[link.joint]
        if self._names is None:
            return ""
        if joint.by_map:
            source = Neuron(joint.source, link.of * joint.places_read)
            target = Neuron(joint.target, link.unit * joint.places)
            read = "Input" if joint.source == INPUT else self._names.map(source)[0]
            ends = f"{read} → {self._names.map(target)[0]}"
        else:
            source, target = Neuron(joint.source, link.of), Neuron(joint.target, link.unit)
            ends = f"{self._names.short(source)} → {self._names.short(target)}"
        weight = self.links.weight(link.joint, link.unit, link.of)
        added = self.links.contribution(link.joint, link.unit, link.of)
        return link_reading(ends, weight, joint, added)

    # Maps.

    def follow(self, neuron: Neuron | None) -> None:
        """Look at what a pixel sees, and where it goes after."""
        self.seen, self.handed_to = {}, ()
        if neuron is None or self._network is None or self.where(neuron) is None:
            return
        seen = regions_seen(self._network, neuron)
        self.seen = {
            index: seen[column.name]
            for index, column in enumerate(self.columns)
            if column.name in seen
        }
        after = handed_to(self._network, neuron) if seen else ()
        self.handed_to = tuple(place for place in after if self.where(place) is not None)

    def seen_boxes(self, index: int) -> list[Box]:
        """Return what is seen of a column, one rectangle for each of its maps that are seen."""
        place, region = self.places[index], self.seen[index]
        maps, high = place.count, 0
        if place.is_picture and self._network is not None:
            maps, high, _ = self._network.input_shape
        return [
            place.part(own, *region.square, high=high)
            for own in (range(maps) if region.map is None else [region.map])
        ]

    @property
    def has_maps(self) -> bool:
        """Whether some layer has maps."""
        return any(column.maps for column in self.columns)

    def places_of(self, neuron: Neuron) -> int:
        """Return how many places the map of a neuron has."""
        where = self.where(neuron)
        return 1 if where is None else self.columns[where[0]].positions

    def first_place(self, neuron: Neuron | None) -> Neuron | None:
        """Return where to begin to go over a map: at a pixel, or at the first of the first map.

        After a map's last place that is its first.
        """
        where = self.where(neuron)
        if neuron is not None and where is not None and self.columns[where[0]].maps:
            places = self.columns[where[0]].positions
            first = where[1] // places * places
            return neuron if self.next_place(neuron) is not None else self.neuron(where[0], first)
        indices = (index for index, column in enumerate(self.columns) if column.maps)
        index = next(indices, None)
        return None if index is None else self.neuron(index, 0)

    def next_place(self, neuron: Neuron) -> Neuron | None:
        """Return the next pixel of the same map in reading order, None after the last."""
        where = self.where(neuron)
        if where is None or (where[1] + 1) % self.columns[where[0]].positions == 0:
            return None
        return self.neuron(where[0], where[1] + 1)

    def turn(self, neuron: Neuron, by: int) -> Neuron:
        """Return the same place of a map further on, or the neuron where there is none."""
        where = self.where(neuron)
        if where is None or self.columns[where[0]].maps is None:
            return neuron
        unit = where[1] + by * self.columns[where[0]].positions
        return self.neuron(where[0], unit) if 0 <= unit < self.columns[where[0]].count else neuron

    def step(self, neuron: Neuron, down: int, right: int) -> Neuron:
        """Return the neighbour in a direction; beyond a grid's edge, in the next column."""
        where = self.where(neuron)
        if where is None:
            return neuron
        index, unit = where
        place = self.places[index]
        tile, at = divmod(unit, place.positions)
        high, wide = place.grid or (1, 1)
        row, column = at // wide + down, at % wide + right
        if 0 <= row < high and 0 <= column < wide:
            return self.neuron(index, tile * place.positions + row * wide + column)
        at = row % high * wide + column % wide
        row, column = tile // place.columns + down, tile % place.columns + right
        if 0 <= row < place.rows and 0 <= column < place.columns:
            beside = row * place.columns + column
            if beside < place.count:
                return self.neuron(index, beside * place.positions + at)
        if right and 0 <= index + right < len(self.places):
            return self.neuron(index + right, nearest(self.places, index, unit, index + right))
        return neuron

    def _ask(self, column: Column) -> Ask:
        tiles = column.tiles
        few = min(max(40.0, 260.0 / column.count), 68.0)
        largest = 84.0 if self.is_plane and column.count <= 8 else max(few, 40.0)
        if tiles.picture is not None:
            return Ask(column.count, tiles.picture)
        if column.maps is not None:
            return Ask(column.maps[0], grid=column.maps[1:])
        if not tiles.named:
            value = 62.0 if tiles.is_output else 0.0
            return Ask(column.count, largest=largest, after=value, roomy=self.is_plane)
        wide = min(max(map(len, tiles.names)) * _NAME, _WIDEST_NAME)
        if not tiles.is_output:
            return Ask(column.count, named=True, before=wide + 16, largest=largest)
        after = 12 + wide + (10 + BAR_WIDTH if tiles.has_bars else 52.0)
        return Ask(column.count, named=True, after=after, largest=largest)
