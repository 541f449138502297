"""The two halves of an autoencoder, PCA beside it, and what is seen of its codes."""

import dataclasses

import numpy as np
import pytest

from playground.analysis.codes.fidelity import FidelityMeter
from playground.analysis.codes.halves import (
    code_size,
    decode,
    encode,
    has_code,
    is_variational,
    rebuilds,
    squared_errors,
)
from playground.analysis.codes.likeness import likely_class
from playground.analysis.codes.morph import between, morph
from playground.analysis.codes.numbers import code_numbers
from playground.analysis.codes.plane import (
    DIRECTIONS,
    CodePlane,
    code_cloud,
    decoded_grid,
    look_at_plane,
)
from playground.analysis.codes.principal import of_training_part, principal_directions
from playground.errors import ShapeError
from playground.nn.layers import Code, Conv2D, ConvTranspose2D, Dense, Reshape
from playground.training.experiment import DataSettings
from playground.training.model import Model
from playground.training.presets import preset
from playground.training.task_fit import fitted
from playground.training.trainer import Trainer

WAY = (Dense(name="in", units=12), Code(name="code", units=3), Dense(name="out", units=10))


def autoencoder(layers=WAY, data="digits", task="itself", standardize=False):
    """Return an untrained autoencoder and its data."""
    made = dataclasses.replace(
        preset("digits-small").experiment,
        data=DataSettings(name=data, task=task, standardize=standardize),
        layers=tuple(
            dataclasses.replace(layer, name=layer.name or f"layer_{place}")
            for place, layer in enumerate(layers)
        ),
    )
    trainer = Trainer(fitted(made, made.data.load()))
    prepared = trainer.prepared
    model = Model(trainer.experiment, prepared.dataset, prepared.normalization)
    model.show(trainer.snapshot())
    return model, prepared


@pytest.fixture(scope="module")
def digits():
    return autoencoder()


@pytest.mark.parametrize(
    ("data", "layers"),
    [
        ("digits", WAY),
        ("iris", WAY),
        ("spirals", (Dense(units=5), Code(units=2), Dense(units=5))),
        ("digits", (Conv2D(maps=2), Code(units=4), Dense(units=9))),
        (
            "digits",
            (
                Conv2D(maps=2, stride=2),
                Code(units=3, variational=True),
                Dense(units=32),
                Reshape(maps=2),
                ConvTranspose2D(maps=2, kernel=2, stride=2),
            ),
        ),
    ],
)
def test_what_is_encoded_and_decoded_is_what_the_network_gives_back(data, layers):
    model, prepared = autoencoder(layers, data, standardize=data == "iris")
    rows = prepared.dataset.inputs[:700]
    codes = encode(model, rows)
    assert codes.shape == (len(rows), code_size(model.network))
    name = model.network.code.name
    record = next(each for each in model.trace(rows[:4]) if each.name == name)
    np.testing.assert_allclose(codes[:4], record.a.T, rtol=0, atol=1e-12)
    scaling = model.normalization
    back = model.network.forward(model.inputs(rows)).T * scaling.scale + scaling.mean
    np.testing.assert_allclose(decode(model, codes), back, rtol=0, atol=1e-12)


def test_a_network_without_a_code_has_none_and_says_so(digits):
    assert has_code(digits[0].network)
    assert rebuilds(digits[0])
    plain, prepared = autoencoder((Dense(units=4),), task="labels")
    assert not has_code(plain.network)
    assert code_size(plain.network) == 0
    with pytest.raises(ShapeError, match="no code layer"):
        encode(plain, prepared.dataset.inputs[:1])
    classifier, _ = autoencoder(task="labels")
    assert has_code(classifier.network)
    assert not rebuilds(classifier)


def test_only_a_code_that_is_sampled_is_variational(digits):
    model, _ = autoencoder((Code(units=2, variational=True), Dense(units=4)))
    assert is_variational(model.network)
    assert not is_variational(digits[0].network)


def test_principal_directions_are_the_singular_vectors():
    rows = np.random.default_rng(3).normal(size=(40, 7)) * np.arange(1, 8)
    found = principal_directions(rows, 3)
    mean = rows.mean(axis=0)
    _, sizes, vectors = np.linalg.svd(rows - mean, full_matrices=False)
    np.testing.assert_allclose(np.abs(found.directions), np.abs(vectors[:3]), atol=1e-9)
    np.testing.assert_allclose(found.variances, sizes[:3] ** 2 / 40, rtol=1e-9)
    assert (found.directions.max(axis=1) >= -found.directions.min(axis=1)).all()
    inside = mean + np.array([[1.0, -2.0, 0.5]]) @ found.directions
    np.testing.assert_allclose(found.encode(inside), [[1.0, -2.0, 0.5]], atol=1e-9)
    np.testing.assert_allclose(found.came_back(inside), inside, atol=1e-9)


def test_principal_directions_of_few_wide_rows_are_the_same():
    rows = np.random.default_rng(4).normal(size=(6, 30))
    found = principal_directions(rows, 9)
    assert found.directions.shape == (6, 30)
    np.testing.assert_allclose(found.came_back(rows), rows, atol=1e-9)
    two = principal_directions(rows, 2)
    _, _, vectors = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)
    np.testing.assert_allclose(np.abs(two.directions), np.abs(vectors[:2]), atol=1e-9)


def test_pca_of_the_digits_has_the_known_errors(digits):
    _, prepared = digits
    inputs = prepared.test_inputs[:]
    errors = [
        squared_errors(of_training_part(prepared, size).came_back(inputs), inputs).mean()
        for size in (2, 8)
    ]
    assert errors == pytest.approx([0.053, 0.0245], abs=0.0008)


def test_fidelity_is_measured_on_the_test_part_by_class_and_in_all(digits):
    model, prepared = digits
    meter = FidelityMeter()
    found = meter.measure(model, prepared)
    inputs = prepared.test_inputs[:]
    outputs = model.network.forward(inputs.T).T
    np.testing.assert_allclose(found.errors, ((outputs - inputs) ** 2).mean(axis=1), rtol=1e-6)
    assert found.error == pytest.approx(((outputs - inputs) ** 2).mean(), rel=1e-6)
    assert len(found.directions.directions) == 3
    code, principal = found.by_class(10)
    third = prepared.test_targets == 3
    assert code[3] == pytest.approx(found.errors[third].mean())
    assert principal[3] == pytest.approx(found.principal_errors[third].mean())
    assert np.isnan(found.by_class(11)[0][10])
    mean = inputs.mean(axis=0)
    assert found.r2(float(((inputs - mean) ** 2).mean())) == pytest.approx(0, abs=1e-6)
    assert found.r2(0.0) == 1
    assert meter.measure(model, prepared).directions is found.directions


def test_an_error_is_ranked_among_those_of_the_test_part(digits):
    found = FidelityMeter().measure(*digits)
    ordered = np.sort(found.errors)
    assert found.worse_than(0.0) == 0
    assert found.worse_than(1e9) == 1
    assert found.worse_than(float(ordered[36])) == pytest.approx(0.1)


def test_numbers_are_sorted_by_what_they_change(digits):
    model, prepared = autoencoder()
    weights = model.network.views()["out.weights"]
    weights[:, 1] = 0
    weights[:, 0] *= 10
    found = code_numbers(model, prepared)
    assert found.changes[1] == 0
    assert found.order.tolist() == [0, 2, 1]
    codes = encode(model, prepared.dataset.inputs[prepared.train_index])
    assert ((found.low < codes.mean(axis=0)) & (codes.mean(axis=0) < found.high)).all()


def test_a_place_on_the_plane_keeps_the_numbers_that_it_does_not_show():
    plane = CodePlane(np.array([1.0, 0, 0]), np.array([0, 0, 1.0]))
    through = np.array([5.0, 6.0, 7.0])
    np.testing.assert_allclose(plane.codes_at(np.array([[1.0, 2.0]]), through), [[1, 6, 2]])
    slanted = np.array([3.0, 4.0]) / 5
    plane = CodePlane(np.array([*slanted, 0]), np.array([0, 0, 1.0]))
    (code,) = plane.codes_at(np.array([[2.0, -1.0]]), through)
    np.testing.assert_allclose(plane.places(code[np.newaxis]), [[2.0, -1.0]])
    along = (code - through)[:2] @ slanted
    np.testing.assert_allclose(code - through, [*(along * slanted), -8.0])


def test_the_cloud_holds_each_example_at_its_code(digits):
    model, prepared = digits
    cloud = code_cloud(model, prepared)
    assert set(cloud.trained) <= set(prepared.train_index)
    assert set(cloud.tested) <= set(prepared.test_index)
    codes = encode(model, prepared.dataset.inputs[cloud.tested])
    np.testing.assert_allclose(cloud.tested_at, codes[:, :2], atol=1e-12)
    places = np.concatenate([cloud.trained_at, cloud.tested_at])
    fours = places[prepared.dataset.targets[cloud.rows] == 4]
    np.testing.assert_allclose(cloud.middles[4], fours.mean(axis=0), atol=1e-12)
    low, high = cloud.corners()
    assert ((low <= places) & (places <= high)).all(axis=1).mean() > 0.93


def test_the_axes_of_a_longer_code_can_be_its_principal_directions(digits):
    cloud = code_cloud(*digits, axes=DIRECTIONS)
    spread = cloud.codes.std(axis=0)
    assert cloud.trained_at[:, 0].std() >= 0.99 * spread.max()
    across, up = cloud.plane.axes
    assert across @ up == pytest.approx(0, abs=1e-9)


def test_examples_of_a_code_of_one_number_lie_apart(digits):
    model, prepared = autoencoder((Code(units=1), Dense(units=4)))
    cloud = code_cloud(model, prepared)
    assert len(np.unique(cloud.trained_at[:, 1])) > 1000
    (code,) = cloud.plane.codes_at(np.array([[0.3, 9.0]]), np.zeros(1))
    assert code == pytest.approx([0.3])


def test_nearest_codes_leave_the_example_itself_out(digits):
    cloud = code_cloud(*digits)
    row = int(cloud.rows[5])
    rows, distances = cloud.nearest(cloud.codes[5], 4)
    assert rows[0] == row
    assert distances[0] == 0
    assert (np.diff(distances) >= 0).all()
    but, _ = cloud.nearest(cloud.codes[5], 3, but=row)
    assert but.tolist() == rows[1:].tolist()


def test_the_grid_shows_what_the_middles_of_its_cells_decode_to(digits):
    model, prepared = digits
    cloud = code_cloud(model, prepared)
    corners = np.array([0.0, 10.0]), np.array([4.0, 16.0])
    through = np.array([0.0, 0.0, 2.5])
    grid = decoded_grid(model, cloud.plane, through, corners, (4, 3))
    assert grid.rows.shape == (3, 4, 64)
    np.testing.assert_allclose(grid.rows[0, 3], decode(model, np.array([[3.5, 11.0, 2.5]]))[0])
    row = prepared.dataset.inputs[11]
    look = look_at_plane(model, prepared, corners=corners, cells=(2, 1), row=row)
    code = np.array([1.0, 13.0, encode(model, row[np.newaxis])[0, 2]])
    np.testing.assert_allclose(look.grid.rows[0, 0], decode(model, code[np.newaxis])[0])
    assert look_at_plane(model, prepared).grid is None


def test_what_an_input_looks_like_is_asked_of_the_examples_alone(digits):
    _, prepared = digits
    dataset, rows = prepared.dataset, prepared.train_index
    test = prepared.test_index
    right = [
        likely_class(dataset, rows, dataset.inputs[row]) == dataset.targets[row] for row in test
    ]
    assert np.mean(right) > 0.95
    assert likely_class(dataset, rows[:0], dataset.inputs[0]) is None


def test_a_morph_leads_straight_from_one_to_the_other(digits):
    model, prepared = digits
    rows = prepared.dataset.inputs[[3, 8]]
    codes = encode(model, rows)
    found = morph(model, prepared, rows=rows)
    np.testing.assert_allclose(found.codes[[0, -1]], codes, atol=1e-12)
    np.testing.assert_allclose(found.codes[3], codes.mean(axis=0), atol=1e-12)
    np.testing.assert_allclose(found.rows[[0, -1]], decode(model, codes), atol=1e-12)
    np.testing.assert_array_equal(between(codes[0], codes[1], 0.0), codes[0])


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e200])
@pytest.mark.parametrize("axes", [DIRECTIONS, (("number", 2), ("number", 0))])
def test_a_network_whose_numbers_are_no_longer_finite_is_looked_at_all_the_same(value, axes):
    model, prepared = autoencoder()
    model.network.parameters[::3] = value
    row = prepared.dataset.inputs[4]
    look = look_at_plane(model, prepared, axes=axes, cells=(3, 2), row=row)
    assert np.isfinite(look.corners).all()
    assert len(look.cloud.nearest(encode(model, row[np.newaxis])[0], 5)[0]) <= 5
    assert sorted(code_numbers(model, prepared).order) == [0, 1, 2]
    found = FidelityMeter().measure(model, prepared)
    assert 0 <= found.worse_than(0.1) <= 1
    found.by_class(10)
    found.r2(found.error)
    morph(model, prepared, rows=prepared.dataset.inputs[:2])
