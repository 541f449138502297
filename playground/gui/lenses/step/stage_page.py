"""One stage told in full: formula, shapes, what it means, one number worked out, the arrays."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QWidget

from playground.analysis.slow_step import SlowStep, Stage
from playground.gui.lenses.step.matrix_strip import MatrixStrip, chosen_entry, entry_words
from playground.gui.lenses.step.stage_list import PHASES, heading_of
from playground.gui.look.marking import named
from playground.gui.look.theme import SMALL_PX, colors_of, on_theme_changed, ui_font
from playground.gui.widgets.layouts import beside, stacked, turn

_FORMULA_PX = 21
_ROOM_FOR_BOTH, _LOW, _MARGINS = 590, 150, 32
_SCROLLING = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class StagePage(QScrollArea):
    """Shows a stage and the chosen entry of what it computes.

    ``entry_clicked`` carries a matrix's place in the stage, a row and a column.
    """

    entry_clicked = Signal(int, int, int)

    def __init__(self) -> None:
        super().__init__()
        named(self, "stepPage", "The present stage")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._stage: Stage | None = None
        self._where = _label("stepWhere", "muted")
        self._title = _label("stepTitle", "title")
        self._formula = _label("stepFormula", "")
        self._formula.setFont(ui_font(_FORMULA_PX))
        self._formula.setStyleSheet(f"font-size: {_FORMULA_PX}px;")
        self._shapes = _label("stepShapes", "label")
        self._event = _label("stepEvent", "title")
        self._explanation = _label("stepExplanation", "label")
        self._entry = _label("stepEntry", "heading")
        self._lines = _label("stepArithmetic", "")
        self._table = _label("stepTable", "")
        self._table.setTextFormat(Qt.TextFormat.RichText)
        self.strip = MatrixStrip()

        self._card = named(QFrame(), role="card")
        stacked(self._entry, self._lines, on=self._card, margins=(12, 8, 12, 9), spacing=3)
        content = QWidget()
        heading = beside((self._title, 1))
        heading.addWidget(self._where, 0, Qt.AlignmentFlag.AlignTop)
        self._where.setWordWrap(False)
        self._where.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Minimum)
        self._body = stacked((self._card, 9), (self.strip, 11), spacing=8)
        lines = (self._formula, self._shapes, self._explanation, self._event, self._table)
        stacked(
            *(heading, *lines, self._body, None),
            on=content,
            margins=(12, 2, 10, 10),
            spacing=6,
        )
        self.setWidget(content)
        content.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self.strip.entry_clicked.connect(self.entry_clicked)
        on_theme_changed(self._show_table)

    def show_stage(self, slow: SlowStep, index: int) -> None:
        """Show a stage of a step."""
        self._stage = stage = slow.stages[index]
        self._where.setText(f"{PHASES[stage.phase]} · stage {index + 1} of {len(slow.stages)}")
        self._title.setText(heading_of(stage, slow.names))
        for label, text in (
            (self._formula, stage.formula),
            (self._shapes, stage.shapes),
            (self._explanation, stage.explanation),
            (self._event, stage.event),
        ):
            label.setText(text)
            label.setVisible(bool(text))
        self._show_table()
        self.strip.show_stage(stage, slow)
        self._turn()
        self.verticalScrollBar().setValue(0)

    def point_at(self, cursor: Mapping[str, int], revealed: int | None) -> None:
        """Work out the chosen entry of what the stage computes."""
        self.strip.point_to(cursor, revealed)
        stage = self._stage
        assert stage is not None
        computed = stage.computed
        self._card.setVisible(stage.arithmetic is not None)
        if computed is None or stage.arithmetic is None:
            return
        row, column = chosen_entry(computed, cursor)
        if revealed is not None:
            row = min(row, revealed - 1)
        entry = ", ".join(filter(None, entry_words(computed, row, column))) or "the number"
        self._entry.setText(entry.capitalize())
        self._lines.setText("\n".join(stage.arithmetic(row, column)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _SCROLLING:
            super().keyPressEvent(event)
        else:
            event.ignore()

    def _turn(self) -> None:
        """Put arithmetic and arrays that are not low side by side where there is room for both."""
        across = (
            self.width() >= _ROOM_FOR_BOTH
            and self._stage is not None
            and self._stage.phase in ("forward", "loss", "backward")
            and self.strip.heightForWidth(self.width() - _MARGINS) > _LOW
        )
        turn(self._body, across)
        place = Qt.AlignmentFlag.AlignTop if across else Qt.AlignmentFlag(0)
        for widget in (self._card, self.strip):
            self._body.setAlignment(widget, place)

    @Slot()
    def _show_table(self) -> None:
        table = self._stage.table if self._stage is not None else ()
        self._table.setVisible(bool(table))
        if not table:
            return
        muted = colors_of(self).muted
        lines = []
        for index, row in enumerate(table):
            cells = "".join(
                f"<td align='{'left' if place == 0 else 'right'}' "
                f"style='padding: 3px 14px 3px 0;"
                f"{f' color: {muted}; font-size: {SMALL_PX}px;' if index == 0 else ''}'>"
                f"{escape(cell).replace(' ', '&nbsp;')}</td>"
                for place, cell in enumerate(row)
            )
            lines.append(f"<tr>{cells}</tr>")
        self._table.setText(f"<table cellspacing='0'>{''.join(lines)}</table>")


class _Wrapped(QLabel):
    """A label of several lines that asks for no more height than its width calls for."""

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.fontMetrics().height())


def _label(name: str, role: str) -> QLabel:
    label = named(_Wrapped(), name, role=role)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    policy.setHeightForWidth(True)
    label.setSizePolicy(policy)
    return label
