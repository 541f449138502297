"""Self-attention: every step of a sequence looks at the steps, and takes of them what it needs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from playground import fields
from playground.errors import FieldError, PlaygroundError
from playground.nn.arrays import Array, Call, with_ones
from playground.nn.dropout_mask import DropoutMask
from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.face import Face, Link
from playground.nn.explain.self_attention import PROJECTIONS, explain_self_attention
from playground.nn.explain.unit_report import Figure, Looks, UnitReport, number_at
from playground.nn.initializers import DRAWN, Glorot, Initializer
from playground.nn.layers.growth import Growth, Spread
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
from playground.nn.layers.units import declare_dropout, declare_silenced
from playground.nn.record import LayerRecord
from playground.nn.unit_list import units_in
from playground.wording import grouped

_FAR = -1e30
"""What is added to the score of a step that must not be looked at: e to that is 0."""

_USUAL = 1e-30, 1e30
"""Between what the powers of e of a step's scores add up to where none is taken off of them."""


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
        Glorot(), "Initializer", "How the weights are drawn before training.", DRAWN
    )
    trainable: bool = declare_trainable()
    rate: float = declare_rate()
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
        for weights, (biases, *_) in PROJECTIONS.items():
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
        examples apart; the products of a head, S = Q·Kᵀ, A = softmax(S/√d), H = A·V, are stacked.
        Back: ∂L/∂V = Aᵀ·∂L/∂H, ∂L/∂A = ∂L/∂H·Vᵀ, ∂L/∂S = A ∘ (∂L/∂A − Σ ∂L/∂A ∘ A)/√d where the
        sum is that of ∂L/∂H ∘ H, ∂L/∂Q = ∂L/∂S·K, ∂L/∂K = ∂L/∂Sᵀ·Q.
        """
        (units, steps), batch, dtype = self.output_shape, inputs.shape[1], inputs.dtype
        heads, by_unit, tokens = self.settings.heads, (units, steps, batch), steps * batch
        output = with_ones(self.output_features, batch, dtype)
        y = output[:-1].reshape(units, tokens)
        x = np.ones((units + 1, tokens), dtype)
        inner, outer = _Biased(self, 0, 3, dtype), _Biased(self, 3, 1, dtype)
        projected, found = _rows(tokens, 3 * units, dtype), _rows(tokens, units, dtype)
        queries, keys, values = parts = self._by_head(projected, batch)
        (heard,) = self._by_head(found, batch)
        attention = np.empty((batch, heads, steps, steps), dtype)

        done = LayerPass(output, None)
        done.forward = [
            partial(np.copyto, x[:-1].reshape(by_unit), inputs[:-1].reshape(by_unit)),
            *inner.take,
            partial(np.matmul, x.T, inner.matrix.T, projected[:, :-1]),
            self._share_out(queries, keys, attention, mode.there),
            partial(np.matmul, attention, values, heard),
            *self._silence(heard),
            *outer.take,
            partial(np.matmul, outer.matrix, found.T, y),
        ]
        done.kept = self._kept("", parts, found, batch)
        done.kept["attention"] = attention.transpose(1, 2, 3, 0)
        if mode.there is not None:
            done.kept["there"] = mode.there
        left_out = None
        if self.settings.dropout and mode.masks is not None:
            done.mask = DropoutMask((units, batch), self.settings.dropout, mode.masks, dtype)
            done.kept["mask"], left_out = done.mask.factors, done.mask.factors[:, np.newaxis]
            whole = done.kept["whole"] = np.empty_like(output[:-1])
            y = whole.reshape(units, tokens)
            done.forward[-1] = partial(np.matmul, outer.matrix, found.T, y)
            left, whole = (each.reshape(by_unit) for each in (output[:-1], whole))
            done.forward.append(partial(np.multiply, whole, left_out, left))
        if not mode.goes_back:
            return done

        done.grad_output = np.empty_like(output[:-1])
        grad_y = done.grad_output.reshape(units, tokens)
        grad_projected, grad_found = np.zeros_like(projected), np.zeros_like(found)
        grad_queries, grad_keys, grad_values = parts = self._by_head(grad_projected, batch)
        (grad_heard,) = self._by_head(grad_found, batch)
        grad_scores, product = np.empty_like(attention), np.empty_like(found)
        of_head = np.repeat(np.eye(heads, dtype=dtype), units // heads, axis=0)
        of_head = np.vstack([of_head, np.zeros((1, heads), dtype)])
        total = np.empty((tokens, heads), dtype)
        totals = total.reshape(steps, batch, heads, 1).transpose(1, 2, 0, 3)
        if left_out is not None:
            whole = grad_y.reshape(by_unit)
            done.backward.append(partial(np.multiply, whole, left_out, whole))
        done.backward += [
            partial(np.matmul, grad_y.T, outer.matrix[:, :-1], grad_found[:, :-1]),
            *self._silence(grad_heard),
            partial(np.matmul, attention.swapaxes(2, 3), grad_heard, grad_values),
            partial(np.matmul, grad_heard, values.swapaxes(2, 3), grad_scores),
            partial(np.multiply, found, grad_found, product),
            partial(np.matmul, product, of_head, total),
            partial(np.subtract, grad_scores, totals, grad_scores),
            partial(np.multiply, grad_scores, attention, grad_scores),
            partial(np.multiply, grad_scores, self._scale, grad_scores),
            partial(np.matmul, grad_scores, keys, grad_queries),
            partial(np.matmul, grad_scores.swapaxes(2, 3), queries, grad_keys),
        ]
        done.kept_back = self._kept("grad_", parts, grad_found, batch)
        done.kept_back["grad_scores"] = grad_scores.transpose(1, 2, 3, 0)
        done.learn += [
            partial(np.matmul, grad_y, found, outer.slopes),
            *outer.give,
            partial(np.matmul, grad_projected[:, :-1].T, x.T, inner.slopes),
            *inner.give,
        ]
        if grad_inputs is not None:
            back, weights = grad_inputs.reshape(units, tokens), inner.matrix[:, :-1]
            done.backward.append(partial(np.matmul, weights.T, grad_projected[:, :-1].T, back))
        return done

    def explain(self, done: LayerRecord, symbols: Symbols) -> Explanation:
        """Return what each step asked, whom it looked at and what it took, and the way back."""
        settings = self.settings
        silenced = units_in(settings.silenced_heads, settings.heads).tolist()
        return explain_self_attention(settings.heads, settings.dropout, silenced, done, symbols)

    def inspect(self, done: LayerRecord, unit: int) -> UnitReport:
        """Return what each head adds to one number of one step, and where the heads look."""
        heads, (mine, step) = self.settings.heads, divmod(unit, self.positions)
        parts: list[float | None] = [None] * heads
        looks = None
        if done.ran:
            queries, keys, found = (
                done.kept[name][..., 0].reshape(heads, -1, self.positions)
                for name in ("queries", "keys", "found")
            )
            weights = done.tensors["outputs"][mine].reshape(heads, -1)
            parts = (weights * found[..., step]).sum(axis=1).tolist()
            shares = done.kept["attention"][:, step, :, 0]
            looks = Looks(step, shares.copy(), queries[..., step], keys.swapaxes(1, 2))
        silenced = units_in(self.settings.silenced_heads, heads)
        return UnitReport(
            f"y = Σ w·c + b: weights mix what the heads found at step {step + 1}, and what a head "
            "found are the values of all steps, in the shares in which it looks at them.",
            (
                *(
                    Figure(f"Σ w·c, head {head + 1}{', silenced' * (head in silenced)}", part)
                    for head, part in enumerate(parts)
                ),
                Figure("b", float(done.tensors["output_biases"][mine])),
                Figure("y, handed on", number_at(done.a, unit), total=True),
                Figure("∂L/∂b, from this step = ∂L/∂y", number_at(done.grad_a, unit)),
            ),
            looks=looks,
        )

    def face(self) -> Face:
        """Return rows of numbers, each joined to every step that is looked at."""
        return Face((Link(self.source, joined="all"),), heads=self.settings.heads)

    @property
    def _scale(self) -> float:
        """1/√d, which keeps scores of one size however many numbers a head has."""
        return 1 / math.sqrt(self.units // self.settings.heads)

    def _by_head(self, rows: Array, batch: int) -> Array:
        """Return the parts that lie side by side in rows as (parts, batch, heads, steps, d)."""
        units, steps = self.output_shape
        shape = (steps, batch, -1, self.settings.heads, units // self.settings.heads)
        return rows[:, :-1].reshape(shape).transpose(2, 1, 3, 0, 4)

    def _kept(self, prefix: str, parts: Array, found: Array, batch: int) -> dict[str, Array]:
        """Return arrays of a pass by name, as (units, steps, batch)."""
        by_unit = (*self.output_shape, batch)
        kept = {
            f"{prefix}{name}": part.transpose(1, 3, 2, 0).reshape(by_unit)
            for name, part in zip(PROJECTIONS, parts, strict=False)
        }
        return kept | {f"{prefix}found": found[:, :-1].T.reshape(by_unit)}

    def _silence(self, heard: Array) -> list[Call]:
        """Return the calls that set to 0 what silenced heads found, or the error that they get."""
        silenced = units_in(self.settings.silenced_heads, self.settings.heads)
        return [partial(heard[:, head].fill, 0) for head in silenced.tolist()]

    def _share_out(self, queries: Array, keys: Array, shares: Array, there: Array | None) -> Call:
        """Return the call that fills softmax(Q·Kᵀ/√d) over the steps to be looked at.

        The largest score of a step is only taken off where the powers of e get too large or too
        small: finding it takes longer than all the rest. A step that is not there looks nowhere:
        its shares are divided by infinity.
        """
        batch, steps = len(shares), shares.shape[3]
        largest, total = np.empty((2, *shares.shape[:3], 1), shares.dtype)
        rows, each, sums = (
            shares.reshape(-1, steps),
            np.ones(steps, shares.dtype),
            total.reshape(-1),
        )
        asking = None if there is None else there.T[:, np.newaxis, :, np.newaxis]
        score: list[Call] = [
            partial(np.matmul, queries, keys.swapaxes(2, 3), shares),
            partial(np.multiply, shares, self._scale, shares),
        ]
        if self.settings.causal:
            later = np.triu(np.full((steps, steps), _FAR, shares.dtype), 1)
            score.append(partial(np.add, shares, later, shares))
        elif there is not None:
            far = np.empty((batch, 1, 1, steps), shares.dtype)
            absent = far.reshape(batch, steps).T
            score += [
                partial(np.subtract, there, 1, absent),
                partial(np.multiply, far, -_FAR, far),
                partial(np.add, shares, far, shares),
            ]

        def raise_to_powers() -> None:
            np.exp(shares, out=shares)
            np.matmul(rows, each, out=sums)

        def share_out() -> None:
            for call in score:
                call()
            raise_to_powers()
            if not _USUAL[0] < sums.min() <= sums.max() < _USUAL[1]:
                for call in score:
                    call()
                np.maximum.reduce(shares, axis=3, keepdims=True, out=largest)
                np.subtract(shares, largest, out=shares)
                raise_to_powers()
            if asking is not None:
                np.divide(total, asking, out=total)
            np.divide(shares, total, out=shares)

        return share_out


class _Biased:
    """Some of the projections as one matrix [W b], and its slopes.

    Parameters
    ----------
    layer
        Whose tensors they are.
    first, count
        Which of the projections, in the order of the tensors.
    dtype
        The core's float type.
    """

    def __init__(
        self, layer: SelfAttentionLayer, first: int, count: int, dtype: np.dtype[np.floating]
    ) -> None:
        units, rows = layer.units, count * layer.units
        self.matrix, self.slopes = np.empty((2, rows, units + 1), dtype)
        start, ends = first * units * (units + 1), (rows * units, rows * (units + 1))
        vectors = (layer._parameters[start:], layer._gradient[start:])
        (weights, biases), (grad_weights, grad_biases) = (
            np.split(vector, ends)[:2] for vector in vectors
        )
        self.take: list[Call] = [
            partial(np.copyto, self.matrix[:, :-1], weights.reshape(rows, units)),
            partial(np.copyto, self.matrix[:, -1], biases),
        ]
        self.give: list[Call] = [
            partial(np.copyto, grad_weights.reshape(rows, units), self.slopes[:, :-1]),
            partial(np.copyto, grad_biases, self.slopes[:, -1]),
        ]


def _rows(tokens: int, width: int, dtype: np.dtype[np.floating]) -> Array:
    """Return a buffer (tokens, width + 1) whose last column is 1, which a bias multiplies.

    Without it the steps of an example would often lie a power of 2 apart, and drive each other
    out of the cache: products take up to four times as long then.
    """
    return np.ones((tokens, width + 1), dtype)
