"""Where the diagram's columns and tiles stand, and what the camera shows of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.gui.lenses.diagram.camera import MOST, Camera
from playground.gui.lenses.diagram.layout import (
    LANE,
    Ask,
    Place,
    arrange,
    fold,
    lanes,
    nearest,
    slim_places,
)

DIGITS = (
    Ask(64, picture=(8, 8)),
    Ask(64),
    Ask(10, named=True, after=120),
)
WIDE = (
    Ask(784, picture=(28, 28)),
    Ask(512),
    Ask(512),
    Ask(10, named=True, after=120),
)
MANY = (Ask(4, named=True, before=100), *[Ask(30) for _ in range(14)], Ask(1))


def test_wide_layers_fold_into_grids():
    assert fold(16, 470) == (16, 1)
    assert fold(64, 470) == (16, 4)
    assert fold(64, 120) == (8, 8)
    assert fold(512, 400) == (32, 16)


@given(st.integers(1, 2000), st.floats(20, 1200))
def test_a_fold_holds_every_neuron_and_is_taller_than_wide(count, room):
    rows, columns = fold(count, room)
    assert rows * columns >= count > (rows - 1) * columns - columns
    assert columns <= rows + 1


@pytest.mark.parametrize("asks", [DIGITS, WIDE, MANY])
@pytest.mark.parametrize("size", [(330, 260), (540, 330), (820, 500), (1600, 1000)])
def test_columns_stand_side_by_side_within_the_whole(asks, size):
    whole = arrange(asks, *size)
    edge = 0.0
    for place in whole.places:
        assert place.x - place.before >= edge
        edge = place.right + place.after
        assert place.y >= 0
        assert place.bottom <= size[1]
    assert edge <= whole.width
    assert whole.height == size[1]


def test_only_a_network_too_deep_for_the_view_is_wider_than_it():
    assert arrange(WIDE, 330, 260).width == 330
    assert arrange(MANY, 330, 260).width > 330


def test_every_column_is_centred_on_the_same_height():
    places = arrange(DIGITS, 820, 500).places
    middles = [place.y + place.height / 2 for place in places]
    assert np.allclose(middles, middles[0])


def test_what_is_under_a_tile_is_that_tile():
    for place in arrange(WIDE, 820, 500).places:
        corners = place.corners()
        for unit in range(place.count):
            x, y = place.tile(unit)
            assert (x, y) == pytest.approx(tuple(corners[unit]))
            assert place.hit(x + place.side / 2, y + place.side / 2) == unit
        assert place.hit(place.x - place.pitch, place.y) is None


def test_an_empty_cell_of_a_grid_is_nobody():
    place = Place(0, 0, rows=2, columns=3, count=5, pitch=10, side=8)
    assert place.hit(24, 14) is None
    assert place.hit(14, 14) == 4


def test_links_leave_a_grid_at_heights_of_their_own():
    place = Place(0, 0, rows=4, columns=4, count=16, pitch=20, side=16)
    assert len(set(place.ports().round(6).tolist())) == 16
    assert place.ports().min() >= 0
    assert place.ports().max() <= place.height


def test_the_neighbour_in_the_next_column_is_the_nearest_in_height():
    places = arrange(DIGITS, 820, 500).places
    found = nearest(places, 0, 0, 2)
    middle = places[0].y + places[0].side / 2
    away = np.abs(places[2].ports() - middle)
    assert away[found] == away.min()


def test_a_slim_mark_stands_between_its_columns():
    asks = (Ask(8), Ask(8), Ask(2))
    places = arrange(asks, 600, 400, [0, 0]).places
    for centre, top, bottom, _ in slim_places(places, [0, 0]):
        assert places[0].right < centre < places[1].x
        assert top < bottom


def test_a_point_under_the_cursor_stays_there_when_zooming():
    whole, view = (800.0, 500.0), (800.0, 500.0)
    before, after = Camera(), Camera().zoomed(3.0, 430, 260, whole, view)
    for camera in (before, after):
        scale, dx, dy = camera.mapping(whole, view)
        assert ((430 - dx) / scale, (260 - dy) / scale) == pytest.approx((430, 260))


@given(
    st.lists(
        st.tuples(st.floats(0.2, 5), st.floats(0, 800), st.floats(0, 500)), min_size=1, max_size=8
    )
)
def test_the_camera_never_looks_beyond_the_picture(moves):
    whole, view = (1000.0, 500.0), (800.0, 500.0)
    camera = Camera()
    for factor, x, y in moves:
        camera = camera.zoomed(factor, x, y, whole, view).panned(x - 400, y - 250, whole, view)
        scale, dx, dy = camera.mapping(whole, view)
        assert 1 <= camera.zoom <= MOST
        for size, offset, seen in ((whole[0], dx, view[0]), (whole[1], dy, view[1])):
            if size * scale >= seen:
                assert offset <= 1e-6
                assert offset + size * scale >= seen - 1e-6
            else:
                assert offset == pytest.approx((seen - size * scale) / 2)


def test_links_of_blocks_in_blocks_pass_in_lanes_of_their_own():
    row = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6)]
    assert lanes(row) == [0] * 6
    assert lanes([*row, (1, 3), (0, 4), (4, 6)]) == [0] * 6 + [1, 2, 1]


@pytest.mark.parametrize("size", [(330, 260), (820, 500)])
def test_lanes_have_room_below_the_columns(size):
    for place in arrange(WIDE, *size, lanes=2).places:
        assert place.bottom + 2 * LANE <= size[1]
