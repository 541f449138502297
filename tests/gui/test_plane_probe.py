import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from playground.data.catalogue import load
from playground.data.preparation import prepare
from playground.errors import ShapeError
from playground.gui.probes.plane_probe import PlaneProbe
from playground.gui.session.probe import Probe
from playground.gui.widgets.class_markers import class_color, marker
from playground.gui.widgets.plane_axes import PlaneAxes


def prepared(name, test_fraction=0.2):
    dataset = load(name, noise=0.05, examples=200, seed=1)
    return prepare(dataset, test_fraction=test_fraction, standardize=False, seed=0)


@pytest.fixture
def probe(keep):
    widget = PlaneProbe()
    widget.set_data(prepared("circles"))
    widget.resize(315, 600)
    return keep(widget)


@pytest.fixture
def asked(probe):
    heard = []
    probe.probe_requested.connect(heard.append)
    return heard


def place(widget, x1, x2):
    return widget.plot.axes().to_pixels(x1, x2).toPoint()


def color_at(widget, x1, x2):
    return widget.plot.grab().toImage().pixelColor(place(widget, x1, x2))


def test_a_click_asks_about_its_place(probe, asked):
    QTest.mouseClick(probe.plot, Qt.MouseButton.LeftButton, pos=place(probe, 3, -2))
    (wanted,) = asked
    assert wanted.inputs == pytest.approx([3, -2], abs=0.05)
    assert wanted.inputs.dtype == np.float32
    assert wanted.label is None
    assert probe.probe() is wanted


def test_the_place_is_read_out_with_the_features_names(probe):
    probe.set_probe(Probe(np.array([1.2, -0.4], np.float32), "a place"))
    assert probe.place == "x = 1.20,  y = −0.40"


def test_dragging_follows_the_mouse(probe, asked):
    QTest.mousePress(probe.plot, Qt.MouseButton.LeftButton, pos=place(probe, 0, 0))
    QTest.mouseMove(probe.plot, place(probe, 1, 1))
    QTest.mouseRelease(probe.plot, Qt.MouseButton.LeftButton, pos=place(probe, 1, 1))
    assert asked[-1].inputs == pytest.approx([1, 1], abs=0.05)


def test_a_click_beside_the_plane_asks_about_its_edge(probe, asked):
    QTest.mouseClick(probe.plot, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))
    assert asked[0].inputs.tolist() == [-6, 6]


def test_arrow_keys_move_the_probe(probe, asked):
    probe.set_probe(Probe(np.zeros(2, np.float32), "the middle"))
    QTest.keyClick(probe.plot, Qt.Key.Key_Right)
    QTest.keyClick(probe.plot, Qt.Key.Key_Up)
    assert asked[-1].inputs == pytest.approx([0.2, 0.2])
    QTest.keyClick(probe.plot, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert asked[-1].inputs == pytest.approx([0.16, 0.2])


def test_the_keys_stop_at_the_edge(probe, asked):
    probe.set_probe(Probe(np.array([6, -6], np.float32), "the corner"))
    QTest.keyClick(probe.plot, Qt.Key.Key_Right)
    QTest.keyClick(probe.plot, Qt.Key.Key_Down)
    assert asked[-1].inputs.tolist() == [6, -6]


def test_showing_a_probe_or_an_answer_asks_for_nothing(probe, asked):
    probe.set_probe(Probe(np.ones(2, np.float32), "a place"))
    probe.set_surface(np.full((len(probe.surface_grid()), 1), 0.5))
    probe.set_prediction([0.2, 0.8])
    QApplication.processEvents()
    assert asked == []


def test_the_grid_covers_the_plane_from_its_upper_left_corner(probe):
    grid = probe.surface_grid()
    assert grid.shape == (6400, 2)
    assert grid[0] == pytest.approx([-5.925, 5.925])
    assert grid[1] == pytest.approx([-5.775, 5.925])
    assert grid[-1] == pytest.approx([5.925, -5.925])


def test_the_surface_has_the_colours_of_the_likely_classes(probe):
    second = (probe.surface_grid()[:, :1] > 0).astype(float)
    probe.set_surface(second)
    probe.set_probe(None)
    left, right = color_at(probe, -5.6, 5.7), color_at(probe, 5.6, 5.7)
    assert abs(left.hue() - class_color(0).hue()) < 12
    assert abs(right.hue() - class_color(1).hue()) < 12


def test_one_output_and_two_shares_give_the_same_surface(probe):
    second = probe.surface_grid()[:, :1] / 12 + 0.5
    probe.set_surface(second)
    one = probe.plot.grab().toImage()
    probe.set_surface(np.hstack([1 - second, second]))
    assert probe.plot.grab().toImage() == one


def test_an_undecided_network_is_grey(probe):
    probe.set_surface(np.full((6400, 2), 0.5))
    sure = np.tile([1.0, 0.0], (6400, 1))
    undecided = color_at(probe, -5.6, 5.7).saturation()
    probe.set_surface(sure)
    assert undecided < color_at(probe, -5.6, 5.7).saturation()


def test_a_surface_with_values_that_are_not_finite_is_still_painted(probe):
    probe.set_surface(np.full((6400, 1), np.nan))
    probe.plot.grab()


def test_a_surface_of_the_wrong_size_is_refused(probe):
    with pytest.raises(ShapeError, match="6400 answers; 10 came"):
        probe.set_surface(np.zeros((10, 2)))


def test_the_answer_stands_under_the_plane(probe):
    probe.set_prediction([0.08, 0.92], 0.92)
    assert probe.findChild(QLabel, "predictedLabel").text() == "1"
    assert probe.prediction.readout == "92.0 % sure\noutput 0.920"


def test_new_data_takes_the_old_surface_away(probe):
    probe.set_surface(np.ones((6400, 1)))
    colored = color_at(probe, -5.6, 5.7)
    probe.set_data(prepared("gaussians"))
    assert color_at(probe, -5.6, 5.7) != colored


def test_test_points_are_outlines_and_training_points_are_filled(keep):
    data = prepared("xor-points")
    widget = PlaneProbe()
    widget.resize(315, 600)
    keep(widget)
    widget.set_data(data)
    widget.set_probe(None)
    assert color_at(widget, 0, 0) == class_color(0)
    assert color_at(widget, 0, 1) == class_color(1)
    widget.plot.set_data(data.dataset, np.array([True, True, True, True]))
    assert color_at(widget, 0, 0) != class_color(0)


def test_xor_is_shown_with_its_own_range(keep):
    widget = PlaneProbe()
    widget.set_data(prepared("xor-points"))
    widget.resize(315, 600)
    keep(widget)
    assert widget.plot.axes().ticks() == pytest.approx([-0.5, 0, 0.5, 1, 1.5])
    assert widget.surface_grid().min() > -0.5
    assert widget.surface_grid().max() < 1.5
    heard = []
    widget.probe_requested.connect(heard.append)
    QTest.mouseClick(widget.plot, Qt.MouseButton.LeftButton, pos=place(widget, 1, 0))
    assert heard[0].inputs == pytest.approx([1, 0], abs=0.01)


def test_regression_shows_a_value_and_a_signed_field(keep):
    data = prepared("bumps")
    widget = PlaneProbe()
    widget.set_data(data)
    widget.resize(315, 600)
    keep(widget)
    widget.set_probe(Probe(np.zeros(2, np.float32), "an example", target=0.25))
    widget.set_prediction(None, [0.5])
    assert widget.findChild(QLabel, "predictedLabel").text() == "0.500"
    assert "true value 0.250" in widget.prediction.readout
    widget.set_surface(np.sign(widget.surface_grid()[:, :1]))
    widget.set_probe(None)
    left, right = color_at(widget, -5.6, 5.7), color_at(widget, 5.6, 5.7)
    assert left.red() > left.blue()
    assert right.blue() > right.red()


def test_every_class_has_its_own_shape():
    shapes = [marker(label) for label in range(6)]
    assert all(a != b for i, a in enumerate(shapes) for b in shapes[:i])


@pytest.mark.parametrize("side", [290, 600])
def test_places_and_pixels_belong_together_at_any_size(side):
    axes = PlaneAxes.fit(side, side, -6, 6)
    there = axes.to_pixels(2.5, -3.5)
    assert axes.to_values(there) == pytest.approx((2.5, -3.5))
    assert axes.square.width() == axes.square.height()
    assert axes.ticks() == pytest.approx([-6, -3, 0, 3, 6])


def test_the_points_are_painted_once_for_many_surfaces(probe, monkeypatch):
    from playground.gui.probes import plane_plot

    painted = []
    original = plane_plot.paint_layer
    monkeypatch.setattr(
        plane_plot, "paint_layer", lambda *given: painted.append(True) or original(*given)
    )
    for share in (0.1, 0.5, 0.9):
        probe.set_surface(np.full((6400, 1), share))
        probe.plot.grab()
    assert len(painted) <= 1
