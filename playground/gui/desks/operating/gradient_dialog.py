"""The window that compares backpropagation with the measured slope of the loss."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QWidget

from playground.analysis.gradient_report import METHOD, GradientReport
from playground.gui.desks.operating.gradient_checker import GradientChecker
from playground.gui.look.theme import BODY_PX
from playground.gui.widgets.buttons import push_button
from playground.gui.widgets.figure_table import Entry, FigureTable, Heading
from playground.gui.widgets.labels import sentence
from playground.gui.widgets.layouts import beside, stacked
from playground.nn.gradient_check import RIGHT_BELOW, WRONG_ABOVE, TensorCheck
from playground.nn.names import LayerNames
from playground.wording import counted, grouped, scientific

_HEADINGS = (
    Heading("Tensor", left=True),
    Heading("Compared", widest="100 of 100,000, 10 on kinks"),
    Heading("Relative error"),
    Heading("Largest difference"),
    Heading("Verdict", widest="? doubtful"),
)
_MARKS = {"right": "✓ correct", "doubtful": "? doubtful", "wrong": "✗ wrong", "untested": "– kinks"}
_INKS = {"right": "good", "doubtful": "warning", "wrong": "error", "untested": "muted"}
_MEANINGS = {
    "right": f"The relative error is below {scientific(RIGHT_BELOW)}.",
    "doubtful": f"The relative error is between {scientific(RIGHT_BELOW)} and "
    f"{scientific(WRONG_ABOVE)}: a kink in the loss, rounding, or a small mistake. Check again.",
    "wrong": f"The relative error is above {scientific(WRONG_ABOVE)}: the formula of this "
    "gradient, or of a later layer's, is wrong.",
    "untested": "Every entry that was tried is at a kink of the loss, where there is no slope.",
}


class GradientCheckDialog(QDialog):
    """Shows what a checker finds, tensor by tensor; training goes on beside it."""

    def __init__(self, checker: GradientChecker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("gradientCheckDialog")
        self.setWindowTitle("Gradient check")
        self._checker = checker
        self.verdict = sentence("gradientVerdict", "title")
        self.basis = sentence("gradientBasis", "muted")
        self.table = FigureTable(
            "gradientTable", "Relative errors by tensor", _HEADINGS, row_px=26, text_px=BODY_PX
        )
        self.again_button = push_button(
            "checkAgainButton", "Check &again", "Compare other entries on other training examples."
        )
        self.copy_button = push_button("copyReportButton", "&Copy", "Copy the table as text.")
        close_button = push_button("closeGradientCheckButton", "Close")
        buttons = beside(self.again_button, self.copy_button, None, close_button)
        stacked(
            self.verdict,
            self.basis,
            (self.table, 1),
            sentence(role="muted", text=METHOD),
            buttons,
            on=self,
            margins=(16, 14, 16, 14),
            spacing=10,
        )
        self.resize(720, 430)
        self.again_button.clicked.connect(checker.check)
        self.copy_button.clicked.connect(self._on_copy_clicked)
        close_button.clicked.connect(self.close)
        checker.changed.connect(self._on_changed)
        self.again_button.setFocus()
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        checker, report = self._checker, self._checker.report
        self.again_button.setEnabled(not checker.busy)
        self.copy_button.setEnabled(report is not None)
        if report is not None:
            self.verdict.setText(report.sentence)
            self.basis.setText(_basis(report, checker.step))
            self._fill(report.tensors, report.names)
        else:
            waiting = "Comparing…" if checker.busy else "The network has changed; check again."
            self.verdict.setText(checker.error or waiting)
            self.basis.setText("")
            self._fill((), LayerNames())

    def _fill(self, tensors: tuple[TensorCheck, ...], names: LayerNames) -> None:
        def cell(row: int, column: int) -> Entry:
            word, verdict = _words(tensors[row], names)[column], tensors[row].verdict
            if _HEADINGS[column].title == "Verdict":
                return Entry(word, _MEANINGS[verdict], _INKS[verdict])
            return Entry(word)

        self.table.cells.show(len(tensors), cell)

    @Slot()
    def _on_copy_clicked(self) -> None:
        report = self._checker.report
        if report is None:
            return
        titles = "\t".join(heading.title for heading in _HEADINGS)
        rows = [titles, *("\t".join(_words(tensor, report.names)) for tensor in report.tensors)]
        text = "\n".join((*rows, "", report.sentence, _basis(report, self._checker.step), METHOD))
        QGuiApplication.clipboard().setText(text)


def _words(tensor: TensorCheck, names: LayerNames) -> tuple[str, ...]:
    kinks = f", {tensor.on_kinks} on kinks" if tensor.on_kinks else ""
    return (
        names.tensor(tensor.name),
        f"{grouped(tensor.entries)} of {grouped(tensor.size)}{kinks}",
        scientific(tensor.relative_error),
        scientific(tensor.largest_difference),
        _MARKS[tensor.verdict],
    )


def _basis(report: GradientReport, step: int) -> str:
    examples = counted(report.examples, "training example")
    entries = counted(report.entries, "number")
    return f"{entries} checked on {examples}, with the weights after {counted(step, 'step')}."
