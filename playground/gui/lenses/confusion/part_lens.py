"""What both lenses about a part's answers share: the part, the question, the line about it."""

from __future__ import annotations

from PySide6.QtCore import Slot

from playground.analysis.answers.part_answers import PartAnswers, part_answers
from playground.data.preparation import PARTS, Prepared
from playground.gui.lenses.confusion import wording
from playground.gui.lenses.lens import Lens
from playground.gui.look.marking import named, tool_tip
from playground.gui.session.analyst import Answer
from playground.gui.session.probe import Probe, example_probe
from playground.gui.session.reading import Reading
from playground.gui.session.session import Session
from playground.gui.widgets.combo_box import named_box, offer
from playground.gui.widgets.elided_label import ElidedLabel
from playground.gui.widgets.labels import sentence
from playground.training.model import Model

EVERY_S = 0.5
_NOT_YET = "No answers yet."


class PartLens(Lens):
    """Keeps :attr:`answers` those of the chosen part and of the present weights.

    A child lays out ``part_box``, ``measured`` and ``trouble``, and overrides
    :meth:`show_data`, :meth:`show_answers` and :meth:`show_selected`.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.answers: PartAnswers | None = None
        self.prepared: Prepared | None = None
        self._sent: Probe | None = None
        self.part_box = named_box(
            "partBox",
            "Part of the data",
            tool_tip(
                "Test examples were held back from training; mistakes on them are what counts. The "
                "network has seen the training examples, answers and all. Validation examples were "
                "held back too, to choose by."
            ),
        )
        self.measured = named(ElidedLabel(_NOT_YET, "muted"), "measuredLabel")
        self.trouble = sentence("divergedLabel", "error")
        self.trouble.hide()
        self.part_box.currentIndexChanged.connect(self._ask)

    @property
    def part(self) -> str:
        """The part that is looked at."""
        return self.part_box.currentData() or "test"

    def show_data(self, prepared: Prepared) -> None:
        """Make ready for other data."""

    def show_answers(self, answers: PartAnswers | None) -> None:
        """Draw other answers, or that there are none yet."""

    def show_selected(self, index: int | None) -> None:
        """Frame the example that is the probe, a row of the data set, or none."""

    def on_data(self, prepared: Prepared) -> None:
        self.prepared = prepared
        parts = [(f"{PARTS[name].capitalize()} examples", name) for name in prepared.parts]
        offer(self.part_box, reversed(parts) if len(parts) > 1 else [("All examples", "test")])
        self.part_box.setEnabled(len(parts) > 1)
        self._sent = self.answers = None
        self.show_data(prepared)
        self._take(None, 0)
        self._ask()

    def on_answer(self, topic: str, answer: Answer) -> None:
        now, answers = self.session.snapshot, answer.value
        if now is None or answer.snapshot.run != now.run or not isinstance(answers, PartAnswers):
            return
        if answers.part == self.part and self.prepared is self.session.prepared:
            self._take(answers, answer.snapshot.epoch)

    def on_reading(self, reading: Reading | None) -> None:
        if reading is not None and reading.probe is not self._sent and self._sent is not None:
            self._sent = None
            self.show_selected(None)

    @Slot(int)
    def request_example(self, index: int) -> None:
        """Let an example of the data become the probe."""
        if self.prepared is not None:
            self._sent = example_probe(self.prepared, index)
            self.show_selected(index)
            self.probe_requested.emit(self._sent)

    @Slot()
    def _ask(self) -> None:
        part = self.part

        def question(model: Model, prepared: Prepared) -> PartAnswers:
            return part_answers(model, prepared, part)

        self.watch("answers", question, EVERY_S)

    def _take(self, answers: PartAnswers | None, epoch: int) -> None:
        self.answers = answers
        if answers is None or self.prepared is None:
            self.measured.set_text(_NOT_YET)
            self.trouble.hide()
        else:
            line = wording.measured(answers, epoch, len(self.prepared.parts) == 1)
            self.measured.set_text(line)
            self.measured.setToolTip(line)
            self.trouble.setText(wording.diverged(answers))
            self.trouble.setVisible(bool(self.trouble.text()))
        self.show_answers(answers)
