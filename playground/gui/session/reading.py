"""How the network of this moment answers the probe, and what it should have answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.gui.session.probe import Probe
from playground.nn.record import LayerRecord
from playground.training.model import Model


@dataclass(frozen=True, eq=False)
class Reading:
    """The network's answer to the probe.

    Attributes
    ----------
    traces
        Every layer's z and a.
    outputs
        (outputs,): the last layer's values.
    shares
        (classes,): a share for each class, None for a regression.
    shares_in_time
        (steps, classes): the same at every step of a sequence that there is; one step where the
        network answers once.
    at_every_step, wanted
        Whether something else is asked at every step; and what, (1, outputs·steps), where the probe
        is an example of the data. Where the probe itself is wanted back, what it is, (1, outputs).
    """

    probe: Probe
    traces: tuple[LayerRecord, ...]
    outputs: NDArray[np.floating[Any]]
    shares: NDArray[np.floating[Any]] | None
    shares_in_time: NDArray[np.floating[Any]] | None = None
    at_every_step: bool = False
    wanted: NDArray[np.floating[Any]] | None = None

    @classmethod
    def of(cls, probe: Probe | None, model: Model | None) -> Reading | None:
        """Return a network's answer, None where there is no network or nothing to answer."""
        if probe is None or model is None:
            return None
        rows = probe.inputs[np.newaxis]
        traces = model.trace(rows)
        in_time = model.in_time(traces[-1].a)
        outputs = model.at_last(in_time, rows)
        shares = shares_in_time = None
        if model.dataset.task.classifies:
            shares = model.shares(outputs)[0]
            shares_in_time = model.shares(in_time[0, :, : model.last_steps(rows)[0] + 1].T)
        return cls(
            *(probe, traces, outputs[0], shares, shares_in_time),
            *(model.dataset.task.at_every_step, _wanted(probe, model, outputs.shape[1])),
        )

    def target(self, chosen: int | None) -> int | float | None:
        """Return the answer that the probe's loss is measured against.

        Its own label or value where it has one; else the chosen class, else the most probable one.
        None for a regression without a wanted value.
        """
        if self.shares is None:
            return self.probe.target
        if self.probe.label is not None:
            return self.probe.label
        if chosen is not None and chosen < len(self.shares):
            return chosen
        return int(np.nan_to_num(self.shares).argmax())

    def target_row(self, chosen: int | None) -> NDArray[np.floating[Any]] | None:
        """Return the same as what the outputs should be, (1, outputs), or at every step."""
        if self.at_every_step or self.wanted is not None:
            return self.wanted
        target = self.target(chosen)
        if target is None:
            return None
        if self.shares is None or len(self.outputs) == 1:
            return np.full((1, len(self.outputs)), target, np.float32)
        return np.eye(len(self.outputs), dtype=np.float32)[[int(target)]]


def _wanted(probe: Probe, model: Model, outputs: int) -> NDArray[np.floating[Any]] | None:
    """Return what is right at every step of an example, or of each value that is to come back."""
    dataset, task, rows = model.dataset, model.dataset.task, [probe.row or 0]
    if not task.of_itself and (probe.row is None or not task.at_every_step):
        return None
    inputs = model.normalization.apply(probe.inputs[np.newaxis])
    return task.target_rows(inputs, dataset.targets[rows], outputs)[:]
