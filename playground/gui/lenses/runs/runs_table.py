"""The table of runs: what differs between them, and how good each has become."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QModelIndex, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QMenu

from playground.analysis.run_rows import RunRow, columns_of, judges, spreads
from playground.gui.look.colors import Colors
from playground.gui.look.icons import icon
from playground.gui.look.run_colors import run_color
from playground.gui.look.theme import SMALL_PX, ui_font
from playground.gui.widgets.figure_table import Draw, Entry, FigureTable, Heading
from playground.training.runs import Run
from playground.wording import duration, grouped

ROW_PX = 34
_NAME, _BEST, _PIN = "name", "best", "pin"
_BAR_PX, _BAR_HIGH = 56, 7
_NARROWEST_NAME = 160
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_TIP = "Click to go back to this run; F2 renames it, P pins it, Delete deletes it."


@dataclass(frozen=True, eq=False)
class _Column:
    key: str
    title: str
    tip: str
    sort: Callable[[RunRow], Any]
    entry: Callable[[RunRow], Entry]
    left: bool = False


def flatters(rows: Sequence[RunRow]) -> str:
    """Return what the best of some runs is worth."""
    return f"The best is chosen by the {judges(rows)} part, so it flatters a little."


class RunsTable(FigureTable):
    """A row for each run; the one that the window shows is marked.

    Signals
    -------
    open_requested, best_requested, pin_requested, hide_requested, note_requested, delete_requested
        Carry the run.
    renamed
        Carries the run and its new name.
    run_pointed
        Carries the run under the mouse, None where there is none.
    """

    open_requested = Signal(object)
    best_requested = Signal(object)
    pin_requested = Signal(object)
    hide_requested = Signal(object)
    note_requested = Signal(object)
    delete_requested = Signal(object)
    renamed = Signal(object, str)
    run_pointed = Signal(object)

    def __init__(self) -> None:
        super().__init__("runsTable", "Runs", row_px=ROW_PX, text_px=12)
        self.rows: list[RunRow] = []
        self.pointed: Run | None = None
        self._given: Sequence[RunRow] = ()
        self._every: Sequence[RunRow] = ()
        self._spreads: dict[Run, str] = {}
        self._columns: list[_Column] = []
        self._current: Run | None = None
        self._pinned: Collection[Run] = ()
        self._hidden: Collection[Run] = ()
        self._sorted, self._falling = _BEST, True
        self.cells.rename = self._rename
        edit = QAbstractItemView.EditTrigger
        self.setEditTriggers(edit.EditKeyPressed | edit.DoubleClicked)
        self.setMinimumSize(200, 3 * ROW_PX)
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self._on_section_clicked)
        self.clicked.connect(self._on_clicked)
        self.row_pointed.connect(self._on_row_pointed)

    def show_runs(
        self,
        rows: Sequence[RunRow],
        every: Sequence[RunRow],
        current: Run | None,
        pinned: Collection[Run],
        hidden: Collection[Run],
    ) -> None:
        """Show some of every run; ``hidden`` are those whose curves are not drawn."""
        if self.state() is QAbstractItemView.State.EditingState:
            return
        self._given, self._every, self._current = rows, every, current
        self._pinned, self._hidden = pinned, hidden
        self._spreads = spreads(every)
        self._show()

    def point_at(self, run: Run | None) -> None:
        """Highlight a run."""
        if run is not self.pointed:
            self.pointed = run
            self.viewport().update()

    def may_edit(self, may: bool) -> None:
        """Let names be edited or not."""
        self.cells.rename = self._rename if may else None

    @property
    def present(self) -> Run | None:
        """The run that the arrow keys stand on."""
        return self._run(self.currentIndex().row())

    def sizeHint(self) -> QSize:
        return QSize(500, self.whole_height(5))

    def present_rect(self) -> QRect:
        return QRect(0, super().present_rect().y(), self.viewport().width(), ROW_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_name_the_rest()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        run, key = self.present, event.key()
        asked = {
            Qt.Key.Key_Return: self.open_requested,
            Qt.Key.Key_Enter: self.open_requested,
            Qt.Key.Key_Delete: self.delete_requested,
            Qt.Key.Key_P: self.pin_requested,
        }.get(Qt.Key(key))
        if key == Qt.Key.Key_F2 and run is not None:
            self._edit(run)
        elif asked is not None and run is not None:
            asked.emit(run)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = self.indexAt(event.pos())
        run = self._run(at.row()) if at.isValid() else self.present
        if run is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        pinned, hidden = run in self._pinned, run in self._hidden
        for text, signal in (
            ("&Go back to this run", self.open_requested),
            ("Go back to its &best moment", self.best_requested),
            ("Un&pin" if pinned else "&Pin, to see how it reads", self.pin_requested),
            ("Draw its &curve" if hidden else "Hide its &curve", self.hide_requested),
            ("&Note…", self.note_requested),
            ("&Delete", self.delete_requested),
        ):
            menu.addAction(text).triggered.connect(partial(signal.emit, run))
        rename = menu.addAction("&Rename")
        rename.setEnabled(self.cells.rename is not None)
        rename.triggered.connect(partial(self._edit, run))
        menu.popup(event.globalPos())

    def _run(self, row: int) -> Run | None:
        return self.rows[row].run if 0 <= row < len(self.rows) else None

    def _edit(self, run: Run) -> None:
        row = next((row for row, each in enumerate(self.rows) if each.run is run), None)
        if row is not None and self.cells.rename is not None:
            self.setCurrentIndex(self.cells.index(row, 0))
            self.edit(self.cells.index(row, 0))

    def _rename(self, row: int, name: str) -> None:
        run = self._run(row)
        if run is not None:
            self.renamed.emit(run, name.strip())

    def _show(self) -> None:
        here = self.present
        self._columns = self._made_columns()
        headings = [self._heading(column) for column in self._columns]
        if headings != self.cells.headings:
            self.set_headings(headings)
            self._give_name_the_rest()
        column = next((each for each in self._columns if each.key == self._sorted), None)
        self.rows = list(self._given)
        if column is not None:
            self.rows.sort(key=column.sort, reverse=self._falling)
        self.cells.show(len(self.rows), self._entry)
        row = next((row for row, each in enumerate(self.rows) if each.run is here), None)
        if row is not None and row != self.currentIndex().row():
            self.setCurrentIndex(self.cells.index(row, max(self.currentIndex().column(), 0)))

    def _heading(self, column: _Column) -> Heading:
        chosen = column.key == self._sorted
        title = f"{column.title} {'▾' if self._falling else '▴'}" if chosen else column.title
        texts = [column.entry(row).text for row in self._every]
        widest = max([title, *texts], key=len)
        if column.key == _BEST:
            widest = max([*texts, title[4:]], key=len) + "0" * 10
        return Heading(title, column.tip, widest, column.left, chosen)

    def _entry(self, row: int, column: int) -> Entry:
        return self._columns[column].entry(self.rows[row])

    def _made_columns(self) -> list[_Column]:
        plain = partial(self._plain)
        settings = columns_of(self._every)
        return [
            _Column(_NAME, "Run", _TIP, lambda row: row.run.number, self._name, left=True),
            _Column(
                _PIN,
                "  ",
                "Two pinned runs read the same example side by side.",
                lambda row: row.run in self._pinned,
                self._pin,
            ),
            _Column(
                _BEST,
                f"Best on {judges(self._every)}",
                flatters(self._every),
                lambda row: row.best,
                self._best,
                True,
            ),
            *(self._setting(place, common) for place, common in settings.items()),
            _Column(
                "last",
                "Last",
                "On the test part, at the run's newest moment.",
                lambda row: row.last,
                lambda row: plain(row, row.metric.text(row.last, 3)),
            ),
            _Column(
                "epochs",
                "Epochs",
                "Counted from the first weights, including those before it branched off.",
                lambda row: row.epochs,
                lambda row: plain(row, f"{grouped(row.epochs)}"),
            ),
            _Column(
                "seconds",
                "Time",
                "Spent training, without pauses.",
                lambda row: row.seconds,
                lambda row: plain(row, duration(row.seconds, 1)),
            ),
            _Column(
                "parameters",
                "Parameters",
                "How many numbers are learned.",
                lambda row: row.parameters,
                lambda row: plain(row, f"{grouped(row.parameters)}"),
            ),
        ]

    def _setting(self, place: str, common: Any) -> _Column:
        known = [row.settings[place] for row in self._every if place in row.settings]
        numeric = all(isinstance(setting.value, int | float | None) for setting in known)

        def sort(row: RunRow) -> tuple[bool, Any]:
            value = row.settings[place].value if place in row.settings else None
            if numeric:
                return value is None, value or 0.0
            return value is None, str(value)

        def entry(row: RunRow) -> Entry:
            setting = row.settings.get(place)
            if setting is None:
                return self._plain(row, "–", "muted")
            return self._plain(row, setting.text, "muted" if setting.value == common else "text")

        label = known[0].label
        tip = f"{label}; what most runs have is grey. Settings that all runs share are left out."
        return _Column(place, label, tip, sort, entry, left=not numeric)

    def _plain(self, row: RunRow, text: str, ink: str = "text") -> Entry:
        return Entry(text, ink=ink, ground=self._ground(row), ruled=True)

    def _ground(self, row: RunRow) -> str:
        if row.run is self._current:
            return "selection"
        return "hover" if row.run is self.pointed else ""

    def _name(self, row: RunRow) -> Entry:
        run = row.run
        tip = "\n".join(filter(None, (run.title, row.origin, run.reason, run.note, _TIP)))
        shown = run not in self._hidden
        return Entry(
            run.title,
            tip,
            ground=self._ground(row),
            ruled=True,
            draw=partial(_draw_name, row=row, shown=shown),
        )

    def _best(self, row: RunRow) -> Entry:
        text = row.metric.text(row.best, 3)
        tip = "\n".join(filter(None, (self._spreads.get(row.run), flatters([row]))))
        draw = partial(_draw_best, row=row, text=text)
        return Entry(text, tip, ground=self._ground(row), ruled=True, draw=draw)

    def _pin(self, row: RunRow) -> Entry:
        pinned = row.run in self._pinned
        tip = "Unpin" if pinned else "Pin: two pinned runs read the same example side by side."
        text = "pinned" if pinned else ""
        ground = self._ground(row)
        return Entry(text, tip, ground=ground, ruled=True, draw=_pin_drawing(pinned))

    def _give_name_the_rest(self) -> None:
        if self._columns:
            others = sum(self.columnWidth(column) for column in range(1, len(self._columns)))
            rest = self.viewport().width() - others
            self.setColumnWidth(0, min(max(rest, _NARROWEST_NAME), max(rest, 320)))

    @Slot(int)
    def _on_section_clicked(self, section: int) -> None:
        column = self._columns[section]
        if column.key == self._sorted:
            self._falling = not self._falling
        else:
            falls = column.key == _BEST or not column.left
            self._sorted, self._falling = column.key, falls
        self._show()

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        run = self._run(index.row())
        if run is not None:
            pins = self._columns[index.column()].key == _PIN
            (self.pin_requested if pins else self.open_requested).emit(run)

    @Slot(int)
    def _on_row_pointed(self, row: int) -> None:
        self.run_pointed.emit(self._run(row))


def _draw_name(
    painter: QPainter, cell: QRectF, colors: Colors, *, row: RunRow, shown: bool
) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    color = run_color(row.run.number, colors)
    painter.setPen(QPen(color, 1.5))
    painter.setBrush(color if shown else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(cell.left() + 5, cell.top() + 6, 10, 10), 2.5, 2.5)
    origin = f"{row.origin} · {row.run.note}" if row.run.note else row.origin
    for text, font, ink, top in (
        (row.run.title, ui_font(12, bold=True), colors.text, 2.0),
        (" ".join(origin.split()), ui_font(SMALL_PX), colors.muted, 16.0),
    ):
        line = QRectF(cell.left() + 22, cell.top() + top, cell.width() - 26, 17)
        words = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, line.width())
        painter.setFont(font)
        painter.setPen(QColor(ink))
        painter.drawText(line, _LEFT, words)


def _draw_best(painter: QPainter, cell: QRectF, colors: Colors, *, row: RunRow, text: str) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(ui_font(12, bold=True))
    painter.setPen(QColor(colors.text))
    shown = row.metric.share and row.best == row.best
    painter.drawText(cell.adjusted(_BAR_PX + 10 if shown else 2, 0, 0, 0), _LEFT, text)
    if shown:
        top, high = cell.center().y() - _BAR_HIGH / 2, _BAR_HIGH
        track = QRectF(cell.left() + 2, top, _BAR_PX, high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.track))
        painter.drawRoundedRect(track, high / 2, high / 2)
        track.setWidth(max(_BAR_PX * min(row.best, 1.0), high))
        painter.setBrush(run_color(row.run.number, colors))
        painter.drawRoundedRect(track, high / 2, high / 2)


def _pin_drawing(pinned: bool) -> Draw:
    def draw(painter: QPainter, cell: QRectF, colors: Colors) -> None:
        picture = icon("pin", colors.accent if pinned else colors.faint)
        picture.paint(
            painter, QRect(round(cell.center().x()) - 8, round(cell.center().y()) - 8, 16, 16)
        )

    return draw
