"""Saves a run's curves: the numbers as CSV, the picture as PNG."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget

from playground.atomic_write import write_atomically
from playground.gui.pictures import as_png
from playground.training.history import History

_PICTURE_SCALE = 2


def csv_text(history: History) -> str:
    """Return the metrics as CSV: a header, then a row for each epoch.

    Numbers are written with as many digits as it takes to read the same number again; a value
    that was not measured leaves its field empty.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["epoch", *history.columns])
    rows = zip(
        history.epochs.tolist(),
        *(values.tolist() for values in history.columns.values()),
        strict=True,
    )
    for row in rows:
        writer.writerow(["" if value != value else repr(value) for value in row])
    return text.getvalue()


def save_csv(history: History, path: Path) -> None:
    """Write :func:`csv_text` to a file; raises ``FileError`` with one sentence."""
    write_atomically(path, csv_text(history).encode())


def save_picture(widget: QWidget, background: QColor, path: Path) -> None:
    """Write a widget's look to a PNG at twice its size; raises ``FileError``."""
    image = QImage(widget.size() * _PICTURE_SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(_PICTURE_SCALE)
    image.fill(background)
    painter = QPainter(image)
    widget.render(painter, QPoint())
    painter.end()
    write_atomically(path, as_png(image))
