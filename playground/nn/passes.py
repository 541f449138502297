"""A pass: all layers' prepared work for one batch size, from the input rows to the output."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, Protocol

import numpy as np

from playground.nn.arrays import Array, Call, quiet, with_ones
from playground.nn.dropout_mask import Chance
from playground.nn.layers import LayerPass, Mode, RunningLayer
from playground.nn.layers.running import Shape, prepare_row
from playground.nn.layers.term import Term
from playground.nn.record import LayerRecord

_CACHED = 2**18
"""Numbers of the widest layer of maps that go through at a time: 1 MiB, which stays in cache."""

_FEWEST = 8
"""Examples that go through maps at a time, at least."""


@dataclass(frozen=True)
class Pass:
    """Buffers for one batch size, and the calls that work on them.

    Attributes
    ----------
    rows
        (batch, features), where the examples are copied to.
    grad_rows
        (features, batch), where the backward calls leave ∂L/∂rows, in a prediction that can be
        differentiated; training has no use for it.
    row
        The parts of the network's row of layers, in order; a block's holds those inside it.
    begin
        The forward calls before the layers' own.
    trained
        How many layers of the row are being trained; those behind them predict, and only hand the
        slopes back. None for all.
    """

    rows: Array
    row: tuple[LayerPass, ...]
    grad_rows: Array | None = None
    begin: tuple[Call, ...] = ()
    trained: int | None = None

    @cached_property
    def layers(self) -> tuple[LayerPass, ...]:
        """Every layer's part in the order of computing, as in :attr:`Network.layers`."""
        return tuple(each for done in self.row for each in _with_inside(done))

    @property
    def output(self) -> Array:
        """The last layer's output, (outputs, batch)."""
        return self.row[-1].output[:-1]

    @cached_property
    def masks(self) -> tuple[Chance, ...]:
        """What chance gives the layers, in the order of drawing."""
        return tuple(done.mask for done in self.layers if done.mask is not None)

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """What layers add to what training descends on."""
        return tuple(done.term for done in self.layers if done.term is not None)

    def weigh(self, weight: float) -> None:
        """Let the layers' own terms count that many times, as the mean loss does."""
        for term in self.terms:
            term.weight = weight

    @property
    def forward(self) -> list[Call]:
        """The calls that make the output from the rows and the masks."""
        return [*self.begin, *(call for done in self.row for call in forward_calls(done))]

    def forward_to(self, last: int) -> list[Call]:
        """Return the forward calls of the layers of the row before number ``last``."""
        row = (each for done in self.row[:last] for each in _with_inside(done))
        return [*self.begin, *(call for each in row for call in each.forward)]

    def run(self, inputs: Array) -> None:
        """Take inputs (features, batch) in, and make the output from them."""
        np.copyto(self.rows, inputs.T)
        for mask in self.masks:
            mask.draw()
        with quiet():
            for call in self.forward:
                call()

    @property
    def backward(self) -> list[Call]:
        """The calls that make the gradient from the last layer's ``grad_output``."""
        return self.way_back(learning=True)

    def way_back(self, *, learning: bool) -> list[Call]:
        """Return the calls on the way back; without ``learning`` no layer's own gradient."""
        last = len(self.row) if self.trained is None else self.trained
        return [
            call
            for index, done in reversed(list(enumerate(self.row)))
            for call in backward_calls(done, learning and index < last)
        ]


class Shaped(Protocol):
    """A layer, at work or only measured, of which the shape behind it is known."""

    @property
    def output_shape(self) -> Shape:
        """The shape of one example behind the layer."""


def at_once(layers: Iterable[Shaped], most: int) -> int:
    """Return how many examples should go through at a time: of maps as many as stay in cache."""
    shapes = [layer.output_shape for layer in layers]
    if all(math.prod(shape[1:]) == 1 for shape in shapes):
        return most
    return min(most, max(_FEWEST, _CACHED // max(map(math.prod, shapes))))


def forward_calls(done: LayerPass) -> list[Call]:
    """Return a layer's calls on the way forward, behind those of the layers inside it."""
    return [*(call for each in done.inside for call in forward_calls(each)), *done.forward]


def backward_calls(done: LayerPass, learning: bool) -> list[Call]:
    """Return a layer's calls on the way back, with those of the layers inside it."""
    inside = [call for each in reversed(done.inside) for call in backward_calls(each, learning)]
    return [*done.backward, *(done.learn if learning else ()), *inside, *done.closing]


def _with_inside(done: LayerPass) -> Iterator[LayerPass]:
    for each in done.inside:
        yield from _with_inside(each)
    yield done


def recorded(layer: RunningLayer, done: LayerPass) -> LayerRecord:
    """Return a layer's part in a pass that has run forward, in the pass's own arrays."""
    assert done.inputs is not None
    return LayerRecord(
        layer.name,
        layer.source,
        layer.views(),
        done.inputs[:-1],
        done.output[:-1],
        done.z,
        done.kept,
        hands_on=layer.face().hands_on,
    )


def prepare_pass(
    layers: Sequence[RunningLayer],
    batch: int,
    dtype: np.dtype[Any],
    mode: Mode,
    *,
    padded: bool = False,
    trained: int | None = None,
) -> Pass:
    """Allocate a pass through the layers for one batch size; see :meth:`RunningLayer.prepare`.

    ``padded`` says that the inputs are sequences of tokens that may end before their last step,
    ``trained`` that the layers from that number on predict.
    """
    begin: tuple[Call, ...] = ()
    features = layers[0].input_features
    inputs = with_ones(features, batch, dtype, rows=True)
    grad_rows = np.empty((features, batch), dtype) if mode.differentiable else None
    if padded and mode.there is None:
        tokens = inputs[:-1].reshape(*layers[0].input_shape, batch)
        there = np.empty(tokens.shape[1:], dtype)
        begin = (partial(np.add.reduce, tokens, axis=0, out=there),)
        mode = replace(mode, there=there)
    row = prepare_row(layers[:trained], inputs, grad_rows, mode)
    if trained is not None:
        mode = replace(mode, training=False, differentiable=True)
        row += prepare_row(layers[trained:], row[-1].output, row[-1].grad_output, mode)
    return Pass(inputs[:-1].T, row, grad_rows, begin, trained)
