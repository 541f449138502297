"""What there is to be told apart or foretold: the classes with their examples, or the target."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QPushButton

from playground.data.preparation import PARTS, Prepared
from playground.data.summary import DataSummary
from playground.gui.lenses.data.class_rows import ClassRows
from playground.gui.lenses.data.target_spread import TargetSpread
from playground.gui.look.marking import named
from playground.gui.look.theme import colors_of, on_theme_changed
from playground.gui.widgets.example_wall import PAGE, ExampleWall
from playground.gui.widgets.section import LensSection

_PICTURES = "Each class's mean picture, then some of its training examples."


class ClassesSection(LensSection):
    """``example_requested`` carries the row of the data set that was picked."""

    example_requested = Signal(int)
    _prepared: Prepared | None = None

    def __init__(self) -> None:
        super().__init__("dataClasses", "Classes")
        self._wall: ExampleWall | None = None
        self.others = _link(
            "otherExamplesButton", "Show others", "Show other examples of each class."
        )
        tip = f"Show {PAGE} training examples at a time, with their labels."
        self.wall_button = _link("dataWallButton", f"Wall of {PAGE}", tip)
        self.controls.addWidget(self.others)
        self.controls.addWidget(self.wall_button)
        self.legend = named(QLabel(), spoken="Colours of the parts", role="muted")
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self.legend.setMinimumHeight(20)
        self.rows = ClassRows()
        self.target = TargetSpread()
        for widget in (self.legend, self.rows, self.target):
            self.column.addWidget(widget)
        self.others.clicked.connect(self.rows.turn_page)
        self.wall_button.clicked.connect(self._on_wall_clicked)
        self.rows.example_requested.connect(self.example_requested)
        on_theme_changed(self._show_legend)

    def set_data(self, prepared: Prepared) -> None:
        """Show another data set."""
        self._prepared = prepared
        classes = prepared.dataset.labelled or prepared.dataset.task.at_every_step
        self.heading.setText("Classes" if classes else "Target")
        self.rows.setVisible(classes)
        self.target.setVisible(not classes)
        pictures = prepared.dataset.kind.pictures and classes
        self.others.setVisible(pictures)
        self.set_caption(_PICTURES if pictures else "")
        self.caption.setVisible(pictures)
        self._show_legend()
        self.rows.set_data(prepared)
        self.target.set_summary(prepared, None)
        if self._wall is not None:
            self._wall.set_examples(prepared.dataset, prepared.train_index, None)

    def set_summary(self, prepared: Prepared, summary: DataSummary) -> None:
        """Show the numbers."""
        self.rows.set_summary(summary)
        self.target.set_summary(prepared, summary)

    @Slot()
    def _show_legend(self) -> None:
        """Tell which colour stands for which part."""
        if self._prepared is None:
            return
        colors = colors_of(self)
        parts = [(PARTS[part], getattr(colors, part)) for part in self._prepared.parts]
        if len(parts) == 1:
            parts = [("all examples", colors.train)]
        squares = (f"<span style='color: {color}'>■</span> {word}" for word, color in parts)
        self.legend.setText("&nbsp;&nbsp; ".join(squares))

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
    return named(QPushButton(text), name, tip.rstrip("."), tip, role="link")
