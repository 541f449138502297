"""Paints the links: on the screen as prepared pictures, in an exported file as curves."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from playground.gui.lenses.diagram.curve_raster import CurveBundle, ink_table, passage
from playground.gui.lenses.diagram.label_painter import Fonts
from playground.gui.lenses.diagram.links import Style
from playground.gui.lenses.diagram.picture import DiagramPicture, LinkPlace
from playground.gui.look.colors import Colors
from playground.wording import short

_LABELLED = 16  # links of a network whose numbers are all written
_BIAS_ROOM = 16.0
_BELOW = 3  # clear of the frame of a selected neuron
_DOT_FROM = 4.0
_UNSEEN = 0.02  # pixels of width, or parts of ink, that make no difference to the eye
_MOST_PIXELS = 300_000  # of one joint's picture on a screen with small pixels


def _rgb(name: str) -> tuple[int, int, int]:
    color = QColor(name)
    return color.red(), color.green(), color.blue()


class _JointPicture:
    """One joint's links as an image.

    ``due`` tells that it must be drawn before it is seen again, ``stale`` that its values have
    changed since and that it may wait for its turn.
    """

    def __init__(self, knots: Sequence[float], view: tuple[float, float], scale: float) -> None:
        size = round(view[0] * scale), round(view[1] * scale)
        self.bundle = CurveBundle([x * scale for x in knots], size)
        self.scale = scale
        self.image: QImage | None = None
        self.stale = False
        self._pixels = np.empty((0, 0), np.uint32)  # what the image looks into
        self._look: tuple[NDArray[Any], ...] = ()
        self.due = True

    def draw(self, index: int, picture: DiagramPicture, colors: Colors) -> bool:
        """Draw a joint; return False where nobody would see the difference."""
        bundle, links, scale = self.bundle, picture.links, self.scale
        self.stale = self.due = False
        if not bundle.width:
            self.image = QImage()
            return False
        drawn, style = links.drawn(index), links.style(index)
        look = (drawn.ids, style.negative, drawn.focus, style.widths, style.inks)
        if self.image is not None and _alike(look, self._look):
            return False
        self._look = look
        widths = style.widths * min(max(picture.scale, 0.7), 1.8) * scale
        heights = picture.heights(index, drawn.inputs, drawn.units)
        bundle.place(drawn.ids, heights * scale, widths, style.negative)
        inks = ink_table(*map(_rgb, _pens(style, colors)))
        self._pixels = bundle.pixels(style.inks, inks)
        self.image = QImage(
            *(self._pixels.data, bundle.width, bundle.height, 4 * bundle.width),
            QImage.Format.Format_ARGB32_Premultiplied,
        )
        self.image.setDevicePixelRatio(scale)
        return True


class LinkPictures:
    """A picture for every joint, drawn anew where something changed.

    While the network trains every joint changes in every frame; then one joint a frame is drawn,
    in turn, which keeps a frame short and is still a dozen times a second.
    """

    def __init__(self) -> None:
        self._joints: list[_JointPicture] = []
        self._turn = 0
        self._key: tuple[Any, ...] = ()

    def forget(self) -> None:
        """Draw everything anew: another network, size, camera or theme."""
        self._key = ()

    def all_changed(self) -> None:
        """Draw all joints anew at the next opportunity: another neuron is looked at."""
        for joint in self._joints:
            joint.due = True

    def values_changed(self) -> None:
        """Draw the joints anew in turn: the weights have changed."""
        for joint in self._joints:
            joint.stale = True

    def paint(
        self, painter: QPainter, picture: DiagramPicture, colors: Colors, ratio: float
    ) -> None:
        """Paint all links, having drawn what is missing and one stale joint.

        ``ratio`` is the screen's pixels for each of the view's; very large pictures are drawn
        with fewer.
        """
        key = (picture.places, picture.view, colors, ratio, id(picture.links))
        if key != self._key:
            self._key = key
            self._prepare(picture, ratio)
        for index, joint in enumerate(self._joints):
            if joint.due:
                joint.draw(index, picture, colors)
        count = len(self._joints)
        for offset in range(count):
            index = (self._turn + offset) % count
            if self._joints[index].stale and self._joints[index].draw(index, picture, colors):
                self._turn = index + 1
                break
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, ratio != 1)
        for joint in self._joints:
            if joint.image is not None and joint.bundle.width:
                painter.drawImage(QPointF(joint.bundle.left / joint.scale, 0), joint.image)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)

    def _prepare(self, picture: DiagramPicture, ratio: float) -> None:
        width, height = picture.view
        self._joints = []
        for index in range(len(picture.links.joints)):
            left, right = picture.ends(index)
            seen = max(min(right, width) - max(left, 0.0), 1.0) * height
            scale = max(1.0, min(ratio, (_MOST_PIXELS / seen) ** 0.5))
            self._joints.append(_JointPicture(picture.knots(index), picture.view, scale))

    @property
    def behind(self) -> bool:
        """Whether a joint still waits for its turn."""
        return any(joint.stale for joint in self._joints)


def _pens(style: Style, colors: Colors) -> tuple[str, str]:
    """Return the colours of links that add and of links that take away."""
    return (colors.muted, colors.muted) if style.plain else (colors.accent, colors.warning)


def _alike(one: tuple[NDArray[Any], ...], other: tuple[NDArray[Any], ...]) -> bool:
    """Return whether the same links are drawn in the same colours, widths and inks, to the eye."""
    if len(one) != len(other) or not all(map(np.array_equal, one[:3], other[:3])):
        return False
    return all(
        bool((np.abs(a - b) <= _UNSEEN).all()) for a, b in zip(one[3:], other[3:], strict=True)
    )


def paint_curves(painter: QPainter, picture: DiagramPicture, colors: Colors) -> None:
    """Paint all links as curves, the strongest last; for a file, where time does not matter."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for index in range(len(picture.links.joints)):
        knots = picture.knots(index)
        drawn, style = picture.links.drawn(index), picture.links.style(index)
        heights = picture.heights(index, drawn.inputs, drawn.units)
        for link in np.argsort(style.inks).tolist():
            color = QColor(_pens(style, colors)[int(style.negative[link])])
            color.setAlphaF(float(-np.expm1(-style.inks[link])))
            painter.setPen(QPen(color, float(style.widths[link])))
            painter.drawPath(_path(knots, heights[link].tolist()))


def paint_one(painter: QPainter, picture: DiagramPicture, link: LinkPlace, colors: Colors) -> None:
    """Paint one link over the others: the one under the mouse."""
    where = link.joint, link.unit, link.of
    heights = picture.heights(link.joint, np.array([link.of]), np.array([link.unit]))
    path = _path(picture.knots(link.joint), heights[0].tolist())
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colors.central), 5))
    painter.drawPath(path)
    value = picture.links.weight(*where)
    if picture.links.by_contribution:
        value = picture.links.contribution(*where) or value
    painter.setPen(QPen(QColor(colors.warning if value < 0 else colors.accent), 2.6))
    painter.drawPath(path)


def _path(knots: Sequence[float], heights: Sequence[float]) -> QPainterPath:
    """Return the Bézier curves from knot to knot, level at each."""
    path = QPainterPath(QPointF(knots[0], heights[0]))
    for (x0, y0), (x1, y1) in pairwise(zip(knots, heights, strict=True)):
        middle = (x0 + x1) / 2
        path.cubicTo(QPointF(middle, y0), QPointF(middle, y1), QPointF(x1, y1))
    return path


def paint_dots(painter: QPainter, picture: DiagramPicture, colors: Colors) -> None:
    """Mark in grids, whose links begin at the edge, the tiles that links in focus belong to."""
    painter.setPen(QPen(QColor(colors.central), 1))
    for index, joint in enumerate(picture.links.joints):
        drawn = picture.links.drawn(index)
        if not drawn.focus.any():
            continue
        style = picture.links.style(index)
        source, target = picture.between(index)
        for place, units in ((source, drawn.inputs), (target, drawn.units)):
            flat = place.columns == 1 or place.grid is not None or joint.by_map
            if flat or place.side < _DOT_FROM or picture.is_plane:
                continue
            focus = np.flatnonzero(drawn.focus)
            sizes = place.side * (0.10 + 0.22 * style.shares[focus])
            corners = place.corners()[units[focus]] + place.side / 2 - sizes[:, np.newaxis]
            for negative, ink in ((False, colors.accent), (True, colors.warning)):
                path = QPainterPath()
                chosen = style.negative[focus] == negative
                dots = zip(corners[chosen].tolist(), (2 * sizes[chosen]).tolist(), strict=True)
                for (x, y), size in dots:
                    path.addEllipse(x, y, size, size)
                painter.setBrush(QColor(ink))
                painter.drawPath(path)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def paint_weights(painter: QPainter, picture: DiagramPicture, fonts: Fonts, colors: Colors) -> None:
    """Write the numbers on the links of a network that has only a few."""
    if not 0 < picture.links.count <= _LABELLED:
        return
    painter.setFont(fonts.small)
    taken: list[QRectF] = []
    height = fonts.small_wide.height()
    for index, joint in enumerate(picture.links.joints):
        left, right = picture.ends(index)
        drawn, style = picture.links.drawn(index), picture.links.style(index)
        heights = picture.heights(index, drawn.inputs, drawn.units)
        for link in range(len(drawn.ids) if joint.tensor and not joint.has_kernels else 0):
            text = short(float(style.values[link]))
            wide = fonts.small_wide.horizontalAdvance(text) + 8
            if wide > (right - left) * 0.5:
                continue
            unit = int(drawn.units[link])
            share = 0.5 if joint.units == 1 else 0.26 + 0.36 * unit / (joint.units - 1)
            x = left + share * (right - left)
            y = heights[link] @ passage(np.array([x]), np.array(picture.knots(index)))[:, 0]
            box = QRectF(x - wide / 2, y - height / 2, wide, height)
            if any(box.intersects(other) for other in taken):
                continue
            taken.append(box)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.central))
            painter.drawRoundedRect(box, 4, 4)
            painter.setPen(QColor(colors.text))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def paint_biases(painter: QPainter, picture: DiagramPicture, fonts: Fonts, colors: Colors) -> None:
    """Write below each neuron of a small network what is added to its sum."""
    if not 0 < picture.links.count <= _LABELLED:
        return
    painter.setFont(fonts.small)
    painter.setPen(QColor(colors.muted))
    for index in range(len(picture.links.joints)):
        biases = picture.links.biases(index)
        _, place = picture.between(index)
        if biases is None or (place.pitch - place.side < _BIAS_ROOM and place.rows > 1):
            continue
        for unit in range(place.count):
            x, y = place.tile(unit)
            text = f"b {short(float(biases[unit]))}"
            box = QRectF(x - 20, y + place.side + _BELOW, place.side + 40, 14)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
