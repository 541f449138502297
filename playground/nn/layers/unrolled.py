"""A recurrent layer unrolled in time: the calls of all its steps, in one direction.

What a cell makes of the sums of one step is its kind's own; everything else is here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from playground.nn.arrays import Array, Call

_SIDE = 8
"""Products are fastest by numbers of rows that this divides."""

_APART = 16
"""Numbers between rows that would else lie a power of 2 apart."""


@dataclass(frozen=True)
class CellStep:
    """One step: the arrays that a cell reads and writes, each (units, batch) or rows of such.

    Attributes
    ----------
    h, h_before
        What the units answer, and what they answered at the step before.
    kept, kept_before
        What the cell keeps of both steps by :attr:`RecurrentCell.keeps`, the sums last.
    slopes
        ∂L/∂ the sums.
    grad_h, grad_before
        ∂L/∂ both answers.
    grad_more, carried
        Room for ∂L/∂ what a cell remembers beside its answer, at the step, and for what of it goes
        back to the step before; 0 behind the last.
    there
        (batch,): 0 where the step is not there; None where nothing has to be done about that.
    """

    h: Array
    h_before: Array
    kept: Array
    kept_before: Array
    slopes: Array
    grad_h: Array
    grad_before: Array
    grad_more: Array
    carried: Array
    there: Array | None


class RecurrentCell(ABC):
    """What a kind of recurrent layer makes of the sums of a step."""

    keeps: ClassVar[tuple[str, ...]]
    """Names of what a unit keeps of a step; the last :attr:`columns` of them begin as its sums."""
    columns: ClassVar[int]
    """How many sums a unit has."""
    sigmoids: ClassVar[slice]
    """Which of the sums a sigmoid bends."""

    @abstractmethod
    def shares(self, matrix: Array, tensors: Mapping[str, Array]) -> Iterable[tuple[Array, Array]]:
        """Pair the parts of a direction's matrix with what they are of the layer's tensors.

        The matrix is (rows, columns, units): a row for each number that the sums weigh, one for
        what they add, and at the end one for each unit of the step before.
        """

    @abstractmethod
    def forward(self, step: CellStep, scratch: Array) -> list[Call]:
        """Return the calls from the sums of a step to what the units answer.

        The sums that a sigmoid bends come halved: σ(z) = ½·tanh(z/2) + ½, so one tanh bends all.
        ``scratch``, here and below, has room for as many numbers as the cell keeps.
        """

    @abstractmethod
    def backward(self, step: CellStep, scratch: Array) -> list[Call]:
        """Return the calls from ∂L/∂ what the units answer to ∂L/∂ the sums."""

    def past(self, step: CellStep, scratch: Array) -> list[Call]:
        """Return the calls that add to ∂L/∂ the answers before what comes past the sums."""
        return []


class Tape:
    """The arrays of all steps of a layer in all its directions, for one batch size.

    The places at both ends of :attr:`state` and :attr:`kept` stay 0, which is what there is to
    remember before the first step; step t lies at place t + 1.

    Parameters
    ----------
    cell
        What a step makes of its sums.
    ways, steps, read, units, batch
        Directions, steps, numbers of a step, units of a direction, examples.
    dtype
        The core's float type.

    Attributes
    ----------
    state
        (ways, steps + 2, rows, batch): what the weights multiply: the step's numbers, a 1, zeros up
        to a number of rows by which BLAS is fast, and the answers before.
    kept
        (ways, steps + 2, rows, units, batch).
    slopes
        (ways, columns, units, steps, batch): ∂L/∂ the sums; one product takes those of all steps.
    grad_h, grad_more
        (ways, steps + 2, units, batch), and (ways, steps, units, batch).
    """

    def __init__(
        self,
        cell: RecurrentCell,
        *,
        ways: int,
        steps: int,
        read: int,
        units: int,
        batch: int,
        dtype: np.dtype[Any],
    ) -> None:
        places, self.read, self.units = steps + 2, read, units
        rows = -(-(read + 1 + units) // _SIDE) * _SIDE
        self.state = np.zeros((ways, places, rows, batch), dtype)
        self.state[:, :, read] = 1
        self.kept = np.zeros((ways, places, len(cell.keeps), units, batch), dtype)
        self.grad_h = np.zeros((ways, places, units, batch), dtype)
        self.grad_more = np.zeros((ways, steps, units, batch), dtype)
        # Rows a power of 2 apart would drive each other out of the cache.
        apart = np.zeros((ways, cell.columns * units, steps * batch + _APART), dtype)
        by_step = ways, cell.columns, units, steps, batch
        self.slopes: Array = apart[:, :, : steps * batch].reshape(by_step)

    @property
    def h(self) -> Array:
        """What the units answer, (ways, steps + 2, units, batch)."""
        return self.state[:, :, -self.units :]


class Unrolled:
    """The calls of all steps of a layer in one direction, for one batch size.

    The weights of a step's numbers, of the answers before, and the biases are one matrix, and so
    is what they multiply: the sums of a step are one product.

    Parameters
    ----------
    cell
        What a step makes of its sums.
    tape, way
        The arrays, and which of the directions: 1 reads from the end.
    heard
        (units, 1): 0 for the units that always answer 0, None where there are none.
    there
        (steps, batch): 1 where a step is there, 0 behind the end; None where all are.
    """

    def __init__(
        self, cell: RecurrentCell, tape: Tape, way: int, *, heard: Array | None, there: Array | None
    ) -> None:
        self._cell, self._read, self._there = cell, tape.read, there
        kept, grad_h, h, self._slopes = (
            each[way] for each in (tape.kept, tape.grad_h, tape.h, tape.slopes)
        )
        self._state, self._h = tape.state[way], h
        state = self._state
        columns, units, steps, self._batch = self._slopes.shape
        self._factors = [each for each in (heard,) if each is not None]
        self._weights = np.zeros((state.shape[1], columns, units), h.dtype)
        self._scratch: Array = np.empty((len(cell.keeps), units, self._batch), h.dtype)
        carried = np.empty(h.shape[1:], h.dtype)
        behind = 2 * way
        self._given = state[behind : behind + steps]
        self._order = range(steps - 1, -1, -1) if way else range(steps)
        # Only who reads from the end meets steps that are not there before those that are.
        absent = there if way else None
        self._steps = [
            CellStep(
                h[t + 1],
                h[t + behind],
                kept[t + 1],
                kept[t + behind],
                self._slopes[:, :, t],
                grad_h[t + 1],
                grad_h[t + behind],
                tape.grad_more[way, t],
                carried,
                None if absent is None else absent[t],
            )
            for t in range(steps)
        ]

    @property
    def answers(self) -> Array:
        """What the units answer at each step, (units, steps, batch)."""
        answers: Array = self._h[1:-1].swapaxes(0, 1)
        return answers

    def forward(self, inputs: Array, tensors: Mapping[str, Array]) -> list[Call]:
        """Return the calls that make the answers from inputs (steps, numbers, batch)."""
        weights, cell = self._weights, self._cell
        halved = np.ones((cell.columns, 1), weights.dtype)
        halved[cell.sigmoids] = 0.5
        scaled = np.empty_like(weights)
        matrix = scaled.reshape(len(scaled), -1).T
        calls: list[Call] = [
            partial(np.copyto, self._given[:, : self._read], inputs),
            *(partial(np.copyto, part, tensor) for part, tensor in cell.shares(weights, tensors)),
            partial(np.multiply, weights, halved, scaled),
        ]
        for t in self._order:
            step = self._steps[t]
            sums = step.kept[-cell.columns :].reshape(-1, self._batch)
            calls.append(partial(np.matmul, matrix, self._given[t], sums))
            calls += cell.forward(step, self._scratch)
            calls += self._hear(step.h, step)
        return calls

    def hand_on_all(self, into: Array) -> list[Call]:
        """Return the call that writes all answers to (units, steps, batch), absent ones as 0."""
        if self._there is None:
            return [partial(np.copyto, into, self.answers)]
        return [partial(np.multiply, self.answers, self._there, into)]

    def hand_on_last(self, into: Array) -> list[Call]:
        """Return the calls that write the answers to the last step that is there, (units, batch).

        Who reads from the end has it at the first step.
        """
        last = self._steps[self._order[-1]]
        if self._there is None or last.there is not None:
            return [partial(np.copyto, into, last.h)]
        lengths: NDArray[np.intp] = np.empty(self._batch, np.intp)
        whole = self._state.reshape(-1)
        # What the units answer to the last of n steps lies at place n, at place 0 to none.
        places = np.arange(self._state[0].size).reshape(self._state.shape[1:])[-len(into) :]
        found = np.empty_like(places)
        return [
            partial(np.add.reduce, self._there, axis=0, dtype=np.intp, out=lengths),
            partial(np.multiply, lengths, self._state[0].size, lengths),
            partial(np.add, places, lengths, found),
            partial(np.take, whole, found, out=into, mode="clip"),
        ]

    def backward_from_all(self, grad: Array) -> list[Call]:
        """Return the calls that make ∂L/∂ the sums from ∂L/∂ all answers (units, steps, batch)."""
        calls: list[Call] = []
        if self._there is not None:
            calls.append(partial(np.multiply, grad, self._there, grad))
        arriving = {
            t: [partial(np.add, step.grad_h, grad[:, t], step.grad_h)]
            for t, step in enumerate(self._steps)
        }
        return [*calls, *self._backward(arriving)]

    def backward_from_last(self, grad: Array) -> list[Call]:
        """Return the calls that make ∂L/∂ the sums from ∂L/∂ the last answers (units, batch)."""
        last = self._steps[self._order[-1]]
        if self._there is None or last.there is not None:
            return self._backward({self._order[-1]: [partial(np.copyto, last.grad_h, grad)]})
        ending, scratch = np.empty_like(self._there), self._scratch[0]
        arriving = {
            t: [
                partial(np.multiply, grad, ending[t], scratch),
                partial(np.add, step.grad_h, scratch, step.grad_h),
            ]
            for t, step in enumerate(self._steps)
        }
        return [
            partial(np.copyto, ending, self._there),
            partial(np.subtract, self._there[:-1], self._there[1:], ending[:-1]),
            *self._backward(arriving),
        ]

    def back_to_inputs(self, grad_inputs: Array) -> Call:
        """Return the call that writes ∂L/∂inputs (numbers, steps·batch)."""
        matrix = self._weights[: self._read].reshape(self._read, -1)
        return partial(np.matmul, matrix, self._flat(self._slopes), grad_inputs)

    def learn(self, gradients: Mapping[str, Array]) -> list[Call]:
        """Return the calls that write ∂L/∂ the layer's tensors, the sum over all steps.

        What was multiplied is gathered over time for a single product, as ∂L/∂ the sums are.
        """
        numbers, slopes = self._given.swapaxes(0, 1), self._flat(self._slopes)
        seen: Array = np.empty(numbers.shape, numbers.dtype)
        total = np.empty((len(slopes), len(seen)), seen.dtype)
        columns = total.reshape(*self._weights.shape[1:], -1).transpose(2, 0, 1)
        return [
            partial(np.copyto, seen, numbers),
            partial(np.matmul, slopes, seen.reshape(len(seen), -1).T, total),
            *(
                partial(np.copyto, tensor, share)
                for share, tensor in self._cell.shares(columns, gradients)
            ),
        ]

    def _backward(self, arriving: Mapping[int, Sequence[Call]]) -> list[Call]:
        """Return the calls that make ∂L/∂ the sums; ``arriving`` add ∂L/∂ a step's answers."""
        cell, scratch = self._cell, self._scratch
        units = len(scratch[0])
        memory = self._weights[-units:].reshape(units, -1)
        first, last = (self._steps[self._order[at]] for at in (0, -1))
        calls: list[Call] = [partial(each.fill, 0) for each in (last.grad_h, last.carried)]
        for t in reversed(self._order):
            step = self._steps[t]
            calls += arriving.get(t, ())
            calls += self._hear(step.grad_h, step)
            calls += cell.backward(step, scratch)
            if step is not first:
                slopes = step.slopes.reshape(-1, self._batch)
                calls.append(partial(np.matmul, memory, slopes, step.grad_before))
                calls += cell.past(step, scratch)
        return calls

    def _flat(self, slopes: Array) -> Array:
        """Return (columns, units, steps, batch) as (columns·units, steps·batch)."""
        return slopes.reshape(slopes.shape[0] * slopes.shape[1], -1)

    def _hear(self, values: Array, step: CellStep) -> list[Call]:
        """Return the calls that make 0 of what nobody hears, and of a step that is not there."""
        factors = self._factors if step.there is None else [*self._factors, step.there]
        return [partial(np.multiply, values, factor, values) for factor in factors]
