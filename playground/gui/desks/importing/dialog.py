"""The window of an import: what was found, what will become of it, and the way to take it."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QLabel,
    QLineEdit,
    QProgressBar,
    QStackedWidget,
    QWidget,
)

from playground import fields
from playground.data.catalogue import titles
from playground.data.dataset import Dataset
from playground.errors import FieldError, PlaygroundError
from playground.gui.desks.importing.example_table import ExampleTable
from playground.gui.desks.importing.look import Look, look_again, take
from playground.gui.forms.form import Form
from playground.gui.look.marking import named
from playground.gui.session.errand import Errands
from playground.gui.widgets.buttons import push_button
from playground.gui.widgets.example_list import ExampleList
from playground.gui.widgets.ink_image import ink_image
from playground.gui.widgets.labels import sentence
from playground.gui.widgets.layouts import beside, scrolling, stacked
from playground.gui.widgets.share_bars import ShareBars
from playground.wording import grouped

_LONGEST_TITLE = 60
_SIDE_PX = 290
_ROW_PX = 18
_PICTURES_PX = 246
_PROGRESS_STEPS = 1000
_LOW, _HIGH = QSize(900, 540), QSize(900, 664)
_SHORT_FORM = 4
"""Options that stand above the classes' counts in the lower window."""


class ImportDialog(QDialog):
    """Shows a file as a data set to be; nothing is kept until it is confirmed.

    Signals
    -------
    imported(object)
        The data set, which is kept among the user's own by then.
    """

    imported = Signal(object)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("importDialog")
        self.setWindowTitle("Import data")
        self._look = look
        self._wanted: Any = look.found.options
        self._problem = ""
        self._reading = False
        self._errands = Errands(self)
        self._errands.done.connect(self._on_done)
        self._errands.failed.connect(self._on_failed)
        self._errands.progressed.connect(self._on_progressed)
        self._build()
        self._title.setText(_free_title(look.found.title[:_LONGEST_TITLE]))
        self._show()
        self.resize(_LOW if len(fields.describe(self._wanted)) <= _SHORT_FORM else _HIGH)
        self._import.setFocus()

    # What the user does.

    @Slot(str, object)
    def _on_change_requested(self, path: str, value: Any) -> None:
        try:
            self._wanted = fields.replace_at(self._wanted, path, value)
        except FieldError as error:
            self._refuse(error)
            return
        self._form.set_value(self._wanted)
        if not self._errands.busy:
            self._look_again()

    @Slot()
    def _on_import_clicked(self) -> None:
        if self._import.isEnabled():
            self._problem = ""
            self._reading = True
            self._errands.start(partial(take, self._look.found, self.title))
            self._bar.setValue(0)
            self._show_state()

    @Slot()
    def _on_cancel_clicked(self) -> None:
        if self._reading:
            self._reading = False
            self._errands.stop()
            self._show_state()
        else:
            self.reject()

    @property
    def title(self) -> str:
        """What the data set will be called."""
        return self._title.text().strip()

    def done(self, result: int) -> None:
        """Close, once nothing runs any more."""
        self.end()
        super().done(result)

    def end(self) -> None:
        """Stop, and wait until nothing runs any more."""
        self._reading = False
        self._errands.close()

    # What runs beside the window.

    def _look_again(self) -> None:
        self._errands.start(partial(look_again, self._look.found, self._wanted))
        self._show_state()

    @Slot(object)
    def _on_progressed(self, share: float) -> None:
        self._bar.setValue(round(share * _PROGRESS_STEPS))

    @Slot(object)
    def _on_done(self, value: Look | Dataset) -> None:
        self._reading = False
        if isinstance(value, Dataset):
            self.imported.emit(value)
            self.accept()
            return
        self._look, self._problem = value, ""
        if self._wanted != value.found.options and type(self._wanted) is type(value.found.options):
            self._look_again()
            return
        self._wanted = value.found.options
        self._show()

    @Slot(object)
    def _on_failed(self, error: PlaygroundError) -> None:
        self._reading = False
        self._wanted = self._look.found.options
        if isinstance(error, FieldError):
            self._refuse(error)
        else:
            self._problem = str(error)
        self._show_state()

    # What is shown.

    def _refuse(self, error: FieldError) -> None:
        if self._form.owns(error.path):
            self._form.set_value(self._wanted)
            self._form.show_error(error.path, str(error))
        else:
            self._problem = str(error)
            self._show_state()

    def _show(self) -> None:
        found, preview = self._look.found, self._look.preview
        self._found.setText(" ".join(found.sentences))
        highest = _PICTURES_PX
        if preview.pictures:
            pictures = [partial(ink_image, picture) for picture in preview.pictures]
            self._pictures.show_pictures(pictures, preview.labels)
            self._examples.setCurrentWidget(self._pictures)
        elif preview.columns:
            self._table.set_preview(preview)
            self._examples.setCurrentWidget(self._table)
            highest = self._table.best_height()
        else:
            self._pictures.show_pictures(())
            self._examples.setCurrentWidget(self._pictures)
        self._examples.setMaximumHeight(highest)
        self._notes.setText("\n".join(preview.notes))
        self._notes.setVisible(bool(preview.notes))
        self._notes_heading.setVisible(bool(preview.notes))
        classes, counts = len(preview.counts), preview.counts.values()
        most = max(counts, default=0) or 1
        shares = [count / most for count in counts]
        self._counts.set_bars(
            list(preview.counts), shares, [f"{grouped(count)}" for count in counts]
        )
        self._counts_heading.setText(f"{grouped(classes)} classes {preview.counted}".strip())
        self._counts_heading.setVisible(bool(classes))
        self._counts_area.setVisible(bool(classes))
        self._form.set_value(found.options)
        self._show_state()

    @Slot()
    def _show_state(self) -> None:
        """Say what is wrong, if anything is, and let the buttons follow."""
        problem = self._problem or next(iter(self._look.preview.problems), "")
        if not problem and not self.title:
            problem = "Give the data set a title."
        self._problem_text.setText(problem)
        self._problem_frame.setVisible(bool(problem))
        self._bar.setVisible(self._reading)
        self._working.setText("Looking…" if self._errands.busy and not self._reading else "")
        blocked = bool(self._look.preview.problems) or not self.title or self._errands.busy
        self._import.setEnabled(not blocked)
        self._cancel.setText("Stop" if self._reading else "Cancel")
        for part in (self._title, self._options):
            part.setEnabled(not self._reading)

    # What it is made of.

    def _build(self) -> None:
        self._title = named(QLineEdit(), "importTitle", "Title")
        self._title.setMaxLength(_LONGEST_TITLE)
        self._title.textChanged.connect(self._show_state)
        title_label = named(QLabel("&Title"), role="label")
        title_label.setBuddy(self._title)
        top = beside(title_label, (self._title, 1), spacing=10)
        self._found = sentence("importFound")

        self._pictures = ExampleList("importPictures", "Examples", "whole", (40, 100))
        self._table = ExampleTable()
        self._examples = named(QStackedWidget(), "importPreview")
        self._examples.addWidget(self._pictures)
        self._examples.addWidget(self._table)
        self._notes_heading = _heading("What will be done")
        self._notes = sentence("importNotes", "advice")
        left = stacked(
            _heading("Examples"),
            (self._examples, 10),
            4,
            self._notes_heading,
            self._notes,
            None,
            spacing=6,
        )

        self._options = QWidget()
        self._form = named(Form(behind=self._title), "importOptions")
        self._form.change_requested.connect(self._on_change_requested)
        self._counts_heading = _heading("")
        self._counts = named(ShareBars(_ROW_PX), "importCounts", "Examples of each class")
        self._counts_area = QWidget()
        stacked(self._counts, on=self._counts_area, margins=0)
        stacked(
            self._form,
            6,
            self._counts_heading,
            self._counts_area,
            None,
            on=self._options,
            margins=(0, 0, 10, 0),
            spacing=8,
        )
        scroll = named(scrolling(self._options), "importScroll")
        scroll.setFixedWidth(_SIDE_PX)
        right = stacked(_heading("How to read it"), (scroll, 1), spacing=6)
        body = beside((left, 1), right, spacing=18)

        self._problem_frame = named(QFrame(), role="notice")
        self._problem_text = sentence("importProblem")
        beside(self._problem_text, on=self._problem_frame, margins=(12, 8, 12, 8))

        self._bar = named(QProgressBar(), "importProgress", "Import progress")
        self._bar.setRange(0, _PROGRESS_STEPS)
        self._bar.setTextVisible(False)
        self._working = named(QLabel(), role="muted")
        self._cancel = push_button("importCancelButton", "Cancel")
        self._cancel.clicked.connect(self._on_cancel_clicked)
        tip = "Keep it on this computer, and learn from it."
        self._import = push_button("importButton", "&Import", tip, "primary")
        self._import.setDefault(True)
        self._import.clicked.connect(self._on_import_clicked)
        stacked(
            top,
            self._found,
            (body, 1),
            self._problem_frame,
            beside((self._bar, 10), self._working, None, self._cancel, self._import, spacing=10),
            on=self,
            margins=(18, 16, 18, 16),
            spacing=12,
        )
        self.setMinimumSize(640, 440)


def _heading(text: str) -> QLabel:
    return named(QLabel(text), role="heading")


def _free_title(title: str) -> str:
    """Return a title that no data set has: the same, or with a number behind it."""
    taken = {known.casefold() for known in titles().values()}
    wanted, number = title, 2
    while wanted.casefold() in taken:
        wanted, number = f"{title} {number}", number + 1
    return wanted
