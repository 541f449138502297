"""A pane of lenses: tabs, of which only the one in view follows the session."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QTabWidget, QWidget

from playground.gui.lenses.kinds import LensKind
from playground.gui.lenses.lens import Lens
from playground.gui.look.marking import named
from playground.gui.session.session import Session
from playground.gui.widgets.layouts import stacked


class LensPane(QWidget):
    """Tabs for lenses, each built when it is first looked at.

    Parameters
    ----------
    session
        What the lenses follow.
    kinds
        The lenses, in the order of their tabs.
    """

    probe_requested = Signal(object)

    def __init__(self, session: Session, kinds: Sequence[LensKind]) -> None:
        super().__init__()
        self._session = session
        self._kinds = tuple(kinds)
        self._lenses: dict[str, Lens] = {}
        self.tabs = named(QTabWidget(), "lensTabs", "Ways of looking into the network")
        self.tabs.setDocumentMode(True)
        self.tabs.setUsesScrollButtons(True)
        self._pages = [QWidget() for _ in self._kinds]
        for kind, page in zip(self._kinds, self._pages, strict=True):
            self.tabs.setTabToolTip(self.tabs.addTab(page, kind.title), kind.tip)
        stacked(self.tabs, on=self, margins=0)
        self.tabs.currentChanged.connect(self._on_tab_changed)
        self._in_view = False
        self.turn = 0

    @property
    def current(self) -> Lens:
        """The lens in view."""
        return self.lens(self._kinds[self.tabs.currentIndex()].key)

    def lens(self, key: str) -> Lens:
        """Return a lens, built where it has not been looked at yet."""
        if key not in self._lenses:
            index = self._index(key)
            lens = self._kinds[index].build(self._session)
            lens.turn = self.turn
            lens.probe_requested.connect(self.probe_requested)
            if self._session.prepared is not None:
                lens.on_data(self._session.prepared)
            self._lenses[key] = lens
            stacked(lens, on=self._pages[index], margins=0)
            lens.show()
        return self._lenses[key]

    def show_lens(self, key: str) -> Lens:
        """Bring a lens into view."""
        self.tabs.setCurrentIndex(self._index(key))
        return self.current

    def leave_room(self, width: int) -> None:
        """Keep a strip free beside the lenses, under the tabs."""
        for page in self._pages:
            page.setContentsMargins(0, 0, width, 0)

    @property
    def page_top(self) -> int:
        """Where the lenses begin, below the tabs."""
        return self.tabs.tabBar().height()

    def set_in_view(self, in_view: bool) -> None:
        """Let the current lens follow the session, or let none."""
        self._in_view = in_view
        self._on_tab_changed(self.tabs.currentIndex())

    def _index(self, key: str) -> int:
        return [kind.key for kind in self._kinds].index(key)

    @Slot(int)
    def _on_tab_changed(self, index: int) -> None:
        shown = self._kinds[index].key if self._in_view else None
        for key, lens in self._lenses.items():
            if key != shown:
                lens.set_in_view(False)
        if shown is not None:
            self.lens(shown).set_in_view(True)
