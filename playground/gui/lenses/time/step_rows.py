"""All rows of the lens, one below the other, and the line through them that the keys move."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from playground.analysis.steps.answers import AnswersInTime
from playground.gui.lenses.time.answer_row import AnswerRow
from playground.gui.lenses.time.memory_row import MemoryRow
from playground.gui.lenses.time.narrow_rows import PenRow, ReadsRow
from playground.gui.lenses.time.so_far_row import SoFarRow
from playground.gui.lenses.time.state_heat import StateHeat
from playground.gui.look.marking import named
from playground.gui.look.spoken import Role, reads_as
from playground.gui.widgets.as_table import ShowAsTable
from playground.gui.widgets.layouts import stacked
from playground.gui.widgets.readings import Readings
from playground.wording import brief, nth, number, percent

_KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageUp: -5, Qt.Key.Key_PageDown: 5}


class StepRows(QWidget):
    """Everything over the axis of steps.

    ``step_chosen`` carries a step, counted from 0, ``play_asked`` that the space bar was pressed,
    and ``pointed`` what there is to say of what is pointed at.
    """

    step_chosen = Signal(int)
    play_asked = Signal()
    pointed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        named(self, "stepRows", "What the network makes of each step")
        reads_as(self, Role.Chart)
        ShowAsTable(self, self.figures)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.steps, self.step = 1, 0
        self.so_far, self.answer, self.reads = SoFarRow(), AnswerRow(), ReadsRow()
        self.pen, self.heat = PenRow(), StateHeat()
        self.memory = named(MemoryRow(), topic="memory")
        stacked(
            *(self.so_far, (self.answer, 4), self.reads, self.pen),
            *((self.heat, 6), (self.memory, 2)),
            on=self,
            margins=0,
            spacing=0,
        )
        for row in (self.so_far, self.answer, self.reads, self.pen, self.memory):
            row.step_chosen.connect(self.step_chosen)
            row.pointed.connect(self.pointed)
        self.heat.step_chosen.connect(self.step_chosen)
        self.heat.pointed.connect(self.pointed)

    def set_step(self, steps: int, step: int) -> None:
        """Point at a step of so many in every row."""
        self.steps, self.step = steps, step
        lit = self.hasFocus()
        for row in (self.so_far, self.answer, self.reads, self.pen, self.memory):
            row.set_step(steps, step, lit=lit)
        self.heat.set_step(step, lit=lit)
        self.tell()

    def tell(self) -> None:
        """Say aloud what there is at the step that is pointed at."""
        said = (row.sentence(self.step, self.rect().center().toPointF())
                for row in (self.answer, self.memory))  # fmt: skip
        words = "; ".join(filter(None, said)) or "nothing yet"
        place = f"Step {nth(self.step)} of {nth(self.steps - 1)}"
        self.setAccessibleDescription(f"{place}. {words}. The arrow keys move on.")

    def figures(self) -> Readings:
        """Return what there is at every step."""
        answers, pulls = self.answer.answers, self.memory.pulls
        names = self.answer.names
        headings = ["Step", *(("Reads", *names) if names else ("Answer",)), "Remembers"]
        rows = []
        for step in range(self.steps):
            row = [nth(step)]
            if answers is not None and step < answers.steps:
                row += _answer_cells(answers, names, step)
            row += [""] * (len(headings) - 1 - len(row))
            row.append(brief(float(pulls[step])) if step < len(pulls) else "")
            rows.append(tuple(row))
        return Readings(self.accessibleName(), tuple(headings), rows)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _KEYS:
            self.step_chosen.emit(min(max(self.step + _KEYS[key], 0), self.steps - 1))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.step_chosen.emit(0 if key == Qt.Key.Key_Home else self.steps - 1)
        elif key == Qt.Key.Key_Space:
            self.play_asked.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.set_step(self.steps, self.step)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.set_step(self.steps, self.step)


def _answer_cells(answers: AnswersInTime, names: tuple[str, ...], step: int) -> list[str]:
    if answers.shares is None:
        return [number(float(answers.outputs[0, step]))]
    shares = [percent(float(share)) for share in answers.shares[step]]
    return [names[answers.best[step]], *shares]
