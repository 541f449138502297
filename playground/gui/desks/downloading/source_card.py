"""One published data set in the download window: what it is, whose, and whether it is here."""

from __future__ import annotations

from urllib.parse import urlsplit

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QLabel, QRadioButton, QWidget

from playground.data.published.downloads import size_words
from playground.data.published.sources import Source
from playground.gui.look.marking import mark, named
from playground.gui.widgets.labels import sentence
from playground.gui.widgets.layouts import beside, stacked
from playground.wording import counted


class SourceCard(QFrame):
    """Shows a source; where there are several, it can be chosen.

    Signals
    -------
    chosen(str)
        The source's name.
    """

    chosen = Signal(str)

    def __init__(self, source: Source, *, one_of_many: bool) -> None:
        super().__init__()
        named(self, f"sourceCard_{source.name}", role="card")
        self.source = source
        self.choice: QRadioButton | None = None
        title: QWidget
        if one_of_many:
            title = self.choice = named(
                QRadioButton(source.title), f"sourceChoice_{source.name}", source.title
            )
            self.choice.toggled.connect(self._on_toggled)
        else:
            title = named(QLabel(source.title), role="title")
        self.here_label = named(QLabel(), f"sourceHere_{source.name}", role="muted")
        files = counted(len(source.files), "file")
        hosts = " or ".join(urlsplit(mirror).hostname or mirror for mirror in source.mirrors)
        stacked(
            beside(title, None, self.here_label),
            sentence(
                role="advice",
                text=f"{size_words(source.size)} in {files} · Licence: {source.licence}",
            ),
            sentence(role="muted", text=source.citation),
            sentence(role="muted", text=f"From {hosts}"),
            on=self,
            margins=(12, 9, 12, 10),
            spacing=4,
        )

    def show_here(self, here: bool) -> None:
        """Say whether the files are on this computer."""
        self.here_label.setText("✓ On this computer" if here else "Not downloaded yet")

    def choose(self) -> None:
        """Become the chosen one."""
        if self.choice is not None:
            self.choice.setChecked(True)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose it by a click anywhere."""
        if event.button() is Qt.MouseButton.LeftButton and self.isEnabled():
            self.choose()
        super().mousePressEvent(event)

    @Slot(bool)
    def _on_toggled(self, chosen: bool) -> None:
        mark(self, "selected", chosen)
        if chosen:
            self.chosen.emit(self.source.name)
