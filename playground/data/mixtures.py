"""Two data sets learned as one, so that more hands are known."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from playground.data.bundled import pen_digits
from playground.data.bundled.bundled_sets import digits
from playground.data.dataset import Dataset
from playground.data.rows import ByteRows


def digits_and_pen_digits() -> Dataset:
    """Return the 8×8 digits and the pen strokes in 8×8 pixels, of which some are for testing."""
    return _mixed(
        digits(),
        pen_digits.pictures_8(),
        name="digits+pendigits",
        title="Digits + strokes",
        description="The 1,797 digits of 13 people beside 7,494 that 30 others wrote on a tablet, "
        "drawn with this canvas's own pen: the more hands a network knows, the better it reads "
        "yours.",
    )


def mnist_and_pen_digits() -> Dataset:
    """Return MNIST and the pen strokes in 28×28 pixels, with both sets' test parts.

    Raises
    ------
    MissingDataError
        When MNIST is not on this computer.
    """
    from playground.data.published.mnist import mnist  # not needed to start

    mixed = _mixed(
        mnist(),
        pen_digits.pictures_28(),
        name="mnist+pendigits",
        title="MNIST + strokes",
        description="MNIST and pen strokes drawn like it: ones with a flag, barred sevens and "
        "curled nines, which MNIST hardly knows, beside its own.",
    )
    words = f"MNIST's own, and strokes {mixed.test_words}"
    return dataclasses.replace(mixed, test_words=words)


def _mixed(first: Dataset, second: Dataset, name: str, title: str, description: str) -> Dataset:
    """Return both sets' training parts, then both sets' test parts, like the second in all else."""
    sets = first, second
    parts = [(each, slice(0, _training(each))) for each in sets]
    parts += [(each, slice(_training(each), None)) for each in sets]
    pieces = [each.inputs.part(rows) for each, rows in parts if isinstance(each.inputs, ByteRows)]
    inputs: NDArray[np.float32] | ByteRows
    if len(pieces) == len(parts):
        inputs = ByteRows(np.concatenate([piece.values for piece in pieces]))
    else:
        inputs = np.concatenate([each.inputs[rows] for each, rows in parts])
    return dataclasses.replace(
        second,
        name=name,
        title=title,
        description=description,
        inputs=inputs,
        targets=np.concatenate([each.targets[rows] for each, rows in parts]).astype(np.int64),
        source="; ".join(each.source for each in sets),
        licence="; ".join(dict.fromkeys(each.licence for each in sets)),
        test_part=np.arange(sum(map(_training, sets)), sum(map(len, sets))),
    )


def _training(dataset: Dataset) -> int:
    """Return how many rows there are before the test part."""
    return len(dataset) if dataset.test_part is None else int(dataset.test_part[0])
