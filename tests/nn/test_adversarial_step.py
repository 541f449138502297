"""Two networks that learn against each other: their slopes, who moves when, and what it costs."""

import gc
import tracemalloc

import numpy as np
import pytest

from playground.nn.activations import Identity, Sigmoid, Softmax, Tanh
from playground.nn.adversarial_step import AdversarialStep, GeneratorNoise
from playground.nn.arrays import quiet
from playground.nn.layers import BatchNorm, Dense, Dropout
from playground.nn.losses import CategoricalCrossEntropy, LogLoss
from playground.nn.network import Network
from playground.nn.optimizers import SGD, Adam

FIRST = 2
"""The discriminator's first layer, where the generator has one hidden layer."""


def both(
    classes: int = 0,
    dtype: type = np.float64,
    generator: tuple = (),
    discriminator: tuple = (),
    **judge: object,
) -> Network:
    """Return a generator of pictures of 3×3 from 4 numbers, and a discriminator behind it."""
    last = Dense(classes + 1, Softmax()) if classes else Dense(1, Sigmoid())
    layers = [
        *(Dense(6, Tanh()), *generator, Dense(9, Identity())),
        *(Dense(5, Tanh(), **judge), *discriminator, last),
    ]
    first = FIRST + len(generator)
    return Network((4 + classes,), layers, dtype=dtype, seed=3, read_as={first: (1, 3, 3)})


def step_on(network: Network, classes: int = 0, first: int = FIRST, **settings) -> AdversarialStep:
    loss = CategoricalCrossEntropy() if classes else LogLoss()
    noise, rng = GeneratorNoise(4, classes), np.random.default_rng(0)
    return AdversarialStep(
        network, first, loss, (Adam(beta1=0.5), SGD()), noise, rng=rng, **settings
    )


def real(count: int, classes: int = 0, dtype: type = np.float64):
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(count, 9)).astype(dtype)
    if not classes:
        return rows, np.ones((count, 1), dtype)
    return rows, np.eye(classes + 1, dtype=dtype)[rng.integers(0, classes, count)]


def differences(network: Network, loss, place: int) -> float:
    """Return (L(w + h) − L(w − h)) / 2h of one parameter."""
    kept, values = network.parameters[place], []
    for change in (1e-5, -1e-5):
        network.parameters[place] = kept + change
        values.append(loss())
    network.parameters[place] = kept
    return (values[0] - values[1]) / 2e-5


@pytest.mark.parametrize("classes", [0, 3])
def test_the_generators_gradient_is_the_slope_of_its_loss_through_the_discriminator(
    classes,
) -> None:
    network = both(classes, discriminator=(BatchNorm(),))
    network.statistics[:] = np.random.default_rng(2).uniform(0.5, 2, len(network.statistics))
    turn = step_on(network, classes).turn(8)
    turn.differentiate()
    gradient, given = network.gradient.copy(), turn.given.copy()
    loss = CategoricalCrossEntropy() if classes else LogLoss()
    generator, judge = network.part(0, FIRST), network.part(FIRST, len(network.row))

    def lost() -> float:
        return loss.value(judge.forward(generator.forward(given.T)).copy(), turn.wanted)

    count = generator.parameter_count
    numeric = [differences(network, lost, place) for place in range(count)]
    analytic = gradient[:count]
    error = np.linalg.norm(analytic - numeric)
    assert error <= 1e-6 * (np.linalg.norm(analytic) + np.linalg.norm(numeric))
    assert np.abs(analytic).max() > 1e-3


@pytest.mark.parametrize("classes", [0, 3])
def test_the_discriminators_gradient_is_the_slope_of_its_loss_over_both_halves(classes) -> None:
    network = both(classes)
    step = step_on(network, classes)
    turn = step.turn(8)
    rows, targets = real(8, classes)
    turn.show(rows, targets)
    step.judging._differentiate(turn.rows, turn.targets)
    gradient = step.discriminator.gradient.copy()
    loss = CategoricalCrossEntropy() if classes else LogLoss()

    def lost() -> float:
        return loss.value(step.discriminator.forward(turn.rows.T).copy(), turn.targets.T)

    places = range(step.discriminator.parameter_count)
    numeric = [differences(step.discriminator, lost, place) for place in places]
    error = np.linalg.norm(gradient - numeric)
    assert error <= 1e-6 * (np.linalg.norm(gradient) + np.linalg.norm(numeric))


def test_what_is_real_is_wanted_with_less_than_certainty_and_what_is_made_not_at_all() -> None:
    turn = step_on(both(), real_label=0.9).turn(4)
    turn.show(*real(4))
    assert turn.targets.ravel() == pytest.approx([0.9] * 4 + [0.0] * 4)
    of_classes = step_on(both(3), 3, real_label=0.9).turn(4)
    rows, targets = real(4, 3)
    of_classes.show(rows, targets)
    assert of_classes.targets[:4] == pytest.approx(0.9 * targets + 0.1 * np.eye(4)[3])
    assert of_classes.targets[4:] == pytest.approx(np.tile(np.eye(4)[3], (4, 1)))
    assert (of_classes.rows[:4] == rows).all()


def test_the_generator_wants_the_class_that_it_was_asked_for() -> None:
    turn = step_on(both(3), 3).turn(50)
    turn.draw()
    asked = turn.given[:, 4:]
    assert (asked.sum(axis=1) == 1).all()
    assert len(np.unique(asked.argmax(axis=1))) == 3
    assert (turn.wanted[:3].T == asked).all()
    assert not turn.wanted[3].any()


def test_each_player_moves_in_its_own_turn_only() -> None:
    network = both(discriminator=(BatchNorm(), Dropout(0.3)))
    step = step_on(network)
    made = step.generator.parameters.copy()
    turn = step.turn(8)
    turn.show(*real(8))
    step.judging(turn.rows, turn.targets, 0.1)
    assert (step.generator.parameters == made).all()
    judge, measured = step.discriminator.parameters.copy(), step.discriminator.statistics.copy()
    turn.differentiate()
    step.making.update(0.1)
    assert (step.generator.parameters != made).any()
    assert (step.discriminator.parameters == judge).all()
    assert (step.discriminator.statistics == measured).all()


def test_a_turn_of_several_steps_moves_the_discriminator_as_often() -> None:
    network = both()
    step = step_on(network, turns=3)
    step(*real(8), 0.1)
    assert (step.step_count, step.judging.step_count) == (1, 3)
    step.step_count = 7
    assert step.judging.step_count == 21


def test_what_is_frozen_stays_bit_for_bit() -> None:
    network = both(trainable=False)
    step = step_on(network)
    before = {name: view.copy() for name, view in network.views().items()}
    for _ in range(3):
        step(*real(8), 0.1)
    moved = {name for name, view in network.views().items() if (view != before[name]).any()}
    assert {name.partition(".")[0] for name in moved} == {"dense_1", "dense_2", "dense_4"}


def test_each_optimizer_keeps_its_own_moments() -> None:
    network = both()
    step = step_on(network)
    step(*real(8), 0.1)
    count = step.generator.parameter_count
    assert step.moments[:, :count].any()
    assert not step.moments[:, count:].any()  # plain descent has none


def test_a_step_allocates_nothing_once_a_batch_size_has_been_seen() -> None:
    network = both(0, np.float32, discriminator=(Dropout(0.2),))
    step = step_on(network)
    rows, targets = real(512, dtype=np.float32)
    with quiet():
        for _ in range(3):
            step(rows, targets, 0.01)
        gc.collect()
        gc.disable()
        tracemalloc.start()
        try:
            before, _ = tracemalloc.get_traced_memory()
            tracemalloc.reset_peak()
            step(rows, targets, 0.01)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
            gc.enable()
    assert peak - before < 4096 < rows.nbytes  # views of the buffers, and no buffer


def test_a_part_works_on_the_very_numbers_of_the_whole() -> None:
    network = both(generator=(BatchNorm(),))
    part = network.part(3, 5)
    assert [layer.name for layer in part.layers] == [layer.name for layer in network.layers[3:]]
    assert part.input_shape == (1, 3, 3)
    part.parameters[:] = 0.25
    assert (network.parameters[-part.parameter_count :] == 0.25).all()
    part.gradient[:] = 2
    assert (network.gradient[-part.parameter_count :] == 2).all()
    assert network.part(3, 5) is part
    first = network.part(0, 3)
    assert first.statistics.base is not None
    first.statistics[:] = 5
    assert (network.statistics == 5).all()
    copied = network.clone()
    assert copied.part(3, 5).input_shape == (1, 3, 3)
    assert (copied.part(3, 5).parameters == 0.25).all()
