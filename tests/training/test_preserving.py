"""What is added to a trained network keeps what it computes, or it is said why not."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from playground import fields
from playground.nn.activations import ACTIVATIONS, Activation, Identity, Linear, ReLU, Tanh
from playground.nn.initializers import Normal
from playground.nn.layers import (
    GRU,
    LSTM,
    RNN,
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
from playground.nn.layers.growth import Spread
from playground.nn.layers.units import straight_way
from playground.training.experiment import DataSettings, Experiment, Stopping, Training
from playground.training.trainer import Trainer

ELEMENTWISE = [kind() for kind in ACTIVATIONS if kind.elementwise]
NEW = "new"


def trained(*layers: Any, steps: int = 60, **data: Any) -> Trainer:
    """Return a trainer in the middle of a run, so that nothing in it is as it began."""
    experiment = Experiment(
        data=DataSettings(**{"name": "three-spirals", "examples": 120, **data}),
        layers=layers,
        training=Training(learning_rate=0.01, batch_size=10, stopping=Stopping(epochs=1000)),
    )
    trainer = Trainer(experiment)
    run = trainer.run()
    while trainer.snapshot().step < steps:
        next(run)
    return trainer


def dense(name: str, units: int = 6, activation: Activation | None = None, **more: Any) -> Dense:
    return Dense(units, activation or ReLU(), name=name, **more)


def outputs(trainer: Trainer) -> Any:
    parts = (trainer.prepared.train_inputs[:], trainer.prepared.test_inputs[:])
    return np.hstack([trainer.network.forward(rows.T) for rows in parts])


def moments(trainer: Trainer) -> dict[str, Any]:
    return {
        f"{name} {index}": view.copy()
        for index, moment in enumerate(trainer._step.moments)
        for name, view in trainer.network.views_of(moment).items()
    }


def grow(trainer: Trainer, *layers: Any) -> Any:
    """Edit the layers, and check that outputs and moments are what they were."""
    before, moments_before = outputs(trainer).copy(), moments(trainer)
    carried = trainer.edit(replace(trainer.experiment, layers=layers), preserving=True)
    np.testing.assert_allclose(outputs(trainer), before, rtol=2e-5, atol=2e-6)
    assert np.abs(np.diff(before, axis=1)).max() > 0.05
    assert carried.reason == ""
    assert carried.sentence().endswith(f"; the network computes the same: {carried.effect}.")
    accuracy, afterwards = carried.effect.removeprefix("test accuracy ").split(" → ")
    assert accuracy == afterwards
    for name, after in moments(trainer).items():
        old = moments_before.get(name, np.zeros((0,) * after.ndim))
        both = tuple(map(slice, np.minimum(old.shape, after.shape)))
        np.testing.assert_array_equal(after[both], old[both], err_msg=name)
        left = np.ones(after.shape, np.bool_)
        left[both] = False
        assert not after[left].any(), name
    return carried


def refuse(trainer: Trainer, *layers: Any) -> str:
    """Edit the layers, which cannot keep what is computed; return why."""
    data = trainer.experiment.data
    steps = trainer.snapshot().step
    fresh = trained(*trainer.experiment.layers, steps=steps, name=data.name, examples=data.examples)
    changed = replace(trainer.experiment, layers=layers)
    carried = trainer.edit(changed, preserving=True)
    plain = fresh.edit(changed)
    assert carried.added == ()
    assert carried.kept == plain.kept
    np.testing.assert_array_equal(trainer.network.parameters, fresh.network.parameters)
    np.testing.assert_array_equal(trainer.network.statistics, fresh.network.statistics)
    sentence: str = carried.sentence()
    assert sentence.startswith(plain.sentence())
    assert carried.effect[1:] in sentence
    return str(carried.reason)


@pytest.mark.parametrize("activation", ELEMENTWISE, ids=lambda each: each.kind)
@pytest.mark.parametrize("units", [7, 12, 40])
def test_split_neurons_keep_what_any_activation_makes(activation: Activation, units: int) -> None:
    first, last = dense("first", activation=activation), dense("last", activation=activation)
    trainer = trained(first, last)
    carried = grow(trainer, replace(first, units=units), last)
    noun = "neuron" if units == 7 else "neurons"
    assert carried.added == (f"{units - 6} {noun} to first by splitting",)
    assert carried.sentence().startswith(f"Added {units - 6} {noun} to first by splitting; the ")


def test_split_neurons_keep_it_before_the_output_and_in_several_layers_at_once() -> None:
    first, last = dense("first"), dense("last", activation=Tanh())
    grow(trained(first, last), first, replace(last, units=9))
    carried = grow(trained(first, last), replace(first, units=9), replace(last, units=11))
    assert carried.added == ("3 neurons to first by splitting", "5 neurons to last by splitting")


def test_what_lies_between_goes_along_with_split_neurons() -> None:
    first, last = dense("first", dropout=0.2), dense("last")
    between = (BatchNorm(name="norm"), Dropout(name="drop"), Flatten(name="flat"))
    trainer = trained(first, *between, last)
    grow(trainer, replace(first, units=10), *between, last)
    for name in ("scale", "shift", "running_mean", "running_variance"):
        values = trainer.network.views()[f"norm.{name}"].tolist()
        assert set(values[6:]) <= set(values[:6])


def test_twins_share_the_weights_that_read_them_and_part_in_training() -> None:
    first, last = dense("first"), dense("last")
    trainer = trained(first, last)
    before = {name: view.copy() for name, view in trainer.network.views().items()}
    grow(trainer, replace(first, units=12), last)
    views = trainer.network.views()
    weights = views["first.weights"]
    origin = [
        int(np.flatnonzero((before["first.weights"] == row).all(axis=1))[0]) for row in weights
    ]
    assert sorted(origin) == sorted([*range(6), *range(6)])
    for unit in range(6):
        twins = [twin for twin in range(12) if origin[twin] == unit]
        read = views["last.weights"][:, twins]
        np.testing.assert_allclose(read.sum(axis=1), before["last.weights"][:, unit], rtol=1e-5)
        assert (np.sign(read[:, 0]) == np.sign(read[:, 1])).all()
        assert (read[:, 0] != read[:, 1]).all()
    run = trainer.run()
    for _ in range(100):
        next(run)
    for twin in range(6, 12):
        assert not np.allclose(weights[twin], weights[origin[twin]], rtol=1e-3)


def test_the_same_edit_of_the_same_run_splits_alike() -> None:
    first = dense("first")
    one, other = trained(first), trained(first)
    for trainer in (one, other):
        grow(trainer, replace(first, units=9))
    np.testing.assert_array_equal(one.network.parameters, other.network.parameters)


def test_a_fresh_start_knows_nothing_of_what_was_kept() -> None:
    trainer = trained(dense("first"))
    grow(trainer, dense("first", 9))
    restarted, never_edited = Trainer(trainer.experiment), trained(dense("first", 9), steps=0)
    np.testing.assert_array_equal(restarted.network.parameters, never_edited.network.parameters)


def test_a_silenced_neuron_is_never_split() -> None:
    first = dense("first", silenced="0–4")
    trainer = trained(first)
    former = trainer.network.views()["first.weights"].copy()
    grow(trainer, replace(first, units=9))
    weights = trainer.network.views()["first.weights"]
    np.testing.assert_array_equal(weights[6:], former[[5, 5, 5]])
    first = dense("first", silenced="0–5")
    trainer = trained(first)
    reason = refuse(trainer, replace(first, units=9))
    assert reason == "All neurons of first are silenced, so none can be split."


def test_a_new_neuron_that_is_silenced_already_takes_nothing_from_the_others() -> None:
    first = dense("first", silenced="2, 7–8")
    grow(trained(first), replace(first, units=9))


def test_neurons_that_a_frozen_layer_reads_are_split_too() -> None:
    first, last = dense("first"), dense("last", trainable=False)
    grow(trained(first, last), replace(first, units=9), last)


@pytest.mark.parametrize(
    ("activation", "units"), [(ReLU(), 6), (ReLU(2.5), 9), (Identity(), 6), (Linear(-0.5), 8)]
)
def test_a_new_layer_hands_on_what_is_never_negative(activation: Activation, units: int) -> None:
    first, last = dense("first"), dense("last", activation=Tanh())
    carried = grow(trained(first, last), first, dense(NEW, units, activation), last)
    assert carried.added == ("new, which hands on what it gets",)


@pytest.mark.parametrize("kind", ["relu", "leaky_relu", "softplus", "silu", "gelu"])
def test_two_neurons_hand_on_a_number_that_may_be_negative(kind: str) -> None:
    activation, first = ACTIVATIONS[kind](), dense("first", activation=Tanh())
    grow(trained(first), first, dense(NEW, 13, activation))
    grow(trained(first), dense(NEW, 4, activation), first)
    assert refuse(trained(first), first, dense(NEW, 11, activation)) == (
        f"new has too few neurons to begin by handing on what it gets: with {activation.title} it "
        "needs 12, two for each number that may be negative; a residual block in its place could."
    )


@pytest.mark.parametrize("kind", ["tanh", "sigmoid", "softmax", "binary_step"])
def test_a_new_layer_that_bends_everything_says_so(kind: str) -> None:
    activation, first = ACTIVATIONS[kind](), dense("first")
    trainer = trained(first)
    reason = refuse(trainer, first, dense(NEW, 40, activation))
    assert reason == (
        f"{activation.title} bends every number, so new cannot begin by handing on what it gets; a "
        "residual block in its place could."
    )


def test_a_new_layer_before_pictures_hands_them_on() -> None:
    trainer = trained(dense("first"), name="digits", test_fraction=0.9)
    grow(trainer, dense(NEW, 64), dense("first"))
    trainer = trained(dense("first"), name="digits", test_fraction=0.9, standardize=True)
    grow(trainer, dense(NEW, 64, Identity()), dense("first"))


def test_neurons_of_a_new_layer_that_nobody_hears_learn_to_be_heard() -> None:
    first = dense("first")
    trainer = trained(first)
    grow(trainer, first, dense(NEW, 10))
    views = trainer.network.views()
    assert views["new.weights"][6:].any()
    assert not views["output.weights"][:, 6:].any()
    run = trainer.run()
    for _ in range(30):
        next(run)
    assert views["output.weights"][:, 6:].any()


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_new_normalization_undoes_what_it_does(place: int) -> None:
    layers = [dense("first", activation=Tanh()), dense("last")]
    trainer = trained(*layers)
    grow(trainer, *layers[:place], BatchNorm(name=NEW), *layers[place:])
    assert np.ptp(trainer.network.views()["new.running_variance"]) > 0


@pytest.mark.parametrize("kind", ["relu", "tanh", "identity", "gelu", "elu"])
def test_a_new_block_adds_nothing_yet_and_learns(kind: str) -> None:
    activation, first = ACTIVATIONS[kind](), dense("first", activation=Tanh())
    inside = (dense("inner", 4, activation), dense("end", 6, activation))
    trainer = trained(first)
    carried = grow(trainer, first, Residual(inside, name=NEW))
    assert carried.added == ("new, which hands on what it gets",)
    before = trainer.network.views()["end.weights"].copy()
    run = trainer.run()
    for _ in range(100):
        next(run)
    assert np.abs(trainer.network.views()["end.weights"] - before).max() > 1e-3


def test_a_new_block_that_ends_in_a_normalization_adds_nothing_yet() -> None:
    block = Residual((dense("inner", 6), BatchNorm(name="end")), name=NEW)
    grow(trained(dense("first")), dense("first"), block)


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        (
            (dense("inner"), dense("end", 5)),
            "new makes 5 numbers of the 6 that it gets, so it cannot begin by handing them on.",
        ),
        (
            (dense("inner"), dense("end", activation=ACTIVATIONS["sigmoid"]())),
            "end cannot begin with 0, so the new block around it adds something at once.",
        ),
        (
            (dense("inner"), dense("end", activation=ACTIVATIONS["binary_step"]())),
            "end cannot begin with 0, so the new block around it adds something at once.",
        ),
        (
            (dense("inner"), Dropout(name="end")),
            "end cannot begin with 0, so the new block around it adds something at once.",
        ),
    ],
)
def test_a_new_block_says_why_it_adds_something(inside: Any, reason: str) -> None:
    assert refuse(trained(dense("first")), dense("first"), Residual(inside, name=NEW)) == reason


BLOCK = Residual((dense("inner", 5), dense("end")), name="block")


def test_neurons_are_split_before_inside_and_at_the_end_of_a_block() -> None:
    first, last = dense("first"), dense("last")
    widened = fields.replace_at(BLOCK, "layers.0.units", 9)
    grow(trained(first, BLOCK, last), first, widened, last)
    trainer = trained(first, BLOCK, last)
    grow(trainer, replace(first, units=9), BLOCK, last)  # the way past the block has weights now
    assert trainer.network.views()["block.projection"].shape == (6, 9)
    grow(trainer, replace(first, units=11), BLOCK, last)
    trainer = trained(first, BLOCK, last)
    grow(trainer, first, fields.replace_at(BLOCK, "layers.1.units", 10), last)
    assert trainer.network.views()["block.projection"].shape == (10, 6)


def test_layers_are_added_inside_a_block() -> None:
    first, last = dense("first"), dense("last")
    inner, end = BLOCK.layers
    for layers in (
        (dense(NEW), inner, end),
        (inner, dense(NEW, 8), end),
        (inner, BatchNorm(name=NEW), end),
        (inner, end, dense(NEW)),
        (inner, end, dense(NEW, 15)),
    ):
        grow(trained(first, BLOCK, last), first, replace(BLOCK, layers=layers), last)


def test_a_block_whose_way_past_would_lose_its_weights_says_so() -> None:
    block = Residual((dense("inner", 5), dense("end", 9)), name="block")
    assert refuse(trained(dense("first"), block), dense("first", 9), block) == (
        "block adds what it gets as it is now, and the numbers that it would be added to stand for "
        "others."
    )


def test_softmax_neurons_cannot_be_split() -> None:
    first = dense("first", activation=ACTIVATIONS["softmax"]())
    assert refuse(trained(first), replace(first, units=9)) == (
        "The neurons of first cannot be split: by Softmax a new one takes from all the others."
    )


def test_a_normalization_cannot_read_numbers_that_two_neurons_share() -> None:
    first, norm = dense("first", activation=Tanh()), BatchNorm(name="norm")
    assert refuse(trained(first, norm), first, dense(NEW, 12), norm) == (
        "norm normalizes each number by itself, and what it gets now is divided among two."
    )


def test_what_was_removed_or_drawn_anew_as_well_is_told() -> None:
    first, last = dense("first"), dense("last")
    assert (
        refuse(trained(first, last), first, dense(NEW)) == "Layers were removed or moved as well."
    )
    assert refuse(trained(first, last), replace(first, initializer=Normal()), dense("last", 9)) == (
        "first starts again with new weights."
    )


@pytest.mark.parametrize("preserving", [True, False])
def test_nothing_is_said_of_what_needs_no_keeping(preserving: bool) -> None:
    first = dense("first")
    trainer = trained(first)
    changed = replace(trainer.experiment, layers=(first, Dropout(name=NEW)))
    carried = trainer.edit(changed, preserving=preserving)
    assert carried.sentence().startswith("Add new. Nothing else changed: test accuracy")
    carried = trainer.edit(replace(changed, layers=(dense("first", 5),)), preserving=preserving)
    assert carried.sentence().startswith(
        "Removed the last neuron of first; the other 5 keep their weights."
    )


def seeing(*layers: Any, **data: Any) -> Trainer:
    """Return a trainer of a network that looks at 8×8 digits."""
    return trained(*layers, name="digits", examples=200, **data)


def conv(name: str, maps: int = 4, kernel: int = 3, **more: Any) -> Conv2D:
    return Conv2D(maps, kernel, name=name, **more)


FLAT = Flatten(name="flat")


@pytest.mark.parametrize("activation", [ReLU(), Tanh(), ACTIVATIONS["gelu"]()])
@pytest.mark.parametrize("maps", [5, 11])
def test_split_maps_keep_what_is_computed(activation: Activation, maps: int) -> None:
    first = conv("first", activation=activation)
    behind = (
        BatchNorm(name="norm"), MaxPool(name="pool"), Dropout(name="drop", whole_maps=True),
        conv("last", 3, 2, stride=2), AveragePool(2, 1, name="mean"), FLAT,
    )  # fmt: skip
    carried = grow(seeing(first, *behind), replace(first, maps=maps), *behind)
    noun = "map" if maps == 5 else "maps"
    assert carried.added == (f"{maps - 4} {noun} to first by splitting",)


def test_split_maps_keep_it_before_a_mean_before_dense_layers_and_in_blocks() -> None:
    first, mean = conv("first"), GlobalAveragePool(name="mean")
    trainer = seeing(first, mean)
    trainer.network.views()["output.weights"][...] *= 30  # means differ little between digits
    grow(trainer, replace(first, maps=7), mean)
    grow(seeing(first, dense("last")), replace(first, maps=7), dense("last"))
    grow(seeing(first, FLAT, dense("last")), replace(first, maps=7), FLAT, dense("last"))
    block = Residual((conv("inner", 5), conv("end")), name="block")
    widened = fields.replace_at(block, "layers.0.maps", 8)
    grow(seeing(first, block, FLAT), first, widened, FLAT)
    trainer = seeing(first, block, FLAT)
    grow(trainer, replace(first, maps=6), block, FLAT)
    assert trainer.network.views()["block.projection"].shape == (4, 6, 1, 1)
    grow(trainer, replace(first, maps=9), block, FLAT)


def test_twin_maps_share_the_kernels_that_read_them_and_part_in_training() -> None:
    first, last = conv("first"), conv("last", 3)
    trainer = seeing(first, last, FLAT)
    before = {name: view.copy() for name, view in trainer.network.views().items()}
    grow(trainer, replace(first, maps=8), last, FLAT)
    kernels, read = (trainer.network.views()[f"{name}.weights"] for name in ("first", "last"))
    origin = [
        int(np.flatnonzero((before["first.weights"] == own).all((1, 2, 3)))[0]) for own in kernels
    ]
    assert sorted(origin) == [0, 0, 1, 1, 2, 2, 3, 3]
    for unit in range(4):
        one, other = (twin for twin in range(8) if origin[twin] == unit)
        both = read[:, one] + read[:, other]
        np.testing.assert_allclose(both, before["last.weights"][:, unit], rtol=1e-4, atol=1e-6)
        assert (read[:, one] != read[:, other]).all()


def test_a_new_convolution_hands_on_what_it_sees() -> None:
    first = conv("first")
    carried = grow(seeing(first, FLAT), first, conv(NEW, 4), FLAT)
    assert carried.added == ("new, which hands on what it gets",)
    grow(seeing(first, FLAT), first, conv(NEW, 6, 4), FLAT)
    grow(seeing(first, FLAT), first, conv(NEW, 6, 1, padding="valid"), FLAT)
    tanh = conv("first", activation=Tanh())
    grow(seeing(tanh, FLAT), tanh, conv(NEW, 9), FLAT)
    grow(seeing(first, FLAT), conv(NEW, 2, 5), first, FLAT)
    assert refuse(seeing(tanh, FLAT), tanh, conv(NEW, 7), FLAT) == (
        "new has too few maps to begin by handing on what it gets: with ReLU it needs 8, two for "
        "each map that may be negative; a residual block in its place could."
    )
    assert refuse(seeing(first, FLAT), first, conv(NEW, 7, padding="valid"), FLAT) == (
        "new makes maps of 6×6 from pictures of 8×8, so it cannot begin by handing them on; with "
        "stride 1 and padding “same” it could."
    )


def test_a_new_block_of_convolutions_adds_nothing_yet() -> None:
    first, inner = conv("first"), conv("inner", 6)
    for end in (conv("end"), BatchNorm(name="end")):
        inside = (inner, end) if isinstance(end, Conv2D) else (conv("inner"), end)
        grow(seeing(first, FLAT), first, Residual(inside, name=NEW), FLAT)


def test_a_new_normalization_of_maps_undoes_what_it_does() -> None:
    first = conv("first", activation=Tanh())
    trainer = seeing(first, FLAT)
    grow(trainer, first, BatchNorm(name=NEW), FLAT)
    rows = trainer.prepared.train_inputs[:]
    made = trainer.network.trace(rows.T)[0].a.reshape(4, -1)
    views = trainer.network.views()
    np.testing.assert_allclose(views["new.running_mean"], made.mean(axis=1), rtol=1e-4)
    np.testing.assert_allclose(views["new.running_variance"], made.var(axis=1), rtol=1e-3)


def test_what_maps_cannot_go_on_with_is_told() -> None:
    first, pool = conv("first", activation=Tanh()), MaxPool(name="pool")
    assert refuse(seeing(first, pool, FLAT), first, conv(NEW, 8), pool, FLAT) == (
        "pool takes the largest of each map by itself, and what it gets now is divided among two."
    )
    first = conv("first")
    assert refuse(seeing(first, FLAT), conv("first", 6, stride=2), FLAT) == (
        "first stops at other places now, so its maps are others too."
    )
    wider = replace(first, maps=6)
    assert refuse(seeing(first, pool, FLAT), wider, replace(pool, pool=3), FLAT) == (
        "pool looks at other squares now."
    )
    new_pool = refuse(seeing(first, FLAT), first, pool, FLAT)
    assert new_pool == (
        "Max pool has no rule by which pool could begin by handing on what it gets."
    )


@pytest.mark.parametrize(
    ("kind", "signed", "signs", "factor"),
    [
        ("relu", False, (1,), 1), ("relu", True, (1, -1), 1), ("leaky_relu", True, (1, -1), 1.01),
        ("elu", False, (1,), 1), ("elu", True, (), 0), ("gelu", False, (1, -1), 1),
        ("identity", True, (1,), 1), ("softplus", True, (1, -1), 1), ("silu", True, (1, -1), 1),
        ("tanh", False, (), 0), ("sigmoid", True, (), 0), ("softmax", False, (), 0),
    ],
)  # fmt: skip
def test_what_an_activation_can_hand_on(
    kind: str, signed: bool, signs: tuple[int, ...], factor: float
) -> None:
    way, s = straight_way(ACTIVATIONS[kind](), signed=signed)
    assert way == signs
    assert s == pytest.approx(factor)


def test_weights_that_read_a_spread_make_the_former_sums() -> None:
    rng = np.random.default_rng(0)
    spread = Spread(np.array([0, 1, 2, 1, 1, 0]), np.array([1, 1 / 3, 1, 1 / 3, 1 / 3, 0]))
    weights, former = rng.normal(size=(4, 3)), rng.normal(size=(3, 7))
    read = spread.read_by(weights, rng)
    np.testing.assert_allclose(read @ former[spread.origin], weights @ former)
    np.testing.assert_array_equal(read[:, 2], weights[:, 2])
    pairs = Spread(np.array([0, 1, 0, 1]), np.array([0.5, 0.5, -0.5, -0.5]), alike=False)
    stands = np.zeros((2, 4))
    stands[pairs.origin, np.arange(4)] = pairs.share
    weights = rng.normal(size=(2, 5))
    np.testing.assert_allclose(stands @ pairs.made_by(weights), weights)


@pytest.mark.parametrize("kind", [RNN, GRU, LSTM])
def test_neurons_that_remember_split(kind: Any) -> None:
    first, second = kind(4, name="first"), kind(3, "last", dropout=0.2, name="second")
    trainer = trained(first, second, name="pen", steps=60)
    carried = grow(trainer, replace(first, units=7), replace(second, units=4))
    assert carried.added == (
        "3 neurons to first by splitting",
        "1 neuron to second by splitting",
    )


@pytest.mark.parametrize("kind", [RNN, GRU, LSTM])
def test_a_layer_that_remembers_begins_silent_in_a_new_block(kind: Any) -> None:
    first = kind(4, name="first")
    trainer = trained(first, name="pen", steps=60)
    new = Residual((kind(4, name="inside"),), name=NEW)
    grow(trainer, first, new)


def test_what_reads_in_two_directions_is_not_split_and_says_so() -> None:
    both = GRU(3, "last", direction="both", name="both")
    trainer = trained(both, name="memory-parity", steps=20)
    assert np.allclose(outputs(trainer), outputs(trainer))
    layers = (replace(both, units=4),)
    carried = trainer.edit(replace(trainer.experiment, layers=layers), preserving=True)
    assert carried.fresh[0] == "both"
