"""What an experiment accepts, and the network that follows from it and its data."""

import json
from typing import Any

import pytest

from playground import fields
from playground.data.catalogue import load
from playground.errors import FieldError
from playground.nn.activations import Identity, Sigmoid, Softmax
from playground.nn.initializers import Given, Glorot
from playground.nn.layers import (
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool,
    MaxPool,
    Residual,
)
from playground.nn.losses import LogLoss
from playground.nn.network import Network
from playground.nn.optimizers import SGD, GradientDescent
from playground.training.edits.given_weights import with_present_weights, without_misfits
from playground.training.experiment import (
    DataSettings,
    Experiment,
    Output,
    Training,
)
from playground.training.size import layer_sizes, sizes_of
from playground.training.task_fit import fitted


def test_the_default_experiment_survives_json() -> None:
    plain = json.loads(json.dumps(fields.to_plain(Experiment())))
    assert fields.from_plain(Experiment, plain) == Experiment()


@pytest.mark.parametrize(
    ("data", "activation", "units"),
    [
        ("digits", Softmax(), 10),
        ("digits", Sigmoid(), 10),
        ("iris", Softmax(), 3),
        ("circles", Softmax(), 2),
        ("circles", Sigmoid(), 1),
        ("xor-points", Sigmoid(), 1),
        ("bumps", Identity(), 1),
    ],
)
def test_the_output_has_the_units_that_the_data_ask_for(
    data: str, activation: Any, units: int
) -> None:
    experiment = Experiment(data=DataSettings(name=data), output=Output(activation=activation))
    dataset = experiment.data.load()
    assert dataset.task.output_units(dataset, activation) == units
    layers = experiment.network_layers(dataset)
    assert layers[:-1] == experiment.layers
    assert (layers[-1].name, layers[-1].units) == ("output", units)


def test_the_sizes_are_those_of_the_articles_network() -> None:
    experiment = Experiment(layers=(Dense(name="hidden", units=64),))
    sizes = layer_sizes(experiment, load("digits"))
    assert [size.parameters for size in sizes] == [64 * 64 + 64, 64 * 10 + 10]
    assert [size.output_shape for size in sizes] == [(64,), (10,)]
    assert sizes[0].input_shape == (1, 8, 8)


@pytest.mark.parametrize(
    ("names", "path", "sentence"),
    [
        (("a", "a"), "layers.1.name", "Two layers are called 'a'; give one a new name."),
        (("output",), "layers.0.name", "Two layers are called 'output'"),
        (("",), "layers.0.name", "expects letters, digits and underscores; '' was given."),
        (("a/b",), "layers.0.name", "'a/b' was given."),
        (("größe",), "layers.0.name", "'größe' was given."),
        (("a", "b.c"), "layers.1.name", "'b.c' was given."),
    ],
)
def test_layers_need_names_of_their_own(names: Any, path: str, sentence: str) -> None:
    with pytest.raises(FieldError) as caught:
        Experiment(layers=tuple(Dense(name=name) for name in names))
    assert caught.value.path == path
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("training.learning_rate", 0, "Learning rate (training.learning_rate) must be a number"),
        ("training.batch_size", 0, "or 'full batch'; 0 was given."),
        ("training.l2", -1, "L2 (training.l2) must be a number from 0 to 1; -1 was given."),
        ("training.loss", SGD(), "must be one loss of mean_squared_error, log_loss, cross_en"),
        ("data.name", "weather", "Data (data.name) must be one of digits, digits+pen"),
        ("data.test_fraction", 1, "from 0 to 0.9; 1 was given."),
        ("layers", (SGD(),), "must be one layer of dense, dropout, batch_norm, conv2d, max_pool"),
        ("seed", -1, "Seed (seed) must be a whole number from 0 to"),
    ],
)
def test_a_refused_setting_names_itself(path: str, value: Any, sentence: str) -> None:
    with pytest.raises(FieldError) as caught:
        fields.replace_at(Experiment(), path, value)
    assert sentence in str(caught.value)
    assert caught.value.path.startswith(path)


def test_every_noise_and_number_of_examples_that_the_form_allows_can_be_generated() -> None:
    declared = fields.describe(DataSettings)
    for noise in (declared["noise"].low, declared["noise"].high):
        for examples in (declared["examples"].low, declared["examples"].high):
            data = DataSettings(name="spirals", noise=noise, examples=int(examples))
            assert len(data.load()) == examples


def test_gradient_descent_is_full_batch_whatever_the_batch_size() -> None:
    training = Training(optimizer=GradientDescent(), batch_size=8)
    assert Experiment(training=training).effective_batch_size is None
    assert Experiment(training=Training(batch_size=8)).effective_batch_size == 8


def test_a_block_has_the_sizes_of_the_layers_inside_it() -> None:
    block = Residual((Dense(6, name="one"), Dense(5, name="two")), name="block")
    dataset = load("digits")
    first, last = layer_sizes(Experiment(layers=(block,)), dataset)
    one, two = first.inside
    assert (one.path, two.path, first.path) == (
        "layers.0.layers.0",
        "layers.0.layers.1",
        "layers.0",
    )
    assert (one.input_shape, two.input_shape) == ((1, 8, 8), (6,))
    assert (one.parameters, two.parameters) == (64 * 6 + 6, 6 * 5 + 5)
    assert first.parameters == one.parameters + two.parameters + 64 * 5
    assert (first.path, first.output_shape, last.path) == ("layers.0", (5,), "output")


def test_activations_inside_a_block_count_and_the_widest_layer_is_named() -> None:
    block = Residual((Dense(3_000_000, name="wide"), Dense(8, name="two")), name="block")
    with pytest.raises(FieldError, match="3,000,000 neurons") as caught:
        layer_sizes(Experiment(layers=(block,)), load("digits"))
    assert caught.value.path == "layers.0.layers.0"
    # Layers that hand on take no parameters but each an activation of its own.
    many = Residual(tuple(Dropout(name=f"drop_{i}") for i in range(64)), name="block")
    layers = (Dense(40_000, name="first"), many)
    experiment = Experiment(layers=layers, training=Training(batch_size=512))
    layer_sizes(Experiment(layers=layers[:1], training=experiment.training), load("digits"))
    with pytest.raises(FieldError, match="the limit is 1 GiB"):
        layer_sizes(experiment, load("digits"))


def test_weights_given_inside_a_block_are_filled_and_give_way() -> None:
    inner = Dense(3, initializer=Given(), name="inner")
    block = Residual((inner, Dense(4, name="last")), name="block")
    experiment = Experiment(data=DataSettings(name="iris"), layers=(block,))
    dataset = experiment.data.load()
    with pytest.raises(FieldError, match="expects 12 given weights") as caught:
        layer_sizes(experiment, dataset)
    assert caught.value.path == "layers.0.layers.0.initializer"
    drawn = fields.replace_at(experiment, "layers.0.layers.0.initializer", Glorot())
    network = Network(dataset.input_shape, drawn.network_layers(dataset))
    network.views()["inner.weights"][...] = 0.5
    filled = with_present_weights(experiment, network)
    assert filled.layers[0].layers[0].initializer.weights == (0.5,) * 12
    layer_sizes(filled, dataset)
    wider = fields.replace_at(filled, "layers.0.layers.0.units", 5)
    assert without_misfits(wider, filled, dataset).layers[0].layers[0].initializer == Glorot()
    assert without_misfits(filled, filled, dataset) == filled


def test_a_layer_without_weights_costs_no_parameters() -> None:
    experiment = Experiment(
        data=DataSettings(name="circles"),
        layers=(BatchNorm(name="norm"), Dropout(name="drop")),
        output=Output(activation=Sigmoid()),
        training=Training(loss=LogLoss()),
    )
    sizes = layer_sizes(experiment, experiment.data.load())
    assert [size.parameters for size in sizes] == [4, 0, 3]


def test_a_shape_that_cannot_work_is_told_by_its_layers_name_and_path() -> None:
    block = Residual((Conv2D(2, name="one"), MaxPool(9, name="two")), name="block")
    experiment = Experiment(layers=(Dropout(name="dropout_1"), block))
    with pytest.raises(FieldError) as caught:
        sizes_of(experiment, load("digits"))
    assert caught.value.path == "layers.1.layers.1.pool"
    assert str(caught.value) == (
        "two cannot work like this. A pool of 9×9 does not fit into pictures of 8×8: 8 is the "
        "largest that does."
    )
    rows = Experiment(layers=(Flatten(name="flatten_1"), Conv2D(name="conv2d_1")))
    with pytest.raises(FieldError, match=r"Conv 1 cannot work like this.*64 numbers in") as caught:
        layer_sizes(rows, load("digits"))
    assert caught.value.path == "layers.1"
    with pytest.raises(FieldError, match="Iris does not suit these layers: one cannot") as caught:
        fitted(Experiment(layers=(Conv2D(name="one"),)), load("iris"))
    assert caught.value.path == "data.name"


def test_maps_that_would_not_fit_in_memory_are_refused_with_what_to_do() -> None:
    layers = (Conv2D(4000, name="conv2d_1"), GlobalAveragePool(name="mean"))
    training = Training(batch_size=1024)
    layer_sizes(Experiment(layers=layers, training=training), load("digits"))
    whole = (layers[0], BatchNorm(name="norm"), layers[1])  # which needs all of a batch at once
    with pytest.raises(FieldError, match=r"4,000 × 8 × 8 neurons.*Choose fewer maps, or") as caught:
        layer_sizes(Experiment(layers=whole, training=training), load("digits"))
    assert caught.value.path == "layers.0"


def test_a_block_whose_way_past_costs_most_is_named() -> None:
    block = Residual((Dense(8, name="one"), Dense(1_000_000, name="two")), name="block")
    with pytest.raises(FieldError, match="1,000,000 neurons with 73,") as caught:
        layer_sizes(Experiment(layers=(block,)), load("digits"))
    assert caught.value.path == "layers.0"
