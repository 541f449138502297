"""Examples kept as bytes, and scaled to floats when they are fetched."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

NO_TOKEN = 255
"""The token of a step that is not there, or that nothing is asked of."""


class ByteRows:
    """A matrix of examples that behaves like float32 and costs a byte a value.

    ``value = byte · factor + offset``. Indexing rows returns new float32 arrays; the 70,000
    pictures of MNIST take 55 MB this way, and 220 MB as floats.

    Parameters
    ----------
    values
        uint8 of shape (examples, features); kept, not copied.
    factor, offset
        float32 numbers, or arrays of shape (features,).
    """

    dtype = np.dtype(np.float32)
    ndim = 2

    def __init__(self, values: NDArray[np.uint8], factor: Any = 1 / 255, offset: Any = 0.0) -> None:
        self.values = values
        self.factor = np.asarray(factor, np.float32)
        self.offset = np.asarray(offset, np.float32)

    @property
    def shape(self) -> tuple[int, int]:
        """(examples, features)."""
        examples, features = self.values.shape
        return examples, features

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, rows: Any) -> Floats:
        chosen = self.values[rows]
        scaled = np.empty(chosen.shape, np.float32)
        self._scale(chosen, scaled)
        return scaled

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return self[:].astype(dtype or np.float32, copy=False)

    def part(self, rows: NDArray[np.int64] | slice) -> ByteRows:
        """Return some of the rows, still bytes; without a copy where they follow each other."""
        if not isinstance(rows, slice) and len(rows) and (np.diff(rows) == 1).all():
            rows = slice(rows[0], rows[-1] + 1)
        return ByteRows(self.values[rows], self.factor, self.offset)

    def normalized(self, mean: Floats, scale: Floats) -> ByteRows:
        """Return (value − mean) / scale of every row, still bytes."""
        return ByteRows(self.values, self.factor / scale, (self.offset - mean) / scale)

    def moments(self) -> tuple[Floats, Floats]:
        """Return mean and standard deviation of each feature, (features,) each."""
        total = np.zeros(self.shape[1])
        squares = np.zeros(self.shape[1])
        for start in range(0, len(self), 4096):
            part = self.values[start : start + 4096].astype(np.float64)
            total += part.sum(axis=0)
            squares += np.square(part).sum(axis=0)
        mean = total / len(self)
        deviation = np.sqrt(np.maximum(squares / len(self) - mean**2, 0))
        return (
            np.asarray(mean * self.factor + self.offset, np.float32),
            np.asarray(deviation * np.abs(self.factor), np.float32),
        )

    def take(self, rows: NDArray[np.int64], out: Floats) -> None:
        """Write some of the rows into ``out``, (rows, features)."""
        self._scale(self.values[rows], out)

    def _scale(self, values: NDArray[np.uint8], out: Floats) -> None:
        np.multiply(values, self.factor, out=out)
        if self.offset.any():
            np.add(out, self.offset, out=out)


class TokenRows(ByteRows):
    """Sequences of tokens that behave like columns of zeros with a one in them.

    Row ``i`` is (tokens, steps) written out: 1 where the step's token is the row's, and a column of
    zeros where a step has none. Nothing scales it: standardizing leaves it as it is.

    Parameters
    ----------
    values
        uint8 of shape (examples, steps): the number of each step's token, :data:`NO_TOKEN` for
        none.
    tokens
        How many there are.
    weighted
        What asks to be answered: the ones of an example are steps / (steps that have a token), so
        that its steps count alike and every example as much as any.
    """

    def __init__(self, values: NDArray[np.uint8], tokens: int, *, weighted: bool = False) -> None:
        super().__init__(values, 1)
        self.tokens = tokens
        self.weighted = weighted

    @classmethod
    def of_steps(cls, tokens: NDArray[np.int64], kinds: int, *, weighted: bool = False) -> Self:
        """Return rows of (examples, steps) numbers of tokens, of which −1 is none."""
        stored = np.where(tokens < 0, NO_TOKEN, tokens).astype(np.uint8)
        return cls(stored, kinds, weighted=weighted)

    @property
    def shape(self) -> tuple[int, int]:
        """(examples, tokens·steps)."""
        examples, steps = self.values.shape
        return examples, self.tokens * steps

    @property
    def ends_early(self) -> bool:
        """Whether there are steps without a token."""
        return bool((self.values == NO_TOKEN).any())

    def __getitem__(self, rows: Any) -> Floats:
        chosen = self.values[rows]
        *lead, steps = chosen.shape
        written = np.empty((*lead, self.tokens * steps), np.float32)
        self._scale(chosen, written)
        return written

    def part(self, rows: NDArray[np.int64] | slice) -> TokenRows:
        """Return some of the rows."""
        return TokenRows(super().part(rows).values, self.tokens, weighted=self.weighted)

    def normalized(self, mean: Floats, scale: Floats) -> TokenRows:
        """Return the rows as they are."""
        return self

    def moments(self) -> tuple[Floats, Floats]:
        """Return 0 and 1 for each feature: what leaves it as it is."""
        features = self.shape[1]
        return np.zeros(features, np.float32), np.ones(features, np.float32)

    def _scale(self, values: NDArray[np.uint8], out: Floats) -> None:
        columns = out.reshape(*values.shape[:-1], self.tokens, values.shape[-1])
        np.equal(
            values[..., np.newaxis, :],
            np.arange(self.tokens, dtype=np.uint8)[:, np.newaxis],
            out=columns,
        )
        if self.weighted:
            asked = (values != NO_TOKEN).sum(axis=-1)[..., np.newaxis, np.newaxis]
            np.multiply(columns, values.shape[-1] / np.maximum(asked, 1), out=columns)


def part(rows: Any, chosen: NDArray[np.int64] | slice) -> Any:
    """Return some rows of a matrix of either kind; bytes stay bytes."""
    return rows.part(chosen) if isinstance(rows, ByteRows) else rows[chosen]


def take(rows: Floats | ByteRows, chosen: NDArray[np.int64], out: Floats) -> None:
    """Write the chosen rows of a matrix of either kind into ``out``."""
    if isinstance(rows, ByteRows):
        rows.take(chosen, out)
    else:
        # With mode="clip" take writes straight into out; the default would copy first.
        np.take(rows, chosen, axis=0, out=out, mode="clip")


def evenly(index: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Return so many of an index at most, evenly chosen from the first to the last."""
    return index[np.linspace(0, len(index) - 1, min(len(index), most)).astype(np.int64)]
