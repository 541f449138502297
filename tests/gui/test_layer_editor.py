from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLabel,
    QMenu,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from playground.gui.look import theme
from playground.gui.panels.network.activation_curve import curve_icon
from playground.gui.panels.network.card_info import (
    CardInfo,
    NetworkInfo,
    shape_text,
)
from playground.gui.panels.network.layer_editor import LayerEditor
from playground.gui.panels.network.nesting import fresh_name
from playground.nn.activations import ACTIVATIONS, BinaryStep, LeakyReLU, ReLU, Sigmoid, Tanh
from playground.nn.initializers import Glorot
from playground.nn.layers import BatchNorm, Dense, Dropout, Flatten, parameter_count
from playground.training.experiment import Output
from playground.wording import counted

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

TWO = (Dense(16, ReLU(), name="dense_1"), Dense(12, Tanh(), dropout=0.1, name="dense_2"))


def network(layers: tuple[Any, ...], output: Any = None) -> NetworkInfo:
    cards = row(layers, (1, 8, 8))
    shape = cards[-1].output_shape if cards else (1, 8, 8)
    last = Dense(10, name="output")
    count = parameter_count(last, shape)
    end = CardInfo("Output", output or Output(), shape, (10,), count, "10 classes")
    return NetworkInfo((1, 8, 8), "64 pixels, 0…1", cards, end)


def row(layers: tuple[Any, ...], shape: tuple[int, ...]) -> tuple[CardInfo, ...]:
    cards = []
    for layer in layers:
        inside = row(getattr(layer, "layers", ()), shape)
        behind, count = layer.output_shape(shape), parameter_count(layer, shape)
        cards.append(CardInfo(layer.title, layer, shape, behind, count, inside=inside))
        shape = behind
    return tuple(cards)


class Owner:
    """Stands for the session: takes every request over and shows the new network."""

    def __init__(self, editor: LayerEditor) -> None:
        self.editor = editor
        self.layers, self.output = TWO, Output()
        self.requests: list[Any] = []
        editor.layers_requested.connect(self.take_layers)
        editor.output_requested.connect(self.take_output)
        self.show()

    def take_layers(self, layers: tuple[Any, ...]) -> None:
        self.requests.append(layers)
        self.layers = layers
        self.show()

    def take_output(self, output: Output) -> None:
        self.requests.append(output)
        self.output = output
        self.show()

    def show(self) -> None:
        self.editor.set_network(network(self.layers, self.output))

    def names(self) -> list[str]:
        return [layer.name for layer in self.layers]


@pytest.fixture
def owner(qtbot):
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    content = QWidget()
    column = QVBoxLayout(content)
    column.setContentsMargins(12, 12, 12, 12)
    made = Owner(LayerEditor())
    column.addWidget(made.editor)
    column.addStretch()
    area.setWidget(content)
    qtbot.addWidget(area)
    area.resize(275, 560)
    area.show()
    qtbot.waitExposed(area)
    made.area = area
    return made


def card(owner: Owner, index: int) -> Any:
    found = owner.editor.findChild(QFrame, f"layerCard{index}")
    assert found is owner.editor.cards()[index]
    return found


def type_units(box: Any, text: str, end: Qt.Key = Qt.Key.Key_Return) -> None:
    box.setFocus()
    box.lineEdit().selectAll()
    QTest.keyClicks(box, text)
    QTest.keyClick(box, end)


def add(owner: Owner, gap: int, kind: str) -> None:
    button = owner.editor.findChildren(QWidget, "addLayerButton")[gap]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    menu = owner.editor.findChild(QWidget, "addLayerMenu")
    action = next(a for a in menu.actions() if a.data() == kind)
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def test_shapes_counts_and_names_read_plainly():
    assert shape_text((1, 8, 8)) == "8×8"
    assert shape_text((3, 8, 8)) == "3×8×8"
    assert shape_text((64,)) == "64"
    assert counted(1366, "parameter") == "1,366 parameters"
    assert counted(1, "parameter") == "1 parameter"
    assert fresh_name("dense", ["dense_1", "dense_4", "dropout_9", "dense_x"]) == "dense_5"


def test_the_column_tells_the_network(owner):
    editor = owner.editor
    assert editor.header.whole_text() == "Network · 1,374 parameters"
    assert editor.input_card.shape_label.text() == "8×8"
    assert [c.shape_label.text() for c in editor.cards()] == ["64 → 16", "16 → 12"]
    assert editor.output_card.shape_label.text() == "12 → 10"
    assert card(owner, 0).units_box.currentText() == "16"
    assert card(owner, 1).activation_box.currentText() == "Tanh"
    assert card(owner, 1).details_button.text() == "dropout 0.1 · 204 parameters"
    assert len(editor.findChildren(QWidget, "addLayerButton")) == 3


def test_every_control_has_a_name_and_a_tool_tip(owner):
    card(owner, 1).details_button.click()
    for name in ("unitsBox", "activationBox", "removeLayerButton", "dropoutBox", "initializerBox"):
        control = card(owner, 1).findChild(QWidget, name)
        assert control.accessibleName(), name
        assert control.toolTip(), name
    for button in owner.editor.findChildren(QWidget, "addLayerButton"):
        assert button.accessibleName()
        assert button.toolTip()


def test_typed_units_are_asked_for(owner):
    type_units(card(owner, 0).units_box, "20")
    assert owner.requests == [(replace(TWO[0], units=20), TWO[1])]
    assert card(owner, 0).units_box.currentText() == "20"
    assert card(owner, 1).shape_label.text() == "20 → 12"


def test_typed_garbage_shows_the_fields_sentence_in_the_card(owner):
    type_units(card(owner, 0).units_box, "many")
    assert owner.requests == []
    assert "'many'" in card(owner, 0).sentence
    type_units(card(owner, 0).units_box, "8 neurons")
    assert card(owner, 0).sentence == ""
    assert owner.layers[0].units == 8


def test_a_refusal_shows_in_the_card_and_the_old_value_stays(owner):
    owner.editor.layers_requested.disconnect(owner.take_layers)
    type_units(card(owner, 0).units_box, "60000")
    owner.editor.show_refusal(
        "layers.0.units", "60,000 units would take 24 GiB; choose fewer units."
    )
    assert card(owner, 0).units_box.currentText() == "16"
    assert card(owner, 0).sentence.startswith("60,000 units would take")
    owner.show()
    assert card(owner, 0).sentence, "showing the same network again keeps the sentence"
    owner.editor.layers_requested.connect(owner.take_layers)
    type_units(card(owner, 0).units_box, "24")
    assert card(owner, 0).sentence == ""


def test_refusals_at_both_ends_show_in_their_cards(owner):
    owner.editor.show_refusal("output", "No.")
    owner.editor.show_refusal("input", "Not this.")
    assert owner.editor.output_card.sentence == "No."
    assert owner.editor.input_card.sentence == "Not this."


def test_activation_is_picked_by_keyboard_and_comes_with_its_curve(owner):
    box = card(owner, 0).activation_box
    assert box.count() == len(ACTIVATIONS)
    assert not any(box.itemIcon(index).isNull() for index in range(box.count()))
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert owner.layers[0].activation == LeakyReLU()


def test_an_activations_parameters_are_in_the_details(owner):
    owner.layers = (Dense(16, LeakyReLU(), name="dense_1"),)
    owner.show()
    card(owner, 0).details_button.click()
    slope = card(owner, 0).findChild(QWidget, "activation.bBox")
    assert slope.isVisible()
    type_units(slope, "0.2")
    assert owner.layers[0].activation == LeakyReLU(b=0.2)
    assert "slope b 0.2" in card(owner, 0).details_button.text()
    type_units(slope, "2")
    assert "less than slope a" in card(owner, 0).sentence
    assert slope.currentText() == "0.2"
    owner.layers = (Dense(16, Tanh(), name="dense_1"),)
    owner.show()
    assert not slope.isVisible()


def test_dropout_and_initializer_are_edited_in_the_details(owner):
    card(owner, 0).details_button.click()
    type_units(card(owner, 0).findChild(QWidget, "dropoutBox"), "0,25")
    box = card(owner, 0).findChild(QWidget, "initializerBox")
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert owner.layers[0].dropout == 0.25
    assert owner.layers[0].initializer == Glorot()


def test_binary_step_says_that_layers_before_it_cannot_learn(owner):
    owner.layers = (TWO[0], Dense(12, BinaryStep(), name="dense_2"))
    owner.show()
    assert "cannot learn" in card(owner, 1).sentence
    assert card(owner, 0).sentence == ""
    owner.layers = TWO
    owner.show()
    assert card(owner, 1).sentence == ""


def test_output_activation_is_asked_for_on_its_own(owner):
    box = owner.editor.output_card.activation_box
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    assert owner.requests == [Output(activation=next(iter(ACTIVATIONS))())]
    assert owner.editor.output_card.units_label.text() == "10 classes"


def test_adding_from_the_menu_puts_a_new_layer_into_that_gap(owner):
    add(owner, 1, "dropout")
    assert owner.names() == ["dense_1", "dropout_1", "dense_2"]
    assert owner.layers[1] == Dropout(name="dropout_1")
    assert card(owner, 1).hasFocus()
    add(owner, 3, "dense")
    assert owner.names() == ["dense_1", "dropout_1", "dense_2", "dense_3"]


def test_names_are_never_taken_again(owner):
    card(owner, 1).setFocus()
    QTest.keyClick(card(owner, 1), Qt.Key.Key_Delete)
    add(owner, 1, "dense")
    assert owner.names() == ["dense_1", "dense_3"]


def test_removing_by_its_button_keeps_the_other_card(owner, qtbot):
    kept = card(owner, 1)
    button = card(owner, 0).findChild(QToolButton, "removeLayerButton")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert owner.requests == [(TWO[1],)]
    assert owner.editor.cards() == [kept]
    assert kept.objectName() == "layerCard0"
    assert kept.shape_label.text() == "64 → 12"


def test_a_network_may_have_no_hidden_layer(owner):
    for _ in range(2):
        QTest.mouseClick(card(owner, 0).remove_button, Qt.MouseButton.LeftButton)
    assert owner.layers == ()
    assert len(owner.editor.findChildren(QWidget, "addLayerButton")) >= 1
    add(owner, 0, "dense")
    assert len(owner.layers) == 1


def test_keys_move_duplicate_and_remove_the_focused_card(owner):
    moved = card(owner, 0)
    moved.setFocus()
    QTest.keyClick(moved, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert owner.names() == ["dense_2", "dense_1"]
    assert moved.hasFocus()
    assert card(owner, 1) is moved
    QTest.keyClick(moved, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert owner.names() == ["dense_2", "dense_1"], "the last card stays last"
    QTest.keyClick(moved, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert owner.layers[2] == replace(TWO[0], name="dense_3")
    QTest.keyClick(card(owner, 2), Qt.Key.Key_Delete)
    assert owner.names() == ["dense_2", "dense_1"]
    assert card(owner, 1).hasFocus()


def test_the_context_menu_does_what_the_keys_do(owner):
    target = card(owner, 1)
    place = target.mapToGlobal(QPoint(20, 12))
    QApplication.sendEvent(
        target, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(20, 12), place)
    )
    menu = target.findChild(QMenu)
    assert menu.isVisible()
    menu.hide()
    actions = {action.text().split("\t")[0]: action for action in menu.actions()}
    actions["Move towards the input"].trigger()
    assert owner.names() == ["dense_2", "dense_1"]
    actions["Duplicate"].trigger()
    assert owner.names() == ["dense_2", "dense_3", "dense_1"]
    actions["Move towards the output"].trigger()
    assert owner.names() == ["dense_3", "dense_2", "dense_1"]
    actions["Remove"].trigger()
    assert owner.names() == ["dense_3", "dense_1"]


def test_cards_follow_the_theme(owner, qtbot, qapp):
    def ground() -> str:
        return card(owner, 0).grab().toImage().pixelColor(4, 40).name()

    try:
        theme.apply(qapp, "dark")
        assert ground() == theme.DARK.card
        theme.apply(qapp, "light")
        assert ground() == theme.LIGHT.card
    finally:
        theme.apply(qapp, "dark")


def test_delete_in_a_box_deletes_text_and_not_the_layer(owner):
    box = card(owner, 0).units_box
    box.setFocus()
    box.lineEdit().selectAll()
    QTest.keyClick(box, Qt.Key.Key_Delete)
    assert box.currentText() == ""
    assert owner.requests == []


def test_arrow_keys_walk_from_card_to_card(owner):
    editor = owner.editor
    editor.input_card.setFocus()
    for expected in (card(owner, 0), card(owner, 1), editor.output_card, editor.output_card):
        QTest.keyClick(owner.area.window().focusWidget(), Qt.Key.Key_Down)
        assert expected.hasFocus()
        assert expected.property("selected") is True
    assert not card(owner, 0).property("selected")


def test_tab_visits_a_card_before_its_boxes(owner):
    card(owner, 0).setFocus()
    names = []
    for _ in range(6):
        focused = owner.area.window().focusWidget()
        QTest.keyClick(focused, Qt.Key.Key_Tab)
        names.append(owner.area.window().focusWidget().objectName())
    assert names == [
        "unitsBox", "activationBox", "detailsButton", "removeLayerButton", "addLayerButton",
        "layerCard1",
    ]  # fmt: skip


def middle(owner: Owner, part: QWidget) -> QPoint:
    return part.mapTo(owner.editor, part.rect().center())


def drag(owner: Owner, index: int, to: QPoint, release: bool = True) -> None:
    """Carry a card by its handle to a place in the editor."""
    carried = card(owner, index)
    start = carried.handle.mapTo(carried, carried.handle.rect().center())
    QTest.mousePress(carried, Qt.MouseButton.LeftButton, pos=start)
    end = carried.mapFrom(owner.editor, to)
    for share in (0.3, 0.7, 1.0):
        QTest.mouseMove(carried, start + (end - start) * share)
    if release:
        QTest.mouseRelease(carried, Qt.MouseButton.LeftButton, pos=end)


def test_dragging_a_card_below_another_reorders(owner):
    below = owner.editor.output_card.geometry().center()
    drag(owner, 0, below, release=False)
    line = owner.editor.findChild(QFrame, "dropIndicator")
    assert line.isVisible()
    gap = owner.editor.findChildren(QWidget, "addLayerButton")[2]
    assert abs(line.geometry().center().y() - middle(owner, gap).y()) <= 2
    assert owner.requests == []
    QTest.mouseRelease(
        card(owner, 0), Qt.MouseButton.LeftButton, pos=card(owner, 0).mapFrom(owner.editor, below)
    )
    assert owner.names() == ["dense_2", "dense_1"]
    assert not line.isVisible()


def test_dragging_upwards_reorders_too(owner):
    drag(owner, 1, owner.editor.input_card.geometry().center())
    assert owner.names() == ["dense_2", "dense_1"]


def test_a_card_dropped_near_its_place_stays(owner):
    drag(owner, 0, middle(owner, card(owner, 0)) + QPoint(0, 12))
    assert owner.requests == []


def test_escape_cancels_a_drag(owner):
    card(owner, 0).setFocus()
    drag(owner, 0, owner.editor.output_card.geometry().center(), release=False)
    QTest.keyClick(card(owner, 0), Qt.Key.Key_Escape)
    assert not owner.editor.findChild(QFrame, "dropIndicator").isVisible()
    QTest.mouseRelease(card(owner, 0), Qt.MouseButton.LeftButton)
    assert owner.requests == []


def test_a_card_that_is_undone_while_it_is_carried_is_put_down(owner):
    drag(owner, 0, owner.editor.output_card.geometry().center(), release=False)
    carried, line = card(owner, 0), owner.editor.findChild(QFrame, "dropIndicator")
    owner.layers = TWO[1:]
    owner.show()
    assert not line.isVisible()
    QTest.mouseRelease(carried, Qt.MouseButton.LeftButton)
    assert owner.requests == []


def test_a_click_selects_without_moving(owner):
    QTest.mouseClick(card(owner, 1), Qt.MouseButton.LeftButton, pos=QPoint(20, 12))
    assert card(owner, 1).property("selected") is True
    assert owner.requests == []


def test_edits_from_outside_keep_cards_focus_and_open_details(owner):
    cards = owner.editor.cards()
    cards[1].details_button.click()
    box = cards[1].units_box
    box.setFocus()
    box.lineEdit().selectAll()
    QTest.keyClicks(box, "3")
    owner.layers = (replace(TWO[0], units=99, activation=Sigmoid()), TWO[1])
    owner.show()
    assert owner.editor.cards() == cards
    assert box.hasFocus()
    assert box.currentText() == "3"
    assert cards[1].findChild(QWidget, "dropoutBox").isVisible()
    assert cards[0].units_box.currentText() == "99"


def test_a_layer_of_the_same_name_but_another_kind_gets_a_new_card(owner):
    old = card(owner, 1)
    owner.layers = (TWO[0], Dropout(name="dense_2"))
    owner.show()
    assert card(owner, 1) is not old
    assert card(owner, 1).units_box is None


@pytest.mark.parametrize("width", [275, 250])
def test_nothing_is_cut_off_sideways(owner, width, qtbot):
    owner.layers = (
        Flatten(name="flatten_1"),
        Dense(65_536, LeakyReLU(b=0.2), dropout=0.5, name="dense_1"),
        BatchNorm(name="batch_norm_1"),
        Dropout(name="dropout_1"),
    )
    owner.show()
    card(owner, 1).details_button.click()
    owner.editor.show_refusal("layers.1", "A sentence that is long enough for three lines. " * 2)
    owner.area.resize(width, 400)
    qtbot.waitUntil(lambda: owner.area.viewport().width() <= width)
    room = owner.area.viewport().width() - 24
    assert owner.editor.minimumSizeHint().width() <= room
    for label in owner.editor.findChildren(QLabel):
        if label.isVisible() and not label.wordWrap():
            right = label.mapTo(owner.editor, QPoint(label.width(), 0)).x()
            assert right <= owner.editor.width()


def test_curves_are_drawn_from_the_activation_itself(qapp):
    widget = QWidget()
    widget.setPalette(theme.palette(theme.DARK))

    def inked_rows(activation: Any) -> np.ndarray:
        image = curve_icon(activation, widget).pixmap(22, 14).toImage()
        inked = np.array(
            [[image.pixelColor(x, y).alpha() > 100 for x in range(22)] for y in range(14)]
        )
        return np.array([np.flatnonzero(column).mean() for column in inked.T if column.any()])

    rising = inked_rows(ReLU())
    assert rising[0] > rising[-1], "up is towards the top"
    assert abs(rising[0] - rising[len(rising) // 3]) < 1, "flat where z is negative"
    assert not np.array_equal(inked_rows(Sigmoid()), inked_rows(BinaryStep()))
    assert curve_icon(LeakyReLU(b=0.5), widget) is not curve_icon(LeakyReLU(b=0.01), widget)
