"""A part of the inspector that can be folded away under its heading."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.gui.look.marking import named
from playground.gui.look.theme import BODY_PX, sized
from playground.gui.panels.inspector.row_table import RowTable
from playground.gui.widgets.disclosure import Disclosure
from playground.gui.widgets.labels import sentence
from playground.gui.widgets.layouts import stacked


class FoldedSection(QWidget):
    """A heading that folds, a line of explanation, and what is added to :attr:`body`.

    ``unfolded`` says that it was opened, so that what it shows has to be brought up to date.
    """

    unfolded = Signal()

    def __init__(self, name: str, title: str, *, unfold: bool = True) -> None:
        super().__init__()
        self.setObjectName(name)
        self.heading = named(Disclosure(title), f"{name}Heading")
        sized(self.heading, BODY_PX - 1, bold=True)
        self.heading.setChecked(unfold)
        self._content = QWidget()
        self.body = stacked(on=self._content, margins=0, spacing=4)
        self._caption = sentence(role="muted")
        self._caption.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._caption.hide()
        self.body.addWidget(self._caption)
        stacked(self.heading, self._content, on=self, margins=0, spacing=4)
        self._content.setVisible(unfold)
        self.heading.toggled.connect(self._on_toggled)

    @property
    def is_unfolded(self) -> bool:
        """Whether the content is shown."""
        return self.heading.isChecked()

    @property
    def caption(self) -> str:
        """The line of explanation."""
        return self._caption.text()

    def set_caption(self, text: str) -> None:
        """Explain in a line what is below, or not; not for numbers that change."""
        if text != self._caption.text():
            self._caption.setText(text)
            self._caption.setVisible(bool(text))

    def set_applies(self, applies: bool) -> None:
        """Show the section, or leave it out."""
        if applies == self.isHidden():
            self.setVisible(applies)

    @Slot(bool)
    def _on_toggled(self, unfold: bool) -> None:
        self._content.setVisible(unfold)
        if unfold:
            self.unfolded.emit()


class TableSection(FoldedSection):
    """A section whose content is a list of names and numbers, ``<name>Section``."""

    def __init__(
        self,
        name: str,
        title: str,
        spoken: str,
        columns: tuple[str, ...] = ("#",),
        *,
        bars: bool = False,
        unfold: bool = True,
    ) -> None:
        super().__init__(f"{name}Section", title, unfold=unfold)
        self.table = RowTable(f"{name}Table", spoken, columns, bars=bars)
        self.body.addWidget(self.table)
