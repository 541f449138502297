"""Tables as data sets: CSV and its relatives, with or without a header, rows or pictures."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from playground.data.dataset import Dataset
from playground.data.imports.delimited import Cells, Plan, Reader
from playground.data.imports.dialect import Dialect
from playground.data.imports.found import (
    EXAMPLES_SHOWN,
    IsCancelled,
    Preview,
    Progress,
)
from playground.data.imports.table_columns import Meaning, interpret, picture_side
from playground.data.imports.table_options import (
    is_running_number,
    likely_target,
    listed,
    options_class,
    positions,
)
from playground.data.imports.table_sample import TableSample, take_sample, without_header
from playground.data.imports.table_targets import named_by_digits
from playground.data.imports.text_blocks import blocks_of, look
from playground.data.imports.wording import names_of, title_from
from playground.data.own import sets as own_sets
from playground.errors import Cancelled, DataError, FieldError
from playground.wording import counted, fixed, grouped

_PIXELS_ONLY = re.compile(r"(pixel|px)[ _-]?\d+.*")


def find_table(path: Path) -> TableFound:
    """Return what a text file holds as a table, with the most likely options.

    Raises
    ------
    DataError
        When it is no table.
    """
    sample = take_sample(look(path), None)
    if all(_PIXELS_ONLY.fullmatch(name.lower()) for name in sample.names):
        raise DataError(
            f"{path.name} holds pixels only, {grouped(len(sample.names))} columns without a label: "
            "choose the file that has the answers too, such as train.csv."
        )
    return _proposed(sample)


@dataclass(frozen=True, eq=False)
class TableFound:
    """A table in a file; see :class:`playground.data.imports.found.Found`."""

    sample: TableSample
    options: Any
    side: int | None
    """The side of the pictures that the rows may be."""

    @property
    def title(self) -> str:
        """The file's name in words."""
        name = self.sample.file.path.name
        return title_from(re.sub(r"(?i)(\.(gz|csv|tsv|txt|data|dat|tab))+$", "", name), "Table")

    @property
    def sentences(self) -> tuple[str, ...]:
        """How large the table is, how it is written, and what it looks like."""
        sample, dialect = self.sample, self.sample.dialect
        said = [
            f"{self._row_count} rows, {grouped(len(sample.names))} columns, separated by "
            f"{dialect.delimiter}s, {'with a header' if dialect.header else 'no header'}."
        ]
        if dialect.decimal == ",":
            said.append("Numbers are written with a decimal comma.")
        if sample.file.encoding != "utf-8":
            said.append(f"The text is encoded as {sample.file.encoding.upper()}.")
        if self.side is not None:
            named = sample.names[0].lower() == "label" and self.side == 28
            like = "Kaggle's digit recognizer" if named and dialect.header else "pictures"
            said.append(f"Looks like {like}: {self.side}×{self.side} pixels in each row.")
        return tuple(said)

    def with_options(self, options: Any) -> TableFound:
        """Return the same table, read in another way; errors as in ``Found``."""
        old, new = self.options, options
        dialect = Dialect(new.delimiter, new.decimal, new.header)
        if dialect == self.sample.dialect:
            return self._with_same_columns(new)
        try:
            fresh = _proposed(take_sample(self.sample.file, dialect))
        except DataError as error:
            changed = "delimiter" if new.delimiter != old.delimiter else "header"
            raise FieldError(changed, str(error)) from None
        kept: dict[str, Any] = {
            "task": new.task,
            "missing": new.missing,
            "scale_target": new.scale_target,
        }
        if len(fresh.sample.names) == len(self.sample.names):
            kept["target"] = new.target
            places = positions(new.leave_out, self.sample.names)
            kept["leave_out"] = listed(places, fresh.sample.names)
        return fresh._with_same_columns(dataclasses.replace(fresh.options, **kept))

    def preview(self) -> Preview:
        """Return the first rows, and what will be done to them."""
        sample, target = self.sample, int(self.options.target) - 1
        cells = self._sample_cells
        rows = sample.rows[:EXAMPLES_SHOWN]
        seen = (
            f"in all {grouped(len(cells))} rows"
            if sample.whole
            else f"in the first {grouped(len(cells))} rows"
        )
        labels = tuple(row[target].strip() for row in rows)
        pictures: tuple[Any, ...] = ()
        counts: dict[str, int] = {}
        left_out = [sample.names[column] for column in self._left_out]
        notes: list[str] = [f"Left out: {names_of(left_out)}."] if left_out else []
        problems: tuple[str, ...] = ()
        try:
            meaning = interpret(cells, self._plan, self.options, self._side, whole=sample.whole)
        except DataError as error:
            problems = (str(error),)
        else:
            notes += meaning.notes
            if meaning.class_names:
                found = Counter(np.asarray(meaning.targets).tolist())
                counts = {name: found[label] for label, name in enumerate(meaning.class_names)}
            if self._side is not None:
                shown = meaning.features.inputs[:EXAMPLES_SHOWN]
                pictures = tuple(shown.reshape(len(shown), self._side, self._side))
                labels = _label_texts(meaning)[: len(pictures)]
        if not sample.whole and notes:
            notes.append(f"Seen {seen}; the rest is read on import.")
        return Preview(
            columns=() if pictures else sample.names,
            rows=() if pictures else tuple(tuple(row) for row in rows),
            pictures=pictures,
            labels=labels,
            counts=counts,
            counted=seen,
            target=None if pictures else target,
            notes=tuple(notes),
            problems=problems,
        )

    def read(self, title: str, progress: Progress, cancelled: IsCancelled) -> Dataset:
        """Return the whole table as a data set; errors as in ``Found``."""
        sample, plan = self.sample, self._plan
        reader = Reader(plan, sample.line_count or 0)
        header_ahead = sample.dialect.header
        for block in blocks_of(sample.file, lambda done: progress(0.9 * done), cancelled):
            if header_ahead:
                block = without_header(block)
                header_ahead = False
            if block.data.strip():
                reader.add(block)
        cells = reader.cells()
        if cancelled():
            raise Cancelled
        meaning = interpret(cells, plan, self.options, self._side)
        progress(1.0)
        title = title.strip() or self.title
        name = sample.file.path.name
        what = (
            f"{len(meaning.class_names)} classes"
            if meaning.class_names
            else f"the number “{plan.names[plan.target]}”"
        )
        features = meaning.features
        learned_from = (
            f"pictures of {self._side}×{self._side} pixels"
            if self._side is not None
            else counted(len(features.feature_names), "feature")
        )
        count = f"{grouped(len(features.inputs))}"
        if len(features.inputs) < len(cells):
            count += f" of {grouped(len(cells))}"
        return Dataset(
            name=own_sets.new_name(title),
            title=title,
            kind=features.kind,
            task=meaning.task,
            inputs=features.inputs,
            targets=meaning.targets,
            input_shape=features.input_shape,
            class_names=meaning.class_names,
            feature_names=features.feature_names,
            value_range=features.value_range,
            source=f"from {name}",
            licence="not stated",
            description=f"{count} rows from {name}: {what} from {learned_from}.",
            drawing=features.drawing,
        )

    @property
    def _side(self) -> int | None:
        return self.side if getattr(self.options, "pictures", False) else None

    @property
    def _row_count(self) -> str:
        sample = self.sample
        if sample.whole:
            return f"{grouped(len(self._sample_cells))}"
        if sample.line_count is not None:
            return f"{grouped(sample.line_count)}"
        if sample.file.packed:
            return f"More than {grouped(len(self._sample_cells))}"
        bytes_a_row = len(sample.block.data) / max(1, sample.block.data.count(b"\n"))
        if sample.file.encoding.startswith("utf-16"):
            bytes_a_row *= 2
        return f"About {fixed(sample.file.size / bytes_a_row, 0)}"

    @cached_property
    def _left_out(self) -> tuple[int, ...]:
        target = int(self.options.target) - 1
        return tuple(
            column
            for column in positions(self.options.leave_out, self.sample.names)
            if column != target
        )

    @cached_property
    def _plan(self) -> Plan:
        sample, target = self.sample, int(self.options.target) - 1
        texts = sample.text_columns
        used = [
            column
            for column in range(len(sample.names))
            if column != target and column not in self._left_out
        ]
        return Plan(
            sample.file.path.name,
            sample.dialect,
            sample.names,
            numbers=tuple(column for column in used if column not in texts),
            texts=tuple(column for column in used if column in texts),
            target=target,
            target_is_text=target in texts or named_by_digits(sample.rows, target, self.options),
        )

    @property
    def _sample_cells(self) -> Cells:
        return self.sample.cells(self._plan)

    def _with_same_columns(self, options: Any) -> TableFound:
        changed = TableFound(self.sample, options, self.side)
        if changed._plan.numbers != self._plan.numbers:
            # Another target or other columns: the rest may no longer be a square of pixels.
            return _as_pictures(changed)
        return changed


def _proposed(sample: TableSample) -> TableFound:
    """Return a table with the options that suit it most likely."""
    names, dialect = sample.names, sample.dialect
    chosen: dict[str, Any] = {
        "delimiter": dialect.delimiter,
        "decimal": dialect.decimal,
        "header": dialect.header,
    }
    make = options_class(names)
    # The pictures of MNIST as the web passes them on: no header, the label in front.
    target = likely_target(names, sample.empty_columns)
    if not dialect.header and len(names) == 28 * 28 + 1:
        target = 0
    options = make(target=str(target + 1), **chosen)
    found = _as_pictures(TableFound(sample, options, None))
    if found.side is not None:
        return found
    texts = sample.text_columns
    cells = found._sample_cells
    running = [
        column
        for place, column in enumerate(found._plan.numbers)
        if column not in texts
        and len(found._plan.numbers) > 1
        and is_running_number(names[column], cells.numbers[:, place])
    ]
    return TableFound(sample, dataclasses.replace(options, leave_out=listed(running, names)), None)


def _as_pictures(found: TableFound) -> TableFound:
    """Return a table with the choice to read its rows as pictures where they look like some."""
    sample = found.sample
    side = picture_side(
        sample.names, found._sample_cells, found._plan, header=sample.dialect.header
    )
    plain = {name: chosen for name, chosen in vars(found.options).items() if name != "pictures"}
    if side is None:
        return TableFound(sample, options_class(sample.names)(**plain), None)
    pictures = getattr(found.options, "pictures", True)
    options = options_class(sample.names, f"{side}×{side}")(pictures=pictures, **plain)
    return TableFound(sample, options, side)


def _label_texts(meaning: Meaning) -> tuple[str, ...]:
    first = np.asarray(meaning.targets[:EXAMPLES_SHOWN])
    if meaning.class_names:
        return tuple(meaning.class_names[int(label)] for label in first)
    return tuple(f"{float(value):g}" for value in first[:, 0])
