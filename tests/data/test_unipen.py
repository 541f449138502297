"""UNIPEN text is read whole or refused in one sentence."""

import ncompress
import numpy as np
import pytest

from playground.data.published import unipen
from playground.data.published.unipen import read_unipen
from playground.errors import DataError

TEXT = b"""\
.INCLUDE        somewhere.doc
.LEXICON "0" "7"

.SEGMENT DIGIT    0-1 ? "7"
.COMMENT 7 12  224
.PEN_DOWN
 10  40
 30  40
 20  -5.5
.PEN_UP
.DT 100
.PEN_DOWN
 15 20
 25 20
.PEN_UP
.DT 100

.SEGMENT DIGIT    2 ? "0"
.PEN_DOWN
 1 2
.PEN_UP
"""


def written(folder, data):
    path = folder / "strokes.txt"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "data",
    [TEXT, TEXT.replace(b"\n", b"\r\n"), ncompress.compress(TEXT), TEXT.rstrip()],
    ids=["plain", "with carriage returns", "packed", "without a last line end"],
)
def test_labels_remarks_and_strokes_are_read(tmp_path, data):
    writing = read_unipen(written(tmp_path, data))
    assert len(writing) == 2
    assert writing.labels == ("7", "0")
    assert writing.comments == ("7 12  224", "")
    assert writing.points.dtype == np.float32
    assert writing.points.tolist() == [[10, 40], [30, 40], [20, -5.5], [15, 20], [25, 20], [1, 2]]
    assert writing.stroke_offsets.tolist() == [0, 3, 5, 6]
    assert writing.piece_offsets.tolist() == [0, 2, 3]


def test_points_beside_the_keyword_and_several_on_a_line_are_read(tmp_path):
    text = b'.SEGMENT DIGIT 0 ? "1"\n.PEN_DOWN 1 2 3 4\n5 6\n.PEN_UP\n'
    writing = read_unipen(written(tmp_path, text))
    assert writing.points.tolist() == [[1, 2], [3, 4], [5, 6]]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "holds no UNIPEN segments"),
        (b"label,x,y\n1,2,3\n", "holds no UNIPEN segments"),
        (bytes(range(256)), "holds no UNIPEN segments"),
        (b".PEN_DOWN\n1 2\n.PEN_UP\n", "holds no UNIPEN segments"),
        (TEXT.replace(b'"7"\n', b"7\n").replace(b'? "0"', b"?"), "segment 1 does not say in quot"),
        (TEXT[: TEXT.rindex(b" 1 2")], "“0”, its segment 2; it was cut off"),
        (TEXT[: TEXT.rindex(b".PEN_UP")], "“0”, its segment 2; it was cut off"),
        (TEXT[: TEXT.rindex(b".PEN_DOWN")], "“0”, its segment 2; it was cut off"),
        (TEXT + b'.SEGMENT DIGIT 3 ? "4"\n', "“4”, its segment 3; it was cut off"),
        (b'.SEGMENT A 0 ? "a"\n' + TEXT, "segment 1 has no stroke"),
        (TEXT.replace(b" 30  40", b" 30"), "segment 1 is not a list of points"),
        (TEXT.replace(b" 1 2\n", b"\n"), "segment 2 is not a list of points"),
        (TEXT.replace(b" 1 2", b" one 2"), "segment 2 is not a list of points"),
        (TEXT.replace(b" 1 2", b" 1 " + b"2" * 33), "segment 2 is not a list of points"),
        (TEXT.replace(b" 1 2", b" nan 2"), "segment 2 is not a list of points"),
        (TEXT.replace(b" 1 2", b" 1 2-3"), "something that is no number"),
        (TEXT.replace(b" 1 2", b" 1e400 2"), "further than 1,000,000"),
        (TEXT.replace(b" 1 2", b" -1000001 2"), "further than 1,000,000"),
        (b"\x1f\x9d", "could not be unpacked"),
        (b"\x1f\x9d\x1f" + ncompress.compress(TEXT)[3:], "could not be unpacked"),
        (ncompress.compress(TEXT)[:40] + b"\xff" * 40, "could not be unpacked"),
        (ncompress.compress(TEXT)[:-20], "cut off"),
        (ncompress.compress(b"no strokes"), "holds no UNIPEN segments"),
    ],
)
def test_what_is_wrong_is_told(tmp_path, data, sentence):
    with pytest.raises(DataError, match=sentence) as caught:
        read_unipen(written(tmp_path, data))
    assert str(caught.value).startswith("strokes.txt")


def test_a_missing_file_and_a_folder_are_told(tmp_path):
    with pytest.raises(DataError, match="There is no file"):
        read_unipen(tmp_path / "nowhere")
    with pytest.raises(DataError, match="could not be read"):
        read_unipen(tmp_path)


def test_a_file_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(unipen, "LARGEST_FILE", 2**20)
    path = tmp_path / "strokes.txt"
    with path.open("wb") as file:
        file.truncate(3 * 2**20)
    with pytest.raises(DataError, match=r"has 3 MiB; at most 1 MiB"):
        read_unipen(path)


def test_what_unpacks_to_too_much_is_given_up_there(tmp_path, monkeypatch):
    monkeypatch.setattr(unipen, "LARGEST_TEXT", 2**20)
    path = written(tmp_path, ncompress.compress(b"\0" * 2**24))
    assert path.stat().st_size < 2**14
    with pytest.raises(DataError, match="unpacks to more than 1 MiB"):
        read_unipen(path)
