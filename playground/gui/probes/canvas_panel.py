"""The probe of pictures: a canvas, what becomes of the drawing, and what the network reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QLabel,
    QSlider,
    QToolButton,
    QWidget,
)

from playground.data.dataset import Dataset
from playground.data.drawing.ink import Ink
from playground.data.drawing.pen_points import PenStages
from playground.data.judged import REAL, unjudged
from playground.data.own.drawings import can_use
from playground.data.preparation import Prepared
from playground.gui.look.marking import named
from playground.gui.probes.belief_panel import BeliefPanel
from playground.gui.probes.canvas import DrawCanvas
from playground.gui.probes.pen_strip import PenStrip
from playground.gui.probes.prediction import PredictionPanel
from playground.gui.probes.sheet import Example
from playground.gui.probes.stages import StagesStrip
from playground.gui.probes.step_pointer import StepPointer
from playground.gui.probes.stroke_recorder import SIDE
from playground.gui.probes.teach_row import TeachRow
from playground.gui.session.probe import Probe
from playground.gui.widgets.buttons import IconButton
from playground.gui.widgets.labels import titled
from playground.gui.widgets.layouts import beside, stacked

Floats = NDArray[np.floating]

_MARGIN = 14
_TOOL_GAP = 4
_ARROW_WIDTH = 27
_LOW = 660
_SMALLEST_WIDTH = 220
_TITLE = "Draw something"
_THINNEST, _THICKEST = 8, 60
_FILLED = 0.7


class CanvasPanel(QWidget):
    """Draw a digit, or look at one of the data set's pictures.

    ``probe_requested`` carries the :class:`Probe` of what the user drew, or ``None`` when the
    canvas was emptied. ``taught`` carries a drawing's source, strokes or picture, and the name of
    the class that the user says it was. Where the network reads the way of the pen,
    ``step_pointed`` carries the step that all views should point at, or None for the end.
    """

    probe_requested = Signal(object)
    taught = Signal(object, str)
    step_pointed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._dataset: Dataset | None = None
        self._probe: Probe | None = None
        self.canvas = DrawCanvas()
        self.stages = StagesStrip()
        self.pen_strip = PenStrip()
        self._pointer = StepPointer(self)
        self._pointer.pointed.connect(self.step_pointed)
        self._answer: tuple[ArrayLike | None, ArrayLike | None, Floats | None] = (None, None, None)
        self.prediction, self.belief = PredictionPanel(), BeliefPanel()
        self._judged = False
        self.teach_row = TeachRow()
        self._taught: tuple[Ink | np.ndarray, str] | None = None
        self._heading = _TITLE
        self._title = named(QLabel(_TITLE), role="heading")
        self._width = named(
            QSlider(Qt.Orientation.Horizontal),
            "penWidthSlider",
            "Pen thickness",
            "How thick the pen draws. The network sees every stroke redrawn as thick as its "
            "training digits, so choose what suits your hand.",
        )
        self._width_label = titled(self._width, "pen")
        self._pen = self._button("penButton", "pen", "Pen", "Draw ink; the pen is round.")
        self._eraser = self._button(
            "eraserButton", "eraser", "Eraser", "Erase ink; it is twice as wide as the pen."
        )
        self._undo = self._button(
            "undoStrokeButton", "undo", "Undo stroke", "Take the last stroke back (Ctrl+Z)."
        )
        self._redo = self._button(
            "redoStrokeButton", "redo", "Redo stroke", "Bring the stroke back (Ctrl+Shift+Z)."
        )
        tip = "Clear the canvas; undo brings the drawing back."
        self._clear = named(QToolButton(), "clearCanvasButton", "Clear", tip)
        self._clear.setText("Clear")
        self._clear.setFixedHeight(28)
        self._build()
        # The buttons' texts go where there is no room for them.
        self.setMinimumWidth(_SMALLEST_WIDTH)
        self.canvas.ink_changed.connect(self._on_ink_changed)
        self.canvas.step_hovered.connect(self._pointer.hover)
        self.pen_strip.step_hovered.connect(self._pointer.hover)
        self.pen_strip.step_chosen.connect(self._pointer.choose)
        self.teach_row.chosen.connect(self._on_class_chosen)
        self.belief.real_wanted.connect(self._on_real_wanted)
        self.belief.hide()
        self._eraser.toggled.connect(self.canvas.set_eraser)
        self._undo.clicked.connect(self.canvas.undo)
        self._redo.clicked.connect(self.canvas.redo)
        self._clear.clicked.connect(self.canvas.clear)
        self._width.valueChanged.connect(self.canvas.set_pen_width)
        self._show_sheet()

    def set_data(self, prepared: Prepared) -> None:
        """Read drawings as this data set's examples; the drawing stays."""
        dataset = self._dataset = prepared.dataset
        self._probe = None
        self._heading = f"Draw {drawn_word(unjudged(dataset).class_names)}"
        if dataset.drawing is not None:
            self.stages.set_drawing(dataset.drawing)
        elif dataset.kind.pictures:
            self.stages.set_shape(*dataset.image_shape)
        timed = dataset.pen_way(dataset.inputs[0]) is not None
        self.stages.setVisible(not timed)
        self.pen_strip.setVisible(timed)
        self.canvas.set_timed(timed)
        self.canvas.setEnabled(dataset.drawing is not None)
        self.canvas.set_hint("" if dataset.drawing is not None else "Pick an example to read")
        self.prediction.set_classes(dataset.class_names)
        self.teach_row.set_classes(dataset.class_names)
        self.prediction.set_question_shown(False)
        self.canvas.forget_examples()
        self._show_sheet()

    def probe(self) -> Probe | None:
        """Return what lies on the canvas, as the network gets it."""
        dataset, sheet = self._dataset, self.canvas.sheet
        if sheet.example is not None:
            return self._labelled(sheet.example.probe)
        if dataset is None or dataset.drawing is None:
            return None
        stages = dataset.drawing.read(sheet.ink)
        if stages is None:
            return None
        return self._labelled(Probe(stages.input, "Your drawing", stages=stages))

    def _labelled(self, probe: Probe) -> Probe:
        """Return a drawing with its class, where the user has told it."""
        if self._taught is None or self._dataset is None or probe.stages is None:
            return probe
        source, name = self._taught
        if probe.stages.source is not source or name not in self._dataset.class_names:
            return probe
        return replace(probe, label=self._dataset.class_names.index(name))

    def set_taught(self, source: Ink | np.ndarray, name: str | None) -> None:
        """Take in what class a drawing is of, or that nobody knows any more."""
        self._taught = None if name is None else (source, name)
        if self._probe is not None and self._probe.stages is not None:
            self._on_ink_changed()

    def set_judged(self, judged: bool) -> None:
        """Show what a discriminator believes; the classes too where it tells several apart."""
        self._judged = judged
        names = () if self._dataset is None else self._dataset.class_names
        several = len(names) > 2
        if judged and several:
            self.teach_row.set_classes(names[:-1])
        self.belief.setVisible(judged)
        self.prediction.replaced = judged and not several
        self.prediction.setVisible(not self.prediction.replaced)

    def set_probe(self, probe: Probe | None) -> None:
        """Show an example of the data set on the canvas; ``None`` and drawings change nothing."""
        if probe is None or probe.stages is not None or self._dataset is None:
            return
        self.canvas.set_example(Example(probe, self._ink_of(probe.inputs)))
        self._show_sheet()

    def show_picture(self, probe: Probe) -> None:
        """Lay a picture that was read on the canvas, with its stages, and ask about it."""
        assert probe.stages is not None
        drawn = probe.stages.drawn
        side = max(drawn.shape)
        down, across = ((side - length) // 2 for length in drawn.shape)
        square = np.zeros((side, side), np.float32)
        square[down : down + drawn.shape[0], across : across + drawn.shape[1]] = drawn
        self.canvas.set_example(Example(probe, square))
        self._on_ink_changed()

    @property
    def drawing(self) -> Ink:
        """The strokes on the canvas."""
        return self.canvas.ink()

    def draw(self, ink: Ink) -> None:
        """Put a drawing on the canvas, and ask about it as if the user had drawn it."""
        self.canvas.set_ink(ink)
        self._on_ink_changed()

    def set_prediction(
        self,
        shares: ArrayLike | None,
        outputs: ArrayLike | None = None,
        in_time: Floats | None = None,
    ) -> None:
        """Show the answer, the one at the step pointed at where ``in_time`` has one for each.

        See :meth:`PredictionPanel.set_answer`.
        """
        dataset, probe = self._dataset, self._probe
        if dataset is None:
            return
        self._answer = shares, outputs, in_time
        self._show_answer()
        unknown = probe is not None and probe.stages is not None and probe.label is None
        asks = unknown and shares is not None and can_use(dataset)
        self.prediction.set_question_shown(asks)
        if not asks:
            self.teach_row.close_row()

    def set_step(self, step: int | None) -> None:
        """Follow the step that all views point at, counted from 0; None for the end."""
        self._pointer.step = step
        self.canvas.set_step(step)
        self.pen_strip.set_step(step)
        self._show_answer()

    def _show_answer(self) -> None:
        if self._dataset is not None:
            shares, outputs, in_time = self._answer
            self.prediction.set_answer(
                self._dataset, self._probe, shares, outputs, in_time, self._pointer.step
            )

    @Slot(str)
    def _on_class_chosen(self, name: str) -> None:
        self.teach_row.close_row()
        if self._probe is not None and self._probe.stages is not None:
            self.taught.emit(self._probe.stages.source, name)

    @Slot()
    def _on_real_wanted(self) -> None:
        """Put a drawing among the real ones: as one of them, or of the class that is told."""
        if self._dataset is not None and len(self._dataset.class_names) > 2:
            self.teach_row.open()
        else:
            self._on_class_chosen(REAL)

    @Slot()
    def _on_ink_changed(self) -> None:
        self._pointer.choose(None)
        self._show_sheet()
        if self._probe is None:
            self.prediction.clear()
        self.probe_requested.emit(self._probe)

    def _show_sheet(self) -> None:
        """Let the stages and the buttons follow the canvas."""
        self._probe = probe = self.probe()
        dataset, example = self._dataset, self.canvas.sheet.example
        if probe is None or dataset is None:
            self.stages.set_stages(None, None, np.zeros((1, 1), np.float32))
            self.pen_strip.set_way(None, None, None)
            self.canvas.set_way(None)
        elif (way := dataset.pen_way(probe.inputs)) is None:
            ink = self._ink_of(probe.inputs)
            values = probe.inputs.reshape(dataset.input_shape[-2:])
            self.stages.set_stages(probe.stages, ink, values)
        else:
            values = probe.inputs.reshape(dataset.input_shape)
            self.pen_strip.set_way(probe.stages, values, way)
            if isinstance(probe.stages, PenStages):
                self.canvas.set_way(probe.stages.way, self.canvas.ink())
            else:
                self.canvas.set_way(way.fitted(SIDE, _FILLED))
        self._title.setText(self._heading if example is None else example.probe.title)
        self._undo.setEnabled(self.canvas.can_undo)
        self._redo.setEnabled(self.canvas.can_redo)
        self._clear.setEnabled(not self.canvas.sheet.is_empty)

    def _ink_of(self, inputs: np.ndarray) -> np.ndarray:
        """Return inputs as ink from 0 to 1, shape (height, width)."""
        assert self._dataset is not None
        return self._dataset.ink(inputs).astype(np.float32)

    # What it is made of.

    def _build(self) -> None:
        self._width.setRange(_THINNEST, _THICKEST)
        self._width.setValue(round(self.canvas.pen_width))
        top = beside((self._title, 1), self._width_label, self._width, spacing=6)
        group = QButtonGroup(self)
        for button in (self._pen, self._eraser):
            button.setCheckable(True)
            group.addButton(button)
        self._pen.setChecked(True)
        for button in (self._undo, self._redo):
            button.setFixedWidth(_ARROW_WIDTH)
        tools = (self._pen, self._eraser, self._undo, self._redo, self._clear)
        self.prediction.add_question(self.teach_row.link, self.teach_row)
        self._column = stacked(
            top,
            (self.canvas, 1),
            beside(*tools, None, spacing=_TOOL_GAP),
            self.stages,
            self.pen_strip,
            self.prediction,
            self.belief,
            on=self,
            margins=(_MARGIN, 10, _MARGIN, 12),
        )
        self._column.addStretch(0)

    def _button(self, name: str, picture: str, text: str, tip: str) -> QToolButton:
        button = IconButton(picture, name, text, tip, px=15)
        button.setText(text)
        button.setFixedHeight(28)
        return button

    def _fit_top_and_tools(self, width: int) -> None:
        """Leave words out where they do not fit; every control has its picture and tooltip."""
        style = Qt.ToolButtonStyle
        for button in (self._pen, self._eraser):
            button.setToolButtonStyle(style.ToolButtonTextBesideIcon)
        whole = sum(button.sizeHint().width() for button in (self._pen, self._eraser, self._clear))
        narrow = whole + 2 * _ARROW_WIDTH + 4 * _TOOL_GAP > width
        if narrow:
            for button in (self._pen, self._eraser):
                button.setToolButtonStyle(style.ToolButtonIconOnly)
        self._width_label.setHidden(narrow)
        self._width.setFixedWidth(64 if narrow else 84)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        inside = event.size().width() - 2 * _MARGIN
        self.canvas.setMaximumHeight(max(inside, self.canvas.minimumSizeHint().height()))
        self._fit_top_and_tools(inside)
        low = event.size().height() < _LOW
        self.prediction.set_compact(low)
        self._column.setSpacing(6 if low else 9)


def drawn_word(names: Sequence[str]) -> str:
    """Return what is drawn where the classes are called so: ``"a digit"``, ``"a letter"``."""
    if names and all(map(str.isdigit, names)):
        return "a digit"
    if names and all(len(name) == 1 and name.isalpha() for name in names):
        return "a letter"
    single = sum(len(name) == 1 for name in names)
    if single:
        return "a character" if single == len(names) else "a symbol"
    return "something"
