"""The one example that the user holds in the hand, whatever kind of data it is."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from playground.data.dataset import Dataset
from playground.data.drawing.drawing import Stages
from playground.data.preparation import PARTS, Prepared
from playground.wording import nth


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
    row
        Its place among the examples, when it is one.
    """

    inputs: NDArray[np.float32]
    title: str
    label: int | None = None
    stages: Stages | None = None
    target: float | None = None
    row: int | None = None

    def within(self, prepared: Prepared) -> Probe | None:
        """Return it as prepared data know it, None where its inputs are of another kind.

        An example that the data have no longer is an input like any other, and so is what was
        drawn as a class that they have no longer.
        """
        dataset = prepared.dataset
        if len(self.inputs) != dataset.features:
            return None
        if self.row is None:
            known = self.label is None or self.label < len(dataset.class_names)
            return self if known else replace(self, label=None)
        row = self._row_in(dataset)
        if row is not None:
            same = example_probe(prepared, row)
            return self if same.title == self.title else same
        return replace(self, title="An example that is gone", label=None, target=None, row=None)

    def _row_in(self, dataset: Dataset) -> int | None:
        """Return where the example is now, most likely where it was."""
        candidates = np.arange(len(dataset))
        if not dataset.task.at_every_step:
            targets = dataset.targets.reshape(len(dataset), -1)[:, 0]
            target = self.label if self.target is None else self.target
            candidates = np.flatnonzero(targets == target)
        for rows in (candidates[candidates == self.row], candidates):
            found = rows[np.all(dataset.inputs[rows] == self.inputs, axis=1)]
            if len(found):
                return int(found[0])
        return None


def example_probe(prepared: Prepared, index: int) -> Probe:
    """Return an example of the data as the one that every view shows."""
    dataset = prepared.dataset
    part = prepared.part_of(index)
    title = f"{'Left-out' if part is None else PARTS[part].capitalize()} example {nth(index)}"
    inputs = np.array(dataset.inputs[index])
    if dataset.task.at_every_step:
        return Probe(inputs, title, row=index)
    if not dataset.labelled:
        return Probe(inputs, title, target=float(dataset.targets[index, 0]), row=index)
    return Probe(inputs, title, label=int(dataset.targets[index]), row=index)


def alike(one: Prepared | None, other: Prepared) -> bool:
    """Return whether what was asked of some data, or chosen there, may mean the same of others."""
    if one is None or one.dataset.kind != other.dataset.kind:
        return False
    return other.dataset.kind.on_plane or one.dataset.class_names == other.dataset.class_names
