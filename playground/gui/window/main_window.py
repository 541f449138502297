"""The window: places the panels, and passes what they ask for to the session."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import Any, Literal

from PySide6.QtCore import QByteArray, Qt, QTimer, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QMainWindow, QSplitter, QWidget

from playground.gui.desks.animating.desk import AnimationDesk
from playground.gui.desks.document import Document
from playground.gui.desks.downloading.desk import DownloadDesk
from playground.gui.desks.explaining.desk import ExplainingDesk
from playground.gui.desks.importing.desk import ImportDesk
from playground.gui.desks.operating.desk import OperatingDesk
from playground.gui.desks.operating.gradient_checker import GradientChecker
from playground.gui.desks.painting.desk import PaintingDesk
from playground.gui.desks.recent_files import RecentFiles
from playground.gui.desks.recovering.desk import RecoveringDesk
from playground.gui.desks.recovering.panel import RecoveryPanel
from playground.gui.desks.reporting.desk import ReportDesk
from playground.gui.desks.scripting.desk import ScriptDesk
from playground.gui.desks.teaching.desk import TeachingDesk
from playground.gui.look.marking import named
from playground.gui.panels.timeline.panel import TimelinePanel
from playground.gui.probes.example_strip import ExampleStrip
from playground.gui.session.afterwards import STAGES
from playground.gui.session.run_state import RunState
from playground.gui.session.session import Session
from playground.gui.session.stillness import Stillness
from playground.gui.widgets.layouts import scrolling, stacked
from playground.gui.widgets.message_bar import MessageBar
from playground.gui.window.actions import Actions
from playground.gui.window.appearance import Appearance
from playground.gui.window.build_column import BuildColumn
from playground.gui.window.curves_area import CurvesArea
from playground.gui.window.first_steps import FirstSteps
from playground.gui.window.help_windows import HelpWindows
from playground.gui.window.history_popup import HistoryPopup
from playground.gui.window.lens_area import LensArea
from playground.gui.window.places import Places
from playground.gui.window.probe_column import ProbeColumn
from playground.gui.window.remedies import Remedies
from playground.gui.window.remembered import recall, remember
from playground.gui.window.run_offers import RunOffers
from playground.gui.window.sizes import FIRST_SIZE, LEAST_SIZE, first_shares
from playground.gui.window.status_line import StatusLine
from playground.gui.window.tool_bar import ToolBar
from playground.gui.window.view import View
from playground.interruption import exit_code
from playground.training.presets import DEFAULT
from playground.training.presets import preset as find_preset

CURVES_INTERVAL_S = 0.3
"""A curve that grows three times a second looks alive, and leaves the time to what moves faster."""


class MainWindow(QMainWindow):
    """One window for one experiment.

    Parameters
    ----------
    settings_file
        Where sizes and the theme are remembered; nowhere without it.
    look
        A theme in place of the remembered one.
    recovery
        The folder for what is not saved; nothing is kept without it.
    """

    def __init__(
        self,
        settings_file: Path | None = None,
        look: Literal["light", "dark"] | None = None,
        recovery: Path | None = None,
    ) -> None:
        remembered = recall(settings_file)
        self.appearance = Appearance(look or remembered.get("theme"), remembered.get("text_size"))
        super().__init__()
        self.setObjectName("mainWindow")
        self.setAcceptDrops(True)
        self._settings_file = settings_file
        self._started = self._shut = self._unarranged = False
        self._next_curves = 0.0
        self._history: HistoryPopup | None = None
        self.session = Session(self)
        self.document = Document(self.session, self)
        self.commands = Actions(self)
        self.gradients = GradientChecker(self.session, self)
        self._build(remembered)
        self.downloads = DownloadDesk(self.session, self)
        self.operating = OperatingDesk(self.session, self.gradients, self)
        self.importing = ImportDesk(self.session, self.document, self.messages, self)
        still = Stillness(self.session, (self.curves, self.tool_bar.readouts, self.lens_area), self)
        plane, canvas = self.probe_column.plane, self.probe_column.canvas
        self.painting = PaintingDesk(self.session, plane, still, self.messages, self)
        self.teaching = TeachingDesk(self.session, canvas, self.probe_column.own_strip, self)
        self.animation = AnimationDesk(self.session, self.lens_area.grab_lens, self.messages, self)
        self.reporting = ReportDesk(self.session, self)
        self.scripting = ScriptDesk(self.session, self)
        self.recent = RecentFiles(self.document, remembered.get("recent", ""), self)
        self.recent.changed.connect(self._remember)
        self.recovering = RecoveringDesk(
            self.session, self.document, self.recent, self.recovery_panel, recovery, self
        )
        self.recovering.picture = self.lens_area.picture
        self.help = HelpWindows(self.session, self.document, self)
        self.explaining = ExplainingDesk(self)
        places = Places(
            self.menuBar(), self.commands, self.build_column, self.lens_area, self.curves,
            self.timeline, self.probe_column,
        )  # fmt: skip
        self.explaining.place_requested.connect(places.show)
        self.build_column.evidence_requested.connect(places.show_evidence)
        Remedies(self.session, self.messages, self)
        self.offers = RunOffers(self.session, self.painting)
        self._connect()
        self.resize(FIRST_SIZE.boundedTo(self.screen().availableSize()).expandedTo(LEAST_SIZE))
        self._restore(remembered)
        self.commands[f"{self.appearance.mode}ThemeAction"].setChecked(True)

    # What it is made of.

    def _build(self, remembered: dict[str, str]) -> None:
        self.menuBar().setNativeMenuBar(False)
        self.commands.fill(self.menuBar())
        self.file_label = named(QLabel(), "fileLabel", role="muted")
        self.file_label.setContentsMargins(0, 6, 14, 0)
        self.file_label.setMinimumWidth(260)
        self.file_label.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.menuBar().setCornerWidget(self.file_label)
        self.tool_bar = ToolBar(self.commands)
        self.messages = MessageBar()
        self.build_column = BuildColumn(self.session)
        self.build_column.layers.addAction(self.commands["preserveAction"])
        self.lens_area = LensArea(self.session)
        self.examples = ExampleStrip()
        self.curves = CurvesArea(self.session.timeline)
        self.timeline = TimelinePanel(self.session)
        self.probe_column = ProbeColumn(self.session)

        self.recovery_panel = RecoveryPanel()
        upper = QWidget()
        stacked(
            stacked(self.recovery_panel, margins=(12, 8, 12, 0)),
            (self.lens_area, 1),
            stacked(self.messages, margins=(12, 0, 12, 0)),
            stacked(self.examples, margins=(12, 4, 12, 6)),
            on=upper,
            margins=0,
            spacing=0,
        )

        self._rows = named(QSplitter(Qt.Orientation.Vertical), "centralArea")
        self._rows.addWidget(upper)
        self._rows.addWidget(self.curves)
        self._rows.setStretchFactor(0, 1)
        self._rows.setChildrenCollapsible(False)

        self._columns = QSplitter(Qt.Orientation.Horizontal)
        left, right = named(scrolling(self.build_column), "buildScroll"), self.probe_column
        for side in (left, right):
            side.setMinimumWidth(240)
        self._columns.addWidget(left)
        middle, below = QWidget(), QWidget()
        stacked(self.timeline, on=below, margins=0)
        stacked((self._rows, 1), below, on=middle, margins=0, spacing=0)
        self._columns.addWidget(middle)
        self._columns.addWidget(right)
        self._columns.setStretchFactor(1, 1)
        self._columns.setChildrenCollapsible(False)
        self.view = View(self, self.lens_area, (left, right, self.curves, below))

        line = named(QFrame(), role="line")
        line.setFixedHeight(1)
        body = QWidget()
        # Where nothing is remembered, it could not be dismissed for good.
        shown = self._settings_file is not None and remembered.get("first_steps") != "dismissed"
        self.first_steps = FirstSteps(self.session, self.probe_column, shown=shown)
        parts = self.tool_bar, line, self.first_steps, (self._columns, 1)
        stacked(*parts, on=body, margins=0, spacing=0)
        self.setCentralWidget(body)
        self.appearance.put_on()  # before the status line, which keeps its first height
        self.status = StatusLine(self.session, self.gradients)
        self.setStatusBar(self.status)

    def _connect(self) -> None:
        session, document = self.session, self.document
        self.build_column.layer_selected.connect(self.operating.select_layer)
        self.status.gradients.clicked.connect(self.operating.show_gradients)
        session.state_changed.connect(self._on_state_changed)
        session.experiment_changed.connect(self._on_experiment_changed)
        session.snapshot_changed.connect(self.tool_bar.readouts.set_snapshot)
        session.afterwards.due.connect(self._on_afterwards)
        session.ghost_changed.connect(self.curves.set_ghost)
        self.probe_column.compared.connect(self.curves.set_compared)
        session.data_changed.connect(self.examples.set_data)
        self.examples.example_requested.connect(self.probe_column.pick)
        self.lens_area.probe_requested.connect(self.probe_column.show_example)
        session.past.went.connect(self.messages.clear)
        session.preparing.begun.connect(self.messages.show_note)
        for show in (self.messages.take_back, self._on_data_sets_changed, self._show_preset_name):
            session.preparing.ended.connect(show)
        session.refused.connect(self._on_refused)
        document.title_changed.connect(self._on_title_changed)
        document.opened.connect(self.messages.clear)
        document.preset_shown.connect(self._on_preset_shown)
        for shown in (document.opened, document.preset_shown):
            shown.connect(self.painting.leave_bare)
        self.first_steps.dismissed.connect(self._remember)
        self.lens_area.legend_changed.connect(self.status.legend.show_meanings)
        self.lens_area.examples_wanted.connect(self.examples.setVisible)
        self.lens_area.tell_view()
        self.recovering.told.connect(self.status.kept.setText)
        for failed in (document.failed, self.recovering.failed, self.curves.failed):
            failed.connect(self.messages.show_error)
        noticed = session.notice, document.saved, self.downloads.notice, self.recovering.notice
        for notice in noticed:
            notice.connect(self.messages.show_notice)
        self.tool_bar.data_requested.connect(self.painting.leave_bare_for)
        self.tool_bar.data_requested.connect(self._on_data_requested)
        self.tool_bar.preset_requested.connect(self._on_preset_requested)
        self.importing.probe_offered.connect(self.probe_column.show_offered)
        self.importing.imported.connect(self.probe_column.pick_first)
        self.painting.bare_shown.connect(self.probe_column.show_bare)
        self.painting.bare_ended.connect(self.probe_column.end_bare)
        for desk in (document, self.importing, self.painting):
            desk.data_sets_changed.connect(self._on_data_sets_changed)
        inspector = self.commands["inspectorAction"]
        self.lens_area.inspector_shown.connect(inspector.setChecked)
        self.commands.connect_all()
        for changed in (
            session.state_changed,
            session.experiment_changed,
            session.data_changed,
            session.model_changed,
            session.past.list.changed,
            session.timeline.changed,
            self.operating.layer_changed,
            self.painting.sheet_changed,
            self.recent.changed,
            self.recovery_panel.changed,
            self.appearance.changed,
        ):
            changed.connect(self.commands.refresh)

    # From the command line.

    def open_at_start(self, path: str | None, preset: str | None) -> None:
        """Show a file or a preset; training can begin once the window is painted."""
        if not self._open_preset(preset or DEFAULT) and not self.session.preparing.under_way:
            self._open_preset(DEFAULT)
        if path is not None:
            self.document.open(Path(path))

    # What the user asks for.

    @Slot(str)
    def _on_data_requested(self, name: str) -> None:
        if not self.session.change("data.name", name):
            waits = self.session.preparing.under_way
            self.tool_bar.set_data(name if waits else self.session.experiment.data.name)

    @Slot()
    def _on_data_sets_changed(self) -> None:
        self.tool_bar.refresh_data_sets()
        self.tool_bar.set_data(self.session.experiment.data.name)

    @Slot(str)
    def _on_preset_requested(self, name: str) -> None:
        if not self._open_preset(name) and not self.session.preparing.under_way:
            self._show_preset_name()

    def _open_preset(self, name: str) -> bool:
        chosen = find_preset(name)
        self.messages.clear()
        return self.document.show_preset(chosen.name, chosen.experiment)

    @Slot(str)
    def _on_preset_shown(self, name: str) -> None:
        if len(self.session.past.list.entries) > 1:
            self.messages.show_note(find_preset(name).description)

    # What the session says.

    @Slot(object)
    def _on_state_changed(self, state: RunState) -> None:
        self.tool_bar.set_state(state)
        if state is RunState.RUNNING:
            self.messages.clear()
        elif self.session.snapshot is not None:
            self.curves.set_history(self.session.timeline.history())

    @Slot(object)
    def _on_experiment_changed(self, experiment: Any) -> None:
        self.tool_bar.set_data(experiment.data.name)
        self._show_preset_name()
        self.curves.set_titles(experiment.training.loss.title.lower())
        if self.session.snapshot is None:
            self.curves.set_history(None)
            self.tool_bar.readouts.set_snapshot(None)

    @Slot()
    def _show_preset_name(self) -> None:
        began = self.document.preset
        told = self.tool_bar.show_preset(self.session.experiment, began)
        if began is not None and not told:
            self.messages.take_back(find_preset(began).description)

    @Slot(int)
    def _on_afterwards(self, stage: int) -> None:
        now = perf_counter()
        rests = self.session.state is not RunState.RUNNING
        if stage == STAGES and (rests or now >= self._next_curves):
            self._next_curves = now + CURVES_INTERVAL_S
            self.curves.set_history(self.session.timeline.history())

    @Slot(str, str)
    def _on_refused(self, path: str, sentence: str) -> None:
        if not self.build_column.show_refusal(path, sentence):
            self.messages.show_error(sentence)

    @Slot(str)
    def _on_title_changed(self, title: str) -> None:
        self._show_preset_name()
        self.file_label.setText(title)
        self.setWindowTitle(f"{title} – Playground" if title else "Playground")

    # The window itself.

    def _restore(self, remembered: dict[str, str]) -> None:
        preserves = remembered.get("preserves") != "no"
        self.commands["preserveAction"].setChecked(preserves)
        self.operating.preserve(preserves)
        for key, restore in (
            ("geometry", self.restoreGeometry),
            ("columns", self._columns.restoreState),
            ("rows", self._rows.restoreState),
        ):
            state = QByteArray.fromBase64(remembered.get(key, "").encode("ascii", "replace"))
            self._unarranged |= not restore(state) and key != "geometry"

    @Slot()
    def use_default_layout(self) -> None:
        """Give every panel its first size."""
        left, right, low = first_shares(self.size())
        self._columns.setSizes([left, max(300, self.width() - left - right), right])
        self._rows.setSizes([max(300, self._rows.height() - low), low])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room out, and anew where there is so much less or more of it."""
        super().resizeEvent(event)
        if self._unarranged and not self._started:
            self.use_default_layout()
        elif self._started and first_shares(event.size()) != first_shares(event.oldSize()):
            QTimer.singleShot(0, self, self.use_default_layout)

    @Slot()
    def show_history(self) -> None:
        if self._history is None:
            self._history = HistoryPopup(self.session.past, self)
        self._history.show_under(self.tool_bar.history_button)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._started:
            self.tool_bar.train_button.setFocus()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Start the session after the first paint."""
        super().paintEvent(event)
        if not self._started and self.isVisible():
            self._started = True
            QTimer.singleShot(0, self, self._begin)

    @Slot()
    def _begin(self) -> None:
        if self.isVisible():  # else it was closed before it was painted
            self.session.start()
            self.recovering.look()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.importing.consider(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self.importing.take_drop(event)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Let focus whose place vanishes come to rest on Train, never on what undoes work."""
        focused = self.focusWidget()
        if focused is None or focused.isVisible():
            return super().focusNextPrevChild(next)
        self.tool_bar.train_button.setFocus()
        return True

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved work, remember the layout and end the thread."""
        if not self._shut:
            self.recovering.keep()
            if not self.document.may_leave():
                event.ignore()
                return
            self.recovering.forget()
        self._leave()
        super().closeEvent(event)

    def end(self, number: int) -> None:
        """Leave in order without a question, as a signal asks when the system ends the program."""
        self.recovering.keep_now()
        self._leave()
        QApplication.exit(exit_code(number))

    def _leave(self) -> None:
        self._remember()
        self.shut_down()

    @Slot()
    def _remember(self) -> None:
        states = {
            "geometry": self.saveGeometry(),
            "columns": self._columns.saveState(),
            "rows": self._rows.saveState(),
        }
        texts = {key: state.toBase64().toStdString() for key, state in states.items()}
        if self.first_steps.isHidden():
            texts["first_steps"] = "dismissed"
        texts["recent"] = self.recent.remembered()
        texts["preserves"] = "yes" if self.commands["preserveAction"].isChecked() else "no"
        remember(self._settings_file, {**self.appearance.remembered(), **texts})

    @Slot()
    def shut_down(self) -> None:
        """End the threads."""
        self._shut = True
        self.recovering.close()
        self.downloads.close()
        self.importing.close()
        self.painting.flush()
        self.animation.close()
        self.session.close()
