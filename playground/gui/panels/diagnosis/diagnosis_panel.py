"""Cards that say what was measured to be wrong, with what shows it and what can be done."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QWidget

from playground.analysis.diagnosis import Finding, Remedy
from playground.gui.forms.row import sentence_label
from playground.gui.look.marking import named, tool_tip
from playground.gui.widgets.flow_layout import FlowLayout
from playground.gui.widgets.layouts import stacked

_NOTHING = "No problems detected."
_INSET_PX = 2
"""What a link keeps around its text for the frame of the focus."""


class DiagnosisPanel(QWidget):
    """Shows findings, the worst first; without any it takes no space, or one quiet line.

    Signals
    -------
    evidence_requested(object)
        The :class:`Finding` whose evidence the user wants to see.
    remedy_requested(object)
        The :class:`Remedy` that was chosen.
    """

    evidence_requested = Signal(object)
    remedy_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        named(self, "diagnosisPanel", "Diagnosis")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._cards: list[_Card] = []
        self._column = stacked(on=self, margins=0, spacing=8)
        self._quiet_line = named(sentence_label(_NOTHING, "muted"), "nothingFound")
        self._column.addWidget(self._quiet_line)
        self._quiet_line.hide()
        self.hide()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is shown."""
        return tuple(card.finding for card in self._cards)

    def set_findings(self, findings: Sequence[Finding], *, looked: bool = False) -> None:
        """Show findings, each in a card of its own.

        Parameters
        ----------
        findings
            The worst first.
        looked
            Whether to say so where nothing was found.
        """
        for number, finding in enumerate(findings):
            if number < len(self._cards) and self._cards[number].takes(finding):
                self._cards[number].set_finding(finding)
            else:
                self._put(number, finding)
        for card in self._cards[len(findings) :]:
            self._remove(card)
        del self._cards[len(findings) :]
        self._quiet_line.setVisible(looked and not findings)
        self.setVisible(looked or bool(findings))

    def _put(self, number: int, finding: Finding) -> None:
        """Show a finding at a place, in place of another that needs other links."""
        if number < len(self._cards):
            self._remove(self._cards.pop(number))
        card = named(_Card(finding), f"findingCard{number}")
        card.evidence_requested.connect(self.evidence_requested)
        card.remedy_requested.connect(self.remedy_requested)
        self._cards.insert(number, card)
        self._column.insertWidget(number, card)
        card.show()

    def _remove(self, card: _Card) -> None:
        self._column.removeWidget(card)
        card.hide()
        card.setObjectName("")
        card.deleteLater()


class _Card(QFrame):
    """One finding: headline, sentence, and its links."""

    evidence_requested = Signal(object)
    remedy_requested = Signal(object)

    def __init__(self, finding: Finding) -> None:
        super().__init__()
        self.finding = finding
        self.setProperty("role", "notice")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        column = stacked(on=self, margins=(8, 7, 8, 6), spacing=3)
        self._headline = named(sentence_label("", "title"), "findingHeadline")
        self._explanation = named(sentence_label("", "muted"), "findingExplanation")
        for label in (self._headline, self._explanation):
            label.setContentsMargins(_INSET_PX, 0, _INSET_PX, 0)
            column.addWidget(label)
        links = FlowLayout(gap=8, line_gap=2)
        tip = tool_tip("Bring the view that shows it to the front.")
        self._show = named(QPushButton("Show"), "showEvidenceButton", tip=tip, role="link")
        self._show.clicked.connect(self._on_show_clicked)
        links.addWidget(self._show)
        for number, remedy in enumerate(finding.remedies):
            button = named(
                QPushButton(remedy.label),
                f"remedyButton{number}",
                remedy.label,
                tool_tip(_what_it_does(remedy)),
                role="link",
            )
            button.setProperty("remedy", number)
            button.clicked.connect(self._on_remedy_clicked)
            links.addWidget(button)
        column.addLayout(links)
        self.set_finding(finding)

    def takes(self, finding: Finding) -> bool:
        """Return whether only the words change, so that the links can stay, and their focus."""
        mine = (self.finding.kind, [remedy.label for remedy in self.finding.remedies])
        return mine == (finding.kind, [remedy.label for remedy in finding.remedies])

    def set_finding(self, finding: Finding) -> None:
        """Show newer figures of the same fault."""
        self.finding = finding
        self._headline.setText(finding.headline)
        self._explanation.setText(finding.explanation)
        self.setAccessibleName(f"{finding.headline}. {finding.explanation}")
        self._show.setAccessibleName(f"Show: {finding.headline}")

    @Slot()
    def _on_show_clicked(self) -> None:
        self.evidence_requested.emit(self.finding)

    @Slot()
    def _on_remedy_clicked(self) -> None:
        self.remedy_requested.emit(self.finding.remedies[self.sender().property("remedy")])


def _what_it_does(remedy: Remedy) -> str:
    paths = ", ".join(path.rpartition(".")[2].replace("_", " ") for path in remedy.changes)
    how = "starts again with new weights" if remedy.needs_reset else "keeps the weights"
    return f"Changes {paths} and {how}. Undo takes it back."
