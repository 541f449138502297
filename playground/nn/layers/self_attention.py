"""Self-attention: every step of a sequence looks at the steps, and takes of them what it needs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from playground import fields
from playground.errors import FieldError, PlaygroundError
from playground.nn.arrays import Array, Call, batch_last, with_ones
from playground.nn.dropout_mask import DropoutMask
from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.face import Face, Link
from playground.nn.explain.self_attention import explain_self_attention
from playground.nn.explain.unit_report import UnitReport
from playground.nn.initializers import INITIALIZERS, Glorot, Initializer
from playground.nn.layers.growth import Growth, Spread
from playground.nn.layers.running import (
    LayerPass,
    Mode,
    Named,
    ParameterSpec,
    RunningLayer,
    Shape,
)
from playground.nn.layers.sequences import sequence_shape
from playground.nn.layers.units import declare_dropout, declare_silenced
from playground.nn.record import LayerRecord
from playground.nn.unit_list import units_in
from playground.wording import grouped

_FAR = -1e30
"""What is added to the score of a step that must not be looked at: e to that is 0."""

_HARMLESS = 40.0
"""Scores up to this size can be raised to the power of e as they are, in any precision."""

PROJECTIONS = ("queries", "keys", "values")
"""What every step is brought to by weights of the layer, in the order of its tensors."""


@dataclass(frozen=True)
class SelfAttention(Named):
    """Lets every step look at all steps, with several heads at a time.

    By learned weights each step makes a query, a key and a value: q = Wq·x + bq, k = Wk·x + bk,
    v = Wv·x + bv. A head has a share of d numbers of each. Its weights at a step are
    ``softmax(q·k / √d)`` over the steps, it hands on the sum of their values in these shares, and
    all heads together go through weights once more: y = Wo·[heads] + bo (Vaswani et al. 2017).
    """

    kind: ClassVar[str] = "self_attention"
    title: ClassVar[str] = "Self-attention"
    use: ClassVar[str] = "Lets every step look at the others and take of them what it needs."

    heads: int = fields.whole(
        4, "Heads", "How many ways of looking work side by side; they share the width evenly.",
        low=1, high=1024, choices=(1, 2, 4, 8),
    )  # fmt: skip
    causal: bool = fields.flag(
        False,
        "Causal",
        "On, a step looks only at itself and at those before it, as it must to foretell the next.",
    )
    dropout: float = declare_dropout("outputs")
    initializer: Initializer = fields.variant(
        Glorot(), "Initializer", "How the weights are drawn before training.", INITIALIZERS
    )
    trainable: bool = fields.flag(
        True,
        "Trainable",
        "Off, training leaves the whole layer as it is (frozen) and improves the others around it.",
    )
    silenced_heads: str = declare_silenced("heads")

    @classmethod
    def fitting(cls, input_shape: Shape) -> SelfAttention:
        """Return a layer with as many of the usual heads as can share the width evenly."""
        return cls(math.gcd(cls.heads, input_shape[0]))

    @property
    def detail(self) -> str:
        """How many heads, ``4 heads, causal``."""
        heads = f"{self.heads} head{'s' * (self.heads > 1)}"
        return f"{heads}, causal" if self.causal else heads

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        units, steps = sequence_shape(input_shape)
        if units % self.heads:
            shared = [heads for heads in range(1, units + 1) if not units % heads]
            nearest = min(shared, key=lambda heads: (abs(heads - self.heads), heads))
            raise FieldError(
                "heads",
                f"{grouped(units)} numbers at each step cannot be shared evenly by {self.heads} "
                f"heads: {nearest} is the nearest number that can share them.",
            )
        return units, steps

    def parameters(self, input_shape: Shape) -> tuple[ParameterSpec, ...]:
        """Return ``queries``, ``keys``, ``values``, ``outputs`` (units, units), and their biases.

        A head has rows of the first three, and columns of the last.
        """
        units, _ = sequence_shape(input_shape)
        square, row = (units, units), (units,)
        return (
            ParameterSpec("queries", "Wq", square, "weight"),
            ParameterSpec("keys", "Wk", square, "weight"),
            ParameterSpec("values", "Wv", square, "weight"),
            ParameterSpec("query_biases", "bq", row, "bias"),
            ParameterSpec("key_biases", "bk", row, "bias"),
            ParameterSpec("value_biases", "bv", row, "bias"),
            ParameterSpec("outputs", "Wo", square, "weight"),
            ParameterSpec("output_biases", "bo", row, "bias"),
        )

    def multiply_adds(self, input_shape: Shape) -> int:
        """Return those of the four projections, of the scores and of the values' sums."""
        units, steps = sequence_shape(input_shape)
        return 4 * units * units * steps + 2 * units * steps * steps

    def build(self, input_shape: Shape) -> SelfAttentionLayer:
        """Return the running layer."""
        return SelfAttentionLayer(self, input_shape)


class SelfAttentionLayer(RunningLayer):
    """Self-attention at work."""

    settings: SelfAttention

    def initialize(self, rng: np.random.Generator) -> None:
        """Draw the weights of each projection."""
        views = self.views()
        for weights, biases in (
            ("queries", "query_biases"),
            ("keys", "key_biases"),
            ("values", "value_biases"),
            ("outputs", "output_biases"),
        ):
            self.settings.initializer.fill(views[weights], views[biases], rng)

    def go_on(self, former: RunningLayer, read: Spread, growth: Growth) -> Spread:
        """Go on with the same heads."""
        before: SelfAttention = former.settings  # type: ignore[assignment]
        if (before.heads, before.causal) != (self.settings.heads, self.settings.causal):
            raise PlaygroundError(f"{self.called} looks at the steps in another way now.")
        return super().go_on(former, read, growth)

    def fall_silent(self) -> None:
        """Begin with 0 for all that the heads found."""
        views = self.views()
        views["outputs"].fill(0)
        views["output_biases"].fill(0)

    def prepare(self, inputs: Array, grad_inputs: Array | None, mode: Mode) -> LayerPass:
        """Return the work for one batch size.

        A token is a step of an example. Queries, keys and values of all tokens are one product,
        (tokens, 3·units), of which a head of an example is a part whose tokens lie a row of all
        examples apart; the products of a head, S = Q·Kᵀ/√d, A = softmax(S), H = A·V, are stacked.
        Back: ∂L/∂V = Aᵀ·∂L/∂H, ∂L/∂A = ∂L/∂H·Vᵀ, ∂L/∂S = A ∘ (∂L/∂A − Σ ∂L/∂A ∘ A),
        ∂L/∂Q = ∂L/∂S·K/√d, ∂L/∂K = ∂L/∂Sᵀ·Q/√d.
        """
        (units, steps), batch, dtype = self.output_shape, inputs.shape[1], inputs.dtype
        heads, tokens = self.settings.heads, steps * batch
        scale = 1 / math.sqrt(units // heads)
        given, start = batch_last(inputs, self.input_shape)
        x = given.reshape(units, tokens)
        output = with_ones(self.output_features, batch, dtype)
        y = output[:-1].reshape(units, tokens)
        weights, biases, mixing, shift = self._parts(self._parameters)

        projected, found = _rows(tokens, 3 * units, dtype), _rows(tokens, units, dtype)
        parts = self._by_head(projected, batch)
        queries, keys, values = parts
        (heard,) = self._by_head(found, batch)
        attention = np.empty((batch, heads, steps, steps), dtype)

        done = LayerPass(output, None)
        done.forward = [
            *start,
            partial(np.matmul, x.T, weights.T, projected),
            partial(np.add, projected, biases, projected),
            partial(np.matmul, queries, keys.swapaxes(2, 3), attention),
            partial(np.multiply, attention, scale, attention),
            *self._shares(attention, mode.there),
            partial(np.matmul, attention, values, heard),
            *self._silence(found),
            partial(np.matmul, mixing, found.T, y),
            partial(np.add, y, shift[:, np.newaxis], y),
        ]
        by_unit = (units, steps, batch)
        done.kept = {
            **{
                name: part.transpose(1, 3, 2, 0).reshape(by_unit)
                for name, part in zip(PROJECTIONS, parts, strict=True)
            },
            "attention": attention.transpose(1, 2, 3, 0),
            "found": found.T.reshape(by_unit),
        }
        if mode.there is not None:
            done.kept["there"] = mode.there
        factors = None
        if self.settings.dropout and mode.masks is not None:
            done.mask = DropoutMask((units, batch), self.settings.dropout, mode.masks, dtype)
            done.kept["mask"], factors = done.mask.factors, done.mask.factors[:, np.newaxis]
            whole = y.reshape(by_unit)
            done.forward.append(partial(np.multiply, whole, factors, whole))
        if not mode.goes_back:
            return done

        done.grad_output = np.empty_like(output[:-1])
        grad_y = done.grad_output.reshape(units, tokens)
        grad_projected = _rows(tokens, 3 * units, dtype)
        grad_found = _rows(tokens, units, dtype)
        grad_parts = self._by_head(grad_projected, batch)
        grad_queries, grad_keys, grad_values = grad_parts
        (grad_heard,) = self._by_head(grad_found, batch)
        grad_scores, product = np.empty_like(attention), np.empty_like(attention)
        total, each = np.empty(attention.size // steps, dtype), np.ones(steps, dtype)
        totals = total.reshape(batch, heads, steps, 1)
        if factors is not None:
            whole = grad_y.reshape(by_unit)
            done.backward.append(partial(np.multiply, whole, factors, whole))
        done.backward += [
            partial(np.matmul, grad_y.T, mixing, grad_found),
            *self._silence(grad_found),
            partial(np.matmul, attention.swapaxes(2, 3), grad_heard, grad_values),
            partial(np.matmul, grad_heard, values.swapaxes(2, 3), grad_scores),
            partial(np.multiply, grad_scores, attention, product),
            partial(np.matmul, product.reshape(-1, steps), each, total),
            partial(np.subtract, grad_scores, totals, grad_scores),
            partial(np.multiply, grad_scores, attention, grad_scores),
            partial(np.multiply, grad_scores, scale, grad_scores),
            partial(np.matmul, grad_scores, keys, grad_queries),
            partial(np.matmul, grad_scores.swapaxes(2, 3), queries, grad_keys),
        ]
        done.kept_back = {
            **{
                f"grad_{name}": part.transpose(1, 3, 2, 0).reshape(by_unit)
                for name, part in zip(PROJECTIONS, grad_parts, strict=True)
            },
            "grad_scores": grad_scores.transpose(1, 2, 3, 0),
            "grad_found": grad_found.T.reshape(by_unit),
        }
        slopes, bias_slopes, mixing_slopes, shift_slopes = self._parts(self._gradient)
        every = np.ones(tokens, dtype)
        done.learn += [
            partial(np.matmul, grad_y, found, mixing_slopes),
            partial(np.matmul, grad_y, every, shift_slopes),
            partial(np.matmul, grad_projected.T, x.T, slopes),
            partial(np.matmul, every, grad_projected, bias_slopes),
        ]
        if grad_inputs is not None:
            back = grad_inputs.reshape(x.shape)
            done.backward.append(partial(np.matmul, weights.T, grad_projected.T, back))
        return done

    def explain(self, done: LayerRecord, symbols: Symbols) -> Explanation:
        """Return what each step asked, whom it looked at and what it took, and the way back."""
        return explain_self_attention(self.settings.heads, self.settings.causal, done, symbols)

    def inspect(self, done: LayerRecord, unit: int) -> UnitReport:
        """Return what one number of one step is made of."""
        return UnitReport()

    def face(self) -> Face:
        """Return rows of numbers, each joined to the one whose step it is made for."""
        return Face((Link(self.source),), heads=self.settings.heads)

    def _parts(self, vector: Array) -> tuple[Array, Array, Array, Array]:
        """Return Wq, Wk and Wv as one matrix, their biases as one, Wo and bo."""
        units = self.units
        ends = np.cumsum([3 * units * units, 3 * units, units * units])
        inner, inner_biases, outer, outer_biases = np.split(vector, ends)
        return inner.reshape(-1, units), inner_biases, outer.reshape(-1, units), outer_biases

    def _by_head(self, rows: Array, batch: int) -> Array:
        """Return the parts that lie side by side in rows as (parts, batch, heads, steps, d)."""
        units, steps = self.output_shape
        shape = (steps, batch, -1, self.settings.heads, units // self.settings.heads)
        return rows.reshape(shape).transpose(2, 1, 3, 0, 4)

    def _silence(self, found: Array) -> list[Call]:
        """Return the calls that set to 0 what silenced heads found, or the error that they get."""
        heads = self.settings.heads
        by_head = found.reshape(len(found), heads, -1)
        return [
            partial(by_head[:, head].fill, 0)
            for head in units_in(self.settings.silenced_heads, heads).tolist()
        ]

    def _shares(self, scores: Array, there: Array | None) -> list[Call]:
        """Return the calls that turn scores into softmax(scores), over the steps to be looked at.

        The largest score of a row is only taken off where e to the power of one could overflow:
        finding it takes longer than all the rest.
        """
        batch, steps = len(scores), scores.shape[3]
        top, total = np.empty((2, *scores.shape[:3], 1), scores.dtype)
        rows, each, sums = (
            scores.reshape(-1, steps),
            np.ones(steps, scores.dtype),
            total.reshape(-1),
        )
        least = np.finfo(scores.dtype).tiny
        hidden: list[Call] = []
        if self.settings.causal:
            later = np.triu(np.full((steps, steps), _FAR, scores.dtype), 1)
            hidden = [partial(np.add, scores, later, scores)]
        elif there is not None:
            far = np.empty((batch, 1, 1, steps), scores.dtype)
            absent = far.reshape(batch, steps).T
            hidden = [
                partial(np.subtract, there, 1, absent),
                partial(np.multiply, far, -_FAR, far),
                partial(np.add, scores, far, scores),
            ]

        def share() -> None:
            harmless = -_HARMLESS < scores.min() and scores.max() < _HARMLESS
            for call in hidden:
                call()
            if not harmless:
                np.maximum.reduce(scores, axis=3, keepdims=True, out=top)
                np.subtract(scores, top, out=scores)
            np.exp(scores, out=scores)
            np.matmul(rows, each, out=sums)
            np.maximum(sums, least, out=sums)
            np.divide(scores, total, out=scores)

        return [share]


def _rows(tokens: int, width: int, dtype: np.dtype[np.floating]) -> Array:
    """Return a buffer (tokens, width), a number longer than that in each row.

    The steps of an example would else often lie a power of 2 apart, where they drive each other
    out of the cache; the products take up to four times as long then.
    """
    return np.empty((tokens, width + 1), dtype)[:, :width]
