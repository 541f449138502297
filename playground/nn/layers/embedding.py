"""The embedding: each token of a sequence is known by a few learned numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from playground import fields
from playground.nn.arrays import Array, batch_last, with_ones
from playground.nn.explain.embedding import explain_embedding
from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.face import Face, Link
from playground.nn.explain.unit_report import Figure, UnitReport, number_at
from playground.nn.explain.writing import sub
from playground.nn.initializers import DRAWN, Initializer, Normal
from playground.nn.layers.learning import declare_rate, declare_trainable
from playground.nn.layers.running import (
    LayerPass,
    Mode,
    Named,
    ParameterSpec,
    RunningLayer,
    Shape,
)
from playground.nn.layers.sequences import sequence_shape
from playground.nn.record import LayerRecord
from playground.nn.window import Window


@dataclass(frozen=True)
class Embedding(Named):
    """Gives each token of a sequence a few learned numbers, the same wherever it stands.

    ``E = W·X``, step by step: a step of X has a one in the row of its token and zeros else, so the
    product picks the token's column of W. A step that is not there has no one in it, and gets
    zeros.
    """

    kind: ClassVar[str] = "embedding"
    title: ClassVar[str] = "Embedding"
    use: ClassVar[str] = "Gives every token a few learned numbers that say what it is like."

    units: int = fields.whole(32, "Width", "How many numbers stand for a token.", low=1, high=10**6)
    initializer: Initializer = fields.variant(
        Normal(1.0), "Initializer", "How the numbers are drawn before training.", DRAWN
    )
    trainable: bool = declare_trainable()
    rate: float = declare_rate()

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (units, steps)."""
        _, steps = sequence_shape(input_shape)
        return (self.units, steps)

    def parameters(self, input_shape: Shape) -> tuple[ParameterSpec, ...]:
        """Return ``weights`` (units, tokens): a column for each token."""
        tokens, _ = sequence_shape(input_shape)
        return (ParameterSpec("weights", "W", (self.units, tokens), "weight"),)

    def multiply_adds(self, input_shape: Shape) -> int:
        """Return the products of W with every step."""
        tokens, steps = sequence_shape(input_shape)
        return self.units * tokens * steps

    def build(self, input_shape: Shape) -> EmbeddingLayer:
        """Return the running layer."""
        return EmbeddingLayer(self, input_shape)


class EmbeddingLayer(RunningLayer):
    """An embedding at work."""

    settings: Embedding

    def initialize(self, rng: np.random.Generator) -> None:
        """Draw the numbers of each token."""
        weights = self.views()["weights"]
        self.settings.initializer.fill(weights, np.empty(self.units, weights.dtype), rng)

    def prepare(self, inputs: Array, grad_inputs: Array | None, mode: Mode) -> LayerPass:
        """Return the work for one batch size.

        E = W·X over all steps at once; back, ∂L/∂W = ∂L/∂E·Xᵀ and ∂L/∂X = Wᵀ·∂L/∂E.
        """
        given, start = batch_last(inputs, self.input_shape)
        x = given.reshape(len(given), -1)
        output = with_ones(self.output_features, inputs.shape[1], inputs.dtype)
        weights, made = self._live["weights"], output[:-1].reshape(self.units, -1)
        done = LayerPass(output, None, [*start, partial(np.matmul, weights, x, made)])
        if not mode.goes_back:
            return done
        done.grad_output = np.empty_like(output[:-1])
        grad = done.grad_output.reshape(made.shape)
        slopes = self.parameter_views(self._gradient)["weights"]
        done.learn.append(partial(np.matmul, grad, x.T, slopes))
        if grad_inputs is not None:
            back = grad_inputs.reshape(x.shape)
            done.backward.append(partial(np.matmul, weights.T, grad, back))
        return done

    def explain(self, done: LayerRecord, symbols: Symbols) -> Explanation:
        """Return E = W·X, and the chain rule back through it."""
        return explain_embedding(done, symbols)

    def inspect(self, done: LayerRecord, unit: int) -> UnitReport:
        """Return which token's number one unit hands on at one step."""
        mine, step = divmod(unit, self.positions)
        tokens, steps = self.input_shape
        name, weight = "w of the token", None
        if done.ran:
            column = done.inputs[np.arange(tokens) * steps + step, 0]
            token = int(column.argmax())
            if column[token]:
                name = f"w{sub(mine, token)}, of token {token + 1}"
                weight = float(done.tensors["weights"][mine, token])
        return UnitReport(
            "e = w of the step's token: one number of the few by which the token is known.",
            (
                Figure(name, weight),
                Figure("e, handed on", number_at(done.a, unit), total=True),
                Figure("∂L/∂w, from this step = ∂L/∂e", number_at(done.grad_a, unit)),
            ),
        )

    def face(self) -> Face:
        """Return rows of numbers, each joined to the tokens of its step by its weights."""
        window = Window(1, self.positions, 1, 1, 1, self.positions)
        return Face((Link(self.source, "weights", "patch"),), window=window)
