"""The frame that every card of the layer editor has: a title, a shape, a body and a sentence."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from playground.gui.forms.marking import mark
from playground.gui.forms.row import sentence_label
from playground.gui.panels.card_info import shape_text


class CardFrame(QFrame):
    """A bordered card that can be selected and takes the keyboard's focus."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(10, 7, 10, 6)
        self.body.setSpacing(4)
        self.head = QHBoxLayout()
        self.head.setSpacing(4)
        self.title = TitleLabel(title)
        self.shape_label = QLabel()
        self.shape_label.setProperty("role", "muted")
        self.head.addWidget(self.title, 1)
        self.head.addWidget(self.shape_label)
        self.body.addLayout(self.head)
        self._sentence: QLabel | None = None

    def set_selected(self, selected: bool) -> None:
        """Draw the border in the accent colour, or not."""
        mark(self, "selected", selected)

    def set_sentence(self, sentence: str, role: str = "error") -> None:
        """Show one sentence at the card's foot, or none."""
        if self._sentence is not None:
            if self._sentence.text() == sentence and self._sentence.property("role") == role:
                return
            self.body.removeWidget(self._sentence)
            self._sentence.hide()
            self._sentence.deleteLater()
            self._sentence = None
        if sentence:
            self._sentence = sentence_label(sentence, role)
            self.body.addWidget(self._sentence)
            self._sentence.show()

    @property
    def sentence(self) -> str:
        """The sentence shown at the card's foot, or nothing."""
        return self._sentence.text() if self._sentence is not None else ""


class InputCard(CardFrame):
    """What comes into the network."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Input", parent)
        self.setObjectName("inputCard")
        self.setAccessibleName("Input")
        self.body.setSpacing(3)
        self._note = QLabel()
        self._note.setProperty("role", "muted")
        self._note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.body.addWidget(self._note)

    def set_input(self, shape: tuple[int, ...], note: str) -> None:
        """Show the shape of one example, and what its numbers are."""
        self.shape_label.setText(shape_text(shape))
        self._note.setText(note)
        self._note.setToolTip(note)
        self.setAccessibleDescription(f"{shape_text(shape)}: {note}")


class TitleLabel(QLabel):
    """A bold title that gives way to its neighbours and then ends in "…"."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = text
        self.setProperty("role", "title")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(18)

    def minimumSizeHint(self) -> QSize:  # noqa: D102
        return QSize(24, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102
        super().resizeEvent(event)
        self._elide()

    def changeEvent(self, event: QEvent) -> None:  # noqa: D102
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_whole"):
            self._elide()

    def _elide(self) -> None:
        text = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width())
        if text != self.text():
            self.setText(text)
