"""Cards of layers that look at pictures: shapes, costs, and what cannot work with the reason."""

from dataclasses import replace

import pytest
from person import click, find, type_text
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from room import faults

from playground.nn.layers import AveragePool, Conv2D, Dense, Dropout, Flatten, MaxPool, Residual
from playground.training.experiment import DataSettings, Experiment

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

NETWORK = (
    Conv2D(4, padding="valid", name="conv2d_1"),
    MaxPool(name="max_pool_1"),
    Conv2D(6, padding="valid", name="conv2d_2"),
    Flatten(name="flatten_1"),
)


@pytest.fixture
def window(qtbot, open_window):
    window = open_window("digits")
    window.lens_area.show_lens("data")
    assert window.session.open(Experiment(data=DataSettings(name="digits"), layers=NETWORK))
    qtbot.waitUntil(lambda: window.session.snapshot is not None)
    return window


def layers(window):
    return window.session.experiment.layers


def card(window, place):
    return find(window, f"layerCard{place}")


def menu_at(window, gap):
    """Open the menu of a gap; return what it offers by kind."""
    column = window.build_column.layers.cards()[0].parentWidget()
    click(column.gaps[gap])
    menu = find(window, "addLayerMenu")
    return menu, {action.data(): action for action in menu.actions() if action.data()}


def add(window, gap, kind):
    menu, actions = menu_at(window, gap)
    place = menu.actionGeometry(actions[kind]).center()
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=place)


def test_cards_tell_maps_kernel_shapes_and_costs(window):
    editor = window.build_column.layers
    told = [each.shape_label.text() for each in editor.cards()]
    assert told == ["8² → 6²", "6² → 3²", "3² → 1²", "6·1² → 6"]
    first, pool = card(window, 0), card(window, 1)
    assert find(first, "mapsBox").currentText() == "4 maps"
    assert find(first, "kernelBox").currentText() == "3×3"
    assert find(pool, "poolBox").currentText() == "2×2"
    assert find(first, "activationBox").currentText() == "ReLU"
    products = 4 * 36 * 9 + 6 * 36 + 60
    assert editor.header.whole_text() == f"Network · {40 + 222 + 70} parameters"
    assert editor.cost_label.whole_text() == f"{products:,} multiply-adds an example"
    assert first.accessibleDescription() == "8² → 6², 40 parameters, 1,296 multiply-adds"
    assert pool.height() < first.height() / 2


def test_maps_and_kernel_are_typed_as_they_read(window):
    type_text(find(card(window, 0), "kernelBox"), "2×2")
    type_text(find(card(window, 0), "mapsBox"), "16 maps")
    assert layers(window)[0] == replace(NETWORK[0], maps=16, kernel=2)
    assert card(window, 0).shape_label.text() == "8² → 7²"
    type_text(find(card(window, 0), "kernelBox"), "3x5")
    assert "whole number" in card(window, 0).sentence
    assert layers(window)[0].kernel == 2


def test_the_other_settings_of_a_pool_show_where_it_is_selected(window):
    pool = card(window, 1)
    stride = find(pool, "strideBox")
    assert not stride.isVisible()
    pool.setFocus()
    assert stride.isVisible()
    type_text(stride, "1")
    assert card(window, 1).shape_label.text() == "6² → 5²"
    card(window, 0).setFocus()
    assert stride.isVisible(), "what is not as usual stays in view"


def test_a_shape_that_cannot_work_is_told_in_the_card_that_asked(window):
    kernel = find(card(window, 0), "kernelBox")
    type_text(kernel, "9")
    assert card(window, 0).sentence == (
        "Conv 1 cannot work like this. A kernel of 9×9 does not fit into pictures of 8×8: 8 is the "
        "largest that does, or fill up with zeros (padding “same”)."
    )
    assert kernel.currentText() == "3×3"
    type_text(kernel, "7")  # leaves 2×2 for the pool, and 1×1 for Conv 2
    sentence = card(window, 0).sentence
    assert sentence.startswith("Conv 2 cannot work like this. A kernel of 3×3 does not fit")
    assert "1 is the largest that does" in sentence
    assert [each.sentence for each in window.build_column.layers.cards()[1:]] == ["", "", ""]
    assert layers(window) == NETWORK
    type_text(kernel, "2")
    assert card(window, 0).sentence == ""
    assert layers(window)[0].kernel == 2


def test_removing_and_moving_are_refused_where_a_later_layer_could_not_work(window):
    flat = card(window, 3)
    flat.setFocus()
    QTest.keyClick(flat, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert flat.sentence.startswith("Conv 2 cannot work like this. A layer that looks at pictures")
    assert layers(window) == NETWORK
    click(flat.remove_button)
    assert layers(window) == NETWORK[:3]
    window.session.past.undo()
    assert layers(window) == NETWORK


def test_the_menu_offers_what_can_stand_in_a_gap(window):
    menu, actions = menu_at(window, 4)
    assert not actions["conv2d"].isEnabled()
    assert "6 numbers in a row come: place it before Flatten" in actions["max_pool"].toolTip()
    assert actions["dense"].isEnabled()
    menu.hide()
    menu, actions = menu_at(window, 1)
    assert not actions["flatten"].isEnabled()
    assert "Max pool 1 cannot work like this" in actions["dense"].toolTip()
    assert actions["conv2d"].isEnabled()
    assert "small patterns" in actions["conv2d"].toolTip()
    menu.hide()
    menu, actions = menu_at(window, 3)
    assert "1 is the largest that does" in actions["max_pool"].toolTip()
    menu.hide()


def test_layers_are_added_that_fit(window):
    add(window, 1, "conv2d")
    assert layers(window)[1] == Conv2D(8, name="conv2d_3")
    assert window.session.change("layers", NETWORK)
    add(window, 1, "residual")
    block = layers(window)[1]
    assert isinstance(block, Residual)
    assert [(type(each), each.maps) for each in block.layers] == [(Conv2D, 4), (Conv2D, 4)]
    assert card(window, 1).shape_label.text() == "6² → 6²"
    assert card(window, 1).formula.whole_text() == "x + f(x)"


def test_whole_maps_are_offered_where_there_are_maps(window):
    dropout = Dropout(name="dropout_1")
    assert window.session.change("layers", (*NETWORK[:2], dropout, *NETWORK[2:]))
    assert find(card(window, 2), "whole_mapsBox").isVisible()
    assert window.session.change("layers", (*NETWORK, dropout))
    assert not find(card(window, 4), "whole_mapsBox").isVisible()
    assert find(card(window, 4), "rateBox").isVisible()


def test_data_of_another_shape_are_refused_with_what_to_do(window):
    assert not window.session.change("data.name", "iris")
    told = window.messages.sentence
    assert told.startswith("Iris does not suit these layers: Conv 1 cannot work like this.")
    assert "or choose data with pictures" in told
    assert layers(window) == NETWORK
    assert window.session.experiment.data.name == "digits"
    assert window.session.change("layers", (Dense(4, name="dense_1"),))
    assert window.session.change("data.name", "iris")


@pytest.mark.parametrize("size", [(1024, 700), (1440, 900), (1900, 1100)])
def test_nothing_of_the_cards_is_cut(qtbot, window, size):
    pooled = (*NETWORK[:3], AveragePool(1, name="average_pool_1"), NETWORK[3])
    assert window.session.change("layers", pooled)
    window.resize(*size)
    column = window.build_column
    qtbot.waitUntil(lambda: faults(column, cut_with_tip=size[0] < 1440) == [])
    assert window.size().toTuple() == size
    pool = card(window, 1)
    for width, shapes in ((150, "→ 3²"), (400, "6² → 3²")):
        pool.resize(width, pool.height())
        assert pool.shape_label.text() == shapes
    assert "shape before and after" in pool.toolTip()
    assert pool.accessibleDescription() == "6² → 3², 0 parameters"
