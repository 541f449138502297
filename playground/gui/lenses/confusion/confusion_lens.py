"""The lens of the confusion matrix: which classes are taken for which, and how surely."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from playground.analysis.answers.mistakes import ordered, pair
from playground.analysis.answers.part_answers import PartAnswers
from playground.data.preparation import Prepared
from playground.gui.lenses.confusion.answer_view import AnswerView
from playground.gui.lenses.confusion.calibration_plot import CalibrationPlot
from playground.gui.lenses.confusion.error_plot import ErrorPlot
from playground.gui.lenses.confusion.matrix import ConfusionMatrix, Pair
from playground.gui.lenses.confusion.part_lens import PartLens
from playground.gui.lenses.confusion.residual_figures import ResidualFigures
from playground.gui.lenses.confusion.scatter_plot import ScatterPlot
from playground.gui.lenses.confusion.scores_table import ScoresTable
from playground.gui.lenses.confusion.wording import cell_text
from playground.gui.look.marking import named, tool_tip
from playground.gui.look.meanings import RIGHT_AND_WRONG, ColorMeaning
from playground.gui.session.session import Session
from playground.gui.widgets.buttons import push_button
from playground.gui.widgets.combo_box import named_box
from playground.gui.widgets.elided_label import ElidedLabel
from playground.gui.widgets.layouts import beside, scrolling, stacked, turn
from playground.wording import counted, grouped

_PICTURE_PX = 48
_WIDE_PX = 620
_HEAD_PX = 64
_TALLEST_PX = 420
"""Of the scores, which scroll where there are very many classes."""

_HINT = "Point at a cell to read it; click it to see its examples."


class ConfusionLens(PartLens):
    """Shows a part's confusion matrix, scores and calibration; for regression, its errors."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setObjectName("confusionLens")
        self.counts_box = named_box(
            "countsBox",
            "What the cells show",
            tool_tip("How many there are, or their share of the true class in percent."),
            (("Counts", False), ("Rates in %", True)),
        )
        self.side_box = named_box(
            "sideBox",
            "Beside the matrix",
            tool_tip(
                "Precision, recall and F1 of each class, or how often the network is right at each "
                "level of confidence; a taller window shows both."
            ),
            (("Scores", False), ("Calibration", True)),
        )
        self.matrix = named(ConfusionMatrix(), topic="confusion")
        self.scores = named(ScoresTable(), topic="precision")
        self.calibration = CalibrationPlot()
        self.scatter = ScatterPlot()
        self.figures = named(ResidualFigures(), topic="r2")
        self.errors = ErrorPlot()
        self.view = AnswerView(_PICTURE_PX)
        self.reading = named(ElidedLabel(_HINT, "muted"), "cellReading")
        self.caption = named(ElidedLabel("", "heading"), "cellCaption")
        self.all_button = push_button(
            "allMistakesButton",
            "Show all mistakes",
            "List every mistake again (Escape).",
            role="link",
        )
        self._wide: bool | None = None
        self._lay_out()
        self.side_box.currentIndexChanged.connect(self._arrange)
        self.counts_box.currentIndexChanged.connect(self._on_counts_changed)
        self.matrix.pointed.connect(self._on_pointed)
        self.matrix.cell_opened.connect(self._on_cell_opened)
        self.all_button.clicked.connect(self._on_all_clicked)
        self.view.example_requested.connect(self.request_example)
        self.view.step_requested.connect(session.attention.point_at)
        self.scatter.example_requested.connect(self.request_example)

    def legend(self) -> tuple[ColorMeaning, ...]:
        return RIGHT_AND_WRONG if not self.matrix.isHidden() else ()

    @Slot()
    def _on_all_clicked(self) -> None:
        self.matrix.open_cell(None)

    def show_data(self, prepared: Prepared) -> None:
        dataset, task = prepared.dataset, prepared.dataset.task
        classes = task.classifies
        for part in (self.counts_box, self.matrix, self.reading):
            part.setVisible(classes)
        for other in (self.scatter, self.figures, self.errors):
            other.setVisible(not classes)
        self.matrix.set_names(dataset.class_names, task.verb, task.asked_word)
        self.scores.set_names(dataset.class_names, task)
        self.view.set_dataset(dataset)
        self._arrange()

    def show_answers(self, answers: PartAnswers | None) -> None:
        if answers is None:
            self.matrix.set_confusion(None)
            self.scores.set_confusion(None)
            self.calibration.set_calibration(None)
            self.scatter.set_answers(None)
            self.figures.set_residuals(None)
            self.errors.set_answers(None)
        elif answers.regression:
            self.scatter.set_answers(answers)
            self.figures.set_residuals(answers.residuals)
            self.errors.set_answers(answers)
        else:
            self.matrix.set_confusion(answers.confusion)
            self.scores.set_confusion(answers.confusion)
            word = "example" if answers.steps is None else "step"
            self.calibration.set_calibration(answers.calibration, word)
        self._show_examples()

    def show_selected(self, index: int | None) -> None:
        self.view.set_selected(index)
        self.scatter.set_selected(index)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _lay_out(self) -> None:
        boxes = beside(self.part_box, self.counts_box, self.side_box, None, spacing=6)
        self._head = beside(boxes, (self.measured, 1), spacing=8)
        self._main, self._side, self._below = QWidget(), QWidget(), QWidget()
        main = (self.matrix, 1), self.reading, (self.scatter, 1)
        side = self.scores, self.figures, (self.calibration, 1), (self.errors, 1)
        stacked(*main, on=self._main, margins=0, spacing=6).addStretch(0)
        stacked(*side, on=self._side, margins=0, spacing=6).addStretch(0)
        line = beside((self.caption, 1), self.all_button)
        stacked(line, (self.view, 1), on=self._below, margins=0, spacing=4)
        content = QWidget()
        self._grid = QGridLayout(content)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(8)
        self._scroll = named(scrolling(content), "confusionScroll")
        stacked(
            self._head, self.trouble, (self._scroll, 1), on=self, margins=(0, 8, 0, 6), spacing=6
        )

    @Slot()
    def _arrange(self) -> None:
        """Put matrix and scores side by side where there is room, else below one another."""
        wide = self.width() >= _WIDE_PX
        classes = self.prepared is None or self.prepared.dataset.task.classifies
        below = 140 if self.view.tabled else 112
        self._below.setMinimumHeight(below)
        whole = self.matrix.minimumSizeHint().height() + 24
        main = max(240, whole) if wide else (self.matrix.best_height() + 24 if classes else 300)
        self._main.setMinimumHeight(main)
        scores, plot = self.scores.best_height(), self.calibration.minimumSizeHint().height()
        both = not wide or self.height() - below - _HEAD_PX >= min(scores, _TALLEST_PX) + plot
        self._show_side(classes, both)
        side = min(scores, _TALLEST_PX) if classes else 110
        self._side.setMinimumHeight(main if wide else side + 190)
        self.scores.setMinimumHeight(0 if wide else side)
        self.scores.setMaximumHeight(scores)
        if wide is self._wide:
            return
        self._wide = wide
        turn(self._head, wide)
        self._grid.addWidget(self._main, 0, 0)
        self._grid.addWidget(self._side, *((0, 1) if wide else (2, 0)))
        self._grid.addWidget(self._below, 1, 0, 1, 2 if wide else 1)
        for column, stretch in enumerate((11, 9) if wide else (1, 0)):
            self._grid.setColumnStretch(column, stretch)
        for row, stretch in enumerate((4, 1, 0) if wide else (0, 0, 1)):
            self._grid.setRowStretch(row, stretch)

    def _show_side(self, classes: bool, both: bool) -> None:
        """Show scores and calibration, or where there is no room for both, the chosen one."""
        self.side_box.setVisible(classes and not both)
        chosen = self.side_box.currentIndex()
        self.scores.setVisible(classes and (both or chosen == 0))
        self.calibration.setVisible(classes and (both or chosen == 1))

    def _show_examples(self) -> None:
        """List the opened cell's examples, or all mistakes, or the answers by their error."""
        answers, cell = self.answers, self.matrix.opened
        self.all_button.setVisible(cell is not None)
        if answers is None or self.prepared is None:
            self.caption.set_text("")
            self.view.show_places(None, np.empty(0, np.intp), "")
            return
        if answers.regression:
            self.caption.set_text("The answers, the largest error first")
            self.view.show_places(answers, ordered(answers, "largest"), "")
            return
        names, task = self.prepared.dataset.class_names, self.prepared.dataset.task
        verb, what = task.verb, task.asked_word
        if cell is None:
            places = ordered(answers, "surest")
            many = f"{grouped(len(places))} mistakes, the most confident first"
            lead = {0: "No mistakes", 1: "1 mistake"}.get(len(places), many)
            sentence = f"Every {what} of this part is {verb} correctly."
        else:
            true, read = (names[label] for label in cell)
            places = pair(answers, *cell)
            lead = f"true {true} {verb} as {read}: {counted(len(places), what)}"
            sentence = f"No {true} is {verb} as {read} now."
        self.caption.set_text(lead)
        self.view.show_places(answers, places, sentence)

    def _hint(self) -> str:
        """Return what to say while no cell is pointed at."""
        answers = self.answers
        if answers is None or answers.regression or self.prepared is None:
            return _HINT
        worst, dataset = answers.confusion.most_frequent_mistake(), self.prepared.dataset
        if worst is None:
            return _HINT
        words = dataset.task.verb, dataset.task.asked_word
        text = cell_text(answers.confusion, dataset.class_names, *worst, *words)
        return f"Most frequent mistake: {text}."

    @Slot(int)
    def _on_counts_changed(self, place: int) -> None:
        self.matrix.set_as_rates(place == 1)

    @Slot(str)
    def _on_pointed(self, sentence: str) -> None:
        self.reading.set_text(sentence or self._hint())

    @Slot(object)
    def _on_cell_opened(self, cell: Pair | None) -> None:
        self.view.scroll_to_top()
        self._show_examples()
        if cell is not None:
            self._scroll.ensureWidgetVisible(self._below, 0, 0)
