"""Layers that read step by step are trained, looked at from all sides, saved and opened."""

import pytest

from playground.analysis.neurons.neuron import Neuron
from playground.nn.layers import GRU, LSTM, RNN
from playground.training.experiment import DataSettings, Experiment, Stopping, Training


@pytest.mark.qt_log_ignore("This plugin does not support")
@pytest.mark.parametrize(
    "layers",
    [
        (RNN(4, name="first"), RNN(3, "last", name="second")),
        (
            GRU(4, direction="both", dropout=0.2, name="first"),
            GRU(3, "last", silenced="1", name="second"),
        ),
        (LSTM(4, frozen="0", name="first"), LSTM(3, "last", "both", name="second")),
    ],
    ids=["RNN", "GRU", "LSTM"],
)
def test_they_are_trained_looked_at_inspected_saved_and_opened(layers, shown):
    experiment = Experiment(
        data=DataSettings(name="pen", steps=8),
        layers=layers,
        training=Training(learning_rate=0.01, batch_size=64, stopping=Stopping(epochs=None)),
    )
    shown.open(experiment)
    before = shown.session.snapshot.history.last("train_loss")
    assert shown.train(2).history.last("train_loss") < before
    shown.window.probe_column.show_something()
    for name, unit in (("first", 5), ("second", 2), ("input", 3)):
        shown.session.attention.select(Neuron(name, unit))
        shown.look_at_every_lens()
    saved = shown.save_and_open()
    assert saved.experiment == shown.session.experiment
