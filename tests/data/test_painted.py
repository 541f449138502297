"""The laws of painting: what each operation changes, what it leaves alone, and what is refused."""

import csv
import io
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from playground.data import catalogue
from playground.data.dataset import Dataset
from playground.data.kinds import PlanePoints
from playground.data.own import painted
from playground.data.own import sets as own_sets
from playground.data.own.painted import MOST, PaintedPoints, csv_text, obstacle, order_by_place
from playground.data.preparation import prepare
from playground.data.tasks import Classification
from playground.errors import DataError

coordinate = st.floats(-6, 6, width=32)
place = st.tuples(coordinate, coordinate)
label = st.integers(0, 7)
radius = st.floats(0.05, 4)


@st.composite
def sheets(draw, smallest=0, most_classes=8):
    points = draw(st.lists(place, min_size=smallest, max_size=30))
    labels = draw(
        st.lists(st.integers(0, most_classes - 1), min_size=len(points), max_size=len(points))
    )
    return PaintedPoints(np.array(points, np.float32).reshape(-1, 2), np.array(labels, np.uint8))


def distance_to_segment(point, start, end):
    """Return it in plain Python, point by point."""
    (px, py), (ax, ay), (bx, by) = point, start, end
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    t = 0.0 if length == 0 else min(1.0, max(0.0, ((px - ax) * dx + (py - ay) * dy) / length))
    return math.hypot(px - ax - t * dx, py - ay - t * dy)


def rows(sheet):
    return list(zip(map(tuple, sheet.points.tolist()), sheet.labels.tolist(), strict=True))


@given(sheets(), place, place, radius)
def test_the_eraser_takes_exactly_what_it_touches(sheet, start, end, radius):
    distances = [distance_to_segment(point, start, end) for point, _ in rows(sheet)]
    assume(all(abs(distance - radius) > 1e-4 for distance in distances))
    kept = [row for row, d in zip(rows(sheet), distances, strict=True) if d > radius]
    assert rows(sheet.without(sheet.touched(start, end, radius))) == kept


@given(sheets(), place, place, radius, label)
def test_flipping_changes_the_class_of_what_it_touches_and_moves_nothing(
    sheet, start, end, radius, label
):
    flipped = sheet.flip(start, end, radius, label)
    np.testing.assert_array_equal(flipped.points, sheet.points)
    touched = sheet.touched(start, end, radius)
    assert (flipped.labels[touched] == label).all()
    np.testing.assert_array_equal(flipped.labels[~touched], sheet.labels[~touched])
    np.testing.assert_array_equal(
        flipped.flip(start, end, radius, label).labels, flipped.labels, err_msg="not idempotent"
    )


@given(sheets(), place, place, radius, st.floats(0, 40), label, st.integers(0, 2**32))
@settings(max_examples=60)
def test_the_brush_only_adds_points_of_its_class_that_it_passed(
    sheet, start, end, radius, density, label, seed
):
    painted = sheet.brush(start, end, radius, density, label, np.random.default_rng(seed))
    assert rows(painted)[: len(sheet)] == rows(sheet)
    for point, given_label in rows(painted)[len(sheet) :]:
        assert given_label == label
        assert distance_to_segment(point, start, end) <= radius + 1e-5
        assert all(-6 <= value <= 6 for value in point)
    # An eraser on the same way, a hair wider, leaves none of them.
    assert (~painted.touched(start, end, radius + 1e-4)).sum() <= len(sheet)


@given(sheets(), place, place, st.integers(0, 2**32))
@settings(max_examples=30)
def test_the_same_seed_paints_the_same_points(sheet, start, end, seed):
    first, second = (
        sheet.brush(start, end, 1.0, 10.0, 3, np.random.default_rng(seed)) for _ in range(2)
    )
    np.testing.assert_array_equal(first.points, second.points)


def test_the_brush_scatters_as_densely_as_it_is_told():
    rng = np.random.default_rng(0)
    painted = PaintedPoints.empty().brush((-5, 0), (5, 0), 0.5, 20, 0, rng)
    # The way is 10 long and 1 wide; 20 points for each π·0.5² of area.
    assert len(painted) == pytest.approx(10 * 20 / (math.pi * 0.25), abs=1)
    x, y = painted.points.T
    assert x.std() == pytest.approx(math.sqrt(100 / 12 + 0.25 / 4), rel=0.1)
    assert y.std() == pytest.approx(0.25, rel=0.1)


@given(sheets(smallest=1), st.data(), st.tuples(st.floats(-20, 20), st.floats(-20, 20)))
def test_moving_takes_one_point_along_and_no_further_than_the_edge(sheet, data, place):
    index = data.draw(st.integers(0, len(sheet) - 1))
    moved = sheet.move(index, place)
    assert moved.points[index] == pytest.approx(np.clip(place, -6, 6), abs=1e-6)
    others = np.arange(len(sheet)) != index
    np.testing.assert_array_equal(moved.points[others], sheet.points[others])
    np.testing.assert_array_equal(moved.labels, sheet.labels)


@given(sheets(), place, radius)
def test_the_nearest_point_is_the_nearest(sheet, place, radius):
    index = sheet.nearest(place, radius)
    distances = [math.dist(point, place) for point, _ in rows(sheet)]
    if index is None:
        assert all(distance > radius - 1e-5 for distance in distances)
    else:
        assert distances[index] <= min(distances) + 1e-5
        assert distances[index] <= radius + 1e-5


@given(sheets(), st.lists(place, max_size=5), label)
def test_operations_leave_what_they_were_given_as_it_was(sheet, more, label):
    before = rows(sheet)
    added = sheet.add(more, label)
    added.without(added.touched((0, 0), (1, 1), 2)).flip((0, 0), (3, 3), 2, label)
    assert rows(sheet) == before
    with pytest.raises(ValueError, match="read-only"):
        sheet.points[...] = 0


def test_a_click_beside_the_plane_paints_on_its_edge():
    assert PaintedPoints.empty().add([(9, -7)], 2).points.tolist() == [[6, -6]]


def test_no_more_points_than_there_is_room_for():
    full = PaintedPoints(np.zeros((MOST - 3, 2), np.float32), np.zeros(MOST - 3, np.uint8))
    assert len(full.add(np.ones((10, 2)), 1)) == MOST
    assert len(full.brush((-6, 0), (6, 0), 1, 40, 1, np.random.default_rng(0))) == MOST
    assert full.add(np.ones((10, 2)), 1).room == 0


@pytest.mark.parametrize(
    ("points", "labels", "said"),
    [
        (np.zeros((2, 2)), np.zeros(3), "one class"),
        (np.zeros((MOST + 1, 2)), np.zeros(MOST + 1), "20,000"),
        (np.full((1, 2), 6.5), np.zeros(1), "-6 to 6"),
        (np.full((1, 2), np.nan), np.zeros(1), "-6 to 6"),
        (np.zeros((1, 2)), np.full(1, 8), "8 classes"),
    ],
)
def test_what_cannot_be_painted_is_refused_with_a_sentence(points, labels, said):
    with pytest.raises(DataError, match=said):
        PaintedPoints(points.astype(np.float32), labels.astype(np.uint8))


def test_two_classes_are_needed_to_train():
    sheet = PaintedPoints.empty()
    assert not sheet.trainable
    assert not sheet.add([(0, 0), (1, 1)], 4).trainable
    assert sheet.add([(0, 0)], 0).add([(1, 1)], 1).trainable


def test_the_last_class_used_decides_how_many_there_are():
    sheet = PaintedPoints.empty()
    assert sheet.classes == sheet.add([(0, 0)], 0).classes == 2
    assert sheet.add([(0, 0)], 4).classes == 5


# As a data set.


@given(sheets(smallest=1))
@settings(max_examples=30)
def test_points_come_back_from_the_data_set_they_became(sheet):
    dataset = sheet.to_dataset("own-painted", "Painted points")
    assert rows(PaintedPoints.of(dataset)) == rows(sheet)
    assert dataset.class_names == tuple("12345678"[: sheet.classes])


def test_nothing_painted_is_no_data_set():
    with pytest.raises(DataError, match="at least one"):
        PaintedPoints.empty().to_dataset("own-painted", "Painted points")


def test_a_generated_set_can_be_painted_on():
    circles = catalogue.load("circles", examples=50)
    sheet = PaintedPoints.of(circles)
    np.testing.assert_array_equal(sheet.points, circles.inputs)
    copy = sheet.to_dataset("own-circles", "Circles, painted", circles)
    assert (copy.class_names, copy.feature_names) == (("0", "1"), ("x", "y"))
    assert sheet.add([(0, 0)], 2).to_dataset("own-x", "X", circles).class_names == ("0", "1", "2")


def test_own_names_of_classes_go_on():
    own = Dataset(
        name="own-leaves", title="Leaves", kind=PlanePoints(), task=Classification(),
        inputs=np.zeros((2, 2), np.float32), targets=np.array([0, 1]), input_shape=(2,),
        class_names=("oak", "3"), feature_names=("length", "width"), value_range=(0.0, 10.0),
        source="", licence="", description="",
    )  # fmt: skip
    sheet = PaintedPoints.of(own).add([(20, 5)], 2)
    again = sheet.to_dataset("own-leaves", "Leaves", own)
    assert again.class_names == ("oak", "3", "class 3")
    assert again.feature_names == ("length", "width")
    assert again.inputs[-1].tolist() == [10, 5]


@pytest.mark.parametrize(
    ("name", "said"), [("iris", "no plane"), ("bumps", "a number"), ("circles", "")]
)
def test_what_cannot_be_painted_on_says_why(name, said):
    reason = obstacle(catalogue.load(name))
    assert said in reason
    assert bool(reason) == bool(said)


def test_a_painted_set_is_kept_and_read_again(tmp_path, monkeypatch):
    monkeypatch.setattr(own_sets, "folder", lambda: tmp_path)
    few = PaintedPoints.empty().add([(1, 2), (3, 4)], 0).add([(5, 5)], 1)
    catalogue.keep(few.to_dataset("own-few", "Few"))
    try:
        again = catalogue.load("own-few")
        assert rows(PaintedPoints.of(again)) == rows(few)
        assert again.indivisible
    finally:
        catalogue.forget("own-few")


def test_an_edited_set_is_seen_before_it_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(own_sets, "folder", lambda: tmp_path)
    sheet = PaintedPoints.empty().add([(1, 2)], 0)
    catalogue.edit(sheet.to_dataset("own-edited", "Edited"))
    try:
        assert len(catalogue.load("own-edited")) == 1
        assert not list(tmp_path.iterdir())
        catalogue.keep(sheet.add([(0, 0)], 1).to_dataset("own-edited", "Edited"))
        assert len(catalogue.load("own-edited")) == 2
    finally:
        catalogue.forget("own-edited")
    assert "own-edited" not in catalogue.DATASETS


# The test part stays the test part while others are painted.


def split(sheet, fraction=0.2):
    dataset = sheet.to_dataset("own-split", "Split")
    return prepare(dataset, test_fraction=fraction, standardize=False, seed=0)


def test_painting_on_leaves_points_on_their_side_of_the_split():
    rng = np.random.default_rng(1)
    sheet = PaintedPoints.empty().add(rng.uniform(-6, 6, (200, 2)), 0)
    sheet = sheet.add(rng.uniform(-6, 6, (200, 2)), 1)
    before = set(split(sheet).test_index.tolist())
    more = sheet.add(rng.uniform(-6, 6, (40, 2)), 0)
    after = set(split(more).test_index.tolist())
    assert len(before) == 80
    assert len(after) == 88
    assert len(before - after) <= 8  # those that a new point of a smaller number displaced
    assert sum(index < 400 for index in after) >= 72


@given(sheets(smallest=10, most_classes=2), st.sampled_from([0.1, 0.25, 0.5]))
@settings(max_examples=30)
def test_the_split_has_each_class_in_its_share(sheet, fraction):
    prepared = split(sheet, fraction)
    assert len(prepared.test_index) == math.ceil(len(sheet) * fraction)
    both = np.concatenate([prepared.train_index, prepared.test_index])
    assert sorted(both.tolist()) == list(range(len(sheet)))


def test_the_order_by_place_hangs_on_places_and_seed_only():
    points = np.random.default_rng(0).uniform(-6, 6, (500, 2)).astype(np.float32)
    order = order_by_place(points, np.random.default_rng(7))
    turned = order_by_place(points[::-1], np.random.default_rng(7))
    np.testing.assert_array_equal(points[order], points[::-1][turned])
    assert (order != order_by_place(points, np.random.default_rng(8))).any()
    # It looks random: neighbours in the order are not neighbours on the plane.
    steps = np.linalg.norm(np.diff(points[order], axis=0), axis=1)
    assert steps.mean() == pytest.approx(0.5214 * 12, rel=0.1)  # two random points of a square


def test_few_points_are_trained_and_tested_on_all():
    sheet = PaintedPoints.empty().add([(1, 1)], 0).add([(2, 2)], 1)
    assert split(sheet).tested_on_train
    many = sheet.add(np.random.default_rng(0).uniform(-6, 6, (painted.FEW, 2)), 0)
    assert not split(many).tested_on_train


# As CSV.


def test_csv_gives_every_point_back_bit_by_bit():
    sheet = PaintedPoints.empty().add(np.random.default_rng(3).uniform(-6, 6, (100, 2)), 1)
    dataset = sheet.to_dataset("own-painted", "Painted points")
    text = csv_text(dataset)
    assert text.startswith("x,y,class\r\n")
    assert text.endswith("\r\n")
    header, *body = csv.reader(io.StringIO(text, newline=""))
    points = np.array([row[:2] for row in body]).astype(np.float32)
    np.testing.assert_array_equal(points, sheet.points)
    assert {row[2] for row in body} == {"2"}
    assert header == ["x", "y", "class"]


def test_csv_quotes_names_with_commas_and_quotes():
    own = Dataset(
        name="own-odd", title="Odd", kind=PlanePoints(), task=Classification(),
        inputs=np.array([[0.5, -1.25]], np.float32), targets=np.array([0]), input_shape=(2,),
        class_names=('a,"b"', "c"), feature_names=("x, cm", "y"), value_range=(-6.0, 6.0),
        source="", licence="", description="",
    )  # fmt: skip
    assert csv_text(own) == '"x, cm",y,class\r\n0.5,-1.25,"a,""b"""\r\n'


def test_csv_of_a_field_holds_its_values():
    bumps = catalogue.load("bumps", examples=10)
    first = csv_text(bumps).splitlines()[1].split(",")
    assert [np.float32(number) for number in first] == [*bumps.inputs[0], bumps.targets[0, 0]]
