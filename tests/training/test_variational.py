"""Autoencoders that sample, shake and draw with maps: trained, stopped, kept in a file."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playground.fields import replace_at
from playground.nn.activations import Sigmoid
from playground.nn.arrays import Array
from playground.nn.estimators import Classifier
from playground.nn.evidence import evidence_bound
from playground.nn.layers import Code, Conv2D, ConvTranspose2D, Dense, Noise, Reshape, Upsample
from playground.nn.losses import MeanSquaredError
from playground.nn.network import Network
from playground.nn.passes import forward_calls
from playground.storage.experiment_file import read, save
from playground.training.experiment import ITSELF, DataSettings, Experiment, Output, Training
from playground.training.presets import preset
from playground.training.trainer import Trainer

SAMPLING = (
    Noise(0.1, name="noise"),
    Dense(16, name="wide"),
    Code(2, 0.05, variational=True, name="code"),
    Dense(16, name="again"),
)
DRAWING = (
    Conv2D(4, stride=2, name="looks"),
    Code(3, name="code"),
    Dense(8, name="wide"),
    Reshape(2, name="maps"),
    ConvTranspose2D(4, name="grown"),
    Upsample(name="larger"),
)


def asked_for_itself(*layers: Any) -> Experiment:
    return Experiment(
        data=DataSettings(name="digits", task=ITSELF),
        layers=layers,
        output=Output(activation=Sigmoid()),
        training=Training(loss=MeanSquaredError(), learning_rate=0.01),
    )


def stepped(trainer: Trainer, steps: int) -> Trainer:
    run = trainer.run()
    while trainer.snapshot().step < steps:
        next(run)
    return trainer


@pytest.mark.parametrize("layers", [SAMPLING, DRAWING], ids=["sampling", "drawing"])
def test_going_on_from_a_moment_draws_and_learns_as_if_it_had_never_stopped(layers: Any) -> None:
    experiment = asked_for_itself(*layers)
    whole = stepped(Trainer(experiment), 40)
    half = stepped(Trainer(experiment), 17)
    resumed = stepped(Trainer(experiment, start=half.moment()), 40)
    assert whole.network.parameters.tobytes() == resumed.network.parameters.tobytes()


@pytest.mark.parametrize("layers", [SAMPLING, DRAWING], ids=["sampling", "drawing"])
def test_a_file_keeps_all_of_it(layers: Any, tmp_path: Path) -> None:
    trainer = stepped(Trainer(asked_for_itself(*layers)), 5)
    path = tmp_path / "code.playground"
    save(path, trainer.moment(), trainer.prepared)
    opened = read(path)
    assert opened.experiment == trainer.experiment
    assert opened.parameters.tobytes() == trainer.network.parameters.tobytes()


def test_where_maps_as_large_as_the_picture_arrive_a_convolution_draws_it() -> None:
    experiment = asked_for_itself(*DRAWING)
    trainer = stepped(Trainer(experiment), 400)
    output = trainer.network.layers[-1]
    assert (output.settings.kind, output.output_shape) == ("conv2d", (1, 8, 8))
    rows = trainer.prepared.test_inputs[:]
    error = float(np.mean((trainer.network.forward(rows.T).T - rows) ** 2))
    assert error < 0.8 * float(np.mean((rows - rows.mean(axis=0)) ** 2))
    for layers in (DRAWING[:-1], SAMPLING):
        narrow = dataclasses.replace(experiment, layers=layers)
        assert Trainer(narrow).network.layers[-1].settings.kind == "dense"
    labels = replace_at(experiment, "data.task", "labels")
    assert labels.network_layers(labels.data.load())[-1].kind == "dense"


def samples(network: Network, count: int) -> Array:
    """Return what a network decodes from normal numbers, (count, features)."""
    code = network.code
    assert code is not None
    done = network.prepare(count, training=False)
    done.run(np.zeros((64, count), np.float32))
    place = network.row.index(code)
    made = np.random.default_rng(0).standard_normal((code.units, count))
    done.row[place].output[:-1] = made
    for each in done.row[place + 1 :]:
        for call in forward_calls(each):
            call()
    return done.output.T.copy()


def test_the_variational_preset_describes_digits_and_makes_all_ten() -> None:
    experiment = replace_at(preset("variational").experiment, "training.stopping.epochs", 40)
    experiment = replace_at(experiment, "training.schedule.epochs", 40.0)
    trainer = Trainer(experiment)
    for _ in trainer.run():
        pass
    prepared, network = trainer.prepared, trainer.network
    bound = evidence_bound(network, prepared.test_inputs[:], "gaussian", samples=4)
    assert bound.mean() > 5  # −7 for the mean picture
    judge = Classifier([64], epochs=15, learning_rate=0.005)
    judge.fit(prepared.train_inputs[:], prepared.train_targets)
    shares = judge.predict_proba(samples(network, 1000))
    assert np.bincount(shares.argmax(axis=1), minlength=10).min() >= 10
    assert (shares.max(axis=1) > 0.9).mean() > 0.4


def test_the_convolutional_preset_soon_rebuilds_better_than_pca_of_two() -> None:
    trainer = stepped(Trainer(preset("strokes-conv-autoencoder").experiment), 150)
    rows = trainer.prepared.test_inputs[:300]
    error = float(np.mean((trainer.network.forward(rows.T).T - rows) ** 2))
    assert error < 0.045
