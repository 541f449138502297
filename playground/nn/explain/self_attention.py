"""Self-attention in formulas: queries, keys and values, who looks where, and the way back."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from playground.nn.arrays import Array
from playground.nn.explain.activation import behind_mask, mask_stage
from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.stage import (
    EXAMPLE,
    HEAD,
    INPUT,
    NEURON,
    ONE,
    Matrix,
    Origin,
    Phase,
    Stage,
    bias_slopes,
    computing,
    weight_slopes,
)
from playground.nn.explain.steps import all_units, sums_back, weighed
from playground.nn.explain.writing import (
    Lines,
    entry,
    extent,
    factor,
    figure,
    place,
    shape,
    sub,
    sum_of_products,
)
from playground.nn.record import LayerRecord
from playground.wording import counted

PROJECTIONS = {
    "queries": ("query_biases", "q", "what each step asks"),
    "keys": ("key_biases", "k", "what each step is found by"),
    "values": ("value_biases", "v", "what each step has to give"),
    "outputs": ("output_biases", "o", "what all heads found, together"),
}
"""The weights of the layer: their biases, the letter of what they make, and what that is."""


def explain_self_attention(
    heads: int, dropout: float, silenced: Collection[int], done: LayerRecord, symbols: Symbols
) -> Explanation:
    """Return a step of self-attention: Q, K and V, α = softmax(Q·K/√d), C = α·V, O = Wo·C + bo.

    ``silenced`` are heads.
    """
    n, source, words = symbols.number("O"), symbols.of(done.source), symbols.names.words
    told = _Attention(done, n, heads, silenced)
    given = told.matrix(source, "inputs of the layer", done.inputs, rows=INPUT)
    given = replace(given, layer=done.source)
    names: dict[str, str] = {}
    weights, biases = {}, {}
    for tensor, (added, letter, _) in PROJECTIONS.items():
        names |= {tensor: f"W{letter}{n}", added: f"b{letter}{n}"}
        title, numbers = f"weights of the {tensor}, {words(done.name)}", done.tensors[tensor]
        weights[tensor] = Matrix(names[tensor], title, numbers, NEURON, INPUT, done.name)
        numbers = done.tensors[added][:, np.newaxis]
        biases[tensor] = Matrix(names[added], "their biases", numbers, NEURON, ONE, done.name)

    def projected(tensor: str, read: Matrix, made: Matrix) -> Stage:
        why, title = f"Every step makes its {tensor} by the same weights.", PROJECTIONS[tensor][2]
        return weighed(done, title, why, weights[tensor], read, biases[tensor], made)

    whole = done.kept.get("whole", done.a)
    made = told.matrix(f"O{n}", "outputs", whole)
    forward = [
        *(projected(tensor, given, told.projected(tensor)) for tensor in list(PROJECTIONS)[:3]),
        told.looked(),
        told.taken(),
        projected("outputs", told.found, made),
    ]
    product, grad_a, backward = made.symbol, done.grad_a, list[Stage]()
    if "mask" in done.kept:
        number = symbols.number("M")
        product = f"D{number}"
        forward.append(mask_stage(done, number, made.symbol, whole, rate=dropout))
        if grad_a is not None:
            stage, grad_a = behind_mask(done, number, made.symbol)
            backward.append(stage)
    if grad_a is None:
        return Explanation(product, tuple(forward), (), names)

    def slopes(tensor: str, grad: Matrix, read: Matrix) -> list[Stage]:
        added, letter, _ = PROJECTIONS[tensor]
        of_weights, of_biases = done.gradients[tensor], done.gradients[added][:, np.newaxis]
        return [
            weight_slopes(
                f"slopes of the weights of the {tensor}",
                "The weights are used at every step, so what they do at all of them adds up.",
                *(grad, read),
                Matrix(f"dW{letter}{n}", "∂L/∂w", of_weights, NEURON, INPUT, done.name),
            ),
            bias_slopes(
                f"slopes of the biases of the {tensor}",
                "A bias is added at every step, so it has the sum of the slopes there.",
                grad,
                Matrix(f"db{letter}{n}", "∂L/∂b", of_biases, NEURON, ONE, done.name),
            ),
        ]

    grad = told.matrix(f"dO{n}", "∂L/∂outputs", grad_a)
    back = told.matrix(f"dC{n}", "∂L/∂c", done.kept["grad_found"])
    stage = sums_back(done, [(weights["outputs"], grad)], back, "what the heads found")
    backward += [*slopes("outputs", grad, told.found), told.unless_silenced(stage)]
    backward += told.way_back(back)
    ways = []
    for tensor in list(PROJECTIONS)[:3]:
        error = told.projected(tensor, back=True)
        backward += slopes(tensor, error, given)
        ways.append((weights[tensor], error))
    if done.grad_inputs is not None:
        back = replace(given, symbol=f"d{source}", title="∂L/∂inputs", values=done.grad_inputs)
        backward.append(sums_back(done, ways, back, words(done.source)))
    return Explanation(product, tuple(forward), tuple(backward), names)


@dataclass(frozen=True, eq=False)
class _Attention:
    """What the heads of one layer did: the products of steps with steps.

    ``n`` is the layer's number among its kind.
    """

    done: LayerRecord
    n: int
    heads: int
    silenced: Collection[int]

    def matrix(self, symbol: str, title: str, values: Array, rows: str = NEURON) -> Matrix:
        """Return an array of units and steps, (units, steps, batch) or flat."""
        flat = values.reshape(-1, values.shape[-1])
        return Matrix(symbol, title, flat, rows, EXAMPLE, self.done.name, self.done.output_shape)

    def pairs(self, symbol: str, title: str, values: Array) -> Matrix:
        """Return an array of heads, steps that look, and steps that are looked at."""
        of = values.shape[:-1]
        flat = values.reshape(-1, values.shape[-1])
        return Matrix(symbol, title, flat, HEAD, EXAMPLE, self.done.name, of)

    def projected(self, tensor: str, *, back: bool = False) -> Matrix:
        """Return the queries, the keys or the values, or ∂L/∂ them."""
        letter, kept = PROJECTIONS[tensor][1], self.done.kept
        if back:
            slopes = kept[f"grad_{tensor}"]
            return self.matrix(f"d{letter.upper()}{self.n}", f"∂L/∂{letter}", slopes)
        return self.matrix(f"{letter.upper()}{self.n}", tensor, kept[tensor])

    @property
    def found(self) -> Matrix:
        """What the heads found."""
        return self.matrix(f"C{self.n}", "what the heads found", self.done.kept["found"])

    @property
    def shares(self) -> Matrix:
        """How much each step looks at each, head by head."""
        return self.pairs(f"α{self.n}", "who looks where", self.done.kept["attention"])

    @property
    def width(self) -> int:
        """How many numbers a head has at a step."""
        return self.done.output_shape[0] // self.heads

    def looked(self) -> Stage:
        """Return the stage that shares each step's look out among the steps."""
        queries, keys, shares = self.projected("queries"), self.projected("keys"), self.shares
        d, n, there = self.width, self.n, self.done.kept.get("there")

        def arithmetic(row: int, column: int) -> Lines:
            head, asks, at = map(int, np.unravel_index(row, shares.shape))
            name, result = f"α{sub(head, asks, at)}", figure(shares.values[row, column])
            for step in (asks, at):
                if there is not None and not there[step, column]:
                    return (f"{name} = 0: this example has no step {step + 1}.",)
            seen = shares.values.reshape(*shares.shape, -1)[head, asks, :, column] > 0
            if not seen[at] and at > asks:
                return (f"{name} = 0: step {at + 1} is not to be looked at from step {asks + 1}.",)
            mine = slice(head * d, (head + 1) * d)
            query, key = queries.by_step[mine, asks, column], keys.by_step[mine, :, column]
            scores = query @ key / math.sqrt(d)
            largest = scores[seen].max()
            total = np.exp(scores[seen] - largest).sum()
            return (
                *sum_of_products(
                    f"q{sub(asks)}·k{sub(at)}",
                    query,
                    key[:, at],
                    lambda i: (f"q{sub(head * d + i, asks)}", f"k{sub(head * d + i, at)}"),
                    terms="numbers of the head",
                ),
                f"s = q·k / √{d} = {figure(scores[at])}",
                f"{name} = e^(s − max s) / Σ e^(s − max s), {counted(int(seen.sum()), 'step')}",
                f"= e^({figure(scores[at])} − {factor(largest)}) / Σ … = "
                f"{figure(np.exp(scores[at] - largest))} / {figure(total)}",
                f"= {result}",
            )

        def origins(row: int, column: int) -> dict[str, Origin]:
            head, asks, at = map(int, np.unravel_index(row, shares.shape))
            mine = slice(head * d, (head + 1) * d)
            return {
                queries.symbol: Origin(all_units(queries, asks)[mine]),
                keys.symbol: Origin(all_units(keys, at)[mine]),
            }

        return computing(
            "forward",
            self.done.name,
            "who looks where",
            f"α{n} = softmax(Q{n}·K{n} / √{d}), head by head",
            f"{shape(queries.values, queries.shape)}, {shape(keys.values, keys.shape)} → "
            f"{shape(shares.values, shares.shape)}",
            f"A step's query is multiplied with the keys of the steps, in each head by its {d} "
            "numbers. The better they agree, the more the step looks there: softmax makes shares "
            "of them that add up to 1.",
            extent(shares.values, "share", zeros=True),
            (queries, keys, shares),
            arithmetic,
            origins,
        )

    def taken(self) -> Stage:
        """Return the stage that adds up the values of the steps in these shares."""
        n = self.n
        stage = self._over_steps(
            *("forward", "what the heads found", f"C{n} = α{n}·V{n}, head by head"),
            "Each step takes the values of the steps, as much of each as it looks there.",
            *(self.shares, self.projected("values"), self.found),
        )
        return self.unless_silenced(stage)

    def unless_silenced(self, stage: Stage) -> Stage:
        """Return a stage that says where a head is silenced, and a sum is 0 therefore."""
        made, work = stage.computed, stage.arithmetic
        assert made is not None
        assert work is not None

        def arithmetic(row: int, column: int) -> Lines:
            head = row // made.steps // self.width
            if head in self.silenced:
                return (f"0: head {head + 1} is silenced.",)
            return work(row, column)

        return replace(stage, arithmetic=arithmetic)

    def way_back(self, found: Matrix) -> list[Stage]:
        """Return the stages from ∂L/∂ what the heads found to ∂L/∂ values, queries and keys."""
        n = self.n
        values, queries, keys = (self.projected(name) for name in ("values", "queries", "keys"))
        scores = self.pairs(f"dS{n}", "∂L/∂s, s = q·k", self.done.kept["grad_scores"])
        return [
            self._over_steps(
                *("backward", "back to the values", f"dV{n} = α{n}ᵀ·dC{n}, head by head"),
                "A value was taken by every step that looked there, in that step's share.",
                *(self.shares, found, self.projected("values", back=True)),
                looked_at=True,
            ),
            self._through_softmax(found, values, scores),
            self._over_steps(
                *("backward", "back to the queries", f"dQ{n} = dS{n}·K{n}, head by head"),
                "A query was multiplied with every key, so that key is the other factor.",
                *(scores, keys, self.projected("queries", back=True)),
            ),
            self._over_steps(
                *("backward", "back to the keys", f"dK{n} = dS{n}ᵀ·Q{n}, head by head"),
                "A key was multiplied with every query, so that query is the other factor.",
                *(scores, queries, self.projected("keys", back=True)),
                looked_at=True,
            ),
        ]

    def _through_softmax(self, found: Matrix, values: Matrix, scores: Matrix) -> Stage:
        shares, n, d = self.shares, self.n, self.width

        def arithmetic(row: int, column: int) -> Lines:
            head, asks, at = map(int, np.unravel_index(row, shares.shape))
            mine = slice(head * d, (head + 1) * d)
            share = shares.values.reshape(*shares.shape, -1)[head, asks, :, column]
            slopes = found.by_step[mine, asks, column] @ values.by_step[mine, :, column]
            name = f"∂L/∂s{sub(head, asks, at)}"
            if not share[at]:
                return (f"{name} = 0: nothing was looked at there.",)
            mean = float(share @ slopes)
            return (
                f"∂L/∂α{sub(head, asks, at)} = Σ ∂L/∂c·v = {figure(slopes[at])}, and Σ α·∂L/∂α "
                f"over the steps = {figure(mean)}",
                f"{name} = α·(∂L/∂α − Σ α·∂L/∂α) / √{d}",
                f"= {figure(share[at])}·({figure(slopes[at])} − {factor(mean)}) / √{d}",
                f"= {figure(scores.values[row, column])}",
            )

        def origins(row: int, column: int) -> dict[str, Origin]:
            head, asks, at = map(int, np.unravel_index(row, shares.shape))
            mine = slice(head * d, (head + 1) * d)
            steps = shares.shape[2]
            return {
                found.symbol: Origin(all_units(found, asks)[mine]),
                values.symbol: Origin(all_units(values, at)[mine]),
                shares.symbol: Origin(np.arange(row - at, row - at + steps)),
            }

        return computing(
            "backward",
            self.done.name,
            "back through the shares",
            f"dS{n} = α{n} ∘ (dα{n} − Σ α{n} ∘ dα{n}) / √{d}, dα{n} = dC{n}·V{n}",
            f"{shape(found.values, found.shape)}, {shape(values.values, values.shape)} → "
            f"{shape(scores.values, scores.shape)}",
            "A share has the slope of what was found, times the value that it let through. The "
            "shares of a step add up to 1, so what all of them have in common is taken off.",
            extent(scores.values, "slope", zeros=True),
            (found, values, shares, scores),
            arithmetic,
            origins,
        )

    def _over_steps(
        self,
        phase: Phase,
        title: str,
        formula: str,
        why: str,
        pairs: Matrix,
        values: Matrix,
        made: Matrix,
        *,
        looked_at: bool = False,
    ) -> Stage:
        """Return the stage of made = pairs·values: for each step a sum over the steps.

        It is the step that looks and sums over those that it looks at, or the other way round.
        """
        by_pair = pairs.values.reshape(*pairs.shape, -1)
        letters = [entry(matrix.symbol) for matrix in (pairs, values, made)]

        def indices(unit: int, step: int, other: int) -> tuple[int, int, int]:
            pair = (other, step) if looked_at else (step, other)
            return (unit // self.width, *pair)

        def arithmetic(row: int, column: int) -> Lines:
            unit, step = divmod(row, made.steps)
            head = by_pair[unit // self.width, ..., column]
            return sum_of_products(
                f"{letters[2]}{place(row, made.shape)}",
                head[:, step] if looked_at else head[step],
                values.by_step[unit, :, column],
                lambda i: (
                    f"{letters[0]}{sub(*indices(unit, step, i))}",
                    f"{letters[1]}{sub(unit, i)}",
                ),
                terms="steps",
            )

        def origins(row: int, column: int) -> dict[str, Origin]:
            unit, step = divmod(row, made.steps)
            by_number = np.arange(len(pairs.values)).reshape(pairs.shape)[unit // self.width]
            return {
                pairs.symbol: Origin(by_number[:, step] if looked_at else by_number[step]),
                values.symbol: Origin(unit * made.steps + np.arange(made.steps)),
            }

        return computing(
            phase,
            self.done.name,
            title,
            formula,
            f"{shape(pairs.values, pairs.shape)}, {shape(values.values, values.shape)} → "
            f"{shape(made.values, made.shape)}",
            why,
            extent(self.done.there(made.values), "number" if phase == "forward" else "slope"),
            (pairs, values, made),
            arithmetic,
            origins,
        )
