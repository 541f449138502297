"""The gradient check of a network for pictures: what is compared, on how much, and what is said."""

from __future__ import annotations

import numpy as np
import pytest
from short_sequences import POINTS, TEXTS

from playground.analysis.gradient_report import check_gradients
from playground.nn.activations import Softmax, Tanh
from playground.nn.layers import (
    LSTM,
    AveragePool,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    MaxPool,
    Residual,
    SelfAttention,
)
from playground.nn.network import Network
from playground.training.experiment import DataSettings, Experiment
from playground.training.recipes import Supervised
from playground.training.trainer import Trainer


def test_every_tensor_of_a_network_for_pictures_is_compared_by_name() -> None:
    layers = (
        Conv2D(4, activation=Tanh(), dropout=0.5, frozen="1", name="conv2d_1"),
        BatchNorm(name="batch_norm_2"),
        MaxPool(name="max_pool_3"),
        Residual((Conv2D(4, kernel=2, activation=Tanh(), name="conv2d_5"),), name="residual_4"),
        Dropout(0.3, whole_maps=True, name="dropout_6"),
        AveragePool(2, 1, name="average_pool_7"),
        Flatten(name="flatten_8"),
    )
    trainer = Trainer(Experiment(data=DataSettings(name="digits"), layers=layers))
    loss = trainer.experiment.training.loss
    report = check_gradients(
        trainer.network, loss, trainer.prepared, Supervised(), l1=0, l2=0.01, seed=0
    )
    assert [(report.names.tensor(each.name), each.size) for each in report.tensors] == [
        ("Conv 1 · weights", 4 * 9),
        ("Conv 1 · biases", 4),
        ("Batch norm 1 · scale", 4),
        ("Batch norm 1 · shift", 4),
        ("Conv 2 · weights", 4 * 4 * 4),
        ("Conv 2 · biases", 4),
        ("Output · weights", 10 * 4 * 9),
        ("Output · biases", 10),
    ]
    assert report.verdict == "right"
    assert report.examples == 32
    assert report.entries > 300


@pytest.mark.parametrize(("maps", "examples"), [(4, 32), (64, 16), (400, 8)])
def test_the_more_products_an_example_takes_the_fewer_are_looked_at(
    maps: int, examples: int
) -> None:
    trainer = Trainer(Experiment(data=DataSettings(name="digits")))
    layers = [Conv2D(maps), Conv2D(10), MaxPool(8), Dense(10, Softmax())]
    network = Network((1, 8, 8), layers, dtype=np.float64)
    loss = trainer.experiment.training.loss
    report = check_gradients(
        network, loss, trainer.prepared, Supervised(), l1=0, l2=0, seed=0, seconds=0
    )
    assert report.examples == examples
    assert all(4 >= each.entries for each in report.tensors)


@pytest.mark.usefixtures("sequences")
@pytest.mark.parametrize("name", [POINTS, TEXTS])
def test_sequences_are_compared_at_every_step(name: str) -> None:
    layers = (
        Dense(4, Tanh(), dropout=0.3, name="one"),
        LSTM(3, direction="both", name="two"),
        Residual((SelfAttention(2, name="inside"),), name="block"),
    )
    trainer = Trainer(Experiment(data=DataSettings(name=name), layers=layers))
    loss = trainer.experiment.training.loss
    report = check_gradients(
        trainer.network, loss, trainer.prepared, Supervised(), l1=0, l2=0.01, seed=0
    )
    assert report.verdict == "right"
    assert {each.verdict for each in report.tensors} == {"right"}
