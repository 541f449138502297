"""A task of one's own, to put out what came in, is a class in the registry and a data set."""

import dataclasses
from typing import ClassVar

import numpy as np
import pytest

from playground.data.bundled.bundled_sets import digits
from playground.data.tasks import R2, TASKS, Metric, Task, r2
from playground.gui.session.probe import example_probe
from playground.nn.activations import Identity
from playground.nn.layers import Dense
from playground.nn.losses import MeanSquaredError
from playground.training.experiment import DataSettings, Experiment, Training

WORST = Metric("worst_pixel", "worst pixel", "the largest miss of all pixels", 0.0)


@dataclasses.dataclass(frozen=True)
class Echo(Task):
    """What is right is the example itself."""

    kind: ClassVar[str] = "echo"
    title: ClassVar[str] = "Echo"
    answer_word: ClassVar[str] = "the first pixel"
    metrics: ClassVar[tuple[Metric, ...]] = (WORST, R2)

    def check_targets(self, name, examples, dataset):
        assert len(dataset.targets) == examples

    def output_units(self, dataset, activation):
        return dataset.features

    def target_rows(self, inputs, targets, outputs):
        return np.asarray(inputs[:], np.float32)

    def check_loss(self, loss, dataset, units):
        pass

    def fitting_activation(self, activation):
        return Identity()

    def fitting_loss(self, activation):
        return MeanSquaredError()

    def measure(self, outputs, targets):
        return float(np.abs(outputs - targets).max()), r2(outputs, targets)


@pytest.fixture(autouse=True)
def echo(add_data_set):
    with TASKS.with_member(Echo):
        add_data_set(dataclasses.replace(digits(), name="echo-digits", title="Echo", task=Echo()))
        yield
    assert "echo" not in TASKS


def experiment() -> Experiment:
    return Experiment(
        data=DataSettings(name="echo-digits"),
        layers=(Dense(name="code", units=12),),
        training=Training(loss=MeanSquaredError(), learning_rate=0.01),
    )


def test_it_trains_in_the_window_and_its_measures_are_drawn(shown):
    shown.open(experiment())
    assert shown.session.model.network.output_shape == (64,)
    shown.window.probe_column.show_example(example_probe(shown.session.prepared, 3))
    shown.look_at_every_lens()
    history = shown.train(4).history
    losses = history.columns["test_loss"]
    assert losses[-1] < losses[0] / 2
    assert history.last("test_r2") > 0.3
    curves = shown.window.curves.panel
    measures = curves.tools.measure
    assert [measures.itemText(row) for row in range(measures.count())] == ["Worst pixel", "R²"]
    assert "Worst pixel is the largest miss of all pixels" in measures.toolTip()
    assert shown.window.probe_column.panel.prediction.readout.startswith("from ")


def test_it_is_saved_and_opened(shown):
    shown.open(experiment())
    shown.train(1)
    saved = shown.save_and_open()
    assert saved.dataset.task == Echo()
    assert "test_worst_pixel" in saved.history.columns
