"""The user's own data set in the file of an experiment, so that it opens on any computer."""

from __future__ import annotations

import json
import math
from typing import Any

from numpy.typing import NDArray

from playground.data.dataset import Dataset
from playground.data.judged import unjudged
from playground.data.own.description import arrays_of, check_description, dataset_of, described
from playground.data.own.sets import PREFIX
from playground.errors import DataError, FileError
from playground.files.container import Container
from playground.wording import grouped

LARGEST = 20 * 2**20
"""Bytes of a data set that goes into the file; whoever opens it has to have a larger one."""

_MOST_WORDS = 2**20
_FOLDER = "data/"
_NAMES = tuple(_FOLDER + name for name in ("inputs", "targets", "test_part"))
_STAND_IN = "digits"


def packed(dataset: Dataset) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return what the file says of a data set, and its arrays; nothing where it stays outside."""
    dataset = unjudged(dataset)
    if not dataset.name.startswith(PREFIX):
        return {}, {}
    words = described(dataset)
    arrays = {_FOLDER + name: array for name, array in arrays_of(dataset).items()}
    small = sum(array.nbytes for array in arrays.values()) <= LARGEST
    return (words, arrays) if small and len(json.dumps(words)) <= _MOST_WORDS else ({}, {})


def names_in(file: Container) -> set[str]:
    """Return which tensors of a file belong to a data set."""
    return {name for name in _NAMES if name in file.forms}


def unpacked(file: Container, plain: Any, words: Any) -> tuple[Dataset, dict[str, Any]]:
    """Return the data set of a file, and its experiment with another one's name in its place.

    Nothing has come into the table of data sets yet, so the experiment could not name it.

    Parameters
    ----------
    plain
        What the file says of the experiment.
    words
        What it says of the data set.

    Raises
    ------
    FileError
        Where the experiment does not learn from it, or it is too large or damaged.
    """
    settings = plain.get("data") if isinstance(plain, dict) else None
    name = settings.get("name") if isinstance(settings, dict) else None
    if not isinstance(settings, dict) or not isinstance(name, str) or not name.startswith(PREFIX):
        raise FileError("it brings a data set that its experiment does not learn from")
    names = names_in(file)
    size = sum(_bytes(file, name) for name in names)
    if size > LARGEST:
        raise FileError(
            f"its data set has {grouped(size)} bytes, and {grouped(LARGEST)} are the most"
        )
    tensors = {name.removeprefix(_FOLDER): array for name, array in file.read(names).items()}
    try:
        dataset = dataset_of(name, check_description(words), tensors)
    except DataError as error:
        raise FileError(f"its data set is damaged ({str(error).rstrip('.')})") from None
    return dataset, {**plain, "data": {**settings, "name": _STAND_IN}}


def _bytes(file: Container, name: str) -> int:
    dtype, shape = file.forms[name]
    return dtype.itemsize * math.prod(shape)
