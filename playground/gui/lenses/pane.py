"""A pane of lenses: tabs, of which only the lens in view follows the session."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QTabWidget, QWidget

from playground.data.preparation import Prepared
from playground.gui.lenses.kinds import LensKind
from playground.gui.lenses.lens import Lens
from playground.gui.look.marking import mark, named
from playground.gui.session.session import Session
from playground.gui.widgets.layouts import stacked
from playground.training.model import Model

_ROOMY = 500
"""From this width on the tabs need not move closer together."""

_FEW = 8
"""Below that width, more tabs than these move still closer together."""


class LensPane(QWidget):
    """Tabs for lenses, each built when it is first looked at.

    Lenses of one group share a tab, and have tabs of their own inside it.

    Parameters
    ----------
    session
        What the lenses follow.
    kinds
        The lenses, in the order of their tabs.
    """

    probe_requested = Signal(object)
    legend_changed = Signal()

    def __init__(self, session: Session, kinds: Sequence[LensKind]) -> None:
        super().__init__()
        self._session = session
        self._kinds = {kind.key: kind for kind in kinds}
        self._lenses: dict[str, Lens] = {}
        self._pages = {key: QWidget() for key in self._kinds}
        self._groups: dict[str, QTabWidget] = {}
        self._in_view = False
        self.turn = 0
        self.tabs = named(QTabWidget(), "lensTabs", "Ways of looking into the network")
        self.tabs.setDocumentMode(True)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.tabBar().setDrawBase(False)
        for kind in kinds:
            self._add(kind)
        stacked(self.tabs, on=self, margins=0)
        for tabs in (self.tabs, *self._groups.values()):
            tabs.currentChanged.connect(self._on_tab_changed)
        session.data_changed.connect(self._on_data_changed)
        session.model_changed.connect(self._on_model_changed)
        self._on_model_changed(session.model)

    @property
    def current(self) -> Lens:
        """The lens in view."""
        return self.lens(self._current_key)

    @property
    def kind(self) -> LensKind:
        """What kind of lens is in view."""
        return self._kinds[self._current_key]

    def lens(self, key: str) -> Lens:
        """Return a lens, built where it has not been looked at yet."""
        if key not in self._lenses:
            lens = self._kinds[key].build(self._session)
            lens.turn = self.turn
            lens.probe_requested.connect(self.probe_requested)
            lens.legend_changed.connect(self.legend_changed)
            if self._session.prepared is not None:
                lens.on_data(self._session.prepared)
            self._lenses[key] = lens
            room = _Room(lens)
            stacked(room, on=self._pages[key], margins=0)
            room.show()
        return self._lenses[key]

    def show_lens(self, key: str) -> Lens:
        """Bring a lens into view, where it has anything to show."""
        if not self._offers(key):
            return self.current
        group = self._groups.get(self._kinds[key].group)
        if group is not None:
            group.setCurrentWidget(self._pages[key])
        self.tabs.setCurrentWidget(group or self._pages[key])
        return self.current

    def walk(self, steps: int) -> None:
        """Bring the lens so many places further on into view, round and round."""
        keys = [key for key in self._kinds if self._offers(key)]
        self.show_lens(keys[(keys.index(self._current_key) + steps) % len(keys)])

    def leave_room(self, width: int) -> None:
        """Keep a strip free beside the lenses, under the tabs."""
        for page in self._pages.values():
            page.setContentsMargins(0, 0, width, 0)

    @property
    def page_top(self) -> int:
        """Where the lens in view begins, below the tabs."""
        return self._pages[self._current_key].mapTo(self, QPoint()).y()

    def set_in_view(self, in_view: bool) -> None:
        """Let the current lens follow the session, or let none."""
        self._in_view = in_view
        self._on_tab_changed()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tighten()

    def _add(self, kind: LensKind) -> None:
        into, topic = self.tabs, f"lens.{kind.key}"
        if kind.group:
            if kind.group not in self._groups:
                ways = named(QTabWidget(), f"{kind.group.lower()}Ways", f"{kind.group}: ways")
                ways.setDocumentMode(True)
                ways.tabBar().setDrawBase(False)
                ways.setProperty("role", "ways")
                self._groups[kind.group] = ways
                place = self.tabs.addTab(ways, kind.group)
                self.tabs.tabBar().setTabData(place, topic)
            into = self._groups[kind.group]
        place = into.addTab(named(self._pages[kind.key], topic=topic), kind.title)
        into.setTabToolTip(place, kind.tip)
        into.tabBar().setTabData(place, topic)

    def _offers(self, key: str) -> bool:
        """Return whether the tab of a lens can be seen."""
        tabs = self._tabs_of(key)
        return tabs.isTabVisible(tabs.indexOf(self._pages[key]))

    def _tabs_of(self, key: str) -> QTabWidget:
        return self._groups.get(self._kinds[key].group, self.tabs)

    @property
    def _current_key(self) -> str:
        page = self.tabs.currentWidget()
        if isinstance(page, QTabWidget):
            page = page.currentWidget()
        return next(key for key, known in self._pages.items() if known is page)

    @Slot()
    def _on_tab_changed(self) -> None:
        shown = self._current_key if self._in_view else None
        for key, lens in self._lenses.items():
            if key != shown:
                lens.set_in_view(False)
        if shown is not None:
            self.lens(shown).set_in_view(True)
        self.legend_changed.emit()

    @Slot(object)
    def _on_data_changed(self, prepared: Prepared) -> None:
        for key, kind in self._kinds.items():
            tabs = self._tabs_of(key)
            tabs.setTabText(tabs.indexOf(self._pages[key]), kind.title_for(prepared.dataset))

    @Slot(object)
    def _on_model_changed(self, model: Model | None) -> None:
        """Offer the lenses that have anything to show of a model."""
        for key, kind in self._kinds.items():
            tabs = self._tabs_of(key)
            tabs.setTabVisible(tabs.indexOf(self._pages[key]), kind.has_to_show(model))
        self._tighten()

    def _tighten(self) -> None:
        """Move the tabs closer together where there is little room for them."""
        bar = self.tabs.tabBar()
        shown = sum(bar.isTabVisible(place) for place in range(bar.count()))
        narrow = self.width() < _ROOMY
        mark(bar, "tight", "more" if narrow and shown > _FEW else "true" if narrow else "false")


class _Room(QScrollArea):
    """Gives a lens all the room there is, and scrolls it where that is less than it needs."""

    def __init__(self, lens: Lens) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._lens = lens
        self.setWidget(lens)
        self.viewport().setAutoFillBackground(False)
        lens.setAutoFillBackground(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        room, least = self.maximumViewportSize(), self._lens.minimumSizeHint()
        if least.height() > room.height():
            room.setWidth(room.width() - self.verticalScrollBar().sizeHint().width())
        self._lens.resize(room.expandedTo(least))
