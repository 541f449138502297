"""What was made of the same noise over the epochs: the strip, its words, and playing it."""

from __future__ import annotations

from collections.abc import Sequence
from weakref import WeakKeyDictionary

import numpy as np
from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QLabel, QWidget

from playground.analysis.generated.made import Made
from playground.analysis.generated.over_time import closer_early
from playground.data.dataset import Dataset
from playground.gui.lenses.generated.picture_atlas import PictureAtlas
from playground.gui.lenses.generated.strip import SHOWN, MomentStrip, Stop
from playground.gui.look.marking import named
from playground.gui.look.theme import on_theme_changed
from playground.gui.session.session import Session
from playground.gui.widgets.buttons import push_button, show_playing
from playground.gui.widgets.cells import Cell
from playground.gui.widgets.labels import sentence
from playground.gui.widgets.layouts import beside, stacked
from playground.gui.widgets.timers import every
from playground.training.moment import Moment
from playground.training.snapshot import Snapshot
from playground.wording import number

_EACH_PX, _WORDS_PX, _MOST = 52, 116, 13
_PLAYED_EVERY_MS = 600


class MadeOverTime(QWidget):
    """Lets the window look at the moment of a column.

    ``wanted`` carries the first moment of which it is not known yet what was made.
    """

    wanted = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._known: list[Made] = []
        self._latest: Made | None = None
        self._stops: list[Snapshot] = []
        self._pictures: WeakKeyDictionary[Made, PictureAtlas] = WeakKeyDictionary()
        self._timer = every(self, _PLAYED_EVERY_MS, self._on_played)
        self.strip = MomentStrip()
        self.play = push_button(
            "playMadeButton", "Play", "Watch how what is made took shape, column by column."
        )
        self.play.setIconSize(QSize(14, 14))
        self._title = named(QLabel("The same noise"), role="title")
        self._words = sentence("overTimeWords", "muted")
        words = stacked(self._title, self._words, None, self.play, spacing=2)
        left = QWidget()
        left.setLayout(words)
        words.setContentsMargins(0, 0, 0, 4)
        left.setFixedWidth(_WORDS_PX)
        beside(left, (self.strip, 1), on=self, margins=0, spacing=8)
        self.strip.cell_chosen.connect(self._on_chosen)
        self.play.clicked.connect(self.toggle_playing)
        on_theme_changed(self._draw_play)
        self._draw_play()

    def forget(self) -> None:
        """Forget what was made: the data are others."""
        self._known, self._latest = [], None
        self.rest()

    def take(self, made: Made, *, latest: bool = False) -> None:
        """Take in what was made at a moment."""
        if latest:
            self._latest = made
        elif not any(one.is_of(made.moment) for one in self._known):
            self._known.append(made)

    def refresh(self, way: Sequence[Moment], shown: Snapshot, dataset: Dataset) -> None:
        """Show the moments on a way and the one in view, and ask for what is missing."""
        most = max(min((self.width() - _WORDS_PX) // _EACH_PX, _MOST), 3)
        stops: list[Snapshot] = list(closer_early(way, most))
        same = [stop for stop in stops if stop.same_network(shown)]
        if not same:
            nearest = _nearest(stops, shown) if len(stops) >= most else None
            if nearest is not None and nearest not in (0, len(stops) - 1):
                stops[nearest] = shown
            else:
                stops.append(shown)
                stops.sort(key=lambda stop: stop.now)
        self._known = [one for one in self._known if any(map(one.is_of, stops))]
        self._stops = stops
        columns = []
        for stop in stops:
            is_now = stop.same_network(shown)
            columns.append(Stop(number(round(stop.now, 1), 5), self._atlas(stop, dataset), is_now))
        self.strip.show_stops(columns, "picture")
        self._words.setText(f"over the epochs; {SHOWN} of those above")
        self.play.setEnabled(len(stops) > 1)
        missing = next((s for s in stops if isinstance(s, Moment) and not self._made(s)), None)
        if missing is not None:
            self.wanted.emit(missing)

    def _made(self, stop: Snapshot) -> Made | None:
        latest = self._latest
        if latest is not None and latest.is_of(stop):
            return latest
        return next((one for one in self._known if one.is_of(stop)), None)

    def _atlas(self, stop: Snapshot, dataset: Dataset) -> PictureAtlas | None:
        made = self._made(stop)
        if made is None and stop is self._session.snapshot:
            made = self._latest  # training is ahead of what was made of it
        if made is None:
            return None
        if made not in self._pictures:
            pictures = np.stack([dataset.ink(row) for row in made.rows[:SHOWN]])
            self._pictures[made] = PictureAtlas(pictures.astype(np.float32))
        return self._pictures[made]

    # What the user asks for.

    @Slot()
    def toggle_playing(self) -> None:
        """Show one column after the other, from the first where the last is in view; or rest."""
        if self._timer.isActive():
            self.rest()
            return
        if self._place == len(self._stops) - 1:
            self._look_at(0)
        self._timer.start()
        self._draw_play()

    def rest(self) -> None:
        """Play no more."""
        self._timer.stop()
        self._draw_play()

    @property
    def _place(self) -> int:
        now = [place for place, stop in enumerate(self.strip.stops) if stop.now]
        return now[0] if now else 0

    def _look_at(self, place: int) -> None:
        stop, timeline = self._stops[place], self._session.timeline
        now = timeline.now
        if isinstance(stop, Moment) and (now is None or not stop.same_network(now)):
            timeline.look_at(stop, timeline.followed or timeline.runs.present)
        elif timeline.shown is not None:
            timeline.look_at(None)

    @Slot()
    def _on_played(self) -> None:
        place = self._place + 1
        if place < len(self._stops):
            self._look_at(place)
        if place >= len(self._stops) - 1:
            self.rest()

    @Slot(object)
    def _on_chosen(self, cell: Cell) -> None:
        self.rest()
        self._look_at(cell.block)

    @Slot()
    def _draw_play(self) -> None:
        show_playing(self.play, self._timer.isActive(), "what was made")


def _nearest(stops: Sequence[Snapshot], shown: Snapshot) -> int:
    return min(range(len(stops)), key=lambda place: abs(stops[place].now - shown.now))
