"""``playground train``: a run without a window."""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
from dataclasses import replace
from typing import Any

from playground.analysis.writing.page import samples, written
from playground.atomic_write import check_destination
from playground.cli.progress import ProgressLine
from playground.data.preparation import PARTS
from playground.data.tasks import Metric
from playground.errors import DivergedError, PlaygroundError
from playground.interruption import exit_code, interruptions
from playground.nn.evidence import Likelihood, evidence_bound
from playground.nn.network import Network
from playground.storage import experiment_file
from playground.storage.experiment_file import SavedExperiment
from playground.storage.judge import judge
from playground.storage.network_file import load
from playground.training.body import Body, keep
from playground.training.experiment import Experiment, every_layer
from playground.training.made_metrics import CLASS_MADE, made_metrics_of
from playground.training.metrics import LARGEST_MEASURED
from playground.training.model import Model
from playground.training.presets import NAMES, Preset, preset
from playground.training.snapshot import Snapshot
from playground.training.task_fit import check_body, with_word
from playground.training.trainer import Trainer
from playground.wording import counted, duration, fixed, grouped, percent

_MEASURES = {
    "test_error": "test_mean_squared_error",
    "score": "made_score",
    "confident": "made_confident",
    "distance": "made_distance",
    "divergence": "made_divergence",
    "read_as_asked": "made_as_asked",
}
"""What ``--json`` calls the measures of a task, and their columns."""


def train(arguments: argparse.Namespace) -> int:
    """Train, show progress, save and sum up."""
    if arguments.out is not None:
        check_destination(arguments.out)
    trainer = _trainer(arguments)
    first = trainer.snapshot()
    progress = ProgressLine(sys.stderr, first.epoch, first.seconds)
    with interruptions() as received:
        try:
            _run(trainer, None if arguments.json else progress, received)
        except DivergedError as error:
            if arguments.out is None:
                raise
            _save(arguments.out, trainer)
            raise DivergedError(f"{error} That network is saved in {arguments.out}.") from None
        except OSError:  # nobody can read the progress any more, as when the terminal is closed
            _save(arguments.out, trainer)
            raise
        _save(arguments.out, trainer)
    interrupted = bool(received) and not trainer.reason
    name = arguments.what if arguments.what in NAMES else None
    reached = {
        "preset": name,
        **_reached(trainer, first),
        **_writes(trainer),
        **_describes(trainer),
    }
    if arguments.json:
        sys.stdout.write(json.dumps(reached | _by_task(reached)) + "\n")
    else:
        metrics = trainer.prepared.dataset.task.metrics
        _sum_up(arguments, reached, metrics, "interrupted" if interrupted else trainer.reason)
    return exit_code(received[0]) if interrupted else 0


def _trainer(arguments: argparse.Namespace) -> Trainer:
    """Return a trainer for a preset, or for a file with its weights."""
    saved = subject(arguments.what)
    experiment = _changed(saved.experiment, arguments)
    if isinstance(saved, Preset):
        return Trainer(experiment)
    trainer = Trainer(saved.experiment, start=saved)
    if not experiment.begins_like(saved.experiment):
        raise PlaygroundError(
            f"{arguments.what} is trained on from its weights, which belong to its data and its "
            "seed; change those on a preset. --body lets a preset begin with its layers."
        )
    trainer.edit(experiment)
    return trainer


def subject(what: str) -> Preset | SavedExperiment:
    """Return the preset, or else what the file holds, that a word names."""
    if what in NAMES:
        return preset(what)
    if not os.path.exists(what):
        raise PlaygroundError(
            f"There is no preset and no file {what!r}; choose a file or one of {', '.join(NAMES)}."
        )
    return experiment_file.read(what)


def _changed(experiment: Experiment, arguments: argparse.Namespace) -> Experiment:
    """Return the experiment with the command line's changes."""
    changes = []
    for setting in arguments.settings:
        path, equals, word = setting.partition("=")
        if not equals:
            raise PlaygroundError(
                f"--set expects PATH=VALUE such as training.learning_rate=0.01; {setting!r} was "
                "given."
            )
        changes.append((path.strip(), word))
    for rule in ("epochs", "seconds"):
        word = getattr(arguments, rule)
        if word is not None:
            changes.append((f"training.stopping.{rule}", word))
    for path, word in changes:
        if path in dict(every_layer(experiment.layers)):
            raise PlaygroundError(
                f"--set expects one setting of a layer, such as {path}.units=32, and no other "
                f"layer in its place; {word!r:.60} was given: exchange layers in the window."
            )
        experiment = with_word(experiment, path, word)
    if arguments.body is not None:
        model = load(arguments.body)
        network = model if isinstance(model, Network) else model.network
        body = keep(Body.of(network, os.path.basename(arguments.body)))
        experiment = replace(experiment, body=body)
        check_body(experiment, experiment.data.load())
    return experiment


def _run(trainer: Trainer, progress: ProgressLine | None, received: list[int]) -> None:
    """Train to the end, or until a signal is received."""
    try:
        for _ in trainer.run():
            if received:
                break
            if progress is not None and progress.due():
                progress.show(trainer.snapshot())
    finally:
        if progress is not None:
            progress.clear()


def _save(path: str | None, trainer: Trainer) -> None:
    if path is not None:
        experiment_file.save(path, trainer.moment(), trainer.prepared)


def _reached(trainer: Trainer, first: Snapshot) -> dict[str, Any]:
    """Return what the run has reached, JSON's way: None for what is not measured or not finite."""
    last = trainer.snapshot()
    seconds = last.seconds - first.seconds
    epochs = last.epoch + last.batch / last.batches - first.epoch - first.batch / first.batches
    examples = epochs * len(trainer.prepared.train_inputs)
    names = ("train_loss", "train_accuracy", "test_loss", "test_accuracy")
    figures = {name: last.history.last(name) for name in (*names, *last.history.columns)}
    return {
        "epochs": last.epoch,
        "seconds": last.seconds,
        "examples_per_second": examples / seconds if seconds else 0.0,
        **{name: value if math.isfinite(value) else None for name, value in figures.items()},
        "parameters": trainer.network.parameter_count,
        "seed": last.experiment.seed,
    }


def _by_task(reached: dict[str, Any]) -> dict[str, Any]:
    """Return the measures of the task by the names that they have for every network of its kind."""
    named = {name: reached[column] for name, column in _MEASURES.items() if column in reached}
    coverage = {
        column.removeprefix(CLASS_MADE): share
        for column, share in reached.items()
        if column.startswith(CLASS_MADE)
    }
    return named | ({"coverage": coverage} if coverage else {})


def _writes(trainer: Trainer) -> dict[str, float]:
    """Return how much the judge reads as asked of what the network writes, where it can write."""
    prepared, snapshot = trainer.prepared, trainer.snapshot()
    writing = prepared.dataset.writing
    if writing is None or not judge().knows(writing.names):
        return {}
    model = Model(snapshot.experiment, prepared.dataset, prepared.normalization)
    model.show(snapshot)
    return {"read_as_asked": written(model, judge(), samples(writing)).read_as_asked}


def _describes(trainer: Trainer) -> dict[str, float]:
    """Return how well a variational autoencoder describes the test part, where it is one."""
    network, prepared = trainer.network, trainer.prepared
    code = network.code
    if not prepared.dataset.task.of_itself or code is None or not code.settings.variational:
        return {}
    probabilities = trainer.experiment.training.loss.measures == "probabilities"
    likelihood: Likelihood = "bernoulli" if probabilities else "gaussian"
    bounds = evidence_bound(network, prepared.test_inputs[:LARGEST_MEASURED], likelihood)
    return {"test_bound": float(bounds.mean())}


def _sum_up(
    arguments: argparse.Namespace,
    reached: dict[str, Any],
    metrics: tuple[Metric, ...],
    reason: str,
) -> None:
    lines = [
        f"{arguments.what}: {counted(reached['epochs'], 'epoch')} in "
        f"{duration(reached['seconds'], 1)}, "
        f"{fixed(reached['examples_per_second'], 0)} examples/s; {reason}"
    ]
    parts = [part for part in PARTS if f"{part}_loss" in reached]
    for part in parts:
        words = [f"{part:{max(map(len, parts))}} loss {_number(reached[f'{part}_loss'])}"]
        for metric in reversed(metrics):
            value = reached[f"{part}_{metric.name}"]
            words.append(
                f"{metric.word} {'not finite' if value is None else metric.text(value, 4)}"
            )
        lines.append("  ".join(words))
    if "read_as_asked" in reached:
        lines.append(
            f"the judge reads {percent(reached['read_as_asked'])} of what it writes as asked"
        )
    if "test_bound" in reached:
        bound = fixed(reached["test_bound"], 1)
        lines.append(f"bound on the evidence of an example of the test part: {bound} nats")
    made = [
        f"{metric.word} {metric.text(reached[f'made_{metric.name}'], 3)}"
        for metric in made_metrics_of(reached)
        if reached[f"made_{metric.name}"] is not None
    ]
    if made:
        lines.append(f"what is made: {', '.join(made)}")
    lines.append(f"{grouped(reached['parameters'])} parameters, seed {reached['seed']}")
    if arguments.out is not None:
        lines.append(f"saved in {arguments.out}")
    sys.stdout.write("\n".join(lines) + "\n")


def _number(value: float | None) -> str:
    return "not finite" if value is None else f"{value:.4f}"
