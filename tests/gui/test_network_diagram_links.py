"""How links look, and the pixels that they become."""

import numpy as np
import pytest

from playground.analysis.neurons.neuron import Neuron
from playground.analysis.weights.diagram_links import LinkChoice
from playground.gui.lenses.diagram.curve_raster import CurveBundle, ink_table, smooth_step
from playground.gui.lenses.diagram.links import OF_A_NEURON, NetworkLinks
from playground.nn.layers import BatchNorm, Dense
from playground.nn.network import Network

BLUE, ORANGE = (10, 20, 250), (250, 120, 0)


def every_link(links):
    grids = [np.divmod(np.arange(joint.count), joint.inputs) for joint in links.joints]
    return [LinkChoice(units, inputs) for units, inputs in grids]


@pytest.fixture
def network():
    return Network((5,), (Dense(name="first", units=4), Dense(name="last", units=3)), seed=3)


@pytest.fixture
def links(network):
    links = NetworkLinks(network)
    links.choose(every_link(links))
    return links


def test_links_follow_the_weights_without_being_told(network, links):
    network.views()["first.weights"][2, 1] = -7.0
    style, drawn = links.style(0), links.drawn(0)
    link = int(np.flatnonzero((drawn.units == 2) & (drawn.inputs == 1))[0])
    assert style.values[link] == -7.0
    assert style.negative[link]
    assert style.shares[link] == 1.0
    assert style.widths[link] == style.widths.max()


def test_a_contribution_is_weight_times_what_is_handed_on(network, links):
    handed = {"input": np.array([0.0, 1.0, -2.0, 3.0, 0.5]), "first": np.ones(4)}
    links.values, links.by_contribution = handed, True
    drawn = links.drawn(0)
    expected = (network.views()["first.weights"] * handed["input"])[drawn.units, drawn.inputs]
    assert np.allclose(links.style(0).values, expected)
    assert links.contribution(0, 3, 2) == pytest.approx(
        -2.0 * network.views()["first.weights"][3, 2]
    )


def test_the_selected_neurons_links_are_drawn_and_the_others_dimmed(network):
    links = NetworkLinks(network)
    links.choose(
        [LinkChoice(np.array([0]), np.array([0])), LinkChoice(np.array([1]), np.array([2]))]
    )
    assert links.shown == 2
    links.focus_on((Neuron("first", 3), None))
    before, after = links.drawn(0), links.drawn(1)
    assert before.inputs[before.focus].tolist() == [0, 1, 2, 3, 4]
    assert after.units[after.focus].tolist() == [0, 1, 2]
    assert links.shown == 1 + 5 + 1 + 3
    style = links.style(1)
    assert style.inks[~after.focus].max() < style.inks[after.focus].max()


def test_a_neuron_of_a_huge_layer_shows_only_its_strongest_links():
    network = Network((300,), (Dense(name="only", units=2),), seed=1)
    links = NetworkLinks(network)
    links.focus_on((Neuron("only", 1),))
    weights = np.abs(network.views()["only.weights"][1])
    drawn = links.drawn(0)
    assert len(drawn.ids) == OF_A_NEURON
    assert weights[drawn.inputs].min() >= np.sort(weights)[-OF_A_NEURON]


def test_batch_normalization_links_each_neuron_with_its_namesake():
    network = Network((4,), (BatchNorm(name="norm"), Dense(name="last", units=2)))
    links = NetworkLinks(network)
    links.choose([LinkChoice(np.arange(4), np.arange(4)), LinkChoice(np.array([0]), np.array([1]))])
    network.views()["norm.scale"][:] = [1, 2, -3, 0]
    drawn, style = links.drawn(0), links.style(0)
    assert drawn.units.tolist() == drawn.inputs.tolist() == [0, 1, 2, 3]
    assert style.values.tolist() == [1, 2, -3, 0]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_weights_that_are_not_numbers_are_drawn_as_nothing(network, links, bad):
    network.parameters[:7] = bad
    for index in range(2):
        style = links.style(index)
        for numbers in (style.shares, style.widths, style.inks):
            assert np.isfinite(numbers).all()
    network.parameters[:] = bad
    assert np.isfinite(links.style(0).inks).all()


def test_links_run_along_the_bezier_curve():
    t = np.linspace(0, 1, 50)
    across = 3 * (1 - t) ** 2 * t * 0.5 + 3 * (1 - t) * t**2 * 0.5 + t**3
    down = 3 * (1 - t) * t**2 + t**3
    assert np.allclose(smooth_step(across), down, atol=2e-4)


def alpha_of(bundle, inks):
    return (bundle.pixels(np.asarray(inks), ink_table(BLUE, ORANGE)) >> 24).astype(int)


def test_a_level_link_covers_its_width():
    bundle = CurveBundle((0, 40), (40, 30))
    level = np.array([[12.5, 12.5]])
    bundle.place(np.array([0]), level, np.array([3.0]), np.array([False]))
    alpha = alpha_of(bundle, [1.0])
    full = round(255 * (1 - np.exp(-1)))
    assert np.abs(alpha[11:14] - full).max() <= 2
    assert alpha[:10].max() == alpha[16:].max() == 0


def test_a_sloping_link_keeps_its_ink_and_stays_in_its_bounds():
    bundle = CurveBundle((10, 110), (200, 100))
    bundle.place(np.array([0]), np.array([[20.0, 80.0]]), np.array([2.0]), np.array([True]))
    pixels = bundle.pixels(np.array([0.5]), ink_table(BLUE, ORANGE))
    assert (bundle.left, pixels.shape) == (10, (100, 100))
    rows = np.flatnonzero((pixels >> 24).any(axis=1))
    assert 18 <= rows.min() <= 20
    assert 79 <= rows.max() <= 82
    assert ((pixels >> 24) > 0).any(axis=0)[1:-1].all()


def test_signs_have_their_colours():
    bundle = CurveBundle((0, 20), (20, 30))
    level = np.array([[5.5, 5.5], [20.5, 20.5]])
    bundle.place(np.array([0, 1]), level, np.array([3.0, 3.0]), np.array([False, True]))
    pixels = bundle.pixels(np.array([3.5, 3.5]), ink_table(BLUE, ORANGE))
    blue, orange = int(pixels[5, 10]), int(pixels[20, 10])
    assert blue & 255 > 200 > (blue >> 16) & 255
    assert (orange >> 16) & 255 > 200 > orange & 255


def test_placing_again_draws_the_same_as_placing_anew():
    rng = np.random.default_rng(0)
    heights = rng.uniform(0, 60, (12, 2))
    old, new = CurveBundle((0, 50), (50, 60)), CurveBundle((0, 50), (50, 60))
    inks = rng.uniform(0.1, 1, 12)
    first = np.array([0, 2, 3, 5, 7, 8])
    old.place(first, heights[first], np.full(6, 1.0), np.zeros(6, bool))
    second, widths = np.array([1, 2, 5, 8, 9]), np.array([1.0, 1, 2, 1, 1])
    negative = np.array([False, False, False, True, True])
    for bundle in (old, new):
        bundle.place(second, heights[second], widths, negative)
        bundle.place(second, heights[second], 2 * widths, negative)
    assert np.array_equal(
        old.pixels(inks[second], ink_table(BLUE, ORANGE)),
        new.pixels(inks[second], ink_table(BLUE, ORANGE)),
    )


def test_what_lies_outside_the_view_is_left_out():
    bundle = CurveBundle((-50, 150), (60, 40))
    bundle.place(
        np.array([0, 1]),
        np.array([[-200.0, -100.0], [20.0, 900.0]]),
        np.array([2.0, 2.0]),
        np.array([False, False]),
    )
    assert alpha_of(bundle, [1.0, 1.0]).shape == (40, 60)
    beyond = CurveBundle((80, 150), (60, 40))
    assert beyond.width == 0
