"""The one table of faults, and the rule which of those found are told."""

from __future__ import annotations

from collections.abc import Sequence

from playground.analysis.diagnosis.adversaries import DiscriminatorWins, ModeCollapse
from playground.analysis.diagnosis.finding import Fault, Finding
from playground.analysis.diagnosis.generalization import Overfitting, Underfitting
from playground.analysis.diagnosis.gradients import (
    ExplodingGradient,
    FadingInTime,
    VanishingGradient,
)
from playground.analysis.diagnosis.measurements import Measurements
from playground.analysis.diagnosis.neurons import SaturatedUnits, SilentReLUs, SymmetricWeights
from playground.analysis.diagnosis.rates import LearningRateHigh, LearningRateLow
from playground.analysis.diagnosis.task import ClassImbalance, LossMisfit, UnscaledInputs
from playground.data.preparation import Prepared
from playground.training.experiment import Experiment
from playground.training.model import Model

MOST_SHOWN = 3
"""More than three at once are no advice any more."""

FAULTS: tuple[Fault, ...] = (
    ModeCollapse(),
    DiscriminatorWins(),
    UnscaledInputs(),
    SymmetricWeights(),
    ExplodingGradient(),
    LearningRateHigh(),
    SaturatedUnits(),
    LossMisfit(),
    FadingInTime(),
    VanishingGradient(),
    SilentReLUs(),
    LearningRateLow(),
    ClassImbalance(),
    Underfitting(),
    Overfitting(),
)
"""Every fault, what hurts most first, and causes before what they bring about."""


OF_TWO = {ModeCollapse.kind, DiscriminatorWins.kind}
"""What is told of a generator and a discriminator, and of nothing else: the others take a loss that
does not fall for a fault, and examples that are all real for an imbalance."""


def diagnose(
    model: Model,
    prepared: Prepared,
    experiment: Experiment,
    *,
    since: float = -1.0,
    shown: Sequence[Finding] = (),
) -> tuple[Finding, ...]:
    """Return what is wrong with a run at a moment, at most three findings, the worst first.

    Parameters
    ----------
    model
        Shows the moment.
    prepared
        The experiment's data.
    experiment
        What the user has chosen by now. While a change has not arrived in the moment, nothing is
        said: it would be about settings that are gone.
    since
        Epochs done when the present settings came into force; before any, from the beginning.
    shown
        What the user reads at present; see :meth:`Fault.find`.

    Returns
    -------
    tuple
        A fault that another one explains is left out.
    """
    if model.experiment != experiment:
        return ()
    m = Measurements(model, prepared, since)
    if not m.finite:
        return ()
    kinds = {finding.kind for finding in shown}
    findings: list[Finding] = []
    explained: set[str] = set()
    for fault in FAULTS:
        if (fault.kind in OF_TWO) != (model.generator is not None):
            continue
        if fault.kind in explained or not (fault.before_training or m.snapshot.step):
            continue
        finding = fault.find(m, fault.kind in kinds)
        if finding is not None:
            findings.append(finding)
            explained |= fault.explains
    return tuple(findings[:MOST_SHOWN])
