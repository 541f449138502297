"""The buttons under the diagram: what a link's strength means, and the whole picture again."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from playground.gui.look.marking import named
from playground.gui.look.theme import SMALL_PX, sized
from playground.gui.widgets.layouts import beside

HEIGHT = 22


class DiagramButtons(QWidget):
    """Links as strong as their ``weights`` or as their ``contributions``, and ``fit``."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("diagramButtons")
        self.setStyleSheet("QPushButton { padding: 0 8px; }")
        self.weights = named(
            QPushButton("Weights"),
            "linkWeightsButton",
            "Links by weight",
            "Thickness shows the size of each link's weight, |w|.",
        )
        self.contributions = named(
            QPushButton("Contributions"),
            "linkContributionsButton",
            "Links by contribution",
            "Thickness shows each link's contribution to the sum for this example, |w·a|.",
        )
        self.fit = named(
            QPushButton("Fit"),
            "fitDiagramButton",
            "Show the whole network",
            "Show the whole network again (0). Zoom with the wheel, + and −.",
        )
        for button in (self.weights, self.contributions, self.fit):
            # Smaller than the window's buttons: they stand beside a line of small text.
            sized(button, SMALL_PX).setFixedHeight(HEIGHT)
        group = QButtonGroup(self)
        for button in (self.weights, self.contributions):
            button.setCheckable(True)
            group.addButton(button)
        self.weights.setChecked(True)
        beside(self.weights, 4, self.contributions, 8, self.fit, on=self, margins=0, spacing=0)
