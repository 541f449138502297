"""The one example that the user holds in the hand, whatever kind of data it is."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from playground.data.drawing.drawing import Stages
from playground.data.preparation import Prepared


@dataclass(frozen=True, eq=False)
class Probe:
    """An input for the network to answer, and what is known about it.

    Parameters
    ----------
    inputs
        float32 of shape (features,), in the data set's own values (not normalized).
    title
        What it is, in a few words: ``"Your drawing"``, ``"Training example 17"``.
    label
        Its true class, when it is an example of the data set.
    stages
        How a drawing became these inputs.
    target
        Its true value, when it is an example of a data set for regression.
    """

    inputs: NDArray[np.float32]
    title: str
    label: int | None = None
    stages: Stages | None = None
    target: float | None = None

    def within(self, prepared: Prepared) -> Probe | None:
        """Return it as prepared data know it, None where its inputs are of another kind.

        An example that the data have no longer is an input like any other, and so is a drawing of
        a class that they do not have.
        """
        dataset = prepared.dataset
        if len(self.inputs) != dataset.features:
            return None
        if self.stages is not None and (self.label or 0) >= len(dataset.class_names):
            return replace(self, label=None)
        if self.stages is not None or self.meant == (None, None):
            return self
        same = (dataset.inputs == self.inputs).all(axis=1)
        there = (example_probe(prepared, int(row)) for row in np.flatnonzero(same))
        gone = replace(self, title="An example that is gone", label=None, target=None)
        return next((one for one in there if one.meant == self.meant), gone)

    @property
    def meant(self) -> tuple[int | None, float | None]:
        """The answer that it should get."""
        return self.label, self.target


def example_probe(prepared: Prepared, index: int) -> Probe:
    """Return an example of the data as the one that every view shows."""
    dataset = prepared.dataset
    held_back = not prepared.tested_on_train and index in prepared.test_index
    title = f"{'Test' if held_back else 'Training'} example {index}"
    inputs = np.array(dataset.inputs[index])
    if not dataset.labelled:
        return Probe(inputs, title, target=float(dataset.targets[index, 0]))
    return Probe(inputs, title, label=int(dataset.targets[index]))
