"""Saves the training as a GIF: the lens in view at one moment after the other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRect, QSize, Qt, Slot
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QFileDialog, QWidget

from playground.atomic_write import write_atomically
from playground.errors import Cancelled, PlaygroundError
from playground.files.gif import gif
from playground.gui.desks.offer import Offer
from playground.gui.look.theme import colors_of, ui_font
from playground.gui.session.errand import Errands
from playground.gui.session.run_state import RunState
from playground.gui.session.session import Session
from playground.gui.widgets.message_bar import MessageBar
from playground.gui.widgets.timers import later
from playground.training.moment import Moment
from playground.wording import fixed, number

MOST_FRAMES = 60
FRAME_S = 0.12
SETTLED_MS = 90
"""For what a lens asks the analyst about a moment."""

_WIDEST, _CAPTION = 800, 26


class AnimationDesk(QObject):
    """Plays the moments of the run that is followed, and keeps the look of the lens at each."""

    def __init__(
        self,
        session: Session,
        grab: Callable[[], QPixmap],
        messages: MessageBar,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session, self._grab, self._messages = session, grab, messages
        self._window = window
        self._path, self._size = Path(), QSize()
        self._left: list[Moment | None] = []
        self._frames: list[NDArray[np.uint8]] = []
        self._timer = later(self, SETTLED_MS, self._on_settled)
        self._errands = Errands(self)
        self._errands.done.connect(messages.show_notice)
        self._errands.failed.connect(self._on_failed)

    def offer(self) -> Offer:
        """Say whether there is training to play."""
        if self._left or self._errands.busy:
            return Offer("An animation is being saved.")
        if self._session.state is RunState.RUNNING:
            return Offer("Pause training first.")
        run = self._session.timeline.runs.present
        return Offer(None if run is not None else "Train first: there is nothing to play yet.")

    @Slot()
    def ask(self) -> None:
        """Let the user choose a file, then go through the moments."""
        chosen, _ = QFileDialog.getSaveFileName(
            self._window, "Save the training as an animation", "training.gif", "Animations (*.gif)"
        )
        if chosen:
            path = Path(chosen)
            self.write(path if path.suffix else path.with_suffix(".gif"))

    def write(self, path: Path) -> None:
        """Go through the moments, and write them to a file."""
        timeline = self._session.timeline
        run = timeline.followed or timeline.runs.present
        if run is None or self._left:
            return
        stops = timeline.stops(run)
        chosen = np.unique(np.linspace(0, len(stops) - 1, MOST_FRAMES).round().astype(int))
        self._path, self._frames = path, []
        self._left = [stops[place] for place in chosen]
        timeline.look_at(self._left[0], run)
        self._timer.start()

    def close(self) -> None:
        """Let go of an animation that is not saved yet."""
        self._timer.stop()
        self._errands.close()

    @Slot()
    def _on_settled(self) -> None:
        """Picture the moment that is shown, and go to the next one."""
        timeline = self._session.timeline
        shown = self._left.pop(0)
        if timeline.shown is not shown:
            self._left.clear()
            self._messages.show_error(
                "The animation was not saved because something else was changed meanwhile."
            )
            return
        at = timeline.now_epoch if shown is None else shown.now
        self._add_frame(f"epoch {number(round(at, 2), 6)}")
        if self._left:
            timeline.look_at(self._left[0], timeline.followed)
            self._timer.start()
            return
        timeline.look_at(None)
        frames, path = self._frames, self._path

        def work(tell: Callable[[object], None], stopped: Callable[[], bool]) -> str:
            def told(number: int) -> None:
                if stopped():
                    raise Cancelled

            content = gif(frames, FRAME_S, told)
            write_atomically(path, content)
            return f"Saved {path.name}: {len(frames)} frames, {fixed(len(content) / 1e6, 1)} MB."

        self._frames = []
        self._errands.start(work)

    def _add_frame(self, words: str) -> None:
        """Keep how the lens looks, on the window's ground and with words below it."""
        colors, look = colors_of(self._window), self._grab()
        if not self._frames:  # all are as large as the first, whatever becomes of the window
            size = look.deviceIndependentSize()
            wide = min(round(size.width()), _WIDEST)
            self._size = QSize(wide, round(size.height() * wide / max(size.width(), 1)))
        wide, high = self._size.width(), self._size.height()
        image = QImage(wide, high + _CAPTION, QImage.Format.Format_RGB888)
        image.fill(QColor(colors.central))
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(QRect(0, 0, wide, high), look)
        painter.setFont(ui_font(bold=True))
        painter.setPen(QColor(colors.text))
        below = QRect(8, high, wide - 16, _CAPTION)
        painter.drawText(below, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        painter.end()
        self._frames.append(_rows_of(image))

    @Slot(object)
    def _on_failed(self, error: PlaygroundError) -> None:
        self._messages.show_error(str(error))


def _rows_of(image: QImage) -> NDArray[np.uint8]:
    """Return a picture's red, green and blue, (height, width, 3)."""
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()
