"""Makes resources/data/pendigits.npz of UCI's raw file, every point kept.

    python tests/data/pack_pendigits.py pendigits-orig.tra.Z resources/data/pendigits.npz

resources/data/pendigits.txt says what the arrays mean.
"""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np

TABLET = 500


def packed(source):
    """Return the arrays of the bundled file, by name."""
    text = subprocess.run(["gzip", "-dc", source], check=True, capture_output=True).stdout.decode()
    labels, writers, strokes, counts = [], [], [], []
    for digit in text.split(".SEGMENT")[1:]:
        label, writer = re.search(r"\.COMMENT\s+(\d+)\s+(\d+)", digit).groups()
        lines = re.findall(r"\.PEN_DOWN\s([-\d\s]*)", digit)
        labels.append(int(label))
        writers.append(int(writer))
        counts.append(len(lines))
        strokes += [np.array(line.split(), np.int16).reshape(-1, 2) for line in lines]
    strokes = [stroke * [1, -1] + [0, TABLET] for stroke in strokes]
    steps = np.concatenate([np.diff(stroke, axis=0, prepend=stroke[:1]) for stroke in strokes])
    changes = np.diff(steps, axis=0, prepend=0)
    return {
        "labels": np.array(labels, np.uint8),
        "writers": np.array(writers, np.uint8),
        "strokes": np.array(counts, np.uint8),
        "points": np.array([len(stroke) for stroke in strokes], np.uint8),
        "starts": np.array([stroke[0] for stroke in strokes], np.int16).T,
        "changes": changes.astype(np.int8).T,
    }


if __name__ == "__main__":
    np.savez_compressed(sys.argv[2], **packed(Path(sys.argv[1])))
