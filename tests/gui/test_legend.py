"""The legend says what the colours of the lens in view stand for, and keeps to that lens."""

import numpy as np
import pytest
from PySide6.QtGui import QColor

from playground.gui.lenses.kinds import LENSES
from playground.gui.look import meanings
from playground.gui.look.colors import DARK, LIGHT
from playground.gui.look.meanings import ColorMeaning
from playground.gui.widgets.legend import Legend

TABLE = [value for value in vars(meanings).values() if isinstance(value, ColorMeaning)]


def rgb(color):
    return np.array(QColor(color).getRgb()[:3], int)


@pytest.fixture
def window(open_window):
    return open_window("xor")


def legend(window):
    return window.status.legend.meanings


@pytest.mark.parametrize("meaning", TABLE, ids=lambda meaning: meaning.high)
@pytest.mark.parametrize("colors", [DARK, LIGHT], ids=["dark", "light"])
def test_orange_is_below_zero_and_blue_above_wherever_that_is_said(meaning, colors):
    shades = meaning.shades(colors).view(np.uint8).reshape(-1, 4)[:, :3].astype(int)
    assert meaning.sentence.endswith(".")
    if "orange" in meaning.sentence.lower():
        red, _, blue = shades[0] if meaning.low else max(shades, key=np.ptp)
        assert red > blue
    if "blue" in meaning.sentence.lower():
        red, _, blue = shades[-1]
        assert blue > red


def test_the_colours_are_those_of_the_window():
    spot = meanings.RIGHT_AND_WRONG[0].shades(DARK).view(np.uint8)[:3]
    assert (spot == rgb(DARK.good)).all()


def test_the_legend_follows_the_lens_in_view(qtbot, window):
    window.lens_area.show_lens("weights")
    assert legend(window) == (meanings.WEIGHTS,)
    window.lens_area.show_lens("confusion")
    assert legend(window) == meanings.RIGHT_AND_WRONG
    window.lens_area.show_lens("step")
    assert legend(window) == (meanings.VALUES,)
    assert "orange is below zero" in window.status.legend.accessibleDescription()


def test_links_by_contribution_have_another_meaning(qtbot, window):
    lens = window.lens_area.show_lens("network")
    assert legend(window)[0] == meanings.LINK_WEIGHTS
    lens.view.buttons.contributions.click()
    assert legend(window)[0] == meanings.LINK_CONTRIBUTIONS


def test_neurons_below_zero_are_told_where_there_are_some(qtbot, open_window):
    window = open_window("digits-small")
    window.probe_column.show_something()
    window.lens_area.show_lens("activations")
    qtbot.waitUntil(lambda: legend(window) == (meanings.ACTIVATIONS,))
    window.session.change("layers.0.activation", "tanh")
    qtbot.waitUntil(lambda: legend(window) == (meanings.ACTIVATIONS, meanings.SIGNED_ACTIVATIONS))


def test_two_lenses_side_by_side_share_the_legend_and_say_nothing_twice(qtbot, window):
    window.lens_area.show_lens("weights")
    window.lens_area.set_side_by_side(True)
    window.lens_area.second.show_lens("step")
    assert legend(window) == (meanings.WEIGHTS, meanings.VALUES)
    window.lens_area.second.show_lens("weights")
    assert legend(window) == (meanings.WEIGHTS,)
    window.lens_area.set_side_by_side(False)
    window.lens_area.show_lens("step")
    assert legend(window) == (meanings.VALUES,)


def test_every_lens_can_tell_what_its_colours_mean(qtbot, window):
    for kind in LENSES:
        window.lens_area.show_lens(kind.key)
        assert all(isinstance(meaning, ColorMeaning) for meaning in legend(window))
        assert legend(window) == window.lens_area.pane.current.legend()


def test_what_does_not_fit_is_left_out_from_the_end(keep):
    line = keep(Legend())
    line.show_meanings((meanings.LINK_WEIGHTS, meanings.ACTIVATIONS))
    line.resize(600, 16)
    assert line.shown() == line.meanings
    line.resize(170, 16)
    assert line.shown() == (meanings.LINK_WEIGHTS,)
    line.resize(20, 16)
    assert line.shown() == ()
    line.grab()
