"""The why lens: explained answers, nearest examples and ascents, with a running session."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox, QPushButton

from playground.analysis.neurons.neuron import Neuron
from playground.analysis.why.attribution import explain
from playground.analysis.why.neighbours import NeighbourSearch
from playground.gui.lenses.why.why_lens import WhyLens
from playground.gui.lenses.why.wording import aligned
from playground.gui.look import theme
from playground.gui.session.probe import Probe, example_probe
from playground.gui.session.run_state import RunState
from playground.gui.widgets.cells import Cell
from playground.gui.widgets.figure_table import FigureTable
from playground.nn.layers import Conv2D, Flatten, GlobalAveragePool, MaxPool
from playground.training.experiment import DataSettings, Experiment
from playground.training.presets import preset


@pytest.fixture
def opened(qtbot, session, keep):
    def open_lens(name, index=None, experiment=None):
        session.open(experiment or preset(name).experiment)
        qtbot.waitUntil(lambda: session.model is not None)
        lens = WhyLens(session)
        lens.on_data(session.prepared)
        session.data_changed.connect(lens.on_data)
        lens.resize(800, 520)
        keep(lens)
        lens.set_in_view(True)
        lens.probe_requested.connect(session.set_probe)
        if index is not None:
            session.set_probe(example_probe(session.prepared, index))
            shown(qtbot, lens)
        return lens

    return open_lens


def shown(qtbot, lens):
    qtbot.waitUntil(lambda: lens.explanation is not None and lens.neighbours.found is not None)


def centre(rect):
    return rect.center().toPoint()


def columns_of(lens):
    parts = (lens.gradient, lens.occlusion, lens.neighbours, lens.ascent)
    return len({part.mapTo(lens, QPoint(0, 0)).x() for part in parts})


def test_without_a_probe_the_lens_says_what_to_do(opened):
    lens = opened("digits-small")
    assert not lens.gradient.isVisible()
    assert not lens.ascent.go_button.isVisible()


def test_a_probe_is_explained_for_the_predicted_class(opened, session):
    lens = opened("digits-small", 5)
    found = lens.explanation
    expected = explain(
        session.model, session.prepared, row=session.probe.inputs, label=None, patch=1
    )
    np.testing.assert_allclose(lens.gradient.values, expected.gradient)
    np.testing.assert_allclose(lens.occlusion.values, expected.falls)
    assert found.label == int(session.reading.shares.argmax())
    limit = np.abs(expected.gradient).max()
    highest = lens.gradient.map.summary.split()[-1].lstrip("+")
    assert float(highest) == pytest.approx(limit, rel=0.01)
    assert len(highest.replace(".", "").lstrip("0")) <= 3
    assert lens.neighbours.wall.isVisible()
    assert "logit" in lens.gradient.caption.whole_text()


def test_another_class_is_chosen_by_keyboard(qtbot, opened, session):
    lens = opened("digits-small", 5)
    box = lens.findChild(QComboBox, "whyClassBox")
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: lens.explanation.label == 9)
    assert "p(9) = " in lens.answer.whole_text()
    expected = explain(session.model, session.prepared, row=session.probe.inputs, label=9, patch=1)
    np.testing.assert_allclose(lens.gradient.values, expected.gradient)


def test_a_larger_patch_hides_more(qtbot, opened, session):
    lens = opened("digits-small", 5)
    box = lens.findChild(QComboBox, "patchBox")
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: lens.explanation.patch == 3)
    assert "3 × 3" in lens.occlusion.caption.whole_text()


def test_gradient_times_input_shows_what_is_there(qtbot, opened, session):
    lens = opened("digits-small", 5)
    box = lens.findChild(QComboBox, "gradientBox")
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    found = lens.explanation
    np.testing.assert_allclose(lens.gradient.values, found.gradient * session.probe.inputs)


def test_pointing_at_a_pixel_reads_its_numbers(qtbot, opened, session):
    lens = opened("digits-small", 5)
    picture = lens.gradient.map
    qtbot.mouseMove(picture.viewport(), picture.cell_rect(Cell(0, 3, 4)).center())
    qtbot.waitUntil(lambda: lens.gradient.sentence.text().startswith("Row 4, column 5"))
    value = f"{lens.explanation.gradient[28]:+.4g}".replace("-", "−")
    assert lens.gradient.sentence.text().endswith(f"gradient {value}")
    picture.setFocus()
    qtbot.keyClick(picture, Qt.Key.Key_Right)
    assert lens.gradient.sentence.text().startswith("Row 4, column 6")
    picture.clearFocus()
    assert lens.gradient.sentence.text().startswith("Blue pixels would raise")


def test_nearest_examples_follow_the_chosen_layer(qtbot, opened, session):
    lens = opened("digits-small", 5)
    box = lens.findChild(QComboBox, "spaceBox")
    names = [box.itemText(place) for place in range(box.count())]
    assert names[0] == "Input"
    assert names[-1] == "Output"
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: lens.neighbours.found.space == "input")
    expected = NeighbourSearch().nearest(
        session.model,
        session.prepared,
        row=session.probe.inputs,
        space="input",
        is_example=True,
    )
    np.testing.assert_array_equal(lens.neighbours.found.indices, expected.indices)
    assert f"of these {len(expected.indices)}" in lens.neighbours.sentence.text()


def test_a_neighbour_is_taken_in_hand_by_mouse_and_keyboard(qtbot, opened, session):
    lens = opened("digits-small", 5)
    wall = lens.neighbours.wall
    third = int(lens.neighbours.found.indices[2])
    with qtbot.waitSignal(lens.probe_requested) as asked:
        spot = wall.visualRect(wall.model().index(2)).center()
        qtbot.mouseClick(wall.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    np.testing.assert_array_equal(asked.args[0].inputs, session.prepared.dataset.inputs[third])
    qtbot.waitUntil(lambda: third not in lens.neighbours.found.indices)
    second = int(lens.neighbours.found.indices[1])
    wall.setFocus()
    with qtbot.waitSignal(lens.probe_requested) as asked:
        while (at := wall.currentIndex().row()) != 1:
            qtbot.keyClick(wall, Qt.Key.Key_Right if at < 1 else Qt.Key.Key_Left)
        qtbot.keyClick(wall, Qt.Key.Key_Return)
    np.testing.assert_array_equal(asked.args[0].inputs, session.prepared.dataset.inputs[second])


def test_an_ascent_raises_the_class_and_becomes_the_probe(qtbot, opened, session):
    lens = opened("digits-small", 5)
    session.toggle_training()
    qtbot.waitUntil(lambda: session.snapshot.step > 15)
    session.toggle_training()
    qtbot.waitUntil(lambda: session.state is RunState.PAUSED)
    paused_at = session.snapshot.step
    session.step_batch()  # its snapshot is the last one
    qtbot.waitUntil(lambda: session.snapshot.step > paused_at)
    part = lens.ascent
    label = (int(session.reading.shares.argmax()) + 3) % 10
    part.class_box.setCurrentIndex(part.class_box.findData(label))
    button = lens.findChild(QPushButton, "ascendButton")
    lens.neighbours.wall.setFocus()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(9, 9))
    assert button.text() == "Stop"
    start = part.ascent.answer
    qtbot.waitUntil(lambda: part.ascent.steps >= 8 or part.ascent.settled)
    if part.running:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(9, 9))
    assert not part.running
    assert part.ascent.answer > start
    made = part.ascent.inputs
    take = lens.findChild(QPushButton, "takeDreamButton")
    with qtbot.waitSignal(lens.probe_requested) as asked:
        qtbot.mouseClick(take, Qt.MouseButton.LeftButton, pos=QPoint(9, 9))
    probe = asked.args[0]
    assert isinstance(probe, Probe)
    np.testing.assert_array_equal(probe.inputs, made)
    assert "made more like a" in probe.title
    assert part.ascent is None
    assert not take.isEnabled()


def test_starting_again_brings_back_the_example(qtbot, opened, session):
    lens = opened("article-iris", 70)
    part = lens.ascent
    qtbot.mouseClick(part.go_button, Qt.MouseButton.LeftButton, pos=QPoint(9, 9))
    qtbot.waitUntil(lambda: part.ascent.steps > 0 or part.ascent.settled)
    again = lens.findChild(QPushButton, "ascentResetButton")
    qtbot.mouseClick(again, Qt.MouseButton.LeftButton, pos=QPoint(9, 9))
    assert part.ascent is None
    assert not part.running
    assert not again.isEnabled()


def test_an_ascent_ends_when_the_lens_is_hidden(qtbot, opened):
    lens = opened("digits-small", 5)
    lens.ascent.go_button.click()
    assert lens.ascent.running
    lens.hide()
    assert not lens.ascent.running


def test_a_table_shows_bars_with_numbers(opened, session):
    lens = opened("article-iris", 70)
    assert lens.gradient.bars.isVisible()
    assert not lens.gradient.map.isVisible()
    assert lens.gradient.bars.rows == (0, 1, 2, 3)
    mean = session.prepared.dataset.inputs[session.prepared.train_index].mean(axis=0)
    hidden = session.probe.inputs.copy()
    hidden[2] = mean[2]
    label = lens.explanation.label
    both = session.model.probabilities(np.stack([session.probe.inputs, hidden]))[:, label]
    assert lens.occlusion.values[2] == pytest.approx(both[0] - both[1], abs=1e-6)


def test_the_arrow_on_the_plane_points_where_the_answer_rises(opened, session):
    lens = opened("spirals", 12)
    assert lens.gradient.arrow.isVisible()
    start, end = lens.gradient.arrow.ends()
    way = np.array([end.x() - start.x(), start.y() - end.y()])
    slope = lens.explanation.gradient
    np.testing.assert_allclose(way / np.linalg.norm(way), slope / np.linalg.norm(slope), atol=1e-6)
    lens.product_box.setCurrentIndex(1)
    assert lens.gradient.arrow.ends() == (start, end)


@pytest.mark.parametrize("name", ["article-xor", "article-neuron"])
def test_a_single_sigmoid_has_two_classes_to_explain(qtbot, opened, session, name):
    lens = opened(name, 0)
    names = session.prepared.dataset.class_names
    if not names:
        assert not lens.class_box.isVisible()
        return
    lens.class_box.setCurrentIndex(1)
    qtbot.waitUntil(lambda: lens.explanation.label == 0)
    first = lens.gradient.values.copy()
    lens.class_box.setCurrentIndex(2)
    qtbot.waitUntil(lambda: lens.explanation.label == 1)
    np.testing.assert_allclose(lens.gradient.values, -first)


def test_a_regression_is_explained_and_changed_by_its_output(qtbot, opened, session):
    lens = opened("bumps", 4)
    assert not lens.class_box.isVisible()
    assert "ŷ" in lens.gradient.caption.whole_text()
    assert lens.ascent.go_button.text() == "Make the output"
    part = lens.ascent
    part.class_box.setCurrentIndex(part.class_box.findData(0))
    part.go_button.click()
    before = part.ascent.answer
    qtbot.waitUntil(lambda: part.ascent.steps > 2 or part.ascent.settled)
    assert part.ascent.settled or part.ascent.answer < before
    part.take_button.click()
    assert session.probe.title.endswith("made lower")


def test_weights_that_are_no_numbers_are_told(qtbot, opened, session):
    lens = opened("digits-small", 5)
    broken = dataclasses.replace(
        session.snapshot, parameters=np.full_like(session.snapshot.parameters, np.nan)
    )
    session.model.show(broken)
    found = explain(session.model, session.prepared, row=session.probe.inputs, label=None, patch=1)
    lens.explanation = found
    lens._show_explanation()
    assert "reset" in lens.gradient.sentence.text()
    assert "not a number" in lens.answer.whole_text()
    lens.neighbours.show_found(
        NeighbourSearch().nearest(
            session.model, session.prepared, row=session.probe.inputs, space=lens.neighbours.space
        )
    )
    assert "not finite" in lens.neighbours.sentence.text()
    lens.ascent.go_button.click()
    qtbot.waitUntil(lambda: not lens.ascent.running)
    lens.grab()


def test_other_data_empty_the_lens(qtbot, opened, session):
    lens = opened("digits-small", 5)
    session.open(preset("article-iris").experiment)
    assert not lens.gradient.isVisible()
    qtbot.waitUntil(lambda: session.model is not None)
    session.set_probe(example_probe(session.prepared, 3))
    qtbot.waitUntil(lambda: lens.gradient.bars.isVisible())


def test_losing_the_probe_empties_the_lens(opened, session):
    lens = opened("digits-small", 5)
    session.set_probe(None)
    assert not lens.gradient.isVisible()


@pytest.mark.parametrize("mode", ["dark", "light"])
def test_every_width_has_room_for_all_parts(qapp, qtbot, opened, mode):
    theme.apply(qapp, mode)
    lens = opened("digits-small", 5)
    for width, columns in ((800, 3), (540, 2), (330, 1)):
        lens.resize(width, 400)
        inside = lens.gradient.parentWidget()
        qtbot.waitUntil(
            lambda columns=columns, width=width, inside=inside: (
                columns_of(lens) == columns and inside.width() <= width
            )
        )
        for part in (lens.gradient, lens.occlusion, lens.neighbours, lens.ascent):
            assert part.geometry().right() < inside.width()


def test_every_control_has_a_name_and_a_tip(opened):
    lens = opened("digits-small", 5)
    for kind in (QComboBox, QPushButton):
        for control in lens.findChildren(kind):
            assert control.objectName(), control
            assert control.accessibleName(), control.objectName()
            assert control.toolTip(), control.objectName()


def test_features_before_and_now_stand_in_a_table(opened, session):
    lens = opened("article-iris", 70)
    table = lens.findChild(FigureTable, "pairTable")
    names = session.prepared.dataset.feature_names
    assert [table.text(row, 0) for row in range(4)] == list(names)
    for column in (1, 2):
        shown = [float(table.text(row, column)) for row in range(4)]
        np.testing.assert_allclose(shown, session.probe.inputs, rtol=1e-3)


def test_an_answer_that_nothing_moves_is_told(opened, session):
    lens = opened("article-iris", 70)
    session.model.network.parameters[:] = 0
    row = session.probe.inputs
    lens.explanation = explain(session.model, session.prepared, row=row, label=None, patch=1)
    lens._show_explanation()
    assert lens.gradient.sentence.text().startswith("Every number here is 0")
    assert "−" not in lens.gradient.bars.accessibleDescription()


def test_the_class_that_neighbours_were_compared_with_goes_with_its_data(qtbot, opened, session):
    lens = opened("digits-small", 0)
    lens.neighbours.set_label(9)
    session.change("data.name", "circles")
    qtbot.waitUntil(lambda: session.model is not None)
    inputs = session.prepared.dataset.inputs[0]
    search = NeighbourSearch().nearest
    lens.neighbours.show_found(search(session.model, session.prepared, row=inputs, space="input"))
    assert "labelled like" not in lens.neighbours.sentence.text()


def test_the_only_training_example_has_no_neighbours(opened):
    lens = opened("article-neuron", 0)
    assert "no training example but this one" in lens.neighbours.sentence.text()


@pytest.mark.parametrize(
    ("value", "largest", "text"),
    [
        (0.2504, 0.999, "+0.250"),
        (-0.00002, 0.999, "0.000"),
        (-3.9862, 3.99, "−3.99"),
        (1234.4, 1234.4, "+1,234"),
        (0.0, 1e-12, "0"),
    ],
)
def test_numbers_of_a_row_of_bars_have_equally_many_decimals(value, largest, text):
    assert aligned(value, largest) == text


def with_maps(*layers):
    maps = (
        Conv2D(4, name="conv"),
        MaxPool(name="pool"),
        *(dataclasses.replace(layer, name=f"layer_{i}") for i, layer in enumerate(layers)),
    )
    return Experiment(data=DataSettings(name="digits"), layers=maps)


def test_a_network_with_maps_offers_a_class_map_in_the_gradient_s_place(opened, session, qtbot):
    lens = opened("digits", 5, with_maps(Flatten()))
    box = lens.findChild(QComboBox, "gradientBox")
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_End)
    assert box.currentText() == "class map"
    assert lens.gradient.heading.text() == "Class activation"
    np.testing.assert_array_equal(lens.gradient.values, lens.explanation.class_map.pixels)
    assert lens.gradient.caption.whole_text() == "ReLU(Σ α·A), α = mean ∂(z − z̄)/∂A"
    assert "Grad-CAM over the maps A of" in lens.gradient.sentence.text()
    session.open(Experiment(data=DataSettings(name="digits")))
    qtbot.waitUntil(lambda: box.count() == 2)
    session.set_probe(example_probe(session.prepared, 5))
    qtbot.waitUntil(lambda: lens.explanation is not None and lens.explanation.class_map is None)
    assert lens.gradient.heading.text() == "Input gradient"


def test_behind_the_means_of_its_maps_it_is_cam(opened):
    lens = opened("digits", 5, with_maps(GlobalAveragePool()))
    lens.product_box.setCurrentIndex(2)
    assert lens.gradient.caption.whole_text().startswith("Σ (w − w̄)·A, w the weights of the ")
    assert "orange ones against it" in lens.gradient.sentence.text()


def test_the_selected_map_or_its_place_can_be_asked_for(opened, session, qtbot):
    lens = opened("digits", 5, with_maps(Flatten()))
    box = lens.ascent.class_box
    assert box.count() == 10
    session.attention.select(Neuron("conv", 2 * 64 + 10))
    names = [box.itemText(place) for place in range(box.count())][10:]
    assert names == [
        "what conv · map 3 asks for",
        "what conv · map 3, row 2, column 3 asks for",
    ]
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_End)
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert "J = mean z −" in lens.ascent.caption.whole_text()
    before = lens.ascent.ascent
    lens.ascent.go_button.click()
    qtbot.waitUntil(lambda: lens.ascent.ascent.steps > 2)
    lens.ascent.stop()
    assert before is None
    assert lens.ascent.sentence.text().startswith("Its mean z: ")
    lens.ascent.take_button.click()
    assert session.probe.title.endswith("made more like what conv · map 3 asks for")
    session.attention.select(None)
    assert box.count() == 10
