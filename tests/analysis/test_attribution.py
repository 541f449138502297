"""Gradients against central differences, occlusion against a plain loop."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from playground.analysis.why.attribution import (
    answers,
    background_of,
    class_gradient,
    explain,
    explain_question,
    hidden_by_patches,
    largest,
    occlusion,
)
from playground.data.tasks import Classification, Regression
from playground.nn.activations import Identity, ReLU, Sigmoid, Softmax, Tanh
from playground.nn.layers import BatchNorm, Dense, Dropout
from playground.nn.losses import LogLoss, MeanSquaredError
from playground.training.experiment import DataSettings, Experiment, Output, Stopping, Training
from playground.training.model import Model
from playground.training.trainer import Trainer


def trained(data: str, output: Any, *layers: Any, loss: Any = None, **settings: Any) -> Any:
    experiment = Experiment(
        data=DataSettings(name=data, examples=80, **settings),
        layers=tuple(replace(layer, name=f"layer_{i}") for i, layer in enumerate(layers)),
        output=Output(activation=output),
        training=Training(loss=loss or MeanSquaredError(), stopping=Stopping(epochs=2)),
    )
    trainer = Trainer(experiment)
    for _ in trainer.run():
        pass
    model = Model(experiment, trainer.prepared.dataset, trainer.prepared.normalization)
    model.show(trainer.snapshot())
    return model, trainer.prepared


def sum_of_class(model: Model, row: np.ndarray, label: int) -> float:
    """What is to be differentiated, without the rounding of a raw row to float32."""
    scaled = (row - model.normalization.mean.astype(float)) / model.normalization.scale
    last = model.network.trace(scaled[:, np.newaxis])[-1]
    if model.dataset.task == Regression():
        return float(last.a[0, 0])
    assert last.z is not None
    if len(last.z) == 1:
        return float(last.z[0, 0]) * (1 if label else -1)
    return float(last.z[label, 0])


NETWORKS = [
    ("digits", Softmax(), (Dense(units=12, activation=Tanh()),), {}),
    ("digits", Softmax(), (Dense(units=9, activation=Tanh()), BatchNorm()), {"standardize": True}),
    ("digits", Sigmoid(), (Dropout(rate=0.4), Dense(units=9, activation=Sigmoid())), {}),
    ("iris", Identity(), (Dense(units=6, activation=Tanh()),), {"standardize": True}),
    ("circles", Sigmoid(), (Dense(units=5, activation=Tanh()),), {"standardize": True}),
    ("plane-field", Identity(), (Dense(units=5, activation=Tanh()),), {}),
    ("iris", Softmax(), (), {}),
]


@pytest.mark.parametrize(("data", "output", "layers", "settings"), NETWORKS)
def test_every_feature_s_gradient_is_the_central_difference(
    data: str, output: Any, layers: Any, settings: dict[str, Any]
) -> None:
    model, prepared = trained(data, output, *layers, **settings)
    row = prepared.dataset.inputs[prepared.train_index[3]].astype(np.float64)
    classes = max(len(prepared.dataset.class_names), 2)
    for label in {1, 0 if prepared.dataset.task == Classification() else 1, classes - 1}:
        gradient = class_gradient(model, row.astype(np.float32), label)
        h = 1e-5 * max(prepared.dataset.value_range[1], 1.0)
        for feature in range(len(row)):
            up, down = row.copy(), row.copy()
            up[feature] += h
            down[feature] -= h
            expected = (sum_of_class(model, up, label) - sum_of_class(model, down, label)) / 2 / h
            assert gradient[feature] == pytest.approx(expected, rel=1e-4, abs=1e-7)


def test_a_single_sigmoid_s_first_class_has_the_opposite_gradient() -> None:
    model, prepared = trained("circles", Sigmoid(), Dense(units=4, activation=ReLU()))
    row = prepared.dataset.inputs[0]
    np.testing.assert_array_equal(class_gradient(model, row, 0), -class_gradient(model, row, 1))
    assert answers(model, row[None], 0) + answers(model, row[None], 1) == pytest.approx(1)


@pytest.mark.parametrize("patch", [1, 2, 3])
def test_occlusion_equals_hiding_one_patch_after_the_other(patch: int) -> None:
    model, prepared = trained("digits", Softmax(), Dense(units=12, activation=ReLU()))
    dataset = prepared.dataset
    row = dataset.inputs[7]
    height, width = dataset.image_shape
    first = -((patch - 1) // 2)
    expected = np.empty((height, width))
    whole = model.probabilities(row[np.newaxis])[0, 4]
    for y in range(height):
        for x in range(width):
            hidden = row.reshape(height, width).copy()
            for dy in range(first, first + patch):
                for dx in range(first, first + patch):
                    if 0 <= y + dy < height and 0 <= x + dx < width:
                        hidden[y + dy, x + dx] = dataset.value_range[0]
            expected[y, x] = whole - model.probabilities(hidden.reshape(1, -1))[0, 4]
    falls = occlusion(model, row, 4, background_of(prepared), patch)
    np.testing.assert_allclose(falls.reshape(height, width), expected, atol=1e-12)


def test_a_patch_is_cut_off_at_the_edge() -> None:
    hidden = hidden_by_patches((3, 4), 3)
    assert hidden.sum(axis=1).tolist() == [4, 6, 6, 4, 6, 9, 9, 6, 4, 6, 6, 4]
    assert hidden.diagonal().all()


def test_a_table_s_feature_is_hidden_by_its_training_mean() -> None:
    model, prepared = trained("iris", Softmax(), Dense(units=6, activation=Tanh()))
    row = prepared.dataset.inputs[60]
    falls = explain(model, prepared, row=row, label=2, patch=3).falls
    mean = prepared.dataset.inputs[prepared.train_index].astype(np.float64).mean(axis=0)
    for feature in range(4):
        hidden = row.copy()
        hidden[feature] = mean[feature]
        fall = model.probabilities(row[None])[0, 2] - model.probabilities(hidden[None])[0, 2]
        assert falls[feature] == pytest.approx(fall, abs=1e-12)


def test_a_regression_is_explained_by_its_output() -> None:
    model, prepared = trained("plane-field", Identity(), Dense(units=5, activation=Tanh()))
    row = prepared.dataset.inputs[5]
    found = explain(model, prepared, row=row, label=None, patch=1)
    assert (found.label, found.predicted) == (1, 1)
    assert found.answer == pytest.approx(model.outputs(row[None])[0, 0])
    np.testing.assert_array_equal(found.gradient_times_input, found.gradient * row)


def test_the_most_probable_class_is_explained_where_none_is_named() -> None:
    model, prepared = trained("digits", Softmax(), Dense(units=12, activation=ReLU()))
    row = prepared.dataset.inputs[11]
    found = explain_question(row, None, 2)(model, prepared)
    assert found.label == found.predicted == model.probabilities(row[None])[0].argmax()
    assert explain_question(row, 3, 2)(model, prepared).label == 3
    assert found.finite


def test_weights_that_are_no_numbers_make_no_trouble() -> None:
    model, prepared = trained("circles", Sigmoid(), Dense(units=4), loss=LogLoss())
    model.network.parameters[:] = np.nan
    found = explain(model, prepared, row=prepared.dataset.inputs[0], label=None, patch=1)
    assert not found.finite


def test_the_largest_values_keep_their_order():
    values = np.array([0.5, -3.0, np.nan, 2.0, 2.0])
    assert largest(values, 2) == (1, 3)
    assert largest(values, 9) == (0, 1, 2, 3, 4)
