"""Walks through the step of a generator and a discriminator: each learns in its turn."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, TypeAlias

import numpy as np

from playground.analysis.slow_step.ending import outcome_stage
from playground.analysis.slow_step.moving import move, tell
from playground.analysis.slow_step.step import SlowStep, TensorStep
from playground.nn.adversarial_step import AdversarialStep, Turn
from playground.nn.arrays import Array
from playground.nn.explain.explanation import Symbols
from playground.nn.explain.stage import EXAMPLE, INPUT, NEURON, Matrix, Stage
from playground.nn.explain.writing import shape
from playground.nn.network import Network
from playground.nn.record import INPUT as NETWORK_INPUT
from playground.nn.slopes import ran, slopes
from playground.training.step_start import StepStart
from playground.wording import counted

Whose: TypeAlias = Literal["both", "discriminator", "generator"]


def walk_of_two(start: StepStart, step: AdversarialStep, whose: Whose) -> SlowStep:
    """Return the discriminator's turns and then the generator's, as far as they are asked for."""
    stages: list[Stage] = []
    moved: tuple[TensorStep, ...] = ()
    turn = step.turn(len(start.rows))
    for _ in range(step.turns):
        told, moved = _discriminate(start, step, turn)
        stages += told
    told, made = _generate(start, step, turn)
    if whose == "generator":
        stages, moved = told, made
    elif whose == "both":
        stages, moved = [*stages, *told], (*made, *moved)
    network = step.network
    return SlowStep(
        *(start, tuple(stages), moved, network.parameters.copy(), network.statistics.copy()),
        *(network.names, {}, None),
    )


def _discriminate(
    start: StepStart, step: AdversarialStep, turn: Turn
) -> tuple[list[Stage], tuple[TensorStep, ...]]:
    """Make one of the discriminator's steps, and tell it."""
    training, judge, names = start.experiment.training, step.discriminator, step.network.names
    turn.show(start.rows, start.targets)
    symbols = Symbols(names)
    symbols.learn(NETWORK_INPUT, "z")
    makers = turn.makers()
    made = tell(step.generator, [ran(*each) for each in makers], symbols)
    inputs, targets = turn.rows.T.copy(), turn.targets.T.copy()
    symbols.learn(NETWORK_INPUT, "X")
    before = dict(step.rng.bit_generator.state)
    done = slopes(judge, step.loss, inputs, targets, rng=step.rng, training=True)
    after, statistics = dict(step.rng.bit_generator.state), judge.statistics.copy()
    told = tell(judge, done.layers, symbols)
    wrong = told.how_wrong(step.loss, judge.output_activation, targets)
    moving = move(judge, step.judging, told, training, start.learning_rate)
    step.rng.bit_generator.state = before
    again = slopes(judge, step.loss, inputs, targets, rng=step.rng, training=True, learning=False)
    step.rng.bit_generator.state = after
    judge.statistics[:] = statistics
    noise = _noise_stage(turn.given.T.copy(), "the discriminator is shown", step.noise.classes)
    shown = _shown_stage(inputs, targets, judge)
    outcome = outcome_stage(moving.moved, wrong.mean, again.loss)
    stages = [
        *(noise, *made.forward, shown, *told.forward, *wrong.stages, *told.backward),
        *(*moving.stages, replace(outcome, title="the discriminator before and after")),
    ]
    return stages, moving.moved


def _generate(
    start: StepStart, step: AdversarialStep, turn: Turn
) -> tuple[list[Stage], tuple[TensorStep, ...]]:
    """Make the generator's step, and tell it."""
    network, training = step.network, start.experiment.training
    turn.draw()
    inputs, wanted = turn.given.T.copy(), turn.wanted.copy()
    before = dict(step.rng.bit_generator.state)

    done = slopes(
        *(network, step.loss, inputs, wanted),
        rng=step.rng,
        training=True,
        trained=step.first,
    )
    after, statistics = dict(step.rng.bit_generator.state), network.statistics.copy()
    symbols = Symbols(network.names)
    symbols.learn(NETWORK_INPUT, "z")
    told = tell(network, done.layers, symbols)
    judges = {layer.name for layer in step.discriminator.layers}
    learned = {f"d{symbol}" for symbol in told.symbols.values()}
    backward = [
        stage for stage in told.backward if stage.layer not in judges or stage.label not in learned
    ]
    wrong = told.how_wrong(step.loss, network.output_activation, wanted)
    recipe = start.experiment.recipe
    rate = start.learning_rate * step.rate
    settings = replace(training, learning_rate=recipe.learning_rate, l1=0.0, l2=0.0, clip_norm=None)
    moving = move(step.generator, step.making, told, settings, rate)
    step.rng.bit_generator.state = before
    again = slopes(
        *(network, step.loss, inputs, wanted),
        rng=step.rng,
        training=True,
        learning=False,
        trained=step.first,
    )
    step.rng.bit_generator.state = after
    network.statistics[:] = statistics
    outcome = outcome_stage(moving.moved, wrong.mean, again.loss)
    first, last = wrong.stages
    want = replace(
        first,
        explanation=f"The generator wants the discriminator to be wrong: Y says that what was made "
        f"is real. {first.explanation}",
    )
    through = replace(
        last,
        explanation=f"{last.explanation} The slopes go back through the discriminator, which stays "
        "as it is, to what the generator made.",
    )
    stages = [
        _noise_stage(inputs, "the generator learns from", step.noise.classes),
        *(*told.forward, want, through, *backward, *moving.stages),
        replace(outcome, title="the generator before and after"),
    ]
    return stages, moving.moved


def _noise_stage(inputs: Array, what_for: str, classes: int) -> Stage:
    batch = inputs.shape[1]
    asked = " Below the noise a 1 stands for the class that is asked for." if classes else ""
    return Stage(
        "batch",
        "",
        "z",
        f"noise for what {what_for}",
        f"z: {shape(inputs)}",
        f"{counted(inputs.shape[0], 'number')} × {counted(batch, 'example')}",
        "Each number is drawn from the normal distribution, anew in every step; every column will "
        f"become an example.{asked}",
        f"{counted(batch, 'example')} will be made.",
        (Matrix("z", "noise", inputs, INPUT, EXAMPLE, NETWORK_INPUT),),
    )


def _shown_stage(inputs: Array, targets: Array, judge: Network) -> Stage:
    batch = inputs.shape[1] // 2
    outputs = judge.layers[-1].name
    return Stage(
        "batch",
        "",
        "X, Y",
        "what the discriminator is shown",
        f"X: {shape(inputs)},   Y: {shape(targets)}",
        f"{counted(inputs.shape[0], 'feature')} × {counted(2 * batch, 'example')}",
        f"The first {batch} columns are real examples, the other {batch} were just made. Y holds "
        f"what the discriminator should say: {np.max(targets[:, :batch]):.2g} of what is real, so "
        "that it does not become too sure of itself (label smoothing).",
        f"{counted(2 * batch, 'example')} are ready, m = {2 * batch}.",
        (
            Matrix("X", "real and made", inputs, INPUT, EXAMPLE, NETWORK_INPUT, judge.input_shape),
            Matrix("Y", "correct answers", targets, NEURON, EXAMPLE, outputs, judge.output_shape),
        ),
    )
