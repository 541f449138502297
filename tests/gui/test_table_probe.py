from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDoubleSpinBox, QLabel, QSlider, QWidget

from playground.data.catalogue import load
from playground.data.preparation import prepare
from playground.gui.probes.feature_row import FeatureRow
from playground.gui.probes.table_probe import TableProbe
from playground.gui.session.probe import Probe
from playground.training.experiment import DataSettings


def table(keep, name):
    widget = TableProbe()
    widget.set_data(prepare(load(name), test_fraction=0.25, standardize=True, seed=0))
    widget.resize(315, 600)
    return keep(widget)


@pytest.fixture
def iris(keep):
    return table(keep, "iris")


def row(widget, index):
    return widget.findChild(FeatureRow, f"featureRow{index}")


def test_a_slider_for_every_feature_with_its_name_unit_and_range(iris):
    rows = iris.findChildren(FeatureRow)
    assert len(rows) == 4
    box = row(iris, 3).findChild(QDoubleSpinBox)
    assert box.suffix() == " cm"
    assert row(iris, 3).findChild(QLabel).text() == "petal width"
    assert (box.minimum(), box.maximum()) == load("iris").feature_ranges[3]


@pytest.mark.filterwarnings("error")
def test_a_class_without_examples_has_no_mean_to_mark(iris):
    judged = DataSettings("iris", task="real_by_class").prepared()
    assert judged.dataset.class_names[-1] == "made"
    iris.set_data(judged)
    marks = [w for w in row(iris, 0).findChildren(QWidget) if "Class means" in w.toolTip()]
    assert [w.toolTip().count("made") for w in marks] == [0]


def test_moving_a_slider_asks_for_its_value(iris):
    heard = []
    iris.probe_requested.connect(heard.append)
    slider = row(iris, 0).findChild(QSlider)
    before = iris.values()
    QTest.keyClick(slider, Qt.Key.Key_End)
    (wanted,) = heard
    assert wanted.inputs[0] == pytest.approx(load("iris").feature_ranges[0][1])
    assert np.array_equal(wanted.inputs[1:], before[1:])
    assert wanted.inputs.dtype == np.float32
    assert iris.probe() is wanted


def test_typing_a_number_asks_for_it_and_moves_the_slider(iris):
    heard = []
    iris.probe_requested.connect(heard.append)
    box, slider = row(iris, 2).findChild(QDoubleSpinBox), row(iris, 2).findChild(QSlider)
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "1.50")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert heard[-1].inputs[2] == pytest.approx(1.5)
    low, high = load("iris").feature_ranges[2]
    assert slider.value() == pytest.approx((1.5 - low) / (high - low) * 1000, abs=1)


def test_showing_an_example_moves_the_sliders_and_asks_for_nothing(iris):
    heard = []
    iris.probe_requested.connect(heard.append)
    dataset = load("iris")
    iris.set_probe(Probe(dataset.inputs[70], "Example 70", label=1))
    iris.set_prediction([0.01, 0.83, 0.16])
    QApplication.processEvents()
    assert iris.values() == pytest.approx(dataset.inputs[70], abs=0.005)
    assert "labelled versicolor  ✓ right" in iris.prediction.readout
    assert heard == []


def test_a_changed_example_has_no_label_any_more(iris):
    iris.set_probe(Probe(load("iris").inputs[70], "Example 70", label=1))
    QTest.keyClick(row(iris, 0).findChild(QSlider), Qt.Key.Key_Right)
    iris.set_prediction([0.01, 0.83, 0.16])
    assert "labelled" not in iris.prediction.readout


def test_the_probe_starts_in_the_middle_of_the_data(iris):
    assert iris.probe().inputs == pytest.approx(np.median(load("iris").inputs, axis=0), abs=0.005)


def test_one_neuron_shows_its_inputs_and_seven_decimals(keep):
    neuron = table(keep, "one-neuron")
    assert neuron.values().tolist() == [2, 3]
    neuron.set_prediction([1 - 0.9990889, 0.9990889], [0.9990889])
    assert "output 0.9990889" in neuron.prediction.readout


def test_the_decimals_can_be_chosen(keep):
    neuron = TableProbe()
    prepared = prepare(load("one-neuron"), test_fraction=0, standardize=False, seed=0)
    neuron.set_data(prepared)
    neuron.prediction.set_output_decimals(2)
    keep(neuron)
    neuron.set_prediction([0.9990889])
    assert "output 1.00" in neuron.prediction.readout


def test_other_data_makes_other_sliders(iris):
    iris.set_data(prepare(load("one-neuron"), test_fraction=0, standardize=False, seed=0))
    QApplication.processEvents()
    rows = [found for found in iris.findChildren(FeatureRow) if found.isVisible()]
    assert len(rows) == 2


def test_every_slider_and_box_has_a_name_and_a_tooltip(iris):
    controls: list[QWidget] = [*iris.findChildren(QSlider), *iris.findChildren(QDoubleSpinBox)]
    assert len(controls) == 8
    for control in controls:
        assert control.accessibleName()
        assert control.toolTip()


def test_a_column_of_texts_is_chosen_and_stays_one_of_them(keep):
    inputs = np.array([[1, 1, 0, 0], [2, 0, 1, 0], [3, 0, 0, 1]] * 4, np.float32)
    colours = ("colour = green", "colour = red", "colour = yellow")
    dataset = replace(
        load("iris"),
        inputs=inputs,
        targets=np.array([0, 1, 2] * 4),
        feature_names=("weight", *colours),
    )
    widget = TableProbe()
    widget.set_data(prepare(dataset, test_fraction=0.25, standardize=True, seed=0))
    keep(widget)
    heard = []
    widget.probe_requested.connect(heard.append)
    box = widget.findChild(QComboBox)
    assert [box.itemText(place) for place in range(box.count())] == ["green", "red", "yellow"]
    assert box.accessibleName() == "colour"
    widget.set_probe(Probe(inputs[1], "Example 2", label=1))
    assert box.currentText() == "red"
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert heard[-1].inputs.tolist() == [2, 0, 0, 1]
    assert len(widget.findChildren(QSlider)) == 1
