"""Two networks in one window: their cards, their settings, and what is believed of a drawing."""

from dataclasses import replace

import numpy as np
import pytest
from pair import pair
from person import find
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from playground.analysis.generated.belief import Means
from playground.data import catalogue
from playground.data.drawing.sample import drawn_three
from playground.data.judged import MADE, unjudged
from playground.data.own.painted import PaintedPoints
from playground.gui.lenses.step.step_lens import StepThroughLens
from playground.gui.panels.curves.curves import CurvesPanel
from playground.gui.probes.belief_panel import BeliefPanel
from playground.gui.probes.plane_layer import PlaneScene
from playground.gui.probes.plane_probe import PlaneProbe
from playground.gui.window.build_column import BuildColumn
from playground.gui.window.probe_column import ProbeColumn
from playground.nn.activations import Identity, Sigmoid, Softmax
from playground.nn.losses import LogLoss
from playground.training.adversarial import Adversarial
from playground.training.edits.painted_task import on_painted
from playground.training.history import History
from playground.training.made_metrics import made_metrics_of
from playground.training.presets import preset
from playground.training.recipes import Supervised

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def column(session, keep, qtbot):
    """Return the column of cards and settings of a pair."""
    column = keep(BuildColumn(session))
    column.resize(280, 900)
    assert session.open(pair())
    qtbot.waitUntil(lambda: column.generator is not None)
    return column


def test_each_player_has_cards_under_its_own_heading(column, session):
    generator, discriminator = column.generator, column.layers
    assert generator.header.whole_text() == "Generator"
    assert discriminator.header.whole_text() == "Discriminator"
    assert generator.count_label.text() == "472 parameters"  # 3·6 + 6 + 6·64 + 64
    assert discriminator.count_label.text() == "397 parameters"  # 64·6 + 6 + 6·1 + 1
    assert find(column, "networksHeader").whole_text() == "Networks · 869 parameters"
    assert find(column, "generatorCard0").title.whole_text() == "Dense 1"
    assert find(column, "layerCard0").title.whole_text() == "Dense 1"
    assert generator.output_card.units_label.text() == "8×8"


def test_a_generators_layer_is_changed_added_and_removed_and_undone(column, session, qtbot):
    editor = column.generator
    box = find(editor, "generatorCard0").units_box
    box.value_requested.emit(9)
    assert session.experiment.recipe.layers[0].units == 9
    assert session.experiment.layers[0].units == 6
    find(editor, "generatorCard0").duplicate_requested.emit()
    names = [layer.name for layer in session.experiment.recipe.layers]
    assert names == ["generator_dense_1", "generator_dense_2"]
    find(editor, "generatorCard0").remove_requested.emit()
    assert [layer.name for layer in session.experiment.recipe.layers] == names[1:]
    for _ in range(3):
        session.past.undo()
    qtbot.waitUntil(lambda: session.experiment == pair())


def test_the_noise_is_chosen_in_the_first_card(column, session):
    box = find(column, "noiseSizeBox")
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert session.experiment.recipe.noise == 4
    assert find(column, "generatorCard0").info.input_shape == (4,)


def test_a_refused_change_is_told_in_the_generators_card(column, session):
    assert column.show_refusal("recipe.layers.0.units", "Too many.")
    assert find(column, "generatorCard0").sentence == "Too many."
    assert not find(column, "layerCard0").sentence


def test_a_card_that_is_selected_tells_the_layer(column, qtbot):
    with qtbot.waitSignal(column.layer_selected) as caught:
        find(column, "generatorCard0").setFocus()
    assert caught.args == ["generator_dense_1"]


def test_the_form_has_both_players_settings_and_gives_them_up(column, session, qtbot):
    form = column.training
    form.editor("recipe.learning_rate").value_requested.emit(0.002)
    form.editor("training.learning_rate").value_requested.emit(0.003)
    recipe, training = session.experiment.recipe, session.experiment.training
    assert (recipe.learning_rate, training.learning_rate) == (0.002, 0.003)
    steps = form.editor("recipe.steps")
    assert steps.currentText() == "1 : 1"
    steps.setFocus()
    steps.lineEdit().selectAll()
    QTest.keyClicks(steps.lineEdit(), "3 : 1")
    QTest.keyClick(steps.lineEdit(), Qt.Key.Key_Return)
    assert session.experiment.recipe.steps == 3
    assert form.editor("recipe.optimizer.beta1").isVisibleTo(form)
    assert session.open(preset("digits-small").experiment)
    qtbot.waitUntil(lambda: not column.generator.isVisible())
    assert column.layers.header.whole_text().startswith("Network · ")


@pytest.fixture
def drawn(session, keep, qtbot):
    """Return the column of the probe with a 3 on the canvas, once its belief is told."""
    column = keep(ProbeColumn(session))
    column.resize(300, 900)
    assert session.open(pair())
    qtbot.waitUntil(lambda: session.snapshot is not None)
    column.canvas.draw(drawn_three())
    qtbot.waitUntil(lambda: column.canvas.belief.bar.share is not None)
    return column


def test_the_discriminator_tells_how_real_a_drawing_is(drawn, session, qtbot):
    belief = drawn.canvas.belief
    assert belief.isVisible()
    assert not drawn.canvas.prediction.isVisible()
    row = session.probe.inputs[None]
    assert belief.bar.share == pytest.approx(float(session.model.outputs(row)[0, 0]))
    qtbot.waitUntil(lambda: belief.means.texts[1] != "")
    qtbot.waitUntil(lambda: belief.pictures._slopes is not None)
    assert belief.pictures.captions[:2] == ("8×8 seen", "each pixel")


def test_noise_is_looked_for_that_makes_the_drawing(drawn, session, qtbot):
    belief = drawn.canvas.belief
    with qtbot.waitSignal(session.attention.noise_shown) as caught:
        belief.find_button.click()
        assert not belief.find_button.isEnabled()
    assert len(caught.args[0]) == 3
    assert belief.find_button.isEnabled()
    assert belief.said.text().startswith("They differ by ")
    assert belief.pictures.captions[2:] == ("made", "differs")


def test_a_drawing_is_added_to_the_real_ones(drawn, qtbot):
    with qtbot.waitSignal(drawn.canvas.taught) as caught:
        drawn.canvas.belief.add_button.click()
    assert caught.args[1] == "real"


def test_other_networks_are_answered_as_ever(drawn, session, qtbot):
    assert session.open(preset("digits-small").experiment)
    qtbot.waitUntil(lambda: drawn.canvas.prediction.isVisible())
    assert not drawn.canvas.belief.isVisible()


def test_belief_is_green_from_half_on(keep):
    panel = keep(BeliefPanel())
    panel.set_belief(0.7)
    panel.set_means((0.5, 0.25))
    assert panel.means.texts == ("70 %", "50 %", "25 %")
    assert panel.bar.accessibleDescription() == "70.0 % real"
    assert Means(0.5, 0.25).real == 0.5


def test_both_losses_and_what_is_judged_real_are_drawn(keep):
    epochs = np.arange(3)
    columns = {
        "train_loss": [0.7, 0.6, 0.5],
        "test_loss": [0.7, 0.6, 0.6],
        "generator_loss": [0.8, 0.9, 1.0],
        "train_accuracy": [0.5, 0.6, 0.7],
        "test_accuracy": [0.5, 0.6, 0.7],
        "real_share": [0.5, 0.6, 0.7],
        "made_share": [0.5, 0.4, 0.25],
    }
    panel = keep(CurvesPanel())
    panel.set_history(History(epochs, {name: np.array(each) for name, each in columns.items()}))
    assert panel.loss_header.legend_text.endswith("G 1.000")
    assert panel.score_header.title == "Judged real"
    assert panel.score_header.legend_text == "real 70.0 % · made 25.0 %"
    panel.tools.measure_changed.emit("accuracy")
    assert panel.score_header.legend_text == "train 70.0 % · test 70.0 %"


def test_the_turn_of_either_player_is_walked_through(session, keep, qtbot):
    assert session.open(pair())
    lens = keep(StepThroughLens(session))
    lens.resize(900, 600)
    lens.set_in_view(True)
    source = lens.controls.source
    qtbot.waitUntil(lambda: source.count() == 4)
    lengths = {}
    for player in ("batch", "discriminator", "generator"):
        source.setCurrentIndex(source.findData(player))
        lens.begin()
        qtbot.waitUntil(lambda: lens.slow_step is not None)
        lengths[player] = len(lens.slow_step.stages)
        lens._forget()
    assert lengths["discriminator"] + lengths["generator"] == lengths["batch"]
    assert session.open(preset("digits-small").experiment)
    qtbot.waitUntil(lambda: session.model is not None and session.model.generator is None)
    assert source.count() == 2


def test_the_timeline_knows_the_runs_of_two_players(session, keep, qtbot):
    assert session.open(pair())
    qtbot.waitUntil(lambda: session.snapshot is not None)
    session.toggle_training()
    qtbot.waitUntil(lambda: session.snapshot.epoch == 2 and not session.running)
    session.timeline.fetch()
    assert len(session.timeline.family()) == 1


def test_points_of_one_class_are_enough_to_be_made(keep):
    data = pair("circles").data.prepared()
    probe = keep(PlaneProbe())
    probe.set_data(data)
    one = PaintedPoints(np.zeros((4, 2), np.float32), np.zeros(4, np.uint8))
    assert not one.trainable
    assert probe.enough(one)
    scene = PlaneScene.of_painted(one, np.zeros(4, bool), data.dataset)
    assert scene.class_names == ("made", "real")
    assert set(scene.targets.tolist()) == {1}
    probe.set_data(replace(data, dataset=unjudged(data.dataset)))
    assert not probe.enough(one)


def test_a_pair_goes_on_from_painted_points():
    experiment = pair("circles")
    plain = unjudged(experiment.data.load())
    painted = PaintedPoints.of(plain).to_dataset("own-x", "X", plain)
    catalogue.edit(painted)
    try:
        changed, said = on_painted(experiment, painted)
    finally:
        catalogue.forget(painted.name)
    assert changed.recipe == experiment.recipe
    assert not said


def test_a_generators_output_reaches_the_data(session):
    assert session.open(preset("circles").experiment)
    assert session.change("recipe", Adversarial())
    assert isinstance(session.experiment.recipe.output.activation, Identity)
    assert session.open(preset("digits-small").experiment)
    assert session.change("recipe", Adversarial())
    assert isinstance(session.experiment.recipe.output.activation, Sigmoid)


def test_what_is_made_on_the_plane_is_measured_by_its_divergence():
    of_points = made_metrics_of(("made_share", "made_divergence"))
    assert [metric.name for metric in of_points] == ["divergence", "share"]
    of_pictures = made_metrics_of(("made_share", "made_score", "made_class_3"))
    assert [metric.name for metric in of_pictures] == ["share", "score"]


def test_the_target_brings_a_generator_along_and_takes_it_away(column, session, qtbot):
    discriminating = session.experiment
    assert session.change("data.task", "labels")
    assert session.experiment.recipe == Supervised()
    assert session.experiment.output.activation == Softmax()
    assert column.generator.isHidden()
    qtbot.waitUntil(lambda: column.findChild(QWidget, "discriminatorStepsBox") is None)

    assert session.change("data.task", "real_by_class")
    assert session.experiment.recipe.conditional
    assert session.prepared.dataset.class_names[-1] == MADE
    assert session.experiment.output.activation == Softmax()
    assert not column.generator.isHidden()

    assert session.change("data.task", "real")
    assert not session.experiment.recipe.conditional
    assert session.past.undo_title == "Target: real or made"
    assert session.experiment.output.activation == Sigmoid()
    assert session.experiment.training.loss == LogLoss()
    qtbot.waitUntil(lambda: find(column, "targetBox").currentText() == "real or made")

    for _ in range(3):
        session.past.undo()
    assert session.experiment == discriminating


def test_one_output_never_takes_softmax(session):
    assert session.open(pair())
    session.change("output.activation", Softmax())
    assert session.experiment.output.activation == Sigmoid()
