"""Walks through one step: from its starting state to the state that it leaves, stage by stage."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from playground.analysis.slow_step.corrections import clip_stage, frozen_stage, penalty_stage
from playground.analysis.slow_step.ending import outcome_stage, rate_stage, update_stage
from playground.analysis.slow_step.loss_stages import example_losses, loss_stage, slope_stage
from playground.analysis.slow_step.step import SlowStep, TensorStep
from playground.data.dataset import Dataset
from playground.errors import PlaygroundError
from playground.nn.arrays import Array, quiet
from playground.nn.explain.explanation import Symbols
from playground.nn.explain.stage import EXAMPLE, INPUT, NEURON, Matrix, Stage
from playground.nn.explain.writing import shape
from playground.nn.layers.running import steps_of
from playground.nn.network import Network
from playground.nn.record import INPUT as NETWORK_INPUT
from playground.nn.slopes import slopes
from playground.training.step_start import StepStart
from playground.wording import counted, grouped

LARGEST_WALK = 4_000_000
"""Numbers in the widest array of a walk, at most: 32 MB in float64, and a walk keeps a dozen."""


def walk(start: StepStart, dataset: Dataset) -> SlowStep:
    """Compute a step in float64, everything of it, without making it.

    Parameters
    ----------
    start
        All that the step depends on.
    dataset
        Whose input shape and number of outputs the network has.

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
        return _walk(start, network)


def _walk(start: StepStart, network: Network) -> SlowStep:
    """Make the step with the network's own passes, and ask every layer what it did."""
    training = start.experiment.training
    loss, rng = training.loss, _generator(start)
    step = start.experiment.recipe.step(network, training, None)
    step.moments[:] = start.moments
    step.step_count = start.step_count
    inputs, targets = start.rows.T.astype(np.float64), start.targets.T.astype(np.float64)
    done = slopes(network, loss, inputs, targets, rng=rng, training=True)
    statistics = network.statistics.copy()
    last = done.layers[-1]
    names = Symbols(network.names)
    symbols: dict[str, str] = {}
    forward: list[Stage] = []
    backward: list[Stage] = []
    for layer, record in zip(network.layers, done.layers, strict=True):
        explained = layer.explain(record, names)
        names.learn(layer.name, explained.product)
        symbols |= {f"{layer.name}.{name}": each for name, each in explained.symbols.items()}
        forward += explained.forward
        backward = [*explained.backward, *backward]
    answers = names.of(last.name)
    losses = example_losses(loss, last, targets)
    lengths = _lengths(network, inputs)
    stages = [_batch_stage(start, inputs, targets, network, lengths), *forward]
    stages.append(loss_stage(loss, last, answers, targets, losses))
    stages.append(slope_stage(loss, network.output_activation, last, answers, targets))
    stages += backward

    def corrected(*names: str) -> dict[str, Array]:
        for name in names:
            if name in step.corrections:
                step.corrections[name]()
        return _tensors(network, network.gradient)

    frozen = _frozen(network)
    if frozen:
        stages.append(frozen_stage(frozen, network.names))
    plain, shrunk, gradients = corrected("frozen"), corrected("l2", "l1"), corrected("clip")
    parameters = _tensors(network, network.parameters)
    by_moment = [_tensors(network, moment) for moment in step.moments]
    moments = {name: tuple(moment[name] for moment in by_moment) for name in parameters}
    for name, kept in frozen.items():
        moments[name] = tuple(np.where(kept, 0, moment) for moment in moments[name])
    factors = {} if network.rates is None else network.views_of(network.rates)
    step.update(start.learning_rate)
    ends = _tensors(network, network.parameters)
    shown = {stage.label: stage.matrices[-1] for stage in backward}
    moved = [
        TensorStep(
            name, network.names.tensor(name), symbols[name], view.shape,
            shown.get(f"d{symbols[name]}") or _rows(name, plain[name]),
            parameters[name], plain[name], shrunk[name], gradients[name], moments[name],
            ends[name], frozen.get(name), float(factors[name].flat[0]) if factors else 1.0,
        )
        for name, view in network.views_of(network.parameters).items()
    ]  # fmt: skip
    if training.l1 or training.l2:
        shrinking = _tensors(network, network.weight_mask)
        stages += [
            penalty_stage(tensor, training.l1, training.l2)
            for tensor in moved
            if shrinking[tensor.name].any()
        ]
    if training.clip_norm is not None:
        stages.append(clip_stage(moved, training.clip_norm))
    stage = rate_stage(start, moved)
    if stage is not None:
        stages.append(stage)
    stages += [
        update_stage(tensor, training.optimizer, start.learning_rate, step.step_count)
        for tensor in moved
    ]

    # The same masks again, and the batch's own statistics, with the parameters after the step.
    again = slopes(
        network, loss, inputs, targets, rng=_generator(start), training=True, learning=False
    )
    stages.append(outcome_stage(moved, float(losses.mean()), again.loss))
    return SlowStep(
        *(start, tuple(stages), tuple(moved), network.parameters.copy(), statistics),
        *(network.names, _steps(network), lengths),
    )


def _steps(network: Network) -> dict[str, int]:
    """Return how many steps the layers' outputs have by name, of sequences."""
    shapes = {layer.name: layer.output_shape for layer in network.layers}
    shapes[NETWORK_INPUT] = network.input_shape
    return {name: shape[1] for name, shape in shapes.items() if steps_of(shape)}


def _lengths(network: Network, inputs: Array) -> NDArray[np.intp] | None:
    """Return how many steps each example has, (batch,), None where all have all."""
    if not network.padded:
        return None
    tokens = inputs.reshape(*network.input_shape, -1)
    lengths: NDArray[np.intp] = tokens.any(axis=0).sum(axis=0)
    return lengths


def _generator(start: StepStart) -> np.random.Generator | None:
    """Return a generator that draws the masks which the step will draw; None without dropout."""
    state = start.dropout_state
    if state is None:
        return None
    rng = np.random.Generator(getattr(np.random, state["bit_generator"])())
    rng.bit_generator.state = dict(state)
    return rng


def _batch_stage(
    start: StepStart,
    inputs: Array,
    targets: Array,
    network: Network,
    lengths: NDArray[np.intp] | None,
) -> Stage:
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


def _frozen(network: Network) -> dict[str, NDArray[np.bool_]]:
    """Return what is frozen by tensor, (rows, columns); empty where nothing is."""
    if network.frozen_mask is None:
        return {}
    marked = _tensors(network, network.frozen_mask.astype(np.float64))
    return {name: mask > 0 for name, mask in marked.items()}


def _rows(name: str, values: Array) -> Matrix:
    """Return slopes that no stage shows in one array, a row for each neuron."""
    return Matrix("", "", values, NEURON, INPUT, name.rpartition(".")[0])


def _tensors(network: Network, vector: Array) -> dict[str, Array]:
    """Return a copy of every tensor in a vector shaped like the parameters, (rows, columns)."""
    views = network.views_of(vector)
    return {name: view.reshape(len(view), -1).copy() for name, view in views.items()}
