"""The window's last line: the data in use, the legend, what is kept, the gradients, the run."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QStatusBar, QToolButton

from playground.data.preparation import PARTS
from playground.gui.desks.operating.gradient_checker import GradientChecker
from playground.gui.look.marking import mark, named, plain, tool_tip
from playground.gui.session.run_state import RunState
from playground.gui.session.session import Session
from playground.gui.session.timeline import words_of
from playground.gui.widgets.legend import Legend
from playground.gui.window.announcer import Announcer
from playground.wording import counted, grouped

_WORDS = {
    RunState.IDLE: "Ready",
    RunState.RUNNING: "Training",
    RunState.PAUSED: "Paused",
    RunState.FAILED: "Stopped: the loss is not finite",
}


class StatusLine(QStatusBar):
    """Follows the session."""

    def __init__(self, session: Session, checker: GradientChecker) -> None:
        super().__init__()
        self._session = session
        self._data = plain(QLabel())
        self._run = plain(QLabel())
        Announcer(session, self._run)
        self.kept = plain(QLabel())
        self.kept.setContentsMargins(0, 0, 14, 0)
        self.gradients = GradientStatus(checker)
        self.setContentsMargins(12, 0, 12, 0)
        self.legend = Legend()
        self.addWidget(self._data)
        self.addWidget(self.legend, 1)
        self.addPermanentWidget(self.kept)
        self.addPermanentWidget(self.gradients)
        self.addPermanentWidget(self._run)
        self.setSizeGripEnabled(False)
        session.state_changed.connect(self._show_run)
        session.timeline.shown_changed.connect(self._show_run)
        session.data_changed.connect(self._show_data)
        session.experiment_changed.connect(self._show_data)

    @Slot()
    def _show_run(self) -> None:
        session = self._session
        words = _WORDS.get(session.state, f"Finished: {session.reason}")
        if session.timeline.shown is not None:
            goes_on = ", training goes on" if session.state is RunState.RUNNING else ""
            words = f"Looking at {words_of(session.timeline.shown)}{goes_on}"
        self._run.setText(words)

    @Slot()
    def _show_data(self) -> None:
        prepared = self._session.prepared
        if prepared is None:
            return
        every = prepared.parts.items()
        parts = ", ".join(f"{grouped(len(part.rows))} {PARTS[name]}" for name, part in every)
        if len(every) == 1:
            examples = counted(len(prepared.train_index), "example")
            parts = f"{examples}, trained and tested on all"
        seed = self._session.experiment.seed
        self._data.setText(f"{prepared.dataset.title}: {parts} · seed {seed}")


class GradientStatus(QToolButton):
    """Says ``Gradient check ✓ 3.1e−8``; hidden where nothing has been checked."""

    def __init__(self, checker: GradientChecker) -> None:
        super().__init__()
        named(self, "gradientStatus", role="status", topic="gradient_check")
        self._checker = checker
        checker.changed.connect(self._on_changed)
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        report = self._checker.report
        self.setVisible(report is not None)
        if report is not None:
            self.setText(report.short)
            self.setAccessibleName(report.short)
            self.setToolTip(tool_tip(f"{report.sentence} Click to see every tensor."))
            mark(self, "verdict", report.verdict)
