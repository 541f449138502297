"""Checks the gradients of the network that is shown, and keeps what was found."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from playground.data.preparation import Prepared
from playground.gui.session.analyst import Answer
from playground.gui.session.run_state import RunState
from playground.gui.session.session import Session
from playground.gui.widgets.timers import later
from playground.training.experiment import Experiment
from playground.training.model import Model

if TYPE_CHECKING:
    from playground.analysis.gradient_report import GradientReport

KEY = "gradient check"
SETTLE_MS = 2_000
"""After a change of the network, before it is checked by itself."""


class GradientChecker(QObject):
    """Asks about each new network once, when it rests, and again whenever it is told to.

    Attributes
    ----------
    report
        What the last check found, None where this network has not been checked.
    step
        Optimizer steps that the checked weights had made.
    error
        Why there is no report, as a sentence, or empty.
    busy
        Whether an answer is still to come.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self.report: GradientReport | None = None
        self.step = 0
        self.error = ""
        self.busy = False
        self._seed = 0
        self._about: tuple[object, ...] = ()
        self._settle = later(self, SETTLE_MS, self._on_settled)
        session.experiment_changed.connect(self._on_experiment_changed)
        session.data_changed.connect(self._forget)
        session.past.went.connect(self._forget)
        session.model_changed.connect(self._on_model_changed)
        session.answered.connect(self._on_answered)

    @Slot()
    def check(self) -> None:
        """Compare the gradients on examples that have not been tried before."""
        self._settle.stop()
        self.busy = True
        self._ask()
        self.changed.emit()

    def _ask(self) -> None:
        training = self._session.experiment.training
        loss, l1, l2 = training.loss, training.l1, training.l2
        question = partial(_check, loss=loss, l1=l1, l2=l2, seed=self._seed)
        self._seed += 1
        self._session.analyst.ask(KEY, question)

    @Slot()
    def _on_settled(self) -> None:
        """Check by itself, but never beside training."""
        if self._session.state is RunState.RUNNING:
            self._settle.start()
        else:
            self.check()

    @Slot(object)
    def _on_model_changed(self, _model: object) -> None:
        """Ask anew: an answer about the network before is not passed on."""
        if self.busy:
            self._ask()

    @Slot(object)
    def _on_experiment_changed(self, experiment: Experiment) -> None:
        training = experiment.training
        about = (
            experiment.data,
            experiment.layers,
            experiment.output,
            experiment.seed,
            training.loss,
            training.l1,
            training.l2,
        )
        if about != self._about:
            self._about = about
            self._forget()

    @Slot()
    def _forget(self) -> None:
        self._session.analyst.forget(KEY)
        self.report, self.error, self.busy = None, "", False
        self._settle.start()
        self.changed.emit()

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        if answer.key != KEY or not self.busy:
            return
        self.report, self.error, self.step = answer.value, answer.error, answer.snapshot.step
        self.busy = False
        self.changed.emit()


def _check(model: Model, prepared: Prepared, **settings: Any) -> GradientReport:
    """Check in the analyst's thread, where what that takes is imported too."""
    from playground.analysis.gradient_report import check_model

    return check_model(model, prepared, **settings)
