"""A run: repeatable, stoppable, honest about what it measured, and safe when it diverges."""

import dataclasses
from collections import Counter
from typing import Any

import numpy as np
import pytest

from playground import fields
from playground.data.augmentation import Augmentation
from playground.errors import DivergedError, FieldError
from playground.nn.activations import Identity, ReLU, Sigmoid, Tanh
from playground.nn.layers import BatchNorm, Dense, Dropout
from playground.nn.losses import CategoricalCrossEntropy, LogLoss, MeanSquaredError
from playground.nn.network import Network
from playground.nn.optimizers import SGD, Adam, GradientDescent
from playground.nn.schedules import WarmUp
from playground.training.experiment import DataSettings, Experiment, Output, Stopping, Training
from playground.training.metrics import evaluate
from playground.training.presets import preset
from playground.training.trainer import Pulse, Trainer

SMALL = Experiment(
    data=DataSettings(name="circles", examples=100, test_fraction=0.3),
    layers=(Dense(name="hidden", units=6, activation=Tanh(), dropout=0.1),),
    training=Training(learning_rate=0.01, batch_size=8, stopping=Stopping(epochs=5)),
)


def changed(experiment: Experiment = SMALL, /, **settings: Any) -> Experiment:
    """Return an experiment with settings replaced; two underscores stand for a dot."""
    for path, value in settings.items():
        experiment = fields.replace_at(experiment, path.replace("__", "."), value)
    return experiment


def train(trainer: Trainer) -> list[Pulse]:
    return list(trainer.run())


@pytest.mark.parametrize("batch_size", [8, 300, None])
def test_a_script_and_the_window_train_the_same_network_bit_for_bit(
    batch_size: int | None,
) -> None:
    trainer = Trainer(changed(training__batch_size=batch_size))
    train(trainer)
    experiment, prepared = trainer.experiment, trainer.prepared
    layers = experiment.network_layers(prepared.dataset)
    network = Network(prepared.dataset.input_shape, layers, seed=experiment.seed)
    network.fit(
        prepared.train_inputs,
        prepared.train_targets,
        loss=experiment.training.loss,
        learning_rate=0.01,
        epochs=5,
        batch_size=batch_size,
        seed=experiment.seed,
    )
    assert network.parameters.tobytes() == trainer.network.parameters.tobytes()


def test_the_same_experiment_gives_the_same_bits() -> None:
    experiment = Experiment(
        data=DataSettings(name="digits"),
        layers=(
            Dense(name="wide", units=12, dropout=0.2),
            BatchNorm(name="norm"),
            Dropout(name="drop", rate=0.1),
        ),
        training=Training(
            batch_size=50,
            augmentation=Augmentation(turn=10, shift=0.5, thickness=0.3),
            stopping=Stopping(epochs=2),
        ),
    )
    first, second = Trainer(experiment), Trainer(experiment)
    train(first)
    train(second)
    assert first.network.parameters.tobytes() == second.network.parameters.tobytes()
    assert first.network.statistics.tobytes() == second.network.statistics.tobytes()
    for name, column in first.snapshot().history.columns.items():
        assert column.tolist() == second.snapshot().history.columns[name].tolist()


def test_pausing_between_any_two_batches_changes_nothing() -> None:
    whole, interrupted = Trainer(SMALL), Trainer(SMALL)
    train(whole)
    run = interrupted.run()
    for _ in range(23):
        next(run)
        interrupted.snapshot()
    list(run)
    assert whole.network.parameters.tobytes() == interrupted.network.parameters.tobytes()


def test_another_seed_gives_another_run() -> None:
    first, second = Trainer(SMALL), Trainer(changed(seed=7))
    train(first)
    train(second)
    assert first.network.parameters.tolist() != second.network.parameters.tolist()


def test_an_epoch_sees_every_training_example_once() -> None:
    trainer = Trainer(SMALL)
    seen: Counter[bytes] = Counter()
    step = trainer._step

    def watch(rows: Any, targets: Any, rate: float) -> float:
        seen.update(row.tobytes() for row in rows)
        return step(rows, targets, rate)

    trainer._step = watch  # type: ignore[assignment]
    watch.moments, watch.step_count = step.moments, 0  # type: ignore[attr-defined]
    for pulse in trainer.run():
        if pulse is Pulse.EPOCH:
            break
    assert seen == Counter(row.tobytes() for row in trainer.prepared.train_inputs)


def test_pulses_count_batches_and_epochs() -> None:
    pulses = Counter(train(Trainer(SMALL)))
    assert pulses[Pulse.EPOCH] == 5
    assert pulses[Pulse.BATCH] == 5 * (9 - 1)


def test_the_history_begins_with_the_untrained_network() -> None:
    trainer = Trainer(SMALL)
    untrained = trainer.snapshot().history
    assert untrained.epochs.tolist() == [0]
    train(trainer)
    history = trainer.snapshot().history
    assert history.epochs.tolist() == [0, 1, 2, 3, 4, 5]
    assert set(history.columns) == {
        "train_loss", "test_loss", "train_accuracy", "test_accuracy",
    }  # fmt: skip
    assert history.last("train_loss") < untrained.last("train_loss")
    assert untrained.epochs.tolist() == [0], "a history that was handed out never changes"


def test_the_measured_figures_are_those_of_the_network_in_prediction_mode() -> None:
    trainer = Trainer(SMALL)
    train(trainer)
    outputs = trainer.network.forward(trainer.prepared.test_inputs.T)
    right = outputs.argmax(axis=0) == trainer.prepared.test_targets
    assert trainer.snapshot().history.last("test_accuracy") == pytest.approx(right.mean())
    picked = outputs[trainer.prepared.test_targets, np.arange(outputs.shape[1])]
    loss = trainer.snapshot().history.last("test_loss")
    assert loss == pytest.approx(-np.log(picked).mean(), rel=1e-5)


def test_regression_measures_error_and_r2() -> None:
    trainer = Trainer(
        Experiment(
            data=DataSettings(name="plane-field", examples=100),
            layers=(),
            output=Output(activation=Identity()),
            training=Training(loss=MeanSquaredError(), learning_rate=0.01),
        )
    )
    train(trainer)
    answers = trainer.network.forward(trainer.prepared.test_inputs.T)[0].astype(np.float64)
    wanted = trainer.prepared.test_targets[:, 0]
    history = trainer.snapshot().history
    assert history.last("test_mean_absolute_error") == pytest.approx(abs(answers - wanted).mean())
    spread = ((wanted - wanted.mean()) ** 2).sum()
    residual = ((answers - wanted) ** 2).sum()
    assert history.last("test_r2") == pytest.approx(1 - residual / spread, rel=1e-4)
    assert np.isnan(history.last("test_accuracy"))


def test_without_a_test_part_the_training_part_is_measured_once() -> None:
    trainer = Trainer(changed(data__test_fraction=0.0))
    train(trainer)
    assert trainer.prepared.tested_on_train
    columns = trainer.snapshot().history.columns
    assert columns["test_loss"].tolist() == columns["train_loss"].tolist()


def test_full_batch_takes_one_step_an_epoch_whatever_the_batch_size() -> None:
    for settings in (
        {"training__optimizer": GradientDescent(), "training__batch_size": 4},
        {"training__optimizer": SGD(), "training__batch_size": None},
        {"training__optimizer": SGD(), "training__batch_size": 60_000},
    ):
        trainer = Trainer(changed(**settings))
        train(trainer)
        assert trainer.snapshot().step == trainer.epoch == 5
        assert trainer.snapshot().batches == 1


def test_one_full_batch_step_is_the_hand_worked_one() -> None:
    # One neuron, one example: x = (2, 3), w = (0, 1), b = 4, so z = 7 and ŷ = σ(7). The target
    # is 1 and L = ½(ŷ − y)²: ∂L/∂z = (ŷ − 1)·ŷ·(1 − ŷ), ∂L/∂w = ∂L/∂z · x, ∂L/∂b = ∂L/∂z.
    trainer = Trainer(changed(preset("article-neuron").experiment, training__learning_rate=100.0))
    answer = 1 / (1 + np.exp(-7.0))
    grad_z = (answer - 1) * answer * (1 - answer)
    for pulse in trainer.run():
        if pulse is Pulse.EPOCH:
            break
    views = trainer.network.views()
    expected = [0 - 100 * grad_z * 2, 1 - 100 * grad_z * 3]
    # ŷ − 1 is the difference of nearly equal numbers: of float32's seven digits four are left.
    assert views["output.weights"].ravel().tolist() == pytest.approx(expected, rel=1e-3)
    assert views["output.biases"].tolist() == pytest.approx([4 - 100 * grad_z], rel=1e-3)


def test_the_schedule_scales_the_rate_by_fractional_epochs() -> None:
    trainer = Trainer(changed(training__schedule=WarmUp(epochs=1, start=0.0)))
    rates = []
    step = trainer._step

    def watch(rows: Any, targets: Any, rate: float) -> float:
        rates.append(rate)
        return step(rows, targets, rate)

    watch.moments, watch.step_count = step.moments, 0  # type: ignore[attr-defined]
    trainer._step = watch  # type: ignore[assignment]
    train(trainer)
    assert rates[0] < rates[1] < rates[7] < 0.01
    assert rates[9:] == pytest.approx([0.01] * len(rates[9:]))


def test_a_snapshot_owns_its_arrays() -> None:
    trainer = Trainer(changed(layers=(Dense(name="hidden", units=4), BatchNorm(name="norm"))))
    before = trainer.snapshot()
    kept = before.parameters.copy(), before.statistics.copy()
    train(trainer)
    assert before.parameters.tolist() == kept[0].tolist()
    assert before.statistics.tolist() == kept[1].tolist()
    assert trainer.snapshot().parameters.tolist() != kept[0].tolist()


def test_a_snapshot_says_where_the_run_stands() -> None:
    trainer = Trainer(SMALL, run=3)
    run = trainer.run()
    pulses = [next(run) for _ in range(4)]
    batches = pulses.count(Pulse.BATCH)
    snapshot = trainer.snapshot()
    assert (snapshot.run, snapshot.epoch, snapshot.batch) == (3, 0, batches)
    assert snapshot.batches == 9
    assert snapshot.step == batches
    assert snapshot.seconds > 0
    assert snapshot.examples_per_second > 0


DIVERGING = changed(
    data__name="plane-field",
    layers=(Dense(name="hidden", units=8, activation=ReLU()),),
    output=Output(activation=Identity()),
    training__loss=MeanSquaredError(),
    training__optimizer=SGD(),
    training__learning_rate=50.0,
)


def test_a_diverging_run_goes_back_to_the_last_finite_epoch_with_advice() -> None:
    trainer = Trainer(DIVERGING)
    with pytest.raises(DivergedError) as caught:
        train(trainer)
    sentence = str(caught.value)
    assert "Lower the learning rate (now 50), clip the gradient, or standardize" in sentence
    assert f"after epoch {trainer.epoch:,}" in sentence
    snapshot = trainer.snapshot()
    assert np.isfinite(snapshot.parameters).all()
    assert snapshot.history.epochs[-1] == trainer.epoch
    assert np.isfinite(snapshot.history.columns["train_loss"][1:]).all()


def test_a_run_that_diverged_trains_on_with_a_smaller_rate() -> None:
    trainer = Trainer(DIVERGING)
    with pytest.raises(DivergedError):
        train(trainer)
    start = trainer.epoch
    trainer.edit(changed(DIVERGING, training__learning_rate=0.001))
    train(trainer)
    assert trainer.epoch == start + 5
    losses = trainer.snapshot().history.columns["train_loss"]
    assert losses[-1] < losses[start]


def test_an_edit_before_the_divergence_is_noticed_keeps_none_of_it() -> None:
    trainer = Trainer(DIVERGING)
    start = trainer.network.parameters.copy()
    next(trainer.run())
    trainer.network.parameters[3] = np.inf
    trainer.edit(changed(DIVERGING, training__learning_rate=0.001))
    assert trainer.network.parameters.tolist() == start.tolist()
    train(trainer)
    assert np.isfinite(trainer.snapshot().history.last("train_loss"))


def test_a_network_beyond_memory_is_refused_with_its_size_and_the_limit() -> None:
    wide = (Dense(name="a", units=4), Dense(name="b", units=10_000_000))
    with pytest.raises(FieldError) as caught:
        Trainer(changed(layers=wide))
    assert caught.value.path == "layers.1"
    assert "10,000,000 neurons with 50,000,000 parameters would bring the network to" in str(
        caught.value
    )
    assert "the limit is 1 GiB. Choose fewer neurons." in str(caught.value)


def test_many_layers_that_are_too_large_only_together_are_refused_too() -> None:
    layers = tuple(Dense(name=f"d{index}", units=3_000) for index in range(6))
    Trainer(changed(layers=layers[:2]))
    with pytest.raises(FieldError, match="the limit is 1 GiB"):
        Trainer(changed(layers=layers))


@pytest.mark.parametrize(
    ("data", "activation", "loss", "sentence"),
    [
        ("bumps", Identity(), LogLoss(), "Log loss expects classes"),
        ("bumps", Identity(), CategoricalCrossEntropy(), "asks for a number"),
        ("circles", Sigmoid(), CategoricalCrossEntropy(), "an output for each class"),
    ],
)
def test_a_loss_that_has_no_meaning_is_refused(
    data: str, activation: Any, loss: Any, sentence: str
) -> None:
    experiment = changed(data__name=data, output=Output(activation=activation), training__loss=loss)
    with pytest.raises(FieldError, match=sentence) as caught:
        Trainer(experiment)
    assert caught.value.path == "training.loss"


def test_restoring_goes_on_where_the_saved_run_stood() -> None:
    first = Trainer(SMALL)
    train(first)
    saved = first.moment()
    second = Trainer(SMALL, start=saved)
    again = second.snapshot()
    assert again.parameters.tobytes() == saved.parameters.tobytes()
    assert (again.epoch, again.step, again.seconds) == (saved.epoch, saved.step, saved.seconds)
    train(second)
    assert second.epoch == 10
    assert second.snapshot().step == saved.step + 5 * 9
    history = second.snapshot().history
    assert history.epochs.tolist() == list(range(11))
    assert history.columns["test_loss"][:6].tolist() == saved.history.columns["test_loss"].tolist()


def test_without_the_optimizers_moments_the_first_step_is_as_large_as_adams_first() -> None:
    first = Trainer(changed(layers=(), training__optimizer=Adam()))
    train(first)
    saved = first.moment()
    start = dataclasses.replace(saved, step=10_000, seconds=0.0, course=None)
    second = Trainer(first.experiment, start=start)
    for pulse in second.run():
        if pulse is Pulse.BATCH:
            break
    # Adam's first step moves every parameter by nearly the learning rate, and none by more.
    moved = np.abs(second.network.parameters - saved.parameters)
    assert moved.max() <= 0.01 * 1.001


def test_the_speed_of_a_short_run_is_that_of_all_of_it() -> None:
    trainer = Trainer(preset("xor").experiment)
    pulses = trainer.run()
    trained = 0
    while trainer.seconds < 0.02:
        trained += 4 * (next(pulses) is not Pulse.PREPARED)
        told = trainer.snapshot().examples_per_second
    assert told == pytest.approx(trained / trainer.seconds)


def test_every_part_is_measured_on_its_own_examples():
    trainer = Trainer(changed(data__validation_fraction=0.25))
    for _ in trainer.run():
        pass
    prepared, history = trainer.prepared, trainer.snapshot().history
    for name, part in prepared.parts.items():
        wanted = prepared.target_rows(part, trainer.network.output_shape[0])
        told = evaluate(
            trainer.network,
            trainer.experiment.training.loss,
            prepared.dataset.task,
            part.inputs,
            wanted,
        )
        for measure, value in told.items():
            assert history.last(f"{name}_{measure}") == pytest.approx(value, rel=1e-5)
    assert history.last("validation_loss") != history.last("test_loss")
