"""The probe of writing: ask for a character or a word, and watch the network write it."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QPointF, Signal, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from playground.data.drawing.ink import Ink, Stroke
from playground.data.drawing.strokes import Strokes
from playground.data.drawing.writing import Writing
from playground.data.preparation import Prepared
from playground.data.rows import TokenRows
from playground.gui.look.colors import DARK
from playground.gui.look.marking import named
from playground.gui.probes.ask_row import AskRow
from playground.gui.probes.canvas import DrawCanvas
from playground.gui.probes.compass import paint_compass, small_font
from playground.gui.probes.scribe import FILLED, SPACE, Scribe
from playground.gui.probes.sheet import Example
from playground.gui.probes.step_pointer import StepPointer
from playground.gui.probes.stroke_recorder import SIDE
from playground.gui.probes.teach_row import TeachRow
from playground.gui.probes.writing_answer import WritingAnswer
from playground.gui.probes.writing_files import save_writing
from playground.gui.probes.writing_tools import WritingTools
from playground.gui.session.probe import Probe
from playground.gui.widgets.layouts import beside, stacked
from playground.gui.widgets.pen_way_painting import draw_line, line_pen
from playground.training.model import Model

Line = NDArray[np.floating]

_MARGIN = 14
_LOW = 700
_TITLE = "Ask it to write"


class WritingPanel(QWidget):
    """Ask the network for what it can write, or begin it and let the network go on.

    ``probe_requested`` carries the :class:`Probe` of what was written or drawn, ``taught`` a
    drawing and the name of what it is, and ``step_pointed`` the move that all views should point
    at, or None for the last.
    """

    probe_requested = Signal(object)
    taught = Signal(object, str)
    step_pointed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._prepared: Prepared | None = None
        self._model: Model | None = None
        self._probe: Probe | None = None
        self._in_time: NDArray[np.floating] | None = None
        self._asked: tuple[str, ...] = ()
        self._seed = 0
        self._own: list[Line] = []
        self.scribe = Scribe(self)
        self._pointer = StepPointer(self)
        self.canvas = DrawCanvas()
        self.ask_row, self.tools, self.answer = AskRow(), WritingTools(), WritingAnswer()
        self.teach_row = TeachRow("Teach it as…", "It is a…")
        self._title = named(QLabel(_TITLE), role="heading")
        self._column = stacked(
            beside((self._title, 1), self.teach_row.link),
            self.teach_row,
            self.ask_row,
            (self.canvas, 1),
            self.tools,
            self.answer,
            on=self,
            margins=(_MARGIN, 10, _MARGIN, 12),
        )
        self._column.addStretch(0)
        self._connect()
        self._follow()

    # What the column tells.

    def set_data(self, prepared: Prepared) -> None:
        """Write what this data set's network can; the drawing stays."""
        self._prepared, self._probe, self._in_time = prepared, None, None
        self._asked = ()
        self._let_go()
        self.ask_row.set_writing(self._writing)
        self.answer.set_writing(self._writing)
        self.teach_row.set_classes(self._writing.names)
        self.canvas.forget_examples()
        self._take_canvas()

    def set_model(self, model: Model | None) -> None:
        """Write with this network."""
        self._model = model
        self._follow()

    def probe(self) -> Probe | None:
        """Return what lies on the canvas, as the network gets it."""
        return self._probe

    def set_probe(self, probe: Probe | None) -> None:
        """Show an example of the data set on the canvas; ``None`` and drawings change nothing."""
        if probe is None or probe.row is None or self._prepared is None:
            return
        self._let_go()
        self._probe = probe
        dataset, writing = self._prepared.dataset, self._writing
        self.canvas.set_timed(True)
        self.canvas.set_example(Example(probe, dataset.ink(probe.inputs).astype(np.float32)))
        self.canvas.set_way(writing.pen_way(probe.inputs).fitted(SIDE, FILLED))
        name = writing.asked(probe.inputs)
        self._title.setText(f"{probe.title} · {name}")
        self.answer.read(name, writing.decode(writing.tokens_of(probe.inputs)))
        self._follow()

    def set_prediction(
        self,
        shares: ArrayLike | None,
        outputs: ArrayLike | None = None,
        in_time: NDArray[np.floating] | None = None,
    ) -> None:
        """Show which moves the network expects behind the step pointed at, or the last one."""
        self._in_time = in_time
        self._show_next()

    def set_step(self, step: int | None) -> None:
        """Follow the step that all views point at, counted from 0; None for the end."""
        self._pointer.step = step
        self.canvas.set_step(step)
        self._show_next()

    def draw(self, ink: Ink) -> None:
        """Put a drawing on the canvas, as if the user had drawn it."""
        self._let_go()
        self.canvas.set_ink(ink)
        self._take_canvas()

    @property
    def drawing(self) -> Ink:
        """What lies on the canvas, of a word its last character."""
        if len(self._asked) > 1 and self.scribe.characters:
            return Ink.fitted(self.scribe.drawing() or [np.zeros((1, 2))])
        return self.canvas.ink()

    # What the user asks for.

    @Slot(object)
    def _on_asked(self, names: tuple[str, ...]) -> None:
        self._ask(names, _luck())

    @Slot()
    def _on_again_clicked(self) -> None:
        self._ask(self._asked, self._seed)

    @Slot()
    def _on_variant_clicked(self) -> None:
        self._ask(self._asked, _luck())

    def _ask(self, names: Sequence[str], seed: int) -> None:
        """Write on an empty canvas, or finish what was begun once more."""
        if self._model is None or not names:
            return
        if self._own:
            self._finish(names[0], self._own, seed)
            return
        self._let_go()
        self.canvas.set_ink(Ink())
        self._asked, self._seed = tuple(names), seed
        self.canvas.set_overlay(self._paint)
        self.scribe.begin(self._model, names, self.tools.temperature, seed)

    @Slot()
    def _finish_stroke(self) -> None:
        lines = self._pens()
        if lines:
            self._finish(self._intended(lines), lines, _luck())

    def _finish(self, name: str, lines: list[Line], seed: int) -> None:
        """Let the network go on with lines on the canvas."""
        if self._model is None:
            return
        self._let_go()
        self.canvas.set_ink(Ink.of(lines, self.canvas.pen_width))
        self._asked, self._seed, self._own = (name,), seed, lines
        self.canvas.set_overlay(self._paint)
        self.scribe.finish(self._model, name, lines, self.tools.temperature, seed)

    @Slot()
    def _clear_canvas(self) -> None:
        self._let_go()
        if self.canvas.sheet.is_empty:
            self._take_canvas()
        else:
            self.canvas.clear()

    @Slot(str)
    def _on_taught(self, name: str) -> None:
        self.teach_row.close_row()
        self.taught.emit(self.drawing, name)

    @Slot()
    def _on_save_clicked(self) -> None:
        scribe = self.scribe
        if scribe.characters and not self._own:
            names = [each.name for each in scribe.characters]
            drawings = [
                [] if name == SPACE else scribe.drawing(place) for place, name in enumerate(names)
            ]
        else:
            names, drawings = [self._intended(self._pens())], [self._pens()]
        self.ask_row.tell(save_writing(self, names, drawings))

    # What follows.

    @property
    def _writing(self) -> Writing:
        assert self._prepared is not None
        assert self._prepared.dataset.writing is not None
        return self._prepared.dataset.writing

    def _pens(self) -> list[Line]:
        """Return the lines on the canvas."""
        return [pen.points for pen in self.canvas.ink().pens()]

    def _intended(self, lines: Sequence[Line]) -> str:
        """Return what lines are to be: as it stands in the box, or as the judge reads them."""
        return self.ask_row.character or self.answer.taken_for(lines)

    def _let_go(self) -> None:
        """Let go of what is being written, and of the example on the canvas."""
        self._own = []
        self.scribe.forget()
        self.canvas.set_overlay(None)
        self.canvas.set_timed(False)
        self._title.setText(_TITLE)

    @Slot()
    def _on_ink_changed(self) -> None:
        """Take over what the user drew; what was written before stays beneath it."""
        self._let_go()
        self._pointer.choose(None)
        self._take_canvas()
        self.probe_requested.emit(self._probe)

    def _take_canvas(self) -> None:
        """Let everything follow the drawing on the canvas."""
        lines = self._pens()
        if self._prepared is None or not lines:
            self._probe = None
            self.answer.read("", ())
        else:
            name = self._intended(lines)
            moves = self._writing.encode(Strokes.of([lines]))[0]
            self._probe = self._probe_of(name, moves.tolist(), "Your drawing")
            self.answer.read(name, lines)
        self._follow()

    def _probe_of(self, name: str, moves: Sequence[int], title: str) -> Probe:
        """Return a text as the network reads it, as far as it has steps."""
        assert self._prepared is not None
        tokens, steps = self._prepared.dataset.input_shape
        text = np.full((1, steps), -1, np.int64)
        read = [self._writing.start(name), *(each for each in moves if each != self._writing.end)]
        text[0, : len(read)] = read[:steps]
        return Probe(TokenRows.of_steps(text, tokens)[0], title)

    @Slot()
    def _on_move_made(self) -> None:
        scribe = self.scribe
        if scribe.name != SPACE:
            own = self._own
            self.answer.read(scribe.name, [*own, *scribe.last_lines()] if own else scribe.drawing())
        self._show_next()

    @Slot()
    def _on_finished(self) -> None:
        """Put what was written into the hand."""
        scribe = self.scribe
        written = [Stroke(line.astype(np.float32), scribe.pen_width) for line in scribe.lines()]
        self.canvas.set_overlay(None)
        self.canvas.set_ink(Ink((*self.canvas.ink().strokes, *written)))
        if scribe.name != SPACE:
            title = f"{scribe.name}, as it was written"
            self._probe = self._probe_of(scribe.name, scribe.tokens, title)
            self.probe_requested.emit(self._probe)
        self._follow()

    def _show_next(self) -> None:
        """Show the next moves: the pen's while it writes, else behind the step pointed at."""
        shares, move, in_time = None, self.scribe.next_move, self._in_time
        if self.scribe.active and move is not None:
            shares = move.shares
        elif self._probe is not None and in_time is not None and len(in_time):
            step = self._pointer.step
            shares = in_time[-1 if step is None else min(step, len(in_time) - 1)]
        self.answer.set_moves(shares)

    @Slot()
    def _follow(self) -> None:
        """Let the buttons follow what can be done."""
        active, ready = self.scribe.active, self._model is not None
        sheet, tools = self.canvas.sheet, self.tools
        drawn = not sheet.is_empty and sheet.example is None
        self.ask_row.set_state(ready=ready, active=active, moving=self.scribe.writing)
        tools.finish.setEnabled(ready and drawn and not active)
        tools.stop.setEnabled(active)
        for button in (tools.again, tools.variant):
            button.setEnabled(ready and bool(self._asked))
        tools.save.setEnabled(drawn and not active)
        tools.clear.setEnabled(active or not sheet.is_empty)
        self.teach_row.link.setVisible(drawn and not active)
        if not drawn or active:
            self.teach_row.close_row()
        self._show_next()

    def _paint(self, painter: QPainter) -> None:
        """Paint what is written so far, and the compass at the pen's tip."""
        scribe = self.scribe
        painter.setPen(line_pen(QColor(DARK.ink), scribe.pen_width))
        for line in scribe.lines():
            draw_line(painter, line)
        move = scribe.next_move
        if scribe.placed and move is not None:
            paint_compass(painter, QPointF(*scribe.pen.tolist()), move.shares, self._writing)
            painter.setFont(small_font(painter))
            painter.setPen(QColor(DARK.muted))
            told = f"move {min(scribe.made + 1, scribe.count)} of {scribe.count}"
            painter.drawText(QPointF(10, 10 + QFontMetricsF(painter.font()).ascent()), told)

    def _connect(self) -> None:
        self._pointer.pointed.connect(self.step_pointed)
        self.canvas.step_hovered.connect(self._pointer.hover)
        self.canvas.ink_changed.connect(self._on_ink_changed)
        self.ask_row.asked.connect(self._on_asked)
        self.ask_row.paused.connect(self.scribe.pause)
        self.ask_row.resumed.connect(self.scribe.go_on)
        self.tools.finish.clicked.connect(self._finish_stroke)
        self.tools.stop.clicked.connect(self.scribe.stop)
        self.tools.again.clicked.connect(self._on_again_clicked)
        self.tools.variant.clicked.connect(self._on_variant_clicked)
        self.tools.save.clicked.connect(self._on_save_clicked)
        self.tools.clear.clicked.connect(self._clear_canvas)
        self.tools.temperature_changed.connect(self.scribe.set_temperature)
        self.teach_row.chosen.connect(self._on_taught)
        self.scribe.moved.connect(self.canvas.update)
        self.scribe.move_made.connect(self._on_move_made)
        self.scribe.changed.connect(self._follow)
        self.scribe.finished.connect(self._on_finished)

    def heightForWidth(self, width: int) -> int:
        """Return the least: what scrolls the panel would else give it all that it would like."""
        return self._column.minimumHeightForWidth(width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        inside = event.size().width() - 2 * _MARGIN
        self.canvas.setMaximumHeight(max(inside, self.canvas.minimumSizeHint().height()))
        low = event.size().height() < _LOW
        self.answer.set_compact(low)
        self._column.setSpacing(4 if low else 8)


def _luck() -> int:
    """Return a seed that nobody has had."""
    return random.SystemRandom().randrange(2**31)
