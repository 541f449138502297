"""A trained network on other data: kept layers, the switch that freezes them, few examples."""

import numpy as np
import pytest
from person import choose, click, find, message, type_text
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from playground.analysis import few_examples
from playground.analysis.few_examples import Trials, Way
from playground.data import catalogue
from playground.data.drawing.ink import Ink, Stroke
from playground.gui.lenses.few import lens as few_lens
from playground.gui.lenses.few.lens import FewExamplesLens
from playground.nn.layers import Code, Dense


@pytest.fixture
def window(qtbot, open_window):
    window = open_window("digits-small")
    before = window.session.snapshot.epoch
    window.session.step_epoch()
    qtbot.waitUntil(lambda: window.session.snapshot.epoch > before)
    return window


def views(window):
    return {name: x.copy() for name, x in window.session.model.network.views().items()}


def ask(window, action, dialog):
    assert window.commands[action].isEnabled()
    window.commands[action].trigger()
    return find(window, dialog, QDialog)


def test_before_training_there_is_nothing_to_keep(open_window):
    action = open_window("digits-small").commands["keepBodyAction"]
    assert not action.isEnabled()
    assert "Train first" in action.toolTip()


def test_trained_layers_are_kept_for_other_data_and_undo_leads_back(qtbot, window):
    session, learned = window.session, views(window)
    dialog = ask(window, "keepBodyAction", "bodyDialog")
    choose(find(dialog, "bodyDataBox"), "Pen strokes 8×8")
    type_text(find(dialog, "bodyFewBox"), "3")
    click(find(dialog, "bodyFreezeBox"))
    click(find(dialog, "keepBodyButton"))
    qtbot.waitUntil(lambda: session.snapshot is not None and session.snapshot.step == 0)
    experiment = session.experiment
    assert experiment.data.name == "pendigits-8x8"
    assert len(session.prepared.train_index) == 30
    assert not any(layer.trainable for layer in experiment.layers)
    assert "is kept; the output begins anew" in message(window)
    now = views(window)
    for name, tensor in learned.items():
        assert np.array_equal(now[name], tensor) != name.startswith("output."), name
    session.step_epoch()
    qtbot.waitUntil(lambda: session.snapshot.epoch == 1)
    trained = views(window)
    assert np.array_equal(trained["dense_1.weights"], now["dense_1.weights"])
    assert not np.array_equal(trained["output.weights"], now["output.weights"])
    session.reset()
    qtbot.waitUntil(lambda: session.snapshot is not None and session.snapshot.epoch == 0)
    assert all(np.array_equal(view, now[name]) for name, view in views(window).items())
    for _ in range(2):
        session.past.undo()
    qtbot.waitUntil(lambda: session.snapshot is not None)
    while session.experiment.body:
        session.past.undo()
    qtbot.waitUntil(lambda: session.snapshot is not None)
    assert session.experiment.data.name == "digits"
    assert all(np.array_equal(view, learned[name]) for name, view in views(window).items())


def test_of_an_autoencoder_the_layers_up_to_its_code_tell_classes_apart(qtbot, window):
    session = window.session
    layers = (
        Dense(name="before", units=6),
        Code(name="middle", units=3),
        Dense(name="behind", units=6),
    )
    assert session.change_all({"data.task": "itself", "layers": layers})
    session.step_epoch()
    qtbot.waitUntil(lambda: session.snapshot is not None and session.snapshot.epoch == 1)
    learned = views(window)
    window.operating.keep_body("digits", 2, True)
    qtbot.waitUntil(lambda: session.snapshot is not None and session.snapshot.step == 0)
    assert [layer.name for layer in session.experiment.layers] == ["before", "middle"]
    assert session.prepared.dataset.task.classifies
    assert session.model.network.output_shape == (10,)
    assert np.array_equal(views(window)["middle.weights"], learned["middle.weights"])


def test_one_switch_freezes_all_but_the_output_and_lets_them_learn_again(window):
    action, session = window.commands["freezeBodyAction"], window.session
    assert action.text() == "Freeze all &but the output"
    for trainable in (False, True):
        action.trigger()
        assert {layer.trainable for layer in session.experiment.layers} == {trainable}
        assert session.experiment.output.trainable
    assert session.past.list.current.title == "Unfreeze all layers"


def test_a_body_of_which_nothing_fits_is_refused_beside_its_box(window):
    window.build_column.training.more_button.setChecked(True)
    assert find(window, "bodyBox").findText(few_examples.bodies.BUNDLED["symbols"]) > 0
    window.session.change("body", "symbols")
    assert "nothing could begin" in window.build_column.training.error_at("body")
    assert window.session.experiment.body == ""


def test_an_example_that_few_leave_out_can_still_be_shown(window, qtbot):
    assert window.session.change("data.few", 2)
    qtbot.waitUntil(lambda: len(window.session.prepared.train_index) == 20)
    prepared = window.session.prepared
    left_out = np.setdiff1d(np.arange(len(prepared.dataset)), prepared.train_index)
    left_out = int(np.setdiff1d(left_out, prepared.test_index)[0])
    window.probe_column.pick(left_out)
    assert window.session.probe.title.startswith("Left-out example")


# The lens.


@pytest.fixture
def lens(qtbot, window, monkeypatch):
    monkeypatch.setattr(few_lens, "DRAWS", 2)
    window.operating.keep_body("digits", 5, False)
    session = window.session
    qtbot.waitUntil(lambda: session.model is not None)
    assert session.change_all({"training.stopping.epochs": 1})
    return window.lens_area.show_lens("few")


def test_it_is_there_where_few_examples_are_the_matter(window, qtbot):
    pane = window.lens_area.pane
    titles = [pane.tabs.tabText(place) for place in range(pane.tabs.count())]
    assert "Few examples" in titles
    place = titles.index("Few examples")
    assert not pane.tabs.isTabVisible(place)
    assert window.session.change("data.few", 5)
    qtbot.waitUntil(lambda: pane.tabs.isTabVisible(place))


def test_every_way_is_measured_on_every_count_beside_the_window(lens, qtbot, window):
    assert isinstance(lens, FewExamplesLens)
    parameters = window.session.snapshot.parameters
    click(lens.button)
    assert lens.button.text() == "Stop"
    qtbot.waitUntil(lambda: lens.button.text() == "Measure")
    comparison = lens.comparison
    assert [way.title for way in comparison.ways] == [
        "From scratch",
        "Frozen: Digits 8×8, epoch 1",
        "Tuned: Digits 8×8, epoch 1",
    ]
    assert np.isfinite(comparison.scores).all()
    assert lens.table.cells.rowCount() == 3
    assert " ± " in lens.table.text(0, 2)
    assert "networks trained" in lens.progress.text()
    assert np.array_equal(window.session.snapshot.parameters, parameters)
    assert window.session.change("training.learning_rate", 0.02)
    assert "settings of before" in lens.progress.text()


def test_where_no_trained_layers_fit_it_says_so(lens, qtbot, window, monkeypatch):
    assert window.session.change_all(
        {"layers": (Dense(7, name="narrow"),), "training.stopping.epochs": 1}
    )
    monkeypatch.setattr(few_lens, "DRAWS", few_examples.FEWEST_DRAWS)
    click(lens.button)
    qtbot.waitUntil(lambda: lens.button.text() == "Measure", timeout=20_000)
    assert [way.title for way in lens.comparison.ways] == ["From scratch"]
    assert lens.verdict.text().startswith("None of the trained layers at hand fit")


def test_it_can_be_stopped_and_keeps_what_is_known(lens, qtbot, window):
    assert window.session.change_all({"training.stopping.epochs": 10_000})
    click(lens.button)
    click(lens.button)
    assert lens.button.text() == "Measure"


def test_a_window_that_closes_ends_it(lens, window):
    assert window.session.change_all({"training.stopping.epochs": 10_000})
    click(lens.button)  # the fixtures look for threads that outlive the test


def test_the_verdict_tells_a_gain_from_noise(monkeypatch):
    ways, counts = (Way(), Way("symbols")), (1,)
    scores = np.array([[[0.5, 0.6, 0.55, 0.45, 0.5]], [[0.7, 0.79, 0.76, 0.64, 0.7]]])
    comparison = Trials(ways, counts, scores, 50)
    assert comparison.verdict(1, 0).endswith("reads 19.8 ± 0.4 points more than from scratch.")
    same = Trials(ways, counts, np.array([scores[0], scores[0][:, ::-1]]), 50)
    assert "cannot be told from scratch" in same.verdict(1, 0)
    scores[1, 0, 3] = np.nan  # a draw that not all have is not compared
    fewer = Trials(ways, counts, scores, 50)
    assert len(fewer.gain(1, 0)) == 4
    assert fewer.verdict(1, 0) == ""


# Drawn by oneself.


def strokes(*places):
    return Ink((Stroke(np.array(places, np.float32), 20.0),))


def test_examples_are_drawn_class_by_class_and_learned_with_trained_layers(
    qtbot, window, own_folder
):
    dialog = ask(window, "drawDataAction", "drawDialog")
    type_text(find(dialog, "drawTitleBox"), "Lines", None)
    type_text(find(dialog, "drawClassesBox"), "up, across", None)
    learn = find(dialog, "learnDrawnButton")
    for number in range(4):
        assert f"Draw “{('up', 'across')[number % 2]}”" in find(dialog, "drawWanted").text()
        assert not learn.isEnabled()
        shift = 5 * number
        up, across = ((140, 40 + shift), (140, 240)), ((40, 140), (240, 140 + shift))
        dialog.canvas.set_ink(strokes(*(up, across)[number % 2]))
        dialog.canvas.ink_changed.emit()
        QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert find(dialog, "drawCounts").text() == "up 2 · across 2"
    click(learn)
    session = window.session
    qtbot.waitUntil(lambda: session.model is not None)
    assert session.prepared.dataset.title == "Lines"
    assert session.prepared.dataset.class_names == ("up", "across")
    assert session.prepared.dataset.drawing is not None
    assert session.experiment.body == "symbols"
    assert catalogue.titles()[session.experiment.data.name] == "Lines"
    assert len(session.prepared.dataset) == 4
    means = [np.asarray(session.prepared.dataset.inputs)[rows].mean() for rows in (0, 1)]
    assert all(mean > 0.01 for mean in means)


def test_a_drawing_can_be_taken_back(window, own_folder):
    dialog = ask(window, "drawDataAction", "drawDialog")
    ink = strokes((40, 40), (200, 200))
    dialog.canvas.set_ink(ink)
    dialog.canvas.ink_changed.emit()
    click(find(dialog, "keepDrawingButton"))
    assert not find(dialog, "keepDrawingButton").isEnabled()
    click(find(dialog, "drawBackButton"))
    assert dialog.canvas.ink() == ink
    dialog.reject()
