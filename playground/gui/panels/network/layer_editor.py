"""The network as a column of cards, from the input to the output: add, edit, move, remove."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QMenu,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from playground.gui.look.marking import named, tool_tip
from playground.gui.panels.network.card_carrier import CardCarrier
from playground.gui.panels.network.card_frame import CardFrame, InputCard
from playground.gui.panels.network.card_info import CardInfo, NetworkInfo, count_text, fresh_name
from playground.gui.panels.network.layer_card import LayerCard
from playground.gui.panels.network.settings_card import SettingsCard
from playground.gui.widgets.elided_label import ElidedLabel
from playground.gui.widgets.layouts import stacked
from playground.nn.layers import LAYERS

_GAP_PX = 18


class LayerEditor(QWidget):
    """Cards for the layers between a fixed input and output.

    Cards belong to layers by their names, so an edit keeps every other card, its focus and its
    open details. New layers get a name that the editor has not seen before.

    Signals
    -------
    layers_requested(object)
        The hidden layers' settings as the user wants them: a tuple.
    output_requested(object)
        The output's settings as the user wants them.
    selection_changed(str)
        The name of the layer whose card is selected now, ``"output"`` for the last.
    """

    layers_requested = Signal(object)
    output_requested = Signal(object)
    selection_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "layerEditor", "Layers of the network")
        self._infos: tuple[CardInfo, ...] = ()
        self._cards: dict[str, LayerCard] = {}
        self._order: list[LayerCard] = []
        self._gaps: list[QPushButton] = []
        self._seen: set[str] = set()
        self._selected: CardFrame | None = None
        self._focus_next: str | None = None
        self._menu: QMenu | None = None
        self._menu_gap = 0
        self._output_card: SettingsCard | None = None
        self.header = named(ElidedLabel("Network", "heading"), "networkHeader")
        self.input_card = InputCard()
        self._column = stacked(self.header, 7, self.input_card, on=self, margins=0, spacing=0)
        self._first = self._column.count()
        self._carrier = CardCarrier(self)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus_changed)

    def set_network(self, network: NetworkInfo) -> None:
        """Show a network. Cards of layers that stay are kept, with what is being typed in them."""
        count = count_text(network.parameter_count, "parameters")
        self.header.set_text(f"Network · {count}")
        self.input_card.set_input(network.input_shape, network.input_note)
        if self._output_card is None:
            self._add_output(network.output)
        self.output_card.set_info(network.output)
        before = [card.info.settings.name for card in self._order]
        self._infos = network.layers
        for info in network.layers:
            known = self._cards.get(info.settings.name)
            if known is not None and type(known.info.settings) is type(info.settings):
                known.set_info(info)
        now = [info.settings.name for info in network.layers]
        if not self._seen.intersection(now):
            self._seen.clear()
        self._seen.update(now)
        kinds_kept = all(
            name in self._cards and type(self._cards[name].info.settings) is type(info.settings)
            for name, info in zip(now, network.layers, strict=True)
        )
        if now != before or not kinds_kept:
            self._arrange()
        self._take_focus()

    @property
    def output_card(self) -> SettingsCard:
        """The fixed card of the last layer; there is one once a network was set."""
        assert self._output_card is not None
        return self._output_card

    def cards(self) -> list[LayerCard]:
        """Return the hidden layers' cards, from the input to the output."""
        return list(self._order)

    def show_refusal(self, index: int | Literal["output", "input"], sentence: str) -> None:
        """Show in a card why a change was refused; its editors go back to what is in force."""
        if index == "input":
            self.input_card.set_sentence(sentence)
        elif index == "output":
            self.output_card.show_refusal(sentence)
        elif index < len(self._order):
            self._order[index].show_refusal(sentence)
        else:
            self.output_card.set_sentence(sentence)

    # What the user asks for.

    def _settings(self) -> list[Any]:
        return [info.settings for info in self._infos]

    def _ask(self, layers: list[Any], focus: str | None = None) -> None:
        self._focus_next = focus
        self.input_card.set_sentence("")
        self.layers_requested.emit(tuple(layers))
        self._focus_next = None

    def _insert(self, index: int, layer: Any) -> None:
        layers = self._settings()
        named = replace(layer, name=fresh_name(layer.kind, self._seen))
        layers.insert(index, named)
        self._ask(layers, focus=named.name)

    def _move(self, card: LayerCard, index: int) -> None:
        layers = self._settings()
        moved = layers.pop(self._order.index(card))
        layers.insert(index, moved)
        if layers != self._settings():
            self._ask(layers, focus=moved.name)

    @Slot(object)
    def _on_settings_requested(self, settings: Any) -> None:
        self._ask([settings if s.name == settings.name else s for s in self._settings()])

    @Slot(int)
    def _on_move_requested(self, by: int) -> None:
        card = self.sender()
        assert isinstance(card, LayerCard)
        index = self._order.index(card) + by
        if 0 <= index < len(self._order):
            self._move(card, index)

    @Slot()
    def _on_duplicate_requested(self) -> None:
        card = self.sender()
        assert isinstance(card, LayerCard)
        self._insert(self._order.index(card) + 1, card.info.settings)

    @Slot()
    def _on_remove_requested(self) -> None:
        card = self.sender()
        assert isinstance(card, LayerCard)
        index = self._order.index(card)
        layers = self._settings()
        del layers[index]
        neighbour = layers[min(index, len(layers) - 1)].name if layers else None
        self._ask(layers, focus=neighbour)

    @Slot()
    def _on_add_clicked(self) -> None:
        button = self.sender()
        assert isinstance(button, QPushButton)
        self._menu_gap = self._gaps.index(button)
        if self._menu is None:
            self._menu = self._make_menu()
        self._menu.popup(button.mapToGlobal(QPoint(button.width() // 2 - 60, button.height())))

    def _make_menu(self) -> QMenu:
        menu = named(QMenu(self), "addLayerMenu")
        menu.setToolTipsVisible(True)
        for kind in LAYERS:
            action = menu.addAction(kind.title)
            action.setObjectName(f"add_{kind.kind}")
            action.setToolTip(tool_tip(kind.use))
            action.setData(kind.kind)
        menu.triggered.connect(self._on_kind_triggered)
        return menu

    @Slot(object)
    def _on_kind_triggered(self, action: Any) -> None:
        self._insert(self._menu_gap, LAYERS[action.data()]())

    # Carrying a card with the mouse.

    @Slot(QPoint)
    def _on_card_dragged(self, place: QPoint) -> None:
        card = self.sender()
        assert isinstance(card, LayerCard)
        self._carrier.carry(card, self._order, self._gaps, place)

    @Slot(QPoint)
    def _on_card_dropped(self, place: QPoint) -> None:
        card = self.sender()
        assert isinstance(card, LayerCard)
        index = self._carrier.carry(card, self._order, self._gaps, place)
        self._carrier.put_down()
        if index is not None:
            self._move(card, index)

    @Slot()
    def _on_drag_cancelled(self) -> None:
        self._carrier.put_down()

    # Selection and focus.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        walk = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        frames: list[CardFrame] = [self.input_card, *self._order, self.output_card]
        focused = next((index for index, card in enumerate(frames) if card.hasFocus()), None)
        if walk is None or focused is None or event.modifiers():
            super().keyPressEvent(event)
            return
        frames[min(max(focused + walk, 0), len(frames) - 1)].setFocus(
            Qt.FocusReason.OtherFocusReason
        )

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        widget = now
        while widget is not None and widget is not self and not isinstance(widget, CardFrame):
            widget = widget.parentWidget()
        if isinstance(widget, CardFrame) and self.isAncestorOf(widget):
            self._select(widget)

    def _select(self, card: CardFrame | None) -> None:
        if card is self._selected:
            return
        if self._selected is not None:
            self._selected.set_selected(False)
        self._selected = card
        if card is not None:
            card.set_selected(True)
        if card is self._output_card:
            self.selection_changed.emit("output")
        elif isinstance(card, LayerCard):
            self.selection_changed.emit(card.info.settings.name)

    def _take_focus(self) -> None:
        card = self._cards.get(self._focus_next or "")
        if card is not None:
            card.setFocus(Qt.FocusReason.OtherFocusReason)

    # Cards and the gaps between them.

    def _add_output(self, info: CardInfo) -> None:
        self._output_card = named(SettingsCard("Output", info), "outputCard", "Output")
        self._output_card.settings_requested.connect(self.output_requested)
        self._column.addWidget(self._output_card)
        self._arrange()

    def _arrange(self) -> None:
        """Put cards and gaps in the order of the layers, making and dropping what is needed."""
        kept: dict[str, LayerCard] = {}
        for info in self._infos:
            name = info.settings.name
            card = self._cards.pop(name, None)
            if card is not None and type(card.info.settings) is not type(info.settings):
                self._drop(card)
                card = None
            kept[name] = card or self._new_card(info)
        for card in self._cards.values():
            self._drop(card)
        self._cards = kept
        self._order = list(kept.values())
        while len(self._gaps) > len(self._order) + 1:
            self._drop(self._gaps.pop())
        while len(self._gaps) < len(self._order) + 1:
            self._gaps.append(self._new_gap())
        parts: list[QWidget] = [self._gaps[0]]
        for index, card in enumerate(self._order):
            card.setObjectName(f"layerCard{index}")
            parts += [card, self._gaps[index + 1]]
        for place, part in enumerate([*parts, self.output_card], start=self._first):
            if self._column.indexOf(part) != place:
                self._column.removeWidget(part)
                self._column.insertWidget(place, part)
                part.show()
        self._link_tab_order(parts)

    def _link_tab_order(self, parts: list[QWidget]) -> None:
        before: QWidget = self.input_card
        for part in (*parts, self.output_card):
            inside = part.editors() if isinstance(part, SettingsCard) else []
            for widget in (part, *inside):
                QWidget.setTabOrder(before, widget)
                before = widget

    def _new_card(self, info: CardInfo) -> LayerCard:
        card = LayerCard(info)
        card.settings_requested.connect(self._on_settings_requested)
        card.move_requested.connect(self._on_move_requested)
        card.duplicate_requested.connect(self._on_duplicate_requested)
        card.remove_requested.connect(self._on_remove_requested)
        card.dragged.connect(self._on_card_dragged)
        card.dropped.connect(self._on_card_dropped)
        card.drag_cancelled.connect(self._on_drag_cancelled)
        return card

    def _drop(self, part: QWidget) -> None:
        if part is self._selected:
            self._selected = None
        self._column.removeWidget(part)
        part.hide()
        part.setObjectName("")
        part.deleteLater()

    def _new_gap(self) -> QPushButton:
        button = named(
            QPushButton("+ add layer"),
            "addLayerButton",
            "Add a layer here",
            tool_tip("Add a layer here; the other layers keep their weights."),
            role="gap",
        )
        button.setFixedHeight(_GAP_PX)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.clicked.connect(self._on_add_clicked)
        return button
