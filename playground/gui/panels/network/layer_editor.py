"""The network as a column of cards, from the input to the output: add, edit, move, remove."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QMenu, QPushButton, QWidget

from playground.errors import FieldError
from playground.gui.look.marking import mark, named, tool_tip
from playground.gui.panels.network.block_card import BlockCard
from playground.gui.panels.network.card_carrier import CardCarrier
from playground.gui.panels.network.card_column import CardColumn
from playground.gui.panels.network.card_frame import CardFrame, InputCard
from playground.gui.panels.network.card_info import CardInfo, NetworkInfo
from playground.gui.panels.network.layer_card import LayerCard
from playground.gui.panels.network.nesting import (
    gap_beside,
    named_afresh,
    names_of,
    place_of,
    row_of,
    with_changed,
    with_inserted,
    with_moved,
)
from playground.gui.panels.network.settings_card import SettingsCard
from playground.gui.widgets.elided_label import ElidedLabel
from playground.gui.widgets.layouts import beside, put_in_tab_order, stacked
from playground.nn.layers import LAYERS
from playground.training.experiment import every_layer
from playground.training.size import check_shapes


class LayerEditor(QWidget):
    """Cards for the layers between a fixed input and output.

    Cards belong to layers by their names, so an edit keeps every other card, its focus and its
    open details. New layers get a name that the editor has not seen before. The menu that adds them
    ends with the editor's own actions.

    Parameters
    ----------
    path
        Where the layers are in the experiment: ``layers``, or ``recipe.layers``.
    name
        What its cards are called for the program: ``layerCard0``.
    prefix
        How the names of its layers begin.
    first
        The card of what comes in, in place of one that only tells it.

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

    def __init__(
        self,
        path: str = "layers",
        name: str = "layer",
        prefix: str = "",
        first: InputCard | None = None,
    ) -> None:
        super().__init__()
        named(self, f"{name}Editor", "Layers of the network")
        self._path, self._name, self._prefix = path, name, prefix
        self._network: NetworkInfo | None = None
        self._cards: dict[str, LayerCard] = {}
        self._seen: set[str] = set()
        self._selected: CardFrame | None = None
        self._focus_next: str | None = None
        self._asking: CardFrame | None = None
        self._refused_at: CardFrame | None = None
        self._menu: QMenu | None = None
        self._menu_gap: QPushButton | None = None
        self._output_card: SettingsCard | None = None
        self.header = named(ElidedLabel("Network", "heading"), "networkHeader")
        self.input_card = first or InputCard()
        self._column = CardColumn()
        self._column.gap_clicked.connect(self._on_gap_clicked)
        self.cost_label = named(
            ElidedLabel("", "muted"), "multiplyAddsLabel", topic="multiply_adds"
        )
        self.count_label = named(QLabel(), "parameterCount", role="muted")
        self._player = QFrame()
        self._player.setFixedSize(3, 13)
        top = beside(self._player, (self.header, 1), self.count_label, spacing=6)
        parts = (top, self.cost_label, 7, self.input_card, self._column)
        self._stack = stacked(*parts, on=self, margins=0, spacing=0)
        self._carrier = CardCarrier(self)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus_changed)

    def set_network(self, network: NetworkInfo) -> None:
        """Show a network. Cards of layers that stay are kept, with what is being typed in them."""
        count, products = network.costs
        if network.player:
            self.header.set_text(network.title)
        else:
            self.header.set_text(f"{network.title} · {count}", count)
        self.count_label.setText(count)
        self.count_label.setVisible(bool(network.player))
        mark(self._player, "player", network.player)
        self._player.setVisible(bool(network.player))
        self.setAccessibleName(f"Layers of the {network.title.lower()}")
        self.cost_label.set_text(f"{products} an example")
        self.cost_label.setVisible(bool(products))
        self.input_card.set_input(network.input_shape, network.input_note)
        if self._output_card is None:
            self._add_output(network.output)
        self.output_card.set_info(network.output)
        self._network = network
        now = names_of(self._layers())
        if not self._seen.intersection(now):
            self._seen.clear()
        self._seen.update(now)
        focused = QApplication.focusWidget()
        before, self._cards = self._cards, {}
        self._arrange(network.layers, self._column, before, "", f"{self._name}Card")
        for card in before.values():
            self._drop(card)
        self._link_tab_order()
        chosen = self._cards.get(self._focus_next or "")
        if chosen is not None:
            chosen.setFocus(Qt.FocusReason.OtherFocusReason)
        elif focused is not None and not focused.hasFocus() and focused.isVisibleTo(self):
            focused.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def output_card(self) -> SettingsCard:
        """The fixed card of the last layer; there is one once a network was set."""
        assert self._output_card is not None
        return self._output_card

    def cards(self) -> list[LayerCard]:
        """Return the hidden layers' cards as they stand, those inside a block below the block's."""
        return [self._cards[name] for name in names_of(self._layers())]

    def show_refusal(self, path: str, sentence: str) -> None:
        """Show in a card why a change was refused; its editors go back to what is in force.

        In the card that asked for the change, whichever layer cannot bear it; where none did, in
        that of the path of a setting: ``layers.1.layers.0.units``, or ``output``, or ``input``.
        """
        layers = every_layer(self._layers(), self._path)
        owners = (layer.name for place, layer in layers if f"{path}.".startswith(f"{place}."))
        owner = self._cards.get(next(owners, ""), self.output_card)
        card = self._asking or (self.input_card if path == "input" else owner)
        card.show_refusal(sentence)
        self._refused_at = card

    # What the user asks for.

    def _layers(self) -> tuple[Any, ...]:
        network = self._network
        return () if network is None else tuple(info.settings for info in network.layers)

    def _ask(self, layers: tuple[Any, ...], asking: CardFrame, focus: str | None = None) -> None:
        """Ask for other layers, for the sake of a card, which is told if they are refused."""
        self._focus_next, self._asking = focus, asking
        if self._refused_at is not None:
            self._refused_at.forget_refusal()
            self._refused_at = None
        self.layers_requested.emit(layers)
        self._focus_next = self._asking = None

    def _insert(self, block: str, gap: int, layer: Any) -> None:
        row = row_of(self._layers(), block)
        asking = self._cards[row[gap - 1].name] if gap else self._cards.get(block, self.input_card)
        self._ask(with_inserted(self._layers(), block, gap, layer), asking, focus=layer.name)

    def _move(self, card: LayerCard, block: str, gap: int) -> None:
        card.setFocus(Qt.FocusReason.OtherFocusReason)  # which takes over what is typed in it
        name = card.info.settings.name
        try:
            layers = with_moved(self._layers(), name, block, gap)
        except FieldError as error:
            self._refuse(name, error)
        else:
            self._ask(layers, card, focus=name)

    def _refuse(self, name: str, error: FieldError) -> None:
        """Show in the block that a layer is to leave why it cannot."""
        place = place_of(self._layers(), name)
        assert place is not None
        self._refused_at = self._cards[place[0]]
        self._refused_at.show_refusal(str(error))

    def _caller(self) -> LayerCard:
        """Return the card whose signal is being answered."""
        card = self.sender()
        assert isinstance(card, LayerCard)
        return card

    @Slot(object)
    def _on_settings_requested(self, settings: Any) -> None:
        self._ask(with_changed(self._layers(), settings.name, settings), self._caller())

    @Slot(int)
    def _on_move_requested(self, by: int) -> None:
        card = self._caller()
        target = gap_beside(self._layers(), card.info.settings.name, by)
        if target is not None:
            self._move(card, *target)

    @Slot()
    def _on_duplicate_requested(self) -> None:
        layer = self._caller().info.settings
        place = place_of(self._layers(), layer.name)
        if place is not None:
            self._insert(place[0], place[1] + 1, named_afresh(layer, self._seen, self._prefix))

    @Slot()
    def _on_remove_requested(self) -> None:
        card = self._caller()
        name = card.info.settings.name
        place = place_of(self._layers(), name)
        if place is None:
            return
        try:
            layers = with_changed(self._layers(), name)
        except FieldError as error:
            self._refuse(name, error)
            return
        row = row_of(layers, place[0])
        self._ask(layers, card, focus=row[min(place[1], len(row) - 1)].name if row else None)

    @Slot(object)
    def _on_gap_clicked(self, gap: QPushButton) -> None:
        self._menu_gap = gap
        if self._menu is None:
            self._menu = self._make_menu()
        for action in self._menu.actions():
            if action.data() is not None:
                self._show_if_possible(action)
        self._menu.popup(gap.mapToGlobal(QPoint(gap.width() // 2 - 60, gap.height())))

    def _make_menu(self) -> QMenu:
        menu = named(QMenu(self), "addLayerMenu")
        menu.setToolTipsVisible(True)
        for kind in LAYERS:
            action = menu.addAction(kind.title)
            action.setObjectName(f"add_{kind.kind}")
            action.setData(kind.kind)
        menu.addSeparator()
        menu.addActions(self.actions())
        menu.triggered.connect(self._on_kind_triggered)
        return menu

    @Slot(object)
    def _on_kind_triggered(self, action: Any) -> None:
        if action.data() is None:
            return
        self._insert(*self._offered(action))

    def _offered(self, action: QAction) -> tuple[str, int, Any]:
        """Return where the menu's gap is, and the layer of a kind that fits there."""
        column, index = _row_of_gap(self._menu_gap)
        kind: Any = LAYERS[action.data()]
        assert self._network is not None
        shape = column.shape_at(index) or self._network.input_shape
        layer = kind.fitting(shape) if hasattr(kind, "fitting") else kind()
        return column.block, index, named_afresh(layer, self._seen, self._prefix)

    def _show_if_possible(self, action: QAction) -> None:
        """Let the menu offer a kind of layer, or tell why it cannot stand in the gap."""
        assert self._network is not None
        why_not = ""
        try:
            layers = with_inserted(self._layers(), *self._offered(action))
            check_shapes(
                layers,
                self._network.input_shape,
                at_every_step=self._network.answers_at_every_step,
            )
        except FieldError as error:
            why_not = str(error)
        action.setEnabled(not why_not)
        action.setToolTip(tool_tip(why_not or LAYERS[action.data()].use))

    # Carrying a card with the mouse.

    def _carry(self, card: LayerCard, place: QPoint) -> QPushButton | None:
        """Show where a card would go; return the gap, None where it would stay."""
        blocks = [each.column for each in self.cards() if isinstance(each, BlockCard)]
        gaps = [gap for column in (self._column, *blocks) for gap in column.gaps]
        gaps = [gap for gap in gaps if not card.isAncestorOf(gap)]
        home = card.parentWidget()
        assert isinstance(home, CardColumn)
        index = home.cards.index(card)
        return self._carrier.carry(card, gaps, home.gaps[index : index + 2], place)

    @Slot(QPoint)
    def _on_card_dragged(self, place: QPoint) -> None:
        self._carry(self._caller(), place)

    @Slot(QPoint)
    def _on_card_dropped(self, place: QPoint) -> None:
        card = self._caller()
        gap = self._carry(card, place)
        self._carrier.put_down()
        if gap is not None:
            column, index = _row_of_gap(gap)
            self._move(card, column.block, index)

    # Selection and focus.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        walk = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        frames: list[CardFrame] = [self.input_card, *self.cards(), self.output_card]
        focused = next((index for index, card in enumerate(frames) if card.hasFocus()), None)
        if walk is None or focused is None or event.modifiers():
            super().keyPressEvent(event)
            return
        chosen = frames[min(max(focused + walk, 0), len(frames) - 1)]
        chosen.setFocus(Qt.FocusReason.OtherFocusReason)

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
            self.selection_changed.emit(f"{self._prefix}output")
        elif isinstance(card, LayerCard):
            self.selection_changed.emit(card.info.settings.name)

    # Cards and the gaps between them.

    def _add_output(self, info: CardInfo) -> None:
        self._output_card = named(
            SettingsCard(info), "outputCard", "Output", topic="Experiment.output"
        )
        self._output_card.settings_requested.connect(self.output_requested)
        self._stack.addWidget(self._output_card)

    def _arrange(
        self,
        infos: tuple[CardInfo, ...],
        column: CardColumn,
        before: dict[str, LayerCard],
        block: str,
        object_name: str,
    ) -> None:
        """Put the cards of a row and of the rows inside it in their places, making what is new."""
        row = []
        for info in infos:
            name = info.settings.name
            card = before.get(name)
            if card is not None and type(card.info.settings) is type(info.settings):
                del before[name]
                card.set_info(info)
            else:
                card = self._new_card(info)
            self._cards[name] = card
            row.append(card)
        column.hold(row)
        for index, (info, card) in enumerate(zip(infos, row, strict=True)):
            card.set_place(f"{object_name}{index}", block)
            if isinstance(card, BlockCard):
                deeper = f"{object_name}{index}_"
                self._arrange(info.inside, card.column, before, info.title, deeper)
        column.name_gaps()

    def _link_tab_order(self) -> None:
        stops = (*self._tab_stops(self._column), self.output_card, *self.output_card.editors())
        put_in_tab_order(self.input_card, stops)

    def _tab_stops(self, column: CardColumn) -> Iterator[QWidget]:
        """Yield what Tab visits: gaps, and each card with the row inside it and its editors."""
        for part in column.parts():
            yield part
            if isinstance(part, BlockCard):
                yield from self._tab_stops(part.column)
            if isinstance(part, SettingsCard):
                yield from part.editors()

    def _new_card(self, info: CardInfo) -> LayerCard:
        card = BlockCard(info) if info.inside else LayerCard(info)
        if isinstance(card, BlockCard):
            card.column.gap_clicked.connect(self._on_gap_clicked)
        card.settings_requested.connect(self._on_settings_requested)
        card.move_requested.connect(self._on_move_requested)
        card.duplicate_requested.connect(self._on_duplicate_requested)
        card.remove_requested.connect(self._on_remove_requested)
        card.dragged.connect(self._on_card_dragged)
        card.dropped.connect(self._on_card_dropped)
        card.drag_cancelled.connect(self._carrier.put_down)
        return card

    def _drop(self, card: LayerCard) -> None:
        if card is self._selected:
            self._selected = None
        if card is self._refused_at:
            self._refused_at = None
        card.blockSignals(True)  # it may be under the mouse, or typed in
        self._carrier.put_down()
        card.hide()
        card.setObjectName("")
        card.deleteLater()


def _row_of_gap(gap: QPushButton | None) -> tuple[CardColumn, int]:
    """Return the column that a gap is in, and its number there."""
    column = None if gap is None else gap.parentWidget()
    assert gap is not None
    assert isinstance(column, CardColumn)
    return column, column.gaps.index(gap)
