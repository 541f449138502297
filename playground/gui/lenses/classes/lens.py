"""The tab that shows which classes each neuron answers to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from playground.analysis.neurons.class_activity import (
    ClassActivity,
    class_activity,
    saturation_bounds,
)
from playground.data.preparation import Prepared
from playground.gui.lenses.classes.view import ClassActivityLens
from playground.gui.lenses.layer_tiles import LayerLabel
from playground.gui.lenses.lens import Lens
from playground.gui.session.analyst import Answer
from playground.gui.session.session import Session
from playground.gui.widgets.layouts import stacked
from playground.training.model import Model

INTERVAL_S = 0.25
LARGEST_PART = 2_000


class ClassesTab(Lens):
    """Lets the analyst measure the mean activations, and shows them."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.map = ClassActivityLens()
        stacked(self.map, on=self, margins=0)
        self.map.part_requested.connect(self._on_part_requested)
        self.watch("activity", _train_activity, INTERVAL_S)

    def on_data(self, prepared: Prepared) -> None:
        """Forget the former data's classes."""
        self.map.set_activity(None)

    def on_model(self, model: Model | None) -> None:
        """Name the layers."""
        if model is None:
            return
        last = model.network.layers[-1]
        self.map.set_titles(
            {
                layer.name: LayerLabel.of(layer, output=layer is last).title
                for layer in model.network.layers
            }
        )

    def on_answer(self, topic: str, answer: Answer) -> None:
        """Show what was measured."""
        self.map.set_activity(answer.value)

    @Slot(str)
    def _on_part_requested(self, part: str) -> None:
        self.watch("activity", _train_activity if part == "train" else _test_activity, INTERVAL_S)


def _train_activity(model: Model, prepared: Prepared) -> ClassActivity:
    return _activity(model, prepared.train_index)


def _test_activity(model: Model, prepared: Prepared) -> ClassActivity:
    return _activity(model, prepared.test_index)


def _activity(model: Model, index: NDArray[np.int64]) -> ClassActivity:
    index = index[:LARGEST_PART]
    dataset = model.dataset
    return class_activity(
        model.trace(dataset.inputs[index]),
        dataset.targets[index],
        dataset.class_names,
        saturation_bounds(model.network.layers),
    )
