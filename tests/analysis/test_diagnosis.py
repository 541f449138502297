"""Every fault is found where it was made, nowhere else, and goes when its remedy is taken.

``pytest tests/analysis/test_diagnosis.py -k table -s`` prints the figures of all of them.
"""

import re
import sys
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest

from playground import fields
from playground.analysis.diagnosis import FAULTS, Finding, diagnose
from playground.nn.schedules import Cosine
from playground.training.experiment import Experiment
from playground.training.model import Model
from playground.training.presets import FAULTS as FAULT_GROUP
from playground.training.presets import GROUPS, preset
from playground.training.trainer import Pulse, Trainer

STATED = {
    "fault-collapse": ("mode_collapse", 20),
    "fault-discriminator": ("discriminator_wins", 20),
    "fault-rate-low": ("learning_rate_low", 8),
    "fault-rate-high": ("learning_rate_high", 8),
    "fault-underfitting": ("underfitting", 60),
    "fault-overfitting": ("overfitting", 150),
    "fault-imbalance": ("class_imbalance", 10),
    "fault-unscaled": ("unscaled_inputs", 5),
    "fault-symmetric": ("symmetric", 3),
    "fault-silent-relu": ("silent_relu", 3),
    "fault-saturated": ("saturated", 3),
    "fault-vanishing": ("vanishing_gradient", 3),
    "fault-fading": ("fading_in_time", 6),
    "fault-exploding": ("exploding_gradient", 0),
    "fault-loss": ("loss_misfit", 5),
}
"""Which fault each preset has, and after how many epochs it is told."""

AT_THE_START = {
    "fault-imbalance",
    "fault-unscaled",
    "fault-symmetric",
    "fault-saturated",
    "fault-exploding",
    "fault-loss",
}
"""What can be known before training, and is."""

AFTER = {
    "fault-collapse": 30,
    "fault-underfitting": 60,
    "fault-overfitting": 100,
    "fault-vanishing": 25,
}
"""Epochs that the remedy is given; 15 for the others."""

BOUNDED = {
    "digits": 12,
    "digits-small": 12,
    "article-digits": 100,
    "article-digits-deep": 100,
    "spirals": 200,
}
"""Epochs of the sound presets that take long; the others train to their end."""

HONEST = {
    "article-iris": {"silent_relu"},
}
"""An article's own choice with a true finding: 6 of 15 ReLUs are silent from the start."""


def judge(trainer: Trainer, *, since: float = -1.0) -> tuple[Finding, ...]:
    """Diagnose a trainer's present moment."""
    snapshot, prepared = trainer.snapshot(), trainer.prepared
    model = Model(snapshot.experiment, prepared.dataset, prepared.normalization)
    model.show(snapshot)
    return diagnose(model, prepared, snapshot.experiment, since=since)


def endless(experiment: Experiment) -> Experiment:
    return fields.replace_at(experiment, "training.stopping.epochs", None)


def train(trainer: Trainer, epochs: int) -> Trainer:
    """Train on to an epoch and one step further, which is observed."""
    pulses = trainer.run()
    while trainer.epoch < epochs:
        next(pulses)
    if epochs:
        trainer.snapshot()
        while next(pulses) is Pulse.PREPARED:
            pass
    return trainer


class Trial(NamedTuple):
    """A fault before its remedy and after."""

    found: tuple[Finding, ...]
    finding: Finding
    remedy: str
    after: tuple[Finding, ...]
    results: tuple[str, str]


@cache
def trial(name: str, which: int = 0) -> Trial:
    """Train a preset until its fault is told, take a remedy, train again, and diagnose."""
    kind, epochs = STATED[name]
    experiment = endless(preset(name).experiment)
    trainer = train(Trainer(experiment), epochs)
    found = judge(trainer)
    finding = next(each for each in found if each.kind == kind)
    before = result(trainer)
    remedy = finding.remedies[which]
    changed = experiment
    for path, value in remedy.changes.items():
        changed = fields.replace_at(changed, path, value)
    since = -1.0
    if remedy.needs_reset:
        trainer = Trainer(changed)
    else:
        since = float(trainer.epoch)
        trainer.edit(changed)
    train(trainer, trainer.epoch + AFTER.get(name, 15))
    return Trial(
        found, finding, remedy.label, judge(trainer, since=since), (before, result(trainer))
    )


def result(trainer: Trainer) -> str:
    """Return the scores on train and test part, and for a rare class how much of it is found."""
    history, score = trainer.snapshot().history, trainer.prepared.dataset.task.score.name
    told = " / ".join(f"{history.last(f'{part}_{score}'):.1%}" for part in ("train", "test"))
    labels = trainer.prepared.test_targets
    if trainer.prepared.dataset.name == "rare":
        answers = trainer.network.forward(trainer.prepared.test_inputs.T)[0] > 0.5
        told += f", {int(answers[labels == 1].sum())} of {int((labels == 1).sum())} rare"
    return told


@pytest.mark.parametrize("name", STATED)
def test_a_fault_is_found_after_the_stated_training(name: str) -> None:
    finding = trial(name).finding
    assert finding.kind == STATED[name][0]
    assert any(letter.isdigit() for letter in finding.headline) or "All" in finding.headline
    assert len(finding.headline) <= 48
    assert not finding.headline.endswith(".")
    assert finding.explanation.endswith(".")
    assert np.isfinite(finding.measured)


@pytest.mark.parametrize("name", STATED)
def test_it_is_the_only_thing_that_is_told(name: str) -> None:
    assert [finding.kind for finding in trial(name).found] == [STATED[name][0]]


@pytest.mark.parametrize("name", STATED)
def test_before_training_only_what_can_be_known_is_told(name: str) -> None:
    found = [finding.kind for finding in judge(Trainer(preset(name).experiment))]
    assert found == ([STATED[name][0]] if name in AT_THE_START else [])


@pytest.mark.parametrize("name", STATED)
def test_the_remedy_removes_the_fault_and_brings_no_other(name: str) -> None:
    assert [finding.kind for finding in trial(name).after] == []


@pytest.mark.parametrize(
    "name", sorted(set(STATED) - {"fault-imbalance", "fault-collapse", "fault-discriminator"})
)
def test_with_the_remedy_more_test_examples_are_right(name: str) -> None:
    before, after = (told.split(" / ")[1].rstrip("%") for told in trial(name).results)
    assert float(after) > float(before)


def test_clipping_too_ends_the_explosion() -> None:
    assert trial("fault-exploding", 1).remedy == "Clip the gradient at 1"
    assert trial("fault-exploding", 1).after == ()


def test_fewer_steps_end_the_fading_too() -> None:
    assert re.fullmatch(r"Start again with \d+ steps", trial("fault-fading", 1).remedy)
    assert trial("fault-fading", 1).after == ()


def test_steps_that_a_schedule_means_to_be_small_are_no_fault() -> None:
    experiment = endless(preset("fault-rate-low").experiment)
    trainer = train(Trainer(experiment), STATED["fault-rate-low"][1])
    assert [finding.kind for finding in judge(trainer)] == ["learning_rate_low"]
    slowed = fields.replace_at(experiment, "training.schedule", Cosine(epochs=8, end=0.001))
    model = Model(slowed, trainer.prepared.dataset, trainer.prepared.normalization)
    model.show(trainer.snapshot())
    assert diagnose(model, trainer.prepared, slowed) == ()


def test_balancing_finds_the_rare_class() -> None:
    before, after = trial("fault-imbalance").results
    assert before.endswith(" 0 of 12 rare")
    assert int(after.split(", ")[1].split()[0]) >= 10


@pytest.mark.parametrize("name", STATED)
def test_a_fault_does_not_hang_on_the_seed(name: str) -> None:
    kind, epochs = STATED[name]
    experiment = fields.replace_at(endless(preset(name).experiment), "seed", 2)
    assert kind in {finding.kind for finding in judge(train(Trainer(experiment), epochs))}


@pytest.mark.parametrize("name", GROUPS[""])
def test_a_sound_preset_is_left_alone(name: str) -> None:
    experiment = preset(name).experiment
    limit = BOUNDED.get(name, experiment.training.stopping.epochs)
    trainer = Trainer(experiment)
    told = {finding.kind for finding in judge(trainer)}
    pulses = trainer.run()
    moments = iter((1, 2, 3, 5, 8, 12, 20, 30, 40, 60, 90, 130, 200, 300, 450, 600, 1000))
    moment = next(moments)
    for pulse in pulses:
        if pulse is Pulse.EPOCH and trainer.epoch >= moment:
            trainer.snapshot()
            while next(pulses, None) is Pulse.PREPARED:
                pass
            told |= {finding.kind for finding in judge(trainer)}
            moment = next(moments, 10**9)
            if moment > limit:
                break
    assert told == HONEST.get(name, set())


def test_every_fault_has_a_preset_and_every_preset_a_fault() -> None:
    assert set(GROUPS[FAULT_GROUP]) == set(STATED)
    assert {kind for kind, _ in STATED.values()} == {fault.kind for fault in FAULTS}


def test_the_table() -> None:
    """Print every fault with its figures before and after; see the module's first lines."""
    rows = [("fault", "epoch", "told", "measured", "remedy", "train / test before", "and after")]
    for name, (_, epochs) in STATED.items():
        _, finding, remedy, _, (before, after) = trial(name)
        measured = f"{finding.measured:.3g}"
        rows.append((name, str(epochs), finding.headline, measured, remedy, before, after))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write("  ".join(cells).rstrip() + "\n")
    assert len(rows) == 1 + len(STATED)
