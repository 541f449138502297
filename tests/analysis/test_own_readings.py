"""What teaching gains and costs: the readings of own drawings and of the test part."""

from dataclasses import replace

import numpy as np
import pytest

from playground.analysis.answers.own_readings import first_share, read_own, read_own_and_test
from playground.analysis.answers.part_answers import part_answers
from playground.data.catalogue import load
from playground.data.drawing.ink import Ink
from playground.data.own.drawings import OwnDrawing, fitting
from playground.data.preparation import prepare
from playground.nn.layers import LSTM
from playground.training.experiment import DataSettings, Experiment, Training
from playground.training.model import Model
from playground.training.task_fit import fitted
from playground.training.trainer import Pulse, Trainer


@pytest.fixture(scope="module")
def trained():
    prepared = prepare(load("digits"), test_fraction=0.2, standardize=True, seed=0)
    trainer = Trainer(Experiment(DataSettings("digits", standardize=True)), prepared)
    for pulse in trainer.run():
        if pulse is Pulse.EPOCH and trainer.epoch == 5:
            break
    return trainer


def model_of(trainer):
    model = Model(trainer.experiment, trainer.prepared.dataset, trainer.prepared.normalization)
    model.show(trainer.snapshot())
    return model


def two(dataset):
    bar = Ink.of([np.array([[140.0, 40], [140, 240]])])
    return fitting((OwnDrawing("1", bar), OwnDrawing("0", bar)), dataset)


def test_the_test_part_is_read_as_the_trainer_measures_it(trained) -> None:
    mine = two(trained.prepared.dataset)
    readings = read_own_and_test(model_of(trained), trained.prepared, mine)
    measured = trained.snapshot().history.last("test_accuracy")
    assert readings.test_accuracy == pytest.approx(measured, abs=1 / 360)


def test_each_drawing_is_read_as_its_most_probable_class(trained) -> None:
    mine = two(trained.prepared.dataset)
    model = model_of(trained)
    readings = read_own(model, mine)
    expected = str(model.probabilities(mine.inputs[:1]).argmax())
    assert set(readings.classes.values()) == {expected}
    assert readings.test_accuracy is None
    assert readings.right(mine) == sum(own.label == expected for own in mine.drawings)


def test_weights_that_are_no_numbers_read_nothing(trained) -> None:
    mine = two(trained.prepared.dataset)
    model = model_of(trained)
    model.network.parameters[:] = np.nan
    readings = read_own_and_test(model, trained.prepared, mine)
    assert set(readings.classes.values()) == {""}
    assert readings.test_accuracy == 0
    assert readings.right(mine) == 0


def test_few_drawings_begin_with_a_small_share() -> None:
    assert [first_share(count) for count in (1, 5, 6, 20, 21, 10_000)] == [
        0.05, 0.05, 0.1, 0.1, 0.2, 0.2,
    ]  # fmt: skip


def test_own_drawings_are_learned_as_moves_and_measured_by_those_predicted() -> None:
    settings = DataSettings("pen-moves")
    dataset = settings.load()
    prepared = prepare(dataset, test_fraction=0.2, standardize=False, seed=0)
    mine = two(dataset)
    layers = (LSTM(units=8, name="lstm_1"),)
    training = replace(Training(), own_share=0.5)
    experiment = fitted(Experiment(settings, layers, training=training), dataset)
    trainer = Trainer(experiment, replace(prepared, own=mine))
    before = read_own_and_test(model_of(trainer), prepared, mine)
    for pulse in trainer.run():
        if pulse is Pulse.BATCH and trainer.snapshot().step >= 40:
            break
    model = model_of(trainer)
    after = read_own_and_test(model, prepared, mine)
    assert after.moves > before.moves
    asked = mine.targets >= 0
    right = model.outputs_in_time(mine.inputs).argmax(axis=1) == mine.targets
    assert after.moves == pytest.approx(right[asked].mean())
    assert after.test_accuracy == pytest.approx(
        part_answers(model, prepared, "test", most=10**6).right.mean()
    )
