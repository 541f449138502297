"""A step in slow motion is the ordinary step: the same end, and every number on the way right."""

from itertools import islice
from typing import Any

import numpy as np
import pytest
from short_sequences import POINTS, TEXTS

from playground import fields
from playground.analysis.slow_step import Matrix, SlowStep, Stage, walk
from playground.errors import PlaygroundError
from playground.nn.activations import (
    ACTIVATIONS,
    GELU,
    Identity,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
)
from playground.nn.explain.writing import figure
from playground.nn.layers import (
    GRU,
    LSTM,
    RNN,
    AveragePool,
    BatchNorm,
    Code,
    Conv2D,
    ConvTranspose2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool,
    MaxPool,
    Noise,
    Reshape,
    Residual,
    Upsample,
)
from playground.nn.losses import CategoricalCrossEntropy, LogLoss, MeanSquaredError
from playground.nn.optimizers import OPTIMIZERS, SGD, Adam
from playground.nn.schedules import Cosine, WarmUp
from playground.training.experiment import DataSettings, Experiment, Output, Training
from playground.training.presets import LARGE, preset, presets
from playground.training.trainer import Pulse, Trainer

PLAIN = Experiment(
    data=DataSettings(name="circles", examples=90, test_fraction=0.3),
    layers=(Dense(name="hidden", units=6, activation=Tanh()),),
    training=Training(learning_rate=0.02, batch_size=32, optimizer=SGD()),
)
EVERY_LAYER = (
    Flatten(name="flat"),
    Dense(name="one", units=7, activation=Tanh(), dropout=0.3),
    BatchNorm(name="norm"),
    Dropout(name="drop", rate=0.25),
    Dense(name="two", units=5, activation=GELU()),
)


def changed(experiment: Experiment = PLAIN, /, **settings: Any) -> Experiment:
    for path, value in settings.items():
        experiment = fields.replace_at(experiment, path.replace("__", "."), value)
    return experiment


VARIANTS = {
    "plain": {},
    "l1": {"training__l1": 0.01},
    "l2": {"training__l2": 0.05},
    "clipped": {"training__clip_norm": 0.01},
    "not clipped": {"training__clip_norm": 1000.0},
    "everything": {
        "layers": EVERY_LAYER,
        "training__l1": 0.003,
        "training__l2": 0.01,
        "training__clip_norm": 0.05,
        "training__schedule": Cosine(epochs=3),
    },
    "dropout": {"layers": (Dense(name="hidden", units=9, activation=Tanh(), dropout=0.5),)},
    "batch norm": {
        "layers": (Dense(name="hidden", units=6, activation=Tanh()), BatchNorm(name="norm"))
    },
    "warm-up": {"training__schedule": WarmUp(epochs=4)},
    "frozen": {
        "layers": (
            Dense(name="hidden", units=6, activation=Tanh(), frozen="1, 3"),
            Dense(name="still", units=4, activation=Tanh(), trainable=False),
        ),
        "training__l2": 0.05,
    },
    "rates": {
        "layers": (
            Dense(name="hidden", units=6, activation=Tanh(), frozen="1", rate=0.1),
            Dense(name="even", units=4, activation=Tanh()),
        ),
        "output__rate": 10.0,
        "training__l2": 0.05,
        "training__schedule": WarmUp(epochs=4),
    },
    "residual": {
        "layers": (
            Dense(name="hidden", units=6, activation=Tanh()),
            Residual(
                name="block",
                layers=(
                    Dense(name="one", units=5, activation=Tanh(), dropout=0.3),
                    BatchNorm(name="norm"),
                    Dense(name="two", units=6, activation=GELU()),
                ),
            ),
            Residual(name="wider", layers=(Dense(name="three", units=8, activation=Tanh()),)),
        ),
        "training__l2": 0.02,
        "training__clip_norm": 0.1,
    },
    "pictures": {
        "data": DataSettings(name="digits"),
        "layers": (
            Conv2D(3, activation=Tanh(), dropout=0.3, frozen="1", name="first"),
            MaxPool(name="largest"),
            Conv2D(4, kernel=2, stride=2, padding="valid", silenced="2", name="second"),
            BatchNorm(name="norm"),
            Dropout(0.25, whole_maps=True, name="drop"),
            Residual((Conv2D(4, activation=GELU(), name="inside"),), name="block"),
            AveragePool(2, 1, name="mean"),
            GlobalAveragePool(name="all"),
        ),
        "training__l2": 0.02,
        "training__clip_norm": 0.1,
    },
    "silenced": {"layers": (Dense(name="hidden", units=6, dropout=0.2, silenced="0, 4"),)},
    "every step": {
        "data__name": POINTS,
        "layers": (
            Dense(name="one", units=5, activation=Tanh(), dropout=0.3, silenced="2"),
            Dense(name="two", units=4, activation=GELU(), frozen="1"),
        ),
        "training__l2": 0.02,
    },
    "a sequence at once": {
        "data__name": POINTS,
        "layers": (
            Dense(name="one", units=5, activation=Tanh()),
            Dropout(name="drop", rate=0.25),
            Flatten(name="flat"),
        ),
        "training__clip_norm": 0.1,
    },
    "next step": {
        "data__name": TEXTS,
        "layers": (Dense(name="one", units=5, activation=Tanh(), dropout=0.3),),
    },
    "memory": {
        "data__name": TEXTS,
        "layers": (
            LSTM(name="lstm", units=3, direction="both", dropout=0.3, frozen="1"),
            GRU(name="gru", units=4, silenced="2"),
            RNN(name="rnn", units=4),
        ),
        "training__clip_norm": 0.1,
    },
    "variational": {
        "layers": (
            Noise(0.2, name="noise"),
            Dense(name="hidden", units=6, activation=Tanh()),
            Code(3, 0.3, variational=True, silenced="1", frozen="0", name="code"),
            Noise(0.1, name="more"),
        ),
        "training__l2": 0.02,
    },
    "pulled": {
        "layers": (
            Dense(name="hidden", units=6, activation=Tanh()),
            Code(3, 0.5, silenced="1", name="code"),
        ),
        "training__clip_norm": 0.1,
    },
    "decoder": {
        "data": DataSettings(name="digits"),
        "layers": (
            Conv2D(2, stride=2, activation=Tanh(), name="looks"),
            Code(4, name="code"),
            Dense(units=18, activation=Tanh(), name="wider"),
            Reshape(2, name="maps"),
            ConvTranspose2D(3, activation=Tanh(), dropout=0.3, frozen="1", name="grown"),
            Upsample(name="larger"),
            ConvTranspose2D(2, 3, 1, "valid", GELU(), silenced="0", name="valid"),
        ),
    },
}  # fmt: skip


def stage_of(slow: SlowStep, label: str) -> Stage:
    return next(stage for stage in slow.stages if stage.label == label)


def matrix_of(stage: Stage, symbol: str) -> Matrix:
    return next(matrix for matrix in stage.matrices if matrix.symbol == symbol)


def take_steps(trainer: Trainer, steps: int) -> Trainer:
    done = (pulse for pulse in trainer.run() if pulse is not Pulse.PREPARED)
    for _ in islice(done, steps):
        pass
    return trainer


def assert_same(one: Trainer, other: Trainer) -> None:
    here, there = one.next_step(), other.next_step()
    for name in ("parameters", "statistics", "moments", "rows", "targets"):
        assert getattr(here, name).tobytes() == getattr(there, name).tobytes(), name
    for name in ("step_count", "learning_rate", "dropout_state", "epoch", "batch"):
        assert getattr(here, name) == getattr(there, name), name


@pytest.mark.usefixtures("sequences")
@pytest.mark.parametrize("batch_size", [1, 32])
@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("optimizer", list(OPTIMIZERS), ids=lambda kind: kind.kind)
def test_a_walked_step_ends_where_an_ordinary_step_ends(
    optimizer: Any, variant: str, batch_size: int
) -> None:
    experiment = changed(**VARIANTS[variant], training__batch_size=batch_size)
    experiment = changed(experiment, training__optimizer=optimizer())
    walked, ordinary = Trainer(experiment), Trainer(experiment)
    take_steps(walked, 3)
    take_steps(ordinary, 3)

    start = walked.next_step()
    slow = walk(start, walked.prepared.dataset)
    walked.take(start)
    take_steps(ordinary, 1)
    assert_same(walked, ordinary)
    # No random draw was spent and no state touched: the coming steps are the same too.
    take_steps(walked, 4)
    take_steps(ordinary, 4)
    assert_same(walked, ordinary)

    taken = Trainer(experiment)
    take_steps(taken, 4)
    # Where an optimizer divides by a slope's own size, the rounding of a slope near 0 shows.
    adaptive = optimizer.kind in ("rmsprop", "adam", "adamw")
    np.testing.assert_allclose(
        slow.parameters, taken.network.parameters, rtol=2e-4, atol=2e-4 if adaptive else 5e-6
    )
    np.testing.assert_allclose(slow.statistics, taken.network.statistics, rtol=1e-4, atol=1e-5)


def test_walking_leaves_what_it_was_given_untouched() -> None:
    trainer = Trainer(changed(**VARIANTS["everything"], training__optimizer=Adam()))
    start = trainer.next_step()
    state = repr(start.dropout_state)
    kept = [start.parameters.copy(), start.moments.copy(), start.rows.copy()]
    walk(start, trainer.prepared.dataset)
    assert repr(start.dropout_state) == state
    for before, now in zip(kept, (start.parameters, start.moments, start.rows), strict=True):
        assert before.tobytes() == now.tobytes()


@pytest.mark.parametrize("name", [each.name for each in presets() if each.group != LARGE])
def test_every_preset_can_be_walked_and_every_stage_writes_its_arithmetic(name: str) -> None:
    trainer = Trainer(preset(name).experiment)
    start = trainer.next_step()
    slow = walk(start, trainer.prepared.dataset)
    trainer.take(start)
    taken, slopes = trainer.network.parameters, np.abs(trainer.network.gradient)
    # Adam's first step is a rate long either way, also where the slope is no more than rounding,
    # as that of the biases of keys, which all shares have in common.
    told = slopes > 1e-4 * slopes.max()
    np.testing.assert_allclose(slow.parameters[told], taken[told], atol=2e-5)
    np.testing.assert_allclose(slow.parameters, taken, atol=2 * start.learning_rate)
    for stage in slow.stages:
        assert stage.title
        assert stage.formula
        assert stage.explanation.endswith((".", ")"))
        assert stage.event.endswith(".")
        if stage.arithmetic is not None:
            assert stage.computed is not None
            rows, columns = stage.computed.values.shape
            for place in ((0, 0), (rows - 1, columns - 1)):
                assert all(stage.arithmetic(*place))


# Article D: a network 2-2-1 of sigmoids on XOR, mean squared error, one example at a time.


def xor_step() -> tuple[SlowStep, dict[str, Any]]:
    trainer = Trainer(preset("article-xor").experiment)
    take_steps(trainer, 2)
    start = trainer.next_step()
    given = {name: np.array(view, np.float64) for name, view in trainer.network.views().items()}
    return walk(start, trainer.prepared.dataset), given | {
        "x": start.rows[0].astype(float),
        "y": float(start.targets[0, 0]),
    }


def test_every_partial_derivative_of_the_xor_network_is_the_one_worked_by_hand() -> None:
    slow, given = xor_step()
    (w1, w2), (w3, w4) = given["dense_1.weights"]
    b1, b2 = given["dense_1.biases"]
    ((w5, w6),), (b3,) = given["output.weights"], given["output.biases"]
    (x1, x2), y = given["x"], given["y"]

    def sigmoid(z: float) -> float:
        return 1 / (1 + np.exp(-z))

    z1, z2 = w1 * x1 + w2 * x2 + b1, w3 * x1 + w4 * x2 + b2
    h1, h2 = sigmoid(z1), sigmoid(z2)
    z3 = w5 * h1 + w6 * h2 + b3
    answer = sigmoid(z3)
    d_answer = answer - y
    d_z3 = d_answer * answer * (1 - answer)
    d_w5, d_w6, d_b3 = d_z3 * h1, d_z3 * h2, d_z3
    d_h1, d_h2 = d_z3 * w5, d_z3 * w6
    d_z1, d_z2 = d_h1 * h1 * (1 - h1), d_h2 * h2 * (1 - h2)
    d_w1, d_w2, d_w3, d_w4 = d_z1 * x1, d_z1 * x2, d_z2 * x1, d_z2 * x2

    expected = {
        "Z1": [[z1], [z2]],
        "A1": [[h1], [h2]],
        "Z2": [[z3]],
        "A2": [[answer]],
        "L": [[0.5 * (answer - y) ** 2]],
        "dA2": [[d_answer]],
        "dZ2": [[d_z3]],
        "dW2": [[d_w5, d_w6]],
        "db2": [[d_b3]],
        "dA1": [[d_h1], [d_h2]],
        "dZ1": [[d_z1], [d_z2]],
        "dW1": [[d_w1, d_w2], [d_w3, d_w4]],
        "db1": [[d_z1], [d_z2]],
        "W1′": [[w1 - 0.1 * d_w1, w2 - 0.1 * d_w2], [w3 - 0.1 * d_w3, w4 - 0.1 * d_w4]],
        "b1′": [[b1 - 0.1 * d_z1], [b2 - 0.1 * d_z2]],
        "W2′": [[w5 - 0.1 * d_w5, w6 - 0.1 * d_w6]],
        "b2′": [[b3 - 0.1 * d_b3]],
    }
    computed = [stage for stage in slow.stages if stage.computed is not None]
    assert [stage.label for stage in computed] == list(expected)
    for stage in computed:
        assert stage.computed is not None
        np.testing.assert_allclose(stage.computed.values, expected[stage.label], rtol=1e-12)


def test_the_formulas_and_shapes_are_those_of_the_articles() -> None:
    trainer = Trainer(changed(preset("article-digits").experiment, training__batch_size=32))
    slow = walk(trainer.next_step(), trainer.prepared.dataset)
    count = len(trainer.next_step().rows)
    stage = stage_of(slow, "Z1")
    assert stage.formula == "Z1 = W1·X + b1"
    assert stage.shapes == f"(64, 64)·(64, {count}) + (64, 1) → (64, {count})"
    assert stage_of(slow, "dZ2").formula == "dZ2 = A2 − Y"
    assert stage_of(slow, "dW2").formula == "dW2 = dZ2·A1ᵀ / m"
    assert stage_of(slow, "db2").formula == "db2 = Σ dZ2 / m"
    assert stage_of(slow, "dA1").formula == "dA1 = W2ᵀ·dZ2"
    assert stage_of(slow, "dZ1").formula == "dZ1 = dA1 ∘ f′(Z1)"


# Article C: 4-10-5-3 on iris, here 4-5-3, with Adam.


def test_a_relu_softmax_network_with_adam_agrees_with_the_textbook() -> None:
    experiment = Experiment(
        data=DataSettings(name="iris"),
        layers=(Dense(name="hidden", units=5, activation=ReLU()),),
        training=Training(optimizer=Adam(), learning_rate=0.01, batch_size=16),
    )
    trainer = Trainer(experiment)
    take_steps(trainer, 5)
    start = trainer.next_step()
    slow = walk(start, trainer.prepared.dataset)

    views = {name: np.array(view, np.float64) for name, view in trainer.network.views().items()}
    x, y = start.rows.T.astype(float), start.targets.T.astype(float)
    m = x.shape[1]
    w1, b1 = views["hidden.weights"], views["hidden.biases"][:, None]
    w2, b2 = views["output.weights"], views["output.biases"][:, None]
    z1 = w1 @ x + b1
    a1 = np.where(z1 > 0, z1, 0)
    z2 = w2 @ a1 + b2
    a2 = np.exp(z2) / np.exp(z2).sum(axis=0)
    losses = -np.log((a2 * y).sum(axis=0))
    dz2 = a2 - y
    dw2, db2 = dz2 @ a1.T / m, dz2.mean(axis=1, keepdims=True)
    da1 = w2.T @ dz2
    dz1 = da1 * (z1 > 0)
    dw1, db1 = dz1 @ x.T / m, dz1.mean(axis=1, keepdims=True)
    expected = {
        "Z1": z1, "A1": a1, "Z2": z2, "A2": a2, "L": losses[None], "dZ2": dz2, "dW2": dw2,
        "db2": db2, "dA1": da1, "dZ1": dz1, "dW1": dw1, "db1": db1,
    }  # fmt: skip
    for label, values in expected.items():
        computed = stage_of(slow, label).computed
        assert computed is not None
        np.testing.assert_allclose(computed.values, values, rtol=1e-9, atol=1e-14)
    assert slow.stages[-1].formula.startswith(f"L: {figure(losses.mean(), 6)} → ")

    stored = [trainer.network.views_of(moment) for moment in start.moments.astype(np.float64)]
    t = start.step_count + 1
    for symbol, name, w, g in (
        ("W1", "hidden.weights", w1, dw1),
        ("b1", "hidden.biases", b1, db1),
        ("W2", "output.weights", w2, dw2),
        ("b2", "output.biases", b2, db2),
    ):
        stage = stage_of(slow, f"{symbol}′")
        mean = 0.1 * stored[0][name].reshape(w.shape)
        square = 0.001 * stored[1][name].reshape(w.shape)
        mean_now, square_now = 0.9 * mean + 0.1 * g, 0.999 * square + 0.001 * g**2
        mean_hat, square_hat = mean_now / (1 - 0.9**t), square_now / (1 - 0.999**t)
        after = w - 0.01 * mean_hat / (np.sqrt(square_hat) + 1e-8)
        for sign, values in {
            "m": mean, "m′": mean_now, "v": square, "v′": square_now, "M̂": mean_hat,
            "V̂": square_hat, f"{symbol}′": after,
        }.items():  # fmt: skip
            np.testing.assert_allclose(
                matrix_of(stage, sign).values,
                values,
                rtol=1e-9,
                atol=1e-18,
                err_msg=f"{symbol} {sign}",
            )


@pytest.mark.parametrize(
    "activation",
    [kind for kind in ACTIVATIONS if kind().has_gradient()],
    ids=lambda kind: kind.kind,
)
def test_slopes_agree_with_differences_of_the_loss_for_every_activation(activation: Any) -> None:
    output = Output(activation=activation())
    experiment = changed(
        layers=(Dense(name="hidden", units=4, activation=activation()),),
        output=output,
        training__loss=MeanSquaredError(),
        training__batch_size=6,
    )
    trainer = Trainer(experiment)
    start = trainer.next_step()
    dataset = trainer.prepared.dataset
    slow = walk(start, dataset)
    network = trainer.network.clone(dtype=np.float64)

    def loss() -> float:
        answers = network.forward(start.rows.T.astype(float))
        return float(MeanSquaredError().value(answers.copy(), start.targets.T.astype(float)))

    for label, name in (("dW1", "hidden.weights"), ("dW2", "output.weights")):
        computed, view = stage_of(slow, label).computed, network.views()[name]
        assert computed is not None
        for place in np.ndindex(view.shape):
            kept = view[place]
            view[place] = kept + 1e-6
            above = loss()
            view[place] = kept - 1e-6
            below = loss()
            view[place] = kept
            slope = (above - below) / 2e-6
            assert computed.values[place] == pytest.approx(slope, rel=1e-4, abs=1e-7)


@pytest.mark.parametrize("batch_size", [1, 8])
def test_slopes_through_batch_normalization_and_masks_are_those_of_the_float_core(
    batch_size: int,
) -> None:
    experiment = changed(
        layers=EVERY_LAYER, training__batch_size=batch_size, training__optimizer=SGD()
    )
    trainer = Trainer(experiment)
    take_steps(trainer, 3)
    start = trainer.next_step()
    slow = walk(start, trainer.prepared.dataset)
    trainer.take(start)
    core = trainer.network.views_of(trainer.network.gradient)
    shown = {
        "dW1": "one.weights", "db1": "one.biases", "dγ1": "norm.scale", "dβ1": "norm.shift",
        "dW2": "two.weights", "dW3": "output.weights",
    }  # fmt: skip
    for label, name in shown.items():
        computed = stage_of(slow, label).computed
        assert computed is not None
        values = core[name].reshape(computed.values.shape)
        np.testing.assert_allclose(computed.values, values, rtol=1e-3, atol=1e-6, err_msg=label)


def test_frozen_parameters_stay_and_say_so() -> None:
    trainer = Trainer(changed(**VARIANTS["frozen"]))
    slow = walk(trainer.next_step(), trainer.prepared.dataset)
    changes = {change.name: change for change in slow.changes}
    hidden = changes["hidden.weights"]
    assert (hidden.before[[1, 3]] == hidden.after[[1, 3]]).all()
    assert (hidden.before[[0, 2]] != hidden.after[[0, 2]]).all()
    assert (changes["still.weights"].before == changes["still.weights"].after).all()
    assert stage_of(slow, "W2′").event == "All of it is frozen and stays."
    stage = stage_of(slow, "W1′")
    assert stage.arithmetic is not None
    assert stage.arithmetic(1, 0)[0].startswith("Frozen: it stays")
    assert "frozen" in [stage.label for stage in slow.stages]


def test_each_layers_rate_is_told_and_is_the_one_it_moves_at() -> None:
    trainer = Trainer(changed(**VARIANTS["rates"], training__optimizer=SGD()))
    start = trainer.next_step()
    slow = walk(start, trainer.prepared.dataset)
    stage = stage_of(slow, "α")
    rates = {row[0]: row[1] for row in stage.table[1:]}
    assert rates == {"hidden": "0.1", "even": "1", "Output": "10"}
    for change in slow.changes:
        factor = float(rates[change.title.partition(" · ")[0]])
        moved = change.before - factor * start.learning_rate * change.gradient
        if change.name.startswith("hidden"):
            moved[1] = change.before[1]
        np.testing.assert_allclose(change.after, moved, rtol=1e-12)
    stage = stage_of(slow, "W3′")
    assert stage.arithmetic is not None
    assert f"{10 * start.learning_rate:.4g}" in "".join(stage.arithmetic(0, 0))


def test_a_shown_mask_is_the_mask_that_the_step_draws() -> None:
    experiment = changed(
        layers=(Dense(name="hidden", units=40, activation=Identity(), dropout=0.5),),
        training__batch_size=4,
    )
    trainer = Trainer(experiment)
    start = trainer.next_step()
    mask = matrix_of(stage_of(walk(start, trainer.prepared.dataset), "D1"), "M1").values
    trainer.take(start)
    # The output's weights of a neuron left out for every example get no slope.
    gradient = trainer.network.views_of(trainer.network.gradient)["output.weights"]
    out = ~mask.any(axis=1)
    assert out.any()
    assert (gradient[:, out] == 0).all()
    slopes = stage_of(walk(start, trainer.prepared.dataset), "dW2").computed
    assert slopes is not None
    np.testing.assert_allclose(slopes.values, gradient, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("loss", "output", "first_slope"),
    [
        (MeanSquaredError(), Identity(), "dZ2"),
        (MeanSquaredError(), Softmax(), "dA2"),
        (LogLoss(), Sigmoid(), "dZ2"),
        (CategoricalCrossEntropy(), Softmax(), "dZ2"),
        (CategoricalCrossEntropy(), Sigmoid(), None),
    ],
)
def test_the_error_starts_at_z_where_loss_and_activation_belong_together(
    loss: Any, output: Any, first_slope: str | None
) -> None:
    experiment = changed(output=Output(activation=output), training__loss=loss)
    try:
        trainer = Trainer(experiment)
    except PlaygroundError:
        assert first_slope is None
        return
    slow = walk(trainer.next_step(), trainer.prepared.dataset)
    backward = [stage.label for stage in slow.stages if stage.phase == "backward"]
    assert backward[0] == first_slope


def test_the_probe_alone_is_a_step_of_one_example() -> None:
    trainer = Trainer(PLAIN)
    rows, targets = trainer.prepared.train_inputs[:1], trainer.next_step().targets[:1]
    start = trainer.next_step((rows, targets))
    slow = walk(start, trainer.prepared.dataset)
    assert slow.stages[0].title == "the current example"
    trainer.take(start)
    np.testing.assert_allclose(slow.parameters, trainer.network.parameters, atol=1e-6)


def test_a_step_that_diverges_is_told_and_not_a_crash() -> None:
    trainer = Trainer(PLAIN)
    start = trainer.next_step()
    start.parameters[:] = np.inf
    slow = walk(start, trainer.prepared.dataset)
    assert "no longer" in slow.stages[-1].event
    for stage in slow.stages:
        if stage.arithmetic is not None:
            stage.arithmetic(0, 0)


def test_too_large_a_batch_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(walk.__globals__, "LARGEST_WALK", 100)
    trainer = Trainer(PLAIN)
    with pytest.raises(PlaygroundError, match="choose a batch size"):
        walk(trainer.next_step(), trainer.prepared.dataset)


def test_the_loss_says_what_keeps_its_logarithm_finite() -> None:
    def loss_of(name: str) -> str:
        trainer = Trainer(preset(name).experiment)
        slow = walk(trainer.next_step(), trainer.prepared.dataset)
        return next(stage for stage in slow.stages if stage.phase == "loss").explanation

    assert "L = ln Σ eᶻ − z·y, so ln 0 cannot occur" in loss_of("article-iris")
    assert "L = Σ ln(1 + eᶻ) − z·y" in loss_of("xor")
    assert "ln 0" not in loss_of("article-xor")
