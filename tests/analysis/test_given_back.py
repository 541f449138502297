"""Where the example itself is asked for: errors, what they hang on, and PCA beside them."""

import numpy as np
import pytest

from playground.analysis.answers.mistakes import ERROR_ORDERS, ordered
from playground.analysis.answers.own_readings import read_own_and_test
from playground.analysis.answers.part_answers import part_answers
from playground.analysis.codes.comparison import comparison
from playground.analysis.neurons.names import NeuronNames
from playground.analysis.neurons.neuron import Neuron
from playground.analysis.why.attribution import explain
from playground.data.drawing.sample import drawn_three
from playground.data.own.drawings import OwnDrawing, fitting
from playground.nn.layers import Code, Dense, Reshape
from playground.training.experiment import ITSELF, DataSettings, Experiment, Stopping, Training
from playground.training.model import Model
from playground.training.task_fit import fitted
from playground.training.trainer import Trainer


@pytest.fixture(scope="module", params=["digits", "iris", "maps"])
def case(request):
    name = "iris" if request.param == "iris" else "digits"
    data = DataSettings(name=name, task=ITSELF, standardize=name == "iris")
    layers = (Dense(name="wide", units=16), Code(name="middle", units=2))
    layers += (Dense(name="on", units=16),)
    if request.param == "maps":
        layers = (*layers, Dense(name="more", units=128), Reshape(name="maps", maps=2))
    training = Training(learning_rate=0.01, stopping=Stopping(epochs=2))
    experiment = Experiment(data=data, layers=layers, training=training)
    trainer = Trainer(fitted(experiment, data.load()))
    for _ in trainer.run():
        pass
    prepared = trainer.prepared
    model = Model(trainer.experiment, prepared.dataset, prepared.normalization)
    model.show(trainer.snapshot())
    return model, prepared, trainer.snapshot()


def error_of(model, rows):
    """The error by hand, of raw rows."""
    seen = (rows - model.normalization.mean) / model.normalization.scale
    return ((model.network.forward(seen.T).T - seen) ** 2).mean(axis=1)


def test_every_example_has_its_error_and_what_comes_back(case):
    model, prepared, snapshot = case
    answers = part_answers(model, prepared, "test")
    rows = prepared.dataset.inputs[answers.indices].astype(np.float64)
    np.testing.assert_allclose(answers.predicted, error_of(model, rows), rtol=1e-4)
    assert answers.predicted.mean() == pytest.approx(
        snapshot.history.last("test_mean_squared_error"), rel=1e-4
    )
    apart = (answers.back - rows) / model.normalization.scale
    np.testing.assert_allclose((apart**2).mean(axis=1), answers.predicted, rtol=1e-3)


def test_the_worst_come_first_or_the_best(case):
    model, prepared, _ = case
    answers = part_answers(model, prepared, "test")
    largest, smallest = (ordered(answers, order) for order in ERROR_ORDERS)
    assert answers.predicted[largest[0]] == answers.predicted.max()
    assert answers.predicted[smallest[0]] == answers.predicted.min()
    assert (np.diff(answers.predicted[largest]) <= 0).all()
    assert (np.diff(answers.predicted[smallest]) >= 0).all()


def test_what_is_explained_is_the_error_with_the_example_held_fixed(case):
    model, prepared, _ = case
    row = prepared.dataset.inputs[prepared.test_index[0]].astype(np.float64)
    found = explain(model, prepared, row=row, label=None, patch=1)
    assert found.answer == pytest.approx(error_of(model, row[np.newaxis])[0])
    seen = (row - model.normalization.mean) / model.normalization.scale

    def of(changed):
        scaled = (changed - model.normalization.mean) / model.normalization.scale
        return float(((model.network.forward(scaled[:, np.newaxis])[:, 0] - seen) ** 2).mean())

    for feature in range(0, len(row), 7):
        step = np.zeros(len(row))
        step[feature] = 1e-5
        expected = (of(row + step) - of(row - step)) / 2e-5
        assert found.gradient[feature] == pytest.approx(expected, rel=1e-3, abs=1e-7)
    hidden = row.copy()
    hidden[3] = 0.0
    if prepared.dataset.kind.pictures:
        assert found.falls[3] == pytest.approx(found.answer - of(hidden), abs=1e-6)
        assert found.class_map is None


def test_pca_of_the_codes_size_is_measured_on_the_same_examples(case):
    model, prepared, _ = case
    compared = comparison(model, prepared)
    train, test = (np.asarray(part, np.float64) for part in (
        prepared.train_inputs, prepared.test_inputs))  # fmt: skip
    middle = train.mean(axis=0)
    directions = np.linalg.svd(train - middle, full_matrices=False)[2][:2]
    left = (test - middle) - (test - middle) @ directions.T @ directions
    assert compared.size == 2
    assert compared.error == pytest.approx((left**2).mean(), rel=1e-6)


def test_an_output_is_called_as_the_value_that_it_gives_back(case):
    model, prepared, _ = case
    names = NeuronNames(prepared.dataset, model.network)
    wanted = "pixel (1, 4)" if prepared.dataset.kind.pictures else "petal width (cm)"
    told = "map 1, row 1, column 4" if len(model.network.output_shape) == 3 else wanted
    assert names.title(Neuron("output", 3)) == f"Output · {told}"
    assert names.title(Neuron("input", 3)) == f"Input · {wanted}"


def test_ones_own_drawings_come_back_with_an_error(case):
    model, prepared, snapshot = case
    if not prepared.dataset.kind.pictures:
        return
    own = fitting([OwnDrawing("3", drawn_three())], prepared.dataset)
    readings = read_own_and_test(model, prepared, own)
    assert readings.error == pytest.approx(error_of(model, own.inputs.astype(np.float64))[0])
    assert readings.test_error == pytest.approx(
        snapshot.history.last("test_mean_squared_error"), rel=1e-4
    )
    assert readings.classes == {}
