"""A diagnosis of networks that read sequences: answers at every step, and none behind an end."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from short_sequences import KINDS, POINTS, STEPS, TEXTS

from playground.analysis.diagnosis import Finding, diagnose
from playground.analysis.diagnosis.measurements import Measurements
from playground.analysis.neurons.neuron import Neuron
from playground.nn.activations import Identity, ReLU, Sigmoid, Softmax, Tanh
from playground.nn.layers import GRU, LSTM, RNN, Dense, Flatten
from playground.nn.losses import MeanSquaredError
from playground.training.experiment import DataSettings, Experiment, Output, Training
from playground.training.history import History
from playground.training.model import Model
from playground.training.trainer import Trainer

pytestmark = pytest.mark.usefixtures("sequences")


def moment(
    name: str,
    *layers: Any,
    epochs: int = 0,
    output: Output | None = None,
    test_fraction: float = 0.2,
    **training: Any,
) -> tuple[Trainer, Model]:
    experiment = Experiment(
        data=DataSettings(name=name, test_fraction=test_fraction),
        layers=layers,
        output=output or Output(),
        training=Training(**training),
    )
    trainer = Trainer(experiment)
    pulses = trainer.run()
    while trainer.epoch < epochs:
        next(pulses)
    model = Model(experiment, trainer.prepared.dataset, trainer.prepared.normalization)
    model.show(trainer.snapshot())
    return trainer, model


def found(trainer: Trainer, model: Model) -> dict[str, Finding]:
    return {one.kind: one for one in diagnose(model, trainer.prepared, model.experiment)}


def changed(trainer: Trainer, model: Model, **curves: float) -> None:
    """Show the network's present numbers, as those of long training with flat curves."""
    columns = {name: np.full(60, value) for name, value in curves.items()}
    snapshot = dataclasses.replace(
        trainer.snapshot(), parameters=model.network.parameters.astype(np.float32)
    )
    if curves:
        history = History(np.arange(60.0), columns)
        snapshot = dataclasses.replace(snapshot, history=history, epoch=59, step=600)
    model.show(snapshot)


@pytest.mark.parametrize("name", [POINTS, TEXTS])
@pytest.mark.parametrize(
    "layers",
    [
        (),
        (Dense(6, Tanh(), name="one"), Dense(6, Tanh(), name="two")),
        (LSTM(6, name="one"), GRU(4, direction="both", name="two")),
        (RNN(6, name="one"),),
    ],
)
def test_a_sound_network_is_told_nothing(name: str, layers: tuple[Any, ...]) -> None:
    for epochs in (0, 3):
        assert found(*moment(name, *layers, epochs=epochs)) == {}


@pytest.mark.parametrize("layer", [LSTM(4, "last", name="one"), Flatten(name="one")])
def test_a_sequence_answered_once_is_judged(layer: Any) -> None:
    assert found(*moment(POINTS, layer, epochs=1)) == {}


@pytest.mark.parametrize("name", [POINTS, TEXTS])
def test_blind_answers_are_the_best_that_biases_alone_can_give(name: str) -> None:
    trainer, model = moment(name)
    m = Measurements(model, trainer.prepared)
    wanted = m.targets.sum(axis=1) / m.targets.sum()
    views = model.network.views()
    views["output.weights"][...] = 0
    views["output.biases"][...] = np.log(wanted)
    assert m.slopes.loss == pytest.approx(m.blind_loss, rel=1e-6)
    assert np.abs(m.slopes.layers[-1].gradients["biases"]).max() < 1e-7


def test_what_is_right_is_counted_where_it_is_asked() -> None:
    trainer, model = moment(TEXTS)
    m = Measurements(model, trainer.prepared)
    targets = trainer.prepared.train_targets
    assert m.class_counts.tolist() == [int((targets == kind).sum()) for kind in range(KINDS)]
    assert m.answers.shape == (KINDS, STEPS * len(m.sample))
    assert (m.noun, m.answer_noun) == ("sequence", "step")
    assert not m.balanced


def test_a_neuron_is_silent_where_it_is_at_every_step_that_is_there() -> None:
    trainer, model = moment(TEXTS, Dense(4, ReLU(), name="one"))
    views = model.network.views()
    # Behind an end there is no token: the bias alone would answer there.
    views["one.weights"][1], views["one.weights"][2] = -2, -3
    views["one.biases"][1:3] = 1
    changed(trainer, model)
    finding = found(trainer, model)["silent_relu"]
    assert finding.headline == "2 of 4 ReLU neurons are silent"
    assert finding.neuron == Neuron("one", STEPS + STEPS // 2)


def test_neurons_at_a_bound_are_counted_at_all_steps() -> None:
    trainer, model = moment(POINTS, Dense(3, Tanh(), name="one"))
    model.network.views()["one.biases"][[0, 2]] = 50
    changed(trainer, model)
    assert found(trainer, model)["saturated"].headline == "2 of 3 tanh neurons are saturated"


def test_classes_are_told_apart_at_the_last_step() -> None:
    trainer, model = moment(POINTS, Dense(3, Tanh(), name="one"))
    m = Measurements(model, trainer.prepared)
    inputs = trainer.prepared.train_inputs
    answers = model.network.forward(inputs.T).reshape(3, STEPS, -1)[:, -1].argmax(axis=0)
    labels = trainer.prepared.train_targets
    for label in range(3):
        expected = np.bincount(answers[labels == label], minlength=3)
        assert m.confusion.counts[label].tolist() == expected.tolist()


def test_what_comes_next_may_be_rare_and_cannot_always_be_known() -> None:
    trainer, model = moment(TEXTS, RNN(2, name="one"))
    flat = {"train_loss": 1.3, "test_loss": 1.3, "train_accuracy": 0.3, "test_accuracy": 0.3}
    changed(trainer, model, **flat)
    assert found(trainer, model) == {}


def test_a_layer_that_remembers_is_hidden_neurons_and_is_to_have_more_of_them() -> None:
    trainer, model = moment(POINTS, GRU(1, direction="both", name="one"), Dense(2, name="two"))
    flat = {"train_loss": 1.1, "test_loss": 1.1, "train_accuracy": 0.35, "test_accuracy": 0.35}
    changed(trainer, model, **flat)
    finding = found(trainer, model)["underfitting"]
    assert finding.headline.startswith("With 4 hidden neurons, 35")
    assert finding.remedies[0].changes == {"layers.0.units": 2, "layers.1.units": 4}
    assert "twice as many neurons" in finding.remedies[0].label


@pytest.mark.parametrize(("name", "noun"), [(POINTS, "sequences"), (TEXTS, "steps")])
def test_learning_by_heart_is_told_of_what_is_asked(name: str, noun: str) -> None:
    trainer, model = moment(name, LSTM(16, name="one"), test_fraction=0.4)
    flat = {"train_loss": 0.1, "train_accuracy": 0.95, "test_accuracy": 0.5}
    curves = {key: np.full(40, value) for key, value in flat.items()}
    curves["test_loss"] = np.concatenate([np.linspace(1.4, 1.0, 10), np.full(30, 2.0)])
    history = History(np.arange(40.0), curves)
    model.show(dataclasses.replace(trainer.snapshot(), history=history, epoch=39, step=400))
    assert f"of test {noun} are right" in found(trainer, model)["overfitting"].explanation


@pytest.mark.parametrize("activation", [Softmax(), Sigmoid()])
def test_squared_error_is_blamed_for_sure_mistakes_at_any_step(activation: Any) -> None:
    trainer, model = moment(
        POINTS,
        Dense(3, Tanh(), name="one"),
        output=Output(activation),
        loss=MeanSquaredError(),
    )
    views = model.network.views()
    views["output.weights"][...] *= 40
    changed(trainer, model)
    finding = found(trainer, model)["loss_misfit"]
    m = Measurements(model, trainer.prepared)
    answers = m.slopes.layers[-1].a.reshape(3, -1)
    wanted = np.repeat(np.eye(3)[trainer.prepared.train_targets].T, STEPS, axis=0).reshape(3, -1)
    lost = (answers.argmax(axis=0) != wanted.argmax(axis=0)) & (answers.max(axis=0) >= 0.95)
    grad_a = (answers - wanted)[:, lost]
    if isinstance(activation, Sigmoid):
        grad_z = grad_a * (answers * (1 - answers))[:, lost]
    else:
        sure = answers[:, lost]
        grad_z = sure * (grad_a - (sure * grad_a).sum(axis=0))
    share = np.linalg.norm(grad_z) / np.linalg.norm(grad_a)
    assert finding.measured == pytest.approx(share, rel=1e-6)
    assert f"{100 * lost.mean():.3g}"[:3] in finding.explanation
    assert "of its answers" in finding.explanation


def fading(layer: Any, *, steps: int = 50, by: float = 0.3) -> Finding | None:
    """Return what is told of a layer that hands on a part of what it is given back, each step."""
    experiment = Experiment(
        data=DataSettings(name="memory-addition", examples=100, steps=steps),
        layers=(layer,),
        output=Output(Identity()),
        training=Training(loss=MeanSquaredError()),
    )
    trainer = Trainer(experiment)
    model = Model(experiment, trainer.prepared.dataset, trainer.prepared.normalization)
    model.show(trainer.snapshot())
    model.network.views()["one.recurrent_weights"][...] *= by
    snapshot = dataclasses.replace(
        trainer.snapshot(),
        parameters=model.network.parameters.astype(np.float32),
        epoch=6,
        step=100,
    )
    model.show(snapshot)
    return found(trainer, model).get("fading_in_time")


def test_a_gradient_that_fades_over_time_is_told_with_what_keeps_it() -> None:
    finding = fading(RNN(8, "last", name="one"))
    assert finding is not None
    assert finding.headline.endswith("-fold over 50 steps")
    assert "What one reads first" in finding.explanation
    gates, fewer = finding.remedies
    assert gates.changes == {"layers.0": GRU(8, "last", name="one")}
    assert gates.label == "Start again with GRU in place of RNN"
    assert finding.measured ** (fewer.changes["data.steps"] / 50) == pytest.approx(100, rel=0.9)
    assert fading(RNN(8, "last", name="one"), by=1.0) is None


def test_both_directions_have_to_fade() -> None:
    assert fading(RNN(8, "last", "both", name="one")) is not None
    # At every step the loss is asked itself: no step is far from what it did.
    assert fading(RNN(8, "all", name="one")) is None


def test_of_a_gru_an_lstm_keeps_more_and_of_that_fewer_steps_are_left() -> None:
    finding = fading(GRU(8, "last", name="one"), steps=200, by=0.0)
    assert finding is not None
    assert finding.remedies[0].changes == {"layers.0": LSTM(8, "last", name="one")}
    assert LSTM(8).made_lasting() is None
