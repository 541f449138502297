"""Diagram, heat maps and curves can be read as a table, and copied."""

import pytest
from person import click, find
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def window(open_window, qtbot):
    window = open_window("article-iris")
    window.probe_column.show_something()
    window.session.step_epoch()
    qtbot.waitUntil(lambda: window.session.snapshot.epoch == 1)
    return window


def table_of(window, view):
    """Press T in a view; return the window that opens."""
    view.setFocus()
    view.activateWindow()
    QTest.keyClick(view, Qt.Key.Key_T)
    return find(window, "tableWindow", QDialog)


@pytest.mark.parametrize(
    ("lens", "name"),
    [
        ("network", "networkDiagram"),
        ("activations", "activationHeatmap"),
        ("weights", "weightMatrix"),
        ("confusion", "confusionMatrix"),
    ],
)
def test_what_is_painted_can_be_read_as_a_table(window, qtbot, lens, name):
    window.lens_area.show_lens(lens)
    view = find(window, name)
    qtbot.waitUntil(lambda: len(view.figures().rows) > 0)
    figures = view.figures()
    assert all(row[-1] for row in figures.rows)
    shown = table_of(window, view)
    last = len(figures.headings) - 1
    assert shown.table.text(2, last) == figures.rows[2][last]
    assert shown.windowTitle() == view.accessibleName()
    shown.reject()


def test_the_curves_can_be_copied_as_a_table(window, qtbot):
    history = window.session.timeline.history()
    shown = table_of(window, find(window, "lossCurve"))
    click(find(shown, "copyTableButton"))
    head, *rows = QGuiApplication.clipboard().text().splitlines()
    assert head.split("\t")[:2] == ["Epoch", "Train loss"]
    assert len(rows) == len(history)
    assert rows[-1].split("\t")[1] == f"{history.last('train_loss'):.3f}"
    click(find(shown, "closeTableButton"))
    assert not shown.isVisible()


def test_the_table_keeps_its_moment(window, qtbot):
    shown = table_of(window, find(window, "lossCurve"))
    rows = shown.table.cells.rowCount()
    window.session.step_epoch()
    qtbot.waitUntil(lambda: window.session.snapshot.epoch == 2)
    assert shown.table.cells.rowCount() == rows
    shown.reject()
