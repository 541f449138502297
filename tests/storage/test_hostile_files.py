"""Hundreds of damaged, hostile and foreign files: each is refused in one sentence, or harmless."""

import contextlib
import dataclasses
import json
import os
import struct
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from damage import in_document, in_tensors, join, places, replaced, split

from playground.data import catalogue
from playground.data.own import sets as own_sets
from playground.errors import FileError, PlaygroundError
from playground.nn.layers import BatchNorm, Dense
from playground.storage import experiment_file
from playground.training.experiment import DataSettings, Experiment
from playground.training.trainer import Trainer

Files = Iterator[tuple[str, bytes]]
Array = np.ndarray[Any, Any]

MOST_SECONDS = 1.0
MOST_BYTES = 300 * 2**20
VALUES = (None, "x", -1, -0.5, 2**60, 1e300, True, [], {}, [1, 2], "9" * 50)


@pytest.fixture
def whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[bytes]:
    """Return a file with every part that there is: statistics, draws, an own data set …"""
    monkeypatch.setattr(own_sets, "folder", lambda: tmp_path / "own")
    points = catalogue.load("circles", examples=40)
    catalogue.edit(dataclasses.replace(points, name="own-points", title="Points"))
    layers = (Dense(name="dense_1", units=4, dropout=0.2), BatchNorm(name="batch_norm_1"))
    trainer = Trainer(Experiment(data=DataSettings(name="own-points"), layers=layers))
    pulses = trainer.run()
    for _ in range(2):
        next(pulses)
        trainer.snapshot()
    moment = trainer.moment()
    assert moment.course is not None
    place = dataclasses.replace(moment.course.place, draws=moment.course.place.order)
    moment = dataclasses.replace(moment, course=dataclasses.replace(moment.course, place=place))
    assert moment.update is not None
    path = tmp_path / "whole.playground"
    experiment_file.save(path, moment, trainer.prepared)
    yield path.read_bytes()
    forget_own_sets()


def forget_own_sets() -> None:
    for name in [name for name in catalogue.DATASETS if name.startswith(own_sets.PREFIX)]:
        catalogue.forget(name)


def foreign(data: bytes) -> Files:
    """Yield files of other programs, and noise."""
    begins = [b"\x89PNG\r\n", b"\xff\xd8\xff", b"PK\3\4", b"%PDF-1.7", b"GIF89a", b"\x7fELF", b"MZ"]
    begins += [b"\x1f\x8b", b"\x80\x04\x95", b"\x93NUMPY", b"SQLite format 3\0", b"{}", b"<html>"]
    for begin in begins:
        for rest in (b"", bytes(400), b"text " * 99):
            yield f"{begin!r} and {len(rest)}", begin + rest
    rng = np.random.default_rng(0)
    for size in range(1, 600, 20):
        yield f"{size} bytes of noise", rng.bytes(size)


def torn(data: bytes) -> Files:
    """Yield parts of a file, and what else may become of its ends."""
    for length in np.linspace(0, len(data) - 1, 100).astype(int):
        yield f"the first {length} bytes", data[:length]
    for bits in range(64):
        yield f"a header of 2^{bits} bytes", struct.pack("<Q", 2**bits) + data[8:]
    for more in (b"\0", b"more", data):
        yield f"{len(more)} bytes more", data + more


def with_other_tensors(data: bytes) -> Files:
    """Yield files with one tensor that is missing, or not what it should be."""
    changes: dict[str, Callable[[Array], Array]] = {
        "as a column": lambda tensor: tensor[..., None],
        "twice as long": lambda tensor: np.concatenate([tensor, tensor]),
        "of nothing": lambda tensor: tensor[:0],
        "of int64": lambda tensor: np.zeros(tensor.shape, np.int64),
        "of doubles": lambda tensor: np.ones(tensor.shape, np.float64),
        "of bytes": lambda tensor: np.full(tensor.shape, 255, np.uint8),
        "of NaN": lambda tensor: np.full(tensor.shape, np.nan, np.float32),
        "of infinity": lambda tensor: np.full(tensor.shape, np.inf, np.float32),
        "below zero": lambda tensor: np.full(tensor.shape, -1, np.float32),
    }
    for name in safetensors.numpy.load(data):
        yield f"no {name}", in_tensors(lambda tensors, name=name: tensors.pop(name))(data)
        for words, change in changes.items():
            yield f"{name} {words}", replaced(name, change)(data)


def with_other_words(data: bytes) -> Files:
    """Yield files that say something else in one place of their description, or nothing."""
    document = json.loads(split(data)[0]["__metadata__"]["playground"])
    for number, path in enumerate(places(document)[1:]):
        *steps, last = path
        for turn in range(3):
            value = VALUES[(number + turn) % len(VALUES)]
            yield f"{value!r:.20} at {path}", in_document(_setting(steps, last, value))(data)
        yield f"nothing at {path}", in_document(_removing(steps, last))(data)


def _setting(steps: list[Any], last: Any, value: Any) -> Callable[[Any], None]:
    def change(place: Any) -> None:
        for step in steps:
            place = place[step]
        place[last] = value

    return change


def _removing(steps: list[Any], last: Any) -> Callable[[Any], None]:
    def change(place: Any) -> None:
        for step in steps:
            place = place[step]
        del place[last]

    return change


def test_hundreds_of_bad_files_are_refused_in_a_sentence_or_harmless(
    whole: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "bad.playground"
    refused = 0
    tracemalloc.start()
    for yields in (foreign, torn, with_other_tensors, with_other_words):
        for what, data in yields(whole):
            path.write_bytes(data)
            tracemalloc.reset_peak()
            begun = time.process_time()
            try:
                saved = experiment_file.read(path)
            except FileError as error:
                refused += 1
                sentence = str(error)
                assert sentence.startswith("bad.playground cannot be opened: "), what
                assert sentence.endswith("."), what
                assert "\n" not in sentence, what
                assert len(sentence) < 400, what
            else:
                with contextlib.suppress(PlaygroundError):
                    next(Trainer(saved.experiment, start=saved).run())
                forget_own_sets()
            assert time.process_time() - begun < MOST_SECONDS, what
            assert tracemalloc.get_traced_memory()[1] < MOST_BYTES, what
    tracemalloc.stop()
    assert refused >= 510


@pytest.mark.parametrize(
    "name",
    ["optimizer/moments", "step/gradient", "epoch/order", "history/epochs", "data/inputs", "extra"],
)
def test_a_tensor_that_is_far_too_large_is_refused_before_it_is_read(
    name: str, whole: bytes, tmp_path: Path
) -> None:
    size = 400 * 2**20
    header, body = split(whole)
    entry = header.get(name, {"dtype": "F32", "shape": [0, 0], "data_offsets": [len(body)] * 2})
    begin, end = entry["data_offsets"]
    width = {"F32": 4, "F64": 8, "U8": 1}[entry["dtype"]]
    sides = [1] * (len(entry["shape"]) - 1)
    header[name] = entry | {"shape": [size // width, *sides], "data_offsets": [begin, begin + size]}
    for other, place in header.items():
        if other not in (name, "__metadata__") and place["data_offsets"][0] >= end:
            place["data_offsets"] = [at + size - (end - begin) for at in place["data_offsets"]]
    path = tmp_path / "bad.playground"
    path.write_bytes(join(header, b""))
    os.truncate(path, path.stat().st_size + len(body) + size - (end - begin))  # holes, no room
    tracemalloc.start()
    with pytest.raises(FileError, match=rf"{name}'|its data set has 419,4"):
        experiment_file.read(path)
    taken = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert taken < 2**20


def test_the_bad_files_start_from_a_sound_one(whole: bytes, tmp_path: Path) -> None:
    path = tmp_path / "whole.playground"
    path.write_bytes(whole)
    saved = experiment_file.read(path)
    assert saved.course is not None
    assert saved.course.place.draws is not None
    assert saved.update is not None
    assert saved.dataset.title == "Points"
