"""How an example of each kind of data is held in the hand: drawn, pointed at, or set by sliders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QWidget

from playground.data.dataset import Dataset
from playground.data.drawing.ink import Ink
from playground.data.kinds import DATA_KINDS, Pictures, PlanePoints, Sequences, TableRows
from playground.gui.probes.canvas_panel import CanvasPanel
from playground.gui.probes.plane_probe import PlaneProbe
from playground.gui.probes.step_probe import StepProbe
from playground.gui.probes.table_probe import TableProbe
from playground.registry import Companions
from playground.training.model import Model

if TYPE_CHECKING:
    from playground.gui.probes.scribe import Scribe

HANDS: Companions[type[QWidget]] = Companions(
    "panel for the hand",
    DATA_KINDS,
    {
        Pictures.kind: CanvasPanel,
        PlanePoints.kind: PlaneProbe,
        TableRows.kind: TableProbe,
        Sequences.kind: StepProbe,
    },
)
"""Each has the signal ``probe_requested`` and ``set_data``, ``probe``, ``set_probe`` and
``set_prediction``, as :class:`TableProbe` has. Where the network answers after each step,
``set_prediction`` is given the shares in time too."""


@runtime_checkable
class FollowsSteps(Protocol):
    """A panel that points at the steps of a sequence, and follows where other views point."""

    @property
    def step_pointed(self) -> SignalInstance:
        """Carries the step that all views should point at, or None for the end."""

    def set_step(self, step: int | None) -> None:
        """Follow the step that all views point at."""


@runtime_checkable
class OnPaper(Protocol):
    """A panel with a drawing, which stays in the hand as other data come."""

    @property
    def drawing(self) -> Ink:
        """What is drawn or written there."""

    def draw(self, ink: Ink) -> None:
        """Take over a drawing."""


@runtime_checkable
class Writes(Protocol):
    """A panel in which the network writes, and from which it can be taught what it wrote."""

    @property
    def taught(self) -> SignalInstance:
        """Carries a drawing and the name of what it is."""

    @property
    def scribe(self) -> Scribe:
        """The hand that writes."""

    def set_model(self, model: Model | None) -> None:
        """Write with this network."""


def hand_of(dataset: Dataset) -> type[QWidget]:
    """Return the panel for a data set: for what can be written or drawn, or else its kind's."""
    if dataset.writing is not None:
        from playground.gui.probes.writing_panel import WritingPanel  # not needed to start

        return WritingPanel
    return HANDS[dataset.kind.kind] if dataset.drawing is None else CanvasPanel
