"""What a generator makes: of the same noise, on the plane, looked for, and how it is believed."""

from dataclasses import replace

import numpy as np
import pytest

from playground.analysis.generated.belief import means_question, realness_question
from playground.analysis.generated.made import (
    believed,
    made_question,
    nearest_question,
    noise_effects,
    real_shares,
)
from playground.analysis.generated.over_time import closer_early
from playground.analysis.generated.plane import LINES, plane_question, pull
from playground.analysis.generated.search import find_noise
from playground.data.judged import unjudged
from playground.nn.activations import Identity, Sigmoid, Tanh
from playground.nn.layers import Dense
from playground.nn.losses import LogLoss
from playground.training.adversarial import Adversarial
from playground.training.experiment import DataSettings, Experiment, Output, Training
from playground.training.model import Model
from playground.training.trainer import Trainer


def shown(data, activation):
    """Return a model of a pair with its first weights, and its data."""
    dense = Dense(name="dense_1", units=12, activation=Tanh())
    experiment = Experiment(
        data=replace(DataSettings(name=data), examples=60),
        layers=(dense,),
        output=Output(activation=Sigmoid()),
        training=Training(loss=LogLoss()),
        recipe=Adversarial(noise=3, layers=(dense,), output=Output(activation=activation)),
    )
    prepared = experiment.data.prepared()
    model = Model(experiment, prepared.dataset, prepared.normalization)
    model.show(Trainer(experiment, prepared).snapshot())
    return model, prepared


@pytest.fixture(scope="module")
def digits():
    return shown("digits", Sigmoid())


@pytest.fixture(scope="module")
def points():
    return shown("circles", Identity())


def test_the_same_noise_is_made_and_read_and_judged(digits):
    model, prepared = digits
    made = made_question(20)(model, prepared)
    assert made.rows == pytest.approx(model.made(model.noise(20)))
    assert made.believed == pytest.approx(model.outputs(made.rows)[:, 0])
    assert made.is_of(model.snapshot)
    assert set(made.read) <= set("0123456789")
    few = made_question(3)(model, prepared)
    assert few.rows == pytest.approx(made.rows[:3])


def test_an_example_is_nearest_to_itself(digits):
    model, prepared = digits
    own = prepared.train_index[[5, 700, 3]]
    found = nearest_question(np.asarray(prepared.dataset.inputs[own], float))(model, prepared)
    assert found.indices.tolist() == own.tolist()
    assert found.distances == pytest.approx(0, abs=1e-9)


def test_a_number_that_nothing_listens_to_changes_nothing(digits):
    model, _ = digits
    assert model.generator is not None
    weights = model.generator.views()["generator_dense_1.weights"]
    before = weights.copy()
    weights[:, 1] = 0
    effects = noise_effects(model, np.zeros(3), 3)
    weights[:] = before
    assert effects[1] == 0
    assert effects[[0, 2]].min() > 0


def test_shares_of_the_real_classes_are_those_of_the_training_part(digits):
    _, prepared = digits
    labels = unjudged(prepared.dataset).targets[prepared.train_index]
    assert real_shares(prepared)["7"] == pytest.approx((labels == 7).mean())


def test_noise_that_made_something_is_found_again(digits):
    model, _ = digits
    wanted = model.made(np.array([[1.2, -0.7, 0.4]]))[0]
    found = find_noise(model, wanted)
    assert found.error < 1e-3 * found.first
    assert found.row == pytest.approx(model.made(found.given[None])[0])
    assert np.abs(found.given).max() <= 3


def test_realness_is_the_slope_of_the_logit(digits):
    model, prepared = digits
    row = np.asarray(prepared.dataset.inputs[4], float)
    slopes = realness_question(row)(model, prepared)
    direction = np.random.default_rng(0).standard_normal(64)

    def logit(rows):
        share = believed(model, rows[None])[0]
        return np.log(share / (1 - share))

    step = 1e-3
    measured = (logit(row + step * direction) - logit(row - step * direction)) / (2 * step)
    assert slopes @ direction == pytest.approx(measured, rel=1e-2)


def test_means_are_of_real_and_of_made_examples(digits):
    model, prepared = digits
    means = means_question()(model, prepared)
    made = believed(model, model.made(model.noise(120)))
    assert means.made == pytest.approx(made.mean())
    assert 0 < means.real < 1


def test_made_points_are_pulled_up_the_slope_of_what_is_believed(points):
    model, prepared = points
    asked = np.array([[0.0, 1.0], [-2.0, 0.5]])
    found = plane_question(asked)(model, prepared)
    assert found.field == pytest.approx(believed(model, asked))
    assert found.grid.shape == (LINES, LINES, 2)
    middle = LINES // 2
    assert found.grid[middle, middle] == pytest.approx(model.made(np.zeros((1, 3)))[0])
    rows, step = found.rows[:5], 1e-3
    slopes = pull(model, rows)
    for axis in range(2):
        moved = np.zeros(2)
        moved[axis] = step
        ends = [np.log(believed(model, rows + sign * moved)) for sign in (1, -1)]
        assert slopes[:, axis] == pytest.approx(
            (ends[0] - ends[1]) / (2 * step), rel=1e-2, abs=1e-4
        )


@pytest.mark.parametrize("most", [3, 5, 12])
def test_moments_are_closer_early_and_keep_both_ends(most):
    way = [type("Kept", (), {"now": float(epoch)})() for epoch in range(200)]
    chosen = closer_early(way, most)
    epochs = [moment.now for moment in chosen]
    assert len(chosen) == most
    assert (epochs[0], epochs[-1]) == (0, 199)
    gaps = np.diff(epochs)
    assert (gaps > 0).all()
    assert gaps[0] < gaps[-1]
    assert closer_early(way[:2], most) == way[:2]
