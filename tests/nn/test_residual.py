"""A residual block adds what its layers make of an input to the input, forward and backward."""

import copy
from typing import Any

import numpy as np
import pytest

from playground.analysis.neurons.neuron import Neuron
from playground.analysis.neurons.report import neuron_report
from playground.errors import FieldError
from playground.nn.activations import ReLU, Sigmoid, Softmax, Tanh
from playground.nn.gradient_check import check_tensors
from playground.nn.layers import BatchNorm, Conv2D, Dense, Dropout, Flatten, Residual
from playground.nn.losses import CategoricalCrossEntropy
from playground.nn.network import Network
from playground.nn.slopes import slopes, unit_gradient
from playground.training.experiment import DataSettings, Experiment
from playground.training.model import Model
from playground.training.trainer import Trainer

RNG = np.random.default_rng(4)
INPUTS = RNG.normal(size=(5, 12))
TARGETS = np.eye(3)[RNG.integers(0, 3, 12)].T
LOSS = CategoricalCrossEntropy()

SAME = Residual((Dense(8, Tanh()), Dense(6, Sigmoid())))
WIDER = Residual((Dense(9, Tanh()),))
BLOCKS: dict[str, tuple[Any, ...]] = {
    "same": (Dense(6, Tanh()), SAME),
    "wider": (Dense(6, Tanh()), WIDER),
    "first": (Residual((Dense(5, Tanh()),)),),
    "first and wider": (WIDER,),
    "two": (Dense(6, Tanh()), SAME, WIDER, Residual((Dense(9, ReLU()),))),
    "nested": (Residual((Dense(4, Tanh()), Residual((Dense(4, Tanh()),)), Dense(5, Tanh()))),),
    "every kind": (
        Flatten(),
        Residual((BatchNorm(), Dense(7, Tanh(), silenced="2", dropout=0.2), Dropout(0.3))),
    ),
    "only handing on": (Residual((Flatten(), Dropout(0.5))), Dense(4, Tanh())),
}


def network(name: str, dtype: Any = np.float64) -> Network:
    made = Network((5,), (*BLOCKS[name], Dense(3, Softmax())), seed=2, dtype=dtype)
    made.parameters += np.random.default_rng(1).normal(0, 0.1, made.parameter_count)
    return made


@pytest.mark.parametrize("name", BLOCKS)
def test_gradients_agree_with_central_differences(name: str) -> None:
    checks = check_tensors(
        network(name), LOSS, INPUTS, TARGETS, l1=0.01, l2=0.02, samples=400, rng=RNG
    )
    assert max(check.relative_error for check in checks) <= 1e-6


def test_the_output_is_the_input_plus_what_the_layers_make_of_it() -> None:
    made = network("same")
    views = made.views()
    first = np.tanh(views["dense_1.weights"] @ INPUTS + views["dense_1.biases"][:, None])
    inner = np.tanh(views["dense_2.weights"] @ first + views["dense_2.biases"][:, None])
    inner = 1 / (1 + np.exp(-(views["dense_3.weights"] @ inner + views["dense_3.biases"][:, None])))
    traced = {trace.name: trace.a for trace in made.trace(INPUTS)}
    np.testing.assert_allclose(traced["residual_1"], first + inner, rtol=1e-12)


def test_another_number_of_units_gets_a_learned_way_past() -> None:
    made = network("first and wider")
    views = made.views()
    assert views["residual_1.projection"].shape == (9, 5)
    inner = np.tanh(views["dense_1.weights"] @ INPUTS + views["dense_1.biases"][:, None])
    expected = views["residual_1.projection"] @ INPUTS + inner
    traced = {trace.name: trace.a for trace in made.trace(INPUTS)}
    np.testing.assert_allclose(traced["residual_1"], expected, rtol=1e-12)
    assert "residual_1.projection" in made.tensors("weight")


def test_layers_are_named_in_the_order_of_computing_and_know_what_they_read() -> None:
    made = network("two")
    assert [(layer.name, layer.source) for layer in made.layers] == [
        ("dense_1", "input"),
        ("dense_2", "dense_1"),
        ("dense_3", "dense_2"),
        ("residual_1", "dense_1"),
        ("dense_4", "residual_1"),
        ("residual_2", "residual_1"),
        ("dense_5", "residual_2"),
        ("residual_3", "residual_2"),
        ("dense_6", "residual_3"),
    ]


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("name", BLOCKS)
def test_what_a_layer_hands_back_is_what_the_layer_before_gets(name: str, training: bool) -> None:
    made = network(name)
    rng = np.random.default_rng(3) if training else None
    done = slopes(made, LOSS, INPUTS, TARGETS, rng=rng, training=training)
    records = {record.name: record for record in done.layers}
    for before, after in zip(made.row, made.row[1:], strict=False):
        given, handed = records[before.name].grad_a, records[after.name].grad_inputs
        assert (given is None) == (handed is None)
        if given is not None and handed is not None:
            np.testing.assert_array_equal(given, handed)
        np.testing.assert_array_equal(records[before.name].a, records[after.name].inputs)


@pytest.mark.parametrize("name", BLOCKS)
def test_one_units_gradient_is_that_of_central_differences(name: str) -> None:
    made = network(name)
    x = INPUTS[:, :1].copy()
    for layer in made.layers:
        found = unit_gradient(made, x, layer.name, 1)
        for feature in range(5):
            sides = []
            for step in (1e-6, -1e-6):
                moved = x.copy()
                moved[feature] += step
                traced = {trace.name: trace.a for trace in made.trace(moved)}
                sides.append(float(traced[layer.name].reshape(-1)[1]))
            assert found[feature, 0] == pytest.approx((sides[0] - sides[1]) / 2e-6, abs=1e-8)


def test_a_neuron_before_a_block_is_heard_by_both_ways() -> None:
    experiment = Experiment(
        data=DataSettings(name="iris"),
        layers=(
            Dense(5, Tanh(), name="before"),
            Residual((Dense(5, Tanh(), name="inside"),), name="block"),
        ),
    )
    trainer = Trainer(experiment)
    model = Model(experiment, trainer.prepared.dataset, trainer.prepared.normalization)
    model.show(trainer.snapshot())
    row = trainer.prepared.dataset.inputs[7]
    for unit in range(5):
        report = neuron_report(model, Neuron("before", unit), row, np.array([0.0, 1.0, 0.0]))
        assert [links.layer for links in report.links] == ["inside", "block"]
        total = sum(float(links.factors @ links.slopes) for links in report.links)
        assert total == pytest.approx(report.grad_a, rel=1e-12)
        block = neuron_report(model, Neuron("block", unit), row, np.array([0.0, 1.0, 0.0]))
        past, through, handed, _ = (figure.value for figure in block.told.figures)
        assert past == report.a
        assert handed == pytest.approx(past + through, rel=1e-12)
        assert block.a == handed


def test_a_block_without_layers_is_refused() -> None:
    with pytest.raises(FieldError, match="expects a layer inside"):
        Residual(())


def test_a_new_block_has_as_many_units_as_come_in() -> None:
    block = Residual.fitting((1, 8, 8))
    assert block.output_shape((1, 8, 8)) == (64,)
    assert block.parameters((1, 8, 8)) == ()
    assert block.formula((1, 8, 8))[0] == "x + f(x)"
    assert Residual.fitting((512,)).output_shape((512,)) == (512,)
    large = Residual.fitting((1, 28, 28))
    assert large == Residual()
    formula, why = large.formula((1, 28, 28))
    assert formula == "P·x + f(x)"
    assert "784 numbers" in why


def test_two_layers_of_one_name_are_refused_inside_blocks_too() -> None:
    with pytest.raises(FieldError, match="Two layers") as refusal:
        Experiment(
            layers=(
                Dense(4, name="one"),
                Residual((Dense(4, name="one"),), name="block"),
            )
        )
    assert refusal.value.path == "layers.1.layers.0.name"


def test_a_copy_of_a_network_with_blocks_learns_by_itself() -> None:
    made = network("two")
    other = copy.deepcopy(made)
    other.parameters[:] = 0
    assert made.parameters.any()
    np.testing.assert_array_equal(other.views()["dense_2.weights"], 0)


def test_a_new_block_among_maps_has_as_many_maps_as_come_in() -> None:
    block = Residual.fitting((8, 6, 5))
    assert block.layers == (Conv2D(8), Conv2D(8))
    assert block.output_shape((8, 6, 5)) == (8, 6, 5)
    assert block.parameters((8, 6, 5)) == ()
