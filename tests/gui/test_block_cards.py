"""Blocks of layers in the window: built by mouse and keys, while the network trains."""

import pytest
from person import choose, click, find, type_text
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from playground.analysis.neurons.neuron import Neuron
from playground.gui.panels.network.nesting import names_of
from playground.gui.session.run_state import RunState
from playground.nn.initializers import Given
from playground.nn.layers import Dense, Dropout, Residual
from playground.storage import experiment_file
from playground.training.experiment import Stopping

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

BLOCK = Residual((Dense(32, name="dense_2"), Dense(32, name="dense_3")), name="residual_1")
NETWORK = (Dense(32, name="dense_1"), BLOCK)


@pytest.fixture
def window(qtbot, open_window):
    """Return a window in which a network with a block trains without end."""
    window = open_window("digits-small")
    window.session.change("training.stopping", Stopping(epochs=None))
    assert window.session.change("layers", NETWORK)
    window.session.toggle_training()
    qtbot.waitUntil(lambda: window.session.state is RunState.RUNNING)
    return window


@pytest.fixture
def learns(qtbot, window):
    """Return a function that waits until the network of the last edit has learned something."""
    session = window.session

    def learned(layers, epoch):
        model = session.model
        return model and model.experiment.layers == layers and session.snapshot.epoch > epoch

    def wait():
        layers, epoch = session.experiment.layers, session.snapshot.epoch if session.snapshot else 0
        qtbot.waitUntil(lambda: bool(learned(layers, epoch)))

    return wait


def names(window):
    return names_of(window.session.experiment.layers)


def inside(window, index=1):
    return [layer.name for layer in window.session.experiment.layers[index].layers]


def card(window, place):
    return find(window, f"layerCard{place}")


def add(window, gap, kind):
    click(gap)
    menu = find(window, "addLayerMenu")
    action = next(action for action in menu.actions() if action.data() == kind)
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def gaps(column):
    return column.findChildren(QWidget, "addLayerButton", Qt.FindChildOption.FindDirectChildrenOnly)


def drag(carried, gap):
    """Carry a card by its handle to a gap."""
    start = carried.handle.mapTo(carried, carried.handle.rect().center())
    QTest.mousePress(carried, Qt.MouseButton.LeftButton, pos=start)
    end = carried.mapFromGlobal(gap.mapToGlobal(gap.rect().center()))
    for share in (0.3, 0.7, 1.0):
        QTest.mouseMove(carried, start + (end - start) * share)
    QTest.mouseRelease(carried, Qt.MouseButton.LeftButton, pos=end)


def alt(widget, key):
    QTest.keyClick(widget, key, Qt.KeyboardModifier.AltModifier)


def test_cards_stand_inside_the_cards_of_their_blocks(window):
    block, inner = card(window, 1), card(window, "1_0")
    assert block.isAncestorOf(inner)
    assert inner.accessibleName() == "Dense 2 in Residual 1"
    assert block.accessibleName() == "Residual 1"
    assert block.title.text() == "Residual 1"
    assert inner.shape_label.text() == "32 → 32"
    assert block.formula.whole_text() == "x + f(x)"
    assert not find(block, "trainableBox").isVisible()
    assert [gap.accessibleName() for gap in gaps(block.column)] == [
        "Add a layer before Dense 2 in Residual 1",
        "Add a layer before Dense 3 in Residual 1",
        "Add a layer after Dense 3 in Residual 1",
    ]


def test_a_block_from_the_menu_has_as_many_units_as_come_in(window, learns):
    add(window, gaps(card(window, 0).parentWidget())[2], "residual")
    block = window.session.experiment.layers[2]
    assert names(window)[-3:] == ["residual_2", "dense_4", "dense_5"]
    assert [layer.units for layer in block.layers] == [32, 32]
    assert card(window, 2).hasFocus()
    assert card(window, 2).formula.whole_text() == "x + f(x)"
    learns()


def test_a_block_in_a_block_gets_cards_too(window, learns):
    add(window, gaps(card(window, 1).column)[1], "residual")
    assert inside(window) == ["dense_2", "residual_2", "dense_3"]
    inner = card(window, "1_1_0")
    assert inner.accessibleName() == "Dense 3 in Residual 2"
    assert card(window, "1_1").accessibleName() == "Residual 2 in Residual 1"
    learns()


def test_units_inside_are_edited_and_another_number_brings_a_projection(window, learns):
    type_text(card(window, "1_1").units_box, "16")
    assert window.session.experiment.layers[1].layers[1].units == 16
    block = card(window, 1)
    assert block.formula.whole_text() == "P·x + f(x)"
    assert "32 numbers" in block.formula.toolTip()
    assert "makes 16" in block.formula.toolTip()
    assert find(block, "trainableBox").isVisible()
    assert block.shape_label.text() == "32 → 16"
    learns()


def test_a_layer_is_dragged_in_and_out(window, learns):
    carried = card(window, 0)
    add(window, gaps(carried.parentWidget())[0], "dropout")
    dropout = card(window, 0)
    drag(dropout, gaps(card(window, 2).column)[1])
    assert inside(window) == ["dense_2", "dropout_1", "dense_3"]
    assert card(window, "1_1") is dropout
    assert dropout.hasFocus()
    assert dropout.accessibleName() == "Dropout 1 in Residual 1"
    drag(dropout, gaps(carried.parentWidget())[2])
    assert names(window)[-1] == "dropout_1"
    assert card(window, 2) is dropout
    assert dropout.accessibleName() == "Dropout 1"
    learns()


def test_a_block_is_not_dragged_into_itself(window):
    drag(card(window, 1), gaps(card(window, 1).column)[1])
    assert window.session.experiment.layers == NETWORK


def test_keys_bring_a_layer_through_a_block_and_keep_its_details_open(window, learns):
    moved = card(window, 0)
    moved.details_button.click()
    moved.setFocus()
    for expected in ("1_0", "1_1", "1_2"):
        alt(moved, Qt.Key.Key_Down)
        assert card(window, expected.replace("1_", "0_")) is moved
        assert moved.hasFocus()
    alt(moved, Qt.Key.Key_Down)
    assert names(window) == ["residual_1", "dense_2", "dense_3", "dense_1"]
    assert find(moved, "dropoutBox").isVisible()
    alt(moved, Qt.Key.Key_Up)
    assert inside(window, 0) == ["dense_2", "dense_3", "dense_1"]
    learns()


def test_arrow_keys_and_tab_visit_the_cards_as_they_stand(window):
    card(window, 0).setFocus()
    seen = []
    for _ in range(4):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
        seen.append(QApplication.focusWidget().objectName())
    assert seen == ["layerCard1", "layerCard1_0", "layerCard1_1", "outputCard"]
    card(window, 1).setFocus()
    seen = []
    for _ in range(14):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget().objectName())
    editors = ["unitsBox", "activationBox", "detailsButton", "removeLayerButton"]
    assert seen == [
        "addLayerButton", "layerCard1_0", *editors, "addLayerButton", "layerCard1_1", *editors,
        "addLayerButton", "removeLayerButton",
    ]  # fmt: skip


def test_removing_undoing_and_redoing_inside(window, learns):
    target = card(window, "1_0")
    target.setFocus()
    QTest.keyClick(target, Qt.Key.Key_Delete)
    assert inside(window) == ["dense_3"]
    assert card(window, "1_0").hasFocus()
    window.commands["undoAction"].trigger()
    assert window.session.experiment.layers == NETWORK
    window.commands["redoAction"].trigger()
    assert inside(window) == ["dense_3"]
    learns()


def test_undoing_a_move_keeps_the_card_and_the_focus_in_it(window):
    moved = card(window, 0)
    moved.setFocus()
    alt(moved, Qt.Key.Key_Down)
    moved.activation_box.setFocus()
    window.commands["undoAction"].trigger()
    assert window.session.experiment.layers == NETWORK
    assert card(window, 0) is moved
    assert moved.activation_box.hasFocus()


def test_the_last_layer_inside_stays_and_the_block_says_why(window):
    click(card(window, "1_0").remove_button)
    click(card(window, "1_0").remove_button)
    assert inside(window) == ["dense_3"]
    block = card(window, 1)
    assert "expects a layer inside" in block.sentence
    only = card(window, "1_0")
    only.setFocus()
    alt(only, Qt.Key.Key_Up)
    assert inside(window) == ["dense_3"]
    add(window, gaps(block.column)[0], "dense")
    assert block.sentence == ""


def test_a_block_is_copied_with_new_names_inside(window, learns):
    block = card(window, 1)
    block.setFocus()
    QTest.keyClick(block, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert names(window)[-3:] == ["residual_2", "dense_4", "dense_5"]
    inner = card(window, "2_0")
    inner.setFocus()
    QTest.keyClick(inner, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert inside(window, 2) == ["dense_4", "dense_6", "dense_5"]
    learns()


def test_an_absurd_layer_inside_is_refused_in_its_own_card(window):
    type_text(card(window, "1_1").units_box, "9000000")
    assert "GiB" in card(window, "1_1").sentence
    assert card(window, 1).sentence == card(window, "1_0").sentence == ""
    assert window.session.experiment.layers == NETWORK


def test_a_name_inside_that_is_taken_is_refused_in_its_own_card(window):
    doubled = Residual((Dense(32, name="dense_2"), Dense(32, name="dense_1")), name="residual_1")
    assert not window.session.change("layers", (NETWORK[0], doubled))
    assert "Two layers" in card(window, 1).column.cards[1].sentence


def test_weights_written_by_hand_begin_as_those_inside(window, learns):
    learns()
    inner = card(window, "1_0")
    inner.details_button.click()
    choose(find(inner, "initializerBox"), "Given")
    given = window.session.experiment.layers[1].layers[0].initializer
    assert isinstance(given, Given)
    assert len(given.weights) == 32 * 32
    type_text(card(window, 0).units_box, "24")
    assert not isinstance(window.session.experiment.layers[1].layers[0].initializer, Given)


def test_a_neuron_inside_is_frozen_and_silenced_by_the_menu(window, learns):
    window.session.attention.select(Neuron("dense_2", 3))
    window.commands["freezeNeuronAction"].trigger()
    window.commands["silenceNeuronAction"].trigger()
    first = window.session.experiment.layers[1].layers[0]
    assert (first.frozen, first.silenced) == ("3", "3")
    window.session.attention.select(Neuron("residual_1", 3))
    assert not window.commands["freezeNeuronAction"].isEnabled()
    card(window, "1_1").setFocus()
    window.commands["freezeLayerAction"].trigger()
    assert not window.session.experiment.layers[1].layers[1].trainable
    learns()
    card(window, 1).setFocus()
    assert not window.commands["freezeLayerAction"].isEnabled(), "it only adds"
    learns()


def test_a_network_with_blocks_is_saved_and_opened(window, tmp_path):
    add(window, gaps(card(window, 1).column)[1], "dropout")
    path = tmp_path / "blocks.playground"
    assert window.document.write(path)
    saved = experiment_file.read(path)
    assert saved.experiment.layers == window.session.experiment.layers
    assert saved.experiment.layers[1].layers[1] == Dropout(name="dropout_1")


@pytest.mark.parametrize("width", [250, 275])
def test_cards_inside_keep_within_a_narrow_column(window, width):
    add(window, gaps(card(window, 1).column)[1], "residual")
    editor = find(window, "layerEditor")
    assert editor.minimumSizeHint().width() <= width - 24
    editor.resize(width - 24, editor.sizeHint().height())
    for inner in window.build_column.layers.cards():
        right = inner.mapTo(editor, QPoint(inner.width(), 0)).x()
        assert right <= editor.width()
