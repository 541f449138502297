"""A pinned run: how it reads the example in the user's hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from playground.data.preparation import Prepared
from playground.gui.look.marking import named
from playground.gui.look.run_colors import run_color
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.probes.predicted_label import LETTER_PX, WORD_PX, PredictedLabel
from playground.gui.probes.readout import Readout
from playground.gui.session.probe import Probe
from playground.gui.session.reading import Reading
from playground.gui.widgets.layouts import beside, stacked, turn
from playground.gui.widgets.share_bars import ShareBars
from playground.training.model import Model
from playground.training.moment import Moment
from playground.training.runs import Run
from playground.wording import fixed, grouped, percent

_MOST_BARS = 5
_SHORT = 2
_ROW_PX = 15
_APART = 8


class RunCard(QFrame):
    """Shows nothing until it has a run; the network is the one at the run's newest moment."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "runCard", role="card")
        self.run: Run | None = None
        self.reading: Reading | None = None
        self._model: Model | None = None
        self._moment: Moment | None = None
        self._prepared: Prepared | None = None
        self._probe: Probe | None = None
        self._head = _Head()
        self._answer = PredictedLabel()
        self._lines = Readout("How sure this run is", 2)
        self.bars = ShareBars(_ROW_PX, "100.0 %")
        self.setMinimumWidth(144)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._said = beside(self._answer, (self._lines, 1), spacing=6)
        parts = (self._head, self._said, self.bars, None)
        stacked(*parts, on=self, margins=(10, 8, 10, 6), spacing=4)
        self.hide()

    def read(self, run: Run | None, prepared: Prepared | None, probe: Probe | None) -> None:
        """Show how a run answers an example, of the data that it has learned from."""
        self.run = run
        self.setVisible(run is not None)
        if run is None or prepared is None:
            return
        if run.last is not self._moment or prepared is not self._prepared:
            self._moment, self._prepared = run.last, prepared
            self._build(run.last, prepared)
            self._probe = None
        self._head.show_run(run)
        if probe is None or probe is not self._probe:
            self._probe = probe
            present = None if probe is None else probe.within(prepared)
            self.reading = Reading.of(present, self._model)
            self._show(self.reading)

    def _build(self, moment: Moment, prepared: Prepared) -> None:
        data = prepared.dataset
        self._arrange(data.class_names)
        self._model = None
        if moment.experiment.data.name == data.name:
            model = Model(moment.experiment, data, prepared.normalization)
            if model.network.parameter_count == len(moment.parameters):
                model.show(moment)
                self._model = model

    def _arrange(self, names: Sequence[str]) -> None:
        """Put a letter beside what is said of it, and a word or a number above."""
        short = 0 < max(map(len, names), default=0) <= _SHORT
        turn(self._said, short)
        self._answer.set_pixels(LETTER_PX if short else WORD_PX)
        self._answer.setMinimumWidth(40)

    def _show(self, reading: Reading | None) -> None:
        names = () if self._prepared is None else self._prepared.dataset.class_names
        self.bars.setVisible(reading is not None and reading.shares is not None)
        self._answer.setVisible(reading is not None)
        if reading is None:
            self._answer.show_text("", wrong=False)
            words = ("No example", "is selected.")
            if self._model is None:
                words = ("It learned", "from other data.")
            self._lines.set_lines([(line, "muted") for line in words])
        elif reading.shares is None:
            self._answer.show_text(fixed(float(reading.outputs[0]), 3), wrong=False)
            target = reading.probe.target
            self._lines.set_lines(
                [] if target is None else [(f"true value {fixed(target, 3)}", "muted")]
            )
        else:
            shares = np.nan_to_num(reading.shares)
            order = np.argsort(-shares, kind="stable")[:_MOST_BARS]
            best, label = int(order[0]), reading.probe.label
            self._answer.show_text(names[best], wrong=label is not None and label != best)
            lines = [f"{percent(shares[best])} sure"]
            if len(order) > 1:
                lines.append(f"next: {names[order[1]]}")
            self._lines.set_lines([(line, "muted") for line in lines])
            chosen = [float(shares[place]) for place in order]
            texts = list(map(percent, chosen))
            self.bars.set_bars([names[place] for place in order], chosen, texts, best=0)
        title = "" if self.run is None else self.run.title
        self.setAccessibleName(f"{title} reads {self._answer.text() or 'nothing'}")


class _Head(QWidget):
    """The run's colour and name, and where there is room, the epoch that it has reached."""

    def __init__(self) -> None:
        super().__init__()
        self._run: Run | None = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_run(self, run: Run) -> None:
        """Name a run."""
        self._run = run
        self.setToolTip(f"{run.title}, epoch {grouped(run.last.epoch)}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._run is None:
            return
        painter, colors = QPainter(self), colors_of(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(run_color(self._run.number, colors))
        painter.drawRoundedRect(QRectF(0, 4, 10, 10), 2.5, 2.5)
        room, middle = QRectF(self.rect()).adjusted(17, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter
        painter.setFont(ui_font(12, bold=True))
        painter.setPen(QColor(colors.text))
        metrics = QFontMetricsF(painter.font())
        words = metrics.elidedText(self._run.title, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignLeft, words)
        painter.setFont(ui_font(SMALL_PX))
        painter.setPen(QColor(colors.muted))
        epoch = f"epoch {grouped(self._run.last.epoch)}"
        taken = metrics.horizontalAdvance(words) + _APART
        if taken + QFontMetricsF(painter.font()).horizontalAdvance(epoch) <= room.width():
            painter.drawText(room, middle | Qt.AlignmentFlag.AlignRight, epoch)
        painter.end()
