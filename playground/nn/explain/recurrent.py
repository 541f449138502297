"""Recurrent layers in formulas, unrolled in time: the sums of every unit at every step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from playground.nn.arrays import Array
from playground.nn.explain.stage import (
    EXAMPLE,
    INPUT,
    NEURON,
    ONE,
    Matrix,
    Origin,
    Stage,
    computing,
)
from playground.nn.explain.unit_report import Figure
from playground.nn.explain.writing import (
    Lines,
    entry,
    extent,
    figure,
    shape,
    sub,
    sum_of_products,
)
from playground.nn.explain.writing import factor as bracketed
from playground.nn.record import LayerRecord

Factor = Callable[[int, int, int], tuple[str, float] | None]
"""Gives for unit, step and example a number and its name, None where there is no such step."""


@dataclass(frozen=True)
class Sum:
    """A sum that every unit makes at every step, and what it becomes.

    Attributes
    ----------
    symbol, title
        ``F1``, ``forget gate``.
    kept
        Its name among what the layer keeps; its slopes are ``grad_`` and that.
    curve
        What bends it: ``σ``, ``tanh``, or nothing.
    column
        Which of a unit's gates it is in the layer's tensors.
    reads, recalls
        Whether it weighs the step's numbers, and the answers before.
    """

    symbol: str
    title: str
    kept: str
    curve: str
    column: int
    reads: bool = True
    recalls: bool = True


@dataclass(frozen=True, eq=False)
class InTime:
    """A recurrent layer's part in a step, unrolled: an index for the unit and one for the step.

    Attributes
    ----------
    done
        What it did.
    given_shape
        Of its inputs: numbers of a step, and steps.
    k, source
        Its number in formulas, and what they call its inputs.
    words
        What its source is called in a sentence.
    units
        How many read in one direction; those behind them read from the end.
    last
        Whether it hands on its last step alone.
    dropout
        The part of the units that it leaves out.
    silenced
        The units that answer 0.
    """

    done: LayerRecord
    given_shape: tuple[int, int]
    k: int
    source: str
    words: str
    units: int
    last: bool
    dropout: float
    silenced: NDArray[np.intp]

    @property
    def read(self) -> int:
        """How many numbers a step has."""
        return self.given_shape[0]

    @property
    def steps(self) -> int:
        """How many steps there are."""
        return self.given_shape[1]

    @cached_property
    def all_units(self) -> int:
        """How many units there are in all directions."""
        return len(self.done.tensors["biases"])

    @cached_property
    def there(self) -> NDArray[np.bool_]:
        """Which steps are there, (steps, batch)."""
        there = self.done.kept.get("there")
        batch = self.done.inputs.shape[1]
        return np.ones((self.steps, batch), np.bool_) if there is None else there > 0

    def kept(self, name: str) -> Array:
        """Return what the layer kept under a name, (units·steps, batch), 0 for absent steps."""
        values = self.done.kept[name].reshape(self.all_units, self.steps, -1)
        by_step: Array = np.where(self.there, values, 0)
        return by_step.reshape(self.all_units * self.steps, -1)

    def matrix(self, symbol: str, title: str, name: str) -> Matrix:
        """Return what the layer kept under a name as a matrix."""
        of = (self.all_units, self.steps)
        return Matrix(symbol, title, self.kept(name), NEURON, EXAMPLE, self.done.name, of)

    @cached_property
    def given(self) -> Matrix:
        """The layer's inputs."""
        return Matrix(
            *(self.source, "inputs of the layer", self.done.inputs, INPUT, EXAMPLE),
            self.done.source,
            self.given_shape,
        )

    @cached_property
    def answers(self) -> Matrix:
        """What the units answered."""
        return self.matrix(f"H{self.k}", "answers", "h")

    @cached_property
    def grad_answers(self) -> Matrix:
        """∂L/∂ what they answered, through time too."""
        return self.matrix(f"δH{self.k}", "∂L/∂answers, through time too", "grad_h")

    def slopes(self, total: Sum) -> Matrix:
        """Return ∂L/∂ a sum."""
        title = f"∂L/∂ sums of the {total.title}"
        return self.matrix(f"d{total.symbol}", title, f"grad_{total.kept}")

    def mates(self, unit: int) -> range:
        """Return the units that read in a unit's direction."""
        first = unit // self.units * self.units
        return range(first, first + self.units)

    def before(self, unit: int, step: int) -> int:
        """Return the step that a unit reads before another: beyond the ends for the first."""
        return step + (1 if unit >= self.units else -1)

    def behind(self, unit: int, step: int) -> int:
        """Return the step that a unit reads after another: beyond the ends for the last."""
        return step + (-1 if unit >= self.units else 1)

    def last_of(self, unit: int, example: int) -> int:
        """Return the last step that a unit reads of an example, −1 of one without steps."""
        return 0 if unit >= self.units else int(self.there[:, example].sum()) - 1

    def at(self, values: Array, unit: int, step: int, column: int) -> float:
        """Return a number of a unit at a step, 0 beyond the ends."""
        if not 0 <= step < self.steps:
            return 0.0
        return float(values[unit * self.steps + step, column])

    def rows(self, units: Sequence[int], step: int) -> NDArray[np.intp]:
        """Return the rows of some units, or numbers, at a step; none beyond the ends."""
        inside = range(len(units)) if 0 <= step < self.steps else ()
        return np.array([units[index] * self.steps + step for index in inside], np.intp)

    def number(
        self,
        matrix: Matrix,
        shift: Literal["here", "before", "behind"] = "here",
        *,
        name: str = "{}",
        curve: Callable[[float], float] = float,
    ) -> Factor:
        """Return what gives a unit's number in a matrix, or a curve of it.

        Parameters
        ----------
        matrix
            (units·steps, batch).
        shift
            Whether it is that of the step itself, of the one before, or of the one behind.
        name
            What it is called, with the number's own name for the brackets.
        curve
            What is taken of the number.
        """
        letter = entry(matrix.symbol)

        def given(unit: int, step: int, example: int) -> tuple[str, float] | None:
            if shift == "before":
                step = self.before(unit, step)
            elif shift == "behind":
                step = self.behind(unit, step)
                if not 0 <= step < self.steps or not self.there[step, example]:
                    return None
            value = curve(self.at(matrix.values, unit, step, example))
            return name.format(f"{letter}{sub(unit, step)}"), value

        return given

    def slope_of_sigmoid(self, matrix: Matrix) -> Factor:
        """Return what gives the slope of a sigmoid by its value: a·(1 − a)."""
        return self.number(matrix, name="{0}(1 − {0})", curve=_sigmoid_slope)

    def slope_of_tanh(self, matrix: Matrix) -> Factor:
        """Return what gives the slope of a tanh by its value: 1 − a²."""
        return self.number(matrix, name="(1 − {}²)", curve=tanh_slope)

    def figures(self, total: Sum, unit: int, step: int) -> tuple[Figure, ...]:
        """Return how a sum of a unit came about at a step of the one example, and its bend."""
        letter = entry(total.symbol)
        weights, memory = (
            self.done.tensors[name][unit, :, total.column]
            for name in ("weights", "recurrent_weights")
        )
        met = self.done.inputs[step :: self.steps, 0]
        biases = self.done.tensors["biases" if total.reads else "recurrent_biases"]
        bias = float(biases.reshape(self.all_units, -1)[unit, total.column])
        earlier = self.before(unit, step)
        held = np.array([self.at(self.kept("h"), mate, earlier, 0) for mate in self.mates(unit)])
        parts = []
        if total.reads:
            parts.append(Figure(f"W·x + b, {total.title}", float(weights @ met) + bias))
        if total.recalls:
            added, mark = (0.0, "") if total.reads else (bias, " + b′")
            parts.append(Figure(f"U·h before{mark}, {total.title}", float(memory @ held) + added))
        value = self.at(self.kept(total.kept), unit, step, 0)
        made = f"{total.curve}(sum)" if total.curve else "sum"
        return (*parts, Figure(f"{letter}, {total.title}: {made}", value))

    def slope_figures(
        self, sums: Sequence[Sum], unit: int, step: int, *more: tuple[str, str]
    ) -> Iterator[Figure]:
        """Yield ∂L/∂ what a unit made of a step of the one example, where the way back came.

        ``more`` are names in words and among what the layer kept.
        """
        if "grad_h" in self.done.kept:
            told = [(f"∂L/∂ sum, {each.title}", f"grad_{each.kept}") for each in sums]
            for name, kept in (("∂L/∂h, through time too", "grad_h"), *more, *told):
                yield Figure(name, self.at(self.kept(kept), unit, step, 0))

    def stage(
        self,
        phase: Literal["forward", "backward"],
        title: str,
        formula: str,
        explanation: str,
        matrices: tuple[Matrix, ...],
        arithmetic: Callable[[int, int, int], Lines],
        origins: Callable[[int, int], dict[str, Origin]] | None = None,
    ) -> Stage:
        """Return a stage that computes a number of every unit at every step.

        ``arithmetic`` is given the unit, the step and the example, ``origins`` unit and step.
        """
        computed = matrices[-1]
        name = entry(computed.symbol)

        def told(row: int, column: int) -> Lines:
            unit, step = divmod(row, self.steps)
            if not self.there[step, column]:
                return (f"{name}{sub(unit, step)} = 0: the example ends before this step.",)
            return arithmetic(unit, step, column)

        def where(row: int, column: int) -> dict[str, Origin]:
            return {} if origins is None else origins(*divmod(row, self.steps))

        return computing(
            phase,
            self.done.name,
            title,
            formula,
            f"→ {shape(computed.values, computed.shape)}",
            explanation,
            extent(computed.values, "number" if phase == "forward" else "slope"),
            matrices,
            told,
            where,
        )

    def summed(
        self,
        total: Sum,
        explanation: str,
        *,
        formula: str = "",
        beside: tuple[Matrix, ...] = (),
        finish: Callable[[float, int, int, int], Lines] | None = None,
    ) -> Stage:
        """Return the stage of a sum of weighed numbers and answers, and of the curve behind it.

        Parameters
        ----------
        total
            The sum.
        explanation, formula
            As a stage has them; by itself the formula is that of the sum and the curve.
        beside
            Further arrays of the formula.
        finish
            Writes what becomes of the sum, given it, unit, step and example; by itself the curve.
        """
        done, title = self.done, total.title
        computed = self.matrix(total.symbol, title, total.kept)
        weights, memory = (
            done.tensors[name][:, :, total.column] for name in ("weights", "recurrent_weights")
        )
        added = "biases" if total.reads else "recurrent_biases"
        biases = done.tensors[added].reshape(self.all_units, -1)[:, total.column]
        k, mark = self.k, "" if total.reads else "′"
        matrices: list[Matrix] = []
        parts: list[str] = []
        if total.reads:
            parts.append(f"W{k}·{self.source}")
            named = f"weights of the {title}"
            matrices += [Matrix(f"W{k}", named, weights, NEURON, INPUT, done.name), self.given]
        if total.recalls:
            parts.append(f"U{k}·H{k} one step before")
            named = f"weights of the {title}, from the answers before"
            matrices += [Matrix(f"U{k}", named, memory, NEURON, INPUT, done.name), self.answers]
        column = biases[:, np.newaxis]
        right = " + ".join([*parts, f"b{mark}{k}"])
        right = f"{total.curve}({right})" if total.curve else right
        formula = formula or f"{total.symbol} = {right}"
        matrices.append(Matrix(f"b{mark}{k}", "biases", column, NEURON, ONE, done.name))

        def arithmetic(unit: int, step: int, example: int) -> Lines:
            read, mates = range(self.read if total.reads else 0), self.mates(unit)
            earlier, name = self.before(unit, step), entry(total.symbol)
            left = [weights[unit, number] for number in read]
            right = [self.at(done.inputs, number, step, example) for number in read]
            if total.recalls:
                left += memory[unit].tolist()
                right += [self.at(self.answers.values, mate, earlier, example) for mate in mates]

            def names(term: int) -> tuple[str, str]:
                if term < len(read):
                    return f"w{sub(unit, term)}", f"{entry(self.source)}{sub(term, step)}"
                index = term - len(read)
                return f"u{sub(unit, index)}", f"h{sub(mates[index], earlier)}"

            at = f"{name}{sub(unit, step)}"
            bent = total.curve or finish
            lines = sum_of_products(
                "sum" if bent else at,
                np.array(left),
                np.array(right),
                names,
                plus=(f"b{mark}{sub(unit)}", float(biases[unit])),
                terms="products",
            )
            z = float(np.dot(left, right) + biases[unit])
            if finish is not None:
                return (*lines, *finish(z, unit, step, example))
            if not total.curve:
                return lines
            value = self.at(computed.values, unit, step, example)
            return (*lines, f"{at} = {total.curve}({figure(z)}) = {figure(value)}")

        def origins(unit: int, step: int) -> dict[str, Origin]:
            found = {}
            if total.reads:
                found[self.source] = Origin(self.rows(range(self.read), step))
            if total.recalls:
                earlier = self.rows(self.mates(unit), self.before(unit, step))
                found[self.answers.symbol] = Origin(earlier)
            return found

        both = ""
        if self.all_units > self.units:
            both = (
                " The second half of the neurons reads from the end: what is behind comes before."
            )
        return self.stage(
            *("forward", title, formula, explanation + both),
            (*matrices, *beside, computed),
            arithmetic,
            origins,
        )

    def multiplied(
        self,
        phase: Literal["forward", "backward"],
        title: str,
        formula: str,
        explanation: str,
        matrices: tuple[Matrix, ...],
        terms: Sequence[Sequence[Factor]],
        *,
        heard: bool = False,
    ) -> Stage:
        """Return the stage of a number that is a sum of a few products.

        ``heard`` says that it is 0 for silenced units.
        """
        computed = matrices[-1]

        def arithmetic(unit: int, step: int, example: int) -> Lines:
            result = f"{entry(computed.symbol)}{sub(unit, step)}"
            if heard and unit in self.silenced:
                return (f"{result} = 0: this neuron is silenced.",)
            value = self.at(computed.values, unit, step, example)
            found = [[factor(unit, step, example) for factor in term] for term in terms]
            there = [
                [each for each in term if each is not None] for term in found if None not in term
            ]
            symbols = " + ".join("·".join(name for name, _ in term) for term in there)
            numbers = " + ".join("·".join(bracketed(each) for _, each in term) for term in there)
            return f"{result} = {symbols}", f"= {numbers}", f"= {figure(value)}"

        return self.stage(phase, title, formula, explanation, matrices, arithmetic)


def _sigmoid_slope(value: float) -> float:
    return value * (1 - value)


def tanh_slope(value: float) -> float:
    """Return the slope of tanh where its value is given."""
    return 1 - value * value
