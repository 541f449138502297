"""How far a regression's predictions are from the targets, in a handful of figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Residuals:
    """What is left of the targets, r = predicted − true, over n examples.

    Attributes
    ----------
    examples
        How many examples had a number as prediction.
    mean_absolute
        MAE = Σ |r| / n.
    root_mean_square
        RMSE = √(Σ r² / n).
    mean
        Σ r / n: above 0 where the predictions are too high on the whole.
    largest
        max |r|.
    r2
        R² = 1 − Σ r² / Σ (y − ȳ)²: 1 is perfect, 0 no better than always answering the mean. NaN
        where all targets are equal, so that there is nothing to explain.
    """

    examples: int
    mean_absolute: float
    root_mean_square: float
    mean: float
    largest: float
    r2: float


def residuals(targets: Floats, predicted: Floats) -> Residuals:
    """Summarize predictions of targets, both (examples,); what is no number is left out."""
    answered = np.isfinite(predicted)
    left = predicted[answered] - targets[answered]
    if not len(left):
        nan = float("nan")
        return Residuals(0, nan, nan, nan, nan, nan)
    truth = targets[answered]
    with np.errstate(over="ignore"):
        squares = float(np.sum(left**2))
    spread = float(np.sum((truth - truth.mean()) ** 2))
    return Residuals(
        examples=len(left),
        mean_absolute=float(np.mean(np.abs(left))),
        root_mean_square=float(np.sqrt(squares / len(left))),
        mean=float(np.mean(left)),
        largest=float(np.max(np.abs(left))),
        r2=1.0 - squares / spread if spread > 0 else float("nan"),
    )


def error_counts(
    targets: Floats, predicted: Floats, bins: int = 21
) -> tuple[float, NDArray[np.int64]]:
    """Count the residuals in bins of equal width that lie evenly around 0.

    Returns
    -------
    The largest size of a residual, so that the bins span (−largest, largest), and the counts, int64
    (bins,). What is no number is left out.
    """
    left = (predicted - targets)[np.isfinite(predicted)]
    largest = float(np.abs(left).max()) if len(left) else 0.0
    reach = largest if largest > 0 else 1.0
    counts, _ = np.histogram(left, bins, (-reach, reach))
    return reach, counts.astype(np.int64)
