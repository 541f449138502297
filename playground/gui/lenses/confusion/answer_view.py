"""Examples with their answers, as pictures where they can be painted and else as a table."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from playground.analysis.answers.mistakes import Places
from playground.analysis.answers.part_answers import PartAnswers
from playground.data.dataset import Dataset
from playground.gui.lenses.confusion.answer_table import AnswerTable
from playground.gui.lenses.confusion.wording import answer_sentence, read_as, sure
from playground.gui.look.marking import named
from playground.gui.widgets.example_list import ExampleList
from playground.gui.widgets.example_picture import label_of
from playground.gui.widgets.layouts import paged
from playground.wording import fixed, nth


class AnswerView(QWidget):
    """``example_requested`` carries the row of the data set of a picked example.

    Where each step is answered, ``step_requested`` then carries the step, counted from 0.
    """

    example_requested = Signal(int)
    step_requested = Signal(int)

    def __init__(self, picture_px: int) -> None:
        super().__init__()
        self.wall = ExampleList(
            "answerWall",
            "Examples with true and predicted class",
            "wall",
            (picture_px, picture_px),
            lines=2,
            widest=132,
        )
        self.wall.setMinimumSize(self.wall.extent(1, 1))
        self.table = AnswerTable()
        self._dataset: Dataset | None = None
        self._steps: Places | None = None
        self._shown: ExampleList | AnswerTable = self.wall
        self._empty = named(_Sentence(), "noAnswersLabel", role="muted")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._pages = paged(self._empty, self.wall, self.table, on=self)
        self.wall.example_requested.connect(self._on_picture_picked)
        self.table.example_requested.connect(self.example_requested)

    @property
    def tabled(self) -> bool:
        """Whether examples stand in a table."""
        return self._shown is self.table

    @property
    def sentence(self) -> str:
        """What is said in place of examples, empty where there are some."""
        return self._empty.text() if self._pages.currentWidget() is self._empty else ""

    def set_dataset(self, dataset: Dataset) -> None:
        """Prepare for another data set."""
        self._dataset = dataset
        if dataset.kind.pictures or (dataset.steps and dataset.task.classifies):
            self._shown = self.wall
            self.wall.set_selected(None)
            self.scroll_to_top()
        else:
            self._shown = self.table
            self.table.set_dataset(dataset)

    def show_places(self, answers: PartAnswers | None, places: Places, sentence: str) -> None:
        """Show these places of the answers, or a sentence where there are none."""
        if self.tabled:
            self.table.show_places(answers, places)
        elif answers is not None and self._dataset is not None:
            self._show_pictures(answers, places, self._dataset)
        self._empty.setText(sentence)
        self._pages.setCurrentWidget(self._shown if len(places) else self._empty)

    def set_selected(self, index: int | None) -> None:
        """Frame an example, a row of the data set, or none."""
        self._shown.set_selected(index)

    def scroll_to_top(self) -> None:
        """Show the first examples."""
        self._shown.scrollToTop()

    def _show_pictures(self, answers: PartAnswers, places: Places, dataset: Dataset) -> None:
        if answers.back is not None:
            self._show_pairs(answers, places, dataset, answers.back)
            return
        names, verb = dataset.class_names, dataset.task.verb

        def tip(rank: int) -> str:
            said = answer_sentence(answers, int(places[rank]), names, verb)
            return f"{said} Click to show it in every view."

        def caption(rank: int) -> str:
            place = int(places[rank])
            step = "" if answers.steps is None else f"step {nth(int(answers.steps[place]))} · "
            return f"{read_as(answers, place, names)}\n{step}{sure(answers, place)}"

        self._steps = None if answers.steps is None else answers.steps[places]
        longest = " → ".join(sorted(names, key=len)[-2:])
        indices = answers.indices[places]
        self.wall.show_examples(dataset, indices, tip=tip, caption=caption, longest=longest)

    def _show_pairs(
        self, answers: PartAnswers, places: Places, dataset: Dataset, back: NDArray[np.floating]
    ) -> None:
        """Show each example with what comes back of it on its right."""
        indices = answers.indices[places]

        def error(rank: int) -> str:
            return fixed(float(answers.predicted[places[rank]]), 4)

        def tip(rank: int) -> str:
            told = f"Example {nth(int(indices[rank]))}, {label_of(dataset, int(indices[rank]))}"
            return f"{told}: squared error {error(rank)}. Click to show it in every view."

        def caption(rank: int) -> str:
            return f"{label_of(dataset, int(indices[rank]))}\nsquared error {error(rank)}"

        self._steps = None
        self.wall.show_examples(
            *(dataset, indices),
            tip=tip,
            caption=caption,
            longest="squared error 0.0000",
            back=lambda rank: back[places[rank]],
        )

    @Slot(int)
    def _on_picture_picked(self, index: int) -> None:
        self.example_requested.emit(index)
        if self._steps is not None:
            self.step_requested.emit(int(self._steps[self.wall.currentIndex().row()]))


class _Sentence(QLabel):
    """A label that wraps its words and yet leaves the layout's heights alone."""

    def hasHeightForWidth(self) -> bool:
        return False
