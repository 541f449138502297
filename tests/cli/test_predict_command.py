"""``playground predict``: drawn digits in picture files are read as the canvas reads them."""

import json
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QImage

from playground.cli import main
from playground.data.drawing.drawing import OPTDIGITS, read_picture
from playground.data.drawing.rendering import Path as InkPath
from playground.data.drawing.rendering import render
from playground.storage import experiment_file

STROKES = {
    0: [[(140 + 60 * np.cos(a), 140 + 95 * np.sin(a)) for a in np.linspace(0, 6.5, 40)]],
    1: [[(140, 40), (140, 240)]],
    7: [[(80, 50), (200, 50), (120, 240)]],
}


def drawn(label: int, size: int, pen: float) -> Any:
    """Return a drawing of a digit as ink, float32 (size, size), 0 paper to 1 ink."""
    scale = size / 280
    paths = [
        InkPath(np.array(points, np.float64) * scale, pen * scale / 2, False)
        for points in STROKES[label]
    ]
    return render(paths, size, size)


def saved(path: Path, ink: Any, paper: int, pen: int) -> Path:
    """Write ink as a grey picture between two tones."""
    grey = np.rint(paper + ink * (pen - paper)).astype(np.uint8)
    height, width = grey.shape
    image = QImage(np.ascontiguousarray(grey).tobytes(), width, height, width,
                   QImage.Format.Format_Grayscale8)  # fmt: skip
    assert image.save(str(path))
    return path


@pytest.fixture
def pictures(tmp_path: Path) -> dict[str, Path]:
    """Return pictures of digits by what they show."""
    off_centre = np.zeros((400, 700), np.float32)
    off_centre[300:380, 10:90] = drawn(7, 80, 20)
    return {
        "7 dark on light": saved(tmp_path / "a.png", drawn(7, 280, 22), 255, 0),
        "7 light on dark": saved(tmp_path / "b.png", drawn(7, 64, 22), 20, 240),
        "7 in a corner": saved(tmp_path / "c.png", off_centre, 230, 60),
        "0 as JPEG": saved(tmp_path / "d.jpg", drawn(0, 150, 26), 255, 0),
        "1 large": saved(tmp_path / "e.bmp", drawn(1, 900, 18), 0, 255),
    }


def test_digits_are_read_whatever_their_size_place_and_colours(
    run: Callable[..., Any], digits_file: Path, pictures: dict[str, Path]
) -> None:
    done = run("predict", digits_file, *pictures.values(), "--json")
    assert (done.code, done.err) == (0, "")
    answers = json.loads(done.out)
    assert [list(answer) for answer in answers] == [["file", "label", "probabilities"]] * 5
    assert [answer["file"] for answer in answers] == [str(path) for path in pictures.values()]
    assert [answer["label"] for answer in answers] == [int(name[0]) for name in pictures]
    for answer in answers:
        assert len(answer["probabilities"]) == 10
        assert sum(answer["probabilities"]) == pytest.approx(1)
        assert max(answer["probabilities"]) == answer["probabilities"][answer["label"]]


def test_the_answer_is_the_saved_networks_own(
    run: Callable[..., Any], digits_file: Path, pictures: dict[str, Path]
) -> None:
    path = pictures["7 dark on light"]
    answer = json.loads(run("predict", digits_file, path, "--json").out)[0]
    stages = read_picture(np.rint(255 * (1 - drawn(7, 280, 22))).astype(np.uint8), OPTDIGITS)
    assert stages is not None
    model = experiment_file.read(digits_file).model()
    expected = model.probabilities(stages.input[np.newaxis])[0]
    assert answer["probabilities"] == pytest.approx(expected.tolist(), abs=1e-12)


def test_a_line_a_picture_names_the_label_and_ten_shares(
    run: Callable[..., Any], digits_file: Path, pictures: dict[str, Path]
) -> None:
    lines = run("predict", digits_file, *pictures.values()).out.splitlines()
    assert len(lines) == 5
    for line, (name, path) in zip(lines, pictures.items(), strict=True):
        assert line.startswith(str(path))
        assert line.split()[1] == name[0]
        assert line.count("%") == 10


def strokes_file(path: Path, label: int, scale: float = 1.0) -> Path:
    """Write a digit's strokes as JSON."""
    lines = [(np.array(line) * scale).tolist() for line in STROKES[label]]
    path.write_text(json.dumps({"strokes": lines}), encoding="utf-8")
    return path


def test_strokes_in_json_are_read_at_any_scale(
    run: Callable[..., Any], digits_file: Path, tmp_path: Path
) -> None:
    files = [
        strokes_file(tmp_path / f"{label} {scale}.json", label, scale)
        for label in STROKES
        for scale in (0.001, 1, 300)
    ]
    done = run("predict", digits_file, *files, "--json")
    assert (done.code, done.err) == (0, "")
    answers = json.loads(done.out)
    assert [answer["label"] for answer in answers] == [int(file.name[0]) for file in files]
    for first, *others in (answers[at : at + 3] for at in (0, 3, 6)):
        for other in others:
            assert other["probabilities"] == pytest.approx(first["probabilities"], abs=1e-4)


def test_a_network_that_reads_the_pen_reads_strokes_and_no_picture(
    run: Callable[..., Any],
    refused: Callable[..., str],
    pictures: dict[str, Path],
    tmp_path: Path,
) -> None:
    file = tmp_path / "pen.playground"
    run("train", "article-digits", "--set", "data.name=pen", "--epochs", 1, "--out", file)
    done = run("predict", file, strokes_file(tmp_path / "7.json", 7), "--json")
    assert (done.code, done.err) == (0, "")
    assert len(json.loads(done.out)[0]["probabilities"]) == 10
    picture = pictures["7 dark on light"]
    assert refused("predict", file, picture) == (
        f"{picture} is a picture, and this network reads how a pen moved; give it strokes as JSON."
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"lines": []}', 'it has no list of "strokes".'),
        ('{"strokes": []}', 'it has no list of "strokes".'),
        ('{"strokes": {"0": [[0, 1]]}}', 'it has no list of "strokes".'),
        ('{"strokes": [[[0, 1]], []]}', "stroke 2 is no list of points, two numbers each."),
        ('{"strokes": [[0, 1]]}', "stroke 1 is no list of points, two numbers each."),
        ('{"strokes": [[[0, null]]]}', "stroke 1 is no list of points, two numbers each."),
    ],
)
def test_what_is_no_list_of_strokes_is_refused(
    refused: Callable[..., str], digits_file: Path, tmp_path: Path, text: str, sentence: str
) -> None:
    odd = tmp_path / "odd.json"
    odd.write_text(text)
    assert refused("predict", digits_file, odd) == (
        'odd.json expects strokes such as {"strokes": [[[x, y], [x, y]]]}, y down and in any unit; '
        f"{sentence}"
    )


@pytest.mark.parametrize(
    "text", ["", '{"strokes": [[[0, NaN]]]}', '{"strokes": [[[0, Infinity]]]}']
)
def test_strokes_that_are_no_json_are_refused(
    refused: Callable[..., str], digits_file: Path, tmp_path: Path, text: str
) -> None:
    odd = tmp_path / "odd.json"
    odd.write_text(text)
    told = refused("predict", digits_file, odd)
    assert told.startswith("odd.json expects strokes such as ")
    assert "it is not valid JSON" in told


def test_blank_paper_is_refused(
    refused: Callable[..., str], digits_file: Path, tmp_path: Path
) -> None:
    blank = saved(tmp_path / "blank.png", np.zeros((50, 50), np.float32), 255, 0)
    sentence = refused("predict", digits_file, blank)
    assert sentence == f"There is no ink in {blank}; choose a picture of a drawn digit."


def test_a_network_for_other_data_cannot_read_pictures(
    run: Callable[..., Any], refused: Callable[..., str], pictures: dict[str, Path], tmp_path: Path
) -> None:
    file = tmp_path / "iris.playground"
    run("train", "article-iris", "--epochs", 1, "--out", file)
    sentence = refused("predict", file, pictures["1 large"])
    assert sentence == (
        f"{file} was trained on Iris, which is not made of pictures; choose a file trained on "
        "digits."
    )


def test_the_wrong_order_is_explained(
    refused: Callable[..., str], digits_file: Path, pictures: dict[str, Path]
) -> None:
    picture = pictures["7 dark on light"]
    assert "it is a PNG picture, not an experiment" in refused("predict", picture, digits_file)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "The following arguments are required: FILE, IMAGE; see 'playground predict --help'."),
        (("FILE",), "The following arguments are required: IMAGE; see "),
        (("gone.playground", "a.png"), "gone.playground cannot be opened: there is no such file"),
        (("FILE", "gone.png"), "There is no picture 'gone.png'; check its name and folder."),
        (("FILE", "FILE"), "cannot be read as a picture ("),
        (("FILE", "."), "is a folder or a device, not a picture; choose a picture file."),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(
    words: tuple[str, ...], sentence: str, refused: Callable[..., str], digits_file: Path
) -> None:
    filled = (digits_file if word == "FILE" else word for word in words)
    assert sentence in refused("predict", *filled)


def test_no_answer_is_printed_when_one_of_the_pictures_is_bad(
    refused: Callable[..., str], digits_file: Path, pictures: dict[str, Path]
) -> None:
    refused("predict", digits_file, pictures["7 dark on light"], "gone.png")


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = b"\x89PNG\r\n\x1a\n"
HEAD = chunk(b"IHDR", struct.pack(">IIBBBBB", 9, 9, 8, 0, 0, 0, 0))
ROWS = zlib.compress(bytes(10) * 9)
GIF = b"GIF89a\x09\x00\x09\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff"
FRAME = b"\x21\xf9\x04\x00\x0a\x00\x00\x00,\x00\x00\x00\x00\x09\x00\x09\x00\x00\x02"
ODD = {
    "broken rows.png": PNG + HEAD + chunk(b"IDAT", ROWS[:-6] + b"broken") + chunk(b"IEND", b""),
    "cut.png": PNG + HEAD + chunk(b"IDAT", ROWS)[:-12],
    "no rows.png": PNG + HEAD + chunk(b"IEND", b""),
    "wrong sum.png": PNG + HEAD[:-1] + b"?" + chunk(b"IDAT", ROWS) + chunk(b"IEND", b""),
    "odd chunk.png": PNG + HEAD + chunk(b"iCCP", b"x") + chunk(b"IDAT", ROWS) + chunk(b"IEND", b""),
    "animated.gif": GIF + 3 * (FRAME + b"\x02\x84\x8f\x00\x00") + b";",
    "broken.gif": GIF + FRAME + b"\xff" * 40,
    "cut.jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xdb\x00",
    "broken.bmp": b"BM" + struct.pack("<IIIIiiHHI", 99, 0, 54, 40, 9, 9, 1, 24, 1),
    "broken.xpm": b'/* XPM */ static char *x[] = {"9 9 999 1"};',
    "broken.svg": b"<svg><rect width='1e999' <</svg>",
    "broken.webp": b"RIFF\x20\x00\x00\x00WEBPVP8 " + bytes(20),
    "broken.tiff": b"II*\x00\x08\x00\x00\x00\xff\xff" + bytes(60),
    "broken.ico": b"\x00\x00\x01\x00\x05\x00" + b"\xff" * 90,
    "broken.ppm": b"P6 9 9 255\nabc",
}


@pytest.mark.no_qt_log
@pytest.mark.parametrize("name", ODD)
def test_qt_adds_nothing_to_the_sentence_about_an_odd_picture(
    name: str, digits_file: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_bytes(ODD[name])
    capfd.readouterr()
    assert main(["predict", str(digits_file), str(path)]) == 2
    told = capfd.readouterr().err
    assert told.startswith("playground: ")
    assert told.count("\n") == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows has names of text only")
def test_a_name_of_any_bytes_is_read_and_shown_in_one_line(
    run: Callable[..., Any], digits_file: Path, pictures: dict[str, Path], tmp_path: Path
) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff\n7.png")
    pictures["7 dark on light"].rename(path)
    done = run("predict", digits_file, path)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"{tmp_path}/\\xff\\n7.png  7  (")
    assert done.out.count("\n") == 1
