import numpy as np
import pytest

from playground import fields
from playground.errors import FieldError
from playground.nn.activations import ReLU, Sigmoid, Softmax, Tanh
from playground.nn.gradient_check import check_tensors
from playground.nn.layers import BatchNorm, Dense, Mode
from playground.nn.losses import CategoricalCrossEntropy, MeanSquaredError
from playground.nn.network import Network
from playground.nn.optimizers import OPTIMIZERS, SGD, Adam, AdamW, Momentum
from playground.nn.training_step import _STRETCH, TrainingStep
from playground.nn.unit_list import units_in, with_unit, without_unit

ROWS = np.random.default_rng(1).normal(size=(12, 4)).astype(np.float32)
TARGETS = np.eye(3, dtype=np.float32)[np.random.default_rng(2).integers(0, 3, 12)]


def network_of(*hidden, output=None, features=4, dtype=np.float32):
    output = output or Dense(name="output", units=3, activation=Softmax())
    return Network((features,), [*hidden, output], seed=3, dtype=dtype)


def trained(network, steps=7, optimizer=None, rows=ROWS, loss=None, **settings):
    step = TrainingStep(
        network,
        loss or CategoricalCrossEntropy(),
        optimizer or Adam(),
        rng=np.random.default_rng(0),
        **settings,
    )
    for _ in range(steps):
        step(rows, TARGETS[: len(rows)], 0.05)
    return step


def copies(network):
    return {name: view.copy() for name, view in network.views().items()}


# How neurons are named.


@pytest.mark.parametrize(
    ("text", "canonical", "units"),
    [
        ("", "", []),
        ("   ", "", []),
        ("3", "3", [3]),
        ("7, 3,5-6 ", "3, 5–7", [3, 5, 6, 7]),
        ("5–7,3", "3, 5–7", [3, 5, 6, 7]),
        ("7 - 5", "5–7", [5, 6, 7]),
        ("1,2", "1, 2", [1, 2]),
        ("1,1,2,0", "0–2", [0, 1, 2]),
        ("0-4, 2-9", "0–9", list(range(10))),
        ("9, 10, 500-1000000000", "9, 10, 500–1000000000", [9]),
        ("12", "12", []),
    ],
)
def test_neurons_are_named_in_one_form(text, canonical, units):
    settings = Dense(units=10, silenced=text)
    assert settings.silenced == canonical
    assert Dense(silenced=canonical) == Dense(silenced=text)
    np.testing.assert_array_equal(units_in(text, 10), units)


def test_a_person_counts_neurons_from_1_and_files_from_0():
    units = fields.describe(Dense())["silenced"]
    assert units.parse("1, 4-6", "") == "0, 3–5"
    assert units.written("0, 3–5") == "1, 4–6"
    with pytest.raises(FieldError, match="counted from 1"):
        units.parse("0", "")


@pytest.mark.parametrize(
    "text", ["a", "1,,2", "1-", "-1", "1 2", "1.5", "3–5–7", "²", "99999999999", 3, None, "1\n2"]
)
def test_a_text_that_names_no_neurons_is_refused_with_what_would_be_right(text):
    with pytest.raises(FieldError, match=r"neurons by number|a text of at most"):
        Dense(frozen=text)


def test_a_neuron_is_added_and_taken_away():
    assert with_unit("", 4) == "4"
    assert with_unit("3, 5–7", 4) == "3–7"
    assert with_unit("3", 3) == "3"
    assert without_unit("3–7", 5) == "3, 4, 6, 7"
    assert without_unit("3–7", 3) == "4–7"
    assert without_unit("4", 4) == ""
    assert without_unit("4", 9) == "4"


def test_a_file_without_the_fields_means_everything_is_trained():
    layer = fields.from_plain(Dense, {"name": "dense_1", "units": 4})
    assert layer.trainable
    assert layer.frozen == layer.silenced == ""


# Frozen.


@pytest.mark.parametrize("optimizer", [kind() for kind in OPTIMIZERS], ids=lambda o: o.kind)
@pytest.mark.parametrize("settings", [{}, {"l1": 0.01, "l2": 0.1}, {"clip_norm": 0.1}], ids=str)
def test_a_frozen_layer_stays_bit_for_bit_whatever_the_optimizer_does(optimizer, settings):
    network = network_of(Dense(name="first", units=6), Dense(name="held", units=5, trainable=False))
    network.views()["held.weights"][0, 0] = -0.0
    before = copies(network)
    step = trained(network, optimizer=optimizer, **settings)
    after = network.views()
    for tensor in ("weights", "biases"):
        assert after[f"held.{tensor}"].tobytes() == before[f"held.{tensor}"].tobytes()
        for name in ("first", "output"):
            assert (after[f"{name}.{tensor}"] != before[f"{name}.{tensor}"]).any()
    for moment in step.moments:
        assert not network.views_of(moment)["held.weights"].any()
        assert not network.views_of(moment)["held.biases"].any()


@pytest.mark.parametrize("optimizer", [kind() for kind in OPTIMIZERS], ids=lambda o: o.kind)
def test_a_frozen_neuron_keeps_its_row_and_its_bias_and_its_neighbours_learn(optimizer):
    network = network_of(Dense(name="hidden", units=6, activation=Tanh(), frozen="1, 4"))
    before = copies(network)
    trained(network, optimizer=optimizer, l2=0.1)
    after = network.views()
    moved = (after["hidden.weights"] != before["hidden.weights"]).any(axis=1)
    np.testing.assert_array_equal(moved, [True, False, True, True, False, True])
    moved = after["hidden.biases"] != before["hidden.biases"]
    np.testing.assert_array_equal(moved, [True, False, True, True, False, True])


def test_frozen_parameters_do_not_count_in_the_gradient_that_is_clipped():
    held = network_of(Dense(name="hidden", units=6, trainable=False))
    free = network_of(Dense(name="hidden", units=6))
    trained(free, steps=1, optimizer=SGD())
    output = free.views_of(free.gradient)
    norm = np.sqrt(np.sum(output["output.weights"] ** 2) + np.sum(output["output.biases"] ** 2))
    trained(held, steps=1, optimizer=SGD(), clip_norm=float(norm) * 1.001, l2=0.0)
    np.testing.assert_array_equal(
        held.views_of(held.gradient)["output.weights"], output["output.weights"]
    )
    assert not held.views_of(held.gradient)["hidden.weights"].any()


def test_moments_that_come_from_before_the_freezing_move_nothing():
    network = network_of(Dense(name="hidden", units=6, frozen="2"))
    step = TrainingStep(network, CategoricalCrossEntropy(), Momentum(), rng=None)
    step.moments[:] = 1.0
    before = copies(network)
    step(ROWS, TARGETS, 0.1)
    np.testing.assert_array_equal(network.views()["hidden.weights"][2], before["hidden.weights"][2])
    assert not network.views_of(step.moments[0])["hidden.weights"][2].any()
    assert network.views_of(step.moments[0])["hidden.weights"][1].all()


@pytest.mark.parametrize("frozen", [{"trainable": False}, {"frozen": "0, 100–299"}], ids=str)
def test_a_large_layer_stays_where_its_stretches_are_mixed(frozen):
    network = network_of(
        Dense(name="large", units=300, **frozen), Dense(name="rest", units=40), features=150
    )
    assert network.parameter_count > 1.2 * _STRETCH
    before = copies(network)
    rows = np.random.default_rng(3).normal(size=(12, 150)).astype(np.float32)
    trained(network, steps=3, optimizer=AdamW(weight_decay=1), rows=rows)
    mask = network.views_of(network.frozen_mask)["large.weights"]
    after = network.views()
    assert mask.any()
    np.testing.assert_array_equal(after["large.weights"][mask], before["large.weights"][mask])
    assert (after["large.weights"][~mask] != before["large.weights"][~mask]).all()
    assert (after["rest.weights"] != before["rest.weights"]).any()


def test_what_is_not_frozen_learns_as_it_would_beside_constant_neurons():
    """A frozen first layer is a fixed feature map: training the rest on its output is the same."""
    whole = network_of(Dense(name="map", units=6, activation=Tanh(), trainable=False))
    features = np.tanh(ROWS @ whole.views()["map.weights"].T + whole.views()["map.biases"]).astype(
        np.float32
    )
    rest = Network((6,), [Dense(name="output", units=3, activation=Softmax())])
    rest.views()["output.weights"][...] = whole.views()["output.weights"]
    trained(whole, l2=0.01)
    trained(rest, rows=features, l2=0.01)
    np.testing.assert_allclose(
        whole.views()["output.weights"], rest.views()["output.weights"], rtol=1e-4, atol=1e-6
    )


def test_frozen_batch_normalization_keeps_scale_and_shift_and_follows_the_data():
    network = network_of(Dense(name="hidden", units=5), BatchNorm(name="norm", trainable=False))
    before = copies(network)
    trained(network)
    after = network.views()
    for tensor in ("scale", "shift"):
        np.testing.assert_array_equal(after[f"norm.{tensor}"], before[f"norm.{tensor}"])
    assert (after["norm.running_mean"] != before["norm.running_mean"]).any()


def test_a_network_without_anything_frozen_says_so():
    assert network_of(Dense(units=4)).frozen_mask is None
    assert network_of(Dense(units=4, frozen="7")).frozen_mask is None
    assert network_of(Dense(units=4, trainable=False)).frozen_mask.sum() == 4 * 5


# Silenced.


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("activation", [ReLU(), Sigmoid(), Softmax()], ids=lambda a: a.kind)
def test_a_silenced_neuron_answers_0_and_the_others_as_before(training, activation):
    loud = network_of(Dense(name="hidden", units=5, activation=activation), dtype=np.float64)
    quiet = network_of(
        Dense(name="hidden", units=5, activation=activation, silenced="0, 3"), dtype=np.float64
    )
    expected = loud.trace(ROWS.T)[0].a
    expected[[0, 3]] = 0
    traced = quiet.trace(ROWS.T)
    np.testing.assert_array_equal(traced[0].a, expected)
    np.testing.assert_array_equal(traced[0].z, loud.trace(ROWS.T)[0].z)
    views = loud.views()
    logits = views["output.weights"] @ expected + views["output.biases"][:, None]
    shares = np.exp(logits) / np.exp(logits).sum(axis=0)
    answers = quiet.prepare(len(ROWS), training=training)
    answers.run(ROWS.T)
    np.testing.assert_allclose(answers.output, shares, rtol=1e-12)


def test_a_silenced_neuron_answers_0_even_where_its_weights_are_no_numbers():
    network = network_of(Dense(name="hidden", units=5, silenced="2"))
    network.views()["hidden.weights"][2] = np.nan
    assert np.isfinite(network.forward(ROWS.T)).all()


@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_a_silenced_neuron_learns_nothing_and_nobody_learns_from_it(dropout):
    network = network_of(Dense(name="hidden", units=5, silenced="2", dropout=dropout))
    before = copies(network)
    trained(network)
    gradients = network.views_of(network.gradient)
    assert not gradients["hidden.weights"][2].any()
    assert gradients["hidden.biases"][2] == 0
    assert not gradients["output.weights"][:, 2].any()
    after = network.views()
    np.testing.assert_array_equal(after["hidden.weights"][2], before["hidden.weights"][2])
    assert (after["hidden.weights"][1] != before["hidden.weights"][1]).any()


@pytest.mark.parametrize("activation", [Tanh(), Softmax()], ids=lambda a: a.kind)
@pytest.mark.parametrize("batch", [1, 6])
@pytest.mark.parametrize(
    "state", [{"silenced": "1, 3"}, {"trainable": False}, {"frozen": "0"}], ids=str
)
def test_gradients_are_right_beside_silenced_and_frozen_neurons(activation, batch, state):
    layers = [
        Dense(name="first", units=4, activation=Tanh()),
        Dense(name="hidden", units=5, activation=activation, **state),
        BatchNorm(name="norm"),
        Dense(name="output", units=3, activation=Softmax()),
    ]
    network = Network((4,), layers, seed=1)
    checks = check_tensors(
        network,
        CategoricalCrossEntropy(),
        ROWS[:batch].T,
        TARGETS[:batch].T,
        l2=0.1,
        rng=np.random.default_rng(0),
    )
    assert max(check.relative_error for check in checks) < 1e-6


def test_silenced_outputs_train_on_the_answers_they_give():
    output = Dense(name="output", units=3, activation=Softmax(), silenced="1")
    network = network_of(Dense(name="hidden", units=4), output=output, dtype=np.float64)
    checks = check_tensors(
        network, MeanSquaredError(), ROWS.T, TARGETS.T, rng=np.random.default_rng(0)
    )
    assert max(check.relative_error for check in checks) < 1e-6
    step = TrainingStep(network, CategoricalCrossEntropy(), SGD(), rng=None)
    answers = network.forward(ROWS.T).copy()
    assert not answers[1].any()
    expected = CategoricalCrossEntropy().value(answers, TARGETS.T.astype(float))
    assert step(ROWS.astype(float), TARGETS.astype(float), 0.0) == pytest.approx(expected)


def test_without_silenced_neurons_a_layer_makes_no_more_calls():
    def calls(**settings):
        stage = Dense(units=4, **settings).build((3,))
        stage.attach(*np.zeros((2, 16)), np.zeros(0))
        prepared = stage.prepare(np.ones((4, 5)), None, Mode(training=True))
        return len(prepared.forward), len(prepared.backward) + len(prepared.learn)

    assert calls() == calls(silenced="9") == (2, 2)
    assert calls(silenced="1") == (3, 2)
