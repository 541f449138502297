"""Makes resources/data/omniglot.npz of Omniglot's small set, its strokes resampled.

    python tests/data/pack_omniglot.py omniglot/strokes_small1.npz resources/data/omniglot.npz

resources/data/omniglot.txt says what the arrays mean.
"""

import sys
from itertools import pairwise

import numpy as np

SPACING = 2.0


def packed(source):
    """Return the arrays of the bundled file, by name."""
    with np.load(source, allow_pickle=False) as file:
        points, ends = file["points"].astype(float), file["stroke_offsets"]
        lines = [points[start:end] for start, end in pairwise(ends)]
        symbols = [*zip(file["alphabet"].tolist(), file["character"].tolist(), strict=True)]
        known = sorted(set(symbols))
        labels = [known.index(symbol) for symbol in symbols]
        writers, strokes = file["drawer"], np.diff(file["drawing_offsets"])
    lines = [evenly(line) for line in lines]
    steps = np.concatenate([np.diff(line, axis=0, prepend=line[:1]) for line in lines])
    changes = np.diff(steps, axis=0, prepend=0)
    return {
        "labels": np.array(labels, np.uint8),
        "writers": np.array(writers, np.uint8),
        "strokes": strokes.astype(np.uint8),
        "points": np.array([len(line) for line in lines], np.uint8),
        "starts": np.array([line[0] for line in lines], np.int16).T,
        "changes": changes.astype(np.int8).T,
    }


def evenly(line):
    """Return a line's whole-numbered points, at most ``SPACING`` apart, without repetitions."""
    travelled = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    at = np.linspace(0, travelled[-1], int(np.ceil(travelled[-1] / SPACING)) + 1)
    points = np.rint([np.interp(at, travelled, line[:, axis]) for axis in (0, 1)]).T
    new = np.concatenate([[True], (np.diff(points, axis=0) != 0).any(axis=1)])
    return points[new].astype(int)


if __name__ == "__main__":
    np.savez_compressed(sys.argv[2], **packed(sys.argv[1]))
