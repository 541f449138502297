"""The place of the learning curves, which are built when there is first something to draw.

The plots' library takes longer to import than all the rest of the window, so the window is painted
first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from playground.gui.look.marking import named
from playground.gui.session.timeline import Timeline
from playground.gui.widgets.layouts import paged, put_in_tab_order
from playground.training.history import History

if TYPE_CHECKING:
    from playground.gui.panels.curves.curves import CurvesPanel


POINTED_OUT_MS = 1500


class CurvesArea(QWidget):
    """Passes everything on to the curves panel, the moment that is looked at too.

    ``failed`` carries a sentence for the user.
    """

    failed = Signal(str)

    def __init__(self, timeline: Timeline) -> None:
        super().__init__()
        self._timeline = timeline
        timeline.shown_changed.connect(self._on_shown_changed)
        self._panel: CurvesPanel | None = None
        self._loss_title = "loss"
        waiting = named(QLabel("Press Train: the loss appears here."), role="muted")
        waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = paged(waiting, on=self)
        self._frame = named(QFrame(self), "curvesPointer", role="pointer")
        self._frame.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._frame.hide()

    @property
    def panel(self) -> CurvesPanel:
        """The panel itself, built on first use."""
        if self._panel is None:
            from playground.gui.panels.curves.curves import CurvesPanel

            self._panel = CurvesPanel()
            self._panel.failed.connect(self.failed)
            self._panel.set_titles(self._loss_title)
            self._pages.addWidget(self._panel)
            self._pages.setCurrentWidget(self._panel)
            before: QWidget = self
            while not self._is_stop(before):
                before = before.previousInFocusChain() or self
            put_in_tab_order(before, filter(self._is_stop, self._panel.findChildren(QWidget)))
        return self._panel

    def _is_stop(self, part: QWidget) -> bool:
        takes_keys = part.focusPolicy() != Qt.FocusPolicy.NoFocus and part.focusProxy() is None
        return takes_keys and part.window() is self.window()

    def set_history(self, history: History | None) -> None:
        """Draw a run's measurements, or none."""
        if history is not None or self._panel is not None:
            self.panel.set_history(history)

    @Slot(object)
    def set_ghost(self, ghost: History | None) -> None:
        """Draw the previous run's measurements behind this run's, or none."""
        if ghost is not None or self._panel is not None:
            self.panel.set_ghost(ghost)

    @Slot(object)
    def set_compared(self, error: float | None) -> None:
        """Draw the error of PCA of the code's size, or none."""
        if error is not None or self._panel is not None:
            self.panel.set_compared(error)

    @Slot()
    def _on_shown_changed(self) -> None:
        """Point at the past moment that is shown, and draw paler what came after it."""
        if self._panel is not None:
            shown = self._timeline.shown
            self._panel.set_history(self._timeline.history())
            self._panel.set_past(None if shown is None else shown.now)

    def set_titles(self, loss_title: str) -> None:
        """Name the loss."""
        self._loss_title = loss_title
        if self._panel is not None:
            self._panel.set_titles(loss_title)

    def point_out(self) -> None:
        """Frame the curves for a moment: they are what is being talked about."""
        self._frame.setGeometry(self.rect())
        self._frame.show()
        self._frame.raise_()
        QTimer.singleShot(POINTED_OUT_MS, self._frame, self._frame.hide)

    @Slot()
    def export_png(self) -> None:
        """Ask for a file, and save the curves in it as a picture."""
        self.panel.export_png()

    @Slot()
    def export_csv(self) -> None:
        """Ask for a file, and save the measured figures in it."""
        self.panel.export_csv()
