"""The frame that every card of the layer editor has: a title, a shape, a body and a sentence."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy

from playground.gui.forms.row import sentence_label
from playground.gui.look.marking import mark, named
from playground.gui.look.spoken import Role, reads_as
from playground.gui.panels.network.card_info import shape_text
from playground.gui.widgets.elided_label import ElidedLabel
from playground.gui.widgets.layouts import beside, stacked


class CardFrame(QFrame):
    """A bordered card that can be selected and takes the keyboard's focus."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        reads_as(self, Role.Grouping)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.body = stacked(on=self, margins=(10, 7, 10, 6), spacing=4)
        self.head = beside(spacing=4)
        self.title = ElidedLabel(title, "title")
        self.shape_label = named(QLabel(), role="muted")
        self.head.addWidget(self.title, 1)
        self.head.addWidget(self.shape_label)
        self.body.addLayout(self.head)
        self._sentence: QLabel | None = None

    def set_selected(self, selected: bool) -> None:
        """Draw the border in the accent colour, or not."""
        mark(self, "selected", selected)

    def set_sentence(self, sentence: str, role: str = "error") -> None:
        """Show one sentence at the card's foot, or none."""
        if self._sentence is None:
            if not sentence:
                return
            self._sentence = sentence_label("", role)
            self.body.addWidget(self._sentence)
        self._sentence.setText(sentence)
        mark(self._sentence, "role", role)
        self._sentence.setVisible(bool(sentence))

    def show_refusal(self, sentence: str) -> None:
        """Show why a change was refused."""
        self.set_sentence(sentence)

    def forget_refusal(self) -> None:
        """Take back what a refusal said: something else was asked for."""
        self.set_sentence("")

    @property
    def sentence(self) -> str:
        """The sentence shown at the card's foot, or nothing."""
        return self._sentence.text() if self._sentence is not None else ""


class InputCard(CardFrame):
    """What comes into the network."""

    def __init__(self, title: str = "Input") -> None:
        super().__init__(title)
        named(self, "inputCard", title, topic="input")
        self.body.setSpacing(3)
        self._note = ElidedLabel("", "muted")
        self.body.addWidget(self._note)

    def set_input(self, shape: tuple[int, ...], note: str) -> None:
        """Show the shape of one example, and what its numbers are."""
        self.shape_label.setText(shape_text(shape))
        self._note.set_text(note)
        self.setAccessibleDescription(f"{shape_text(shape)}: {note}")
