"""The timeline under the curves: back to any moment of training, and on from there."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from playground.gui.look.marking import named, tool_tip
from playground.gui.look.theme import on_theme_changed
from playground.gui.panels.timeline.lane import Lane, chosen
from playground.gui.panels.timeline.strip import TimelineStrip
from playground.gui.session.run_state import RunState
from playground.gui.session.session import Session
from playground.gui.session.timeline import words_of
from playground.gui.widgets.buttons import IconButton, push_button, show_playing
from playground.gui.widgets.combo_box import ComboBox, offer
from playground.gui.widgets.disclosure import Disclosure
from playground.gui.widgets.elided_label import ElidedLabel
from playground.gui.widgets.layouts import beside, stacked
from playground.gui.widgets.timers import every
from playground.training.metrics import best_by, chosen_by
from playground.training.moment import Moment
from playground.training.runs import Run
from playground.training.snapshot import Snapshot
from playground.wording import grouped, metric, number

PLAYED_EVERY_MS = 50
SPEEDS = (2.5, 5.0, 10.0, 20.0, 40.0, 100.0)
"""Moments a second."""

MOST_LANES, MOST_IN_A_LOW_WINDOW = 4, 2
_CONTROL_PX = 28
_LOW, _NARROW, _NARROWEST = 760, 620, 440


class TimelinePanel(QWidget):
    """Asks the session's timeline for moments; hidden while there is only one."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        named(self, "timelineArea", "Timeline", topic="moment")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session, self._timeline = session, session.timeline
        self._followed: Run | None = None
        self._stops: list[Moment | None] = []
        self._played = 0.0
        self._timer = every(self, PLAYED_EVERY_MS, self._on_played)

        self.fold = Disclosure("")
        named(self.fold, "timelineFold", "Timeline", "Show or hide the timeline.")
        self.fold.setChecked(True)
        self.fold.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.fold.setFixedWidth(16)
        self.play = push_button(
            "timelinePlayButton", "Play", "Watch the training again, moment by moment."
        )
        self.play.setIconSize(QSize(14, 14))
        self.speed = named(ComboBox(), "timelineSpeedBox", "Playback speed", "Moments per second.")
        offer(self.speed, ((f"{number(speed)}/s", speed) for speed in SPEEDS), 10.0)
        self.speed.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToContents)
        self._title = named(QLabel(), "timelineTitle", role="title")
        self._sentence = ElidedLabel("", "muted")
        self.best = IconButton("star", "timelineBestButton", "Go back to the best so far", "")
        self.train_on = push_button(
            "trainOnFromHereButton",
            "Train on from here",
            "Go back to this moment, and train on. The training that came after stays as a run.",
            role="primary",
        )
        self.back = push_button(
            "backToNowButton", "Back to now", "Show the network as it is now again."
        )
        self.strip = TimelineStrip()
        for control in (self.play, self.speed, self.best, self.train_on, self.back):
            control.setFixedHeight(_CONTROL_PX)
        said = (self._title, (self._sentence, 1), self.train_on, self.back)
        self._row = beside(self.speed, *said, spacing=5)
        self._lanes = beside((self.strip, 1), spacing=5)
        stacked(self._row, self._lanes, on=self, margins=(12, 5, 12, 4), spacing=3)
        self._share_out(low=False)

        self.fold.toggled.connect(self.strip.setVisible)
        self.play.clicked.connect(self.toggle_playing)
        self.best.clicked.connect(self.go_to_best)
        self.train_on.clicked.connect(self.train_on_from_here)
        self.back.clicked.connect(self.back_to_now)
        self.strip.valueChanged.connect(self._on_value_changed)
        self.strip.lane_pressed.connect(self._on_lane_pressed)
        self._timeline.changed.connect(self.refresh)
        self._timeline.shown_changed.connect(self._place)
        session.state_changed.connect(self.refresh)
        session.data_changed.connect(self.refresh)
        session.snapshot_changed.connect(self._on_snapshot_changed)
        on_theme_changed(self._draw_play)
        low = self.window().height() < _LOW
        if low != self._low:
            self._share_out(low=low)
        self._draw_play()
        self.refresh()

    # What the user asks for.

    @Slot()
    def toggle_playing(self) -> None:
        """Show one moment after the other, from the start where the end is in view; or rest."""
        if self._timer.isActive():
            self._timer.stop()
        elif self._stops:
            self._played = float(self.strip.value())
            if self.strip.value() == self.strip.maximum():
                self._played = 0.0
            self._timer.start()
        self._draw_play()

    @Slot()
    def go_to_best(self) -> None:
        """Let the best moment of the run be the present one."""
        if self._followed is not None:
            self._rest()
            best = self._followed.best
            self._timeline.look_at(best, self._followed)
            self._timeline.settle()
            went = f"The network is as it was at {words_of(best)}; undo leads back."
            self._session.notice.emit(f"{went} {self._worth(best)}")

    @Slot()
    def train_on_from_here(self) -> None:
        """Let the moment that is looked at be the present one, and train on."""
        self._rest()
        self._timeline.settle()
        if not self._session.running:
            self._session.toggle_training()

    @Slot()
    def back_to_now(self) -> None:
        """Show the present again."""
        self._rest()
        self._followed = None
        self._timeline.look_at(None)
        self.refresh()

    # What it shows.

    @Slot()
    def refresh(self) -> None:
        """Draw the runs as they are now."""
        timeline = self._timeline
        runs = timeline.family() if timeline.now is not None else []
        if self._followed not in runs or (timeline.shown is None and not self._timer.isActive()):
            self._followed = timeline.runs.present if timeline.runs.present in runs else None
        self.setVisible(self._followed is not None)
        if self._followed is None:
            self._timer.stop()
            return
        most = MOST_IN_A_LOW_WINDOW if self._low else MOST_LANES
        lanes = [Lane.of(run) for run in chosen(runs, self._followed, most)]
        assert timeline.now is not None
        self.strip.set_lanes(lanes, self._followed.number, timeline.now_epoch)
        self._follow(self._followed)

    def _follow(self, run: Run) -> None:
        """Let the slider lead along the way to a run's end."""
        self._followed = run
        self._stops = self._timeline.stops(run)
        self._epochs = [
            self._timeline.now_epoch if stop is None else stop.now for stop in self._stops
        ]
        self._place()

    @Slot()
    def _place(self) -> None:
        """Show at which moment every view is."""
        timeline, run = self._timeline, self._followed
        if run is None or timeline.now is None or not self._stops:
            return
        shown = timeline.shown
        at = timeline.now_epoch if shown is None else shown.now
        places = [place for place, stop in enumerate(self._stops) if stop is shown]
        nearest = min(range(len(self._epochs)), key=lambda place: abs(self._epochs[place] - at))
        self.strip.set_stops(self._epochs, places[0] if places else nearest, at)
        whole = max(self._epochs[-1], at)
        title = f"Epoch {grouped(int(at))}"
        if shown is not None:
            title = f"Epoch {number(round(at, 1), 6)} of {number(round(whole, 1), 6)}"
        self._title.setText(title)
        if shown is not None:
            said = "Every view shows the network of this moment."
        elif timeline.runs.present is not None and not timeline.runs.at_end:
            said = "This is now. What came after stays here until you train on, and then as a run."
        else:
            said = "This is now. Drag back to see the network as it was."
        self._sentence.set_text(said)
        self._sentence.setToolTip(said)
        self.strip.setAccessibleDescription(f"{title}, {run.title}. {said}")
        self.train_on.setVisible(shown is not None)
        self.back.setVisible(shown is not None)
        column, _ = best_by(run.best.history.columns)
        words = f"Go back to the best moment so far: {words_of(run.best)}, " + (
            f"{column.removeprefix('made_').replace('_', ' ')} "
            f"{metric(run.best.history.last(column))}. {self._worth(run.best)}"
        )
        self.best.setToolTip(tool_tip(words))
        self.best.setAccessibleDescription(words)
        roomy = self.width() >= _NARROW or shown is None
        told = shown is not None or not self._low
        self.best.setVisible(roomy or self._low)
        self.speed.setVisible(roomy and told)
        self._title.setVisible(told)
        self._sentence.setVisible(told)

    def _worth(self, best: Moment) -> str:
        """Return what the choice of the best moment is worth."""
        if best_by(best.history.columns)[0].startswith("made_"):
            return "The discriminator has no part in that figure."
        prepared = self._session.prepared
        if chosen_by(best.history.columns) == "validation":
            return "It is chosen by its validation loss, so only its validation figures flatter."
        if prepared is not None and prepared.tested_on_train:
            return "It is chosen by the training examples: none are held back to judge it by."
        return (
            "It is chosen by its test loss, so its test figures flatter: new examples would be "
            "answered a little worse."
        )

    @Slot()
    def _draw_play(self) -> None:
        narrow = self.width() < _NARROW or self._low
        show_playing(self.play, self._timer.isActive(), "the history", narrow=narrow)

    def _rest(self) -> None:
        self._timer.stop()
        self._draw_play()

    # What happens.

    @Slot(int)
    def _on_value_changed(self, value: int) -> None:
        """Show the moment that the slider is at."""
        if self.sender() is self.strip:
            self._rest()
        self._timeline.look_at(self._stops[value], self._followed)

    @Slot(int)
    def _on_lane_pressed(self, number: int) -> None:
        run = next(run for run in self._timeline.family() if run.number == number)
        self.strip.follow(number)
        self._follow(run)

    @Slot()
    def _on_played(self) -> None:
        self._played += self.speed.currentData() * PLAYED_EVERY_MS / 1000
        last = len(self._stops) - 1
        place = min(int(self._played), last)
        self._timeline.look_at(self._stops[place], self._followed)
        if place == last:
            self._rest()

    @Slot(object)
    def _on_snapshot_changed(self, snapshot: Snapshot) -> None:
        """Follow the present where it rests; while it trains, its runs tell."""
        if self._timeline.shown is None and self._session.state is not RunState.RUNNING:
            self.refresh()

    def _share_out(self, *, low: bool) -> None:
        """Put the buttons beside the lanes in a low window, else above them."""
        self._low = low
        row = self._lanes if low else self._row
        for place, part in enumerate((self.fold, self.play)):
            row.insertWidget(place, part)
        row.insertWidget(row.count() if low else row.count() - 2, self.best)

    def minimumSizeHint(self) -> QSize:
        """Return room for what is left where the window is narrow."""
        return QSize(_NARROWEST, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give up what can be spared where the window is narrow or low."""
        super().resizeEvent(event)
        low = self.window().height() < _LOW
        if low != self._low:
            self._share_out(low=low)
        self._draw_play()
        self.refresh()
