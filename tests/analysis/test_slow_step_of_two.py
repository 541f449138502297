"""A step of generator and discriminator in slow motion is the ordinary step of both."""

import dataclasses
from itertools import islice

import numpy as np
import pytest

from playground.analysis.slow_step import SlowStep, walk
from playground.nn.activations import Identity, Sigmoid, Softmax, Tanh
from playground.nn.layers import BatchNorm, Dense, Dropout
from playground.nn.losses import CategoricalCrossEntropy, LogLoss
from playground.nn.optimizers import SGD
from playground.nn.schedules import Cosine
from playground.training.adversarial import Adversarial
from playground.training.experiment import DataSettings, Experiment, Output, Training
from playground.training.trainer import Trainer

PLAIN = Experiment(
    data=DataSettings(name="gaussians", examples=90),
    layers=(Dense(name="dense_1", units=5, activation=Tanh()),),
    output=Output(activation=Sigmoid()),
    training=Training(loss=LogLoss(), learning_rate=0.02, batch_size=16),
    recipe=Adversarial(
        noise=3,
        layers=(Dense(name="dense_1", units=4, activation=Tanh()),),
        output=Output(activation=Identity()),
    ),
)


def with_recipe(**changes) -> Experiment:
    return dataclasses.replace(PLAIN, recipe=dataclasses.replace(PLAIN.recipe, **changes))


VARIANTS = {
    "plain": PLAIN,
    "several turns": with_recipe(steps=3, real_label=1.0, optimizer=SGD()),
    "everything": dataclasses.replace(
        with_recipe(
            layers=(
                Dense(name="one", units=6, activation=Tanh(), dropout=0.2),
                BatchNorm(name="norm"),
                Dropout(name="drop", rate=0.2),
            )
        ),
        layers=(
            Dense(name="dense_1", units=5, activation=Tanh(), dropout=0.3, frozen="1"),
            BatchNorm(name="batch_norm_1"),
        ),
        training=dataclasses.replace(
            PLAIN.training, l2=0.02, l1=0.001, clip_norm=0.1, schedule=Cosine(epochs=4)
        ),
    ),
    "by class": dataclasses.replace(
        with_recipe(conditional=True),
        output=Output(activation=Softmax()),
        training=dataclasses.replace(PLAIN.training, loss=CategoricalCrossEntropy()),
    ),
}


def walked(experiment: Experiment, whose: str = "both") -> tuple[Trainer, SlowStep]:
    trainer = Trainer(experiment)
    for _ in islice(trainer.run(), 9):
        pass
    return trainer, walk(trainer.next_step(), trainer.prepared.dataset, whose)


@pytest.mark.parametrize("name", VARIANTS)
def test_it_ends_where_the_step_ends(name: str) -> None:
    trainer, slow = walked(VARIANTS[name])
    trainer.take(slow.start)
    moved = np.abs(trainer.network.parameters - slow.start.parameters).max()
    assert moved > 1e-3
    np.testing.assert_allclose(slow.parameters, trainer.network.parameters, atol=1e-6, rtol=1e-5)
    np.testing.assert_allclose(slow.statistics, trainer.network.statistics, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("name", VARIANTS)
def test_every_number_can_be_worked_out(name: str) -> None:
    _, slow = walked(VARIANTS[name])
    for stage in slow.stages:
        if stage.arithmetic is not None:
            rows, columns = stage.matrices[-1].values.shape
            for at in ((0, 0), (rows - 1, columns - 1)):
                assert all(isinstance(line, str) for line in stage.arithmetic(*at))


def test_a_step_taken_is_the_ordinary_step_bit_for_bit() -> None:
    trainer, slow = walked(PLAIN)
    other = Trainer(PLAIN, trainer.prepared, start=trainer.moment())
    trainer.take(slow.start)
    steps = other.snapshot().step
    for _ in other.run():
        if other.snapshot().step > steps:
            break
    assert (trainer.network.parameters == other.network.parameters).all()
    assert (trainer.moment().course.moments == other.moment().course.moments).all()


def test_each_player_can_be_looked_at_alone() -> None:
    _, both = walked(PLAIN)
    _, judge = walked(PLAIN, "discriminator")
    _, maker = walked(PLAIN, "generator")
    titles = [[stage.title for stage in slow.stages] for slow in (judge, maker)]
    assert [stage.title for stage in both.stages] == [*titles[0], *titles[1]]
    assert titles[0][-1] == "the discriminator before and after"
    assert titles[1][-1] == "the generator before and after"
    moved = [{change.layer for change in slow.changes} for slow in (judge, maker)]
    assert moved == [{"dense_1", "output"}, {"generator_dense_1", "generator_output"}]
    assert (both.parameters == judge.parameters).all()


def test_the_generators_slopes_pass_through_the_discriminator_which_stays() -> None:
    _, slow = walked(PLAIN, "generator")
    backward = [(stage.layer, stage.label) for stage in slow.stages if stage.phase == "backward"]
    assert [layer for layer, _ in backward[:3]] == ["output", "output", "dense_1"]
    assert ("generator_dense_1", "dW1") in backward
    assert not {"dW3", "dW4", "db3", "db4"} & {label for _, label in backward}
    assert {stage.layer for stage in slow.stages if stage.phase == "update"} == {
        "generator_dense_1",
        "generator_output",
    }
