"""An example of the data, taken into the hand."""

from __future__ import annotations

import numpy as np

from playground.data.preparation import Prepared
from playground.gui.session.probe import Probe


def example_probe(prepared: Prepared, index: int) -> Probe:
    """Return an example of the data as the one that every view shows."""
    dataset = prepared.dataset
    held_back = not prepared.tested_on_train and index in prepared.test_index
    title = f"{'Test' if held_back else 'Training'} example {index}"
    inputs = np.array(dataset.inputs[index])
    if not dataset.labelled:
        return Probe(inputs, title, target=float(dataset.targets[index, 0]))
    return Probe(inputs, title, label=int(dataset.targets[index]))
