"""The first hour without a mouse: no stop of Tab holds the focus or hides it; keys do it all."""

import pytest
from person import find
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QMenu

from playground.analysis.neurons.neuron import Neuron
from playground.gui.lenses.kinds import LENSES
from playground.gui.session.run_state import RunState

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

Key = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
MOST_STOPS = 150


@pytest.fixture
def window(open_window, qtbot):
    window = open_window("digits-small")
    window.activateWindow()
    window.probe_column.show_something()
    qtbot.waitUntil(lambda: window.session.reading is not None)
    return window


def press(key, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget() or QApplication.activeWindow(), key, modifiers)
    QApplication.processEvents()


def focus():
    widget = QApplication.focusWidget()
    assert widget is not None, "the focus is lost"
    return widget


def words(widget):
    return f"{type(widget).__name__} {widget.objectName() or widget.accessibleName()}"


def tab_to(name, *, back=False):
    """Press Tab until a widget of that name, or inside one, has the focus."""
    passed = []
    while len(passed) < MOST_STOPS:
        press(Key.Key_Tab, SHIFT if back else Qt.KeyboardModifier.NoModifier)
        widget = focus()
        while widget is not None:
            if widget.objectName() == name:
                return focus()
            widget = widget.parentWidget()
        passed.append(words(focus()))
    raise AssertionError(f"{name} is not reached: {passed}")


def is_seen(widget, elsewhere):
    """Return whether a widget looks another way with the focus."""
    lit = widget.grab().toImage()
    (elsewhere if widget is not elsewhere else elsewhere.parentWidget()).setFocus()
    dark = widget.grab().toImage()
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    return lit != dark


def round_trip(window):
    """Yield each stop of Tab, from the first to the first again."""
    stops = []
    press(Key.Key_Tab)
    while focus() not in stops:
        stops.append(focus())
        yield focus()
        before = focus()
        press(Key.Key_Tab)
        assert focus() is not before, f"stuck in {words(before)}"
    assert focus() is stops[0], f"from {words(stops[-1])} back to {words(focus())}"


def test_tab_comes_round_in_every_lens_and_every_stop_is_seen(window, qtbot):
    window.session.step_epoch()
    qtbot.waitUntil(lambda: window.session.snapshot.epoch == 1)
    window.session.attention.select(Neuron("dense_1", 1))
    unseen = []
    for kind in LENSES:
        lens = window.lens_area.show_lens(kind.key)
        QApplication.processEvents()
        window.tool_bar.data_box.setFocus()
        unseen += [
            (kind.key, words(stop))
            for stop in round_trip(window)
            if (kind.key == "network" or lens.isAncestorOf(stop))
            and (stop.visibleRegion().isEmpty() or not is_seen(stop, window.tool_bar.data_box))
        ]
    assert unseen == []


def test_the_first_hour(window, qtbot, tmp_path, monkeypatch):
    session = window.session

    press(Key.Key_Return, CONTROL)
    qtbot.waitUntil(lambda: session.state is RunState.RUNNING)
    press(Key.Key_Return, CONTROL)
    qtbot.waitUntil(lambda: session.state is RunState.PAUSED)

    tab_to("addLayerButton")
    QTest.keyClick(focus(), Key.Key_Space)
    menu = find(window, "addLayerMenu", QMenu)
    qtbot.waitUntil(menu.isVisible)
    before = len(session.experiment.layers)
    QTest.keyClick(menu, Key.Key_Down)
    QTest.keyClick(menu, Key.Key_Return)
    qtbot.waitUntil(lambda: len(session.experiment.layers) == before + 1)
    assert window.focusWidget().objectName() == "layerCard0"
    window.windowHandle().requestActivate()  # this platform does not after a menu
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)

    tab_to("layerCard0")
    box = tab_to("activationBox")
    assert isinstance(box, QComboBox)
    former = session.experiment.layers[0].activation
    press(Key.Key_Down)
    qtbot.waitUntil(lambda: session.experiment.layers[0].activation != former)

    tab_to("lensTabs")
    press(Key.Key_Right)
    assert (
        window.lens_area.pane.tabs.tabText(window.lens_area.pane.tabs.currentIndex()) == "Weights"
    )
    press(Key.Key_Left)
    tab_to("networkWays")
    press(Key.Key_Right)
    assert type(window.lens_area.pane.current).__name__ == "ActivationsLens"
    press(Key.Key_Left)

    tab_to("networkDiagram")
    press(Key.Key_Right)
    chosen = session.attention.selected
    press(Key.Key_Down)
    assert None not in (chosen, session.attention.selected)
    assert session.attention.selected != chosen
    tab_to("neuronInspector")
    assert window.lens_area.inspector.isVisible()
    press(Key.Key_F4)
    assert not window.lens_area.inspector.isVisible()

    press(Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: session.experiment.layers[0].activation == former)
    press(Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: len(session.experiment.layers) == before)

    path = tmp_path / "hour.playground"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *words: (str(path), ""))
    press(Key.Key_S, CONTROL)
    qtbot.waitUntil(path.exists)

    press(Key.Key_F1)
    (help_window,) = (
        w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not window
    )
    QTest.keyClick(help_window, Key.Key_Escape)
    assert not help_window.isVisible()


def test_the_curves_come_between_the_examples_and_the_timeline(window, qtbot):
    window.session.step_epoch()
    qtbot.waitUntil(lambda: window.session.snapshot.epoch == 1)
    window.tool_bar.data_box.setFocus()
    names = [stop.objectName() for stop in round_trip(window)]
    assert names.index("lossCurve") < names.index("accuracyCurve") < names.index("timelineSlider")
