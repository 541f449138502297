"""A transformer is built by the menu, trained, drawn, looked into, saved and opened."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from short_sequences import POINTS, TEXTS

from playground.analysis.neurons.neuron import Neuron
from playground.gui.panels.inspector import Inspector
from playground.gui.session.probe import example_probe
from playground.nn.activations import Identity, Tanh
from playground.nn.layers import (
    Dense,
    Embedding,
    GlobalAveragePool,
    LayerNorm,
    Position,
    Residual,
    SelfAttention,
)
from playground.training.experiment import DataSettings, Experiment, Stopping, Training

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support"),
    pytest.mark.usefixtures("sequences"),
]

FOREVER = Training(learning_rate=0.01, batch_size=16, stopping=Stopping(epochs=None))


def transformer(first, *last, causal=False):
    look = SelfAttention(2, causal, name="look")
    think = (LayerNorm(name="again"), Dense(9, Tanh(), name="inner"), Dense(8, name="outer"))
    return (
        first,
        Position(name="where"),
        Residual((LayerNorm(name="norm"), look), name="attends"),
        Residual(think, name="thinks"),
        *last,
    )


def reads():
    """Return an experiment that tells which way a line of points goes."""
    first, last = Dense(8, Identity(), name="first"), GlobalAveragePool(name="mean")
    layers = transformer(first, last)
    return Experiment(data=DataSettings(name=POINTS), layers=layers, training=FOREVER)


def foretells():
    """Return an experiment that tells the next token of texts that end early."""
    layers = transformer(Embedding(8, name="first"), causal=True)
    return Experiment(data=DataSettings(name=TEXTS), layers=layers, training=FOREVER)


@pytest.mark.parametrize("experiment", [reads, foretells])
def test_it_trains_and_every_layer_is_told_and_it_is_saved(experiment, shown):
    shown.open(experiment())
    before = shown.session.snapshot.history.last("train_loss")
    assert shown.train(4).history.last("train_loss") < before
    shown.session.set_probe(example_probe(shown.session.prepared, 0))
    for layer in ("first", "where", "norm", "look", "attends", "outer"):
        shown.session.attention.select(Neuron(layer, 9))
        shown.wait(lambda layer=layer: of_inspector(shown) == Neuron(layer, 9))
    saved = shown.save_and_open()
    assert saved.experiment == shown.session.experiment


def test_every_lens_shows_it(shown):
    shown.open(reads())
    shown.train(2)
    shown.look_at_every_lens()


def of_inspector(shown):
    """Return the neuron that the inspector tells of, None for none."""
    report = shown.window.findChild(Inspector).report
    return None if report is None else report.neuron


def test_its_layers_are_added_by_the_menu_with_settings_that_fit(shown):
    shown.open(dataclasses.replace(reads(), layers=reads().layers[:1]))
    for kind in ("self_attention", "layer_norm", "position", "global_average_pool"):
        QTest.mouseClick(shown.find("addLayerButton"), Qt.MouseButton.LeftButton)
        menu = shown.find("addLayerMenu")
        shown.wait(menu.isVisible)
        action = next(each for each in menu.actions() if each.objectName() == f"add_{kind}")
        menu.close()
        if kind == "global_average_pool":  # what stands behind it needs steps
            assert not action.isEnabled()
            assert "expects a sequence such as 5 numbers at 40 steps" in action.toolTip()
            continue
        assert action.isEnabled(), kind
        action.trigger()
        assert shown.session.experiment.layers[0].kind == kind
        shown.settle(shown.session.experiment)
    assert shown.session.experiment.layers[2].heads == 1  # 3 numbers come in
    assert np.isfinite(shown.train(1).history.last("train_loss"))
