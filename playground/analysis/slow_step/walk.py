"""Walks through one step: from its starting state to the state that it leaves, stage by stage."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from playground.analysis.slow_step.ending import outcome_stage
from playground.analysis.slow_step.moving import move, tell
from playground.analysis.slow_step.step import SlowStep
from playground.analysis.slow_step.two_players import Whose, walk_of_two
from playground.data.dataset import Dataset
from playground.errors import PlaygroundError
from playground.nn.adversarial_step import AdversarialStep
from playground.nn.arrays import Array, quiet
from playground.nn.explain.explanation import Symbols
from playground.nn.explain.stage import EXAMPLE, INPUT, NEURON, Matrix, Stage
from playground.nn.explain.writing import shape
from playground.nn.layers.running import steps_of
from playground.nn.network import Network
from playground.nn.record import INPUT as NETWORK_INPUT
from playground.nn.slopes import slopes
from playground.nn.training_step import TrainingStep
from playground.training.step_start import StepStart
from playground.wording import counted, grouped

LARGEST_WALK = 4_000_000
"""Numbers in the widest array of a walk, at most: 32 MB in float64, and a walk keeps a dozen."""


def walk(start: StepStart, dataset: Dataset, whose: Whose = "both") -> SlowStep:
    """Compute a step in float64, everything of it, without making it.

    Parameters
    ----------
    start
        All that the step depends on.
    dataset
        Whose input shape and number of outputs the network has.
    whose
        Where a generator and a discriminator learn: whose stages are told.

    Raises
    ------
    PlaygroundError
        Where the batch is too large to keep every array of it.
    """
    network = start.experiment.network(dataset, np.float64)
    batch = len(start.rows)
    widest = max(start.rows.shape[1], *(layer.output_features for layer in network.layers))
    if batch * widest > LARGEST_WALK:
        raise PlaygroundError(
            f"This step takes {grouped(batch)} examples at once, too many to keep every number of "
            "it: choose a batch size, or step through the current example alone."
        )
    network.parameters[:] = start.parameters
    network.statistics[:] = start.statistics
    with quiet():
        rng = generator_of(start) or np.random.default_rng()
        step = start.experiment.recipe.step(network, start.experiment.training, rng)
        step.moments[:] = start.moments
        step.step_count = start.step_count
        if isinstance(step, AdversarialStep):
            return walk_of_two(start, step, whose)
        assert isinstance(step, TrainingStep)
        return _walk(start, network, step)


def _walk(start: StepStart, network: Network, step: TrainingStep) -> SlowStep:
    """Make the step with the network's own passes, and ask every layer what it did."""
    training = start.experiment.training
    inputs, targets = start.rows.T.astype(np.float64), start.targets.T.astype(np.float64)
    lengths = lengths_of(network, inputs)
    done = slopes(network, training.loss, inputs, targets, rng=generator_of(start), training=True)
    statistics = network.statistics.copy()
    told = tell(network, done.layers, Symbols(network.names))
    wrong = told.how_wrong(training.loss, network.output_activation, targets)
    moving = move(network, step, told, training, start.learning_rate)
    # The same masks again, and the batch's own statistics, with the parameters after the step.
    again = slopes(
        *(network, training.loss, inputs, targets),
        rng=generator_of(start),
        training=True,
        learning=False,
    )
    stages = (
        batch_stage(start, inputs, targets, network, lengths),
        *told.forward,
        *wrong.stages,
        *told.backward,
        *moving.stages,
        outcome_stage(moving.moved, wrong.mean, again.loss),
    )
    return SlowStep(
        *(start, stages, moving.moved, network.parameters.copy(), statistics),
        *(network.names, _steps(network), lengths),
    )


def _steps(network: Network) -> dict[str, int]:
    """Return how many steps the layers' outputs have by name, of sequences."""
    shapes = {layer.name: layer.output_shape for layer in network.layers}
    shapes[NETWORK_INPUT] = network.input_shape
    return {name: shape[1] for name, shape in shapes.items() if steps_of(shape)}


def lengths_of(network: Network, inputs: Array) -> NDArray[np.intp] | None:
    """Return how many steps each example has, (batch,), None where all have all."""
    if not network.padded:
        return None
    tokens = inputs.reshape(*network.input_shape, -1)
    lengths: NDArray[np.intp] = tokens.any(axis=0).sum(axis=0)
    return lengths


def generator_of(start: StepStart) -> np.random.Generator | None:
    """Return a generator that draws the masks which the step will draw; None without dropout."""
    state = start.dropout_state
    if state is None:
        return None
    rng = np.random.Generator(getattr(np.random, state["bit_generator"])())
    rng.bit_generator.state = dict(state)
    return rng


def batch_stage(
    start: StepStart,
    inputs: Array,
    targets: Array,
    network: Network,
    lengths: NDArray[np.intp] | None,
) -> Stage:
    """Return the stage that holds the examples and what is right of them."""
    batch, of, wanted = inputs.shape[1], network.input_shape, network.output_shape
    what_comes = f"{counted(inputs.shape[0], 'feature')} × {counted(batch, 'example')}"
    column, steps = "every column is an example", ""
    if steps_of(of):
        read, count = of
        what_comes = (
            f"{counted(read, 'number')} × {counted(count, 'step')} × {counted(batch, 'example')}"
        )
        column = "every example is a sequence, with a column for each step"
    if lengths is not None:
        least, most = int(lengths.min()), int(lengths.max())
        steps = f" with {least if least == most else f'{least} to {most}'} steps"
    if start.of_probe:
        title, what = "the current example", "The step looks at the current example alone."
    else:
        title = f"batch {start.batch + 1} of epoch {start.epoch + 1}"
        what = (
            "The step looks at these examples of the training part, in the order of this epoch's "
            "shuffle."
            if batch > 1
            else "The step looks at one example of the training part."
        )
    if len(targets) < math.prod(wanted):
        wanted = wanted[:1]
    return Stage(
        "batch",
        "",
        "X, Y",
        title,
        f"X: {shape(inputs, of if steps_of(of) else ())},   Y: {shape(targets, wanted)}",
        what_comes,
        f"{what} X holds what goes in, as the network is given it (normalized, augmented), and Y "
        f"what should come out; {column}.",
        f"{counted(batch, 'example')}{steps} {'is' if batch == 1 else 'are'} ready, m = {batch}.",
        (
            Matrix("X", "inputs", inputs, INPUT, EXAMPLE, NETWORK_INPUT, of),
            Matrix(
                "Y", "correct answers", targets, NEURON, EXAMPLE, network.layers[-1].name, wanted
            ),
        ),
    )
