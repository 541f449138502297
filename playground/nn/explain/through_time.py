"""Backpropagation through time in formulas: from the answers of a layer to its tensors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np

from playground.nn.arrays import Array
from playground.nn.explain.activation import behind_mask, mask_stage
from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.recurrent import InTime, Sum
from playground.nn.explain.stage import (
    EXAMPLE,
    INPUT,
    NEURON,
    ONE,
    TAP,
    Matrix,
    Origin,
    Stage,
    computing,
)
from playground.nn.explain.writing import (
    Lines,
    entry,
    extent,
    factor,
    figure,
    shape,
    sub,
    sum_of,
    sum_of_products,
)

_SYMBOLS = {"weights": "W", "biases": "b", "recurrent_weights": "U", "recurrent_biases": "b′"}


def explained(
    time: InTime,
    symbols: Symbols,
    sums: Sequence[Sum],
    forward: Sequence[Stage],
    back: Sequence[Stage],
    *,
    recalling: Sequence[Sum] | None = None,
    kept: tuple[str, str] = ("", ""),
) -> Explanation:
    """Return a recurrent layer's step, with what is alike for all kinds.

    Parameters
    ----------
    time, symbols
        The layer's part in the step, and what knows the names.
    sums
        What a unit sums up.
    forward, back
        The kind's own stages: up to the answers, and from ∂L/∂ these to ∂L/∂ the sums.
    recalling
        The sums that weigh the answers before, where these are others.
    kept
        Symbol and name of a gate that lets a share of the answers before through, if there is one.
    """
    done, k, whole = time.done, time.k, time.answers
    stages = list(forward)
    if time.last:
        stages.append(_last(time))
        whole = stages[-1].matrices[-1]
    grad, backward, handed_on = done.grad_a, list[Stage](), whole.symbol
    if "mask" in done.kept:
        number = symbols.number("M")
        stages.append(mask_stage(done, number, whole.symbol, whole.values, rate=time.dropout))
        handed_on = f"D{number}"
        if grad is not None:
            stage, grad = behind_mask(done, number, whole.symbol)
            backward.append(stage)
    if grad is not None:
        arriving = replace(
            whole, symbol=f"d{whole.symbol}", title="∂L/∂ what is handed on", values=grad
        )
        recalling = sums if recalling is None else recalling
        backward += [
            _back(time, recalling, arriving, kept),
            *back,
            *_to_tensors(time, sums, recalling),
        ]
    names = {name: f"{symbol}{k}" for name, symbol in _SYMBOLS.items() if name in done.tensors}
    return Explanation(handed_on, tuple(stages), tuple(backward), names)


def _last(time: InTime) -> Stage:
    """Return the stage that hands on the last step."""
    done, k, answers = time.done, time.k, time.answers
    units, batch = range(time.all_units), answers.values.shape[1]
    last = np.array([[time.last_of(unit, example) for example in range(batch)] for unit in units])
    values = np.array(
        [
            [
                time.at(answers.values, unit, int(last[unit, example]), example)
                for example in range(batch)
            ]
            for unit in units
        ]
    )

    def arithmetic(row: int, column: int) -> Lines:
        step = int(last[row, column])
        return f"a{sub(row)} = h{sub(row, step)}", f"= {figure(values[row, column])}"

    from_end = ""
    if time.all_units > time.units:
        from_end = " The neurons that read from the end have it at the first step."
    return computing(
        *("forward", done.name, "last step", f"A{k} = H{k} at the last step"),
        f"{shape(answers.values, answers.shape)} → {shape(values)}",
        f"Behind the last step the neurons have read the whole sequence.{from_end}",
        extent(values, "number"),
        (answers, Matrix(f"A{k}", "last answers", values, NEURON, EXAMPLE, done.name)),
        arithmetic,
        lambda row, column: {
            answers.symbol: Origin(np.array([row * time.steps + int(last[row, column])]))
        },
    )


def _back(time: InTime, sums: Sequence[Sum], arriving: Matrix, kept: tuple[str, str]) -> Stage:
    """Return the stage of ∂L/∂ the answers: what arrives, and what comes back through time."""
    memory, k = time.done.tensors["recurrent_weights"], time.k
    slopes = [time.slopes(each) for each in sums]
    symbol, gate = kept

    def arithmetic(unit: int, step: int, example: int) -> Lines:
        result = f"δh{sub(unit, step)}"
        if unit in time.silenced:
            return (f"{result} = 0: this neuron is silenced.",)
        here, later = arrived(unit, step, example), time.behind(unit, step)
        if not 0 <= later < time.steps or not time.there[later, example]:
            return (
                f"{result} = {figure(here)}: what comes from the layers behind; there is no step "
                "after this one.",
            )
        mates = time.mates(unit)
        pairs = list(product(range(len(sums)), mates))
        index = unit - mates[0]
        left = np.array([memory[mate, index, sums[of].column] for of, mate in pairs])
        right = np.array([time.at(slopes[of].values, mate, later, example) for of, mate in pairs])
        lines = sum_of_products(
            f"from step {later + 1}",
            left,
            right,
            lambda term: (
                f"u{sub(pairs[term][1], index, sums[pairs[term][0]].column)}",
                f"{entry(slopes[pairs[term][0]].symbol)}{sub(pairs[term][1], later)}",
            ),
            terms="sums that the answer is in",
        )
        told, parts = "", [float(left @ right)]
        if gate:
            grad = time.at(time.grad_answers.values, unit, later, example)
            parts.append(grad * time.at(time.kept(gate), unit, later, example))
            told = f" + δh{sub(unit, later)}·{entry(symbol)}{sub(unit, later)}"
        return (
            *lines,
            f"{result} = from the layers behind + from step {later + 1}{told}",
            f"= {figure(here)} + {' + '.join(map(factor, parts))}",
            f"= {figure(time.at(time.grad_answers.values, unit, step, example))}",
        )

    def arrived(unit: int, step: int, example: int) -> float:
        if not time.last:
            return time.at(arriving.values, unit, step, example)
        return float(arriving.values[unit, example]) if step == time.last_of(unit, example) else 0.0

    def origins(unit: int, step: int) -> dict[str, Origin]:
        rows = time.rows(time.mates(unit), time.behind(unit, step))
        found = {each.symbol: Origin(rows) for each in slopes}
        if time.last:
            found[arriving.symbol] = Origin(np.array([unit]))
        return found

    symbols = " and ".join(each.symbol for each in slopes)
    both = f" + δH{k} ∘ {symbol} one step later" if gate else ""
    return time.stage(
        "backward",
        "back through time",
        f"δH{k} = {arriving.symbol} + U{k}ᵀ·({symbols}) one step later{both}",
        "An answer is read by the layers behind, and by all neurons of its layer one step later, "
        "so its share of the error adds up over both: from the last step to the first.",
        (
            arriving,
            Matrix(f"U{k}", "weights of the answers before", *_flat(memory, time)),
            *slopes,
            time.grad_answers,
        ),
        arithmetic,
        origins,
    )


def _to_tensors(time: InTime, sums: Sequence[Sum], recalling: Sequence[Sum]) -> list[Stage]:
    """Return the stages of ∂L/∂ weights, recurrent weights, biases and inputs."""
    k, answers = time.k, time.answers.values

    def given(number: int, unit: int) -> Array:
        found: Array = time.done.inputs.reshape(time.read, time.steps, -1)[number]
        return found

    def recalled(index: int, unit: int) -> Array:
        whole = answers.reshape(time.all_units, time.steps, -1)[time.mates(unit)[index]]
        earlier = [time.before(unit, step) for step in range(time.steps)]
        inside = np.array([0 <= step < time.steps for step in earlier])
        found: Array = np.where(inside[:, np.newaxis], whole[np.array(earlier) % time.steps], 0)
        return found

    def weights(
        tensor: str, letter: str, title: str, why: str, source: Matrix, of: Sequence[Sum]
    ) -> Stage:
        values = time.done.gradients[tensor]
        grads = [time.slopes(each) for each in of]
        made = Matrix(f"d{letter}{k}", f"∂L/∂{letter.lower()}", *_flat(values, time))
        seen = given if tensor == "weights" else recalled

        def arithmetic(row: int, column: int) -> Lines:
            number, gate = divmod(column, values.shape[2])
            right = seen(number, row)
            left = grads[gate].values.reshape(time.all_units, time.steps, -1)[row]
            batch = left.shape[1]
            mate = number if tensor == "weights" else time.mates(row)[number]

            def names(term: int) -> tuple[str, str]:
                step, example = divmod(term, batch)
                at = f"[{example + 1}]" if batch > 1 else ""
                met = step if tensor == "weights" else time.before(row, step)
                return (
                    f"{entry(grads[gate].symbol)}{sub(row, step)}{at}",
                    f"{entry(source.symbol)}{sub(mate, met)}{at}",
                )

            return sum_of_products(
                f"{entry(made.symbol)}{sub(row, number, gate)}",
                left.ravel(),
                right.ravel(),
                names,
                divisor=batch,
                terms="steps and examples" if batch > 1 else "steps",
            )

        def origins(row: int, column: int) -> dict[str, Origin]:
            number, gate = divmod(column, values.shape[2])
            mine = np.arange(row * time.steps, (row + 1) * time.steps)
            mate = number if tensor == "weights" else time.mates(row)[number]
            met = np.arange(mate * time.steps, (mate + 1) * time.steps)
            nothing = np.empty(0, np.intp)
            found = {grad.symbol: Origin(nothing) for grad in grads}
            return found | {grads[gate].symbol: Origin(mine), source.symbol: Origin(met)}

        batch = grads[0].values.shape[1]
        over = " / m" if batch > 1 else ""
        symbols = ", ".join(grad.symbol for grad in grads)
        shifted = "" if tensor == "weights" else " one step before"
        return computing(
            *("backward", time.done.name, title),
            f"d{letter}{k} = Σ ({symbols})·{source.symbol}ᵀ{shifted}{over}",
            f"→ {shape(values)}",
            why,
            extent(values, "slope"),
            (*grads, source, made),
            arithmetic,
            origins,
        )

    stages = [
        weights(
            *("weights", "W", "slopes of the weights"),
            "A weight is used at every step, so its slope is the sum over all steps of ∂L/∂ the "
            "sum that it is in, times the number that it met there.",
            *(time.given, sums),
        ),
        weights(
            *("recurrent_weights", "U", "slopes of the weights from step to step"),
            "These met what the neurons had answered at the step before.",
            *(time.answers, recalling),
        ),
        _biases(time, sums, "biases", f"b{k}"),
    ]
    if "recurrent_biases" in time.done.tensors:
        stages.append(_biases(time, recalling[:1], "recurrent_biases", f"b′{k}"))
    if time.done.grad_inputs is not None:
        stages.append(_inputs(time, sums))
    return stages


def _flat(tensor: Array, time: InTime) -> tuple[Array, str, str, str, tuple[int, ...]]:
    """Return (units, numbers, gates) as (units, numbers·gates), and what its axes count."""
    return tensor.reshape(len(tensor), -1), NEURON, TAP, time.done.name, tensor.shape[1:]


def _biases(time: InTime, sums: Sequence[Sum], tensor: str, symbol: str) -> Stage:
    values = time.done.gradients[tensor].reshape(time.all_units, -1)
    grads = [time.slopes(each) for each in sums]
    batch = grads[0].values.shape[1]
    made = Matrix(
        f"d{symbol}", "∂L/∂b", values, NEURON, ONE if len(sums) == 1 else TAP, time.done.name
    )

    def arithmetic(row: int, column: int) -> Lines:
        grad = grads[column]
        by_unit = grad.values.reshape(time.all_units, -1)
        return sum_of(
            f"{entry(made.symbol)}{sub(row, column) if len(sums) > 1 else sub(row)}",
            by_unit[row],
            f"{entry(grad.symbol)}{sub(row)},ₜ",
            divisor=batch,
            terms="steps and examples" if batch > 1 else "steps",
        )

    def origins(row: int, column: int) -> dict[str, Origin]:
        mine = np.arange(row * time.steps, (row + 1) * time.steps)
        nothing = np.empty(0, np.intp)
        return {
            grad.symbol: Origin(mine if at == column else nothing) for at, grad in enumerate(grads)
        }

    which = "biases" if tensor == "biases" else "biases of what is recalled"
    return computing(
        *("backward", time.done.name, f"slopes of the {which}"),
        f"{made.symbol} = Σ {', '.join(grad.symbol for grad in grads)}{' / m' * (batch > 1)}",
        f"→ {shape(values)}",
        "∂/∂b of a sum is 1 at every step, so a bias has the sum of its slopes over all steps"
        + (f", averaged over the {batch} examples." if batch > 1 else "."),
        extent(values, "slope"),
        (*grads, made),
        arithmetic,
        origins,
    )


def _inputs(time: InTime, sums: Sequence[Sum]) -> Stage:
    done, weights = time.done, time.done.tensors["weights"]
    assert done.grad_inputs is not None
    grads, source = [time.slopes(each) for each in sums], time.source
    back = Matrix(
        *(f"d{source}", "∂L/∂inputs", done.grad_inputs, INPUT, EXAMPLE, done.source),
        time.given.shape,
    )
    pairs = list(product(range(len(sums)), range(time.all_units)))

    def arithmetic(row: int, column: int) -> Lines:
        number, step = divmod(row, time.steps)
        return sum_of_products(
            f"{entry(back.symbol)}{sub(number, step)}",
            np.array([weights[unit, number, of] for of, unit in pairs]),
            np.array([time.at(grads[of].values, unit, step, column) for of, unit in pairs]),
            lambda term: (
                f"w{sub(pairs[term][1], number, pairs[term][0])}",
                f"{entry(grads[pairs[term][0]].symbol)}{sub(pairs[term][1], step)}",
            ),
            terms="sums that it is in",
        )

    def origins(row: int, column: int) -> dict[str, Origin]:
        every = time.rows(range(time.all_units), row % time.steps)
        return {grad.symbol: Origin(every) for grad in grads}

    symbols = " and ".join(grad.symbol for grad in grads)
    return computing(
        *("backward", done.name, f"back to {time.words}"),
        f"d{source} = W{time.k}ᵀ·({symbols})",
        f"→ {shape(done.grad_inputs, back.shape)}",
        "A number of a step feeds the sums of all neurons at that step; what it did at later steps "
        "is in their slopes already.",
        extent(done.grad_inputs, "slope"),
        (
            Matrix(f"W{time.k}", "weights", *_flat(weights, time)),
            *grads,
            back,
        ),
        arithmetic,
        origins,
    )
