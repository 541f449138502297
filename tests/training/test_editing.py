"""An edit in the middle of a run keeps what it can, and loses no example."""

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from playground import fields
from playground.data.augmentation import Augmentation
from playground.errors import FieldError
from playground.nn.activations import ReLU, Sigmoid, Tanh
from playground.nn.initializers import Given, Normal
from playground.nn.layers import BatchNorm, Conv2D, Dense, Flatten, MaxPool
from playground.nn.losses import LogLoss
from playground.nn.optimizers import SGD, Adam, Momentum
from playground.nn.schedules import StepDecay
from playground.training.experiment import DataSettings, Experiment, Output, Stopping, Training
from playground.training.trainer import Pulse, Trainer

START = Experiment(
    data=DataSettings(name="three-spirals", examples=120, test_fraction=0.25),
    layers=(
        Dense(name="first", units=6, activation=Tanh()),
        BatchNorm(name="norm"),
        Dense(name="second", units=5, activation=Tanh()),
    ),
    training=Training(learning_rate=0.01, batch_size=10, stopping=Stopping(epochs=3)),
)


@pytest.fixture
def trainer() -> Trainer:
    """Return a trainer in the middle of its second epoch."""
    trainer = Trainer(START)
    run = trainer.run()
    while trainer.snapshot().step < 12:
        next(run)
    return trainer


def edited(trainer: Trainer, path: str, value: Any) -> Any:
    return trainer.edit(fields.replace_at(trainer.experiment, path, value))


def state(trainer: Trainer) -> dict[str, list[Any]]:
    """Return every tensor, and each of its moments, by name."""
    values = {name: view.tolist() for name, view in trainer.network.views().items()}
    for index, moment in enumerate(trainer._step.moments):
        for name, view in trainer.network.views_of(moment).items():
            values[f"{name} moment {index}"] = view.tolist()
    return values


def of(values: dict[str, list[Any]], *layers: str) -> dict[str, list[Any]]:
    return {name: value for name, value in values.items() if name.split(".")[0] in layers}


def test_a_change_of_the_rate_keeps_everything(trainer: Trainer) -> None:
    before = state(trainer)
    carried = edited(trainer, "training.learning_rate", 0.1)
    assert state(trainer) == before
    assert not carried.network_changed
    assert carried.sentence() == "Done; training goes on with the same weights."
    assert trainer.snapshot().step == 12


@pytest.mark.parametrize("units", [4, 8])
def test_units_that_are_in_both_go_on_with_all_that_joins_them(
    trainer: Trainer, units: int
) -> None:
    before = {name: np.array(value) for name, value in state(trainer).items()}
    carried = edited(trainer, "layers.2.units", units)
    after = {name: np.array(value) for name, value in state(trainer).items()}
    start = {name: np.array(value) for name, value in state(Trainer(trainer.experiment)).items()}
    assert np.any(before["second.weights moment 0"])
    for name, value in after.items():
        both = tuple(map(slice, np.minimum(before[name].shape, value.shape)))
        np.testing.assert_array_equal(value[both], before[name][both], err_msg=name)
        left = np.ones(value.shape, np.bool_)
        left[both] = False
        np.testing.assert_array_equal(value[left], start[name][left], err_msg=name)
    assert carried.kept == ("first", "norm", "output")
    assert carried.resized == (("second", 5, units),)
    assert carried.fresh == ()
    assert carried.sentence() == (
        "Removed the last neuron of second; the other 4 keep their weights. "
        "Kept the weights of first, norm and the output layer."
        if units < 5
        else "Added 3 new neurons to second; the other 5 keep their weights. "
        "Kept the weights of first, norm and the output layer."
    )


def test_a_normalization_loses_the_features_of_the_neurons_that_went(trainer: Trainer) -> None:
    before = {name: np.array(value) for name, value in state(trainer).items()}
    carried = edited(trainer, "layers.0.units", 5)
    after = {name: np.array(value) for name, value in state(trainer).items()}
    assert carried.resized == (("first", 6, 5),)
    assert carried.kept == ("norm", "second", "output")
    for name in ("norm.scale", "norm.running_mean", "norm.running_variance"):
        np.testing.assert_array_equal(after[name], before[name][:5])
    np.testing.assert_array_equal(after["second.weights"], before["second.weights"][:, :5])


PICTURES = Experiment(
    data=DataSettings(name="digits", test_fraction=0.9),
    layers=(
        Conv2D(4, name="first"),
        BatchNorm(name="norm"),
        Conv2D(5, name="second"),
        MaxPool(name="pool"),
        Flatten(name="flat"),
        Dense(6, name="dense"),
    ),
    training=Training(learning_rate=0.01, batch_size=10, stopping=Stopping(epochs=3)),
)


def seeing() -> Trainer:
    """Return a trainer of a network that looks at pictures, in the middle of its first epoch."""
    trainer = Trainer(PICTURES)
    run = trainer.run()
    while trainer.snapshot().step < 5:
        next(run)
    return trainer


@pytest.mark.parametrize("maps", [4, 6])
def test_maps_that_are_in_both_go_on_with_all_that_joins_them(maps: int) -> None:
    trainer = seeing()
    before = {name: view.copy() for name, view in trainer.network.views().items()}
    carried = edited(trainer, "layers.2.maps", maps)
    after = trainer.network.views()
    assert carried.resized == (("second", 5, maps),)
    assert carried.fresh == ()
    both = min(maps, 5)
    np.testing.assert_array_equal(after["second.weights"][:both], before["second.weights"][:both])
    of_map = 16  # the places of each in the dense layer's inputs
    np.testing.assert_array_equal(
        after["dense.weights"][:, : both * of_map], before["dense.weights"][:, : both * of_map]
    )
    what = (
        "Removed the last map of second; the other 4 keep their kernels."
        if maps == 4
        else "Added one new map to second; the other 5 keep their kernels."
    )
    assert (
        carried.sentence() == f"{what} Kept the weights of first, norm, dense and the output layer."
    )


def test_a_normalization_follows_the_maps_and_kernels_lose_what_they_read() -> None:
    trainer = seeing()
    before = {name: view.copy() for name, view in trainer.network.views().items()}
    carried = edited(trainer, "layers.0.maps", 2)
    after = trainer.network.views()
    assert carried.resized == (("first", 4, 2),)
    assert carried.sentence().startswith(
        "Removed the last 2 maps of first; the other 2 keep their kernels. Kept the weights of norm"
    )
    np.testing.assert_array_equal(after["norm.running_mean"], before["norm.running_mean"][:2])
    np.testing.assert_array_equal(after["second.weights"], before["second.weights"][:, :2])


@pytest.mark.parametrize(
    ("path", "value"), [("layers.0.padding", "valid"), ("layers.2.stride", 2), ("layers.3.pool", 3)]
)
def test_kernels_go_on_over_pictures_of_another_size_and_dense_weights_do_not(
    path: str, value: Any
) -> None:
    trainer = seeing()
    before = {name: view.copy() for name, view in trainer.network.views().items()}
    carried = edited(trainer, path, value)
    assert carried.kept == ("first", "norm", "second", "output")
    assert carried.fresh == ("dense",)
    for name in ("first.weights", "norm.running_mean", "second.weights", "second.biases"):
        np.testing.assert_array_equal(trainer.network.views()[name], before[name], err_msg=name)


def test_a_pool_before_a_convolution_costs_no_kernel_and_flattening_costs_nothing() -> None:
    trainer = seeing()
    layers = PICTURES.layers
    pooled = (*layers[:2], MaxPool(name="new"), *layers[2:])
    assert trainer.edit(replace(PICTURES, layers=pooled)).fresh == ("dense",)
    without = tuple(layer for layer in layers if layer.name != "flat")
    assert seeing().edit(replace(PICTURES, layers=without)).fresh == ()


def test_kernels_of_another_side_begin_anew() -> None:
    carried = edited(seeing(), "layers.0.kernel", 5)
    assert carried.fresh == ("first",)
    assert carried.kept == ("norm", "second", "dense", "output")


def test_one_neuron_of_64_less_costs_one_neuron_and_not_the_layer() -> None:
    experiment = Experiment(
        data=DataSettings(name="iris"),
        layers=(Dense(64, Tanh(), name="hidden"),),
        training=Training(learning_rate=0.01, stopping=Stopping(epochs=60)),
    )
    trainer = Trainer(experiment)
    for _ in trainer.run():
        pass
    reached = trainer.snapshot().history.last("train_accuracy")
    edited(trainer, "layers.0.units", 63)
    assert reached > 0.95
    assert trainer.snapshot().history.last("train_accuracy") > reached - 0.03


def test_removing_a_layer_keeps_the_others_that_still_fit(trainer: Trainer) -> None:
    before = state(trainer)
    carried = trainer.edit(
        fields.replace_at(trainer.experiment, "layers", (START.layers[0], START.layers[2]))
    )
    assert carried.fresh == ()
    assert of(state(trainer), "first", "second", "output") == of(
        before, "first", "second", "output"
    )


def test_another_activation_keeps_the_weights(trainer: Trainer) -> None:
    before = state(trainer)
    carried = edited(trainer, "layers.0.activation", ReLU())
    assert state(trainer) == before
    assert carried.fresh == ()


def test_another_initializer_starts_its_layer_afresh(trainer: Trainer) -> None:
    carried = edited(trainer, "layers.0.initializer", Normal(scale=0.5))
    assert carried.fresh == ("first",)
    assert carried.kept == ("norm", "second", "output")


def test_another_optimizer_keeps_the_weights_and_counts_its_steps_anew(trainer: Trainer) -> None:
    before = {name: view.tolist() for name, view in trainer.network.views().items()}
    edited(trainer, "training.optimizer", Momentum())
    assert {name: view.tolist() for name, view in trainer.network.views().items()} == before
    assert not trainer._step.moments.any()
    assert trainer._step.step_count == 0
    assert trainer.snapshot().step == 12


def test_other_settings_of_the_same_optimizer_keep_its_moments(trainer: Trainer) -> None:
    before = trainer._step.moments.copy()
    edited(trainer, "training.optimizer", Adam(beta1=0.8))
    assert before.any()
    assert trainer._step.moments.tolist() == before.tolist()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("training.batch_size", 7),
        ("training.batch_size", 1),
        ("training.batch_size", None),
        ("training.optimizer", SGD()),
        ("layers.0.dropout", 0.5),
    ],
)
def test_an_edit_within_an_epoch_loses_no_example(
    path: str, value: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = Trainer(START)
    seen: Counter[bytes] = Counter()
    take = trainer._batches.take

    def watched() -> Any:
        rows, targets = take()
        seen.update(row.tobytes() for row in rows)
        return rows, targets

    monkeypatch.setattr(trainer._batches, "take", watched)
    run = trainer.run()
    while trainer.snapshot().step < 4:
        next(run)
    edited(trainer, path, value)
    while next(run) is not Pulse.EPOCH:
        pass
    assert seen == Counter(row.tobytes() for row in trainer.prepared.train_inputs)


def test_switching_augmentation_on_within_an_epoch_changes_the_very_next_batch() -> None:
    experiment = Experiment(layers=(), training=Training(batch_size=32))
    trainer = Trainer(experiment)
    run = trainer.run()
    while trainer.snapshot().step < 3:
        next(run)
    edited(trainer, "training.augmentation", Augmentation(turn=30))
    batches = trainer._batches
    while not batches.ready:
        next(run)
    rows, _ = batches.take()
    originals = {row.tobytes() for row in trainer.prepared.train_inputs}
    assert sum(row.tobytes() in originals for row in rows) < 5


def test_from_softmax_to_one_sigmoid_the_targets_follow() -> None:
    trainer = Trainer(fields.replace_at(START, "data.name", "circles"))
    run = trainer.run()
    next(run)
    changed = fields.replace_at(trainer.experiment, "training.loss", LogLoss())
    changed = fields.replace_at(changed, "output", Output(activation=Sigmoid()))
    trainer.edit(changed)
    assert trainer.network.output_shape == (1,)
    for _ in run:
        pass
    assert trainer.epoch == 3
    outputs = trainer.network.forward(trainer.prepared.test_inputs.T)[0] > 0.5
    right = (outputs == (trainer.prepared.test_targets == 1)).mean()
    assert trainer.snapshot().history.last("test_accuracy") == pytest.approx(right)


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("layers.0.units", 10**8, "layers.0"),
        ("layers.2.initializer", Given(weights=(1.0,)), "layers.2.initializer"),
        ("output.initializer", Given(), "output.initializer"),
        ("output.activation", Sigmoid(), "training.loss"),
    ],
)
def test_a_refused_edit_changes_nothing(path: str, value: Any, where: str) -> None:
    trainer = Trainer(fields.replace_at(START, "data.name", "circles"))
    before, network, experiment = state(trainer), trainer.network, trainer.experiment
    changed = fields.replace_at(experiment, path, value)
    with pytest.raises(FieldError) as caught:
        trainer.edit(changed)
    assert caught.value.path == where
    assert state(trainer) == before
    assert trainer.network is network
    assert trainer.experiment == experiment


def test_a_changed_network_is_measured_at_once(trainer: Trainer) -> None:
    before = trainer.snapshot().history
    edited(trainer, "layers", START.layers[:1])
    history = trainer.snapshot().history
    assert len(history) == len(before) + 1
    assert history.epochs[-1] == pytest.approx(1 + 3 / 9)
    assert history.last("train_loss") != before.last("train_loss")


def test_a_changed_network_begins_the_schedule_again() -> None:
    trainer = Trainer(
        replace(START, training=replace(START.training, schedule=StepDecay(every=1, drop=0.1)))
    )
    rates = []
    step = trainer._step.__class__.__call__

    def noting(self: Any, rows: Any, targets: Any, rate: float) -> float:
        rates.append(rate)
        return step(self, rows, targets, rate)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trainer._step.__class__, "__call__", noting)
        run = trainer.run()
        while trainer.epoch < 2:
            next(run)
        next(run)
        next(run)
        edited(trainer, "layers", START.layers[:1])
        while len(rates) < 2 * 9 + 3:
            next(run)
    assert rates[0] == pytest.approx(0.01)
    assert rates[9] == pytest.approx(0.001)
    assert rates[-1] == pytest.approx(0.01)
