"""Whether a network that is 80 % sure is right 80 % of the time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.analysis.answers.confusion import ratio

BINS = 10

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Calibration:
    """Examples in bins of equal width by how sure the network was of its answer.

    Attributes
    ----------
    counts
        int64 (bins,): the examples in each bin.
    confidence, accuracy
        float64 (bins,): a bin's mean confidence and its share of right answers; NaN for an empty
        one.
    """

    counts: NDArray[np.int64]
    confidence: Floats
    accuracy: Floats

    @property
    def bins(self) -> int:
        """The number of bins."""
        return len(self.counts)

    @property
    def examples(self) -> int:
        """The number of examples in all bins."""
        return int(self.counts.sum())

    def edges(self, index: int) -> tuple[float, float]:
        """Return the confidences between which a bin lies; the upper one belongs to it."""
        return index / self.bins, (index + 1) / self.bins

    @property
    def expected_error(self) -> float:
        """The expected calibration error, ECE = Σ |Bₘ| / n · |acc(Bₘ) − conf(Bₘ)|.

        0 is perfect; NaN without examples. Guo, Pleiss, Sun and Weinberger, "On Calibration of
        Modern Neural Networks", ICML 2017, equation 3.
        """
        filled = self.counts > 0
        if not filled.any():
            return float("nan")
        gaps = np.abs(self.accuracy[filled] - self.confidence[filled])
        return float(np.sum(self.counts[filled] * gaps) / self.examples)


def calibration(
    confidence: NDArray[np.floating[Any]], right: NDArray[np.bool_], bins: int = BINS
) -> Calibration:
    """Sort examples into bins of confidence, bin m holding those in ((m − 1) / bins, m / bins].

    Parameters
    ----------
    confidence
        The predicted class's probability, (examples,), 0 to 1; NaN where there is no answer, which
        leaves the example out.
    right
        Whether the prediction is right, (examples,).
    bins
        The number of bins.
    """
    answered = np.isfinite(confidence)
    sure = np.asarray(confidence[answered], np.float64)
    inner_edges = np.arange(1, bins) / bins
    place = np.searchsorted(inner_edges, sure, side="left")
    counts = np.bincount(place, minlength=bins)
    return Calibration(
        counts.astype(np.int64),
        ratio(np.bincount(place, sure, bins), counts),
        ratio(np.bincount(place, right[answered], bins), counts),
    )
