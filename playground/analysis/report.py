"""A report on a run: settings, results, confusion and other runs, as HTML and as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from playground.analysis.answers.confusion import Confusion
from playground.analysis.answers.part_answers import part_answers
from playground.analysis.run_rows import RunRow, judges
from playground.data.preparation import PARTS, Prepared
from playground.data.tasks import metrics_of
from playground.training.edits.in_words import settings_of
from playground.training.experiment import Experiment
from playground.training.model import Model
from playground.training.snapshot import Snapshot
from playground.wording import counted, duration, grouped, metric

PICTURES = {"network": "The network", "curves": "How it learned"}
"""The pictures that a report names, with their headings."""

_ALWAYS = (
    "layers",
    "layers.units",
    "layers.maps",
    "layers.kernel",
    "layers.pool",
    "layers.activation",
    "output.activation",
    "training.loss",
    "training.optimizer",
    "training.learning_rate",
    "training.batch_size",
    "seed",
)
_MOST_CLASSES = 12
_MOST_RUNS = 6

Table = Sequence[Sequence[str]]


@dataclass(frozen=True, eq=False)
class Report:
    """What there is to say.

    Attributes
    ----------
    title, summary
        A heading, and the sentence below it.
    settings
        Names and values of what was chosen: the most important, and all that is not usual.
    results, runs
        Tables with a row of headings; no runs where there is one only.
    confusion, class_names
        Of the test part; None where there are no classes, or too many for a page.
    """

    title: str
    summary: str
    settings: Table
    results: Table
    runs: Table
    confusion: Confusion | None
    class_names: Sequence[str]

    @classmethod
    def of(
        cls, model: Model, snapshot: Snapshot, prepared: Prepared, rows: Sequence[RunRow]
    ) -> Report:
        """Return a report on the network of a moment, with the other runs for comparison."""
        dataset, experiment = prepared.dataset, snapshot.experiment
        counts = None
        if dataset.task.classifies and len(dataset.class_names) <= _MOST_CLASSES:
            counts = part_answers(model, prepared, "test").confusion
        examples = counted(len(prepared.train_index), "training example")
        tested = f"{grouped(len(prepared.test_index))} for testing"
        if prepared.tested_on_train:
            tested = "none held back for testing"
        if prepared.validation is not None:
            tested = f"{grouped(len(prepared.validation.rows))} to choose by (validation), {tested}"
        summary = (
            f"{counted(len(snapshot.parameters), 'parameter')} after "
            f"{counted(snapshot.epoch, 'epoch')} in {duration(snapshot.seconds, 1)} of training, "
            f"on {examples} and {tested}."
        )
        return cls(
            f"{dataset.title}: a report",
            summary,
            _settings(experiment),
            _results(snapshot),
            _runs(rows),
            counts,
            dataset.class_names,
        )

    @property
    def confusion_table(self) -> Table:
        """The counts, a row a true class, a column what it was read as."""
        if self.confusion is None:
            return ()
        counts = self.confusion.counts.tolist()
        rows = zip(self.class_names, counts, strict=True)
        texts = ([name, *(str(count or "·") for count in row)] for name, row in rows)
        return [["true ↓ read as →", *self.class_names], *texts]

    def markdown(self, pictures: dict[str, str]) -> str:
        """Return the report as Markdown; ``pictures`` are the file names of some of them."""
        parts = [f"# {_plain(self.title)}", self.summary]
        for heading, table in self._tables:
            if table:
                parts += [f"## {heading}", _markdown_table(table)]
        for name, file in pictures.items():
            parts += [f"## {PICTURES[name]}", f"![{PICTURES[name]}](<{file}>)"]
        return "\n\n".join(parts) + "\n"

    def html(self, pictures: Sequence[str], width: int) -> str:
        """Return the report as HTML for one page; pictures of a width go by their names."""
        shown = "".join(
            f"<h3>{PICTURES[name]}</h3><img src='{name}' width='{width}'>" for name in pictures
        )
        left = self._html(self._tables[:1])
        right = self._html(self._tables[1:])
        return (
            f"<h2>{escape(self.title)}</h2><p>{escape(self.summary)}</p>"
            f"<table width='100%'><tr><td width='40%'>{left}</td><td>{right}</td></tr></table>"
            f"{shown}"
        )

    def _html(self, tables: Sequence[tuple[str, Table]]) -> str:
        return "".join(
            f"<h3>{heading}</h3>{_html_table(table)}" for heading, table in tables if table
        )

    @property
    def _tables(self) -> list[tuple[str, Table]]:
        return [
            ("Settings", [("Setting", "Value"), *self.settings]),
            ("Results", self.results),
            ("Confusion on the test part", self.confusion_table),
            ("Runs", self.runs),
        ]


def _settings(experiment: Experiment) -> Table:
    usual = settings_of(Experiment())
    return [
        (setting.label, setting.text)
        for place, setting in settings_of(experiment).items()
        if place in _ALWAYS
        or (place in usual and setting.value != usual[place].value and place != "data.name")
    ]


def _results(snapshot: Snapshot) -> Table:
    history = snapshot.history
    parts = [part for part in PARTS if f"{part}_loss" in history.columns]
    rows = [
        ("Loss", *(metric(history.last(f"{part}_loss")) for part in parts)),
        *(
            (each.title, *(each.text(history.last(f"{part}_{each.name}"), 3) for part in parts))
            for each in metrics_of(history.columns)
        ),
    ]
    return [("", *(PARTS[part] for part in parts)), *rows]


def _runs(rows: Sequence[RunRow]) -> Table:
    if len(rows) < 2:
        return ()
    best = sorted(rows, key=lambda row: row.best, reverse=True)[:_MOST_RUNS]
    told = [
        (
            row.run.title,
            row.metric.text(row.best, 3),
            f"{grouped(row.epochs)}",
            row.origin,
            row.run.note,
        )
        for row in best
    ]
    best_of = f"Best {judges(rows)} {rows[0].metric.word}"
    return [("Run", best_of, "Epochs", "From", "Note"), *told]


def _html_table(table: Table) -> str:
    rows = []
    for place, row in enumerate(table):
        tag = "td" if place else "th"
        cells = (f"<{tag} align='left'>{escape(text)}&nbsp;&nbsp;</{tag}>" for text in row)
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table>{''.join(rows)}</table>"


def _markdown_table(table: Table) -> str:
    lines = ["| " + " | ".join(map(_plain, row)) + " |" for row in table]
    return "\n".join([lines[0], "|" + " --- |" * len(table[0]), *lines[1:]])


def _plain(text: str) -> str:
    """Return a stranger's text as Markdown that shows it letter by letter."""
    words = " ".join(text.split())
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]<>#|!" else letter for letter in words)
