"""What is measured for a diagnosis, worked out a second way, and the rules of telling it."""

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from playground import fields
from playground.analysis.diagnosis import MOST_SHOWN, Finding, Steady, diagnose
from playground.analysis.diagnosis.finding import figure, percent, reached
from playground.analysis.diagnosis.measurements import Measurements
from playground.errors import ShapeError
from playground.nn.activations import Identity, ReLU, Sigmoid, Softmax, Tanh
from playground.nn.initializers import Given, Glorot, He, Normal, Zeros
from playground.nn.layers import BatchNorm, Dense, Dropout, Flatten
from playground.nn.losses import CategoricalCrossEntropy, LogLoss, MeanSquaredError
from playground.nn.optimizers import SGD, Adam
from playground.training.experiment import DataSettings, Experiment, Output, Training
from playground.training.history import History
from playground.training.model import Model
from playground.training.presets import preset
from playground.training.snapshot import Snapshot
from playground.training.trainer import Trainer


def plane(name: str = "circles", *layers: Any, **training: Any) -> Experiment:
    return Experiment(
        data=DataSettings(name=name, examples=100, test_fraction=0.3),
        layers=layers,
        output=Output(Sigmoid(), Glorot()),
        training=Training(**{"loss": LogLoss(), "optimizer": SGD(), **training}),
    )


def moment(experiment: Experiment, epochs: int = 0) -> tuple[Trainer, Model]:
    trainer = Trainer(experiment)
    pulses = trainer.run()
    while trainer.epoch < epochs:
        next(pulses)
    model = Model(experiment, trainer.prepared.dataset, trainer.prepared.normalization)
    model.show(trainer.snapshot())
    return trainer, model


def kinds(experiment: Experiment, epochs: int = 0) -> list[str]:
    trainer, model = moment(experiment, epochs)
    return [f.kind for f in diagnose(model, trainer.prepared, experiment)]


def with_curves(
    snapshot: Snapshot, train: list[float], test: list[float], right: tuple[float, float]
) -> Snapshot:
    """Return a moment with curves of its own, at the end of which these shares are right."""
    count = len(train)
    columns = {
        "train_loss": np.array(train, float),
        "test_loss": np.array(test, float),
        "train_accuracy": np.full(count, right[0]),
        "test_accuracy": np.full(count, right[1]),
    }
    history = History(np.arange(count, dtype=float), columns)
    return dataclasses.replace(snapshot, history=history, epoch=count - 1, step=10 * count)


# What is measured.


def test_the_gradients_length_is_that_of_small_differences() -> None:
    trainer, model = moment(plane("circles", Dense(3, activation=Tanh(), name="dense_1")))
    measured = Measurements(model, trainer.prepared)
    network, inputs = model.network, trainer.prepared.train_inputs.T.astype(np.float64)

    def loss() -> float:
        return LogLoss().value(network.forward(inputs), measured.targets)

    slopes = []
    for index in range(network.parameter_count):
        kept = network.parameters[index]
        sides = []
        for shift in (1e-6, -1e-6):
            network.parameters[index] = kept + shift
            sides.append(loss())
        network.parameters[index] = kept
        slopes.append((sides[0] - sides[1]) / 2e-6)
    assert measured.gradient_norm == pytest.approx(math.sqrt(sum(s * s for s in slopes)), rel=1e-5)


def test_blind_loss_is_that_of_the_classes_shares() -> None:
    trainer, model = moment(plane("rare"))
    share = trainer.prepared.train_targets.mean()
    entropy = -share * math.log(share) - (1 - share) * math.log(1 - share)
    measured = Measurements(model, trainer.prepared)
    assert measured.blind_loss == pytest.approx(entropy, rel=1e-6)


def test_balanced_classes_count_alike() -> None:
    experiment = plane("rare", balance_classes=True)
    trainer, model = moment(experiment)
    measured = Measurements(model, trainer.prepared)
    assert measured.blind_loss == pytest.approx(math.log(2), rel=1e-6)
    answers = model.outputs(trainer.prepared.dataset.inputs)[trainer.prepared.train_index, 0] > 0.5
    labels = trainer.prepared.train_targets
    recall = [float((answers[labels == k] == k).mean()) for k in (0, 1)]
    assert measured.confusion.recall == pytest.approx(recall)
    assert measured.unlearned == pytest.approx((1 - sum(recall) / 2) * 2)


def test_balancing_that_does_not_help_is_told_too() -> None:
    never = Given(weights=(0.0, 0.0), biases=(-20.0,))
    experiment = plane("rare", balance_classes=True)
    experiment = fields.replace_at(experiment, "output.initializer", never)
    experiment = fields.replace_at(experiment, "training.learning_rate", 1e-6)
    trainer, model = moment(experiment, 6)
    found = diagnose(model, trainer.prepared, experiment)
    (finding,) = (each for each in found if each.kind == "class_imbalance")
    assert finding.headline == "None of the 3 points of class 1 are recognized"
    assert finding.remedies == ()
    assert diagnose(model, trainer.prepared, experiment, since=3.0) == ()


def test_a_large_network_is_judged_by_fewer_examples() -> None:
    wide = tuple(Dense(800, activation=ReLU(), name=f"dense_{n}") for n in (1, 2, 3))
    experiment = Experiment(layers=wide)
    trainer, model = moment(experiment)
    measured = Measurements(model, trainer.prepared)
    parameters = model.network.parameter_count
    assert len(measured.sample) == 200_000_000 // parameters < 1_000
    assert "looked at" in measured.examples_phrase


def test_silenced_neurons_are_not_silent_ones() -> None:
    dead = Given(weights=(0.0,) * 8 + (1.0,) * 8, biases=(-1.0,) * 4 + (9.0,) * 4)
    layer = Dense(8, activation=ReLU(), initializer=dead, name="dense_1")
    assert kinds(plane("circles", layer)) == ["symmetric"]
    varied = Given(
        weights=tuple(0.01 * (n + 1) for n in range(16)), biases=(-9.0,) * 4 + (9.0,) * 4
    )
    layer = dataclasses.replace(layer, initializer=varied)
    assert kinds(plane("circles", layer)) == ["silent_relu"]
    assert kinds(plane("circles", dataclasses.replace(layer, silenced="0–3"))) == []


def test_twins_need_equal_gradients_too() -> None:
    """Equal rows behind different outgoing weights part at the first step, unless ReLU is 0."""
    for activation, expected in ((Tanh(), []), (ReLU(), ["symmetric"])):
        layer = Dense(6, activation=activation, initializer=Zeros(), name="dense_1")
        assert kinds(plane("circles", layer)) == expected


def test_only_copies_of_the_same_neuron_are_counted_as_one() -> None:
    """Each of 16 neurons has a twin, but there are three groups of them."""
    kinds_of_neuron = ((0.1, 0.2), (0.3, -0.1), (-0.2, 0.4))
    units = [kinds_of_neuron[0]] * 6 + [kinds_of_neuron[1]] * 6 + [kinds_of_neuron[2]] * 4
    layer = Dense(
        16,
        activation=Tanh(),
        initializer=Given(weights=tuple(np.ravel(units).tolist()), biases=(0.0,) * 16),
        name="dense_1",
    )
    experiment = plane("circles", layer)
    experiment = fields.replace_at(experiment, "output.initializer", Zeros())
    trainer, model = moment(experiment)
    (finding,) = diagnose(model, trainer.prepared, experiment)
    assert finding.headline == "16 neurons of Dense 1 act as 3"
    same = dataclasses.replace(layer, initializer=Zeros())
    experiment = fields.replace_at(experiment, "layers", (same,))
    trainer, model = moment(experiment)
    (finding,) = diagnose(model, trainer.prepared, experiment)
    assert finding.headline == "All 16 neurons of Dense 1 are alike"


@pytest.mark.parametrize(
    ("weight", "expected"),
    [(0.0, []), (0.4, []), (4.0, ["loss_misfit"]), (-4.0, [])],
    ids=["unsure", "wrong, not sure", "wrong and sure", "right and sure"],
)
def test_squared_error_is_blamed_for_confident_mistakes_only(
    weight: float, expected: list[str]
) -> None:
    experiment = preset("fault-loss").experiment
    given = Given(weights=(weight, weight), biases=(0.0,))
    experiment = fields.replace_at(experiment, "data.noise", 0.0)
    assert kinds(fields.replace_at(experiment, "output.initializer", given)) == expected


def test_what_gets_through_is_the_sigmoids_slope_at_the_mistakes() -> None:
    experiment = preset("fault-loss").experiment
    trainer, model = moment(experiment)
    (finding,) = diagnose(model, trainer.prepared, experiment)
    answers = model.network.forward(trainer.prepared.train_inputs.T.astype(np.float64))[0]
    error = answers - trainer.prepared.train_targets
    lost = np.abs(error) >= 0.95
    through = error[lost] * answers[lost] * (1 - answers[lost])
    expected = np.linalg.norm(through) / np.linalg.norm(error[lost])
    assert finding.measured == pytest.approx(expected, rel=1e-6)
    assert f"on {percent(float(lost.mean()))} of the training points" in finding.explanation


def test_a_long_gradient_is_no_fault_where_the_optimizer_divides_by_it() -> None:
    """Squared errors of numbers far off make any gradient long; Adam's steps stay as short."""
    far = Given(weights=(1e3, 1e3), biases=(0.0,))
    experiment = fields.replace_at(preset("plane-field").experiment, "output.initializer", far)
    assert kinds(fields.replace_at(experiment, "training.optimizer", SGD())) == [
        "exploding_gradient"
    ]
    assert kinds(fields.replace_at(experiment, "training.optimizer", Adam())) == []


# What cannot be said.


@pytest.mark.parametrize(
    "layers",
    [
        (),
        (Dense(1, activation=ReLU(), name="dense_1"),),
        (
            Flatten(name="flatten_1"),
            Dense(4, name="dense_1"),
            Dropout(name="dropout_1"),
            BatchNorm(name="norm_1"),
        ),
    ],
)
@pytest.mark.parametrize("name", ["circles", "digits", "iris", "one-neuron", "xor-points"])
def test_any_network_on_any_data_is_judged(name: str, layers: tuple[Any, ...]) -> None:
    experiment = Experiment(data=DataSettings(name=name, test_fraction=0.0), layers=layers)
    for epochs in (0, 2):
        kinds(experiment, epochs)


def test_a_regression_is_judged() -> None:
    experiment = preset("bumps").experiment
    assert kinds(experiment, 3) == []
    squeezed = fields.replace_at(experiment, "output.activation", Sigmoid())
    trainer, model = moment(squeezed)
    (finding,) = diagnose(model, trainer.prepared, squeezed)
    below = float((trainer.prepared.train_targets < 0).mean())
    above = float((trainer.prepared.train_targets > 1).mean())
    assert finding.kind == "loss_misfit"
    assert finding.measured == pytest.approx(below + above)
    assert "Sigmoid gives numbers from 0 to 1, but the targets run from −1" in finding.explanation


@pytest.mark.parametrize(
    ("name", "loss", "activation", "words"),
    [
        ("iris", CategoricalCrossEntropy(), Sigmoid(), "of 3 outputs exceed 0.5"),
        ("circles", LogLoss(), Identity(), "of the outputs lie outside 0 to 1"),
        ("iris", MeanSquaredError(), Softmax(), "of the error signal gets through"),
    ],
)
def test_a_loss_that_does_not_fit_is_told(
    name: str, loss: Any, activation: Any, words: str
) -> None:
    experiment = Experiment(
        data=DataSettings(name=name, standardize=True),
        layers=(),
        output=Output(activation, Glorot()),
        training=Training(loss=loss),
    )
    trainer, model = moment(experiment)
    found = diagnose(model, trainer.prepared, experiment)
    finding = next(each for each in found if each.kind == "loss_misfit")
    assert words in finding.headline
    changed = experiment
    for path, value in finding.remedies[0].changes.items():
        changed = fields.replace_at(changed, path, value)
    assert kinds(changed) == []


@pytest.mark.parametrize("loss", [LogLoss(), CategoricalCrossEntropy(), MeanSquaredError()])
def test_least_squares_and_fitting_losses_are_left_alone(loss: Any) -> None:
    activation = Identity() if isinstance(loss, MeanSquaredError) else Softmax()
    experiment = plane("circles", Dense(4, activation=Tanh(), name="dense_1"), loss=loss)
    assert kinds(fields.replace_at(experiment, "output.activation", activation)) == []


def test_weights_that_are_no_numbers_are_not_judged() -> None:
    trainer, model = moment(plane("circles", Dense(4, name="dense_1")))
    model.network.parameters[0] = np.nan
    assert diagnose(model, trainer.prepared, model.snapshot.experiment) == ()


def test_a_change_that_has_not_arrived_is_waited_for() -> None:
    experiment = preset("fault-symmetric").experiment
    trainer, model = moment(experiment)
    assert diagnose(model, trainer.prepared, experiment)
    changed = fields.replace_at(experiment, "training.learning_rate", 0.5)
    assert diagnose(model, trainer.prepared, changed) == ()


@pytest.mark.parametrize(
    "layers",
    [
        (Dense(3, initializer=Zeros(), name="dense_1"),),
        (*preset("fault-symmetric").experiment.layers, Dropout(rate=0.5, name="dropout_1")),
    ],
    ids=["fewer parameters", "as many parameters"],
)
def test_a_moment_of_other_layers_is_not_judged(layers: Any) -> None:
    experiment = preset("fault-symmetric").experiment
    trainer, model = moment(experiment)
    _, other = moment(dataclasses.replace(experiment, layers=layers))
    assert diagnose(other, trainer.prepared, experiment) == ()
    with pytest.raises(ShapeError, match="moment of its own layers"):
        other.show(model.snapshot)


# The curves.


def test_what_the_curves_show_before_a_change_is_no_evidence() -> None:
    experiment = plane("circles", Dense(4, activation=Tanh(), name="dense_1"))
    trainer, model = moment(experiment, 1)
    model.show(with_curves(model.snapshot, [0.7, 5, 0.7, 5, 0.7, 5, 0.7], [0.7] * 7, (0.5, 0.5)))

    def told(since: float) -> list[str]:
        found = diagnose(model, trainer.prepared, experiment, since=since)
        return [finding.kind for finding in found]

    assert told(-1.0) == ["learning_rate_high"]
    assert told(4.0) == []


def test_a_jump_made_by_hand_is_not_the_learning_rates() -> None:
    experiment = plane("circles", Dense(4, activation=Tanh(), name="dense_1"))
    trainer, model = moment(experiment, 1)
    shown = with_curves(model.snapshot, [0.7, 0.5, 5, 0.7, 0.6], [0.7] * 5, (0.5, 0.5))
    for by_hand, expected in ((2.0, "The loss went up once in 4 epochs"), (1.4, ""), (1.0, "")):
        epochs = np.array([0, 1, by_hand, 3, 4])
        history = dataclasses.replace(shown.history, epochs=epochs)
        model.show(dataclasses.replace(shown, history=history))
        found = diagnose(model, trainer.prepared, experiment)
        assert [finding.headline for finding in found] == [expected] * bool(expected)


def test_an_uneven_test_curve_is_no_overfitting() -> None:
    experiment = plane("circles", Dense(4, activation=Tanh(), name="dense_1"))
    trainer, model = moment(experiment, 1)
    falling = np.linspace(0.6, 0.1, 40)
    uneven = falling * np.where(np.arange(40) % 4 == 3, 1.8, 1.0)
    rising = np.concatenate([falling[:20], np.linspace(0.35, 0.7, 20)])
    for test, expected in ((uneven, []), (rising, ["overfitting"])):
        model.show(with_curves(model.snapshot, falling.tolist(), test.tolist(), (0.99, 0.85)))
        found = diagnose(model, trainer.prepared, experiment)
        assert [finding.kind for finding in found] == expected


def test_a_plateau_of_a_large_network_is_not_its_size() -> None:
    for units, expected in ((3, ["underfitting"]), (200, [])):
        experiment = plane("spirals", Dense(units, activation=Tanh(), name="dense_1"))
        trainer, model = moment(experiment, 1)
        model.show(with_curves(model.snapshot, [0.65] * 60, [0.66] * 60, (0.6, 0.6)))
        found = diagnose(model, trainer.prepared, experiment)
        assert [finding.kind for finding in found] == expected


# The rules of telling.


def test_causes_hide_what_they_bring_about() -> None:
    """Exploding weights silence ReLUs and saturate nothing else that is told beside them."""
    deep = tuple(
        Dense(48, activation=ReLU(), initializer=Normal(scale=0.8), name=f"dense_{n}")
        for n in range(1, 7)
    )
    assert kinds(Experiment(layers=deep)) == ["exploding_gradient"]


def test_no_more_than_three_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Always:
        explains: frozenset[str] = frozenset()
        before_training = True

        def __init__(self, kind: str) -> None:
            self.kind = kind

        def find(self, m: Measurements, shown: bool) -> Finding:
            return Finding(self.kind, "1", "2.", "weights", 1.0)

    faults = tuple(Always(kind) for kind in "abcde")
    monkeypatch.setattr("playground.analysis.diagnosis.faults.FAULTS", faults)
    assert kinds(plane("circles")) == ["a", "b", "c"]
    assert MOST_SHOWN == 3


def test_what_is_shown_stays_until_it_is_clearly_better() -> None:
    assert reached(1.0, 1.0, shown=False)
    assert not reached(0.9, 1.0, shown=False)
    assert reached(0.9, 1.0, shown=True)
    assert not reached(0.79, 1.0, shown=True)


def told(*names: str) -> tuple[Finding, ...]:
    return tuple(Finding(name, name, ".", "weights", 1.0) for name in names)


def names_of(findings: tuple[Finding, ...]) -> str:
    return "".join(finding.kind for finding in findings)


@pytest.mark.parametrize(
    ("looks", "shown"),
    [
        (["a", "a"], ["", "a"]),
        (["a", "", "a", ""], ["", "", "", ""]),
        (["a", "a", "", "a", "", ""], ["", "a", "a", "a", "a", ""]),
        (["a", "a", "b", "b"], ["", "a", "a", "b"]),
        (["a", "a", "ba", "ba"], ["", "a", "a", "ba"]),
    ],
)
def test_a_finding_comes_and_goes_only_after_two_looks(looks: list[str], shown: list[str]) -> None:
    steady = Steady()
    assert [names_of(steady.follow(told(*look), at_rest=False)) for look in looks] == shown


def test_at_rest_one_look_is_enough() -> None:
    steady = Steady()
    assert names_of(steady.follow(told("a"), at_rest=True)) == "a"
    assert names_of(steady.follow(told(), at_rest=True)) == ""
    steady.follow(told("a"), at_rest=True)
    steady.clear()
    assert steady.shown == ()


@pytest.mark.parametrize(
    ("write", "value", "text"),
    [
        (figure, 1253.4, "1,300"),
        (figure, 23_456, "23,000"),
        (figure, 587.3, "587"),
        (figure, 2.302, "2.3"),
        (figure, 0.1, "0.1"),
        (figure, 0.00038, "0.00038"),
        (figure, -1.05, "−1.1"),
        (figure, 0.0, "0"),
        (figure, 10, "10"),
        (figure, math.inf, "∞"),
        (figure, math.nan, "not a number"),
        (percent, 0.04, "4\N{NO-BREAK SPACE}%"),
        (percent, 0.985, "98.5\N{NO-BREAK SPACE}%"),
        (percent, 1.0, "100\N{NO-BREAK SPACE}%"),
    ],
)
def test_numbers_are_written_short(write: Callable[[float], str], value: float, text: str) -> None:
    assert write(value) == text


def test_remedies_of_large_starts_keep_each_activations_own_initializer() -> None:
    layers = (
        Dense(48, activation=ReLU(), initializer=Normal(scale=5.0), name="dense_1"),
        Dense(48, activation=Tanh(), initializer=Normal(scale=5.0), name="dense_2"),
    )
    experiment = Experiment(layers=layers, output=Output(Identity(), Glorot()))
    experiment = fields.replace_at(experiment, "training.loss", MeanSquaredError())
    trainer, model = moment(experiment)
    (finding, *_) = diagnose(model, trainer.prepared, experiment)
    if finding.kind == "exploding_gradient":
        assert finding.remedies[0].changes == {
            "layers.0.initializer": He(),
            "layers.1.initializer": Glorot(),
        }
    else:
        assert finding.kind == "saturated"
