"""IDX files find their partners, and what is missing or damaged is told."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_files import PAIRS, idx, what_the_user_sees, write

from playground.data.drawing.drawing import OPTDIGITS
from playground.data.imports.inspect import inspect
from playground.data.own import sets as own_sets
from playground.data.published.idx import head_of
from playground.data.published.mnist import DRAWING
from playground.errors import Cancelled, DataError, FieldError

SEEN = {
    "sound": "[image: 20×64 → 0/1/2]",
    "labels first": "[image: 20×64 → 0/1/2]",
    "packed": "[image: 20×64 → 0/1/2]",
    "one packed": "[image: 20×64 → 0/1/2]",
    "named with points": "[image: 20×64 → 0/1/2]",
    "other names": "[image: 20×64 → 0/1/2]",
    "train and test": (
        "[image: 40×64 → 0/1/2] The pictures in t10k-images-idx3-ubyte are held back for testing."
    ),
    "pictures in a row": "[image: 20×64 → 0/1/2]",
    "one channel": "[image: 20×64 → 0/1/2]",
    "channel last": "[image: 20×64 → 0/1/2]",
    "not square": "[image: 20×64 → 0/1/2]",
    "floats 0 to 1": "[image: 20×64 → 0/1/2]",
    "doubles 0 to 255": "[image: 20×64 → 0/1/2]",
    "labels of 32 bits": "[image: 20×64 → 0/1/2]",
    "labels as floats": "[image: 20×64 → 0/1/2]",
    "negative labels": "[image: 20×64 → -1/0/1]",
    "pictures alone": (
        "a-images-idx3-ubyte holds 20 pictures of 8×8 pixels, but no file with as many "
        "labels lies beside it: put a-labels-idx1-ubyte into the same folder."
    ),
    "labels alone": (
        "a-labels-idx1-ubyte holds 20 labels, but no file with as many pictures lies beside "
        "it: put a-images-idx3-ubyte into the same folder."
    ),
    "pictures alone, other name": (
        "digits.bin holds 20 pictures of 8×8 pixels, but no file with as many labels lies "
        "beside it: put the file of labels into the same folder."
    ),
    "fewer labels": (
        "a-images-idx3-ubyte holds 20 pictures of 8×8 pixels, but no file with as many "
        "labels lies beside it: put a-labels-idx1-ubyte into the same folder."
    ),
    "fewer pictures, labels first": (
        "a-labels-idx1-ubyte holds 20 labels, but no file with as many pictures lies beside "
        "it: put a-images-idx3-ubyte into the same folder."
    ),
    "cut off": (
        "a-images-idx3-ubyte says it holds 20 × 8 × 8 numbers, 1,280 bytes; only 1,180 came. "
        "It was cut off, so get it anew."
    ),
    "cut off early": (
        "a-images-idx3-ubyte says it holds 20 × 8 × 8 numbers, 1,280 bytes; only 284 came. "
        "It was cut off, so get it anew."
    ),
    "cut off in the sizes": (
        "a-images-idx3-ubyte ends within its sizes; it was cut off, so get it anew."
    ),
    "cut off labels": (
        "a-labels-idx1-ubyte says it holds 20 numbers, 20 bytes; only 18 came. It was cut "
        "off, so get it anew."
    ),
    "too long": (
        "a-images-idx3-ubyte holds more than the 20 × 8 × 8 numbers that its sizes tell; it "
        "is damaged, so get it anew."
    ),
    "packed and cut off": (
        "a-images-idx3-ubyte could not be read (Compressed file ended before the "
        "end-of-stream marker was reached); it may be damaged, so get it anew."
    ),
    "packed, wrong checksum": (
        "a-images-idx3-ubyte could not be read (CRC check failed 0x0 != 0x46ab1387); it may "
        "be damaged, so get it anew."
    ),
    "says it is huge": (
        "a-images-idx3-ubyte says it holds 2,147,483,648 × 28 × 28 numbers, 1,568.0 GiB; at "
        "most 1 GiB is read."
    ),
    "packed, says it is huge": (
        "a-images-idx3-ubyte says it holds 2,147,483,648 × 28 × 28 numbers, 1,568.0 GiB; at "
        "most 1 GiB is read."
    ),
    "huge pictures": (
        "a-images-idx3-ubyte holds pictures of 5,000×5,000 pixels; at most 65,536 pixels are "
        "read: make them smaller."
    ),
    "no examples": ("a-images-idx3-ubyte holds no examples: its sizes are 0 × 8 × 8."),
    "wrong type": (
        "a-images-idx3-ubyte is not an IDX file: it does not begin with two zero bytes, a "
        "number type and 1 to 4 axes. MNIST's files are named like "
        "train-images-idx3-ubyte.gz."
    ),
    "no type": (
        "a-images-idx3-ubyte is not an IDX file: it does not begin with two zero bytes, a "
        "number type and 1 to 4 axes. MNIST's files are named like "
        "train-images-idx3-ubyte.gz."
    ),
    "empty": (
        "a-images-idx3-ubyte is not an IDX file: it does not begin with two zero bytes, a "
        "number type and 1 to 4 axes. MNIST's files are named like "
        "train-images-idx3-ubyte.gz."
    ),
    "colours": (
        "a-images-idx3-ubyte holds 20 × 8 × 8 × 3 numbers; grey pictures are examples × "
        "height × width."
    ),
    "rows of 60": (
        "a-images-idx3-ubyte holds 20 × 60 numbers; grey pictures are examples × height × width."
    ),
    "negative pixels": (
        "a-images-idx3-ubyte holds values from -9 to 7; pixels expect 0 to 1, or 0 to 255."
    ),
    "bright pixels": (
        "a-images-idx3-ubyte holds values from 0 to 1600; pixels expect 0 to 1, or 0 to 255."
    ),
    "NaN": ("a-images-idx3-ubyte holds NaN or infinity; pixels expect 0 to 1, or 0 to 255."),
    "too few": (
        "a-images-idx3-ubyte holds 9 examples; at least 10 are needed to train and to test."
    ),
    "one class": (
        "a-labels-idx1-ubyte holds one class only, “0”; learning to tell classes apart takes "
        "two or more."
    ),
    "labels with fractions": (
        "a-labels-idx1-ubyte does not hold labels: these are whole numbers in one row."
    ),
    "too many classes": (
        "a-labels-idx1-ubyte holds 200 different labels; at most 100 classes can be told apart."
    ),
    "test files of another size": "[image: 20×64 → 0/1/2]",
}


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(own_sets, "folder", lambda: tmp_path / "kept")


def put(folder: Path, name: str) -> Path:
    paths = [write(folder, file, data) for file, data in PAIRS[name].items()]
    return paths[0]


def read(found):
    return found.read("", lambda done: None, lambda: False)


def test_every_odd_pair_is_in_the_table():
    assert set(SEEN) == set(PAIRS)


@pytest.mark.parametrize("name", PAIRS)
def test_what_the_user_sees_of_idx_files(tmp_path, name):
    assert what_the_user_sees(put(tmp_path, name)) == SEEN[name]


SOUND = [name for name, seen in SEEN.items() if seen == "[image: 20×64 → 0/1/2]"]


@pytest.mark.parametrize("name", SOUND)
def test_the_same_pictures_come_out_however_they_are_stored(tmp_path, name):
    dataset = read(inspect(put(tmp_path, name)))
    expected = (np.arange(20 * 64) % 17 / 16).reshape(20, 64)
    np.testing.assert_allclose(dataset.inputs[:], expected, rtol=1e-6)
    assert dataset.targets.tolist() == [place % 3 for place in range(20)]


def test_both_files_of_a_pair_lead_to_the_same(tmp_path):
    pictures = put(tmp_path, "sound")
    labels = tmp_path / "a-labels-idx1-ubyte"
    for path in (pictures, labels):
        found = inspect(path)
        assert found.title == "a"
        assert found.sentences == (
            "20 pictures of 8×8 pixels (IDX).",
            "Labels from a-labels-idx1-ubyte.",
        )
        assert read(found).drawing == OPTDIGITS


def test_a_preview_shows_pictures_and_counts_all_labels(tmp_path):
    preview = inspect(put(tmp_path, "sound")).preview()
    assert preview.counts == {"0": 7, "1": 7, "2": 6}
    assert preview.counted == "in all 20 pictures"
    assert preview.labels == tuple("0120120120")
    assert len(preview.pictures) == 10
    np.testing.assert_allclose(preview.pictures[0][0], np.arange(8) / 16)


def test_training_files_bring_their_test_files_unless_refused(tmp_path):
    found = inspect(put(tmp_path, "train and test"))
    assert found.sentences[-1] == "20 more for testing in t10k-images-idx3-ubyte."
    np.testing.assert_array_equal(read(found).test_part, np.arange(20, 40))
    alone = found.with_options(type(found.options)(test_files=False))
    assert read(alone).test_part is None
    assert len(read(alone)) == 20
    assert alone.preview().notes == ()


def test_other_labels_of_the_folder_can_be_chosen(tmp_path):
    path = put(tmp_path, "sound")
    write(tmp_path, "writers", idx((np.arange(20) % 4).astype(np.uint8)))
    found = inspect(path)
    assert found.options.labels == "a-labels-idx1-ubyte"
    other = found.with_options(type(found.options)(labels="writers"))
    assert read(other).class_names == ("0", "1", "2", "3")
    with pytest.raises(FieldError, match="Labels from"):
        type(found.options)(labels="nothing")


def test_a_stop_is_obeyed(tmp_path):
    with pytest.raises(Cancelled):
        inspect(put(tmp_path, "sound")).read("", lambda done: None, lambda: True)


def test_a_file_that_vanishes_is_told(tmp_path):
    path = put(tmp_path, "sound")
    found = inspect(path)
    (tmp_path / "a-labels-idx1-ubyte").unlink()
    with pytest.raises(DataError, match="There is no file"):
        read(found)
    assert "There is no file" in found.preview().problems[0]


def test_heads_are_read_without_the_numbers(tmp_path):
    head = head_of(put(tmp_path, "packed, says it is huge"))
    assert head is not None
    assert head.shape == (2**31, 28, 28)


@given(
    st.integers(10, 20),
    st.integers(2, 9),
    st.integers(2, 9),
    st.sampled_from([("u1", 0x08), (">i2", 0x0B), (">i4", 0x0C), (">f4", 0x0D)]),
    st.integers(0, 2**32 - 1),
)
@settings(max_examples=30)
def test_pictures_written_are_read_again(tmp_path_factory, count, height, width, kind, seed):
    rng = np.random.default_rng(seed)
    folder = tmp_path_factory.mktemp("pair")
    pictures = rng.integers(0, 256, (count, height, width)).astype(kind[0])
    pictures.flat[0] = 255
    labels = np.arange(count, dtype=np.uint8) % 2
    path = write(folder, "x-images-idx3", idx(pictures, kind[1]))
    write(folder, "x-labels-idx1", idx(labels))
    dataset = read(inspect(path))
    assert dataset.input_shape == (1, height, width)
    np.testing.assert_allclose(
        dataset.inputs[:] * 255, pictures.reshape(count, -1).astype(np.float32), rtol=1e-5
    )
    assert dataset.targets.tolist() == labels.tolist()


@pytest.mark.skipif(
    not Path(os.environ.get("PLAYGROUND_DATA", "nowhere"), "mnist").is_dir(),
    reason="MNIST's files are not here",
)
def test_mnists_own_folder_is_imported_whole():
    found = inspect(Path(os.environ["PLAYGROUND_DATA"], "mnist"))
    assert found.title == "mnist"
    dataset = read(found)
    assert len(dataset) == 70_000
    assert dataset.drawing == DRAWING
    assert len(dataset.test_part) == 10_000
    assert found.preview().counts["1"] == 6742
