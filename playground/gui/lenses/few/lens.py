"""The lens of few examples: what a trained body is worth, measured here and now."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.analysis.few_examples import DRAWS, Trials, compare, ways_for
from playground.data.preparation import Prepared
from playground.errors import PlaygroundError
from playground.gui.lenses.few.plot import FewExamplesPlot
from playground.gui.lenses.lens import Lens
from playground.gui.look.marking import named
from playground.gui.look.run_colors import run_color
from playground.gui.look.theme import colors_of
from playground.gui.session.errand import Errands
from playground.gui.session.session import Session
from playground.gui.widgets.buttons import push_button
from playground.gui.widgets.elided_label import ElidedLabel
from playground.gui.widgets.figure_table import Entry, FigureTable, Heading, swatch
from playground.gui.widgets.labels import sentence
from playground.gui.widgets.layouts import beside, scrolling, stacked
from playground.training.experiment import Experiment
from playground.training.model import Model
from playground.wording import counted, fixed, grouped

_SHOWN_EVERY_S = 0.5
_TIP = (
    f"Train every way on 1, 2, 5 and 10 examples of each class, {DRAWS} times with other examples "
    "and other first weights, beside the window."
)
_HOW = (
    "All ways learn from the same examples for as many epochs as are set on the left, and read the "
    "same test part, by which nothing is chosen. Behind frozen layers the output learns ten times "
    "as fast, or it would not come far. The bars are one standard deviation over the draws; where "
    "the data seed draws the classes, every draw has others."
)
_ALONE = (
    "None of the trained layers at hand fit this network, so there is nothing to compare with. "
    "Train a network with layers of the same size, and choose Data, Keep the trained layers for "
    "other data…"
)


class FewExamplesLens(Lens):
    """Trains nothing that is in the window: networks of its own, which are forgotten again."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setObjectName("fewExamplesLens")
        self.comparison: Trials | None = None
        self._of: Experiment | None = None
        self._errands = Errands(self)
        self.button = push_button("measureFewButton", "Measure", _TIP, role="primary")
        self.button.clicked.connect(self.toggle)
        self.button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.progress = named(ElidedLabel("", "muted"), "fewProgress")
        self.plot = FewExamplesPlot()
        self.table = FigureTable("fewTable", "Read right after few examples")
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.verdict = sentence("fewVerdict")
        self.how = sentence("fewHow", "muted")
        self.how.setText(_HOW)
        page = QWidget()
        stacked(
            *((self.plot, 1), self.table, self.verdict, self.how, None),
            on=page,
            margins=(0, 0, 0, 6),
            spacing=8,
        )
        above = beside(self.button, (self.progress, 1), margins=(0, 8, 0, 6), spacing=10)
        stacked(above, (scrolling(page), 1), on=self, margins=0, spacing=0)
        self._errands.progressed.connect(self._show)
        self._errands.done.connect(self._on_done)
        self._errands.failed.connect(self._on_failed)
        session.afterwards.ended.connect(self._errands.close)
        session.experiment_changed.connect(self._tell)
        self._show(None)

    @Slot()
    def toggle(self) -> None:
        """Begin to measure, or stop and keep what is known."""
        prepared, experiment = self.session.prepared, self.session.experiment
        if self._errands.busy:
            self._errands.stop()
            self._tell()
            return
        if prepared is None:
            return
        ways = ways_for(experiment, prepared.dataset)
        breathe = self.session.right_of_way.give_way

        def work(tell: Callable[[Any], None], stopped: Callable[[], bool]) -> Trials | None:
            known, due = None, 0.0
            for known in compare(experiment, ways, draws=DRAWS, breathe=breathe, stopped=stopped):
                if perf_counter() >= due:
                    tell(known)
                    due = perf_counter() + _SHOWN_EVERY_S
            return known

        self._of = experiment
        self._show(None)
        self._errands.start(work)
        self._tell()

    def on_data(self, prepared: Prepared) -> None:
        if self._of is None or prepared.dataset.name != self._of.data.name:
            self._errands.stop()
            self._show(None)

    def on_model(self, model: Model | None) -> None:
        self._tell()

    @Slot(object)
    def _on_done(self, comparison: Trials) -> None:
        self._show(comparison)

    @Slot(object)
    def _on_failed(self, error: PlaygroundError) -> None:
        self._tell()
        self.progress.set_text(str(error))

    @Slot(object)
    def _show(self, comparison: Trials | None) -> None:
        """Show what is known so far."""
        self.comparison = comparison
        self.plot.show_comparison(comparison)
        self.plot.setVisible(comparison is not None)
        counts = () if comparison is None else comparison.counts
        headings = [
            Heading(widest="0", left=True),
            Heading("% right after … a class", left=True),
            *(Heading(f"{count}", "Mean ± deviation over the draws.", "00.0 ± 00.0")
              for count in counts),
        ]  # fmt: skip
        if len(self.table.cells.headings) != len(headings):
            self.table.set_headings(headings)
        ways = () if comparison is None else comparison.ways
        self.table.cells.show(len(ways), self._cell)
        self.table.setFixedHeight(self.table.whole_height(len(ways)))
        self.table.setVisible(bool(ways))
        self.verdict.setText("" if comparison is None else _verdict(comparison))
        self._tell()

    def _cell(self, row: int, column: int) -> Entry:
        comparison = self.comparison
        assert comparison is not None
        if column < 2:
            ink = swatch(run_color(row + 1, colors_of(self)))
            return Entry(draw=ink) if column == 0 else Entry(comparison.ways[row].title)
        scores = 100 * comparison.at(row, column - 2)
        if not len(scores):
            return Entry("–")
        return Entry(
            f"{fixed(scores.mean(), 1)} ± {fixed(scores.std(), 1)}",
            comparison.verdict(row, column - 2) if row else "",
        )

    @Slot()
    def _tell(self) -> None:
        """Say how far it is, and whether what is shown is of the present settings."""
        busy, comparison = self._errands.busy, self.comparison
        self.button.setText("Stop" if busy else "Measure")
        if comparison is None:
            text = "Training the first networks…" if busy else "Nothing is measured yet."
        else:
            done, all_of_them = comparison.trained
            draws = counted(int(comparison.done.any(axis=0).sum()), "draw")
            text = f"{grouped(done)} of {grouped(all_of_them)} networks trained, {draws}"
            text += f"; {grouped(comparison.tested)} test examples each"
            if self._of != self.session.experiment:
                text += "; with the settings of before"
        self.progress.set_text(text)


def _verdict(comparison: Trials) -> str:
    """Return what the own trained layers are worth with the fewest and the most examples."""
    last = len(comparison.ways) - 1
    if not last:
        return _ALONE
    told = [comparison.verdict(last, count) for count in (0, len(comparison.counts) - 1)]
    return " ".join(filter(None, told))
