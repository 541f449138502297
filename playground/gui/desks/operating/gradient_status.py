"""The status bar's word on the gradients, and the way to the window that explains it."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QToolButton, QWidget

from playground.gui.desks.operating.gradient_checker import GradientChecker
from playground.gui.look.marking import mark, named, tool_tip


class GradientStatus(QToolButton):
    """Says ``Gradient check ✓ 3.1e−8``; hidden where nothing has been checked."""

    def __init__(self, checker: GradientChecker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "gradientStatus", role="status")
        self._checker = checker
        checker.changed.connect(self._on_changed)
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        report = self._checker.report
        self.setVisible(report is not None)
        if report is not None:
            self.setText(report.short)
            self.setAccessibleName(report.short)
            self.setToolTip(tool_tip(f"{report.sentence} Click to see every tensor."))
            mark(self, "verdict", report.verdict)
