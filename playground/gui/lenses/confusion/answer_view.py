"""Examples with their answers, as pictures where the data are pictures and else as a table."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QStackedLayout, QWidget

from playground.analysis.answers.mistakes import Places
from playground.analysis.answers.part_answers import PartAnswers
from playground.data.dataset import Dataset
from playground.gui.lenses.confusion.answer_table import AnswerTable
from playground.gui.lenses.confusion.answer_wall import AnswerWall


class AnswerView(QWidget):
    """``example_requested`` carries the row of the data set of a picked example."""

    example_requested = Signal(int)

    def __init__(self, picture_px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.wall = AnswerWall(picture_px)
        self.table = AnswerTable()
        self._shown: AnswerWall | AnswerTable = self.wall
        self._empty = _Sentence()
        self._empty.setObjectName("noAnswersLabel")
        self._empty.setProperty("role", "muted")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._pages = QStackedLayout(self)
        for page in (self._empty, self.wall, self.table):
            self._pages.addWidget(page)
        self.wall.example_requested.connect(self.example_requested)
        self.table.example_requested.connect(self.example_requested)

    @property
    def sentence(self) -> str:
        """What is said in place of examples, empty where there are some."""
        return self._empty.text() if self._pages.currentWidget() is self._empty else ""

    def set_dataset(self, dataset: Dataset) -> None:
        """Prepare for another data set."""
        self._shown = self.wall if dataset.kind.pictures else self.table
        self._shown.set_dataset(dataset)

    def show_places(self, answers: PartAnswers | None, places: Places, sentence: str) -> None:
        """Show these places of the answers, or a sentence where there are none."""
        self._shown.show_places(answers, places)
        self._empty.setText(sentence)
        self._pages.setCurrentWidget(self._shown if len(places) else self._empty)

    def set_selected(self, index: int | None) -> None:
        """Frame an example, a row of the data set, or none."""
        self._shown.set_selected(index)


class _Sentence(QLabel):
    """A label that wraps its words and yet leaves the layout's heights alone."""

    def hasHeightForWidth(self) -> bool:
        return False
