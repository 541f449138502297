"""How an example of each kind of data is held in the hand: drawn, pointed at, or set by sliders."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from playground.data.kinds import DATA_KINDS, Pictures, PlanePoints, Sequences, TableRows
from playground.gui.probes.canvas_panel import CanvasPanel
from playground.gui.probes.plane_probe import PlaneProbe
from playground.gui.probes.table_probe import TableProbe
from playground.registry import Companions

HANDS: Companions[type[QWidget]] = Companions(
    "panel for the hand",
    DATA_KINDS,
    {
        Pictures.kind: CanvasPanel,
        PlanePoints.kind: PlaneProbe,
        TableRows.kind: TableProbe,
        Sequences.kind: CanvasPanel,
    },
)
"""Each has the signal ``probe_requested`` and ``set_data``, ``probe``, ``set_probe`` and
``set_prediction``, as :class:`TableProbe` has."""
