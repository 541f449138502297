"""Strokes in JSON are read, or refused in one sentence; what is written can be read again."""

import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from playground.data.drawing.drawing import OPTDIGITS
from playground.data.drawing.ink import Ink
from playground.data.drawing.stroke_files import as_json, as_svg, on_a_line, read_strokes_file
from playground.errors import DataError

BAR = [[0, 0], [0, 1]]
HOOK = [np.array([[0.0, 0], [0.6, 0], [0.2, 1]])]
DOT = [np.array([[0.5, 0.5]])]


@pytest.fixture
def read(tmp_path):
    def read(text):
        path = tmp_path / "strokes.json"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_strokes_file(path)

    return read


@pytest.mark.parametrize("scale", [1e-3, 1, 1e6])
def test_any_scale_is_read_alike(read, scale):
    lines = [np.array([[0, 0], [100, 10], [50, 200]]), np.array([[20, 100], [90, 100]])]
    ink = read(json.dumps({"strokes": [(line * scale - 3 * scale).tolist() for line in lines]}))
    assert [len(stroke.points) for stroke in ink.strokes] == [3, 2]
    points = np.concatenate([stroke.points for stroke in ink.strokes])
    assert np.ptp(points, axis=0).max() == pytest.approx(0.7 * 280, rel=1e-4)
    assert (points.min(axis=0) + points.max(axis=0)) / 2 == pytest.approx([140, 140], rel=1e-4)
    known = OPTDIGITS.read(Ink.fitted(lines)).input
    assert np.abs(OPTDIGITS.read(ink).input - known).max() < 1e-3


def test_a_tap_is_read(read):
    ink = read('{"strokes": [[[5, 5]]]}')
    assert ink.strokes[0].points.tolist() == [[140, 140]]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{}", 'it has no list of "strokes"'),
        ("[]", 'it has no list of "strokes"'),
        ('{"strokes": []}', 'it has no list of "strokes"'),
        ('{"strokes": 7}', 'it has no list of "strokes"'),
        ('{"strokes": [[]]}', "stroke 1 is no list of points"),
        ('{"strokes": [[[0, 0]], [[1, 2, 3]]]}', "stroke 2 is no list of points"),
        ('{"strokes": [[[0, "a"]]]}', "stroke 1 is no list of points"),
        ('{"strokes": [[[0, true]]]}', "stroke 1 is no list of points"),
        ('{"strokes": [[[0, 1e300]]]}', "stroke 1 is no list of points"),
        ('{"strokes": [[0, 1]]}', "stroke 1 is no list of points"),
        ('{"strokes": [[[0, NaN]]]}', "it is not valid JSON"),
        ('{"strokes": [[[0, 1]', "it is not valid JSON"),
        (b"\xff\xfe\x00", "it is not valid JSON"),
        (json.dumps({"strokes": [BAR * 10_001]}), "at most 20,000 points; 20,002 came"),
        ("", "it is not valid JSON"),
    ],
)
def test_anything_else_is_refused_in_one_sentence(read, text, sentence):
    with pytest.raises(DataError) as refused:
        read(text)
    told = str(refused.value)
    assert told.startswith("strokes.json expects ")
    assert sentence in told
    assert "\n" not in told


def test_a_file_that_is_not_there_or_too_large_is_told(read, tmp_path):
    with pytest.raises(DataError, match=r"gone\.json cannot be read"):
        read_strokes_file(tmp_path / "gone.json")
    with pytest.raises(DataError, match="larger than a drawing, 16 MiB at most"):
        read(b" " * (16 * 2**20 + 1))


def test_what_is_written_is_read_again(read):
    value = json.loads(as_json("31", [HOOK, [*HOOK, *DOT]]))
    assert value["text"] == "31"
    assert [each["digit"] for each in value["digits"]] == ["3", "1"]
    assert [len(each["strokes"]) for each in value["digits"]] == [1, 2]
    again = read(json.dumps({"strokes": value["digits"][1]["strokes"]}))
    assert len(again.strokes) == 2


def test_characters_stand_beside_each_other_on_a_line():
    ink = on_a_line("1 1", [HOOK, [], HOOK])
    first, second = (stroke.points for stroke in ink.strokes)
    assert first[:, 0].max() < second[:, 0].min() - 0.35 * 200
    assert first[:, 1] == pytest.approx(second[:, 1])
    assert ink.size[0] > second[:, 0].max()


def test_small_letters_are_smaller_and_tails_hang_below_the_line():
    ink = on_a_line("1ag", [HOOK, HOOK, HOOK])
    one, a, g = (stroke.points[:, 1] for stroke in ink.strokes)
    assert a.max() == pytest.approx(one.max())
    assert a.min() > one.min()
    assert g.max() > one.max()
    assert 0 < min(map(min, (one, a, g)))
    assert max(map(max, (one, a, g))) < ink.size[1]


def test_svg_holds_a_path_for_each_stroke():
    root = ET.fromstring(as_svg(on_a_line("1i", [HOOK, DOT])))
    paths = root.findall(".//{http://www.w3.org/2000/svg}path")
    assert len(paths) == 2
    assert paths[0].get("d").count("L") == 2
    assert paths[1].get("d").count("L") == 1
    assert ET.fromstring(as_svg(on_a_line("", []))).get("viewBox")
