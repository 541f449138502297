"""The activation heat map: every layer's answer to the probe, as tiles from left to right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.analysis.neurons.neuron import Neuron
from playground.data.dataset import Dataset
from playground.gui.lenses.activations.mosaic import Mosaic
from playground.gui.lenses.layer_tiles import (
    INPUT,
    LayerLabel,
    LayerTiles,
    example_of,
    tiles_for,
)
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.nn.network import Network
from playground.nn.record import LayerTrace

_READING_HEIGHT = 26
_EMPTY = "Draw something, or pick an example: every neuron's answer to it appears here."
_HINT = "Point at a tile to read its value, or walk the tiles with the arrow keys."
_ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_CHOOSE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class ActivationsLens(QWidget):
    """Paints the input and every layer's activations for one example.

    Values of zero and more run through viridis up to the layer's greatest, signed ones from orange
    over the ground to blue. ``neuron_hovered`` carries the :class:`Neuron` that is read out under
    the tiles, or ``None``; ``neuron_selected`` the one that was clicked or chosen with Enter.
    """

    neuron_hovered = Signal(object)
    neuron_selected = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("activationHeatmap")
        self.setAccessibleName("Activations of every layer for the present example")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(220, 160)
        self._labels: dict[str, LayerLabel] = {}
        self._class_names: tuple[str, ...] = ()
        self._feature_names: tuple[str, ...] = ()
        self._input_range = (0.0, 1.0)
        self._structure: tuple[Any, ...] = ()
        self._layers: list[LayerTiles] = []
        self._mosaic = Mosaic()
        self._arranged: tuple[Any, ...] = ()
        self._current: tuple[int, int] | None = None
        self._selected: Neuron | None = None

    @property
    def layers(self) -> tuple[str, ...]:
        """The names of the layers that are shown, ``input`` first where it is known."""
        return tuple(layer.name for layer in self._layers)

    @property
    def reading(self) -> str:
        """The sentence under the tiles: the value under the mouse or the keyboard's frame."""
        if not self._layers:
            return _EMPTY
        if self._current is None:
            return _HINT
        position, index = self._current
        return self._layers[position].reading(index)

    def tile_rect(self, layer: str, index: int) -> QRect:
        """Return where a neuron's tile is, in this widget's pixels."""
        self._arrange()
        return self._mosaic.blocks[self.layers.index(layer)].tile(index)

    def set_network(self, network: Network, dataset: Dataset) -> None:
        """Name the layers, the classes and the features; call it when the network is built."""
        last = len(network.layers) - 1
        self._labels = {
            layer.name: LayerLabel.of(layer, output=index == last)
            for index, layer in enumerate(network.layers)
        }
        self._class_names = tuple(dataset.class_names)
        self._feature_names = tuple(dataset.feature_names)
        self._input_range = dataset.value_range
        self._structure = ()

    def select(self, neuron: Neuron | None) -> None:
        """Frame the neuron that is selected in the window."""
        if neuron != self._selected:
            self._selected = neuron
            self.update()

    def set_trace(
        self,
        input_image_shape: tuple[int, ...] | None,
        traces: Sequence[LayerTrace],
        inputs: NDArray[np.floating[Any]] | None = None,
    ) -> None:
        """Show how every layer answers one example.

        Parameters
        ----------
        input_image_shape
            The shape of the input, (1, 8, 8) for pictures; ``None`` when there is no example.
        traces
            Each layer's z and a, (units, 1) or (units,).
        inputs
            The input itself, (features,); without it the tiles begin with the first layer.
        """
        if input_image_shape is None or not traces:
            self._layers, self._structure = [], ()
            self._point_at(None)
            self.update()
            return
        counts = tuple((trace.name, trace.a.shape) for trace in traces)
        structure = (input_image_shape, counts, inputs is None)
        if structure != self._structure:
            self._structure = structure
            self._layers = tiles_for(
                input_image_shape,
                traces,
                self._labels,
                self._class_names,
                self._feature_names,
                None if inputs is None else self._input_range,
            )
            self._arranged = ()
            self._keep_current()
        values = {trace.name: (trace.a, trace.z) for trace in traces}
        if inputs is not None:
            values[INPUT] = (np.asarray(inputs).reshape(-1), None)
        for layer in self._layers:
            signed = layer.signed
            a, z = values[layer.name]
            example = example_of(a)
            if example is not None:
                layer.take(example, example_of(z))
            if layer.signed != signed:
                self._arranged = ()
        self._mosaic.refresh()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(850, 520)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setFont(ui_font(SMALL_PX))
        painter.setPen(QColor(colors.muted))
        if not self._layers:
            centre = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(20, 20, -20, -20), centre, _EMPTY)
            painter.end()
            return
        self._arrange()
        line = QRect(18, self.height() - _READING_HEIGHT, self.width() - 36, _READING_HEIGHT - 4)
        if self._current is not None:
            painter.setPen(QColor(colors.text))
        text = painter.fontMetrics().elidedText(
            self.reading, Qt.TextElideMode.ElideRight, line.width()
        )
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        self._mosaic.paint(painter)
        if self._selected is not None and self._selected.layer in self.layers:
            chosen = (self.layers.index(self._selected.layer), self._selected.unit)
            self._mosaic.frame(painter, chosen, colors.text, 2)
        if self._current is not None:
            focused = self.hasFocus()
            self._mosaic.frame(painter, self._current, colors.accent if focused else colors.text, 2)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arranged = ()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._arranged = ()
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self._hit(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._hit(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and place is not None:
            self._point_at(place)
            self._choose(place)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if not self.hasFocus():
            self._point_at(None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        by_keyboard = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.ShortcutFocusReason,
        )
        if by_keyboard and self._current is None and self._layers:
            self._point_at((0, 0))
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point_at(None)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if not self._layers:
            super().keyPressEvent(event)
        elif self._current is None and (key in _ARROWS or key in _CHOOSE):
            self._point_at((0, 0))
        elif key in _ARROWS:
            self._walk(*_ARROWS[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            position = self._current[0] if self._current else 0
            last = self._layers[position].count - 1
            self._point_at((position, 0 if key == Qt.Key.Key_Home else last))
        elif key in _CHOOSE and self._current is not None:
            self._choose(self._current)
        else:
            super().keyPressEvent(event)

    def _arrange(self) -> None:
        colors, ratio = colors_of(self), self.devicePixelRatioF()
        state = (self.size(), colors, ratio)
        if state != self._arranged:
            self._arranged = state
            size = QSize(self.width(), self.height() - _READING_HEIGHT)
            self._mosaic.arrange(self._layers, size, colors, ratio)

    def _hit(self, point: QPoint) -> tuple[int, int] | None:
        if not self._layers:
            return None
        self._arrange()
        return self._mosaic.hit(point)

    def _walk(self, down: int, right: int) -> None:
        """Move the frame one tile; beyond a layer's edge, to the nearest tile of the next layer."""
        if self._current is None:
            return
        self._arrange()
        position, index = self._current
        blocks = self._mosaic.blocks
        row, column = blocks[position].place(index)
        beside = blocks[position].index_at(row + down, column + right)
        if beside is not None:
            self._point_at((position, beside))
        elif right and 0 <= position + right < len(blocks):
            centre = blocks[position].tile(index).center()
            block = blocks[position + right]
            nearest = min(
                range(block.shape.count),
                key=lambda other: (block.tile(other).center() - centre).manhattanLength(),
            )
            self._point_at((position + right, nearest))

    def _point_at(self, place: tuple[int, int] | None) -> None:
        if place == self._current:
            return
        self._current = place
        self.setAccessibleDescription(self.reading)
        told = QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
        QAccessible.updateAccessibility(told)
        self.neuron_hovered.emit(None if place is None else self._neuron(place))
        self.update()

    def _choose(self, place: tuple[int, int]) -> None:
        self._selected = self._neuron(place)
        self.neuron_selected.emit(self._selected)
        self.update()

    def _neuron(self, place: tuple[int, int]) -> Neuron:
        return Neuron(self._layers[place[0]].name, place[1])

    def _keep_current(self) -> None:
        """Let go of a place that the new layers do not have."""
        if self._selected is not None:
            counts = {layer.name: layer.count for layer in self._layers}
            if self._selected.unit >= counts.get(self._selected.layer, 0):
                self._selected = None
        if self._current is not None:
            position, index = self._current
            if position >= len(self._layers) or index >= self._layers[position].count:
                self._point_at(None)
