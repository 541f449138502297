"""The preset box lists every preset, the faulty ones under a heading that cannot be chosen."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow

from playground.gui.window.actions import Actions
from playground.gui.window.tool_bar import ToolBar
from playground.training.presets import FAULTS, NAMES, preset


@pytest.fixture
def box(qtbot):
    window = QMainWindow()
    bar = ToolBar(Actions(window))
    window.setCentralWidget(bar)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    return bar.preset_box


def test_every_preset_is_listed_in_order(box):
    listed = [box.itemData(row) for row in range(box.count())]
    assert [name for name in listed if name] == list(NAMES)


def test_the_heading_parts_the_faults_and_cannot_be_chosen(box, qtbot):
    heading = box.findText(FAULTS)
    names = [box.itemData(row) for row in range(heading + 1, box.count())]
    assert all(preset(name).group == FAULTS for name in names)
    assert not box.model().item(heading).flags() & Qt.ItemFlag.ItemIsSelectable
    last = box.itemData(heading - 2)
    box.setCurrentIndex(heading - 2)
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert box.currentData() == names[0]
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert box.currentData() == last
