"""The lens of the mistakes: every wrong answer to a part, those most worth a look first."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Slot

from playground.analysis.answers.mistakes import (
    CLASS_ORDERS,
    ERROR_ORDERS,
    VALUE_ORDERS,
    Order,
    Places,
    ordered,
)
from playground.analysis.answers.part_answers import PartAnswers
from playground.data.preparation import Prepared
from playground.gui.lenses.confusion.answer_view import AnswerView
from playground.gui.lenses.confusion.part_lens import PartLens
from playground.gui.lenses.confusion.wording import examples_text
from playground.gui.look.marking import named, tool_tip
from playground.gui.session.session import Session
from playground.gui.widgets.combo_box import named_box, offer
from playground.gui.widgets.elided_label import ElidedLabel
from playground.gui.widgets.labels import titled
from playground.gui.widgets.layouts import beside, stacked, turn
from playground.wording import counted, grouped

_TITLES: dict[Order, str] = {
    "surest": "Most confident first",
    "least_sure": "Least confident first",
    "class": "By class",
    "barely_right": "Only just right",
    "largest": "Largest error first",
    "smallest": "Smallest error first",
    "high": "Too high",
    "low": "Too low",
}
_PICTURE_PX = 64


class MistakesLens(PartLens):
    """Lists the mistakes of a part; where answers are numbers, all of them by their error."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setObjectName("mistakesLens")
        self._places: Places = np.empty(0, np.intp)
        self.order_box = named_box(
            "orderBox",
            "Order of the mistakes",
            tool_tip(
                "Confident mistakes come from examples that look like another class, or from wrong "
                "labels; answers that are only just right are the next to go wrong."
            ),
        )
        self.true_box = named_box("trueBox", "True class", "Only examples of this class.")
        self.read_box = named_box(
            "predictedBox", "Predicted class", "Only those that were taken for this class."
        )
        self._true_label = titled(self.true_box, "True")
        self._read_label = titled(self.read_box, "Read as")
        self.count = named(ElidedLabel("", "heading"), "mistakeCount")
        self.view = AnswerView(_PICTURE_PX)
        first = beside(self.part_box, self.order_box, spacing=6)
        true, read = (self.true_box, 1), (self.read_box, 1)
        second = beside(self._true_label, true, self._read_label, read, spacing=6)
        self._rows = beside(first, second, None, spacing=6)
        stacked(
            *(self._rows, self.measured, self.trouble, self.count, (self.view, 1)),
            on=self,
            margins=(0, 8, 0, 6),
            spacing=6,
        )
        for box in (self.order_box, self.true_box, self.read_box):
            box.currentIndexChanged.connect(self._on_choice)
        self.view.example_requested.connect(self.request_example)
        self.view.step_requested.connect(session.attention.point_at)

    @property
    def order(self) -> Order:
        """The order that is chosen."""
        order: Order = self.order_box.currentData() or "surest"
        return order

    def show_data(self, prepared: Prepared) -> None:
        dataset = prepared.dataset
        classes = dataset.task.classifies
        orders = CLASS_ORDERS if classes else VALUE_ORDERS
        if dataset.task.of_itself:
            orders = ERROR_ORDERS
        offer(self.order_box, ((_TITLES[order], order) for order in orders))
        labels = [(name, label) for label, name in enumerate(dataset.class_names)]
        for box in (self.true_box, self.read_box):
            offer(box, (("any", None), *labels))
        for part in (self._true_label, self.true_box, self._read_label, self.read_box):
            part.setVisible(classes)
        self._read_label.setText(f"{dataset.task.verb.capitalize()} as")
        self.view.set_dataset(dataset)

    def show_answers(self, answers: PartAnswers | None) -> None:
        if answers is None:
            self._places = np.empty(0, np.intp)
        else:
            self._places = ordered(answers, self.order, *self._classes())
        self.count.set_text(self._counted(answers))
        self.view.show_places(answers, self._places, self._sentence(answers))

    def show_selected(self, index: int | None) -> None:
        self.view.set_selected(index)

    def resizeEvent(self, event: object) -> None:
        turn(self._rows, self.width() >= 620)

    def _classes(self) -> tuple[int | None, int | None]:
        """Return the true and the predicted class that are filtered by."""
        return self.true_box.currentData(), self.read_box.currentData()

    def _counted(self, answers: PartAnswers | None) -> str:
        shown = len(self._places)
        if answers is None or self.prepared is None:
            return ""
        if answers.back is not None:
            told = counted(shown, "example")
            return told if self.view.tabled else f"{told}, as seen and as they come back"
        if answers.regression:
            return f"{grouped(shown)} answers"
        if self.order == "barely_right":
            verb = self.prepared.dataset.task.verb
            return f"{grouped(shown)} {verb} correctly, the narrowest margin first"
        every = int(np.count_nonzero(~answers.right))
        if not every:
            return "No mistakes"
        mistakes = counted(every, "mistake")
        return mistakes if shown == every else f"{grouped(shown)} of {mistakes}"

    def _sentence(self, answers: PartAnswers | None) -> str:
        """Return what to say where there is nothing to show."""
        if answers is None or self.prepared is None:
            return "The mistakes appear here once the network has answered."
        if answers.regression:
            side = {"high": "too high", "low": "too low"}.get(self.order, "a number")
            return f"No answer is {side}."
        verb = self.prepared.dataset.task.verb
        wrong, filtered = not answers.right.all(), self._classes() != (None, None)
        if self.order == "barely_right":
            return (
                f"No such example is {verb} correctly."
                if filtered
                else f"No example is {verb} correctly."
            )
        if wrong and filtered:
            return "No mistake of this kind."
        if len(answers) == 1:
            return f"The one example is {verb} correctly."
        examples = examples_text(answers, len(self.prepared.parts) == 1)
        return f"All {examples} are {verb} correctly."

    @Slot()
    def _on_choice(self) -> None:
        self.view.scroll_to_top()
        self.show_answers(self.answers)
