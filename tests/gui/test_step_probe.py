"""Sequences that nobody can draw are set step by step."""

import numpy as np
import pytest
from person import click, find, hover
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSlider, QDoubleSpinBox, QLabel

from playground.data.catalogue import load
from playground.data.preparation import prepare
from playground.gui.probes.step_probe import StepProbe
from playground.gui.session.probe import example_probe
from playground.gui.widgets.cells import Cell

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def probe_of(keep):
    def shown(name):
        dataset = load(name, examples=50, steps=12)
        prepared = prepare(dataset, test_fraction=0.2, standardize=False, seed=0)
        panel = StepProbe()
        panel.set_data(prepared)
        panel.resize(315, 768)
        panel.asked, panel.pointed = [], []
        panel.probe_requested.connect(panel.asked.append)
        panel.step_pointed.connect(panel.pointed.append)
        return keep(panel), prepared

    return shown


def cell_place(panel, step, row=0):
    line, column = divmod(step, panel.grid.blocks[0].columns)
    return panel.grid.cell_rect(Cell(line, row, column)).center()


def test_a_click_flips_a_bit(probe_of):
    panel, prepared = probe_of("memory-parity")
    before = panel.probe().inputs.reshape(2, 12)
    assert panel.probe().row in prepared.test_index
    QTest.mouseClick(panel.grid.viewport(), Qt.MouseButton.LeftButton, pos=cell_place(panel, 3))
    after = panel.asked[-1].inputs.reshape(2, 12)
    assert np.array_equal(after[:, 3], 1 - before[:, 3])
    assert np.array_equal(np.delete(after, 3, 1), np.delete(before, 3, 1))
    assert panel.asked[-1].label is None


def test_bits_are_typed_one_after_another(probe_of):
    panel, _ = probe_of("memory-parity")
    QTest.keyClick(panel.grid, Qt.Key.Key_Home)
    QTest.keyClicks(panel.grid, "0110")
    assert panel.asked[-1].inputs.reshape(2, 12).argmax(axis=0)[:4].tolist() == [0, 1, 1, 0]
    assert panel.grid.current.column == 4


def test_the_mouse_over_a_step_points_at_it(probe_of):
    panel, _ = probe_of("memory-parity")
    hover(panel.grid.viewport(), cell_place(panel, 5))
    assert panel.pointed[-1] == 5


def test_another_example_of_the_test_part_is_taken(probe_of):
    panel, prepared = probe_of("memory-copy")
    click(find(panel, "anotherSequenceButton"))
    assert panel.asked[-1].row in prepared.test_index


def test_what_is_asked_at_a_step_is_known_and_said_where_nothing_is(probe_of):
    panel, prepared = probe_of("memory-copy")
    row = panel.probe().row
    wanted = int(prepared.dataset.targets[row, -1])
    in_time = np.full((20, 8), 0.0)
    in_time[:, wanted] = 1.0
    panel.set_prediction(in_time[-1], None, in_time)
    assert "✓ right" in panel.prediction.readout
    panel.set_step(6)
    assert panel.prediction.readout.endswith("nothing is asked at this step")


def test_a_click_takes_a_step_of_numbers_and_its_box_sets_it(probe_of):
    panel, _ = probe_of("memory-addition")
    QTest.mouseClick(panel.grid.viewport(), Qt.MouseButton.LeftButton, pos=cell_place(panel, 4))
    box = panel.findChildren(QDoubleSpinBox)[0]
    assert box.value() == pytest.approx(panel.probe().inputs[4], abs=0.006)
    box.setValue(0.25)
    assert panel.asked[-1].inputs.reshape(2, 12)[0, 4] == pytest.approx(0.25)
    assert panel.findChildren(QAbstractSlider)


def test_an_example_is_shown_by_its_title(probe_of):
    panel, prepared = probe_of("memory-parity")
    probe = example_probe(prepared, 7)
    panel.set_probe(probe)
    assert any(label.text() == probe.title for label in panel.findChildren(QLabel))
    assert panel.asked == []


def test_every_step_is_read_aloud(probe_of):
    panel, _ = probe_of("memory-copy")
    rows = panel.grid.figures().rows
    assert len(rows) == 3 + 12 + 3
    assert rows[-3][-1] == "Step 16: go."
