"""Lets the selected place run over its map, as the kernel does."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QPushButton

from playground.gui.lenses.diagram.scene_painter import Scene
from playground.gui.widgets.timers import every

_WHOLE_MAP_MS = 20_000
_FASTEST_MS, _SLOWEST_MS = 40, 300


class Slide(QObject):
    """Moves on in reading order while its button is down; ``moved`` carries the next neuron."""

    moved = Signal(object)
    ended = Signal()

    def __init__(self, button: QPushButton, scene: Scene) -> None:
        super().__init__(button)
        self._button, self._scene = button, scene
        self._timer = every(self, _SLOWEST_MS, self.go_on)
        button.toggled.connect(self._on_toggled)

    @property
    def runs(self) -> bool:
        """Whether it is on its way."""
        return self._timer.isActive()

    @Slot()
    def stop(self) -> None:
        """Stay where it is."""
        self._button.setChecked(False)

    @Slot()
    def go_on(self) -> None:
        """Go to the next place, and stop after the last."""
        selected, picture = self._scene.selected, self._scene.picture
        beyond = None if selected is None else picture.next_place(selected)
        if beyond is None:
            self.stop()
        else:
            self.moved.emit(beyond)

    @Slot(bool)
    def _on_toggled(self, down: bool) -> None:
        if not down:
            self._timer.stop()
            self.ended.emit()
            return
        first = self._scene.picture.first_place(self._scene.selected)
        if first is None:
            self.stop()
            return
        wanted = _WHOLE_MAP_MS // self._scene.picture.places_of(first)
        self._timer.start(min(max(wanted, _FASTEST_MS), _SLOWEST_MS))
        self.moved.emit(first)
