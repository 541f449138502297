"""Saving what a network wrote: strokes as JSON, a drawing as SVG, a picture as PNG."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtWidgets import QFileDialog, QWidget

from playground.atomic_write import replace_file
from playground.data.drawing.stroke_files import WRITTEN, encoded
from playground.errors import FileError

_KINDS = "Drawing (*.svg);;Picture (*.png);;Strokes (*.json)"


def save_writing(
    parent: QWidget, names: Sequence[str], drawings: Sequence[Sequence[ArrayLike]]
) -> str:
    """Ask for a file and write characters into it; return what went wrong, or nothing."""
    chosen, kind = QFileDialog.getSaveFileName(
        parent, "Save what is written", f"{''.join(names).strip()}.svg", _KINDS
    )
    if not chosen:
        return ""
    path = Path(chosen)
    if path.suffix.lower() not in WRITTEN:
        path = path.with_name(path.name + kind[kind.index(".") : -1])
    lines = [_of_size_one(drawing) for drawing in drawings]
    try:
        replace_file(path, encoded(path.suffix.lower(), names, lines))
    except FileError as error:
        return str(error)
    return ""


def _of_size_one(drawing: Sequence[ArrayLike]) -> list[np.ndarray]:
    """Return strokes scaled so that the longer side of their box is 1."""
    lines = [np.asarray(line, np.float64) for line in drawing]
    if not lines:
        return []
    points = np.concatenate(lines)
    longer = float((points.max(axis=0) - points.min(axis=0)).max())
    return [line / longer for line in lines] if longer > 0 else lines
