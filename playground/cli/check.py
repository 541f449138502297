"""``playground check``: backpropagation's gradients held against differences of the loss."""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from dataclasses import asdict
from typing import Any

from playground.analysis.gradient_report import METHOD, GradientReport, check_gradients
from playground.cli.train import subject
from playground.nn.network import Network
from playground.training.experiment import Experiment
from playground.training.presets import NAMES, Preset
from playground.training.size import layer_sizes
from playground.training.task_fit import check_fit
from playground.wording import aligned, grouped, scientific

WRONG = 1
"""The exit code where a gradient is wrong."""


def check(arguments: argparse.Namespace) -> int:
    """Print a line for each tensor, and the verdict."""
    experiment, network = _subject(arguments.what)
    training, prepared = experiment.training, experiment.data.prepared()
    report = check_gradients(
        *(network, training.loss, prepared, experiment.recipe),
        l1=training.l1,
        l2=training.l2,
        seed=experiment.seed,
    )
    if arguments.json:
        described = _described(report, arguments.what)
        sys.stdout.write(json.dumps(described, ensure_ascii=False) + "\n")
    else:
        words = (textwrap.fill(text, 80) for text in (METHOD, report.sentence))
        sys.stdout.write("\n\n".join(("\n".join(_table(report)), *words)) + "\n")
    return WRONG if report.verdict == "wrong" else 0


def _subject(what: str) -> tuple[Experiment, Network]:
    """Return a preset with its first weights, or a file with its trained ones."""
    found = subject(what)
    experiment = found.experiment
    if not isinstance(found, Preset):
        return experiment, found.model().whole
    dataset = experiment.data.load()
    check_fit(experiment, dataset)
    layer_sizes(experiment, dataset)
    return experiment, experiment.network(dataset)


def _table(report: GradientReport) -> list[str]:
    rows = [("tensor", "entries", "relative error", "largest difference", "")]
    rows += [
        (
            tensor.name,
            f"{grouped(tensor.entries)} of {grouped(tensor.size)}",
            scientific(tensor.relative_error),
            scientific(tensor.largest_difference),
            tensor.verdict,
        )
        for tensor in report.tensors
    ]
    return aligned(rows, right={1, 2, 3})


def _described(report: GradientReport, what: str) -> dict[str, Any]:
    return {
        "preset": what if what in NAMES else None,
        "verdict": report.verdict,
        "relative_error": report.relative_error,
        "examples": report.examples,
        "entries": report.entries,
        "tensors": [asdict(tensor) | {"verdict": tensor.verdict} for tensor in report.tensors],
        "seed": report.seed,
    }
