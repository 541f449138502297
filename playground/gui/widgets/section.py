"""One part of the lens: its name and controls above, a picture, and a sentence below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from playground.gui.look.marking import named
from playground.gui.widgets.elided_label import ElidedLabel
from playground.gui.widgets.labels import sentence
from playground.gui.widgets.layouts import beside, stacked

_CONTROLS_PX = 28


class LensSection(QWidget):
    """Holds what a part of the lens has in common; the body is added by each part."""

    def __init__(self, name: str, title: str) -> None:
        super().__init__()
        named(self, name, title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.heading = named(QLabel(title), role="title")
        self.heading.setMinimumHeight(_CONTROLS_PX)
        self.caption = ElidedLabel("", "muted")
        self.sentence = sentence(f"{name}Sentence", "muted")
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.sentence.setMinimumHeight(2 * self.sentence.fontMetrics().lineSpacing())
        self.controls = beside(self.heading, None, spacing=6)
        self.column = stacked(self.controls, self.caption, on=self, margins=0, spacing=3)

    def set_caption(self, text: str) -> None:
        """Say what the picture shows."""
        self.caption.set_text(text)
