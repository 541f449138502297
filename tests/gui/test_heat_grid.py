"""The heat grid by itself: pointing, keys, choosing, scrolling, telling, and what is painted."""

import numpy as np
import pytest
from person import click, hover
from PySide6.QtCore import QEvent, QMargins, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea, QToolTip, QVBoxLayout, QWidget

from playground.gui.look import colormaps, theme
from playground.gui.look.heat import signed_pixels
from playground.gui.look.marking import tool_tip
from playground.gui.widgets.cells import Cell, CellBlock
from playground.gui.widgets.heat_grid import HeatGrid

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "raise")

LEFT, RIGHT, UP, DOWN = Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down


class Numbers(HeatGrid):
    """Two blocks of numbers from −1 to 1, the second of one column, two rows and a bit."""

    def __init__(self, rows=3, columns=4, side=30):
        super().__init__("numbers", "Some numbers")
        self.values = [
            np.linspace(-1, 1, rows * columns).reshape(rows, columns),
            np.zeros((2, 2)),
        ]
        self.asked = []
        self.shape_, self.side = (rows, columns), side

    def measure(self):
        rows, columns = self.shape_
        right = 20 + columns * self.side + 10
        blocks = [
            CellBlock(20, 15, rows, columns, self.side, self.side),
            CellBlock(right, 15, 2, 2, self.side, self.side, gap=4, missing=1),
        ]
        self.place(blocks, QMargins(20, 15, 0, 0))

    def pixels(self, block, part):
        self.asked.append((block, part))
        return signed_pixels(self.values[block][part], 1.0, self.dark)

    def texts(self, block, part):
        return [[f"{value:.1f}" for value in line] for line in self.values[block][part]]

    def sentence(self, cell):
        return f"{cell.block}: {self.values[cell.block][cell.row, cell.column]:.2f}"


@pytest.fixture
def grid(keep):
    made = Numbers()
    made.resize(300, 200)
    return keep(made)


def test_pointing_reads_a_cell_aloud_and_between_blocks_there_is_none(grid):
    told = []
    grid.pointed.connect(told.append)
    grid.cell_pointed.connect(told.append)
    hover(grid.viewport(), grid.cell_rect(Cell(0, 1, 2)).center())
    assert told == ["0: 0.09", Cell(0, 1, 2)]
    assert grid.accessibleDescription() == grid.reading == "0: 0.09"
    between = QPoint(grid.block_rect(0).right() + 5, 30)
    assert grid.cell_at(between) is None
    QTest.mouseMove(grid.viewport(), between)
    assert grid.reading == ""


def test_a_gap_and_a_missing_cell_are_no_cells(grid):
    cell = grid.cell_rect(Cell(1, 0, 0))
    assert cell.size().width() == 26
    assert grid.cell_at(cell.center()) == Cell(1, 0, 0)
    assert grid.cell_at(cell.topLeft() - QPoint(1, 1)) is None
    assert grid.cell_at(grid.block_rect(1).bottomRight() - QPoint(8, 8)) is None


def test_the_keys_walk_from_block_to_block_and_stop_at_the_edges(grid):
    grid.setFocus()
    QTest.keyClick(grid, DOWN)
    assert grid.current == Cell(0, 0, 0)
    for key in (UP, LEFT):
        QTest.keyClick(grid, key)
        assert grid.current == Cell(0, 0, 0)
    for key in (DOWN, DOWN, DOWN, RIGHT, RIGHT, RIGHT):
        QTest.keyClick(grid, key)
    assert grid.current == Cell(0, 2, 3)
    QTest.keyClick(grid, RIGHT)
    assert grid.current == Cell(1, 1, 0)
    QTest.keyClick(grid, RIGHT)
    assert grid.current == Cell(1, 1, 0), "the last row lacks a cell"
    QTest.keyClick(grid, LEFT)
    assert grid.current == Cell(0, 1, 3)


def test_home_and_end_are_a_blocks_first_and_last_cell(grid):
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_End)
    assert grid.current == Cell(0, 2, 3)
    QTest.keyClick(grid, RIGHT)
    QTest.keyClick(grid, Qt.Key.Key_End)
    assert grid.current == Cell(1, 1, 0)
    QTest.keyClick(grid, Qt.Key.Key_Home)
    assert grid.current == Cell(1, 0, 0)


def test_a_cell_is_chosen_by_click_enter_and_space(grid):
    chosen = []
    grid.cell_chosen.connect(chosen.append)
    spot = grid.cell_rect(Cell(0, 2, 1)).center()
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.RightButton, pos=spot)
    assert chosen == []
    click(grid.viewport(), spot)
    QTest.keyClick(grid, UP)
    QTest.keyClick(grid, Qt.Key.Key_Return)
    QTest.keyClick(grid, Qt.Key.Key_Space)
    assert chosen == [Cell(0, 2, 1), Cell(0, 1, 1), Cell(0, 1, 1)]


def test_tab_frames_the_first_cell_and_the_frame_goes_with_the_focus(keep, qapp, qtbot):
    window = QWidget()
    column = QVBoxLayout(window)
    first, second = Numbers(), Numbers()
    column.addWidget(first)
    column.addWidget(second)
    window.resize(300, 400)
    keep(window)
    window.activateWindow()
    first.setFocus()
    qtbot.waitUntil(first.hasFocus)
    QTest.keyClick(first, Qt.Key.Key_Tab)
    assert second.current == Cell(0, 0, 0)
    qapp.sendEvent(second, QEvent(QEvent.Type.Leave))
    assert second.current == Cell(0, 0, 0), "the mouse did not put it there"
    QTest.keyClick(second, Qt.Key.Key_Backtab)
    assert second.current is None
    assert first.current == Cell(0, 0, 0)


def test_a_frame_put_by_the_mouse_goes_with_the_mouse(grid, qapp):
    grid.setFocus()
    hover(grid.viewport(), grid.cell_rect(Cell(0, 1, 1)).center())
    qapp.sendEvent(grid, QEvent(QEvent.Type.Leave))
    assert grid.current is None


def test_the_tool_tip_is_the_sentence_unless_the_grid_has_its_own(grid, qapp, qtbot):
    def tip(cell):
        spot = grid.cell_rect(cell).center()
        at = grid.viewport().mapToGlobal(spot)
        qapp.sendEvent(grid.viewport(), QHelpEvent(QEvent.Type.ToolTip, spot, at))
        return QToolTip.text()

    assert tip(Cell(0, 0, 3)) == tool_tip("0: -0.45")
    QToolTip.hideText()
    grid.setToolTip("Click a cell.")
    assert tip(Cell(0, 0, 3)) == "Click a cell."
    QToolTip.hideText()
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


def test_where_nothing_is_pointed_at_the_summary_is_spoken_and_without_cells_painted(grid):
    grid.summary = "Nothing to see yet."
    blank = grid.grab().toImage()
    grid.place([])
    assert grid.accessibleDescription() == "Nothing to see yet."
    assert grid.grab().toImage() != blank


@pytest.mark.parametrize("look", ["dark", "light"])
def test_a_cells_colour_is_its_number_in_the_colours_of_the_theme(grid, qapp, look):
    theme.apply(qapp, look)
    image = grid.viewport().grab().toImage()
    spot = grid.cell_rect(Cell(0, 2, 3)).topLeft() + QPoint(4, 4)
    red, green, blue, _ = colormaps.diverging(look == "dark")[255].tolist()
    assert image.pixelColor(spot) == QColor(red, green, blue)


def test_large_cells_are_parted_and_small_ones_are_not(keep):
    for side, parted in ((30, True), (4, False)):
        grid = Numbers(side=side)
        grid.values[0][:] = 1
        grid.resize(300, 200)
        keep(grid)
        seam = grid.cell_rect(Cell(0, 1, 1)).topLeft()
        image = grid.viewport().grab().toImage()
        assert (image.pixelColor(seam).name() == theme.DARK.central) == parted


def test_what_does_not_fit_scrolls_and_only_what_is_in_view_is_coloured(keep):
    grid = Numbers(rows=200, columns=300)
    grid.resize(300, 200)
    keep(grid)
    grid.asked.clear()
    grid.viewport().grab()
    assert all(
        part[0].stop - part[0].start <= 8 and part[1].stop - part[1].start <= 12
        for _, part in grid.asked
    )
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_End)
    assert grid.current == Cell(0, 199, 299)
    assert grid.body().contains(grid.cell_rect(grid.current))
    assert grid.offset().x() > 0
    assert grid.offset().y() > 0
    QTest.keyClick(grid, Qt.Key.Key_Home)
    assert grid.offset().isNull()


def test_the_wheel_scrolls_what_is_around_where_everything_fits(keep, qapp):
    grid = Numbers()
    grid.setFixedSize(300, 200)
    content = QWidget()
    QVBoxLayout(content).addWidget(grid)
    content.setMinimumHeight(1000)
    area = QScrollArea()
    area.setWidget(content)
    area.resize(340, 300)
    keep(area)
    at = QPointF(grid.viewport().rect().center())
    turned = QWheelEvent(
        at, QPointF(grid.viewport().mapToGlobal(at.toPoint())), QPoint(), QPoint(0, -120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    qapp.sendEvent(grid.viewport(), turned)
    qapp.processEvents()
    if not turned.isAccepted():
        qapp.sendEvent(area.viewport(), turned)
    assert area.verticalScrollBar().value() > 0
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_PageDown)
    assert area.verticalScrollBar().value() > 100


def test_a_frame_on_a_cell_that_is_gone_goes_too(grid):
    grid.point_at(Cell(0, 2, 3))
    grid.shape_ = (2, 2)
    grid.measure()
    assert grid.current is None
    grid.point_at(Cell(0, 1, 1))
    grid.measure()
    assert grid.current == Cell(0, 1, 1)


def test_whoever_asks_for_the_place_of_a_block_may_change_what_it_gets():
    block = CellBlock(20, 15, 3, 4, 10, 10)
    block.whole.setBottom(16)
    assert block.whole.bottom() == 44
