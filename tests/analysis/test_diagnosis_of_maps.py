"""A diagnosis of layers that look at pictures: maps count as neurons do, at all their places."""

import dataclasses
from typing import Any

import numpy as np

from playground.analysis.diagnosis import Finding, diagnose
from playground.analysis.neurons.neuron import Neuron
from playground.fields import replace_at
from playground.nn.activations import Sigmoid, Tanh
from playground.nn.initializers import Normal, Zeros
from playground.nn.layers import Conv2D, Dense, Flatten, GlobalAveragePool, MaxPool
from playground.training.experiment import Experiment, Training
from playground.training.history import History
from playground.training.model import Model
from playground.training.trainer import Trainer


def moment(experiment: Experiment, epochs: int = 0) -> tuple[Trainer, Model]:
    trainer = Trainer(experiment)
    pulses = trainer.run()
    while trainer.epoch < epochs:
        next(pulses)
    model = Model(experiment, trainer.prepared.dataset, trainer.prepared.normalization)
    model.show(trainer.snapshot())
    return trainer, model


def found(trainer: Trainer, model: Model) -> dict[str, Finding]:
    return {one.kind: one for one in diagnose(model, trainer.prepared, model.experiment)}


def pictures(*layers: Any, **training: Any) -> Experiment:
    return Experiment(layers=layers, training=Training(**training))


def test_a_sound_network_of_maps_is_told_nothing() -> None:
    experiment = pictures(
        Conv2D(8, name="conv2d_1"),
        MaxPool(name="max_pool_1"),
        Conv2D(16, name="conv2d_2"),
        Flatten(name="flatten_1"),
        learning_rate=0.003,
    )
    for epochs in (0, 3):
        assert found(*moment(experiment, epochs)) == {}


def test_a_map_is_silent_where_all_its_places_are() -> None:
    experiment = pictures(Conv2D(4, name="conv2d_1"), Flatten(name="flat"))
    trainer, model = moment(experiment)
    views = model.network.views()
    views["conv2d_1.biases"][1:3] = -100
    snapshot = dataclasses.replace(
        trainer.snapshot(), parameters=model.network.parameters.astype(np.float32)
    )
    model.show(snapshot)
    finding = found(trainer, model)["silent_relu"]
    assert finding.headline == "2 of 4 ReLU maps are silent"
    assert finding.neuron == Neuron("conv2d_1", 64 + 4 * 8 + 4)
    quieted = replace_at(experiment, "layers.0.silenced", "1, 2")
    model = Model(quieted, trainer.prepared.dataset, trainer.prepared.normalization)
    model.show(dataclasses.replace(snapshot, experiment=quieted))
    assert "silent_relu" not in found(trainer, model)


def test_saturated_maps_and_maps_alike_are_counted_as_maps() -> None:
    experiment = pictures(Conv2D(3, activation=Tanh(), name="conv2d_1"), Flatten(name="flat"))
    trainer, model = moment(experiment)
    model.network.views()["conv2d_1.biases"][[0, 2]] = 50
    parameters = model.network.parameters.astype(np.float32)
    model.show(dataclasses.replace(trainer.snapshot(), parameters=parameters))
    finding = found(trainer, model)["saturated"]
    assert finding.headline == "2 of 3 tanh maps are saturated"
    alike = Conv2D(5, activation=Tanh(), initializer=Zeros(), name="conv2d_1")
    experiment = pictures(alike, Flatten(name="flat"))
    experiment = replace_at(experiment, "output.initializer", Zeros())
    finding = found(*moment(experiment))["symmetric"]
    assert finding.headline == "All 5 maps of Conv 1 are alike"
    assert "they stay one map" in finding.explanation


def test_the_gradient_that_fades_is_compared_from_map_to_output() -> None:
    layers = [
        Conv2D(4, activation=Sigmoid(), initializer=Normal(0.01), name=f"conv2d_{n}")
        for n in range(1, 6)
    ]
    experiment = pictures(*layers, Flatten(name="flat"))
    assert "reaches Conv 1" in found(*moment(experiment, 1))["vanishing_gradient"].explanation


def test_few_maps_are_to_become_more_of_them() -> None:
    experiment = pictures(
        Conv2D(1, activation="tanh", name="conv2d_1"),
        GlobalAveragePool(name="mean"),
        Dense(2, "tanh", name="dense_1"),
    )
    trainer, model = moment(experiment)
    curves = {
        f"{part}_{what}": np.full(60, value)
        for part in ("train", "test")
        for what, value in (("loss", 2.0), ("accuracy", 0.2))
    }
    history = History(np.arange(60.0), curves)
    model.show(dataclasses.replace(trainer.snapshot(), history=history, epoch=59, step=600))
    finding = found(trainer, model)["underfitting"]
    assert finding.headline.startswith("With 3 hidden maps and neurons, 20")
    assert finding.remedies[0].changes == {"layers.0.maps": 2, "layers.2.units": 4}
