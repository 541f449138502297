"""The lens of writing: how what a network writes became legible."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent

from playground.analysis.writing.practice import (
    Attempt,
    attempt_question,
    milestones,
    people_question,
    spread,
)
from playground.analysis.writing.writer import TEMPERATURE
from playground.data.preparation import Prepared
from playground.gui.lenses.lens import Lens
from playground.gui.lenses.writing.curve import ReadAsAskedCurve
from playground.gui.lenses.writing.wall import WallRow, WritingWall
from playground.gui.look.marking import named
from playground.gui.look.meanings import MISREAD, READ_AS_ASKED, ColorMeaning
from playground.gui.session.analyst import Answer
from playground.gui.session.run_state import RunState
from playground.gui.session.session import Session
from playground.gui.widgets.cells import Cell
from playground.gui.widgets.elided_label import ElidedLabel
from playground.gui.widgets.layouts import beside, stacked, turn
from playground.storage.judge import judge
from playground.training.model import Model
from playground.training.moment import Moment
from playground.training.snapshot import Snapshot
from playground.wording import number, percent

_EVERY_S = 0.5
_WIDE = 1000
_MOST_POINTS = 24
_HINT = "Point at one to see what it is read as."
_HOW = (
    f"Every moment writes by the same random numbers, at temperature {number(TEMPERATURE)}. The "
    "shares are of more characters than are shown."
)


class WritingLens(Lens):
    """A row for the moments after 1, 2, 4, 8 … epochs and for the one shown, and a curve."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setObjectName("writingLens")
        self._attempts: list[Attempt] = []
        self._latest: Attempt | None = None
        self._people: float | None = None
        self._asked: Moment | None = None
        self._refused: list[Moment] = []
        self._chosen = ""

        self.wall, self.curve = WritingWall(), ReadAsAskedCurve()
        self.reading = named(ElidedLabel(_HINT, "muted"), "writingReading", tip=_HOW)
        self.judged = named(ElidedLabel("", "muted"), "judgeReading")
        self._parts = beside((self.wall, 1), self.curve, spacing=6)
        self._said = beside((self.reading, 2), (self.judged, 3), spacing=12)
        stacked((self._parts, 1), self._said, on=self, margins=(10, 4, 10, 4), spacing=4)

        self.wall.pointed.connect(self._on_pointed)
        self.wall.cell_chosen.connect(self._on_chosen)
        session.timeline.changed.connect(self._refresh)
        session.timeline.shown_changed.connect(self._refresh)
        session.state_changed.connect(self._refresh)

    def legend(self) -> tuple[ColorMeaning, ...]:
        return READ_AS_ASKED, MISREAD

    def on_data(self, prepared: Prepared) -> None:
        self._attempts, self._refused = [], []
        self._latest = self._people = self._asked = None
        self._chosen = ""
        self.unwatch("now")

    def on_model(self, model: Model | None) -> None:
        self._asked = None
        if model is None or model.dataset.writing is None:
            self.unwatch("now")
            return
        self.watch("now", attempt_question(judge), _EVERY_S)
        if self._people is None:
            self.ask("people", people_question(judge))
        self._refresh()

    def on_snapshot(self, snapshot: Snapshot) -> None:
        if self._latest is None or self._known(snapshot) is not None:
            self._refresh()

    def on_answer(self, topic: str, answer: Answer) -> None:
        found = answer.value
        if answer.error:
            self.reading.set_text(answer.error)
        if topic == "people":
            self._people = found
            self._tell_judge()
        elif topic == "moment" and found is None and self._asked is not None:
            self._refused.append(self._asked)
        if topic == "moment":
            self._asked = None
        if isinstance(found, Attempt):
            if topic == "now":
                self._latest = found
            self._attempts.append(found)
        self._refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= _WIDE
        turn(self._parts, across=wide)
        turn(self._said, across=wide)
        self._said.setSpacing(12 if wide else 0)

    # What is shown.

    @Slot()
    def _refresh(self) -> None:
        """Show what is known of the way to the moment shown, and ask for what is not."""
        prepared, snapshot, model = self.session.prepared, self.session.snapshot, self.session.model
        if not self.in_view or prepared is None or snapshot is None or model is None:
            return
        writing, way = prepared.dataset.writing, self._way(snapshot)
        if writing is None:
            return
        marks, points = milestones(way), spread(way, _MOST_POINTS)
        now = self._known(snapshot) or self._latest
        shown: Snapshot = snapshot if now is None else now.moment
        kept = [*marks, *points, shown]
        self._attempts = [one for one in self._attempts if any(map(one.is_of, kept))]
        rows = [*(mark for mark in marks if now is None or not now.is_of(mark)), shown]
        rows.sort(key=lambda moment: moment.now)
        self.wall.show_rows([self._row(moment, moment is shown) for moment in rows], writing)
        self._show_curve(way, now)
        self._ask_next(marks, points)

    def _way(self, snapshot: Snapshot) -> list[Moment]:
        """Return the kept moments of the run that is shown, as far as their data are these."""
        timeline = self.session.timeline
        run = timeline.followed or timeline.runs.present
        if run is None:
            return []
        data = snapshot.experiment.data
        return [
            moment
            for moment in run.way
            if moment.experiment.data == data and moment not in self._refused
        ]

    def _known(self, moment: Snapshot) -> Attempt | None:
        return next((one for one in self._attempts if one.is_of(moment)), None)

    def _row(self, moment: Snapshot, now: bool) -> WallRow:
        found = self._known(moment)
        title = f"Epoch {number(round(moment.now, 1), 6)}"
        return WallRow(title, None if found is None else found.page, now)

    def _show_curve(self, way: list[Moment], now: Attempt | None) -> None:
        found = {one.moment.now: one.page.read_as_asked for one in map(self._known, way) if one}
        if now is not None:
            found[now.moment.now] = now.page.read_as_asked
        shown = None if now is None else now.moment.now
        self.curve.show_points(sorted(found.items()), shown, self._people)

    def _ask_next(self, marks: list[Moment], points: list[Moment]) -> None:
        """Ask what was written at the next moment: at rest also at those of the curve alone."""
        if self._asked is not None:
            return
        wanted = marks if self.session.state is RunState.RUNNING else [*marks, *points]
        self._asked = next((moment for moment in wanted if self._known(moment) is None), None)
        if self._asked is not None:
            self.ask("moment", attempt_question(judge, self._asked))

    def _tell_judge(self) -> None:
        if self._people is not None:
            self.judged.set_text(
                f"The judge, a convolutional network, reads {percent(self._people)} of unseen "
                "writers."
            )

    @Slot(str)
    def _on_pointed(self, said: str) -> None:
        self.reading.set_text(said or self._chosen or _HINT)

    @Slot(object)
    def _on_chosen(self, cell: Cell) -> None:
        self._chosen = self.wall.sentence(cell)
        self.reading.set_text(self._chosen)
