"""The buttons under the diagram: what links and maps show, the slide, the whole picture again."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from playground.gui.look.marking import named
from playground.gui.look.theme import SMALL_PX, sized
from playground.gui.widgets.layouts import beside, turn

HEIGHT = 22


class DiagramButtons(QWidget):
    """Links as strong as their ``weights`` or as their ``contributions``, and ``fit``.

    Where there are maps, also their ``kernels``, and ``slide``.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("diagramButtons")
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
        self.kernels = named(
            QPushButton("Kernels"),
            "kernelsButton",
            "Maps as kernels",
            "Each map shows its kernels instead of its values: one for each map that it reads, in "
            "their order.",
        )
        self.slide = named(
            QPushButton("Slide"),
            "slideButton",
            "Slide over the map",
            "Let the selected place run over its map, row by row (Space). Any key or click stops.",
        )
        self.fit = named(
            QPushButton("Fit"),
            "fitDiagramButton",
            "Show the whole network",
            "Show the whole network again (0). Zoom with the wheel, + and −.",
        )
        for button in (self.weights, self.contributions, self.kernels, self.slide, self.fit):
            # Smaller than the window's buttons: they stand beside a line of small text.
            sized(button, SMALL_PX).setFixedHeight(HEIGHT)
        group = QButtonGroup(self)
        self.slide.setCheckable(True)
        for button in (self.weights, self.contributions, self.kernels):
            button.setCheckable(True)
            group.addButton(button)
        self.weights.setChecked(True)
        self._parts = (
            beside(None, self.weights, self.contributions, self.kernels, spacing=4),
            beside(None, self.slide, self.fit, spacing=4),
        )
        self._rows = beside(*self._parts, on=self, margins=0, spacing=4)
        self.offer_maps(False)

    def fit_into(self, width: int) -> None:
        """Take one row, or two where it would be wider."""
        for part in self._parts:
            part.invalidate()
        turn(self._rows, across=True)
        turn(self._rows, across=self.sizeHint().width() <= width)
        self.adjustSize()

    def offer_maps(self, offered: bool) -> None:
        """Show or hide what only a network with maps needs."""
        if not offered and self.kernels.isChecked():
            self.weights.setChecked(True)
        self.kernels.setVisible(offered)
        self.slide.setVisible(offered)
