"""Has the run diagnosed while it trains and whenever it rests, and carries remedies out."""

from __future__ import annotations

import dataclasses
from time import monotonic

from PySide6.QtCore import QObject, Signal, Slot

from playground.analysis.diagnosis import Finding, Remedy, Steady, diagnose
from playground.data.preparation import Prepared
from playground.gui.panels.diagnosis.diagnosis_panel import DiagnosisPanel
from playground.gui.session.analyst import Answer
from playground.gui.session.messages import Failed
from playground.gui.session.run_state import RunState
from playground.gui.session.session import Session
from playground.training.experiment import Experiment, Stopping
from playground.training.model import Model
from playground.training.snapshot import Snapshot

EVERY_S = 2.0
_KEY = "diagnosis"
_TOLD_BY_THE_ERROR = frozenset({"exploding_gradient", "learning_rate_high"})
"""What the message about a loss that left the finite numbers says too, with the same remedies."""


class DiagnosisArea(QObject):
    """Connects the session with the panel of findings.

    ``evidence_requested`` carries the :class:`Finding` whose evidence is wanted: ``evidence`` is
    the key of the view, and its neuron is selected already.
    """

    evidence_requested = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.panel = DiagnosisPanel()
        self._session = session
        self._steady = Steady()
        self._judged: Experiment | None = None
        self._since: float | None = -1.0
        self._next = 0.0
        self._settings_are_new = True
        self._diverged = False
        self.panel.evidence_requested.connect(self._on_evidence_requested)
        self.panel.remedy_requested.connect(self._on_remedy_requested)
        session.experiment_changed.connect(self._on_experiment_changed)
        session.snapshot_changed.connect(self._on_snapshot_changed)
        session.state_changed.connect(self._on_state_changed)
        session.failed.connect(self._on_failed)
        session.answered.connect(self._on_answered)

    @Slot(object)
    def _on_experiment_changed(self, experiment: Experiment) -> None:
        """Judge new settings by what the curves show from now on."""
        snapshot = self._session.snapshot
        if self._session.timeline.shown is not None:
            return
        settings = _judged_settings(experiment)
        judged = self._judged
        if snapshot is None or (judged is not None and not settings.has_layers_of(judged)):
            self._steady.clear()
            self._show(())
        if snapshot is None:
            self._since = -1.0
        elif settings != judged:
            self._since = None  # until a moment comes that has them
        self._settings_are_new |= snapshot is None or settings != self._judged
        self._judged = settings
        self._next = 0.0

    @Slot(object)
    def _on_snapshot_changed(self, snapshot: Snapshot) -> None:
        if self._session.timeline.shown is not None:
            self._show(())  # what is said holds now
        elif self._session.state is not RunState.RUNNING or monotonic() >= self._next:
            self._ask(snapshot)

    @Slot(object)
    def _on_state_changed(self, state: RunState) -> None:
        if state is not RunState.FAILED:
            self._diverged = False
        if state is not RunState.RUNNING and self._session.snapshot is not None:
            self._ask(self._session.snapshot)

    @Slot(object)
    def _on_failed(self, failure: Failed) -> None:
        self._diverged = failure.diverged
        self._show(self.panel.findings)

    def _ask(self, snapshot: Snapshot) -> None:
        experiment = self._session.experiment
        if snapshot.experiment != experiment:
            return
        since = self._since = float(snapshot.epoch) if self._since is None else self._since
        self._next = monotonic() + EVERY_S
        shown = self._steady.shown

        def question(model: Model, prepared: Prepared) -> tuple[Experiment, tuple[Finding, ...]]:
            findings = diagnose(model, prepared, experiment, since=since, shown=shown)
            return experiment, findings

        self._session.analyst.ask(_KEY, question)

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        if answer.key != _KEY or answer.error or self._session.timeline.shown is not None:
            return
        experiment, findings = answer.value
        if experiment != self._session.experiment:
            return
        at_rest = self._session.state is not RunState.RUNNING or self._settings_are_new
        self._settings_are_new = False
        self._show(self._steady.follow(findings, at_rest=at_rest), trained=answer.snapshot.step > 0)

    def _show(self, findings: tuple[Finding, ...], *, trained: bool = False) -> None:
        if self._diverged:
            findings = tuple(f for f in findings if f.kind not in _TOLD_BY_THE_ERROR)
        self.panel.set_findings(findings, looked=trained and not self._diverged)

    @Slot(object)
    def _on_evidence_requested(self, finding: Finding) -> None:
        if finding.neuron is not None:
            self._session.attention.select(finding.neuron)
        self.evidence_requested.emit(finding)

    @Slot(object)
    def _on_remedy_requested(self, remedy: Remedy) -> None:
        """Change the settings as one step of the undo list; begin anew where that is needed."""
        session = self._session
        running = session.state is RunState.RUNNING
        if not session.change_all(remedy.changes, remedy.label, afresh=remedy.needs_reset):
            return
        self._steady.clear()
        self._show(())
        if remedy.needs_reset and running:
            session.toggle_training()


def _judged_settings(experiment: Experiment) -> Experiment:
    """Return the experiment without what has no part in how it learns."""
    training = dataclasses.replace(experiment.training, stopping=Stopping())
    return dataclasses.replace(experiment, training=training)
