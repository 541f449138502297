"""Findings under the training form: told in cards, proved by a click, mended by another."""

import dataclasses

import pytest
from person import click, find
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QScrollArea, QWidget

from playground import fields
from playground.analysis.diagnosis import Finding, Remedy
from playground.analysis.neurons.neuron import Neuron
from playground.gui.panels.diagnosis import diagnosis_area
from playground.gui.panels.diagnosis.diagnosis_panel import DiagnosisPanel
from playground.gui.session.run_state import RunState
from playground.gui.window.build_column import BuildColumn
from playground.nn.activations import LeakyReLU, ReLU
from playground.nn.initializers import Glorot, Zeros
from playground.nn.layers import Dropout
from playground.training.presets import preset


@pytest.fixture
def column(session, keep):
    area = QScrollArea()
    area.setWidgetResizable(True)
    column = BuildColumn(session)
    area.setWidget(column)
    area.resize(275, 900)
    keep(area)
    column.place = area
    return column


@pytest.fixture
def panel(qtbot):
    panel = DiagnosisPanel()
    qtbot.addWidget(panel)
    panel.resize(250, 400)
    return panel


def open_preset(qtbot, session, name, **settings):
    experiment = preset(name).experiment
    for path, value in settings.items():
        experiment = fields.replace_at(experiment, path.replace("__", "."), value)
    assert session.open(experiment)
    qtbot.waitUntil(lambda: session.snapshot is not None)


def train(qtbot, session, epochs):
    """Train to the end of some epochs, and wait until the run rests."""
    session.change("training.stopping.epochs", epochs)
    session.toggle_training()
    qtbot.waitUntil(lambda: session.state is RunState.FINISHED)


def hear_all_answers(qtbot, session):
    """Ask one question more: they are answered in their order."""
    last = ("the last question",)
    with qtbot.waitSignal(session.answered, check_params_cb=lambda answer: answer.key == last):
        session.analyst.ask(last, lambda model, prepared: None)


def told(column):
    return [finding.kind for finding in column.diagnosis.panel.findings]


def show(qtbot, panel):
    panel.show()
    qtbot.waitExposed(panel)


def a_finding(kind="silent_relu", headline="3 of 16 ReLU neurons are silent", **changes):
    remedies = (
        Remedy("Switch to Leaky ReLU", {"layers.0.activation": LeakyReLU()}),
        Remedy("Start from much smaller weights", {"layers.0.initializer": Glorot()}, True),
    )
    explanation = "They output 0 for every training digit, so no gradient reaches their weights."
    values = {"evidence": "classes", "measured": 0.2, "neuron": Neuron("dense_1", 4)}
    return Finding(kind, headline, explanation, remedies=remedies, **{**values, **changes})


# The panel by itself.


def test_without_a_finding_it_takes_no_space(panel):
    panel.set_findings(())
    assert panel.isHidden()
    panel.set_findings((), looked=True)
    assert find(panel, "nothingFound", QLabel).text() == "No problems detected."
    assert not panel.isHidden()


def test_a_card_says_what_was_measured_and_offers_its_links(panel, qtbot):
    panel.set_findings([a_finding(), a_finding("saturated", "22 of 48 units are saturated")])
    show(qtbot, panel)
    card = find(panel, "findingCard0")
    assert find(card, "findingHeadline", QLabel).text() == "3 of 16 ReLU neurons are silent"
    assert "every training digit" in find(card, "findingExplanation", QLabel).text()
    assert card.accessibleName().startswith("3 of 16 ReLU neurons are silent. They output 0")
    assert card.property("role") == "notice"
    names = [find(card, f"remedyButton{n}").accessibleName() for n in (0, 1)]
    assert names == ["Switch to Leaky ReLU", "Start from much smaller weights"]
    assert find(card, "showEvidenceButton").accessibleName().startswith("Show: 3 of 16")
    assert find(panel, "findingCard1").y() > card.geometry().bottom()
    assert not find(panel, "nothingFound").isVisible()


@pytest.mark.parametrize("width", [226, 251])
def test_no_word_is_cut_in_a_narrow_column(panel, qtbot, width):
    panel.set_findings([a_finding()])
    panel.setFixedWidth(width)
    show(qtbot, panel)
    card = find(panel, "findingCard0")
    assert card.width() == width
    for child in card.findChildren(QWidget):
        assert card.rect().contains(child.geometry()), child.objectName()
        assert child.height() >= child.heightForWidth(child.width())
    for button in card.findChildren(QPushButton):
        assert button.width() >= button.sizeHint().width()
    first, second = (find(card, name) for name in ("showEvidenceButton", "remedyButton1"))
    assert second.y() > first.y()


def test_the_links_can_be_reached_and_pressed_by_keyboard(panel, qtbot):
    panel.set_findings([a_finding()])
    show(qtbot, panel)
    link = find(panel, "showEvidenceButton")
    link.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(link.hasFocus)
    with qtbot.waitSignal(panel.evidence_requested) as shown:
        qtbot.keyClick(link, Qt.Key.Key_Space)
    assert shown.args[0].neuron == Neuron("dense_1", 4)
    qtbot.keyClick(link, Qt.Key.Key_Tab)
    remedy = find(panel, "remedyButton0")
    assert remedy.hasFocus()
    with qtbot.waitSignal(panel.remedy_requested) as wanted:
        qtbot.keyClick(remedy, Qt.Key.Key_Space)
    assert wanted.args[0].label == "Switch to Leaky ReLU"


def test_newer_figures_leave_the_focus_where_it_is(panel, qtbot):
    panel.set_findings([a_finding()])
    show(qtbot, panel)
    remedy = find(panel, "remedyButton0")
    remedy.setFocus()
    qtbot.waitUntil(remedy.hasFocus)
    panel.set_findings([a_finding(headline="4 of 16 ReLU neurons are silent")])
    assert remedy.hasFocus()
    assert find(panel, "findingHeadline", QLabel).text().startswith("4 of 16")
    panel.set_findings([a_finding("saturated", "1 of 2"), a_finding()])
    heads = [find(find(panel, f"findingCard{n}"), "findingHeadline").text() for n in (0, 1)]
    assert heads == ["1 of 2", "3 of 16 ReLU neurons are silent"]


# With a run behind it.


def test_a_fault_is_told_while_it_trains_and_mended_by_a_click(qtbot, session, column):
    open_preset(qtbot, session, "fault-silent-relu")
    qtbot.waitUntil(lambda: session.snapshot is not None)
    train(qtbot, session, 3)
    qtbot.waitUntil(lambda: told(column) == ["silent_relu"])
    card = find(column, "findingCard0")
    assert find(card, "findingHeadline").text() == "5 of 10 ReLU neurons are silent"
    step = session.snapshot.step
    click(find(card, "remedyButton0"))
    assert session.experiment.layers[0].activation == LeakyReLU()
    assert session.past.undo_title == "Switch to Leaky ReLU"
    qtbot.waitUntil(lambda: column.diagnosis.panel.findings == ())
    qtbot.waitUntil(lambda: find(column, "nothingFound").isVisible())
    assert session.snapshot.step == step
    session.past.undo()
    assert session.experiment.layers[0].activation == ReLU()
    qtbot.waitUntil(lambda: told(column) == ["silent_relu"])


def test_show_selects_the_neuron_and_asks_for_the_view(qtbot, session, column):
    open_preset(qtbot, session, "fault-symmetric")
    qtbot.waitUntil(lambda: told(column) == ["symmetric"])
    with qtbot.waitSignal(column.evidence_requested) as wanted:
        click(find(column, "showEvidenceButton"))
    assert wanted.args[0].evidence == "weights"
    assert session.attention.selected == Neuron("dense_1", 0)


def test_a_remedy_that_needs_other_weights_begins_anew_and_is_one_step_to_undo(
    qtbot, session, column
):
    open_preset(qtbot, session, "fault-symmetric")
    train(qtbot, session, 2)
    qtbot.waitUntil(lambda: told(column) == ["symmetric"])
    qtbot.waitUntil(lambda: not session.past.trained)
    before = session.past.list.row
    click(find(column, "remedyButton0"))
    assert session.past.list.row == before + 1
    assert session.experiment.layers[0].initializer == Glorot()
    assert session.experiment.output.initializer == Glorot()
    qtbot.waitUntil(lambda: session.snapshot is not None and session.snapshot.step == 0)
    hear_all_answers(qtbot, session)
    assert told(column) == []
    session.past.undo()
    assert session.experiment.layers[0].initializer == Zeros()
    qtbot.waitUntil(lambda: told(column) == ["symmetric"])


def test_training_goes_on_after_a_remedy_that_begins_anew(qtbot, session, column):
    open_preset(qtbot, session, "fault-unscaled", training__stopping__epochs=None)
    session.toggle_training()
    qtbot.waitUntil(lambda: session.state is RunState.RUNNING)
    qtbot.waitUntil(lambda: told(column) == ["unscaled_inputs"])
    click(find(column, "remedyButton0"))
    assert session.experiment.data.standardize
    qtbot.waitUntil(lambda: session.snapshot is not None and session.snapshot.epoch > 20)
    assert session.state is RunState.RUNNING
    session.toggle_training()
    qtbot.waitUntil(lambda: session.state is RunState.PAUSED)
    qtbot.waitUntil(lambda: told(column) == [])


def test_what_the_error_says_is_not_said_twice(qtbot, session, column):
    open_preset(qtbot, session, "fault-exploding")
    qtbot.waitUntil(lambda: told(column) == ["exploding_gradient"])
    with qtbot.waitSignal(session.failed) as failed:
        session.toggle_training()
    assert failed.args[0].diverged
    qtbot.waitUntil(lambda: told(column) == [])
    hear_all_answers(qtbot, session)
    assert column.diagnosis.panel.isHidden()
    session.change("training.clip_norm", 1.0)
    session.step_epoch()
    qtbot.waitUntil(lambda: session.state is RunState.PAUSED)
    assert "exploding_gradient" not in told(column)


@pytest.mark.parametrize("height", [500, 700, 1400])
def test_a_finding_is_in_view_however_long_the_forms_are(qtbot, session, column, height):
    column.place.resize(275, height)
    open_preset(qtbot, session, "fault-exploding")
    qtbot.waitUntil(lambda: told(column) == ["exploding_gradient"])
    card = find(column, "findingCard0")
    forms = find(column, "formsScroll", QScrollArea)

    def card_is_whole_and_below_the_forms():
        top = card.mapTo(column.place, card.rect().topLeft())
        bottom = card.mapTo(column.place, card.rect().bottomRight())
        assert column.place.rect().contains(top)
        assert column.place.rect().contains(bottom)
        assert card.height() >= card.heightForWidth(card.width())
        assert top.y() > forms.geometry().bottom()

    qtbot.waitUntil(card_is_whole_and_below_the_forms)
    assert column.place.verticalScrollBar().maximum() == 0
    content = forms.widget().height()
    assert forms.verticalScrollBar().maximum() == max(content - forms.viewport().height(), 0)


def test_another_data_set_takes_the_findings_away(qtbot, session, column):
    open_preset(qtbot, session, "fault-symmetric")
    qtbot.waitUntil(lambda: told(column) == ["symmetric"])
    open_preset(qtbot, session, "circles")
    assert told(column) == []
    assert column.diagnosis.panel.isHidden()


def test_a_sound_network_is_told_to_be_unremarkable_once_it_has_trained(qtbot, session, column):
    open_preset(qtbot, session, "gaussians")
    hear_all_answers(qtbot, session)
    assert column.diagnosis.panel.isHidden()
    train(qtbot, session, 5)
    qtbot.waitUntil(lambda: find(column, "nothingFound").isVisible())


def test_new_settings_are_judged_from_the_first_moment_that_has_them(
    qtbot, session, column, monkeypatch
):
    open_preset(qtbot, session, "circles")
    train(qtbot, session, 1)
    hear_all_answers(qtbot, session)
    asked, since = {}, []
    monkeypatch.setattr(session.analyst, "ask", lambda key, question: asked.update({key: question}))
    monkeypatch.setattr(
        diagnosis_area, "diagnose", lambda *of, **given: since.append(given["since"])
    )
    session.change("training.learning_rate", 0.5)
    first = dataclasses.replace(session.snapshot, experiment=session.experiment, epoch=40)
    session.snapshot_changed.emit(first)
    session.snapshot_changed.emit(dataclasses.replace(first, epoch=41))
    asked["diagnosis"](session.model, session.prepared)
    assert since == [40.0]


def test_a_question_that_waited_is_about_the_network_it_finds(qtbot, session, column, monkeypatch):
    """Dropout has no parameters: a network with it has as many as the one without."""
    open_preset(qtbot, session, "fault-symmetric")
    asked = {}
    monkeypatch.setattr(session.analyst, "ask", lambda key, question: asked.update({key: question}))
    session.state_changed.emit(session.state)
    waiting, experiment = asked["diagnosis"], session.experiment
    assert session.change("layers", (*experiment.layers, Dropout(rate=0.5, name="dropout_1")))
    qtbot.waitUntil(lambda: session.model is not None and session.model.experiment != experiment)
    assert waiting(session.model, session.prepared) == (experiment, ())
