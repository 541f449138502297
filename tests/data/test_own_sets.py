"""Own data sets come back as they were kept, and a damaged one says so."""

import contextlib
import dataclasses
import json
import os
import struct
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.data import catalogue
from playground.data.dataset import Dataset
from playground.data.drawing.drawing import Drawing
from playground.data.drawing.pen_points import PenPoints
from playground.data.kinds import Pictures, Sequences, TableRows
from playground.data.own import sets as own_sets
from playground.data.rows import ByteRows
from playground.data.tasks import Classification
from playground.errors import DataError
from playground.files import container
from playground.training.experiment import DataSettings


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(own_sets, "folder", lambda: tmp_path / "data")
    catalogue.find_own_sets()
    yield tmp_path / "data"
    for name in own_sets.names():
        catalogue.forget(name)


def pictures(name="own-shapes"):
    rng = np.random.default_rng(0)
    return Dataset(
        name=name,
        title="Shapes",
        kind=Pictures(),
        task=Classification(),
        inputs=ByteRows(rng.integers(0, 256, (6, 4), np.uint8)),
        targets=np.array([0, 1, 0, 1, 0, 1]),
        input_shape=(1, 2, 2),
        class_names=("round", "square"),
        feature_names=("a", "b", "c", "d"),
        value_range=(0.0, 1.0),
        source="drawn",
        licence="own",
        description="Two shapes.",
        drawing=Drawing(field=4, block=2, digit_height=4.0, stroke_width=1.0, centring="box"),
        test_part=np.array([4, 5]),
    )


def same(one, other):
    for field in dataclasses.fields(Dataset):
        mine, theirs = getattr(one, field.name), getattr(other, field.name)
        if isinstance(mine, np.ndarray | ByteRows):
            np.testing.assert_array_equal(np.asarray(mine), np.asarray(theirs))
        else:
            assert mine == theirs, field.name


def test_a_kept_set_comes_back_whole():
    catalogue.keep(pictures())
    catalogue.find_own_sets()
    same(catalogue.load("own-shapes"), pictures())


def test_tables_of_floats_come_back_too():
    table = dataclasses.replace(
        pictures(),
        kind=TableRows(),
        inputs=np.ones((6, 4), np.float32) / 3,
        input_shape=(4,),
        drawing=None,
        test_part=None,
    )
    catalogue.keep(table)
    same(catalogue.load("own-shapes"), table)


def test_sequences_that_were_drawn_can_be_drawn_again():
    strokes = dataclasses.replace(
        pictures(),
        kind=Sequences(),
        inputs=np.ones((6, 10), np.float32) / 3,
        input_shape=(5, 2),
        feature_names=tuple("abcdefghij"),
        drawing=PenPoints(2),
        test_part=None,
    )
    catalogue.keep(strokes)
    same(catalogue.load("own-shapes"), strokes)


def test_the_table_of_data_sets_follows():
    with pytest.raises(DataError, match=r"no data set"):
        catalogue.load("own-shapes")
    catalogue.keep(pictures())
    assert catalogue.titles()["own-shapes"] == "Shapes"
    assert DataSettings(name="own-shapes").load().title == "Shapes"
    catalogue.keep(dataclasses.replace(pictures(), title="Forms"))
    assert catalogue.load("own-shapes").title == "Forms"
    catalogue.forget("own-shapes")
    assert "own-shapes" not in catalogue.titles()


def test_names_are_made_from_titles_and_never_twice():
    assert own_sets.new_name("My Cats & Dogs!") == "own-my-cats-dogs"
    catalogue.keep(pictures("own-cats"))
    assert own_sets.new_name("Cats") == "own-cats-2"
    assert own_sets.new_name("猫") == "own-data"


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:20],
        lambda data: data[:-5],
        lambda data: data.replace(b"playground_data", b"playground_date", 1)[:-1],
        lambda data: data.replace(b"class_names", b"class_nanes", 1),
        lambda data: data.replace(b'\\"round\\"', b'\\"round\\n', 1),
        lambda data: b"\xff" * 100,
    ],
)
def test_a_damaged_file_is_told_in_one_sentence(damage):
    catalogue.keep(pictures())
    path = own_sets.path_of("own-shapes")
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataError, match="damaged"):
        own_sets.read("own-shapes")
    assert own_sets.title_of("own-shapes")


# Files that a stranger made.


def header_and_body(path):
    data = path.read_bytes()
    end = 8 + int.from_bytes(data[:8], "little")
    return json.loads(data[8:end]), data[end:]


def write(path, header, body):
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


def described_as(path, **entries):
    header, body = header_and_body(path)
    words = json.loads(header["__metadata__"]["dataset"])
    header["__metadata__"]["dataset"] = json.dumps(words | entries)
    write(path, header, body)


def in_metadata(path, **entries):
    header, body = header_and_body(path)
    header["__metadata__"].update(entries)
    write(path, header, body)


def in_tensors(path, name, **entries):
    header, body = header_and_body(path)
    header[name].update(entries)
    write(path, header, body)


def replaced(path, name, tensor):
    tensors = {key: np.array(value) for key, value in safetensors.numpy.load_file(path).items()}
    metadata = header_and_body(path)[0]["__metadata__"]
    path.write_bytes(safetensors.numpy.save(tensors | {name: tensor}, metadata))


def pipe(path):
    path.unlink()
    os.mkfifo(path)


DRAWING = {"field": 4, "block": 2, "digit_height": 4, "stroke_width": 1, "centring": "box"}
HOSTILE = {
    "nested": lambda path: in_metadata(path, dataset="[" * 100_000),
    "nested_whole": lambda path: path.write_bytes(
        struct.pack("<Q", 100_000) + b"{" + b"[" * 99_999
    ),
    "no_table": lambda path: in_metadata(path, dataset="[]"),
    "many_digits": lambda path: in_metadata(path, dataset='{"title": %s}' % ("9" * 5000)),
    "version": lambda path: in_metadata(path, playground_data="abc"),
    "version_digits": lambda path: in_metadata(path, playground_data="9" * 5000),
    "version_sign": lambda path: in_metadata(path, playground_data="²"),
    "title": lambda path: described_as(path, title=["Shapes"]),
    "kind": lambda path: described_as(path, kind="sound"),
    "unhashable": lambda path: described_as(path, kind=[], task={}),
    "other_kind": lambda path: described_as(path, kind="plane"),
    "task": lambda path: described_as(path, task="regression"),
    "description": lambda path: described_as(path, description=[]),
    "shape": lambda path: described_as(path, input_shape=[1, 2, 2.0]),
    "shape_text": lambda path: described_as(path, input_shape="122"),
    "huge_shape": lambda path: described_as(path, input_shape=[2**40, 2**40, 2**40]),
    "names": lambda path: described_as(path, class_names=["round", 2]),
    "no_names": lambda path: described_as(path, class_names=[]),
    "range": lambda path: described_as(path, value_range=[0]),
    "same_range": lambda path: described_as(path, value_range=[0, 0]),
    "wide_range": lambda path: described_as(path, value_range=[0, 10**400]),
    "factor": lambda path: described_as(path, factor="1"),
    "drawing": lambda path: described_as(path, drawing={"field": 4}),
    "drawing_block": lambda path: described_as(
        path, drawing={**DRAWING, "value_range": [0, 1], "block": 0}
    ),
    "drawing_field": lambda path: described_as(
        path, drawing={**DRAWING, "value_range": [0, 1], "field": 10**12}
    ),
    "indivisible": lambda path: described_as(path, indivisible="no"),
    "tensor_shape": lambda path: in_tensors(path, "inputs", shape=[6, 4.0]),
    "tensor_dtype": lambda path: in_tensors(path, "inputs", dtype="BF16"),
    "float_labels": lambda path: replaced(path, "targets", np.zeros(6)),
    "labels": lambda path: replaced(path, "targets", np.full(6, 9)),
    "flat_inputs": lambda path: replaced(path, "inputs", np.zeros(24, np.uint8)),
    "wide_inputs": lambda path: replaced(path, "inputs", np.zeros((6, 4))),
    "test_part": lambda path: replaced(path, "test_part", np.array([99, 2])),
    "whole_test_part": lambda path: replaced(path, "test_part", np.arange(6)),
    "float_test_part": lambda path: replaced(path, "test_part", np.array([0.5])),
    "pipe": pipe,
    "link_in_a_circle": lambda path: (path.unlink(), path.symlink_to(path)),
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_a_strangers_file_is_one_sentence_and_hides_no_other(make):
    catalogue.keep(pictures())
    catalogue.keep(dataclasses.replace(pictures("own-sound"), title="Sound"))
    make(own_sets.path_of("own-shapes"))
    catalogue.find_own_sets()
    assert catalogue.titles()["own-shapes"].casefold() == "shapes"
    assert catalogue.load("own-sound").title == "Sound"
    with pytest.raises(DataError, match=r"shapes\.safetensors is damaged \(.+\)") as told:
        catalogue.load("own-shapes")
    assert len(str(told.value)) < 400


def test_what_is_no_file_or_has_no_plain_name_is_no_set(own_folder):
    own_folder.mkdir(exist_ok=True)
    (own_folder / "folder.safetensors").mkdir()
    Path(os.fsdecode(os.fsencode(own_folder) + b"/\xff\n.safetensors")).touch()
    assert own_sets.names() == ()


def test_a_title_is_one_short_line():
    catalogue.keep(pictures())
    described_as(own_sets.path_of("own-shapes"), title="Two\nlines \u202e" + "and more " * 1000)
    title = own_sets.title_of("own-shapes")
    assert title.startswith(r"Two\nlines \u202eand more")
    assert len(title) == own_sets.LONGEST_TITLE


@pytest.mark.parametrize(
    "begin",
    [
        struct.pack("<Q", 16 * 2**20) + b'{"a":' + b"[" * 2**20,
        struct.pack("<Q", 2**62) + b"{}",
        b"\0" * 100,
    ],
    ids=["long header", "endless header", "nothing"],
)
def test_a_large_file_is_refused_by_its_first_bytes(begin, monkeypatch):
    catalogue.keep(pictures())
    path = own_sets.path_of("own-shapes")
    path.write_bytes(begin)
    os.truncate(path, 500 * 2**20)  # a hole, which takes no room on the disk
    monkeypatch.setattr(container, "read_json", None)
    with pytest.raises(DataError, match="damaged"):
        own_sets.read("own-shapes")


def test_a_hundred_thousand_tensors_are_refused_by_the_length_of_their_header():
    catalogue.keep(pictures())
    path = own_sets.path_of("own-shapes")
    empty = {"dtype": "U8", "shape": [0], "data_offsets": [0, 0]}
    write(path, {f"t{number}": empty for number in range(100_000)}, b"")
    with pytest.raises(DataError, match="damaged"):
        own_sets.read("own-shapes")
    write(path, {f"t{number}": empty for number in range(2_000)}, b"")
    with pytest.raises(DataError, match="2,000 tensors and at most 1,000"):
        own_sets.read("own-shapes")


def test_what_could_not_be_read_again_is_not_kept():
    names = tuple("long name " * 2**18 for _ in range(2))
    with pytest.raises(DataError, match="could not be kept: its names"):
        own_sets.save(dataclasses.replace(pictures(), class_names=names))


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_any_few_changed_bytes_are_refused_or_harmless(data, own_folder):
    own_sets.save(pictures())
    path = own_sets.path_of("own-shapes")
    changed = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(changed[: data.draw(st.none() | st.integers(0, len(changed)))]))
    assert own_sets.title_of("own-shapes")
    with contextlib.suppress(DataError):
        assert np.isfinite(np.asarray(own_sets.read("own-shapes").inputs)).all()
