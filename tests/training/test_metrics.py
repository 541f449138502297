"""Accuracy, R² and the mean absolute error, worked by hand."""

import numpy as np
import pytest

from playground.data.tasks import Classification, Regression, accuracy, r2
from playground.nn.activations import Identity, Softmax
from playground.nn.layers import Dense
from playground.nn.losses import CategoricalCrossEntropy, MeanSquaredError
from playground.nn.network import Network
from playground.training.metrics import evaluate


def test_accuracy_counts_the_most_probable_class() -> None:
    outputs = np.array([[0.7, 0.2, 0.4, 0.1], [0.2, 0.5, 0.5, 0.3], [0.1, 0.3, 0.1, 0.6]])
    targets = np.array([[1, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 1]])
    assert accuracy(outputs, targets) == 0.75


def test_a_single_output_means_the_second_class_above_one_half() -> None:
    outputs = np.array([[0.1, 0.5, 0.51, 0.9]])
    targets = np.array([[0, 0, 1, 0]])
    assert accuracy(outputs, targets) == 0.75


def test_r2_is_one_for_exact_answers_and_zero_for_the_mean() -> None:
    targets = np.array([[1.0, 2.0, 6.0]])
    assert r2(targets, targets) == 1.0
    assert r2(np.full((1, 3), 3.0), targets) == pytest.approx(0.0)
    # Residuals 1, 0, 2 against deviations −2, −1, 3: 1 − 5/14.
    assert r2(np.array([[2.0, 2.0, 4.0]]), targets) == pytest.approx(1 - 5 / 14)


def test_r2_of_equal_targets_is_one_or_zero() -> None:
    targets = np.array([[2.0, 2.0]])
    assert r2(targets, targets) == 1.0
    assert r2(targets + 1, targets) == 0.0


def test_evaluate_measures_what_its_task_names() -> None:
    rows = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], np.float32)
    network = Network((2,), [Dense(name="output", units=2, activation=Softmax())])
    one_hot = np.array([[1, 0], [0, 1], [1, 0]], np.float32)
    measured = evaluate(network, CategoricalCrossEntropy(), Classification(), rows, one_hot)
    assert tuple(measured) == Classification().measures

    regression = Network((2,), [Dense(name="output", units=1, activation=Identity())])
    regression.views()["output.weights"][:] = [[2.0, 3.0]]
    regression.views()["output.biases"][:] = 1.0
    # Answers 3, 4, 6 where 3, 3, 4 are wanted: errors 0, 1, 2.
    wanted = np.array([[3.0], [3.0], [4.0]], np.float32)
    measured = evaluate(regression, MeanSquaredError(), Regression(), rows, wanted)
    assert tuple(measured) == Regression().measures
    assert measured["loss"] == pytest.approx((0 + 1 + 4) / 2 / 3)
    assert measured["mean_absolute_error"] == pytest.approx(1.0)
    assert measured["r2"] == pytest.approx(1 - 5 / (2 / 3))


def test_dropout_is_off_while_measuring() -> None:
    layers = [Dense(name="a", units=20, dropout=0.9), Dense(name="output", units=2)]
    network = Network((2,), layers)
    rows = np.ones((5, 2), np.float32)
    targets = np.zeros((5, 2), np.float32)
    first = evaluate(network, MeanSquaredError(), Classification(), rows, targets)
    assert evaluate(network, MeanSquaredError(), Classification(), rows, targets) == first
