"""A step on sequences, each shown array computed again in the plainest way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from short_sequences import KINDS, POINTS, STEPS, TEXTS

from playground.analysis.slow_step import Matrix, SlowStep, Stage, walk
from playground.nn.activations import Identity, Sigmoid, Softmax, Tanh
from playground.nn.arrays import Array
from playground.nn.explain.stage import EXAMPLE, INPUT, NEURON, ONE
from playground.nn.layers import Dense, Flatten
from playground.nn.losses import CategoricalCrossEntropy, Loss, MeanSquaredError
from playground.training.experiment import DataSettings, Experiment, Output, Training
from playground.training.trainer import Trainer

BATCH = 4
READER = (Dense(5, Tanh(), dropout=0.3, name="first"),)

pytestmark = pytest.mark.usefixtures("sequences")


def step_on(name: str, *layers: Any, output: Output | None = None, **training: Any) -> SlowStep:
    experiment = Experiment(
        data=DataSettings(name=name),
        layers=layers or READER,
        output=output or Output(),
        training=Training(batch_size=BATCH, **training),
    )
    trainer = Trainer(experiment)
    for _ in range(3):
        trainer.take(trainer.next_step())
    return walk(trainer.next_step(), trainer.prepared.dataset)


def stage_of(slow: SlowStep, label: str) -> Stage:
    return next(stage for stage in slow.stages if stage.label == label)


def shown(slow: SlowStep, label: str) -> dict[str, Array]:
    """Return a stage's arrays by symbol, those of sequences as (units, steps, batch)."""
    return {
        matrix.symbol: matrix.by_step if matrix.steps else matrix.values
        for matrix in stage_of(slow, label).matrices
    }


def close(found: Array, expected: Array) -> None:
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-13)


def softmax(z: Array) -> Array:
    powers = np.exp(z)
    shares: Array = powers / powers.sum(axis=0)
    return shares


def test_forward_the_same_weights_act_at_every_step() -> None:
    slow = step_on(POINTS)
    first = shown(slow, "Z1")
    assert first["X"].shape == (3, STEPS, BATCH)
    close(first["Z1"], np.einsum("ui,itb->utb", first["W1"], first["X"]) + first["b1"][:, None])
    close(shown(slow, "A1")["A1"], np.tanh(first["Z1"]))
    masked = shown(slow, "D1")
    assert masked["M1"].shape == (5, BATCH)
    close(masked["D1"], np.tanh(first["Z1"]) * masked["M1"][:, None])
    last = shown(slow, "A2")
    close(last["A2"], softmax(last["Z2"]))


def test_the_loss_is_the_mean_over_steps_and_examples_of_each_answers_surprise() -> None:
    slow = step_on(POINTS)
    loss = shown(slow, "L")
    right = loss["Y"].argmax(axis=0)
    surprise = -np.log(loss["A2"][right, :, np.arange(BATCH)]).T
    close(loss["L"][0], surprise)
    stage = stage_of(slow, "L")
    assert f"L = Σ / ({STEPS}·{BATCH})" in stage.explanation
    assert "The same answer is right at every step." in stage.explanation
    assert slow.stages[-1].formula.startswith(f"L: {surprise.mean():.6g}"[:8])
    assert stage.arithmetic is not None
    step, example = 4, 2
    written = stage.arithmetic(step, example)[0]
    assert written.startswith(f"L = −ln ŷ{'₁₂₃'[right[example]]},₅: y is 1 for output")


def test_backward_slopes_add_up_over_the_steps_and_are_meant_over_the_examples() -> None:
    slow = step_on(POINTS)
    last, wanted = shown(slow, "dZ2"), shown(slow, "dZ2")["Y"]
    close(last["dZ2"], (last["A2"] - wanted[:, None]) / STEPS)
    weights = shown(slow, "dW2")
    close(weights["dW2"], np.einsum("utb,itb->ui", weights["dZ2"], weights["D1"]) / BATCH)
    close(shown(slow, "db2")["db2"][:, 0], weights["dZ2"].sum(axis=(1, 2)) / BATCH)
    back = shown(slow, "dD1")
    close(back["dD1"], np.einsum("ui,utb->itb", back["W2"], back["dZ2"]))
    through = shown(slow, "dZ1")
    masked = back["dD1"] * shown(slow, "D1")["M1"][:, None]
    close(through["dZ1"], masked * (1 - np.tanh(shown(slow, "Z1")["Z1"]) ** 2))
    first = shown(slow, "dW1")
    close(first["dW1"], np.einsum("utb,itb->ui", first["dZ1"], first["X"]) / BATCH)


@pytest.mark.parametrize(
    ("name", "output", "loss"),
    [
        (POINTS, Softmax(), CategoricalCrossEntropy()),
        (POINTS, Sigmoid(), MeanSquaredError()),
        (POINTS, Identity(), MeanSquaredError()),
        (TEXTS, Softmax(), CategoricalCrossEntropy()),
    ],
)
def test_the_slopes_are_differences_of_the_mean_loss(name: str, output: Any, loss: Loss) -> None:
    """The loss is the mean over the examples of the mean over the steps that are asked."""
    slow = step_on(name, Dense(4, Tanh(), name="first"), output=Output(output), loss=loss)
    arrays, wanted = shown(slow, "Z1"), shown(slow, "L")["Y"]
    if wanted.ndim == 2:
        wanted = np.repeat(wanted[:, None], STEPS, axis=1)
    asked = wanted.any(axis=0)
    second = shown(slow, "Z2")

    def mean_loss(w1: Array, w2: Array) -> float:
        a = np.tanh(np.einsum("ui,itb->utb", w1, arrays["X"]) + arrays["b1"][:, None])
        z = np.einsum("ui,itb->utb", w2, a) + second["b2"][:, None]
        answers = {"softmax": softmax, "sigmoid": lambda z: 1 / (1 + np.exp(-z))}
        given = answers.get(output.kind, lambda z: z)(z)
        lost = 0.5 * ((given - wanted) ** 2).sum(axis=0)
        if isinstance(loss, CategoricalCrossEntropy):
            lost = -np.log((given * (wanted > 0)).sum(axis=0), where=asked, out=np.zeros_like(lost))
        counted = asked.sum(axis=0)
        return float(np.mean(lost.sum(axis=0) / counted))

    assert float(shown(slow, "L")["L"].mean()) == pytest.approx(
        mean_loss(arrays["W1"], second["W2"]), rel=1e-6
    )
    for label, which in (("dW1", 0), ("dW2", 1)):
        weights = [arrays["W1"].copy(), second["W2"].copy()]
        slopes = shown(slow, label)[label]
        for place in ((0, 1), (2, 0)):
            ends = []
            for h in (1e-6, -2e-6):
                weights[which][place] += h
                ends.append(mean_loss(*weights))
            weights[which][place] += 1e-6
            assert slopes[place] == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-5, abs=1e-8)


def test_steps_that_are_not_asked_say_so_and_start_no_error() -> None:
    slow = step_on(TEXTS)
    assert slow.lengths is not None
    loss, slopes = stage_of(slow, "L"), shown(slow, "dZ2")
    asked = slopes["Y"].any(axis=0)
    counts = STEPS / asked.sum(axis=0) * asked
    right = slopes["Y"] > 0
    close(slopes["Y"].sum(axis=0), counts.astype(np.float32))
    close(slopes["dZ2"], (counts.astype(np.float32) * slopes["A2"] - slopes["Y"]) / STEPS)
    surprise = -np.log(slopes["A2"], where=right, out=np.zeros_like(slopes["A2"])).sum(axis=0)
    np.testing.assert_allclose(shown(slow, "L")["L"][0], counts * surprise, rtol=1e-6)
    assert f"Something is asked at {asked.sum()} steps" in loss.event
    assert loss.arithmetic is not None
    start = stage_of(slow, "dZ2")
    assert start.arithmetic is not None
    assert start.formula == f"dZ2 = (s ∘ A2 − Y) / {STEPS}"
    for step, example in np.ndindex(*asked.shape):
        lines, slope = loss.arithmetic(step, example), start.arithmetic(step, example)
        if not asked[step, example]:
            assert lines == ("L = 0: nothing is asked at this step.",)
            assert slope == (f"∂L/∂z₁,{'₁₂₃₄₅₆'[step]} = 0: nothing is asked at this step.",)
        elif asked[:, example].all():
            assert lines[0].startswith("L = −ln ŷ")
        else:
            assert lines[0].startswith("L = −y·ln ŷ")
            assert slope[0].startswith(f"∂L/∂z₁,{'₁₂₃₄₅₆'[step]} = (s·ŷ₁")


def test_what_stands_behind_an_end_is_counted_nowhere() -> None:
    slow = step_on(TEXTS)
    assert slow.lengths is not None
    there = int(slow.lengths.sum())
    assert there < STEPS * BATCH
    assert f"with {slow.lengths.min()} to {slow.lengths.max()} steps" in slow.stages[0].event
    for label, units in (("Z1", 5), ("A1", 5), ("Z2", KINDS), ("A2", KINDS), ("dD1", 5)):
        assert stage_of(slow, label).event.startswith(f"{units * there} "), label
    asked = int(shown(slow, "dZ2")["Y"].any(axis=0).sum())
    for label in ("dW2", "db2"):
        stage = stage_of(slow, label)
        assert stage.arithmetic is not None
        assert f", {asked} steps and examples. The largest:" in stage.arithmetic(1, 0)[0]


def test_all_of_a_sequence_at_once_is_asked_once() -> None:
    slow = step_on(POINTS, Dense(2, Tanh(), name="first"), Flatten(name="flat"))
    read = shown(slow, "Z2")
    assert read["A1"].shape == (2 * STEPS, BATCH)
    close(read["Z2"], read["W2"] @ read["A1"] + read["b2"])
    loss = stage_of(slow, "L")
    assert loss.computed is not None
    assert loss.computed.values.shape == (1, BATCH)
    assert "step," not in loss.explanation.replace("the step wants", "")
    close(shown(slow, "dW2")["dW2"], shown(slow, "dZ2")["dZ2"] @ read["A1"].T / BATCH)


def test_rows_are_told_as_units_of_so_many_steps() -> None:
    slow = step_on(POINTS)

    def axes(matrix: Matrix) -> tuple[Any, ...]:
        return matrix.symbol, matrix.rows, matrix.columns, matrix.shape

    assert list(map(axes, stage_of(slow, "Z1").matrices)) == [
        ("W1", NEURON, INPUT, ()),
        ("X", INPUT, EXAMPLE, (3, STEPS)),
        ("b1", NEURON, ONE, ()),
        ("Z1", NEURON, EXAMPLE, (5, STEPS)),
    ]
    assert axes(stage_of(slow, "L").matrices[-1]) == ("L", ONE, EXAMPLE, (1, STEPS))
    assert slow.steps == {"input": STEPS, "first": STEPS, "output": STEPS}
    assert stage_of(slow, "Z1").shapes == f"(5, 3)·(3·6, {BATCH}) + (5, 1) → (5·6, {BATCH})"
    assert stage_of(slow, "dW1").formula == "dW1 = Σₜ dZ1ₜ·Xₜᵀ / m"
    # The update shows a tensor as its layer shows the slopes.
    assert axes(stage_of(slow, "W1′").matrices[-1]) == ("W1′", NEURON, INPUT, ())
    assert axes(stage_of(slow, "b1′").matrices[-1]) == ("b1′", NEURON, ONE, ())
    drop = stage_of(slow, "D1")
    assert "30 % of the neurons at random" in drop.explanation
    assert "All steps of a neuron share one draw." in drop.explanation
    assert "The sums of one step compete" in stage_of(slow, "A2").explanation
