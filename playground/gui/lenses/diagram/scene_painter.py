"""Paints the diagram in its order: links, tiles, words, frames; for the screen and for files."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtGui import QPainter

from playground.analysis.neurons.neuron import Neuron
from playground.data.dataset import Dataset
from playground.gui.lenses.diagram import label_painter, link_painter, maps, tile_painter
from playground.gui.lenses.diagram.columns import Column
from playground.gui.lenses.diagram.label_painter import Fonts
from playground.gui.lenses.diagram.picture import DiagramPicture, LinkPlace
from playground.gui.lenses.diagram.plane_tiles import PlaneTiles
from playground.gui.lenses.diagram.tile_covers import TileCovers
from playground.gui.look.colors import Colors
from playground.gui.look.heat import Floats

_FRAMES = ("text", "accent", "muted")


@dataclass
class Scene:
    """What is painted.

    Attributes
    ----------
    picture
        The columns and links, arranged.
    dataset
        Names the kind of data; None while there is none.
    plane
        The responses over the plane.
    point
        The probe's place on the plane as shares from the left and from the top, or None.
    selected, hovered
        The neurons with a frame.
    link
        The link under the mouse.
    covers
        Of the tiles, kept from frame to frame.
    shows_kernels
        Whether maps show the kernels that make them, where they have some.
    """

    picture: DiagramPicture = field(default_factory=DiagramPicture)
    dataset: Dataset | None = None
    plane: PlaneTiles = field(default_factory=PlaneTiles)
    point: tuple[float, float] | None = None
    selected: Neuron | None = None
    hovered: Neuron | None = None
    link: LinkPlace | None = None
    covers: TileCovers = field(default_factory=TileCovers)
    shows_kernels: bool = False

    def paint(
        self,
        painter: QPainter,
        fonts: Fonts,
        colors: Colors,
        ratio: float,
        links: link_painter.LinkPictures | None,
        frame_color: str,
    ) -> None:
        """Paint everything into a view of ``picture.view``, from the painter's origin on.

        ``ratio`` is the device's pixels for each of the view's, ``links`` are the prepared pictures
        of the links, and ``frame_color`` is the selected neuron's. Without prepared pictures, for
        a file, links are curves and tiles shapes.
        """
        picture = self.picture
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if links is None:
            link_painter.paint_curves(painter, picture, colors)
        else:
            links.paint(painter, picture, colors, ratio)
        if self.link is not None:
            link_painter.paint_one(painter, picture, self.link, colors)
        for mark, at in zip(picture.marks, picture.slim(), strict=True):
            label_painter.paint_slim(painter, mark, at, fonts, colors)
        link_painter.paint_weights(painter, picture, fonts, colors)
        for column, place in zip(picture.columns, picture.places, strict=True):
            if place.right + place.after < 0 or place.x - place.before > picture.view[0]:
                continue
            if column.maps is not None:
                maps.paint_maps(
                    *(painter, column, place, self._kernels(column), colors, picture.view),
                    sharp=ratio if links is None else 0.0,
                )
            elif (
                picture.is_plane
                and self.dataset is not None
                and self.plane.paint(painter, column, place, self.dataset, colors, ratio)
            ):
                if self.point is not None:
                    tile_painter.paint_probe_point(painter, place, self.point, colors)
            else:
                covers = None if links is None else self.covers
                tile_painter.paint_column(
                    painter, column, place, colors, picture.view, ratio, covers
                )
            tile_painter.paint_marks(painter, column, place, colors)
            label_painter.paint_names(painter, column, place, fonts, colors)
            label_painter.paint_title(painter, column, place, fonts, colors)
        link_painter.paint_biases(painter, picture, fonts, colors)  # over what tiles stand on
        link_painter.paint_dots(painter, picture, colors)
        self._paint_frames(painter, colors, frame_color)

    def _paint_frames(self, painter: QPainter, colors: Colors, frame_color: str) -> None:
        picture = self.picture
        for index in picture.seen:
            column = picture.columns[index]
            if self._kernels(column) is None:
                shades = maps.shades_on(column, colors)
                ink = shades.text if column.maps else shades.accent
                maps.paint_seen(painter, picture.seen_boxes(index), ink, shades)
        for place_after in picture.handed_to:
            at = picture.where(place_after)
            if at is not None:
                box = picture.places[at[0]].neuron(at[1])
                shades = maps.shades_on(picture.columns[at[0]], colors)
                maps.paint_seen(painter, [box], shades.text, shades)
        for neuron, color, width in (
            (self.hovered, colors.muted, 1.6),
            (self.selected, frame_color, 2.2),
        ):
            at = picture.where(neuron)
            if at is None:
                continue
            column, place = picture.columns[at[0]], picture.places[at[0]]
            if column.maps is not None and neuron == self.selected:
                own = place.box(at[1] // place.positions)
                maps.paint_seen(painter, [own], colors.accent, colors)
            if self._kernels(column) is None:
                shades = maps.shades_on(column, colors)
                inks = {getattr(colors, ink): getattr(shades, ink) for ink in _FRAMES}
                tile_painter.paint_frame(painter, place, at[1], inks[color], width, shades)

    def _kernels(self, column: Column) -> Floats | None:
        """Return the kernels that a column's maps show instead of their values."""
        return self.picture.links.kernels(column.name) if self.shows_kernels else None
