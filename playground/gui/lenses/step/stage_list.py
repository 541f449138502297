"""The stages of the step as a list, in parts, with the present one marked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSizePolicy

from playground.analysis.slow_step import Stage
from playground.gui.look.marking import named
from playground.gui.look.theme import SMALL_PX
from playground.nn.names import LayerNames

PHASES = {
    "batch": "The batch",
    "forward": "Forward",
    "loss": "Loss",
    "backward": "Backward",
    "update": "Update",
    "outcome": "Outcome",
}
_STAGE = Qt.ItemDataRole.UserRole


def heading_of(stage: Stage, names: LayerNames) -> str:
    """Return what a stage is called by itself: ``Dense 1: weighted sums``."""
    if stage.layer:
        return f"{names.short(stage.layer)}: {stage.title}"
    return stage.title[0].upper() + stage.title[1:]


class StageList(QListWidget):
    """Lists stages; ``stage_requested`` carries the place of a chosen one."""

    stage_requested = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        named(self, "stepStages", "Stages of the step")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._rows: list[int] = []
        self.currentItemChanged.connect(self._on_current_item_changed)

    def show_stages(self, stages: Sequence[Stage], names: LayerNames) -> None:
        """List other stages."""
        with QSignalBlocker(self):
            self.clear()
            self._rows = []
            heading, small = QFont(self.font()), QFont(self.font())
            heading.setBold(True)
            small.setPixelSize(SMALL_PX)
            phase, layer = "", ""
            for index, stage in enumerate(stages):
                if stage.phase != phase:
                    phase, layer = stage.phase, ""
                    self._add(PHASES[phase], 22).setFont(heading)
                if stage.phase in ("forward", "backward") and stage.layer != layer:
                    layer = stage.layer
                    self._add(f" {names.short(layer)}", 17).setFont(small)
                item = self._add(f"   {stage.label}", 20)
                item.setToolTip(f"{heading_of(stage, names)}: {stage.formula}")
                item.setData(_STAGE, index)
                item.setFlags(Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled)
                self._rows.append(self.count() - 1)

    def mark(self, index: int) -> None:
        """Mark the present stage; −1 for none."""
        with QSignalBlocker(self):
            self.setCurrentRow(self._rows[index] if 0 <= index < len(self._rows) else -1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.currentItem() is not None:
            self.scrollToItem(self.currentItem())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            super().keyPressEvent(event)
        else:
            event.ignore()

    def _add(self, text: str, height: int) -> QListWidgetItem:
        """Add a line that cannot be chosen yet."""
        item = QListWidgetItem(text, self)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setSizeHint(QSize(10, height))
        return item

    @Slot()
    def _on_current_item_changed(self) -> None:
        item = self.currentItem()
        if item is not None:
            self.stage_requested.emit(item.data(_STAGE))
