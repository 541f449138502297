import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground import fields
from playground.errors import FieldError
from playground.nn.activations import ACTIVATIONS, Identity, ReLU, Tanh
from playground.nn.initializers import Given, Glorot, Normal
from playground.nn.layers import LAYERS, BatchNorm, Dense, Dropout, Flatten, parameter_count
from playground.nn.network import Network

dense = st.builds(
    Dense,
    units=st.integers(1, 12),
    activation=st.sampled_from([activation() for activation in ACTIVATIONS]),
    dropout=st.sampled_from([0.0, 0.5]),
)
layer = st.one_of(dense, st.builds(Dropout), st.builds(BatchNorm), st.builds(Flatten))
shapes = st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple)


@given(shapes, st.lists(layer, min_size=1, max_size=6), st.integers(1, 5))
def test_inferred_shapes_and_counts_are_those_of_the_built_network(input_shape, layers, batch):
    network = Network(input_shape, layers)
    shape, parameters = input_shape, 0
    for settings_, running in zip(layers, network.layers, strict=True):
        assert running.input_shape == shape
        parameters += parameter_count(settings_, shape)
        shape = settings_.output_shape(shape)
        assert running.output_shape == shape
        assert (
            sum(
                view.size
                for view in running.parameter_views(
                    network.parameters[parameters - running.parameter_count : parameters]
                ).values()
            )
            == running.parameter_count
        )
    assert network.output_shape == shape
    assert network.parameter_count == parameters == network.parameters.size
    inputs = np.ones((*input_shape, batch), np.float32)
    for output in (network.forward(inputs), in_training(network, inputs)):
        assert output.shape == (np.prod(shape), batch)
    traced = network.trace(inputs)
    assert [trace.a.shape for trace in traced] == [
        (np.prod(running.output_shape), batch) for running in network.layers
    ]


def test_article_neuron_computes_what_the_article_says():
    neuron = Dense(units=1, activation=ACTIVATIONS["sigmoid"](), initializer=Given((0, 1), (4,)))
    network = Network((2,), [neuron], dtype=np.float64)
    output = network.forward(np.array([[2.0], [3.0]]))
    assert output[0, 0] == pytest.approx(0.9990889488055994, abs=1e-12)  # σ(0·2 + 1·3 + 4)


def in_training(network, inputs):
    """Return what a training pass makes of inputs (...input shape, batch)."""
    batch = inputs.shape[-1]
    prepared = network.prepare(batch, training=True, rng=np.random.default_rng(0))
    prepared.run(inputs.reshape(-1, batch))
    return prepared.output


def batch_norm(features=3, **settings_):
    network = Network((features,), [BatchNorm(**settings_)], dtype=np.float64)
    return network, network.views()


def test_batch_norm_brings_each_feature_to_mean_zero_and_spread_one_in_training():
    network, _ = batch_norm()
    inputs = np.random.default_rng(0).normal(5, 3, (3, 200))
    output = in_training(network, inputs)
    np.testing.assert_allclose(output.mean(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(output.std(axis=1), 1, rtol=1e-5)


def test_batch_norm_keeps_running_statistics_for_prediction():
    network, views = batch_norm(momentum=0.75)
    inputs = np.array([[1.0, 3.0], [0.0, 0.0], [10.0, 20.0]])
    in_training(network, inputs)
    # 0.75·0 + 0.25·mean and 0.75·1 + 0.25·variance, the means 2, 0, 15, the variances 1, 0, 25
    np.testing.assert_allclose(views["batch_norm_1.running_mean"], [0.5, 0, 3.75])
    np.testing.assert_allclose(views["batch_norm_1.running_variance"], [1, 0.75, 7])
    output = network.forward(inputs)
    np.testing.assert_allclose(output[2], (inputs[2] - 3.75) / np.sqrt(7 + 1e-5))


def test_prediction_leaves_running_statistics_alone():
    network, _ = batch_norm()
    before = network.statistics.copy()
    network.forward(np.ones((3, 4)))
    network.trace(np.ones((3, 4)))
    np.testing.assert_array_equal(network.statistics, before)


def test_batch_norm_of_a_single_example_uses_the_running_statistics():
    network, _ = batch_norm()
    network.statistics[:] = [1, 2, 3, 4, 4, 4]
    output = in_training(network, np.array([[3.0], [2.0], [1.0]]))
    np.testing.assert_allclose(output[:, 0], [1, 0, -1], rtol=1e-5)
    np.testing.assert_array_equal(network.statistics, [1, 2, 3, 4, 4, 4])


@pytest.mark.parametrize("rate", [0.2, 0.5, 0.9])
@pytest.mark.parametrize("where", ["layer", "dense"])
def test_dropout_silences_its_part_and_keeps_the_mean(rate, where):
    identity = Given(tuple(np.eye(10).ravel()), (0,) * 10)
    layers = (
        [Dropout(rate=rate)]
        if where == "layer"
        else [Dense(units=10, activation=Identity(), dropout=rate, initializer=identity)]
    )
    network = Network((10,), layers)
    output = in_training(network, np.ones((10, 10_000), np.float32))
    np.testing.assert_allclose(np.unique(output), [0, 1 / (1 - rate)], rtol=1e-6)
    # 100,000 draws
    assert (output == 0).mean() == pytest.approx(rate, abs=0.01)
    assert output.mean() == pytest.approx(1, abs=0.05)


def test_dropout_is_off_in_prediction_and_drawn_anew_in_training():
    network = Network((50,), [Dropout(rate=0.5)])
    ones = np.ones((50, 4), np.float32)
    prepared = network.prepare(4, training=True, rng=np.random.default_rng(0))
    prepared.run(ones)
    first = prepared.output.copy()
    prepared.run(ones)
    assert (prepared.output != first).any()
    np.testing.assert_array_equal(network.forward(ones), ones)


def test_dropout_passes_the_error_only_where_it_passed_the_signal():
    layers = [Dense(units=40, activation=Identity()), Dropout(rate=0.5)]
    network = Network((1,), layers, dtype=np.float64)
    network.views()["dense_1.weights"].fill(1)
    prepared = network.prepare(1, training=True, rng=np.random.default_rng(0))
    prepared.run(np.ones((1, 1)))
    prepared.row[-1].grad_output.fill(1)
    for call in prepared.backward:
        call()
    gradient = network.views_of(network.gradient)["dense_1.biases"]
    np.testing.assert_array_equal(gradient, prepared.output[:, 0])


def test_settings_of_every_kind_survive_a_round_trip():
    for kind in LAYERS:
        plain = fields.to_plain(kind())
        assert fields.from_plain(kind, plain) == kind()
    custom = Dense(3, ReLU(2), 0.25, Normal(0.5), name="a")
    assert fields.from_plain(Dense, fields.to_plain(custom)) == custom


@pytest.mark.parametrize(
    ("build", "path"),
    [
        (lambda: Dense(units=0), "units"),
        (lambda: Dense(units=2.5), "units"),
        (lambda: Dense(dropout=1.0), "dropout"),
        (lambda: Dropout(rate=-0.1), "rate"),
        (lambda: BatchNorm(momentum=1.5), "momentum"),
        (lambda: Dense(activation=Normal()), "activation"),
    ],
)
def test_impossible_settings_are_refused_by_name(build, path):
    with pytest.raises(FieldError) as error:
        build()
    assert error.value.path == path


def test_the_first_word_of_a_dense_layer_is_its_number_of_neurons():
    assert Dense(8) == Dense(units=8)
    assert Dense(8, "tanh", initializer="glorot") == Dense(
        units=8, activation=Tanh(), initializer=Glorot()
    )
    with pytest.raises(TypeError):
        Dropout(0.5, True, "a name")


def test_an_unknown_activation_is_refused_with_the_known_ones():
    with pytest.raises(FieldError, match="no activation 'rleu'; choose one of identity, linear"):
        Dense(8, "rleu")
