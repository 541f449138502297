from dataclasses import replace

import numpy as np
import pytest

from playground.analysis.answers.confusion import UNANSWERED
from playground.analysis.answers.part_answers import part_answers
from playground.data.catalogue import load
from playground.data.preparation import prepare
from playground.data.tasks import accuracy
from playground.training.experiment import Experiment
from playground.training.model import Model
from playground.training.presets import preset


def asked(name):
    experiment = preset(name).experiment
    data = experiment.data
    prepared = prepare(
        data.load(), test_fraction=data.test_fraction, standardize=data.standardize, seed=data.seed
    )
    return Model(experiment, prepared.dataset, prepared.normalization), prepared


@pytest.mark.parametrize("name", ["digits-small", "article-iris", "spirals", "article-xor"])
def test_the_accuracy_is_the_one_that_the_curves_show(name):
    model, prepared = asked(name)
    answers = part_answers(model, prepared, "test")
    outputs = model.outputs(prepared.dataset.inputs[prepared.test_index])
    labels = prepared.test_targets
    if outputs.shape[1] == 1:
        targets = labels[np.newaxis]
    else:
        targets = np.eye(outputs.shape[1])[labels].T
    assert answers.confusion.accuracy == accuracy(outputs.T, targets)


def test_confidence_and_margin_of_softmax_are_its_largest_and_the_distance_to_the_next():
    model, prepared = asked("digits-small")
    answers = part_answers(model, prepared, "train")
    assert np.array_equal(answers.indices, prepared.train_index)
    for place in (0, 17, 500):
        shares = sorted(model.outputs(prepared.dataset.inputs[[answers.indices[place]]])[0])
        assert answers.confidence[place] == pytest.approx(shares[-1])
        assert answers.margin[place] == pytest.approx(shares[-1] - shares[-2])


def test_a_single_output_is_sure_of_the_second_class_by_its_value():
    model, prepared = asked("spirals")
    answers = part_answers(model, prepared, "test")
    outputs = model.outputs(prepared.dataset.inputs[answers.indices])[:, 0]
    for p, read, sure in zip(outputs, answers.predicted, answers.confidence, strict=True):
        assert read == (p > 0.5)
        assert sure == pytest.approx(p if read else 1 - p)
        assert sure >= 0.5


def test_a_large_part_is_asked_in_even_steps():
    model, prepared = asked("digits-small")
    answers = part_answers(model, prepared, "train", most=100)
    assert len(answers) == 100
    assert answers.whole == len(prepared.train_index)
    places = np.searchsorted(prepared.train_index, answers.indices)
    assert set(np.diff(places)) <= {14, 15}
    assert places[0] == 0


def test_more_examples_than_are_asked_at_once_keep_their_order():
    model, prepared = asked("digits-small")
    answers = part_answers(model, prepared, "train")
    assert len(answers) > 1_000
    last = model.outputs(prepared.dataset.inputs[answers.indices[-1:]])[0]
    assert answers.confidence[-1] == pytest.approx(last.max())


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_outputs_that_are_no_numbers_are_unanswered(bad):
    model, prepared = asked("digits-small")
    model.network.parameters[-1] = bad
    answers = part_answers(model, prepared, "test")
    assert not answers.answered.any()
    assert (answers.predicted == UNANSWERED).all()
    assert np.isnan(answers.confidence).all()
    assert answers.confusion.accuracy == 0
    assert answers.calibration.examples == 0


def test_a_regression_is_answered_with_values():
    model, prepared = asked("bumps")
    answers = part_answers(model, prepared, "test")
    assert answers.regression
    outputs = model.outputs(prepared.dataset.inputs[prepared.test_index])
    np.testing.assert_array_equal(answers.predicted, outputs[:, 0])
    np.testing.assert_array_equal(answers.targets, prepared.test_targets[:, 0])
    model.network.parameters[:] = np.nan
    assert not part_answers(model, prepared, "test").answered.any()


def test_outputs_without_any_positive_share_are_equally_unsure():
    data = load("digits", examples=100, noise=0.1)
    prepared = prepare(data, test_fraction=0.5, standardize=False, seed=0)
    experiment = Experiment()
    plain = preset("plane-field").experiment.output.activation
    experiment = replace(experiment, output=replace(experiment.output, activation=plain))
    model = Model(experiment, data, prepared.normalization)
    model.network.parameters[:] = 0
    model.network.parameters[-10:] = -np.arange(1, 11)
    answers = part_answers(model, prepared, "test")
    assert (answers.predicted == 0).all()
    np.testing.assert_allclose(answers.confidence, 0.1)
    np.testing.assert_allclose(answers.margin, 0)


@pytest.mark.parametrize(("name", "most"), [("memory-copy", 10**6), ("memory-copy", 60)])
def test_a_task_that_asks_at_every_step_is_answered_at_each_that_it_asks_at(name, most):
    model, prepared = asked(name)
    answers = part_answers(model, prepared, "test", most)
    assert len(answers) == 3 * answers.examples <= most
    dataset = prepared.dataset
    np.testing.assert_array_equal(answers.targets, dataset.targets[answers.indices, answers.steps])
    assert (answers.targets >= 0).all()
    outputs = model.outputs_in_time(dataset.inputs[answers.indices[:3]])
    for place in range(3):
        shares = outputs[place, :, answers.steps[place]]
        assert answers.predicted[place] == shares.argmax()
        assert answers.confidence[place] == pytest.approx(shares.max())
    assert answers.confusion.counts.sum() == len(answers)
