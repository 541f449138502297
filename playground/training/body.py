"""A body: the trained layers of a network, which another network begins with.

Some travel with the program; a network's own becomes one when it is kept for other data. Those are
known for as long as the program runs, and every file of an experiment that begins with one brings
it along.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground import fields
from playground.bundled import resource
from playground.errors import FieldError
from playground.files.container import FileKind, open_container
from playground.nn.layers import RunningLayer
from playground.nn.names import OUTPUT
from playground.nn.network import Network

OWN = "own-"
"""What the name of every body begins with that does not travel with the program."""

BUNDLED = {
    "symbols": "112 symbols of four alphabets",
    "digits": "Ten digits",
    "digits-code": "Digits without labels",
}
"""Their titles by name; ``tests/training/train_bodies.py`` makes them."""

LARGEST = 64 * 2**20
"""Bytes of a body."""

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Body:
    """The numbers of all layers of a network but its output.

    Parameters
    ----------
    title
        What it has learned, for a menu.
    tensors
        By name, as :meth:`Network.views` has them.

    Attributes
    ----------
    name
        What experiments call it: it follows from the numbers, so that a file that brings a body
        brings the very one that its experiment begins with.
    """

    title: str
    tensors: Mapping[str, Floats]
    name: str = field(init=False)

    def __post_init__(self) -> None:
        digest = hashlib.sha256()
        for name, tensor in sorted(self.tensors.items()):
            digest.update(f"{name} {tensor.dtype.str} {tensor.shape};".encode())
            digest.update(np.ascontiguousarray(tensor).data)
        object.__setattr__(self, "name", OWN + digest.hexdigest()[:16])

    @classmethod
    def of(cls, network: Network, title: str) -> Body:
        """Return a network's body as it is now."""
        tensors = {name: view.copy() for name, view in network.views().items()}
        return cls(title, {name: x for name, x in tensors.items() if _layer(name) != OUTPUT})

    def fits(self, layer: RunningLayer) -> bool:
        """Return whether a layer can begin with what the body's layer of that name has learned."""
        views = layer.views()
        shapes = {name: x.shape for name, x in self.tensors.items() if _layer(name) == layer.name}
        return bool(views) and shapes == {
            f"{layer.name}.{name}": view.shape for name, view in views.items()
        }

    def begin(self, network: Network) -> list[str]:
        """Write into a network what fits it, and return the names of the layers that got it."""
        begun = []
        for layer in network.layers:
            if self.fits(layer):
                begun.append(layer.name)
                for name, view in layer.views().items():
                    view[...] = self.tensors[f"{layer.name}.{name}"]
        return begun


def _layer(tensor: str) -> str:
    return tensor.rpartition(".")[0]


_own: dict[str, Body] = {}


def keep(body: Body) -> str:
    """Let experiments begin with a body, and return its name."""
    _own.setdefault(body.name, body)
    return body.name


def find(name: str) -> Body:
    """Return the body of a name."""
    return _own[name] if name in _own else _bundled(name)


@cache
def _bundled(name: str) -> Body:
    form = FileKind("body", ".safetensors", LARGEST, ("F32",))
    with open_container(resource("bodies", f"{name}.safetensors"), form) as file:
        return Body(BUNDLED[name], file.read())


class _BodyTitles(Mapping[str, str]):
    """The title of everything that a network can begin with, by name, as it is at the moment."""

    def __getitem__(self, name: str) -> str:
        if name in _own:
            return _own[name].title
        return {"": "Random weights", **BUNDLED}[name]

    def __iter__(self) -> Iterator[str]:
        return iter(("", *BUNDLED, *_own))

    def __len__(self) -> int:
        return 1 + len(BUNDLED) + len(_own)


@dataclass(frozen=True, kw_only=True)
class BodyName(fields.Choice):
    """The name of a body that is known here."""

    def check(self, value: Any, path: str) -> str:
        """Return the name, or refuse it with the way to get the body."""
        if isinstance(value, str) and value.startswith(OWN) and value not in self.options:
            raise FieldError(
                path,
                "The trained layers that this experiment begins with are in the file of the "
                "network that learned them: open that file first.",
            )
        return super().check(value, path)


def declare_body() -> Any:
    """Declare the field for what a network begins with."""
    return fields.declare(
        BodyName(
            label="Begin with",
            help="What the layers begin with: random weights, or what a trained network has "
            "learned, as far as its layers have the same names and shapes. The output always "
            "begins at random.",
            options=_BodyTitles(),
            tacit=True,
        ),
        "",
    )
