"""The buttons under the diagram: what a link's strength means, and the whole picture again."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from playground.gui.look.marking import named
from playground.gui.widgets.layouts import beside

HEIGHT = 22


class DiagramButtons(QWidget):
    """``contributions_chosen`` carries whether links show w·a; ``fit_requested`` asks for all."""

    contributions_chosen = Signal(bool)
    fit_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("diagramButtons")
        # Smaller than the window's buttons: they stand beside a line of small text.
        self.setStyleSheet("QPushButton { padding: 0 8px; font-size: 11px; }")
        self.weights = self._button("linkWeightsButton", "Weights", "Links by weight")
        self.contributions = self._button(
            "linkContributionsButton", "Contributions", "Links by contribution"
        )
        self.fit = self._button("fitDiagramButton", "Fit", "Show the whole network")
        self.weights.setToolTip("Links are as thick as their weights |w|.")
        self.contributions.setToolTip(
            "Links are as thick as what they add to the sum for this example, |w·a|."
        )
        self.fit.setToolTip("Show the whole network again (Ctrl+0). Zoom with the wheel.")
        group = QButtonGroup(self)
        for button in (self.weights, self.contributions):
            button.setCheckable(True)
            group.addButton(button)
        self.weights.setChecked(True)
        beside(self.weights, 4, self.contributions, 8, self.fit, on=self, margins=0, spacing=0)
        self.contributions.toggled.connect(self.contributions_chosen)
        self.fit.clicked.connect(self._on_fit_clicked)

    def _button(self, name: str, text: str, spoken: str) -> QPushButton:
        button = named(QPushButton(text), name, spoken)
        button.setFixedHeight(HEIGHT)
        return button

    @Slot()
    def _on_fit_clicked(self) -> None:
        self.fit_requested.emit()
