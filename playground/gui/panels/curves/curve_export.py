"""Saves a run's curves: the numbers as CSV, the picture as PNG."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from PySide6.QtCore import QByteArray, QPoint
from PySide6.QtGui import QColor, QImage, QImageWriter, QPainter
from PySide6.QtWidgets import QWidget

from playground.errors import FileError
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
    """Write :func:`csv_text` to a file; raises :class:`FileError` with one sentence."""
    try:
        path.write_text(csv_text(history), encoding="utf-8", newline="\n")
    except OSError as error:
        raise _refused(path, error.strerror or str(error)) from error


def save_picture(widget: QWidget, background: QColor, path: Path) -> None:
    """Write a widget's look to a PNG at twice its size; raises :class:`FileError`."""
    image = QImage(widget.size() * _PICTURE_SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(_PICTURE_SCALE)
    image.fill(background)
    painter = QPainter(image)
    widget.render(painter, QPoint())
    painter.end()
    writer = QImageWriter(str(path), QByteArray(b"png"))
    if not writer.write(image):
        raise _refused(path, writer.errorString())


def _refused(path: Path, reason: str) -> FileError:
    return FileError(
        f"The curves were not saved to {path} ({reason[:1].lower() + reason[1:]}); "
        "choose another folder or name."
    )
