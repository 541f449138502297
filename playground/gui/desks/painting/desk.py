"""Where painted points become the data: kept, learned from while they are painted, and undone."""

from __future__ import annotations

import dataclasses
from itertools import count
from pathlib import Path
from weakref import WeakValueDictionary

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QInputDialog, QWidget

from playground.atomic_write import write_atomically
from playground.data import catalogue
from playground.data.dataset import Dataset
from playground.data.judged import unjudged
from playground.data.own import sets as own_sets
from playground.data.own.painted import PaintedPoints, csv_text
from playground.data.preparation import Prepared
from playground.errors import PlaygroundError
from playground.gui.desks.offer import Offer
from playground.gui.desks.painting.plane_sheet import PlaneSheet
from playground.gui.look.marking import named
from playground.gui.probes.paint_hand import PaintStroke
from playground.gui.probes.paint_tools import Tool
from playground.gui.probes.plane_probe import TOO_FEW, PlaneProbe
from playground.gui.session.messages import Pause
from playground.gui.session.run_state import RunState
from playground.gui.session.session import Session
from playground.gui.session.stillness import Stillness
from playground.gui.session.undo_list import STROKE
from playground.gui.widgets.message_bar import MessageBar
from playground.gui.widgets.timers import later
from playground.training.edits.painted_task import on_painted
from playground.training.experiment import Experiment
from playground.wording import grouped

WHILE_PAINTING_MS = 300
"""How often training takes in what a stroke that goes on has painted."""

AT_REST_MS, SAVE_WITHIN_MS = 1_000, 1_000
"""How often the data take in what such a stroke has painted where nothing learns from it, and how
much later it is on the disk at the latest: after both together."""

_strokes = count(1)


class PaintingDesk(QObject):
    """Carries out what is painted on a plane, and the menu's commands about it.

    Attributes
    ----------
    sheet
        What lies on the plane now.

    Signals
    -------
    bare_shown(PaintedPoints, Dataset or None, str)
        An empty plane is to be shown, the set it began as, and the title of the data in use
        where these are others.
    bare_ended()
        The data in use are to be shown again.
    data_sets_changed()
        A painted set has come or gone.
    sheet_changed()
        What lies on the plane, and so what can be done with it.
    """

    bare_shown = Signal(object, object, str)
    bare_ended = Signal()
    data_sets_changed = Signal()
    sheet_changed = Signal()

    def __init__(
        self,
        session: Session,
        plane: PlaneProbe,
        still: Stillness,
        messages: MessageBar,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._plane = plane
        self._still = still
        self._messages = messages
        self._window = window
        self.sheet = PlaneSheet(None)
        self._before: PlaneSheet | None = None
        self._stroke = ""
        self._origins: dict[str, str] = {}
        self._made: set[str] = set()
        self._unsaved: dict[str, Dataset] = {}
        self._shown: WeakValueDictionary[str, PlaneSheet] = WeakValueDictionary()
        self._adopting = False
        self._soon = later(self, WHILE_PAINTING_MS, self._on_soon)
        self._save = later(self, SAVE_WITHIN_MS, self.flush)
        hand, tools = plane.hand, plane.tools
        hand.stroke_begun.connect(self._on_stroke_begun)
        hand.painted.connect(self._on_painted)
        hand.stroke_ended.connect(self._on_stroke_ended)
        hand.refused.connect(messages.show_error)
        tools.start_empty_requested.connect(self.start_empty)
        tools.copy_requested.connect(self.ask_copy)
        session.data_changed.connect(self._on_data_changed)
        session.past.list.keep("sheet", self._lying, self._put)
        session.past.went.connect(self._on_went)

    # What the user asks for.

    @Slot()
    def start_empty(self) -> None:
        """Begin a new set without points; the present one stays as it is."""
        if not self.sheet.bare:
            name, title = self._new("own-painted", "Painted points")
            sheet = PlaneSheet(PaintedPoints.empty(), name, title)
            self._push("Start with an empty plane", sheet)
        self._plane.tools.choose(Tool.BRUSH)
        self._plane.plot.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def ask_copy(self) -> None:
        """Ask what a copy of the present set should be called."""
        like = self.sheet.like
        title = self.sheet.title or (like.title if like is not None else "Points")
        dialog = named(QInputDialog(self._window), "copySetDialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Copy this set")
        dialog.setLabelText("What should the copy be called?")
        dialog.setTextValue(f"{title}, {'copy' if self.sheet.name else 'painted'}")
        dialog.textValueSelected.connect(self.copy)
        dialog.open()

    @Slot(str)
    def copy(self, title: str) -> None:
        """Keep the present points under another title, and go on in the copy."""
        title = " ".join(title.split())[:60] or "Painted points"
        if self.sheet.points is None or self.sheet.bare:
            return
        self._push(f"Copy as {title}", self._copied(title))
        self._plane.tools.choose(Tool.BRUSH)

    @Slot()
    def export(self) -> None:
        """Ask for a file, and write the plane's points into it as CSV."""
        prepared = self._session.prepared
        if prepared is None or not prepared.dataset.kind.on_plane or self.sheet.bare:
            return
        dataset = prepared.dataset
        proposed = f"{dataset.name.removeprefix(own_sets.PREFIX)}.csv"
        path, _ = QFileDialog.getSaveFileName(
            self._window, "Export the points", proposed, "Tables (*.csv)"
        )
        if not path:
            return
        target = Path(path) if Path(path).suffix else Path(path).with_suffix(".csv")
        try:
            write_atomically(target, csv_text(dataset).encode())
        except PlaygroundError as error:
            self._messages.show_error(str(error))
        else:
            self._messages.show_notice(f"Saved {grouped(len(dataset))} points to {target.name}.")

    # Strokes.

    @Slot()
    def _on_stroke_begun(self) -> None:
        self._before = self.sheet
        self._stroke = f"{STROKE}{next(_strokes)}"
        if not self.sheet.name:
            like = self.sheet.like
            self.sheet = self._copied(f"{like.title if like else 'Points'}, painted")

    @Slot(object)
    def _on_painted(self, points: PaintedPoints) -> None:
        self.sheet = dataclasses.replace(self.sheet, points=points)
        if not self._soon.isActive():
            learning = self._session.state is RunState.RUNNING
            self._soon.start(WHILE_PAINTING_MS if learning else AT_REST_MS)

    @Slot()
    def _on_soon(self) -> None:
        """Take in what a stroke has painted so far, if the task is the same."""
        points, prepared = self.sheet.points, self._session.prepared
        if not self._plane.hand.busy or points is None or prepared is None:
            return
        if not self._plane.enough(points):
            return
        if points.classes == len(unjudged(prepared.dataset).class_names):
            self._push("Paint", self.sheet, self._stroke)

    @Slot(object)
    def _on_stroke_ended(self, stroke: PaintStroke | None) -> None:
        self._soon.stop()
        before, self._before = self._before, None
        if before is None:
            return
        if stroke is not None:
            sheet = dataclasses.replace(self.sheet, points=stroke.after)
            self.sheet = before
            self._push(stroke.title, sheet, self._stroke)
            return
        self.sheet = before
        if self._session.past.list.current.merges == self._stroke:
            self._session.past.undo()

    def _push(self, title: str, sheet: PlaneSheet, merges: str = "") -> None:
        """Put a sheet on the plane, and learn from it if there is something to learn."""
        session, before, said = self._session, self.sheet, ""
        running = session.running
        self._adopting = True
        try:
            self.sheet = sheet
            if sheet.points is None or sheet.bare:
                session.enter(title)
            else:
                dataset = self._show(sheet)
                changed, said = on_painted(session.experiment, dataset)
                self._learn(title, changed, merges)
        except PlaygroundError as error:
            session.refused.emit("", str(error))
            self.sheet = before
            if sheet.name != session.experiment.data.name:
                self._drop(sheet.name)
        finally:
            self._adopting = False
        self._lay_out()
        if running and sheet.points is not None and not self._plane.enough(sheet.points):
            session.send(Pause())
        if said:
            session.notice.emit(said)

    def _learn(self, title: str, experiment: Experiment, merges: str) -> None:
        """Go over to edited points, with the same weights where they began as those in use."""
        session = self._session
        there, here = experiment.data.name, session.experiment.data.name
        if there == here or there in (self._origins.get(here), *self._copies_of(here)):
            self._still.hold()
            session.refresh_data(title, experiment, merges)
        else:
            session.carry_out(title, experiment)

    # How undo goes back and forth.

    def _lying(self) -> PlaneSheet:
        return self.sheet

    def _put(self, sheet: PlaneSheet) -> None:
        """Take a sheet out of the past; the data that come with it are on their way."""
        self.sheet, self._adopting = sheet, True
        if sheet.points is not None and sheet.name and not sheet.bare:
            self._show(sheet)

    @Slot()
    def _on_went(self) -> None:
        """Let every painted set be as it was then, forget later ones, and show the sheet."""
        self._adopting = False
        past = self._session.past.list
        sheets = [entry.parts.get("sheet", self.sheet) for entry in past.entries[: past.row + 1]]
        there = {sheet.name: sheet for sheet in sheets if sheet.name and not sheet.bare}
        for sheet in there.values():
            if sheet is not self._shown.get(sheet.name):
                self._show(sheet)
        for name in self._made - {*there, self._session.experiment.data.name}:
            if name in catalogue.DATASETS:
                self._drop(name)
        self._lay_out()

    def _lay_out(self) -> None:
        """Let the plane show an empty sheet, which no data set is, or the data in use."""
        sheet, prepared = self.sheet, self._session.prepared
        if sheet.points is not None and sheet.bare:
            other = prepared is not None and prepared.dataset.name != sheet.name
            title = prepared.dataset.title if prepared is not None and other else ""
            self.bare_shown.emit(sheet.points, sheet.like, title)
        else:
            self.bare_ended.emit()
        self.sheet_changed.emit()

    def _copied(self, title: str) -> PlaneSheet:
        """Return the present points as a set of the user's own, not kept yet."""
        name, title = self._new("", title)
        prepared = self._session.prepared
        if prepared is not None:
            self._origins[name] = prepared.dataset.name
        return dataclasses.replace(self.sheet, name=name, title=title)

    def _new(self, stem: str, title: str) -> tuple[str, str]:
        """Return a name and a title that no data set has."""
        stem = stem or own_sets.new_name(title)
        name, numbered, number = stem, title, 2
        while name in catalogue.DATASETS or name in own_sets.names():
            name, numbered = f"{stem}-{number}", f"{title} {number}"
            number += 1
        self._made.add(name)
        return name, numbered

    def _copies_of(self, name: str) -> tuple[str, ...]:
        return tuple(copy for copy, origin in self._origins.items() if origin == name)

    def _show(self, sheet: PlaneSheet) -> Dataset:
        """Let a set be chosen and loaded as it is now, and keep it when there is time."""
        dataset = sheet.to_dataset()
        self._shown[sheet.name] = sheet
        known = dataset.name in catalogue.DATASETS
        catalogue.edit(dataset)
        self._unsaved[dataset.name] = dataset
        if not self._save.isActive():
            self._save.start()
        if not known:
            self.data_sets_changed.emit()
        return dataset

    def _drop(self, name: str) -> None:
        """Forget a set whose making was undone."""
        self._unsaved.pop(name, None)
        self._shown.pop(name, None)
        catalogue.forget(name)
        self.data_sets_changed.emit()

    @Slot()
    def flush(self) -> None:
        """Keep on the disk what has changed."""
        self._save.stop()
        unsaved, self._unsaved = self._unsaved, {}
        for name, dataset in unsaved.items():
            try:
                if name in catalogue.DATASETS:
                    catalogue.keep(dataset)
            except PlaygroundError as error:
                self._unsaved[name] = dataset
                self._messages.show_error(str(error))

    # What the session says.

    @Slot(object)
    def _on_data_changed(self, prepared: Prepared) -> None:
        if self._adopting:
            return
        self.flush()
        self.sheet = PlaneSheet.of(prepared.dataset)
        self.sheet_changed.emit()

    @Slot(str)
    def leave_bare_for(self, name: str) -> None:
        """Leave an empty plane where the data in use are asked for again."""
        if name == self._session.experiment.data.name:
            self.leave_bare()

    @Slot()
    def leave_bare(self) -> None:
        """Leave an empty plane where something else was opened on the data in use."""
        prepared = self._session.prepared
        if self.sheet.bare and prepared is not None:
            self.sheet = PlaneSheet.of(prepared.dataset)
            self.bare_ended.emit()
            self.sheet_changed.emit()

    # What can be done now.

    def offer_training(self) -> Offer:
        """Say whether there is something to learn from."""
        points = self.sheet.points
        return Offer(TOO_FEW if points is not None and not self._plane.enough(points) else None)

    def offer_export(self) -> Offer:
        """Say whether there are points to export."""
        prepared = self._session.prepared
        plane = prepared is not None and prepared.dataset.kind.on_plane
        found = plane and not self.sheet.bare
        return Offer(None if found else "There are no points on a plane to export.")
