"""What there is to be told apart or foretold: the classes with their examples, or the target."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from playground.data.preparation import Prepared
from playground.data.summary import DataSummary
from playground.gui.lenses.data.class_rows import ClassRows
from playground.gui.lenses.data.part_legend import PartLegend
from playground.gui.lenses.data.target_spread import TargetSpread
from playground.gui.look.marking import named
from playground.gui.widgets.example_wall import PAGE, ExampleWall
from playground.gui.widgets.section import LensSection

_PICTURES = "Each class's mean picture, then some of its training examples."


class ClassesSection(LensSection):
    """``example_requested`` carries the row of the data set that was picked."""

    example_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("dataClasses", "Classes", parent)
        self._prepared: Prepared | None = None
        self._wall: ExampleWall | None = None
        self.others = _link("otherExamplesButton", "Others", "Shows other examples of each class.")
        tip = f"Shows {PAGE} training examples at a time, with their labels."
        self.wall_button = _link("dataWallButton", f"Wall of {PAGE}", tip)
        self.controls.addWidget(self.others)
        self.controls.addWidget(self.wall_button)
        self.legend = PartLegend()
        self.rows = ClassRows()
        self.target = TargetSpread()
        self.column.addWidget(self.legend)
        self.column.addWidget(self.rows)
        self.column.addWidget(self.target)
        self.others.clicked.connect(self._on_others_clicked)
        self.wall_button.clicked.connect(self._on_wall_clicked)
        self.rows.example_requested.connect(self.example_requested)

    def set_data(self, prepared: Prepared) -> None:
        """Show another data set."""
        self._prepared = prepared
        classes = prepared.dataset.labelled
        self.heading.setText("Classes" if classes else "Target")
        self.rows.setVisible(classes)
        self.target.setVisible(not classes)
        pictures = prepared.dataset.kind.pictures and classes
        self.others.setVisible(pictures)
        self.set_caption(_PICTURES if pictures else "")
        self.caption.setVisible(pictures)
        self.legend.set_data(prepared)
        self.rows.set_data(prepared)
        self.target.set_summary(prepared, None)
        if self._wall is not None:
            self._wall.set_examples(prepared.dataset, prepared.train_index, None)

    def set_summary(self, prepared: Prepared, summary: DataSummary) -> None:
        """Show the numbers."""
        self.rows.set_summary(summary)
        self.target.set_summary(prepared, summary)

    def set_target(self, target: float | None) -> None:
        """Mark an example's target, or none."""
        self.target.set_target(target)

    @Slot()
    def _on_others_clicked(self) -> None:
        self.rows.turn_page()

    @Slot()
    def _on_wall_clicked(self) -> None:
        if self._prepared is None:
            return
        if self._wall is None:
            self._wall = named(ExampleWall(self), "dataWall")
            self._wall.example_requested.connect(self.example_requested)
        self._wall.show()
        self._wall.set_examples(self._prepared.dataset, self._prepared.train_index, None)
        self._wall.activateWindow()


def _link(name: str, text: str, tip: str) -> QPushButton:
    button = named(QPushButton(text), name, tip.rstrip("."), tip, role="link")
    return button
