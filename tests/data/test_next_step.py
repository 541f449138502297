"""What comes next, at every step of a sequence at which anything is asked."""

import numpy as np
import pytest

from playground.data.rows import TokenRows
from playground.data.tasks import NextStep
from playground.errors import DataError, FieldError
from playground.nn.activations import Softmax
from playground.nn.layers import Dense
from playground.nn.losses import CategoricalCrossEntropy, MeanSquaredError
from playground.nn.network import Network
from playground.training.metrics import evaluate


class Texts:
    title, class_names, features = "Texts", ("a", "b"), 6

    def __init__(self, targets):
        self.targets = np.array(targets)


def test_targets_name_a_class_or_nothing_at_each_step():
    NextStep().check_targets("texts", 1, Texts([[0, 1, -1]]))
    with pytest.raises(DataError, match="from −1 to 1; -1 to 2 came"):
        NextStep().check_targets("texts", 1, Texts([[0, 2, -1]]))
    with pytest.raises(DataError, match=r"shape \(1, steps\); \(3,\) came"):
        NextStep().check_targets("texts", 1, Texts([0, 1, 0]))


def test_a_loss_that_cannot_leave_steps_out_is_refused():
    NextStep().check_loss(CategoricalCrossEntropy(), Texts([[0]]), 2)
    with pytest.raises(FieldError, match="choose cross-entropy"):
        NextStep().check_loss(MeanSquaredError(), Texts([[0]]), 2)
    assert NextStep().output_units(Texts([[0]]), Softmax()) == 2


def test_only_what_is_asked_is_measured():
    """Three of four asked steps are right, whatever is said at the others."""
    targets = np.array([[0, 1, -1], [1, -1, 0]])
    wanted = NextStep().target_rows(np.zeros((2, 6)), targets, 2)
    reader = Network((2, 3), [Dense(2, "softmax")], padded=True)
    views = reader.views()
    views["dense_1.weights"][...], views["dense_1.biases"][...] = 9 * np.eye(2), 0
    given = TokenRows.of_steps(np.array([[0, 0, -1], [1, 1, 0]]), 2)
    measured = evaluate(reader, CategoricalCrossEntropy(), NextStep(), given, wanted)
    right, wrong = np.log(1 + np.exp(-9)), np.log(1 + np.exp(9))
    assert measured["accuracy"] == 0.75
    assert measured["loss"] == pytest.approx(((right + wrong) / 2 + right) / 2, rel=1e-5)
