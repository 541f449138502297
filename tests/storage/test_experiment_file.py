"""An experiment file brings back what was saved, bit for bit."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from damage import as_version
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground import fields
from playground.errors import FileError
from playground.nn.activations import ACTIVATIONS, Identity, Sigmoid, Softmax
from playground.nn.initializers import Given, Glorot, He, Normal
from playground.nn.layers import (
    AveragePool,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool,
    MaxPool,
    Residual,
)
from playground.nn.losses import MeanSquaredError
from playground.nn.optimizers import OPTIMIZERS
from playground.nn.schedules import SCHEDULES
from playground.storage import experiment_file
from playground.training.experiment import DataSettings, Experiment, Output, Stopping, Training
from playground.training.model import Model
from playground.training.trainer import Pulse, Trainer


def shown(trainer: Trainer) -> Model:
    """Return the model that the window shows of a run."""
    model = Model(trainer.experiment, trainer.prepared.dataset, trainer.prepared.normalization)
    model.show(trainer.snapshot())
    return model


def test_everything_comes_back(trained: Trainer, sound: Path) -> None:
    saved = experiment_file.read(sound)
    snapshot = trained.snapshot()
    normalization = trained.prepared.normalization
    assert saved.experiment == snapshot.experiment
    assert saved.parameters.tobytes() == snapshot.parameters.tobytes()
    assert saved.normalization.mean.tobytes() == normalization.mean.tobytes()
    assert saved.normalization.scale.tobytes() == normalization.scale.tobytes()
    assert (saved.epoch, saved.step) == (10, snapshot.step)
    assert saved.seconds == snapshot.seconds
    assert saved.history.epochs.tolist() == snapshot.history.epochs.tolist()
    assert list(saved.history.columns) == list(snapshot.history.columns)
    for name, column in snapshot.history.columns.items():
        assert saved.history.columns[name].tolist() == column.tolist()


def test_the_model_answers_raw_inputs_as_the_trained_network_did(
    trained: Trainer, sound: Path
) -> None:
    raw = trained.prepared.dataset.inputs[trained.prepared.test_index]
    answers = experiment_file.read(sound).model().outputs(raw)
    assert answers.tobytes() == shown(trained).outputs(raw).tobytes()
    trained_answers = trained.network.forward(trained.prepared.test_inputs.T).T
    np.testing.assert_allclose(answers, trained_answers, rtol=1e-4, atol=1e-6)


def test_training_goes_on_from_a_file(sound: Path) -> None:
    saved = experiment_file.read(sound)
    trainer = Trainer(saved.experiment, start=saved)
    assert trainer.snapshot().step == saved.step
    for _ in trainer.run():
        pass
    assert trainer.epoch == 20
    assert trainer.snapshot().history.epochs.tolist() == list(range(21))


def test_the_same_moment_gives_the_same_bytes(
    trained: Trainer, tmp_path: Path, sound_bytes: bytes
) -> None:
    again = tmp_path / "again.playground"
    experiment_file.save(again, trained.moment(), trained.prepared)
    assert again.read_bytes() == sound_bytes


def test_the_file_is_safetensors_that_any_reader_opens(sound: Path, trained: Trainer) -> None:
    tensors = safetensors.numpy.load_file(sound)
    views = trained.network.views()
    assert tensors["dense_1.weights"].tolist() == views["dense_1.weights"].tolist()
    assert {name for name in tensors if "/" not in name} == set(views)


def test_a_network_with_weights_that_are_not_finite_is_not_saved(
    trained: Trainer, sound: Path, sound_bytes: bytes
) -> None:
    moment = trained.moment()
    parameters = moment.parameters.copy()
    parameters[3] = np.nan
    moment = dataclasses.replace(moment, parameters=parameters)
    with pytest.raises(FileError, match="weights that are no finite numbers"):
        experiment_file.save(sound, moment, trained.prepared)
    assert sound.read_bytes() == sound_bytes


def test_what_was_read_can_be_changed_without_touching_another_reading(sound: Path) -> None:
    first, second = experiment_file.read(sound), experiment_file.read(sound)
    first.parameters[:] = 0
    assert second.parameters.any()
    second.model().network.parameters[:] = 0
    assert second.parameters.any()


# Random experiments: every kind of layer, activation, optimizer and schedule.


def _settings_of(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Return values of a settings class, with its numbers anywhere within their bounds."""
    strategies = {}
    for name, declared in fields.describe(kind).items():
        if isinstance(declared, fields.Number):
            low, high = max(declared.low, -100), min(declared.high, 100)
            whole = st.integers(int(low), int(high))
            strategies[name] = whole if declared.whole else st.floats(low, high)
    values: dict[str, st.SearchStrategy[Any]] = strategies
    if kind.kind == "leaky_relu":
        values = {"a": st.floats(0.5, 2), "b": st.floats(0, 0.25)}
    return st.builds(kind, **values)


activations = st.sampled_from(list(ACTIVATIONS)).flatmap(_settings_of)
initializers = st.one_of(st.just(He()), st.just(Glorot()), st.builds(Normal, scale=st.floats(0, 2)))
layers = st.lists(
    st.one_of(
        st.builds(
            Dense,
            units=st.integers(1, 9),
            activation=activations,
            dropout=st.floats(0, 0.9),
            initializer=initializers,
            trainable=st.booleans(),
            frozen=st.sampled_from(["", "0", "1, 3–7"]),
            silenced=st.sampled_from(["", "0, 2"]),
        ),
        st.builds(Dropout, rate=st.floats(0, 0.9)),
        st.builds(BatchNorm, momentum=st.floats(0, 0.99), trainable=st.booleans()),
        st.builds(Flatten),
    ),
    max_size=4,
).map(
    lambda items: tuple(
        dataclasses.replace(item, name=f"{item.kind}_{index}") for index, item in enumerate(items)
    )
)
experiments = st.builds(
    Experiment,
    data=st.builds(
        DataSettings,
        name=st.sampled_from(["iris", "circles", "three-spirals", "bumps", "xor-points"]),
        noise=st.floats(0, 0.5),
        examples=st.integers(10, 60),
        test_fraction=st.sampled_from([0.0, 0.25, 0.5]),
        validation_fraction=st.sampled_from([0.0, 0.25]),
        standardize=st.booleans(),
        seed=st.integers(0, 2**31 - 1),
    ),
    layers=layers,
    output=st.builds(
        Output,
        activation=st.sampled_from([Softmax(), Sigmoid(), Identity()]),
        initializer=initializers,
    ),
    training=st.builds(
        Training,
        loss=st.just(MeanSquaredError()),
        optimizer=st.sampled_from(list(OPTIMIZERS)).flatmap(_settings_of),
        learning_rate=st.floats(1e-6, 1e-2),
        schedule=st.sampled_from(list(SCHEDULES)).flatmap(_settings_of),
        batch_size=st.none() | st.integers(1, 50),
        clip_norm=st.none() | st.floats(0.1, 10),
        stopping=st.just(Stopping(epochs=1)),
    ),
    seed=st.integers(0, 2**31 - 1),
)


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(experiment=experiments)
def test_any_experiment_survives_and_answers_the_same(
    experiment: Experiment, tmp_path: Path
) -> None:
    trainer = Trainer(experiment)
    trainer.network.parameters[:] += np.float32(0.125)
    path = tmp_path / "any.playground"
    experiment_file.save(path, trainer.moment(), trainer.prepared)
    saved = experiment_file.read(path)
    assert saved.experiment == experiment
    assert saved.parameters.tobytes() == trainer.network.parameters.tobytes()
    assert saved.statistics.tobytes() == trainer.network.statistics.tobytes()
    rows = trainer.prepared.dataset.inputs
    assert saved.model().outputs(rows).tobytes() == shown(trainer).outputs(rows).tobytes()


@pytest.mark.parametrize("version", [1, 2])
def test_a_file_of_an_earlier_version_opens_and_can_be_trained_on(
    version: int, sound: Path
) -> None:
    expected = experiment_file.read(sound)
    sound.write_bytes(as_version(sound.read_bytes(), version))
    saved = experiment_file.read(sound)
    assert saved.experiment == expected.experiment
    assert saved.experiment.layers[0].trainable
    assert saved.experiment.layers[0].silenced == ""
    assert saved.parameters.tobytes() == expected.parameters.tobytes()
    assert (saved.epoch, saved.step, saved.seconds) == (10, expected.step, expected.seconds)
    assert saved.course is saved.update is None
    trainer = Trainer(saved.experiment, start=saved)
    next(pulse for pulse in trainer.run() if pulse is Pulse.EPOCH)
    experiment_file.save(sound, trainer.moment(), trainer.prepared)
    again = experiment_file.read(sound)
    assert again.course is not None
    assert (again.epoch, again.step) == (11, trainer.moment().step)


def test_running_statistics_come_back(tmp_path: Path) -> None:
    experiment = Experiment(
        data=DataSettings(name="circles", examples=40),
        layers=(Dense(name="wide", units=4), BatchNorm(name="norm")),
        training=Training(stopping=Stopping(epochs=2)),
    )
    trainer = Trainer(experiment)
    for _ in trainer.run():
        pass
    assert trainer.network.statistics.any()
    path = tmp_path / "norm.playground"
    experiment_file.save(path, trainer.moment(), trainer.prepared)
    assert experiment_file.read(path).statistics.tobytes() == trainer.network.statistics.tobytes()


def test_a_run_on_pictures_comes_back_and_goes_on(tmp_path: Path) -> None:
    experiment = Experiment(
        data=DataSettings(name="digits"),
        layers=(
            Conv2D(4, stride=2, dropout=0.25, frozen="1", silenced="2", name="looks"),
            BatchNorm(name="norm"),
            Residual((Conv2D(4, kernel=2, name="inside"),), name="block"),
            Dropout(0.2, whole_maps=True, name="drop"),
            MaxPool(2, 1, name="largest"),
            AveragePool(2, 1, name="mean"),
            GlobalAveragePool(name="all"),
        ),
        training=Training(batch_size=500, stopping=Stopping(epochs=2)),
    )
    trainer = Trainer(experiment)
    for _ in trainer.run():
        pass
    path = tmp_path / "pictures.playground"
    experiment_file.save(path, trainer.moment(), trainer.prepared)
    saved = experiment_file.read(path)
    assert saved.experiment == experiment
    assert saved.parameters.tobytes() == trainer.network.parameters.tobytes()
    assert saved.statistics.tobytes() == trainer.network.statistics.tobytes()
    rows = trainer.prepared.dataset.inputs
    assert saved.model().outputs(rows).tobytes() == shown(trainer).outputs(rows).tobytes()
    again = Trainer(fields.replace_at(experiment, "training.stopping.epochs", 3), start=saved)
    for _ in again.run():
        pass
    assert (again.network.parameters != trainer.network.parameters).any()


def test_a_layer_may_be_called_like_a_tensor_of_the_file(tmp_path: Path) -> None:
    experiment = Experiment(
        data=DataSettings(name="circles", examples=40),
        layers=(BatchNorm(name="normalization"), Dense(name="history", units=2)),
    )
    trainer = Trainer(experiment)
    path = tmp_path / "names.playground"
    experiment_file.save(path, trainer.moment(), trainer.prepared)
    assert experiment_file.read(path).parameters.tolist() == trainer.network.parameters.tolist()


def test_given_weights_come_back_exactly(tmp_path: Path) -> None:
    given_weights = Given(weights=(0.1, 1 / 3), biases=(1e-7,))
    experiment = Experiment(
        data=DataSettings(name="one-neuron"),
        layers=(),
        output=Output(activation=Sigmoid(), initializer=given_weights),
        training=Training(loss=MeanSquaredError()),
    )
    trainer = Trainer(experiment)
    path = tmp_path / "given.playground"
    experiment_file.save(path, trainer.moment(), trainer.prepared)
    assert experiment_file.read(path).experiment.output.initializer == given_weights


def test_without_a_validation_part_a_file_says_nothing_of_it() -> None:
    plain = fields.to_plain(DataSettings())
    assert "validation_fraction" not in plain
    assert fields.from_plain(DataSettings, plain) == DataSettings()
    held_back = DataSettings(validation_fraction=0.25)
    assert fields.from_plain(DataSettings, fields.to_plain(held_back)) == held_back
