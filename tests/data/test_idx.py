"""IDX files are read whole or refused in one sentence."""

import gzip
import struct

import numpy as np
import pytest

from playground.data.published.idx import read_idx
from playground.errors import DataError


def idx(array, code=0x08):
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes([0, 0, code, array.ndim]) + sizes + array.tobytes()


def zipped(data: bytes) -> bytes:
    """Compress without the time of day: a case must have the same name in every process."""
    return gzip.compress(data, mtime=0)


PICTURES = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)


@pytest.mark.parametrize("pack", [bytes, zipped], ids=["plain", "gzip"])
def test_bytes_and_floats_are_read(tmp_path, pack):
    path = tmp_path / "pictures"
    path.write_bytes(pack(idx(PICTURES)))
    np.testing.assert_array_equal(read_idx(path), PICTURES)
    floats = np.linspace(0, 1, 6).astype(">f4").reshape(2, 3)
    path.write_bytes(pack(idx(floats, 0x0D)))
    np.testing.assert_array_equal(read_idx(path), floats)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not an IDX file"),
        (b"label,pixel0\n1,0\n", "not an IDX file"),
        (bytes([0, 0, 0x07, 1]), "not an IDX file"),
        (bytes([0, 0, 8, 9]), "not an IDX file"),
        (idx(PICTURES)[:10], "ends within its sizes"),
        (idx(PICTURES)[:-1], "cut off"),
        (idx(PICTURES) + b"x", "holds more than"),
        (idx(np.empty((0, 3), np.uint8)), "no examples"),
        (bytes([0, 0, 8, 2]) + struct.pack(">2I", 2**31, 2**31), "at most 1 GiB"),
        (zipped(idx(PICTURES))[:-9], "could not be read|cut off"),
        (zipped(idx(PICTURES))[:15], "could not be read|not an IDX"),
        (b"\x1f\x8bnonsense", "could not be read"),
        (zipped(bytes([0, 0, 8, 3]) + struct.pack(">3I", 10**6, 28, 28)), "cut off"),
    ],
)
def test_what_is_wrong_is_told(tmp_path, data, words):
    path = tmp_path / "file-idx3-ubyte"
    path.write_bytes(data)
    with pytest.raises(DataError, match=words):
        read_idx(path)


def test_a_missing_file_and_a_folder_are_told(tmp_path):
    with pytest.raises(DataError, match="There is no file"):
        read_idx(tmp_path / "nowhere")
    with pytest.raises(DataError, match="could not be read"):
        read_idx(tmp_path)
