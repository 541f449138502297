"""The one table of names and figures, and the inspector's rows, which are such a table."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QColor, QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView

from playground.gui.lenses.why.signed_bars import SignedBars
from playground.gui.look.colors import DARK, LIGHT
from playground.gui.look.theme import apply
from playground.gui.panels.inspector.row import Row
from playground.gui.panels.inspector.row_table import RowTable
from playground.gui.widgets.figure_table import Entry, FigureTable, Heading, swatch

HEADINGS = (
    Heading("name", left=True),
    Heading("share", "How many of all.", "100.0 %"),
)
LINKED = tuple(
    Row(f"neuron {i}", ("0.5 × 2.0", "1.00"), share=0.5, link=i if i % 2 else None)
    for i in range(6)
)


@pytest.fixture
def table(keep):
    made = FigureTable("someTable", "Shares", HEADINGS)
    made.resize(200, 120)
    return keep(made)


def numbered(count, word="row"):
    return count, lambda row, column: Entry(f"{word} {row}" if column == 0 else f"{row}.0 %")


def test_other_figures_keep_the_scroll_place_and_the_present_cell(table):
    table.cells.show(*numbered(100))
    table.setCurrentIndex(table.cells.index(40, 1))
    table.verticalScrollBar().setValue(700)
    resets = []
    table.cells.modelReset.connect(lambda: resets.append(1))
    for count in (100, 120, 90):
        table.cells.show(*numbered(count, "other"))
    assert table.verticalScrollBar().value() == 700
    assert table.currentIndex().row() == 40
    assert table.text(40, 0) == "other 40"
    assert not resets


def test_nothing_is_painted_between_two_scroll_bars(table):
    table.set_headings([Heading(f"figure {i}", widest="0.0") for i in range(9)])
    table.cells.show(*numbered(100))
    QCoreApplication.processEvents()
    assert not table.horizontalScrollBar().isHidden()
    assert not table.verticalScrollBar().isHidden()
    picture, side = table.grab().toImage(), table.verticalScrollBar().width()
    corner = picture.copy(picture.width() - side, picture.height() - side, side, side)
    colors = {corner.pixel(x, y) for x in range(side) for y in range(side)}
    assert len(colors) == 1


def test_arrow_keys_walk_over_the_cells_and_copy_takes_one(table):
    table.cells.show(*numbered(3))
    table.setFocus()
    table.setCurrentIndex(table.cells.index(0, 0))
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Right)
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "1.0 %"


def test_a_number_is_explained_by_its_heading_and_a_name_is_told_whole(table):
    table.cells.show(*numbered(3))
    tips = [
        table.model().data(table.cells.index(2, column), Qt.ItemDataRole.ToolTipRole)
        for column in (0, 1)
    ]
    assert tips == ["<qt>row 2</qt>", "<qt>How many of all.</qt>"]


def test_every_cell_is_read_aloud(table):
    table.cells.show(*numbered(2))
    spoken = QAccessible.queryAccessibleInterface(table)
    assert spoken.text(QAccessible.Text.Name) == "Shares"
    children = [spoken.child(index) for index in range(spoken.childCount())]
    names = [child.text(QAccessible.Text.Name) for child in children if child is not None]
    assert [name for name in names if name] == ["name", "share", "row 0", "0.0 %", "row 1", "1.0 %"]


def test_colours_are_those_of_the_theme(table, qapp):
    def cell(row, column):
        ink = swatch(QColor("#ff0000"))
        return Entry(draw=ink) if column == 0 else Entry("█████", ruled=True)

    table.cells.show(1, cell)
    box = table.visualRect(table.cells.index(0, 1))
    for mode, colors in (("light", LIGHT), ("dark", DARK)):
        apply(qapp, mode)
        image = table.viewport().grab().toImage()
        assert image.pixelColor(6, box.center().y()) == QColor("#ff0000")
        assert image.pixelColor(box.topRight()) == QColor(colors.border)
        assert image.pixelColor(box.right() - 6, box.center().y()) == QColor(colors.text)


@pytest.fixture
def rows(keep):
    made = RowTable("rowTable", "Rows", ("# × #", "#"))
    made.set_rows(LINKED)
    made.resize(290, made.height())
    return keep(made)


def test_arrow_keys_go_from_link_to_link_and_enter_follows_one(rows, qtbot):
    rows.setFocus()
    QTest.keyClick(rows, Qt.Key.Key_Down)
    QTest.keyClick(rows, Qt.Key.Key_Down)
    QTest.keyClick(rows, Qt.Key.Key_Up)
    with qtbot.waitSignal(rows.link_requested) as asked:
        QTest.keyClick(rows, Qt.Key.Key_Return)
    assert asked.args == [3]


def test_a_row_that_can_be_chosen_shows_it_to_the_mouse(rows, qtbot):
    shapes = []
    for index in (1, 2):
        qtbot.mouseMove(rows.viewport(), rows.row_rect(index).center() - QPoint(1, 0))
        qtbot.mouseMove(rows.viewport(), rows.row_rect(index).center())
        shapes.append(rows.viewport().cursor().shape())
    assert shapes == [Qt.CursorShape.PointingHandCursor, Qt.CursorShape.ArrowCursor]


def test_signed_bars_tell_the_feature_under_mouse_or_arrow_keys(keep, qtbot):
    bars = SignedBars()
    bars.setAccessibleName("Slopes")
    bars.set_values(("a", "b", "c"), np.array([0.5, -1.0, 0.0]), 1.0)
    bars.resize(260, bars.sizeHint().height())
    keep(bars)
    bars.setFocus()
    qtbot.waitUntil(bars.hasFocus)
    told = []
    bars.pointed.connect(told.append)
    spot = bars.visualRect(bars.cells.index(1, 1)).center()
    qtbot.mouseMove(bars.viewport(), spot - QPoint(1, 0))
    qtbot.mouseMove(bars.viewport(), spot)
    bars.setCurrentIndex(bars.cells.index(1, 0))
    QTest.keyClick(bars, Qt.Key.Key_Down)
    bars.clearFocus()
    assert told == [1, 2, -1]
    middle = bars.visualRect(bars.cells.index(0, 1)).center().x()
    image = bars.viewport().grab().toImage()
    tops = [bars.visualRect(bars.cells.index(row, 1)).center().y() for row in (0, 1)]
    assert image.pixelColor(middle + 8, tops[0]) == QColor(DARK.accent)
    assert image.pixelColor(middle - 8, tops[1]) == QColor(DARK.warning)


def test_rows_without_links_do_not_take_the_focus(rows):
    rows.set_rows([replace(row, link=None) for row in LINKED])
    assert rows.focusPolicy() is Qt.FocusPolicy.NoFocus


def test_other_numbers_keep_focus_and_place(rows):
    rows.setFocus()
    QTest.keyClick(rows, Qt.Key.Key_Down)
    place = rows.currentIndex().row()
    for i in range(4):
        rows.set_rows([replace(row, cells=("1 × 2", f"{i}")) for row in LINKED])
    assert rows.hasFocus()
    assert rows.currentIndex().row() == place
    assert rows.state() is QAbstractItemView.State.NoState


def test_what_finds_no_room_beside_the_name_stands_below_it(rows):
    low = rows.height()
    assert rows.row_rect(1).height() * len(LINKED) == low
    rows.resize(150, low)
    assert rows.height() > low
    assert rows.row_rect(5).bottom() < rows.height()


def test_the_wheel_is_left_to_what_the_rows_stand_in(rows, qapp):
    center = QPointF(rows.rect().center())
    turn = QWheelEvent(
        center, rows.mapToGlobal(center), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    qapp.sendEvent(rows.viewport(), turn)
    assert not turn.isAccepted()


def test_a_cell_that_fails_is_told_and_the_others_are_painted(table, monkeypatch):
    told, painted = [], []
    monkeypatch.setattr("sys.excepthook", lambda kind, error, trace: told.append(str(error)))

    def cell(row, column):
        if row == 1:
            raise ValueError(f"cell {row}, {column}")
        return Entry(draw=lambda *_: painted.append((row, column)))

    table.cells.show(3, cell)
    table.grab()
    assert set(told) == {"cell 1, 0", "cell 1, 1"}
    assert set(painted) == {(0, 0), (0, 1), (2, 0), (2, 1)}
