"""The straight way between two drawings' codes, in pictures, with a slider that walks it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QHideEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from playground.analysis.codes.morph import STEPS, Morph
from playground.data.dataset import Dataset
from playground.gui.look.colors import DARK
from playground.gui.look.marking import named
from playground.gui.look.spoken import Role, reads_as
from playground.gui.look.theme import SMALL_PX, colors_of, on_theme_changed, sized, ui_font
from playground.gui.widgets.buttons import push_button, show_playing
from playground.gui.widgets.example_painters import draw_inside
from playground.gui.widgets.ink_image import ink_image
from playground.gui.widgets.layouts import beside, stacked
from playground.gui.widgets.timers import every

_BETWEEN = 10
_POSITIONS = (STEPS - 1) * _BETWEEN
_FRAME_MS = 40
_HANDLE_PX = 12
_KEEP_TIP = (
    "Remember what is in the hand. Draw something else then: the way between the two is shown."
)
_HINT = "Keep a drawing, then draw another: the way between them is shown."

Floats = NDArray[np.floating[Any]]


class MorphPictures(QWidget):
    """Evenly spaced steps side by side; ``step_chosen`` carries the one that was clicked."""

    step_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        named(self, "morphPictures", "Steps of the way", "Click a step to stand there.")
        reads_as(self, Role.Graphic)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.morph: Morph | None = None
        self.step: int | None = None
        self._dataset: Dataset | None = None

    def show_morph(self, dataset: Dataset | None, morph: Morph | None) -> None:
        """Show the steps of another way, or none."""
        self._dataset, self.morph = dataset, morph
        self.update()

    def show_step(self, step: int | None) -> None:
        """Frame one of the steps, or none."""
        if step != self.step:
            self.step = step
            self.update()

    def square(self, step: int) -> QRectF:
        """Return where a step's picture is."""
        wide = self.width() / STEPS
        side = min(wide - 6, self.height() - 4)
        return QRectF((step + 0.5) * wide - side / 2, (self.height() - side) / 2, side, side)

    def sizeHint(self) -> QSize:
        return QSize(7 * 60, 54)

    def minimumSizeHint(self) -> QSize:
        return QSize(7 * 28, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        morph, dataset, colors = self.morph, self._dataset, colors_of(self)
        painter = QPainter(self)
        for step in range(STEPS):
            square = self.square(step)
            painter.fillRect(square, QColor(colors.canvas))
            if morph is not None and dataset is not None and dataset.kind.pictures:
                draw_inside(painter, square, ink_image(dataset.ink(morph.rows[step]), colors))
            if step == self.step and morph is not None:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(QPen(QColor(colors.accent), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(square.adjusted(-2, -2, 2, 2), 3, 3)
        if morph is None:
            painter.setFont(ui_font(SMALL_PX))
            painter.setPen(QColor(DARK.text))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            ground = painter.boundingRect(self.rect(), flags, _HINT).adjusted(-8, -3, 8, 3)
            painter.fillRect(ground, QColor(DARK.canvas))
            painter.drawText(self.rect(), flags, _HINT)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.width():
            at = QPointF(event.position())
            self.step_chosen.emit(min(int(at.x() / self.width() * STEPS), STEPS - 1))


class MorphStrip(QWidget):
    """Keeps drawings and walks between two.

    ``share_chosen`` carries how far on the way, 0 to 1; ``keep_asked`` and ``forget_asked`` what
    their buttons ask for.
    """

    share_chosen = Signal(float)
    keep_asked = Signal()
    forget_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.pictures = MorphPictures()
        self.slider = named(
            QSlider(Qt.Orientation.Horizontal),
            "morphSlider",
            "How far on the way",
            "Walk the straight way from one code to the other; the mark on the plane goes along.",
        )
        self.slider.setRange(0, _POSITIONS)
        self.slider.setPageStep(_BETWEEN)
        self.keep = sized(push_button("keepDrawingButton", "Keep", _KEEP_TIP), SMALL_PX)
        self.forget = sized(
            push_button("forgetDrawingsButton", "Forget", "Forget what is kept."), SMALL_PX
        )
        self.play = sized(
            push_button("playMorphButton", "Play", "Walk from one end to the other."), SMALL_PX
        )
        self._timer = every(self, _FRAME_MS, self._advance)
        buttons = stacked(self.keep, self.forget, self.play, None, margins=0, spacing=2)
        self._below = beside(self.slider)
        way = stacked((self.pictures, 1), self._below, margins=0, spacing=2)
        beside((way, 1), buttons, on=self, margins=0, spacing=8)
        self.slider.valueChanged.connect(self._on_slider)
        self.pictures.step_chosen.connect(self._on_step)
        self.keep.clicked.connect(self.keep_asked)
        self.forget.clicked.connect(self.forget_asked)
        self.play.clicked.connect(self._on_play)
        on_theme_changed(self._draw_play)
        self._draw_play()
        self.show_ends(0, way=False, in_hand=False)

    @property
    def share(self) -> float:
        """How far on the way the slider stands."""
        return self.slider.value() / _POSITIONS

    def show_ends(self, kept: int, *, way: bool, in_hand: bool) -> None:
        """Offer what can be done: with so many kept, a way between two, something in the hand."""
        self.keep.setEnabled(in_hand)
        self.forget.setEnabled(kept > 0)
        for control in (self.slider, self.play, self.pictures):
            control.setEnabled(way)
        if not way:
            self._stop()
            self.pictures.show_morph(None, None)
            self.pictures.show_step(None)
            with QSignalBlocker(self.slider):
                self.slider.setValue(0)

    def show_morph(self, dataset: Dataset, morph: Morph) -> None:
        """Show the steps of the way."""
        if self.slider.isEnabled():
            self.pictures.show_morph(dataset, morph)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # The slider's ends stand under the middles of the first and the last picture.
        side = max(round(self.pictures.width() / STEPS / 2 - _HANDLE_PX / 2), 0)
        self._below.setContentsMargins(side, 0, side, 0)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._stop()

    @Slot(int)
    def _on_slider(self, position: int) -> None:
        self.pictures.show_step(round(position / _BETWEEN))
        self.share_chosen.emit(position / _POSITIONS)

    @Slot(int)
    def _on_step(self, step: int) -> None:
        self._stop()
        if self.slider.value() == step * _BETWEEN:
            self._on_slider(self.slider.value())
        self.slider.setValue(step * _BETWEEN)

    @Slot()
    def _on_play(self) -> None:
        if self._timer.isActive():
            self._stop()
            return
        if self.slider.value() == _POSITIONS:
            self.slider.setValue(0)
        self._timer.start()
        self._draw_play()

    @Slot()
    def _advance(self) -> None:
        self.slider.setValue(self.slider.value() + 1)
        if self.slider.value() == _POSITIONS:
            self._stop()

    def _stop(self) -> None:
        self._timer.stop()
        self._draw_play()

    @Slot()
    def _draw_play(self) -> None:
        show_playing(self.play, self._timer.isActive())
