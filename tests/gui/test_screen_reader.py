"""Whatever can take the focus tells a screen reader its name, what it is, and its value."""

from collections import Counter
from dataclasses import replace
from functools import partial

import pytest
from person import find
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAction
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QWidget

from playground.analysis.neurons.neuron import Neuron
from playground.gui.lenses.kinds import LENSES
from playground.gui.look import spoken
from playground.gui.window import announcer
from playground.nn.layers import LSTM, Code, SelfAttention
from playground.training.experiment import DataSettings
from playground.training.task_fit import fitted

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

Role, Text = QAccessible.Role, QAccessible.Text
PAINTED = (Role.Graphic, Role.Chart, Role.Canvas)
OF_ITEMS = (Role.Table, Role.List, Role.Tree)
NUMBERS = (Role.Slider, Role.SpinBox)


def tree(node):
    """Yield what a screen reader finds in view, but for the items of lists and tables."""
    yield node
    if node.role() not in OF_ITEMS:
        for place in range(node.childCount()):
            child = node.child(place)
            if child is not None and not child.state().invisible:
                yield from tree(child)


def name_of(node):
    thing = node.object()
    # On Linux Qt gives a box's choice as its name too, and its name as a relation.
    box = isinstance(thing, QComboBox)
    return thing.accessibleName() if box else node.text(Text.Name)


def takes_focus(node):
    thing = node.object()
    if not node.state().focusable or node.state().disabled:
        return False
    return not isinstance(thing, QWidget) or (thing.isVisible() and thing.focusProxy() is None)


def silent(root):
    """Return what can take the focus below a widget and does not introduce itself."""
    found = []
    together = Counter()
    for node in tree(QAccessible.queryAccessibleInterface(root)):
        if not takes_focus(node):
            continue
        thing, role, name = node.object(), node.role(), name_of(node)
        where = f"{type(thing).__name__} {thing.objectName() if thing else ''} in {place_of(thing)}"
        if not name:
            found.append(f"no name: {where}")
        if role in (Role.NoRole, Role.Client, Role.Border):
            found.append(f"no role: {where}")
        if role in NUMBERS and node.valueInterface() is None:
            found.append(f"no value: {where}")
        if isinstance(thing, QComboBox) and node.text(Text.Value) != thing.currentText():
            found.append(f"no value: {where}")
        if role in PAINTED and not node.text(Text.Description):
            found.append(f"says not what it shows: {where}")
        parent = thing.parent() if thing is not None else None
        together[id(parent), role, name, place_of(thing)] += thing is not None
    found += [f"{n} times {key[2]!r} in {key[3]}" for key, n in together.items() if n > 1]
    return found


def place_of(thing):
    names = []
    while thing is not None and len(names) < 3:
        thing = thing.parent()
        names.append(thing.objectName() or type(thing).__name__ if thing else "")
    return " in ".join(names)


def let_it_learn(window, qtbot):
    window.probe_column.show_something()
    window.session.step_epoch()
    qtbot.waitUntil(lambda: window.session.snapshot is not None and window.session.snapshot.epoch)
    layer = window.session.model.network.layers[0].name
    window.session.attention.select(Neuron(layer, 1))


@pytest.mark.parametrize("preset", ["digits-small", "article-iris", "circles", "bumps"])
def test_every_lens_introduces_itself(open_window, qtbot, preset):
    window = open_window(preset)
    let_it_learn(window, qtbot)
    found = {}
    for kind in LENSES:
        window.lens_area.show_lens(kind.key)
        QApplication.processEvents()
        found.setdefault(kind.key, silent(window))
    once = {line for lines in found.values() for line in lines}
    assert not once, "\n".join(sorted(once))


def test_the_lenses_of_sequences_introduce_themselves(open_window, qtbot):
    window = open_window("digits-small")
    session = window.session
    window.lens_area.show_lens("data")
    layers = LSTM(name="lstm_1", units=4), SelfAttention(name="look", heads=2)
    made = replace(session.experiment, data=DataSettings(name="pen"), layers=layers)
    assert session.open(fitted(made, made.data.load()))
    qtbot.waitUntil(lambda: session.snapshot is not None)
    window.probe_column.show_something()
    found = set()
    for key in ("time", "attention"):
        assert window.lens_area.show_lens(key).isVisible()
        QApplication.processEvents()
        found.update(silent(window.lens_area))
    assert not found, "\n".join(sorted(found))


def test_the_lens_of_a_code_introduces_itself(open_window, qtbot):
    window = open_window("digits-small")
    session = window.session
    window.lens_area.show_lens("data")
    data = DataSettings(name="digits", task="itself")
    made = replace(session.experiment, data=data, layers=(Code(name="code", units=4),))
    assert session.open(fitted(made, data.load()))
    qtbot.waitUntil(lambda: session.snapshot is not None)
    window.probe_column.show_something()
    lens = window.lens_area.show_lens("code")
    qtbot.waitUntil(lambda: lens.side.sliders.numbers is not None)
    found = set()
    for button in lens.strip.buttons:
        button.click()
        found.update(silent(window.lens_area))
    assert not found, "\n".join(sorted(found))


WITH_DIALOGS = (
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


def test_every_dialog_introduces_itself(open_window, qtbot, tmp_path):
    window = open_window("digits-small")
    let_it_learn(window, qtbot)
    table = tmp_path / "flowers.csv"
    table.write_text("length,kind\n1.5,rose\n2.5,lily\n1.7,rose\n2.2,lily\n")
    openers = {name: window.commands[name].trigger for name in WITH_DIALOGS}
    openers["as table"] = window.lens_area.pane.current.view.as_table.trigger
    openers["wall"] = find(window, "exampleWallButton").click
    openers["race"] = window.lens_area.pane.lens("runs")._ask_race
    openers["import"] = partial(window.importing.take, table)
    found = set()
    for name, show in openers.items():
        show()
        qtbot.waitUntil(lambda: any(d.isVisible() for d in window.findChildren(QDialog)))
        for dialog in window.findChildren(QDialog):
            if dialog.isVisible():
                if not QAccessible.queryAccessibleInterface(dialog).text(Text.Name):
                    found.add(f"no title: {name}")
                found.update(f"{name}: {line}" for line in silent(dialog))
                dialog.reject()
    window.show_history()
    found.update(silent(window._history))
    window._history.close()
    assert not found, "\n".join(sorted(found))


def test_every_command_has_a_text(open_window):
    window = open_window("digits-small")
    wordless = [
        action.objectName() or type(action.parent()).__name__
        for action in window.findChildren(QAction)
        if not action.text() and not action.isSeparator() and action.menu() is None
    ]
    assert [name for name in wordless if not name.startswith("_q_")] == []


@pytest.fixture
def heard(monkeypatch):
    """Collect what is announced."""
    said = []

    def hear(event):
        if isinstance(event, QAccessibleAnnouncementEvent):
            assert event.politeness() is QAccessible.AnnouncementPoliteness.Polite
            said.append(event.message())

    monkeypatch.setattr(spoken.QAccessible, "updateAccessibility", hear)
    return said


def test_training_is_announced_when_it_comes_to_rest_and_not_at_every_frame(
    open_window, qtbot, heard
):
    window = open_window("digits-small")
    session = window.session
    assert session.change("training.stopping.epochs", 2)
    heard.clear()
    session.toggle_training()
    qtbot.waitUntil(lambda: any("Epoch 2" in said for said in heard))
    (said,) = heard
    accuracy = session.timeline.now.history.last("test_accuracy")
    assert said.startswith("Finished: ")
    assert said.endswith(f"Epoch 2, test accuracy {100 * accuracy:.1f} %")


def test_training_is_announced_now_and_then_while_it_goes_on(
    open_window, qtbot, heard, monkeypatch
):
    monkeypatch.setattr(announcer, "EVERY_S", 0.0)
    window = open_window("circles")
    assert window.session.change("training.stopping.epochs", None)
    window.session.toggle_training()
    qtbot.waitUntil(lambda: sum(said.startswith("Training. Epoch ") for said in heard) > 1)


def test_a_message_is_announced(open_window, heard):
    open_window("circles").messages.show_error("It failed.")
    assert "Error: It failed." in heard
