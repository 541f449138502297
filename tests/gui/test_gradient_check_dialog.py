"""The gradient check in the window: a table, a verdict, another batch, and the status bar."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from playground.nn.activations import Sigmoid


@pytest.fixture
def window(open_window):
    return open_window("article-xor")


def opened(qtbot, window):
    window.commands["checkGradientsAction"].trigger()
    dialog = window.operating._gradients
    assert dialog.isVisible()
    qtbot.waitUntil(lambda: dialog.table.cells.rowCount() > 0)
    return dialog


def test_every_tensor_has_a_row_with_its_error_and_verdict(qtbot, window):
    dialog = opened(qtbot, window)
    report = window.gradients.report
    assert dialog.table.cells.rowCount() == len(report.tensors) == 4
    rows = [[dialog.table.text(row, column) for column in range(5)] for row in range(4)]
    assert [row[0] for row in rows] == [
        "Dense 1 · weights", "Dense 1 · biases", "Output · weights", "Output · biases",
    ]  # fmt: skip
    assert all(row[4] == "✓ correct" for row in rows)
    size = window.session.model.network.views()["dense_1.weights"].size
    assert rows[0][1] == f"{size} of {size}"
    assert dialog.verdict.text().startswith("Backpropagation is correct")
    assert "4 training examples" in dialog.basis.text()
    dialog.close()


def test_checking_again_and_copying(qtbot, window):
    dialog = opened(qtbot, window)
    first = window.gradients.report
    qtbot.mouseClick(dialog.again_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.gradients.report is not first and not window.gradients.busy)
    assert window.gradients.report.seed == first.seed + 1
    dialog.copy_button.click()
    copied = QGuiApplication.clipboard().text().splitlines()
    assert copied[0] == "Tensor\tCompared\tRelative error\tLargest difference\tVerdict"
    assert copied[1].startswith("Dense 1 · weights\t")
    assert len(copied) == 1 + 4 + 1 + 3
    dialog.close()


def test_a_wrong_derivative_is_called_wrong(qtbot, open_window, monkeypatch):
    def backward(self, grad_a, z, a, out):
        np.multiply(grad_a, a, out=out)

    monkeypatch.setattr(Sigmoid, "backward", backward)
    window = open_window("article-xor")
    dialog = opened(qtbot, window)
    assert dialog.verdict.text().startswith("Backpropagation is wrong for the ")
    assert dialog.table.text(0, 4) == "✗ wrong"
    assert window.status.gradients.text().startswith("Gradient check ✗ ")
    dialog.close()


def test_the_status_bar_tells_the_verdict_by_itself_until_the_network_changes(qtbot, window):
    qtbot.waitUntil(lambda: window.status.gradients.isVisible())
    assert window.status.gradients.text().startswith("Gradient check ✓ ")
    window.session.change("layers.0.units", 3)
    assert not window.status.gradients.isVisible()
    qtbot.waitUntil(lambda: window.status.gradients.isVisible())
    qtbot.mouseClick(window.status.gradients, Qt.MouseButton.LeftButton)
    dialog = window.operating._gradients
    assert dialog.isVisible()
    dialog.close()


def test_a_change_of_the_learning_rate_leaves_the_verdict(qtbot, window):
    opened(qtbot, window).close()
    report = window.gradients.report
    window.session.change("training.learning_rate", 0.5)
    assert window.gradients.report is report
    window.session.change("training.l1", 0.01)
    assert window.gradients.report is None
