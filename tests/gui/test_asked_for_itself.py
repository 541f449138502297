"""The whole window where the network is asked for its own input."""

import numpy as np
import pytest
from person import choose
from PySide6.QtWidgets import QLabel

from playground.analysis.codes.halves import squared_errors
from playground.data.own import drawings as own_drawings
from playground.gui.lenses.kinds import LENSES
from playground.gui.panels.network.settings_card import SettingsCard
from playground.gui.session.probe import example_probe
from playground.gui.widgets.example_list import ExampleList

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def window(open_window):
    window = open_window("digits-autoencoder")
    window.probe_column.show_something()
    return window


def train(window, qtbot, epochs=1):
    for _ in range(epochs):
        done = window.session.snapshot.epoch
        window.session.step_epoch()
        qtbot.waitUntil(lambda done=done: window.session.snapshot.epoch > done)


def ask_for(window, text):
    choose(window.build_column.training.editor("data.task"), text)


def settled(window, qtbot, task):
    def there():
        now, model = window.session.snapshot, window.session.model
        asked = now is not None and now.experiment.data.task == task
        return asked and model.dataset.task.of_itself == (task == "itself")

    qtbot.waitUntil(there)


def test_the_drawing_stands_beside_what_comes_back(window, qtbot):
    train(window, qtbot)
    panel, session = window.probe_column.there_and_back, window.session
    assert panel.isVisible()
    assert not window.probe_column.panel.prediction.isVisible()
    row = session.probe.inputs[np.newaxis]
    error = squared_errors(session.model.outputs(row), row)[0]
    bars = panel.findChild(object, "errorBars")
    qtbot.waitUntil(lambda: len(bars.names) == 4)
    assert bars.names == ("this one, code", "this one, PCA", "test part, code", "test part, PCA")
    assert bars.texts[0] == f"{error:.4f}"
    tested = session.snapshot.history.last("test_mean_squared_error")
    assert bars.texts[2:] == (f"{tested:.4f}", "0.0530")
    code = session.reading.traces[session.model.network.layers.index(session.model.network.code)]
    told = panel.findChild(QLabel, "codeLabel").whole_text().replace("−", "-")
    assert told == ", ".join(f"{number:.1f}" for number in code.a[:, 0])


def test_pca_of_the_same_size_is_a_line_among_the_curves(window, qtbot):
    train(window, qtbot, 2)
    curves = window.curves.panel
    qtbot.waitUntil(lambda: "PCA 0.053" in curves.score_header.legend_text)
    assert "PCA" not in curves.loss_header.legend_text
    window.session.change("data.task", "labels")
    settled(window, qtbot, "labels")
    qtbot.waitUntil(lambda: "PCA" not in curves.score_header.legend_text)


def test_the_target_is_chosen_in_the_form_and_taken_back(open_window, qtbot):
    window = open_window("article-digits")
    window.probe_column.show_something()
    before = window.session.experiment
    ask_for(window, "the input itself")
    settled(window, qtbot, "itself")
    output = [card for card in window.findChildren(SettingsCard) if card.info.title == "Output"]
    assert output[0].info.note == "8×8"
    assert window.session.experiment.output.activation.kind == "sigmoid"
    assert window.probe_column.there_and_back.isVisible()
    ask_for(window, "what the data say")
    settled(window, qtbot, "labels")
    now = window.session.experiment
    assert now.output.activation == before.output.activation
    assert now.training.loss.kind == "cross_entropy"
    assert not window.probe_column.there_and_back.isVisible()
    assert window.probe_column.panel.prediction.isVisible()


def test_sequences_have_no_target_to_choose(open_window, qtbot):
    window = open_window("pen-lstm")
    assert not window.build_column.training.editor("data.task").isVisible()
    refusals = []
    window.session.refused.connect(lambda path, sentence: refusals.append(sentence))
    assert not window.session.change("data.task", "itself")
    assert "only pictures, points and rows of a table" in refusals[0]


def test_the_worst_examples_stand_beside_what_comes_back(window, qtbot):
    train(window, qtbot)
    window.lens_area.show_lens("mistakes")
    wall = window.findChild(ExampleList, "answerWall")
    qtbot.waitUntil(lambda: len(wall.indices) == 360)
    shown = wall.shown
    first, last = (float(shown.caption(place).rpartition(" ")[2]) for place in (0, 359))
    assert first > last
    window.grab()
    wall.example_requested.emit(int(wall.indices[0]))
    bars = window.probe_column.there_and_back.findChild(object, "errorBars")
    qtbot.waitUntil(lambda: bars.texts[0] == f"{first:.4f}")


@pytest.mark.parametrize("preset", ["digits-autoencoder", "denoising", "gaussians", "article-iris"])
def test_every_lens_has_something_to_show_or_is_not_offered(open_window, qtbot, preset):
    window = open_window(preset)
    if preset not in ("digits-autoencoder", "denoising"):
        window.session.change("data.task", "itself")
        settled(window, qtbot, "itself")
    window.probe_column.show_example(example_probe(window.session.prepared, 3))
    train(window, qtbot)
    area = window.lens_area
    for key in ("data", "network", "activations", "classes", "weights", "mistakes", "why", "step"):
        area.show_lens(key)
        qtbot.wait(120)
        window.grab()
    offered = {kind.key for kind in LENSES if kind.has_to_show(window.session.model)}
    assert not {"confusion", "writing", "time"} & offered


def test_a_denoising_network_is_given_noise_to_clean(open_window, qtbot):
    window = open_window("denoising")
    window.probe_column.show_something()
    train(window, qtbot)
    bars = window.probe_column.there_and_back.findChild(object, "errorBars")
    assert bars.names == ("this one", "the noise alone", "with noise", "test part")
    noise = float(bars.texts[1])
    assert 0.1 < noise < 0.22
    assert float(bars.texts[2]) < noise / 2


def test_what_was_taught_is_measured_by_how_it_comes_back(window, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(own_drawings, "folder", lambda: tmp_path / "mine")
    window.session.change("data.task", "labels")
    settled(window, qtbot, "labels")
    window.probe_column.canvas.taught.emit(window.session.probe.stages.source, "3")
    window.session.change("data.task", "itself")
    settled(window, qtbot, "itself")
    effect = window.teaching.effect
    qtbot.waitUntil(lambda: effect.sentence().startswith("They come back with a squared error of"))
    effect.train_with_mine()
    qtbot.waitUntil(lambda: window.session.snapshot.epoch >= 1)
    window.session.toggle_training()
    qtbot.waitUntil(lambda: "of the test part 0." in effect.sentence())
    assert window.session.experiment.training.own_share > 0
