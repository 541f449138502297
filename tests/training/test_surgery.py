"""Operations by hand: what each one touches, what it leaves, and when it is refused."""

import dataclasses

import numpy as np
import pytest

from playground.errors import PlaygroundError
from playground.nn.activations import Softmax, Tanh
from playground.nn.initializers import Given, He, Zeros
from playground.nn.layers import (
    BatchNorm,
    Code,
    Conv2D,
    ConvTranspose2D,
    Dense,
    Dropout,
    Flatten,
    Reshape,
)
from playground.nn.network import Network
from playground.training.edits.operation import write
from playground.training.edits.surgery import AddNoise, Prune, ResetLayer, SetBias, SetWeight
from playground.training.experiment import Experiment
from playground.training.presets import preset
from playground.training.trainer import Trainer

EXPERIMENT = Experiment()
NO_MOMENTS = np.zeros((0, 0), np.float32)


def network_of(**settings):
    layers = [
        Dense(name="dense_1", units=8, activation=Tanh(), **settings),
        BatchNorm(name="norm"),
        Dropout(name="drop"),
        Dense(name="output", units=3, activation=Softmax()),
    ]
    return Network((5,), layers, seed=7)


def copies(network):
    return {name: view.copy() for name, view in network.views().items()}


def operate(network, operation):
    """Carry an operation out, and return the tensors before it and the names that moved."""
    before = copies(network)
    write(network, np.zeros((1, network.parameter_count)), operation.edits(network, EXPERIMENT))
    return before, {name for name, view in network.views().items() if (view != before[name]).any()}


def test_one_weight_is_set_and_no_other():
    network = network_of()
    before, moved = operate(network, SetWeight("dense_1", 6, 2, -0.75))
    weights = network.views()["dense_1.weights"]
    assert weights[6, 2] == np.float32(-0.75)
    before["dense_1.weights"][6, 2] = -0.75
    np.testing.assert_array_equal(weights, before["dense_1.weights"])
    assert moved == {"dense_1.weights"}


def test_one_bias_is_set_and_no_other():
    network = network_of()
    _, moved = operate(network, SetBias("output", 1, 0.5))
    np.testing.assert_array_equal(network.views()["output.biases"], [0, 0.5, 0])
    assert moved == {"output.biases"}


def seeing():
    layers = [
        Conv2D(4, name="first"), Conv2D(3, 2, name="conv2d_2"), Flatten(), Dense(2, name="output")
    ]  # fmt: skip
    return Network((1, 6, 6), layers, seed=7)


def test_one_weight_of_a_kernel_is_set_and_no_other():
    network = seeing()
    set_weight = SetWeight("conv2d_2", 2, (3 * 2 + 1) * 2 + 0, -0.75, 2)
    before, moved = operate(network, set_weight)
    assert network.views()["conv2d_2.weights"][2, 3, 1, 0] == np.float32(-0.75)
    before["conv2d_2.weights"][2, 3, 1, 0] = -0.75
    np.testing.assert_array_equal(network.views()["conv2d_2.weights"], before["conv2d_2.weights"])
    assert moved == {"conv2d_2.weights"}
    assert set_weight.title(network.names) == (
        "Set row 2, column 1 of kernel 4 → 3 of Conv 2 to −0.75"
    )
    assert SetBias("conv2d_2", 2, 1.0, "map").title(network.names) == (
        "Set bias of map 3 of Conv 2 to 1"
    )


@pytest.mark.parametrize(
    ("operation", "sentence"),
    [
        (SetWeight("first", 4, 0, 1.0, 3), "first has maps 1 to 4; 5 was given"),
        (SetWeight("first", 0, 9, 1.0, 3), "first has weights for each map 1 to 9; 10 was given"),
        (SetBias("first", 4, 1.0, "map"), "first has maps 1 to 4; 5 was given"),
    ],
)
def test_maps_and_weights_that_are_not_there_are_refused(operation, sentence):
    with pytest.raises(PlaygroundError, match=sentence):
        operation.edits(seeing(), EXPERIMENT)


def test_kernels_are_shaken_pruned_and_drawn_anew_like_other_weights():
    network = seeing()
    before, moved = operate(network, AddNoise("conv2d_2", 0.1, 5))
    assert moved == {"conv2d_2.weights"}
    noise = network.views()["conv2d_2.weights"] - before["conv2d_2.weights"]
    assert 0.05 < noise.std() / before["conv2d_2.weights"].std() < 0.2
    before, _ = operate(network, Prune("conv2d_2", 0.25))
    pruned = network.views()["conv2d_2.weights"] == 0
    assert pruned.sum() == 12
    sizes = np.abs(before["conv2d_2.weights"])
    assert sizes[pruned].max() < sizes[~pruned].min()
    _, moved = operate(network, ResetLayer("conv2d_2", 3))
    assert moved == {"conv2d_2.weights"}
    assert (network.views()["conv2d_2.weights"] != 0).all()


def test_noise_has_the_amount_in_units_of_each_layers_own_deviation():
    network = Network((60,), [Dense(name="wide", units=80), Dense(name="output", units=30)], seed=1)
    before, moved = operate(network, AddNoise(None, 0.25, seed=3))
    assert moved == {"wide.weights", "output.weights"}
    for name in moved:
        noise = network.views()[name] - before[name]
        assert noise.std() == pytest.approx(0.25 * before[name].std(), rel=0.06)
        assert abs(noise.mean()) < 4 * noise.std() / np.sqrt(noise.size)


def test_noise_is_repeated_by_its_seed_and_differs_between_seeds():
    def noisy(seed):
        network = network_of()
        operate(network, AddNoise("dense_1", 0.1, seed=seed))
        return network.parameters.copy()

    np.testing.assert_array_equal(noisy(1), noisy(1))
    assert (noisy(1) != noisy(2)).any()


def test_noise_in_one_layer_leaves_the_others():
    _, moved = operate(network_of(), AddNoise("output", 2.0, seed=0))
    assert moved == {"output.weights"}


def test_a_reset_layer_is_drawn_from_its_own_initializer():
    network = Network((300,), [Dense(name="wide", units=200, initializer=He())], seed=1)
    network.views()["wide.biases"].fill(3)
    before, moved = operate(network, ResetLayer("wide", seed=5))
    weights = network.views()["wide.weights"]
    assert moved == {"wide.weights", "wide.biases"}
    assert not network.views()["wide.biases"].any()
    assert weights.std() == pytest.approx(np.sqrt(2 / 300), rel=0.02)
    assert abs(np.corrcoef(weights.ravel(), before["wide.weights"].ravel())[0, 1]) < 0.02


def test_reset_batch_normalization_forgets_its_statistics_too():
    network = network_of()
    for view in network.layers[1].views().values():
        view.fill(5)
    _, moved = operate(network, ResetLayer("norm", seed=0))
    assert moved == {"norm.scale", "norm.shift", "norm.running_mean", "norm.running_variance"}
    views = network.layers[1].views()
    assert {name: set(view.tolist()) for name, view in views.items()} == {
        "scale": {1.0}, "shift": {0.0}, "running_mean": {0.0}, "running_variance": {1.0},
    }  # fmt: skip


@pytest.mark.parametrize("fraction", [0.025, 0.3, 0.5, 1.0])
def test_pruning_one_layer_takes_exactly_its_smallest_weights(fraction):
    network = network_of()
    before, moved = operate(network, Prune("dense_1", fraction))
    was, now = before["dense_1.weights"].ravel(), network.views()["dense_1.weights"].ravel()
    count = int(fraction * 40)
    kept = np.sort(np.abs(was))[count:]
    assert moved == {"dense_1.weights"}
    assert np.count_nonzero(now == 0) == count
    np.testing.assert_array_equal(np.sort(np.abs(now[now != 0])), kept)
    np.testing.assert_array_equal(now[now != 0], was[now != 0])


def test_pruning_all_layers_compares_their_weights_with_each_other():
    network = network_of()
    network.views()["output.weights"][...] *= 100
    before, moved = operate(network, Prune(None, 0.5))
    assert moved == {"dense_1.weights"}
    assert np.count_nonzero(network.views()["dense_1.weights"] == 0) == (40 + 24) // 2
    np.testing.assert_array_equal(network.views()["dense_1.biases"], before["dense_1.biases"])


def test_equal_weights_are_pruned_in_exact_number():
    network = network_of(initializer=Given((0.5,) * 40, (0.0,) * 8))
    operate(network, Prune("dense_1", 0.25))
    assert np.count_nonzero(network.views()["dense_1.weights"] == 0) == 10


def test_titles_say_what_is_done():
    titles = [
        operation.title(EXPERIMENT.names)
        for operation in (
            SetWeight("dense_1", 3, 5, -0.25),
            SetBias("output", 2, 1.5),
            AddNoise("dense_1", 0.1, 0),
            AddNoise(None, 2.0, 0),
            ResetLayer("norm", 0),
            Prune("dense_1", 0.3, 1024),
            Prune(None, 0.125),
        )
    ]
    assert titles == [
        "Set weight 6 → 4 of Dense 1 to −0.25",
        "Set bias of neuron 3 of the output layer to 1.5",
        "Add noise of 0.1 deviations to Dense 1",
        "Add noise of 2 deviations to every layer",
        "Reset norm",
        "Prune the smallest 30 % of the weights of Dense 1 (307 of 1,024)",
        "Prune the smallest 12.5 % of the weights of every layer",
    ]


@pytest.mark.parametrize(
    ("operation", "sentence"),
    [
        (SetWeight("dense_1", 8, 0, 1.0), "Dense 1 has neurons 1 to 8; 9 was given"),
        (SetWeight("dense_1", 0, -1, 1.0), "Dense 1 has inputs 1 to 5; 0 was given"),
        (SetWeight("norm", 0, 0, 1.0), "norm has no weights"),
        (SetWeight("dense_1", 0, 0, float("nan")), "finite number"),
        (SetWeight("dense_1", 0, 0, 1e300), "finite number"),
        (SetBias("output", 3, 1.0), "the output layer has neurons 1 to 3; 4 was given"),
        (SetBias("output", 0, 0.0), "It is already 0"),
        (SetBias("gone", 0, 0.0), "no layer called gone"),
        (AddNoise("norm", 0.1, 0), "norm has no weights"),
        (AddNoise("dense_1", 0.0, 0), "amount above 0"),
        (AddNoise("dense_1", float("inf"), 0), "amount above 0"),
        (ResetLayer("drop", 0), "no numbers of its own"),
        (ResetLayer("norm", 0), "already has its starting weights"),
        (ResetLayer("gone", 0), "no layer called gone"),
        (Prune("dense_1", 0.0), "share above 0 %"),
        (Prune("dense_1", 1.1), "share above 0 %"),
        (Prune("dense_1", 0.02), "2 % of 40 weights is less than one"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_cannot_be_done_is_refused_with_a_sentence(operation, sentence):
    with pytest.raises(PlaygroundError, match=sentence):
        operation.edits(network_of(), EXPERIMENT)


def test_what_is_done_already_is_refused():
    network = network_of(initializer=Zeros())
    with pytest.raises(PlaygroundError, match="are all alike"):
        AddNoise("dense_1", 0.1, 0).edits(network, EXPERIMENT)
    with pytest.raises(PlaygroundError, match="smallest 20 of the 40 weights of Dense 1 are 0 alr"):
        Prune("dense_1", 0.5).edits(network, EXPERIMENT)
    with pytest.raises(PlaygroundError, match="already has its starting weights"):
        ResetLayer("dense_1", 3).edits(network, EXPERIMENT)


def test_going_back_to_the_moment_before_an_operation_takes_it_back():
    trainer = Trainer(preset("article-iris").experiment)
    weights = trainer.network.views()["dense_1.weights"]
    before = trainer.moment()
    clause = trainer.operate(Prune("dense_1", 0.5))
    assert np.count_nonzero(weights == 0) == weights.size // 2
    assert clause.startswith("test accuracy ")
    again = Trainer(before.experiment, trainer.prepared, start=before)
    np.testing.assert_array_equal(again.network.parameters, before.parameters)


def test_freezing_and_silencing_keep_every_weight_and_the_learning_rates_schedule():
    trainer = Trainer(preset("digits-small").experiment)
    run = trainer.run()
    while trainer.epoch < 2:
        next(run)
    was = trainer.network.parameters.copy()
    start = trainer._schedule_start
    first = dataclasses.replace(
        trainer.experiment.layers[0], frozen="0", silenced="1, 2", activation=Tanh(), dropout=0.2
    )
    output = dataclasses.replace(trainer.experiment.output, trainable=False)
    changed = dataclasses.replace(
        trainer.experiment, layers=(first, *trainer.experiment.layers[1:]), output=output
    )
    carried = trainer.edit(changed)
    assert not carried.fresh
    np.testing.assert_array_equal(trainer.network.parameters, was)
    assert trainer._schedule_start == start
    assert not trainer._step.moments[:, trainer.network.frozen_mask].any()
    assert trainer._step.moments.any()
    while trainer.epoch < 3:
        next(run)
    now = trainer.network.views_of(trainer.network.parameters)
    before = trainer.network.views_of(was)
    np.testing.assert_array_equal(now["output.weights"], before["output.weights"])
    np.testing.assert_array_equal(now["dense_1.weights"][0], before["dense_1.weights"][0])
    assert (now["dense_1.weights"][3] != before["dense_1.weights"][3]).any()


def autoencoder():
    code = Code(2, 0.5, variational=True, name="code")
    grown = ConvTranspose2D(3, activation=Tanh(), name="grown")
    return Network((6,), [code, Dense(8, name="wide"), Reshape(2, name="maps"), grown], seed=7)


def test_a_code_and_grown_maps_are_operated_on_like_all_others():
    for operation, expected in (
        (SetWeight("code", 1, 4, -0.75), {"code.weights"}),
        (SetWeight("grown", 2, 17, 0.5, kernel=4), {"grown.weights"}),
        (SetBias("grown", 2, 0.5, "map"), {"grown.biases"}),
        (Prune("grown", 0.5), {"grown.weights"}),
        (AddNoise("code", 0.1, 3), {"code.weights"}),
        (ResetLayer("code", 5), {"code.weights"}),
    ):
        network = autoencoder()
        _, moved = operate(network, operation)
        assert moved == expected
    network = autoencoder()
    operate(network, SetWeight("grown", 2, 17, 0.5, kernel=4))
    assert network.views()["grown.weights"][2, 1, 0, 1] == np.float32(0.5)
    with pytest.raises(PlaygroundError, match="has no numbers of its own to reset"):
        ResetLayer("maps", 5).edits(network, EXPERIMENT)
