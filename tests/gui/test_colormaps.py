import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from playground.gui.look import colormaps
from playground.gui.look.time_colors import time_color, time_table

# Viénot, Brettel and Mollon, "Digital video colourmaps for checking the legibility of displays by
# dichromats" (1999): what a protanope and a deuteranope see of a linear RGB colour.
PROTANOPE = np.array([[0.11238, 0.88762, 0.0], [0.11238, 0.88762, 0.0], [0.00401, -0.00401, 1.0]])
DEUTERANOPE = np.array([[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]])


def linear(table):
    return (table[:, :3] / 255.0) ** 2.2


def luminance(table):
    return linear(table) @ (0.2126, 0.7152, 0.0722)


@pytest.mark.parametrize(
    "table",
    [
        colormaps.viridis(),
        colormaps.grey(),
        colormaps.diverging(True),
        colormaps.diverging(False),
        colormaps.time(),
    ],
)
def test_a_map_is_an_opaque_read_only_table_of_256_colours(table):
    assert table.shape == (256, 4)
    assert table.dtype == np.uint8
    assert (table[:, 3] == 255).all()
    assert not table.flags.writeable


def test_viridis_runs_from_dark_violet_to_yellow_and_grows_lighter_all_the_way():
    table = colormaps.viridis()
    assert tuple(table[0, :3]) == (68, 1, 84)
    assert tuple(table[-1, :3]) == (253, 231, 37) or tuple(table[-1, :3]) == (253, 231, 36)
    assert (np.diff(luminance(table)) > -1e-3).all()


@pytest.mark.parametrize("dark", [True, False])
def test_the_diverging_map_is_orange_below_zero_and_blue_above(dark):
    table = colormaps.diverging(dark).astype(int)
    red, blue = table[:, 0], table[:, 2]
    assert (red[:110] > blue[:110]).all()
    assert (blue[146:] > red[146:]).all()


@pytest.mark.parametrize("dark", [True, False])
def test_the_diverging_map_leaves_zero_nearest_to_the_theme_ground(dark):
    light = luminance(colormaps.diverging(dark))
    away = light if dark else -light
    assert (np.diff(away[:128]) <= 2e-3).all()
    assert (np.diff(away[128:]) >= -2e-3).all()


@pytest.mark.parametrize("sight", [PROTANOPE, DEUTERANOPE])
@pytest.mark.parametrize("dark", [True, False])
def test_the_two_signs_differ_for_colour_blind_eyes(dark, sight):
    seen = linear(colormaps.diverging(dark)) @ sight.T
    assert np.linalg.norm(seen[40] - seen[215]) > 0.3


@pytest.mark.parametrize("sight", [np.eye(3), PROTANOPE, DEUTERANOPE])
def test_any_two_of_the_first_four_class_colours_differ_for_every_eye(sight):
    seen = linear(colormaps.class_colors(4)) @ sight.T
    distances = np.linalg.norm(seen[:, None] - seen[None], axis=2)
    assert distances[~np.eye(4, dtype=bool)].min() > 0.15


def test_ten_classes_have_ten_colours_and_the_eleventh_starts_again():
    table = colormaps.class_colors(11)
    assert table.shape == (11, 4)
    assert len({tuple(color) for color in table[:10]}) == 10
    assert tuple(table[10]) == tuple(table[0])


def test_entries_span_the_table_and_clip_what_lies_outside():
    values = [-1.0, 0.0, 0.5, 1.0, 9.0, np.nan, np.inf, -np.inf]
    assert colormaps.entries(values, 0.0, 1.0).tolist() == [0, 0, 128, 255, 255, 0, 255, 0]


@pytest.mark.parametrize("high", [0.0, -1.0, np.nan, np.inf])
def test_a_span_that_is_no_span_gives_the_first_entry(high):
    assert colormaps.entries([0.0, 3.0], 0.0, high).tolist() == [0, 0]


def test_colours_are_bytes_that_a_qimage_reads_as_they_are():
    pixels = np.ascontiguousarray(colormaps.colored([[0.0, 1.0]], colormaps.viridis(), 0.0, 1.0))
    image = QImage(pixels.data, 2, 1, 8, QImage.Format.Format_RGBA8888)
    assert image.pixelColor(0, 0) == QColor(*colormaps.viridis()[0].tolist())
    assert image.pixelColor(1, 0) == QColor(*colormaps.viridis()[255].tolist())


def test_the_colours_of_time_run_from_blue_to_yellow_and_grow_lighter_all_the_way():
    table = time_table(40)
    assert tuple(table[0, :3]) == (67, 120, 236)
    assert tuple(table[-1, :3]) == (244, 212, 76)
    for eyes in (np.eye(3), PROTANOPE, DEUTERANOPE):
        seen = np.clip(linear(table) @ eyes.T, 0, 1) @ (0.2126, 0.7152, 0.0722)
        assert (np.diff(seen) > -0.004).all()
    assert time_color(0, 40).getRgb() == tuple(table[0])
    assert time_table(1).shape == (1, 4)
