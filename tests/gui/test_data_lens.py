"""The data lens: what it tells of a data set and of one example, with a running session."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton, QWidget

from playground import fields
from playground.data.augmentation import Augmentation
from playground.data.catalogue import load
from playground.data.drawing.drawing import read_strokes
from playground.data.drawing.sample import drawn_three
from playground.data.summary import class_counts
from playground.errors import MissingDataError
from playground.gui.lenses.data.data_lens import DataLens
from playground.gui.lenses.data.value_grid import ValueGrid
from playground.gui.look import theme
from playground.gui.probes.pixel_table import cell_texts
from playground.gui.session.probe import Probe, example_probe
from playground.gui.widgets.cells import Cell
from playground.gui.widgets.example_wall import ExampleWall
from playground.training.experiment import DataSettings, Experiment
from playground.training.task_fit import fitted

ALL_KINDS = Augmentation(turn=10, scale=0.1, shear=0.2, shift=1, thickness=0.2)


@pytest.fixture
def opened(qtbot, session, keep):
    def open_lens(name, width=800, height=450, **changes):
        session.open(experiment_on(name, **changes))
        lens = DataLens(session)
        lens.on_data(session.prepared)
        lens.probe_requested.connect(session.set_probe)
        lens.resize(width, height)
        keep(lens)
        lens.set_in_view(True)
        summarized(qtbot, lens)
        return lens

    return open_lens


def experiment_on(name, augmentation=None, **changes):
    data = DataSettings(name=name, **changes)
    experiment = fitted(dataclasses.replace(Experiment(), data=data), data.load())
    if augmentation is not None:
        experiment = fields.replace_at(experiment, "training.augmentation", augmentation)
    return experiment


def summarized(qtbot, lens):
    qtbot.waitUntil(lambda: lens.summary is not None)


def button(lens, name):
    return lens.findChild(QPushButton, name)


def shows_row(lens, path):
    return not lens.settings.form.editor(path).parentWidget().isHidden()


def test_the_header_tells_size_split_range_source_and_licence(opened):
    lens = opened("digits")
    facts, origin = lens.header.facts.text(), lens.header.origin.text()
    for words in (
        "1,797 examples",
        "8×8 pixels = 64 features",
        "10 classes",
        "1,437 training · 360 test",
        "values 0 to 1",
    ):
        assert words in facts
    assert lens.header.title.text() == "Digits 8×8"
    assert "Alpaydin" in origin
    assert "CC BY 4.0" in origin


def test_counts_are_told_for_each_class(opened, session):
    lens = opened("iris", test_fraction=0.2)
    assert (
        lens.classes.rows.accessibleDescription()
        == "setosa: 40 training, 10 test examples; versicolor: 40 training, 10 test examples; "
        "virginica: 40 training, 10 test examples"
    )


def test_a_clicked_thumbnail_comes_into_the_hand(qtbot, opened, session):
    lens = opened("digits")
    rows = lens.classes.rows
    index = rows.example_at(3, 2)
    assert session.prepared.dataset.targets[index] == 3
    assert index in session.prepared.train_index
    spot = rows.visualRect(rows.cells.index(3, 3 + 2)).center()
    qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert session.probe.title == f"Training example {index + 1}"
    assert lens.shown_probe is session.probe


def test_a_click_beside_the_pictures_takes_none_in_hand(qtbot, opened, session):
    lens = opened("digits")
    rows, before = lens.classes.rows, session.probe
    for column in range(3):
        spot = rows.visualRect(rows.cells.index(2, column)).center()
        qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert session.probe is before


def test_thumbnails_are_reached_with_the_keyboard(qtbot, opened, session):
    lens = opened("digits")
    rows = lens.classes.rows
    rows.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Return):
        qtbot.keyClick(rows, key)
    np.testing.assert_array_equal(
        session.probe.inputs, session.prepared.dataset.inputs[rows.example_at(1, 1)]
    )


def test_others_shows_other_examples_of_each_class(qtbot, opened):
    lens = opened("digits")
    before = lens.classes.rows.example_at(5, 0)
    qtbot.mouseClick(button(lens, "otherExamplesButton"), Qt.MouseButton.LeftButton)
    assert lens.classes.rows.example_at(5, 0) != before


def test_the_wall_shows_sixty_four_training_examples(qtbot, opened, session):
    lens = opened("digits")
    qtbot.mouseClick(button(lens, "dataWallButton"), Qt.MouseButton.LeftButton)
    wall = lens.findChild(ExampleWall)
    seen = wall.examples.viewport().rect()
    model = wall.examples.model()
    places = [k for k in range(200) if seen.intersects(wall.examples.visualRect(model.index(k)))]
    assert wall.examples.indices[places].tolist() == session.prepared.train_index[:64].tolist()
    wall.close()


def test_without_a_probe_the_first_training_example_is_shown(opened, session):
    lens = opened("digits")
    assert session.probe is None
    first = session.prepared.train_index[0]
    np.testing.assert_array_equal(lens.shown_probe.inputs, session.prepared.dataset.inputs[first])


def test_the_table_holds_the_pixels_as_the_data_and_as_the_network_sees_them(opened, session):
    lens = opened("digits", standardize=True)
    probe = example_probe(session.prepared, 17)
    session.set_probe(probe)
    grid = lens.example.grid
    expected = [f"{value:.2f}" for value in np.round(probe.inputs.astype(float), 2)]
    assert [text for row in grid.written for text in row] == expected
    lens.example.values_box.setCurrentIndex(1)
    seen = session.prepared.normalization.apply(probe.inputs)
    numbers = [float(text.replace("−", "-")) for row in grid.written for text in row]
    np.testing.assert_allclose(numbers, seen, atol=0.0051)


def test_a_pixel_that_is_pointed_at_is_worked_out(qtbot, opened, session):
    lens = opened("digits", standardize=True)
    session.set_probe(example_probe(session.prepared, 17))
    spot = lens.example.grid.cell_rect(Cell(0, 2, 3)).center()
    qtbot.mouseMove(lens.example.grid.viewport(), spot)
    lens.example.grid.point_at(Cell(0, 2, 3))
    text = lens.example.sentence.text()
    assert text.startswith("row 3, column 4: ")
    seen = session.prepared.normalization.apply(session.probe.inputs)[19]
    assert text.endswith(f"= {float(seen):.4g}".replace("-", "−"))


def test_a_drawing_shows_its_stages(opened, session):
    lens = opened("digits")
    assert lens.example.stages.isHidden()
    stages = read_strokes(drawn_three(), session.prepared.dataset.drawing)
    session.set_probe(Probe(stages.input, "Your drawing", stages=stages))
    assert not lens.example.stages.isHidden()
    session.set_probe(example_probe(session.prepared, 3))
    assert lens.example.stages.isHidden()


def test_an_example_of_other_data_that_comes_before_they_do_is_none_of_these(opened, session):
    lens = opened("circles")
    example = Probe(session.prepared.dataset.inputs[0], "Training example 0", label=7, row=0)
    session.probe = example
    lens.on_reading(None)
    assert lens.shown_probe.title == "An example that is gone"


def test_each_augmentation_is_shown_singly_and_all_together(qtbot, opened, session):
    lens = opened("digits", augmentation=ALL_KINDS)
    samples = lens.augmentation
    qtbot.waitUntil(lambda: len(samples.rows) == 6)
    assert [name for name, _ in samples.rows] == [
        "Turn ±10°",
        "Scale ±0.1",
        "Shear ±0.2",
        "Shift ±1 px",
        "Thickness ±0.2 px",
        "all together",
    ]
    before = samples.rows[0][1][0]
    qtbot.mouseClick(button(lens, "newSampleButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not np.array_equal(samples.rows[0][1][0], before))
    session.change("training.augmentation", Augmentation(turn=20))
    qtbot.waitUntil(lambda: [name for name, _ in samples.rows] == ["Turn ±20°"])
    session.change("training.augmentation", Augmentation())
    assert samples.rows == ()
    assert lens.augmentation.sentence.text().startswith("Off")


def test_samples_follow_the_example(qtbot, opened, session):
    lens = opened("digits", augmentation=Augmentation(thickness=0.01))
    for index in range(5):
        session.set_probe(example_probe(session.prepared, index))
    pixels = session.probe.inputs.reshape(8, 8)
    rows = lens.augmentation
    qtbot.waitUntil(lambda: bool(rows.rows) and np.abs(rows.rows[0][1][0] - pixels).mean() < 0.06)


def test_samples_of_one_data_set_are_not_asked_of_another(qtbot, opened, session):
    lens = opened("digits", augmentation=ALL_KINDS)
    qtbot.waitUntil(lambda: len(lens.augmentation.rows) == 6)
    lens.augmentation.samples_requested.emit()
    session.open(experiment_on("iris"))
    summarized(qtbot, lens)
    session.change("training.learning_rate", 0.01)
    assert lens.augmentation.isHidden()
    assert lens.shown_probe.inputs.shape == (4,)


def test_features_of_a_table_are_told(opened):
    lens = opened("iris")
    rows = lens.features.rows.model()
    told = rows.data(rows.index(4, 0), Qt.ItemDataRole.ToolTipRole)
    assert told.startswith("<qt>petal length (cm): 1 to ")
    assert lens.example.rows.text(0, 0) == "sepal length (cm)"
    assert lens.augmentation.isHidden()


def test_a_regression_shows_its_target(opened):
    lens = opened("bumps")
    assert lens.classes.heading.text() == "Target"
    assert lens.classes.target.accessibleDescription().startswith("mean ")
    assert lens.classes.rows.isHidden()


@pytest.mark.parametrize(
    ("name", "offered"),
    [
        ("digits", {"data.test_fraction", "data.standardize", "data.seed"}),
        (
            "spirals",
            {"data.test_fraction", "data.noise", "data.examples", "data.standardize", "data.seed"},
        ),
        ("xor-points", {"data.standardize"}),
        ("one-neuron", {"data.standardize"}),
    ],
)
def test_only_settings_that_change_something_are_offered(opened, name, offered):
    lens = opened(name)
    paths = ("test_fraction", "noise", "examples", "standardize", "seed")
    shown = {f"data.{path}" for path in paths if shows_row(lens, f"data.{path}")}
    assert shown == offered
    assert button(lens, "newSplitButton").isHidden() == ("data.seed" not in offered)


def test_settings_change_the_experiment_and_the_counts(qtbot, opened, session):
    lens = opened("spirals")
    lens.settings.form.change_requested.emit("data.test_fraction", 0.5)
    assert session.experiment.data.test_fraction == 0.5
    assert lens.settings.caption.whole_text() == "250 training · 250 test examples"
    summarized(qtbot, lens)
    assert lens.summary.histograms[0].counts.sum() == 250
    seed = session.experiment.data.seed
    qtbot.mouseClick(button(lens, "newSplitButton"), Qt.MouseButton.LeftButton)
    assert session.experiment.data.seed != seed


def test_a_refused_value_is_explained_beside_its_editor(opened, session):
    lens = opened("one-neuron")
    session.refused.emit("data.test_fraction", "Nothing would be left.")
    assert lens.settings.form.error_at("data.test_fraction") == "Nothing would be left."


def test_mnist_keeps_to_its_published_test_part(opened, session):
    try:
        load("mnist")
    except MissingDataError as missing:
        pytest.skip(str(missing))
    lens = opened("mnist")
    assert lens.settings.caption.whole_text() == "60,000 training · 10,000 test, as published"
    assert not shows_row(lens, "data.test_fraction")
    assert len(lens.example.grid.written) == 28
    assert "in hundredths" in lens.example.sentence.text()
    np.testing.assert_array_equal(
        class_counts(session.prepared)[0], np.bincount(session.prepared.train_targets)
    )


@pytest.mark.parametrize("name", ["digits", "iris", "bumps", "xor-points", "one-neuron"])
@pytest.mark.parametrize("look", ["dark", "light"])
def test_every_kind_of_data_is_painted_in_both_themes(qapp, opened, name, look):
    theme.apply(qapp, look)
    lens = opened(name, augmentation=ALL_KINDS if name == "digits" else None)
    for width, height in ((800, 450), (330, 400)):
        lens.resize(width, height)
        assert not lens.grab().isNull()


def test_a_narrow_lens_has_one_column(qtbot, opened):
    lens = opened("digits")

    def left_edges():
        return {
            part.mapTo(lens, QPoint(0, 0)).x()
            for part in (lens.classes, lens.example, lens.settings, lens.features)
        }

    qtbot.waitUntil(lambda: len(left_edges()) == 2)
    lens.resize(330, 400)
    qtbot.waitUntil(lambda: len(left_edges()) == 1)


def test_every_control_is_named(opened):
    lens = opened("spirals")
    for path in ("test_fraction", "noise", "examples", "standardize", "seed"):
        editor = lens.settings.form.editor(f"data.{path}")
        assert editor.objectName()
        assert editor.accessibleName()
    for name in ("newSplitButton", "dataWallButton", "otherExamplesButton", "newSampleButton"):
        assert button(lens, name).accessibleName()
    assert lens.findChild(QWidget, "dataValuesBox").accessibleName()


def test_a_pixels_statistics_are_read_out(opened):
    lens = opened("digits")
    pixels = lens.features.pixels
    at = pixels.block_rect(0).topLeft() + QPoint(1, 1)
    assert pixels.sentence(pixels.cell_at(at)) == "row 1, column 1: mean 0, deviation 0"
    assert pixels.cell_at(QPoint(pixels.width() - 1, pixels.height() - 1)) is None


@pytest.mark.parametrize(
    ("largest", "cell", "first", "unit"),
    [
        (1.0, 30, "0.25", ""),
        (1.0, 13, "25", ", in hundredths"),
        (5.0, 13, "2", ", in tenths"),
        (16.0, 30, "0", ""),
    ],
)
def test_numbers_are_counted_in_what_fits_their_cells(largest, cell, first, unit):
    texts, told = cell_texts(np.array([[0.25, largest]]), cell)
    assert texts[0][0] == first
    assert told == unit


def test_a_negative_number_has_a_true_minus_and_zero_has_none():
    texts, _ = cell_texts(np.array([[-0.5, -0.001, 1.5]]), 30)
    assert texts == [["−0.50", "0.00", "1.50"]]


def test_a_grid_is_as_high_as_its_cells(keep, qapp):
    grid = ValueGrid(str)
    keep(grid)
    grid.set_values(np.zeros((8, 8)), np.zeros((8, 8)))
    assert grid.heightForWidth(400) == 8 * 32
    assert grid.heightForWidth(160) == 8 * 20


def test_a_validation_part_can_be_held_back(opened, session):
    lens = opened("iris", test_fraction=0.2)
    assert shows_row(lens, "data.validation_fraction")
    lens.settings.form.change_requested.emit("data.validation_fraction", 0.25)
    assert lens.settings.caption.whole_text() == "90 training · 30 validation · 30 test examples"
    told = lens.classes.rows.accessibleDescription()
    assert told.startswith("setosa: 30 training, 10 validation, 10 test examples; ")
    assert "validation" in lens.classes.legend.text()
    held = int(session.prepared.validation.rows[0])
    assert example_probe(session.prepared, held).title == f"Validation example {held + 1}"


def test_points_too_few_to_part_offer_no_validation_part(opened):
    assert not shows_row(opened("xor-points"), "data.validation_fraction")
