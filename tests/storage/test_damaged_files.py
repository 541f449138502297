"""A damaged or foreign file is refused with one sentence that says what is wrong with it."""

import contextlib
import json
import os
import re
import struct
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.errors import FileError
from playground.files import container
from playground.storage import experiment_file, shell

Damage = Callable[[bytes], bytes]


def _split(data: bytes) -> tuple[dict[str, Any], bytes]:
    """Return the header and the tensors' bytes."""
    end = 8 + int.from_bytes(data[:8], "little")
    return json.loads(data[8:end]), data[end:]


def _join(header: Any, body: bytes) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


def _in_header(change: Callable[[dict[str, Any]], Any]) -> Damage:
    def damage(data: bytes) -> bytes:
        header, body = _split(data)
        change(header)
        return _join(header, body)

    return damage


def _in_document(change: Callable[[dict[str, Any]], Any]) -> Damage:
    """Return a damage to the description of the experiment."""

    def in_header(header: dict[str, Any]) -> None:
        document = json.loads(header["__metadata__"]["playground"])
        change(document)
        header["__metadata__"]["playground"] = json.dumps(document)

    return _in_header(in_header)


def _setting(path: str, value: Any) -> Damage:
    """Return a damage to one setting of the experiment."""

    def change(document: dict[str, Any]) -> None:
        *steps, last = path.split(".")
        place: Any = document["experiment"]
        for step in steps:
            place = place[int(step)] if step.isdecimal() else place[step]
        place[last] = value

    return _in_document(change)


def _raw_document(text: str) -> Damage:
    return _in_header(lambda header: header["__metadata__"].update(playground=text))


def _in_tensors(change: Callable[[dict[str, np.ndarray[Any, Any]]], Any]) -> Damage:
    def damage(data: bytes) -> bytes:
        tensors = {name: np.array(value) for name, value in safetensors.numpy.load(data).items()}
        metadata = _split(data)[0]["__metadata__"]
        change(tensors)
        return safetensors.numpy.save(tensors, metadata)

    return damage


def _replace(name: str, make: Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]]) -> Damage:
    return _in_tensors(lambda tensors: tensors.update({name: make(tensors[name])}))


def _with(value: float) -> Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]]:
    def put(tensor: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        tensor.flat[-1] = value
        return tensor

    return put


def _entry(name: str, **changes: Any) -> Damage:
    return _in_header(lambda header: header[name].update(changes))


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    )


def _overlap(header: dict[str, Any]) -> None:
    biases, weights = header["output.biases"], header["output.weights"]
    begin, end = weights["data_offsets"]
    first = biases["data_offsets"][0]
    weights["data_offsets"] = [first, first + end - begin]


WEIGHTS = "dense_1.weights"

DAMAGES: dict[str, tuple[Damage, str]] = {
    "empty": (lambda data: b"", "it is empty; save the experiment again"),
    "one byte": (lambda data: data[:1], "not an experiment; choose a .playground file"),
    "zero bytes": (lambda data: bytes(5000), "it is nothing but zero bytes, not an experiment"),
    "a PNG renamed": (lambda data: _png(), "it is a PNG picture, not an experiment"),
    "a JPEG renamed": (lambda data: b"\xff\xd8\xff\xe0" * 9, "it is a JPEG picture, not an exp"),
    "a ZIP renamed": (lambda data: b"PK\3\4" + bytes(40), "it is a ZIP archive, not an experiment"),
    "a text file": (lambda data: b"Dear diary, today I", "it is a text file, not an experiment"),
    "random bytes": (lambda data: b"\x9f\x01" * 300, "it is another kind of file, not an exp"),
    "wrong magic": (lambda data: data[:8] + b"[" + data[9:], "not an experiment"),
    "header cut off": (lambda data: data[:300], "bytes and breaks off after 292; copy or downl"),
    "header length 2⁶⁰": (
        lambda data: struct.pack("<Q", 2**60) + data[8:],
        "not an experiment; choose a .playground file",
    ),
    "tensors cut off": (
        lambda data: data[:-10],
        r"its tensors should have [\d,]+ bytes and break off after [\d,]+; copy or download",
    ),
    "bytes appended": (lambda data: data + b"more", "4 bytes after its last tensor belong to none"),
    "header is garbage": (
        lambda data: _join(b"{" + b"\x00" * 40, b""),
        "its header is not valid JSON",
    ),
    "header is not UTF-8": (
        lambda data: _join(b'{"\xff\xfe": 1}', b""),
        r"its header is not valid JSON \(it breaks off or has stray signs\)",
    ),
    "a name twice in the header": (
        lambda data: _join(b'{"a": 1, "b": 2, "a": 3}', b""),
        "it names 'a' twice",
    ),
    "a thousand brackets": (
        lambda data: _join(b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", b""),
        "its header nests its brackets deeper than any experiment",
    ),
    "a number of 5,000 digits": (
        lambda data: _join(b'{"a": ' + b"9" * 5000 + b"}", b""),
        "it holds a whole number of 5,000 digits",
    ),
    "NaN in the header": (lambda data: _join(b'{"a": NaN}', b""), "NaN is no JSON number"),
    "metadata is a list": (
        _in_header(lambda header: header.update(__metadata__=[])),
        "its metadata should be texts by name",
    ),
    "another program's tensors": (
        _in_header(lambda header: header.update(__metadata__={"format": "pt"})),
        "it holds tensors of another program, not an experiment",
    ),
    "description is garbage": (
        _raw_document("{]"),
        "its description is not valid JSON",
    ),
    "description is a number": (
        _raw_document("5"),
        "its description does not begin with the format 'playground experiment'",
    ),
    "another format": (
        _in_document(lambda document: document.update(format="sudoku")),
        "does not begin with the format",
    ),
    "newer version": (
        _in_document(lambda document: document.update(version=7)),
        "it was saved in version 7 of the format and this Playground reads up to 2; update Play",
    ),
    "version is a text": (
        _in_document(lambda document: document.update(version="1")),
        "its format version should be a whole number and is '1'",
    ),
    "version zero": (
        _in_document(lambda document: document.update(version=0)),
        "its format version should be a whole number and is 0",
    ),
    "description without experiment": (
        _in_document(lambda document: document.pop("experiment")),
        "should have experiment, format, progress, version and has format, progress, version",
    ),
    "description with something else": (
        _in_document(lambda document: document.update(macro="rm")),
        "and has experiment, format, macro, progress, version",
    ),
    "experiment is a list": (
        _in_document(lambda document: document.update(experiment=[])),
        r"experiment expects named settings; \[\] was given",
    ),
    "unknown setting": (_setting("colour", 3), "experiment has no setting 'colour'; it has data"),
    "unknown activation": (
        _setting("layers.0.activation", {"kind": "magic"}),
        "There is no activation 'magic'; choose one of identity, linear",
    ),
    "unknown data": (_setting("data.name", "weather"), "one of digits, mnist"),
    "negative learning rate": (
        _setting("training.learning_rate", -0.1),
        r"Learning rate \(experiment.training.learning_rate\) expects .*; -0.1 was given",
    ),
    "learning rate of 400 digits": (
        _setting("training.learning_rate", 10**400),
        r"Learning rate \(experiment.training.learning_rate\) expects",
    ),
    "ten million units": (
        _setting("layers.0.units", 10_000_000),
        "10,000,000 units with 50,000,000 parameters would bring the network to 5.4 GiB",
    ),
    "a network of terabytes": (
        _setting(
            "layers",
            [{"kind": "dense", "name": f"wide_{index}", "units": 60_000} for index in range(9)],
        ),
        "the limit is 1 GiB",
    ),
    "a network larger than the file": (
        _setting("layers.0.units", 2_000),
        r"its network has [\d,]+ bytes of weights and the whole file has [\d,]+",
    ),
    "two layers of one name": (
        _setting("layers.1.name", "dense_1"),
        "Two layers are called 'dense_1'",
    ),
    "a loss that does not fit": (
        _setting("data.name", "bumps"),
        "expects classes, and Hills and hollows asks for a number",
    ),
    "progress before the start": (
        _in_document(lambda document: document["progress"].update(epoch=-1)),
        r"Epoch \(progress.epoch\) expects .*; -1 was given",
    ),
    "missing tensor": (
        _in_tensors(lambda tensors: tensors.pop(WEIGHTS)),
        f"tensor '{WEIGHTS}' is missing",
    ),
    "extra tensor": (
        _in_tensors(lambda tensors: tensors.update(stowaway=np.zeros(3, np.float32))),
        "tensor 'stowaway' belongs to no layer of its network",
    ),
    "wrong shape": (
        _replace(WEIGHTS, lambda tensor: tensor.T),
        rf"tensor '{WEIGHTS}' should have the shape \(10, 4\) and has \(4, 10\)",
    ),
    "wrong dtype": (
        _replace(WEIGHTS, lambda tensor: tensor.astype(np.float64)),
        f"tensor '{WEIGHTS}' should hold float32 and holds float64",
    ),
    "whole numbers": (
        _replace(WEIGHTS, lambda tensor: tensor.astype(np.int32)),
        f"tensor '{WEIGHTS}' should hold F32 or F64 numbers and holds 'I32'",
    ),
    "NaN in the weights": (
        _replace(WEIGHTS, _with(np.nan)),
        f"tensor '{WEIGHTS}' holds NaN or infinity",
    ),
    "infinity in the biases": (
        _replace("output.biases", _with(np.inf)),
        "tensor 'output.biases' holds NaN or infinity",
    ),
    "normalization divides by zero": (
        _replace("normalization/scale", _with(0.0)),
        "its normalization divides by zero or a negative number",
    ),
    "normalization of another length": (
        _replace("normalization/mean", lambda tensor: tensor[:-1]),
        r"tensor 'normalization/mean' should have the shape \(4,\) and has \(3,\)",
    ),
    "history of another length": (
        _replace("history/test_loss", lambda tensor: tensor[:-1]),
        r"tensor 'history/test_loss' should have the shape \(11,\) and has \(10,\)",
    ),
    "history runs backwards": (
        _replace("history/epochs", lambda tensor: tensor[::-1].copy()),
        "the epochs of its history should rise from 0",
    ),
    "overlapping tensors": (_in_header(_overlap), "overlaps the one before it"),
    "offsets beyond the end": (
        _entry("output.weights", data_offsets=[10**9, 10**9 + 60]),
        "bytes before tensor 'output.weights' belong to none",
    ),
    "offsets the wrong way round": (
        _entry(WEIGHTS, data_offsets=[160, 0]),
        f"tensor '{WEIGHTS}' should lie between two places",
    ),
    "shape does not fill its place": (
        _entry(WEIGHTS, shape=[10, 5]),
        rf"tensor '{WEIGHTS}' of shape \(10, 5\) takes 200 bytes, and the file gives it 160",
    ),
    "negative shape": (_entry(WEIGHTS, shape=[-10, -4]), "which no layer has"),
    "shape of 2⁶³": (_entry(WEIGHTS, shape=[2**63, 2]), "which no layer has"),
    "shape is a text": (_entry(WEIGHTS, shape="10x4"), "has the shape '10x4', which no layer has"),
    "entry is a number": (
        _in_header(lambda header: header.update({WEIGHTS: 3})),
        f"tensor '{WEIGHTS}' should have a dtype, a shape and data offsets",
    ),
}


def _refusal(path: Path) -> str:
    with pytest.raises(FileError) as caught:
        experiment_file.read(path)
    return str(caught.value)


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_file_is_refused_with_its_sentence(name: str, sound: Path) -> None:
    damage, expected = DAMAGES[name]
    sound.write_bytes(damage(sound.read_bytes()))
    sentence = _refusal(sound)
    assert re.search(expected, sentence), sentence
    assert sentence.startswith("iris.playground cannot be opened: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 400


def test_the_damages_start_from_a_sound_file(sound: Path) -> None:
    rebuilt = _join(*_split(sound.read_bytes()))
    sound.write_bytes(rebuilt)
    assert experiment_file.read(sound).epoch == 10


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    sentence = _refusal(tmp_path / "gone.playground")
    assert sentence == (
        "gone.playground cannot be opened: there is no such file; check its name and folder."
    )


def test_a_folder_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "folder.playground").mkdir()
    assert "it is a folder; choose a file in it" in _refusal(tmp_path / "folder.playground")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.playground")
    assert "it is a device, not a file" in _refusal(tmp_path / "pipe.playground")


def test_a_file_too_large_is_refused_before_it_is_read(
    sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shell, "SIZE_LIMIT", 100)
    monkeypatch.setattr(Path, "open", None)
    assert re.search(r"it has [\d,]+ bytes and no experiment has more than 100", _refusal(sound))


def test_a_header_too_long_is_refused_before_it_is_parsed(
    sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(container, "HEADER_LIMIT", 100)
    monkeypatch.setattr(container, "read_json", None)
    assert "not an experiment" in _refusal(sound)


@pytest.mark.parametrize(
    "begin",
    [struct.pack("<Q", 16 * 2**20) + b'{"a":' + b"[" * 2**20, b"\0" * 100],
    ids=["long header", "nothing"],
)
def test_a_large_file_is_refused_by_its_first_bytes(
    begin: bytes, sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound.write_bytes(begin)
    os.truncate(sound, 500 * 2**20)  # a hole, which takes no room on the disk
    monkeypatch.setattr(container, "read_json", None)
    tracemalloc.start()
    assert "not an experiment" in _refusal(sound)
    taken = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert taken < 2**20


def test_a_hundred_thousand_tensors_are_refused_by_the_length_of_their_header(
    sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}
    sound.write_bytes(_join({f"t{number}": empty for number in range(2_000)}, b""))
    assert "2,000 tensors and at most 1,000" in _refusal(sound)
    monkeypatch.setattr(container, "read_json", None)
    sound.write_bytes(_join({f"t{number}": empty for number in range(100_000)}, b""))
    assert "not an experiment" in _refusal(sound)


def test_no_body_is_read_for_a_header_that_tells_of_no_experiment(sound: Path) -> None:
    size = 400 * 2**20
    whole = {"dtype": "F32", "shape": [size // 4], "data_offsets": [0, size]}
    header = _join({"a": whole, "__metadata__": {}}, b"")
    sound.write_bytes(header)
    os.truncate(sound, len(header) + size)
    tracemalloc.start()
    assert "tensors of another program" in _refusal(sound)
    taken = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert taken < 2**20


@settings(
    max_examples=300,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_any_few_changed_bytes_are_refused_or_harmless(
    data: st.DataObject, sound: Path, sound_bytes: bytes
) -> None:
    changed = bytearray(sound_bytes)
    for _ in range(data.draw(st.integers(1, 4))):
        # Most of the file is numbers, so look at the header half of the time.
        place = data.draw(st.integers(0, 3000) | st.integers(0, len(changed) - 1))
        changed[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.none() | st.integers(0, len(changed)))
    sound.write_bytes(bytes(changed[:cut]))
    saved = None
    with contextlib.suppress(FileError):
        saved = experiment_file.read(sound)
    if saved is not None:
        assert np.isfinite(saved.parameters).all()
        assert saved.normalization.scale.min() > 0


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every value within a JSON value."""
    if isinstance(value, dict):
        inner = [_places(item, (*path, name)) for name, item in value.items()]
    elif isinstance(value, list):
        inner = [_places(item, (*path, index)) for index, item in enumerate(value)]
    else:
        inner = []
    return [path, *(place for places in inner for place in places)]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@settings(
    max_examples=300,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_any_value_in_any_place_of_the_description_is_refused_or_harmless(
    data: st.DataObject, sound: Path, sound_bytes: bytes
) -> None:
    def change(document: dict[str, Any]) -> None:
        *steps, last = data.draw(st.sampled_from(_places(document)[1:]))
        place: Any = document
        for step in steps:
            place = place[step]
        place[last] = data.draw(json_values)

    sound.write_bytes(_in_document(change)(sound_bytes))
    with contextlib.suppress(FileError):
        experiment_file.read(sound).model()
