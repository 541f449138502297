"""The probe of writing: ask for a character or a word, and watch the network write it."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QPointF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QResizeEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QSizePolicy, QSlider, QWidget

from playground.analysis.writing.judge import Judge
from playground.analysis.writing.writer import TEMPERATURE
from playground.data.drawing.ink import Ink, Stroke
from playground.data.drawing.strokes import Strokes
from playground.data.drawing.writing import Writing
from playground.data.preparation import Prepared
from playground.data.rows import TokenRows
from playground.gui.look.colors import DARK
from playground.gui.look.marking import named
from playground.gui.look.theme import SMALL_PX, ui_font
from playground.gui.probes.bars import PredictionBars
from playground.gui.probes.canvas import DrawCanvas
from playground.gui.probes.class_buttons import ClassButtons
from playground.gui.probes.compass import NextMoves, paint_compass
from playground.gui.probes.scribe import FILLED, SPACE, Scribe
from playground.gui.probes.sheet import Example
from playground.gui.probes.step_pointer import StepPointer
from playground.gui.probes.stroke_recorder import SIDE
from playground.gui.probes.teach_row import TeachRow
from playground.gui.probes.writing_files import save_writing
from playground.gui.session.probe import Probe
from playground.gui.widgets.buttons import IconButton
from playground.gui.widgets.labels import sentence
from playground.gui.widgets.layouts import beside, stacked
from playground.gui.widgets.pen_way_painting import draw_line, line_pen
from playground.storage.judge import judge
from playground.training.model import Model
from playground.wording import fixed, listed

_MARGIN = 14
_LOW = 700
_SMALL, _GAP = 28, 4
_BESIDE = 5 * (_SMALL + _GAP) + 42
_HOTTEST = 1.5
_STEPS = 100
_LONGEST_WORD = 16
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
        self._judge: Judge | None = None
        self._in_time: NDArray[np.floating] | None = None
        self._asked: tuple[str, ...] = ()
        self._seed = 0
        self._own: tuple[NDArray[np.floating], ...] = ()
        self.scribe = Scribe(self)
        self._pointer = StepPointer(self)
        self._pointer.pointed.connect(self.step_pointed)
        self.canvas = DrawCanvas()
        self._title = named(QLabel(_TITLE), role="heading")
        self._choices = ClassButtons("writeDigit", "Write", by_name=True)
        self._text = named(QLineEdit(), "writeTextBox", "A word to write")
        self._text.setMaxLength(_LONGEST_WORD)
        self._told = sentence(role="error")
        self._write = IconButton(
            "pen", "writeButton", "Write", "Write the text above, or let the pen rest.", px=15
        )
        self._finish = IconButton(
            "play",
            "finishStrokeButton",
            "Finish my stroke",
            "Begin a character on the canvas, choose what it is to be, and the network goes on.",
            px=15,
        )
        self._stop = IconButton(
            "stop", "stopWritingButton", "Stop", "Leave it at what is written.", px=15
        )
        self._again = IconButton(
            "reset",
            "writeAgainButton",
            "Again",
            "Once more with the same luck: what differs is what the network has learned meanwhile.",
            px=15,
        )
        self._variant = IconButton(
            "dice", "writeVariantButton", "Another variant", "Once more with other luck.", px=15
        )
        self._save = IconButton(
            "save",
            "saveWritingButton",
            "Save what is written",
            "Save what lies on the canvas as SVG, PNG or JSON.",
            px=15,
        )
        self._clear = IconButton(
            "clear",
            "clearCanvasButton",
            "Clear",
            "Clear the canvas; Ctrl+Z on the canvas brings the drawing back.",
            px=15,
        )
        self._temperature = named(
            QSlider(Qt.Orientation.Horizontal),
            "temperatureSlider",
            "Temperature",
            "How bold it writes: careful takes likely moves only, bold takes unlikely ones too.",
        )
        self._degrees = named(QLabel())
        self.next_moves = NextMoves()
        self._judged = named(QLabel("What the judge reads so far"), role="heading")
        self._judged.setToolTip(
            "A network that travels with the program. It learned from people's handwriting alone "
            "and has never seen what a network writes."
        )
        self.judge_bars = named(PredictionBars(), "judgeBars", "What the judge reads")
        self.teach_row = TeachRow("Teach it as…", "It is a…")
        self._build()
        self._connect()
        self._follow()

    # What the column tells.

    def set_data(self, prepared: Prepared) -> None:
        """Write what this data set's network can; the drawing stays."""
        self._prepared, self._probe, self._in_time = prepared, None, None
        self.scribe.forget()
        names = self._writing.names
        self._choices.set_classes(names)
        self.teach_row.set_classes(names)
        self._asked = tuple(name for name in self._asked if name in (*names, SPACE))
        self._text.setPlaceholderText("123" if "a" not in names else "hello")
        self._judge = judge() if judge().knows(names) else None
        for widget in (self._judged, self.judge_bars):
            widget.setVisible(self._judge is not None)
        self.canvas.set_timed(False)
        if self.canvas.sheet.example is not None:
            self.canvas.set_ink(Ink())
        self._tell("")
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
        self.scribe.forget()
        self._probe, self._own = probe, ()
        dataset = self._prepared.dataset
        self.canvas.set_timed(True)
        self.canvas.set_example(Example(probe, dataset.ink(probe.inputs).astype(np.float32)))
        way = dataset.pen_way(probe.inputs)
        self.canvas.set_way(None if way is None else way.fitted(SIDE, FILLED))
        name = self._writing.asked(probe.inputs)
        self._title.setText(f"{probe.title} · {name}")
        self._read(name, self._writing.decode(self._writing.tokens_of(probe.inputs)))
        self._follow()

    def set_prediction(
        self,
        shares: ArrayLike | None,
        outputs: ArrayLike | None = None,
        in_time: NDArray[np.floating] | None = None,
    ) -> None:
        """Show which moves the network expects, behind the step pointed at or the last one."""
        self._in_time = in_time
        self._show_next()

    def set_step(self, step: int | None) -> None:
        """Follow the step that all views point at, counted from 0; None for the end."""
        self._pointer.step = step
        self.canvas.set_step(step)
        self._show_next()

    def draw(self, ink: Ink) -> None:
        """Put a drawing on the canvas, as if the user had drawn it."""
        self.scribe.forget()
        self.canvas.set_timed(False)
        self.canvas.set_ink(ink)
        self._take_canvas()

    @property
    def drawing(self) -> Ink:
        """What lies on the canvas, of a word its last character."""
        if len(self._asked) > 1 and self.scribe.characters:
            return Ink.fitted(self.scribe.drawing() or [np.zeros((1, 2))])
        return self.canvas.ink()

    # What the user asks for.

    @Slot(str)
    def _on_chosen(self, name: str) -> None:
        self._text.setText(name)
        self._write_text()

    @Slot()
    def _on_write_clicked(self) -> None:
        if self.scribe.writing:
            self.scribe.pause()
        elif self.scribe.active:
            self.scribe.go_on()
        else:
            self._write_text()

    @Slot()
    def _write_text(self) -> None:
        names = self._names_of(self._text.text())
        if names:
            self._ask(names, random.SystemRandom().randrange(2**31))

    @Slot()
    def _on_again_clicked(self) -> None:
        self._ask(self._asked, self._seed)

    @Slot()
    def _on_variant_clicked(self) -> None:
        self._ask(self._asked, random.SystemRandom().randrange(2**31))

    def _names_of(self, text: str) -> tuple[str, ...]:
        """Return what a text asks for, after saying what cannot be written."""
        known = self._writing.names
        names = [each if each in known else each.lower() for each in text.strip()]
        unknown = [each for each in dict.fromkeys(names) if each not in (*known, SPACE)]
        if unknown:
            self._tell(f"It has not learned to write {listed([repr(each) for each in unknown])}.")
            return ()
        self._tell("" if names else "Type what it is to write.")
        return tuple(names)

    def _ask(self, names: Sequence[str], seed: int) -> None:
        if self._model is None or not names:
            return
        self._asked, self._seed, self._own = tuple(names), seed, ()
        self.canvas.set_timed(False)
        self.canvas.set_ink(Ink())
        self._title.setText(_TITLE)
        self.canvas.set_overlay(self._paint)
        self.scribe.begin(self._model, names, self._degree, seed)

    @Slot()
    def _finish_stroke(self) -> None:
        name = self._intended()
        lines = [pen.points for pen in self.canvas.ink().pens()]
        if self._model is None or not lines:
            return
        self._asked, self._seed = (name,), random.SystemRandom().randrange(2**31)
        self._own = tuple(lines)
        self.canvas.set_overlay(self._paint)
        self.scribe.finish(self._model, name, lines, self._degree, self._seed)

    def _intended(self) -> str:
        """Return what the user wants of the stroke on the canvas: chosen, or as it is read."""
        text, names = self._text.text().strip(), self._writing.names
        if text in names:
            return text
        if self._judge is None:
            return names[0]
        pens = [pen.points for pen in self.canvas.ink().pens()]
        shares = self._judge.shares(names[0], [pens])[0]
        return self._judge.rivals(names[0])[int(shares.argmax())]

    @Slot()
    def _clear_canvas(self) -> None:
        self.scribe.forget()
        self.canvas.set_overlay(None)
        if self.canvas.sheet.is_empty:
            self._take_canvas()
        else:
            self.canvas.clear()

    @Slot(int)
    def _on_temperature_moved(self, _place: int) -> None:
        self._degrees.setText(fixed(self._degree, 2))
        self.scribe.set_temperature(self._degree)

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
            pens = [pen.points for pen in self.canvas.ink().pens()]
            names, drawings = [self._intended()], [pens]
        self._tell(save_writing(self, names, drawings))

    # What follows.

    @property
    def _writing(self) -> Writing:
        assert self._prepared is not None
        assert self._prepared.dataset.writing is not None
        return self._prepared.dataset.writing

    @property
    def _degree(self) -> float:
        return self._temperature.value() / _STEPS

    def _tell(self, words: str) -> None:
        self._told.setText(words)
        self._told.setVisible(bool(words))

    @Slot()
    def _on_ink_changed(self) -> None:
        """Take over what the user drew; what was written before stays beneath it."""
        self.scribe.forget()
        self.canvas.set_overlay(None)
        self.canvas.set_timed(False)
        self._title.setText(_TITLE)
        self._pointer.choose(None)
        self._take_canvas()
        self.probe_requested.emit(self._probe)

    def _take_canvas(self) -> None:
        """Let everything follow the drawing on the canvas."""
        self._own = ()
        pens = [pen.points for pen in self.canvas.ink().pens()]
        if self._prepared is None or not pens:
            self._probe = None
            self._read("", [])
        else:
            name = self._intended()
            moves = self._writing.encode(Strokes.of([pens]))[0]
            self._probe = self._probe_of(name, moves.tolist(), "Your drawing")
            self._read(name, pens)
        self._follow()

    def _probe_of(self, name: str, moves: Sequence[int], title: str) -> Probe:
        """Return a text as the network reads it, as far as it has steps."""
        assert self._prepared is not None
        tokens, steps = self._prepared.dataset.input_shape
        text = np.full((1, steps), -1, np.int64)
        read = [self._writing.start(name), *(each for each in moves if each != self._writing.end)]
        text[0, : len(read)] = read[:steps]
        return Probe(TokenRows.of_steps(text, tokens)[0], title)

    def _read(self, name: str, lines: Sequence[ArrayLike]) -> None:
        """Let the judge read some strokes."""
        if self._judge is None:
            return
        known = name or self._writing.names[0]
        self.judge_bars.set_classes(self._judge.rivals(known))
        if len(lines):
            self.judge_bars.set_shares(self._judge.shares(known, [lines])[0].tolist())

    @Slot()
    def _on_move_made(self) -> None:
        scribe = self.scribe
        if scribe.name != SPACE:
            lines = [*self._own, *scribe.last_lines()] if self._own else scribe.drawing()
            if lines:
                self._read(scribe.name, lines)
        self._show_next()

    @Slot()
    def _on_finished(self) -> None:
        """Put what was written into the hand."""
        scribe = self.scribe
        width = scribe.pen_width
        strokes = [*self.canvas.ink().strokes] if self._own else []
        strokes += [Stroke(line.astype(np.float32), width) for line in scribe.lines()]
        self.canvas.set_overlay(None)
        self.canvas.set_ink(Ink(tuple(strokes)))
        name = next((each.name for each in reversed(scribe.characters) if each.name != SPACE), "")
        if name:
            self._probe = self._probe_of(name, scribe.tokens, f"{name}, as it was written")
            self.probe_requested.emit(self._probe)
        self._follow()

    def _show_next(self) -> None:
        """Show the next moves: the pen's while it writes, else behind the step pointed at."""
        shares = None
        move = self.scribe.next_move
        if self.scribe.active and move is not None:
            shares = move.shares
        elif self._probe is not None and self._in_time is not None and len(self._in_time):
            step = self._pointer.step
            at = len(self._in_time) - 1 if step is None else min(step, len(self._in_time) - 1)
            shares = self._in_time[at]
        writing = None if self._prepared is None else self._writing
        self.next_moves.set_shares(shares, writing)

    @Slot()
    def _follow(self) -> None:
        """Let the buttons follow what can be done."""
        scribe, sheet = self.scribe, self.canvas.sheet
        ready, drawn = self._model is not None, bool(sheet.ink.pens())
        self._write.setText("Pause" if scribe.writing else "Go on" if scribe.active else "Write")
        self._write.set_picture("pause" if scribe.writing else "pen")
        self._write.setEnabled(ready)
        self._choices.setEnabled(ready)
        self._finish.setEnabled(ready and drawn and not scribe.active)
        self._stop.setEnabled(scribe.active)
        for button in (self._again, self._variant):
            button.setEnabled(ready and bool(self._asked))
        self._save.setEnabled((drawn or bool(scribe.characters)) and not scribe.active)
        self._clear.setEnabled(scribe.active or not sheet.is_empty)
        self.teach_row.link.setVisible(drawn and not scribe.active)
        if not drawn or scribe.active:
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
            font = ui_font(SMALL_PX)
            painter.setFont(font)
            painter.setPen(QColor(DARK.muted))
            told = f"move {min(scribe.made + 1, scribe.count)} of {scribe.count}"
            painter.drawText(QPointF(10, 10 + QFontMetricsF(font).ascent()), told)

    # What it is made of.

    def _build(self) -> None:
        self._temperature.setRange(0, round(_HOTTEST * _STEPS))
        self._temperature.setValue(round(TEMPERATURE * _STEPS))
        self._degrees.setText(fixed(TEMPERATURE, 2))
        self._write.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._finish.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._write.setText("Write")
        self._finish.setText("Finish my stroke")
        ends = beside(
            named(QLabel("careful"), role="muted"), None, named(QLabel("bold"), role="muted")
        )
        heat = stacked(self._temperature, ends, spacing=0)
        word = named(QLabel("Temperature"))
        word.setBuddy(self._temperature)
        self._small = (self._stop, self._again, self._variant, self._save, self._clear)
        for button in (self._write, self._finish, *self._small):
            button.setFixedHeight(28)
        for button in self._small:
            button.setFixedWidth(_SMALL)
        self._column = stacked(
            beside((self._title, 1), self.teach_row.link),
            self.teach_row,
            self._choices,
            beside((self._text, 1), self._write, spacing=_GAP),
            self._told,
            (self.canvas, 1),
            beside((self._finish, 1), *self._small, spacing=_GAP),
            beside(word, (heat, 1), self._degrees, spacing=8),
            named(QLabel("Next move"), role="heading"),
            self.next_moves,
            self._judged,
            self.judge_bars,
            on=self,
            margins=(_MARGIN, 10, _MARGIN, 12),
        )
        self._column.addStretch(0)

    def _connect(self) -> None:
        self._choices.chosen.connect(self._on_chosen)
        self._text.returnPressed.connect(self._write_text)
        self._write.clicked.connect(self._on_write_clicked)
        self._finish.clicked.connect(self._finish_stroke)
        self._stop.clicked.connect(self.scribe.stop)
        self._again.clicked.connect(self._on_again_clicked)
        self._variant.clicked.connect(self._on_variant_clicked)
        self._save.clicked.connect(self._on_save_clicked)
        self._clear.clicked.connect(self._clear_canvas)
        self._temperature.valueChanged.connect(self._on_temperature_moved)
        self.teach_row.chosen.connect(self._on_taught)
        self.canvas.ink_changed.connect(self._on_ink_changed)
        self.canvas.step_hovered.connect(self._pointer.hover)
        self.scribe.moved.connect(self.canvas.update)
        self.scribe.move_made.connect(self._on_move_made)
        self.scribe.changed.connect(self._follow)
        self.scribe.finished.connect(self._on_finished)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        inside = event.size().width() - 2 * _MARGIN
        self.canvas.setMaximumHeight(max(inside, self.canvas.minimumSizeHint().height()))
        style = Qt.ToolButtonStyle
        roomy = inside >= self.fontMetrics().horizontalAdvance(self._finish.text()) + _BESIDE
        self._finish.setToolButtonStyle(
            style.ToolButtonTextBesideIcon if roomy else style.ToolButtonIconOnly
        )
        low = event.size().height() < _LOW
        self.judge_bars.set_compact(low)
        self._column.setSpacing(5 if low else 8)
