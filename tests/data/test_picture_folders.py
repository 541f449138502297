"""Folders of pictures are recognized, brought to one form, and odd ones told in one sentence."""

import os
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest

from playground import fields
from playground.data.drawing.drawing import read_picture
from playground.data.drawing.pictures import resized
from playground.data.imports import picture_files, picture_folders, picture_samples
from playground.data.imports.found import EXAMPLES_SHOWN
from playground.data.imports.picture_folders import find_pictures
from playground.data.imports.picture_forms import AsDrawings, AsTheyAre, as_an_example, as_it_is
from playground.data.own import sets as own_sets
from playground.data.published import mnist
from playground.errors import Cancelled, DataError, FieldError


class Pgm:
    """Reads the plain grey pictures that these tests write; no other formats."""

    def __init__(self):
        self.read = []

    def size_of(self, path):
        return self.grey(path).shape

    def grey(self, path):
        self.read.append(path.name)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise DataError(f"{path.name} could not be opened ({error.strerror}).") from None
        parts = data.split(b"\n", 3)
        if parts[0] != b"P5" or len(parts) < 4:
            raise DataError(f"{path.name} cannot be read as a picture; save it as PNG.")
        width, height = (int(word) for word in parts[1].split())
        if max(width, height) > 20_000:
            raise DataError(f"{path.name} is {width:,}×{height:,} pixels large; make it smaller.")
        pixels = np.frombuffer(parts[3], np.uint8)
        if len(pixels) < width * height:
            raise DataError(f"{path.name} ends too soon; get it anew.")
        return pixels[: width * height].reshape(height, width)


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(own_sets, "folder", lambda: tmp_path / "own")


def write(path: Path, grey) -> Path:
    grey = np.asarray(grey, np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    height, width = grey.shape
    path.write_bytes(f"P5\n{width} {height}\n255\n".encode() + grey.tobytes())
    return path


def bar(side: int = 20, ink: int = 0, paper: int = 255, *, lying: bool = False):
    """Return a picture of a 1, standing or lying."""
    grey = np.full((side, side), paper, np.uint8)
    third = side // 3
    grey[third // 2 : side - third // 2, side // 2 - 1 : side // 2 + 1] = ink
    return grey.T if lying else grey


@pytest.fixture
def folder(tmp_path) -> Path:
    """Two classes, six pictures each."""
    for number in range(6):
        write(tmp_path / "signs" / "0" / f"{number}.pgm", bar(lying=True))
        write(tmp_path / "signs" / "1" / f"{number}.pgm", bar())
    return tmp_path / "signs"


def find(folder, reader=None):
    return find_pictures(folder, reader or Pgm())


def read(found, title="Signs"):
    return found.read(title, lambda done: None, lambda: False)


def refusal(folder, reader=None) -> str:
    """Return the sentence that refuses a folder, at the look or at the reading."""
    with pytest.raises(DataError) as refused:
        read(find(folder, reader))
    return str(refused.value)


def what_the_user_sees(folder) -> str:
    """Return the sentence that refuses a folder, or what became of it."""
    try:
        dataset = read(find(folder))
    except DataError as error:
        return str(error)
    names = "/".join(dataset.class_names)
    return f"{len(dataset)} × {dataset.features}, {names}: {dataset.description}"


# What tells the classes.


def test_a_folder_a_class_is_recognized_and_read(folder):
    found = find(folder)
    assert found.title == "signs"
    assert len(found.preview().pictures) == EXAMPLES_SHOWN
    assert found.sentences == (
        "12 pictures of 20×20 pixels.",
        "One folder for each of 2 classes.",
        "Dark ink on light paper.",
    )
    preview = found.preview()
    assert preview.counts == {"0": 6, "1": 6}
    assert preview.labels == ("0", "1") * 5
    assert len(preview.pictures) == EXAMPLES_SHOWN
    dataset = read(found)
    assert (dataset.name, dataset.title) == ("own-signs", "Signs")
    assert dataset.class_names == ("0", "1")
    assert dataset.input_shape == (1, 28, 28)
    assert dataset.targets.tolist() == [0, 1] * 6
    assert dataset.drawing == mnist.DRAWING


def test_classes_are_in_the_order_of_numbers(tmp_path):
    for name in ("10", "2", "1", "Ä", "b"):
        write(tmp_path / "in" / name / "a.pgm", bar())
    assert find(tmp_path / "in").way.classes == ("1", "2", "10", "b", "Ä")


def test_a_part_to_test_on_stays_one(tmp_path):
    for part, count in (("train", 4), ("test", 2)):
        for name in "ab":
            for number in range(count):
                write(tmp_path / "in" / part / name / f"{number}.pgm", bar(lying=name == "a"))
    dataset = read(find(tmp_path / "in"))
    assert dataset.class_names == ("a", "b")
    assert dataset.test_part.tolist() == [8, 9, 10, 11]
    assert dataset.targets.tolist() == [0, 1] * 6


@pytest.mark.parametrize(
    "names",
    [("7_003.pgm", "3_001.pgm"), ("cat.0.pgm", "dog.1.pgm"), ("a12.pgm", "b3.pgm"),
     ("seven-1.pgm", "drei-2.pgm"), ("x (1).pgm", "y (2).pgm")],
)  # fmt: skip
def test_names_may_begin_with_the_class(tmp_path, names):
    for name in names:
        for number in range(3):
            write(tmp_path / "in" / name.replace(".pgm", f"{number}.pgm"), bar())
    found = find(tmp_path / "in")
    assert found.way.key == "names"
    assert len(found.way.classes) == 2
    assert set(found.preview().counts.values()) == {3}


@pytest.mark.parametrize(
    "table",
    [
        "file,label\n0.pgm,cat\n1.pgm,dog\n2.pgm,cat\n",
        "id;class\n0;cat\n1;dog\n2;cat\n",
        "0.pgm\tcat\n1.pgm\tdog\n2.pgm\tcat\n",
        "in/0.pgm,cat\nin/1.pgm,dog\nin\\2.pgm,cat\n",
        'width,path,label\n5,"0.pgm",cat\n5,"1.pgm",dog\n6,"2.pgm",cat\n',
    ],
)
def test_a_table_beside_the_pictures_may_name_their_classes(tmp_path, table):
    for number in range(3):
        write(tmp_path / "in" / f"{number}.pgm", bar())
    (tmp_path / "in" / "labels.csv").write_text(table, encoding="utf-8")
    found = find(tmp_path / "in")
    assert found.way.labels == {"0.pgm": "cat", "1.pgm": "dog", "2.pgm": "cat"}


def test_a_table_above_a_single_folder_of_pictures_counts_too(tmp_path):
    for number in range(4):
        write(tmp_path / "in" / "images" / f"{number}.pgm", bar())
    (tmp_path / "in" / "labels.csv").write_text("0,a\n1,b\n2,a\n3,b\n", encoding="utf-8")
    assert find(tmp_path / "in").way.classes == ("a", "b")


def test_where_several_things_tell_the_classes_the_user_chooses(folder):
    rows = [f"{name}/{number}.pgm,{number % 3}" for name in "01" for number in range(6)]
    (folder / "thirds.csv").write_text("\n".join(rows), encoding="utf-8")
    found = find(folder)
    assert found.way.key == "thirds.csv:1"
    other = found.with_options(fields.replace_at(found.options, "labels", "folders"))
    assert other.way.classes == ("0", "1")
    assert other.preview().counts == {"0": 6, "1": 6}


def test_what_has_no_class_is_counted_and_left_out(folder):
    write(folder / "beside.pgm", bar())
    (folder / "0" / "notes.md").write_text("hello")
    (folder / "empty").mkdir()
    write(folder / "0" / "old" / "6.pgm", bar())
    found = find(folder)
    assert "1 other file is no picture and is passed over." in found.sentences
    notes = found.preview().notes
    assert "1 picture in no class's folder is left out." in notes
    assert "1 picture in deeper folders counts to the class of the folder above." in notes
    assert "Without pictures, and left out: “empty”." in notes
    assert len(read(found)) == 13


# What becomes of a picture.


def test_a_drawing_goes_the_way_of_the_canvas(folder):
    dataset = read(find(folder))
    stages = read_picture(bar(lying=True), mnist.DRAWING)
    np.testing.assert_allclose(dataset.inputs[0], stages.input, atol=1 / 255)


def test_dark_and_light_ink_give_the_same_drawing(tmp_path):
    for name, ink, paper in (("1", 0, 255), ("2", 255, 0), ("3", 90, 200), ("4", 230, 100)):
        write(tmp_path / "in" / name / "a.pgm", bar(ink=ink, paper=paper))
    found = find(tmp_path / "in")
    assert "2 of the pictures looked at are dark on light, 2 light on dark." in found.sentences
    inputs = read(found).inputs[:]
    for row in inputs[1:]:
        np.testing.assert_allclose(row, inputs[0], atol=0.02)


def test_ink_can_be_chosen(tmp_path):
    grey = np.full((30, 30), 128, np.uint8)
    grey[5:25, 8:11] = 0
    grey[5:25, 19:22] = 255
    for name in "01":
        write(tmp_path / "in" / name / "a.pgm", grey)
    found = find(tmp_path / "in")
    pictures = {}
    for ink in ("dark", "light"):
        changed = found.with_options(fields.replace_at(found.options, "ink", ink))
        pictures[ink] = read(changed).inputs[0].reshape(28, 28)
    # Either bar alone is cropped and centred, so both come to the same place.
    np.testing.assert_allclose(pictures["dark"], pictures["light"], atol=0.02)
    assert pictures["dark"][:, 10:18].sum() > 0.95 * pictures["dark"].sum()


def test_classes_that_are_no_digits_are_taken_as_they_are(tmp_path):
    for name in ("cats", "dogs"):
        write(tmp_path / "in" / name / "a.pgm", bar(40, ink=50, paper=200))
    found = find(tmp_path / "in")
    assert found.options.form == AsTheyAre()
    assert read(found).drawing is None
    drawn = found.with_options(fields.replace_at(found.options, "form", AsDrawings()))
    assert read(drawn).drawing is not None


def test_pictures_in_mnists_form_stay_as_they_are_and_can_be_drawn(tmp_path):
    for name in "01":
        write(tmp_path / "in" / name / "a.pgm", bar(28, ink=255, paper=0, lying=name == "0"))
    found = find(tmp_path / "in")
    assert found.options.form == AsTheyAre()
    dataset = read(found)
    assert dataset.drawing == mnist.DRAWING
    np.testing.assert_array_equal(
        np.rint(dataset.inputs[1].reshape(28, 28) * 255), bar(28, ink=255, paper=0)
    )
    other = found.with_options(fields.replace_at(found.options, "form.side", 16))
    assert read(other).drawing is None


@pytest.mark.parametrize("side", [8, 64])
def test_the_side_can_be_chosen(tmp_path, side):
    for name in ("cats", "dogs"):
        write(tmp_path / "in" / name / "a.pgm", bar(40))
    found = find(tmp_path / "in")
    small = found.with_options(fields.replace_at(found.options, "form.side", side))
    assert small.preview().pictures[0].shape == (side, side)
    assert read(small).input_shape == (1, side, side)
    with pytest.raises(FieldError, match="from 8 to 64"):
        fields.replace_at(found.options, "form.side", 65)


def test_shrinking_takes_the_mean_of_each_pixels_area():
    picture = np.arange(24, dtype=np.uint8).reshape(4, 6)
    blocks = picture.reshape(2, 2, 3, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(resized(picture, 2, 3), blocks)
    # Three columns out of two: the middle one is half of each.
    np.testing.assert_allclose(resized(np.array([[0, 10]]), 1, 3), [[0, 5, 10]])
    np.testing.assert_allclose(resized(picture, 4, 6), picture)
    assert resized(picture, 3, 4).mean() == pytest.approx(picture.mean())


def test_what_is_not_square_is_filled_with_its_paper():
    grey = np.full((10, 40), 200, np.uint8)
    grey[4:6, 10:30] = 0
    small = as_it_is(grey, (20, 20), turned=False)
    assert small.shape == (20, 20)
    assert (small[:7] == 200).all()
    assert (small[13:] == 200).all()
    np.testing.assert_array_equal(as_it_is(grey, (20, 20), turned=True), 255 - small)
    assert as_it_is(grey, (5, 30), turned=False).shape == (5, 30)


@pytest.mark.parametrize(("ink", "paper"), [(0, 255), (255, 0)])
def test_a_single_picture_is_turned_as_the_set_is(tmp_path, ink, paper):
    for name in ("cats", "dogs"):
        write(tmp_path / "in" / name / "a.pgm", bar(40, ink=20, paper=240))
    dataset = read(find(tmp_path / "in"))
    inputs = as_an_example(bar(40, ink=ink, paper=paper), dataset).reshape(28, 28)
    assert inputs[14, 14] > 0.6
    assert inputs[14, 2] < 0.1


def test_a_single_photograph_keeps_its_brightness(tmp_path):
    levels = np.linspace(0, 255, 900).astype(np.uint8).reshape(30, 30)
    for name in ("cats", "dogs"):
        write(tmp_path / "in" / name / "a.pgm", levels)
        write(tmp_path / "in" / name / "b.pgm", levels[::-1])
    dataset = read(find(tmp_path / "in"))
    inputs = as_an_example(np.full((9, 9), 250, np.uint8), dataset)
    np.testing.assert_allclose(inputs, 250 / 255, atol=1e-6)


# Odd folders, and what the user sees.


def big(side: int) -> bytes:
    return f"P5\n{side} {side}\n255\n".encode()


def mixed_sizes(root):
    for name in "01":
        for number, side in enumerate((9, 33, 280)):
            write(root / name / f"{number}.pgm", bar(side))


def one_by_one(root):
    for name in "01":
        write(root / name / "a.pgm", [[0]])


def one_by_one_as_classes(root):
    for name, level in (("dark", 0), ("light", 255)):
        write(root / name / "a.pgm", [[level]])


def huge(root):
    mixed_sizes(root)
    (root / "0" / "huge.pgm").write_bytes(big(20_001))


def all_huge(root):
    for name in "01":
        (root / name).mkdir(parents=True)
        (root / name / "huge.pgm").write_bytes(big(30_000))


def truncated(root):
    mixed_sizes(root)
    (root / "1" / "cut.pgm").write_bytes(big(20) + bytes(17))


def text_named_png(root):
    mixed_sizes(root)
    (root / "1" / "letter.png").write_text("Dear all, this is no picture.")


def only_broken(root):
    for name in "01":
        (root / name).mkdir(parents=True)
        (root / name / "letter.png").write_text("hello")


def one_class_broken(root):
    mixed_sizes(root)
    for path in (root / "1").iterdir():
        path.write_bytes(b"")


def empty(root):
    root.mkdir()


def only_text(root):
    root.mkdir()
    (root / "readme.md").write_text("hello")


def one_class(root):
    for number in range(5):
        write(root / "cats" / f"{number}.pgm", bar())


def no_labels(root):
    for number in range(20):
        write(root / f"{number:04}.pgm", bar())


def one_prefix(root):
    for number in range(20):
        write(root / f"img_{number:04}.pgm", bar())


def hidden(root):
    mixed_sizes(root)
    write(root / ".trash" / "a.pgm", bar())
    write(root / "0" / "._0.pgm", bar())
    write(root / "__MACOSX" / "0" / "a.pgm", bar())
    (root / "Thumbs.db").write_bytes(b"x")


def nested(root):
    mixed_sizes(root / "unpacked" / "signs")


def very_deep(root):
    mixed_sizes(root)
    write(root / "/".join("abcdefghij") / "a.pgm", bar())


def unicode_names(root):
    for name in ("日本", "Ünï-cödé ☃", "a b'c\"d"):
        write(root / name / "数字 1.pgm", bar())


def blank(root):
    mixed_sizes(root)
    write(root / "0" / "white.pgm", np.full((20, 20), 255))


def all_blank(root):
    for name in "01":
        write(root / name / "white.pgm", np.full((20, 20), 255))


def no_suffix(root):
    mixed_sizes(root)
    (root / "0" / "README").write_text("hello")
    (root / "0" / "png_without_ending").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(20))


def link_circle(root):
    mixed_sizes(root)
    (root / "0" / "again").symlink_to(root, target_is_directory=True)
    (root / "1" / "self.pgm").symlink_to(root / "1" / "self.pgm")
    (root / "1" / "gone.pgm").symlink_to(root / "nowhere.pgm")


def bad_table(root):
    for number in range(4):
        write(root / f"{number}.pgm", bar())
    (root / "labels.csv").write_bytes(b'file,label\n"0.pgm,a\n1.pgm,b\n')


def foreign_table(root):
    mixed_sizes(root)
    (root / "prices.csv").write_text("day,price\n1,2\n2,3\n")


def table_with_gaps(root):
    for number in range(6):
        write(root / f"{number}.pgm", bar())
    rows = "file,label\n0.pgm,a\n1.pgm,b\n2.pgm,\n3.pgm,a\n99.pgm,b\n"
    (root / "labels.csv").write_text(rows)


def device(root):
    mixed_sizes(root)
    os.mkfifo(root / "0" / "pipe.pgm")


NO_LABELS = (
    "Nothing tells the classes of the {} pictures in “odd”: put the pictures of each class into a "
    "folder of its own and choose the folder above, begin their names with the class (7_003.png), "
    "or put a table with the columns “file” and “label” beside them."
)
NO_INK = "No ink stands out from the paper in any of the pictures looked at; take them as they are."
SOUND = "6 × 784, 0/1: 6 pictures of 2 classes"
ODD = [
    (mixed_sizes, f"{SOUND}."),
    (one_by_one, NO_INK),
    (one_by_one_as_classes, "2 × 784, dark/light: 2 pictures of 2 classes."),
    (huge, f"{SOUND}; left out: 1 that could not be read (huge.pgm)."),
    (
        all_huge,
        "None of the 2 pictures looked at in “odd” can be read: huge.pgm is 30,000×30,000 pixels "
        "large; make it smaller.",
    ),
    (truncated, f"{SOUND}; left out: 1 that could not be read (cut.pgm)."),
    (text_named_png, f"{SOUND}; left out: 1 that could not be read (letter.png)."),
    (
        only_broken,
        "None of the 2 pictures looked at in “odd” can be read: letter.png cannot be read as a "
        "picture; save it as PNG.",
    ),
    (
        one_class_broken,
        "In “odd” only pictures of “0” remain, without 3 that could not be read (0.pgm, 1.pgm, "
        "2.pgm); a network learns to tell two classes or more apart.",
    ),
    (empty, "“odd” is empty; choose a folder with a folder of pictures for every class."),
    (
        only_text,
        "“odd” holds 1 file, but no pictures; choose a folder with a folder of pictures for every "
        "class.",
    ),
    (
        one_class,
        "All 5 pictures in “odd” are of one class, “cats”; a network learns to tell two or more "
        "apart: choose the folder above, with a folder for every class.",
    ),
    (no_labels, NO_LABELS.format(20)),
    (one_prefix, NO_LABELS.format(20)),
    (hidden, f"{SOUND}."),
    (nested, f"{SOUND}."),
    (very_deep, f"{SOUND}."),
    (unicode_names, "3 × 784, a b'c\"d/Ünï-cödé ☃/日本: 3 pictures of 3 classes."),
    (blank, f"{SOUND}; left out: 1 that showed no ink (white.pgm)."),
    (all_blank, NO_INK),
    (no_suffix, f"{SOUND}; left out: 1 that could not be read (png_without_ending)."),
    (link_circle, f"{SOUND}."),
    (bad_table, NO_LABELS.format(4)),
    (foreign_table, f"{SOUND}."),
    (table_with_gaps, "3 × 784, a/b: 3 pictures of 2 classes."),
    (device, f"{SOUND}."),
]


@pytest.mark.parametrize(("make", "seen"), ODD, ids=[make.__name__ for make, _ in ODD])
def test_an_odd_folder_is_read_or_refused_in_one_sentence(tmp_path, make, seen):
    if make in (link_circle, device) and sys.platform == "win32":
        pytest.skip("Windows has no such files")
    make(tmp_path / "odd")
    assert what_the_user_sees(tmp_path / "odd") == seen


# Limits, and how long it takes.


def test_too_many_pictures_are_refused_before_any_is_opened(folder, monkeypatch):
    monkeypatch.setattr(picture_files, "MOST_PICTURES", 5)
    reader = Pgm()
    assert refusal(folder, reader) == (
        "“signs” holds more than 5 pictures; choose a folder with fewer."
    )
    assert reader.read == []


def test_a_whole_disk_is_not_searched(folder, monkeypatch):
    monkeypatch.setattr(picture_files, "MOST_ENTRIES", 5)
    assert "holds more than 5 files; choose the folder of the pictures itself" in refusal(folder)


def test_pictures_that_need_too_much_memory_are_refused_before_they_are_read(folder, monkeypatch):
    monkeypatch.setattr(picture_folders, "MOST_BYTES", 12 * 500)
    found = find(folder)
    (problem,) = found.preview().problems
    assert "12 pictures of 28×28 need" in problem
    assert "choose a side of 22." in problem
    small = fields.replace_at(found.options, "form", AsTheyAre(side=22))
    assert found.with_options(small).preview().problems == ()


def test_a_look_opens_only_a_few(tmp_path):
    for name in "01":
        for number in range(200):
            write(tmp_path / "in" / name / f"{number}.pgm", bar())
    reader = Pgm()
    find(tmp_path / "in", reader).preview()
    assert len(set(reader.read)) <= picture_samples.LOOKED_AT


def test_reading_tells_how_far_it_is_and_stops_when_told(folder):
    told = []
    found = find(folder)
    found.read("Signs", told.append, lambda: False)
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)
    with pytest.raises(Cancelled):
        found.read("Signs", told.append, lambda: len(told) > 15)


def test_a_folder_without_permission_says_so(tmp_path, monkeypatch):
    (tmp_path / "closed").mkdir()

    def closed(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(picture_files.os, "scandir", closed)
    assert refusal(tmp_path / "closed") == (
        "“closed” cannot be opened (Permission denied); choose another folder."
    )


def test_a_folder_inside_without_permission_is_left_out(folder, monkeypatch):
    whole = os.scandir

    def partly(path):
        if str(path).endswith("/0"):
            raise PermissionError(13, "Permission denied")
        return whole(path)

    write(folder / "2" / "a.pgm", bar())
    monkeypatch.setattr(picture_files.os, "scandir", partly)
    found = find(folder)
    assert "“0” cannot be opened and is left out." in found.sentences
    assert found.way.classes == ("1", "2")


def test_a_picture_that_vanishes_between_look_and_reading_is_left_out(folder):
    found = find(folder)
    (folder / "0" / "3.pgm").unlink()
    dataset = read(found)
    assert len(dataset) == 11
    assert "1 that could not be read (3.pgm)" in dataset.description


def test_real_pictures_of_every_kind_are_read_by_the_windows_reader(tmp_path):
    """Through Qt: transparency, colour, and a PNG that claims 20,000×20,000 pixels."""
    from PySide6.QtGui import QColor, QImage

    from playground.gui.pictures import PictureFileReader

    root = tmp_path / "in"
    for name, colour in (("1", "navy"), ("2", "darkred")):
        (root / name).mkdir(parents=True)
        for kind in (QImage.Format.Format_ARGB32, QImage.Format.Format_RGB32):
            image = QImage(50, 40, kind)
            image.fill(QColor("transparent" if image.hasAlphaChannel() else "ivory"))
            for y in range(8, 32):
                for x in range(22, 27):
                    image.setPixelColor(x, y, QColor(colour))
            for ending in ("png", "bmp", "jpg"):
                if ending == "png" or not image.hasAlphaChannel():
                    assert image.save(str(root / name / f"{kind.value}.{ending}"))
    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 0, 0, 0, 0)
    chunk = b"IHDR" + header
    (root / "1" / "bomb.png").write_bytes(
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    )
    found = find(root, PictureFileReader())
    assert found.sentences[0].startswith("9 pictures of 50×40 pixels")
    dataset = read(found)
    assert len(dataset) == 8
    assert "1 that could not be read (bomb.png)" in dataset.description
    for row in dataset.inputs[:]:
        np.testing.assert_allclose(row, dataset.inputs[0], atol=0.2)
