"""What the message bar says where training cannot go on, with what helps."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Slot

from playground.gui.session.messages import Failed
from playground.gui.session.session import Session
from playground.gui.widgets.message_bar import MessageBar
from playground.wording import number


class Remedies(QObject):
    """Offers remedies for a failure, and carries out the one that is chosen."""

    def __init__(self, session: Session, messages: MessageBar, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._messages = messages
        session.failed.connect(self._on_failed)
        messages.remedy_requested.connect(self._on_remedy_requested)

    @Slot(object)
    def _on_failed(self, failure: Failed) -> None:
        remedies = {}
        if failure.diverged:
            experiment = self._session.experiment
            rate = max(experiment.training.learning_rate / 10, 1e-6)
            remedies = {"rate": f"Use rate {number(rate)}"}
            if experiment.training.clip_norm is None:
                remedies["clip"] = "Clip at 1"
            if not experiment.data.standardize:
                remedies["standardize"] = "Standardize"
        self._messages.show_error(failure.sentence, remedies)

    @Slot(str)
    def _on_remedy_requested(self, key: str) -> None:
        experiment = self._session.experiment
        rate = experiment.training.learning_rate
        changes: dict[str, tuple[str, Any]] = {
            "rate": ("training.learning_rate", max(rate / 10, 1e-6)),
            "clip": ("training.clip_norm", 1.0),
            "standardize": ("data.standardize", True),
        }
        self._session.change(*changes[key])
