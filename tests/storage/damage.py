"""Ways to damage a file, and to write what an earlier version of the program would have."""

import json
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import safetensors.numpy

from playground.storage.tensor_names import DRAWS, GRADIENT, MOMENTS, ORDER, UPDATE

Damage = Callable[[bytes], bytes]


def split(data: bytes) -> tuple[dict[str, Any], bytes]:
    """Return the header and the tensors' bytes."""
    end = 8 + int.from_bytes(data[:8], "little")
    return json.loads(data[8:end]), data[end:]


def join(header: Any, body: bytes) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


def in_header(change: Callable[[dict[str, Any]], Any]) -> Damage:
    def damage(data: bytes) -> bytes:
        header, body = split(data)
        change(header)
        return join(header, body)

    return damage


def in_document(change: Callable[[dict[str, Any]], Any]) -> Damage:
    """Return a damage to the description of the experiment."""

    def within(header: dict[str, Any]) -> None:
        document = json.loads(header["__metadata__"]["playground"])
        change(document)
        header["__metadata__"]["playground"] = json.dumps(document)

    return in_header(within)


def setting(path: str, value: Any, part: str = "experiment") -> Damage:
    """Return a damage to one setting of the experiment, or of another part of the description."""

    def change(document: dict[str, Any]) -> None:
        *steps, last = path.split(".")
        place: Any = document[part]
        for step in steps:
            place = place[int(step)] if step.isdecimal() else place[step]
        place[last] = value

    return in_document(change)


def raw_document(text: str) -> Damage:
    return in_header(lambda header: header["__metadata__"].update(playground=text))


def in_tensors(change: Callable[[dict[str, np.ndarray[Any, Any]]], Any]) -> Damage:
    def damage(data: bytes) -> bytes:
        tensors = {name: np.array(value) for name, value in safetensors.numpy.load(data).items()}
        metadata = split(data)[0]["__metadata__"]
        change(tensors)
        return safetensors.numpy.save(tensors, metadata)

    return damage


def replaced(name: str, make: Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]]) -> Damage:
    return in_tensors(lambda tensors: tensors.update({name: make(tensors[name])}))


def ending_with(value: float) -> Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]]:
    def put(tensor: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        tensor.flat[-1] = value
        return tensor

    return put


def entry(name: str, **changes: Any) -> Damage:
    return in_header(lambda header: header[name].update(changes))


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every value within a JSON value."""
    if isinstance(value, dict):
        inner = [places(item, (*path, name)) for name, item in value.items()]
    elif isinstance(value, list):
        inner = [places(item, (*path, index)) for index, item in enumerate(value)]
    else:
        inner = []
    return [path, *(place for places in inner for place in places)]


def as_version(data: bytes, version: int) -> bytes:
    """Return a file as version 1 or 2 wrote it, without what later ones added."""

    def change(document: dict[str, Any]) -> None:
        document["version"] = version
        del document["course"]
        for name in ("batch", "batches", "examples_per_second"):
            del document["progress"][name]
        settings = document["experiment"]
        for owner in (*settings["layers"], settings["output"]):
            for name in ("trainable", "frozen", "silenced") if version == 1 else ():
                owner.pop(name, None)

    def strip(tensors: dict[str, np.ndarray[Any, Any]]) -> None:
        for name in (GRADIENT, UPDATE, MOMENTS, ORDER, DRAWS):
            tensors.pop(name, None)

    return in_document(change)(in_tensors(strip)(data))
