"""The lens of a generator: what it makes of the same noise, of any noise, and over the epochs."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from playground.analysis.generated.made import (
    COUNT,
    Made,
    Nearest,
    believed_question,
    made_question,
    nearest_question,
    real_shares,
)
from playground.analysis.generated.plane import OnPlane, plane_question
from playground.data.preparation import Prepared
from playground.gui.lenses.generated.class_bars import ClassBars
from playground.gui.lenses.generated.over_time import MadeOverTime
from playground.gui.lenses.generated.plane_page import PlanePage
from playground.gui.lenses.generated.wall_page import WallPage
from playground.gui.lenses.lens import Lens
from playground.gui.look.meanings import (
    BELIEVED_REAL,
    PLACES_MADE,
    PLACES_REAL,
    TAKEN_FOR_MADE,
    ColorMeaning,
)
from playground.gui.session.analyst import Answer
from playground.gui.session.session import Session
from playground.gui.widgets.layouts import beside, paged, stacked, turn
from playground.training.made_metrics import classes_made
from playground.training.model import Model
from playground.training.moment import Moment
from playground.training.snapshot import Snapshot

_EVERY_S, _PLANE_EVERY_S = 0.25, 0.1
_WIDE = 620


class GeneratedLens(Lens):
    """A wall of pictures, or on the plane a field and a warped grid; then the way there."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setObjectName("generatedLens")
        self.wall, self.plane = WallPage(session), PlanePage()
        self.over_time, self.classes = MadeOverTime(session), ClassBars()
        self._asked: Moment | None = None
        pages = QWidget()
        self._pages = paged(self.wall, self.plane, on=pages)
        self._below = below = QWidget()
        parts = (self.over_time, 3), (self.classes, 1)
        self._parts = beside(*parts, on=below, margins=0, spacing=12)
        stacked((pages, 5), (below, 2), on=self, margins=(12, 6, 12, 4), spacing=6)
        self.wall.probe_requested.connect(self.probe_requested)
        self.wall.nearest_wanted.connect(self._ask_nearest)
        self.wall.belief_wanted.connect(self._ask_belief)
        self.over_time.wanted.connect(self._on_moment_wanted)
        session.attention.noise_shown.connect(self._on_noise_shown)
        session.timeline.changed.connect(self._refresh)
        session.timeline.shown_changed.connect(self._refresh)

    def legend(self) -> tuple[ColorMeaning, ...]:
        if self._pages.currentWidget() is self.plane:
            return PLACES_MADE, PLACES_REAL
        return BELIEVED_REAL, TAKEN_FOR_MADE

    def on_data(self, prepared: Prepared) -> None:
        self._asked = None
        for topic in ("now", "plane"):
            self.unwatch(topic)
        self.over_time.forget()
        self.wall.set_data(prepared)
        self.plane.set_data(prepared)

    def on_model(self, model: Model | None) -> None:
        self._asked = None
        for topic in ("now", "plane"):
            self.unwatch(topic)
        if model is None or model.generator is None:
            return
        on_plane = model.dataset.kind.on_plane
        self._pages.setCurrentWidget(self.plane if on_plane else self.wall)
        self._below.setVisible(not on_plane)
        if on_plane:
            self.watch("plane", plane_question(self.plane.places()), _PLANE_EVERY_S)
        else:
            self.wall.set_model(model)
            self.watch("now", made_question(COUNT), _EVERY_S)
        self._refresh()

    def on_snapshot(self, snapshot: Snapshot) -> None:
        self.wall.set_snapshot(snapshot)
        self.plane.set_divergence(snapshot.history.last("made_divergence"))
        self._show_classes(snapshot)

    def _show_classes(self, snapshot: Snapshot) -> None:
        """Show how often each class is made, as it was measured at the end of the last epoch."""
        made, prepared = classes_made(snapshot.history), self.session.prepared
        self.classes.setVisible(bool(made))
        if made and prepared is not None:
            real = real_shares(prepared)
            shares = [real.get(name, 0.0) for name in made]
            self.classes.show_shares(list(made), list(made.values()), shares)

    def on_answer(self, topic: str, answer: Answer) -> None:
        found = answer.value
        if isinstance(found, OnPlane):
            self.plane.show_pair(found)
        elif isinstance(found, Nearest):
            self.wall.take_nearest(found)
        elif topic == "belief" and found is not None:
            self.wall.take_belief(found)
        elif isinstance(found, Made):
            if topic == "now":
                self.wall.take(found)
            else:
                self._asked = None
            self.over_time.take(found, latest=topic == "now")
            self._refresh()

    def set_in_view(self, in_view: bool) -> None:
        """Begin or end to follow the session; what is played rests out of view."""
        super().set_in_view(in_view)
        if not in_view:
            self.over_time.rest()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        turn(self._parts, across=self.width() >= _WIDE)
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        """Show the way to the moment in view."""
        session = self.session
        if not self.in_view or session.prepared is None or session.snapshot is None:
            return
        if not session.prepared.dataset.kind.pictures:
            return
        timeline = session.timeline
        run = timeline.followed or timeline.runs.present
        data = session.snapshot.experiment.data
        way = [] if run is None else [m for m in run.way if m.experiment.data == data]
        self.over_time.refresh(way, session.snapshot, session.prepared.dataset)

    @Slot(object)
    def _on_moment_wanted(self, moment: Moment) -> None:
        if self._asked is None:
            self._asked = moment
            self.ask("moment", made_question(3, moment))

    @Slot(object)
    def _ask_nearest(self, rows: np.ndarray) -> None:
        self.ask("nearest", nearest_question(rows))

    @Slot(object)
    def _ask_belief(self, rows: np.ndarray) -> None:
        self.ask("belief", believed_question(rows))

    @Slot(object)
    def _on_noise_shown(self, given: np.ndarray) -> None:
        model = self.session.model
        if self.in_view and model is not None and model.dataset.kind.pictures:
            self.wall.set_noise(given)
