"""The training form's line for augmentation: a summary that opens strengths and a preview."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from playground import fields
from playground.fields import Declared
from playground.gui.forms.form import Form
from playground.gui.forms.row import FormRow
from playground.gui.look.marking import named, tool_tip
from playground.gui.widgets.buttons import push_button
from playground.gui.widgets.combo_box import ComboBox
from playground.gui.widgets.example_list import ExampleList
from playground.gui.widgets.ink_image import ink_image
from playground.gui.widgets.layouts import stacked

_NAMED = 2  # kinds of change at most that are named in the box


class AugmentationRow(QWidget):
    """Says in a box what is changed at random; opens the strengths and examples of them.

    Signals
    -------
    change_requested(str, object)
        A strength's path from the experiment's root, and its new value.
    preview_requested()
        Examples with the strengths in force are wanted.
    """

    change_requested = Signal(str, object)
    preview_requested = Signal()

    def __init__(self, settings: Any, declared: Declared, path: str) -> None:
        super().__init__()
        self._settings = settings
        self._declared = declared
        self._path = path
        self._section = QWidget()
        self._section.hide()
        self._form: Form | None = None
        self._preview = ExampleList(
            "augmentationPreview",
            "A training picture, changed at random",
            "whole",
            (58, 58),
            lines=0,
        )
        self.box = named(_SummaryBox(), "augmentationBox", declared.label, tool_tip(declared.help))
        self.box.opened.connect(self._on_opened)
        row = FormRow(declared.label, [self.box], help=declared.help)
        stacked(row, self._section, on=self, margins=0, spacing=5)
        self._summarize()

    def set_value(self, settings: Any) -> None:
        """Show the strengths in force."""
        if settings == self._settings:
            return
        self._settings = settings
        self._summarize()
        if self._form is not None:
            self._form.set_value(settings)
        if self._section.isVisible():
            self.preview_requested.emit()

    def set_preview(self, pictures: Sequence[NDArray[np.floating]]) -> None:
        """Show examples, each (height, width) with ink from 0 to 1."""
        self._preview.show_pictures([partial(ink_image, picture) for picture in pictures])

    def show_error(self, path: str, sentence: str) -> None:
        """Show why a strength was refused."""
        form = self.open()
        if form.owns(path):
            form.show_error(path, sentence)

    def editor(self, path: str) -> QWidget:
        """Return the editor of a strength, opening the section."""
        return self.open().editor(path)

    def open(self) -> Form:
        """Show the strengths, ask for examples, and return the strengths' form."""
        if self._form is None:
            self._form = Form(self._settings, path=self._path, indent=1)
            self._fill(self._form)
        self._section.show()
        self.preview_requested.emit()
        return self._form

    def _fill(self, form: Form) -> None:
        form.change_requested.connect(self.change_requested)
        column = stacked(form, self._preview, on=self._section, margins=(0, 0, 0, 4), spacing=5)
        again = push_button(
            "augmentationPreviewButton",
            "Eight other examples",
            tool_tip("Draws another training picture eight times as an epoch would."),
            role="link",
        )
        again.clicked.connect(self.preview_requested)
        column.addWidget(again, alignment=Qt.AlignmentFlag.AlignLeft)

    def _summarize(self) -> None:
        words = [
            declared.label.lower()
            for name, declared in fields.describe(self._settings).items()
            if getattr(self._settings, name)
        ]
        few = f"{len(words)} changes" if len(words) > _NAMED else ", ".join(words)
        self.box.setItemText(0, few or "off")
        help_ = f"{self._declared.help} Now: {', '.join(words) or 'off'}."
        self.box.setToolTip(tool_tip(help_))

    @Slot()
    def _on_opened(self) -> None:
        if self._section.isVisible():
            self._section.hide()
        else:
            self.open()


class _SummaryBox(ComboBox):
    """Looks and opens like a drop-down box, but opens a section of the form."""

    opened = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.addItem("off")

    def showPopup(self) -> None:
        """Open or close the section instead of a list."""
        self.opened.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open or close the section."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit()
