"""Numbers as coloured cells that are read by mouse and keyboard: the one way to show an array."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from itertools import islice
from math import ceil

from PySide6.QtCore import QEvent, QMargins, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QSizePolicy, QToolTip

from playground.gui.look.colors import DARK, Colors
from playground.gui.look.heat import Pixels, image_of, is_bright
from playground.gui.look.marking import named, tool_tip
from playground.gui.look.spoken import Role, reads_as
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.widgets.arrow_keys import ARROWS, BY_TAB, CHOOSE
from playground.gui.widgets.as_table import ShowAsTable
from playground.gui.widgets.cell_texts import Texts, paint_texts
from playground.gui.widgets.cells import Cell, CellBlock, Part
from playground.gui.widgets.readings import MOST_ROWS, Readings
from playground.wording import counted

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTER = Qt.AlignmentFlag.AlignCenter


class HeatGrid(QAbstractScrollArea):
    """Blocks of cells, with room around them for names and scales; scrolls where they do not fit.

    A child places the blocks in :meth:`measure`, gives their colours in :meth:`pixels` or paints
    them in :meth:`paint_cells`, and has the sentence about a cell in :meth:`sentence`. What the
    mouse or the keys point at is framed: ``pointed`` carries its sentence, empty for none, and
    ``cell_pointed`` the :class:`Cell` or None; ``cell_chosen`` carries the cell that was clicked,
    or chosen with Enter or the space bar. A frame put by the mouse goes with the mouse, one put by
    the keys goes with the focus.

    Parameters
    ----------
    name, spoken
        Its object name, and what it is called aloud.

    Attributes
    ----------
    blocks, room
        Where the cells are, and the room around those in view.
    current
        The cell that is framed, or None.
    by_keys
        Whether the keys put the frame there.
    summary
        What is said aloud where nothing is pointed at, and painted where there are no cells.
    parted
        Whether lines part cells that are large enough.
    text_px
        The size of what is written in cells.
    """

    pointed = Signal(str)
    cell_pointed = Signal(object)
    cell_chosen = Signal(object)

    def __init__(self, name: str, spoken: str) -> None:
        super().__init__()
        named(self, name, spoken)
        reads_as(self, Role.Graphic)
        ShowAsTable(self, self.figures)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.viewport().setAutoFillBackground(False)
        self.viewport().setMouseTracking(True)
        self.blocks: Sequence[CellBlock] = ()
        self.room = QMargins()
        self.text_px = SMALL_PX
        self.parted = True
        self.summary = ""
        self.current: Cell | None = None
        self.by_keys = False
        self._extent = QRect()

    @property
    def small(self) -> QFont:
        """The font around the cells."""
        return ui_font(SMALL_PX)

    # What a child says.

    @abstractmethod
    def measure(self) -> None:
        """Place the blocks anew, for other numbers or another size."""

    def pixels(self, block: int, part: Part) -> Pixels:
        """Return the colours of some rows and columns of a block, where cells are only colours."""
        raise NotImplementedError

    @abstractmethod
    def sentence(self, cell: Cell) -> str:
        """Return what there is to say of a cell."""

    def texts(self, block: int, part: Part) -> Texts | None:
        """Return what is written in some rows and columns, where there is room for it."""
        return None

    def paint_around(self, painter: QPainter, colors: Colors) -> None:
        """Draw names, scales and the like."""

    def frames(self, colors: Colors) -> Iterable[tuple[QRect, str]]:
        """Return what is framed beside the current cell, in the viewport, and in which colour."""
        return ()

    def paint_current(self, painter: QPainter, colors: Colors, cell: Cell) -> None:
        """Draw the frame around the cell that is pointed at."""
        color = colors.accent if self.hasFocus() else colors.text
        self.draw_frame(painter, self.cell_rect(cell), color, colors)

    def start(self) -> Cell:
        """Return where the keys begin to walk."""
        return Cell(0, 0, 0)

    def walked(self, cell: Cell, down: int, right: int) -> Cell:
        """Return where an arrow key leads: beyond a block's side, to the nearest cell beside it."""
        block = self.blocks[cell.block]
        if block.holds(cell.row + down, cell.column + right):
            return Cell(cell.block, cell.row + down, cell.column + right)
        beside = cell.block + right
        if not right or not 0 <= beside < len(self.blocks):
            return cell
        centre = block.rect(cell.row, cell.column).center()
        return Cell(beside, *self.blocks[beside].nearest(centre))

    # What a child asks.

    @property
    def reading(self) -> str:
        """The sentence about the cell that is pointed at, or an empty one."""
        return "" if self.current is None else self.sentence(self.current)

    def figures(self) -> Readings:
        """Return what there is to say of every cell."""
        cells = (
            Cell(number, row, column)
            for number, block in enumerate(self.blocks)
            for row in range(block.rows)
            for column in range(block.columns)
            if block.holds(row, column)
        )
        several = len(self.blocks) > 1
        headings = ("Part",) * several + ("Row", "Column", "Reading")
        rows = [
            (*map(str, (c.block + 1,) * several + (c.row + 1, c.column + 1)), self.sentence(c))
            for c in islice(cells, MOST_ROWS)
        ]
        return Readings(self.accessibleName(), headings, rows)

    @property
    def dark(self) -> bool:
        """Whether the theme is dark."""
        return colors_of(self) is DARK

    def place(
        self,
        blocks: Sequence[CellBlock],
        room: QMargins | None = None,
        below: int = 0,
        beside: int = 0,
    ) -> None:
        """Take other blocks, room around, pixels below and right of them; fit the scroll bars."""
        self.blocks, self.room = blocks, room or QMargins()
        self._extent = QRect()
        for block in blocks:
            self._extent = self._extent.united(block.whole.adjusted(0, 0, beside, below))
        step = blocks[0] if blocks else CellBlock(0, 0, 0, 0, 1, 1)
        view, whole = self._view().size(), self._whole()
        for bar, shown, taken, single in (
            (self.horizontalScrollBar(), view.width(), whole.width(), step.width),
            (self.verticalScrollBar(), view.height(), whole.height(), step.height),
        ):
            bar.setRange(0, max(taken - shown, 0))
            bar.setPageStep(max(shown, 1))
            bar.setSingleStep(max(ceil(single), 12))
        here = self.current
        there = here is not None and here.block < len(blocks)
        if here is None or (there and blocks[here.block].holds(here.row, here.column)):
            self.tell()
        else:
            self.point_at(None)
        self.viewport().update()

    def show_no_bars(self) -> None:
        """Leave the scroll bars out: the cells are made to fit."""
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def body(self) -> QRect:
        """Return the part of the viewport that shows cells."""
        view = self._view()
        return QRect(view.topLeft(), self._whole().boundedTo(view.size()))

    def offset(self) -> QPoint:
        """Return how far the cells are scrolled."""
        return QPoint(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def cell_rect(self, cell: Cell) -> QRect:
        """Return where a cell is in the viewport."""
        return self.blocks[cell.block].rect(cell.row, cell.column).translated(-self.offset())

    def block_rect(self, block: int) -> QRect:
        """Return where a block is in the viewport."""
        return self.blocks[block].whole.translated(-self.offset())

    def cell_at(self, point: QPoint) -> Cell | None:
        """Return the cell under a point of the viewport."""
        if self.body().contains(point):
            point = point + self.offset()
            for index, block in enumerate(self.blocks):
                place = block.at(point)
                if place is not None and block.rect(*place).contains(point):
                    return Cell(index, *place)
        return None

    def in_view(self, block: int) -> tuple[range, range]:
        """Return the rows and the columns of a block that are in view."""
        return self.blocks[block].crossed(self.body().translated(self.offset()))

    def point_at(self, cell: Cell | None, by_keys: bool = False) -> None:
        """Frame a cell, or none, and tell."""
        self.by_keys = by_keys
        if cell != self.current:
            self.current = cell
            self.tell()
            self.cell_pointed.emit(cell)
            self.viewport().update()

    def tell(self) -> None:
        """Say what is pointed at, also where only its value is another one."""
        reading = self.reading
        cells = sum(block.rows * block.columns - block.missing for block in self.blocks)
        size = f"{counted(cells, 'number')}; the arrow keys read them."
        self.setAccessibleDescription(reading or self.summary or size)
        self.pointed.emit(reading)

    # What Qt asks.

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self.viewport())
        painter.setFont(self.small)
        if not self.blocks:
            painter.setPen(QColor(colors.muted))
            inside = self.viewport().rect().adjusted(20, 8, -20, -8)
            painter.drawText(inside, CENTER | Qt.TextFlag.TextWordWrap, self.summary)
            if self.hasFocus():
                painter.setPen(QColor(colors.accent))
                painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))
            painter.end()
            return
        painter.save()
        painter.setClipRect(self.body())
        self.paint_cells(painter, colors)
        painter.restore()
        painter.save()
        self.paint_around(painter, colors)
        painter.restore()
        painter.setClipRect(self.body().adjusted(-4, -4, 4, 4))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, color in self.frames(colors):
            self.draw_frame(painter, place, color, colors)
        if self.current is not None:
            self.paint_current(painter, colors, self.current)
        painter.end()

    def paint_cells(self, painter: QPainter, colors: Colors) -> None:
        """Draw the cells in view, a block as one image, and what is written in them."""
        for index, block in enumerate(self.blocks):
            rows, columns = self.in_view(index)
            if not rows or not columns:
                continue
            part = slice(rows.start, rows.stop), slice(columns.start, columns.stop)
            pixels = self.pixels(index, part)
            place = block.part(rows, columns).translated(-self.offset())
            painter.drawImage(place, image_of(pixels))
            if self.parted:
                self._part_cells(painter, colors, block, place)
            texts = self.texts(index, part)
            if texts is not None:
                shown = CellBlock(
                    *(place.left(), place.top(), len(rows), len(columns)),
                    *(block.width, block.height),
                )
                paint_texts(painter, shown, texts, is_bright(pixels), pixels=self.text_px)

    def draw_frame(self, painter: QPainter, place: QRect, color: str, colors: Colors) -> None:
        """Draw a frame that stands off from any ground."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for ink, width in ((colors.central, 4), (color, 2)):
            painter.setPen(QPen(QColor(ink), width))
            painter.drawRect(QRectF(place))

    def sizeHint(self) -> QSize:
        return QSize(700, 420)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.measure()

    def viewportEvent(self, event: QEvent) -> bool:
        if not isinstance(event, QHelpEvent) or self.toolTip():
            return super().viewportEvent(event)
        cell = self.cell_at(event.pos())
        if cell is None:
            QToolTip.hideText()
        else:
            tip = tool_tip(self.sentence(cell))
            QToolTip.showText(event.globalPos(), tip, self.viewport(), self.cell_rect(cell))
        return True

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.point_at(self.cell_at(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self.point_at(cell)
            self.cell_chosen.emit(cell)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if not self.by_keys:
            self.point_at(None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in BY_TAB and self.current is None and self.blocks:
            self._go(self.start())
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.by_keys:
            self.point_at(None)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, here = Qt.Key(event.key()), self.current
        if self.blocks and key in ARROWS:
            self._go(self.start() if here is None else self.walked(here, *ARROWS[key]))
        elif self.blocks and key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._go(self._edge(here.block if here else 0, last=key == Qt.Key.Key_End))
        elif self.blocks and key in CHOOSE:
            if here is None:
                self._go(self.start())
            else:
                self.cell_chosen.emit(here)
        elif self.verticalScrollBar().maximum() or self.horizontalScrollBar().maximum():
            super().keyPressEvent(event)
        else:
            event.ignore()

    def _edge(self, block: int, last: bool) -> Cell:
        """Return a block's first or last cell."""
        cells = self.blocks[block]
        count = cells.rows * cells.columns - cells.missing
        return Cell(block, *divmod(count - 1 if last else 0, cells.columns))

    def _go(self, cell: Cell) -> None:
        self.point_at(cell, by_keys=True)
        place, body = self.cell_rect(cell), self.body()
        for bar, low, high in (
            (self.horizontalScrollBar(), place.left() - body.left(), place.right() - body.right()),
            (self.verticalScrollBar(), place.top() - body.top(), place.bottom() - body.bottom()),
        ):
            bar.setValue(bar.value() + min(low, 0) + max(high, 0))

    def _view(self) -> QRect:
        return self.viewport().rect().marginsRemoved(self.room)

    def _whole(self) -> QSize:
        """Return the room that all blocks take, from the first pixel below and after the names."""
        if not self.blocks:
            return QSize(0, 0)
        return QSize(
            self._extent.right() + 1 - self.room.left(), self._extent.bottom() + 1 - self.room.top()
        )

    def _part_cells(
        self, painter: QPainter, colors: Colors, block: CellBlock, place: QRect
    ) -> None:
        """Part cells that are large enough by lines of the ground."""
        ground = QColor(colors.central)
        across, down = ((size >= 8) + (size >= 16) for size in (block.width, block.height))
        if across == 1 and not down:
            across = 0
        if across:
            for column in range(1, round(place.width() / block.width)):
                left = place.left() + round(column * block.width) - 1
                painter.fillRect(left, place.top(), across, place.height(), ground)
        if down:
            for row in range(1, round(place.height() / block.height)):
                top = place.top() + round(row * block.height) - 1
                painter.fillRect(place.left(), top, place.width(), down, ground)
