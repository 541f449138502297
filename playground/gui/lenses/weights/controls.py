"""The two lines above the weights: what to look at, and how."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QLabel,
    QPushButton,
    QWidget,
)

from playground.gui.lenses.weights.layer_table import LayerTable
from playground.gui.lenses.weights.over_time import QUANTITIES
from playground.gui.look.marking import named
from playground.gui.widgets.buttons import push_button
from playground.gui.widgets.combo_box import named_box, offer
from playground.gui.widgets.elided_label import ElidedLabel
from playground.gui.widgets.labels import titled
from playground.gui.widgets.layouts import beside, stacked

_VIEWS = {
    "pictures": (
        "Pictures",
        "weightsPicturesButton",
        "Each neuron's weights or map's kernels as pictures.",
    ),
    "matrix": (
        "Matrix",
        "weightsMatrixButton",
        "All weights and biases of a layer, as a grid of cells.",
    ),
    "time": (
        "Over time",
        "weightsTimeButton",
        "How weights, gradients and activations were distributed as training went on.",
    ),
}
_ONE_LINE, _LABELLED = 540, 470


class Controls(QWidget):
    """``changed`` tells that another view, layer or way of showing was chosen."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tables: tuple[LayerTable, ...] = ()
        self._wanted = "pictures"
        self._buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        self._labels: list[QLabel] = []
        self._wide = True
        first = self._first = beside(spacing=4)
        for view, (text, name, tip) in _VIEWS.items():
            button = push_button(name, text, tip)
            button.setCheckable(True)
            button.setFixedHeight(26)
            self._group.addButton(button)
            self._buttons[view] = button
            first.addWidget(button)
        self._buttons["matrix"].setChecked(True)
        self.shapes = named(ElidedLabel("", "muted"), "weightShapes")
        first.addSpacing(8)
        first.addWidget(self.shapes, 100)
        first.addStretch(1)

        self.layer_box = named_box("weightsLayerBox", "Layer", "The layer whose weights are shown.")
        self.sort_box = named_box(
            "weightsSortBox",
            "Order of the neurons or maps",
            "By norm, those with the longest weights come first.",
            (("Number", False), ("Norm ‖w‖", True)),
        )
        self.own_scale_box = named(
            QCheckBox("Own scales"),
            "weightsOwnScaleBox",
            "Each neuron or map has its own scale of colours",
            "Give each neuron or map the whole range of colours; otherwise all share one scale and "
            "can be compared.",
        )
        tip = "What to follow over the epochs."
        self.quantity_box = named_box("quantityBox", "Quantity", tip, QUANTITIES)
        self.log_box = named(
            QCheckBox("Logarithmic |v|"),
            "weightsLogBox",
            "Sizes on a logarithmic scale",
            "Show the sizes |v| on a logarithmic scale: gradients may differ by powers of ten. "
            "Values that are exactly 0 have no place on it.",
        )
        self._now = self._line(
            ("Layer", self.layer_box), ("Sorted by", self.sort_box), ("", self.own_scale_box)
        )
        self._time = self._line(("Show", self.quantity_box), ("", self.log_box))
        self._column = stacked(first, self._now, on=self, margins=0, spacing=6)
        first.insertWidget(first.count() - 1, self._time)
        self._group.buttonClicked.connect(self._on_view_chosen)
        for box in (self.layer_box, self.sort_box, self.quantity_box):
            box.currentIndexChanged.connect(self._on_choice)
        for check in (self.own_scale_box, self.log_box):
            check.toggled.connect(self._on_choice)
        self._arrange()

    @property
    def view(self) -> str:
        """``pictures``, ``matrix`` or ``time``: what is shown, which a layer may have changed."""
        return next(view for view, button in self._buttons.items() if button.isChecked())

    @property
    def table(self) -> LayerTable | None:
        """The layer that is chosen."""
        return self.tables[self.layer_box.currentIndex()] if self.tables else None

    def set_layers(self, tables: Sequence[LayerTable]) -> None:
        """List the layers that have parameters; the chosen one stays where it still exists."""
        name = self.table.tensors[0] if self.table is not None else ""
        self.tables = tuple(tables)
        offer(self.layer_box, ((table.title, table.tensors[0]) for table in tables), name)
        self._arrange()

    def fit(self, width: int) -> None:
        """Leave the boxes' labels out where there is little room, and use a line more."""
        wide = width >= _ONE_LINE
        if wide != self._wide:
            self._wide = wide
            if wide:
                self._first.insertWidget(self._first.count() - 1, self._time)
            else:
                self._column.addWidget(self._time)
        for label in self._labels:
            label.setVisible(width >= _LABELLED)

    def _arrange(self) -> None:
        """Offer the views that the chosen layer has, and their controls."""
        table = self.table
        pictured = table is not None and table.picture is not None
        pictures = self._buttons["pictures"]
        pictures.setVisible(any(one.picture is not None for one in self.tables))
        pictures.setEnabled(pictured)
        pictures.setToolTip(
            _VIEWS["pictures"][2]
            if pictured
            else "Only a layer that reads pictures has weights that make pictures."
        )
        wanted = self._wanted if self._wanted != "pictures" or pictured else "matrix"
        self._buttons[wanted].setChecked(True)
        self._now.setVisible(wanted != "time")
        self._time.setVisible(wanted == "time")
        self.shapes.setVisible(wanted != "time")
        self.shapes.set_text(table.shapes if table is not None else "")

    def _line(self, *parts: tuple[str, QWidget]) -> QWidget:
        line = QWidget()
        row = beside(on=line, margins=0, spacing=6)
        for title, control in parts:
            if title:
                self._labels.append(titled(control, title))
                row.addWidget(self._labels[-1])
            row.addWidget(control)
            row.addSpacing(6)
        row.addStretch(1)
        return line

    @Slot()
    def _on_view_chosen(self) -> None:
        self._wanted = self.view
        self._on_choice()

    @Slot()
    def _on_choice(self) -> None:
        self._arrange()
        self.changed.emit()
