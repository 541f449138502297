"""The user's drawings as a table that other programs, and an import, can read."""

from __future__ import annotations

import csv
import io

from playground.data.dataset import Dataset
from playground.data.own.drawings import Fitting


def as_csv(fitting: Fitting, dataset: Dataset) -> bytes:
    """Return a line for each drawing: its class, then its pixels as the data set has them.

    The first line names the columns, as ``label`` and the data set's features.
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["label", *dataset.feature_names])
    for own, row in zip(fitting.drawings, fitting.inputs, strict=True):
        table.writerow([own.label, *(f"{value:.6g}" for value in row)])
    return text.getvalue().encode()
