"""The body that an experiment begins with, in its file, so that it begins so on any computer."""

from __future__ import annotations

import math
from typing import Any

from numpy.typing import NDArray

from playground.errors import FileError
from playground.files.container import Container
from playground.storage.tensor_names import check_finite
from playground.training.body import LARGEST, OWN, Body, find, keep
from playground.training.experiment import Experiment
from playground.wording import grouped

_FOLDER = "body/"
_LONGEST_TITLE = 200


def packed(experiment: Experiment) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return what the file says of a body, and its arrays; nothing of one that travels along."""
    if not experiment.body.startswith(OWN):
        return {}, {}
    body = find(experiment.body)
    return {"title": body.title}, {_FOLDER + name: x for name, x in body.tensors.items()}


def names_in(file: Container) -> set[str]:
    """Return which tensors of a file belong to a body."""
    return {name for name in file.forms if name.startswith(_FOLDER)}


def adopt(file: Container, plain: Any, words: Any) -> None:
    """Let the body that a file brings be known, before its experiment names it.

    Parameters
    ----------
    plain
        What the file says of the experiment.
    words
        What it says of the body.

    Raises
    ------
    FileError
        Where the experiment does not begin with it, or it is too large or damaged.
    """
    title = words.get("title") if isinstance(words, dict) and len(words) == 1 else None
    if not isinstance(title, str) or not 0 < len(title) <= _LONGEST_TITLE:
        raise FileError("its body should have a title")
    names = names_in(file)
    forms = [file.forms[name] for name in names]
    size = sum(dtype.itemsize * math.prod(shape) for dtype, shape in forms)
    if size > LARGEST or any(dtype.kind != "f" for dtype, _ in forms):
        raise FileError(
            f"its body has {grouped(size)} bytes; {grouped(LARGEST)} of real numbers are the most"
        )
    tensors = file.read(names)
    check_finite(tensors, names)
    body = Body(title, {name.removeprefix(_FOLDER): x for name, x in tensors.items()})
    if not isinstance(plain, dict) or plain.get("body") != body.name:
        raise FileError("it brings a body that its experiment does not begin with")
    keep(body)
