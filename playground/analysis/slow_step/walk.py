"""Walks through one step: from its starting state to the state that it leaves, stage by stage."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.analysis.slow_step.backward_stages import backward_stages
from playground.analysis.slow_step.corrections import clip_stage, frozen_stage, penalty_stage
from playground.analysis.slow_step.ending import outcome_stage, rate_stage, update_stage
from playground.analysis.slow_step.forward_stages import forward_stages
from playground.analysis.slow_step.loss_stages import (
    example_losses,
    is_fused,
    loss_stage,
    slope,
    slope_stage,
)
from playground.analysis.slow_step.moves import Names, move
from playground.analysis.slow_step.passing import Passed, draw_masks, forward
from playground.analysis.slow_step.stage import (
    EXAMPLE,
    INPUT,
    NEURON,
    Change,
    Matrix,
    SlowStep,
    Stage,
)
from playground.analysis.slow_step.writing import counted, shape
from playground.data.dataset import Dataset
from playground.errors import PlaygroundError
from playground.nn.arrays import Array, quiet
from playground.nn.layers import BatchNorm
from playground.nn.network import Network
from playground.training.step_start import StepStart

_LETTERS = {"weights": "W", "biases": "b", "scale": "γ", "shift": "β"}

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
    experiment = start.experiment
    network = Network(
        dataset.input_shape,
        experiment.network_layers(dataset),
        seed=experiment.seed,
        dtype=np.float64,
    )
    batch = len(start.rows)
    widest = max(start.rows.shape[1], *(layer.output_features for layer in network.layers))
    if batch * widest > LARGEST_WALK:
        raise PlaygroundError(
            f"This step takes {batch:,} examples at once, too many to keep every number of it: "
            "choose a batch size, or step through the probe alone."
        )
    network.parameters[:] = start.parameters
    network.statistics[:] = start.statistics
    with quiet():
        return _walk(start, network)


def _walk(start: StepStart, network: Network) -> SlowStep:
    training = start.experiment.training
    loss, activation = training.loss, network.output_activation
    inputs, targets = start.rows.T.astype(np.float64), start.targets.T.astype(np.float64)
    masks = draw_masks(network, len(start.rows), start.dropout_state)
    passed = forward(network, inputs, masks)
    last = passed[-1]
    losses = example_losses(loss, activation, last, targets)
    grad = slope(loss, activation, last, targets)
    stages = [_batch_stage(start, inputs, targets, last.layer.name)]
    stages += forward_stages(passed)
    stages.append(loss_stage(loss, last, targets, losses))
    stages.append(slope_stage(loss, activation, last, targets, grad))
    more, gradients = backward_stages(passed, grad, fused=is_fused(loss, activation, last))
    stages += more

    frozen = _frozen(network)
    stage = frozen_stage(gradients, frozen)
    if stage is not None:
        stages.append(stage)
        gradients = {
            name: np.where(frozen[name], 0, gradient) for name, gradient in gradients.items()
        }
    if training.l1 or training.l2:
        for done in passed:
            name = f"{done.layer.name}.weights"
            if name in gradients:
                stage, gradients[name] = penalty_stage(
                    done, gradients[name], frozen.get(name), training.l1, training.l2
                )
                stages.append(stage)
    if training.clip_norm is not None:
        stage, gradients = clip_stage(gradients, training.clip_norm)
        stages.append(stage)
    stage = rate_stage(start)
    if stage is not None:
        stages.append(stage)
    changes = _update(start, network, passed, gradients, frozen, stages)
    statistics = _statistics(network, passed)

    # The network now holds the parameters after the step; statistics play no part in training,
    # except for a batch of one, which leaves them as they are.
    after = forward(network, inputs, masks)
    loss_before = float(losses.mean())
    loss_after = float(example_losses(loss, activation, after[-1], targets).mean())
    stages.append(outcome_stage(changes, loss_before, loss_after))
    return SlowStep(
        start,
        tuple(stages),
        tuple(changes),
        network.parameters.copy(),
        statistics,
        loss_before,
        loss_after,
    )


def _batch_stage(start: StepStart, inputs: Array, targets: Array, output: str) -> Stage:
    batch = inputs.shape[1]
    if start.of_probe:
        title, what = "the probe", "The step looks at the one example that you hold in your hand."
    else:
        title = f"batch {start.batch + 1} of epoch {start.epoch + 1}"
        what = (
            "The step looks at these examples of the training part, in the order of this epoch's "
            "shuffle."
            if batch > 1
            else "The step looks at one example of the training part."
        )
    return Stage(
        "batch",
        "",
        "X, Y",
        title,
        f"X: {shape(inputs)},   Y: {shape(targets)}",
        f"{inputs.shape[0]} features × {counted(batch, 'example')}",
        f"{what} X holds what goes in, as the network is given it (normalized, augmented), and Y "
        "what should come out; every column is an example.",
        f"{counted(batch, 'example')} {'is' if batch == 1 else 'are'} ready, m = {batch}.",
        (
            Matrix("X", "inputs", inputs, INPUT, EXAMPLE, "input"),
            Matrix("Y", "what is right", targets, NEURON, EXAMPLE, output),
        ),
    )


def _frozen(network: Network) -> dict[str, NDArray[np.bool_]]:
    """Return what is frozen by tensor, (rows, columns); empty where nothing is."""
    if network.frozen_mask is None:
        return {}
    views = network.views_of(network.frozen_mask.astype(np.float64))
    return {name: _two_axes(view) > 0 for name, view in views.items()}


def _update(
    start: StepStart,
    network: Network,
    passed: list[Passed],
    gradients: dict[str, Array],
    frozen: dict[str, NDArray[np.bool_]],
    stages: list[Stage],
) -> list[Change]:
    """Append every tensor's update, and leave the network with the parameters after it."""
    optimizer, rate, step = (
        start.experiment.training.optimizer,
        start.learning_rate,
        start.step_count + 1,
    )
    parameters = network.views_of(network.parameters)
    moments = [network.views_of(moment) for moment in np.asarray(start.moments, dtype=np.float64)]
    changes = []
    for done in passed:
        for tensor in _tensors(parameters, done.layer.name):
            name = f"{done.layer.name}.{tensor}"
            view = parameters[name]
            before = _two_axes(view).copy()
            kept = frozen.get(name)
            own = [_two_axes(each[name]).copy() for each in moments]
            if kept is not None:
                own = [np.where(kept, 0, moment) for moment in own]
            letter = _LETTERS.get(tensor, tensor)
            symbol = f"{letter}{done.number}"
            names = Names(symbol, letter.lower())
            made = move(optimizer, before, gradients[name], own, rate, step, names)
            after = made.after if kept is None else np.where(kept, before, made.after)
            stages.append(
                update_stage(done, tensor, symbol, before, gradients[name], made, after, kept)
            )
            view[...] = after.reshape(view.shape)
            changes.append(Change(name, before, after))
    return changes


def _tensors(views: dict[str, Array], layer: str) -> list[str]:
    return [name.partition(".")[2] for name in views if name.partition(".")[0] == layer]


def _statistics(network: Network, passed: list[Passed]) -> Array:
    """Return the running statistics after the step; the network keeps those before it."""
    before = network.statistics.copy()
    for done in passed:
        settings = done.layer.settings
        if isinstance(settings, BatchNorm) and done.by_batch:
            assert done.mean is not None
            assert done.variance is not None
            views = done.layer.views()
            for name, measured in (
                ("running_mean", done.mean),
                ("running_variance", done.variance),
            ):
                view = views[name]
                view[:] = settings.momentum * view + (1 - settings.momentum) * measured[:, 0]
    after = network.statistics.copy()
    network.statistics[:] = before
    return after


def _two_axes(values: Array) -> Array:
    return values if values.ndim == 2 else values[:, np.newaxis]
