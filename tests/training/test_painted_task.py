"""Painted points and the experiment: a third class, and what of the network goes on."""

import numpy as np
import pytest

from playground import fields
from playground.data import catalogue
from playground.data.own.painted import PaintedPoints
from playground.data.preparation import Normalization
from playground.nn.activations import Identity, Sigmoid, Softmax, Tanh
from playground.nn.losses import CategoricalCrossEntropy, LogLoss, MeanSquaredError
from playground.training.edits.painted_task import GoOn, on_painted
from playground.training.experiment import Experiment
from playground.training.model import Model


@pytest.fixture
def painted():
    """Return a maker of painted sets with so many classes, which the catalogue knows."""

    def make(classes):
        rng = np.random.default_rng(classes)
        sheet = PaintedPoints.empty()
        for label in range(classes):
            sheet = sheet.add(rng.uniform(-6, 6, (10, 2)), label)
        dataset = sheet.to_dataset("own-task", "Task")
        catalogue.edit(dataset)
        return dataset

    yield make
    catalogue._edited.clear()
    catalogue.DATASETS.pop("own-task", None)


def with_output(activation, loss):
    experiment = fields.replace_at(Experiment(), "output.activation", activation)
    return fields.replace_at(experiment, "training.loss", loss)


def test_two_classes_leave_a_sigmoid_as_it_is(painted):
    before = with_output(Sigmoid(), LogLoss())
    after, said = on_painted(before, painted(2))
    assert (after.output, after.training, after.layers) == (
        before.output,
        before.training,
        before.layers,
    )
    assert after.data.name == "own-task"
    assert said == ""


def test_a_third_class_makes_a_sigmoid_softmax(painted):
    after, said = on_painted(with_output(Sigmoid(), LogLoss()), painted(3))
    assert isinstance(after.output.activation, Softmax)
    assert isinstance(after.training.loss, CategoricalCrossEntropy)
    assert "softmax" in said


def test_a_loss_that_was_chosen_stays(painted):
    after, _ = on_painted(with_output(Sigmoid(), MeanSquaredError()), painted(4))
    assert isinstance(after.output.activation, Softmax)
    assert isinstance(after.training.loss, MeanSquaredError)


def test_softmax_stays_softmax_for_any_number_of_classes(painted):
    before = with_output(Softmax(), CategoricalCrossEntropy())
    for classes in (2, 3, 8):
        after, said = on_painted(before, painted(classes))
        assert after.output == before.output
        assert said == ""


def test_a_network_for_numbers_comes_to_answer_classes(painted):
    after, _ = on_painted(with_output(Identity(), MeanSquaredError()), painted(2))
    assert isinstance(after.output.activation, Softmax)


# What goes on.


def model(experiment, dataset):
    return Model(experiment, dataset, Normalization.identity(2))


def carried(before, after):
    """Return how many numbers went over from one model's network into the other's."""
    classes = len(after.dataset.class_names)
    edits = GoOn.of(before.network, classes, after.experiment).edits(
        after.network, after.experiment
    )
    tensors = after.network.views()
    for name, (places, values) in edits.items():
        tensors[name][np.unravel_index(places, tensors[name].shape)] = values
    return sum(len(places) for places, _ in edits.values())


def shuffled(given):
    given.network.parameters[:] = np.random.default_rng(5).normal(
        size=given.network.parameter_count
    )
    return given


POINTS = np.random.default_rng(0).uniform(-6, 6, (50, 2)).astype(np.float32)


def test_hidden_layers_and_known_classes_go_on(painted):
    experiment = with_output(Softmax(), CategoricalCrossEntropy())
    two, three = painted(2), painted(3)
    before = shuffled(model(on_painted(experiment, two)[0], two))
    after = model(on_painted(experiment, three)[0], three)
    assert carried(before, after) == before.network.parameter_count
    old, new = before.shares(before.outputs(POINTS)), after.shares(after.outputs(POINTS))
    # Between the first two classes the third changes nothing.
    assert new[:, 0] / new[:, :2].sum(axis=1) == pytest.approx(old[:, 0], abs=1e-5)


def test_a_class_less_leaves_the_others_as_they_were(painted):
    experiment = with_output(Softmax(), CategoricalCrossEntropy())
    two, three = painted(2), painted(3)
    before = shuffled(model(on_painted(experiment, three)[0], three))
    after = model(on_painted(experiment, two)[0], two)
    carried(before, after)
    old, new = before.shares(before.outputs(POINTS)), after.shares(after.outputs(POINTS))
    assert old[:, 0] / old[:, :2].sum(axis=1) == pytest.approx(new[:, 0], abs=1e-5)


def test_a_sigmoid_goes_on_in_softmax_and_back_again(painted):
    two, three = painted(2), painted(3)
    sigmoid = with_output(Sigmoid(), LogLoss())
    before = shuffled(model(on_painted(sigmoid, two)[0], two))
    after = model(on_painted(sigmoid, three)[0], three)
    carried(before, after)
    share = before.outputs(POINTS)[:, 0]
    new = after.shares(after.outputs(POINTS))
    assert new[:, 1] / new[:, :2].sum(axis=1) == pytest.approx(share, abs=1e-5)
    again = model(on_painted(sigmoid, two)[0], two)
    carried(after, again)
    assert again.outputs(POINTS)[:, 0] == pytest.approx(share, abs=1e-5)


def test_layers_that_changed_meanwhile_are_left_alone(painted):
    two, three = painted(2), painted(3)
    experiment = with_output(Softmax(), CategoricalCrossEntropy())
    before = model(on_painted(experiment, two)[0], two)
    wider = fields.replace_at(experiment, "layers.0.units", 9)
    wider = fields.replace_at(wider, "layers.0.activation", Tanh())
    after = model(on_painted(wider, three)[0], three)
    biases = 2  # of the output: as many inputs no longer fit its weights
    assert carried(before, after) == biases
