"""A lens follows the session while it is in view; panes build lenses when they are looked at."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt

from playground.analysis.neurons.neuron import Neuron
from playground.gui.lenses.kinds import LENSES, LensKind
from playground.gui.lenses.lens import Lens
from playground.gui.lenses.pane import LensPane
from playground.gui.session import messages
from playground.gui.session.probe import Probe
from playground.gui.window.lens_area import LensArea
from playground.nn.layers import Dense
from playground.training.edits.surgery import SetBias
from playground.training.presets import preset


class Diary(Lens):
    """Writes down what it is told."""

    def __init__(self, session):
        super().__init__(session)
        self.told = []
        self.watch("count", lambda model, prepared: model.network.parameter_count, 0.01)

    def on_model(self, model):
        self.told.append("model")

    def on_reading(self, reading):
        self.told.append("reading")

    def on_snapshot(self, snapshot):
        self.told.append("snapshot")

    def on_selected(self, neuron):
        self.told.append(neuron)

    def on_answer(self, topic, answer):
        self.told.append((topic, answer.value))


class Other(Diary):
    pass


@pytest.fixture
def session(session, qtbot):
    session.open(preset("article-iris").experiment)
    qtbot.waitUntil(lambda: session.snapshot is not None)
    return session


@pytest.fixture
def pane(session, keep, monkeypatch):
    kinds = [LensKind(kind.__name__.lower(), "Title", "Tip.", kind) for kind in (Diary, Other)]
    pane = keep(LensPane(session, kinds))
    pane.set_in_view(True)
    return pane


def test_a_lens_is_built_when_it_is_looked_at(pane):
    assert isinstance(pane.current, Diary)
    assert pane.findChildren(Other) == []
    pane.show_lens("other")
    assert len(pane.findChildren(Other)) == 1


def test_coming_into_view_tells_everything_once(pane):
    assert pane.current.told[:4] == ["model", "snapshot", "reading", None]


def test_a_lens_out_of_view_hears_nothing(qtbot, session, pane):
    diary = pane.current
    pane.show_lens("other")
    diary.told.clear()
    session.step_batch()
    qtbot.waitUntil(lambda: session.snapshot.step == 1)
    session.attention.select(Neuron("dense_1", 2))
    assert diary.told == []
    assert Neuron("dense_1", 2) in pane.current.told


def test_a_watched_question_is_asked_anew_after_every_step(qtbot, session, pane):
    expected = ("count", session.model.network.parameter_count)
    qtbot.waitUntil(lambda: pane.current.told.count(expected) == 1)
    session.step_batch()
    qtbot.waitUntil(lambda: pane.current.told.count(expected) == 2)


def test_answers_about_a_former_network_are_dropped(qtbot, session, pane):
    qtbot.waitUntil(lambda: ("count", session.model.network.parameter_count) in pane.current.told)
    pane.current.told.clear()
    layers = (Dense(name="dense_1", units=3),)
    session.change("layers", layers)
    qtbot.waitUntil(lambda: any(isinstance(told, tuple) for told in pane.current.told))
    answers = {told for told in pane.current.told if isinstance(told, tuple)}
    assert answers == {("count", 5 * 3 + 4 * 3)}


def test_a_selection_that_the_new_network_lacks_is_let_go(qtbot, session, pane):
    session.attention.select(Neuron("dense_1", 9))
    session.change("layers", (Dense(name="dense_1", units=3),))
    qtbot.waitUntil(lambda: session.attention.selected is None)


def test_every_registered_lens_has_its_own_key_title_and_tip():
    assert len({lens.key for lens in LENSES}) == len(LENSES)
    assert len({lens.title for lens in LENSES}) == len(LENSES)
    assert all(lens.tip.endswith(".") for lens in LENSES)


@pytest.mark.parametrize("name", ["digits-small", "xor", "plane-field", "article-neuron"])
def test_every_lens_shows_every_kind_of_data_before_and_after_training(qtbot, session, keep, name):
    area = keep(LensArea(session))
    area.resize(800, 520)
    session.open(preset(name).experiment)
    qtbot.waitUntil(lambda: session.snapshot is not None)
    for moment in range(2):
        for lens in LENSES:
            shown = area.show_lens(lens.key)
            assert shown.isVisible()
            assert not shown.grab().toImage().isNull()
        if moment == 0:
            dataset = session.prepared.dataset
            session.set_probe(Probe(np.array(dataset.inputs[0]), "Example"))
            session.step_batch()
            qtbot.waitUntil(lambda: session.snapshot.step == 1)


def test_two_lenses_side_by_side_follow_the_same_session(qtbot, session, keep):
    area = keep(LensArea(session))
    area.set_side_by_side(True)
    assert area.second.isVisible()
    assert area.second.current.in_view
    area.set_side_by_side(False)
    assert not area.second.isVisible()
    assert not area.second.current.in_view


def test_the_inspector_comes_with_a_selected_neuron_and_goes_with_it(session, keep):
    area = keep(LensArea(session))
    shown = []
    area.inspector_shown.connect(shown.append)
    assert area.inspector is None
    session.attention.select(Neuron("dense_1", 2))
    assert area.inspector.isVisible()
    area.inspector.close_neuron()
    assert not area.inspector.isVisible()
    area.set_inspector_visible(False)
    session.attention.select(Neuron("dense_1", 3))
    assert not area.inspector.isVisible()
    area.set_inspector_visible(True)
    assert area.inspector.isVisible()
    assert shown == [True, False, True]


@pytest.mark.parametrize("width", [520, 830, 1400])
def test_panes_and_inspector_never_overlap(session, keep, width):
    area = keep(LensArea(session))
    area.resize(width, 480)
    area.set_side_by_side(True)
    session.attention.select(Neuron("dense_1", 2))
    area.resize(width + 1, 480)

    def place(widget):
        return QRect(widget.mapTo(area, QPoint(0, 0)), widget.size())

    lenses = [place(area.pane.current), place(area.second.current)]
    assert not lenses[0].intersects(lenses[1])
    assert not any(lens.intersects(area.inspector.geometry()) for lens in lenses)


def test_an_operation_is_announced_with_its_effect_and_can_be_undone(qtbot, session):
    @dataclasses.dataclass(frozen=True)
    class Clear:
        def title(self, names):
            return "Clear output"

        def edits(self, network, experiment):
            size = network.views()["output.weights"].size
            return {"output.weights": (np.arange(size), np.zeros(size))}

    notices = []
    session.notice.connect(notices.append, Qt.ConnectionType.DirectConnection)
    was = session.snapshot.parameters
    session.operate(Clear())
    qtbot.waitUntil(lambda: not np.array_equal(session.snapshot.parameters, was))
    qtbot.waitUntil(lambda: len(notices) == 1)
    assert notices[0].startswith("Clear output: test accuracy ")
    assert session.past.undo_title == "Clear output"
    session.past.undo()
    qtbot.waitUntil(lambda: np.array_equal(session.snapshot.parameters, was))


def test_weights_set_by_hand_before_training_outlive_a_change_of_a_layer(qtbot, session):
    session.operate(SetBias("dense_1", 0, 1.5))
    qtbot.waitUntil(lambda: session.model.network.views()["dense_1.biases"][0] == 1.5)
    session.change("layers.1.trainable", False)
    qtbot.waitUntil(lambda: session.snapshot.experiment == session.experiment)
    assert session.model.network.views()["dense_1.biases"][0] == 1.5


def test_a_step_looked_at_is_taken_once_and_refused_later(qtbot, session):
    refusals = []
    session.refused.connect(lambda path, sentence: refusals.append(sentence))
    with qtbot.waitSignal(session.step_peeked) as peeked:
        session.send_here(messages.Peek())
    (start,) = peeked.args
    session.send_here(messages.TakeStep(start))
    qtbot.waitUntil(lambda: session.snapshot.step == 1)
    session.send_here(messages.TakeStep(start))
    qtbot.waitUntil(lambda: bool(refusals))
    assert "begin the step again" in refusals[0]


def test_the_target_of_a_probe_is_its_label_the_choice_or_the_most_probable(qtbot, session):
    dataset = session.prepared.dataset
    session.set_probe(Probe(np.array(dataset.inputs[0]), "Example", label=2))
    assert session.reading.target(session.attention.chosen_target) == 2
    session.set_probe(Probe(np.array(dataset.inputs[0]), "Four numbers"))
    assert (
        session.reading.target(session.attention.chosen_target) == session.reading.shares.argmax()
    )
    session.attention.choose_target(1)
    assert session.reading.target(session.attention.chosen_target) == 1
    np.testing.assert_array_equal(
        session.reading.target_row(session.attention.chosen_target), [[0, 1, 0]]
    )


def test_several_settings_change_in_one_step_of_the_undo_list(session):
    before = session.experiment
    values = {"training.learning_rate": 0.5, "training.l2": 0.01}
    assert session.change_all(values, "remedy")
    assert session.experiment.training.learning_rate == 0.5
    assert session.experiment.training.l2 == 0.01
    session.past.undo()
    assert session.experiment == before
    assert not session.change_all({"training.l2": 0.5, "training.l1": -1.0}, "remedy")
    assert session.experiment == before


def test_lenses_of_a_group_share_a_tab_and_are_two_clicks_away(qtbot, session, keep):
    pane = keep(LensPane(session, LENSES))
    tabs = pane.tabs
    assert [tabs.tabText(at) for at in range(tabs.count()) if tabs.isTabVisible(at)] == [
        *("Data", "Network", "Weights", "Answers", "Why", "Step through", "Runs")
    ]
    session.open(preset("article-iris").experiment)
    pane.show_lens("mistakes")
    ways = pane.tabs.currentWidget()
    assert [ways.tabText(at) for at in range(ways.count())] == ["Confusion", "Mistakes"]
    pane.set_in_view(True)
    assert pane.current is pane.lens("mistakes")
    assert pane.current.in_view
    ways.setCurrentIndex(0)
    assert pane.current is pane.lens("confusion")
    assert pane.current.in_view
    assert not pane.lens("mistakes").in_view


def test_where_answers_are_numbers_no_tab_speaks_of_classes(qtbot, session, keep):
    pane = keep(LensPane(session, LENSES))
    session.open(preset("bumps").experiment)
    for key, titles in (
        ("network", ["Diagram", "Activations", "By value"]),
        ("confusion", ["Predictions", "Errors"]),
    ):
        pane.show_lens(key)
        ways = pane.tabs.currentWidget()
        assert [ways.tabText(at) for at in range(ways.count())] == titles
