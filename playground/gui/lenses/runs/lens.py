"""The lens of the runs: a table of them, their curves overlaid, and two that read side by side."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QInputDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from playground.analysis.run_rows import RunRow, csv_of, curve, rows_of
from playground.atomic_write import write_atomically
from playground.data.tasks import Metric
from playground.errors import FileError
from playground.gui.lenses.lens import Lens
from playground.gui.lenses.runs.race import Race
from playground.gui.lenses.runs.race_dialog import RaceDialog
from playground.gui.lenses.runs.run_card import RunCard
from playground.gui.lenses.runs.runs_plot import RunLine, RunsPlot
from playground.gui.lenses.runs.runs_table import RunsTable, flatters
from playground.gui.look.marking import named
from playground.gui.session.reading import Reading
from playground.gui.session.run_state import RunState
from playground.gui.session.session import Session
from playground.gui.widgets.buttons import push_button
from playground.gui.widgets.elided_label import ElidedLabel
from playground.gui.widgets.flow_layout import FlowLayout
from playground.gui.widgets.labels import sentence
from playground.gui.widgets.layouts import beside, paged, scrolling, stacked, turn
from playground.gui.widgets.timers import later
from playground.training.model import Model
from playground.training.moment import Moment
from playground.training.runs import Run
from playground.training.snapshot import Snapshot
from playground.wording import listed

EVERY_MS = 334
_READ_ONLY = "During training the table only updates: pause to open, rename or delete a run."
_PINS = 2
_ROOMY = 620


class RunsLens(Lens):
    """Follows ``session.timeline``; opening and deleting a run can be undone."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setObjectName("runsLens")
        self._rows: list[RunRow] = []
        self._pinned: list[Run] = []
        self._hidden: set[Run] = set()
        self.filter = named(
            QLineEdit(), "runsFilter", "Filter runs", "Show only runs that contain these words."
        )
        self.filter.setPlaceholderText("Filter")
        self.filter.setClearButtonEnabled(True)
        self.filter.setMaximumWidth(200)
        self.filter.textChanged.connect(self._show)
        self.race = Race(session)
        self.race.over.connect(self._show_race)
        self.race_button = push_button(
            "raceButton",
            "Race against…",
            "Train twice from the same start, with two different settings.",
        )
        self.race_button.clicked.connect(self._ask_race)
        save = push_button("exportRunsButton", "Save as CSV…", "Save this table.")
        save.clicked.connect(self.save_csv)
        self.table = RunsTable()
        self.plot = RunsPlot()
        self.hint = named(QLabel(flatters(())), "runsHint", role="muted")
        self.missing = named(ElidedLabel("", "muted"), "runsMissing")
        self.cards = [RunCard() for _ in range(_PINS)]
        self.score_button, self.loss_button = self._switch()
        self.hint.setMinimumHeight(save.sizeHint().height())
        above = FlowLayout(gap=8, line_gap=4)
        for part in (self.filter, self.race_button, save, self.hint):
            above.addWidget(part)
        curves = stacked((self.plot, 1), self.missing, spacing=0)
        cards = beside(*((card, 1) for card in self.cards), spacing=8)
        self._below = beside((curves, 3), (cards, 2), spacing=8)
        page = QWidget()
        stacked((self.table, 5), (self._below, 4), on=page, margins=(0, 0, 0, 6), spacing=6)
        nothing = sentence(
            "noRuns", "muted", "Press Train: every course of training appears here as a run."
        )
        pages = QWidget()
        self._pages = paged(nothing, scrolling(page), on=pages)
        stacked(stacked(above, margins=(0, 8, 0, 6)), (pages, 1), on=self, margins=0, spacing=0)
        self._late = later(self, EVERY_MS, self._refresh)
        self._follow()

    def _switch(self) -> tuple[QPushButton, QPushButton]:
        """Return the two buttons that choose what is drawn, at the upper right of the plot."""
        buttons = (
            push_button("runsScoreButton", "Test accuracy"),
            push_button("runsLossButton", "Test loss"),
        )
        group = QButtonGroup(self)
        for button in buttons:
            button.setCheckable(True)
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            group.addButton(button)
        buttons[0].setChecked(True)
        group.buttonClicked.connect(self._show)
        row = beside(None, *buttons, margins=(0, 0, 12, 0), spacing=4)
        stacked(row, None, on=self.plot, margins=0)
        return buttons

    def _follow(self) -> None:
        table, session = self.table, self.session
        table.open_requested.connect(self._open)
        table.best_requested.connect(self._open_best)
        table.pin_requested.connect(self._pin)
        table.hide_requested.connect(self._hide)
        table.note_requested.connect(self._ask_note)
        table.delete_requested.connect(self._delete)
        table.renamed.connect(self._rename)
        table.run_pointed.connect(self._point)
        self.plot.run_pointed.connect(self._point)
        session.timeline.changed.connect(self._on_changed)
        session.state_changed.connect(self._on_state)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put what the pinned runs read under the curves where it is narrow."""
        super().resizeEvent(event)
        turn(self._below, self.width() >= _ROOMY)

    # What the session says.

    def on_model(self, model: Model | None) -> None:
        self._refresh()

    def on_snapshot(self, snapshot: Snapshot) -> None:
        if not self.session.running:
            self._mark(snapshot)

    def on_reading(self, reading: Reading | None) -> None:
        self._read()

    @Slot()
    def _on_changed(self) -> None:
        if self.in_view and not self._late.isActive():
            self._late.start()

    @Slot(object)
    def _on_state(self, state: RunState) -> None:
        running = state is RunState.RUNNING
        self._show_hint()
        self.table.may_edit(not running)
        self.race_button.setEnabled(not running)

    def _show_hint(self) -> None:
        running = self.session.state is RunState.RUNNING
        self.hint.setText(_READ_ONLY if running else flatters(self._rows))

    @Slot()
    def _refresh(self) -> None:
        runs = list(self.session.timeline.runs)
        self._rows = rows_of(runs, self._rows)
        self._pinned = [run for run in self._pinned if run in runs]
        self._hidden &= set(runs)
        self._pages.setCurrentIndex(1 if runs else 0)
        self._show_hint()
        if self.session.snapshot is not None:
            self._mark(self.session.snapshot)
        self._show()
        self._read()

    # What the user asks for.

    @Slot()
    def save_csv(self) -> None:
        """Ask for a file, and save the table in it."""
        name = QFileDialog.getSaveFileName(self, "Save the runs", "runs.csv", "Tables (*.csv)")[0]
        if name:
            try:
                write_atomically(Path(name).with_suffix(".csv"), csv_of(self._rows).encode())
            except FileError as error:
                self.session.refused.emit("", str(error))

    @Slot()
    def _ask_race(self) -> None:
        dialog = RaceDialog(self.session.experiment, self)
        dialog.race_requested.connect(self.race.begin)
        dialog.open()

    @Slot(list)
    def _show_race(self, runs: list[Run]) -> None:
        """Pin the two that have raced."""
        self._pinned = list(runs)
        self._refresh()

    @Slot(object)
    def _open(self, run: Run) -> None:
        self._go_back(run.last, f"Open {run.title}")

    @Slot(object)
    def _open_best(self, run: Run) -> None:
        self._go_back(run.best, f"Open the best of {run.title}")

    def _go_back(self, moment: Moment, title: str) -> None:
        session = self.session
        if session.running:
            return
        now = session.snapshot
        stands = (
            now is not None
            and session.timeline.shown is None
            and session.experiment == moment.experiment
            and np.array_equal(now.parameters, moment.parameters)
        )
        if not stands:
            session.open(
                moment.experiment, moment, lambda: self._go_back(moment, title), title=title
            )

    @Slot(object)
    def _delete(self, run: Run) -> None:
        if not self.session.running:
            self.session.timeline.remove(run)
            self.session.enter(f"Delete {run.title}")

    @Slot(object, str)
    def _rename(self, run: Run, name: str) -> None:
        run.name = "" if name == f"Run {run.number}" else name
        self.session.timeline.changed.emit()

    @Slot(object)
    def _ask_note(self, run: Run) -> None:
        note, given = QInputDialog.getMultiLineText(self, run.title, "Note", run.note)
        if given:
            run.note = note.strip()
            self.session.timeline.changed.emit()

    @Slot(object)
    def _pin(self, run: Run) -> None:
        """Pin a run in the place of the one that was pinned first, or unpin it."""
        if run in self._pinned:
            self._pinned.remove(run)
        else:
            self._pinned = [*self._pinned, run][-_PINS:]
        self._show()
        self._read()

    @Slot(object)
    def _hide(self, run: Run) -> None:
        self._hidden ^= {run}
        self._show()

    @Slot(object)
    def _point(self, run: Run | None) -> None:
        self.table.point_at(run)
        self.plot.highlight(run)

    # What is shown.

    @Slot()
    def _show(self) -> None:
        words = self.filter.text().casefold().split()
        shown = [row for row in self._rows if all(word in row.words for word in words)]
        current = self.session.timeline.runs.current
        self.table.show_runs(shown, self._rows, current, self._pinned, self._hidden)
        self._draw([row for row in shown if row.run not in self._hidden])

    def _draw(self, rows: list[RunRow]) -> None:
        """Draw the curves of what can stand on one axis, and say what cannot."""
        present = next((r for r in rows if r.run is self.session.timeline.runs.current), None)
        model = present or next(iter(rows), None)
        if model is None:
            self.plot.show_lines((), None)
            self.missing.set_text("")
            return
        self.score_button.setText(f"Test {model.metric.word}")
        metric: Metric | None = None if self.loss_button.isChecked() else model.metric
        fitting = [row for row in rows if _measures(row, metric) == _measures(model, metric)]
        name = "loss" if metric is None else metric.name
        self.plot.show_lines([RunLine(row.run, *curve(row.run, name)) for row in fitting], metric)
        left_out = [row for row in rows if row not in fitting]
        others = listed([f"{row.run.title} ({_measures(row, metric)})" for row in left_out])
        self.missing.set_text(
            f"Not on this axis, {_measures(model, metric)}: {others}." if left_out else ""
        )

    def _mark(self, snapshot: Snapshot) -> None:
        self.plot.show_epoch(snapshot.epoch + snapshot.batch / snapshot.batches)

    def _read(self) -> None:
        prepared, probe = self.session.prepared, self.session.probe
        pinned = [*self._pinned, *[None] * _PINS]
        for card, run in zip(self.cards, pinned, strict=False):
            card.read(run, prepared, probe)


def _measures(row: RunRow, metric: Metric | None) -> str:
    """Return what a curve of a run is of, in words: only the same can share an axis."""
    return (
        str(row.run.experiment.training.loss.title).lower() if metric is None else row.metric.word
    )
