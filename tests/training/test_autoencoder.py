"""A network learns to give back its input, augmented and mixed as the batch is."""

import dataclasses

import numpy as np
import pytest

from playground.data.augmentation import Augmentation
from playground.data.drawing.sample import drawn_three
from playground.data.own.drawings import OwnDrawing, fitting
from playground.errors import FieldError
from playground.fields import replace_at
from playground.nn.activations import Identity, ReLU, Sigmoid, Softmax
from playground.nn.layers import Code, Dense
from playground.nn.losses import CategoricalCrossEntropy, LogLoss, MeanSquaredError
from playground.training.experiment import ITSELF, DataSettings, Experiment, Stopping, Training
from playground.training.metrics import evaluate
from playground.training.presets import preset
from playground.training.task_fit import fitted
from playground.training.trainer import Trainer


def autoencoder(name="digits", *, data=None, **training):
    experiment = Experiment(
        data=DataSettings(name=name, task=ITSELF, **(data or {})),
        layers=(
            Dense(name="wide", units=24, activation=ReLU()),
            Code(name="middle", units=3),
            Dense(name="again", units=24, activation=ReLU()),
        ),
        training=Training(learning_rate=0.004, stopping=Stopping(epochs=3), **training),
    )
    return fitted(experiment, experiment.data.load())


def trained(experiment, prepared=None):
    trainer = Trainer(experiment, prepared)
    for _ in trainer.run():
        pass
    return trainer


@pytest.mark.parametrize("name", ["digits", "gaussians", "iris", "bumps"])
def test_what_comes_back_gets_closer(name):
    trainer = trained(autoencoder(name))
    history = trainer.snapshot().history
    error = history.columns["test_mean_squared_error"]
    assert error[-1] < error[0] / 1.5
    assert history.last("test_r2") > history.columns["test_r2"][0]


def test_the_loss_adds_up_what_the_error_averages():
    trainer = trained(autoencoder())
    last = trainer.snapshot().history.last
    assert last("test_loss") == pytest.approx(64 / 2 * last("test_mean_squared_error"), rel=1e-4)


def test_a_batchs_rows_are_its_targets_augmented_too():
    turned = autoencoder(augmentation=Augmentation(turn=20.0, shift=1.0))
    trainer = Trainer(turned)
    for _ in range(4):
        start = trainer.next_step()
        assert np.array_equal(start.rows, start.targets)
        trainer.take(start)
    plain = Trainer(autoencoder()).next_step()
    assert not np.array_equal(plain.rows, Trainer(turned).next_step().rows)


def test_full_batches_and_standardized_rows_are_their_own_targets():
    for data in ({}, {"standardize": True}):
        trainer = Trainer(autoencoder("iris", data=data, batch_size=None))
        start = trainer.next_step()
        assert len(start.rows) == len(trainer.prepared.train_index)
        assert np.array_equal(start.rows, start.targets)
    assert abs(start.targets.mean()) < 1e-5


def test_own_drawings_are_mixed_in_as_their_own_targets():
    experiment = autoencoder(own_share=0.5)
    prepared = experiment.data.prepared()
    own = fitting([OwnDrawing("3", drawn_three())], prepared.dataset)
    assert len(own.inputs) == 1
    trainer = Trainer(experiment, dataclasses.replace(prepared, own=own))
    start = trainer.next_step()
    mine = (start.rows == own.inputs[0]).all(axis=1)
    assert mine.sum() == 16
    assert np.array_equal(start.rows, start.targets)


def test_balanced_it_draws_every_class_equally_often():
    experiment = autoencoder("rare", balance_classes=True)
    trainer = Trainer(experiment)
    prepared = trainer.prepared
    drawn = []
    while trainer.epoch == 0:
        start = trainer.next_step()
        assert np.array_equal(start.rows, start.targets)
        same = (start.rows[:, np.newaxis] == np.asarray(prepared.train_inputs)).all(axis=2)
        drawn += prepared.train_targets[same.argmax(axis=1)].tolist()
        trainer.take(start)
    rare, common = np.bincount(drawn)
    assert abs(rare - common) <= 1


def test_going_on_from_a_moment_is_as_if_it_had_never_stopped():
    experiment = autoencoder(augmentation=Augmentation(turn=10.0))
    whole, half = Trainer(experiment), Trainer(experiment)
    pulses = half.run()
    for _ in range(70):
        next(pulses)
    resumed = Trainer(experiment, start=half.moment())
    for trainer in (whole, resumed):
        for _ in trainer.run():
            if trainer.epoch == 2:
                break
    assert whole.network.parameters.tobytes() == resumed.network.parameters.tobytes()


def test_the_parts_are_measured_against_themselves():
    trainer = trained(autoencoder(data={"validation_fraction": 0.25}))
    for name, part in trainer.prepared.parts.items():
        told = evaluate(
            trainer.network, MeanSquaredError(), trainer.prepared.dataset.task,
            part.inputs, part.inputs,
        )  # fmt: skip
        for measure, value in told.items():
            last = trainer.snapshot().history.last(f"{name}_{measure}")
            assert last == pytest.approx(value, rel=1e-5)


def test_the_output_is_made_to_fit_the_target_and_back():
    labels = preset("article-digits").experiment
    dataset = replace_at(labels.data, "task", ITSELF).load()
    changed = fitted(replace_at(labels, "data.task", ITSELF), dataset, labels)
    assert changed.output.activation == Sigmoid()
    assert changed.training.loss == MeanSquaredError()
    back = replace_at(changed, "data.task", "labels")
    back = fitted(back, back.data.load(), changed)
    assert back.output.activation == Softmax()
    assert back.training.loss == CategoricalCrossEntropy()


def test_standardizing_lets_go_of_what_only_answers_from_0_to_1():
    experiment = replace_at(autoencoder(), "training.loss", LogLoss())
    standardized = replace_at(experiment, "data.standardize", True)
    with pytest.raises(FieldError, match="from 0 to 1"):
        Trainer(standardized)
    made = fitted(standardized, standardized.data.load())
    assert made.output.activation == Identity()
    assert made.training.loss == MeanSquaredError()


def test_files_that_say_nothing_of_a_target_ask_for_labels():
    plain = autoencoder().data
    assert DataSettings(name="digits").task == "labels"
    assert plain.task == ITSELF


@pytest.mark.parametrize(
    ("name", "epochs", "most"), [("digits-autoencoder", 20, 0.04), ("denoising", 3, 0.022)]
)
def test_a_preset_that_makes_pictures_keeps_its_promise(name, epochs, most):
    experiment = preset(name).experiment
    experiment = replace_at(experiment, "training.stopping.epochs", epochs)
    experiment = replace_at(experiment, "training.schedule.epochs", float(epochs))
    history = trained(experiment).snapshot().history
    assert history.last("test_mean_squared_error") < most
