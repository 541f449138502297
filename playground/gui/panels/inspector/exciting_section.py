"""The section of the training examples that a neuron or a map answers to most."""

from __future__ import annotations

from time import perf_counter

from PySide6.QtCore import Qt, Signal, Slot

from playground.analysis.neurons.exciting import Exciting, exciting_question
from playground.analysis.neurons.neuron import Neuron
from playground.data.dataset import Dataset
from playground.gui.panels.inspector.figures import Figures
from playground.gui.panels.inspector.row import Row
from playground.gui.panels.inspector.row_table import RowTable
from playground.gui.panels.inspector.section import FoldedSection
from playground.gui.session.analyst import Answer
from playground.gui.session.probe import example_probe
from playground.gui.session.session import Session
from playground.gui.widgets.example_list import ExampleList
from playground.gui.widgets.example_picture import label_of
from playground.gui.widgets.timers import later
from playground.training.snapshot import Snapshot
from playground.wording import fixed, grouped, nth

EVERY_S = 2.0
_KEY = "neuronInspector.exciting"
_ROWS = 6
_VALUES = 4


class ExcitingSection(FoldedSection):
    """Asks the analyst, again at most every :data:`EVERY_S` while the weights change.

    ``probe_requested`` carries the example that was clicked, as a probe.
    """

    probe_requested = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__("excitingSection", "What excites it most")
        self._session = session
        self._neuron: Neuron | None = None
        self._found: Exciting | None = None
        self._figures = Figures(3)
        self._awaited = False
        self._asked_of: Snapshot | None = None
        self._asked_at = 0.0
        spoken = "Most exciting training examples"
        self.pictures = ExampleList(
            "excitingPictures", spoken, "whole", (44, 44), arrows_pick=False
        )
        self.pictures.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        self.table = RowTable("excitingTable", spoken)
        self.body.addWidget(self.pictures)
        self.body.addWidget(self.table)
        self._late = later(self, 0, self.keep_up)
        self.pictures.example_requested.connect(self._request)
        self.table.link_requested.connect(self._request)
        session.answered.connect(self._on_answered)
        self.unfolded.connect(self.keep_up)
        self.forget()

    def set_neuron(self, neuron: Neuron | None) -> None:
        """Look for the examples of another neuron."""
        if neuron != self._neuron:
            self._neuron = neuron
            self.forget()

    def set_figures(self, figures: Figures) -> None:
        """Write activations in so many digits."""
        self._figures = figures
        self.table.set_figures(figures)
        if self._found is not None:
            self._show(self._found)

    def forget(self) -> None:
        """Show nothing, and ask anew: the neuron, the network or the data are others."""
        self._awaited = False
        self._asked_of, self._asked_at = None, 0.0
        self._found = None
        self.set_caption("Searching the training examples…")
        self.pictures.hide()
        self.table.hide()

    @Slot()
    def keep_up(self) -> None:
        """Ask if the weights have changed since, and the last answer is old enough."""
        snapshot = self._session.snapshot
        if (
            self._neuron is None
            or not self.is_unfolded
            or not self.isVisible()
            or self._awaited
            or snapshot is None
            or snapshot is self._asked_of
        ):
            return
        wait_s = self._asked_at + EVERY_S - perf_counter()
        if wait_s > 0:
            if not self._late.isActive():
                self._late.start(int(wait_s * 1000) + 1)
            return
        self._asked_of, self._asked_at, self._awaited = snapshot, perf_counter(), True
        self._session.analyst.ask(_KEY, exciting_question(self._neuron))

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        if answer.key != _KEY:
            return
        self._awaited = False
        if isinstance(answer.value, Exciting) and answer.value.neuron == self._neuron:
            self._found = answer.value
            self._show(answer.value)
        self.keep_up()

    def _show(self, found: Exciting) -> None:
        prepared = self._session.prepared
        if prepared is None:
            return
        self.set_caption(_caption(found))
        dataset = prepared.dataset
        is_image = dataset.kind.pictures
        shown = bool(len(found.indices)) and not found.constant
        self.pictures.setVisible(shown and is_image)
        self.table.setVisible(shown and not is_image)
        written = [self._figures.write(float(a)) for a in found.activations]
        indices = found.indices.tolist()
        if is_image:

            def tip(place: int) -> str:
                index = indices[place]
                return (
                    f"Training example {nth(index)}, labelled {label_of(dataset, index)}: "
                    f"a = {written[place]}{_where(found.seen[place]) if found.seen else ''}. "
                    "Click to let the network read it."
                )

            self.pictures.show_examples(
                *(dataset, indices),
                tip=tip,
                caption=written.__getitem__,
                longest="",
                parts=found.seen,
            )
            return
        rows = [
            Row(
                _described(dataset, index),
                (text,),
                link=index,
                tip=f"Training example {nth(index)}: {_values(dataset, index, None)}. "
                "Click to let the network read it.",
            )
            for index, text in zip(indices, written, strict=True)
        ]
        self.table.set_rows(rows[:_ROWS])

    def _request(self, index: int) -> None:
        if self._session.prepared is not None:
            self.probe_requested.emit(example_probe(self._session.prepared, index))


def _caption(found: Exciting) -> str:
    if not len(found.indices):
        return "Its activation is not a number on any training example: the network diverged."
    looked = f"{grouped(found.of)} training examples"
    if found.looked_at < found.of:
        looked = (
            f"{grouped(found.looked_at)} of {grouped(found.of)} training examples, evenly spread"
        )
    if found.constant:
        value = Figures(3).write(float(found.activations[0]))
        return f"No example stands out: a = {value} on all {looked}."
    if found.seen:
        return (
            f"The training examples where its map is highest at any place, of {looked}. The frame "
            "is what it sees there."
        )
    return f"The training examples with the highest activation a, of {looked}."


def _where(seen: tuple[slice, slice]) -> str:
    """Return where the activation comes from."""
    rows, columns = (
        "–".join(dict.fromkeys((nth(span.start), nth(span.stop - 1)))) for span in seen
    )
    return f", from rows {rows}, columns {columns}"


def _described(dataset: Dataset, index: int) -> str:
    label = label_of(dataset, index)
    known = f"y = {label}" if not dataset.labelled else label
    return f"{known} · {_values(dataset, index, _VALUES)}"


def _values(dataset: Dataset, index: int, most: int | None) -> str:
    values = dataset.inputs[index].tolist()
    text = ", ".join(fixed(value, 2) for value in values[:most])
    return text + (" …" if most is not None and len(values) > most else "")
