"""A loss of one's own is a class in the registry: the window, files and checks know it then."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from playground import fields
from playground.analysis.slow_step import walk
from playground.nn.activations import Identity, Tanh
from playground.nn.gradient_check import check_tensors
from playground.nn.layers import Dense
from playground.nn.losses import LOSSES, Loss
from playground.nn.network import Network
from playground.training.presets import preset
from playground.training.trainer import Trainer

EXPERIMENT = preset("bumps").experiment


@dataclass(frozen=True)
class Huber(Loss):
    """Squared for small misses, straight for those above 1: an outlier pulls no harder."""

    kind: ClassVar[str] = "huber"
    title: ClassVar[str] = "Huber"
    formula: ClassVar[str] = "L = Σ ½(ŷ − y)² up to 1, |ŷ − y| − ½ beyond"
    derivative_formula: ClassVar[str] = "∂L/∂ŷ = ŷ − y, from −1 to 1"
    use: ClassVar[str] = "Regression with outliers."
    measures: ClassVar[str] = "numbers"

    def prepare(self, prediction, target, grad):
        def evaluate():
            miss = prediction - target
            np.clip(miss, -1, 1, out=grad)
            total = float(np.sum(grad * (miss - grad / 2)))
            np.divide(grad, prediction.shape[1], out=grad)
            return total / prediction.shape[1]

        return evaluate


@pytest.fixture(autouse=True)
def huber():
    with LOSSES.with_member(Huber):
        yield
    assert "huber" not in LOSSES


def test_its_gradient_is_the_slope_of_its_value():
    rng = np.random.default_rng(0)
    layers = (
        Dense(name="hidden", units=5, activation=Tanh()),
        Dense(name="output", units=2, activation=Identity()),
    )
    network = Network((3,), layers, seed=1, dtype=np.float64)
    inputs, targets = rng.normal(size=(3, 9)), rng.normal(0, 3, (2, 9))
    checks = check_tensors(network, Huber(), inputs, targets, rng=rng)
    assert max(check.relative_error for check in checks) < 1e-6


def test_a_step_with_it_is_walked_through_number_by_number():
    trainer = Trainer(fields.replace_at(EXPERIMENT, "training.loss", Huber()))
    steps = walk(trainer.next_step(), trainer.prepared.dataset)
    (loss,) = (stage for stage in steps.stages if stage.label == "L")
    assert loss.title == "loss: huber"
    assert Huber.formula in loss.formula


def test_it_is_chosen_in_the_window_trained_saved_and_opened(shown, qtbot):
    shown.open(EXPERIMENT)
    box = shown.find("lossBox", QComboBox)
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_End)
    shown.wait(lambda: shown.session.experiment.training.loss == Huber())
    shown.settle(shown.session.experiment)
    assert box.currentText() == "Huber"
    before = shown.session.snapshot.history.last("train_loss")
    assert shown.train(3).history.last("train_loss") < before
    assert shown.save_and_open().experiment.training.loss == Huber()
