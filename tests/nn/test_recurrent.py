"""Layers that read step by step: against plain loops and central differences."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.nn.arrays import Array, with_ones
from playground.nn.layers import GRU, LSTM, RNN, Mode, RunningLayer

KINDS = (RNN, GRU, LSTM)
RIGHT = 1e-6

layers = st.builds(
    lambda kind, **chosen: kind(**chosen),
    st.sampled_from(KINDS),
    units=st.integers(1, 4),
    returns=st.sampled_from(["all", "last"]),
    direction=st.sampled_from(["forward", "both"]),
    dropout=st.sampled_from([0.0, 0.4]),
    silenced=st.sampled_from(["", "0", "1, 3"]),
)
few = settings(max_examples=120, deadline=None)


def built(layer: Any, shape: tuple[int, int], seed: int = 0) -> RunningLayer:
    """Return a running layer by itself, its parameters drawn and stirred."""
    running: RunningLayer = layer.build(shape)
    parameters = np.zeros(running.parameter_count)
    running.attach(parameters, np.zeros_like(parameters), np.zeros(0))
    rng = np.random.default_rng(seed)
    running.initialize(rng)
    parameters += rng.normal(0, 0.3, parameters.shape)
    return running


class Alone:
    """A layer's pass by itself, forward and back."""

    def __init__(self, running: RunningLayer, inputs: Array, lengths: Array | None) -> None:
        features, batch = inputs.shape
        steps = running.input_shape[1]
        self.inputs = with_ones(features, batch, inputs.dtype)
        self.inputs[:-1] = inputs
        self.there = None
        if lengths is not None:
            self.there = (np.arange(steps)[:, None] < lengths).astype(inputs.dtype)
        self.grad_inputs = np.full((features, batch), np.nan)
        self.rng = np.random.default_rng(5)
        self.start = self.rng.bit_generator.state
        mode = Mode(training=True, rng=self.rng, there=self.there)
        self.running = running
        self.done = running.prepare(self.inputs, self.grad_inputs, mode)

    def forward(self) -> Array:
        self.rng.bit_generator.state = self.start
        if self.done.mask is not None:
            self.done.mask.draw()
        for call in self.done.forward:
            call()
        return self.done.output[:-1]

    def backward(self, pull: Array) -> tuple[Array, Array]:
        self.forward()
        assert self.done.grad_output is not None
        self.done.grad_output[...] = pull
        for call in (*self.done.backward, *self.done.learn):
            call()
        return self.running._gradient.copy(), self.grad_inputs.copy()


@few
@given(layers, st.integers(1, 3), st.integers(1, 6), st.integers(1, 3), st.data())
def test_slopes_are_central_differences(
    layer: Any, read: int, steps: int, batch: int, data: st.DataObject
) -> None:
    lengths = None
    if data.draw(st.booleans()):
        lengths = np.array(
            data.draw(st.lists(st.integers(0, steps), min_size=batch, max_size=batch))
        )
    running = built(layer, (read, steps))
    rng = np.random.default_rng(1)
    alone = Alone(running, rng.normal(size=(read * steps, batch)), lengths)
    pull = rng.normal(size=alone.forward().shape)
    for _ in range(2):  # a second pass finds the first one's numbers in its buffers
        slopes = alone.backward(pull)
    for numbers, found in zip((running._parameters, alone.inputs[:-1]), slopes, strict=True):
        measured = np.empty(found.size)
        flat = numbers.reshape(-1)
        assert np.shares_memory(flat, numbers)
        for place in range(flat.size):
            kept, sides = flat[place], []
            for move in (1e-6, -1e-6):
                flat[place] = kept + move
                sides.append(float((pull * alone.forward()).sum()))
            flat[place] = kept
            measured[place] = (sides[0] - sides[1]) / 2e-6
        error = np.linalg.norm(found.ravel() - measured)
        assert error <= RIGHT * max(np.linalg.norm(measured) + np.linalg.norm(found), 1e-2)


def sigmoid(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


def stepped(running: RunningLayer, x: Array) -> Array:
    """Return what one example (numbers, steps) makes of a layer, (units, steps), by plain loops."""
    layer: Any = running.settings
    views, found = running.views(), []
    for way in range(2 if layer.direction == "both" else 1):
        mine = slice(way * layer.units, (way + 1) * layer.units)
        w, b, u = (views[name][mine] for name in ("weights", "biases", "recurrent_weights"))
        h = c = np.zeros(layer.units)
        answers = np.zeros((layer.units, x.shape[1]))
        heard = np.ones(layer.units)
        for silenced in filter(str.isdigit, layer.silenced):
            if way * layer.units <= int(silenced) < (way + 1) * layer.units:
                heard[int(silenced) - way * layer.units] = 0
        for t in range(x.shape[1])[:: -1 if way else 1]:
            sums = np.einsum("uig,i->gu", w, x[:, t]) + b.T
            memory = np.einsum("ujg,j->gu", u, h)
            if layer.kind == "rnn":
                h = np.tanh(sums[0] + memory[0])
            elif layer.kind == "gru":
                r, z = sigmoid(sums[1] + memory[1]), sigmoid(sums[2] + memory[2])
                n = np.tanh(sums[0] + r * (memory[0] + views["recurrent_biases"][mine]))
                h = (1 - z) * n + z * h
            else:
                g, i, f, o = sums + memory
                c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
                h = sigmoid(o) * np.tanh(c)
            h = h * heard
            answers[:, t] = h
        found.append(answers if layer.returns == "all" else h[:, np.newaxis])
    return np.concatenate(found)


@few
@given(layers, st.integers(1, 3), st.integers(1, 6), st.integers(1, 3), st.data())
def test_a_sequence_is_answered_as_by_plain_loops_over_the_steps_that_are_there(
    layer: Any, read: int, steps: int, batch: int, data: st.DataObject
) -> None:
    lengths = data.draw(st.lists(st.integers(0, steps), min_size=batch, max_size=batch))
    running = built(layer, (read, steps))
    inputs = np.random.default_rng(1).normal(size=(read * steps, batch))
    alone = Alone(running, inputs, np.array(lengths))
    answers = alone.forward().reshape(running.units, running.positions, batch)
    mask = alone.done.mask
    factors = np.ones((running.units, batch)) if mask is None else mask.factors
    for example, length in enumerate(lengths):
        x = inputs[:, example].reshape(read, steps)[:, :length]
        expected = factors[:, example, np.newaxis] * stepped(running, x)
        got = answers[..., example]
        behind = expected.shape[1]
        np.testing.assert_allclose(got[:, :behind], expected, rtol=1e-12, atol=1e-14)
        assert not got[:, behind:].any()
