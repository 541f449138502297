"""The stages of the step as a list, in parts, with the present one marked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSizePolicy, QWidget

from playground.analysis.slow_step import Stage
from playground.gui.look.marking import named
from playground.wording import layer_words

PHASES = {
    "batch": "The batch",
    "forward": "Forward",
    "loss": "Loss",
    "backward": "Backward",
    "update": "Update",
    "outcome": "Outcome",
}
_STAGE = Qt.ItemDataRole.UserRole


class StageList(QListWidget):
    """Lists stages; ``stage_requested`` carries the place of a chosen one."""

    stage_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "stepStages", "Stages of the step")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setUniformItemSizes(False)
        self._rows: list[int] = []
        self.currentItemChanged.connect(self._on_current_item_changed)

    def show_stages(self, stages: Sequence[Stage]) -> None:
        """List other stages."""
        with QSignalBlocker(self):
            self.clear()
            self._rows = []
            phase, layer = "", ""
            for index, stage in enumerate(stages):
                if stage.phase != phase:
                    phase, layer = stage.phase, ""
                    self._add_heading(PHASES[phase])
                if stage.phase == "backward" or stage.phase == "forward":
                    if stage.layer != layer:
                        layer = stage.layer
                        self._add_layer(layer_words(layer))
                item = QListWidgetItem(f"   {stage.label}")
                item.setToolTip(f"{stage.title[0].upper()}{stage.title[1:]}: {stage.formula}")
                item.setData(_STAGE, index)
                item.setSizeHint(QSize(10, 20))
                self.addItem(item)
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

    def _add_heading(self, text: str) -> None:
        item = QListWidgetItem(text)
        font = QFont(self.font())
        font.setBold(True)
        item.setFont(font)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setSizeHint(QSize(10, 22))
        self.addItem(item)

    def _add_layer(self, text: str) -> None:
        item = QListWidgetItem(f" {text}")
        font = QFont(self.font())
        font.setPixelSize(11)
        item.setFont(font)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setSizeHint(QSize(10, 17))
        self.addItem(item)

    @Slot()
    def _on_current_item_changed(self) -> None:
        item = self.currentItem()
        if item is not None and item.data(_STAGE) is not None:
            self.stage_requested.emit(item.data(_STAGE))
