"""The probe of points on the plane: a place to ask the network about, and its answer."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from playground.data.dataset import Dataset
from playground.data.judged import unjudged
from playground.data.own.painted import MOST_CLASSES, PaintedPoints, class_names, obstacle
from playground.data.preparation import Prepared
from playground.gui.look.marking import named
from playground.gui.probes.paint_hand import PaintHand
from playground.gui.probes.paint_tools import PaintTools, Tool
from playground.gui.probes.plane_layer import PlaneScene
from playground.gui.probes.plane_plot import PROBE_TIP, PlanePlot
from playground.gui.probes.prediction import PredictionPanel
from playground.gui.probes.readout import Readout
from playground.gui.session.probe import Probe
from playground.gui.widgets.layouts import beside, stacked
from playground.gui.widgets.plane_axes import BOTTOM, LEFT, RIGHT, TOP
from playground.wording import counted, fixed

_MARGIN = 14
_START = 0.75
TOO_FEW = "Paint points of two classes to begin."
_TITLES = {
    Tool.PROBE: "Pick a point",
    Tool.BRUSH: "Paint points",
    Tool.ERASE: "Erase points",
    Tool.FLIP: "Change points' class",
    Tool.MOVE: "Move a point",
}


class PlaneProbe(QWidget):
    """Ask about any place, or paint points; ``probe_requested`` carries a place's Probe.

    ``hand`` tells what is painted, and ``tools`` what is asked for beyond.
    """

    probe_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._dataset: Dataset | None = None
        self._probe: Probe | None = None
        self.plot = PlanePlot()
        self.tools = PaintTools()
        self.hand = PaintHand(self.plot, self.tools)
        self._bare = False
        self._stays_with = ""
        self.prediction = PredictionPanel()
        self._place = Readout("Point in question", 1)
        self._title = named(QLabel(_TITLES[Tool.PROBE]), role="heading")
        self._count = named(QLabel(), role="muted")
        top = beside((self._title, 1), self._count)
        stacked(
            top,
            (self.plot, 1),
            self.tools,
            self._place,
            self.prediction,
            on=self,
            margins=(_MARGIN, 10, _MARGIN, 12),
            spacing=8,
        ).addStretch(0)
        self.plot.point_requested.connect(self._on_point_requested)
        self.tools.tool_changed.connect(self._on_tool_changed)
        self.hand.painted.connect(self._show_points)

    @property
    def place(self) -> str:
        """The probe's coordinates as written under the plane."""
        return self._place.text

    def set_data(self, prepared: Prepared) -> None:
        """Show a data set of points, those held back from training as outlines.

        The probe, the network's answers and a stroke that is being painted stay where it is the
        same set as before with other points.
        """
        dataset, before = prepared.dataset, self._dataset
        edited = before is not None and not self._bare and before.name == dataset.name
        self._dataset = dataset
        held_back = np.ones(len(dataset), np.bool_)
        held_back[prepared.train_index] = False
        self._take(dataset, held_back)
        self._set_bare(False)
        self.tools.set_obstacle(obstacle(unjudged(dataset)))
        if edited and before is not None and dataset.class_names == before.class_names:
            if not self.hand.busy:
                self.plot.set_scene(PlaneScene.of(dataset, held_back))
        else:
            self.plot.set_data(dataset, held_back)
            self.prediction.set_classes(dataset.class_names)
            self._name_classes(dataset)
        self._show_points()
        if not edited or self._probe is None:
            low, high = dataset.value_range
            self.set_probe(_probe_at((low + _START * (high - low),) * 2))
        else:
            self.set_probe(self._probe)

    def set_bare(self, points: PaintedPoints, like: Dataset | None, stays_with: str) -> None:
        """Show a plane that nothing is learned from yet: no probe and no answers.

        ``stays_with`` is the title of the data that the network has until then, if it is another.
        """
        self._set_bare(True)
        self._stays_with = stays_with
        self.hand.take(points, np.zeros(len(points), np.bool_), like)
        self.tools.set_obstacle("")
        self._name_classes(like)
        self.plot.set_answers(None)
        self.hand.show()
        self.set_probe(None)
        self._place.set_lines([])
        self._show_points()

    def _name_classes(self, like: Dataset | None) -> None:
        like = None if like is None else unjudged(like)
        self.tools.set_class_names(class_names(MOST_CLASSES, like))

    def _set_bare(self, bare: bool) -> None:
        self._bare = bare
        self.tools.set_bare(bare)
        self.prediction.setVisible(not bare)

    def _take(self, dataset: Dataset, held_back: NDArray[np.bool_]) -> None:
        """Let the hand go on with a data set's points."""
        plain = unjudged(dataset)
        points = None if obstacle(plain) else PaintedPoints.of(plain)
        present = self.hand.points
        if (
            points is not None
            and present is not None
            and np.array_equal(points.points, present.points)
            and np.array_equal(points.labels, present.labels)
        ):
            self.hand.hold_back(held_back, dataset)
        else:
            self.hand.take(points, held_back, dataset)

    @Slot()
    def _show_points(self) -> None:
        """Tell how many points there are, and that they are not enough."""
        points = self.hand.points
        painting = points is not None and self.tools.tool is not Tool.PROBE
        count = len(points) if points is not None else 0
        self._count.setText(counted(count, "point") if painting else "")
        sentence = "" if points is None or self.enough(points) else TOO_FEW
        if self._bare and self._stays_with and not count:
            sentence += f" Until then the network stays with {self._stays_with}."
        self.plot.set_sentence(sentence)

    def enough(self, points: PaintedPoints) -> bool:
        """Return whether there is something to learn: two classes, or any points to be made."""
        pair = self._dataset is not None and unjudged(self._dataset) is not self._dataset
        return points.trainable or (pair and len(points) > 0)

    def probe(self) -> Probe | None:
        """Return the point that is asked about."""
        return self._probe

    def surface_grid(self) -> NDArray[np.float32]:
        """Return the points whose answers :meth:`set_surface` shows, (n, 2), not normalized."""
        return self.plot.grid()

    def set_surface(self, outputs: NDArray[np.floating] | None) -> None:
        """Show the network's answers at the points of :meth:`surface_grid`.

        ``outputs`` has the shape (n, classes), or (n, 1) for a regression's values and for the
        second of two classes; ``None`` shows the bare points.
        """
        self.plot.set_answers(None if self._bare else outputs)

    def set_probe(self, probe: Probe | None) -> None:
        """Show where the probe is, or that there is none."""
        self._probe = probe
        if probe is None or self._dataset is None:
            self.plot.set_point(None)
            self._place.set_lines([("Click on the plane to ask about a place", "muted")])
            self.prediction.clear()
            return
        x1, x2 = probe.inputs.tolist()
        self.plot.set_point((x1, x2))
        names = self._dataset.feature_names
        place = f"{names[0]} = {fixed(x1, 2)},  {names[1]} = {fixed(x2, 2)}"
        self._place.set_lines([(place, "text")])

    def set_prediction(self, shares: ArrayLike | None, outputs: ArrayLike | None = None) -> None:
        """Show the answer at the probe; see :meth:`PredictionPanel.set_answer`."""
        if self._dataset is not None and not self._bare:
            self.prediction.set_answer(self._dataset, self._probe, shares, outputs)

    @Slot(object)
    def _on_tool_changed(self, tool: Tool) -> None:
        self._title.setText(_TITLES[tool])
        self.plot.setToolTip("" if tool is not Tool.PROBE else PROBE_TIP)
        self._show_points()

    @Slot(object)
    def _on_point_requested(self, point: tuple[float, float]) -> None:
        self.set_probe(_probe_at(point))
        self.probe_requested.emit(self._probe)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = event.size().width() - 2 * _MARGIN - LEFT - RIGHT
        smallest = self.plot.minimumSizeHint().height()
        self.plot.setMaximumHeight(max(round(side + TOP + BOTTOM), smallest))


def _probe_at(point: tuple[float, float]) -> Probe:
    x1, x2 = point
    return Probe(np.array(point, np.float32), f"({fixed(x1, 2)}, {fixed(x2, 2)})")
