"""Numbers as colours, fast enough for 400,000 weights in every frame."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from playground.gui.look import colormaps
from playground.gui.look.colors import DARK, LIGHT
from playground.wording import scientific, short

_NOT_A_NUMBER = 256
_BAR = 110

Floats = NDArray[np.floating[Any]]
Pixels = NDArray[np.uint32]


@lru_cache
def signed_table(dark: bool) -> Pixels:
    """Return the diverging map, then the colour of what is no number: (257,)."""
    last = QColor((DARK if dark else LIGHT).error)
    table = np.zeros((257, 4), np.uint8)
    table[:256] = colormaps.diverging(dark)
    table[_NOT_A_NUMBER] = (last.red(), last.green(), last.blue(), 255)
    pixels: Pixels = table.view(np.uint32)[:, 0]
    return pixels


@lru_cache
def share_table(dark: bool) -> Pixels:
    """Return the map from nothing, the ground, to the greatest share, by its root: (256,)."""
    upper = colormaps.diverging(dark)[128:]
    root = np.sqrt(np.linspace(0, 1, 256)) * (len(upper) - 1)
    return np.ascontiguousarray(upper[np.rint(root).astype(int)]).view(np.uint32)[:, 0]


def signed_pixels(values: Floats, scale: float | Floats, dark: bool) -> Pixels:
    """Return the colours of signed values, the same shape.

    Parameters
    ----------
    values
        Any shape.
    scale
        What the last colour stands for, and its negative the first: a number, or an array that
        fits the values. Where it is 0 or no number, 1.
    dark
        The theme.
    """
    usable = np.isfinite(scale) & (np.asarray(scale) > 0)
    per_unit = np.divide(127.5, scale, out=np.full(np.shape(scale), 127.5), where=usable)
    with np.errstate(all="ignore"):
        scaled = values * per_unit.astype(np.float32)
        scaled += 128.0
        np.clip(scaled, 0, 255, out=scaled)
        if scaled.size and np.isnan(scaled.min()):
            np.copyto(scaled, _NOT_A_NUMBER, where=np.isnan(scaled))
        entries = scaled.astype(np.uint16)
    pixels: Pixels = np.take(signed_table(dark), entries)
    return pixels


def rising_pixels(values: Floats, table: colormaps.Table, high: float) -> Pixels:
    """Return the colours of values from 0 to ``high`` in a map, the same shape."""
    pixels: Pixels = table.view(np.uint32)[:, 0][colormaps.entries(values, 0.0, high)]
    return pixels


def share_pixels(shares: Floats, most: float, dark: bool) -> Pixels:
    """Return the colours of shares between 0 and ``most``, the same shape."""
    return share_table(dark)[colormaps.entries(shares, 0.0, max(most, 1e-9))]


def image_of(pixels: Pixels) -> QImage:
    """Return an image of colours (height, width), in the format that Qt scales fast."""
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape
    borrowed = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
    return borrowed.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def greatest_size(values: Floats) -> float:
    """Return the greatest finite |v|, 0 where there is none."""
    if not values.size:
        return 0.0
    greatest = float(max(values.max(), -values.min()))
    if np.isfinite(greatest):
        return greatest
    finite = values[np.isfinite(values)]
    return float(np.abs(finite).max()) if finite.size else 0.0


def greatest_sizes(rows: Floats) -> Floats:
    """Return each row's greatest finite |v|, (rows,), 0 where there is none."""
    sizes: Floats = np.abs(rows)
    if not np.isfinite(sizes).all():
        sizes = np.where(np.isfinite(sizes), sizes, 0)
    greatest: Floats = sizes.max(axis=1, initial=0)
    return greatest


def is_bright(pixels: Pixels) -> NDArray[np.bool_]:
    """Return on which of the colours black is read better than white, the same shape.

    By their relative luminance (WCAG 2.2); the better one has a contrast of 4.5 : 1 at least.
    """
    parts = np.ascontiguousarray(pixels)[..., np.newaxis].view(np.uint8)
    linear = _linear()[parts[..., :3]]
    luminance: Floats = linear @ np.array([0.2126, 0.7152, 0.0722])
    return luminance > 0.179


@lru_cache
def _linear() -> Floats:
    """Return the linear light of each level of a channel, (256,)."""
    level = np.arange(256) / 255
    return np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)


def draw_scale(
    painter: QPainter, line: QRect, low: str, high: str, table: Pixels, *, centred: bool = False
) -> None:
    """Draw what the first and the last colour of a map stand for."""
    middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    before, after = (painter.fontMetrics().horizontalAdvance(end) + 6 for end in (low, high))
    left = line.left()
    if centred:
        left += (line.width() - before - _BAR - after) // 2
    painter.drawText(QRect(left, line.top(), before, line.height()), middle, low)
    bar = QRect(left + before, line.center().y() - 2, _BAR, 5)
    painter.drawImage(bar, image_of(table[np.newaxis, :256]))
    painter.drawText(QRect(bar.right() + 7, line.top(), after, line.height()), middle, high)


def draw_signed_scale(painter: QPainter, line: QRect, scale: float, dark: bool) -> None:
    """Draw the scale of signed values."""
    draw_scale(painter, line, size_text(-scale), size_text(scale), signed_table(dark))


def size_text(value: float) -> str:
    """Return the end of a scale in about three digits, also where it is very small."""
    if value == 0 or 0.005 <= abs(value) < 10_000 or not np.isfinite(value):
        return short(value)
    return scientific(value)
