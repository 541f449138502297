"""At every size, in both themes, what the window says can be read: nothing is cut or covered."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from person import hover
from PySide6.QtCore import QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolTip, QWidget
from room import faults

from playground.analysis.neurons.neuron import Neuron
from playground.gui.lenses.kinds import LENSES
from playground.gui.look import theme
from playground.gui.widgets.combo_box import named_box
from playground.gui.widgets.disclosure import Disclosure
from playground.gui.widgets.elided_label import ElidedLabel
from playground.nn.layers.batch_norm import BatchNorm
from playground.nn.layers.code import Code
from playground.nn.layers.dense import Dense
from playground.nn.layers.lstm import LSTM
from playground.nn.layers.pooling import GlobalAveragePool
from playground.nn.layers.residual import Residual
from playground.nn.layers.self_attention import SelfAttention
from playground.training.experiment import DataSettings
from playground.training.presets import preset
from playground.training.task_fit import fitted

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

SIZES = (1024, 700), (1440, 900), (1900, 1100)
PRESETS = "digits-small", "article-iris", "bumps"
BLOCKS = (
    Residual(name="residual_1", layers=(Dense(name="dense_1"), BatchNorm(name="batch_norm_1"))),
)
SEQUENCES = (
    (LSTM(name="lstm_1", units=8), SelfAttention(name="look", heads=8)),
    (SelfAttention(name="look", heads=1), GlobalAveragePool(name="pool_1")),
)
DIALOGS = (
    "historyAction",
    "addNoiseAction",
    "pruneAction",
    "resetLayerAction",
    "checkGradientsAction",
    "ownDrawingsAction",
    "downloadDataAction",
    "shortcutsAction",
    "dataSourceAction",
    "aboutAction",
)


@pytest.fixture
def whole(qtbot):
    """Return a function that waits until all of a window can be read, and tells what can't."""

    def look(window, where, cut_with_tip=False):
        found = []

        def all_fits():
            found[:] = faults(window, cut_with_tip=cut_with_tip)
            return not found

        try:
            qtbot.waitUntil(all_fits, timeout=5_000)
        except Exception:
            assert not found, "\n".join([where, *found])

    return look


def look_through(window, whole, sizes=SIZES):
    """Look at every lens at every size, the data last: they are in view when they change."""
    for size in sizes:
        window.resize(*size)
        for kind in reversed(LENSES):
            window.lens_area.show_lens(kind.key)
            whole(window, f"{kind.key} at {size}", cut_with_tip=size[0] < 1440)
        assert window.size().toTuple() == size


def show(qtbot, window, experiment, *, trained=True):
    """Show another experiment, trained a little, and an example of it."""
    session = window.session
    assert session.open(experiment)
    qtbot.waitUntil(lambda: session.snapshot is not None and session.prepared is not None)
    if trained:
        session.step_epoch()
        qtbot.waitUntil(lambda: session.snapshot.step > 0 and not session.running)
    window.probe_column.show_something()


@pytest.mark.parametrize("mode", ["dark", "light"])
def test_every_lens_fits_at_every_size(qtbot, open_window, whole, qapp, mode):
    window = open_window("digits-small")
    theme.apply(qapp, mode)
    for name in PRESETS if mode == "dark" else PRESETS[:1]:
        show(qtbot, window, preset(name).experiment)
        look_through(window, whole, SIZES if mode == "dark" else SIZES[:2])
    theme.apply(qapp, "dark")


def test_blocks_fit(qtbot, open_window, whole):
    window = open_window("spirals")
    show(qtbot, window, replace(preset("spirals").experiment, layers=BLOCKS))
    look_through(window, whole, SIZES[:2])


@pytest.mark.parametrize("mode", ["dark", "light"])
def test_the_lenses_of_sequences_fit(qtbot, open_window, whole, qapp, mode):
    window = open_window("digits-small")
    theme.apply(qapp, mode)
    window.lens_area.show_lens("data")
    sequences = replace(preset("digits-small").experiment, data=DataSettings(name="pen"))
    for layers in SEQUENCES:
        made = fitted(replace(sequences, layers=layers), sequences.data.load())
        show(qtbot, window, made, trained=False)
        for size in SIZES:
            window.resize(*size)
            for key in ("attention", "time"):
                shown = window.lens_area.show_lens(key)
                assert shown.isVisible()
                whole(window, f"{key} at {size}", cut_with_tip=size[0] < 1440)
            assert window.size().toTuple() == size
    theme.apply(qapp, "dark")


@pytest.mark.parametrize("mode", ["dark", "light"])
def test_the_lens_of_the_code_fits(qtbot, open_window, whole, qapp, mode):
    window = open_window("digits-small")
    theme.apply(qapp, mode)
    window.lens_area.show_lens("data")
    itself = DataSettings(name="digits", task="itself")
    made = replace(preset("digits-small").experiment, data=itself)
    for code in (Code(name="code", units=2), Code(name="code", units=16, variational=True)):
        show(qtbot, window, fitted(replace(made, layers=(code,)), itself.load()), trained=False)
        for size in SIZES:
            window.resize(*size)
            shown = window.lens_area.show_lens("code")
            for button in shown.strip.buttons:
                button.click()
                where = f"{button.text()} of {code.units} at {size}"
                whole(shown, where, cut_with_tip=size[0] < 1440)
            assert window.size().toTuple() == size
    theme.apply(qapp, "dark")


def test_the_inspector_and_two_lenses_fit(qtbot, open_window, whole):
    window = open_window("digits-small")
    show(qtbot, window, preset("digits-small").experiment)
    for size in SIZES[:2]:
        window.resize(*size)
        small = size[0] < 1440
        window.session.attention.select(Neuron("dense_1", 2))
        whole(window, f"inspector at {size}", cut_with_tip=small)
        window.session.attention.select(None)
        window.lens_area.set_side_by_side(True)
        whole(window, f"side by side at {size}", cut_with_tip=True)
        window.lens_area.set_side_by_side(False)
        assert window.size().toTuple() == size


def test_dialogs_fit_into_the_smallest_window(qtbot, open_window, whole):
    window = open_window("digits-small")
    show(qtbot, window, preset("digits-small").experiment)

    def opened():
        shown = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not window]
        return shown[0] if shown else None

    asks = [window.commands[name].trigger for name in DIALOGS]
    asks.append(window.lens_area.show_lens("runs").race_button.click)
    for ask in asks:
        ask()
        qtbot.waitUntil(lambda: opened() is not None)
        dialog = opened()
        whole(dialog, dialog.objectName())
        assert dialog.width() <= SIZES[0][0], dialog.objectName()
        assert dialog.height() <= SIZES[0][1], dialog.objectName()
        dialog.close()
        qtbot.waitUntil(lambda: opened() is None)


def test_all_fits_at_one_and_a_half_times_the_scale():
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "0", f"{__file__}::test_blocks_fit"],
        env={**os.environ, "QT_SCALE_FACTOR": "1.5"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def test_what_is_cut_is_whole_in_its_tool_tip(keep, monkeypatch):
    long = "a text that is far too long for its place"
    told = []
    monkeypatch.setattr(QToolTip, "showText", lambda at, text, *rest: told.append(text))
    label = ElidedLabel(long, "muted")
    box = named_box("box", "Box", "What it is for.", [(long, 1)])
    for widget in (label, box):
        keep(widget)
        widget.resize(80, 24)
        widget.setFixedWidth(80)
        hover(widget, QPoint(4, 4))
        tip = QHelpEvent(QHelpEvent.Type.ToolTip, QPoint(4, 4), widget.mapToGlobal(QPoint(4, 4)))
        QApplication.sendEvent(widget, tip)
        assert long in told.pop()
    assert long in Disclosure(long).toolTip()
    assert not told


@pytest.mark.parametrize("fault", ["cut", "covered", "crushed"])
def test_faults_are_found(keep, fault):
    window = keep(QWidget())
    window.resize(300, 200)
    label, button = QLabel("Some words", window), QPushButton("Press", window)
    label.setGeometry(0, 0, 120, 24)
    button.setGeometry(0, 60, 120, 30)
    label.show()
    button.show()
    assert not faults(window)
    if fault == "cut":
        label.setFixedWidth(30)
    elif fault == "covered":
        button.move(0, 10)
    else:
        button.resize(120, 12)
    assert faults(window)
