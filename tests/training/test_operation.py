"""Operations change the network between two steps, are measured, and can be taken back."""

from dataclasses import dataclass

import numpy as np
import pytest

from playground.errors import PlaygroundError
from playground.training.presets import preset
from playground.training.trainer import Pulse, Trainer


@dataclass(frozen=True)
class Put:
    """Writes a value into every entry of a tensor."""

    name: str
    value: float

    def title(self, names):
        return "Put a value"

    def edits(self, network, experiment):
        size = network.views()[self.name].size
        return {self.name: (np.arange(size), np.full(size, self.value))}


def trained(name="article-iris", epochs=3):
    trainer = Trainer(preset(name).experiment)
    train(trainer, epochs)
    return trainer


def train(trainer, epochs):
    until = trainer.epoch + epochs
    for _ in trainer.run():
        if trainer.epoch == until:
            break


def test_an_operation_writes_measures_and_clears_the_moments():
    trainer = trained()
    view = trainer.network.views()["output.weights"]
    clause = trainer.operate(Put("output.weights", 0.0))
    assert not view.any()
    assert clause.startswith("test accuracy ")
    assert " → " in clause
    for moment in trainer._step.moments:
        views = trainer.network.views_of(moment)
        assert not views["output.weights"].any()
        assert views["dense_1.weights"].any()


def test_an_operation_that_would_make_the_loss_infinite_changes_nothing():
    trainer = trained()
    was = trainer.network.parameters.copy()
    with pytest.raises(PlaygroundError, match="would make the loss infinite"):
        trainer.operate(Put("dense_1.weights", np.inf))
    np.testing.assert_array_equal(trainer.network.parameters, was)


@pytest.mark.parametrize("name", ["article-iris", "digits-small", "xor"])
def test_looking_at_the_next_step_changes_nothing_and_taking_it_is_an_ordinary_step(name):
    looked, plain = (Trainer(preset(name).experiment) for _ in range(2))
    batches = looked.run()
    while next(batches) is Pulse.PREPARED:
        pass
    start = looked.next_step()
    looked.take(start)
    steps = 0
    for pulse in plain.run():
        steps += pulse is not Pulse.PREPARED
        if steps == 2:
            break
    np.testing.assert_array_equal(looked.network.parameters, plain.network.parameters)
    np.testing.assert_array_equal(looked._step.moments, plain._step.moments)
    assert looked.epoch == plain.epoch


def test_a_step_that_is_no_longer_the_next_is_refused():
    trainer = trained("digits-small", 1)
    start = trainer.next_step()
    train(trainer, 1)
    with pytest.raises(PlaygroundError, match="begin the step again"):
        trainer.take(start)


def test_a_step_on_one_example_alone_leaves_the_mini_batch_for_later():
    trainer = trained("digits-small", 1)
    batch = trainer.next_step()
    example = batch.rows[:1], batch.targets[:1]
    trainer.take(trainer.next_step(example))
    np.testing.assert_array_equal(trainer.next_step().rows, batch.rows)


def test_a_snapshot_tells_how_far_one_step_moved_the_parameters():
    trainer = trained("digits-small", 1)
    before = trainer.snapshot()
    trainer.take(trainer.next_step())
    after = trainer.snapshot()
    np.testing.assert_array_equal(after.update, after.parameters - before.parameters)
    assert np.any(after.gradient)
