"""Nearest examples against a search by hand."""

from typing import Any

import numpy as np
import pytest

from playground.analysis.why.neighbours import NeighbourSearch, spaces_of
from playground.nn.activations import ReLU, Softmax
from playground.nn.layers import BatchNorm, Dense, Dropout
from playground.nn.record import INPUT
from playground.training.experiment import DataSettings, Experiment, Output, Stopping, Training
from playground.training.model import Model
from playground.training.trainer import Trainer


@pytest.fixture(scope="module")
def iris() -> Any:
    experiment = Experiment(
        data=DataSettings(name="iris", standardize=True),
        layers=(
            Dense(name="dense_1", units=7, activation=ReLU()),
            Dropout(name="drop", rate=0.3),
            BatchNorm(name="batch_norm_1"),
            Dense(name="dense_2", units=5, activation=ReLU()),
        ),
        output=Output(activation=Softmax()),
        training=Training(stopping=Stopping(epochs=3)),
    )
    trainer = Trainer(experiment)
    for _ in trainer.run():
        pass
    return trainer


@pytest.fixture
def model(iris: Trainer) -> Model:
    model = Model(iris.experiment, iris.prepared.dataset, iris.prepared.normalization)
    model.show(iris.snapshot())
    return model


def by_hand(model: Model, prepared: Any, row: np.ndarray, space: str) -> list[tuple[float, int]]:
    def place(inputs: np.ndarray) -> np.ndarray:
        if space == INPUT:
            return model.normalization.apply(inputs).astype(np.float64)
        return next(t.a for t in model.trace(inputs[np.newaxis]) if t.name == space)[:, 0]

    here = place(row)
    found = []
    for index in prepared.train_index.tolist():
        away = place(prepared.dataset.inputs[index]) - here
        found.append((float(np.sqrt((away**2).sum())), index))
    return sorted(found)


@pytest.mark.parametrize("space", ["input", "dense_1", "batch_norm_1", "dense_2", "output"])
def test_nearest_examples_are_those_of_a_search_by_hand(
    model: Model, iris: Trainer, space: str
) -> None:
    row = np.array([6.0, 2.9, 4.4, 1.3], np.float32)
    found = NeighbourSearch().nearest(model, iris.prepared, row=row, space=space)
    expected = by_hand(model, iris.prepared, row, space)
    np.testing.assert_allclose(found.distances, [d for d, _ in expected[:12]], rtol=1e-4, atol=1e-6)
    exact = {index: distance for distance, index in expected}
    for index, distance in zip(found.indices.tolist(), found.distances, strict=True):
        assert exact[index] == pytest.approx(distance, rel=1e-4, abs=1e-6)
    assert (found.space, found.looked_at, found.of) == (space, 120, 120)


def test_layers_that_only_pass_on_are_no_spaces(model: Model) -> None:
    names = [name for name, _ in spaces_of(model)]
    assert names == ["input", "dense_1", "batch_norm_1", "dense_2", "output"]


def test_an_example_is_not_its_own_neighbour(model: Model, iris: Trainer) -> None:
    index = int(iris.prepared.train_index[9])
    row = iris.prepared.dataset.inputs[index]
    search = NeighbourSearch()
    itself = search.nearest(model, iris.prepared, row=row, space="dense_2")
    assert index in itself.indices
    assert itself.distances[0] == pytest.approx(0, abs=1e-5)
    others = search.nearest(model, iris.prepared, row=row, space="dense_2", is_example=True)
    assert others.without_itself
    assert index not in others.indices
    held_back = iris.prepared.dataset.inputs[iris.prepared.test_index[1]] + np.float32(0.01)
    found = search.nearest(model, iris.prepared, row=held_back, space=INPUT, is_example=True)
    assert not found.without_itself


def test_new_weights_are_looked_at_again(model: Model, iris: Trainer) -> None:
    search = NeighbourSearch()
    row = iris.prepared.dataset.inputs[0]
    before = search.nearest(model, iris.prepared, row=row, space="dense_1")
    model.network.parameters *= 2
    after = search.nearest(model, iris.prepared, row=row, space="dense_1")
    fresh = NeighbourSearch().nearest(model, iris.prepared, row=row, space="dense_1")
    np.testing.assert_array_equal(after.distances, fresh.distances)
    assert not np.array_equal(before.distances, after.distances)


def test_large_parts_are_searched_evenly(model: Model, iris: Trainer) -> None:
    row = iris.prepared.dataset.inputs[0]
    found = NeighbourSearch(most=30).nearest(model, iris.prepared, row=row, space=INPUT)
    assert (found.looked_at, found.of) == (30, 120)


def test_an_unknown_layer_gives_way_to_the_input(model: Model, iris: Trainer) -> None:
    row = iris.prepared.dataset.inputs[0]
    found = NeighbourSearch().nearest(model, iris.prepared, row=row, space="dense_9")
    assert found.space == INPUT


def test_nothing_is_near_where_weights_are_no_numbers(model: Model, iris: Trainer) -> None:
    model.network.parameters[:] = np.nan
    row = iris.prepared.dataset.inputs[0]
    search = NeighbourSearch()
    assert not len(search.nearest(model, iris.prepared, row=row, space="dense_1").indices)
    assert len(search.nearest(model, iris.prepared, row=row, space=INPUT).indices) == 12
