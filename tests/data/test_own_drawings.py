"""The user's own drawings: kept whole or not at all, and rendered for whatever data is in use."""

import dataclasses
import json
import os

import numpy as np
import pytest
import safetensors.numpy

from playground.data.catalogue import load
from playground.data.drawing.drawing import read_picture, read_strokes
from playground.data.drawing.ink import Ink, Stroke
from playground.data.own import drawings as own_drawings
from playground.data.own.drawings import FILE, MOST, OwnDrawing, fitting, keep, kept, read
from playground.data.published import mnist
from playground.errors import DataError


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(own_drawings, "folder", lambda: tmp_path / "mine")
    return tmp_path / "mine"


def one(label: str = "1") -> OwnDrawing:
    points = np.array([[140, 40], [139.5, 120.25], [142, 240]], np.float32)
    return OwnDrawing(label, Ink((Stroke(points, 22.5),), (280.0, 280.0)))


def rubbed(label: str = "7") -> OwnDrawing:
    across = np.array([[60, 50], [220, 50]], np.float32)
    down = np.array([[220, 50], [120, 240]], np.float32)
    bar = np.array([[120, 150], [210, 150]], np.float32)
    strokes = (Stroke(across), Stroke(down, 30.0), Stroke(bar, 44.0, eraser=True))
    return OwnDrawing(label, Ink(strokes, (300.0, 280.0)))


def picture(label: str = "0") -> OwnDrawing:
    y, x = np.mgrid[:40, :30]
    ring = np.abs(np.hypot((y - 20) / 14, (x - 15) / 10) - 1) < 0.25
    return OwnDrawing.of(label, ring.astype(np.float32))


def same(mine: OwnDrawing, other: OwnDrawing) -> bool:
    if mine.label != other.label or type(mine.source) is not type(other.source):
        return False
    if not isinstance(mine.source, Ink):
        return np.array_equal(mine.source, other.source)
    return mine.source.size == other.source.size and all(
        np.array_equal(a.points, b.points) and (a.width, a.eraser) == (b.width, b.eraser)
        for a, b in zip(mine.source.strokes, other.source.strokes, strict=True)
    )


def forget_cache() -> None:
    """As a new start of the program would."""
    own_drawings._kept.clear()
    own_drawings._unreadable.clear()


def test_without_a_file_there_are_no_drawings() -> None:
    assert read() == kept() == ()


def test_drawings_come_back_exactly_after_a_new_start() -> None:
    drawings = (one(), rubbed(), picture(), one("letter ä"))
    keep(drawings)
    forget_cache()
    back = kept()
    assert len(back) == 4
    assert all(map(same, drawings, back))
    assert back is kept()


def test_an_empty_list_is_kept_too() -> None:
    keep((one(),))
    keep(())
    forget_cache()
    assert kept() == ()


def test_a_drawing_is_rendered_as_the_canvas_would() -> None:
    digits = load("digits")
    assert digits.drawing is not None
    mine = fitting((one("1"), rubbed("7"), picture("0")), digits)
    assert mine.inputs.shape == (3, 64)
    assert mine.targets.tolist() == [1, 7, 0]
    for drawing, row in zip(mine.drawings, mine.inputs, strict=True):
        way = read_strokes if isinstance(drawing.source, Ink) else read_picture
        stages = way(drawing.source, digits.drawing)
        assert stages is not None
        assert np.array_equal(row, stages.input)


def test_the_same_drawing_serves_pictures_of_another_size() -> None:
    digits = load("digits")
    larger = dataclasses.replace(
        digits,
        inputs=np.zeros((2, 784), np.float32),
        targets=np.array([0, 1]),
        input_shape=(1, 28, 28),
        feature_names=tuple(map(str, range(784))),
        drawing=mnist.DRAWING,
    )
    drawing = one("1")
    assert fitting((drawing,), digits).inputs.shape == (1, 64)
    assert fitting((drawing,), larger).inputs.shape == (1, 784)
    assert fitting((drawing,), larger).inputs.max() > 0.9


def test_only_classes_that_the_data_have_fit() -> None:
    mine = fitting((one("a"), one("1"), one("10")), load("digits"))
    assert [drawing.label for drawing in mine.drawings] == ["1"]


@pytest.mark.parametrize("name", ["iris", "circles", "plane-field", "one-neuron"])
def test_data_that_cannot_be_drawn_take_none(name: str) -> None:
    dataset = load(name)
    mine = fitting((one("0"), one("1")), dataset)
    assert mine.inputs.shape == (0, dataset.features)
    assert not own_drawings.can_use(dataset)


def test_a_drawing_without_ink_is_left_out() -> None:
    nothing = OwnDrawing("1", Ink(()))
    blank = OwnDrawing.of("2", np.zeros((8, 8), np.float32))
    assert fitting((nothing, blank), load("digits")).drawings == ()
    keep((nothing, one()))
    forget_cache()
    assert [drawing.label for drawing in kept()] == ["1", "1"]


def test_a_changed_label_keeps_the_serial() -> None:
    drawing = one()
    assert dataclasses.replace(drawing, label="7").serial == drawing.serial != one().serial


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"no such thing" * 99),
        lambda path: path.write_bytes(path.read_bytes()[:-5]),
        lambda path: path.write_bytes(safetensors.numpy.save({"x": np.zeros(3)})),
    ],
)
def test_a_damaged_file_is_one_sentence_and_is_laid_aside(folder, damage) -> None:
    keep((one(),))
    damage(folder / FILE)
    damaged = (folder / FILE).read_bytes()
    forget_cache()
    with pytest.raises(DataError, match=r"own-drawings\.safetensors is damaged, so your drawings"):
        read()
    assert kept() == ()
    keep((rubbed(),))
    assert (folder / f"damaged-{FILE}").read_bytes() == damaged
    forget_cache()
    assert [drawing.label for drawing in kept()] == ["7"]


@pytest.mark.parametrize(
    "change",
    [
        {"strokes_of_drawing": np.array([5], np.int64)},
        {"strokes_of_drawing": np.array([-1], np.int64)},
        {"points_of_stroke": np.array([2**62], np.int64)},
        {"points": np.full((3, 2), np.nan, np.float32)},
        {"width_of_stroke": np.array([0.0])},
        {"width_of_stroke": np.array([1.0, 2.0])},
        {"canvas_of_drawing": np.array([[np.inf, 1.0]])},
        {"picture_of_drawing": np.array([[2**40, 2**40]], np.int64)},
        {"picture_of_drawing": np.array([3], np.int64)},
        {"pixels": np.zeros(7, np.uint8)},
        {"points": np.zeros(3, np.float32)},
    ],
)
def test_numbers_that_do_not_fit_together_are_refused(folder, change) -> None:
    keep((one(),))
    path = folder / FILE
    tensors = safetensors.numpy.load(path.read_bytes()) | change
    header = {"playground_drawings": "1", "labels": json.dumps(["1"])}
    path.write_bytes(safetensors.numpy.save(tensors, header))
    with pytest.raises(DataError):
        read()


@pytest.mark.parametrize("labels", ["[1]", "{}", '["a", "b"]', '[""]', "no"])
def test_labels_that_do_not_fit_are_refused(folder, labels) -> None:
    keep((one(),))
    path = folder / FILE
    tensors = safetensors.numpy.load(path.read_bytes())
    header = {"playground_drawings": "1", "labels": labels}
    path.write_bytes(safetensors.numpy.save(tensors, header))
    with pytest.raises(DataError):
        read()


def test_a_newer_file_is_named_as_such(folder) -> None:
    keep((one(),))
    path = folder / FILE
    tensors = safetensors.numpy.load(path.read_bytes())
    path.write_bytes(safetensors.numpy.save(tensors, {"playground_drawings": "2", "labels": "[]"}))
    with pytest.raises(DataError, match="newer Playground"):
        read()


def test_a_file_too_large_is_not_read(folder, monkeypatch) -> None:
    keep((one(),))
    monkeypatch.setattr(own_drawings, "LARGEST_FILE", 10)
    with pytest.raises(DataError, match="no list of drawings has more than 10"):
        read()


def test_a_disk_that_refuses_leaves_the_old_file(folder, monkeypatch) -> None:
    keep((one(),))

    def refuse(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(DataError, match="No space left"):
        keep((one(), rubbed()))
    assert len(kept()) == 1
    forget_cache()
    assert len(kept()) == 1
    assert [path.name for path in folder.iterdir()] == [FILE]


def test_too_much_is_refused_before_it_is_kept() -> None:
    with pytest.raises(DataError, match="10,000"):
        keep((one(),) * (MOST + 1))
    with pytest.raises(DataError, match="points"):
        OwnDrawing("1", Ink.of([np.zeros((20_001, 2))]))
    with pytest.raises(DataError, match="256×256"):
        OwnDrawing.of("1", np.zeros((257, 2), np.float32))
    with pytest.raises(DataError, match="characters"):
        OwnDrawing("", Ink(()))


def test_a_drawing_becomes_moves_and_what_comes_next_at_each():
    moves = load("pen-moves")
    mine = fitting((one("1"), one("a"), picture("0"), rubbed("7")), moves)
    assert [own.label for own in mine.drawings] == ["1", "7"]
    assert mine.inputs.shape == (2, moves.features)
    assert mine.targets.shape == (2, moves.steps)
    for row, wanted, label in zip(mine.inputs, mine.targets, "17", strict=True):
        assert moves.writing.asked(row) == label
        tokens = moves.writing.tokens_of(row)
        np.testing.assert_array_equal(tokens[1:], wanted[: len(tokens) - 1])
        assert wanted[len(tokens) - 1] == moves.writing.end
        assert (wanted[len(tokens) :] == -1).all()
