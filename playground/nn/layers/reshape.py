"""Reshape: a plain row of numbers becomes maps, so that a decoder can draw on them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from playground import fields
from playground.errors import FieldError
from playground.nn.arrays import Array
from playground.nn.explain.explanation import Explanation, Symbols, explain_handed_on
from playground.nn.explain.face import Face, Link
from playground.nn.explain.unit_report import Figure, UnitReport, number_at
from playground.nn.layers.growth import Growth, Spread
from playground.nn.layers.running import LayerPass, Mode, Named, RunningLayer, Shape
from playground.nn.record import LayerRecord
from playground.wording import counted, grouped


@dataclass(frozen=True)
class Reshape(Named):
    """Lays numbers in a row out as maps, row by row: (784,) becomes (16, 7, 7).

    Examples
    --------
    >>> from playground import Reshape
    >>> Reshape(16).output_shape((784,)), Reshape(2, 3).output_shape((30,))
    ((16, 7, 7), (2, 3, 5))
    """

    kind: ClassVar[str] = "reshape"
    title: ClassVar[str] = "Reshape"
    use: ClassVar[str] = "Makes maps of a row of numbers, for layers that work on pictures."

    maps: int = fields.whole(
        8, "Maps", "How many maps the numbers are shared out to.", low=1, high=10**6
    )
    rows: int | None = fields.whole(
        None, "Rows", "How many rows each map has; its columns follow.",
        low=1, high=10**6, none_text="as many as columns",
    )  # fmt: skip

    @classmethod
    def fitting(cls, input_shape: Shape) -> Reshape:
        """Return square maps where the numbers allow for them: about eight, or the nearest."""
        features = math.prod(input_shape)
        squares = _squares(features)
        return cls(min(squares, key=lambda maps: abs(math.log(maps / cls.maps))))

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (maps, rows, columns)."""
        features, maps = math.prod(input_shape), self.maps
        each, left = divmod(features, maps)
        told = counted(each, "number")
        if left:
            come = max(round(features / maps), 1) * maps
            raise FieldError(
                "maps",
                f"{counted(features, 'number')} cannot be shared out to {counted(maps, 'map')} "
                f"evenly: choose {counted(_nearest(_divisors(features), maps), 'map')}, or let "
                f"{grouped(come)} numbers come.",
            )
        if self.rows is None and maps not in _squares(features):
            fits = _nearest(_squares(features), maps)
            side = math.isqrt(features // fits)
            raise FieldError(
                "maps",
                f"{told} for each of {counted(maps, 'map')} make no square: choose "
                f"{counted(fits, 'map')} of {side}×{side}, or say how many rows a map has.",
            )
        rows = self.rows or math.isqrt(each)
        if each % rows:
            raise FieldError(
                "rows",
                f"{told} for each map do not fill {counted(rows, 'row')} evenly: choose "
                f"{grouped(_nearest(_divisors(each), rows))}.",
            )
        return (maps, rows, each // rows)

    def build(self, input_shape: Shape) -> ReshapeLayer:
        """Return the running layer."""
        return ReshapeLayer(self, input_shape)


def _divisors(number: int) -> list[int]:
    small = [each for each in range(1, math.isqrt(number) + 1) if number % each == 0]
    return sorted({*small, *(number // each for each in small)})


def _nearest(counts: Iterable[int], wanted: int) -> int:
    return min(counts, key=lambda count: (abs(count - wanted), count))


def _squares(features: int) -> list[int]:
    """Return by how many maps the numbers can be shared out so that each is a square."""
    return [
        maps for maps in _divisors(features) if math.isqrt(features // maps) ** 2 * maps == features
    ]


class ReshapeLayer(RunningLayer):
    """Reshape at work: inside the core every example is a flat column already."""

    settings: Reshape

    def hand_on(self, read: Spread, growth: Growth) -> Spread:
        """Hand on what comes, where all of it is what it was."""
        return Spread.same(self.units) if read.is_same else super().hand_on(read, growth)

    def prepare(self, inputs: Array, grad_inputs: Array | None, mode: Mode) -> LayerPass:
        """Return a pass that hands its input on, and the error back, without a copy."""
        return LayerPass(inputs, grad_inputs)

    def explain(self, done: LayerRecord, symbols: Symbols) -> Explanation:
        """Return that nothing is computed."""
        return explain_handed_on(
            done,
            symbols,
            "The numbers are read as maps, row by row: nothing has to be computed.",
            f"{self.input_shape} → {self.output_shape}",
        )

    def inspect(self, done: LayerRecord, unit: int) -> UnitReport:
        """Return the number that is handed on, and where it comes to lie."""
        mine, place = divmod(unit, self.positions)
        row, column = divmod(place, self.output_shape[2])
        return UnitReport(
            "Reshape has no weights: it hands on what it gets, as maps.",
            (
                Figure(
                    f"number {unit + 1}, now map {mine + 1}, row {row + 1}, column {column + 1}",
                    number_at(done.a, unit),
                    total=True,
                ),
            ),
        )

    def face(self) -> Face:
        """Return maps, each place of which is the number of its own number."""
        return Face((Link(self.source),))
