"""The table of data sets, and what its generators promise."""

import numpy as np
import pytest

from playground.data.bundled import generators
from playground.data.catalogue import DATASETS, load, titles
from playground.data.kinds import Pictures, Sequences
from playground.errors import DataError, MissingDataError

GENERATED = [name for name, entry in DATASETS.items() if "noise" in entry.takes]
NOT_DRAWN = (
    "fashion-mnist",
    "pen-moves",
    "word-moves",
    "memory-parity",
    "memory-copy",
    "memory-addition",
)
CLASSES = {"circles": 2, "gaussians": 2, "xor": 2, "spirals": 2, "three-spirals": 3}


def loaded(name):
    try:
        return load(name)
    except MissingDataError as missing:
        pytest.skip(str(missing))


@pytest.mark.parametrize("name", DATASETS)
def test_every_data_set_loads_under_its_name_and_title(name):
    dataset = loaded(name)
    assert dataset.name == name
    assert dataset.title == titles()[name]
    assert dataset.description.endswith((".", "?"))
    drawable = dataset.kind in (Pictures(), Sequences()) and name not in NOT_DRAWN
    assert (dataset.drawing is not None) == drawable
    assert (dataset.writing is not None) == name.endswith("-moves")
    low, high = dataset.value_range
    some = dataset.inputs[:1000]
    assert some.min() >= low
    assert some.max() <= high


def test_a_data_set_is_loaded_once():
    assert load("digits", noise=0.3, seed=1) is load("digits")
    assert load("circles", noise=0.1, seed=4) is load("circles", noise=0.1, seed=4)


@pytest.mark.parametrize("name", GENERATED)
def test_a_seed_repeats_its_points_and_another_gives_others(name):
    DATASETS[name].make.cache_clear()
    first = load(name, noise=0.1, examples=60, seed=3)
    DATASETS[name].make.cache_clear()
    again = load(name, noise=0.1, examples=60, seed=3)
    other = load(name, noise=0.1, examples=60, seed=4)
    assert first is not again
    assert np.array_equal(first.inputs, again.inputs)
    assert np.array_equal(first.targets, again.targets)
    assert not np.array_equal(first.inputs, other.inputs)


@pytest.mark.parametrize("name", GENERATED)
@pytest.mark.parametrize("noise", [0.0, 1.0])
def test_points_stay_on_the_plane_for_any_noise(name, noise):
    dataset = load(name, noise=noise, examples=997, seed=1)
    assert dataset.inputs.shape == (997, 2)
    assert np.abs(dataset.inputs).max() <= generators.PLANE[1]


@pytest.mark.parametrize(("name", "classes"), CLASSES.items())
def test_classes_are_as_equal_as_can_be(name, classes):
    counts = np.bincount(load(name, examples=500).targets)
    assert len(counts) == classes
    assert counts.max() - counts.min() <= 1


def test_circles_keep_a_gap_without_noise():
    circles = load("circles", examples=400)
    radius = np.hypot(*circles.inputs.T)
    assert radius[circles.targets == 0].max() < 2.51
    assert radius[circles.targets == 1].min() > 3.49


def test_xor_clouds_follow_the_signs():
    xor = load("xor", examples=400)
    signs_differ = np.sign(xor.inputs[:, 0]) != np.sign(xor.inputs[:, 1])
    assert np.array_equal(xor.targets, signs_differ)


def test_spiral_arms_are_each_other_turned():
    for name, arms in (("spirals", 2), ("three-spirals", 3)):
        spirals = load(name, examples=1200)
        radius, angle = np.hypot(*spirals.inputs.T), np.arctan2(*spirals.inputs.T[::-1])
        turns = 1.75 if arms == 2 else 1.25
        phase = (angle / (2 * np.pi) - turns * radius / 5) * arms % arms
        distance = np.abs(phase - spirals.targets)
        assert np.minimum(distance, arms - distance).max() < 1e-3


def test_the_plane_and_the_bumps_have_their_heights():
    field = load("plane-field", examples=50)
    assert field.targets[:, 0] == pytest.approx(field.inputs.sum(axis=1) / 10, abs=1e-6)
    bumps = load("bumps", examples=2000)
    nearest = np.hypot(bumps.inputs[:, 0], bumps.inputs[:, 1] - 2.5).argmin()
    assert bumps.targets[nearest, 0] == pytest.approx(-1, abs=0.05)
    assert np.abs(bumps.targets).max() < 1.01


def test_noise_moves_points_by_its_share():
    still, moved = (load("gaussians", noise=noise, examples=5000, seed=2) for noise in (0, 0.25))
    assert (moved.inputs - still.inputs).std() == pytest.approx(0.5, rel=0.05)
    still, moved = (load("plane-field", noise=noise, examples=5000, seed=2) for noise in (0, 0.25))
    assert np.array_equal(still.inputs, moved.inputs)
    assert (moved.targets - still.targets).std() == pytest.approx(0.25, rel=0.05)


@pytest.mark.parametrize(
    ("name", "settings", "sentence"),
    [
        ("flowers", {}, "There is no data set 'flowers'; choose one of digits, digits.pendigits"),
        ("circles", {"noise": -0.1}, "Noise expects 0 to 1; -0.1 came"),
        ("circles", {"noise": float("nan")}, "Noise expects 0 to 1; nan came"),
        ("circles", {"examples": 9}, "expects 10 to 20,000 examples; 9 came"),
        ("circles", {"examples": 20_001}, "20,001 came"),
    ],
)
def test_an_impossible_wish_is_refused_in_one_sentence(name, settings, sentence):
    with pytest.raises(DataError, match=sentence):
        load(name, **settings)


def test_one_point_in_25_belongs_to_the_rare_cluster():
    rare = load("rare", examples=1000)
    assert np.bincount(rare.targets).tolist() == [960, 40]
    centre = rare.inputs[rare.targets == 1].mean(axis=0)
    assert centre == pytest.approx([1.5, 1.0], abs=0.4)
    assert np.hypot(*rare.inputs[rare.targets == 0].T).max() <= 5


def test_irises_in_mixed_units_are_the_same_flowers():
    iris, mixed = load("iris"), load("iris-units")
    assert mixed.inputs / [10_000, 1, 10, 1] == pytest.approx(iris.inputs, rel=1e-6)
    assert np.array_equal(mixed.targets, iris.targets)
    assert mixed.inputs.std(axis=0).max() / mixed.inputs.std(axis=0).min() > 10_000
