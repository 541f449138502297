"""A line of text that gives way to its neighbours: it ends in "…", and its tool tip is whole."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QHelpEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from playground.gui.look.marking import named, show_whole

_NARROWEST_PX = 24


class ElidedLabel(QLabel):
    """A label in a role of the style sheet, whose text is cut where there is no room for it."""

    def __init__(self, text: str, role: str) -> None:
        super().__init__(text)
        self._whole = self._shorter = text
        named(self, role=role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(18)

    def set_text(self, text: str, shorter: str = "") -> None:
        """Show another text, or in its place a shorter one where there is no room for it."""
        self._whole, self._shorter = text, shorter or text
        self.setAccessibleName(text)
        self._elide()

    def whole_text(self) -> str:
        """Return the text without any cut."""
        return self._whole

    def minimumSizeHint(self) -> QSize:
        return QSize(_NARROWEST_PX, super().minimumSizeHint().height())

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and self.text() != self._whole:
            show_whole(self, event, self._whole)
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_whole"):
            self._elide()

    def _elide(self) -> None:
        metrics, room = self.fontMetrics(), self.contentsRect().width()
        fits = metrics.horizontalAdvance(self._whole) <= room
        text = self._whole if fits else self._shorter
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        if text != self.text():
            self.setText(text)
