"""A damaged or foreign file is refused with one sentence that says what is wrong with it."""

import contextlib
import os
import re
import struct
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from damage import (
    Damage,
    ending_with,
    entry,
    in_document,
    in_header,
    in_tensors,
    join,
    places,
    raw_document,
    replaced,
    setting,
    split,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.errors import FileError
from playground.files import container
from playground.storage import experiment_file, shell


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


def _course(path: str, value: Any) -> Damage:
    return setting(path, value, "course")


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
        lambda data: join(b"{" + b"\x00" * 40, b""),
        "its header is not valid JSON",
    ),
    "header is not UTF-8": (
        lambda data: join(b'{"\xff\xfe": 1}', b""),
        r"its header is not valid JSON \(it breaks off or has stray signs\)",
    ),
    "a name twice in the header": (
        lambda data: join(b'{"a": 1, "b": 2, "a": 3}', b""),
        "it names 'a' twice",
    ),
    "a thousand brackets": (
        lambda data: join(b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", b""),
        "its header nests its brackets deeper than any experiment",
    ),
    "a number of 5,000 digits": (
        lambda data: join(b'{"a": ' + b"9" * 5000 + b"}", b""),
        "it holds a whole number of 5,000 digits",
    ),
    "NaN in the header": (lambda data: join(b'{"a": NaN}', b""), "NaN is no JSON number"),
    "metadata is a list": (
        in_header(lambda header: header.update(__metadata__=[])),
        "its metadata should be texts by name",
    ),
    "another program's tensors": (
        in_header(lambda header: header.update(__metadata__={"format": "pt"})),
        "it holds tensors of another program, not an experiment",
    ),
    "description is garbage": (
        raw_document("{]"),
        "its description is not valid JSON",
    ),
    "description is a number": (
        raw_document("5"),
        "its description does not begin with the format 'playground experiment'",
    ),
    "another format": (
        in_document(lambda document: document.update(format="sudoku")),
        "does not begin with the format",
    ),
    "newer version": (
        in_document(lambda document: document.update(version=7)),
        "it was saved in version 7 of the format and this Playground reads up to 3; update Play",
    ),
    "version is a text": (
        in_document(lambda document: document.update(version="1")),
        "its format version should be a whole number and is '1'",
    ),
    "version zero": (
        in_document(lambda document: document.update(version=0)),
        "its format version should be a whole number and is 0",
    ),
    "description without experiment": (
        in_document(lambda document: document.pop("experiment")),
        "should have course, experiment, format, progress, version and has course, format, progr",
    ),
    "description with something else": (
        in_document(lambda document: document.update(macro="rm")),
        "and has course, experiment, format, macro, progress, version",
    ),
    "experiment is a list": (
        in_document(lambda document: document.update(experiment=[])),
        r"experiment expects named settings; \[\] was given",
    ),
    "unknown setting": (setting("colour", 3), "experiment has no setting 'colour'; it has data"),
    "unknown activation": (
        setting("layers.0.activation", {"kind": "magic"}),
        "There is no activation 'magic'; choose one of identity, linear",
    ),
    "unknown data": (setting("data.name", "weather"), "one of digits, digits.pendigits"),
    "negative learning rate": (
        setting("training.learning_rate", -0.1),
        r"Learning rate \(experiment.training.learning_rate\) must be .*; −0.1 was given",
    ),
    "learning rate of 400 digits": (
        setting("training.learning_rate", 10**400),
        r"Learning rate \(experiment.training.learning_rate\) must be",
    ),
    "ten million units": (
        setting("layers.0.units", 10_000_000),
        "10,000,000 neurons with 50,000,000 parameters would bring the network to 5.4 GiB",
    ),
    "a network of terabytes": (
        setting(
            "layers",
            [{"kind": "dense", "name": f"wide_{index}", "units": 60_000} for index in range(9)],
        ),
        "the limit is 1 GiB",
    ),
    "a network larger than the file": (
        setting("layers.0.units", 2_000),
        r"its network has [\d,]+ bytes of weights and the whole file has [\d,]+",
    ),
    "two layers of one name": (
        setting("layers.1.name", "dense_1"),
        "Two layers are called 'dense_1'",
    ),
    "a loss that does not fit": (
        setting("data.name", "bumps"),
        "expects classes, and Hills and hollows asks for a number",
    ),
    "progress before the start": (
        in_document(lambda document: document["progress"].update(epoch=-1)),
        r"Epoch \(progress.epoch\) must be .*; [-−]1 was given",
    ),
    "missing tensor": (
        in_tensors(lambda tensors: tensors.pop(WEIGHTS)),
        f"tensor '{WEIGHTS}' is missing",
    ),
    "extra tensor": (
        in_tensors(lambda tensors: tensors.update(stowaway=np.zeros(3, np.float32))),
        "tensor 'stowaway' belongs to no layer of its network",
    ),
    "wrong shape": (
        replaced(WEIGHTS, lambda tensor: tensor.T),
        rf"tensor '{WEIGHTS}' should have the shape \(10, 4\) and has \(4, 10\)",
    ),
    "wrong dtype": (
        replaced(WEIGHTS, lambda tensor: tensor.astype(np.float64)),
        f"tensor '{WEIGHTS}' should hold float32 and holds float64",
    ),
    "whole numbers": (
        replaced(WEIGHTS, lambda tensor: tensor.astype(np.int32)),
        f"tensor '{WEIGHTS}' should hold F32, F64, U8, U16, U32 or I64 numbers and holds 'I32'",
    ),
    "NaN in the weights": (
        replaced(WEIGHTS, ending_with(np.nan)),
        f"tensor '{WEIGHTS}' holds NaN or infinity",
    ),
    "infinity in the biases": (
        replaced("output.biases", ending_with(np.inf)),
        "tensor 'output.biases' holds NaN or infinity",
    ),
    "normalization divides by zero": (
        replaced("normalization/scale", ending_with(0.0)),
        "its normalization divides by zero or a negative number",
    ),
    "normalization of another length": (
        replaced("normalization/mean", lambda tensor: tensor[:-1]),
        r"tensor 'normalization/mean' should have the shape \(4,\) and has \(3,\)",
    ),
    "history of another length": (
        replaced("history/test_loss", lambda tensor: tensor[:-1]),
        r"tensor 'history/test_loss' should have the shape \(11,\) and has \(10,\)",
    ),
    "history runs backwards": (
        replaced("history/epochs", lambda tensor: tensor[::-1].copy()),
        "the epochs of its history should rise from 0",
    ),
    "a course without its shuffling": (
        in_document(lambda document: document["course"].pop("shuffle")),
        "its course of training lacks some numbers",
    ),
    "a generator of a few bits": (
        _course("dropout.state", str(2**128)),
        r"State \(course.dropout.state\) must be a whole number of 128 bits",
    ),
    "a generator that is a number": (
        _course("dropout.state", 5),
        r"State \(course.dropout.state\) must be the digits of a whole number of 128 bits; 5 was",
    ),
    "a generator that goes in a circle": (
        _course("shuffle.increment", "4"),
        "The increment of a generator expects an odd number",
    ),
    "a generator with too large a half": (
        _course("own.half", 2**32),
        r"The half \(course.own.half\) must be a whole number from 0 to 4,294,967,295",
    ),
    "a place beyond the epoch": (
        _course("position", 112),
        "its place 112 in the epoch, gathered from 0, should be within 112 examples",
    ),
    "a place before what was gathered": (
        _course("gathered_from", 7),
        "its place 0 in the epoch, gathered from 7, should be within 112 examples",
    ),
    "a schedule of the future": (
        _course("schedule_start", 1000.5),
        "its learning rate's schedule begins later than the training has come",
    ),
    "more measurements than were made": (
        _course("measurements", 300),
        "its history of 11 measurements cannot be every 1 of 300",
    ),
    "a best loss that is no number": (
        _course("best_loss", "low"),
        r"Best loss \(course.best_loss\) must be a number, or 'none yet'; 'low' was given",
    ),
    "an order beyond the examples": (
        replaced("epoch/order", ending_with(120)),
        "the order of its epoch should name every example of the training part",
    ),
    "an order with an example twice": (
        replaced("epoch/order", lambda tensor: np.zeros_like(tensor)),
        "the order of its epoch should name every example of the training part",
    ),
    "an order of more than there are": (
        replaced("epoch/order", lambda tensor: np.arange(151, dtype=np.uint8)),
        r"tensor 'epoch/order' should have the shape \(150,\) and has \(151,\)",
    ),
    "an order of fractions": (
        replaced("epoch/order", lambda tensor: tensor.astype(np.float32)),
        "tensor 'epoch/order' should hold uint8, uint16 or uint32 and holds float32",
    ),
    "draws for another epoch": (
        in_tensors(lambda tensors: tensors.update({"epoch/draws": np.zeros(9, np.uint8)})),
        r"tensor 'epoch/draws' should have the shape \(112,\) and has \(9,\)",
    ),
    "moments of another optimizer": (
        replaced("optimizer/moments", lambda tensor: np.zeros((3, 123), np.float32)),
        r"tensor 'optimizer/moments' should have the shape \(2, 123\) and has \(3, 123\)",
    ),
    "a gradient of another network": (
        replaced("step/gradient", lambda tensor: tensor[:-1]),
        r"tensor 'step/gradient' should have the shape \(123,\) and has \(122,\)",
    ),
    "data that nobody asked for": (
        in_document(lambda document: document.update(dataset={})),
        "it brings a data set that its experiment does not learn from",
    ),
    "an earlier version with a course": (
        in_document(lambda document: document.update(version=2)),
        "its description should have experiment, format, progress, version and has course, exp",
    ),
    "overlapping tensors": (in_header(_overlap), "overlaps the one before it"),
    "offsets beyond the end": (
        entry("output.weights", data_offsets=[10**9, 10**9 + 60]),
        "bytes before tensor 'step/gradient' belong to none",
    ),
    "offsets the wrong way round": (
        entry(WEIGHTS, data_offsets=[160, 0]),
        f"tensor '{WEIGHTS}' should lie between two places",
    ),
    "shape does not fill its place": (
        entry(WEIGHTS, shape=[10, 5]),
        rf"tensor '{WEIGHTS}' of shape \(10, 5\) takes 200 bytes, and the file gives it 160",
    ),
    "negative shape": (entry(WEIGHTS, shape=[-10, -4]), "which no layer has"),
    "shape of 2⁶³": (entry(WEIGHTS, shape=[2**63, 2]), "which no layer has"),
    "shape is a text": (entry(WEIGHTS, shape="10x4"), "has the shape '10x4', which no layer has"),
    "entry is a number": (
        in_header(lambda header: header.update({WEIGHTS: 3})),
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
    rebuilt = join(*split(sound.read_bytes()))
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
    sound.write_bytes(join({f"t{number}": empty for number in range(2_000)}, b""))
    assert "2,000 tensors and at most 1,000" in _refusal(sound)
    monkeypatch.setattr(container, "read_json", None)
    sound.write_bytes(join({f"t{number}": empty for number in range(100_000)}, b""))
    assert "not an experiment" in _refusal(sound)


def test_no_body_is_read_for_a_header_that_tells_of_no_experiment(sound: Path) -> None:
    size = 400 * 2**20
    whole = {"dtype": "F32", "shape": [size // 4], "data_offsets": [0, size]}
    header = join({"a": whole, "__metadata__": {}}, b"")
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
        *steps, last = data.draw(st.sampled_from(places(document)[1:]))
        place: Any = document
        for step in steps:
            place = place[step]
        place[last] = data.draw(json_values)

    sound.write_bytes(in_document(change)(sound_bytes))
    with contextlib.suppress(FileError):
        experiment_file.read(sound).model()
