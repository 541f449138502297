"""The first card of a generator: the noise that it makes something of."""

from __future__ import annotations

from dataclasses import replace

from playground.fields import Number
from playground.gui.forms.number_box import NumberBox
from playground.gui.look.marking import named, tool_tip
from playground.gui.panels.network.card_frame import InputCard

_OFFERED = (1, 2, 4, 8, 16, 32, 64, 128)


class NoiseCard(InputCard):
    """How many numbers are drawn for everything that is made; they can be chosen.

    Parameters
    ----------
    declared
        The field of how many there are.
    """

    def __init__(self, declared: Number) -> None:
        super().__init__("Noise")
        named(self, "noiseCard", "Noise", topic="Adversarial.noise")
        choices = tuple(n for n in _OFFERED if declared.low <= n <= declared.high)
        self.box = named(
            NumberBox(replace(declared, choices=choices)),
            "noiseSizeBox",
            declared.label,
            tool_tip(declared.help),
        )
        self.box.setAccessibleDescription(declared.help)
        self.box.complaint_changed.connect(self.set_sentence)
        self.head.insertWidget(1, self.box)

    def set_input(self, shape: tuple[int, ...], note: str) -> None:
        """Show how many numbers come in, and of what kind they are."""
        kind, _, rest = note.partition(", ")
        super().set_input(shape, rest)
        self._note.setVisible(bool(rest))
        self.shape_label.setText(kind)
        self.setAccessibleDescription(note)
        self.box.set_value(shape[0])

    def show_refusal(self, sentence: str) -> None:
        """Show why a number was refused, and the one in force again."""
        self.box.revert()
        super().show_refusal(sentence)
