"""The camera over the diagram: how far it is zoomed in, and which part it shows."""

from __future__ import annotations

from dataclasses import dataclass

MOST = 16.0


@dataclass(frozen=True)
class Camera:
    """Maps the arrangement to the view: ``x·scale + dx``, ``y·scale + dy``.

    Parameters
    ----------
    zoom
        1 shows the whole.
    at_x, at_y
        The place of the arrangement in the middle of the view, as shares of its size.
    """

    zoom: float = 1.0
    at_x: float = 0.5
    at_y: float = 0.5

    @property
    def fits(self) -> bool:
        """Whether the whole is shown."""
        return self.zoom == 1.0

    def mapping(
        self, whole: tuple[float, float], view: tuple[float, float]
    ) -> tuple[float, float, float]:
        """Return scale, dx and dy for an arrangement and a view of these sizes."""
        scale = min(view[0] / whole[0], view[1] / whole[1]) * self.zoom
        return (
            scale,
            view[0] / 2 - self.at_x * whole[0] * scale,
            view[1] / 2 - self.at_y * whole[1] * scale,
        )

    def zoomed(
        self,
        factor: float,
        x: float,
        y: float,
        whole: tuple[float, float],
        view: tuple[float, float],
    ) -> Camera:
        """Return the camera after zooming around a point of the view, which stays where it is."""
        zoom = min(max(self.zoom * factor, 1.0), MOST)
        scale, dx, dy = self.mapping(whole, view)
        new_scale = scale * zoom / self.zoom
        # What lies under the point now lies under it afterwards.
        at_x = ((x - dx) / scale + (view[0] / 2 - x) / new_scale) / whole[0]
        at_y = ((y - dy) / scale + (view[1] / 2 - y) / new_scale) / whole[1]
        return Camera(zoom, at_x, at_y).kept(whole, view)

    def panned(
        self, by_x: float, by_y: float, whole: tuple[float, float], view: tuple[float, float]
    ) -> Camera:
        """Return the camera after the picture was moved by so many pixels."""
        scale, _, _ = self.mapping(whole, view)
        at_x = self.at_x - by_x / scale / whole[0]
        at_y = self.at_y - by_y / scale / whole[1]
        return Camera(self.zoom, at_x, at_y).kept(whole, view)

    def kept(self, whole: tuple[float, float], view: tuple[float, float]) -> Camera:
        """Return the nearest camera that shows nothing beyond the arrangement."""
        scale, _, _ = self.mapping(whole, view)
        at = []
        for place, size, seen in ((self.at_x, whole[0], view[0]), (self.at_y, whole[1], view[1])):
            half = seen / scale / size / 2
            at.append(min(max(place, half), 1 - half) if half < 0.5 else 0.5)
        return Camera(self.zoom, *at)
