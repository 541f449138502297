"""MNIST and Fashion-MNIST: 70,000 grey pictures of 28×28 pixels, kept as bytes."""

from __future__ import annotations

import numpy as np

from playground.data.dataset import Dataset
from playground.data.drawing.drawing import Drawing
from playground.data.published.idx import read_idx
from playground.data.published.sources import FASHION_MNIST, MNIST, Source, files_of
from playground.data.rows import ByteRows
from playground.errors import DataError

SIDE = 28
DRAWING = Drawing(field=28, block=1, digit_height=20.0, stroke_width=2.5, centring="mass")
"""MNIST's own way: the longer side of a digit 20 pixels, its centre of mass in the middle.

Strokes of 2.5 pixels make pen strokes as dark as MNIST is (mean ink 0.131), and as thick by
:func:`playground.data.drawing.pictures.stroke_width` (mean 2.5; a tenth of MNIST's digits are below
1.9, a tenth above 3.3).
"""
CLOTHES = (
    "T-shirt",
    "trousers",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle boot",
)


def mnist() -> Dataset:
    """Return MNIST, 60,000 digits to train on and the 10,000 that its makers test with."""
    return _read(
        MNIST,
        tuple("0123456789"),
        "70,000 digits by 500 people: the classic first task of neural networks.",
        DRAWING,
    )


def fashion_mnist() -> Dataset:
    """Return Fashion-MNIST, pictures of clothes in MNIST's own shape."""
    return _read(
        FASHION_MNIST, CLOTHES, "70,000 pictures of clothes: harder than digits, same shape.", None
    )


def _read(
    source: Source, class_names: tuple[str, ...], description: str, drawing: Drawing | None
) -> Dataset:
    paths = files_of(source)
    pictures, labels = (
        [read_idx(paths[f"{part}-{kind}-ubyte.gz"]) for part in ("train", "t10k")]
        for kind in ("images-idx3", "labels-idx1")
    )
    counts = [len(part) for part in pictures]
    if counts != [len(part) for part in labels] or pictures[0].shape[1:] != (SIDE, SIDE):
        raise DataError(f"{source.title}'s files do not belong together; get them anew.")
    inputs = np.concatenate([part.reshape(len(part), -1) for part in pictures])
    return Dataset.of_pictures(
        SIDE,
        SIDE,
        name=source.name,
        title=source.title,
        inputs=ByteRows(inputs),
        targets=np.concatenate(labels).astype(np.int64),
        class_names=class_names,
        source=source.citation,
        licence=source.licence,
        description=description,
        drawing=drawing,
        test_part=np.arange(counts[0], sum(counts)),
    )
