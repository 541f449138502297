"""The place of the learning curves, which are built when there is first something to draw.

The plots' library takes longer to import than all the rest of the window, so the window is painted
first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QLabel, QStackedLayout, QWidget

from playground.training.history import History

if TYPE_CHECKING:
    from playground.gui.panels.curves import CurvesPanel

REDRAW_INTERVAL_MS = 66
"""A curve that grows fifteen times a second looks alive; twice that costs training its time."""


class CurvesArea(QWidget):
    """Passes everything on to the curves panel; ``failed`` carries a sentence for the user."""

    failed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panel: CurvesPanel | None = None
        self._waiting: History | None = None
        self._is_waiting = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(REDRAW_INTERVAL_MS)
        self._pause.timeout.connect(self._on_pause_over)
        self._loss_title = "loss"
        waiting = QLabel("Press Train: the loss appears here.")
        waiting.setProperty("role", "muted")
        waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(waiting)

    @property
    def panel(self) -> CurvesPanel:
        """The panel itself, built on first use."""
        if self._panel is None:
            from playground.gui.panels.curves import CurvesPanel

            self._panel = CurvesPanel()
            self._panel.failed.connect(self.failed)
            self._panel.set_titles(self._loss_title)
            self._pages.addWidget(self._panel)
            self._pages.setCurrentWidget(self._panel)
        return self._panel

    def set_history(self, history: History | None) -> None:
        """Draw a run's measurements, or none; soon, where some were drawn just now."""
        self._waiting, self._is_waiting = history, True
        if not self._pause.isActive():
            self._on_pause_over()

    @Slot()
    def _on_pause_over(self) -> None:
        if not self._is_waiting:
            return
        self._is_waiting = False
        if self._waiting is not None or self._panel is not None:
            self.panel.set_history(self._waiting)
        self._pause.start()

    @Slot(object)
    def set_ghost(self, ghost: History | None) -> None:
        """Draw the previous run's measurements behind this run's, or none."""
        if ghost is not None or self._panel is not None:
            self.panel.set_ghost(ghost)

    def set_titles(self, loss_title: str) -> None:
        """Name the loss."""
        self._loss_title = loss_title
        if self._panel is not None:
            self._panel.set_titles(loss_title)

    @Slot()
    def export_png(self) -> None:
        """Ask for a file, and save the curves in it as a picture."""
        self.panel.export_png()

    @Slot()
    def export_csv(self) -> None:
        """Ask for a file, and save the measured figures in it."""
        self.panel.export_csv()
