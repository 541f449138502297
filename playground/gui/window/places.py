"""The way from a word to the place in the window where it happens."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from playground.analysis.diagnosis.finding import Finding
from playground.gui.panels.timeline.panel import TimelinePanel
from playground.gui.window.actions import Actions
from playground.gui.window.build_column import BuildColumn
from playground.gui.window.curves_area import CurvesArea
from playground.gui.window.lens_area import LensArea
from playground.gui.window.probe_column import ProbeColumn


class Places(QObject):
    """Brings a place into view, and gives it the focus.

    Parameters
    ----------
    bar, commands, build, lenses, curves, timeline, probes
        The parts of the window that a place can be in.
    """

    def __init__(
        self,
        bar: QMenuBar,
        commands: Actions,
        build: BuildColumn,
        lenses: LensArea,
        curves: CurvesArea,
        timeline: TimelinePanel,
        probes: ProbeColumn,
    ) -> None:
        super().__init__(bar)
        self._bar, self._commands, self._build = bar, commands, build
        self._lenses, self._curves, self._timeline = lenses, curves, timeline
        self._probes = probes

    @Slot(str)
    def show(self, place: str) -> None:
        """Bring a place into view; see :class:`~playground.analysis.glossary.topic.Topic`."""
        part, _, rest = place.partition(".")
        if part == "lens":
            _focus(self._lenses.show_lens(rest))
            return
        if self._commands["aloneAction"].isChecked():
            self._commands["aloneAction"].trigger()
        if place == "inspector":
            self._lenses.set_inspector_visible(True)
        elif place == "curves":
            self._curves.point_out()
        elif place == "timeline":
            _focus(self._timeline.strip)
        elif place == "hand":
            _focus(self._probes.panel)
        elif place == "diagnosis":
            _focus(self._build.diagnosis.panel)
        elif self._build.training.owns(place):
            _focus(self._build.training.editor(place))
        elif place.endswith("Action"):
            self._open_menu(place)
        else:
            _focus(self._build.layers)

    @Slot(object)
    def show_evidence(self, finding: Finding) -> None:
        """Bring into view what shows a finding."""
        if finding.evidence == "curves":
            self.show("curves")
        else:
            self._lenses.show_lens(finding.evidence).point_out()

    def _open_menu(self, name: str) -> None:
        """Open the menu that holds a command, with the command marked."""
        for entry in self._bar.actions():
            menu = entry.menu()
            if isinstance(menu, QMenu) and self._commands[name] in menu.actions():
                self._bar.setActiveAction(entry)
                menu.setActiveAction(self._commands[name])


def _focus(widget: QWidget) -> None:
    """Give a widget the keyboard, or the first inside it that takes it."""
    inside = (
        child
        for child in (widget, *widget.findChildren(QWidget))
        if child.isVisible() and child.isEnabled() and child.focusPolicy() & Qt.FocusPolicy.TabFocus
    )
    chosen = next(inside, None)
    if chosen is not None:
        chosen.setFocus(Qt.FocusReason.ShortcutFocusReason)
