"""The figures that sum up a regression's errors."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from playground.analysis.answers.residuals import Residuals
from playground.gui.look.marking import named, tool_tip
from playground.wording import metric

_FIGURES = (
    (
        "R²",
        "R² = 1 − Σ (ŷ − y)² / Σ (y − ȳ)²: 1 is perfect, 0 is no better than always answering the "
        "mean.",
    ),
    ("Mean absolute error", "MAE = Σ |ŷ − y| / n."),
    ("Root mean square error", "RMSE = √(Σ (ŷ − y)² / n): large errors weigh more."),
    ("Mean error", "Σ (ŷ − y) / n: above 0 where the answers are too high overall."),
    ("Largest error", "max |ŷ − y|."),
)
_NO_SPREAD = "All targets of this part are equal, so R² would divide by zero."


class ResidualFigures(QWidget):
    """Five figures in ``labels``, each with its formula as a tool tip."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "residualFigures", "Summary of the errors")
        grid = QGridLayout(self)
        grid.setContentsMargins(2, 0, 12, 0)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        self.labels: list[QLabel] = []
        for row, (name, formula) in enumerate(_FIGURES):
            tip = tool_tip(formula)
            figure = named(QLabel("–"), tip=tip, role="title")
            grid.addWidget(named(QLabel(name), tip=tip, role="label"), row, 0)
            grid.addWidget(figure, row, 1, Qt.AlignmentFlag.AlignRight)
            self.labels.append(figure)

    def set_residuals(self, residuals: Residuals | None) -> None:
        """Show other figures."""
        words = ["–"] * len(_FIGURES)
        if residuals is not None:
            errors = residuals.mean_absolute, residuals.root_mean_square
            extremes = residuals.mean, residuals.largest
            words = [metric(figure) for figure in (residuals.r2, *errors, *extremes)]
        for label, text in zip(self.labels, words, strict=True):
            label.setText(text)
        even = residuals is not None and residuals.examples > 0 and words[0] == "–"
        self.labels[0].setToolTip(tool_tip(_NO_SPREAD if even else _FIGURES[0][1]))
