"""A model answers raw inputs in the data set's own units, with a share for each class."""

from typing import Any

import numpy as np
import pytest

from playground.nn.activations import Identity, ReLU, Sigmoid, Softmax, Tanh
from playground.nn.layers import Dense, Dropout
from playground.nn.losses import MeanSquaredError
from playground.training.experiment import DataSettings, Experiment, Output, Stopping, Training
from playground.training.model import Model
from playground.training.trainer import Trainer


def model_of(data: str, activation: Any, **settings: Any) -> tuple[Model, Trainer]:
    experiment = Experiment(
        data=DataSettings(name=data, examples=60, **settings),
        layers=(Dense(name="hidden", units=5, activation=Tanh()), Dropout(name="drop", rate=0.5)),
        output=Output(activation=activation),
        training=Training(loss=MeanSquaredError(), stopping=Stopping(epochs=2)),
    )
    trainer = Trainer(experiment)
    for _ in trainer.run():
        pass
    model = Model(experiment, trainer.prepared.dataset, trainer.prepared.normalization)
    model.show(trainer.snapshot())
    return model, trainer


def test_raw_inputs_are_normalized_as_in_training() -> None:
    model, trainer = model_of("iris", Softmax(), standardize=True)
    prepared = trainer.prepared
    expected = trainer.network.forward(prepared.test_inputs.T).T.copy()
    answers = model.outputs(prepared.dataset.inputs[prepared.test_index])
    assert answers.dtype == np.float64
    np.testing.assert_allclose(answers, expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("activation", [Softmax(), Sigmoid(), Identity(), ReLU()])
@pytest.mark.parametrize("data", ["iris", "circles"])
def test_shares_are_probabilities(data: str, activation: Any) -> None:
    model, _ = model_of(data, activation)
    shares = model.probabilities(model.dataset.inputs)
    assert shares.shape == (len(model.dataset), len(model.dataset.class_names))
    assert (shares >= 0).all()
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-5)


def test_one_sigmoid_is_the_probability_of_the_second_class() -> None:
    model, _ = model_of("circles", Sigmoid())
    outputs = model.outputs(model.dataset.inputs)
    shares = model.probabilities(model.dataset.inputs)
    assert shares[:, 1].tolist() == outputs[:, 0].tolist()


def test_outputs_that_are_all_negative_or_not_finite_still_give_shares() -> None:
    model, _ = model_of("iris", Identity())
    outputs = np.array([[-1, -2, -3], [np.nan, 1, 1], [np.inf, 0, 0], [0, 0, 0]], np.float32)
    shares = model.shares(outputs)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert shares[1].tolist() == [0, 0.5, 0.5]
    assert shares[2].tolist() == [1, 0, 0]


def test_the_trace_ends_in_the_outputs() -> None:
    model, _ = model_of("iris", Softmax(), standardize=True)
    rows = model.dataset.inputs[:4]
    traces = model.trace(rows)
    assert [trace.name for trace in traces] == ["hidden", "drop", "output"]
    np.testing.assert_allclose(traces[-1].a.T, model.outputs(rows), rtol=1e-6)
