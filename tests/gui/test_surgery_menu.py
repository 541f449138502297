"""The Network menu: what it offers for the selection, what each command does, and undoing it."""

import numpy as np
import pytest
from person import message
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from playground.analysis.neurons.neuron import Neuron


@pytest.fixture
def window(open_window):
    return open_window("article-iris")


@pytest.fixture
def trained(qtbot, window):
    step_epoch(qtbot, window)
    return window


def step_epoch(qtbot, window):
    before = window.session.snapshot.epoch
    window.session.step_epoch()
    qtbot.waitUntil(lambda: window.session.snapshot.epoch > before)


def weights(window, name="dense_1.weights"):
    return window.session.model.network.views()[name]


def trigger(window, name):
    assert window.commands[name].isEnabled(), name
    window.commands[name].trigger()


def ask(window, name, dialog):
    trigger(window, name)
    found = window.findChild(QDialog, dialog)
    assert found is not None
    return found


def test_commands_that_need_a_selection_say_so(window):
    for name, missing in (
        ("freezeLayerAction", "Select a layer first"),
        ("freezeNeuronAction", "Select a neuron first"),
        ("silenceNeuronAction", "Select a neuron first"),
    ):
        assert not window.commands[name].isEnabled()
        assert missing in window.commands[name].toolTip()
    for name in ("addNoiseAction", "pruneAction", "resetLayerAction", "checkGradientsAction"):
        assert window.commands[name].isEnabled()


@pytest.mark.parametrize(
    ("neuron", "silence", "reason"),
    [
        (Neuron("input", 1), "freezeNeuronAction", "An input has no weights"),
        (Neuron("output", 1), "silenceNeuronAction", "Outputs are what the loss is measured on"),
    ],
)
def test_what_cannot_be_done_to_a_neuron_is_explained(window, neuron, silence, reason):
    window.session.attention.select(neuron)
    assert not window.commands[silence].isEnabled()
    assert reason in window.commands[silence].toolTip()


def test_a_card_or_a_neuron_selects_the_layer(qtbot, window):
    window.session.attention.select(Neuron("dense_1", 2))
    assert window.commands["freezeLayerAction"].text() == "&Freeze Dense 1"
    window.build_column.layers.output_card.setFocus(Qt.FocusReason.OtherFocusReason)
    qtbot.waitUntil(
        lambda: window.commands["freezeLayerAction"].text() == "&Freeze the output layer"
    )
    assert window.commands["silenceNeuronAction"].text() == "Silence neuron 3 of Dense 1"


def test_a_frozen_layer_stays_while_the_others_learn_and_undo_lets_it_go(qtbot, trained):
    window = trained
    window.session.attention.select(Neuron("dense_1", 0))
    trigger(window, "freezeLayerAction")
    assert not window.session.experiment.layers[0].trainable
    assert window.commands["freezeLayerAction"].text() == "&Unfreeze Dense 1"
    assert window.session.past.undo_title == "Freeze Dense 1"
    qtbot.waitUntil(lambda: "test accuracy" in message(window))
    held, free = weights(window).copy(), weights(window, "output.weights").copy()
    step_epoch(qtbot, window)
    np.testing.assert_array_equal(weights(window), held)
    assert (weights(window, "output.weights") != free).any()
    assert window.build_column.layers.cards()[0].details_button.text().startswith("frozen · ")
    qtbot.waitUntil(lambda: window.session.past.undo_title == "Train 1 epoch")
    window.commands["undoAction"].trigger()
    window.commands["undoAction"].trigger()
    assert window.session.experiment.layers[0].trainable
    step_epoch(qtbot, window)
    assert (weights(window) != held).any()


def test_a_silenced_neuron_answers_0_and_speaks_again(qtbot, trained):
    window = trained
    window.probe_column.show_something()
    window.session.attention.select(Neuron("dense_1", 1))
    trigger(window, "silenceNeuronAction")
    qtbot.waitUntil(lambda: window.session.model.experiment.layers[0].silenced == "1")
    qtbot.waitUntil(lambda: window.session.reading is not None)
    assert window.session.reading.traces[0].a[1, 0] == 0
    assert window.session.past.undo_title == "Silence neuron 2 of Dense 1"
    assert "1 silenced" in window.build_column.layers.cards()[0].details_button.text()
    assert window.commands["silenceNeuronAction"].text() == "Bring back neuron 2 of Dense 1"
    trigger(window, "silenceNeuronAction")
    qtbot.waitUntil(lambda: window.session.model.experiment.layers[0].silenced == "")


def test_a_frozen_neuron_of_the_output_is_kept_in_its_settings(window):
    window.session.attention.select(Neuron("output", 2))
    trigger(window, "freezeNeuronAction")
    assert window.session.experiment.output.frozen == "2"
    assert "1 frozen" in window.build_column.layers.output_card.details_button.text()


def test_pruning_says_how_many_weights_go_and_what_it_cost_and_can_be_undone(qtbot, trained):
    window = trained
    before = weights(window).copy()
    dialog = ask(window, "pruneAction", "pruneDialog")
    assert dialog.layer is None
    count = sum(view.size for name, view in window.session.model.network.views().items()
                if name.endswith("weights"))  # fmt: skip
    assert dialog.effect_label.text().startswith(f"{int(0.3 * count)} of {count} weights become 0")
    dialog.layer_box.setCurrentIndex(dialog.layer_box.findData("dense_1"))
    dialog.amount_box.lineEdit().setText("50 %")
    half = before.size // 2
    assert dialog.effect_label.text().startswith(f"{half} of {before.size} weights become 0")
    dialog.confirm_button.click()
    qtbot.waitUntil(lambda: np.count_nonzero(weights(window) == 0) == half)
    qtbot.waitUntil(lambda: message(window).startswith("Prune the smallest 50 % of the weights of "
                                                       f"Dense 1 ({half} of {before.size}): test "
                                                       "accuracy "))  # fmt: skip
    window.commands["undoAction"].trigger()
    qtbot.waitUntil(lambda: np.array_equal(weights(window), before))


def test_noise_moves_every_weight_of_the_layer_that_was_selected(qtbot, trained):
    window = trained
    window.session.attention.select(Neuron("output", 0))
    before, others = weights(window, "output.weights").copy(), weights(window).copy()
    dialog = ask(window, "addNoiseAction", "noiseDialog")
    assert dialog.layer == "output"
    assert f"{before.size} weights change" in dialog.effect_label.text()
    dialog.confirm_button.click()
    qtbot.waitUntil(lambda: (weights(window, "output.weights") != before).all())
    np.testing.assert_array_equal(weights(window), others)


def test_a_layer_is_reset_alone(qtbot, trained):
    window = trained
    before, others = weights(window).copy(), weights(window, "output.weights").copy()
    dialog = ask(window, "resetLayerAction", "resetLayerDialog")
    dialog.layer_box.setCurrentIndex(dialog.layer_box.findData("dense_1"))
    assert "of Dense 1 start again" in dialog.effect_label.text()
    dialog.confirm_button.click()
    qtbot.waitUntil(lambda: (weights(window) != before).all())
    np.testing.assert_array_equal(weights(window, "output.weights"), others)


def test_a_share_that_is_refused_cannot_be_confirmed(window):
    dialog = ask(window, "pruneAction", "pruneDialog")
    box = dialog.amount_box
    box.lineEdit().selectAll()
    box.setFocus()
    box.lineEdit().setText("0.02")
    assert not dialog.confirm_button.isEnabled()
    assert "less than one" in dialog.effect_label.text()
    box.lineEdit().setText("140")
    box.lineEdit().setModified(True)
    box.lineEdit().editingFinished.emit()
    assert not dialog.confirm_button.isEnabled()
    assert "must be a number from 0.01 to 100" in dialog.effect_label.text()
    dialog.reject()


def test_cancelling_changes_nothing(window):
    dialog = ask(window, "addNoiseAction", "noiseDialog")
    dialog.buttons.button(dialog.buttons.StandardButton.Cancel).click()
    assert not window.session.past.can_undo


def test_bad_text_for_neurons_is_refused_beside_its_box(qtbot, window):
    card = window.build_column.layers.cards()[0]
    card.details_button.click()
    box = card.findChild(QDialog.__base__, "silencedBox")
    box.setFocus()
    qtbot.keyClicks(box, "first")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert window.session.experiment.layers[0].silenced == ""
    box.clear()
    qtbot.keyClicks(box, "3,1 , 2")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert window.session.experiment.layers[0].silenced == "0–2"
    assert box.text() == "1–3"


def test_a_card_is_frozen_from_its_own_menu(window):
    card = window.build_column.layers.cards()[0]
    menu = card._make_menu()
    action = next(a for a in menu.actions() if a.objectName() == "freezeCardAction")
    action.trigger()
    assert not window.session.experiment.layers[0].trainable
    assert card.details_button.text().startswith("frozen · ")
    action.trigger()
    assert window.session.experiment.layers[0].trainable


def test_the_view_menu_shows_two_lenses_and_the_inspector(window):
    area = window.lens_area
    trigger(window, "sideBySideAction")
    assert area.second.isVisible()
    assert window.commands["sideBySideAction"].isChecked()
    trigger(window, "sideBySideAction")
    assert not area.second.isVisible()
    window.session.attention.select(Neuron("dense_1", 0))
    assert window.commands["inspectorAction"].isChecked()
    trigger(window, "inspectorAction")
    assert not area.inspector.isVisible()
    assert not window.commands["inspectorAction"].isChecked()
