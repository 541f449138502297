"""The user's own drawings, each with the class that it was meant as, kept between starts.

They are kept as they were made, as strokes or as a picture that was read, and rendered for
whichever data set is in use. All of them are in one safetensors file of the user's data folder,
which holds no code and whose sizes are checked before anything is taken from it.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import platformdirs
from numpy.typing import NDArray

from playground.atomic_write import replace_file
from playground.data.dataset import Dataset
from playground.data.drawing.drawing import (
    DRAWN_SIDE,
    DrawingForm,
    canvas_picture,
)
from playground.data.drawing.ink import Ink, Stroke
from playground.data.drawing.strokes import Strokes
from playground.data.drawing.writing import Writing
from playground.data.own.sets import keeping
from playground.data.rows import TokenRows
from playground.errors import DataError, PlaygroundError
from playground.files.container import FileKind, NewerFileError, open_container, write_container
from playground.files.strict_json import read_json, write_json
from playground.wording import grouped

FILE = "own-drawings.safetensors"
MOST = 10_000
"""Drawings that are kept."""

MOST_POINTS = 20_000
"""Points of one drawing: ten minutes of an unresting pen."""

LARGEST_PICTURE = 256
"""Pixels on a side of one picture."""

LARGEST_FILE = 2**29
LONGEST_LABEL = 80
_VERSION = 1
_DTYPES = ("U8", "I64", "F32", "F64")
_serials = count()

Source: TypeAlias = Ink | NDArray[np.uint8]
"""Strokes, or a picture (height, width) from 0 paper to 255 ink."""


@dataclass(frozen=True, eq=False)
class OwnDrawing:
    """One drawing and what it was meant as.

    Parameters
    ----------
    label
        The class's name, so that it fits every data set that has a class of this name.
    source
        Strokes, or a picture.
    serial
        The same for a drawing and for what becomes of it when its label is changed.

    Raises
    ------
    DataError
        When there is no label, or the drawing is too large to keep.
    """

    label: str
    source: Source
    serial: int = field(default_factory=lambda: next(_serials))

    def __post_init__(self) -> None:
        if not 0 < len(self.label) <= LONGEST_LABEL:
            raise DataError(
                f"A drawing's class expects a name of 1 to {LONGEST_LABEL} characters; "
                f"{len(self.label)} came: choose one of the data set's classes."
            )
        if isinstance(self.source, Ink):
            points = sum(len(stroke.points) for stroke in self.source.strokes)
            if points > MOST_POINTS:
                raise DataError(
                    f"A drawing that is kept expects at most {grouped(MOST_POINTS)} points; "
                    f"{grouped(points)} came: draw it with fewer strokes."
                )
            return
        picture = self.source
        if picture.ndim != 2 or not 0 < picture.size or max(picture.shape) > LARGEST_PICTURE:
            raise DataError(
                f"A picture that is kept expects up to {LARGEST_PICTURE}×{LARGEST_PICTURE} pixels; "
                f"{picture.shape} came: make it smaller."
            )

    @classmethod
    def of(cls, label: str, source: Ink | NDArray[np.floating[Any]]) -> OwnDrawing:
        """Return a drawing made of strokes, or of a picture's floats from 0 paper to 1 ink."""
        if isinstance(source, Ink):
            return cls(label, source)
        levels = np.clip(np.nan_to_num(source), 0, 1) * 255
        return cls(label, np.rint(levels).astype(np.uint8))

    def picture(self, side: int = DRAWN_SIDE) -> NDArray[np.float32]:
        """Return how it looks, 0 paper to 1 ink, the longer side of strokes ``side`` pixels."""
        if isinstance(self.source, Ink):
            return canvas_picture(self.source, side)
        return np.asarray(self.source / 255, np.float32)


@dataclass(frozen=True, eq=False)
class Fitting:
    """Those of the user's drawings that a data set can use.

    Attributes
    ----------
    drawings
        In the order in which they were kept.
    inputs
        float32 of shape (drawings, features), in the data set's own values.
    targets
        int64 labels of shape (drawings,); of moves what comes next at each step, (drawings, steps).
    """

    drawings: tuple[OwnDrawing, ...]
    inputs: NDArray[np.float32]
    targets: NDArray[np.int64]

    def csv(self, feature_names: Sequence[str]) -> bytes:
        """Return a line for each drawing: its class, then its pixels as the data set has them.

        The first line names the columns, as ``label`` and the features.
        """
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerow(["label", *feature_names])
        for own, row in zip(self.drawings, self.inputs, strict=True):
            table.writerow([own.label, *(f"{value:.6g}" for value in row)])
        return text.getvalue().encode()


NO_DRAWINGS = Fitting((), np.empty((0, 0), np.float32), np.empty(0, np.int64))


def can_use(dataset: Dataset) -> bool:
    """Return whether drawings can become examples of a data set."""
    drawn = dataset.drawing is not None and dataset.labelled
    return drawn or dataset.writing is not None


def labels_of(dataset: Dataset) -> tuple[str, ...]:
    """Return what a drawing can be meant as: a class, or what moves can be asked to write."""
    return dataset.class_names if dataset.writing is None else dataset.writing.names


def fitting(drawings: Sequence[OwnDrawing], dataset: Dataset) -> Fitting:
    """Return the drawings whose class the data set has, as its examples.

    One without ink, such as a drawing that was rubbed out, is left out, and so is a picture where
    the data set reads the pen, and moves that are more than its steps.
    """
    form = (dataset.writing or dataset.drawing) if can_use(dataset) else None
    labels = {name: label for label, name in enumerate(labels_of(dataset))}
    used, rows = [], []
    for drawing in drawings:
        row = _input(drawing, form) if form is not None and drawing.label in labels else None
        if row is not None and not (isinstance(form, Writing) and len(row) > dataset.steps):
            used.append(drawing)
            rows.append(row)
    targets = np.array([labels[drawing.label] for drawing in used], np.int64)
    if not rows:
        inputs = np.empty((0, dataset.features), np.float32)
    elif isinstance(form, Writing):
        tokens, targets = form.texts(rows, targets, dataset.steps)
        inputs = TokenRows(tokens, form.tokens)[:]
    else:
        inputs = np.stack(rows)
    return Fitting(tuple(used), inputs, targets)


def _input(drawing: OwnDrawing, form: DrawingForm | Writing) -> NDArray[Any] | None:
    """Return a drawing as the data set's examples are, or its moves, or None without ink."""
    known = _known_inputs(form)
    if drawing.serial not in known:
        if isinstance(form, Writing):
            pens = drawing.source.pens() if isinstance(drawing.source, Ink) else []
            known[drawing.serial] = None
            if pens:
                strokes = Strokes.of([[pen.points for pen in pens]])
                known[drawing.serial] = form.encode(strokes)[0]
        else:
            stages = form.read(drawing.source)
            known[drawing.serial] = None if stages is None else stages.input
    return known[drawing.serial]


@lru_cache(maxsize=4)
def _known_inputs(form: DrawingForm | Writing) -> dict[int, NDArray[Any] | None]:
    """Return what has been made of drawings in a form, by their serials."""
    return {}


# The file.


def folder() -> Path:
    """Return where the drawings are kept."""
    return Path(platformdirs.user_data_dir("playground", appauthor=False))


def kept() -> tuple[OwnDrawing, ...]:
    """Return the drawings of the user, none where they cannot be read; it is read once."""
    path = folder() / FILE
    if path not in _kept:
        try:
            _kept[path] = read()
        except DataError:
            _kept[path] = ()
            _unreadable.add(path)
    return _kept[path]


def check_readable() -> None:
    """Refuse drawings that are there and cannot be read; errors as in :func:`read`."""
    kept()
    if folder() / FILE in _unreadable:
        read()


_kept: dict[Path, tuple[OwnDrawing, ...]] = {}
_unreadable: set[Path] = set()


def keep(drawings: Sequence[OwnDrawing]) -> None:
    """Keep these drawings and no others; a file that could not be read is laid beside.

    Raises
    ------
    DataError
        When there are too many, or the disk does not take them; the file then stays as it was.
    """
    if len(drawings) > MOST:
        raise DataError(
            f"At most {grouped(MOST)} drawings are kept; {grouped(len(drawings))} came: delete "
            "some first."
        )
    kept()
    path = folder() / FILE
    with keeping("Your drawings", path.parent):
        if path in _unreadable and os.path.exists(path):
            path.replace(path.with_name(f"damaged-{FILE}"))
        replace_file(path, _to_bytes(drawings))
    _unreadable.discard(path)
    _kept[path] = tuple(drawings)


def read() -> tuple[OwnDrawing, ...]:
    """Return the drawings in the file; none where there is no file.

    Raises
    ------
    DataError
        When it is damaged, too large, or was kept by a newer version.
    """
    path = folder() / FILE
    form = FileKind("list of drawings", path.suffix, LARGEST_FILE, _DTYPES)
    if not os.path.lexists(path):
        return ()
    try:
        with open_container(path, form) as file:
            file.check_version("playground_drawings", _VERSION)
            labels = read_json(file.metadata.get("labels", ""), "its list of labels")
            tensors = file.read()
        return _from_tensors(tensors, labels)
    except NewerFileError:
        raise DataError(f"{path.name} was kept by a newer Playground; update to read it.") from None
    except (
        PlaygroundError, KeyError, TypeError, ValueError, IndexError, OverflowError,
    ) as error:  # fmt: skip
        reason = str(error).rstrip(".")
        raise DataError(
            f"{path.name} is damaged, so your drawings cannot be read ({reason}); the next drawing "
            "you teach begins a new file and lays the damaged one beside it."
        ) from None


def _to_bytes(drawings: Sequence[OwnDrawing]) -> bytes:
    nothing = Ink(())
    inks = [d.source if isinstance(d.source, Ink) else nothing for d in drawings]
    strokes = [stroke for ink in inks for stroke in ink.strokes]
    pictures = [
        np.zeros((0, 0), np.uint8) if isinstance(d.source, Ink) else d.source for d in drawings
    ]
    points = [stroke.points for stroke in strokes]
    tensors = {
        "points": np.concatenate([np.zeros((0, 2), np.float32), *points]),
        "points_of_stroke": np.array([len(stroke.points) for stroke in strokes], np.int64),
        "width_of_stroke": np.array([stroke.width for stroke in strokes], np.float64),
        "stroke_is_eraser": np.array([stroke.eraser for stroke in strokes], np.uint8),
        "strokes_of_drawing": np.array([len(ink.strokes) for ink in inks], np.int64),
        "canvas_of_drawing": np.array([ink.size for ink in inks], np.float64).reshape(-1, 2),
        "picture_of_drawing": np.array([p.shape for p in pictures], np.int64).reshape(-1, 2),
        "pixels": np.concatenate([np.zeros(0, np.uint8), *[p.ravel() for p in pictures]]),
    }
    labels = write_json([drawing.label for drawing in drawings])
    metadata = {"playground_drawings": str(_VERSION), "labels": labels}
    return write_container(tensors, metadata)


def _from_tensors(tensors: dict[str, NDArray[Any]], labels: Any) -> tuple[OwnDrawing, ...]:
    """Return the drawings; every count is checked against what is there."""
    if not isinstance(labels, list) or len(labels) > MOST:
        raise ValueError(f"{grouped(MOST)} drawings are the most")
    if not all(isinstance(label, str) for label in labels):
        raise ValueError("a label is no text")
    strokes = _split(tensors["points"], tensors["points_of_stroke"])
    pens = list(zip(strokes, tensors["width_of_stroke"], tensors["stroke_is_eraser"], strict=True))
    of_drawing = _split(np.arange(len(pens)), tensors["strokes_of_drawing"])
    shapes = tensors["picture_of_drawing"]
    if shapes.min(initial=0) < 0 or shapes.max(initial=0) > LARGEST_PICTURE:
        raise ValueError("a picture is too large")
    pixels = _split(tensors["pixels"], shapes.prod(axis=1))
    drawings = []
    for label, mine, size, shape, picture in zip(
        labels, of_drawing, tensors["canvas_of_drawing"], shapes, pixels, strict=True
    ):
        source: Source
        if len(picture):
            source = np.asarray(picture, np.uint8).reshape(tuple(shape))
        else:
            made = [pens[index] for index in mine]
            ink = tuple(Stroke(points, float(width), bool(rubs)) for points, width, rubs in made)
            source = Ink(ink, (float(size[0]), float(size[1])))
        drawings.append(OwnDrawing(label, source))
    return tuple(drawings)


def _split(values: NDArray[Any], lengths: NDArray[Any]) -> list[NDArray[Any]]:
    """Return the values in pieces of these lengths, which have to use all of them."""
    if lengths.min(initial=0) < 0 or int(lengths.sum()) != len(values):
        raise ValueError("its parts do not fit together")
    return list(np.split(values, np.cumsum(lengths)[:-1])) if len(lengths) else []
