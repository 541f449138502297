"""The activation heat map: every layer's answer to the probe, as tiles from left to right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMargins, QPoint, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPen

from playground.analysis.neurons.neuron import Neuron
from playground.data.dataset import Dataset
from playground.gui.lenses.activations.mosaic import Mosaic
from playground.gui.lenses.layer_tiles import LayerLabel, LayerTiles, meanings_of, tiles_for
from playground.gui.look.colors import Colors
from playground.gui.look.heat import Pixels, image_of
from playground.gui.look.meanings import ColorMeaning
from playground.gui.widgets.cells import Cell, Part
from playground.gui.widgets.heat_grid import LEFT, HeatGrid
from playground.nn.network import Network
from playground.nn.record import INPUT, LayerRecord

_READING_HEIGHT = 26
_AFTER = 18
_EMPTY = "Draw something, or pick an example: every neuron's response to it appears here."
_HINT = "Point at a tile to read its value, or move between tiles with the arrow keys."


class ActivationHeatMap(HeatGrid):
    """The input and every layer's activations for one example, a block a layer or a map.

    Values of zero and more run through viridis up to the layer's greatest, signed ones from orange
    over the ground to blue. ``neuron_hovered`` carries the :class:`Neuron` that is read out under
    the tiles, or ``None``; ``neuron_selected`` the one that was clicked or chosen with Enter.
    """

    neuron_hovered = Signal(object)
    neuron_selected = Signal(object)

    def __init__(self) -> None:
        super().__init__("activationHeatmap", "Activations of every layer for the present example")
        self.setMinimumSize(220, 160)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.parted = False
        self.summary = _EMPTY
        self._labels: dict[str, LayerLabel] = {}
        self._dataset: Dataset | None = None
        self._structure: tuple[object, ...] = ()
        self._layers: list[LayerTiles] = []
        self._maps: list[tuple[LayerTiles, int]] = []
        self._mosaic = Mosaic()
        self._selected: Neuron | None = None
        self.cell_pointed.connect(self._on_cell_pointed)
        self.cell_chosen.connect(self._on_cell_chosen)

    @property
    def layers(self) -> tuple[str, ...]:
        """The names of the layers that are shown, ``input`` first where it is known."""
        return tuple(layer.name for layer in self._layers)

    @property
    def meanings(self) -> tuple[ColorMeaning, ...]:
        """What the colours of the tiles stand for."""
        return meanings_of(self._layers)

    @property
    def reading(self) -> str:
        """The sentence under the tiles: the value under the mouse or the keyboard's frame."""
        return super().reading or self.summary

    def tile_rect(self, layer: str, index: int) -> QRect:
        """Return where a neuron's tile is, in this widget's pixels."""
        return self.cell_rect(self._cell(layer, index))

    def set_network(self, network: Network, dataset: Dataset) -> None:
        """Name the layers, the classes and the features; call it when the network is built."""
        self._labels = {layer.name: LayerLabel.of(layer, network.names) for layer in network.layers}
        self._dataset = dataset
        self._structure = ()

    def select(self, neuron: Neuron | None) -> None:
        """Frame the neuron that is selected in the window."""
        if neuron != self._selected:
            self._selected = neuron
            self.viewport().update()

    def clear(self) -> None:
        """Show no example."""
        self._layers, self._structure, self.summary = [], (), _EMPTY
        self.measure()

    def set_trace(self, traces: Sequence[LayerRecord], inputs: NDArray[np.floating[Any]]) -> None:
        """Show how every layer of the network answers one example.

        Parameters
        ----------
        traces
            Each layer's z and a, (…, 1).
        inputs
            The input itself, (features,).
        """
        assert self._dataset is not None
        structure = tuple((trace.name, trace.a.shape) for trace in traces)
        again = structure != self._structure
        if again:
            self._structure = structure
            self._layers = tiles_for(self._dataset, traces, self._labels)
        values = {trace.name: (trace.a, trace.z) for trace in traces}
        values[INPUT] = (np.reshape(inputs, (-1, 1)), None)
        for layer in self._layers:
            signed = layer.signed
            layer.take(*values[layer.name])
            again = again or layer.signed != signed
        self.summary = _HINT
        if again:
            self.measure()
        elif self.current is not None:
            self.tell()
        self.viewport().update()

    def measure(self) -> None:
        size = self.viewport().size() - QSize(0, _READING_HEIGHT)
        self._mosaic.arrange(self._layers, size)
        arranged = list(zip(self._layers, self._mosaic.blocks, strict=True))
        self._maps = [(layer, at) for layer, block in arranged for at in range(len(block.maps))]
        blocks = [cells for _, block in arranged for cells in block.maps]
        beyond = max((block.slot.right() for _, block in arranged), default=0) >= size.width()
        after = arranged[-1][1].shape.after + _AFTER if beyond else 0
        self.place(blocks, QMargins(0, 0, 0, _READING_HEIGHT), beside=after)

    def pixels(self, block: int, part: Part) -> Pixels:
        (layer, map_), cells = self._maps[block], self.blocks[block]
        pixels = layer.pixels(cells.columns, self.dark)
        return pixels[map_ * cells.rows : (map_ + 1) * cells.rows][part]

    def paint_cells(self, painter: QPainter, colors: Colors) -> None:
        """Draw each layer's maps from one image of them all."""
        for layer, block in zip(self._layers, self._mosaic.blocks, strict=True):
            rows, columns = block.shape.rows, block.shape.columns
            image = image_of(layer.pixels(columns, self.dark))
            for map_, cells in enumerate(block.maps):
                place = cells.whole.translated(-self.offset())
                painter.drawImage(place, image, QRect(0, map_ * rows, columns, rows))

    def sentence(self, cell: Cell) -> str:
        return self._maps[cell.block][0].reading(self._index(cell))

    def walked(self, cell: Cell, down: int, right: int) -> Cell:
        """Return the tile beside, above or below, of the next map or layer at a side."""
        block, (layer, map_) = self.blocks[cell.block], self._maps[cell.block]
        if block.holds(cell.row + down, cell.column + right):
            return Cell(cell.block, cell.row + down, cell.column + right)
        at = self.layers.index(layer.name)
        shape = self._mosaic.blocks[at].shape
        row, column = divmod(map_, shape.across)
        beside = (row + down) * shape.across + column + right
        if 0 <= column + right < shape.across and 0 <= beside < shape.maps:
            wrapped = (cell.row + down) % block.rows, (cell.column + right) % block.columns
            return Cell(cell.block - map_ + beside, *wrapped)
        if down or not 0 <= at + right < len(self._layers):
            return cell
        centre = self._centre(cell)
        places = [
            Cell(first, *self.blocks[first].nearest(centre))
            for first, (other, _) in enumerate(self._maps)
            if other is self._layers[at + right]
        ]
        away = [(self._centre(place) - centre).manhattanLength() for place in places]
        return places[int(np.argmin(away))]

    def sizeHint(self) -> QSize:
        return QSize(850, 520)

    def paint_around(self, painter: QPainter, colors: Colors) -> None:
        """Cover all but the tiles; write what stands beside them, and the reading below."""
        view = self.viewport().rect()
        line = QRect(18, view.bottom() + 1 - _READING_HEIGHT, view.width() - 36, 22)
        painter.setPen(QColor(colors.text if self.current is not None else colors.muted))
        elide = Qt.TextElideMode.ElideRight
        text = painter.fontMetrics().elidedText(self.reading, elide, line.width())
        painter.drawText(line, LEFT, text)
        painter.setClipRect(view.adjusted(0, 0, 0, -_READING_HEIGHT))
        painter.translate(-self.offset())
        painter.drawPixmap(0, 0, self._mosaic.cover(colors, self.devicePixelRatioF()))
        self._mosaic.draw_values(painter)

    def frames(self, colors: Colors) -> Iterable[tuple[QRect, str]]:
        chosen = self._selected
        counts = {layer.name: layer.count for layer in self._layers}
        if chosen is not None and chosen.unit < counts.get(chosen.layer, 0):
            yield self.tile_rect(*chosen), colors.text

    def draw_frame(self, painter: QPainter, place: QRect, color: str, colors: Colors) -> None:
        """Draw a frame that stands off from a tile's rounded corners."""
        tile, radius = QRectF(place), 2 + min(place.height() * 0.15, 5.0)
        for ink, width, apart in ((colors.central, 4, 1.5), (color, 2, 2)):
            painter.setPen(QPen(QColor(ink), width))
            painter.drawRoundedRect(tile.adjusted(-apart, -apart, apart, apart), radius, radius)

    @Slot(object)
    def _on_cell_pointed(self, cell: Cell | None) -> None:
        self.neuron_hovered.emit(None if cell is None else self._neuron(cell))

    @Slot(object)
    def _on_cell_chosen(self, cell: Cell) -> None:
        self.select(self._neuron(cell))
        self.neuron_selected.emit(self._selected)

    def _cell(self, layer: str, index: int) -> Cell:
        names = [tiles.name for tiles, _ in self._maps]
        first = names.index(layer)
        map_, place = divmod(index, self._maps[first][0].map_size)
        return Cell(first + map_, *divmod(place, self.blocks[first].columns))

    def _centre(self, cell: Cell) -> QPoint:
        return self.blocks[cell.block].rect(cell.row, cell.column).center()

    def _index(self, cell: Cell) -> int:
        layer, map_ = self._maps[cell.block]
        return map_ * layer.map_size + cell.row * self.blocks[cell.block].columns + cell.column

    def _neuron(self, cell: Cell) -> Neuron:
        return Neuron(self._maps[cell.block][0].name, self._index(cell))
