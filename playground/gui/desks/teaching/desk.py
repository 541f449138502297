"""Takes what the user teaches: keeps the drawings, and lets training mix them in."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from playground.data.drawing.ink import Ink
from playground.data.own import drawings as own_drawings
from playground.data.own.drawings import NO_DRAWINGS, OwnDrawing
from playground.data.preparation import Prepared
from playground.errors import DataError
from playground.gui.desks.teaching.effect import TeachingEffect
from playground.gui.probes.canvas_panel import CanvasPanel
from playground.gui.probes.own_strip import OwnStrip
from playground.gui.session.probe import Probe
from playground.gui.session.session import Session

if TYPE_CHECKING:
    from playground.gui.desks.teaching.drawings_panel import OwnDrawingsPanel


class TeachingDesk(QObject):
    """Knows the user's drawings, and which of them the data in use can take.

    Attributes
    ----------
    effect
        How the network of this moment reads them.
    """

    def __init__(
        self, session: Session, panel: CanvasPanel, strip: OwnStrip, window: QWidget
    ) -> None:
        super().__init__(window)
        self._session = session
        self._panel, self._strip = panel, strip
        self._window = window
        self._dialog: OwnDrawingsPanel | None = None
        self._on_canvas: tuple[Ink | NDArray[np.floating], int] | None = None
        self._told_of_damage = False
        self.effect = TeachingEffect(session, self)
        self.drawings: tuple[OwnDrawing, ...] = own_drawings.kept()
        self.fitting = NO_DRAWINGS
        panel.taught.connect(self.teach)
        strip.list_requested.connect(self.show_drawings)
        strip.training_requested.connect(self.effect.train_with_mine)
        self.effect.changed.connect(self._on_effect_changed)
        session.data_changed.connect(self._on_data_changed)
        session.past.list.keep("drawings", self._present, self._put)
        session.past.went.connect(self._on_went)

    # What the user asks for.

    @Slot(object, str)
    def teach(self, source: Ink | NDArray[np.floating], label: str) -> None:
        """Keep a drawing as one of a class; the same drawing again changes its class."""
        if self._on_canvas is not None and self._on_canvas[0] is source:
            serial = self._on_canvas[1]
            if any(own.serial == serial for own in self.drawings):
                self.relabel(serial, label)
                return
        try:
            new = OwnDrawing.of(label, source)
        except DataError as error:
            self._session.refused.emit("", str(error))
            return
        self._on_canvas = (source, new.serial)
        self._change((*self.drawings, new), f"Teach a {label}")

    @Slot(int, str)
    def relabel(self, serial: int, label: str) -> None:
        """Change what a drawing was meant as."""
        changed = (
            dataclasses.replace(own, label=label) if own.serial == serial else own
            for own in self.drawings
        )
        self._change(tuple(changed), "Change a drawing's class")

    @Slot(int)
    def delete(self, serial: int) -> None:
        """Keep a drawing no longer; undo brings it back."""
        left = tuple(own for own in self.drawings if own.serial != serial)
        self._change(left, "Delete a drawing")

    @Slot(int)
    def put_on_canvas(self, serial: int) -> None:
        """Let the network read a drawing of the list."""
        own = next((own for own in self.drawings if own.serial == serial), None)
        prepared = self._session.prepared
        form = None if prepared is None else prepared.dataset.drawing
        stages = None if form is None or own is None else form.read(own.source)
        if own is None or stages is None:
            return
        self._on_canvas = (stages.source, own.serial)
        if isinstance(stages.source, Ink):
            self._panel.draw(stages.source)
        else:
            self._panel.show_picture(Probe(stages.input, "Your picture", stages=stages))
        self._panel.set_taught(stages.source, own.label)

    @Slot()
    def show_drawings(self) -> None:
        """Show the drawings in a window of their own."""
        from playground.gui.desks.teaching.drawings_panel import OwnDrawingsPanel

        if self._dialog is None:
            self._dialog = dialog = OwnDrawingsPanel(self._window)
            dialog.label_requested.connect(self.relabel)
            dialog.deletion_requested.connect(self.delete)
            dialog.look_requested.connect(self.put_on_canvas)
            dialog.training_requested.connect(self.effect.train_with_mine)
            self._tell_dialog()
            self._on_effect_changed()
        self._dialog.show()
        self._dialog.activateWindow()

    # How a change is carried out.

    def _change(self, drawings: tuple[OwnDrawing, ...], title: str) -> None:
        try:
            own_drawings.keep(drawings)
        except DataError as error:
            self._session.refused.emit("", str(error))
            return
        self._take(drawings)
        prepared = self._session.prepared
        if prepared is not None:
            self._fit(prepared)
            self._session.teach(dataclasses.replace(prepared, own=self.fitting), title)

    def _present(self) -> tuple[OwnDrawing, ...]:
        return self.drawings

    def _put(self, drawings: tuple[OwnDrawing, ...]) -> None:
        """Bring back the drawings of another time; for the undo list."""
        try:
            own_drawings.keep(drawings)
        except DataError as error:
            self._session.refused.emit("", str(error))
        self._take(drawings)

    def _take(self, drawings: tuple[OwnDrawing, ...]) -> None:
        self.drawings = drawings
        if self._on_canvas is not None:
            source, serial = self._on_canvas
            labels = {own.serial: own.label for own in drawings}
            self._panel.set_taught(source, labels.get(serial))

    @Slot()
    def _on_went(self) -> None:
        self.effect.forget()
        if self._session.prepared is not None:
            self._fit(self._session.prepared)

    def _fit(self, prepared: Prepared) -> None:
        self.fitting = own_drawings.fitting(self.drawings, prepared.dataset)
        self._strip.set_drawings(len(self.fitting.drawings))
        self._tell_dialog()
        self.effect.look_at(self.fitting)

    def _tell_dialog(self) -> None:
        prepared = self._session.prepared
        if self._dialog is not None and prepared is not None:
            self._dialog.set_drawings(self.drawings, self.fitting, prepared.dataset)

    @Slot()
    def _on_effect_changed(self) -> None:
        sentence = self.effect.sentence()
        self._strip.set_effect(sentence)
        if self._dialog is not None:
            self._dialog.set_readings(self.effect.classes, sentence)

    # What the session says.

    @Slot(object)
    def _on_data_changed(self, prepared: Prepared) -> None:
        self.effect.forget()
        self._fit(prepared)
        if not self._told_of_damage:
            self._told_of_damage = True
            try:
                own_drawings.check_readable()
            except DataError as error:
                self._session.refused.emit("", str(error))
