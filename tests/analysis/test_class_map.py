"""Class activation maps against plain loops in float64."""

from typing import Any

import numpy as np
import pytest

from playground.analysis.why.attribution import answers, class_gradient, explain, occlusion
from playground.analysis.why.class_map import class_map, last_maps, stretched
from playground.data.preparation import Prepared
from playground.nn.activations import Sigmoid, Tanh
from playground.nn.layers import Conv2D, Dense, Flatten, GlobalAveragePool, MaxPool
from playground.training.experiment import DataSettings, Experiment, Output
from playground.training.model import Model

CONV = (
    Conv2D(3, name="one", activation=Tanh()),
    MaxPool(name="pool"),
    Conv2D(4, name="two", activation=Tanh()),
)
MEANS = (*CONV, GlobalAveragePool(name="means"))
DENSE = (*CONV, Flatten(name="flat"), Dense(5, name="dense", activation=Tanh()))
LABEL, PROBE = 3, 7


def untrained(*layers: Any, output: Any = None) -> tuple[Model, Prepared]:
    settings = {} if output is None else {"output": Output(activation=output)}
    experiment = Experiment(data=DataSettings(name="digits"), layers=layers, **settings)
    prepared = experiment.data.prepared()
    return Model(experiment, prepared.dataset, prepared.normalization), prepared


def toward(label: int) -> np.ndarray:
    return np.eye(10)[np.newaxis, label]


def maps_of(model: Model, row: np.ndarray, name: str, shape: tuple[int, ...]) -> np.ndarray:
    record = next(each for each in model.trace(row[np.newaxis]) if each.name == name)
    return record.a[:, 0].reshape(shape)


def score_behind(model: Model, maps: np.ndarray) -> float:
    """Return z of the class above the mean of all z, for maps of the layer ``two``."""
    views = model.network.views()
    a = np.tanh(views["dense.weights"] @ maps.ravel() + views["dense.biases"])
    z = views["output.weights"] @ a + views["output.biases"]
    return float(z[LABEL] - z.mean())


def test_behind_the_means_of_maps_each_counts_by_its_weight() -> None:
    model, prepared = untrained(*MEANS)
    row = prepared.dataset.inputs[PROBE].astype(float)
    found = class_map(model, row, toward(LABEL))
    assert found is not None
    maps = maps_of(model, row, "two", (4, 4, 4))
    weights = model.network.views()["output.weights"]
    own = weights[LABEL] - weights.mean(axis=0)
    expected = np.zeros((4, 4))
    for place in np.ndindex(4, 4):
        expected[place] = sum(own[m] * maps[m][place] for m in range(4))
    np.testing.assert_allclose(found.values, expected, rtol=1e-10, atol=1e-14)
    assert (found.layer, found.signed, found.relative) == ("two", True, True)
    assert found.values.min() < 0 < found.values.max()
    z = model.trace(row[np.newaxis])[-1].z
    assert z is not None
    biases = model.network.views()["output.biases"]
    above = z[LABEL, 0] - z.mean() - (biases[LABEL] - biases.mean())
    assert found.values.mean() == pytest.approx(above, rel=1e-10)


def test_elsewhere_each_map_counts_by_the_mean_of_its_slopes() -> None:
    model, prepared = untrained(*DENSE)
    row = prepared.dataset.inputs[PROBE].astype(float)
    found = class_map(model, row, toward(LABEL))
    assert found is not None
    maps, h = maps_of(model, row, "two", (4, 4, 4)), 1e-5
    slopes = np.zeros((4, 4, 4))
    for place in np.ndindex(4, 4, 4):
        step = np.zeros((4, 4, 4))
        step[place] = h
        ends = (score_behind(model, maps + step), score_behind(model, maps - step))
        slopes[place] = (ends[0] - ends[1]) / (2 * h)
    sums = sum(slopes[m].mean() * maps[m] for m in range(4))
    np.testing.assert_allclose(found.values, np.maximum(sums, 0), rtol=1e-6, atol=1e-9)
    assert found.values.any()
    assert (found.values == 0).any()
    assert not found.signed


def test_without_softmax_the_logit_itself_is_explained() -> None:
    model, prepared = untrained(*MEANS, output=Sigmoid())
    row = prepared.dataset.inputs[PROBE].astype(float)
    found = class_map(model, row, toward(LABEL))
    assert found is not None
    maps = maps_of(model, row, "two", (4, 4, 4))
    expected = np.tensordot(model.network.views()["output.weights"][LABEL], maps, 1)
    np.testing.assert_allclose(found.values, expected, rtol=1e-10, atol=1e-14)
    assert not found.relative


@pytest.mark.parametrize("layers", [(), (Flatten(name="flat"), Dense(4, name="dense"))])
def test_a_network_without_maps_has_no_class_map(layers: tuple[Any, ...]) -> None:
    model, prepared = untrained(*layers)
    row = prepared.dataset.inputs[PROBE]
    assert explain(model, prepared, row=row, label=None, patch=1).class_map is None
    assert last_maps(model.network) is None


def test_an_explanation_has_the_map_of_its_class() -> None:
    model, prepared = untrained(*MEANS)
    row = prepared.dataset.inputs[PROBE].astype(float)
    found = explain(model, prepared, row=row, label=LABEL, patch=1).class_map
    expected = class_map(model, row, toward(LABEL))
    assert found is not None
    assert expected is not None
    np.testing.assert_array_equal(found.pixels, expected.pixels)
    assert found.pixels.shape == (64,)


def test_stretching_meets_the_middles_and_is_even_between_them() -> None:
    values = np.array([[0.0, 4.0], [8.0, 12.0]])
    np.testing.assert_allclose(stretched(values, 2, 4), [[0, 1, 3, 4], [8, 9, 11, 12]])
    np.testing.assert_allclose(stretched(values, 2, 2), values)
    np.testing.assert_allclose(stretched(np.full((1, 3), 5.0), 4, 6), np.full((4, 6), 5.0))


@pytest.mark.parametrize("layers", [MEANS, DENSE])
def test_the_slopes_at_the_pixels_are_central_differences(layers: tuple[Any, ...]) -> None:
    model, prepared = untrained(*layers)
    row, h = prepared.dataset.inputs[PROBE].astype(float), 1e-5
    gradient = class_gradient(model, row, LABEL)
    # Pixels that no maximum is about to change its mind for.
    for pixel in (18, 27, 36):
        ends = []
        for sign in (1, -1):
            moved = row.copy()
            moved[pixel] += sign * h
            inputs = (moved - model.normalization.mean) / model.normalization.scale
            z = model.network.trace(inputs[:, np.newaxis])[-1].z
            assert z is not None
            ends.append(float(z[LABEL, 0]))
        assert gradient[pixel] == pytest.approx((ends[0] - ends[1]) / (2 * h), rel=1e-5, abs=1e-8)


def test_hiding_in_pieces_is_hiding_one_by_one() -> None:
    model, prepared = untrained(*MEANS)
    row = prepared.dataset.inputs[PROBE].astype(float)
    background = np.zeros(64)
    falls = occlusion(model, row, LABEL, background, 3)
    whole = answers(model, row[np.newaxis], LABEL)[0]
    for pixel in (0, 9, 27, 63):
        middle, picture = divmod(pixel, 8), row.reshape(8, 8).copy()
        picture[max(middle[0] - 1, 0) : middle[0] + 2, max(middle[1] - 1, 0) : middle[1] + 2] = 0
        hidden = answers(model, picture.reshape(1, -1), LABEL)[0]
        assert falls[pixel] == pytest.approx(whole - hidden, abs=1e-12)
