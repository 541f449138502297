"""A hand on the mouse that counts its clicks, and eyes that read what is painted then."""

from collections.abc import Iterator
from contextlib import contextmanager

from painted import missing
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QMenu,
    QStyle,
    QStyleOptionComboBox,
    QTabWidget,
    QWidget,
)

from playground.analysis.neurons.neuron import Neuron

_NOTCH = 120
_MOST_NOTCHES = 200


class Hand:
    """Clicks only on what can be seen where it clicks; the wheel and the pointer cost nothing.

    Parameters
    ----------
    window
        The main window; a dialog that opens is clicked in and read as soon as it is there.
    bot
        Waits.
    """

    def __init__(self, window, bot) -> None:
        self.window, self._bot = window, bot
        self.clicks = self._longest = 0

    @property
    def most_clicks(self) -> int:
        """How many clicks the longest way took so far."""
        return max(self._longest, self.clicks)

    @property
    def front(self) -> QWidget:
        """The dialog that is open, or the window."""
        opened = (
            top
            for top in QApplication.topLevelWidgets()
            if top.isVisible() and top.windowType() is Qt.WindowType.Dialog
        )
        return next(opened, self.window)

    def find(self, name: str) -> QWidget:
        """Return the first widget of that name that can be seen in the window in front."""
        found = (w for w in self.front.findChildren(QWidget, name) if w.isVisible())
        widget = next(found, None)
        assert widget is not None, f"{name} cannot be seen"
        return widget

    @contextmanager
    def one_of_several(self) -> Iterator[None]:
        """Go one of several ways that lead on from here: only the longest of them counts."""
        here = self.clicks
        yield
        self._longest, self.clicks = self.most_clicks, here

    def close_dialog(self) -> None:
        """Close the dialog in front; this platform does not go back to the window by itself."""
        self.front.close()
        self.window.activateWindow()
        self._bot.waitUntil(self.window.isActiveWindow)

    def click(self, widget: QWidget | str, at: QPoint | None = None) -> None:
        """Click in the middle of a widget, or at a place in it."""
        widget = self.find(widget) if isinstance(widget, str) else widget
        place = widget.rect().center() if at is None else at
        assert widget.isVisible(), widget.objectName()
        assert widget.isEnabled(), widget.objectName()
        assert widget.visibleRegion().contains(place), f"{widget.objectName()} is out of sight"
        self.point(widget, place)
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=place)
        self.clicks += 1
        QApplication.processEvents()

    def point(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Move the pointer to a widget."""
        place = widget.rect().center() if at is None else at
        QTest.mouseMove(widget, place + QPoint(1, 1))
        QTest.mouseMove(widget, place)
        QApplication.processEvents()

    def press(self, key: Qt.Key, over: QWidget | str) -> None:
        """Press a key while the pointer is over a widget, which counts as a click."""
        self.point(self.find(over) if isinstance(over, str) else over)
        QTest.keyClick(self.window, key)
        self.clicks += 1
        QApplication.processEvents()

    def choose(self, box: QComboBox | str, text: str) -> None:
        """Open a box, and click on an entry: two clicks."""
        box = self.find(box) if isinstance(box, str) else box
        option = QStyleOptionComboBox()
        box.initStyleOption(option)
        arrow = box.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxArrow, box
        )
        self.click(box, arrow.center())
        self._bot.waitUntil(box.view().isVisible)
        self.pick(box.view(), text)
        self._bot.waitUntil(lambda: not box.view().isVisible())

    def choose_from_menu(self, title: str, entry: str) -> None:
        """Open a menu of the menu bar, and click on an entry: two clicks."""
        bar = self.window.menuBar()
        action = next(a for a in bar.actions() if a.text().replace("&", "") == title)
        self.click(bar, bar.actionGeometry(action).center())
        self.pick_entry(entry)

    def pick_entry(self, entry: str) -> None:
        """Click on an entry of the menu that is open."""
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu), "no menu is open"
        action = next(a for a in menu.actions() if a.text().replace("&", "") == entry)
        assert action.isEnabled(), entry
        self.click(menu, menu.actionGeometry(action).center())

    def show_tab(self, title: str) -> None:
        """Click on a tab."""
        for tabs in self.front.findChildren(QTabWidget):
            bar = tabs.tabBar()
            for index in range(bar.count() if bar.isVisible() else 0):
                if bar.tabText(index) == title:
                    self.click(bar, bar.tabRect(index).center())
                    return
        raise AssertionError(f"no tab {title!r} can be seen")

    def pick(self, view: QAbstractItemView | str, entry: str | int) -> None:
        """Turn the wheel until an entry of a list is in view, and click on it."""
        view = self.find(view) if isinstance(view, str) else view
        model = view.model()
        rows = (
            index
            for index in (model.index(row, 0, view.rootIndex()) for row in range(model.rowCount()))
            if index.row() == entry
            or (str(index.data()).strip() == entry and index.flags() & Qt.ItemFlag.ItemIsSelectable)
        )
        index = next(rows, None)
        assert index is not None, f"{entry!r} is not listed"
        inside = view.viewport().rect()
        for _ in range(_MOST_NOTCHES):
            place = view.visualRect(index)
            if view.viewport().visibleRegion().contains(place.center()):
                break
            self.turn_wheel(view, 1 if place.top() < inside.top() else -1)
        self.click(view.viewport(), place.center())

    def pick_neuron(self, layer: str, unit: int) -> None:
        """Click where the diagram paints a neuron, once it has come to rest there."""
        view, places = self.find("networkDiagram"), [QPoint()]

        def at_rest() -> bool:
            places.append(view.tile_rect(Neuron(layer, unit)).center().toPoint())
            self.point(view, places[-1])
            return places[-1] == places[-2]

        self._bot.waitUntil(at_rest)
        self.click(view, places[-1])

    def draw(self, widget: QWidget, places: list[QPoint]) -> None:
        """Draw a line with the button held down, which counts as a click."""
        QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=places[0])
        for place in places[1:]:
            QTest.mouseMove(widget, place)
        QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=places[-1])
        self.clicks += 1
        QApplication.processEvents()

    def turn_wheel(self, area: QAbstractScrollArea, notches: int) -> None:
        """Turn the wheel over an area, upwards where the number is positive."""
        at = QPointF(area.viewport().rect().center())
        turned = QWheelEvent(
            at,
            QPointF(area.viewport().mapToGlobal(at.toPoint())),
            QPoint(),
            QPoint(0, notches * _NOTCH),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(area.viewport(), turned)

    def sees(self, *texts: str) -> None:
        """Wait until all texts are painted, whole, in the window in front."""
        unread: list[str] = []

        def read() -> bool:
            unread[:] = missing(self.front, texts)
            return not unread

        try:
            self._bot.waitUntil(read)
        except Exception:
            raise AssertionError(f"not to be seen after {self.clicks} clicks: {unread}") from None

    def sees_by_wheel(self, area: QAbstractScrollArea | str, *texts: str) -> None:
        """Read an area from top to bottom with the wheel, and find each text on the way."""
        area = self.find(area) if isinstance(area, str) else area
        bar, unread = area.verticalScrollBar(), list(texts)
        while bar.value() > bar.minimum():
            self.turn_wheel(area, 1)
        for _ in range(_MOST_NOTCHES):
            QApplication.processEvents()
            unread = missing(area, tuple(unread))
            if not unread or bar.value() == bar.maximum():
                break
            self.turn_wheel(area, -1)
        assert not unread, f"not to be seen after {self.clicks} clicks: {unread}"
