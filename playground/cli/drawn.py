"""Drawings that a command is given: pictures, or strokes as JSON, as a data set reads them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from playground.data.dataset import Dataset
from playground.data.drawing.drawing import DrawingForm, Stages
from playground.data.drawing.ink import Ink
from playground.data.drawing.stroke_files import SUFFIX, read_strokes_file
from playground.errors import DataError

_STDERR = 2


def drawing_form(file: str, dataset: Dataset) -> DrawingForm:
    """Return how a file's data set reads drawings, or refuse one of other data."""
    if dataset.writing is not None:
        raise DataError(
            f"{file} learned to write, not to read: ask it with “playground write”, or choose a "
            "file that learned to read."
        )
    if dataset.drawing is None:
        raise DataError(
            f"{file} was trained on {dataset.title}, which is not made of pictures; choose a file "
            "trained on digits."
        )
    return dataset.drawing


def read_drawing(path: str, form: DrawingForm) -> Stages:
    """Return what becomes of the strokes or the picture in a file."""
    source = _source(path)
    if not isinstance(source, Ink) and not form.reads_pictures:
        raise DataError(
            f"{path} is a picture, and this network reads how a pen moved; give it strokes as JSON."
        )
    stages = form.read(source)
    if stages is None:
        raise DataError(f"There is no ink in {path}; choose a picture of a drawn digit.")
    return stages


def _source(path: str) -> Ink | NDArray[np.uint8]:
    """Return the strokes or the picture in a file."""
    from playground.gui.pictures import read_grey

    if path.lower().endswith(SUFFIX):
        return read_strokes_file(path)
    with _libraries_silenced():
        return read_grey(path)


@contextmanager
def _libraries_silenced() -> Iterator[None]:
    """Let Qt and the libraries under it print nothing: our own sentence tells what is wrong."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        kept = os.dup(_STDERR)
    except OSError:  # closed before the program began
        kept = os.dup(nowhere)
    os.dup2(nowhere, _STDERR)
    try:
        yield
    finally:
        os.dup2(kept, _STDERR)
        os.close(kept)
        os.close(nowhere)
