"""The card of a block: the cards of the layers inside it, and what it makes of their result."""

from __future__ import annotations

from playground.gui.look.marking import named, tool_tip
from playground.gui.panels.network.card_column import CardColumn
from playground.gui.panels.network.card_info import CardInfo
from playground.gui.panels.network.layer_card import LayerCard
from playground.gui.widgets.elided_label import ElidedLabel


class BlockCard(LayerCard):
    """A card that holds cards; its own settings are shown where it learns something itself."""

    def __init__(self, info: CardInfo) -> None:
        super().__init__(info)
        self.column = CardColumn(info.settings.name)
        self.formula = named(ElidedLabel("", "muted"), "formulaLabel")
        self.body.insertWidget(1, self.column)
        self.body.insertWidget(2, self.formula)
        self._tell_formula()

    def set_info(self, info: CardInfo) -> None:
        """Show a block; the editor arranges the cards inside."""
        super().set_info(info)
        self._tell_formula()

    def _tell_formula(self) -> None:
        formula, why = self.info.settings.formula(self.info.input_shape)
        self.formula.set_text(formula)
        self.formula.setToolTip(tool_tip(why))
        if self.details_button is None:
            for form in self._forms.values():
                form.setVisible(self.info.learns_itself)
